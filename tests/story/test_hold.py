"""hold leaves a document where it is, and out of what would be written; resume lets it go on."""

from __future__ import annotations

from decimal import Decimal

import pytest

from xero_sync.testing.standins.xero import line
from xero_sync.testing.world import ADA, BEA, FINN, VERA, World


async def says(world: World, words: str, person: str = BEA) -> str:
    """What the person is told in the end."""
    await world.command(words, person)
    return world.slack.ephemerals(person)[-1].plain


async def two_bills(world: World) -> tuple[int, int, str]:
    """One of £400.00 and one of £30.00 for Blue Pylon, read and not yet written in rehearsal; the projects and the first one's id."""
    pylon, heron = world.scoro.has_projects("Blue Pylon", "Grey Heron")
    for name in ("Blue Pylon", "Grey Heron"):
        world.xero.has_option(name)
    bill = world.xero.approves_bill("GR-1", "Gantry Riggers", [line(400, option="Blue Pylon")], date="2026-11-20")
    world.xero.approves_bill("GR-2", "Gantry Riggers", [line(30, option="Blue Pylon")], date="2026-11-20")
    await world.sync()
    return pylon, heron, bill


async def test_given_a_preview_when_one_document_is_left_out_then_start_writes_the_others_and_resume_that_one(database_url: str) -> None:
    async with World.open(database_url, is_live=False) as world:
        pylon, _, _ = await two_bills(world)
        before = await says(world, "sync --preview")

        held = await says(world, "hold gr-1")
        after = await says(world, "sync --preview")
        asked = await world.command("start", ADA)
        await world.press(asked.messages[-1], "End the rehearsal", ADA)
        await world.sync()
        written = world.on_project(pylon)
        await says(world, "resume GR-1")

        assert "2 documents would be put on projects · £430.00 net" in before and "hold NUMBER leaves one of them out" in before
        assert held == "Gantry Riggers, bill GR-1 stays on no project, and on hold. /xero-sync resume GR-1 lifts that."
        assert "1 document would be put on projects · £30.00 net" in after and "GR-1" not in after
        assert (written, world.on_project(pylon)) == ([Decimal("30.00")], [Decimal("30.00"), Decimal("400.00")])
        assert await world.another_sync_writes() == []


@pytest.mark.parametrize("change", ["another option", "another amount"])
async def test_given_a_document_on_its_project_when_it_is_held_then_it_stays_there_whatever_changes_in_xero(
    world: World, change: str
) -> None:
    pylon, heron, bill = await two_bills(world)
    told = await says(world, "hold GR-1")

    if change == "another option":
        world.xero.recodes(bill, 1, "Grey Heron")
    else:
        world.xero.edits(bill, lines=[line(450, option="Blue Pylon")])
    await world.sync()
    on_hold = [world.on_project(pylon), world.on_project(heron)]
    await says(world, "resume GR-1")

    nets = [Decimal("30.00"), Decimal("400.00" if change == "another option" else "450.00")]
    assert "stays on Blue Pylon, and on hold." in told and on_hold == [nets, []]
    assert [world.on_project(pylon), world.on_project(heron)] == ([nets[:1], nets[1:]] if change == "another option" else [nets, []])
    assert await world.another_sync_writes() == []


async def test_given_a_held_document_when_it_is_held_or_undone_again_then_it_says_who_held_it(world: World) -> None:
    await two_bills(world)
    await says(world, "hold GR-1")

    told = [await says(world, words, FINN) for words in ("hold GR-1", "undo GR-1", "why GR-1")]

    assert "is on hold already, by @Bea. Nothing was changed." in told[0] and "is on hold already, by @Bea. Nothing was undone." in told[1]
    assert "On hold: it stays here until somebody resumes it. @Bea answered “Hold”" in told[2]


@pytest.mark.parametrize("person", [VERA, ADA])
async def test_given_somebody_who_may_not_when_they_hold_then_they_are_refused(world: World, person: str) -> None:
    pylon, _, bill = await two_bills(world)

    told = (await world.command("hold GR-1", person)).messages[-1].plain
    world.xero.recodes(bill, 1, "Grey Heron")
    await world.sync()

    assert "A bookkeeper or controller can" in told and world.on_project(pylon) == [Decimal("30.00")]
