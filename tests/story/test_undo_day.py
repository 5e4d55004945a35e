"""Undo a day: all of it goes back to where it was when the day began, but for what changed since, which is named."""

from decimal import Decimal

import pytest

from xero_sync.testing.standins.slack import Message
from xero_sync.testing.standins.xero import line
from xero_sync.testing.world import ADA, BEA, FINN, VERA, World

pytestmark = pytest.mark.usefixtures("second_run_changes_nothing")


async def three_bills(world: World) -> tuple[int, int, list[str]]:
    """On 24 November GR-1 is put on Blue Pylon, GH-1 and GH-2 on Grey Heron; the two projects and the bills' ids."""
    pylon, heron = world.scoro.has_projects("Blue Pylon", "Grey Heron")
    for name in ("Blue Pylon", "Grey Heron"):
        world.xero.has_option(name)
    bills = [
        world.xero.approves_bill("GR-1", "Gantry Riggers", [line(1980, option="Blue Pylon")], date="2026-11-20"),
        world.xero.approves_bill("GH-1", "Pressgang Print", [line(300, option="Grey Heron")], date="2026-11-20"),
        world.xero.approves_bill("GH-2", "Pressgang Print", [line(70, option="Grey Heron")], date="2026-11-20"),
    ]
    await world.sync()
    return pylon, heron, bills


async def undoes(world: World, words: str = "undo 24 nov", button: str = "Undo 24 Nov") -> list[str]:
    """Finn types it and presses the button; the lines he is told in the end."""
    asked = await world.command(words, FINN)
    await world.press(asked.messages[-1], button, FINN)
    return world.slack.ephemerals(FINN)[-1].plain.splitlines()


def result_card(world: World) -> Message:
    return world.card("Xero to Scoro, Tuesday 24 November")


def on_projects(world: World, *project_ids: int) -> list[list[Decimal]]:
    return [world.on_project(project_id) for project_id in project_ids]


async def moves_in_scoro(world: World, bill: str, project_id: int) -> None:
    copy = world.scoro.copy_of(bill) or {}
    world.scoro.edits("bills", copy["id"], project_id=project_id)
    await world.sync()


async def test_given_a_day_of_writes_when_a_controller_undoes_it_then_all_go_back_and_what_moved_in_scoro_is_named(world: World) -> None:
    pylon, heron, (_, _, moved) = await three_bills(world)
    await moves_in_scoro(world, moved, pylon)

    told = await undoes(world, "undo today")

    assert told == [
        "2 documents, £2,280.00 net, go back to where they were when 24 Nov began, and on hold.",
        "1 document changed since and is left as it is:",
        "• Pressgang Print, bill GH-2 was moved in Scoro since: it is on Blue Pylon now.",
        "/xero-sync resume NUMBER lifts a hold.",
    ]
    assert on_projects(world, pylon, heron) == [[Decimal("70.00")], []]


async def test_given_an_earlier_day_when_it_is_undone_then_what_was_written_since_is_left_with_the_reason_and_who(world: World) -> None:
    pylon, heron, (recoded, _, _) = await three_bills(world)
    await world.clock.advance(24 * 3600)
    world.xero.recodes(recoded, 1, "Grey Heron")
    await world.sync()
    await world.command("undo GH-2", BEA)

    told = await undoes(world)

    assert told == [
        "1 document, £300.00 net, goes back to where it was when 24 Nov began, and on hold.",
        "2 documents changed since and are left as they are:",
        '• Gantry Riggers, bill GR-1 went on to Grey Heron on 25 Nov: Option "Grey Heron" is bound to project Grey Heron.',
        "• Pressgang Print, bill GH-2 is on hold already, by @Bea.",
        "/xero-sync resume NUMBER lifts a hold.",
    ]
    assert on_projects(world, pylon, heron) == [[], [Decimal("1980.00")]]


async def test_given_a_bill_that_moved_on_that_day_when_the_day_is_undone_then_it_is_where_it_was_when_the_day_began(world: World) -> None:
    pylon, heron, (recoded, _, _) = await three_bills(world)
    await world.clock.advance(24 * 3600)
    world.xero.recodes(recoded, 1, "Grey Heron")
    await world.sync()
    await world.clock.advance(24 * 3600)

    told = await undoes(world, "undo yesterday", "Undo 25 Nov")

    assert told[0] == "1 document, £1,980.00 net, goes back to where it was when 25 Nov began, and on hold."
    assert on_projects(world, pylon, heron) == [[Decimal("1980.00")], [Decimal("70.00"), Decimal("300.00")]]


