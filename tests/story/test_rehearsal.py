"""Rehearsal: everything is read, matched and asked, and nothing is written until an admin says start."""

from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal

import pytest

from xero_sync.testing.builders import has_client_projects
from xero_sync.testing.standins.xero import line
from xero_sync.testing.world import ADA, BEA, FINN, World

HARBOR = 'called "Harbor Refit"'
NEW = "New project, not yet in Xero"


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    """A world that has just been connected."""
    async with World.open(database_url, is_live=False) as opened:
        yield opened
        assert opened.slack.violations == []


async def rehearses(world: World) -> tuple[int, int]:
    """One bill matches, one is asked about; the projects they belong on."""
    projects = has_client_projects(world, [701])
    harbour = world.scoro.has_project("Harbour Refit", no=412)
    world.xero.has_option("Harbor Refit")
    world.xero.approves_bill("B-1", "Pressgang Print", [line(400, option="Tidewater Launch")], date="2026-11-20")
    world.xero.approves_bill("10442", "Delft Signs", [line(740, option="Harbor Refit")], date="2026-11-18")
    await world.sync()
    return projects[701], harbour


async def starts(world: World, person: str = ADA) -> None:
    seen = await world.command("start", person)
    await world.press(seen.messages[0], "End the rehearsal", person)


async def test_given_a_new_connection_when_synced_then_cards_are_shown_and_nothing_is_written(world: World) -> None:
    await rehearses(world)

    await world.clock.advance(3600)
    await world.sync()

    assert (world.scoro.writes, world.xero.writes) == ([], [])
    assert "Rehearsal: nothing is written to Scoro or Xero yet" in world.card(HARBOR).plain
    assert "0 documents put on projects" in world.card("Xero to Scoro").plain and "Rehearsal" in world.card("Xero to Scoro").plain


async def test_given_a_rehearsal_when_an_answer_is_given_then_it_is_kept_and_the_card_says_so(world: World) -> None:
    await rehearses(world)

    await world.press(HARBOR, "Put on Harbour Refit")

    assert world.scoro.writes == []
    assert "The answer is kept. It is carried out when the rehearsal ends." in world.card(HARBOR).plain


async def test_given_answers_of_the_rehearsal_when_an_admin_says_start_then_they_are_carried_out_once(world: World) -> None:
    tidewater, harbour = await rehearses(world)
    await world.press(HARBOR, "Put on Harbour Refit")

    await starts(world)

    assert (world.on_project(tidewater), world.on_project(harbour)) == ([Decimal(400)], [Decimal(740)])
    assert len(world.scoro.writes) == 2 and "is on Harbour Refit" in world.card(HARBOR).plain
    assert await world.another_sync_writes() == []


async def test_given_an_option_asked_for_in_the_rehearsal_when_started_then_it_is_created(world: World) -> None:
    await world.sync()
    world.scoro.has_project("Northgate Annual Report", no=704)
    await world.clock.advance(3600)
    await world.sync()
    await world.press(NEW, 'Create "Northgate Annual Report" in Xero')
    before = world.xero.options("Project")

    await starts(world)

    assert before == [] and [option.name for option in world.xero.options("Project")] == ["Northgate Annual Report"]
    assert await world.another_sync_writes() == []


async def test_given_a_rehearsal_when_started_then_status_and_result_say_so(world: World) -> None:
    await rehearses(world)
    before = (await world.command("status")).plain

    await starts(world)

    assert "rehearsal, nothing is written" in before and "connected" in (await world.command("status")).plain
    assert "Rehearsal" not in world.card("Xero to Scoro").plain


@pytest.mark.parametrize("person", [FINN, BEA, "U_VERA"])
async def test_given_somebody_who_is_no_admin_when_they_say_start_then_they_are_refused(world: World, person: str) -> None:
    await rehearses(world)

    seen = await world.command("start", person)
    await world.sync()

    assert "Only an admin can end the rehearsal" in seen.plain and world.scoro.writes == []


async def test_given_a_rehearsal_when_a_waiting_bill_is_voided_before_start_then_it_is_never_written(world: World) -> None:
    tidewater, _ = await rehearses(world)
    world.xero.voids(next(key for key, document in world.xero.documents.items() if document["InvoiceNumber"] == "B-1"))

    await starts(world)
    await world.sync()

    assert world.on_project(tidewater) == []


async def test_given_a_rehearsal_when_the_bot_is_restarted_then_it_still_is_one(world: World) -> None:
    await rehearses(world)
    await world.restart()
    await world.clock.advance(timedelta(days=1).total_seconds())

    await world.sync()

    assert world.scoro.writes == []


async def test_given_a_live_connection_when_an_admin_says_start_again_then_nothing_happens(world: World) -> None:
    await rehearses(world)
    await starts(world)
    written = len(world.scoro.writes)

    await starts(world)

    assert len(world.scoro.writes) == written
    assert any("It is live already" in message.plain for message in world.slack.ephemerals(ADA))
