"""Lines shared out over several projects: the rest of a bill, a supplier's credit note. money.md rules 4 and 5, examples FS-01 and FS-04."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any, Literal

import pytest

from xero_sync.testing.builders import CLIENT_PROJECTS, has_client_projects
from xero_sync.testing.standins.traffic import Fault
from xero_sync.testing.standins.xero import line
from xero_sync.testing.world import World

pytestmark = pytest.mark.usefixtures("second_run_changes_nothing")


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    """A connection that may divide lines in Scoro, and asks about the smallest amount at once."""
    async with World.open(database_url, divide_lines=True, card_threshold="0.00") as opened:
        yield opened
        assert opened.slack.violations == []


def money(text: str) -> list[Decimal]:
    return [Decimal(word.replace(",", "")) for word in text.split()]


NETS = money("412.50 96.25 1,240.00 77.80 305.15 58.00 640.00 219.99 133.33 512.48 88.10 16.40")
TOTALS = money("407.90 95.18 1,226.17 76.93 301.75 57.35 632.86 217.54 131.84 506.77 87.12 16.22")
DELIVERY = money("9.12 2.13 27.41 1.72 6.74 1.28 14.15 4.86 2.95 11.33 1.95 0.36")
DISCOUNT = money("-13.72 -3.20 -41.24 -2.59 -10.14 -1.93 -21.29 -7.31 -4.44 -17.04 -2.93 -0.54")
BILL = "Pressgang Print, bill PH-2207"
SPREAD = "Spread over this bill's projects"


def approves_fs_01(world: World) -> tuple[str, list[int]]:
    """The bill's id, and its projects' in the order of its lines."""
    projects = has_client_projects(world)
    lines = [line(net, option=name, account="320") for net, name in zip(NETS, CLIENT_PROJECTS.values(), strict=True)]
    rest = [line("84.00", account="320", description="Delivery"), line("-126.37", account="320", description="Early order discount")]
    document_id = world.xero.approves_bill("PH-2207", "Pressgang Print", [*lines, *rest], date="2026-11-20")
    return document_id, list(projects.values())


def of_projects(world: World, projects: list[int]) -> list[Decimal]:
    return [sum(world.on_project(project_id), Decimal(0)) for project_id in projects]


# FS-01.


async def test_fs_01_given_a_delivery_and_a_discount_without_option_when_approved_then_one_card_says_what_is_attached(world: World) -> None:
    _, projects = approves_fs_01(world)

    await world.sync()

    assert of_projects(world, projects) == NETS
    (card,) = world.cards("Pressgang Print")
    assert "12 projects, £3,800.00 attached; £84.00 and -£126.37 not yet." in card.plain
    assert "1 approved bill waits · -£42.37 net" in card.plain
    assert card.buttons == [SPREAD, "Choose project…", "No project needed…"]


async def test_fs_01_given_the_rest_of_the_bill_when_spread_then_the_totals_are_those_of_the_example(world: World) -> None:
    document_id, projects = approves_fs_01(world)
    await world.sync()

    await world.press(BILL, SPREAD)

    assert of_projects(world, projects) == TOTALS
    assert [world.on_project(project_id) for project_id in projects] == [
        sorted(each) for each in zip(NETS, DELIVERY, DISCOUNT, strict=True)
    ]
    copy = world.scoro.copy_of(document_id)
    assert copy is not None and copy["sum"] == Decimal("3757.63")
    assert "is on 12 projects" in world.card(BILL.partition(",")[0]).plain


async def test_fs_01_given_a_spread_bill_when_undone_then_its_lines_are_whole_again_and_resume_spreads_them(world: World) -> None:
    document_id, projects = approves_fs_01(world)
    await world.sync()
    await world.press(BILL, SPREAD)

    await world.command("undo PH-2207")

    assert of_projects(world, projects) == NETS
    copy = world.scoro.copy_of(document_id)
    assert copy is not None
    assert [(one["sum"], one["project_id"]) for one in copy["lines"] if one["sum"]][12:] == [(Decimal("84.00"), 0), (Decimal("-126.37"), 0)]
    await world.clock.advance(60)
    await world.command("resume PH-2207")
    assert of_projects(world, projects) == TOTALS


async def test_given_a_spread_bill_when_a_line_changes_in_xero_then_the_rest_follows_by_the_new_values(world: World) -> None:
    projects = has_client_projects(world, [701, 702])
    lines = [line(100, option="Tidewater Launch"), line(100, option="Copper Vale Rebrand"), line(30, account="320")]
    document_id = world.xero.approves_bill("PH-1", "Pressgang Print", lines, date="2026-11-20")
    await world.sync()
    await world.press("bill PH-1", SPREAD)
    spread = of_projects(world, list(projects.values()))

    world.xero.edits(document_id, lines=[line(200, option="Tidewater Launch"), *lines[1:]])
    await world.sync()

    assert (spread, of_projects(world, list(projects.values()))) == (money("115 115"), money("220 110"))


async def test_given_a_spread_bill_when_voided_then_nothing_is_on_any_project(world: World) -> None:
    document_id, projects = approves_fs_01(world)
    await world.sync()
    await world.press(BILL, SPREAD)

    world.xero.voids(document_id)
    await world.sync()

    assert of_projects(world, projects) == [Decimal(0)] * 12


async def test_given_a_spread_bill_when_voided_and_its_lines_say_nothing_any_more_then_it_is_taken_off_all_the_same(world: World) -> None:
    document_id, projects = approves_fs_01(world)
    await world.sync()
    await world.press(BILL, SPREAD)

    world.xero.voids(document_id)
    world.xero.edits(document_id, lines=[])
    await world.sync()

    assert of_projects(world, projects) == [Decimal(0)] * 12


@pytest.mark.parametrize("lines_modify", ["replace", "merge"])
@pytest.mark.parametrize("line_sum_wins", [True, False])
async def test_given_either_way_of_scoro_to_change_lines_when_spread_and_undone_then_the_money_is_right(
    world: World, lines_modify: Literal["replace", "merge"], line_sum_wins: bool
) -> None:
    world.scoro.switches.lines_modify = lines_modify
    world.scoro.switches.line_sum_wins = line_sum_wins
    _, projects = approves_fs_01(world)
    await world.sync()

    await world.press(BILL, SPREAD)
    spread = of_projects(world, projects)
    await world.command("undo PH-2207")

    assert (spread, of_projects(world, projects)) == (TOTALS, NETS)


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"drop": "after"}, id="lost after it was done"),
        pytest.param({"drop": "before"}, id="lost before"),
        pytest.param({"status": 500}, id="refused by a fault"),
    ],
)
async def test_given_the_reply_is_lost_when_lines_are_divided_then_each_part_is_there_once(world: World, fault: dict[str, Any]) -> None:
    _, projects = approves_fs_01(world)
    await world.sync()
    world.scoro.traffic.add(Fault(r".*/bills/modify/\d+", **fault))

    await world.press(BILL, SPREAD)
    await world.tick(300)

    assert [world.on_project(project_id) for project_id in projects] == [
        sorted(each) for each in zip(NETS, DELIVERY, DISCOUNT, strict=True)
    ]


async def test_given_a_sync_that_rewrites_lines_when_a_spread_bill_is_paid_then_the_lines_are_divided_once_more(world: World) -> None:
    world.scoro.switches.sync_rewrites_lines = True
    document_id, projects = approves_fs_01(world)
    await world.sync()
    await world.press(BILL, SPREAD)

    world.xero.pays(document_id)
    await world.sync()

    assert of_projects(world, projects) == TOTALS


async def test_given_another_line_of_the_bill_waits_when_asked_then_spreading_is_not_offered_yet(world: World) -> None:
    has_client_projects(world, [701])
    world.xero.has_option("Harbor Refit")
    lines = [line(100, option="Tidewater Launch"), line(100, option="Harbor Refit"), line(30, account="320")]
    world.xero.approves_bill("PH-1", "Pressgang Print", lines, date="2026-11-20")

    await world.sync()

    assert world.card("Part of a bill").buttons == ["Choose project…", "No project needed…"]


# FS-04.


def has_fs_04(world: World) -> tuple[dict[int, int], str, str, str]:
    """The projects by number, the ids of both bills and of the credit note."""
    projects = has_client_projects(world, [701, 702, 703])
    first = world.xero.approves_bill("B-31", "Delft Signs", [line(1200, option="Tidewater Launch")], date="2026-11-03")
    both = [line(150, option="Copper Vale Rebrand"), line(100, option="Marsh Signal Site")]
    second = world.xero.approves_bill("B-32", "Delft Signs", both, date="2026-11-05")
    note = world.xero.approves_credit_note("CN-88", "Delft Signs", [line(450, account="320")], date="2026-11-10")
    return projects, first, second, note


async def test_fs_04_given_an_untracked_credit_note_when_it_is_not_allocated_then_only_a_project_can_be_chosen(world: World) -> None:
    projects, *_ = has_fs_04(world)

    await world.sync()

    card = world.card("CN-88")
    assert "-£450.00 net" in card.plain and card.buttons == ["Choose project…", "No project needed…"]
    assert of_projects(world, list(projects.values())) == money("1200 150 100")


async def test_fs_04_given_the_note_is_allocated_later_when_the_bills_are_followed_then_each_project_is_credited_its_part(
    world: World,
) -> None:
    projects, first, second, note = has_fs_04(world)
    await world.sync()
    before = world.card("CN-88")

    world.xero.allocates(note, {first: "360.00", second: "180.00"}, on="2026-11-19")
    await world.sync()

    card = world.card("CN-88")
    assert card.ts == before.ts and card.buttons[0] == "Follow the bills"
    named = ("Tidewater Launch: -£300.00", "Copper Vale Rebrand: -£90.00", "Marsh Signal Site: -£60.00")
    assert all(each in card.plain for each in named)
    assert of_projects(world, list(projects.values())) == money("1200 150 100")

    await world.press(card, "Follow the bills")
    assert of_projects(world, list(projects.values())) == money("900 60 40")

    world.xero.allocates(note, {first: "360.00"}, on="2026-11-25")
    await world.sync()
    assert of_projects(world, list(projects.values())) == money("900 60 40")


async def test_fs_04_given_three_bills_with_equal_parts_when_followed_then_the_earliest_takes_the_odd_cent(world: World) -> None:
    projects = has_client_projects(world, [701, 702, 703])
    # The oldest bill comes last into Xero.
    days = {703: "2026-11-09", 702: "2026-11-05", 701: "2026-11-03"}
    bills = {
        number: world.xero.approves_bill(f"B-{number}", "Delft Signs", [line(500, option=CLIENT_PROJECTS[number])], date=day)
        for number, day in days.items()
    }
    note = world.xero.approves_credit_note("CN-9", "Delft Signs", [line(100, account="320")], date="2026-11-10")
    world.xero.allocates(note, dict.fromkeys(bills.values(), "40.00"))
    await world.sync()

    await world.press("CN-9", "Follow the bills")

    assert [world.on_project(projects[number])[0] for number in (701, 702, 703)] == money("-33.34 -33.33 -33.33")


async def test_given_a_bill_that_is_on_no_project_when_the_note_is_allocated_to_it_then_following_waits_for_the_bill(world: World) -> None:
    world.xero.has_option("Harbor Refit")
    project_id = world.scoro.has_project("Harbour Refit", no=412)
    bill = world.xero.approves_bill("B-1", "Delft Signs", [line(1000, option="Harbor Refit")], date="2026-11-03")
    note = world.xero.approves_credit_note("CN-1", "Delft Signs", [line(100, account="320")], date="2026-11-10")
    world.xero.allocates(note, {bill: "120.00"})
    await world.sync()
    before = world.card("CN-1")

    await world.choose_project(world.card("Harbor Refit"), "Choose another project…", "Harbour Refit")

    assert "is on no project yet" in before.plain and "Follow the bills" not in before.buttons
    await world.press("CN-1", "Follow the bills")
    assert world.on_project(project_id) == money("-100 1000")
