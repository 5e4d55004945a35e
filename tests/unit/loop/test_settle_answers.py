"""What people decided, applied to lines: how far an answer reaches, which of two holds, and when one does not hold any more."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.unit.domain.examples import (
    NOW,
    TODAY,
    booked,
    decided,
    document,
    invoice,
    line,
    on_projects,
    project,
    settle_one,
    sibling,
    states,
)

from xero_sync.domain import scoro, xero
from xero_sync.domain.decisions import (
    BothAreReal,
    CountAccount,
    Decided,
    LeaveOut,
    MakeOption,
    NoProjectNeeded,
    PutOn,
    Reach,
    Spread,
    TheseDocuments,
    ThisAccount,
    ThisOption,
    ThisSupplier,
    TryAgain,
)
from xero_sync.domain.lines import Share
from xero_sync.domain.match import duplicate_key

TIDEWATER, COPPER_VALE = project(701, "Tidewater Launch"), project(702, "Copper Vale")
PITCH = project(790, "Pitch: Lantern", project_type="internal")
PROJECTS = [TIDEWATER, COPPER_VALE, PITCH]
CONTACT = "contact-Delft Signs"
UNTRACKED = f"untracked:310:contact:{CONTACT}"
HARBOR = "no match:option-Harbor Refit"
DEPOSITS = ThisAccount(account_code="2110")
ALWAYS = ThisOption(tracking_option_id="option-Harbor Refit")


def these(cause: str = UNTRACKED, *document_ids: str) -> TheseDocuments:
    return TheseDocuments(document_ids=document_ids or ("bill-1",), cause=cause)


def put(reach: Reach, project_id: int = 701, **given: Any) -> Decided:
    return decided(PutOn(project_id=project_id, reach=reach), **given)


def supplier(until: date = TODAY, option_id: str = "") -> ThisSupplier:
    return ThisSupplier(contact_id=CONTACT, tracking_option_id=option_id, until=until)


def harbor(net: int = 10, **given: Any) -> xero.Document:
    return document(line(net, option="Harbor Refit"), **given)


# An answer about the documents of one card.


@pytest.mark.parametrize(
    ("found", "cause"),
    [
        pytest.param(document(line(10)), UNTRACKED, id="a line without option"),
        pytest.param(harbor(), HARBOR, id="no project of that name"),
        pytest.param(harbor(), "closed:option-Harbor Refit", id="a closed project"),
        pytest.param(harbor(), "twins:option-Harbor Refit:document:bill-1", id="two of one name"),
        pytest.param(
            document(line(10, tracking=xero.LineTracking(category_name="Project", option_name="Harbor  REFIT"))),
            "no match:name=harbor refit",
            id="an option known by name only",
        ),
    ],
)
def test_given_an_answer_for_this_document_when_settled_then_the_line_it_was_about_follows_it(found: xero.Document, cause: str) -> None:
    result = settle_one(found, PROJECTS, [put(these(cause))], options=[])

    assert on_projects(result) == {701: Decimal(10)} and "U_FINN decided" in result.lines[0].reason


@pytest.mark.parametrize(
    ("found", "answer"),
    [
        pytest.param(document(line(10), document_id="bill-2"), put(these()), id="another document"),
        pytest.param(harbor(), put(these()), id="the line has an option now: the answer was for a line without one"),
        pytest.param(document(line(10)), put(these(HARBOR)), id="the option was taken off since"),
        pytest.param(document(line(10, option="Another")), put(these(HARBOR)), id="the option was changed since"),
        pytest.param(document(line(10, account="320")), put(these()), id="another account since"),
        pytest.param(document(line(10), contact="Rook Sound"), put(these()), id="another contact since"),
        pytest.param(document(line(10)), decided(TryAgain(reach=these())), id="try again is no answer"),
        pytest.param(document(line(10)), decided(BothAreReal(reach=these())), id="nor is both are real"),
        pytest.param(document(line(10)), decided(MakeOption(project_id=701, reach=these()), status="failed"), id="an answer that failed"),
    ],
)
def test_given_an_answer_about_something_else_when_settled_then_the_line_waits(found: xero.Document, answer: Decided) -> None:
    assert states(settle_one(found, PROJECTS, [answer])) == ["waiting"]


def for_lines(*places: int, cause: str = UNTRACKED) -> TheseDocuments:
    """As a press leaves it: about those lines of bill-1 that waited then."""
    return TheseDocuments(document_ids=("bill-1",), line_ids=tuple(f"bill-1/{place}" for place in places), cause=cause)


def test_given_an_answer_for_one_line_when_another_of_its_kind_comes_then_that_one_waits() -> None:
    found = document(line(10), line(20))

    result = settle_one(found, PROJECTS, [put(for_lines(1))])

    assert states(result) == ["attached", "waiting"] and on_projects(result) == {701: Decimal(10)}


def test_given_answers_for_two_lines_of_one_kind_when_settled_then_each_follows_its_own() -> None:
    found = document(line(10), line(20))

    result = settle_one(found, PROJECTS, [put(for_lines(1)), put(for_lines(2), 702, minutes=5)])

    assert on_projects(result) == {701: Decimal(10), 702: Decimal(20)}


@pytest.mark.parametrize(
    ("found", "state"),
    [
        pytest.param(document(line(10, account="320")), "attached", id="another account for direct costs"),
        pytest.param(document(line(10), contact="Rook Sound"), "attached", id="another contact"),
        pytest.param(document(line(10, account="429")), "no project needed", id="an overhead account"),
        pytest.param(harbor(), "waiting", id="an option that has no project"),
    ],
)
def test_given_an_answer_for_a_line_without_option_when_the_line_is_edited_then_it_holds_while_a_project_is_needed(
    found: xero.Document, state: str
) -> None:
    assert states(settle_one(found, PROJECTS, [put(for_lines(1))])) == [state]


def test_given_one_answer_on_a_document_of_two_questions_when_settled_then_only_its_own_lines_follow() -> None:
    result = settle_one(document(line(10), line(20, account="320"), line(5, option="Harbor Refit")), PROJECTS, [put(these())])

    assert states(result) == ["attached", "waiting", "waiting"]


def test_given_an_answer_for_a_line_without_option_when_it_gets_one_later_then_the_option_decides() -> None:
    result = settle_one(document(line(10, option="Copper Vale")), PROJECTS, [put(these())])

    assert on_projects(result) == {702: Decimal(10)}


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        pytest.param(decided(NoProjectNeeded(reach=these())), "no project needed", id="no project needed"),
        pytest.param(decided(LeaveOut(reach=these())), "left out", id="leave out"),
        pytest.param(decided(MakeOption(project_id=701, reach=these()), status="open"), "waiting", id="the option is being made"),
        pytest.param(decided(MakeOption(project_id=701, reach=these()), status="done"), "attached", id="the option was made"),
    ],
)
def test_given_each_kind_of_answer_when_settled_then_the_line_stands_as_it_says(answer: Decided, state: str) -> None:
    (result,) = settle_one(document(line(10)), PROJECTS, [answer]).lines

    assert (result.state, result.cause, result.rule) == (state, "", "decision")


# An answer that goes on holding.


@pytest.mark.parametrize(
    ("found", "reach", "expected"),
    [
        pytest.param(harbor(), ALWAYS, {701: Decimal(10)}, id="the option"),
        pytest.param(harbor(contact="Rook Sound"), ALWAYS, {701: Decimal(10)}, id="the option, whoever it is from"),
        pytest.param(
            harbor(), ThisOption(tracking_option_id="option-Harbor Refit", contact_id=CONTACT), {701: Decimal(10)}, id="option and contact"
        ),
        pytest.param(
            harbor(contact="Rook Sound"), ThisOption(tracking_option_id="option-Harbor Refit", contact_id=CONTACT), {}, id="another contact"
        ),
        pytest.param(document(line(10)), supplier(), {701: Decimal(10)}, id="the supplier, on the last day"),
        pytest.param(document(line(10), day=TODAY + timedelta(days=1)), supplier(), {}, id="the supplier, a day too late"),
        pytest.param(document(line(10), contact="Rook Sound"), supplier(), {}, id="another supplier"),
        pytest.param(document(line(10, account="460")), supplier(), {}, id="the supplier's overheads stay overheads"),
        pytest.param(document(line(10, account="710")), supplier(), {}, id="so do fixed assets"),
        pytest.param(harbor(), supplier(), {}, id="the supplier's lines with an option follow the option"),
        pytest.param(harbor(), supplier(option_id="option-Harbor Refit"), {701: Decimal(10)}, id="the supplier with this option"),
        pytest.param(document(line(10)), supplier(option_id="option-Harbor Refit"), {}, id="the supplier with this option, a line without"),
        pytest.param(
            document(line(10, tracking=xero.LineTracking(category_name="Project", option_name="Harbor Refit"))),
            supplier(),
            {},
            id="an option known by name only is an option",
        ),
    ],
)
def test_given_a_standing_answer_when_settled_then_it_holds_exactly_as_far_as_it_says(
    found: xero.Document, reach: Reach, expected: dict[int, Decimal]
) -> None:
    assert on_projects(settle_one(found, PROJECTS, [put(reach)], options=[])) == expected


@pytest.mark.parametrize(
    "reach", [ALWAYS, ThisOption(tracking_option_id="option-Tidewater Launch")], ids=["an unknown name", "a matching name"]
)
def test_given_the_standing_answer_no_project_needed_when_settled_then_the_option_asks_nothing(reach: ThisOption) -> None:
    name = reach.tracking_option_id.removeprefix("option-")

    result = settle_one(document(line(10, option=name)), PROJECTS, [decided(NoProjectNeeded(reach=reach))])

    assert states(result) == ["no project needed"]


@pytest.mark.parametrize(
    ("found", "state"),
    [
        pytest.param(document(line(10)), "no project needed", id="a line of the account without option"),
        pytest.param(document(line(10, account="320")), "waiting", id="another account"),
        pytest.param(document(line(10, option="Tidewater Launch")), "attached", id="a line with an option follows it"),
    ],
)
def test_given_no_project_needed_for_an_account_when_settled_then_its_lines_without_option_need_none(
    found: xero.Document, state: str
) -> None:
    answer = decided(NoProjectNeeded(reach=ThisAccount(account_code="310")))

    assert states(settle_one(found, PROJECTS, [answer])) == [state]


# Of two answers, which holds.


@pytest.mark.parametrize(
    ("answers", "project_id"),
    [
        pytest.param([put(ALWAYS, 701, minutes=1), put(ALWAYS, 702, minutes=2)], 702, id="the newer of one reach"),
        pytest.param([put(these(HARBOR), 701, minutes=1), put(ALWAYS, 702, minutes=2)], 701, id="this document before the option"),
        pytest.param(
            [put(ThisOption(tracking_option_id="option-Harbor Refit", contact_id=CONTACT), 701, minutes=1), put(ALWAYS, 702, minutes=2)],
            701,
            id="option and contact before the option",
        ),
        pytest.param(
            [put(ALWAYS, 701, minutes=1), put(supplier(option_id="option-Harbor Refit"), 702, minutes=2)],
            701,
            id="the option before the supplier",
        ),
        pytest.param([put(these(HARBOR), 701), decided(TryAgain(reach=these(HARBOR)), minutes=5)], 701, id="try again replaces no answer"),
    ],
)
def test_given_several_answers_when_settled_then_the_nearest_and_newest_holds(answers: list[Decided], project_id: int) -> None:
    assert on_projects(settle_one(harbor(), PROJECTS, answers)) == {project_id: Decimal(10)}


def test_given_an_answer_and_a_name_that_matches_when_settled_then_the_person_stands_before_the_rule() -> None:
    reach = ThisOption(tracking_option_id="option-Copper Vale")

    result = settle_one(document(line(10, option="Copper Vale")), PROJECTS, [put(reach)], bindings={"option-Copper Vale": 702})

    assert on_projects(result) == {701: Decimal(10)}


# A project that does not take it any more.

GONE = [
    pytest.param(project(701, "Tidewater Launch", is_deleted=True), id="deleted"),
    pytest.param(project(701, "Tidewater Launch", account_id="other"), id="another entity's"),
    pytest.param(project(799, "Somebody else's"), id="not in Scoro"),
]


@pytest.mark.parametrize("gone", GONE)
@pytest.mark.parametrize("reach", [these(HARBOR), ALWAYS], ids=["this document", "the option"])
def test_given_an_answer_whose_project_is_gone_when_settled_then_the_question_stands_again(gone: scoro.Project, reach: Reach) -> None:
    (result,) = settle_one(harbor(), [gone], [put(reach)], entity="ferrowpike").lines

    assert (result.state, result.cause) == ("waiting", HARBOR)


@pytest.mark.parametrize("gone", GONE)
def test_given_a_newer_answer_whose_project_is_gone_when_settled_then_the_older_one_does_not_come_back(gone: scoro.Project) -> None:
    answers = [put(ALWAYS, 702, minutes=1), put(ALWAYS, 701, minutes=2)]

    assert states(settle_one(harbor(), [gone, COPPER_VALE], answers, entity="ferrowpike")) == ["waiting"]


def test_given_an_option_to_be_made_when_its_project_is_deleted_meanwhile_then_the_question_stands_again() -> None:
    answer = decided(MakeOption(project_id=701, reach=these()), status="open")

    assert settle_one(document(line(10)), [COPPER_VALE], [answer]).causes == {UNTRACKED}


@pytest.mark.parametrize(
    ("reach", "days", "status", "state"),
    [
        pytest.param(ALWAYS, 30, "completed", "attached", id="a standing answer, completed lately"),
        pytest.param(ALWAYS, 91, "completed", "waiting", id="a standing answer, completed long ago"),
        pytest.param(ALWAYS, 1, "cancelled", "waiting", id="a standing answer, cancelled"),
        pytest.param(supplier(option_id="option-Harbor Refit"), 1, "cancelled", "waiting", id="a supplier's answer, cancelled"),
        pytest.param(these(HARBOR), 1, "cancelled", "attached", id="chosen for this document, closed or not"),
    ],
)
def test_given_an_answer_whose_project_was_closed_when_a_late_bill_comes_then_one_that_goes_on_holding_is_asked_about(
    reach: Reach, days: int, status: str, state: str
) -> None:
    closed = project(701, "Tidewater Launch", status=status)

    result = settle_one(harbor(), [closed], [put(reach)], completed_since={701: NOW - timedelta(days=days)})

    assert states(result) == [state] and (state == "attached" or result.causes == {"closed:option-Harbor Refit"})


def test_given_a_standing_answer_whose_project_was_closed_when_a_bill_is_on_it_already_then_it_stays() -> None:
    result = settle_one(booked(harbor(), on={1: 701}), [project(701, "Tidewater Launch", status="cancelled")], [put(ALWAYS)])

    assert on_projects(result) == {701: Decimal(10)}


@pytest.mark.parametrize("option_name", ["", "Harbor Refit"])
def test_given_an_internal_project_chosen_for_a_sale_when_settled_then_the_sale_is_not_put_on_it(option_name: str) -> None:
    found = invoice(line(10, option=option_name, account="200"), document_id="bill-1")
    cause = HARBOR if option_name else f"untracked:200:contact:{CONTACT}"

    (result,) = settle_one(found, PROJECTS, [put(these(cause), 790, cause=cause)]).lines

    assert (result.state, result.rule, result.cause) == ("waiting", "12", cause) and "internal" in result.reason


# Rule 3: both legs of a balance sheet account follow one answer.


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        pytest.param([decided(LeaveOut(reach=DEPOSITS))], ["attached", "left out"], id="leave out"),
        pytest.param([decided(CountAccount(reach=DEPOSITS))], ["attached", "attached"], id="count it"),
        pytest.param(
            [decided(LeaveOut(reach=DEPOSITS), minutes=1), decided(CountAccount(reach=DEPOSITS), minutes=2)],
            ["attached", "attached"],
            id="changed to count it",
        ),
        pytest.param(
            [decided(CountAccount(reach=DEPOSITS), minutes=1), decided(LeaveOut(reach=DEPOSITS), minutes=2)],
            ["attached", "left out"],
            id="changed to leave out",
        ),
        pytest.param([decided(LeaveOut(reach=ThisAccount(account_code="620")))], ["attached", "waiting"], id="another account's answer"),
    ],
)
def test_given_an_answer_for_a_balance_sheet_account_when_settled_then_the_newest_holds_for_its_lines(
    answers: list[Decided], expected: list[str]
) -> None:
    final = invoice(line(30000, option="Tidewater Launch", account="200"), line(-10000, option="Tidewater Launch", account="2110"))

    assert states(settle_one(final, PROJECTS, answers)) == expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param(None, ["attached", "waiting"], id="not asked yet"),
        pytest.param(LeaveOut(reach=DEPOSITS), ["attached", "left out"], id="left out"),
        pytest.param(CountAccount(reach=DEPOSITS), ["attached", "attached"], id="counted"),
    ],
)
@pytest.mark.parametrize("reach", [ALWAYS, these(HARBOR)], ids=["the option", "this document"])
def test_given_an_answer_for_the_option_when_a_line_lies_on_a_balance_sheet_account_then_the_account_still_decides_whether_it_counts(
    reach: Reach, answer: LeaveOut | CountAccount | None, expected: list[str]
) -> None:
    found = document(line(300, option="Harbor Refit"), line(-100, option="Harbor Refit", account="2110"))

    result = settle_one(found, PROJECTS, [put(reach), *([decided(answer)] if answer else [])])

    assert states(result) == expected


@pytest.mark.parametrize(
    ("standing", "own", "expected"),
    [
        pytest.param(CountAccount(reach=DEPOSITS), LeaveOut(reach=these("account:2110")), "left out", id="counted but for this document"),
        pytest.param(LeaveOut(reach=DEPOSITS), NoProjectNeeded(reach=these("account:2110")), "no project needed", id="left out elsewhere"),
        pytest.param(None, LeaveOut(reach=these("account:2110")), "left out", id="only this document was answered"),
        pytest.param(CountAccount(reach=DEPOSITS), LeaveOut(reach=these("account:620")), "attached", id="an answer about another account"),
    ],
)
def test_given_an_answer_for_this_document_when_its_balance_sheet_account_has_one_too_then_the_nearer_holds(
    standing: LeaveOut | CountAccount | None, own: LeaveOut | NoProjectNeeded, expected: str
) -> None:
    answers = [decided(own, minutes=1), *([decided(standing, minutes=2)] if standing else [])]

    assert states(settle_one(document(line(10, option="Tidewater Launch", account="2110")), PROJECTS, answers)) == [expected]


def test_given_a_balance_sheet_account_when_the_option_is_known_by_name_only_then_the_answer_holds_too() -> None:
    found = document(line(10, account="2110", tracking=xero.LineTracking(category_name="Project", option_name="Tidewater Launch")))

    assert states(settle_one(found, PROJECTS, [decided(LeaveOut(reach=DEPOSITS))], options=[])) == ["left out"]


def test_given_an_account_that_counts_when_its_option_leads_nowhere_then_the_option_is_asked_about() -> None:
    result = settle_one(document(line(10, option="Harbor Refit", account="2110")), PROJECTS, [decided(CountAccount(reach=DEPOSITS))])

    assert result.causes == {HARBOR}


# Rule 10: both are real.


def test_given_a_possible_duplicate_that_is_real_when_settled_then_it_counts_and_a_later_number_is_asked_about_again() -> None:
    found = document(line(10, option="Tidewater Launch"))
    real = decided(BothAreReal(reach=these(f"duplicate:{duplicate_key(found)}")))
    renumbered = found.model_copy(update={"number": "another"})

    results = [settle_one(booked(each, siblings=(sibling("other", earlier=5),)), PROJECTS, [real]) for each in (found, renumbered)]

    assert [states(result) for result in results] == [["attached"], ["waiting"]]


def test_given_a_possible_duplicate_when_a_person_chose_its_project_then_it_still_waits() -> None:
    result = settle_one(booked(document(line(10)), siblings=(sibling("other", earlier=5),)), PROJECTS, [put(these())])

    assert states(result) == ["waiting"] and result.shares == ()


# A closed month (money.md 8).

LOCKED = xero.Organisation(organisation_id="o", name="Ferrow & Pike Ltd", base_currency="GBP", period_lock_date=date(2026, 12, 31))
"""Whatever the examples are dated, Xero has locked it."""


@pytest.mark.parametrize(
    ("reach", "state"),
    [
        pytest.param(these(HARBOR), "attached", id="about this document, which a controller gave"),
        pytest.param(ALWAYS, "waiting", id="one that goes on holding, which was given for other documents"),
    ],
)
def test_given_a_bill_of_a_closed_month_when_an_answer_would_move_it_then_only_one_about_it_does(reach: Reach, state: str) -> None:
    found = booked(harbor(), on={1: 702})

    result = settle_one(found, PROJECTS, [put(reach, 701)], organisation=LOCKED)

    assert states(result) == [state] and result.causes == (set() if state == "attached" else {"changed:bill-1"})


def test_given_a_bill_shared_out_before_its_month_was_closed_when_the_proportion_changes_then_a_controller_is_asked() -> None:
    lines = [line(200, option="Tidewater Launch"), line(100, option="Copper Vale"), line(30)]
    shares = [("1", 701, 100), ("2", 702, 100), ("3", 701, 15), ("3", 702, 15)]
    found = booked(
        document(*lines), shares_in_scoro=tuple(Share(f"bill-1/{place}", project_id, Decimal(net)) for place, project_id, net in shares)
    )
    spread = decided(Spread(reach=TheseDocuments(document_ids=("bill-1",), line_ids=("bill-1/3",), cause="untracked:document:bill-1")))

    result = settle_one(found, PROJECTS, [spread], organisation=LOCKED)

    assert result.causes == {"changed:bill-1"}
