"""Which case file is played: our own, or the one that `make cases FILE=…` names."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from tests.cases.harness import Run, runs_of

OURS = Path(__file__).parent / "cases.yaml"


def file_of(config: pytest.Config) -> Path:
    given = config.getoption("cases_file", default=None)
    return Path(given) if given else OURS


def is_ours(config: pytest.Config) -> bool:
    return file_of(config).resolve() == OURS.resolve()


@cache
def runs(file: Path) -> list[Run]:
    return runs_of(file)
