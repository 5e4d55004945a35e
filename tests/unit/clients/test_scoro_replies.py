"""What Scoro may answer beside the usual, and what our client makes of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import httpx
import pytest

from xero_sync.clients.scoro import ScoroClient, ViewedDocument
from xero_sync.domain import scoro
from xero_sync.errors import NotAllowed, RateLimited, Rejected, RemoteError, Unavailable, UnexpectedReply

Reply = Callable[..., httpx.Response]
Make = Callable[..., tuple[ScoroClient, Any]]
PROJECT = {"project_id": 7, "project_name": "Harbour Refit", "is_deleted": 0}
BILL = {
    "id": 812,
    "no": "B-45",
    "project_id": 0,
    "currency": "GBP",
    "date": "2026-11-03",
    "sum": "300.00",
    "vat_sum": "60.00",
    "lines": None,
}
LINES = [{"id": 3301, "sum": "200.00", "project_id": 7}, {"id": 3302, "sum": "100.00", "project_id": 8}]


def ok(data: Any = ..., **more: Any) -> dict[str, Any]:
    envelope: dict[str, Any] = {"status": "OK", "statusCode": 200, "messages": None, **more}
    return envelope if data is ... else {**envelope, "data": data}


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(ok(), id="no data"),
        pytest.param(ok(None), id="null"),
        pytest.param(ok({}), id="an object"),
        pytest.param(ok("none"), id="text"),
        pytest.param({"data": []}, id="no status"),
        pytest.param({"status": None, "statusCode": 200, "data": []}, id="a null status"),
        pytest.param({"status": "OK", "statusCode": 999, "data": []}, id="a code nobody knows"),
        pytest.param({"status": "ERROR", "statusCode": 200, "data": []}, id="an error without a code"),
        pytest.param({"status": "WARNING", "data": []}, id="a status nobody knows"),
        pytest.param([], id="a list"),
        pytest.param(None, id="null body"),
        pytest.param(ok([PROJECT, {"project_name": "No id"}]), id="one bad project"),
        pytest.param(ok([PROJECT, None]), id="a null project"),
    ],
)
async def test_given_no_whole_list_when_projects_are_read_then_it_is_never_read_as_less(
    scripted_scoro: Make, reply: Reply, body: Any
) -> None:
    client, _ = scripted_scoro(reply(body))

    with pytest.raises(UnexpectedReply):
        await client.all_projects()


@pytest.mark.parametrize("code", [200, "200", None, "", "OK"])
async def test_given_a_code_as_number_text_or_nothing_when_read_then_the_list_counts(scripted_scoro: Make, reply: Reply, code: Any) -> None:
    client, _ = scripted_scoro(reply(ok([PROJECT], statusCode=code)), reply(ok([], statusCode=code)))

    projects = await client.all_projects()

    assert [project.project_id for project in projects] == [7]


async def test_given_null_after_a_page_when_read_then_it_is_the_end(scripted_scoro: Make, reply: Reply) -> None:
    client, _ = scripted_scoro(reply(ok([PROJECT])), reply(ok(None)))

    projects = await client.all_projects()

    assert len(projects) == 1


async def test_given_null_for_what_changed_since_when_read_then_nothing_changed(scripted_scoro: Make, reply: Reply) -> None:
    client, _ = scripted_scoro(reply(ok(None)))

    page = await client.documents("bills", modified_from=date(2026, 11, 1))

    assert page.is_empty


async def test_given_a_site_that_ignores_pages_when_projects_are_read_then_it_ends_and_is_not_believed(
    scripted_scoro: Make, reply: Reply
) -> None:
    client, script = scripted_scoro(reply(ok([PROJECT])))

    with pytest.raises(UnexpectedReply, match="again and again"):
        await client.all_projects()

    assert len(script.asked) == 2


async def test_given_a_site_that_ignores_pages_when_bills_are_paged_then_it_ends(scripted_scoro: Make, reply: Reply) -> None:
    client, _ = scripted_scoro(reply(ok([BILL])))

    with pytest.raises(UnexpectedReply, match="again and again"):
        async for _ in client.document_pages("bills"):
            pass


async def test_given_a_small_list_without_pages_when_read_then_it_counts_once(scripted_scoro: Make, reply: Reply) -> None:
    client, _ = scripted_scoro(reply(ok([{"id": "c_x", "name": "Xero ID", "modules": ["bills"]}])))

    fields = await client.custom_fields()

    assert [field.custom_field_id for field in fields] == ["c_x"]


async def test_given_a_small_list_that_may_have_been_clipped_when_it_repeats_then_it_is_not_believed(
    scripted_scoro: Make, reply: Reply
) -> None:
    client, _ = scripted_scoro(reply(ok([{"object_id": number, "name": f"O{number}"} for number in range(50)])))

    with pytest.raises(UnexpectedReply):
        await client.objects()


async def test_given_one_bad_bill_when_listed_then_the_others_are_read_and_it_is_named(scripted_scoro: Make, reply: Reply) -> None:
    client, _ = scripted_scoro(reply(ok([BILL, {**BILL, "id": "813", "sum": "three hundred"}, None])))

    page = await client.documents("bills")

    assert [document.scoro_document_id for document in page.documents] == [812]
    assert [(row.scoro_document_id, row.position) for row in page.unreadable] == [(813, 2), (0, 3)] and "sum" in page.unreadable[0].reason


@pytest.mark.parametrize(
    "data",
    [
        pytest.param({**BILL, "id": 813, "lines": LINES}, id="another bill"),
        pytest.param(BILL, id="null lines under a sum"),
        pytest.param({key: value for key, value in BILL.items() if key != "lines"}, id="no lines"),
        pytest.param({**BILL, "lines": {"0": LINES[0]}}, id="lines as an object"),
        pytest.param({**BILL, "lines": [None]}, id="a null line"),
        pytest.param({**BILL, "lines": [{"id": 1, "sum": "x"}]}, id="a line without an amount"),
        pytest.param([], id="a list"),
        pytest.param(None, id="null"),
    ],
)
async def test_given_not_the_one_bill_when_viewed_then_it_is_unexpected(scripted_scoro: Make, reply: Reply, data: Any) -> None:
    client, _ = scripted_scoro(reply(ok(data)))

    with pytest.raises(UnexpectedReply):
        await client.document("bills", 812)


async def test_given_a_bill_of_nothing_when_viewed_then_null_lines_are_none(scripted_scoro: Make, reply: Reply) -> None:
    client, _ = scripted_scoro(reply(ok({**BILL, "sum": "0.00"})))

    bill = await client.document("bills", 812)

    assert bill.lines == ()


async def test_given_another_project_when_viewed_then_it_is_unexpected(scripted_scoro: Make, reply: Reply) -> None:
    client, _ = scripted_scoro(reply(ok(PROJECT)))

    with pytest.raises(UnexpectedReply, match="another project"):
        await client.project(8)


@pytest.mark.parametrize(
    "lines", [[{"sum": "200.00", "id": 0}], [{"sum": "1", "id": 5}, {"sum": "2", "id": 5}]], ids=["no id", "one id twice"]
)
async def test_given_lines_without_ids_of_their_own_when_put_per_line_then_nothing_is_sent(
    scripted_scoro: Make, reply: Reply, lines: list[Any]
) -> None:
    client, script = scripted_scoro(reply(ok({**BILL, "lines": lines})))
    viewed = await client.document_with_raw("bills", 812)

    with pytest.raises(UnexpectedReply, match="whole document"):
        await client.put_on_project(viewed, lines={})

    assert len(script.asked) == 1


async def test_given_any_call_when_sent_then_key_entity_and_language_stand_in_its_body(scripted_scoro: Make, reply: Reply) -> None:
    client, script = scripted_scoro(reply(ok([])))

    await client.projects(page=3, modified_from=date(2026, 11, 1), include_deleted=True)

    assert json.loads(script.asked[0].content) == {
        "apiKey": "ScoroAPI_0123456789abcde",
        "company_account_id": "ferrowpike",
        "lang": "eng",
        "page": 3,
        "per_page": 100,
        "filter": {"modified_date": {"from_date": "2026-11-01"}},
        "include_deleted": "1",
        "request": {"include_deleted": 1},
    }


async def test_given_a_comment_when_added_then_it_names_its_user(scripted_scoro: Make, reply: Reply) -> None:
    client, script = scripted_scoro(reply(ok({"comment_id": 1})))

    await client.add_comment("bills", 812, 5, "Put on Harbour Refit by Ann")

    sent = json.loads(script.asked[0].content)["request"]
    assert sent == {"module": "bills", "object_id": 812, "user_id": 5, "comment": "Put on Harbour Refit by Ann"}


async def test_given_per_line_without_lines_when_put_on_project_then_it_is_a_mistake_of_ours(scripted_scoro: Make, reply: Reply) -> None:
    client, _ = scripted_scoro(reply(ok({})))
    viewed = ViewedDocument(scoro.Document(module="bills", scoro_document_id=812), ())

    with pytest.raises(ValueError, match="per line"):
        await client.put_on_project(viewed)


@pytest.mark.parametrize(
    ("http_status", "code", "messages", "error", "words"),
    [
        pytest.param(200, 400, {"error": ["Name is taken"]}, Rejected, '"Name is taken"', id="400 under HTTP 200"),
        pytest.param(400, "400", ["One", "Two"], Rejected, '"One" "Two"', id="a list of messages"),
        pytest.param(422, 422, "Wrong date", Rejected, '"Wrong date"', id="a message as text"),
        pytest.param(400, 200, None, Rejected, "without a reason", id="HTTP 400, body 200"),
        pytest.param(200, "401", {"error": ["Bad key"]}, NotAllowed, "Check the key", id="401 under HTTP 200"),
        pytest.param(403, 403, None, NotAllowed, "Check the key", id="403"),
        pytest.param(200, 404, None, Rejected, "does not know", id="404 under HTTP 200"),
        pytest.param(200, 429, None, RateLimited, "no more calls", id="429 under HTTP 200"),
        pytest.param(200, "503", None, Unavailable, "503", id="503 under HTTP 200"),
        pytest.param(200, 200, {"error": ["Odd"]}, UnexpectedReply, "Odd", id="an error without a code"),
        pytest.param(200, 10**30, None, UnexpectedReply, "error", id="a code beyond all codes"),
    ],
)
async def test_given_an_error_when_written_then_one_sentence_says_what_to_do(
    scripted_scoro: Make, reply: Reply, http_status: int, code: Any, messages: Any, error: type[RemoteError], words: str
) -> None:
    client, _ = scripted_scoro(reply({"status": "ERROR", "statusCode": code, "messages": messages}, http_status))

    with pytest.raises(error) as refused:
        await client.set_custom_field("bills", 812, "c_x", "1")

    assert words in str(refused.value)


async def test_given_an_error_that_quotes_the_key_when_raised_then_the_key_is_not_in_it(scripted_scoro: Make, reply: Reply) -> None:
    body = {"status": "ERROR", "statusCode": 401, "messages": {"error": ["ScoroAPI_0123456789abcde is not valid"]}}
    client, _ = scripted_scoro(reply(body, 401))

    with pytest.raises(NotAllowed) as refused:
        await client.users()

    assert "ScoroAPI_0123456789abcde" not in f"{refused.value!r}{vars(refused.value)}"


async def test_given_a_client_when_shown_then_its_key_is_hidden(scripted_scoro: Make, reply: Reply) -> None:
    client, _ = scripted_scoro(reply(ok([])))

    assert "ScoroAPI_0123456789abcde" not in repr(vars(client))
