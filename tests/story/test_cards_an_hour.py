"""So many new question cards come in an hour, and the rest when it is their turn."""

from xero_sync.testing.standins.slack import Message
from xero_sync.testing.standins.xero import line
from xero_sync.testing.world import World


async def asks_seven_questions(world: World) -> list[Message]:
    """The cards that came of seven bills without project."""
    for place in range(7):
        world.xero.approves_bill(f"B-{place}", f"Supplier {place}", [line(900, account="310")], date="2026-11-20")
    await world.sync()
    return asking(world)


def asking(world: World) -> list[Message]:
    return [card for card in world.cards("No project for Supplier") if "Choose project…" in card.buttons]


async def test_given_two_cards_an_hour_are_set_when_seven_are_due_then_two_come_and_the_next_two_an_hour_later(database_url: str) -> None:
    async with World.open(database_url, cards_per_hour=2) as world:
        at_once = await asks_seven_questions(world)
        await world.clock.advance(3700)
        await world.sync()

        assert (len(at_once), len(asking(world))) == (2, 4)
