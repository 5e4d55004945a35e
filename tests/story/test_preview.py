"""sync --preview: a list of what would be put where, and nothing is written."""

from __future__ import annotations

import copy
import json
from decimal import Decimal

from xero_sync.domain.people import Person
from xero_sync.loop.preview import preview, preview_answer
from xero_sync.reports.preview import preview_text
from xero_sync.testing.standins.traffic import Fault
from xero_sync.testing.standins.xero import line
from xero_sync.testing.world import ADA, FINN, VERA, World

FOUND = """2 documents would be put on projects · £1,012.50 net
• Delft Signs, bill 10442, 18 Nov, £600.00: Tidewater Launch £400.00 and Blue Pylon £200.00
• Pressgang Print, bill B-1, 20 Nov, £412.50: Tidewater Launch
By project, now and then:
• Tidewater Launch: £0.00 → £812.50 (+£812.50)
• Blue Pylon: £0.00 → £200.00 (+£200.00)
"""
HOW = "/xero-sync hold NUMBER leaves one of them out, until resume NUMBER.\n"
HOW_TYPED = "`/xero-sync hold NUMBER` leaves one of them out, until `resume NUMBER`.\n"


def has_two_bills(world: World) -> str:
    """One on one project, one on two; the id of the first."""
    for name in ("Tidewater Launch", "Blue Pylon"):
        world.scoro.has_project(name)
        world.xero.has_option(name)
    bill_id = world.xero.approves_bill("B-1", "Pressgang Print", [line(412.50, option="Tidewater Launch")], date="2026-11-20")
    lines = [line(400, option="Tidewater Launch"), line(200, option="Blue Pylon")]
    world.xero.approves_bill("10442", "Delft Signs", lines, date="2026-11-18")
    world.scoro_copies()
    return bill_id


async def test_given_a_rehearsal_when_previewed_then_the_list_says_what_start_will_do(database_url: str) -> None:
    async with World.open(database_url, is_live=False) as world:
        has_two_bills(world)
        await world.sync()

        await world.command("sync --preview", FINN)

        assert world.slack.ephemerals(FINN)[-1].plain == f"{FOUND}{HOW}Nothing was written. It is done when an admin says start."
        assert world.put_on_projects() == 0


async def test_given_bills_not_looked_at_yet_when_previewed_then_the_list_is_what_the_next_check_does(world: World) -> None:
    has_two_bills(world)

    found = await preview(world.house.connection)
    written_by_preview = list(world.scoro.writes)
    await world.sync()

    assert (preview_text(found), written_by_preview) == (f"{FOUND}{HOW_TYPED}Nothing was written. It is done in the next check.", [])
    moved = {name: net for document in found.documents for name, net in document.to_projects if document.number == "10442"}
    assert {name: money.amount for name, money in moved.items()} == {"Tidewater Launch": 400, "Blue Pylon": 200}
    assert world.put_on_projects() == Decimal("1012.50")


async def test_given_everything_is_done_when_previewed_then_nothing_is_left(world: World) -> None:
    has_two_bills(world)
    await world.sync()

    found = await preview(world.house.connection)

    assert preview_text(found) == "Nothing would be put on a project now. Nothing was written."


async def test_given_a_bill_moved_to_another_option_when_previewed_then_the_list_says_from_where(world: World) -> None:
    bill_id = has_two_bills(world)
    await world.sync()
    world.xero.recodes(bill_id, 1, option="Blue Pylon")
    await world.clock.advance(60)

    found = await preview(world.house.connection)

    (moved,) = found.documents
    assert [(each.name, str(each.before), str(each.after), str(each.moved)) for each in found.projects] == [
        ("Blue Pylon", "£200.00", "£612.50", "£412.50"),
        ("Tidewater Launch", "£812.50", "£400.00", "-£412.50"),
    ]
    assert (moved.from_projects, [name for name, _ in moved.to_projects]) == (("Tidewater Launch",), ["Blue Pylon"])


async def test_given_a_voided_bill_when_previewed_then_the_list_says_what_would_be_taken_off(world: World) -> None:
    bill_id = has_two_bills(world)
    await world.sync()
    await world.clock.advance(3600)
    world.xero.voids(bill_id)

    text = preview_text(await preview(world.house.connection))

    assert text.splitlines()[0] == "1 document would be taken off its project · £412.50 net"


