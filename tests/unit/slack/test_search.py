"""Finding a project by what was typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.reports.examples import HARBOUR_REFIT, INTERNAL, TIDEWATER

from xero_sync.domain import scoro
from xero_sync.slack.search import MOST_OPTIONS, find_projects

WALL = scoro.Project(project_id=1, no="355", name="Harbour Wall", company_name="Osier Foods", status="inprogress")
QUAY = scoro.Project(project_id=2, no="1412", name="Old Harbour", status="inprogress")
ALL = (QUAY, WALL, TIDEWATER, INTERNAL, HARBOUR_REFIT)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        pytest.param("harbour refit", [412], id="the name itself"),
        pytest.param("HARBOUR  Refit", [412], id="in other letters"),
        pytest.param("412", [412, 2], id="its number before one that holds it"),
        pytest.param("teal", [412], id="its client, which Scoro sends escaped"),
        pytest.param("tern & teal", [412], id="its client as people write it"),
        pytest.param("harbour", [412, 1, 2, 790], id="names that begin so first"),
        pytest.param("osier wall", [1], id="words of name and client together"),
        pytest.param("no. 412 Harbour Refit, Tern & Teal Ltd", [412], id="all of what it is listed as"),
        pytest.param("zebra", [], id="nothing"),
        pytest.param("", [412, 1, 2, 790, 701], id="all of them where nothing was typed"),
    ],
)
def test_given_words_when_searched_for_then_the_best_project_stands_first(typed: str, found: list[int]) -> None:
    assert [each.project_id for each in find_projects(typed, ALL)] == found


def test_given_a_project_when_offered_then_number_and_client_tell_it_from_its_twin() -> None:
    (found,) = find_projects("refit", ALL)

    assert found.label == "no. 412 Harbour Refit, Tern & Teal Ltd"


def test_given_a_project_without_number_and_client_when_offered_then_only_its_name_stands_there() -> None:
    (found,) = find_projects("", [scoro.Project(project_id=3, name="Pitch", status="inprogress")])

    assert found.label == "Pitch"


def test_given_more_projects_than_slack_takes_when_searched_then_the_best_are_kept() -> None:
    many = [scoro.Project(project_id=number, no=str(number), name=f"Harbour {number}", status="inprogress") for number in range(1, 300)]

    found = find_projects("harbour 299", [*many])

    assert len(find_projects("harbour", many)) == MOST_OPTIONS and found[0].project_id == 299


@given(st.text(max_size=40))
def test_given_anything_typed_when_searched_for_then_what_is_found_has_every_word(typed: str) -> None:
    found = find_projects(typed, ALL)

    assert len({each.project_id for each in found}) == len(found) <= len(ALL)
