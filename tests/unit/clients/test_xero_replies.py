"""What Xero may answer beside the usual, and what our client makes of it."""

from __future__ import annotations

import gc
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from xero_sync.clients.xero import XeroClient
from xero_sync.clients.xero.pages import NO_ID
from xero_sync.errors import NotAllowed, RateLimited, Rejected, RemoteError, Unavailable, UnexpectedReply

Reply = Callable[..., httpx.Response]
Make = Callable[..., tuple[XeroClient, Any]]


def bill(number: int, **changes: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "InvoiceID": f"00000000-0000-4000-8000-{number:012}",
        "Type": "ACCPAY",
        "InvoiceNumber": f"B-{number}",
        "Contact": {"ContactID": "c1", "Name": "Delft Signs"},
        "DateString": "2026-11-02T00:00:00",
        "Date": "/Date(1793577600000+0000)/",
        "Status": "AUTHORISED",
        "LineAmountTypes": "Exclusive",
        "LineItems": [{"LineItemID": "l1", "LineAmount": 10.0, "TaxAmount": 2.0, "AccountCode": "310", "Tracking": []}],
        "SubTotal": 10.0,
        "TotalTax": 2.0,
        "Total": 12.0,
        "CurrencyCode": "GBP",
        "UpdatedDateUTC": "/Date(1795166100000+0000)/",
    }
    return {key: value for key, value in (row | changes).items() if value is not ...}


def listed(*rows: Any, **envelope: Any) -> dict[str, Any]:
    return {"Id": "e1", "Status": "OK", "DateTimeUTC": "/Date(1795600800000)/", "Invoices": list(rows), **envelope}


async def test_given_one_row_without_a_sum_when_listed_then_the_others_are_read_and_it_is_named(scripted_xero: Make, reply: Reply) -> None:
    client, _ = scripted_xero(reply(listed(bill(1), bill(2, SubTotal=...), bill(3))))

    page = await client.documents("invoices")

    assert [document.number for document in page.documents] == ["B-1", "B-3"]
    assert [(row.document_id, row.position) for row in page.unreadable] == [(bill(2)["InvoiceID"], 2)] and "SubTotal" in page.unreadable[
        0
    ].reason


@pytest.mark.parametrize("row", [None, 7, "text", [], {"InvoiceID": 5}], ids=str)
async def test_given_a_row_that_is_no_document_when_listed_then_only_its_position_is_known(
    scripted_xero: Make, reply: Reply, row: Any
) -> None:
    client, _ = scripted_xero(reply(listed(bill(1), row)))

    page = await client.documents("invoices")

    assert (len(page.documents), [(row.document_id, row.position) for row in page.unreadable]) == (1, [("", 2)])


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([bill(1), {"InvoiceID": NO_ID, "HasErrors": True}], id="beside a good row"),
        pytest.param([bill(1), bill(2, InvoiceID=NO_ID)], id="whole but for the id"),
    ],
)
async def test_given_a_row_with_the_all_zero_id_when_listed_then_it_is_a_notice_and_no_document(
    scripted_xero: Make, reply: Reply, rows: list[Any]
) -> None:
    client, _ = scripted_xero(reply(listed(*rows)))

    page = await client.documents("invoices")

    assert ([document.number for document in page.documents], page.notices, page.unreadable) == (["B-1"], 1, ())


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({}, id="no list"),
        pytest.param([], id="a list in place of the envelope"),
        pytest.param(None, id="null"),
        pytest.param({"Invoices": None}, id="a null list"),
        pytest.param({"Invoices": {}}, id="an object in place of the list"),
        pytest.param({"CreditNotes": []}, id="another list"),
        pytest.param({"ErrorNumber": 10, "Type": "ValidationException", "Message": "no"}, id="an error under HTTP 200"),
        pytest.param(listed(bill(1), pagination={"page": 1, "pageSize": 100}), id="half a pagination"),
        pytest.param(listed(bill(1), pagination={"page": 1, "pageCount": -1, "itemCount": 0}), id="minus one page"),
        pytest.param(listed(bill(1), pagination={"page": 1, "pageCount": 10**12, "itemCount": 0}), id="pages without end"),
        pytest.param(listed(bill(1), pagination=[]), id="a list as pagination"),
    ],
)
async def test_given_no_list_in_the_reply_when_listed_then_it_is_never_read_as_empty(scripted_xero: Make, reply: Reply, body: Any) -> None:
    client, _ = scripted_xero(reply(body))

    with pytest.raises(UnexpectedReply):
        await client.documents("invoices")


