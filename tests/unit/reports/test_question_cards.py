"""The state behind a question's card, looked up in the books."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection
from tests.unit.reports.examples import HARBOR, NOW, ORGANISATION, SETTINGS, document, harbor_bills, harbor_question, keep, line, stands

from xero_sync.domain import xero
from xero_sync.domain.money import Money
from xero_sync.reports.card import QuestionCard, question_cards
from xero_sync.store import connections
from xero_sync.store.books import Books


async def ask_about(db: AsyncConnection, books: Books, *documents: xero.Document, cause: str = HARBOR) -> str:
    """The id of the question these documents wait for with all their lines."""
    await keep(db, books, [(each, stands(each, "waiting", cause=cause)) for each in documents])
    return (await books.asked.ask(db, harbor_question(cause), plugin="test", at=NOW)).question_id


async def card_of(db: AsyncConnection, books: Books, question_id: str) -> QuestionCard:
    cards = await question_cards(db, books, [question_id], settings=SETTINGS)
    return cards[question_id]


async def test_given_bills_that_wait_when_looked_up_then_the_card_has_them_with_net_vat_and_months(books: Books) -> None:
    async with books.database.write() as db:
        question_id = await ask_about(db, books, *harbor_bills())

        card = await card_of(db, books, question_id)

    assert [(each.number, each.contact, each.net, each.description) for each in card.documents] == [
        ("10442", "Delft Signs", Money(Decimal("740.00"), "GBP"), "Fascia panels"),
        ("10451", "Delft Signs", Money(Decimal("60.00"), "GBP"), "Delivery"),
    ]
    assert (card.net, card.vat) == ((Money(Decimal("800.00"), "GBP"),), (Money(Decimal("160.00"), "GBP"),))
    assert (card.state, card.months) == ("open", ("November 2026",))


async def test_given_a_bill_of_which_one_line_waits_when_looked_up_then_only_that_line_counts(books: Books) -> None:
    split = document("bill-1", line("740.00", tax="148.00", description="Fascia panels"), line("100.00", tax="20.00", description="Rent"))
    async with books.database.write() as db:
        await keep(db, books, [(split, stands(split, "waiting", "no project needed", cause=HARBOR))])
        question_id = (await books.asked.ask(db, harbor_question(), plugin="test", at=NOW)).question_id

        card = await card_of(db, books, question_id)

    assert [(each.net.amount, each.vat, each.description) for each in card.documents] == [
        (Decimal("740.00"), Decimal("148.00"), "Fascia panels")
    ]


async def test_given_a_credit_note_among_bills_when_looked_up_then_it_lowers_the_sums(books: Books) -> None:
    credit = document("credit-1", line("40.00", tax="8.00"), kind="ACCPAYCREDIT")
    async with books.database.write() as db:
        question_id = await ask_about(db, books, *harbor_bills(), credit)

        card = await card_of(db, books, question_id)

    assert (card.net, card.vat) == ((Money(Decimal("760.00"), "GBP"),), (Money(Decimal("152.00"), "GBP"),))


async def test_given_bills_in_two_currencies_when_looked_up_then_each_has_its_own_sum(books: Books) -> None:
    euro = document("bill-3", line("20.00"), currency="EUR", day=date(2026, 10, 30))
    async with books.database.write() as db:
        question_id = await ask_about(db, books, *harbor_bills(), euro)

        card = await card_of(db, books, question_id)

    assert card.net == (Money(Decimal("800.00"), "GBP"), Money(Decimal("20.00"), "EUR"))
    assert card.months == ("October 2026", "November 2026")


async def test_given_bills_with_amounts_including_tax_when_looked_up_then_the_card_still_says_net(books: Books) -> None:
    inclusive = document("bill-1", line("888.00", tax="148.00")).model_copy(update={"line_amount_types": "Inclusive"})
    async with books.database.write() as db:
        question_id = await ask_about(db, books, inclusive)

        card = await card_of(db, books, question_id)

    assert (card.net, card.vat) == ((Money(Decimal("740.00"), "GBP"),), (Money(Decimal("148.00"), "GBP"),))


async def test_given_an_organisation_without_short_code_when_looked_up_then_no_document_has_a_link(books: Books) -> None:
    async with books.database.write() as db:
        question_id = await ask_about(db, books, *harbor_bills())
        nameless = ORGANISATION.model_copy(update={"short_code": ""})
        await books.mirror.put_records(db, "organisation", {"organisation": nameless.model_dump_json()}, NOW, is_whole=True)

        card = await card_of(db, books, question_id)

    assert [each.xero_url for each in card.documents] == ["", ""]


async def test_given_a_question_nothing_waits_for_any_more_when_looked_up_then_the_card_is_closed_and_empty(books: Books) -> None:
    async with books.database.write() as db:
        question_id = await ask_about(db, books, *harbor_bills())
        await keep(db, books, [(each, stands(each, "attached")) for each in harbor_bills()])
        await books.asked.close(db, [question_id], NOW)

        card = await card_of(db, books, question_id)

    assert (card.state, card.documents, card.net) == ("closed", (), ())


async def test_given_an_answer_that_failed_when_looked_up_then_the_card_is_open_with_the_reason(books: Books) -> None:
    async with books.database.write() as db:
        question_id = await ask_about(db, books, *harbor_bills())
        await books.asked.answer(db, question_id, by="U_CARA", label="Create it", decision_id="decision", at=NOW)
        await books.asked.reopen(db, question_id, "Xero has an archived option of this name.")

        card = await card_of(db, books, question_id)

    assert (card.state, card.problem, len(card.documents)) == ("open", "Xero has an archived option of this name.", 2)


async def test_given_a_rehearsal_when_looked_up_then_the_card_knows(books: Books) -> None:
    async with books.database.write() as db:
        question_id = await ask_about(db, books, *harbor_bills())
        await connections.set_mode(db, books.connection_id, "rehearsal", NOW)

        card = await card_of(db, books, question_id)

    assert card.is_rehearsal


async def test_given_an_id_nobody_was_ever_asked_under_when_looked_up_then_there_is_no_card(books: Books) -> None:
    async with books.database.read() as db:
        assert await question_cards(db, books, ["q-unknown"], settings=SETTINGS) == {}
