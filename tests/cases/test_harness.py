"""The harness finds what is otherwise, and says what it does not understand."""

from __future__ import annotations

import shutil
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.cases.harness import NotUnderstood, Run, play, runs_of
from tests.cases.runs import OURS, runs

SETTLED = "b391483e-f2a6-57e2-b887-5b16938bb233"
ARCHIVED, PAGES = "tra-f9af", "doc-f40f b"


@pytest.fixture
def one_database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The harness itself is tried on one database."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'books.db')}"


def run_named(name: str) -> Run:
    return next(run for run in runs(OURS) if run.name == name)


def with_then(name: str, **changes: Any) -> Run:
    run = run_named(name)
    return replace(run, then={**deepcopy(run.then), **changes})


@pytest.mark.parametrize(
    ("run", "said"),
    [
        pytest.param(with_then(ARCHIVED, attachments=[]), "attachments: the bot has", id="an attachment too many"),
        pytest.param(with_then(ARCHIVED, cards=[{"kind": "no_match"}]), "cards: 0 cards of no_match", id="a card that is not there"),
        pytest.param(
            with_then(ARCHIVED, xero_writes=[{"method": "PUT", "path": "/X"}]), "xero_writes: written was", id="a write that was not made"
        ),
        pytest.param(with_then(PAGES, request_counts={"path": "/Invoices", "count": 3}), "request_counts: 2 reads", id="a read too few"),
        pytest.param(with_then(ARCHIVED, cursor_after_max="2020-01-01T00:00:00Z"), "cursor_after_max: it is", id="a cursor too late"),
    ],
)
async def test_given_a_case_that_expects_otherwise_when_played_then_the_difference_is_told(
    run: Run, said: str, one_database_url: str
) -> None:
    wrong = await play(run, one_database_url)

    assert any(each.startswith(said) for each in wrong), wrong


@pytest.mark.parametrize(
    ("part", "word"),
    [("case", "mood"), ("given", "weather"), ("config", "colour"), ("state", "temper"), ("when", "where"), ("then", "perhaps")],
)
async def test_given_a_word_nobody_knows_when_played_then_it_is_named(tmp_path: Path, one_database_url: str, part: str, word: str) -> None:
    case = next(case for case in yaml.safe_load(OURS.read_text(encoding="utf-8")) if case["id"] == ARCHIVED)
    table = {"case": case, "config": case["given"]["config"], "state": case["given"].setdefault("state", {})}.get(part, case.get(part))
    table[word] = 1
    (tmp_path / "other.yaml").write_text(yaml.safe_dump([case]), encoding="utf-8")
    (run,) = runs_of(tmp_path / "other.yaml")

    with pytest.raises(NotUnderstood, match=rf"{part}\.{word}"):
        await play(run, one_database_url)


@pytest.mark.parametrize(("is_signed", "status", "attached"), [(True, 200, 1), (False, 401, 0)])
async def test_given_a_notice_of_xero_when_played_then_it_is_sent_to_the_door(
    one_database_url: str, is_signed: bool, status: int, attached: int
) -> None:
    run = run_named(ARCHIVED)
    (bill,) = run.given["xero"]["invoices"]["Invoices"]
    event = {
        "resourceId": bill["InvoiceID"],
        "tenantId": run.given["config"]["tenant_id"],
        "eventCategory": "INVOICE",
        "eventType": "UPDATE",
    }
    notice = {"body": {"events": [event]}, "headers": {} if is_signed else {"x-xero-signature": "AAAA"}}
    given = {**run.given, "state": {"attached_documents": [SETTLED]}, "xero": {**run.given["xero"], "delivery": notice}}
    then = {"responses": [status], "attachments_changed": attached}

    wrong = await play(replace(run, given=given, when={"trigger": "Xero sends its notice."}, then=then), one_database_url)

    # The second check finds the bill where the notice was turned away.
    assert [each for each in wrong if not each.startswith("a second check")] == []


async def test_given_a_trigger_nobody_knows_when_played_then_it_is_named(one_database_url: str) -> None:
    run = run_named(ARCHIVED)

    with pytest.raises(NotUnderstood, match="It rains"):
        await play(replace(run, when={"trigger": "It rains."}), one_database_url)


def test_given_a_file_that_is_no_list_of_cases_when_read_then_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text("cases: none", encoding="utf-8")

    with pytest.raises(NotUnderstood, match=r"other\.yaml is no list of cases"):
        runs_of(tmp_path / "other.yaml")
