"""Scoro's own sync comes some time after Xero: until it had its time the bot waits and says so, and only then it could not be done."""

from decimal import Decimal

import pytest

from xero_sync.testing.builders import has_client_projects
from xero_sync.testing.standins.xero import line
from xero_sync.testing.world import World

pytestmark = pytest.mark.usefixtures("second_run_changes_nothing")

STUCK = "Could not be done"
MINUTE = 60


async def an_edited_bill(world: World) -> tuple[int, str]:
    """A bill of 412.00 is on project 701; a minute later it is 500.00 in Xero, and Scoro's sync has not come by. The ids of both."""
    project_id = has_client_projects(world, [701])[701]
    bill_id = world.xero.approves_bill("PH-2207", "Pressgang Print", [line(412, option="Tidewater Launch")], date="2026-11-20")
    await world.sync()
    world.copies = False
    await world.clock.advance(MINUTE)
    world.xero.edits(bill_id, lines=[line(500, option="Tidewater Launch")])
    await world.sync()
    return project_id, bill_id


async def minutes_pass(world: World, minutes: int) -> None:
    """The bot works on as it does by itself, tick by tick."""
    for _ in range(minutes * 2):
        await world.tick(30)


async def test_given_a_bill_edited_in_xero_when_scoros_copy_is_not_renewed_yet_then_it_waits_and_nobody_is_asked(world: World) -> None:
    project_id, _ = await an_edited_bill(world)

    waiting = (await world.command("waiting")).plain

    assert "It waits for Scoro's copy: Xero says £500.00 net, the copy £412.00" in waiting
    assert not world.cards(STUCK) and "could not be done 0" in (await world.command("status")).plain
    assert world.on_project(project_id) == [Decimal(412)] and "goes on by itself" in world.card("Xero to Scoro").plain


async def test_given_a_bill_edited_in_xero_when_the_copy_is_renewed_within_the_hour_then_the_new_amount_is_on_the_project(
    world: World,
) -> None:
    project_id, _ = await an_edited_bill(world)
    await minutes_pass(world, 15)
    world.scoro_copies()

    await minutes_pass(world, 10)

    assert world.on_project(project_id) == [Decimal(500)] and not world.cards(STUCK)
    assert "1 document put on its project · £500.00 net" in world.card("Xero to Scoro").plain


async def test_given_a_copy_that_lags_when_time_passes_then_its_list_is_read_after_1_5_15_and_60_minutes(world: World) -> None:
    await an_edited_bill(world)
    began, reads = world.clock.now(), []
    world.scoro.traffic.on_call.append(
        lambda call: reads.append((world.clock.now() - began).total_seconds() / MINUTE) if call.path.endswith("/bills/list") else None
    )

    await minutes_pass(world, 85)

    assert {round(read) for read in reads} == {1, 6, 21, 81}


async def test_given_a_copy_that_lags_when_the_last_look_finds_it_unchanged_then_it_could_not_be_done(world: World) -> None:
    project_id, _ = await an_edited_bill(world)
    await minutes_pass(world, 79)
    before = world.cards(STUCK)

    await minutes_pass(world, 4)

    assert before == [] and "Xero says £500.00 net, Scoro's copy £412.00. Make them equal, then try again." in world.card(STUCK).plain
    assert world.on_project(project_id) == [Decimal(412)]


async def test_given_a_copy_with_other_lines_when_it_lags_then_it_waits_and_later_could_not_be_done(world: World) -> None:
    projects = has_client_projects(world, [701, 702])
    lines = [line(412, option="Tidewater Launch"), line(96, option="Copper Vale Rebrand")]
    bill_id = world.xero.approves_bill("PH-2207", "Pressgang Print", lines, date="2026-11-20")
    await world.sync()
    world.copies = False
    await world.clock.advance(MINUTE)
    world.xero.edits(bill_id, lines=[line(400, option="Tidewater Launch"), line(108, option="Copper Vale Rebrand")])
    await world.sync()
    waiting, before = (await world.command("waiting")).plain, world.cards(STUCK)

    await minutes_pass(world, 83)

    assert "It waits for Scoro's copy: the copy has other lines" in waiting and before == []
    assert "Scoro's copy has other lines" in world.card(STUCK).plain
    assert (world.on_project(projects[701]), world.on_project(projects[702])) == ([Decimal(412)], [Decimal(96)])


async def test_given_an_old_bill_when_somebody_changes_its_copy_in_scoro_then_it_could_not_be_done_at_once(world: World) -> None:
    has_client_projects(world, [701])
    bill_id = world.xero.approves_bill("PH-2207", "Pressgang Print", [line(412, option="Tidewater Launch")], date="2026-11-20")
    await world.sync()
    world.copies = False
    await world.clock.advance(24 * 60 * MINUTE)
    copy = world.scoro.copy_of(bill_id)
    assert copy is not None
    world.scoro.edits("bills", copy["id"], lines=[{"id": copy["lines"][0]["id"], "sum": "400.00"}])
    world.xero.edits(bill_id, updated=world.clock.now())
    await world.clock.advance(2 * 60 * MINUTE)

    await world.sync()

    assert "Xero says £412.00 net, Scoro's copy £400.00" in world.card(STUCK).plain


async def test_given_a_new_bill_when_its_copy_comes_within_the_hour_then_it_is_found_at_the_next_look(world: World) -> None:
    project_id = has_client_projects(world, [701])[701]
    world.copies = False
    await world.sync()
    world.xero.approves_bill("PH-2207", "Pressgang Print", [line(412, option="Tidewater Launch")], date="2026-11-20")
    await world.sync()
    await minutes_pass(world, 3)
    world.scoro_copies()

    await minutes_pass(world, 5)

    assert world.on_project(project_id) == [Decimal(412)]
