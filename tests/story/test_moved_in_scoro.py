"""A person moved the document in Scoro: nothing is overwritten, and either of the two projects settles it with one press."""

from decimal import Decimal

import pytest

from xero_sync.testing.builders import has_client_projects
from xero_sync.testing.standins.xero import line
from xero_sync.testing.world import FINN, MIRA, VERA, World

pytestmark = pytest.mark.usefixtures("second_run_changes_nothing")

MOVED = "In Scoro it is on Copper Vale Rebrand"
KEEP, USE = "Keep Copper Vale Rebrand (Scoro)", "Use Tidewater Launch (Xero)"


def moves(world: World, document_id: str, project_id: int, *lines: int) -> None:
    """A person puts the copy, or lines of it (by their place), on a project in Scoro itself."""
    copy = world.scoro.copy_of(document_id)
    assert copy is not None
    if not lines:
        world.scoro.edits("bills", copy["id"], project_id=project_id)
        return
    moved = [{**one, "project_id": project_id if place in lines else one["project_id"]} for place, one in enumerate(copy["lines"], 1)]
    world.scoro.edits("bills", copy["id"], lines=moved)


async def later(world: World) -> None:
    await world.clock.advance(3600)
    await world.sync()


async def is_moved(world: World, **line_has: str) -> tuple[dict[int, int], str]:
    """A bill is on project 701, then a person puts it on 702 in Scoro; the projects' ids and the bill's."""
    projects = has_client_projects(world, [701, 702, 703])
    lines = [line(412, **(line_has or {"option": "Tidewater Launch"}))]
    bill_id = world.xero.approves_bill("PH-2207", "Pressgang Print", lines, date="2026-11-20")
    await world.sync()
    if line_has:
        await world.choose_project("Pressgang Print", "Choose project…", "Tidewater Launch")
    await world.clock.advance(60)
    moves(world, bill_id, projects[702])
    await world.sync()
    return projects, bill_id


def on(world: World, projects: dict[int, int]) -> dict[int, list[Decimal]]:
    return {number: found for number, project_id in projects.items() if (found := world.on_project(project_id))}


async def test_given_a_bill_moved_in_scoro_when_synced_then_the_card_offers_both_projects(world: World) -> None:
    projects, _ = await is_moved(world)

    assert world.card(MOVED).buttons[:2] == [KEEP, USE]
    assert on(world, projects) == {702: [Decimal(412)]} and len(world.scoro.writes) == 1


@pytest.mark.parametrize(("button", "number"), [(KEEP, 702), (USE, 701)])
async def test_given_a_bill_moved_in_scoro_when_a_project_is_pressed_then_it_is_settled_there(
    world: World, button: str, number: int
) -> None:
    projects, _ = await is_moved(world)

    await world.press(MOVED, button)
    await later(world)

    assert on(world, projects) == {number: [Decimal(412)]}
    card = world.card("PH-2207", "Answered by @Finn")
    assert not card.buttons and button in card.plain
    assert "1 document put on its project · £412.00 net" in world.card("Xero to Scoro").plain
    assert "Nothing is waiting" in (await world.command("waiting")).plain


@pytest.mark.parametrize(("button", "number"), [(KEEP, 702), ("Use Tidewater Launch", 701)])
async def test_given_a_wrong_answer_when_it_is_corrected_in_scoro_then_either_project_settles_it(
    world: World, button: str, number: int
) -> None:
    projects, _ = await is_moved(world, account="310")

    await world.press(MOVED, button)
    await later(world)

    assert on(world, projects) == {number: [Decimal(412)]} and "Nothing is waiting" in (await world.command("waiting")).plain


async def test_given_a_kept_bill_when_its_amount_changes_in_xero_then_it_stays_on_the_kept_project(world: World) -> None:
    projects, bill_id = await is_moved(world)
    await world.press(MOVED, KEEP)
    await world.clock.advance(60)
    world.xero.edits(bill_id, lines=[line(500, option="Tidewater Launch")])

    await later(world)

    assert on(world, projects) == {702: [Decimal(500)]}


async def test_given_a_kept_bill_when_it_is_recoded_in_xero_then_it_follows_xero(world: World) -> None:
    projects, bill_id = await is_moved(world)
    await world.press(MOVED, KEEP)
    await world.clock.advance(60)
    world.xero.recodes(bill_id, 1, "Marsh Signal Site")

    await later(world)

    assert on(world, projects) == {703: [Decimal(412)]}


@pytest.mark.parametrize(("button", "number"), [(KEEP, 702), (USE, 701)])
async def test_given_a_settled_bill_when_it_is_moved_in_scoro_once_more_then_it_is_asked_about_again(
    world: World, button: str, number: int
) -> None:
    projects, bill_id = await is_moved(world)
    await world.press(MOVED, button)
    await later(world)
    moves(world, bill_id, projects[703])

    await later(world)

    (card,) = [card for card in world.cards("In Scoro it is on Marsh Signal Site") if card.buttons]
    assert card.buttons[0] == "Keep Marsh Signal Site (Scoro)" and on(world, projects) == {703: [Decimal(412)]}


async def test_given_xeros_project_was_used_when_it_is_moved_to_the_same_one_again_then_it_is_asked_and_can_be_used_again(
    world: World,
) -> None:
    projects, bill_id = await is_moved(world)
    await world.press(MOVED, USE)
    await later(world)
    moves(world, bill_id, projects[702])
    await later(world)
    before = on(world, projects)
    (card,) = [card for card in world.cards(MOVED) if card.buttons]

    await world.press(card, USE)
    await later(world)

    assert before == {702: [Decimal(412)]} and on(world, projects) == {701: [Decimal(412)]}
    assert "Nothing is waiting" in (await world.command("waiting")).plain


