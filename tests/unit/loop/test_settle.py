"""money.md, rule by rule: where one line stands, and what it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.unit.domain.examples import (
    ACCOUNTS,
    NOW,
    SAME_NAME,
    booked,
    document,
    invoice,
    line,
    on_projects,
    option,
    project,
    settle_one,
    settled,
    sibling,
    snapshot_of,
    states,
)

from xero_sync.domain import scoro, xero
from xero_sync.domain.accounts import Need
from xero_sync.domain.causes import stuck_cause
from xero_sync.domain.lines import Share
from xero_sync.domain.match import MatchRule

TIDEWATER = project(701, "Tidewater Launch")
PITCH = project(790, "Pitch: Lantern", project_type="internal")


# The rules of rule 1: net, from Xero's own figures.


@pytest.mark.parametrize(
    ("found", "net"),
    [
        pytest.param(document(line("120.00", tax="20.00"), line_amount_types="Exclusive"), "120.00", id="exclusive"),
        pytest.param(document(line("118.99", tax="19.84"), line_amount_types="Inclusive"), "99.15", id="inclusive, VAT corrected by hand"),
        pytest.param(document(line("120.00"), line_amount_types="NoTax"), "120.00", id="no tax"),
        pytest.param(document(line("450.00", tax="90.00"), type="ACCPAYCREDIT"), "-450.00", id="a supplier's credit note"),
        pytest.param(document(line("450.00"), type="ACCRECCREDIT"), "-450.00", id="a credit note to a client"),
        pytest.param(
            document(line("540.00", tax="90.00"), type="ACCPAYCREDIT", line_amount_types="Inclusive"), "-450.00", id="credit, inclusive"
        ),
        pytest.param(document(line("-10.00"), line("30.00")), "-10.00", id="a rebate line on a bill"),
        pytest.param(document(line("-10.00"), line("30.00"), type="ACCPAYCREDIT"), "10.00", id="a charge on a credit note"),
        pytest.param(document(line("0.00")), "0.00", id="no value"),
        pytest.param(document(line("0.00"), type="ACCPAYCREDIT"), "0.00", id="no value on a credit note has no sign"),
    ],
)
def test_given_a_line_when_settled_then_its_net_is_xeros_own_figure(found: xero.Document, net: str) -> None:
    assert str(settle_one(found).lines[0].net) == net


def test_given_a_document_of_no_total_when_settled_then_its_lines_still_move_cost() -> None:
    found = document(line(500, option="Tidewater Launch"), line(-500, option="Copper Vale"))

    result = settle_one(found, [TIDEWATER, project(702, "Copper Vale")])

    assert on_projects(result) == {701: Decimal(500), 702: Decimal(-500)}


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([], id="a summary without lines"),
        pytest.param([line("60.00", option="Tidewater Launch")], id="a line short"),
        pytest.param([line("60.00", option="Tidewater Launch"), line("40.01")], id="a cent too much"),
    ],
)
def test_given_lines_that_do_not_add_up_when_settled_then_all_the_money_waits_and_a_card_can_say_so(lines: list[xero.LineItem]) -> None:
    found = document(*lines, sub_total=Decimal("100.00"))

    result = settle_one(found, [TIDEWATER])

    assert result.state == "could not be done" and result.sums["waiting"] == Decimal("100.00")
    assert result.causes == {stuck_cause("bill-1")}


@pytest.mark.parametrize("status", ["DRAFT", "SUBMITTED", "VOIDED", "DELETED"])
def test_given_a_document_that_is_not_approved_when_settled_then_it_stands_nowhere(status: str) -> None:
    result = settle_one(document(line(10, option="Tidewater Launch"), status=status), [TIDEWATER])

    assert result.lines == () and result.shares == ()


@pytest.mark.parametrize("status", ["AUTHORISED", "PAID"])
def test_given_an_approved_document_when_settled_then_it_is_attached(status: str) -> None:
    assert states(settle_one(document(line(10, option="Tidewater Launch"), status=status), [TIDEWATER])) == ["attached"]


# Which documents are settled at all.


@pytest.mark.parametrize(
    ("found", "settings"),
    [
        pytest.param(document(line(10)), {"bills": "off"}, id="bills are off"),
        pytest.param(invoice(line(10)), {"invoices": "off"}, id="invoices are off"),
        pytest.param(invoice(line(10)), {"invoices": "to_xero"}, id="invoices go to Xero"),
        pytest.param(document(line(10), type="ACCRECCREDIT"), {"invoices": "to_xero"}, id="credit notes to clients go with the invoices"),
        pytest.param(document(line(10), type="ACCPAYCREDIT"), {"bills": "off"}, id="suppliers' credit notes go with the bills"),
        pytest.param(document(line(10), type="SPEND-PREPAYMENT"), {}, id="a prepayment"),
        pytest.param(document(line(10), type="ARCREDITNOTE"), {}, id="a kind nobody knows"),
        pytest.param(document(line(10), day=date(2026, 10, 31)), {"start_from": date(2026, 11, 1)}, id="before the start"),
        pytest.param(document(line(10)), {"match_projects": False}, id="matching is switched off"),
    ],
)
def test_given_a_document_that_is_none_of_ours_when_settled_then_nothing_is_said_of_it(
    found: xero.Document, settings: Mapping[str, Any]
) -> None:
    assert settled(snapshot_of([found], settings=settings)) == {}


@pytest.mark.parametrize("unknown", ["categories", "accounts", "projects", "rules"])
def test_given_a_list_that_could_not_be_read_when_settled_then_nothing_is_said(unknown: str) -> None:
    assert settled(snapshot_of([document(line(10))], unknown=frozenset({unknown}))) == {}


def test_given_no_category_when_settled_then_nothing_is_said() -> None:
    assert settled(snapshot_of([document(line(10))], categories=())) == {}


def test_given_a_list_that_nothing_rests_on_when_it_is_unknown_then_documents_are_settled() -> None:
    assert settled(snapshot_of([document(line(10))], unknown=frozenset({"objects", "organisation"})))


# Rule 2: who needs a project.


@pytest.mark.parametrize(
    ("account", "state", "cause"),
    [
        pytest.param("310", "waiting", "untracked:310:contact:contact-Delft Signs", id="direct costs are asked about"),
        pytest.param("200", "waiting", "untracked:200:contact:contact-Delft Signs", id="sales are asked about"),
        pytest.param("429", "no project needed", "", id="expense"),
        pytest.param("460", "no project needed", "", id="overheads"),
        pytest.param("710", "no project needed", "", id="a fixed asset"),
        pytest.param("2110", "no project needed", "", id="a deposit without option"),
        pytest.param("999", "waiting", "", id="an account not read yet"),
        pytest.param("", "waiting", "", id="no account"),
    ],
)
def test_given_a_line_without_option_when_settled_then_its_account_says_whether_it_needs_a_project(
    account: str, state: str, cause: str
) -> None:
    (found,) = settle_one(document(line(10, account=account))).lines

    assert (found.state, found.cause) == (state, cause)


@pytest.mark.parametrize(
    ("account", "need", "state"),
    [
        pytest.param("460", "asked", "waiting", id="an overhead that is project money"),
        pytest.param("310", "none", "no project needed", id="a direct cost that is not"),
        pytest.param("710", "asked", "waiting", id="a balance sheet account that is project money"),
    ],
)
def test_given_an_override_for_the_account_when_settled_then_it_holds(account: str, need: Need, state: str) -> None:
    assert states(settle_one(document(line(10, account=account)), settings={"account_needs": {account: need}})) == [state]


def test_given_a_line_of_value_without_account_when_another_account_has_no_code_then_that_one_is_not_taken() -> None:
    bank = xero.Account(account_id="bank", code="", name="Current account", type="BANK")

    result = settle_one(document(line(10, account="")), accounts={**ACCOUNTS, "": bank})

    assert states(result) == ["waiting"]


@pytest.mark.parametrize("account", ["310", "429", "460"])
def test_given_an_option_when_settled_then_the_line_is_attached_whatever_its_account_needs(account: str) -> None:
    assert states(settle_one(document(line(10, option="Tidewater Launch", account=account)), [TIDEWATER])) == ["attached"]


@pytest.mark.parametrize(
    "found", [line("0.00", account="310"), line("0.00", account=""), line("0.00", option="Nobody knows", account="2110")]
)
def test_given_a_line_of_no_value_when_settled_then_it_asks_nothing(found: xero.LineItem) -> None:
    (result,) = settle_one(document(found)).lines

    assert (result.state, result.cause) == ("no project needed", "")


# Options: of another category, archived, known by name only.


@pytest.mark.parametrize(
    ("tracking", "options", "state"),
    [
        pytest.param(
            {"tracking_category_id": "category-region", "category_name": "Region"}, [], "waiting", id="another category does not count"
        ),
        pytest.param({"category_name": "Project"}, [option("Tidewater Launch")], "attached", id="known by name only"),
        pytest.param({"category_name": "Project"}, [], "attached", id="known by name only, not in the list yet"),
        pytest.param(
            {"tracking_category_id": "category-project", "tracking_option_id": "option-Tidewater Launch"},
            [option("Tidewater Launch", "ARCHIVED")],
            "attached",
            id="archived",
        ),
    ],
)
def test_given_an_odd_option_when_settled_then_it_counts_only_in_the_chosen_category(
    tracking: dict[str, str], options: list[xero.TrackingOption], state: str
) -> None:
    found = line(10, tracking=xero.LineTracking(option_name="Tidewater Launch", **tracking))

    assert states(settle_one(document(found), [TIDEWATER], options=options)) == [state]


def test_given_an_archived_option_when_settled_then_the_reason_says_so() -> None:
    result = settle_one(document(line(10, option="Tidewater Launch")), [TIDEWATER], options=[option("Tidewater Launch", "ARCHIVED")])

    assert "archived" in result.lines[0].reason


# Rules 6, 7, 12, 13: what the projects say.


@pytest.mark.parametrize(
    ("found", "projects", "cause"),
    [
        pytest.param(document(line(10, option="Website")), [], "no match:option-Website", id="none of that name"),
        pytest.param(
            document(line(10, option="Website")),
            [project(1, "Website"), project(2, "website")],
            "twins:option-Website:document:bill-1",
            id="6, a bill",
        ),
        pytest.param(
            invoice(line(10, option="Website", account="200"), contact="Osier Foods"),
            [project(1, "Website"), project(2, "website")],
            "twins:option-Website:contact:contact-Osier Foods",
            id="6, a sale: asked for option and client",
        ),
        pytest.param(
            document(line(10, option="Website")), [project(1, "Website", status="completed")], "closed:option-Website", id="7, by name only"
        ),
        pytest.param(
            invoice(line(10, option="Pitch: Lantern", account="200")),
            [PITCH],
            "internal:option-Pitch: Lantern",
            id="12, a sale on an internal project",
        ),
        pytest.param(
            document(line(10, option="Website")),
            [project(1, "Website", account_id="other")],
            "no match:option-Website",
            id="13, another entity",
        ),
        pytest.param(
            document(line(10, option="Website")), [project(1, "Website", is_deleted=True)], "no match:option-Website", id="deleted"
        ),
    ],
)
def test_given_an_option_that_leads_to_no_one_project_when_settled_then_it_waits_for_the_question(
    found: xero.Document, projects: list[scoro.Project], cause: str
) -> None:
    (result,) = settle_one(found, projects, entity="ferrowpike").lines

    assert (result.state, result.cause, result.shares) == ("waiting", cause, ())


def test_given_an_internal_project_when_a_bill_carries_its_option_then_it_takes_the_cost() -> None:
    assert on_projects(settle_one(document(line(10, option="Pitch: Lantern")), [PITCH])) == {790: Decimal(10)}


def test_given_a_client_project_and_an_internal_one_of_one_name_when_a_sale_is_settled_then_the_clients_takes_it() -> None:
    result = settle_one(invoice(line(10, option="Pitch: Lantern", account="200")), [PITCH, project(5, "Pitch: Lantern")])

    assert on_projects(result) == {5: Decimal(10)}


@pytest.mark.parametrize(
    ("days", "status", "state"),
    [
        pytest.param(90, "completed", "attached", id="completed 90 days ago"),
        pytest.param(91, "completed", "waiting", id="completed 91 days ago"),
        pytest.param(1, "cancelled", "waiting", id="cancelled yesterday"),
    ],
)
def test_given_a_bound_project_that_is_closed_when_a_late_bill_comes_then_rule_7_decides(days: int, status: str, state: str) -> None:
    result = settle_one(
        document(line(10, option="Website")),
        [project(1, "Renamed", status=status)],
        bindings={"option-Website": 1},
        completed_since={1: NOW - timedelta(days=days)},
    )

    assert states(result) == [state]


# What is on its project stays there while nobody knows better.


@pytest.mark.parametrize(
    ("projects", "account"),
    [
        pytest.param([project(1, "Website", status="cancelled")], "310", id="cancelled since"),
        pytest.param([project(1, "Website", status="completed")], "310", id="completed long ago"),
        pytest.param([project(1, "Website"), project(2, "Website")], "310", id="a second project of that name has come"),
        pytest.param([project(1, "Website")], "999", id="an account not read yet"),
    ],
)
def test_given_a_line_on_its_project_when_a_doubt_comes_up_then_it_is_not_taken_off(projects: list[scoro.Project], account: str) -> None:
    result = settle_one(booked(document(line(10, option="Website", account=account)), on={1: 1}), projects)

    assert on_projects(result) == {1: Decimal(10)} and result.causes == frozenset()


@pytest.mark.parametrize(
    ("projects", "found"),
    [
        pytest.param([project(1, "Website", is_deleted=True)], line(10, option="Website"), id="the project was deleted"),
        pytest.param([project(1, "Website")], line(10, option="Another"), id="the option was changed in Xero"),
        pytest.param([project(1, "Website")], line(10), id="the option was taken off in Xero"),
        pytest.param(
            [project(1, "Website", status="cancelled")], line(10, option="Another"), id="the option was changed, and the project closed"
        ),
        pytest.param(
            [project(1, "Website"), project(2, "Another", status="cancelled")],
            line(10, option="Another"),
            id="the option was changed to a closed project's",
        ),
        pytest.param(
            [project(1, "Website"), project(2, "Another"), project(3, "Another")],
            line(10, option="Another"),
            id="the option was changed to one of two projects",
        ),
        pytest.param(
            [project(1, "Website", is_deleted=True)],
            line(10, option="Website", account="999"),
            id="the project was deleted, the account not read",
        ),
    ],
)
def test_given_a_line_on_its_project_when_xero_or_scoro_say_otherwise_then_it_is_taken_off(
    projects: list[scoro.Project], found: xero.LineItem
) -> None:
    result = settle_one(booked(document(found), on={1: 1}), projects)

    assert result.shares == () and states(result) == ["waiting"]


def test_given_a_line_divided_over_two_projects_when_a_doubt_comes_up_then_it_stays_on_both() -> None:
    divided = (Share("bill-1/1", 1, Decimal(6)), Share("bill-1/1", 2, Decimal(4)))
    found = booked(document(line(10, option="Website")), shares_in_scoro=divided)

    result = settle_one(found, [project(1, "Website"), project(2, "Website")])

    assert (result.shares, states(result)) == (divided, ["attached"])


def test_given_a_divided_line_of_another_amount_when_a_doubt_comes_up_then_it_waits_for_a_person() -> None:
    divided = (Share("bill-1/1", 1, Decimal(6)), Share("bill-1/1", 2, Decimal(3)))
    found = booked(document(line(10, option="Website")), shares_in_scoro=divided)

    result = settle_one(found, [project(1, "Website"), project(2, "Website")])

    assert (result.shares, states(result)) == ((), ["waiting"])


def test_given_a_line_on_a_closed_project_when_its_amount_changes_then_the_share_follows_xero() -> None:
    found = booked(document(line(10, option="Website")), on={1: 1})
    changed = booked(document(line(12, option="Website")), shares_in_scoro=found.shares_in_scoro)

    assert on_projects(settle_one(changed, [project(1, "Website", status="cancelled")])) == {1: Decimal(12)}


# Rule 3: balance sheet accounts with an option.


def test_given_a_balance_sheet_account_with_an_option_when_settled_then_the_account_is_asked_about() -> None:
    found = invoice(line(30000, option="Tidewater Launch", account="200"), line(-10000, option="Tidewater Launch", account="2110"))

    result = settle_one(found, [TIDEWATER])

    assert on_projects(result) == {701: Decimal(30000)} and result.lines[1].cause == "account:2110"


@pytest.mark.parametrize("choice", ["Nobody knows", "Website"])
def test_given_a_balance_sheet_account_when_its_option_leads_nowhere_then_only_the_account_is_asked_about(choice: str) -> None:
    result = settle_one(document(line(10, option=choice, account="620")), [project(1, "Website"), project(2, "Website")])

    assert result.causes == {"account:620"}


# Rule 10: possible duplicates.


@pytest.mark.parametrize(
    ("given_more", "state"),
    [
        pytest.param({}, "attached", id="nothing looks the same"),
        pytest.param({"siblings": (sibling("other", earlier=-5),)}, "attached", id="the earlier one"),
        pytest.param({"siblings": (sibling("other", earlier=5),)}, "waiting", id="the later one"),
        pytest.param({"siblings": (sibling("a-other"),)}, "waiting", id="of one moment: the smaller id is the first"),
        pytest.param({"siblings": (sibling("z-other"),)}, "attached", id="of one moment: the greater id is the second"),
        pytest.param({"siblings": (sibling("other", earlier=-5, is_linked=True),)}, "waiting", id="earlier, but the other has the copy"),
        pytest.param({"siblings": (sibling("other", earlier=5),), "link": ("bills", 812)}, "attached", id="later, but it has the copy"),
        pytest.param(
            {"siblings": (sibling("x", earlier=-5), sibling("y", earlier=5))}, "waiting", id="the second of three"
        ),
    ],
)  # fmt: skip
def test_given_documents_that_look_the_same_when_settled_then_the_first_counts_and_the_others_wait(
    given_more: dict[str, Any], state: str
) -> None:
    result = settle_one(booked(document(line(1200, option="Tidewater Launch")), **given_more), [TIDEWATER])

    assert states(result) == [state] and (state == "attached" or result.lines[0].cause.startswith("duplicate:same:ACCPAY:"))


def test_given_a_possible_duplicate_when_settled_then_it_asks_that_and_nothing_else() -> None:
    lines = [line(10, option="Nobody knows"), line(20), line(30, account="460"), line(40, option="Tidewater Launch")]

    result = settle_one(booked(document(*lines), siblings=(sibling("other", earlier=5),)), [TIDEWATER])

    assert states(result) == ["waiting", "waiting", "no project needed", "waiting"] and len(result.causes) == 1


# Plugins' rules that know the project by something else.

BY_REFERENCE = MatchRule("purchase order", rank=1, of_line=lambda line: line.reference, of_project=lambda project: [project.no])


@pytest.mark.parametrize(
    ("account", "projects", "state"),
    [
        pytest.param("310", [TIDEWATER], "attached", id="direct costs"),
        pytest.param("460", [TIDEWATER], "attached", id="overheads"),
        pytest.param("710", [TIDEWATER], "no project needed", id="a fixed asset is no project cost"),
        pytest.param("310", [TIDEWATER, project(702, "Copper Vale", no="701")], "waiting", id="two fit: asked"),
        pytest.param(
            "460", [TIDEWATER, project(702, "Copper Vale", no="701")], "no project needed", id="two fit: an overhead is not asked about"
        ),
        pytest.param("310", [project(701, "Tidewater Launch", status="cancelled")], "waiting", id="closed: asked"),
        pytest.param("310", [], "waiting", id="none fits"),
    ],
)
def test_given_a_rule_by_purchase_order_when_a_line_has_no_option_then_one_fitting_project_takes_it(
    account: str, projects: list[scoro.Project], state: str
) -> None:
    snapshot = snapshot_of([document(line(10, account=account), reference="701")], projects)

    result = settled(snapshot, [SAME_NAME, BY_REFERENCE])["bill-1"]

    assert states(result) == [state]
    assert state != "attached" or 'by the rule "purchase order"' in result.lines[0].reason


# What a result rests on.


@pytest.mark.parametrize(
    ("found", "projects", "keys"),
    [
        pytest.param(line(10), [], {"account:310", "contact:contact-Delft Signs", "document:bill-1"}, id="a line without option"),
        pytest.param(
            line(10, option="Website"),
            [project(1, "Website")],
            {"option:option-Website", "rule:same name:website", "project:1", "account:310"},
            id="a line on its project",
        ),
        pytest.param(
            line(10, option="Website"), [], {"option:option-Website", "rule:same name:website"}, id="a line that waits for a project"
        ),
        pytest.param(line(10, option="Website", account="999"), [], {"account:999", "option:option-Website"}, id="an account not read yet"),
    ],
)
def test_given_a_line_when_settled_then_it_names_everything_it_rests_on(
    found: xero.LineItem, projects: list[scoro.Project], keys: set[str]
) -> None:
    assert settle_one(document(found), projects).keys >= keys


def test_given_a_number_when_settled_then_what_may_be_the_same_document_finds_it_again() -> None:
    assert any(key.startswith("same:ACCPAY:contact-Delft Signs:") for key in settle_one(document(line(10))).keys)
