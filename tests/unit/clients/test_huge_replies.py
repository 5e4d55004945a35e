"""Replies of 50 MB, and replies that would grow to gigabytes: an answer or a typed error, in bounded memory and time."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from xero_sync import errors

ROOT = Path(__file__).resolve().parents[3]
LONGEST_SECONDS = 60
MOST_MB = 300
ANSWERS = {"DocumentPage", "tuple", "ScoroPage"}


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    """What the process said that was sent them."""
    process = subprocess.run(
        [sys.executable, "-m", "tests.unit.clients.huge_replies"], cwd=ROOT, capture_output=True, timeout=LONGEST_SECONDS, check=False
    )
    assert process.returncode == 0, process.stderr.decode()[-3000:]
    found: dict[str, Any] = json.loads(process.stdout)
    return found


def test_given_huge_replies_when_read_then_each_is_an_answer_or_a_typed_error(told: dict[str, Any]) -> None:
    codes = {error.code for error in vars(errors).values() if isinstance(error, type) and issubclass(error, errors.RemoteError)}

    assert {name: said for name, said in told["said"].items() if said not in ANSWERS | codes} == {}
    assert told["said"]["Xero documents: empty rows"] == errors.UnexpectedReply.code
    assert told["said"]["Xero documents: as many empty lines as are read"] == "DocumentPage"


def test_given_huge_replies_when_read_then_no_more_than_300_mb_are_taken(told: dict[str, Any]) -> None:
    assert told["peak_mb"] <= MOST_MB