async def test_given_a_bill_on_another_project_before_we_came_when_kept_then_it_counts_there(world: World) -> None:
    projects = has_client_projects(world, [701, 702])
    world.xero.approves_bill("PH-2207", "Pressgang Print", [line(412, option="Tidewater Launch")], date="2026-11-20")
    world.copies = False
    world.scoro.has_bill("PH-2207", "Pressgang Print", [412], date="2026-11-20", project_id=projects[702])
    await world.sync()

    await world.press(MOVED, KEEP)

    assert on(world, projects) == {702: [Decimal(412)]}
    assert "1 document put on its project · £412.00 net" in world.card("Xero to Scoro").plain


async def test_given_a_bill_moved_to_a_namesake_when_asked_then_the_card_says_which_of_them_it_is_on(world: World) -> None:
    projects = has_client_projects(world, [701])
    bill_id = world.xero.approves_bill("PH-2207", "Pressgang Print", [line(412, option="Tidewater Launch")], date="2026-11-20")
    await world.sync()
    namesake = world.scoro.has_project("Tidewater Launch", no=714)
    await world.clock.advance(60)
    moves(world, bill_id, namesake)
    await world.sync()
    buttons = world.card("In Scoro it is on Tidewater Launch (no. 714)").buttons

    await world.press("In Scoro it is on Tidewater Launch (no. 714)", "Use Tidewater Launch (no. 701) (Xero)")

    assert buttons[0] == "Keep Tidewater Launch (no. 714) (Scoro)" and on(world, projects) == {701: [Decimal(412)]}


# Lines.


async def a_line_is_moved(world: World) -> tuple[dict[int, int], str]:
    """Lines 1 and 2 are on their projects, then a person puts line 2 on a third in Scoro."""
    projects = has_client_projects(world, [701, 702, 703])
    lines = [line(412, option="Tidewater Launch"), line(96, option="Copper Vale Rebrand")]
    bill_id = world.xero.approves_bill("PH-2207", "Pressgang Print", lines, date="2026-11-20")
    await world.sync()
    await world.clock.advance(60)
    moves(world, bill_id, projects[703], 2)
    await world.sync()
    return projects, bill_id


@pytest.mark.parametrize(
    ("button", "expected"),
    [
        pytest.param("Keep Marsh Signal Site (Scoro)", {701: [Decimal(412)], 703: [Decimal(96)]}, id="keep"),
        pytest.param("Use Copper Vale Rebrand (Xero)", {701: [Decimal(412)], 702: [Decimal(96)]}, id="use"),
    ],
)
async def test_given_a_line_moved_in_scoro_when_a_project_is_pressed_then_that_line_is_settled_there(
    world: World, button: str, expected: dict[int, list[Decimal]]
) -> None:
    projects, _ = await a_line_is_moved(world)

    await world.press("In Scoro it is on Marsh Signal Site", button)
    await later(world)

    assert on(world, projects) == expected and "Nothing is waiting" in (await world.command("waiting")).plain


async def test_given_two_lines_moved_to_two_projects_when_both_are_kept_then_each_stays_where_it_is(world: World) -> None:
    projects, bill_id = await a_line_is_moved(world)
    other = world.scoro.has_project("Blue Pylon", no=705)
    await world.clock.advance(60)
    moves(world, bill_id, other, 1)
    await later(world)
    await world.press("In Scoro it is on Blue Pylon and Marsh Signal Site", "Keep Blue Pylon (Scoro)")

    (card,) = [card for card in world.cards("In Scoro it is on Marsh Signal Site") if card.buttons]
    await world.press(card, "Keep Marsh Signal Site (Scoro)")
    await later(world)

    assert on(world, {**projects, 705: other}) == {703: [Decimal(96)], 705: [Decimal(412)]}


# Who may, and where a project cannot be kept.


async def test_given_somebody_who_may_not_decide_when_they_press_then_nothing_is_written(world: World) -> None:
    projects, _ = await is_moved(world)

    for person in (VERA, MIRA):
        seen = await world.press(MOVED, USE, person)
        assert "A bookkeeper or controller can" in seen.plain

    assert on(world, projects) == {702: [Decimal(412)]} and USE in world.card(MOVED).buttons


async def test_given_a_sale_moved_to_an_internal_project_when_asked_then_that_one_cannot_be_kept(world: World) -> None:
    world.settings["connection"] |= {"invoices": "to_scoro"}
    await world.restart()
    project_id = has_client_projects(world, [701])[701]
    pitch = world.scoro.has_project("Pitch: Lantern", no=790, project_type="internal")
    invoice_id = world.xero.approves_invoice(
        "INV-1", "Osier Foods", [line(5000, account="200", option="Tidewater Launch")], date="2026-11-12"
    )
    await world.sync()
    await world.clock.advance(60)
    copy = world.scoro.copy_of(invoice_id)
    assert copy is not None
    world.scoro.edits("invoices", copy["id"], project_id=pitch)
    await world.sync()

    assert world.card("In Scoro it is on Pitch: Lantern").buttons == [USE, "Try again"]
    await world.press("In Scoro it is on Pitch: Lantern", USE, FINN)

    assert world.on_project(project_id) == [Decimal(5000)]
