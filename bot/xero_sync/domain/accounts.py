"""Who needs a project: money.md rules 2 and 3, by the account's Xero `Type`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Need = Literal["asked", "none", "balance sheet"]

_ASKED = frozenset({"DIRECTCOSTS", "SALES", "REVENUE"})
_BALANCE_SHEET = frozenset(
    {
        "BANK", "CURRENT", "CURRLIAB", "EQUITY", "FIXED", "INVENTORY", "LIABILITY", "NONCURRENT", "PREPAYMENT", "TERMLIAB",
        "PAYGLIABILITY", "SUPERANNUATIONLIABILITY", "WAGESPAYABLELIABILITY",
    }
)  # fmt: skip


def need_of(account_type: str, account_code: str = "", overrides: Mapping[str, Need] | None = None) -> Need:
    """What a line on this account needs.

    "asked": project money, a line without option is asked about. "none": overheads and the like, and any type not named in the rule.
    "balance sheet": no project without option; with one, a person says once per account whether it counts.
    `overrides` is by account code and wins.
    """
    if overrides and account_code in overrides:
        return overrides[account_code]
    if account_type in _ASKED:
        return "asked"
    return "balance sheet" if account_type in _BALANCE_SHEET else "none"