async def test_given_no_pagination_when_paged_then_a_page_without_a_new_id_is_the_end(scripted_xero: Make, reply: Reply) -> None:
    client, script = scripted_xero(reply(listed(bill(1), bill(2), bill(3))))

    pages = [page async for page in client.document_pages("invoices", page_size=2)]

    assert ([len(page.documents) for page in pages], len(script.asked)) == ([3], 2)


async def test_given_pages_that_repeat_though_more_are_promised_when_paged_then_the_list_is_not_whole(
    scripted_xero: Make, reply: Reply
) -> None:
    pagination = {"pageSize": 1, "pageCount": 9, "itemCount": 9}
    client, _ = scripted_xero(*(reply(listed(bill(1), pagination=pagination | {"page": number})) for number in (1, 2)))

    with pytest.raises(UnexpectedReply, match="again and again"):
        async for _ in client.document_pages("invoices"):
            pass


@pytest.mark.parametrize("said", [{"page": 1, "pageCount": 9}, {"page": 9, "pageCount": 9}, {"page": 2, "pageCount": 1}])
async def test_given_a_page_that_is_not_the_one_asked_for_when_listed_then_it_is_no_checkpoint(
    scripted_xero: Make, reply: Reply, said: dict[str, int]
) -> None:
    client, _ = scripted_xero(reply(listed(bill(1), pagination={"pageSize": 1, "itemCount": 9} | said)))

    with pytest.raises(UnexpectedReply, match="contradicts itself"):
        await client.documents("invoices", page=2)


async def test_given_smaller_pages_than_asked_for_when_paged_then_all_of_them_are_read(scripted_xero: Make, reply: Reply) -> None:
    pagination = {"pageSize": 1, "pageCount": 3, "itemCount": 3}
    client, _ = scripted_xero(*(reply(listed(bill(number), pagination=pagination | {"page": number})) for number in (1, 2, 3)))

    pages = [page async for page in client.document_pages("invoices")]

    assert [document.number for page in pages for document in page.documents] == ["B-1", "B-2", "B-3"]


async def test_given_no_date_header_when_listed_then_the_envelopes_time_is_xeros(scripted_xero: Make, reply: Reply) -> None:
    client, _ = scripted_xero(reply(listed(bill(1)), Date="yesterday"))

    page = await client.documents("invoices")

    assert page.service_time == datetime(2026, 11, 25, 10, 0, tzinfo=UTC)


async def test_given_no_time_at_all_when_listed_then_there_is_nothing_to_set_a_cursor_by(scripted_xero: Make, reply: Reply) -> None:
    client, _ = scripted_xero(reply(listed(bill(1), DateTimeUTC=None), Date=""))

    with pytest.raises(UnexpectedReply, match="what time"):
        await client.documents("invoices")


async def test_given_a_big_page_when_read_then_garbage_collection_is_on_again(scripted_xero: Make, reply: Reply) -> None:
    client, _ = scripted_xero(reply(listed(bill(1, SubTotal=...))))

    await client.documents("invoices")

    assert gc.isenabled()


@pytest.mark.parametrize(
    "rows",
    [[], [bill(1), bill(2)], [bill(1, InvoiceID=NO_ID)], [bill(1, Status=...)], [bill(2)]],
    ids=["none", "two", "a notice", "damaged", "another"],
)
async def test_given_not_the_one_document_when_read_alone_then_it_is_unexpected(scripted_xero: Make, reply: Reply, rows: list[Any]) -> None:
    client, _ = scripted_xero(reply(listed(*rows)))

    with pytest.raises(UnexpectedReply):
        await client.document("invoices", bill(1)["InvoiceID"])


async def test_given_an_id_with_odd_characters_when_read_alone_then_it_stays_one_part_of_the_path(
    scripted_xero: Make, reply: Reply
) -> None:
    client, script = scripted_xero(reply(listed(bill(1, InvoiceID="../Accounts?x=1"))))

    await client.document("invoices", "../Accounts?x=1")

    assert script.asked[0].url.raw_path == b"/api.xro/2.0/Invoices/..%2FAccounts%3Fx%3D1"


