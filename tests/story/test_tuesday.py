"""FS-06: a normal Tuesday. 40 approved bills, most of them overheads, and exactly three cards."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from xero_sync.testing.builders import approves_bills, has_client_projects
from xero_sync.testing.standins.xero import line
from xero_sync.testing.world import World

pytestmark = pytest.mark.usefixtures("second_run_changes_nothing")

TODAY = "2026-11-24"
MATCHED = {
    "Tidewater Launch": "6400.00",
    "Copper Vale Rebrand": "3120.55",
    "Marsh Signal Site": "980.00",
    "Northgate Annual Report": "2750.00",
    "Blue Pylon": "4300.00",
    "Quay Lantern": "412.00",
    "Osier Packaging": "1890.00",
    "Tern Winter": "55.00",
    "Slate Films": "2000.00",
}
HARBOR = 'No Scoro project is called "Harbor Refit"'


async def a_normal_tuesday(world: World) -> None:
    """Everything FS-06 gives, and the check at 14:05."""
    has_client_projects(world)
    world.scoro.has_project("Harbour Refit", no=412)
    world.xero.has_option("Harbor Refit")
    approves_bills(world, "Cloudshelf", ["120.00"] * 13 + ["372.10"], account="429", date=TODAY)
    approves_bills(world, "Dock Street Estates", ["4200.00", "4200.00", "3650.00"], account="460", date=TODAY)
    approves_bills(world, "Northern Rail", ["650.00"] * 6 + ["550.00"], account="493", date=TODAY)
    for number, (option, amount) in enumerate(MATCHED.items()):
        world.xero.approves_bill(f"PG-{number}", "Pressgang Print", [line(amount, account="320", option=option)], date=TODAY)
    approves_bills(world, "Brightline Studios", ["1250.00", "310.00"], account="310", date=TODAY)
    approves_bills(world, "Rook Sound", ["2480.00"], account="310", date=TODAY)
    approves_bills(world, "Mill Couriers", ["95.60"], account="320", date=TODAY)
    approves_bills(world, "Delft Signs", ["740.00", "60.00"], account="320", option="Harbor Refit", date=TODAY)
    approves_bills(world, "Laptop Barn", ["1899.00"], account="710", date=TODAY)
    await world.clock.advance_to(datetime(2026, 11, 24, 14, 5, tzinfo=UTC))
    await world.sync()


async def test_given_a_normal_tuesday_when_synced_then_scoros_books_have_nine_bills_on_projects(world: World) -> None:
    await a_normal_tuesday(world)

    on_projects = [bill for bill in world.scoro.bills.values() if bill["project_id"] > 0]

    assert len(on_projects) == 9 and sum(bill["sum"] for bill in on_projects) == Decimal("21907.55")
    assert {world.scoro.projects[bill["project_id"]]["project_name"]: bill["sum"] for bill in on_projects} == {
        name: Decimal(amount) for name, amount in MATCHED.items()
    }


async def test_given_a_normal_tuesday_when_synced_then_there_are_exactly_three_cards(world: World) -> None:
    await a_normal_tuesday(world)

    titles = world.titles

    assert len(titles) == 4
    assert HARBOR in titles and titles[-1].startswith("Xero to Scoro")
    assert not world.cards("Mill Couriers") and not world.cards("Laptop Barn") and not world.cards("Dock Street Estates")


@pytest.mark.parametrize(
    ("words", "figures"),
    [
        pytest.param(
            "Brightline Studios", ["2 approved bills wait · £1,560.00 net (+ £312.00 VAT) · November 2026", "£310.00"], id="Brightline"
        ),
        pytest.param("Rook Sound", ["1 approved bill waits · £2,480.00 net (+ £496.00 VAT) · November 2026"], id="Rook Sound"),
        pytest.param("Harbor Refit", ["2 approved bills wait · £800.00 net (+ £160.00 VAT)", "Harbour Refit (no. 412"], id="Harbor Refit"),
    ],
)
async def test_given_a_normal_tuesday_when_synced_then_a_card_says_what_waits(world: World, words: str, figures: list[str]) -> None:
    await a_normal_tuesday(world)

    card = world.card(words)

    assert [figure for figure in figures if figure not in card.plain] == []


async def test_given_a_normal_tuesday_when_synced_then_the_result_message_has_the_figures_of_the_books(world: World) -> None:
    await a_normal_tuesday(world)

    in_xero = [Decimal(document["SubTotal"]) for document in world.xero.documents.values()]

    assert world.card("Xero to Scoro").plain.splitlines()[:5] == [
        "Xero to Scoro, Tuesday 24 November · last check 14:05",
        "9 documents put on projects · £21,907.55 net",
        "6 waiting for an answer · £4,935.60 net",
        "25 need no project · £20,331.10 net",
        "Checked: 40 documents, £47,174.25 net. Nothing is missing.",
    ]
    assert len(in_xero) == 40 and sum(in_xero) == Decimal("47174.25")


async def test_given_a_normal_tuesday_when_status_is_asked_then_coverage_is_of_project_money(world: World) -> None:
    await a_normal_tuesday(world)

    status = (await world.command("status")).plain

    assert "November: £21,907.55 of £26,843.15 project money is on projects (81.6 %)" in status
    assert "Waiting: £4,935.60 in 6 documents" in status


async def test_given_a_small_amount_when_a_second_bill_lifts_it_over_the_threshold_then_one_card_has_both(world: World) -> None:
    await a_normal_tuesday(world)
    world.xero.approves_bill("MIL-2", "Mill Couriers", [line("154.40", account="320")], date=TODAY)

    await world.sync()

    assert "2 approved bills wait · £250.00 net" in world.card("Mill Couriers").plain
