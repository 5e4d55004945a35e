"""What was done, day by day, and write by write."""

from datetime import UTC, datetime
from decimal import Decimal

from xero_sync.testing.standins.xero import line
from xero_sync.testing.world import BEA, FINN, VERA, World


async def reads(world: World, words: str, person: str = FINN) -> str:
    """What the command shows."""
    return (await world.command(words, person)).messages[-1].plain


async def two_days_of_work(world: World) -> tuple[int, int]:
    """On 24 November two bills are put on Blue Pylon and one is answered; a day later one moves, one is undone. The two projects."""
    pylon, heron = world.scoro.has_projects("Blue Pylon", "Grey Heron")
    for name in ("Blue Pylon", "Grey Heron"):
        world.xero.has_option(name)
    moving = world.xero.approves_bill("GR-1", "Gantry Riggers", [line(1980, option="Blue Pylon")], date="2026-11-20")
    world.xero.approves_bill("GR-2", "Gantry Riggers", [line(20, option="Blue Pylon")], date="2026-11-20")
    world.xero.approves_bill("RS-7", "Rook Sound", [line(400)], date="2026-11-20")
    await world.sync()
    await world.choose_project("Rook Sound", "Choose project…", "Grey Heron", BEA)
    await world.clock.advance(24 * 3600)
    world.xero.recodes(moving, 1, "Grey Heron")
    await world.sync()
    await world.command("undo GR-2", BEA)
    return pylon, heron


async def test_given_two_days_of_work_when_history_is_typed_then_each_says_what_was_done_to_the_cent(world: World) -> None:
    await two_days_of_work(world)

    shown = await reads(world, "history")

    assert shown.splitlines()[:9] == [
        "What was done in the last 14 days",
        "Wednesday 25 November",
        "• 1 document moved to another project · £1,980.00 net",
        "• 1 document undone · £20.00 net",
        "Tuesday 24 November",
        "• 3 documents put on projects · £2,400.00 net",
        "• 1 answer given: @Bea 1",
        "/xero-sync history 2026-11-25 lists the writes of a day.",
        "/xero-sync undo 2026-11-25 puts back what was done in Scoro on that day; for controllers. Options stay in Xero.",
    ]


async def test_given_a_day_when_its_history_is_read_then_every_write_says_from_where_to_where_and_why(world: World) -> None:
    pylon, heron = await two_days_of_work(world)

    first, today = await reads(world, "history 24 nov"), await reads(world, "history today")

    assert 'Gantry Riggers, bill GR-1: no project → Blue Pylon · £1,980.00 net. Option "Blue Pylon"' in first
    assert "Rook Sound, bill RS-7: no project → Grey Heron · £400.00 net. @Bea decided: Grey Heron." in first
    assert "Gantry Riggers, bill GR-1: Blue Pylon → Grey Heron · £1,980.00 net." in today
    assert "Gantry Riggers, bill GR-2: Blue Pylon → no project · £20.00 net · undone. On hold" in today
    assert (world.on_project(pylon), world.on_project(heron)) == ([], [Decimal("400.00"), Decimal("1980.00")])


async def test_given_a_viewer_when_they_read_the_history_then_there_are_counts_and_no_supplier(world: World) -> None:
    await two_days_of_work(world)

    shown = [await reads(world, words, VERA) for words in ("history", "history yesterday")]

    assert all("3 documents put on projects" in each and "£" not in each and "Gantry" not in each for each in shown)


async def test_given_an_option_made_by_a_click_when_the_history_is_read_then_it_is_named(world: World) -> None:
    world.scoro.has_project("Tidewater Launch")
    world.xero.has_option("Blue Pylon")
    await world.sync()
    await world.clock.advance(3600)
    world.scoro.has_project("Northgate Annual Report")
    await world.sync()
    await world.press("New project", 'Create "Northgate Annual Report" in Xero', BEA)

    listed, written = await reads(world, "history"), await reads(world, "history today")

    assert "• 1 option created in Xero" in listed and "Option created in Xero: Northgate Annual Report." in written
    assert [option.name for option in world.xero.options() if option.name.startswith("North")] == ["Northgate Annual Report"]


async def test_given_nothing_done_or_no_day_when_history_is_typed_then_it_says_so(world: World) -> None:
    shown = [await reads(world, words) for words in ("history", "history 1 Jan", "history soon")]

    assert [each.splitlines()[0] for each in shown] == [
        "Nothing was done in the last 14 days.",
        "Nothing was done on Thursday 1 January 2026.",
        'No day is called "soon".',
    ]


async def test_given_a_write_after_midnight_in_london_when_the_history_is_read_then_it_counts_for_the_local_day(database_url: str) -> None:
    # 23:30 UTC on a summer evening is half past midnight in London.
    async with World.open(database_url, start=datetime(2026, 7, 14, 23, 30, tzinfo=UTC)) as world:
        world.scoro.has_projects("Blue Pylon")
        world.xero.has_option("Blue Pylon")
        world.xero.approves_bill("GR-1", "Gantry Riggers", [line(1980, option="Blue Pylon")], date="2026-07-10")
        await world.sync()

        assert "00:30 Gantry Riggers, bill GR-1" in await reads(world, "history 15 July")
        assert "Nothing was done" in await reads(world, "history 14 July")
