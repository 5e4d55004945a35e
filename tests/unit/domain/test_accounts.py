"""money.md 2 and 3: who needs a project, by the account's type."""

from __future__ import annotations

import pytest

from xero_sync.domain.accounts import Need, need_of


@pytest.mark.parametrize(
    ("account_type", "need"),
    [
        *(pytest.param(kind, "asked", id=kind) for kind in ("DIRECTCOSTS", "SALES", "REVENUE")),
        *(pytest.param(kind, "none", id=kind) for kind in ("EXPENSE", "OVERHEADS", "DEPRECIATN", "OTHERINCOME")),
        *(
            pytest.param(kind, "balance sheet", id=kind)
            for kind in (
                "BANK", "CURRENT", "CURRLIAB", "EQUITY", "FIXED", "INVENTORY", "LIABILITY", "NONCURRENT", "PREPAYMENT", "TERMLIAB",
            )
        ),
        *(
            pytest.param(kind, "none", id=kind or "no type")
            for kind in ("SUPERANNUATIONEXPENSE", "WAGESEXPENSE", "SOMETHINGNEW", "", "directcosts")
        ),
    ],
)  # fmt: skip
def test_given_an_accounts_type_when_asked_what_a_line_needs_then_it_is_as_the_rule_says(account_type: str, need: Need) -> None:
    assert need_of(account_type) == need


@pytest.mark.parametrize(
    ("account_type", "code", "need"),
    [
        pytest.param("OVERHEADS", "460", "asked", id="an overhead that is project money here"),
        pytest.param("DIRECTCOSTS", "320", "none", id="a direct cost that needs none"),
        pytest.param("CURRLIAB", "2110", "asked", id="a balance sheet account that counts"),
        pytest.param("DIRECTCOSTS", "310", "asked", id="another code keeps its type's need"),
        pytest.param("DIRECTCOSTS", "", "asked", id="an account without a code"),
    ],
)
def test_given_overrides_by_account_when_asked_then_they_win(account_type: str, code: str, need: Need) -> None:
    overrides: dict[str, Need] = {"460": "asked", "320": "none", "2110": "asked"}

    assert need_of(account_type, code, overrides) == need
