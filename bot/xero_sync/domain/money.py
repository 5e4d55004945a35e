"""Amounts with their currency, and the one place that splits them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor

CENT = Decimal("0.01")
_SIGNS = {"GBP": "£", "EUR": "€", "USD": "US$", "AUD": "A$", "NZD": "NZ$"}


@dataclass(frozen=True, order=True)
class Money:
    """An exact amount in one currency. Adding two currencies is refused: nothing here converts."""

    amount: Decimal
    currency: str

    def __add__(self, other: Money) -> Money:
        if self.currency != other.currency:
            raise ValueError(f"{self.currency} and {other.currency} cannot be added")
        return Money(self.amount + other.amount, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __str__(self) -> str:
        """As cards write it: £1,560.00, -£126.37, 1,160.00 SEK."""
        figure = f"{abs(self.amount):,.2f}"
        minus = "-" if self.amount < 0 else ""
        sign = _SIGNS.get(self.currency)
        return f"{minus}{sign}{figure}" if sign else f"{minus}{figure} {self.currency}"


def add_up(amounts: Iterable[Money]) -> list[Money]:
    """One sum per currency, the largest first."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for money in amounts:
        sums[money.currency] += money.amount
    return sorted((Money(amount, currency) for currency, amount in sums.items()), key=lambda money: (-abs(money.amount), money.currency))


def split(amount: Decimal, weights: Sequence[Decimal | Fraction]) -> list[Decimal]:
    """`amount` in whole cents shared out by `weights`, same order, summing to `amount` exactly.

    Largest remainder; ties go to the earlier share (money.md rule 4). Weights are not negative and not all zero, else ValueError.
    """
    if any(weight < 0 for weight in weights) or not any(weights):
        raise ValueError("weights must be positive to share an amount by them")
    if amount != amount.quantize(CENT):
        raise ValueError("only whole cents can be shared out")
    # In fractions: a quotient of decimals is rounded, and the rounding could decide who gets the odd cent.
    cents = int(abs(amount) / CENT)
    total = sum((Fraction(weight) for weight in weights), Fraction(0))
    exact = [cents * Fraction(weight) / total for weight in weights]
    shares = [floor(share) for share in exact]
    by_remainder = sorted(range(len(weights)), key=lambda place: (shares[place] - exact[place], place))
    for place in by_remainder[: cents - sum(shares)]:
        shares[place] += 1
    return [Decimal(-share if amount < 0 else share).scaleb(-2) for share in shares]


def split_together(amounts: Sequence[Decimal], weights: Sequence[Decimal | Fraction]) -> list[list[Decimal]]:
    """Each amount shared out by `weights`, all of them as one: a weight's column sums to its share of the whole (money.md rule 4).

    All amounts but the last are split by themselves, the last takes what each weight still lacks; it need not have the sign of its amount.
    """
    rows = [split(amount, weights) for amount in amounts[:-1]]
    whole = split(sum(amounts, Decimal(0)), weights)
    return [*rows, [share - sum((row[place] for row in rows), Decimal(0)) for place, share in enumerate(whole)]]
