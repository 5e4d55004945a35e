"""How dates, counts, amounts and links are said."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from tests.unit.reports.examples import document, line

from xero_sync.domain.money import Money
from xero_sync.reports.words import (
    amounts,
    clock_time,
    counted,
    counted_kinds,
    day_named,
    in_a_row,
    kind_of,
    long_day,
    month_name,
    months_of,
    with_people,
    xero_url,
)


def test_given_a_day_when_said_then_the_machines_language_does_not_matter() -> None:
    day = date(2026, 11, 24)

    assert (long_day(day), month_name(day)) == ("Tuesday 24 November", "November 2026")


def test_given_days_of_several_months_when_said_then_each_month_stands_once_and_oldest_first() -> None:
    days = [date(2026, 11, 2), date(2025, 12, 31), date(2026, 11, 30)]

    assert months_of(days) == ("December 2025", "November 2026")


def test_given_an_instant_when_said_then_it_is_what_the_clock_on_the_wall_shows() -> None:
    at = datetime(2026, 7, 1, 13, 5, tzinfo=UTC)

    assert clock_time(at, ZoneInfo("Europe/London")) == "14:05"


@pytest.mark.parametrize(
    ("number", "said"),
    [pytest.param(1, "1 bill", id="one"), pytest.param(0, "0 bills", id="none"), pytest.param(1200, "1,200 bills", id="many")],
)
def test_given_a_number_when_counted_then_the_noun_follows_it(number: int, said: str) -> None:
    assert counted(number, "bill") == said


@pytest.mark.parametrize(
    ("kinds", "said"),
    [
        pytest.param(["bill", "bill"], "2 approved bills", id="one kind"),
        pytest.param(["credit note"], "1 approved credit note", id="a single one"),
        pytest.param(["bill", "credit note"], "2 approved documents", id="several kinds"),
    ],
)
def test_given_kinds_of_documents_when_counted_then_several_kinds_are_documents(kinds: list[str], said: str) -> None:
    assert counted_kinds(kinds, approved=True) == said


@pytest.mark.parametrize(
    ("parts", "said"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_given_parts_when_put_in_a_row_then_the_last_one_is_joined_by_and(parts: list[str], said: str) -> None:
    assert in_a_row(parts) == said


def test_given_amounts_in_several_currencies_when_said_then_none_is_converted() -> None:
    sums = [Money(Decimal(800), "GBP"), Money(Decimal("-20.5"), "EUR"), Money(Decimal(1160), "SEK")]

    assert amounts(sums) == "£800.00, -€20.50 and 1,160.00 SEK"


@pytest.mark.parametrize(
    ("kind", "named", "address"),
    [
        pytest.param("ACCREC", "invoice", "https://go.xero.com/app/!fp7/invoicing/view/id-1", id="invoice"),
        pytest.param(
            "ACCPAY",
            "bill",
            "https://go.xero.com/organisationlogin/default.aspx?shortcode=!fp7&redirecturl=/AccountsPayable/Edit.aspx?InvoiceID=id-1",
            id="bill",
        ),
        pytest.param(
            "ACCPAYCREDIT",
            "credit note",
            "https://go.xero.com/organisationlogin/default.aspx?shortcode=!fp7&redirecturl=/AccountsPayable/ViewCreditNote.aspx?creditNoteID=id-1",
            id="a supplier's credit note",
        ),
        pytest.param(
            "ACCRECCREDIT",
            "credit note",
            "https://go.xero.com/organisationlogin/default.aspx?shortcode=!fp7&redirecturl=/AccountsReceivable/ViewCreditNote.aspx?creditNoteID=id-1",
            id="our own credit note",
        ),
    ],
)
def test_given_a_document_when_linked_then_it_opens_in_xero_in_its_organisation(kind: str, named: str, address: str) -> None:
    found = document("id-1", line("10"), kind=kind)

    assert (kind_of(found), xero_url(found, "!fp7")) == (named, address)


def test_given_an_organisation_without_short_code_when_linked_then_there_is_no_link() -> None:
    assert xero_url(document("id-1", line("10")), "") == ""


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("today", date(2026, 11, 24)),
        (" Yesterday ", date(2026, 11, 23)),
        ("2026-11-02", date(2026, 11, 2)),
        ("24 Nov", date(2026, 11, 24)),
        ("24. november", date(2026, 11, 24)),
        ("25 nov", date(2025, 11, 25)),
        ("25 nov 2026", date(2026, 11, 25)),
        ("29 Feb", date(2024, 2, 29)),
        ("31 Nov", None),
        ("2026-13-01", None),
        ("24 Novi", None),
        ("10442", None),
        ("", None),
    ],
)
def test_given_words_for_a_day_when_read_then_it_is_the_last_one_of_that_name(words: str, day: date | None) -> None:
    assert day_named(words, date(2026, 11, 24)) == day


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ("U_BEA decided: Grey Heron.", "<@U_BEA> decided: Grey Heron."),
        ("terminal:finn decided: left out. U0AB decided: left out.", "finn decided: left out. <@U0AB> decided: left out."),
        ('Option "U_BEA" is bound.', 'Option "U_BEA" is bound.'),
    ],
)
def test_given_a_kept_reason_when_said_then_whoever_decided_is_named_as_people_are(kept: str, said: str) -> None:
    assert with_people(kept) == said
