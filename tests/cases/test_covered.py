"""Every case of cases.yaml has a test that names it, or a written reason why not yet."""

from __future__ import annotations

import re
from pathlib import Path

import yaml
from tests.cases.not_yet import NOT_YET

HERE = Path(__file__).parent
NAMED = re.compile(r"\b(?:tra|doc|mat|sla|pla)[-_][0-9a-f]{4}\b")


def case_ids() -> list[str]:
    return [entry["id"] for entry in yaml.safe_load((HERE / "cases.yaml").read_text(encoding="utf-8"))]


def ids_named_by_tests() -> set[str]:
    """The ids that stand in a test's code: in its name, or as the id of a parameter."""
    tests = [path for path in HERE.parent.rglob("test_*.py") if path != Path(__file__)]
    return {found.replace("_", "-") for path in tests for found in NAMED.findall(path.read_text(encoding="utf-8"))}


def test_given_the_case_file_when_read_then_its_ids_are_unique() -> None:
    ids = case_ids()

    assert sorted(set(ids)) == sorted(ids) and len(ids) == 20


def test_given_every_case_when_looked_up_then_it_has_a_test_or_a_reason() -> None:
    assert set(case_ids()) - ids_named_by_tests() - set(NOT_YET) == set()


def test_given_every_id_that_tests_or_reasons_name_when_looked_up_then_the_case_exists() -> None:
    assert (ids_named_by_tests() | set(NOT_YET)) - set(case_ids()) == set()


def test_given_every_reason_when_looked_up_then_no_test_covers_the_case_and_it_says_something() -> None:
    assert {case_id for case_id in NOT_YET if case_id in ids_named_by_tests() or len(NOT_YET[case_id]) < 20} == set()
