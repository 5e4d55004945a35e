"""An option stays with the project it was bound to, until the names say otherwise: then a person is asked, and nothing moves by itself."""

from decimal import Decimal

import pytest

from xero_sync.testing.builders import has_client_projects
from xero_sync.testing.standins.xero import line
from xero_sync.testing.world import World

pytestmark = pytest.mark.usefixtures("second_run_changes_nothing")

RENAMED = 'Option "Copper Vale Rebrand" was for Tidewater Launch'
KEEP, USE = "Keep Tidewater Launch", "Use Copper Vale Rebrand"


def bill(world: World, net: int, option: str = "Tidewater Launch", number: str = "771") -> str:
    return world.xero.approves_bill(number, "Larkspur Ltd", [line(net, option=option)], date="2026-11-12")


async def later(world: World) -> None:
    await world.clock.advance(3600)
    await world.sync()


async def a_namesake_comes(world: World) -> tuple[int, int]:
    """Bill 770 is on the project its option is bound to; then a second open project takes the name. The ids of the two."""
    first = has_client_projects(world, [701])[701]
    bill(world, 300, number="770")
    await world.sync()
    second = world.scoro.has_project("Tidewater launch", no=714, company="Osier Foods")
    await later(world)
    return first, second


async def the_option_gets_anothers_name(world: World) -> dict[int, int]:
    """Bill 770 is on project 701; then its option is renamed to what project 702 is called, whose own option is gone. The projects' ids."""
    projects = {701: world.scoro.has_project("Tidewater Launch", no=701), 702: world.scoro.has_project("Copper Vale Rebrand", no=702)}
    world.xero.has_option("Tidewater Launch")
    bill(world, 300, number="770")
    await world.sync()
    world.xero.renames_option("Tidewater Launch", "Copper Vale Rebrand")
    await later(world)
    return projects


# A second project takes the name.


async def test_given_a_bound_option_when_a_second_project_takes_its_name_then_it_stays_bound(world: World) -> None:
    first, second = await a_namesake_comes(world)
    bill(world, 400)

    await later(world)

    assert (world.on_project(first), world.on_project(second)) == ([Decimal(300), Decimal(400)], [])


# The option takes another project's name.


async def test_given_a_bound_option_when_it_is_renamed_to_another_projects_name_then_a_new_bill_is_asked_about(world: World) -> None:
    projects = await the_option_gets_anothers_name(world)
    bill(world, 400, "Copper Vale Rebrand")

    await later(world)

    card = world.card(RENAMED)
    assert card.buttons[:2] == [KEEP, USE] and "bill 771" in card.plain and "later documents with this option" in card.plain
    assert (world.on_project(projects[701]), world.on_project(projects[702])) == ([Decimal(300)], [])


@pytest.mark.parametrize(("button", "number"), [(KEEP, 701), (USE, 702)])
async def test_given_a_renamed_option_when_it_is_answered_then_later_bills_follow_without_another_question(
    world: World, button: str, number: int
) -> None:
    projects = await the_option_gets_anothers_name(world)
    bill(world, 400, "Copper Vale Rebrand")
    await later(world)
    await world.press(RENAMED, button)
    bill(world, 500, "Copper Vale Rebrand", "772")

    await later(world)

    answered = world.on_project(projects[number])
    assert answered == ([Decimal(300)] if number == 701 else []) + [Decimal(400), Decimal(500)]
    assert Decimal(300) in world.on_project(projects[701]) and not world.card(RENAMED).buttons


async def test_given_a_renamed_option_when_the_rename_is_taken_back_then_the_bill_goes_on_the_bound_project(world: World) -> None:
    projects = await the_option_gets_anothers_name(world)
    bill(world, 400, "Copper Vale Rebrand")
    await later(world)
    world.xero.renames_option("Copper Vale Rebrand", "Tidewater Launch")

    await later(world)

    assert world.on_project(projects[701]) == [Decimal(300), Decimal(400)] and "Closed by itself" in world.card(RENAMED).plain


async def test_given_a_bound_project_when_it_is_renamed_and_another_takes_its_name_then_it_is_asked_about(world: World) -> None:
    first = has_client_projects(world, [701])[701]
    await world.sync()
    world.scoro.renames_project(first, "Tidewater 2025")
    second = world.scoro.has_project("Tidewater Launch", no=714)
    bill(world, 400)

    await later(world)

    assert world.card('Option "Tidewater Launch" was for Tidewater 2025').buttons[:2] == ["Keep Tidewater 2025", "Use Tidewater Launch"]
    assert (world.on_project(first), world.on_project(second)) == ([], [])