async def test_given_more_than_five_that_changed_when_the_day_is_undone_then_five_are_named_and_the_rest_counted(world: World) -> None:
    pylon, heron = world.scoro.has_projects("Blue Pylon", "Grey Heron")
    world.xero.has_option("Blue Pylon")
    bills = [
        world.xero.approves_bill(f"B-{number}", "Delft Signs", [line(10 + number, option="Blue Pylon")], date="2026-11-20")
        for number in range(7)
    ]
    await world.sync()
    for bill in bills:
        await moves_in_scoro(world, bill, heron)

    told = await undoes(world)

    assert told[:2] == [
        "Nothing was put on projects on 24 Nov that could be undone.",
        "7 documents changed since and are left as they are:",
    ]
    assert (len(told), told[-1]) == (8, "and 2 more") and len(world.on_project(heron)) == 7 and world.on_project(pylon) == []


async def test_given_an_option_made_on_that_day_when_it_is_undone_then_it_stays_and_both_button_and_answer_say_so(world: World) -> None:
    await three_bills(world)
    await world.clock.advance(3600)
    world.scoro.has_project("Northgate Annual Report")
    await world.sync()
    await world.press("New project", 'Create "Northgate Annual Report" in Xero', BEA)
    elements = [each for block in result_card(world).blocks for each in block.get("elements", ())]
    (button,) = [each for each in elements if each.get("action_id") == "undo.day"]

    await world.press(result_card(world), "Undo today's…", FINN)
    told = world.slack.ephemerals(FINN)[-1].plain

    assert "1 option created in Xero stays." in button["confirm"]["text"]["text"] and "1 option created in Xero stays." in told
    assert world.put_on_projects() == 0 and "Northgate Annual Report" in [option.name for option in world.xero.options()]


@pytest.mark.parametrize("person", [BEA, VERA, ADA])
async def test_given_no_controller_when_they_undo_a_day_by_command_or_on_the_card_then_they_are_refused(world: World, person: str) -> None:
    await three_bills(world)

    typed = (await world.command("undo 24 nov", person)).messages[-1].plain
    pressed = (await world.press(result_card(world), "Undo today's…", person)).messages[-1].plain

    assert typed == pressed and "controller" in typed
    assert world.put_on_projects() == Decimal("2350.00")


async def test_given_the_card_of_yesterday_when_its_button_is_pressed_then_yesterday_is_undone(world: World) -> None:
    pylon, _, _ = await three_bills(world)
    yesterday = result_card(world)
    await world.clock.advance(24 * 3600)
    world.xero.approves_bill("GR-9", "Gantry Riggers", [line(5, option="Blue Pylon")], date="2026-11-25")
    await world.sync()

    await world.press(yesterday, "Undo today's…", FINN)

    assert world.slack.ephemerals(FINN)[-1].plain.startswith("3 documents, £2,350.00 net, go back")
    assert world.put_on_projects() == sum(world.on_project(pylon)) == 5


async def test_given_a_locked_month_when_the_day_is_undone_then_the_controller_may_as_with_one_document(world: World) -> None:
    await three_bills(world)
    world.xero.organisation("Ferrow & Pike Ltd", "!fP3kx", "GBP", period_lock_date="2026-11-30")
    await world.sync()

    told = await undoes(world)

    assert told[0].startswith("3 documents, £2,350.00 net, go back") and world.put_on_projects() == 0


async def test_given_nothing_written_on_a_day_when_it_is_undone_then_it_says_so_and_the_card_has_no_such_button(world: World) -> None:
    world.xero.approves_bill("RS-7", "Rook Sound", [line(400)], date="2026-11-20")
    await world.sync()

    told = await undoes(world, "undo 23 nov", "Undo 23 Nov")

    assert told == ["Nothing was put on projects on 23 Nov that could be undone."]
    assert result_card(world).buttons == ["What is waiting"]
