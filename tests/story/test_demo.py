"""The demo, played as a user plays it: every fact holds, what is broken on purpose is noticed, and nothing is left behind."""

from __future__ import annotations

import ast
import json
import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from xero_sync.demo import books, checker

LONGEST_SECONDS = 120
COUNTS = {
    "documents": 48,
    "on_projects": 21,
    "waiting": 2,
    "no_project_needed": 25,
    "net_on_projects": "31905.18",
    "net_waiting": "2575.60",
    "net_checked": "54811.88",
    "projects": 14,
    "options": 12,
    "writes_to_xero": 1,
    "writes_to_scoro": 27,
    "messages": 9,
}
NOTICED = {
    "attach": "Of these Scoro has there 1 document, £60.00 net.",
    "card": "£880.00 net (+ £160.00 VAT)",
    "option": 'Xero has the option "Tidewater Launch" once',
    "double-write": "It stands in Scoro 2 times.",
}

"""What the checker says where this word was used."""


@dataclass
class Played:
    code: int
    told: dict[str, Any]

    @property
    def differences(self) -> str:
        return "\n".join(f"{entry['said']}: {entry['difference']}" for step in self.told["steps"] for entry in step["failed"])


def begin(*options: str, folder: Path) -> subprocess.Popen[str]:
    """The demo as a process of its own, whose temporary files lie in this folder."""
    command = [sys.executable, "-X", "utf8", "-m", "xero_sync", "demo", "--script", *options]
    environment = {**os.environ, "TMPDIR": str(folder)}  # noqa: TID251 the demo runs with the environment of whoever starts it
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", env=environment)


def end(process: subprocess.Popen[str]) -> str:
    """What it printed. One that takes too long is asked to end, so that it ends the bot it has started."""
    try:
        return process.communicate(timeout=LONGEST_SECONDS)[0]
    except subprocess.TimeoutExpired:
        process.terminate()
        raise AssertionError(f"The demo took more than {LONGEST_SECONDS} s:\n{process.communicate()[0]}") from None


def play(*options: str, folder: Path) -> Played:
    return played_by(begin("--json", *options, folder=folder))


def played_by(process: subprocess.Popen[str]) -> Played:
    said = end(process)
    return Played(process.returncode, json.loads(said))


def test_given_the_agency_when_the_story_is_played_then_every_fact_holds_and_the_counts_are_right(tmp_path: Path) -> None:
    played = play(folder=tmp_path)

    assert (played.code, played.told["failed"], played.differences) == (0, 0, "")
    assert played.told["counts"] == COUNTS and played.told["checks"] >= 140
    assert len(played.told["steps"]) == 15 and list(tmp_path.iterdir()) == []
    assert "↔ Scoro 127.0.0.1" in json.dumps(played.told["steps"], ensure_ascii=False)


@pytest.mark.parametrize("words", [("attach", "card"), ("option", "double-write")], ids=" and ".join)
def test_given_something_broken_on_purpose_when_the_story_is_played_then_the_checker_names_it(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    # Two at a time: each waits for the other half of the time.
    playing = {word: begin("--json", "--sabotage", word, folder=_made(tmp_path / word)) for word in words}

    played = {word: played_by(process) for word, process in playing.items()}

    assert {word: (each.code, each.told["failed"] >= 1) for word, each in played.items()} == dict.fromkeys(words, (1, True))
    assert {word for word, each in played.items() if NOTICED[word] not in each.differences} == set()


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_given_the_story_under_way_when_it_is_interrupted_then_neither_bot_nor_folder_is_left(tmp_path: Path) -> None:
    process = begin(folder=tmp_path)
    assert process.stdout is not None
    next(line for line in process.stdout if "Rehearsal" in line)
    (lock,) = tmp_path.glob("xero-sync-demo-*/books.db.lock")
    (bot_id,) = re.findall(r"process (\d+)", lock.read_text())

    process.send_signal(signal.SIGINT)
    end(process)

    with pytest.raises(ProcessLookupError):
        os.kill(int(bot_id), 0)
    assert process.returncode == 130 and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("module", [checker, books], ids=["checker", "books"])
def test_given_the_checker_when_its_imports_are_read_then_nothing_of_the_bot_is_among_them(module: Any) -> None:
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))

    names = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    names += [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]

    ours = {name for name in names if name.startswith("xero_sync")}
    assert {name for name in ours if not name.startswith("xero_sync.testing.standins.")} <= {"xero_sync.demo.books"}