async def test_given_an_unreadable_document_in_a_group_when_read_by_ids_then_it_is_not_missing(scripted_xero: Make, reply: Reply) -> None:
    client, _ = scripted_xero(reply(listed(bill(1), bill(2, Total=...))))

    read = await client.documents_by_ids([bill(1)["InvoiceID"], bill(2)["InvoiceID"]])

    assert (len(read.found), read.missing, [row.document_id for row in read.unreadable]) == (1, frozenset(), [bill(2)["InvoiceID"]])


async def test_given_a_damaged_category_when_categories_are_read_then_the_whole_list_is_refused(scripted_xero: Make, reply: Reply) -> None:
    good = {"TrackingCategoryID": "k1", "Name": "Project", "Status": "ACTIVE", "Options": []}
    client, _ = scripted_xero(reply({"TrackingCategories": [good, {"Name": "Region"}]}))

    with pytest.raises(UnexpectedReply, match="TrackingCategoryID"):
        await client.tracking_categories()


@pytest.mark.parametrize(
    "options",
    [
        pytest.param([{"Name": "Quay Lantern", "HasValidationErrors": False}], id="no id"),
        pytest.param([{"Name": "Quay Lantern", "TrackingOptionID": NO_ID}], id="the all-zero id"),
        pytest.param([{"Name": "Quay Lantern", "TrackingOptionID": ""}], id="an empty id"),
        pytest.param([{"Name": "Marsh Signal", "TrackingOptionID": "o1"}], id="another option"),
        pytest.param([], id="no option"),
        pytest.param(None, id="null"),
    ],
)
async def test_given_200_without_the_option_when_created_then_it_is_unexpected(scripted_xero: Make, reply: Reply, options: Any) -> None:
    client, _ = scripted_xero(reply({"Status": "OK", "Options": options}))

    with pytest.raises(UnexpectedReply):
        await client.create_option("k1", "Quay Lantern", idempotency_key="attempt-1")


XML = (
    b"<ApiException><ErrorNumber>10</ErrorNumber><Type>ValidationException</Type><Elements><DataContractBase><ValidationErrors>"
    b"<ValidationError><Message>It has a payment &amp; cannot be edited.</Message></ValidationError></ValidationErrors></DataContractBase>"
    b"</Elements></ApiException>"
)
VALIDATION = {
    "ErrorNumber": 10,
    "Type": "ValidationException",
    "Message": "A validation exception occurred",
    "Elements": [{"ValidationErrors": [{"Message": "The name must be unique."}]}, {"ValidationErrors": [{"Message": "It is too long."}]}],
}
FORBIDDEN = {"Type": None, "Title": "Forbidden", "Status": 403, "Detail": "AuthenticationUnsuccessful", "Instance": "i1", "Extensions": {}}


def text(status: int, content: str, content_type: str = "text/plain", **headers: str) -> httpx.Response:
    shown = {"Content-Type": content_type} | {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, headers=shown, content=content.encode())


