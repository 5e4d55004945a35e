"""Amounts: shared out to the cent, added per currency, written as people read them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.unit.domain.examples import unhurried

from xero_sync.domain.money import Money, add_up, split, split_together

CENTS = st.integers(min_value=-(10**9), max_value=10**9).map(lambda cents: Decimal(cents).scaleb(-2))
WEIGHTS = st.lists(st.decimals(min_value=0, max_value=10**6, places=4), min_size=1, max_size=30)
FS_01_NETS = "412.50 96.25 1240.00 77.80 305.15 58.00 640.00 219.99 133.33 512.48 88.10 16.40"


def decimals(text: str) -> list[Decimal]:
    return [Decimal(word) for word in text.split()]


@pytest.mark.parametrize(
    ("amount", "weights", "shares"),
    [
        pytest.param(
            "-42.37", FS_01_NETS, "-4.60 -1.07 -13.83 -0.87 -3.40 -0.65 -7.14 -2.45 -1.49 -5.71 -0.98 -0.18", id="FS-01 the remainder"
        ),
        pytest.param("84.00", FS_01_NETS, "9.12 2.13 27.41 1.72 6.74 1.28 14.15 4.86 2.95 11.33 1.95 0.36", id="FS-01 the delivery line"),
        pytest.param("-450.00", "360.00 180.00", "-300.00 -150.00", id="FS-04 by gross allocation"),
        pytest.param("-150.00", "150.00 100.00", "-90.00 -60.00", id="FS-04 by a bill's nets"),
        pytest.param("-100.00", "40 40 40", "-33.34 -33.33 -33.33", id="FS-04 the odd cent goes to the earlier"),
        pytest.param("0.01", "1 1", "0.01 0.00", id="one cent for two"),
        pytest.param("0.00", "1 2", "0.00 0.00", id="nothing"),
        pytest.param("10.00", "0 3 0", "0.00 10.00 0.00", id="no weight, no share"),
        pytest.param("10.00", "7", "10.00", id="one takes all"),
        pytest.param("0.02", "1 1 1", "0.01 0.01 0.00", id="two cents for three"),
        pytest.param("1.00", "1 2 1", "0.25 0.50 0.25", id="exact"),
    ],
)
def test_given_an_amount_and_weights_when_shared_out_then_each_gets_its_part_to_the_cent(amount: str, weights: str, shares: str) -> None:
    assert list(map(str, split(Decimal(amount), decimals(weights)))) == shares.split()


@unhurried
@given(CENTS, WEIGHTS)
def test_given_any_amount_when_shared_out_then_the_parts_add_up_and_none_is_a_cent_off(amount: Decimal, weights: list[Decimal]) -> None:
    assume(any(weights))

    shares = split(amount, weights)

    exact = [Fraction(amount) * Fraction(weight) / sum(map(Fraction, weights)) for weight in weights]
    assert sum(shares) == amount
    assert all(abs(Fraction(share) - fair) < Fraction(1, 100) for share, fair in zip(shares, exact, strict=True))


@unhurried
@given(CENTS, WEIGHTS)
def test_given_any_amount_when_its_sign_is_turned_then_so_is_every_part(amount: Decimal, weights: list[Decimal]) -> None:
    assume(any(weights))

    assert split(-amount, weights) == [-share for share in split(amount, weights)]


@unhurried
@given(CENTS, st.integers(min_value=1, max_value=30))
def test_given_equal_weights_when_shared_out_then_the_odd_cents_go_to_the_earlier(amount: Decimal, count: int) -> None:
    shares = split(amount, [Decimal(1)] * count)

    assert sorted(shares, key=abs, reverse=True) == shares


@unhurried
@given(CENTS, WEIGHTS, st.integers(min_value=1, max_value=1000))
def test_given_weights_in_another_unit_when_shared_out_then_the_parts_are_the_same(
    amount: Decimal, weights: list[Decimal], unit: int
) -> None:
    assume(any(weights))

    assert split(amount, [weight * unit for weight in weights]) == split(amount, weights)


@pytest.mark.parametrize(
    ("amount", "weights"),
    [
        pytest.param("10.00", [], id="nobody to share with"),
        pytest.param("10.00", ["0", "0"], id="no weights"),
        pytest.param("10.00", ["3", "-1"], id="a negative weight"),
        pytest.param("10.005", ["1"], id="half a cent"),
    ],
)
def test_given_what_cannot_be_shared_when_shared_out_then_it_is_refused(amount: str, weights: list[str]) -> None:
    with pytest.raises(ValueError, match=r"weights must be positive|only whole cents"):
        split(Decimal(amount), [Decimal(weight) for weight in weights])


def test_given_two_currencies_when_added_then_it_is_refused() -> None:
    with pytest.raises(ValueError, match="EUR and GBP cannot be added"):
        Money(Decimal(1), "EUR") + Money(Decimal(1), "GBP")


def test_given_amounts_of_several_currencies_when_added_up_then_each_has_its_own_sum_the_largest_first() -> None:
    amounts = [Money(Decimal(amount), currency) for amount, currency in [("10", "GBP"), ("-1160", "EUR"), ("0.50", "GBP"), ("232", "EUR")]]

    assert add_up(amounts) == [Money(Decimal(-928), "EUR"), Money(Decimal("10.50"), "GBP")]


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        pytest.param("1560", "GBP", "£1,560.00", id="pounds"),
        pytest.param("-126.37", "GBP", "-£126.37", id="negative"),
        pytest.param("1160", "SEK", "1,160.00 SEK", id="a currency without a sign of its own"),
        pytest.param("-0.5", "CHF", "-0.50 CHF", id="negative without sign"),
        pytest.param("47174.25", "EUR", "€47,174.25", id="euro"),
        pytest.param("5", "AUD", "A$5.00", id="which dollar is said"),
        pytest.param("-0.00", "GBP", "£0.00", id="nothing has no sign"),
    ],
)
def test_given_an_amount_when_shown_then_it_reads_as_on_cards(amount: str, currency: str, text: str) -> None:
    assert str(Money(Decimal(amount), currency)) == text


def test_given_an_amount_when_turned_then_it_is_negative_in_its_currency() -> None:
    assert -Money(Decimal(5), "GBP") == Money(Decimal(-5), "GBP")


# Several amounts as one.


@given(
    amounts=st.lists(CENTS, min_size=1, max_size=6),
    weights=st.lists(st.integers(1, 10_000).map(Decimal), min_size=1, max_size=8),
)
@unhurried
def test_given_several_amounts_when_split_together_then_each_amount_and_each_share_of_the_whole_is_exact(
    amounts: list[Decimal], weights: list[Decimal]
) -> None:
    rows = split_together(amounts, weights)

    assert [sum(row) for row in rows] == amounts
    assert [sum(column) for column in zip(*rows, strict=True)] == split(sum(amounts, Decimal(0)), weights)
