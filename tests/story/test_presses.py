"""What a press does and what it refuses: at most one write for a card, and an answer everybody can see for every click."""

import asyncio
from datetime import timedelta
from decimal import Decimal

import pytest

from xero_sync.testing.builders import approves_bills, has_client_projects
from xero_sync.testing.standins.xero import line
from xero_sync.testing.world import ADA, BEA, FINN, MIRA, VERA, World

pytestmark = pytest.mark.usefixtures("second_run_changes_nothing")

HARBOR = 'called "Harbor Refit"'
PUT = "Put on Harbour Refit"


async def harbor_is_asked(world: World, net: int = 740, **project: int) -> int:
    """A bill on an option one letter off is asked about; the id of the project it should be on."""
    project_id = world.scoro.has_project("Harbour Refit", no=412, **project)
    world.xero.has_option("Harbor Refit")
    world.xero.approves_bill("10442", "Delft Signs", [line(net, option="Harbor Refit")], date="2026-11-18")
    await world.sync()
    return project_id


# Who presses.


async def test_given_two_people_press_one_button_at_once_when_worked_on_then_one_write_is_made_and_both_are_answered(world: World) -> None:
    project_id = await harbor_is_asked(world)
    card = world.card(HARBOR)

    first, second = await asyncio.gather(world.slack.press(card, PUT, FINN), world.slack.press(card, PUT, BEA))
    await world.slack.until(lambda: world.slack.latest(card).edited > card.edited)
    await world.work()

    assert world.on_project(project_id) == [Decimal(740)] and len(world.scoro.writes) == 1
    assert "Answered by @Finn" in world.card(HARBOR).plain or "Answered by @Bea" in world.card(HARBOR).plain
    assert first.error is None and second.error is None
    told = [person for person in (FINN, BEA) if any("Nothing was changed" in message.plain for message in world.slack.ephemerals(person))]
    assert len(told) == 1


async def test_given_two_people_answer_differently_when_worked_on_then_the_first_counts_and_the_second_is_told_who(world: World) -> None:
    project_id = await harbor_is_asked(world)
    card = world.card(HARBOR)
    await world.press(card, PUT, FINN)

    seen = await world.press(card, "No project needed…", BEA)

    assert "Already answered by @Finn" in seen.plain and PUT in seen.plain
    assert world.on_project(project_id) == [Decimal(740)]


async def test_given_slack_delivers_one_press_twice_when_worked_on_then_it_counts_once(world: World) -> None:
    project_id = await harbor_is_asked(world)
    card = world.card(HARBOR)
    seen = await world.slack.press(card, PUT, FINN)
    again = await world.slack.redeliver(seen)
    await world.slack.until(lambda: world.slack.latest(card).edited > card.edited)

    await world.work()

    assert world.on_project(project_id) == [Decimal(740)] and len(world.scoro.writes) == 1
    assert again.error is None and not world.slack.ephemerals(FINN)


@pytest.mark.parametrize(
    ("person", "button"), [(VERA, PUT), (VERA, "No project needed…"), (ADA, PUT), ("U_NEW", PUT), ("U_GUEST", PUT), ("U_STRANGER", PUT)]
)
async def test_given_somebody_who_may_not_decide_when_they_press_then_they_are_told_and_nothing_is_written(
    world: World, person: str, button: str
) -> None:
    world.slack.has_user("U_NEW", "New")
    world.slack.has_user("U_GUEST", "Guest", is_restricted=True)
    world.slack.has_user("U_STRANGER", "Stranger", is_stranger=True)
    await harbor_is_asked(world)

    seen = await world.press(HARBOR, button, person)

    assert "A bookkeeper or controller can" in seen.plain
    assert world.scoro.writes == [] and PUT in world.card(HARBOR).buttons


