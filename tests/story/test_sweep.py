"""The nightly check finds what no list of changes shows, follows it, and says that it had been missed."""

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from xero_sync.testing.standins.traffic import Fault
from xero_sync.testing.standins.xero import line
from xero_sync.testing.world import World

FOUND = "had changed unnoticed"
LONDON = ZoneInfo("Europe/London")


async def on_blue_pylon(world: World, number: str = "GR-1") -> tuple[str, int]:
    """A bill on its project, read and settled a while ago; its id and its project's."""
    projects = {row["project_name"]: key for key, row in world.scoro.projects.items()}
    if "Blue Pylon" not in projects:
        for name in ("Blue Pylon", "Grey Heron"):
            projects[name] = world.scoro.has_project(name)
            world.xero.has_option(name)
    bill = world.xero.approves_bill(number, "Gantry Riggers", [line(1980, option="Blue Pylon")], date="2026-11-20")
    await world.sync()
    # The newest document of all is read again at every check: this one is not.
    await world.clock.advance(3600)
    world.xero.approves_bill(f"{number} next", "Kettle & Crumb", [line(20, account="460")], date="2026-11-20")
    await world.sync()
    return bill, projects["Blue Pylon"]


async def night_comes(world: World) -> None:
    """The clock goes on to three in the morning, local time; what is due by then is done, but no list is pulled forward."""
    local = world.clock.now().astimezone(LONDON)
    night = datetime.combine(local.date() + timedelta(days=1), datetime.min.time(), LONDON) + timedelta(hours=3)
    await world.clock.advance((night - local).total_seconds())
    await world.work()


async def test_given_an_edit_that_moves_no_stamp_when_the_night_comes_then_it_is_followed_and_reported(world: World) -> None:
    world.xero.switches.tracking_edit_moves_updated_date = False
    bill, pylon = await on_blue_pylon(world)
    world.xero.recodes(bill, 1, "Grey Heron")
    await world.sync()
    unnoticed = world.on_project(pylon)

    await night_comes(world)

    assert unnoticed == [Decimal("1980.00")] and world.on_project(pylon) == []
    assert (
        "The nightly check found 1 document that had changed unnoticed" in world.card(FOUND).plain
        and "Gantry Riggers GR-1" in world.card(FOUND).plain
    )


async def test_given_a_copy_deleted_long_after_its_last_change_when_the_night_comes_then_it_is_noticed(world: World) -> None:
    bill, pylon = await on_blue_pylon(world)
    await world.clock.advance(5 * 24 * 3600)
    await world.sync()
    copy = world.scoro.copy_of(bill) or {}
    world.copies = False
    world.scoro.deletes("bills", copy["id"])
    await world.sync()
    unnoticed = world.cards("Could not be done")

    await night_comes(world)

    assert not unnoticed and "Scoro's copy was deleted" in world.card("Could not be done").plain
    assert "Gantry Riggers GR-1" in world.card(FOUND).plain and world.on_project(pylon) == []


async def test_given_nothing_unnoticed_when_the_night_comes_then_few_calls_are_made_and_nothing_is_said(world: World) -> None:
    for place in range(50):
        await on_blue_pylon(world, f"GR-{place}") if place % 25 == 0 else world.xero.approves_bill(
            f"GR-{place}", "Gantry Riggers", [line(10, option="Blue Pylon")], date="2026-11-20"
        )
    await world.sync()
    await night_comes(world)
    before = len([call for call in world.xero.traffic.calls if "IDs" in call.query]), len(world.scoro.writes)

    await night_comes(world)

    by_id = [call for call in world.xero.traffic.calls if "IDs" in call.query]
    assert len(by_id) - before[0] == 2 and len(world.scoro.writes) == before[1] and not world.cards(FOUND)


async def test_given_what_was_found_when_the_next_night_finds_nothing_then_the_card_says_that_it_is_over(world: World) -> None:
    world.xero.switches.tracking_edit_moves_updated_date = False
    bill, _ = await on_blue_pylon(world)
    world.xero.recodes(bill, 1, "Grey Heron")
    await night_comes(world)

    await night_comes(world)
    await night_comes(world)

    assert "Over: it works again." in world.card(FOUND).plain


async def test_given_a_service_that_is_down_at_night_when_an_hour_has_passed_then_the_check_goes_on(world: World) -> None:
    world.xero.switches.tracking_edit_moves_updated_date = False
    bill, pylon = await on_blue_pylon(world)
    world.xero.recodes(bill, 1, "Grey Heron")
    down = world.xero.traffic.add(Fault(".*/Invoices", status=503, times=None, when=lambda call: "IDs" in call.query))
    await night_comes(world)
    missed = world.on_project(pylon)
    world.xero.traffic.remove(down)

    await world.clock.advance(3700)
    await world.work()

    assert missed == [Decimal("1980.00")] and world.on_project(pylon) == []


@pytest.mark.parametrize("is_live", [True, False])
async def test_given_a_rehearsal_when_the_night_comes_then_nothing_is_read_again(database_url: str, is_live: bool) -> None:
    async with World.open(database_url, is_live=is_live) as world:
        await on_blue_pylon(world)

        await night_comes(world)

        assert any("IDs" in call.query for call in world.xero.traffic.calls) == is_live
