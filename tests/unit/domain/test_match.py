"""Rules join lines and projects by keys; a bound id stands before names, two of one rank are a question, and order decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.domain.examples import NOW, SAME_NAME, TODAY, document, invoice, line, project, unhurried

from xero_sync.domain import scoro, xero
from xero_sync.domain.fold import fold
from xero_sync.domain.match import LineFacts, Match, Matcher, MatchRule, copy_keys, duplicate_key, keys_of_project

BY_NUMBER = MatchRule("number", rank=1, of_line=lambda line: line.reference, of_project=lambda project: [project.no])
ALSO_BY_NUMBER = MatchRule("same number", rank=0, of_line=lambda line: line.reference, of_project=lambda project: [project.no])


def facts(option: str = "", *, option_id: str = "", reference: str = "") -> LineFacts:
    return LineFacts(
        document_id="bill-1",
        document_type="ACCPAY",
        document_number="B-1",
        reference=reference,
        contact_id="contact-1",
        contact_name="Delft Signs",
        description="",
        account_code="310",
        option_id=option_id,
        option_name=option,
    )


def matcher(
    *projects: scoro.Project, rules: list[MatchRule] | None = None, bindings: Mapping[str, int] | None = None, **given: Any
) -> Matcher:
    by_id = {each.project_id: each for each in projects}
    return Matcher([SAME_NAME] if rules is None else rules, by_id, bindings=bindings or {}, now=NOW, **given)


@pytest.mark.parametrize(
    ("projects", "kind", "project_ids"),
    [
        pytest.param([project(1, "Tidewater  LAUNCH")], "one", (1,), id="one of that name"),
        pytest.param([project(2, "Copper Vale")], "none", (), id="none of that name"),
        pytest.param([], "none", (), id="no projects at all"),
        pytest.param([project(2, "Tidewater Launch"), project(1, "tidewater launch")], "several", (1, 2), id="two of that name"),
        pytest.param([project(1, "Tidewater Launch", status="additional3")], "one", (1,), id="a status of the site's own is live"),
        pytest.param([project(1, "Tidewater Launch", status="completed")], "closed", (1,), id="completed"),
        pytest.param([project(1, "Tidewater Launch", status="cancelled")], "closed", (1,), id="cancelled"),
        pytest.param(
            [project(1, "Tidewater Launch", status="completed"), project(2, "Tidewater Launch")],
            "one",
            (2,),
            id="a live one beside a closed",
        ),
        pytest.param(
            [project(1, "Tidewater Launch", status="completed"), project(2, "Tidewater Launch", status="cancelled")],
            "closed",
            (1, 2),
            id="two closed",
        ),
        pytest.param([project(1, "Tidewater Launch", is_deleted=True)], "none", (), id="deleted"),
        pytest.param([project(1, "Tidewater Launch", project_type="internal")], "one", (1,), id="an internal one takes cost"),
        pytest.param([project(1, "")], "none", (), id="a project without name"),
    ],
)
def test_given_projects_when_a_bills_line_is_matched_by_name_then_it_is_one_several_closed_or_none(
    projects: list[scoro.Project], kind: str, project_ids: tuple[int, ...]
) -> None:
    found = matcher(*projects).match(facts("Tidewater Launch", option_id="o1"), is_sale=False)

    assert (found.kind, found.project_ids) == (kind, project_ids)


@pytest.mark.parametrize(
    ("projects", "kind", "project_ids"),
    [
        pytest.param([project(1, "Pitch", project_type="internal")], "internal", (1,), id="internal alone"),
        pytest.param([project(1, "Pitch", project_type="internal"), project(2, "Pitch")], "one", (2,), id="internal beside a client's"),
        pytest.param(
            [project(1, "Pitch", project_type="internal"), project(2, "Pitch", status="completed")],
            "internal",
            (1,),
            id="internal and closed",
        ),
        pytest.param([project(1, "Pitch", project_type="retainer")], "one", (1,), id="a retainer takes sales"),
    ],
)
def test_given_an_internal_project_when_a_sale_is_matched_then_it_is_not_put_there(
    projects: list[scoro.Project], kind: str, project_ids: tuple[int, ...]
) -> None:
    found = matcher(*projects).match(facts("Pitch"), is_sale=True)

    assert (found.kind, found.project_ids) == (kind, project_ids)


def completed(days_ago: int) -> dict[str, Any]:
    return {"completed_since": {1: NOW - timedelta(days=days_ago)}}


@pytest.mark.parametrize(
    ("bound", "given_more", "is_sale", "kind"),
    [
        pytest.param(project(1, "Renamed since"), {}, False, "one", id="live, under another name"),
        pytest.param(project(1, "Old", status="completed"), completed(0), False, "one", id="completed today"),
        pytest.param(project(1, "Old", status="completed"), completed(90), False, "one", id="completed 90 days ago"),
        pytest.param(project(1, "Old", status="completed"), completed(91), False, "closed", id="completed 91 days ago"),
        pytest.param(project(1, "Old", status="completed"), {}, False, "closed", id="completed, nobody knows when"),
        pytest.param(project(1, "Old", status="cancelled"), completed(1), False, "closed", id="cancelled, however short ago"),
        pytest.param(project(1, "Pitch", project_type="internal"), {}, False, "one", id="internal, a bill"),
        pytest.param(project(1, "Pitch", project_type="internal"), {}, True, "internal", id="internal, a sale"),
    ],
)
def test_given_a_bound_option_when_matched_then_the_bound_project_answers(
    bound: scoro.Project, given_more: dict[str, Any], is_sale: bool, kind: str
) -> None:
    equal_named = project(2, "Tidewater Launch")

    found = matcher(bound, equal_named, bindings={"o1": 1}, **given_more).match(facts("Tidewater Launch", option_id="o1"), is_sale=is_sale)

    assert (found.kind, found.project_ids, found.is_bound) == (kind, (1,), True)


@pytest.mark.parametrize(
    ("projects", "given_more", "is_sale", "kind", "project_ids"),
    [
        pytest.param([project(1, "Tidewater Launch")], {}, False, "one", (1,), id="nobody else has the name"),
        pytest.param([project(1, "Renamed since")], {}, False, "one", (1,), id="renamed, and nobody has the name"),
        pytest.param([project(1, "Tidewater Launch"), project(2, "tidewater launch")], {}, False, "one", (1,), id="a namesake"),
        pytest.param([project(1, "Other"), project(2, "Tidewater Launch")], {}, False, "renamed", (1, 2), id="another one's name"),
        pytest.param(
            [project(1, "Other"), project(2, "Tidewater Launch"), project(3, "Tidewater Launch")],
            {},
            False,
            "renamed",
            (1, 2, 3),
            id="the name of two others",
        ),
        pytest.param(
            [project(1, "Tidewater Launch"), project(2, "Tidewater Launch", status="completed")],
            {},
            False,
            "one",
            (1,),
            id="closed namesake",
        ),
        pytest.param(
            [project(1, "Tidewater Launch", status="completed"), project(2, "Tidewater Launch")],
            completed(5),
            False,
            "one",
            (1,),
            id="completed five days ago, and a namesake came",
        ),
        pytest.param(
            [project(1, "Tidewater Launch", status="completed"), project(2, "Tidewater Launch")],
            completed(91),
            False,
            "closed",
            (1,),
            id="completed long ago",
        ),
        pytest.param(
            [project(1, "Tidewater Launch"), project(2, "Tidewater Launch", project_type="internal")],
            {},
            True,
            "one",
            (1,),
            id="an internal namesake, a sale",
        ),
    ],
)
def test_given_an_option_bound_by_its_name_alone_when_a_live_project_takes_the_name_then_it_is_a_question(
    projects: list[scoro.Project], given_more: dict[str, Any], is_sale: bool, kind: str, project_ids: tuple[int, ...]
) -> None:
    by_name = matcher(*projects, bindings={"o1": 1}, bound_by_name={"o1"}, **given_more)

    found = by_name.match(facts("Tidewater Launch", option_id="o1"), is_sale=is_sale)

    assert (found.kind, found.project_ids) == (kind, project_ids)
    assert "rule:same name:tidewater launch" in found.keys


def test_given_an_option_bound_by_its_name_when_another_rule_leads_elsewhere_then_the_bound_project_answers() -> None:
    projects = [project(1, "Renamed since"), project(2, "Copper Vale", no="702")]

    found = matcher(*projects, rules=[SAME_NAME, BY_NUMBER], bindings={"o1": 1}, bound_by_name={"o1"}).match(
        facts("Tidewater Launch", option_id="o1", reference="702"), is_sale=False
    )

    assert (found.kind, found.project_ids) == ("one", (1,))


@pytest.mark.parametrize(
    "gone",
    [
        pytest.param(project(1, "Old", is_deleted=True), id="deleted"),
        pytest.param(project(1, "Old", account_id="other"), id="of another entity"),
        pytest.param(None, id="never seen"),
    ],
)
def test_given_a_bound_project_that_is_gone_when_matched_then_the_name_decides(gone: scoro.Project | None) -> None:
    projects = [project(2, "Tidewater Launch"), *([gone] if gone else [])]

    found = matcher(*projects, bindings={"o1": 1}, entity="ferrowpike").match(facts("Tidewater Launch", option_id="o1"), is_sale=False)

    assert (found.kind, found.project_ids, found.is_bound) == ("one", (2,), False)


@pytest.mark.parametrize(
    ("owners", "kind"),
    [
        pytest.param({"account_id": "ferrowpike"}, "one", id="made by this entity"),
        pytest.param({"account_id": "other", "project_accounts": ["ferrowpike"]}, "one", id="shared with this entity"),
        pytest.param({}, "one", id="a site that names no entity"),
        pytest.param({"account_id": "other"}, "none", id="another entity's"),
        pytest.param({"account_id": "other", "project_accounts": ["third"]}, "none", id="shared with others only"),
    ],
)
def test_given_several_entities_when_matched_then_only_projects_open_to_this_one_count(owners: dict[str, Any], kind: str) -> None:
    found = matcher(project(1, "Tidewater Launch", **owners), entity="ferrowpike").match(facts("Tidewater Launch"), is_sale=False)

    assert found.kind == kind


@pytest.mark.parametrize(
    ("rules", "project_ids", "rule"),
    [
        pytest.param([SAME_NAME, BY_NUMBER], (1,), "same name", id="the lower rank is asked first"),
        pytest.param([BY_NUMBER], (2,), "number", id="the other rule alone"),
        pytest.param([SAME_NAME, ALSO_BY_NUMBER], (1, 2), "same name", id="two projects of one rank"),
        pytest.param([], (), "", id="no rules"),
    ],
)
def test_given_rules_that_disagree_when_matched_then_rank_decides_and_one_rank_is_a_question(
    rules: list[MatchRule], project_ids: tuple[int, ...], rule: str
) -> None:
    projects = [project(1, "Tidewater Launch", no="701"), project(2, "Copper Vale", no="702")]

    found = matcher(*projects, rules=rules).match(facts("Tidewater Launch", reference="702"), is_sale=False)

    assert (found.project_ids, found.rule) == (project_ids, rule)


def test_given_two_rules_that_agree_when_matched_then_it_is_one_project() -> None:
    found = matcher(project(1, "Tidewater Launch", no="701"), rules=[SAME_NAME, ALSO_BY_NUMBER]).match(
        facts("Tidewater Launch", reference="701"), is_sale=False
    )

    assert (found.kind, found.project_ids) == ("one", (1,))


def test_given_a_first_rule_that_finds_only_a_closed_project_when_matched_then_a_later_rule_may_find_a_live_one() -> None:
    projects = [project(1, "Tidewater Launch", no="701", status="completed"), project(2, "Copper Vale", no="702")]

    found = matcher(*projects, rules=[SAME_NAME, BY_NUMBER]).match(facts("Tidewater Launch", reference="702"), is_sale=False)

    assert (found.kind, found.project_ids, found.rule) == ("one", (2,), "number")


PROJECTS = st.lists(
    st.builds(
        project,
        st.integers(min_value=1, max_value=8),
        st.sampled_from(["Website", "WEBSITE", "Web site", "Pitch", ""]),
        no=st.sampled_from(["701", "702", ""]),
        status=st.sampled_from(["inprogress", "completed", "cancelled"]),
        project_type=st.sampled_from(["regular", "internal"]),
        is_deleted=st.booleans(),
    ),
    max_size=8,
    unique_by=lambda each: each.project_id,
)


@unhurried
@given(PROJECTS, st.permutations([SAME_NAME, BY_NUMBER, ALSO_BY_NUMBER]), st.booleans(), st.data())
def test_given_projects_and_rules_in_any_order_when_matched_then_the_answer_is_the_same(
    projects: list[scoro.Project], rules: list[MatchRule], is_sale: bool, data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(projects))
    line_facts = facts("website", option_id="o1", reference="701")

    found = matcher(*shuffled, rules=rules, bindings={"o1": 1}).match(line_facts, is_sale=is_sale)

    assert found == matcher(*projects, rules=[ALSO_BY_NUMBER, BY_NUMBER, SAME_NAME], bindings={"o1": 1}).match(line_facts, is_sale=is_sale)


@unhurried
@given(PROJECTS, st.booleans())
def test_given_any_projects_when_one_is_found_then_it_may_take_the_line(projects: list[scoro.Project], is_sale: bool) -> None:
    found = matcher(*projects).match(facts("website"), is_sale=is_sale)

    chosen = [each for each in projects if each.project_id in found.project_ids]
    assert len(chosen) == len(found.project_ids)
    if found.kind in ("one", "several"):
        assert all(each.is_live and fold(each.name) == "website" and not (is_sale and each.is_internal) for each in chosen)


@unhurried
@given(PROJECTS)
def test_given_any_projects_when_one_decides_a_line_then_a_change_of_it_finds_the_line_again(projects: list[scoro.Project]) -> None:
    found = matcher(*projects).match(facts("website"), is_sale=False)

    for each in projects:
        if fold(each.name) == "website":
            assert keys_of_project([SAME_NAME], each) & found.keys


def test_given_no_project_of_that_name_when_matched_then_its_key_waits_for_one() -> None:
    found = matcher().match(facts("Harbor Refit", option_id="o1"), is_sale=False)

    assert found == Match("none", keys=frozenset({"option:o1", "rule:same name:harbor refit"}))
    assert keys_of_project([SAME_NAME], project(9, "Harbor  Refit")) & found.keys


# Possible duplicates, and what waits for a copy.

BILL = document(line(800), number="09-2026", contact="Rook Sound")


@pytest.mark.parametrize(
    ("one", "other", "is_alike"),
    [
        pytest.param(BILL, BILL.model_copy(update={"document_id": "b2", "number": "09\u20132026"}), True, id="one number, folded"),
        pytest.param(BILL, BILL.model_copy(update={"total": Decimal(1), "day": NOW.date()}), True, id="one number, another total"),
        pytest.param(BILL, document(line(800), number="10-2026", contact="Rook Sound"), False, id="another number"),
        pytest.param(BILL, document(line(800), number="09-2026", contact="Delft Signs"), False, id="another supplier"),
        pytest.param(BILL, invoice(line(800), number="09-2026", contact="Rook Sound"), False, id="a bill and a sale"),
        pytest.param(
            document(line("800.00"), number=""), document(line("800.0"), number=" "), True, id="without numbers: day, currency and total"
        ),
        pytest.param(
            document(line(800), number=""),
            document(line(800), number="", day=TODAY - timedelta(days=1)),
            False,
            id="without numbers, another day",
        ),
        pytest.param(
            document(line(800), number=""), document(line(800), number="", currency="EUR"), False, id="without numbers, another currency"
        ),
        pytest.param(document(line(800), number=""), document(line(801), number=""), False, id="without numbers, another total"),
        pytest.param(document(line(800), number=""), BILL, False, id="one with and one without a number"),
    ],
)
def test_given_two_documents_when_compared_then_they_are_possible_duplicates_by_contact_and_number(
    one: xero.Document, other: xero.Document, is_alike: bool
) -> None:
    assert (duplicate_key(one) == duplicate_key(other)) is is_alike


@pytest.mark.parametrize(
    "change",
    [
        {"status": "VOIDED"},
        {"status": "DELETED"},
        {"status": "DRAFT"},
        {"status": "SUBMITTED"},
        {"type": "ACCPAYCREDIT"},
        {"type": "ACCRECCREDIT"},
    ],
    ids=lambda change: next(iter(change.values())),
)
def test_given_a_document_that_does_not_count_or_a_credit_note_when_compared_then_it_is_no_duplicate(change: dict[str, str]) -> None:
    assert duplicate_key(BILL.model_copy(update=change)) == ""


def test_given_a_paid_bill_when_compared_then_it_still_is_a_possible_duplicate() -> None:
    assert duplicate_key(BILL.model_copy(update={"status": "PAID"})) == duplicate_key(BILL)


@pytest.mark.parametrize(
    ("number", "day", "keys"),
    [
        pytest.param("B\u20131 ", TODAY, {"copy:bills:b-1", "copy:bills:2026-11-24:GBP"}, id="by its number and day"),
        pytest.param("R&amp;D-1", TODAY, {"copy:bills:r&d-1", "copy:bills:2026-11-24:GBP"}, id="as Scoro writes it"),
        pytest.param(" ", TODAY, {"copy:bills:2026-11-24:GBP"}, id="by day and currency where it has none"),
    ],
)
def test_given_a_number_when_a_document_waits_for_its_copy_then_both_sides_know_the_key(number: str, day: Any, keys: set[str]) -> None:
    assert copy_keys("bills", number, day, "GBP") == keys
