"""Our client on Xero's stand-in."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from xero_sync.clients.budget import xero_budget
from xero_sync.clients.oauth import ClientCredentials
from xero_sync.clients.xero import XeroClient
from xero_sync.errors import NotAllowed, RateLimited, Rejected, Unavailable, UnexpectedReply
from xero_sync.testing.standins.served import serve
from xero_sync.testing.standins.traffic import Fault
from xero_sync.testing.standins.xero import line

DAY = "2026-11-02"
UNKNOWN_ID = "3d6987cc-845f-5172-baf1-ba8140a04f45"


def has_bills(xero: Any, number: int) -> list[str]:
    return [xero.approves_bill(f"B-{position:03}", "Delft Signs", [line("100.00"), line("5.50")], date=DAY) for position in range(number)]


def asked(xero: Any, path: str) -> list[Any]:
    return [call for call in xero.traffic.calls if call.path == f"/api.xro/2.0{path}"]


async def test_given_a_connected_organisation_when_listed_then_the_tenant_is_named(xero: Any, xero_client: XeroClient) -> None:
    tenants = await xero_client.connections()

    assert [(tenant.tenant_id, tenant.tenant_type) for tenant in tenants] == [(xero.tenant_id, "ORGANISATION")]


async def test_given_an_app_that_was_disconnected_when_called_then_the_sentence_says_connect_again(
    xero: Any, xero_client: XeroClient
) -> None:
    await xero_client.organisation()
    xero.access.connections.clear()

    with pytest.raises(NotAllowed, match="connect it again"):
        await xero_client.organisation()

    assert await xero_client.connections() == ()


async def test_given_lock_dates_when_the_organisation_is_read_then_they_are_days(xero: Any, xero_client: XeroClient) -> None:
    xero.organisation("Ferrow & Pike Ltd", "!aB1cd", "GBP", period_lock_date="2026-09-30")

    organisation = await xero_client.organisation()

    assert (organisation.base_currency, str(organisation.period_lock_date)) == ("GBP", "2026-09-30")


async def test_given_accounts_when_read_then_each_has_its_type(xero: Any, xero_client: XeroClient) -> None:
    xero.has_account("310", "Freelancers", "DIRECTCOSTS")

    accounts = await xero_client.accounts()

    assert ("310", "DIRECTCOSTS") in [(account.code, account.type) for account in accounts]


async def test_given_an_archived_option_when_categories_are_read_then_it_is_among_them(xero: Any, xero_client: XeroClient) -> None:
    xero.has_category("Project", ["Blue Pylon", "Lantern Row"])
    has = xero.approves_bill("B-1", "Delft Signs", [line("10", option="Lantern Row")], date=DAY)
    xero.archives_option("Lantern Row")

    categories = await xero_client.tracking_categories()

    assert has and {option.name: option.is_archived for option in categories[0].options} == {"Blue Pylon": False, "Lantern Row": True}


async def test_given_a_new_name_when_an_option_is_created_then_it_exists_with_tidy_spaces(xero: Any, xero_client: XeroClient) -> None:
    category_id = xero.has_category("Project")

    option = await xero_client.create_option(category_id, " Quay  Lantern ", idempotency_key="attempt-1")

    assert [made.name for made in (await xero_client.tracking_categories())[0].options] == [option.name] == ["Quay Lantern"]


async def test_given_an_existing_name_when_created_again_then_xeros_words_are_the_sentence(xero: Any, xero_client: XeroClient) -> None:
    category_id = xero.has_category("Project", ["Quay Lantern"])

    with pytest.raises(Rejected, match="name must be unique") as refused:
        await xero_client.create_option(category_id, "Quay Lantern", idempotency_key="attempt-1")

    assert refused.value.status == 400 and not refused.value.may_have_acted


async def test_given_a_lost_reply_when_created_under_the_same_key_then_the_option_exists_once(xero: Any, xero_client: XeroClient) -> None:
    category_id = xero.has_category("Project")
    xero.traffic.add(Fault(r".*/Options", drop="after"))
    with pytest.raises(Unavailable):
        await xero_client.create_option(category_id, "Quay Lantern", idempotency_key="attempt-1")

    await xero_client.create_option(category_id, "Quay Lantern", idempotency_key="attempt-1")

    assert [option.name for option in (await xero_client.tracking_categories())[0].options] == ["Quay Lantern"]


async def test_given_an_answer_without_option_id_when_created_then_it_is_no_success(xero: Any, xero_client: XeroClient) -> None:
    category_id = xero.has_category("Project")
    xero.switches.put_options_may_answer_without_id = True

    with pytest.raises(UnexpectedReply) as odd:
        await xero_client.create_option(category_id, "Quay Lantern", idempotency_key="attempt-1")

    assert odd.value.may_have_acted


@pytest.mark.parametrize("name", ["", "   ", "x" * 101])
async def test_given_a_name_xero_cannot_take_when_created_then_nothing_is_sent(xero: Any, xero_client: XeroClient, name: str) -> None:
    category_id = xero.has_category("Project")

    with pytest.raises(Rejected):
        await xero_client.create_option(category_id, name, idempotency_key="attempt-1")

    assert xero.traffic.calls == []


async def test_given_bills_in_every_status_when_listed_then_none_is_left_out(xero: Any, xero_client: XeroClient) -> None:
    ids = has_bills(xero, 3)
    xero.voids(ids[0])
    xero.pays(ids[1])

    page = await xero_client.documents("invoices")

    assert {document.document_id: document.status for document in page.documents} == dict(
        zip(ids, ["VOIDED", "PAID", "AUTHORISED"], strict=True)
    )


async def test_given_bills_when_listed_then_lines_and_sums_come_with_them(xero: Any, xero_client: XeroClient) -> None:
    has_bills(xero, 1)

    page = await xero_client.documents("invoices")

    assert [line.line_amount for line in page.documents[0].lines] == [Decimal("100.0"), Decimal("5.5")] and page.documents[0].has_all_lines


async def test_given_more_bills_than_a_page_when_listed_then_the_replys_pagination_is_believed(xero: Any, xero_client: XeroClient) -> None:
    ids = has_bills(xero, 4)

    pages = [page async for page in xero_client.document_pages("invoices", page_size=2)]

    assert sorted(document.document_id for page in pages for document in page.documents) == sorted(ids)
    assert [(page.page, page.page_count, page.item_count) for page in pages] == [(1, 2, 4), (2, 2, 4)]


async def test_given_no_documents_when_listed_then_one_empty_page_is_the_end(xero: Any, xero_client: XeroClient) -> None:
    pages = [page async for page in xero_client.document_pages("credit_notes")]

    assert [page.is_empty for page in pages] == [True] and len(asked(xero, "/CreditNotes")) == 1


async def test_given_credit_notes_when_listed_then_they_are_negative(xero: Any, xero_client: XeroClient) -> None:
    xero.approves_credit_note("CN-1", "Delft Signs", [line("10.00")], date=DAY)

    page = await xero_client.documents("credit_notes")

    assert [(document.number, document.net_total) for document in page.documents] == [("CN-1", Decimal(-10))]


async def test_given_a_cursor_when_listed_then_only_what_changed_since_comes_and_the_header_is_plain_utc(
    xero: Any, xero_client: XeroClient, clock: Any
) -> None:
    has_bills(xero, 2)
    clock.pass_(hours=1)
    changed = xero.approves_bill("B-9", "Delft Signs", [line("1")], date=DAY)

    since = (clock.now() - timedelta(minutes=1)).astimezone(tz=None) + timedelta(microseconds=597_000)
    page = await xero_client.documents("invoices", modified_since=since)

    assert [document.document_id for document in page.documents] == [changed]
    assert asked(xero, "/Invoices")[-1].headers["if-modified-since"] == "2026-11-25T10:59:00"


async def test_given_xeros_clock_when_listed_then_the_page_carries_it(xero: Any, xero_client: XeroClient, clock: Any) -> None:
    page = await xero_client.documents("invoices")

    assert page.service_time == datetime(2026, 11, 25, 10, 0, tzinfo=UTC)


async def test_given_a_document_when_read_alone_then_it_is_the_one_of_the_list(xero: Any, xero_client: XeroClient) -> None:
    (document_id,) = has_bills(xero, 1)

    alone = await xero_client.document("invoices", document_id)

    assert alone == (await xero_client.documents("invoices")).documents[0]


async def test_given_an_unknown_id_when_read_alone_then_it_is_rejected_with_404(xero_client: XeroClient) -> None:
    with pytest.raises(Rejected) as refused:
        await xero_client.document("credit_notes", UNKNOWN_ID)

    assert refused.value.status == 404


async def test_given_sixty_ids_when_read_then_groups_of_forty_bring_them_all(xero: Any, xero_client: XeroClient) -> None:
    ids = has_bills(xero, 60)

    read = await xero_client.documents_by_ids(ids)

    assert ([document.document_id for document in read.found], read.missing) == (ids, frozenset())
    assert len(asked(xero, "/Invoices")) == 2 and all(document.lines for document in read.found)


async def test_given_an_unknown_id_among_others_when_read_then_it_alone_is_missing(xero: Any, xero_client: XeroClient) -> None:
    ids = has_bills(xero, 3)

    read = await xero_client.documents_by_ids([*ids, UNKNOWN_ID])

    assert (len(read.found), read.missing) == (3, {UNKNOWN_ID})


async def test_given_404_for_a_group_when_read_then_it_is_split_and_every_document_found(xero: Any, xero_client: XeroClient) -> None:
    ids = has_bills(xero, 8)
    xero.traffic.add(
        Fault(r".*/Invoices", status=404, body=b"The resource you're looking for cannot be found", times=None, when=_asks_for_more_than(2))
    )

    read = await xero_client.documents_by_ids(ids)

    assert ([document.document_id for document in read.found], read.missing) == (ids, frozenset())


async def test_given_404_for_every_list_when_read_by_ids_then_single_reads_decide(xero: Any, xero_client: XeroClient) -> None:
    ids = has_bills(xero, 2)
    xero.traffic.add(Fault(r".*/Invoices", status=404, html=True, times=None))

    read = await xero_client.documents_by_ids([*ids, UNKNOWN_ID])

    assert ({document.document_id for document in read.found}, read.missing) == (set(ids), {UNKNOWN_ID})


async def test_given_a_failing_service_when_read_by_ids_then_nothing_counts_as_missing(xero: Any, xero_client: XeroClient) -> None:
    ids = has_bills(xero, 2)
    xero.traffic.add(Fault(r".*/Invoices.*", status=500, times=None))

    with pytest.raises(Unavailable):
        await xero_client.documents_by_ids(ids)


@pytest.mark.parametrize(
    "fault", [{"html": True}, {"truncate_to": 300}, {"body": b"", "status": 200}, {"headers": {"content-type": "text/html"}}]
)
async def test_given_a_reply_that_is_no_list_when_listed_then_it_is_not_read_as_empty(
    xero: Any, xero_client: XeroClient, fault: dict[str, Any]
) -> None:
    has_bills(xero, 2)
    xero.traffic.add(Fault(r".*/Invoices", **fault))

    with pytest.raises(UnexpectedReply):
        await xero_client.documents("invoices")

    assert len((await xero_client.documents("invoices")).documents) == 2


async def test_given_a_minute_of_calls_when_more_are_made_then_xero_never_has_to_refuse_one(xero: Any, xero_client: XeroClient) -> None:
    has_bills(xero, 1)

    for _ in range(130):
        await xero_client.in_lane("backfill").documents("invoices")

    assert [call.status for call in xero.traffic.calls if call.status == 429] == []


async def test_given_a_used_up_day_when_called_then_it_is_said_until_when_and_nothing_more_is_sent(
    xero: Any, xero_client: XeroClient, clock: Any
) -> None:
    xero.traffic.add(Fault(r".*/Organisation", status=429, headers={"X-Rate-Limit-Problem": "day", "Retry-After": "54000"}))
    with pytest.raises(RateLimited):
        await xero_client.organisation()

    with pytest.raises(RateLimited) as used_up:
        await xero_client.in_lane("press").accounts()

    assert (used_up.value.scope, used_up.value.retry_at) == ("day", clock.now() + timedelta(seconds=54000))
    assert asked(xero, "/Accounts") == []


async def test_given_the_tenth_kept_of_the_day_when_called_then_a_press_goes_and_a_backfill_waits(
    xero: Any, xero_client: XeroClient
) -> None:
    xero.limits.day = 5000
    xero.traffic.add(Fault(r".*/Organisation", acts=True, status=200, headers={"X-DayLimit-Remaining": "400"}))
    await xero_client.organisation()

    with pytest.raises(RateLimited):
        await xero_client.in_lane("backfill").organisation()

    assert (await xero_client.in_lane("press").organisation()).name


async def test_given_five_calls_at_once_when_a_sixth_is_made_then_it_waits_for_one_to_end(xero: Any, xero_client: XeroClient) -> None:
    await xero_client.organisation()
    xero.traffic.delay_per_call_seconds = 0.3

    await asyncio.gather(*(xero_client.in_lane("press").organisation() for _ in range(12)))

    assert max(call.in_flight for call in xero.traffic.calls) == 5 and {call.status for call in xero.traffic.calls} == {200}


async def test_given_two_lanes_of_a_client_when_called_then_one_budget_counts_both(xero_client: XeroClient) -> None:
    await xero_client.in_lane("press").organisation()
    await xero_client.in_lane("backfill").organisation()

    assert (xero_client.budget.calls_today, xero_client.budget.day_left) == (2, 4998)


async def test_given_the_list_of_connections_when_read_then_the_tenants_budget_is_untouched(xero_client: XeroClient) -> None:
    await xero_client.connections()

    assert xero_client.budget.calls_today == 0


def _asks_for_more_than(number: int) -> Any:
    return lambda call: call.query.get("IDs", "").count(",") >= number


async def test_given_a_real_socket_when_the_connection_breaks_after_the_effect_then_it_is_unavailable_and_the_next_call_works(
    xero: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")  # a stand-in on this machine is not asked for through a proxy
    category_id = xero.has_category("Project")
    xero.traffic.add(Fault(r".*/Options", drop="after"))

    async with serve(xero.app) as url:
        auth = ClientCredentials(xero.client_id, xero.client_secret, clock=clock, token_url=f"{url}/connect/token")
        client = XeroClient.open(auth=auth, clock=clock, budget=xero_budget(clock), tenant_id=xero.tenant_id, api_url=url)
        with pytest.raises(Unavailable):
            await client.create_option(category_id, "Quay Lantern", idempotency_key="attempt-1")
        categories = await client.tracking_categories()
        await client.aclose()

    assert [option.name for option in categories[0].options] == ["Quay Lantern"]
