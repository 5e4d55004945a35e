"""Every case of cases.yaml, or of the file that `make cases FILE=…` names, through the bot's public entry points, on both databases."""

from __future__ import annotations

import pytest
from tests.cases.harness import NeedsLater, NotUnderstood, Run, play
from tests.cases.not_yet import NOT_YET
from tests.cases.runs import file_of, is_ours, runs


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    found = runs(file_of(metafunc.config))
    later = NOT_YET if is_ours(metafunc.config) else {}
    chosen = [run for run in found if (run.name in later) == ("later" in metafunc.function.__name__)]
    metafunc.parametrize("run", [pytest.param(run, id=run.name) for run in chosen])


async def test_given_a_case_when_played_then_it_comes_out_as_it_says(run: Run, database_url: str, request: pytest.FixtureRequest) -> None:
    try:
        wrong = await play(run, database_url)
    except NotUnderstood as error:
        wrong = [f"not understood: {error}"]
    except NeedsLater as error:
        wrong = [f"needs {error}"]
    said = wrong[0].splitlines()[0] if wrong else "passed"
    request.node.user_properties.append(("case", f"{run.name} [{request.node.callspec.params['database_url']}]: {said}"))

    assert wrong == []


async def test_given_a_case_for_later_when_played_then_it_does_not_come_out_yet(run: Run, database_url: str) -> None:
    try:
        came_out = await play(run, database_url) == []
    except NeedsLater:
        came_out = False

    assert not came_out, "it comes out as it says: strike it off not_yet.py"
