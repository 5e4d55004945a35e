"""The judge says before anything else what it cannot compare with; and the day at the agency is played once for all that look at it."""

import asyncio
import shutil
from pathlib import Path

import pytest
from tests.judge.contracts import folder, missing_from
from tests.judge.contracts_story import Played, play


def pytest_sessionstart() -> None:
    if missing := missing_from(folder()):
        raise pytest.UsageError(missing)


@pytest.fixture(scope="session")
def played(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Played:
    """What went over the wires on that day."""
    file = shutil.copy(sqlite_template, tmp_path_factory.mktemp("day") / "books.db")
    return asyncio.run(play(f"sqlite:///{file}"))
