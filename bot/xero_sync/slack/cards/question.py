"""One question: what waits, what can be answered, and later who answered what and what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, assert_never

from xero_sync.domain.decisions import Decision
from xero_sync.domain.money import Money
from xero_sync.domain.questions import Choice
from xero_sync.loop.ports import Rendered
from xero_sync.reports.answers import reach_in_words
from xero_sync.reports.card import CardDocument, QuestionCard
from xero_sync.reports.words import amounts, counted, counted_kinds, in_a_row, short_day
from xero_sync.slack.blocks import (
    ALL_TEXT,
    NAME,
    SHOWN_ON_A_BUTTON,
    Block,
    Element,
    Pressed,
    actions,
    button,
    clip,
    confirmation,
    context,
    escape,
    escape_but_people,
    link,
    mention,
    moment,
    notification,
    section,
    sections,
    sentence,
    text_length,
    within,
)

DOCUMENTS_LISTED: Final = 10
CHOICES_SHOWN: Final = 20
_FACTS_SHOWN: Final = 6
_RESULT: Final = 2_500
COMPARED_LISTED: Final = 3
ANSWER: Final = "answer"
PICK: Final = "pick"
REHEARSAL: Final = "Rehearsal: nothing is written to Scoro or Xero yet. Answers are kept until an admin says `/xero-sync start`."


def question_message(card: QuestionCard) -> Rendered:
    """The card as it stands. Where its texts are too long for Slack, fewer documents are listed; at last its facts are left out too."""
    listed = min(len(card.documents), DOCUMENTS_LISTED)
    blocks = _blocks(card, listed)
    while text_length(blocks) > ALL_TEXT and listed:
        listed -= 1
        blocks = _blocks(card, listed)
    if text_length(blocks) > ALL_TEXT:
        blocks = _blocks(card, listed, has_facts=False)
    return Rendered(notification(_in_one_sentence(card)), tuple(blocks))


def _blocks(card: QuestionCard, listed: int, *, has_facts: bool = True) -> list[Block]:
    title = f"*{escape(card.question.title)}*"
    match card.state:
        case "open":
            facts = [*_facts(card), *_spelt_out(card)] if has_facts else []
            return [*_about(card, title, listed), *sections(facts), *_buttons(card), *_reach(card), *_notes(card)]
        case "working":
            facts = _facts(card) if has_facts else []
            return [*_about(card, title, listed), *sections(facts), context(*_progress(card)), *_reach(card)]
        case "answered":
            return [*sections([title, *_result(card)]), context(_answered(card)), *_reach(card)]
        case "closed":
            return [section(title), context("Closed by itself: nothing waits for this any more.")]
        case _:
            assert_never(card.state)


def _about(card: QuestionCard, title: str, listed: int) -> list[Block]:
    return [*sections([title, *_header(card)]), *sections(_document_lines(card, listed))]


def _header(card: QuestionCard) -> list[str]:
    """2 approved bills wait · £800.00 net (+ £160.00 VAT) · November 2026."""
    if not card.documents:
        return []
    count = counted_kinds([document.kind for document in card.documents], approved=True)
    vat = f" ({', '.join(map(_signed, card.vat))} VAT)" if card.vat else ""
    waits = "waits" if len(card.documents) == 1 else "wait"
    return [f"{count} {waits} · {amounts(card.net)} net{vat} · {in_a_row(card.months)}"]


def _signed(money: Money) -> str:
    """+ £160.00, or - £90.00 on a credit note."""
    return f"- {-money}" if money.amount < 0 else f"+ {money}"


def _document_lines(card: QuestionCard, listed: int) -> Iterator[str]:
    for document in card.documents[:listed]:
        yield _document_line(document)
    if more := len(card.documents) - listed:
        yield f"and {more:,} more" if listed else f"{counted(more, 'document')}, too long to be listed here"
    if card.compared and listed:
        yield "To compare with:"
        yield from map(_document_line, card.compared[:COMPARED_LISTED])


def _document_line(document: CardDocument) -> str:
    """• Delft Signs, bill 10442, 18 Nov, £740.00: "Fascia panels" · Xero."""
    number = escape(document.number, NAME) or "without number"
    contact = escape(document.contact, NAME) or "no contact"
    said = f': "{escape(document.description, NAME)}"' if document.description.strip() else ""
    links = "".join(f" · {link(url, name)}" for url, name in ((document.xero_url, "Xero"), (document.scoro_url, "Scoro")) if url)
    return f"• {contact}, {document.kind} {number}, {short_day(document.day)}, {document.net}{said}{links}"


# While it is open.


def _facts(card: QuestionCard) -> list[str]:
    return [escape(fact) for fact in card.question.facts[:_FACTS_SHOWN] if fact.strip()]


def _spelt_out(card: QuestionCard) -> Iterator[str]:
    """What a button has no room for."""
    for choice in _choices(card):
        if len(choice.label) > SHOWN_ON_A_BUTTON:
            yield f"◦ {escape(choice.label, 2 * NAME)}"


def _choices(card: QuestionCard) -> tuple[Choice, ...]:
    return card.question.choices[:CHOICES_SHOWN]


def _buttons(card: QuestionCard) -> Iterator[Block]:
    choices = _choices(card)
    if choices:
        first = next((choice for choice in choices if choice.is_recommended), None)
        buttons = [_button(card, place, choice, is_primary=choice is first) for place, choice in enumerate(choices)]
        yield actions(f"{card.question_id}.{card.revision}", buttons)


def _reach(card: QuestionCard) -> list[Block]:
    return [context(f"_{escape(card.question.reach_text)}_")] if card.question.reach_text.strip() else []


def _notes(card: QuestionCard) -> Iterator[Block]:
    if card.problem:
        yield section(f"*Could not be done:* {escape(sentence(card.problem))} Answer again when it is mended.")
    if card.is_rehearsal:
        yield context(REHEARSAL)


def _button(card: QuestionCard, place: int, choice: Choice, *, is_primary: bool) -> Element:
    # "…" promises another step: a form, or being asked once more.
    asks_first = choice.label.endswith("…") and not choice.form
    name = choice.label.removesuffix("…")
    return button(
        choice.label,
        f"{PICK if choice.form else ANSWER}.{place}",
        str(Pressed(card.question_id, choice.choice_id, card.revision)),
        is_primary=is_primary,
        confirm=_asked_first(card, choice.decision, name) if asks_first else None,
        spoken=f"{name}: {card.question.title}",
    )


def _asked_first(card: QuestionCard, decision: Decision, name: str) -> Element:
    return confirmation(f"{clip(name, SHOWN_ON_A_BUTTON)}?", reach_in_words(decision, len(card.documents)), name)


# Once it is answered.


def _progress(card: QuestionCard) -> Iterator[str]:
    if card.result:
        yield from _result(card)
    elif not card.is_rehearsal:
        yield "Working…"
    yield _answered(card)


def _result(card: QuestionCard) -> list[str]:
    return within((escape_but_people(line) for line in card.result.splitlines()), _RESULT)


def _answered(card: QuestionCard) -> str:
    who = mention(card.answered_by) if card.answered_by else "somebody"
    when = f", {moment(card.answered_at)}" if card.answered_at else ""
    said = f": {escape(card.answer_label, 2 * NAME)}" if card.answer_label.strip() else ""
    return f"Answered by {who}{when}{said}"


def _in_one_sentence(card: QuestionCard) -> str:
    title = sentence(card.question.title)
    answered = f"{title} Answered: {sentence(card.answer_label)}"
    match card.state:
        case "open":
            return " ".join([title, *(sentence(line) for line in _header(card))])
        case "working":
            return f"{answered} It is being carried out."
        case "answered":
            return f"{answered} {card.result}"
        case "closed":
            return f"{title} Closed by itself."
        case _:
            assert_never(card.state)
