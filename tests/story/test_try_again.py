"""A document that could not be done stays on its card until it is."""

import pytest

from xero_sync.testing.standins.traffic import Fault
from xero_sync.testing.standins.xero import line
from xero_sync.testing.world import World

REFUSED = b'{"status":"ERROR","statusCode":400,"messages":{"error":["Not allowed for this bill"]}}'
STUCK = "Could not be done"


@pytest.fixture
async def refusal(world: World) -> Fault:
    """A bill whose copy Scoro lets nobody change."""
    world.scoro.has_project("Tidewater Launch", no=701)
    world.xero.has_option("Tidewater Launch")
    world.xero.approves_bill("B-1", "Pressgang Print", [line("412.50", option="Tidewater Launch")], date="2026-11-20")
    fault = Fault(r".*/bills/modify/\d+", times=None, status=200, headers={"content-type": "application/json"}, body=REFUSED)
    world.scoro.traffic.add(fault)
    await world.sync()
    return fault


async def tries_again(world: World) -> None:
    await world.clock.advance(60)
    await world.press(STUCK, "Try again")


async def test_given_a_bill_that_is_refused_again_when_tried_again_then_the_same_card_still_offers_it(world: World, refusal: Fault) -> None:
    first = world.card(STUCK)

    await tries_again(world)

    assert (world.card(STUCK).ts, world.card(STUCK).buttons, refusal.struck) == (first.ts, ["Try again"], 2)


async def test_given_a_bill_that_is_taken_at_last_when_tried_again_then_the_card_has_nothing_left_to_offer(
    world: World, refusal: Fault
) -> None:
    await tries_again(world)
    world.scoro.traffic.remove(refusal)

    await tries_again(world)

    assert world.card(STUCK).buttons == [] and "1 document put on its project · £412.50 net" in world.card("Xero to Scoro").plain
