"""Unknown is not empty: a list that cannot be read takes nothing off, asks nothing, and is told once."""

import json
from decimal import Decimal
from typing import Any

import pytest

from xero_sync.testing.builders import has_client_projects
from xero_sync.testing.standins.traffic import Call, Fault, Traffic
from xero_sync.testing.standins.xero import line
from xero_sync.testing.world import World

pytestmark = pytest.mark.usefixtures("second_run_changes_nothing")

XERO_LISTS = {
    "accounts": r".*/Accounts",
    "categories": r".*/TrackingCategories",
    "invoices": r".*/Invoices",
    "credit notes": r".*/CreditNotes",
}
SCORO_LISTS = {
    "companies": r".*/companies/list",
    "projects": r".*/projects/list",
    "bills": r".*/bills/list",
}
LISTS = [
    *(pytest.param("xero", path, id=name) for name, path in XERO_LISTS.items()),
    *(pytest.param("scoro", path, id=name) for name, path in SCORO_LISTS.items()),
]
FAILURES: list[dict[str, Any]] = [
    {"html": True},
    {"truncate_to": 60},
    {"status": 500},
    {"status": 403, "body": b"{}"},
    {"body": b"", "status": 200},
    {"drop": "before"},
]
"""HTML, half a reply, an error, no right to it, nothing at all, no connection."""


def traffic_of(world: World, service: str) -> Traffic:
    return world.xero.traffic if service == "xero" else world.scoro.traffic


def empties(world: World, service: str, path: str) -> None:
    """The list's whole answer says that there is nothing, though there was."""
    key = path.rpartition("/")[2]
    xero = json.dumps({"Status": "OK", key: []}).encode()
    scoro = b'{"status":"OK","statusCode":200,"messages":null,"data":null}'
    body, headers = xero if service == "xero" else scoro, {"content-type": "application/json"}
    traffic_of(world, service).add(Fault(path, times=None, status=200, body=body, headers=headers, when=_is_first_page))


def _is_first_page(call: Call) -> bool:
    return call.service == "xero" or json.loads(call.body).get("page", 1) == 1


async def two_bills_on_a_project(world: World) -> int:
    """The quiet state before a list fails: two bills on a project, no question."""
    project_id = has_client_projects(world, [701])[701]
    for number in ("B-1", "B-2"):
        world.xero.approves_bill(number, "Pressgang Print", [line(400, option="Tidewater Launch")], date="2026-11-20")
    await world.sync()
    await world.clock.advance(24 * 3600)
    return project_id


def something_new(world: World) -> None:
    """A bill that is put on its project, and one that is asked about."""
    world.xero.has_option("Harbor Refit")
    world.xero.approves_bill("B-3", "Pressgang Print", [line(100, option="Tidewater Launch")], date="2026-11-20")
    world.xero.approves_bill("B-4", "Delft Signs", [line(740, option="Harbor Refit")], date="2026-11-20")


def questions(world: World) -> list[str]:
    return [title for title in world.titles if "Xero to Scoro" not in title and "cannot be read" not in title]


@pytest.mark.parametrize(("service", "path"), LISTS)
async def test_given_a_list_that_cannot_be_read_when_synced_then_nothing_is_taken_off_and_nothing_asked(
    world: World, service: str, path: str
) -> None:
    project_id = await two_bills_on_a_project(world)

    for failure in FAILURES:
        fault = traffic_of(world, service).add(Fault(path, times=None, **failure))
        await world.sync()
        traffic_of(world, service).remove(fault)

        assert world.on_project(project_id) == [Decimal(400), Decimal(400)], failure
    assert questions(world) == [] and len(world.cards("cannot be read")) == 1


@pytest.mark.parametrize(("service", "path"), LISTS)
async def test_given_a_list_that_can_be_read_again_when_synced_then_the_card_closes_itself_and_the_work_is_done(
    world: World, service: str, path: str
) -> None:
    project_id = await two_bills_on_a_project(world)
    something_new(world)
    fault = traffic_of(world, service).add(Fault(path, times=None, status=503))
    await world.sync()
    await world.sync()
    told = world.card("cannot be read").plain
    traffic_of(world, service).remove(fault)

    await world.sync()

    assert "Over:" not in told and "Over: it works again" in world.card("cannot be read").plain
    assert world.on_project(project_id) == [Decimal(100), Decimal(400), Decimal(400)]
    assert questions(world) == ['No Scoro project is called "Harbor Refit"']


@pytest.mark.parametrize(("service", "path"), [each for each in LISTS if each.id not in ("invoices", "credit notes")])
async def test_given_a_whole_list_that_comes_empty_when_it_is_whole_again_then_nothing_was_taken_off_or_asked(
    world: World, service: str, path: str
) -> None:
    project_id = await two_bills_on_a_project(world)
    something_new(world)
    empties(world, service, path)

    await world.sync()
    await world.sync()
    meanwhile = world.on_project(project_id), questions(world)
    traffic_of(world, service).faults.clear()
    await world.sync()

    assert meanwhile[0][-2:] == [Decimal(400), Decimal(400)]
    assert [title for title in meanwhile[1] if "Harbor Refit" not in title and "tracking category" not in title] == []
    assert world.on_project(project_id) == [Decimal(100), Decimal(400), Decimal(400)]


async def test_given_a_list_that_fails_once_when_it_is_read_again_then_no_card_was_needed(world: World) -> None:
    await two_bills_on_a_project(world)
    world.xero.traffic.add(Fault(r".*/Invoices", times=3, status=503))
    await world.sync()

    await world.sync()

    assert not world.cards("cannot be read")


