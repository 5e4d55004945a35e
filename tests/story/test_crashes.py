"""Killed at any point, the bot finishes after a restart: every document once, every option once, at most one double card."""

from dataclasses import replace
from decimal import Decimal

import pytest

from xero_sync.testing.standins.traffic import Fault
from xero_sync.testing.standins.xero import line
from xero_sync.testing.world import FINN, Crash, World

POINTS = ("before plan", "planned", "request sent", "effect done", "reply got", "outcome written")


async def dies_and_is_started_again(world: World) -> None:
    with pytest.raises(Crash):
        await world.sync()
    await world.restart()
    await world.sync()


@pytest.mark.parametrize("point", POINTS)
async def test_given_a_crash_while_attaching_when_started_again_then_the_bill_is_on_its_project_once(world: World, point: str) -> None:
    project_id = world.scoro.has_project("Tidewater Launch")
    world.xero.has_option("Tidewater Launch")
    await world.sync()
    world.xero.approves_bill("B-1", "Pressgang Print", [line(412.50, option="Tidewater Launch")], date="2026-11-20")
    world.scoro_copies()
    world.crash_at(point)
    await world.clock.advance(3600)

    await dies_and_is_started_again(world)

    assert world.on_project(project_id) == [Decimal("412.50")]
    assert [write.module for write in world.scoro.writes] == ["bills"]


@pytest.mark.parametrize("point", POINTS)
async def test_given_a_crash_while_creating_an_option_when_started_again_then_it_exists_once(world: World, point: str) -> None:
    await world.sync()
    world.scoro.has_project("Northgate Annual Report", no=704)
    await world.clock.advance(3600)
    await world.sync()
    world.crash_at(point)

    with pytest.raises(Crash):
        await world.press("Northgate Annual Report", 'Create "Northgate Annual Report" in Xero')
    await world.restart()
    await world.sync()

    assert [option.name for option in world.xero.options("Project")] == ["Northgate Annual Report"]
    assert not world.card("Northgate Annual Report").buttons


async def test_given_a_lost_reply_to_a_write_when_work_goes_on_then_it_is_read_back_and_not_sent_again(world: World) -> None:
    project_id = world.scoro.has_project("Tidewater Launch")
    world.xero.has_option("Tidewater Launch")
    world.xero.approves_bill("B-1", "Pressgang Print", [line(412.50, option="Tidewater Launch")], date="2026-11-20")
    world.scoro.traffic.add(Fault(r".*/bills/modify/\d+", drop="after"))

    await world.sync()
    await world.tick()

    assert world.on_project(project_id) == [Decimal("412.50")]
    assert len([call for call in world.scoro.traffic.calls if "/modify/" in call.path]) == 1
    assert "1 document put on its project" in world.card("Xero to Scoro").plain


async def test_given_a_write_that_never_arrived_when_work_goes_on_then_it_is_sent_again_once(world: World) -> None:
    project_id = world.scoro.has_project("Tidewater Launch")
    world.xero.has_option("Tidewater Launch")
    world.xero.approves_bill("B-1", "Pressgang Print", [line(412.50, option="Tidewater Launch")], date="2026-11-20")
    world.scoro.traffic.add(Fault(r".*/bills/modify/\d+", drop="before"))

    await world.sync()
    await world.tick()

    assert world.on_project(project_id) == [Decimal("412.50")]
    assert len(world.scoro.writes) == 1


async def test_given_a_lost_reply_to_a_new_option_when_work_goes_on_then_one_option_exists(world: World) -> None:
    await world.sync()
    world.scoro.has_project("Northgate Annual Report", no=704)
    await world.clock.advance(3600)
    await world.sync()
    world.xero.traffic.add(Fault(r".*/TrackingCategories/.*/Options", method="PUT", drop="after"))

    await world.press("Northgate Annual Report", 'Create "Northgate Annual Report" in Xero')
    await world.tick()

    assert [option.name for option in world.xero.options("Project")] == ["Northgate Annual Report"]
    assert not world.card("Northgate Annual Report").buttons


async def test_given_a_crash_between_posting_a_card_and_noting_it_when_started_again_then_at_most_one_is_double(world: World) -> None:
    world.xero.has_option("Harbor Refit")
    world.xero.approves_bill("10442", "Delft Signs", [line(740, option="Harbor Refit")], date="2026-11-18")
    world.crash_at("card posted")

    with pytest.raises(Crash):
        await world.sync()
    await world.restart()
    await world.sync()
    await world.sync()

    assert 1 <= len(world.cards('called "Harbor Refit"')) <= 2


async def test_given_a_listing_cut_short_after_its_first_page_when_it_goes_on_then_what_came_meanwhile_is_not_missed(world: World) -> None:
    project_id = world.scoro.has_project("Tidewater Launch")
    world.xero.has_option("Tidewater Launch")
    await world.sync()
    mirror = world.house.connection.books.mirror
    async with world.house.database.write() as db:
        listing = (await mirror.lists(db))["invoices"]
        await mirror.put_list(db, replace(listing, page=2, started_at=world.clock.now()))
    await world.clock.advance(10)
    world.xero.approves_bill("B-1", "Pressgang Print", [line(412.50, option="Tidewater Launch")], date="2026-11-20")

    await world.sync()

    assert world.on_project(project_id) == [Decimal("412.50")]


async def test_given_many_lists_due_when_a_person_types_sync_then_all_are_read_in_one_go(world: World) -> None:
    project_id = world.scoro.has_project("Tidewater Launch")
    world.xero.has_option("Tidewater Launch")
    await world.sync()
    world.xero.approves_bill("B-1", "Pressgang Print", [line(412.50, option="Tidewater Launch")], date="2026-11-20")
    world.scoro_copies()

    await world.slack.command("sync", FINN)
    await world.work()

    assert world.on_project(project_id) == [Decimal("412.50")]
