"""Books that several stories share: the invented agency Ferrow & Pike Ltd."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from xero_sync.testing.standins.xero import line
from xero_sync.testing.world import World

CLIENT_PROJECTS = {
    701: "Tidewater Launch",
    702: "Copper Vale Rebrand",
    703: "Marsh Signal Site",
    704: "Northgate Annual Report",
    705: "Blue Pylon",
    706: "Quay Lantern",
    707: "Osier Packaging",
    708: "Tern Winter",
    709: "Slate Films",
    710: "Larkspur Shop",
    711: "Kestrel Foods",
    712: "Fen Paper",
}


def has_client_projects(world: World, numbers: Iterable[int] = CLIENT_PROJECTS) -> dict[int, int]:
    """The agency's live projects, each with an option of its name; their Scoro ids by project number."""
    found = {}
    for number in numbers:
        found[number] = world.scoro.has_project(CLIENT_PROJECTS[number], no=number)
        world.xero.has_option(CLIENT_PROJECTS[number])
    return found


def approves_bills(
    world: World, contact: str, amounts: Iterable[Decimal | str | int], *, account: str, option: str | None = None, date: str
) -> list[str]:
    """One approved bill of one line for each net amount, numbered after the contact; their ids."""
    return [
        world.xero.approves_bill(f"{contact[:3].upper()}-{place}", contact, [line(amount, account=account, option=option)], date=date)
        for place, amount in enumerate(amounts, 1)
    ]
