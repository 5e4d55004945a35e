"""An answer about documents holds for the lines it was given for: through edits in Xero, and for no line that comes later."""

from collections.abc import Sequence
from decimal import Decimal

import pytest

from xero_sync.testing.builders import has_client_projects
from xero_sync.testing.standins.xero import Line, line
from xero_sync.testing.world import World

pytestmark = pytest.mark.usefixtures("second_run_changes_nothing")

ROOK = "No project for Rook Sound"
HARBOR = 'called "Harbor Refit"'
TWINS = 'Two open projects are called "Website"'


def bill(world: World, *lines: Line, number: str = "RS-77") -> str:
    return world.xero.approves_bill(number, "Rook Sound", lines, date="2026-11-20")


async def edits(world: World, bill_id: str, lines: Sequence[Line], **changes: str) -> None:
    await world.clock.advance(3600)
    world.xero.edits(bill_id, lines=lines, **changes)
    await world.sync()


def asked(world: World, words: str) -> str:
    """The one card with these words that still has buttons."""
    (card,) = [card for card in world.cards(words) if card.buttons]
    return card.plain


# Lines that come later.


async def test_given_a_bill_put_on_a_project_when_a_line_is_added_then_that_line_alone_is_asked_about(world: World) -> None:
    projects = has_client_projects(world, [701, 702])
    bill_id = bill(world, line(2480, account="310"))
    await world.sync()
    await world.choose_project(ROOK, "Choose project…", "Tidewater Launch")

    await edits(world, bill_id, [line(2480, account="310"), line(500, account="310")])

    assert "£500.00 net" in asked(world, ROOK) and "2,480" not in asked(world, ROOK)
    assert (world.on_project(projects[701]), world.on_project(projects[702])) == ([Decimal(2480)], [])


async def test_given_an_added_line_when_it_is_answered_otherwise_then_each_line_is_on_its_own_project(world: World) -> None:
    projects = has_client_projects(world, [701, 702])
    bill_id = bill(world, line(2480, account="310"))
    await world.sync()
    await world.choose_project(ROOK, "Choose project…", "Tidewater Launch")
    await edits(world, bill_id, [line(2480, account="310"), line(500, account="310")])
    (card,) = [card for card in world.cards(ROOK) if card.buttons]

    await world.choose_project(card, "Choose project…", "Copper Vale Rebrand")

    assert (world.on_project(projects[701]), world.on_project(projects[702])) == ([Decimal(2480)], [Decimal(500)])


async def test_given_a_bill_that_needs_no_project_when_a_line_is_added_then_that_line_is_asked_about(world: World) -> None:
    bill_id = bill(world, line(2480, account="310"))
    await world.sync()
    await world.press(ROOK, "No project needed…")

    await edits(world, bill_id, [line(2480, account="310"), line(500, account="310")])

    assert "£500.00 net" in asked(world, ROOK)
    assert "1 waiting for an answer · £500.00 net" in world.card("Xero to Scoro").plain


async def test_given_an_option_that_needed_no_project_on_a_bill_when_a_line_with_it_is_added_then_it_is_asked_about(world: World) -> None:
    world.scoro.has_project("Harbour Refit", no=412)
    world.xero.has_option("Harbor Refit")
    bill_id = bill(world, line(740, option="Harbor Refit"))
    await world.sync()
    await world.press(HARBOR, "No project needed…")

    await edits(world, bill_id, [line(740, option="Harbor Refit"), line(500, option="Harbor Refit")])

    assert "£500.00 net" in asked(world, HARBOR)


async def test_given_a_twin_chosen_for_a_bill_when_a_line_is_added_then_it_is_asked_about_and_the_first_stays(world: World) -> None:
    first = world.scoro.has_project("Website", no=388, company="Tern & Teal Ltd")
    world.scoro.has_project("Website", no=402, company="Osier Foods")
    world.xero.has_option("Website")
    bill_id = bill(world, line(2400, option="Website"))
    await world.sync()
    await world.press(TWINS, "Website: Tern & Teal Ltd (no. 388)")

    await edits(world, bill_id, [line(2400, option="Website"), line(500, option="Website")])

    assert "£500.00 net" in asked(world, TWINS) and world.on_project(first) == [Decimal(2400)]


