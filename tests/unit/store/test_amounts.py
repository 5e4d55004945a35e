"""Amounts go into the store and come out of it exactly, or not at all."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xero_sync.store.tables import from_minor, to_minor

LARGEST = Decimal(2**63 - 1).scaleb(-4)


@given(st.decimals(min_value=-LARGEST, max_value=LARGEST, places=4))
def test_given_an_amount_of_four_places_when_kept_then_it_comes_back_exactly(amount: Decimal) -> None:
    kept = to_minor(amount)

    assert from_minor(kept) == amount


@given(st.lists(st.decimals(min_value=-(10**9), max_value=10**9, places=2), max_size=50))
def test_given_amounts_when_their_integers_are_summed_then_it_is_the_sum_of_the_amounts(amounts: list[Decimal]) -> None:
    total = from_minor(sum(map(to_minor, amounts)))

    assert total == sum(amounts, Decimal(0))


@pytest.mark.parametrize(
    "amount",
    [
        pytest.param("0.00001", id="five places"),
        pytest.param("922337203685477.5808", id="larger than any books"),
        pytest.param("NaN", id="no number"),
        pytest.param("-Infinity", id="no end"),
    ],
)
def test_given_what_is_no_amount_when_kept_then_it_is_refused(amount: str) -> None:
    with pytest.raises(ValueError, match=r"is no amount of money|more than four decimal places"):
        to_minor(Decimal(amount))


@pytest.mark.parametrize(("minor", "shown"), [(7_400_000, "740.00"), (-1, "-0.0001"), (0, "0.00"), (125_500, "12.55")])
def test_given_an_amount_that_is_kept_when_shown_then_it_has_the_places_it_needs(minor: int, shown: str) -> None:
    assert str(from_minor(minor)) == shown
