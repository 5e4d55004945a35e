"""Making an option a person asked for: once, for a project that is still there, under a name Xero takes."""

from __future__ import annotations

import pytest
from tests.unit.domain.examples import decided, option, project, snapshot_of

from xero_sync.domain import scoro, xero
from xero_sync.domain.decisions import Decided, Decision, DecisionStatus, MakeOption, NoOptionNeeded, ThisProject
from xero_sync.domain.options import create_option_for, describe_project, option_name_for, why_no_option_for

REACH = ThisProject(project_id=702)
MAKE = MakeOption(project_id=702, reach=REACH)
COPPER_VALE = project(702, " Copper  Vale &amp; Co ", company_name="Tern &amp; Teal Ltd")


@pytest.mark.parametrize("status", ["standing", "done", "failed"])
def test_given_an_option_that_nobody_waits_for_when_asked_for_then_it_is_not_created_again(status: DecisionStatus) -> None:
    assert create_option_for(snapshot_of([], [COPPER_VALE]), decided(MAKE, status=status)) is None


@pytest.mark.parametrize(
    ("projects", "decision", "has_category"),
    [
        pytest.param([], MAKE, True, id="the project was never read"),
        pytest.param([project(702, "Copper Vale", is_deleted=True)], MAKE, True, id="the project was deleted"),
        pytest.param([COPPER_VALE], NoOptionNeeded(reach=REACH), True, id="another answer"),
        pytest.param([COPPER_VALE], MAKE, False, id="no category"),
    ],
)
def test_given_what_an_option_needs_is_gone_when_asked_for_then_it_is_not_created(
    projects: list[scoro.Project], decision: Decision, has_category: bool
) -> None:
    snapshot = snapshot_of([], projects, **({} if has_category else {"categories": ()}))

    assert create_option_for(snapshot, decided(decision, status="open")) is None


def test_given_an_option_asked_for_when_created_then_it_has_the_projects_name_with_tidy_spaces() -> None:
    answer: Decided = decided(MAKE, status="open")

    action = create_option_for(snapshot_of([], [COPPER_VALE]), answer)

    assert action is not None
    assert (action.name, action.project_id, action.decision_id) == ("Copper Vale & Co", 702, answer.decision_id)
    assert option_name_for(COPPER_VALE) == action.name


@pytest.mark.parametrize(
    ("name", "options", "reason"),
    [
        pytest.param("Copper Vale", [], "", id="nothing in the way"),
        pytest.param("x" * 100, [], "", id="100 characters"),
        pytest.param("x" * 101, [], "longer than the 100 characters", id="101 characters"),
        pytest.param("x" * 99 + "  y", [], "longer than the 100 characters", id="tidy spaces still make 101"),
        pytest.param(" " + "x" * 49 + "  " + "y" * 50, [], "", id="tidy spaces make it fit"),
        pytest.param("Copper Vale", [option("COPPER  vale", status="ARCHIVED")], "An archived option", id="an archived twin"),
        pytest.param("Copper Vale", [option("Copper Vales", status="ARCHIVED")], "", id="an archived neighbour"),
    ],
)
def test_given_a_project_when_its_option_would_be_made_then_what_stands_in_the_way_is_said(
    name: str, options: list[xero.TrackingOption], reason: str
) -> None:
    why = why_no_option_for(snapshot_of([], options=options), project(702, name))

    assert bool(why) is bool(reason) and reason in why


@pytest.mark.parametrize(
    ("found", "text"),
    [
        pytest.param(COPPER_VALE, "Copper Vale & Co (no. 702, Tern & Teal Ltd, in progress)", id="everything known"),
        pytest.param(project(702, "Copper Vale", no=""), "Copper Vale (in progress)", id="no number, no client"),
        pytest.param(
            project(702, "Copper Vale", status="additional3"), "Copper Vale (no. 702, additional3)", id="a status of the site's own"
        ),
        pytest.param(project(702, "Copper Vale", no="", status=""), "Copper Vale", id="nothing known"),
    ],
)
def test_given_a_project_when_a_card_names_it_then_people_can_tell_it_from_others(found: scoro.Project, text: str) -> None:
    assert describe_project(found) == text
