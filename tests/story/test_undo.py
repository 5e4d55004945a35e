"""Undo puts a document back to where it was, and on hold; resume lifts that."""

from decimal import Decimal

import pytest

from xero_sync.testing.standins.xero import line
from xero_sync.testing.world import ADA, BEA, FINN, VERA, World

pytestmark = pytest.mark.usefixtures("second_run_changes_nothing")


async def says(world: World, words: str, person: str = BEA) -> str:
    """What the person is told in the end."""
    await world.command(words, person)
    told = world.slack.ephemerals(person)
    return told[-1].plain if told else ""


async def on_blue_pylon(world: World) -> tuple[str, int, int]:
    """A bill on its project; the bill's id and those of its project and of another one."""
    pylon, heron = world.scoro.has_projects("Blue Pylon", "Grey Heron")
    for name in ("Blue Pylon", "Grey Heron"):
        world.xero.has_option(name)
    bill = world.xero.approves_bill("GR-1", "Gantry Riggers", [line(1980, option="Blue Pylon")], date="2026-11-20")
    await world.sync()
    return bill, pylon, heron


async def test_given_a_bill_on_its_project_when_it_is_undone_then_it_is_off_and_stays_off_until_it_is_resumed(world: World) -> None:
    _, pylon, _ = await on_blue_pylon(world)

    told = await says(world, "undo GR-1")
    undone = world.on_project(pylon)
    await world.sync()
    held, why = world.on_project(pylon), await says(world, "why gr-1")
    status = await says(world, "status")
    resumed = await says(world, "resume GR-1")

    assert "Gantry Riggers, bill GR-1 goes back to where it was: on no project. Nothing is changed in Xero. It is on hold" in told
    assert "on hold 1" in status
    assert "/xero-sync resume GR-1 lifts the hold" in why
    assert undone == held == [] and "→ Waits." in why and "@Bea answered “Undo”" in why
    assert "is not on hold any more" in resumed and world.on_project(pylon) == [Decimal("1980.00")]


async def test_given_a_bill_that_moved_when_it_is_undone_then_it_is_where_it_was_before_the_move(world: World) -> None:
    bill, pylon, heron = await on_blue_pylon(world)
    world.xero.recodes(bill, 1, "Grey Heron")
    await world.sync()

    told = await says(world, "undo GR-1")

    assert "on Blue Pylon. Nothing is changed in Xero. It is on hold" in told
    assert (world.on_project(pylon), world.on_project(heron)) == ([Decimal("1980.00")], [])


async def test_given_a_bill_on_hold_when_it_changes_in_xero_then_nothing_is_written_and_when_voided_it_is_off_for_good(
    world: World,
) -> None:
    bill, pylon, heron = await on_blue_pylon(world)
    world.xero.recodes(bill, 1, "Grey Heron")
    await world.sync()
    await says(world, "undo GR-1")
    writes = len(world.scoro.writes)
    world.xero.edits(bill, lines=[line(1980, option="Grey Heron", description="Rigging, as agreed")])
    await world.sync()
    unchanged = len(world.scoro.writes) == writes

    world.xero.voids(bill)
    await world.sync()

    assert unchanged and (world.on_project(pylon), world.on_project(heron)) == ([], [])


async def test_given_a_bill_that_somebody_moved_in_scoro_when_it_is_undone_then_it_is_refused_in_words(world: World) -> None:
    _, _, heron = await on_blue_pylon(world)
    (copy,) = world.scoro.bills.values()
    world.scoro.edits("bills", copy["id"], project_id=heron)
    await world.sync()

    told = await says(world, "undo GR-1")

    assert "was moved in Scoro since: it is on Grey Heron now. Nothing was undone." in told
    assert world.on_project(heron) == [Decimal("1980.00")]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("undo RS-1", "Nothing was put on a project for Rook Sound, bill RS-1 that could be undone."),
        ("undo nothing", 'No document "nothing" has been read from Xero.'),
        ("resume GR-1", "Gantry Riggers, bill GR-1 is not on hold. Nothing was changed."),
        ("undo 7", 'Several documents are called "7"'),
    ],
)
async def test_given_nothing_to_undo_when_it_is_typed_then_it_says_so(world: World, words: str, told: str) -> None:
    await on_blue_pylon(world)
    world.xero.approves_bill("RS-1", "Rook Sound", [line(400)], date="2026-11-20")
    for supplier in ("Larkspur Ltd", "Delft Signs"):
        world.xero.approves_bill("7", supplier, [line(400)], date="2026-11-20")
    await world.sync()

    assert told in await says(world, words)


async def test_given_a_bill_on_hold_when_it_is_undone_again_then_it_says_so_and_nothing_changes(world: World) -> None:
    await on_blue_pylon(world)
    await says(world, "undo GR-1")

    assert "Gantry Riggers, bill GR-1 is on hold already, by @Bea. Nothing was undone." in await says(world, "undo GR-1")


@pytest.mark.parametrize("person", [VERA, ADA])
async def test_given_somebody_who_may_not_when_they_undo_or_resume_then_they_are_refused(world: World, person: str) -> None:
    _, pylon, _ = await on_blue_pylon(world)

    told = [await says(world, words, person) for words in ("undo GR-1", "resume GR-1")]

    assert all("A bookkeeper or controller can" in each for each in told) and world.on_project(pylon) == [Decimal("1980.00")]


async def test_given_a_locked_month_when_a_bookkeeper_undoes_then_a_controller_has_to(world: World) -> None:
    _, pylon, _ = await on_blue_pylon(world)
    world.xero.organisation("Ferrow & Pike Ltd", "!fP3kx", "GBP", period_lock_date="2026-11-30")
    await world.sync()

    refused = await says(world, "undo GR-1", BEA)
    still_there = world.on_project(pylon)
    await says(world, "undo GR-1", FINN)

    assert (
        "This month is closed. A controller can decide it." in refused
        and still_there == [Decimal("1980.00")]
        and world.on_project(pylon) == []
    )
