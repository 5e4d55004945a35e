"""A kind of document that does not go to Scoro is never put on a project there; what people decided is kept."""

from decimal import Decimal

import pytest

from xero_sync.testing.builders import has_client_projects
from xero_sync.testing.standins.xero import line
from xero_sync.testing.world import World

pytestmark = pytest.mark.usefixtures("second_run_changes_nothing")


def one_of_each(world: World, option: str = "Tidewater Launch") -> None:
    """A bill, a supplier's credit note, a sales invoice and a client's credit note, all on one option."""
    world.xero.approves_bill("B-1", "Pressgang Print", [line(400, option=option)], date="2026-11-20")
    world.xero.approves_credit_note("CN-1", "Pressgang Print", [line(10, option=option)], date="2026-11-20")
    world.xero.approves_invoice("INV-1", "Osier Foods", [line(5000, account="200", option=option)], date="2026-11-20")
    world.xero.approves_credit_note(
        "CN-2", "Osier Foods", [line(100, account="200", option=option)], date="2026-11-20", kind="ACCRECCREDIT"
    )


async def is_set_to(world: World, **directions: str) -> None:
    world.settings["connection"] |= directions
    await world.restart()


@pytest.mark.parametrize(
    ("bills", "invoices", "expected"),
    [
        pytest.param("to_scoro", "to_xero", [-10, 400], id="bills to Scoro, invoices to Xero"),
        pytest.param("to_scoro", "off", [-10, 400], id="bills alone"),
        pytest.param("off", "to_scoro", [-100, 5000], id="invoices alone"),
        pytest.param("to_scoro", "to_scoro", [-100, -10, 400, 5000], id="both"),
        pytest.param("off", "off", [], id="neither"),
    ],
)
async def test_given_directions_when_synced_then_only_what_goes_to_scoro_is_put_on_its_project(
    world: World, bills: str, invoices: str, expected: list[int]
) -> None:
    await is_set_to(world, bills=bills, invoices=invoices)
    project_id = has_client_projects(world, [701])[701]
    one_of_each(world)

    await world.sync()

    assert world.on_project(project_id) == expected


async def test_given_invoices_that_go_to_xero_when_they_have_no_project_then_nobody_is_asked(world: World) -> None:
    await is_set_to(world, invoices="to_xero")
    world.xero.approves_invoice("INV-1", "Osier Foods", [line(5000, account="200")], date="2026-11-20")

    await world.sync()

    assert world.cards() == []


async def test_given_bills_on_projects_when_their_direction_is_switched_off_then_they_stay_there(world: World) -> None:
    project_id = has_client_projects(world, [701])[701]
    document_id = world.xero.approves_bill("B-1", "Pressgang Print", [line(400, option="Tidewater Launch")], date="2026-11-20")
    await world.sync()
    await is_set_to(world, bills="off")
    await world.clock.advance(3600)
    world.xero.edits(document_id, reference="PO 7")

    await world.sync()

    assert world.on_project(project_id) == [Decimal(400)]


async def test_given_an_answer_when_the_direction_is_off_and_on_again_then_it_still_holds(world: World) -> None:
    project_id = world.scoro.has_project("Harbour Refit", no=412)
    world.xero.has_option("Harbor Refit")
    world.xero.approves_bill("10442", "Delft Signs", [line(740, option="Harbor Refit")], date="2026-11-18")
    await world.sync()
    await world.press('called "Harbor Refit"', "Put on Harbour Refit")
    await is_set_to(world, bills="off")
    world.xero.approves_bill("10451", "Delft Signs", [line(60, option="Harbor Refit")], date="2026-11-20")
    await world.sync()
    meanwhile = world.on_project(project_id)
    await is_set_to(world, bills="to_scoro")
    await world.clock.advance(3600)

    await world.sync()

    assert meanwhile == [Decimal(740)] and world.on_project(project_id) == [Decimal(60), Decimal(740)]


async def test_given_an_open_question_when_the_direction_is_switched_off_then_the_card_closes_and_is_asked_anew_later(
    world: World,
) -> None:
    world.xero.has_option("Harbor Refit")
    world.xero.approves_bill("10442", "Delft Signs", [line(740, option="Harbor Refit")], date="2026-11-18")
    await world.sync()
    card = world.card("Harbor Refit")
    await is_set_to(world, bills="off")
    await world.clock.advance(3600)
    await world.sync()
    meanwhile = world.slack.latest(card)
    await is_set_to(world, bills="to_scoro")
    await world.clock.advance(3600)

    await world.sync()

    assert "Closed by itself" in meanwhile.plain
    assert [shown for shown in world.cards("Harbor Refit") if shown.buttons]


async def test_given_matching_is_switched_off_when_synced_then_nothing_is_put_or_taken_off_and_nobody_is_asked(world: World) -> None:
    project_id = has_client_projects(world, [701])[701]
    world.xero.has_option("Harbor Refit")
    world.xero.approves_bill("B-1", "Pressgang Print", [line(400, option="Tidewater Launch")], date="2026-11-20")
    await world.sync()
    world.settings["connection"] |= {"match_projects": False}
    await world.restart()
    await world.clock.advance(3600)
    world.xero.approves_bill("B-2", "Pressgang Print", [line(500, option="Tidewater Launch")], date="2026-11-20")
    world.xero.approves_bill("10442", "Delft Signs", [line(740, option="Harbor Refit")], date="2026-11-18")

    await world.sync()

    assert world.on_project(project_id) == [Decimal(400)] and not world.cards("Harbor Refit")


async def test_given_a_start_date_that_is_moved_forward_when_synced_then_what_is_on_projects_stays_there(world: World) -> None:
    project_id = has_client_projects(world, [701])[701]
    document_id = world.xero.approves_bill("B-1", "Pressgang Print", [line(400, option="Tidewater Launch")], date="2026-10-20")
    await world.sync()
    await is_set_to(world, start_from="2026-11-01")
    await world.clock.advance(3600)
    world.xero.edits(document_id, reference="PO 7")

    await world.sync()

    assert world.on_project(project_id) == [Decimal(400)]


async def test_given_a_start_date_that_is_moved_back_when_synced_then_older_bills_are_put_on_their_projects(world: World) -> None:
    await is_set_to(world, start_from="2026-11-01")
    project_id = has_client_projects(world, [701])[701]
    world.xero.approves_bill("B-1", "Pressgang Print", [line(400, option="Tidewater Launch")], date="2026-10-20")
    await world.sync()
    await is_set_to(world, start_from="2026-10-01")
    await world.clock.advance(3600)

    await world.sync()

    assert world.on_project(project_id) == [Decimal(400)]


async def test_given_no_start_date_when_restarted_in_the_next_month_then_the_first_month_still_counts(world: World) -> None:
    del world.settings["connection"]["start_from"]
    await world.restart()
    project_id = has_client_projects(world, [701])[701]
    world.xero.approves_bill("B-0", "Pressgang Print", [line(300, option="Tidewater Launch")], date="2026-10-31")
    world.xero.approves_bill("B-1", "Pressgang Print", [line(400, option="Tidewater Launch")], date="2026-11-20")
    await world.sync()
    await world.clock.advance(14 * 24 * 3600)
    await world.restart()
    world.xero.approves_bill("B-2", "Pressgang Print", [line(500, option="Tidewater Launch")], date="2026-11-30")

    await world.sync()

    assert world.on_project(project_id) == [Decimal(400), Decimal(500)]
