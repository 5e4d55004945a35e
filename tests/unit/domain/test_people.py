"""Who may decide what: fail closed, and the refusal says who can."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.unit.domain.examples import project

from xero_sync.domain.connection import ConnectionSettings, Role
from xero_sync.domain.decisions import (
    BothAreReal,
    Decision,
    LeaveOut,
    MakeOption,
    NoProjectNeeded,
    PutOn,
    TheseDocuments,
    ThisAccount,
    ThisOption,
    TryAgain,
)
from xero_sync.domain.people import Person, may, person_of

PROJECTS = {701: project(701, "Tidewater Launch", manager_id=7), 702: project(702, "Copper Vale", manager_id=8)}
ONE = TheseDocuments(document_ids=("bill-1",), cause="untracked:310")
ELEVEN = TheseDocuments(document_ids=tuple(f"bill-{place}" for place in range(11)), cause="untracked:310")
OPTION = ThisOption(tracking_option_id="o1")

CHOOSE_OWN, CHOOSE_OTHERS = PutOn(project_id=701, reach=ONE), PutOn(project_id=702, reach=ONE)
NONE_NEEDED, STANDING = NoProjectNeeded(reach=ONE), PutOn(project_id=701, reach=OPTION)
CREATE, REAL = MakeOption(project_id=701, reach=ONE), BothAreReal(reach=ONE)
LEAVE_OUT, AGAIN = LeaveOut(reach=ThisAccount(account_code="2110")), TryAgain(reach=ONE)
MANY = PutOn(project_id=701, reach=ELEVEN)


def refusal(
    role: Role, decision: Decision, *, net: str = "100.00", documents: int = 1, is_month_closed: bool = False, scoro_user_id: int = 7
) -> str:
    person = Person("U_1", role, scoro_user_id)
    count = len(getattr(decision.reach, "document_ids", ())) or documents
    limit = Decimal("1000.00")
    return may(person, decision, Decimal(net), documents=count, is_month_closed=is_month_closed, projects=PROJECTS, manager_limit=limit)


@pytest.mark.parametrize(
    "decision",
    [CHOOSE_OWN, CHOOSE_OTHERS, NONE_NEEDED, STANDING, CREATE, REAL, LEAVE_OUT, AGAIN],
    ids=["own project", "another project", "no project needed", "standing", "create", "both are real", "leave out", "try again"],
)
@pytest.mark.parametrize(("role", "is_allowed"), [("controller", True), ("bookkeeper", True), ("admin", False), ("viewer", False)], ids=str)
def test_given_a_role_when_it_decides_then_only_bookkeepers_and_controllers_may(role: Role, is_allowed: bool, decision: Decision) -> None:
    told = refusal(role, decision)

    assert (told == "") is is_allowed
    assert is_allowed or "A bookkeeper or controller can" in told


@pytest.mark.parametrize(
    ("decision", "net", "told"),
    [
        pytest.param(CHOOSE_OWN, "1000.00", "", id="their own project, up to the limit"),
        pytest.param(CHOOSE_OWN, "1000.01", "Above 1,000.00 net a bookkeeper decides.", id="above the limit"),
        pytest.param(CHOOSE_OTHERS, "1.00", "Project managers decide for their own projects", id="another one's project"),
        pytest.param(
            PutOn(project_id=799, reach=ONE), "1.00", "Project managers decide for their own projects", id="a project nobody knows"
        ),
        pytest.param(PutOn(reach=ONE), "1.00", "Project managers decide for their own projects", id="no project chosen yet"),
        pytest.param(
            PutOn(project_id=701, reach=TheseDocuments(cause="c")), "1.00", "A bookkeeper or controller can", id="about no document"
        ),
        pytest.param(STANDING, "1.00", "A bookkeeper or controller can", id="an answer for later documents"),
        pytest.param(NONE_NEEDED, "1.00", "A bookkeeper or controller can", id="no project needed"),
        pytest.param(CREATE, "1.00", "A bookkeeper or controller can", id="create an option"),
        pytest.param(AGAIN, "1.00", "A bookkeeper or controller can", id="try again"),
    ],
)
def test_given_a_project_manager_when_they_decide_then_only_for_their_own_projects_up_to_the_limit(
    decision: Decision, net: str, told: str
) -> None:
    said = refusal("project manager", decision, net=net)

    assert told in said and (told == "") is (said == "")


def test_given_a_project_manager_without_scoro_user_when_a_project_has_no_manager_then_it_is_not_theirs() -> None:
    nobodys = {701: project(701, "Tidewater Launch", manager_id=0)}

    told = may(
        Person("U_1", "project manager", 0),
        CHOOSE_OWN,
        Decimal(1),
        documents=1,
        is_month_closed=False,
        projects=nobodys,
        manager_limit=Decimal(1000),
    )

    assert "their own projects" in told


@pytest.mark.parametrize("role", ["bookkeeper", "project manager", "admin", "viewer"])
@pytest.mark.parametrize(
    ("decision", "is_month_closed", "told"),
    [
        pytest.param(CHOOSE_OWN, True, "This month is closed. A controller can decide it.", id="a closed month"),
        pytest.param(MANY, False, "This is about more than 10 documents. A controller can decide it.", id="over ten documents"),
    ],
)
def test_given_a_closed_month_or_many_documents_when_anybody_else_decides_then_it_needs_a_controller(
    role: Role, decision: Decision, is_month_closed: bool, told: str
) -> None:
    assert refusal(role, decision, is_month_closed=is_month_closed) == told


@pytest.mark.parametrize(("decision", "is_month_closed"), [(CHOOSE_OWN, True), (MANY, False)], ids=["a closed month", "over ten documents"])
def test_given_a_closed_month_or_many_documents_when_a_controller_decides_then_they_may(decision: Decision, is_month_closed: bool) -> None:
    assert refusal("controller", decision, is_month_closed=is_month_closed) == ""


def test_given_a_closed_month_when_a_bookkeeper_has_it_looked_at_again_then_they_may() -> None:
    assert refusal("bookkeeper", AGAIN, is_month_closed=True) == ""


def test_given_ten_documents_when_a_bookkeeper_decides_then_they_may() -> None:
    ten = TheseDocuments(document_ids=ELEVEN.document_ids[:10], cause="c")

    assert refusal("bookkeeper", PutOn(project_id=701, reach=ten)) == ""


@pytest.mark.parametrize(
    ("person_id", "person", "sees_amounts"),
    [
        pytest.param("U_FINN", Person("U_FINN", "controller"), True, id="by role alone"),
        pytest.param("U_MIRA", Person("U_MIRA", "project manager", 31), True, id="with a Scoro user"),
        pytest.param("U_ADA", Person("U_ADA", "admin"), False, id="an admin sees counts"),
        pytest.param("U_NOBODY", Person("U_NOBODY", "viewer"), False, id="an unknown person is a viewer"),
    ],
)
def test_given_the_settings_when_a_person_is_looked_up_then_they_have_their_role_or_none(
    person_id: str, person: Person, sees_amounts: bool
) -> None:
    settings = ConnectionSettings.model_validate(
        {"people": {"U_FINN": "controller", "U_MIRA": {"role": "project manager", "scoro_user_id": 31}, "U_ADA": "admin"}}
    )

    found = person_of(person_id, settings)

    assert (found, found.sees_amounts) == (person, sees_amounts)


def test_given_a_standing_answer_over_ten_documents_when_a_bookkeeper_decides_then_a_controller_is_asked_for() -> None:
    assert "controller" in refusal("bookkeeper", STANDING, documents=11)