async def test_given_a_controller_who_is_a_guest_of_the_workspace_when_they_press_then_they_are_refused(world: World) -> None:
    world.slack.has_user(FINN, "Finn", is_ultra_restricted=True)
    await harbor_is_asked(world)

    seen = await world.press(HARBOR, PUT, FINN)

    assert "A bookkeeper or controller can" in seen.plain and world.scoro.writes == []


# Project managers: their own projects, one document, up to a limit.


async def brightline_is_asked(world: World, net: int, *, last_on: int | None = None) -> dict[int, int]:
    """A freelancer's bill without option is asked about; project 701 is Mira's, 702 is not."""
    projects = {
        701: world.scoro.has_project("Tidewater Launch", no=701, manager_id=31),
        702: world.scoro.has_project("Copper Vale Rebrand", no=702, manager_id=32),
    }
    world.xero.has_option("Tidewater Launch")
    world.xero.has_option("Copper Vale Rebrand")
    approves_bills(world, "Brightline Studios", [net], account="310", date="2026-11-18")
    await world.sync()
    return projects


async def test_given_a_project_manager_when_they_choose_their_own_project_then_it_counts(world: World) -> None:
    projects = await brightline_is_asked(world, 900)

    await world.choose_project("Brightline Studios", "Choose project…", "Tidewater Launch", MIRA)

    assert world.on_project(projects[701]) == [Decimal(900)]


async def test_given_a_project_manager_when_they_choose_another_ones_project_then_the_form_says_why_not(world: World) -> None:
    projects = await brightline_is_asked(world, 900)

    seen = await world.choose_project("Brightline Studios", "Choose project…", "Copper Vale Rebrand", MIRA)

    assert "Project managers decide for their own projects" in seen.plain
    assert world.on_project(projects[702]) == [] and world.slack.view(MIRA)


async def test_given_a_project_manager_when_the_amount_is_above_the_limit_then_a_bookkeeper_has_to_decide(world: World) -> None:
    projects = await brightline_is_asked(world, 1001)

    view = await world.open_form("Brightline Studios", "Choose project…", MIRA)

    assert "Above 1,000.00 net a bookkeeper decides" in view.plain
    assert world.on_project(projects[701]) == []


async def test_given_a_project_manager_when_the_answer_holds_for_later_documents_then_they_are_refused(world: World) -> None:
    await harbor_is_asked(world, manager_id=31)

    seen = await world.press(HARBOR, PUT, MIRA)

    assert "A bookkeeper or controller can" in seen.plain and world.scoro.writes == []


# What the card showed.


async def test_given_a_card_that_shows_another_bill_meanwhile_when_the_old_one_is_pressed_then_it_is_refused(world: World) -> None:
    await harbor_is_asked(world)
    old = world.card(HARBOR)
    world.xero.approves_bill("10451", "Delft Signs", [line(60, option="Harbor Refit")], date="2026-11-20")
    await world.sync()

    seen = await world.press(old, PUT)

    assert "The card has changed since you looked at it" in seen.plain
    assert world.scoro.writes == [] and "2 approved bills wait" in world.card(HARBOR).plain


async def test_given_a_week_old_card_when_pressed_then_it_still_counts(world: World) -> None:
    project_id = await harbor_is_asked(world)
    await world.clock.advance(timedelta(days=7).total_seconds())

    await world.press(HARBOR, PUT)

    assert world.on_project(project_id) == [Decimal(740)]


async def test_given_a_week_old_card_when_its_bill_was_voided_meanwhile_then_the_press_is_refused(world: World) -> None:
    project_id = await harbor_is_asked(world)
    old = world.card(HARBOR)
    await world.clock.advance(timedelta(days=7).total_seconds())
    world.xero.voids(next(iter(world.xero.documents)))
    await world.sync()

    seen = await world.press(old, PUT)

    assert "has closed by itself" in seen.plain and world.on_project(project_id) == []


async def test_given_a_card_when_its_bill_is_voided_and_not_read_yet_then_what_was_pressed_is_taken_back(world: World) -> None:
    project_id = await harbor_is_asked(world)
    world.xero.voids(next(iter(world.xero.documents)))

    await world.press(HARBOR, PUT)
    await world.sync()

    assert world.on_project(project_id) == []


