"""Which days are closed, what month a person means, and figures in the base currency."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from xero_sync.domain.months import Closing, Figures, Sum, in_base, read_month, why_not_signed_off

TODAY = date(2026, 11, 24)
OCTOBER = date(2026, 10, 1)


@pytest.mark.parametrize(
    ("words", "month"),
    [
        pytest.param("October", OCTOBER, id="the last one that has begun"),
        pytest.param("oct", OCTOBER, id="its first letters"),
        pytest.param("December", date(2025, 12, 1), id="not begun this year"),
        pytest.param("October 2025", date(2025, 10, 1), id="with its year"),
        pytest.param("2026-10", OCTOBER, id="in figures"),
        pytest.param("2026-13", None, id="no such month"),
        pytest.param("ma", None, id="two months begin so"),
        pytest.param("October 26", None, id="half a year"),
        pytest.param("Octember", None, id="no month"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_given_what_was_typed_when_read_then_it_is_that_month_or_none(words: str, month: date | None) -> None:
    assert read_month(words, TODAY) == month


@pytest.mark.parametrize(
    ("month", "is_signed_off", "refusal"),
    [
        pytest.param(OCTOBER, False, "", id="ended"),
        pytest.param(OCTOBER, True, "October 2026 is signed off already.", id="signed off"),
        pytest.param(date(2026, 11, 1), False, "November 2026 has not ended yet. Nothing was signed off.", id="goes on"),
        pytest.param(date(2026, 12, 1), False, "December 2026 has not begun yet. Nothing was signed off.", id="ahead"),
    ],
)
def test_given_a_month_when_it_is_to_be_signed_off_then_it_has_to_have_ended(month: date, is_signed_off: bool, refusal: str) -> None:
    assert why_not_signed_off(month, TODAY, is_signed_off=is_signed_off) == refusal


def test_given_a_lock_date_and_a_signed_off_month_then_days_of_either_are_closed() -> None:
    closing = Closing(date(2026, 3, 31), {OCTOBER: datetime(2026, 11, 6, 9, 0, tzinfo=UTC)})
    days = [date(2026, 3, 31), date(2026, 4, 1), date(2026, 10, 31), date(2026, 11, 1)]

    assert [closing.is_closed(day) for day in days] == [True, False, True, False]
    assert [closing.is_signed_off(day) for day in days] == [False, False, True, False]


def test_given_figures_when_a_sum_is_missing_then_they_are_not_whole() -> None:
    attached = Sum(state="attached", currency="GBP", net=Decimal("740.00"))
    waiting = Sum(state="waiting", currency="GBP", net=Decimal("-60.00"))

    assert Figures(sums=(attached, waiting), nets=(("GBP", Decimal("680.00")),)).is_whole
    assert not Figures(sums=(attached,), nets=(("GBP", Decimal("680.00")),)).is_whole


@pytest.mark.parametrize(
    ("nets", "rate", "base"),
    [
        pytest.param(["1160.00"], "1.1600", ["1000.00"], id="FS-05, the bill"),
        pytest.param(["-232.00"], "1.1520", ["-201.39"], id="FS-05, the credit note"),
        pytest.param(["10.00", "10.00", "10.00"], "3", ["3.33", "3.34", "3.33"], id="rounded once for the document"),
    ],
)
def test_given_a_documents_own_rate_when_in_base_then_its_parts_are_its_sum(nets: list[str], rate: str, base: list[str]) -> None:
    assert in_base([Decimal(net) for net in nets], Decimal(rate)) == [Decimal(net) for net in base]
