"""Where the contract files are not, the judge says so in one piece, and where their publishers have them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.judge.contracts import PUBLISHED, missing_from

ROOT = Path(__file__).resolve().parents[2]


def test_given_no_such_folder_when_the_judge_is_called_then_it_says_what_to_do_and_nothing_else(tmp_path: Path) -> None:
    nowhere = tmp_path / "contracts"

    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "tests/judge", "-q", "-p", "no:cacheprovider"],
        cwd=ROOT,
        env={"CONTRACTS": str(nowhere), "PATH": ""},
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert ended.returncode == pytest.ExitCode.USAGE_ERROR and "Traceback" not in ended.stderr
    said = f"{ended.stdout}\n{ended.stderr}"
    assert str(nowhere) in said and "make judge CONTRACTS=folder" in said
    assert [publisher for publisher, _ in PUBLISHED.values() if publisher not in said] == []


def test_given_a_folder_with_one_file_less_when_looked_through_then_that_file_and_its_publisher_are_named(tmp_path: Path) -> None:
    for _, files in PUBLISHED.values():
        for name in files:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).touch()
    (tmp_path / "xero-identity.yaml").unlink()

    _, *lines = missing_from(tmp_path).splitlines()

    assert lines == ["- Xero's API descriptions: github.com/XeroAPI/Xero-OpenAPI. Missing: xero-identity.yaml"]


def test_given_a_folder_with_all_files_when_looked_through_then_nothing_is_said(tmp_path: Path) -> None:
    for _, files in PUBLISHED.values():
        for name in files:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).touch()

    assert missing_from(tmp_path) == ""