async def test_given_an_answer_in_rehearsal_when_previewed_then_the_option_to_create_is_named(database_url: str) -> None:
    async with World.open(database_url, is_live=False) as world:
        world.scoro.has_project("Tidewater Launch")
        world.xero.has_option("Blue Pylon")
        await world.sync()
        await world.clock.advance(3600)
        world.scoro.has_project("Northgate Annual Report")
        await world.sync()
        await world.press("New project", 'Create "Northgate Annual Report" in Xero', "U_BEA")

        found = await preview(world.house.connection)

        assert (found.options, world.accounting_writes) == (("Northgate Annual Report",), [])


async def test_given_an_admin_when_they_preview_then_they_see_how_many_and_no_supplier(world: World) -> None:
    has_two_bills(world)

    answer = await preview_answer(world.house.connection, Person(ADA, "admin"))

    assert answer.splitlines()[0] == "2 documents would be put on projects" and "Delft" not in answer and "£" not in answer


async def test_given_a_viewer_when_they_preview_then_they_are_told_who_can(world: World) -> None:
    seen = await world.command("sync --preview", VERA)

    assert "A bookkeeper or controller can" in seen.messages[-1].plain


async def test_given_xero_sends_html_when_previewed_then_nothing_is_claimed(world: World) -> None:
    has_two_bills(world)
    world.xero.traffic.add(Fault(r".*/TrackingCategories", html=True, times=None))

    answer = await preview_answer(world.house.connection, Person(FINN, "controller"))

    assert answer.startswith("Nothing can be said just now.")


async def test_given_two_currencies_and_a_credit_note_when_previewed_then_each_projects_figures_are_those_of_the_books_afterwards(
    world: World,
) -> None:
    has_two_bills(world)
    await world.sync()
    world.xero.approves_bill("AB-77", "Atelier Brume", [line(1160, option="Blue Pylon")], date="2026-11-21", currency="EUR")
    world.xero.approves_credit_note("CN-1", "Delft Signs", [line(50, option="Blue Pylon")], date="2026-11-21")
    world.scoro_copies()

    found = await preview(world.house.connection)
    await world.sync()

    assert [(each.name, str(each.before), str(each.after)) for each in found.projects] == [
        ("Blue Pylon", "€0.00", "€1,160.00"),
        ("Blue Pylon", "£200.00", "£150.00"),
    ]
    pylon = next(project_id for project_id, row in world.scoro.projects.items() if row["project_name"] == "Blue Pylon")
    assert world.on_project(pylon) == [Decimal("-50.00"), Decimal("200.00"), Decimal("1160.00")]


async def test_given_scoro_took_a_bill_off_when_previewed_then_it_is_not_on_its_project_now_and_would_be(world: World) -> None:
    bill_id = has_two_bills(world)
    await world.sync()
    found_copy = world.scoro.copy_of(bill_id) or {}
    world.scoro.edits("bills", found_copy["id"], project_id=0)

    found = await preview(world.house.connection)

    assert [(each.name, str(each.before), str(each.after)) for each in found.projects] == [("Tidewater Launch", "£400.00", "£812.50")]


async def test_given_much_to_do_when_previewed_in_slack_and_as_json_then_the_books_of_both_services_are_as_they_were(world: World) -> None:
    has_two_bills(world)
    before = copy.deepcopy((world.xero.documents, world.xero.options(), world.scoro.bills, world.scoro.projects))

    answer = await preview_answer(world.house.connection, Person(FINN, "controller"), as_json=True)
    told = await preview_answer(world.house.connection, Person(FINN, "controller"))

    assert json.loads(answer)["projects"][0] | {"project_id": 0} == {
        "project_id": 0,
        "name": "Tidewater Launch",
        "before": {"amount": "0.00", "currency": "GBP"},
        "after": {"amount": "812.50", "currency": "GBP"},
        "moved": {"amount": "812.50", "currency": "GBP"},
    }
    assert "By project" in told and (world.xero.writes, world.scoro.writes) == ([], [])
    assert (world.xero.documents, world.xero.options(), world.scoro.bills, world.scoro.projects) == before
