"""First ten, then ask me: ten writes, the largest first, then a card that asks whether to go on."""

from __future__ import annotations

from decimal import Decimal

import pytest

from xero_sync.testing.standins.slack import Message
from xero_sync.testing.standins.xero import line
from xero_sync.testing.world import ADA, FINN, Crash, World

TITLE = "The first ten are done"


def has_bills(world: World, many: int = 13) -> int:
    """Bills of £10.00, £20.00 and so on for Blue Pylon; its id."""
    pylon = world.scoro.has_project("Blue Pylon")
    world.xero.has_option("Blue Pylon")
    for number in range(1, many + 1):
        world.xero.approves_bill(f"B-{number}", "Delft Signs", [line(10 * number, option="Blue Pylon")], date="2026-11-20")
    return pylon


def nets(*tens: int) -> list[Decimal]:
    return [Decimal(10 * number) for number in tens]


async def starts_with_ten(world: World) -> None:
    """The rehearsal is over for ten writes."""
    await world.sync()
    asked = await world.command("start", ADA)
    await world.press(asked.messages[-1], "First ten, then ask me", ADA)
    await world.sync()


def card(world: World) -> Message:
    return world.card(TITLE)


async def test_given_a_rehearsal_when_it_ends_with_the_first_ten_then_the_ten_largest_are_written_and_it_asks(database_url: str) -> None:
    async with World.open(database_url, is_live=False) as world:
        pylon = has_bills(world)

        await starts_with_ten(world)

        assert world.on_project(pylon) == nets(*range(4, 14))
        assert card(world).plain.splitlines()[:2] == [
            "The first ten are done. Go on?",
            "3 documents wait to be put on their projects · £60.00 net",
        ]
        assert card(world).buttons == ["Go on", "Stop here"] and await world.another_sync_writes() == []
        assert "the first ten are done" in (await world.command("status", FINN)).messages[-1].plain


async def test_given_the_question_when_go_on_is_pressed_then_the_rest_is_written_and_what_comes_later_too(database_url: str) -> None:
    async with World.open(database_url, is_live=False) as world:
        pylon = has_bills(world)
        await starts_with_ten(world)

        await world.press(card(world), "Go on", ADA)
        gone_on = world.on_project(pylon)
        world.xero.approves_bill("B-20", "Delft Signs", [line(200, option="Blue Pylon")], date="2026-11-20")
        await world.sync()

        assert gone_on == nets(*range(1, 14)) and world.on_project(pylon) == nets(*range(1, 14), 20)
        assert "Gone on, as @Ada said." in card(world).plain and card(world).buttons == []


async def test_given_the_question_when_stop_here_is_pressed_then_it_is_a_rehearsal_again_until_start(database_url: str) -> None:
    async with World.open(database_url, is_live=False) as world:
        pylon = has_bills(world)
        await starts_with_ten(world)

        await world.press(card(world), "Stop here", ADA)
        world.xero.approves_bill("B-20", "Delft Signs", [line(200, option="Blue Pylon")], date="2026-11-20")
        await world.sync()
        stopped, status = world.on_project(pylon), (await world.command("status", FINN)).messages[-1].plain
        asked = await world.command("start", ADA)
        await world.press(asked.messages[-1], "End the rehearsal", ADA)
        await world.sync()

        assert stopped == nets(*range(4, 14)) and "rehearsal, nothing is written" in status
        assert "Back to the rehearsal, as @Ada said." in card(world).plain
        assert world.on_project(pylon) == nets(*range(1, 14), 20)


async def test_given_fewer_than_ten_when_more_come_later_then_it_asks_after_the_tenth(database_url: str) -> None:
    async with World.open(database_url, is_live=False) as world:
        pylon = has_bills(world, many=8)
        await starts_with_ten(world)
        before = [world.on_project(pylon), world.cards(TITLE)]

        for number in (9, 10, 11):
            world.xero.approves_bill(f"B-{number}", "Delft Signs", [line(10 * number, option="Blue Pylon")], date="2026-11-21")
        await world.sync()

        assert before == [nets(*range(1, 9)), []]
        assert world.on_project(pylon) == nets(*range(1, 9), 10, 11) and "1 document waits" in card(world).plain


@pytest.mark.parametrize("point", ["effect done", "reply got", "outcome written"])
async def test_given_a_crash_during_the_first_ten_when_it_starts_again_then_there_are_ten_and_no_more(
    database_url: str, point: str
) -> None:
    async with World.open(database_url, is_live=False) as world:
        pylon = has_bills(world)
        await world.sync()
        asked = await world.command("start", ADA)
        world.crash_at(point)
        with pytest.raises(Crash):
            await world.press(asked.messages[-1], "First ten, then ask me", ADA)

        await world.restart()
        await world.sync()

        assert world.on_project(pylon) == nets(*range(4, 14)) and len(world.cards(TITLE)) == 1


async def test_given_a_preview_while_it_asks_when_read_then_it_lists_what_go_on_does_and_writes_nothing(database_url: str) -> None:
    async with World.open(database_url, is_live=False) as world:
        has_bills(world)
        await starts_with_ten(world)
        writes = len(world.scoro.writes)

        await world.command("sync --preview", FINN)

        assert world.slack.ephemerals(FINN)[-1].plain.startswith("3 documents would be put on projects · £60.00 net")
        assert len(world.scoro.writes) == writes


async def test_given_somebody_else_when_they_press_go_on_then_they_are_refused_and_nothing_is_written(database_url: str) -> None:
    async with World.open(database_url, is_live=False) as world:
        pylon = has_bills(world)
        await starts_with_ten(world)

        told = [(await world.press(card(world), button, FINN)).messages[-1].plain for button in ("Go on", "Stop here")]

        assert all("Only an admin" in each for each in told) and world.on_project(pylon) == nets(*range(4, 14))
        assert card(world).buttons == ["Go on", "Stop here"]


async def test_given_it_is_live_when_the_first_ten_are_asked_for_again_then_it_asks_on_a_new_card(database_url: str) -> None:
    async with World.open(database_url, is_live=False) as world:
        pylon = has_bills(world)
        await starts_with_ten(world)
        await world.press(card(world), "Go on", ADA)
        asked = await world.command("start --first-ten", ADA)
        await world.press(asked.messages[-1], "First ten, then ask me", ADA)

        for number in range(14, 26):
            world.xero.approves_bill(f"B-{number}", "Delft Signs", [line(10 * number, option="Blue Pylon")], date="2026-11-21")
        await world.sync()

        assert world.on_project(pylon) == nets(*range(1, 14), *range(16, 26))
        assert sorted(each.buttons for each in world.cards(TITLE)) == [[], ["Go on", "Stop here"]]


@pytest.mark.parametrize("stops", [False, True])
async def test_given_the_question_when_the_day_is_undone_then_the_ten_are_off_their_project_and_no_other_is_on(
    database_url: str, stops: bool
) -> None:
    async with World.open(database_url, is_live=False) as world:
        pylon = has_bills(world)
        await starts_with_ten(world)
        if stops:
            await world.press(card(world), "Stop here", ADA)

        await world.press("Xero to Scoro, Tuesday", "Undo today's…", FINN)
        await world.sync()

        assert world.on_project(pylon) == [] and await world.another_sync_writes() == []
