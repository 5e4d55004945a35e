"""The main job: an approved document is on its project, to the cent."""

from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

import pytest

from xero_sync.testing.standins.xero import line
from xero_sync.testing.world import World


async def test_given_a_bill_with_an_equal_named_option_when_synced_then_it_is_on_its_project(world: World) -> None:
    project_id = world.scoro.has_project("Tidewater Launch")
    world.xero.has_option("Tidewater Launch")
    world.xero.approves_bill("B-1", "Pressgang Print", [line(412.50, option="Tidewater Launch")], date="2026-11-20")

    await world.sync()

    assert world.on_project(project_id) == [Decimal("412.50")]


@pytest.mark.parametrize("datetimes", ["mixed", "plain", "iso"])
async def test_given_a_bill_on_two_projects_when_its_list_is_read_again_then_its_copy_is_viewed_once_more_and_no_more(
    world: World, datetimes: Literal["mixed", "plain", "iso"]
) -> None:
    world.scoro.site("ferrowpike", time_zone=ZoneInfo("Europe/Tallinn"))
    world.scoro.switches.datetimes = datetimes
    for name in ("Tidewater Launch", "Copper Vale Rebrand"):
        world.scoro.has_project(name)
        world.xero.has_option(name)
    lines = [line(412.50, option="Tidewater Launch"), line(96, option="Copper Vale Rebrand")]
    world.xero.approves_bill("B-1", "Pressgang Print", lines, date="2026-11-20")
    await world.sync()
    views = []

    for _ in range(3):
        before = len(world.scoro.traffic.calls)
        await world.clock.advance(3600)
        await world.sync(["bills"])
        views.append(len([call for call in world.scoro.traffic.calls[before:] if "/bills/view/" in call.path]))

    assert views == [1, 0, 0]


async def test_given_an_unknown_option_when_a_person_picks_the_suggestion_then_the_bill_is_on_it(world: World) -> None:
    project_id = world.scoro.has_project("Harbour Refit", no=412)
    world.xero.has_option("Harbor Refit")
    world.xero.approves_bill("10442", "Delft Signs", [line(740, option="Harbor Refit")], date="2026-11-18")
    await world.sync()

    await world.press('called "Harbor Refit"', "Put on Harbour Refit")

    assert world.on_project(project_id) == [Decimal(740)]
    assert "Put on Harbour Refit" in world.card("Harbor Refit").plain and not world.card("Harbor Refit").buttons


async def test_given_an_account_made_today_when_its_first_bill_comes_then_the_accounts_are_read_at_once(world: World) -> None:
    project_id = world.scoro.has_project("Tidewater Launch")
    world.xero.has_option("Tidewater Launch")
    await world.sync()
    await world.clock.advance(3600)
    world.xero.has_account("314", "Freelance editors", "DIRECTCOSTS")
    world.xero.approves_bill("B-1", "Pressgang Print", [line(412.50, account="314", option="Tidewater Launch")], date="2026-11-20")

    await world.sync(["invoices", "bills"])

    assert world.on_project(project_id) == [Decimal("412.50")]


async def test_given_a_line_moved_in_scoro_in_the_second_it_was_put_on_its_project_when_synced_then_it_is_found(world: World) -> None:
    projects = [world.scoro.has_project(name) for name in ("Tidewater Launch", "Copper Vale Rebrand", "Blue Pylon")]
    for name in ("Tidewater Launch", "Copper Vale Rebrand"):
        world.xero.has_option(name)
    lines = [line(412.50, option="Tidewater Launch"), line(96, option="Copper Vale Rebrand")]
    bill_id = world.xero.approves_bill("B-1", "Pressgang Print", lines, date="2026-11-20")
    await world.sync()
    copy = world.scoro.copy_of(bill_id)
    assert copy is not None
    moved = [{**each, "project_id": projects[2] if each["project_id"] == projects[0] else each["project_id"]} for each in copy["lines"]]
    world.scoro.edits("bills", copy["id"], lines=moved)

    await world.clock.advance(3600)
    await world.sync(["bills"])

    assert "In Scoro it is on Blue Pylon" in world.card("Which is right?").plain
