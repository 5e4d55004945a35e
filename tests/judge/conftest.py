"""The judge says before anything else what it cannot compare with."""

import pytest
from tests.judge.contracts import folder, missing_from


def pytest_sessionstart() -> None:
    if missing := missing_from(folder()):
        raise pytest.UsageError(missing)
