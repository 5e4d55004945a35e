"""The months that were signed off."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from tests.contract.examples import AT, minutes

from xero_sync.domain.months import Figures, ProjectSum, SignedOff, Sum
from xero_sync.store.books import Books

OCTOBER = date(2026, 10, 1)
FIGURES = Figures(
    sums=(Sum(state="attached", currency="GBP", net=Decimal("740.00")),),
    nets=(("GBP", Decimal("740.00")),),
    projects=(ProjectSum(project_id=701, currency="GBP", net=Decimal("740.00")),),
)
SIGNED = SignedOff(OCTOBER, "U_FINN", AT, FIGURES)


async def test_given_a_month_when_signed_off_then_its_figures_are_kept_and_its_days_are_closed(books: Books) -> None:
    async with books.database.write() as db:
        was_made = await books.ledger.sign_off(db, SIGNED)

    async with books.database.read() as db:
        kept, closing = await books.ledger.signed_off(db), await books.closing(db)

    assert was_made and kept == {OCTOBER: SIGNED}
    assert closing.is_closed(date(2026, 10, 31)) and not closing.is_closed(date(2026, 11, 1))


async def test_given_a_signed_off_month_when_signed_off_again_then_the_first_figures_stand(books: Books) -> None:
    async with books.database.write() as db:
        await books.ledger.sign_off(db, SIGNED)
        was_made = await books.ledger.sign_off(db, replace(SIGNED, person_id="U_BEA", at=AT + minutes(1), figures=Figures()))

    async with books.database.read() as db:
        assert not was_made and await books.ledger.signed_off(db) == {OCTOBER: SIGNED}
