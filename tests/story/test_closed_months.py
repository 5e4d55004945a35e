"""money.md 8: what changes in Xero after its month was closed is asked about, with its effect, and only a controller decides."""

from decimal import Decimal

import pytest

from xero_sync.testing.standins.xero import line
from xero_sync.testing.world import BEA, FINN, World

pytestmark = pytest.mark.usefixtures("second_run_changes_nothing")
CHANGED = "Changed in Xero after October 2026 was closed"


async def moved_after_closing(world: World) -> tuple[str, int, int]:
    """A bill of October on Tidewater Launch; the month is locked, and then one of its lines moves in Xero."""
    tidewater, vale = world.scoro.has_projects("Tidewater Launch", "Copper Vale Rebrand")
    for name in ("Tidewater Launch", "Copper Vale Rebrand"):
        world.xero.has_option(name)
    lines = [line(100, option="Tidewater Launch", description="Frames"), line(640, option="Tidewater Launch", description="Fascia panels")]
    bill = world.xero.approves_bill("10442", "Delft Signs", lines, date="2026-10-14")
    await world.sync()
    world.xero.organisation("Ferrow & Pike Ltd", "!fP3kx", "GBP", period_lock_date="2026-10-31")
    await world.sync()
    world.xero.recodes(bill, 2, "Copper Vale Rebrand")
    await world.clock.advance(60)
    await world.sync()
    return bill, tidewater, vale


async def test_given_a_closed_month_when_a_line_moves_then_nothing_is_written_and_a_card_says_the_effect(world: World) -> None:
    _, tidewater, vale = await moved_after_closing(world)

    card = world.card(CHANGED)

    assert (world.on_project(tidewater), world.on_project(vale)) == ([Decimal("740.00")], [])
    assert '"Fascia panels", £640.00 net: Tidewater Launch → Copper Vale Rebrand' in card.plain
    assert "Following Xero changes October 2026: Tidewater Launch -£640.00, Copper Vale Rebrand +£640.00." in card.plain
    assert card.buttons == ["Follow Xero", "Leave it as closed"]


async def test_given_that_card_when_a_bookkeeper_presses_then_a_controller_has_to(world: World) -> None:
    _, tidewater, vale = await moved_after_closing(world)

    seen = await world.press(CHANGED, "Follow Xero", BEA)

    assert "This month is closed. A controller can decide it." in seen.plain
    assert (world.on_project(tidewater), world.on_project(vale)) == ([Decimal("740.00")], [])


async def test_given_that_card_when_a_controller_follows_xero_then_the_line_moves(world: World) -> None:
    _, tidewater, vale = await moved_after_closing(world)

    await world.press(CHANGED, "Follow Xero", FINN)

    assert (world.on_project(tidewater), world.on_project(vale)) == ([Decimal("100.00")], [Decimal("640.00")])


async def test_given_that_card_when_it_is_left_then_it_stays_and_another_change_is_asked_about_anew(world: World) -> None:
    bill, tidewater, vale = await moved_after_closing(world)

    await world.press(CHANGED, "Leave it as closed", FINN)
    left = world.on_project(tidewater)
    why = (await world.command("why 10442", FINN)).plain
    world.xero.recodes(bill, 1, "Copper Vale Rebrand")
    await world.clock.advance(60)
    await world.sync()

    assert left == [Decimal("740.00")] and "a known difference to Xero" in why
    assert world.on_project(tidewater) == [Decimal("740.00")]
    assert any("Follow Xero" in card.buttons for card in world.cards(CHANGED)) and world.on_project(vale) == []


async def test_given_a_locked_month_when_a_bill_of_it_was_never_on_a_project_then_it_is_put_there_as_ever(world: World) -> None:
    world.xero.organisation("Ferrow & Pike Ltd", "!fP3kx", "GBP", period_lock_date="2026-10-31")
    project_id = world.scoro.has_project("Tidewater Launch")
    world.xero.has_option("Tidewater Launch")
    world.xero.approves_bill("10442", "Delft Signs", [line(640, option="Tidewater Launch")], date="2026-10-14")

    await world.sync()

    assert world.on_project(project_id) == [Decimal("640.00")] and not world.cards(CHANGED)


async def test_given_that_card_when_the_month_is_opened_again_then_xero_is_followed_and_the_card_closes(world: World) -> None:
    _, tidewater, vale = await moved_after_closing(world)
    world.xero.organisation("Ferrow & Pike Ltd", "!fP3kx", "GBP", period_lock_date="2026-09-30")

    await world.sync()

    assert (world.on_project(tidewater), world.on_project(vale)) == ([Decimal("100.00")], [Decimal("640.00")])
    assert "Closed by itself" in world.card(CHANGED).plain
