"""Every sentence of `must` and `must_not` is asserted somewhere or has a reason; what is for later is still there; no case stands in the product."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from tests.cases.musts import LATER, MUSTS
from tests.cases.not_yet import NOT_YET
from tests.cases.runs import OURS, runs

ROOT = Path(__file__).resolve().parents[2]
CASES = {case["id"]: case for case in yaml.safe_load(OURS.read_text(encoding="utf-8"))}
KEYS = re.compile(r"^([a-z_]+(?:(?:, | and )[a-z_]+)*)(?::|$)")


@pytest.mark.parametrize("case_id", CASES)
def test_given_a_case_when_its_musts_are_counted_then_each_has_an_assertion_or_a_reason(case_id: str) -> None:
    then = CASES[case_id]["then"]

    assert len(MUSTS[case_id]) == len([*then.get("must", ()), *then.get("must_not", ())])
    assert LATER not in MUSTS[case_id] or any(name.split()[0] == case_id for name in NOT_YET)


@pytest.mark.parametrize("case_id", CASES)
def test_given_where_a_must_is_asserted_when_looked_up_then_the_key_or_the_file_is_there(case_id: str) -> None:
    then = CASES[case_id]["then"]
    compared = {*then, *(key for own in then.get("variants", {}).values() for key in own), "xero_writes", "expect"}
    for said in MUSTS[case_id]:
        files = re.findall(r"tests/[\w/.]+\.py", said)
        keys = re.findall(r"[a-z_]+", KEYS.match(said)[1]) if KEYS.match(said) and not files else []

        assert all((ROOT / file).exists() for file in files), said
        assert said == LATER or files or ({*keys} - {"and"} <= compared and keys) or said.startswith("Cannot be asserted"), said


def test_given_the_runs_when_looked_up_then_their_names_are_unique_and_what_is_for_later_is_among_them() -> None:
    names = [run.name for run in runs(OURS)]

    assert len(names) == len(set(names)) and set(NOT_YET) <= set(names)


def test_given_the_product_when_read_then_no_case_is_named_in_it() -> None:
    ids = re.compile("|".join(CASES))
    sources = [path for folder in ("bot", "plugins") for path in (ROOT / folder).rglob("*.py")]

    assert [path.name for path in sources if ids.search(path.read_text(encoding="utf-8"))] == []
