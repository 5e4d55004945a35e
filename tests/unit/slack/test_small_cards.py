"""Problems, the summary of questions without a card, a plugin's own message, help, and the question before the rehearsal ends."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from tests.unit.slack.examples import buttons, shown

from xero_sync.domain.money import Money
from xero_sync.loop.ports import Cards, Rendered
from xero_sync.reports.card import ProblemCard, SummaryCard
from xero_sync.slack.cards import SlackCards, help_message, plain_message, problem_message, start_message, summary_message
from xero_sync.slack.cards.help import COMMANDS

PROBLEM = ProblemCard("service:scoro", "Scoro cannot be read", "Scoro refuses the key.", "Check it in Scoro's settings.")


def test_given_a_problem_when_shown_then_it_says_what_is_wrong_and_what_to_do() -> None:
    assert shown(problem_message(PROBLEM)).splitlines() == [
        "Scoro cannot be read",
        "Scoro refuses the key.",
        "What to do: Check it in Scoro's settings.",
    ]


def test_given_a_problem_without_fix_when_shown_then_nothing_is_left_hanging() -> None:
    assert shown(problem_message(replace(PROBLEM, text="", fix=" "))) == "Scoro cannot be read"


def test_given_a_problem_that_is_over_when_shown_then_nobody_has_to_do_anything() -> None:
    message = problem_message(replace(PROBLEM, is_over=True))

    assert (message.text, "What to do" in shown(message)) == ("Over: Scoro cannot be read.", False)


def test_given_questions_without_a_card_when_summed_up_then_they_are_named_and_counted() -> None:
    summary = SummaryCard(12, (Money(Decimal("4120.00"), "GBP"),), ("No project for Rook Sound", "Possible duplicate: bill 09-2026"))

    message = summary_message(summary)

    assert shown(message).splitlines() == [
        "12 more questions wait · £4,120.00 net",
        "• No project for Rook Sound",
        "• Possible duplicate: bill 09-2026",
        "and 10 more",
        "[What is waiting]",
        "New cards come a few an hour; these follow.",
    ]


def test_given_one_question_without_a_card_when_summed_up_then_it_is_in_the_singular() -> None:
    assert shown(summary_message(SummaryCard(1, (), ("No project for Rook Sound",)))).startswith("1 more question waits\n")


def test_given_every_question_has_its_card_when_summed_up_then_there_is_nothing_to_press() -> None:
    message = summary_message(SummaryCard(0, (), ()))

    assert (shown(message), buttons(message)) == ("Every open question has its card.", [])


def test_given_a_plugins_message_when_shown_then_its_lines_stay_and_nothing_in_it_acts() -> None:
    assert shown(plain_message("The budget is used up.\n\n<!channel> & more")) == "The budget is used up.\n<!channel> & more"


def test_given_help_when_shown_then_every_command_stands_there() -> None:
    text = shown(help_message())

    assert all(f"/xero-sync {word} · " in text for word, _ in COMMANDS)


def test_given_a_word_that_is_no_command_when_typed_then_help_says_so_first() -> None:
    assert shown(help_message("stauts")).startswith('There is no command "stauts". These are known:')


def test_given_the_end_of_the_rehearsal_when_asked_for_then_what_follows_is_said_before_the_button() -> None:
    message = start_message()

    assert [button["action_id"] for button in buttons(message)] == [
        "start.confirm",
        "start.first.ten",
    ] and "put on their projects in Scoro" in shown(message)


def test_given_the_cards_the_loop_shows_when_asked_for_then_slack_has_one_for_each() -> None:
    cards: Cards = SlackCards()

    messages: list[Rendered] = [cards.problem(PROBLEM), cards.summary(SummaryCard(0, (), ())), cards.plain("Hello.")]

    assert messages == [problem_message(PROBLEM), summary_message(SummaryCard(0, (), ())), plain_message("Hello.")]
