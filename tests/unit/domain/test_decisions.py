"""A decision survives the store unchanged, and is found by what it is about."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError
from tests.unit.domain.examples import decided

from xero_sync.domain.decisions import (
    DECISION,
    BothAreReal,
    CountAccount,
    Decided,
    Decision,
    DecisionStatus,
    LeaveOut,
    MakeOption,
    NoOptionNeeded,
    NoProjectNeeded,
    PutOn,
    Reply,
    TheseDocuments,
    ThisAccount,
    ThisOption,
    ThisProject,
    ThisSupplier,
    TryAgain,
)
from xero_sync.domain.snapshot import DecisionBook

BILLS = TheseDocuments(document_ids=("bill-1", "bill-2"), cause="untracked:310")
OPTION, OPTION_OF_CONTACT = ThisOption(tracking_option_id="o1"), ThisOption(tracking_option_id="o1", contact_id="c1")
SUPPLIER = ThisSupplier(contact_id="c1", until=date(2027, 3, 31))
ACCOUNT = ThisAccount(account_code="2110")


@pytest.mark.parametrize(
    "decision",
    [
        PutOn(project_id=701, reach=BILLS),
        PutOn(project_id=701, reach=OPTION),
        PutOn(project_id=701, reach=OPTION_OF_CONTACT),
        PutOn(project_id=701, reach=SUPPLIER),
        NoProjectNeeded(reach=OPTION),
        LeaveOut(reach=ACCOUNT),
        CountAccount(reach=ACCOUNT),
        MakeOption(project_id=701, reach=ThisProject(project_id=701)),
        NoOptionNeeded(reach=ThisProject(project_id=701)),
        BothAreReal(reach=BILLS),
        TryAgain(reach=BILLS),
        Reply(value="more", reach=TheseDocuments()),
    ],
    ids=lambda decision: f"{decision.kind}, {decision.reach.kind}",
)
def test_given_a_decision_when_written_and_read_then_it_is_the_same(decision: Decision) -> None:
    assert DECISION.validate_json(DECISION.dump_json(decision)) == decision


@pytest.mark.parametrize(
    "written",
    [
        pytest.param('{"kind": "approve", "reach": {"kind": "documents"}}', id="a kind that does not exist"),
        pytest.param('{"kind": "put on", "project_id": 701}', id="no reach"),
        pytest.param('{"kind": "put on", "project_id": 701, "reach": {"kind": "everything"}}', id="a reach that does not exist"),
        pytest.param(
            '{"kind": "put on", "project_id": 701, "reach": {"kind": "supplier", "contact_id": "c1"}}', id="a supplier without end"
        ),
        pytest.param('{"kind": "count account", "reach": {"kind": "documents"}}', id="an account's answer for documents"),
        pytest.param('{"kind": "put on", "project_id": 701, "reach": {"kind": "documents"}, "amount": 5}', id="something added"),
    ],
)
def test_given_something_else_when_read_then_it_is_refused(written: str) -> None:
    with pytest.raises(ValidationError):
        DECISION.validate_json(written)


@pytest.mark.parametrize(("status", "is_in_force"), [("standing", True), ("open", True), ("done", True), ("failed", False)])
def test_given_what_became_of_it_when_asked_then_only_a_failed_decision_holds_no_longer(status: DecisionStatus, is_in_force: bool) -> None:
    assert decided(PutOn(project_id=701, reach=BILLS), status=status).is_in_force is is_in_force


OLDER = decided(PutOn(project_id=701, reach=BILLS), minutes=1)
NEWER = decided(PutOn(project_id=702, reach=TheseDocuments(document_ids=("bill-2",), cause="untracked:310")), minutes=2)
FAILED = decided(MakeOption(project_id=703, reach=BILLS), minutes=3, status="failed")
FOR_OPTION = decided(PutOn(project_id=704, reach=OPTION), minutes=5)
FOR_CONTACT = decided(PutOn(project_id=705, reach=OPTION_OF_CONTACT), minutes=4)
FOR_ACCOUNT = decided(LeaveOut(reach=ACCOUNT))
FOR_SUPPLIER = decided(PutOn(project_id=706, reach=SUPPLIER))
FOR_PROJECT = decided(NoOptionNeeded(reach=ThisProject(project_id=707)))
BOOK = DecisionBook([FAILED, FOR_OPTION, OLDER, FOR_SUPPLIER, NEWER, FOR_ACCOUNT, FOR_CONTACT, FOR_PROJECT])


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param(BOOK.of_document("bill-2"), [NEWER, OLDER], id="a document, the newest first, failed ones left out"),
        pytest.param(BOOK.of_document("bill-1"), [OLDER], id="another document"),
        pytest.param(BOOK.of_document("bill-9"), [], id="an unknown document"),
        pytest.param(BOOK.of_option("o1", "c1"), [FOR_CONTACT, FOR_OPTION], id="an option: the contact's answer first, however old"),
        pytest.param(BOOK.of_option("o1", "c2"), [FOR_OPTION], id="an option, another contact"),
        pytest.param(BOOK.of_option("o2", "c1"), [], id="another option"),
        pytest.param(BOOK.of_account("2110"), [FOR_ACCOUNT], id="an account"),
        pytest.param(BOOK.of_supplier("c1"), [FOR_SUPPLIER], id="a supplier"),
        pytest.param(BOOK.of_project(707), [FOR_PROJECT], id="a project"),
    ],
)
def test_given_decisions_when_looked_up_by_what_they_are_about_then_those_in_force_are_found(
    found: list[Decided], expected: list[Decided]
) -> None:
    assert found == expected
