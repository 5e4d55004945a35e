"""What document-attach asks: lines without option, balance sheet accounts, possible duplicates, and options people asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.unit.domain.examples import (
    booked,
    decided,
    document,
    invoice,
    line,
    option,
    project,
    settled,
    sibling,
    snapshot_of,
)

from xero_sync.domain import scoro, xero
from xero_sync.domain.actions import AskPerson, CreateOption, Hold, PutOnProject
from xero_sync.domain.decisions import (
    BothAreReal,
    CountAccount,
    LeaveOut,
    MakeOption,
    NoProjectNeeded,
    PutOn,
    TheseDocuments,
    ThisAccount,
)
from xero_sync.domain.questions import Question
from xero_sync.domain.snapshot import BookedDocument, Snapshot
from xero_sync_document_attach import decide

TIDEWATER, COPPER_VALE = project(701, "Tidewater Launch", no="701"), project(702, "Copper Vale", no="702")
PROJECTS = [TIDEWATER, COPPER_VALE]
WHOLE = document(line(100, option="Tidewater Launch"))
DIVIDED = document(line(60, option="Tidewater Launch"), line(40, option="Copper Vale"))
ENTITY = "ferrowpike"


def copy_of(found: xero.Document, **given: Any) -> scoro.Document:
    """Scoro's copy as its own sync makes it: on no project, its lines numbered from 3301."""
    values: dict[str, Any] = {
        "module": "bills" if found.is_bill else "invoices",
        "scoro_document_id": 812,
        "number": found.number,
        "company_name": found.contact.name,
        "currency": found.currency,
        "day": found.day,
        "net": found.net_total,
        "account_id": ENTITY,
        "lines": tuple(scoro.Line(line_id=3300 + place, net=found.net(each)) for place, each in enumerate(found.lines, 1)),
    }
    return scoro.Document(**values | given)


def on_lines(found: xero.Document, *project_ids: int) -> scoro.Document:
    """The copy with a project of its own on each line."""
    lines = copy_of(found).lines or ()
    placed = tuple(each.model_copy(update={"project_id": project_id}) for each, project_id in zip(lines, project_ids, strict=True))
    return copy_of(found, project_id=scoro.PER_LINE, lines=placed)


def decides(*in_hand: BookedDocument, projects: list[scoro.Project] | None = None, **given: Any) -> list[Any]:
    snapshot = snapshot_of(in_hand, PROJECTS if projects is None else projects, entity=ENTITY, **given)
    return list(decide(replace(snapshot, results=settled(snapshot))))


def write_of(*in_hand: BookedDocument, **given: Any) -> PutOnProject | None:
    return next((action for action in decides(*in_hand, **given) if isinstance(action, PutOnProject)), None)


def hold_of(*in_hand: BookedDocument, **given: Any) -> Hold | None:
    return next((action for action in decides(*in_hand, **given) if isinstance(action, Hold)), None)


# What is asked.


def question_of(*in_hand: BookedDocument, **given: Any) -> Question:
    (action,) = [action for action in decides(*in_hand, **given) if isinstance(action, AskPerson)]
    return action.question


BRIGHTLINE = booked(document(line(1250), contact="Brightline Studios"))
UNTRACKED = TheseDocuments(cause="untracked:310:contact:contact-Brightline Studios")


def test_given_a_supplier_with_earlier_documents_when_asked_then_their_project_is_suggested_first() -> None:
    last = {"contact-Brightline Studios": (701, 701, 702, 701)}

    question = question_of(BRIGHTLINE, last_projects=last, options=[option("Tidewater Launch"), option("Copper Vale")])

    assert question.facts == ("Their last documents: 3 Tidewater Launch, 1 Copper Vale.", "Closest: Tidewater Launch (no. 701).")
    assert [choice.label for choice in question.choices] == [
        "Put on Tidewater Launch", "Put on Copper Vale", "Choose project…", "No project needed…",
    ]  # fmt: skip
    assert question.choices[0].decision == PutOn(project_id=701, reach=UNTRACKED)


@pytest.mark.parametrize(
    ("options", "bindings", "label", "kind"),
    [
        pytest.param([], {}, "Create option and use it", MakeOption, id="no option yet"),
        pytest.param([option("tidewater LAUNCH")], {}, "Put on Tidewater Launch", PutOn, id="an option of its name"),
        pytest.param([option("Old name")], {"option-Old name": 701}, "Put on Tidewater Launch", PutOn, id="an option bound to it"),
        pytest.param([option("Tidewater Launch", "ARCHIVED")], {}, "Put on Tidewater Launch", PutOn, id="an archived one: no twin is made"),
    ],
)
def test_given_a_suggested_project_when_it_has_no_option_then_the_button_makes_it(
    options: list[xero.TrackingOption], bindings: dict[str, int], label: str, kind: type
) -> None:
    last = {"contact-Brightline Studios": (701,)}

    question = question_of(BRIGHTLINE, last_projects=last, options=options, bindings=bindings)

    assert question.choices[0].label == label and isinstance(question.choices[0].decision, kind)


