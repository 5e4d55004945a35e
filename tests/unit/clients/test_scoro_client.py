"""Our client on Scoro's stand-in."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from xero_sync.clients.budget import scoro_budget
from xero_sync.clients.scoro import ScoroClient
from xero_sync.errors import ChangedSince, NotAllowed, RateLimited, Rejected, Unavailable, UnexpectedReply
from xero_sync.testing.standins.scoro import line
from xero_sync.testing.standins.traffic import Fault


async def reached(scoro: Any, clock: Any, **changes: str) -> ScoroClient:
    given = {"base_url": "https://ferrowpike.example", "api_key": scoro.api_key, "company_account_id": scoro.entity} | changes
    return ScoroClient.open(**given, clock=clock, budget=scoro_budget(clock), transport=httpx.ASGITransport(scoro.app))


async def test_given_projects_when_all_are_read_then_names_stay_as_scoro_sends_them(scoro: Any, scoro_client: ScoroClient) -> None:
    scoro.has_project("Quay & Lantern", status="completed", project_type="internal")

    (project,) = await scoro_client.all_projects()

    assert (project.name, project.is_live, project.is_internal) == ("Quay &amp; Lantern", False, True)


async def test_given_more_projects_than_a_page_when_all_are_read_then_each_comes_once(scoro: Any, scoro_client: ScoroClient) -> None:
    ids = scoro.has_projects(*(f"Project {number}" for number in range(230)))

    projects = await scoro_client.all_projects()

    assert [project.project_id for project in projects] == ids


async def test_given_a_project_made_while_paging_when_all_are_read_then_each_comes_once(
    scoro: Any, scoro_client: ScoroClient, clock: Any
) -> None:
    scoro.switches.lists_start_with = "last_modified"
    ids = scoro.has_projects(*(f"Project {number}" for number in range(150)))

    def make_one(_: Any) -> None:
        if len(scoro.traffic.calls) == 1:
            clock.pass_(seconds=5)
            scoro.has_project("A new one")

    scoro.traffic.on_call.append(make_one)
    projects = await scoro_client.all_projects()

    assert sorted(project.project_id for project in projects) == ids


async def test_given_a_day_when_projects_are_read_then_only_those_modified_since_come(
    scoro: Any, scoro_client: ScoroClient, clock: Any
) -> None:
    scoro.has_project("Old")
    clock.pass_(days=2)
    scoro.has_project("New")

    projects = await scoro_client.all_projects(modified_from=clock.now().date())

    assert [project.name for project in projects] == ["New"]


async def test_given_a_deleted_project_when_read_then_it_comes_only_where_asked_for(scoro: Any, scoro_client: ScoroClient) -> None:
    project_id = scoro.has_project("Gone")
    scoro.deletes("projects", project_id)

    plain, with_deleted = await scoro_client.all_projects(), await scoro_client.all_projects(include_deleted=True)

    assert (plain, [project.is_deleted for project in with_deleted]) == ((), [True])


async def test_given_a_project_when_viewed_then_it_is_that_one(scoro: Any, scoro_client: ScoroClient) -> None:
    project_id = scoro.has_project("Tidewater Launch")

    project = await scoro_client.project(project_id)

    assert (project.project_id, project.name) == (project_id, "Tidewater Launch")


@pytest.mark.parametrize("unknown_id", ["404", "200"])
async def test_given_an_unknown_id_when_viewed_then_it_is_rejected_with_404_under_either_http_code(
    scoro: Any, scoro_client: ScoroClient, unknown_id: str
) -> None:
    scoro.switches.unknown_id = unknown_id

    with pytest.raises(Rejected) as refused:
        await scoro_client.document("bills", 99999)

    assert refused.value.status == 404


async def test_given_small_lists_when_read_then_they_come_whole(scoro: Any, scoro_client: ScoroClient) -> None:
    scoro.has_object("Blue Pylon", "Project")
    scoro.has_user("Ann Ferrow", "ann@example.com")
    scoro.has_custom_field("c_xeroinvoiceid", "Xero ID", ("bills",))

    objects, users, fields = await scoro_client.objects(), await scoro_client.users(), await scoro_client.custom_fields()

    assert [(entry.name, entry.group_name) for entry in objects] == [("Blue Pylon", "Project")]
    assert [user.email for user in users] == ["ann@example.com"]
    assert [(field.custom_field_id, field.modules) for field in fields] == [("c_xeroinvoiceid", ("bills",))]


async def test_given_projects_of_a_company_when_companies_are_read_then_its_name_is_found_by_id(
    scoro: Any, scoro_client: ScoroClient
) -> None:
    project_id = scoro.has_project("Tidewater Launch", company="Tern & Teal Ltd")

    names = {company.company_id: company.name for company in await scoro_client.companies()}

    assert names[(await scoro_client.project(project_id)).company_id] == "Tern &amp; Teal Ltd"


async def test_given_bills_when_listed_then_they_have_net_sums_and_no_lines(scoro: Any, scoro_client: ScoroClient) -> None:
    scoro.has_bill("B-1", "Delft Signs", ["740.00", "60.00"])

    page = await scoro_client.documents("bills")

    assert [(document.number, document.net, document.lines) for document in page.documents] == [("B-1", Decimal("800.00"), None)]


async def test_given_many_bills_when_paged_then_the_first_empty_page_is_the_end(scoro: Any, scoro_client: ScoroClient) -> None:
    ids = [scoro.has_bill(f"B-{number}", "Delft Signs", ["1"]) for number in range(200)]

    pages = [page async for page in scoro_client.document_pages("bills")]

    assert [document.scoro_document_id for page in pages for document in page.documents] == ids and len(scoro.traffic.calls) == 3


async def test_given_a_deleted_bill_when_listed_then_it_is_shown_as_deleted(scoro: Any, scoro_client: ScoroClient) -> None:
    scoro.deletes("bills", scoro.has_bill("B-1", "Delft Signs", ["1"]))

    page = await scoro_client.documents("bills")

    assert [document.is_deleted for document in page.documents] == [True]


async def test_given_a_bill_when_viewed_then_its_lines_and_fields_come_with_it(scoro: Any, scoro_client: ScoroClient) -> None:
    scoro.has_custom_field("c_xeroinvoiceid", "Xero ID")
    bill_id = scoro.has_bill("B-1", "Delft Signs", ["740.00", "60.00"])

    bill = await scoro_client.document("bills", bill_id)

    assert [one.net for one in bill.lines or ()] == [Decimal("740.00"), Decimal("60.00")]
    assert [field.custom_field_id for field in bill.custom_fields or ()] == ["c_xeroinvoiceid"]


async def test_given_a_deleted_bill_when_viewed_then_it_has_no_lines(scoro: Any, scoro_client: ScoroClient) -> None:
    bill_id = scoro.has_bill("B-1", "Delft Signs", ["740.00"])
    scoro.deletes("bills", bill_id)

    bill = await scoro_client.document("bills", bill_id)

    assert (bill.is_deleted, bill.lines) == (True, ())


async def test_given_one_project_when_put_on_it_then_the_header_alone_is_written(scoro: Any, scoro_client: ScoroClient) -> None:
    project_id = scoro.has_project("Tidewater Launch")
    viewed = await scoro_client.document_with_raw("bills", scoro.has_bill("B-1", "Delft Signs", ["740.00", "60.00"]))

    await scoro_client.put_on_project(viewed, header=project_id)

    assert json.loads(scoro.traffic.calls[-1].body)["request"] == {"project_id": project_id}
    assert sum(entry.net for entry in scoro.finances(project_id)) == Decimal("800.00")


@pytest.mark.parametrize("lines_modify", ["replace", "merge"])
@pytest.mark.parametrize("module", ["bills", "invoices"])
async def test_given_two_projects_when_put_on_them_per_line_then_each_carries_its_line(
    scoro: Any, scoro_client: ScoroClient, lines_modify: str, module: Any
) -> None:
    scoro.switches.lines_modify = lines_modify
    first, second = scoro.has_projects("Tidewater Launch", "Copper Vale")
    make = scoro.has_bill if module == "bills" else scoro.has_invoice
    viewed = await scoro_client.document_with_raw(module, make("B-1", "Delft Signs", ["740.00", "60.00"]))
    one, two = (entry.line_id for entry in viewed.document.lines or ())

    await scoro_client.put_on_project(viewed, lines={one: first, two: second})

    assert [(entry.net, entry.line_id) for project in (first, second) for entry in scoro.finances(project)] == [
        (Decimal("740.00"), one),
        (Decimal("60.00"), two),
    ]


async def test_given_a_line_that_is_not_named_when_put_per_line_then_it_is_on_no_project(scoro: Any, scoro_client: ScoroClient) -> None:
    project_id = scoro.has_project("Tidewater Launch")
    viewed = await scoro_client.document_with_raw(
        "bills", scoro.has_bill("B-1", "Delft Signs", ["740.00", line("60.00", project_id=project_id)])
    )

    await scoro_client.put_on_project(viewed, lines={(viewed.document.lines or ())[0].line_id: project_id})

    assert [entry.net for entry in scoro.finances(project_id)] == [Decimal("740.00")]


async def test_given_a_write_per_line_when_sent_then_nothing_but_the_projects_differs(scoro: Any, scoro_client: ScoroClient) -> None:
    project_id, object_id = scoro.has_project("Tidewater Launch"), scoro.has_object("Workshop")
    bill_id = scoro.has_bill("B-1", "Delft Signs", [line("740.00", "Fascia & trim", object_id=object_id, amount=3), "60.00"])
    viewed = await scoro_client.document_with_raw("bills", bill_id)

    await scoro_client.put_on_project(viewed, lines={entry.line_id: project_id for entry in viewed.document.lines or ()})

    again = await scoro_client.document_with_raw("bills", bill_id)
    assert [{**raw, "project_id": 0, "project_name": ""} for raw in again.raw_lines] == list(viewed.raw_lines)


async def test_given_a_document_on_a_project_when_taken_off_then_it_is_on_none(scoro: Any, scoro_client: ScoroClient) -> None:
    project_id = scoro.has_project("Tidewater Launch")
    viewed = await scoro_client.document_with_raw("bills", scoro.has_bill("B-1", "Delft Signs", ["740.00"], project_id=project_id))

    await scoro_client.put_on_project(viewed, header=0)

    assert scoro.finances(project_id) == []


async def test_given_a_line_that_was_not_viewed_when_put_per_line_then_nothing_is_sent(scoro: Any, scoro_client: ScoroClient) -> None:
    viewed = await scoro_client.document_with_raw("bills", scoro.has_bill("B-1", "Delft Signs", ["740.00"]))

    with pytest.raises(ChangedSince):
        await scoro_client.put_on_project(viewed, lines={1: 2})

    assert scoro.writes == []


async def test_given_a_custom_field_when_set_then_it_is_there_on_reading_back(scoro: Any, scoro_client: ScoroClient) -> None:
    scoro.has_custom_field("c_xeroinvoiceid", "Xero ID")
    bill_id = scoro.has_bill("B-1", "Delft Signs", ["740.00"])

    await scoro_client.set_custom_field("bills", bill_id, "c_xeroinvoiceid", "8f0c")

    bill = await scoro_client.document("bills", bill_id)
    assert [field.value for field in bill.custom_fields or ()] == ["8f0c"]


@pytest.mark.parametrize("error_form", ["messages.error", "errors", "list", "string"])
@pytest.mark.parametrize("errors_under_http_200", [True, False])
@pytest.mark.parametrize("status_code", ["number", "string"])
async def test_given_a_wrong_key_when_called_then_the_sentence_names_the_key_whatever_the_envelopes_shape(
    scoro: Any, clock: Any, error_form: str, errors_under_http_200: bool, status_code: str
) -> None:
    scoro.switches.error_form, scoro.switches.errors_under_http_200, scoro.switches.status_code = (
        error_form,
        errors_under_http_200,
        status_code,
    )
    client = await reached(scoro, clock, api_key="ScoroAPI_wrong")

    with pytest.raises(NotAllowed, match=r"Check the key.*Authentication failed") as refused:
        await client.all_projects()

    assert "ScoroAPI_wrong" not in str(refused.value)


@pytest.mark.parametrize("status", [200, 404, 302])
async def test_given_a_wrong_site_when_called_then_the_sentence_names_the_site(scoro: Any, scoro_client: ScoroClient, status: int) -> None:
    scoro.site_is_known, scoro.switches.unknown_site_status = False, status

    with pytest.raises(UnexpectedReply, match=r'"ferrowpike.example" .* Check the site name'):
        await scoro_client.all_projects()


async def test_given_an_edge_that_turns_callers_away_when_called_then_the_key_is_not_blamed(scoro: Any, scoro_client: ScoroClient) -> None:
    scoro.traffic.add(Fault(r".*", status=403, body=b"error code: 1010"))

    with pytest.raises(NotAllowed, match="edge"):
        await scoro_client.users()


@pytest.mark.parametrize(
    "fault", [{"html": True}, {"truncate_to": 60}, {"body": b"", "status": 200}, {"headers": {"content-type": "text/html"}}]
)
async def test_given_a_reply_that_is_no_list_when_read_then_it_is_not_read_as_empty(
    scoro: Any, scoro_client: ScoroClient, fault: dict[str, Any]
) -> None:
    scoro.has_project("Tidewater Launch")
    scoro.traffic.add(Fault(r".*/projects/list", **fault))

    with pytest.raises(UnexpectedReply):
        await scoro_client.all_projects()

    assert len(await scoro_client.all_projects()) == 1


async def test_given_a_lost_write_when_sent_then_it_is_not_repeated_and_says_it_may_have_landed(
    scoro: Any, scoro_client: ScoroClient
) -> None:
    project_id = scoro.has_project("Tidewater Launch")
    viewed = await scoro_client.document_with_raw("bills", scoro.has_bill("B-1", "Delft Signs", ["740.00"]))
    scoro.traffic.add(Fault(r".*/modify/.*", drop="after"))

    with pytest.raises(Unavailable) as lost:
        await scoro_client.put_on_project(viewed, header=project_id)

    assert (lost.value.may_have_acted, len(scoro.writes)) == (True, 1)


async def test_given_three_hundred_calls_when_made_then_scoro_never_has_to_refuse_one(scoro: Any, scoro_client: ScoroClient) -> None:
    scoro.limits.per_window = 20

    for _ in range(300):
        await scoro_client.in_lane("backfill").documents("bills")

    assert {call.status for call in scoro.traffic.calls} == {200}


async def test_given_a_window_that_is_full_when_read_then_it_is_waited_out(scoro: Any, scoro_client: ScoroClient, clock: Any) -> None:
    scoro.limits.per_window = 1
    await scoro_client.documents("bills")

    await scoro_client.documents("bills")

    assert sum(clock.slept) == 2.0


async def test_given_the_days_cap_when_called_then_the_error_says_until_when(scoro: Any, scoro_client: ScoroClient, clock: Any) -> None:
    scoro.limits.per_day = 0

    with pytest.raises(RateLimited) as used_up:
        await scoro_client.documents("bills")

    assert used_up.value.scope == "day" and timedelta(hours=13) < used_up.value.retry_at - clock.now() < timedelta(hours=15)


@pytest.fixture
async def plain_address(scoro: Any, clock: Any) -> AsyncIterator[ScoroClient]:
    client = await reached(scoro, clock, base_url="https://ferrowpike.example/api/v2/")
    yield client
    await client.aclose()


async def test_given_an_address_with_the_apis_path_when_called_then_it_is_not_doubled(scoro: Any, plain_address: ScoroClient) -> None:
    await plain_address.documents("bills", modified_from=date(2026, 11, 1))

    assert scoro.traffic.calls[0].path == "/api/v2/bills/list"
