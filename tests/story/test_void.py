"""What is voided in Xero is cost no more; what was never approved is nobody's business."""

from decimal import Decimal

import pytest

from xero_sync.testing.builders import has_client_projects
from xero_sync.testing.standins.xero import line
from xero_sync.testing.world import World

pytestmark = pytest.mark.usefixtures("second_run_changes_nothing")

HARBOR = 'called "Harbor Refit"'


async def test_given_a_bill_on_its_project_when_it_is_voided_then_it_is_taken_off(world: World) -> None:
    project_id = has_client_projects(world, [701])[701]
    document_id = world.xero.approves_bill("B-1", "Pressgang Print", [line(400, option="Tidewater Launch")], date="2026-11-20")
    await world.sync()
    await world.clock.advance(3600)
    world.xero.voids(document_id)

    await world.sync()

    assert world.on_project(project_id) == [] and "Checked: 0 documents" in world.card("Xero to Scoro").plain


async def test_given_a_void_by_webhook_when_others_are_due_as_well_then_nothing_is_left_for_the_timer(world: World) -> None:
    has_client_projects(world, [701, 702])
    voided = world.xero.approves_bill("B-1", "Pressgang Print", [line(400, option="Tidewater Launch")], date="2026-11-20")
    other = world.xero.approves_bill("B-2", "Pressgang Print", [line(50, option="Copper Vale Rebrand")], date="2026-11-22")
    await world.sync()
    await world.clock.advance(60)
    world.xero.voids(voided)

    await world.send_webhook(voided)
    await world.has_to_be_looked_at(other)
    await world.work()

    assert await world.work() == 0


async def test_given_a_split_bill_when_it_is_voided_then_every_line_is_taken_off(world: World) -> None:
    projects = has_client_projects(world, [701, 702])
    lines = [line(60, option="Tidewater Launch"), line(40, option="Copper Vale Rebrand")]
    document_id = world.xero.approves_bill("B-1", "Pressgang Print", lines, date="2026-11-20")
    await world.sync()
    await world.clock.advance(3600)
    world.xero.voids(document_id)

    await world.sync()

    assert (world.on_project(projects[701]), world.on_project(projects[702])) == ([], [])
    copy = world.scoro.copy_of(document_id)
    assert copy is not None and {one["project_id"] for one in copy["lines"]} == {0}


async def test_given_a_split_bill_when_it_is_voided_and_the_header_leaves_lines_alone_then_every_line_is_taken_off(world: World) -> None:
    world.scoro.switches.header_project_overwrites_lines = False
    projects = has_client_projects(world, [701, 702])
    lines = [line(60, option="Tidewater Launch"), line(40, option="Copper Vale Rebrand")]
    document_id = world.xero.approves_bill("B-1", "Pressgang Print", lines, date="2026-11-20")
    await world.sync()
    await world.clock.advance(3600)
    world.xero.voids(document_id)

    await world.sync()

    assert (world.on_project(projects[701]), world.on_project(projects[702])) == ([], [])


async def test_given_a_void_that_deletes_scoros_copy_when_synced_then_nothing_has_to_be_written(world: World) -> None:
    world.scoro.switches.void_deletes_copy = True
    project_id = has_client_projects(world, [701])[701]
    document_id = world.xero.approves_bill("B-1", "Pressgang Print", [line(400, option="Tidewater Launch")], date="2026-11-20")
    await world.sync()
    await world.clock.advance(3600)
    world.xero.voids(document_id)

    await world.sync()

    assert world.on_project(project_id) == [] and len(world.scoro.writes) == 1 and not world.cards("Could not be done")


async def test_given_a_bill_that_a_person_moved_in_scoro_when_it_is_voided_then_the_persons_project_is_left(world: World) -> None:
    projects = has_client_projects(world, [701, 702])
    document_id = world.xero.approves_bill("B-1", "Pressgang Print", [line(400, option="Tidewater Launch")], date="2026-11-20")
    await world.sync()
    copy = world.scoro.copy_of(document_id)
    assert copy is not None
    await world.clock.advance(3600)
    world.scoro.edits("bills", copy["id"], project_id=projects[702])
    world.xero.voids(document_id)

    await world.sync()

    assert len(world.scoro.writes) == 1


async def test_given_a_question_when_its_bill_is_voided_then_the_card_closes_itself(world: World) -> None:
    world.xero.has_option("Harbor Refit")
    document_id = world.xero.approves_bill("10442", "Delft Signs", [line(740, option="Harbor Refit")], date="2026-11-18")
    await world.sync()
    await world.clock.advance(3600)
    world.xero.voids(document_id)

    await world.sync()

    assert "Closed by itself" in world.card(HARBOR).plain


async def test_given_a_card_of_two_bills_when_one_is_voided_then_it_shows_the_other(world: World) -> None:
    world.xero.has_option("Harbor Refit")
    first, _ = (
        world.xero.approves_bill(number, "Delft Signs", [line(net, option="Harbor Refit")], date="2026-11-18")
        for number, net in (("10442", 740), ("10451", 600))
    )
    await world.sync()
    await world.clock.advance(3600)
    world.xero.voids(first)

    await world.sync()

    assert "1 approved bill waits · £600.00 net" in world.card(HARBOR).plain and "10442" not in world.card(HARBOR).plain


async def test_given_bills_that_are_not_approved_when_synced_then_they_are_neither_put_on_a_project_nor_asked_about(world: World) -> None:
    project_id = has_client_projects(world, [701])[701]
    world.xero.has_option("Harbor Refit")
    world.copies = False
    for status in ("DRAFT", "SUBMITTED", "DELETED", "VOIDED"):
        world.xero.enters("ACCPAY", status, "Pressgang Print", [line(400, option="Tidewater Launch")], date="2026-11-20", status=status)
        world.xero.enters("ACCPAY", "B-2", "Delft Signs", [line(740, option="Harbor Refit")], date="2026-11-20", status=status)
        world.scoro.has_bill(status, "Pressgang Print", [400], date="2026-11-20")

    await world.sync()

    assert world.on_project(project_id) == [] and world.scoro.writes == [] and not world.cards(HARBOR)


async def test_given_a_draft_when_it_is_approved_and_paid_between_two_checks_then_it_is_put_on_its_project(world: World) -> None:
    project_id = has_client_projects(world, [701])[701]
    bill = [line(400, option="Tidewater Launch")]
    document_id = world.xero.enters("ACCPAY", "B-1", "Pressgang Print", bill, date="2026-11-20", status="DRAFT")
    await world.sync()
    await world.clock.advance(3600)
    world.xero.approves(document_id)
    world.xero.pays(document_id)

    await world.sync()

    assert world.on_project(project_id) == [Decimal(400)]


async def test_given_a_bill_on_its_project_when_it_is_paid_then_nothing_is_written(world: World) -> None:
    project_id = has_client_projects(world, [701])[701]
    document_id = world.xero.approves_bill("B-1", "Pressgang Print", [line(400, option="Tidewater Launch")], date="2026-11-20")
    await world.sync()
    await world.clock.advance(3600)
    world.xero.pays(document_id)

    await world.sync()

    assert len(world.scoro.writes) == 1 and world.on_project(project_id) == [Decimal(400)]