def json_text(status: int, body: str) -> httpx.Response:
    return text(status, body, "application/json")


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        pytest.param(("json", VALIDATION, 400), Rejected, '"The name must be unique." "It is too long."', id="validation"),
        pytest.param(("json", {"message": "Expression expected"}, 400), Rejected, "Expression expected", id="lower-case keys"),
        pytest.param(text(400, XML.decode(), "text/xml"), Rejected, "It has a payment & cannot be edited.", id="validation as XML"),
        pytest.param(text(400, "Supplied parameter 'Ids' cannot be parsed"), Rejected, "cannot be parsed", id="validation as text"),
        pytest.param(
            text(400, "<html><body>Bad Request</body></html>", "text/html"), UnexpectedReply, "without a reason", id="400 as HTML"
        ),
        pytest.param(json_text(400, "{}"), UnexpectedReply, "without a reason", id="400 without words"),
        pytest.param(json_text(401, '{"detail":"AuthorizationUnsuccessful"}'), NotAllowed, "Add the scope", id="missing scope"),
        pytest.param(json_text(401, '{"Detail":"TokenExpired: 02/20/2025"}'), NotAllowed, "has expired", id="expired"),
        pytest.param(text(401, ""), NotAllowed, "does not accept the token", id="401 without words"),
        pytest.param(("json", FORBIDDEN, 403), NotAllowed, "Check the tenant id, or connect it again", id="wrong tenant or disconnected"),
        pytest.param(text(403, "<html>", "text/html"), NotAllowed, "proxy or firewall", id="403 from something in between"),
        pytest.param(text(404, "The resource you're looking for cannot be found"), Rejected, "does not know", id="unknown id"),
        pytest.param(text(404, "<html>", "text/html"), UnexpectedReply, "404", id="404 from something in between"),
        pytest.param(text(412, ""), UnexpectedReply, "412", id="412"),
        pytest.param(text(501, ""), UnexpectedReply, "501", id="501"),
        pytest.param(text(500, "<html>", "text/html", Retry_After="900"), Unavailable, "500", id="500"),
        pytest.param(text(204, ""), UnexpectedReply, "nothing", id="204"),
    ],
)
async def test_given_a_refusal_when_called_then_one_sentence_says_what_to_do(
    scripted_xero: Make, reply: Reply, given: Any, error: type[RemoteError], words: str
) -> None:
    client, _ = scripted_xero(reply(given[1], given[2]) if isinstance(given, tuple) else given)

    with pytest.raises(error) as refused:
        await client.organisation()

    assert words in str(refused.value) and "<" not in str(refused.value)


async def test_given_several_messages_when_rejected_then_each_is_a_field(scripted_xero: Make, reply: Reply) -> None:
    client, _ = scripted_xero(reply(VALIDATION, 400, Xero_Correlation_Id="c0ffee"))

    with pytest.raises(Rejected) as refused:
        await client.create_option("k1", "Quay Lantern", idempotency_key="attempt-1")

    assert refused.value.fields == {"message 1": "The name must be unique.", "message 2": "It is too long."}
    assert refused.value.request_id == "c0ffee"


@pytest.mark.parametrize(
    ("problem", "scope", "seconds"),
    [
        ("minute", "minute", 60),
        ("MinuteLimit", "minute", 60),
        ("day", "day", 3600),
        ("Daily", "day", 3600),
        ("DayLimit", "day", 3600),
        ("concurrent", "concurrent", 1),
        ("AppMinute", "app-minute", 60),
        ("", "minute", 60),
        ("something new", "minute", 60),
    ],
)
async def test_given_a_limit_without_retry_after_when_refused_then_scope_and_patience_follow_the_header(
    scripted_xero: Make, clock: Any, problem: str, scope: str, seconds: int
) -> None:
    client, _ = scripted_xero(text(429, "", X_Rate_Limit_Problem=problem))

    with pytest.raises(RateLimited) as limited:
        await client.create_option("k1", "Quay Lantern", idempotency_key="attempt-1")

    assert (limited.value.scope, (limited.value.retry_at - clock.now()).total_seconds()) == (scope, seconds)


async def test_given_the_days_limit_when_read_then_it_is_not_tried_again(scripted_xero: Make) -> None:
    client, script = scripted_xero(text(429, "", X_Rate_Limit_Problem="day", Retry_After="20"))

    with pytest.raises(RateLimited):
        await client.organisation()

    assert len(script.asked) == 1


async def test_given_the_minutes_limit_when_read_then_it_is_waited_for(scripted_xero: Make, reply: Reply, clock: Any) -> None:
    body = {"Organisations": [{"OrganisationID": "o", "Name": "Osier Foods", "BaseCurrency": "GBP"}]}
    client, _ = scripted_xero(text(429, "", X_Rate_Limit_Problem="minute", Retry_After="44"), reply(body))

    await client.organisation()

    assert sum(clock.slept) == 44.0


async def test_given_too_many_at_once_when_read_then_the_next_second_tries_again(scripted_xero: Make, reply: Reply, clock: Any) -> None:
    body = {"Organisations": [{"OrganisationID": "o", "Name": "Osier Foods", "BaseCurrency": "GBP"}]}
    client, _ = scripted_xero(text(429, "", X_Rate_Limit_Problem="concurrent"), reply(body))

    await client.organisation()

    assert sum(clock.slept) == 1.0
