"""One question: what waits, what can be answered, and later who answered what and what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, assert_never

from xero_sync.domain.decisions import Decision, MakeOption, TheseDocuments, ThisAccount, ThisOption, ThisProject, ThisSupplier
from xero_sync.domain.questions import Choice
from xero_sync.loop.ports import Rendered
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
    text_length,
)

DOCUMENTS_LISTED: Final = 10
CHOICES_SHOWN: Final = 20
_FACTS_SHOWN: Final = 6
ANSWER: Final = "answer"
PICK: Final = "pick"
REHEARSAL: Final = "Rehearsal: nothing is written to Scoro or Xero yet. Answers are kept until an admin says `/xero-sync start`."


def question_message(card: QuestionCard) -> Rendered:
    """The card as it stands. Where its texts are too long for Slack, fewer documents are listed."""
    blocks: list[Block] = []
    for listed in range(min(len(card.documents), DOCUMENTS_LISTED), -1, -1):
        blocks = _blocks(card, listed)
        if text_length(blocks) <= ALL_TEXT:
            break
    return Rendered(notification(_sentence(card)), tuple(blocks))


def _blocks(card: QuestionCard, listed: int) -> list[Block]:
    head = section(f"*{escape(card.question.title)}*", *_header(card))
    match card.state:
        case "open":
            return [head, *sections(_document_lines(card, listed)), *_question(card), *_notes(card)]
        case "working":
            return [head, *sections(_document_lines(card, listed)), *_facts(card), context(*_progress(card)), *_reach(card)]
        case "answered":
            return [section(f"*{escape(card.question.title)}*", *_result(card)), context(_answered(card)), *_reach(card)]
        case "closed":
            return [section(f"*{escape(card.question.title)}*"), context("Closed by itself: nothing waits for this any more.")]
        case _:
            assert_never(card.state)


def _header(card: QuestionCard) -> list[str]:
    """2 approved bills wait · £800.00 net (+ £160.00 VAT) · November 2026."""
    if not card.documents:
        return []
    count = counted_kinds([document.kind for document in card.documents], approved=True)
    vat = f" (+ {amounts(card.vat)} VAT)" if card.vat else ""
    waits = "waits" if len(card.documents) == 1 else "wait"
    return [f"{count} {waits} · {amounts(card.net)} net{vat} · {in_a_row(card.months)}"]


def _document_lines(card: QuestionCard, listed: int) -> Iterator[str]:
    for document in card.documents[:listed]:
        yield _document_line(document)
    if more := len(card.documents) - listed:
        yield f"and {more:,} more" if listed else f"{counted(more, 'document')}, too long to be listed here"


def _document_line(document: CardDocument) -> str:
    """• Delft Signs, bill 10442, 18 Nov, £740.00: "Fascia panels" · Xero."""
    number = escape(document.number, NAME) or "without number"
    contact = escape(document.contact, NAME) or "no contact"
    said = f': "{escape(document.description, NAME)}"' if document.description.strip() else ""
    links = "".join(f" · {link(url, name)}" for url, name in ((document.xero_url, "Xero"), (document.scoro_url, "Scoro")) if url)
    return f"• {contact}, {document.kind} {number}, {short_day(document.day)}, {document.net}{said}{links}"


# While it is open.


def _question(card: QuestionCard) -> Iterator[Block]:
    choices = card.question.choices[:CHOICES_SHOWN]
    yield from _facts(card)
    yield from sections(_spelt_out(choices))
    if choices:
        first = next((choice for choice in choices if choice.is_recommended), None)
        buttons = [_button(card, place, choice, is_primary=choice is first) for place, choice in enumerate(choices)]
        yield actions(f"{card.question_id}.{card.revision}", buttons)
    yield from _reach(card)


def _facts(card: QuestionCard) -> list[Block]:
    return sections(escape(fact) for fact in card.question.facts[:_FACTS_SHOWN] if fact.strip())


def _reach(card: QuestionCard) -> list[Block]:
    return [context(f"_{escape(card.question.reach_text)}_")] if card.question.reach_text.strip() else []


def _notes(card: QuestionCard) -> Iterator[Block]:
    if card.problem:
        yield section(f"*Could not be done:* {escape(card.problem)} Answer again when it is mended.")
    if card.is_rehearsal:
        yield context(REHEARSAL)


def _spelt_out(choices: Sequence[Choice]) -> Iterator[str]:
    """What a button has no room for."""
    for choice in choices:
        if len(choice.label) > SHOWN_ON_A_BUTTON:
            yield f"◦ {escape(choice.label, 2 * NAME)}"


def _button(card: QuestionCard, place: int, choice: Choice, *, is_primary: bool) -> Element:
    # "…" promises another step: a form, or being asked once more.
    asks_first = choice.label.endswith("…") and not choice.form
    name = choice.label.removesuffix("…")
    return button(
        choice.label,
        f"{PICK if choice.form else ANSWER}.{place}",
        str(Pressed(card.question_id, choice.choice_id, card.revision)),
        is_primary=is_primary,
        confirm=confirmation(f"{name}?", reach_in_words(choice.decision, len(card.documents)), name) if asks_first else None,
        spoken=f"{name}: {card.question.title}",
    )


def reach_in_words(decision: Decision, documents: int) -> str:
    """How far an answer goes, and whether Xero is touched (money.md 16)."""
    match decision.reach:
        case TheseDocuments():
            how_far = "For the document on this card only." if documents == 1 else f"For the {documents:,} documents on this card only."
        case ThisOption(contact_id=""):
            how_far = "For every document with this option, later ones too."
        case ThisOption():
            how_far = "For every document of this contact with this option, later ones too."
        case ThisAccount(account_code=code):
            how_far = f"For every line on account {clip_code(code)} that carries an option, later ones too."
        case ThisSupplier(until=until):
            how_far = f"For this supplier's documents dated until {short_day(until)} {until.year}."
        case ThisProject():
            how_far = "For this project only."
        case _:
            assert_never(decision.reach)
    touched = "One tracking option is created in Xero." if isinstance(decision, MakeOption) else "Nothing is changed in Xero."
    return f"{how_far} {touched}"


def clip_code(code: str) -> str:
    return code[:NAME]


# Once it is answered.


def _progress(card: QuestionCard) -> Iterator[str]:
    if card.result:
        yield escape_but_people(card.result)
    elif not card.is_rehearsal:
        yield "Working…"
    yield _answered(card)


def _result(card: QuestionCard) -> list[str]:
    return [escape_but_people(card.result, 2 * 400)] if card.result else []


def _answered(card: QuestionCard) -> str:
    who = mention(card.answered_by) if card.answered_by else "somebody"
    when = f", {moment(card.answered_at)}" if card.answered_at else ""
    return f"Answered by {who}{when}: {escape(card.answer_label, 2 * NAME) or 'no words kept'}"


def _sentence(card: QuestionCard) -> str:
    title = card.question.title
    match card.state:
        case "open":
            return f"{title}. {_header(card)[0]}." if card.documents else f"{title}."
        case "working":
            return f"{title}. Answered: {card.answer_label}. It is being carried out."
        case "answered":
            return f"{title}. Answered: {card.answer_label}. {card.result}"
        case "closed":
            return f"{title}. Closed by itself."
        case _:
            assert_never(card.state)