async def test_given_a_project_that_was_deleted_meanwhile_when_pressed_then_the_person_is_told(world: World) -> None:
    project_id = await harbor_is_asked(world)
    old = world.card(HARBOR)
    world.scoro.deletes("projects", project_id)
    await world.sync()

    seen = await world.press(old, PUT)

    assert "The card has changed" in seen.plain and world.scoro.writes == []


async def test_given_a_button_of_a_card_nobody_knows_when_pressed_then_the_person_is_told(world: World) -> None:
    message = world.slack.has_message("finance", "An older bot's card")
    button = {"type": "button", "action_id": "answer.0", "value": "nonsense", "text": {"type": "plain_text", "text": "Yes"}}
    strange = {"type": "actions", "block_id": "x", "elements": [button]}
    card = world.slack.workspace.post(world.slack.channel("finance"), {"text": "Old", "blocks": [strange]}, message.author_id)

    seen = await world.press(card, "Yes")

    assert "not in use any more" in seen.plain


# The form.


async def test_given_choose_another_project_when_one_is_picked_then_it_counts_and_holds_for_later_documents(world: World) -> None:
    await harbor_is_asked(world)
    other = has_client_projects(world, [702])[702]
    await world.sync()
    await world.choose_project(HARBOR, "Choose another project…", "Copper Vale Rebrand")
    world.xero.approves_bill("10451", "Delft Signs", [line(60, option="Harbor Refit")], date="2026-11-20")

    await world.sync()

    assert world.on_project(other) == [Decimal(60), Decimal(740)]
    assert "Choose another project: Copper Vale Rebrand" in world.card(HARBOR).plain


async def test_given_no_project_needed_when_confirmed_then_the_bill_is_counted_so(world: World) -> None:
    project_id = await harbor_is_asked(world)

    await world.press(HARBOR, "No project needed…")

    assert world.on_project(project_id) == []
    assert "1 needs no project · £740.00 net" in world.card("Xero to Scoro").plain


async def test_given_no_project_needed_when_a_later_bill_has_the_option_then_it_is_asked_anew(world: World) -> None:
    await harbor_is_asked(world)
    await world.press(HARBOR, "No project needed…")
    world.xero.approves_bill("10451", "Delft Signs", [line(600, option="Harbor Refit")], date="2026-11-20")

    await world.sync()

    (asked,) = [card for card in world.cards(HARBOR) if card.buttons]
    assert "1 approved bill waits · £600.00 net" in asked.plain


async def test_given_the_old_card_is_still_to_be_edited_when_it_is_asked_anew_then_only_the_new_one_has_buttons(world: World) -> None:
    await harbor_is_asked(world)
    old = world.card(HARBOR)
    await world.press(old, "No project needed…")
    await world.is_to_be_shown_again(old)
    world.xero.approves_bill("10451", "Delft Signs", [line(600, option="Harbor Refit")], date="2026-11-20")

    await world.sync()

    assert len([card for card in world.cards(HARBOR) if card.buttons]) == 1
    assert "asked again in a newer card" in world.slack.latest(old).plain and "Answered by @Finn" in world.slack.latest(old).plain


async def test_given_an_answered_line_when_it_moves_to_another_cost_account_then_it_stays_on_its_project(world: World) -> None:
    project_id = world.scoro.has_project("Tidewater Launch")
    bill_id = world.xero.approves_bill("RS-77", "Rook Sound", [line(2480, account="310")], date="2026-11-20")
    await world.sync()
    await world.choose_project("Rook Sound", "Choose project…", "Tidewater Launch")
    await world.clock.advance(3600)
    world.xero.edits(bill_id, lines=[line(2480, account="320")])

    await world.sync()

    assert world.on_project(project_id) == [Decimal("2480.00")] and not [card for card in world.cards("Rook Sound") if card.buttons]


