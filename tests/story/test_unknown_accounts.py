"""A line on an account that Xero's list does not have."""

from decimal import Decimal

import pytest

from xero_sync.testing.standins.xero import line
from xero_sync.testing.world import World

pytestmark = pytest.mark.usefixtures("second_run_changes_nothing")
STUCK = "Could not be done: Bill B-1"


async def on_a_lost_account(world: World) -> int:
    """A bill with an option, on account 777, which is not listed; its project's id."""
    project_id = world.scoro.has_project("Blue Pylon")
    world.xero.has_option("Blue Pylon")
    world.xero.has_account("460", "Rent", "OVERHEADS")
    world.xero.approves_bill("B-1", "Gantry Riggers", [line(1980, account="777", option="Blue Pylon")], date="2026-11-20")
    del world.xero.accounts["777"]
    await world.sync()
    return project_id


async def test_given_an_account_that_is_not_listed_when_synced_then_a_card_says_what_to_do_and_nothing_is_written(world: World) -> None:
    project_id = await on_a_lost_account(world)

    card = world.card(STUCK)

    assert "Account 777 is not in Xero's list. Give the line an account in Xero that has a code, then try again." in card.plain
    assert card.buttons == ["Try again"] and world.on_project(project_id) == []


async def test_given_that_card_when_the_account_is_listed_at_last_then_the_bill_goes_on_by_itself(world: World) -> None:
    project_id = await on_a_lost_account(world)
    world.xero.has_account("777", "Rigging", "DIRECTCOSTS")

    await world.sync()

    assert world.on_project(project_id) == [Decimal("1980.00")] and "Closed by itself" in world.card(STUCK).plain


async def test_given_that_card_when_the_line_gets_another_account_then_the_bill_goes_on(world: World) -> None:
    project_id = await on_a_lost_account(world)
    await world.clock.advance(60)
    (bill,) = world.xero.documents
    world.xero.edits(bill, lines=[line(1980, account="320", option="Blue Pylon")])

    await world.sync()

    assert world.on_project(project_id) == [Decimal("1980.00")]
