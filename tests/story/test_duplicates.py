"""FS-10: the same supplier invoice twice, and two equal bills that are both real."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest

from xero_sync.testing.builders import has_client_projects
from xero_sync.testing.standins.xero import line
from xero_sync.testing.world import World

pytestmark = pytest.mark.usefixtures("second_run_changes_nothing")

CARD = "Possible duplicate"


class Twice:
    """Brightline's bill 09-2026 as FS-10 has it: twice in Xero, once in Scoro."""

    def __init__(self, world: World) -> None:
        self.project_id = has_client_projects(world, [701])[701]
        self.first = self._bill(world, earlier=timedelta(hours=5))
        self.second = self._bill(world, earlier=timedelta(hours=2))
        world.copies = False
        world.scoro.copies(world.xero.documents[self.first])

    def _bill(self, world: World, *, earlier: timedelta) -> str:
        lines = [line(1200, account="310", option="Tidewater Launch")]
        return world.xero.approves_bill("09-2026", "Brightline Studios", lines, date="2026-09-30", updated=world.clock.now() - earlier)


async def test_given_one_bill_twice_in_xero_when_synced_then_the_first_is_on_its_project_and_the_second_asked_about(world: World) -> None:
    twice = Twice(world)

    await world.sync()

    assert world.on_project(twice.project_id) == [Decimal(1200)]
    assert "Brightline Studios, bill 09-2026" in world.card(CARD).plain and "£1,200.00 net" in world.card(CARD).plain


async def test_given_a_possible_duplicate_when_asked_then_the_card_links_to_both(world: World) -> None:
    twice = Twice(world)

    await world.sync()

    links = json.dumps(world.card(CARD).blocks)
    assert f"InvoiceID={twice.first}|Xero" in links and f"InvoiceID={twice.second}|Xero" in links


async def test_given_one_bill_twice_in_xero_when_synced_then_both_count_once_and_sum_up(world: World) -> None:
    Twice(world)

    await world.sync()

    result = world.card("Xero to Scoro").plain
    assert "1 document put on its project · £1,200.00 net" in result and "1 waiting for an answer · £1,200.00 net" in result


async def test_given_a_possible_duplicate_when_the_second_is_voided_then_the_card_closes_itself_and_cost_stays(world: World) -> None:
    twice = Twice(world)
    await world.sync()
    world.xero.voids(twice.second)

    await world.sync()

    assert "Closed by itself" in world.card(CARD).plain and not world.card(CARD).buttons
    assert world.on_project(twice.project_id) == [Decimal(1200)]


async def test_given_both_are_real_when_scoro_has_one_copy_then_the_second_waits_for_its_own(world: World) -> None:
    twice = Twice(world)
    await world.sync()

    await world.press(CARD, "Both are real")

    assert world.on_project(twice.project_id) == [Decimal(1200)]
    assert "Scoro's copy has not come yet" in (await world.command("waiting")).plain


async def test_given_both_are_real_when_the_second_copy_comes_then_cost_is_both(world: World) -> None:
    twice = Twice(world)
    await world.sync()
    await world.press(CARD, "Both are real")
    world.scoro.copies(world.xero.documents[twice.second])

    await world.sync()

    assert world.on_project(twice.project_id) == [Decimal(1200), Decimal(1200)]
    assert "Possible duplicates 0" in (await world.command("status")).plain


async def test_given_a_possible_duplicate_when_the_first_is_voided_then_the_second_goes_on_the_project_by_its_own_copy(
    world: World,
) -> None:
    twice = Twice(world)
    world.scoro.copies(world.xero.documents[twice.second])
    await world.sync()
    world.xero.voids(twice.first)

    await world.sync()

    assert world.on_project(twice.project_id) == [Decimal(1200)] and "Nothing is waiting" in (await world.command("waiting")).plain
    assert "Closed by itself" in world.card(CARD).plain


async def test_given_a_possible_duplicate_when_the_first_is_voided_and_has_the_only_copy_then_a_card_says_what_to_do(world: World) -> None:
    twice = Twice(world)
    await world.sync()
    world.xero.voids(twice.first)

    await world.sync()

    assert world.on_project(twice.project_id) == [] and "Closed by itself" in world.card(CARD).plain
    assert "belongs to a document that was voided in Xero" in world.card("Could not be done").plain