async def test_given_an_answered_line_when_another_cost_line_is_added_then_only_the_new_one_is_asked_about(world: World) -> None:
    project_id = world.scoro.has_project("Tidewater Launch")
    bill_id = world.xero.approves_bill("RS-77", "Rook Sound", [line(2480, account="310")], date="2026-11-20")
    await world.sync()
    await world.choose_project("Rook Sound", "Choose project…", "Tidewater Launch")
    await world.clock.advance(3600)
    world.xero.edits(bill_id, lines=[line(2480, account="310"), line(500, account="320")])

    await world.sync()

    (asked,) = [card for card in world.cards("Rook Sound") if card.buttons]
    assert "£500.00 net" in asked.plain and world.on_project(project_id) == [Decimal("2480.00")]


async def test_given_an_answered_card_when_a_form_button_is_pressed_then_the_form_says_so(world: World) -> None:
    await harbor_is_asked(world)
    old = world.card(HARBOR)
    await world.press(old, PUT, FINN)

    view = await world.open_form(old, "Choose another project…", BEA)

    assert "Already answered by @Finn" in view.plain and not view.fields


async def test_given_an_open_form_when_somebody_else_answers_first_then_sending_it_says_so(world: World) -> None:
    project_id = await harbor_is_asked(world)
    card = world.card(HARBOR)
    other = has_client_projects(world, [702])[702]
    await world.sync()
    view = await world.open_form(card, "Choose another project…", BEA)
    await world.press(card, PUT, FINN)

    await world.submit_project(view, card, "Copper Vale Rebrand", BEA)

    assert "Already answered by @Finn" in world.slack.view(BEA).plain
    assert world.on_project(project_id) == [Decimal(740)] and world.on_project(other) == []


async def test_given_a_form_for_a_sale_when_searching_then_internal_and_closed_projects_are_not_offered(world: World) -> None:
    world.settings["connection"] |= {"invoices": "to_scoro"}
    await world.restart()
    world.scoro.has_project("Pitch: Lantern", no=790, project_type="internal")
    world.scoro.has_project("Pitch: Beacon", no=791)
    world.scoro.has_project("Pitch: Candle", no=792, status="completed")
    world.xero.approves_invoice("INV-1", "Tern & Teal Ltd", [line(5000, account="200")], date="2026-11-18")
    await world.sync()

    view = await world.open_form("Tern & Teal Ltd", "Choose project…")
    found = await world.slack.search(view, "pick.project", "Pitch", FINN)

    assert [option.text.partition(" ")[0] for option in found] and all("Beacon" in option.text for option in found)


# The channel.


async def test_given_slack_is_down_when_a_press_is_worked_on_then_it_counts_and_the_card_follows(world: World) -> None:
    project_id = await harbor_is_asked(world)
    world.slack.refuses("chat.update", "fatal_error", times=None)
    await world.slack.press(world.card(HARBOR), PUT, FINN)
    await world.work()
    world.slack.stops_refusing()

    await world.tick(60)

    assert world.on_project(project_id) == [Decimal(740)]
    assert "Answered by @Finn" in world.card(HARBOR).plain


async def test_given_slack_does_not_take_one_message_when_synced_then_the_others_stand_there_and_it_follows(world: World) -> None:
    world.slack.refuses("chat.postMessage", "invalid_blocks")

    await harbor_is_asked(world)

    assert world.card("Xero to Scoro").ts < world.card(HARBOR).ts


async def test_given_a_deleted_card_when_the_question_is_still_open_then_it_is_posted_anew(world: World) -> None:
    project_id = await harbor_is_asked(world)
    card = world.card(HARBOR)
    world.slack.workspace.channels[card.channel_id].versions.pop(card.ts)
    world.xero.approves_bill("10451", "Delft Signs", [line(60, option="Harbor Refit")], date="2026-11-20")
    await world.sync()

    await world.press(HARBOR, PUT)

    assert world.on_project(project_id) == [Decimal(60), Decimal(740)]