@pytest.mark.parametrize(
    "last",
    [
        pytest.param(project(701, "Tidewater Launch", status="completed"), id="closed"),
        pytest.param(project(701, "Tidewater Launch", is_deleted=True), id="deleted"),
        pytest.param(project(701, "Tidewater Launch", account_id="other"), id="another entity's"),
    ],
)
def test_given_a_last_project_that_takes_nothing_when_asked_then_it_is_not_suggested(last: scoro.Project) -> None:
    question = question_of(BRIGHTLINE, projects=[last], last_projects={"contact-Brightline Studios": (701,)})

    assert [choice.choice_id for choice in question.choices] == ["choose", "none"] and question.facts == ()


def test_given_an_internal_project_when_a_sale_is_asked_about_then_it_is_not_suggested() -> None:
    sale = booked(invoice(line(1250, account="200"), contact="Brightline Studios"))
    internal = project(790, "Pitch", project_type="internal")

    question = question_of(sale, projects=[internal], last_projects={"contact-Brightline Studios": (790,)})

    assert [choice.choice_id for choice in question.choices] == ["choose", "none"]


def test_given_no_project_needed_when_pressed_then_it_is_for_these_documents() -> None:
    assert question_of(BRIGHTLINE).choices[-1].decision == NoProjectNeeded(reach=UNTRACKED)


@pytest.mark.parametrize(
    ("found", "kind"),
    [
        pytest.param(invoice(line(10000, option="Tidewater Launch", account="2110")), "income", id="a sale"),
        pytest.param(document(line(10000, option="Tidewater Launch", account="2110")), "cost", id="a bill"),
    ],
)
def test_given_a_balance_sheet_account_with_an_option_when_asked_then_leaving_out_is_recommended_for_the_account(
    found: xero.Document, kind: str
) -> None:
    question = question_of(booked(found))

    reach = ThisAccount(account_code="2110")
    assert question.title == f"2110 Client deposits is a balance sheet account. Count it as project {kind}?"
    assert [(choice.decision, choice.is_recommended) for choice in question.choices] == [
        (LeaveOut(reach=reach), True),
        (CountAccount(reach=reach), False),
    ]


@pytest.mark.parametrize(
    ("found", "siblings", "title", "often"),
    [
        pytest.param(
            document(line(1200), contact="Rook Sound", number="09-2026"),
            1,
            "Possible duplicate: Rook Sound, bill 09-2026",
            "twice",
            id="a bill with number",
        ),
        pytest.param(
            document(line(800), contact="Rook Sound", number=""),
            1,
            "Possible duplicate: Rook Sound, of 24 Nov",
            "twice",
            id="without number",
        ),
        pytest.param(
            document(line(800), contact="Rook Sound", number="7"),
            2,
            "Possible duplicate: Rook Sound, bill 7",
            "3 times",
            id="three of them",
        ),
        pytest.param(
            invoice(line(800, account="200"), contact="Rook Sound", number="7"),
            1,
            "Possible duplicate: Rook Sound, invoice 7",
            "twice",
            id="a sale",
        ),
    ],
)
def test_given_a_possible_duplicate_when_asked_then_both_can_be_said_to_be_real(
    found: xero.Document, siblings: int, title: str, often: str
) -> None:
    question = question_of(booked(found, siblings=tuple(sibling(str(place), earlier=5) for place in range(siblings))))

    assert question.title == title and question.facts[0].startswith(f"It is in Xero {often}.")
    assert question.compared_with == tuple(str(place) for place in range(siblings))
    assert [type(choice.decision) for choice in question.choices] == [BothAreReal]


def test_given_two_documents_of_one_cause_when_asked_then_it_is_one_question() -> None:
    bills = [booked(document(line(net), document_id=f"bill-{net}", contact="Brightline Studios")) for net in (1250, 310)]

    assert question_of(*bills).cause == UNTRACKED.cause


def test_given_an_option_that_leads_nowhere_when_decided_then_this_plugin_asks_nothing() -> None:
    assert decides(booked(document(line(10, option="Harbor Refit")))) == []


@pytest.mark.parametrize(
    ("cause", "is_created"),
    [(UNTRACKED.cause, True), ("project without option:701", False)],
    ids=["asked for on this plugin's card", "asked for on another's"],
)
def test_given_a_person_asked_for_an_option_when_decided_then_it_is_created(cause: str, is_created: bool) -> None:
    reach = TheseDocuments(document_ids=("bill-1",), cause=UNTRACKED.cause)
    asked = decided(MakeOption(project_id=701, reach=reach), status="open", cause=cause)
    snapshot: Snapshot = snapshot_of([], PROJECTS, [asked])

    created = [action for action in decide(snapshot) if isinstance(action, CreateOption)]

    assert bool(created) is is_created