async def test_given_a_page_that_is_cut_off_when_read_again_then_it_is_read_from_that_page_and_nothing_is_missed(world: World) -> None:
    project_id = has_client_projects(world, [701])[701]
    for number in range(100):
        world.scoro.has_bill(f"OLD-{number}", "Pressgang Print", [1], date="2026-11-01")
    world.xero.approves_bill("B-1", "Pressgang Print", [line(400, option="Tidewater Launch")], date="2026-11-20")
    world.scoro.traffic.add(Fault(r".*/bills/list", truncate_to=500, when=lambda call: b'"page":2' in call.body))
    await world.sync()
    before = world.on_project(project_id)
    pages = len(world.scoro.traffic.calls)

    await world.sync()

    assert before == [] and world.on_project(project_id) == [Decimal(400)]
    read = [json.loads(call.body)["page"] for call in world.scoro.traffic.calls[pages:] if call.path.endswith("/bills/list")]
    assert read[0] == 2


async def test_given_one_bill_that_cannot_be_read_in_a_list_when_synced_then_the_others_are_done_and_it_follows(world: World) -> None:
    project_id = has_client_projects(world, [701])[701]
    good = world.xero.approves_bill("B-1", "Pressgang Print", [line(400, option="Tidewater Launch")], date="2026-11-20")
    bad = world.xero.approves_bill("B-2", "Pressgang Print", [line(100, option="Tidewater Launch")], date="2026-11-20")
    world.scoro_copies()
    world.copies = False
    total = world.xero.documents[bad]["SubTotal"]
    world.xero.edits(bad, SubTotal="not a number")
    await world.sync()
    before = world.on_project(project_id)
    await world.clock.advance(60)
    world.xero.edits(bad, SubTotal=total)

    await world.sync()

    assert before == [Decimal(400)] and world.on_project(project_id) == [Decimal(100), Decimal(400)] and good


async def test_given_a_summary_in_the_list_when_synced_then_the_whole_bill_is_read_before_anything_is_decided(world: World) -> None:
    project_id = has_client_projects(world, [701])[701]
    world.xero.approves_bill("B-1", "Pressgang Print", [line(400, option="Tidewater Launch")], date="2026-11-20")

    def without_lines(call: Call) -> None:
        # What Xero answers without paging: documents whose lines are left out.
        if call.path.endswith("/Invoices") and call.reply:
            body = json.loads(call.reply)
            for invoice in body.get("Invoices", []):
                invoice["LineItems"] = []
            call.reply = json.dumps(body).encode()

    world.xero.traffic.on_call.append(without_lines)

    await world.sync()

    assert world.on_project(project_id) == [Decimal(400)]


async def test_given_xero_is_away_when_somebody_presses_then_the_answer_is_kept_and_carried_out_later(world: World) -> None:
    project_id = world.scoro.has_project("Harbour Refit", no=412)
    world.xero.has_option("Harbor Refit")
    world.xero.approves_bill("10442", "Delft Signs", [line(740, option="Harbor Refit")], date="2026-11-18")
    await world.sync()
    away = [traffic.add(Fault(".*", times=None, status=503)) for traffic in (world.xero.traffic, world.scoro.traffic)]
    await world.press('called "Harbor Refit"', "Put on Harbour Refit")
    kept = world.card("Harbor Refit").plain
    for traffic, fault in zip((world.xero.traffic, world.scoro.traffic), away, strict=True):
        traffic.remove(fault)

    await world.tick(120)

    assert "Answered by @Finn" in kept and world.on_project(project_id) == [Decimal(740)]


async def test_given_scoro_takes_no_writes_for_an_hour_when_it_does_again_then_the_bill_is_put_on_its_project(world: World) -> None:
    project_id = has_client_projects(world, [701])[701]
    world.xero.approves_bill("B-1", "Pressgang Print", [line(400, option="Tidewater Launch")], date="2026-11-20")
    fault = world.scoro.traffic.add(Fault(r".*/bills/modify/.*", times=None, status=503))
    await world.sync()
    for _ in range(30):
        await world.tick(120)
    tries = fault.struck
    world.scoro.traffic.remove(fault)

    await world.tick(3600)

    assert world.on_project(project_id) == [Decimal(400)] and tries <= 8


async def test_given_the_token_is_refused_when_synced_then_one_card_says_so_and_nothing_is_asked(world: World) -> None:
    project_id = await two_bills_on_a_project(world)
    fault = world.xero.traffic.add(Fault(r"/api.xro/.*", times=None, status=401, body=b'{"Title":"Unauthorized","Status":401}'))

    await world.sync()
    await world.sync()

    assert len(world.cards("Xero cannot be read")) == 1
    assert world.on_project(project_id) == [Decimal(400), Decimal(400)] and questions(world) == []
    world.xero.traffic.remove(fault)


async def test_given_a_bill_in_xeros_list_that_is_not_understood_when_synced_then_the_result_does_not_say_nothing_is_missing(
    world: World,
) -> None:
    world.scoro.has_project("Tidewater Launch")
    world.xero.has_option("Tidewater Launch")
    world.xero.approves_bill("B-1", "Pressgang Print", [line(1000, option="Tidewater Launch")], date="2026-11-20")
    broken = world.xero.approves_bill("B-2", "Pressgang Print", [line(5000, option="Tidewater Launch")], date="2026-11-20")
    world.copies = False
    world.scoro.copies_from(document for document_id, document in world.xero.documents.items() if document_id != broken)
    del world.xero.documents[broken]["CurrencyCode"]

    await world.sync()

    result = world.card("Checked: 1 document").plain
    assert "1 document in Xero's list is not understood and not in these sums. Open and save it in Xero" in result
    assert "Nothing is missing" not in result
