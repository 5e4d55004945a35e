"""What is too small for a card at once: `waiting` says how it is answered, and the button there brings its card."""

from decimal import Decimal

import pytest
from tests.story.test_cards_an_hour import asking, asks_seven_questions

from xero_sync.testing.builders import has_client_projects
from xero_sync.testing.standins.xero import line
from xero_sync.testing.world import ADA, BEA, VERA, World

pytestmark = pytest.mark.usefixtures("second_run_changes_nothing")

COURIERS, SOUND = "No project for Mill Couriers", "No project for Rook Sound"
OLDEST = "Answer the oldest"


async def two_small_bills(world: World) -> int:
    """Mill Couriers is asked about an hour before Rook Sound, both below the threshold; the id of a project to choose."""
    project_id = has_client_projects(world, [701])[701]
    world.xero.approves_bill("M-1", "Mill Couriers", [line("95.60", account="320")], date="2026-11-20")
    await world.sync()
    await world.clock.advance(3600)
    world.xero.approves_bill("RS-1", "Rook Sound", [line(60, account="310")], date="2026-11-19")
    await world.sync()
    return project_id


async def test_given_amounts_below_the_threshold_when_waiting_is_typed_then_it_says_how_they_are_answered(world: World) -> None:
    await two_small_bills(world)

    seen = await world.command("waiting")

    assert not world.cards(COURIERS) and not world.cards(SOUND)
    assert "2 questions have no card yet" in seen.plain and "from 250.00 net" in seen.plain and "waiting --ask" in seen.plain
    assert seen.messages[-1].buttons == [OLDEST]


async def test_given_a_small_amount_when_answer_the_oldest_is_pressed_then_its_card_comes_and_can_be_answered(world: World) -> None:
    project_id = await two_small_bills(world)
    seen = await world.command("waiting", BEA)

    await world.press(seen.messages[-1], OLDEST, BEA)
    await world.choose_project(COURIERS, "Choose project…", "Tidewater Launch", BEA)

    assert any("Mill Couriers" in message.plain for message in world.slack.ephemerals(BEA)) and not world.cards(SOUND)
    assert world.on_project(project_id) == [Decimal("95.60")]


async def test_given_small_amounts_when_the_words_are_typed_twice_then_both_cards_come_one_by_one_and_then_it_says_so(world: World) -> None:
    await two_small_bills(world)

    await world.command("waiting --ask")
    after_one = [bool(world.cards(COURIERS)), bool(world.cards(SOUND))]
    await world.command("waiting --ask")
    await world.command("waiting --ask")
    seen = await world.command("waiting")

    assert after_one == [True, False] and world.cards(SOUND)
    assert any("Every question has its card" in message.plain for message in world.slack.ephemerals("U_FINN"))
    assert "no card yet" not in seen.plain and seen.messages[-1].buttons == []


async def test_given_the_hours_five_cards_are_posted_when_the_oldest_is_asked_for_then_it_comes_all_the_same(world: World) -> None:
    before = await asks_seven_questions(world)

    await world.command("waiting --ask")

    assert len(before) == 5 and len(asking(world)) == 6


@pytest.mark.parametrize("person", [VERA, ADA])
async def test_given_somebody_who_may_not_answer_when_they_ask_for_the_oldest_then_they_are_refused(world: World, person: str) -> None:
    await two_small_bills(world)

    seen = await world.command("waiting", person)
    refused = await world.command("waiting --ask", person)

    assert not seen.messages[-1].buttons and "A bookkeeper or controller can" in refused.plain and not world.cards(COURIERS)