async def test_given_an_option_made_for_a_bill_when_a_line_is_added_then_it_is_asked_about_and_the_first_stays(world: World) -> None:
    project_id = world.scoro.has_project("Tidewater Launch", no=701)
    bill(world, line(900, account="310"), number="RS-76")
    await world.sync()
    await world.choose_project(ROOK, "Choose project…", "Tidewater Launch")
    bill_id = bill(world, line(2480, account="310"))
    await world.sync()
    (card,) = [card for card in world.cards(ROOK) if card.buttons]
    await world.press(card, "Create option and use it")

    await edits(world, bill_id, [line(2480, account="310"), line(500, account="310")])

    assert "£500.00 net" in asked(world, ROOK) and world.on_project(project_id) == [Decimal(900), Decimal(2480)]


async def test_given_an_answered_card_when_a_line_is_added_then_the_card_speaks_of_the_lines_it_was_about(world: World) -> None:
    has_client_projects(world, [701])
    bill_id = bill(world, line(2480, account="310"))
    await world.sync()
    await world.choose_project(ROOK, "Choose project…", "Tidewater Launch")
    card = world.card(ROOK)

    await edits(world, bill_id, [line(2480, account="310"), line(500, account="310")])

    assert "Answered by @Finn" in world.slack.latest(card).plain and "500" not in world.slack.latest(card).plain


# What is edited.


@pytest.mark.parametrize(
    "edited",
    [
        pytest.param({"lines": [line(2600, account="310")]}, id="another amount"),
        pytest.param({"lines": [line(2480, account="320")]}, id="another account for direct costs"),
        pytest.param({"lines": [line(2480, account="310", description="Mixing, two days")]}, id="another description"),
        pytest.param({"lines": [line(2480, account="310")], "contact": "Rook Sound Ltd"}, id="another supplier"),
    ],
)
@pytest.mark.parametrize("button", ["Choose project…", "No project needed…"])
async def test_given_an_answered_line_when_it_is_edited_in_xero_then_the_answer_holds(world: World, button: str, edited: dict) -> None:
    project_id = has_client_projects(world, [701])[701]
    bill_id = bill(world, line(2480, account="310"))
    await world.sync()
    if button == "Choose project…":
        await world.choose_project(ROOK, button, "Tidewater Launch")
    else:
        await world.press(ROOK, button)

    await edits(world, bill_id, **edited)

    net = Decimal(2600) if "2600" in str(edited) else Decimal(2480)
    assert world.on_project(project_id) == ([net] if button == "Choose project…" else [])
    assert not [card for card in world.cards("Rook Sound") if card.buttons]


async def test_given_an_answered_line_when_it_moves_to_an_overhead_account_then_it_needs_no_project(world: World) -> None:
    project_id = has_client_projects(world, [701])[701]
    bill_id = bill(world, line(2480, account="310"))
    await world.sync()
    await world.choose_project(ROOK, "Choose project…", "Tidewater Launch")

    await edits(world, bill_id, [line(2480, account="429")])

    assert world.on_project(project_id) == [] and "1 needs no project · £2,480.00 net" in world.card("Xero to Scoro").plain


async def test_given_an_answered_line_when_it_gets_an_option_in_xero_then_it_follows_xero(world: World) -> None:
    projects = has_client_projects(world, [701, 702])
    bill_id = bill(world, line(2480, account="310"))
    await world.sync()
    await world.choose_project(ROOK, "Choose project…", "Tidewater Launch")

    await edits(world, bill_id, [line(2480, account="310", option="Copper Vale Rebrand")])

    assert (world.on_project(projects[701]), world.on_project(projects[702])) == ([], [Decimal(2480)])
