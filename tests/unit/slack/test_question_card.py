"""The question's card in each of its states."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from tests.unit.slack.examples import buttons, card_document, choice, question, question_card, shown

from xero_sync.domain.decisions import (
    Decision,
    MakeOption,
    NoOptionNeeded,
    NoProjectNeeded,
    PutOn,
    TheseDocuments,
    ThisAccount,
    ThisOption,
    ThisProject,
    ThisSupplier,
)
from xero_sync.domain.money import Money
from xero_sync.reports.answers import reach_in_words
from xero_sync.slack.blocks import ALL_TEXT, text_length
from xero_sync.slack.cards.question import question_message

ANSWERED = {"answered_by": "U_CARA", "answered_at": datetime(2026, 11, 24, 14, 2, tzinfo=UTC), "answer_label": "Put on Harbour Refit"}


def test_given_an_open_question_when_shown_then_the_card_says_what_waits_and_what_can_be_answered() -> None:
    message = question_message(question_card(vat=(Money(Decimal("148.00"), "GBP"),)))

    assert shown(message).splitlines() == [
        'No Scoro project is called "Harbor Refit"',
        "1 approved bill waits · £740.00 net (+ £148.00 VAT) · November 2026",
        '• Delft Signs, bill 10442, 18 Nov, £740.00: "Fascia panels" · Xero',
        'Closest: Harbour Refit (no. 412, Tern & Teal Ltd, in progress). Xero writes "Harbor", Scoro "Harbour".',
        "[Put on Harbour Refit] [Choose another project…] [No project needed…]",
        "A project chosen here is also used for later documents with this option. Nothing is changed in Xero.",
    ]


def test_given_a_credit_note_when_shown_then_its_vat_is_taken_off_too() -> None:
    message = question_message(question_card(vat=(Money(Decimal("-90.00"), "GBP"),)))

    assert "net (- £90.00 VAT)" in shown(message)


def test_given_an_open_question_when_shown_then_a_button_carries_ids_and_the_revision_only() -> None:
    found = buttons(question_message(question_card()))

    assert [(each["action_id"], each["value"]) for each in found] == [
        ("answer.0", "q1|put-412|3"),
        ("pick.1", "q1|choose|3"),
        ("answer.2", "q1|none|3"),
    ]


def test_given_an_open_question_when_shown_then_only_the_recommended_answer_is_stressed() -> None:
    found = buttons(question_message(question_card()))

    assert [each.get("style") for each in found] == ["primary", None, None]


def test_given_an_answer_with_three_dots_and_no_form_when_shown_then_it_asks_first_and_says_its_reach() -> None:
    found = buttons(question_message(question_card(documents=(card_document("1"), card_document("2")))))

    assert [each["confirm"]["text"]["text"] for each in found if "confirm" in each] == [
        "For the 2 documents on this card only. Nothing is changed in Xero."
    ]


@pytest.mark.parametrize(
    ("decision", "sentence"),
    [
        pytest.param(
            NoProjectNeeded(reach=TheseDocuments(cause="c")),
            "For the document on this card only. Nothing is changed in Xero.",
            id="documents",
        ),
        pytest.param(
            PutOn(reach=ThisOption(tracking_option_id="o")),
            "For every document with this option, later ones too. Nothing is changed in Xero.",
            id="option",
        ),
        pytest.param(
            PutOn(reach=ThisOption(tracking_option_id="o", contact_id="c")),
            "For every document of this contact with this option, later ones too. Nothing is changed in Xero.",
            id="option and contact",
        ),
        pytest.param(
            NoProjectNeeded(reach=ThisAccount(account_code="620")),
            "For every line on account 620 that carries an option, later ones too. Nothing is changed in Xero.",
            id="account",
        ),
        pytest.param(
            PutOn(reach=ThisSupplier(contact_id="c", until=date(2027, 3, 31))),
            "For this supplier's documents dated until 31 Mar 2027. Nothing is changed in Xero.",
            id="supplier",
        ),
        pytest.param(NoOptionNeeded(reach=ThisProject(project_id=1)), "For this project only. Nothing is changed in Xero.", id="project"),
        pytest.param(
            MakeOption(project_id=1, reach=ThisProject(project_id=1)),
            "For this project only. One tracking option is created in Xero.",
            id="an option is made",
        ),
    ],
)
def test_given_a_decision_when_its_reach_is_said_then_it_says_how_far_and_whether_xero_is_touched(
    decision: Decision, sentence: str
) -> None:
    assert reach_in_words(decision, 1) == sentence


def test_given_a_label_longer_than_a_button_when_shown_then_it_is_shortened_and_spelt_out_in_the_card() -> None:
    long = "Put on " + "Harbour Refit and all the quays behind it " * 3

    message = question_message(question_card(question=question(choices=(choice(long),))))

    (found,) = buttons(message)
    assert len(found["text"]["text"]) <= 75 and found["text"]["text"].endswith("…") and f"◦ {long.strip()}" in shown(message)


def test_given_more_documents_than_fit_when_shown_then_ten_are_listed_and_the_rest_is_counted() -> None:
    documents = tuple(card_document(str(number)) for number in range(13))

    lines = shown(question_message(question_card(documents=documents))).splitlines()

    assert (sum(line.startswith("•") for line in lines), "and 3 more" in lines) == (10, True)


def test_given_texts_too_long_for_slack_when_shown_then_fewer_documents_are_listed() -> None:
    documents = tuple(card_document("&" * 80, contact="&" * 80, description="&" * 80) for _ in range(10))

    message = question_message(question_card(documents=documents, question=question(facts=("&" * 400,) * 6)))

    listed = sum(line.startswith("•") for line in shown(message).splitlines())
    assert 0 < listed < 10 and f"and {10 - listed} more" in shown(message) and text_length(message.blocks) <= ALL_TEXT


def test_given_documents_of_several_kinds_and_currencies_when_shown_then_each_currency_has_its_sum() -> None:
    documents = (card_document("1"), card_document("2", kind="credit note"))
    net = (Money(Decimal("740.00"), "GBP"), Money(Decimal("-20.00"), "EUR"))

    message = question_message(question_card(documents=documents, net=net, months=("October 2026", "November 2026")))

    assert "2 approved documents wait · £740.00 and -€20.00 net · October 2026 and November 2026" in shown(message)


def test_given_a_press_when_worked_on_then_the_card_says_so_and_has_no_buttons() -> None:
    message = question_message(question_card(state="working", **ANSWERED))

    assert ("Working…" in shown(message), "Put on Harbour Refit" in shown(message), buttons(message)) == (True, True, [])


def test_given_an_answer_when_carried_out_then_the_card_says_who_answered_what_and_what_came_of_it() -> None:
    message = question_message(question_card(state="answered", result="1 bill, £740.00 net, is on Harbour Refit.", **ANSWERED))

    assert shown(message).splitlines() == [
        'No Scoro project is called "Harbor Refit"',
        "1 bill, £740.00 net, is on Harbour Refit.",
        "Answered by @U_CARA, 24 Nov 2026, 14:02 UTC: Put on Harbour Refit",
        "A project chosen here is also used for later documents with this option. Nothing is changed in Xero.",
    ]


def test_given_a_question_nothing_waits_for_when_shown_then_the_card_is_closed() -> None:
    message = question_message(question_card(state="closed", documents=()))

    assert shown(message).splitlines() == [
        'No Scoro project is called "Harbor Refit"',
        "Closed by itself: nothing waits for this any more.",
    ]


def test_given_an_answer_that_failed_when_shown_then_the_reason_stands_there_and_it_can_be_answered_again() -> None:
    message = question_message(question_card(problem="Xero has an archived option of this name."))

    assert "Could not be done: Xero has an archived option of this name." in shown(message) and len(buttons(message)) == 3


def test_given_a_rehearsal_when_an_open_question_is_shown_then_the_card_says_that_nothing_is_written() -> None:
    message = question_message(question_card(is_rehearsal=True))

    assert "Rehearsal: nothing is written to Scoro or Xero yet." in shown(message)


def test_given_a_rehearsal_when_an_answer_is_kept_then_the_card_does_not_say_it_is_worked_on() -> None:
    kept = "The answer is kept. It is carried out when the rehearsal ends."

    message = question_message(question_card(state="working", is_rehearsal=True, result=kept, **ANSWERED))

    assert kept in shown(message) and "Working" not in shown(message)


def test_given_any_state_when_shown_then_the_notification_is_one_plain_sentence_with_the_title() -> None:
    texts = [question_message(question_card(state=state, **ANSWERED)).text for state in ("open", "working", "answered", "closed")]

    assert all(text.startswith('No Scoro project is called "Harbor Refit".') and "\n" not in text for text in texts)
