"""What could not be taken off is said: nobody is told that all is well while money stands on a project."""

from decimal import Decimal

from xero_sync.testing.builders import has_client_projects
from xero_sync.testing.standins.traffic import Fault
from xero_sync.testing.standins.xero import line
from xero_sync.testing.world import BEA, World


async def attached(world: World) -> tuple[dict[int, int], str, int]:
    """A bill of 500.00 on Tidewater Launch (701); its projects, its Xero id, its Scoro id."""
    projects = has_client_projects(world, [701, 702])
    bill = world.xero.approves_bill("B-1", "Rook Sound", [line(500, option="Tidewater Launch")], date="2026-11-18")
    await world.sync()
    copy = world.scoro.copy_of(bill)
    assert copy is not None
    return projects, bill, copy["id"]


async def test_given_a_bill_moved_in_scoro_when_it_is_voided_in_xero_then_a_card_says_that_it_still_costs(world: World) -> None:
    projects, bill, copy_id = await attached(world)
    world.scoro.edits("bills", copy_id, project_id=projects[702])
    world.xero.voids(bill)

    await world.sync()

    assert world.on_project(projects[702]) == [Decimal(500)]
    assert "Copper Vale Rebrand" in world.card("Could not be done", "B-1").plain
    assert "£500.00 net" in world.card("Xero to Scoro", "waiting for an answer").plain


async def test_given_scoro_refuses_to_take_a_voided_bill_off_when_synced_then_a_card_says_so_until_it_is_off(world: World) -> None:
    projects, bill, copy_id = await attached(world)
    refusal = b'{"status":"ERROR","statusCode":400,"messages":{"error":["This bill is locked."]}}'
    fault = world.scoro.traffic.add(
        Fault(rf".*/bills/modify/{copy_id}", times=None, status=400, body=refusal, headers={"Content-Type": "application/json"})
    )
    world.xero.voids(bill)
    await world.sync()
    card = world.card("Could not be done", "B-1")
    world.scoro.traffic.remove(fault)
    await world.clock.advance(60)

    await world.press("Could not be done", "Try again")

    assert "£500.00" in card.plain
    assert world.on_project(projects[701]) == []
    assert not world.slack.latest(card).buttons


async def test_given_a_bill_recoded_to_overheads_and_moved_in_scoro_when_synced_then_it_is_not_counted_as_done(world: World) -> None:
    projects, bill, copy_id = await attached(world)
    world.xero.has_account("429", "Software", "EXPENSE")
    world.scoro.edits("bills", copy_id, project_id=projects[702])
    world.xero.edits(bill, lines=[line(500, account="429")])

    await world.sync()

    assert "Could not be done" in world.card("Could not be done", "B-1").plain


async def test_given_another_currency_in_xero_when_synced_then_it_is_said_and_nothing_is_counted(world: World) -> None:
    _, bill, _ = await attached(world)
    world.copies = False
    world.xero.edits(bill, CurrencyCode="EUR")
    await world.clock.advance(2 * 3600)

    await world.sync()

    card = world.card("Could not be done", "B-1")
    assert "€500.00" in card.plain and "£500.00" in card.plain


async def test_given_large_lines_that_net_to_little_when_they_wait_then_there_is_a_card(world: World) -> None:
    world.xero.has_account("310", "Freelancers", "DIRECTCOSTS")
    world.xero.approves_bill("B-1", "Rook Sound", [line(400), line(-450)], date="2026-11-18")

    await world.sync()

    assert world.cards("No project for Rook Sound")


async def test_given_over_ten_documents_when_a_bookkeeper_presses_then_a_controller_is_asked_for(world: World) -> None:
    world.scoro.has_project("Harbour Refit")
    world.xero.has_option("Harbor Refit")
    for number in range(11):
        world.xero.approves_bill(f"B-{number}", "Delft Signs", [line(100, option="Harbor Refit")], date="2026-11-18")
    await world.sync()

    seen = await world.press('called "Harbor Refit"', "Put on Harbour Refit", BEA)

    assert world.scoro.writes == []
    assert "controller" in seen.plain
