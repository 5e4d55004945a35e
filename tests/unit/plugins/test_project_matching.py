"""Matching by name: what is bound, what is asked and with which choices, and how two names differ."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from tests.unit.domain.examples import category, decided, document, invoice, line, option, project, settled, snapshot_of

from xero_sync.domain import scoro, xero
from xero_sync.domain.actions import AskPerson, BindOptions, CreateOption
from xero_sync.domain.decisions import MakeOption, NoOptionNeeded, PutOn, TheseDocuments, ThisOption, ThisProject
from xero_sync.domain.questions import Question
from xero_sync.domain.snapshot import Snapshot
from xero_sync_project_matching import decide, match_rules
from xero_sync_project_matching.differences import tell_difference
from xero_sync_project_matching.settings import MatchingSettings

HARBOUR = project(412, "Harbour Refit", company_name="Tern &amp; Teal Ltd")
HARBOR_BILL = document(line(740, option="Harbor Refit"))
ALWAYS = ThisOption(tracking_option_id="option-Harbor Refit")


def decides(snapshot: Snapshot, **settings: Any) -> list[Any]:
    """What the plugin does with a snapshot whose lines its own rules have settled."""
    full = replace(snapshot, results=settled(snapshot, match_rules()))
    return list(decide(full, MatchingSettings(**settings)))


def questions(snapshot: Snapshot, **settings: Any) -> list[Question]:
    return [action.question for action in decides(snapshot, **settings) if isinstance(action, AskPerson)]


def labels(question: Question) -> list[str]:
    return [choice.label for choice in question.choices]


def bound(snapshot: Snapshot) -> dict[str, int]:
    return {
        option_id: project_id for action in decides(snapshot) if isinstance(action, BindOptions) for option_id, project_id in action.pairs
    }


# What was bound by its name.


def test_given_an_option_that_has_another_projects_name_now_when_decided_then_each_can_be_kept_or_used_for_good() -> None:
    projects = [project(701, "Tidewater Launch"), project(702, "Copper Vale")]
    bound_to = {"bindings": {"option-Copper Vale": 701}, "bound_by_name": frozenset({"option-Copper Vale"})}

    (question,) = questions(snapshot_of([document(line(10, option="Copper Vale"))], projects, **bound_to))

    assert question.title == 'Option "Copper Vale" was for Tidewater Launch, and another project has its name now'
    assert labels(question) == ["Keep Tidewater Launch", "Use Copper Vale", "Neither…", "No project needed…"]
    always = ThisOption(tracking_option_id="option-Copper Vale")
    assert [choice.decision for choice in question.choices[:2]] == [PutOn(project_id=each, reach=always) for each in (701, 702)]


# What is bound.


@pytest.mark.parametrize(
    ("options", "projects", "pairs"),
    [
        pytest.param([option("Harbour  REFIT")], [HARBOUR], {"option-Harbour  REFIT": 412}, id="one open project of that name"),
        pytest.param([option("Harbor Refit")], [HARBOUR], {}, id="another name"),
        pytest.param([option("Harbour Refit")], [HARBOUR, project(413, "harbour refit")], {}, id="two of that name"),
        pytest.param(
            [option("Harbour Refit")],
            [HARBOUR, project(413, "harbour refit", status="completed")],
            {"option-Harbour Refit": 412},
            id="one open, one closed",
        ),
        pytest.param([option("Harbour Refit")], [project(412, "Harbour Refit", status="cancelled")], {}, id="closed"),
        pytest.param([option("Harbour Refit")], [project(412, "Harbour Refit", account_id="other")], {}, id="another entity's"),
        pytest.param([option("Harbour Refit", "ARCHIVED")], [HARBOUR], {}, id="archived"),
        pytest.param([option("R&D"), option("R&amp;D")], [project(1, "R&amp;D")], {"option-R&D": 1}, id="as Scoro escapes it"),
    ],
)
def test_given_options_when_decided_then_those_with_one_open_project_of_their_name_are_bound(
    options: list[xero.TrackingOption], projects: list[scoro.Project], pairs: dict[str, int]
) -> None:
    assert bound(snapshot_of([], projects, options=options, entity="ferrowpike")) == pairs


def test_given_an_archived_option_when_a_line_carries_it_then_it_is_bound_as_well() -> None:
    found = document(line(10, option="Harbour Refit"))

    assert bound(snapshot_of([found], [HARBOUR], options=[option("Harbour Refit", "ARCHIVED")])) == {"option-Harbour Refit": 412}


def test_given_a_bound_option_when_decided_then_it_is_not_bound_again() -> None:
    assert bound(snapshot_of([], [HARBOUR], options=[option("Harbour Refit")], bindings={"option-Harbour Refit": 99})) == {}


@pytest.mark.parametrize(
    "given_more",
    [
        pytest.param({"unknown": frozenset({"projects"})}, id="projects could not be read"),
        pytest.param({"unknown": frozenset({"categories"})}, id="options could not be read"),
        pytest.param({"settings": {"match_projects": False}}, id="matching is off"),
        pytest.param({"categories": ()}, id="no category"),
    ],
)
def test_given_what_matching_needs_is_missing_when_decided_then_nothing_is_done(given_more: dict[str, Any]) -> None:
    snapshot = snapshot_of([HARBOR_BILL], [HARBOUR], new_projects=frozenset({412}), **given_more)

    assert decides(snapshot) == []


# No project of that name.


def test_given_a_name_one_letter_off_when_asked_then_the_project_is_offered_first_and_the_letter_is_named() -> None:
    (question,) = questions(snapshot_of([HARBOR_BILL], [project(1, "Copper Vale"), HARBOUR]))

    assert labels(question) == ["Put on Harbour Refit", "Choose another project…", "No project needed…"]
    assert question.facts == (
        'Closest: Harbour Refit (no. 412, Tern & Teal Ltd, in progress). Xero writes "Harbor", Scoro "Harbour": one "u".',
    )


@pytest.mark.parametrize(
    ("projects", "offered"),
    [
        pytest.param([project(1, "Copper Vale")], [], id="nothing alike"),
        pytest.param(
            [project(1, "Harbor Refits"), project(2, "Harbor Refita"), project(3, "Harbor Ref"), HARBOUR], [1, 2, 412], id="three at most"
        ),
        pytest.param([project(1, "Harbour Refit", status="completed")], [], id="closed ones are not offered"),
        pytest.param([project(1, "Harbour Refit", is_deleted=True)], [], id="nor deleted ones"),
        pytest.param([project(1, "Harbour Refit", account_id="other")], [], id="nor another entity's"),
        pytest.param([project(2, "Harbor Refits"), project(1, "Harbor Refita")], [1, 2], id="equally alike: the smaller id first"),
    ],
)
def test_given_projects_when_asked_then_at_most_three_open_ones_with_a_near_name_are_offered(
    projects: list[scoro.Project], offered: list[int]
) -> None:
    (question,) = questions(snapshot_of([HARBOR_BILL], projects, entity="ferrowpike"))

    decisions = [choice.decision for choice in question.choices]
    assert [decision.project_id for decision in decisions if isinstance(decision, PutOn) and decision.project_id] == offered


@pytest.mark.parametrize(
    ("settings", "count"), [({}, 1), ({"suggest_from": 99}, 0), ({"suggestions": 0}, 0)], ids=["default", "near equal only", "none"]
)
def test_given_the_settings_when_asked_then_they_say_how_many_and_how_alike(settings: dict[str, int], count: int) -> None:
    (question,) = questions(snapshot_of([HARBOR_BILL], [HARBOUR]), **settings)

    assert len(question.facts) == count


def test_given_an_internal_project_with_a_near_name_when_a_sale_is_asked_about_then_it_is_not_offered() -> None:
    sale = invoice(line(740, option="Harbor Refit", account="200"))

    (question,) = questions(snapshot_of([sale], [project(412, "Harbour Refit", project_type="internal")]))

    assert question.facts == ()


@pytest.mark.parametrize(
    ("tracking", "reach"),
    [
        pytest.param(None, ALWAYS, id="an option with an id: for later documents too"),
        pytest.param(
            xero.LineTracking(category_name="Project", option_name="Harbor Refit"),
            TheseDocuments(cause="no match:name=harbor refit"),
            id="known by name only: for these documents",
        ),
    ],
)
def test_given_an_option_when_asked_then_the_answer_reaches_as_far_as_it_can_be_told_again(
    tracking: xero.LineTracking | None, reach: ThisOption | TheseDocuments
) -> None:
    found = document(line(740, option="Harbor Refit", tracking=tracking))

    (question,) = questions(snapshot_of([found], [HARBOUR], options=[option("Harbor Refit")] if tracking is None else []))

    assert question.choices[0].decision == PutOn(project_id=412, reach=reach)
    assert ("also used for later documents" in question.reach_text) is isinstance(reach, ThisOption)


def test_given_two_bills_of_one_option_when_asked_then_it_is_one_question() -> None:
    bills = [HARBOR_BILL, document(line(60, option="Harbor Refit"), document_id="bill-2")]

    assert [question.cause for question in questions(snapshot_of(bills, [HARBOUR]))] == ["no match:option-Harbor Refit"]


# Two open projects of one name.

WEBSITES = [
    project(388, "Website", company_name="Tern & Teal Ltd"),
    project(402, "WEBSITE", company_name="Osier Foods"),
    project(300, "Website", company_name="Heron Optics", status="completed"),
]


def test_given_twins_when_a_bill_is_asked_about_then_clients_and_numbers_tell_them_apart_and_it_is_for_that_bill() -> None:
    (question,) = questions(snapshot_of([document(line(10, option="Website"))], WEBSITES))

    assert labels(question) == ["Website: Tern & Teal Ltd (no. 388)", "WEBSITE: Osier Foods (no. 402)", "Neither…", "No project needed…"]
    assert question.choices[0].decision == PutOn(project_id=388, reach=TheseDocuments(cause="twins:option-Website:document:bill-1"))
    assert "For this bill only." in question.reach_text


def test_given_twins_when_a_credit_note_is_asked_about_then_it_is_called_one() -> None:
    (question,) = questions(snapshot_of([document(line(10, option="Website"), type="ACCPAYCREDIT")], WEBSITES))

    assert "For this credit note only." in question.reach_text


def test_given_twins_when_a_bill_of_one_of_their_clients_is_asked_about_then_that_says_nothing() -> None:
    bill = document(line(10, option="Website"), contact="Osier Foods")

    (question,) = questions(snapshot_of([bill], WEBSITES))

    assert labels(question)[:2] == ["Website: Tern & Teal Ltd (no. 388)", "WEBSITE: Osier Foods (no. 402)"]


def test_given_twins_when_a_sale_is_asked_about_then_the_clients_project_stands_first_and_the_answer_is_kept_for_both() -> None:
    sale = invoice(line(450, option="Website", account="200"), contact="Osier Foods")

    (question,) = questions(snapshot_of([sale], WEBSITES))

    reach = ThisOption(tracking_option_id="option-Website", contact_id="contact-Osier Foods")
    assert question.choices[0].decision == PutOn(project_id=402, reach=reach)
    assert "later documents of Osier Foods" in question.reach_text and not any(choice.is_recommended for choice in question.choices)


def test_given_two_clients_projects_and_an_internal_one_when_a_sale_is_asked_about_then_the_internal_one_is_not_offered() -> None:
    sale = invoice(line(450, option="Website", account="200"))

    (question,) = questions(snapshot_of([sale], [*WEBSITES, project(790, "Website", project_type="internal")]))

    assert not any("790" in label for label in labels(question)) and question.title.startswith("Two open projects")


def test_given_two_spellings_that_look_the_same_when_asked_then_both_are_candidates() -> None:
    twins = [project(621, "F\u00e4lder Kampagne", no="2501"), project(622, "Fa\u0308lder Kampagne", no="2502")]

    (question,) = questions(snapshot_of([document(line(800, option="F\u00e4lder Kampagne"))], twins))

    assert ["2501" in question.facts[0], "2502" in question.facts[1]] == [True, True]


# Closed and internal projects.


@pytest.mark.parametrize(
    ("projects", "decisions", "offered"),
    [
        pytest.param([project(300, "Website", status="completed")], [], [300], id="the closed one of that name"),
        pytest.param(
            [project(300, "Website", status="completed"), project(301, "Website", status="cancelled")],
            [],
            [300, 301],
            id="all closed ones of that name",
        ),
        pytest.param(
            [project(300, "Copper Vale", status="cancelled")],
            [decided(PutOn(project_id=300, reach=ThisOption(tracking_option_id="option-Website")))],
            [300],
            id="the one an answer chose, under another name",
        ),
    ],
)
def test_given_a_closed_project_when_asked_then_it_can_be_chosen_for_these_documents(
    projects: list[scoro.Project], decisions: list[Any], offered: list[int]
) -> None:
    (question,) = questions(snapshot_of([document(line(10, option="Website"))], projects, decisions))

    reach = TheseDocuments(cause="closed:option-Website")
    assert [choice.decision for choice in question.choices[: len(offered)]] == [PutOn(project_id=each, reach=reach) for each in offered]


def test_given_a_sale_with_an_internal_projects_option_when_asked_then_that_project_is_named_but_not_offered() -> None:
    sale = invoice(line(10, option="Pitch", account="200"))

    (question,) = questions(snapshot_of([sale], [project(790, "Pitch", project_type="internal")]))

    assert labels(question) == ["Choose another project…", "No project needed…"] and "no. 790" in question.facts[0]


# A project without option.


def asked_for_option(*options: xero.TrackingOption, found: scoro.Project = HARBOUR, **given: Any) -> list[Question]:
    values = {"new_projects": frozenset({found.project_id}), **given}
    return questions(snapshot_of([], [found], options=options, **values))


@pytest.mark.parametrize(
    ("options", "given_more", "is_asked"),
    [
        pytest.param([], {}, True, id="no option of that name"),
        pytest.param([], {"new_projects": frozenset()}, False, id="a project from before the set-up"),
        pytest.param([option("HARBOUR  refit")], {}, False, id="an option of that name"),
        pytest.param([option("Old name")], {"bindings": {"option-Old name": 412}}, False, id="a bound option of another name"),
        pytest.param(
            [option("Old name", "ARCHIVED")], {"bindings": {"option-Old name": 412}}, True, id="only an archived option is bound to it"
        ),
        pytest.param([], {"settings": {"create_options": "off"}}, False, id="switched off"),
        pytest.param([], {"found": project(412, "Harbour Refit", status="completed")}, False, id="closed"),
        pytest.param(
            [], {"found": project(412, "Harbour Refit", account_id="other"), "entity": "ferrowpike"}, False, id="another entity's"
        ),
        pytest.param(
            [], {"decisions": [decided(NoOptionNeeded(reach=ThisProject(project_id=412)))]}, False, id="somebody said that it needs none"
        ),
    ],
)
def test_given_a_project_when_decided_then_it_is_asked_about_only_while_it_is_new_open_and_without_option(
    options: list[xero.TrackingOption], given_more: dict[str, Any], is_asked: bool
) -> None:
    if "decisions" in given_more:
        asked = questions(snapshot_of([], [HARBOUR], given_more["decisions"], options=options, new_projects=frozenset({412})))
    else:
        asked = asked_for_option(*options, **given_more)

    assert bool(asked) is is_asked


@pytest.mark.parametrize(
    ("options", "found", "offered", "told"),
    [
        pytest.param([], HARBOUR, ['Create "Harbour Refit" in Xero', "No option needed"], "", id="it can be made"),
        pytest.param(
            [option("harbour refit", "ARCHIVED")],
            HARBOUR,
            ["No option needed"],
            "An archived option has this name.",
            id="an archived twin is brought back instead",
        ),
        pytest.param([], project(412, "x" * 101), ["No option needed"], "longer than the 100 characters", id="a name Xero does not take"),
        pytest.param(
            [option(str(place)) for place in range(80)],
            HARBOUR,
            ['Create "Harbour Refit" in Xero', "No option needed"],
            "80 options are in use.",
            id="many options",
        ),
    ],
)
def test_given_a_new_project_when_asked_then_what_stands_in_the_way_is_said_and_not_offered(
    options: list[xero.TrackingOption], found: scoro.Project, offered: list[str], told: str
) -> None:
    (question,) = asked_for_option(*options, found=found)

    assert labels(question) == offered and told in " ".join(question.facts)


@pytest.mark.parametrize(
    ("status", "cause", "is_created"),
    [
        pytest.param("open", "project without option:412", True, id="asked for"),
        pytest.param("done", "project without option:412", False, id="made already"),
        pytest.param("failed", "project without option:412", False, id="failed"),
        pytest.param("open", "untracked:310:contact:c1", False, id="asked for on another plugin's card"),
    ],
)
def test_given_a_person_asked_for_an_option_when_decided_then_it_is_created_once(status: Any, cause: str, is_created: bool) -> None:
    asked = decided(MakeOption(project_id=412, reach=ThisProject(project_id=412)), status=status, cause=cause)

    created = [action for action in decides(snapshot_of([], [HARBOUR], [asked])) if isinstance(action, CreateOption)]

    assert [(action.name, action.project_id) for action in created] == ([("Harbour Refit", 412)] if is_created else [])


# How two names differ.


@pytest.mark.parametrize(
    ("in_xero", "in_scoro", "told"),
    [
        pytest.param("Harbor Refit", "Harbour Refit", 'Xero writes "Harbor", Scoro "Harbour": one "u".', id="one letter more"),
        pytest.param("Heron Phase 10", "Heron Phase 1", 'Xero writes "10", Scoro "1": one "0".', id="one digit less"),
        pytest.param("Heron Phase 2", "Heron Phase 1", 'Xero writes "2", Scoro "1".', id="another digit"),
        pytest.param("Website", "Website 2026", 'Only Scoro has "2026".', id="a word more in Scoro"),
        pytest.param("Osier Website", "Website", 'Only Xero has "Osier".', id="a word more in Xero"),
        pytest.param("Cafe Lumen", "Café Lumen", 'Xero writes "Cafe", Scoro "Café".', id="an accent"),
        pytest.param("Aurora  pitch", "Aurora Pitch", "", id="one name"),
        pytest.param("One two three", "Four five six", 'Xero writes "One two three", Scoro "Four five six".', id="nothing in common"),
        pytest.param("a x b y c z", "a 1 b 2 c 3", "", id="too much to tell"),
        pytest.param(
            "\u0410urora Pitch",
            "Aurora Pitch",
            'Xero writes "\u0410urora", Scoro "Aurora". Letter 1 of "\u0410urora" in Xero is CYRILLIC CAPITAL LETTER A (U+0410).',
            id="a look-alike in Xero",
        ),
        pytest.param(
            "Aurora",
            "Auror\u0430",
            'Xero writes "Aurora", Scoro "Auror\u0430". Letter 6 of "Auror\u0430" in Scoro is CYRILLIC SMALL LETTER A (U+0430).',
            id="a look-alike in Scoro",
        ),
        pytest.param(
            "\uff21urora",
            "Aurora",
            'Xero writes "\uff21urora", Scoro "Aurora". Letter 1 of "\uff21urora" in Xero is FULLWIDTH LATIN CAPITAL LETTER A (U+FF21).',
            id="a full-width letter",
        ),
        pytest.param(
            "\u0410\u0432\u0440\u043e\u0440\u0430",
            "Aurora",
            'Xero writes "\u0410\u0432\u0440\u043e\u0440\u0430", Scoro "Aurora".',
            id="wholly in another script is not suspicious",
        ),
        pytest.param("", "Website", 'Only Scoro has "Website".', id="nothing in Xero"),
    ],
)
def test_given_two_names_when_compared_then_the_difference_is_named(in_xero: str, in_scoro: str, told: str) -> None:
    assert tell_difference(in_xero, in_scoro) == told


def sentences(texts: Iterable[str]) -> list[str]:
    return [sentence for text in texts for sentence in text.replace("(no.", "(no").split(". ")]


def test_given_every_question_when_read_then_no_sentence_is_longer_than_20_words() -> None:
    look_alike = document(line(10, option="\u0410urora Pitch"), document_id="bill-2")
    snapshot = snapshot_of(
        [HARBOR_BILL, look_alike, document(line(10, option="Website"), document_id="bill-3")],
        [HARBOUR, project(671, "Aurora Pitch"), *WEBSITES],
        options=[option("Harbor Refit", "ARCHIVED"), option("\u0410urora Pitch"), option("Website")],
        new_projects=frozenset({412}),
    )

    asked = questions(snapshot)

    assert len(asked) == 4
    assert [text for each in asked for text in sentences([each.title, *each.facts, each.reach_text]) if len(text.split()) > 20] == []


def test_given_a_category_of_another_name_when_the_setting_names_it_then_its_options_are_matched() -> None:
    jobs = category(option("Harbour Refit")).model_copy(update={"name": "Jobs"})

    assert bound(snapshot_of([], [HARBOUR], categories=(jobs,), settings={"project_category": "Jobs"})) == {"option-Harbour Refit": 412}