@pytest.mark.parametrize("is_deleted", [True, False])
async def test_given_the_survivor_of_two_duplicates_when_its_own_copy_comes_then_it_is_on_the_project_and_the_card_closes(
    world: World, is_deleted: bool
) -> None:
    twice = Twice(world)
    await world.sync()
    world.xero.voids(twice.first)
    await world.sync()
    await world.clock.advance(3600)
    first = world.scoro.copy_of(twice.first)
    assert first is not None
    if is_deleted:
        world.scoro.deletes("bills", first["id"])
        await world.sync()
    world.scoro.copies(world.xero.documents[twice.second])

    await world.sync()

    assert world.on_project(twice.project_id) == [Decimal(1200)]
    assert "Closed by itself" in world.card("Could not be done").plain


async def test_given_three_alike_when_both_are_real_is_pressed_then_all_of_them_count(world: World) -> None:
    twice = Twice(world)
    lines = [line(1200, account="310", option="Tidewater Launch")]
    third = world.xero.approves_bill("09-2026", "Brightline Studios", lines, date="2026-09-30")
    for document_id in (twice.second, third):
        world.scoro.copies(world.xero.documents[document_id])
    await world.sync()

    await world.press(CARD, "Both are real")

    assert world.on_project(twice.project_id) == [Decimal(1200)] * 3


async def test_given_the_answer_both_are_real_when_a_fourth_comes_then_it_is_asked_about(world: World) -> None:
    twice = Twice(world)
    world.scoro.copies(world.xero.documents[twice.second])
    await world.sync()
    await world.press(CARD, "Both are real")
    lines = [line(1200, account="310", option="Tidewater Launch")]
    world.xero.approves_bill("09-2026", "Brightline Studios", lines, date="2026-09-30")

    await world.sync()

    assert world.on_project(twice.project_id) == [Decimal(1200)] * 2
    assert len([card for card in world.cards(CARD) if "Both are real" in card.buttons]) == 1


async def test_given_two_equal_bills_without_number_of_two_months_when_synced_then_both_are_on_the_project(world: World) -> None:
    project_id = has_client_projects(world, [703])[703]
    for day in ("2026-09-30", "2026-10-31"):
        world.xero.approves_bill("", "Rook Sound", [line(800, account="310", option="Marsh Signal Site")], date=day)

    await world.sync()

    assert world.on_project(project_id) == [Decimal(800), Decimal(800)]
    assert not world.cards(CARD)


async def test_given_two_bills_without_number_of_one_day_when_synced_then_the_second_is_asked_about(world: World) -> None:
    project_id = has_client_projects(world, [703])[703]
    for _ in range(2):
        world.xero.approves_bill("", "Rook Sound", [line(800, account="310", option="Marsh Signal Site")], date="2026-10-31")

    await world.sync()

    assert world.on_project(project_id) == [Decimal(800)]
    assert "Rook Sound, of 31 Oct" in world.card(CARD).plain


@pytest.mark.parametrize("kind", ["credit note", "voided", "another supplier", "draft"])
async def test_given_something_that_is_no_duplicate_when_synced_then_nothing_is_asked(world: World, kind: str) -> None:
    project_id = has_client_projects(world, [701])[701]
    lines = [line(1200, account="310", option="Tidewater Launch")]
    world.xero.approves_bill("09-2026", "Brightline Studios", lines, date="2026-09-30")
    contact = "Rook Sound" if kind == "another supplier" else "Brightline Studios"
    status = {"draft": "DRAFT", "voided": "VOIDED"}.get(kind, "AUTHORISED")
    world.xero.enters("ACCPAYCREDIT" if kind == "credit note" else "ACCPAY", "09-2026", contact, lines, date="2026-09-30", status=status)

    await world.sync()

    expected = {"credit note": [-1200, 1200], "another supplier": [1200, 1200]}.get(kind, [1200])
    assert world.on_project(project_id) == expected and not world.cards(CARD)
