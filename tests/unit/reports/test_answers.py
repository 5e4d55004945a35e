"""What a card says about an answer: told by where its documents stand, not by what was intended."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection
from tests.unit.reports.examples import HARBOR, NOW, SETTINGS, document, harbor_bills, harbor_question, keep, line, stands

from xero_sync.domain import xero
from xero_sync.domain.decisions import (
    BothAreReal,
    CountAccount,
    Decided,
    Decision,
    DecisionStatus,
    LeaveOut,
    MakeOption,
    NoOptionNeeded,
    NoProjectNeeded,
    PutOn,
    Reply,
    TheseDocuments,
    ThisAccount,
    ThisOption,
    ThisProject,
    TryAgain,
)
from xero_sync.domain.lines import DocumentResult, LineState
from xero_sync.reports.card import QuestionCard, question_cards
from xero_sync.store import connections
from xero_sync.store.books import Books

NO_COPY = "Scoro's copy has not come yet."
OPTION = ThisOption(tracking_option_id="option-Harbor Refit")


async def answered(
    db: AsyncConnection,
    books: Books,
    decision: Decision,
    *now_stand: tuple[xero.Document, DocumentResult],
    cause: str = HARBOR,
    status: DecisionStatus = "standing",
) -> QuestionCard:
    """The card of a question answered with this decision, when its documents stand so."""
    await books.asked.ask(db, harbor_question(cause), plugin="test", at=NOW)
    question_id = harbor_question(cause).question_id
    await books.asked.answer(db, question_id, by="U_CARA", label="an answer", decision_id="decision-1", at=NOW)
    decided = Decided(decision_id="decision-1", decision=decision, person_id="U_CARA", decided_at=NOW, cause=cause, status=status)
    await books.asked.decide(db, decided)
    await keep(db, books, now_stand)
    for found, result in now_stand:
        await books.ledger.put_shares(db, found.document_id, result.shares, found.currency, 1)
    return (await question_cards(db, books, [question_id], settings=SETTINGS))[question_id]


def all_stand(state: LineState, *, reason: str = "because") -> list[tuple[xero.Document, DocumentResult]]:
    return [(bill, stands(bill, state, reason=reason)) for bill in harbor_bills()]


async def test_given_an_answer_for_an_option_when_its_bills_are_on_the_project_then_the_card_is_done(books: Books) -> None:
    async with books.database.write() as db:
        card = await answered(db, books, PutOn(project_id=412, reach=OPTION), *all_stand("attached"))

    assert (card.state, card.result) == ("answered", "2 bills, £800.00 net, are on Harbour Refit.")


async def test_given_an_answer_for_an_option_when_a_copy_has_not_come_then_the_card_goes_on_working(books: Books) -> None:
    first, second = harbor_bills()
    late = stands(second, "waiting", reason=NO_COPY)
    async with books.database.write() as db:
        card = await answered(db, books, PutOn(project_id=412, reach=OPTION), (first, stands(first, "attached")), (second, late))

    assert card.state == "working"
    assert card.result.splitlines() == [
        "1 bill, £740.00 net, is on Harbour Refit.",
        f"1 bill, £60.00 net, waits. {NO_COPY}",
    ]


async def test_given_an_answer_for_an_option_when_nothing_is_on_the_project_yet_then_the_card_says_what_waits(books: Books) -> None:
    async with books.database.write() as db:
        card = await answered(db, books, PutOn(project_id=412, reach=OPTION), *all_stand("waiting", reason=NO_COPY))

    assert (card.state, card.result) == ("working", f"2 bills, £800.00 net, wait. {NO_COPY}")


async def test_given_a_project_with_older_bills_of_another_option_when_told_then_they_are_not_counted(books: Books) -> None:
    old = document("bill-9", line("5000.00", option="Tidewater Launch"))
    async with books.database.write() as db:
        decision = PutOn(project_id=412, reach=OPTION)
        card = await answered(db, books, decision, *all_stand("attached"), (old, stands(old, "attached")))

    assert card.result == "2 bills, £800.00 net, are on Harbour Refit."


async def test_given_an_answer_for_one_contact_when_told_then_other_contacts_bills_are_not_counted(books: Books) -> None:
    other = document("bill-9", line("5000.00", option="Harbor Refit"), contact="Larkspur Ltd")
    reach = ThisOption(tracking_option_id="option-Harbor Refit", contact_id="contact-Delft Signs")
    async with books.database.write() as db:
        decision = PutOn(project_id=412, reach=reach)
        card = await answered(db, books, decision, *all_stand("attached"), (other, stands(other, "attached")))

    assert card.result == "2 bills, £800.00 net, are on Harbour Refit."


async def test_given_an_answer_in_rehearsal_when_told_then_it_is_kept_for_later(books: Books) -> None:
    async with books.database.write() as db:
        await connections.set_mode(db, books.connection_id, "rehearsal", NOW)
        card = await answered(db, books, PutOn(project_id=412, reach=OPTION), *all_stand("waiting", reason="Rehearsal."))

    assert (card.state, card.result) == ("working", "The answer is kept. It is carried out when the rehearsal ends.")


async def test_given_an_answer_for_these_documents_when_one_could_not_be_done_then_the_card_names_the_reason(books: Books) -> None:
    first, second = harbor_bills()
    decision = PutOn(project_id=412, reach=TheseDocuments(document_ids=("bill-1", "bill-2"), cause=HARBOR))
    stuck = stands(second, "attached").waiting_because("Scoro's copy has other lines.", could_not_be_done=True)
    async with books.database.write() as db:
        card = await answered(db, books, decision, (first, stands(first, "attached")), (second, stuck))

    assert card.state == "working"
    assert card.result.splitlines() == [
        "1 bill, £740.00 net, is on Harbour Refit.",
        "1 bill, £60.00 net, could not be done. Scoro's copy has other lines.",
    ]


async def test_given_a_bill_whose_other_line_waits_for_another_question_when_told_then_only_the_answered_line_counts(books: Books) -> None:
    bill = document("bill-1", line("740.00", option="Harbor Refit"), line("100.00"))
    decision = PutOn(project_id=412, reach=TheseDocuments(document_ids=("bill-1",), cause=HARBOR))
    async with books.database.write() as db:
        result = stands(bill, "attached", "waiting", cause="untracked:310:contact:contact-Delft Signs")
        card = await answered(db, books, decision, (bill, result))

    assert (card.state, card.result) == ("answered", "1 bill, £740.00 net, is on Harbour Refit.")


@pytest.mark.parametrize(
    ("decision", "state", "said"),
    [
        pytest.param(
            NoProjectNeeded(reach=TheseDocuments(document_ids=("bill-1", "bill-2"), cause=HARBOR)),
            "no project needed",
            "2 bills, £800.00 net, need no project.",
            id="no project needed",
        ),
        pytest.param(
            LeaveOut(reach=TheseDocuments(document_ids=("bill-1", "bill-2"), cause=HARBOR)),
            "left out",
            "2 bills, £800.00 net, are left out.",
            id="left out",
        ),
        pytest.param(
            LeaveOut(reach=ThisAccount(account_code="620")),
            "left out",
            "Lines on account 620 are left out, later ones too.",
            id="an account is left out",
        ),
        pytest.param(
            CountAccount(reach=ThisAccount(account_code="620")),
            "attached",
            "Lines on account 620 count as project money, later ones too.",
            id="an account counts",
        ),
        pytest.param(
            NoOptionNeeded(reach=ThisProject(project_id=412)), "attached", "No option is made for Harbour Refit.", id="no option needed"
        ),
        pytest.param(
            BothAreReal(reach=TheseDocuments(document_ids=("bill-1", "bill-2"), cause=HARBOR)),
            "waiting",
            "All of them count.",
            id="both are real",
        ),
        pytest.param(
            TryAgain(reach=TheseDocuments(document_ids=("bill-1", "bill-2"), cause=HARBOR)),
            "attached",
            "It was looked at again.",
            id="try again",
        ),
        pytest.param(Reply(value="hold"), "attached", "The answer is kept.", id="a plugin's own answer"),
    ],
)
async def test_given_an_answer_when_it_is_carried_out_then_the_card_says_what_came_of_it(
    books: Books, decision: Decision, state: LineState, said: str
) -> None:
    async with books.database.write() as db:
        card = await answered(db, books, decision, *all_stand(state))

    assert (card.state, card.result) == ("answered", said)


@pytest.mark.parametrize(
    ("status", "state", "said"),
    [
        pytest.param("open", "working", "The option is being created in Xero.", id="being created"),
        pytest.param("done", "answered", "Xero has the option for Harbour Refit.", id="created"),
    ],
)
async def test_given_an_option_that_was_asked_for_when_told_then_the_card_says_whether_xero_has_it(
    books: Books, status: DecisionStatus, state: str, said: str
) -> None:
    decision = MakeOption(project_id=412, reach=ThisProject(project_id=412))
    async with books.database.write() as db:
        card = await answered(db, books, decision, cause="project without option:412", status=status)

    assert (card.state, card.result) == (state, said)


async def test_given_an_option_made_for_bills_when_they_are_on_the_project_then_the_card_says_both(books: Books) -> None:
    decision = MakeOption(project_id=412, reach=TheseDocuments(document_ids=("bill-1", "bill-2"), cause=HARBOR))
    async with books.database.write() as db:
        card = await answered(db, books, decision, *all_stand("attached"), status="done")

    assert (card.state, card.result) == ("answered", "Xero has the option. 2 bills, £800.00 net, are on Harbour Refit.")


async def test_given_an_answer_that_was_taken_back_when_told_then_the_card_says_so(books: Books) -> None:
    async with books.database.write() as db:
        await answered(db, books, PutOn(project_id=412, reach=OPTION))
        await books.asked.set_decision(db, "decision-1", "withdrawn")
        question_id = harbor_question().question_id

        cards = await question_cards(db, books, [question_id], settings=SETTINGS)

    assert (cards[question_id].state, cards[question_id].result) == ("answered", "This answer does not hold any more.")


async def test_given_a_question_of_a_plugin_when_its_answer_was_about_documents_then_those_decided_are_counted(books: Books) -> None:
    cause = "purchase order:4711"
    decision = PutOn(project_id=412, reach=TheseDocuments(document_ids=("bill-1", "bill-2"), cause=cause))
    decided = [(bill, stands(bill, "attached", rule="decision")) for bill in harbor_bills()]
    async with books.database.write() as db:
        card = await answered(db, books, decision, *decided, cause=cause)

    assert card.result == "2 bills, £800.00 net, are on Harbour Refit."


async def test_given_an_answer_when_told_then_the_card_has_who_gave_it_and_when(books: Books) -> None:
    async with books.database.write() as db:
        card = await answered(db, books, PutOn(project_id=412, reach=OPTION), *all_stand("attached"))

    assert (card.answered_by, card.answer_label) == ("U_CARA", "an answer")
    assert card.answered_at is not None and card.answered_at - NOW == timedelta(0)
