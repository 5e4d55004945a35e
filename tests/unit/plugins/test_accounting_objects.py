"""Options against accounting objects: what is missing, by folded name, and the one line the status shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from tests.unit.domain.examples import category, option, snapshot_of

import xero_sync_accounting_objects as accounting_objects
from xero_sync import STATUS_LINE, Action, Remember, Snapshot, scoro
from xero_sync_accounting_objects.rules import missing_objects

DEPARTMENTS = category(option("Design"), option("R&D"), option("Film \u2013 Sound"), option("Old", status="ARCHIVED")).model_copy(
    update={"tracking_category_id": "category-department", "name": "Department"}
)
SWITCHED_ON = {"sync_objects": True, "object_category": "Department"}


def found_objects(*names: str) -> tuple[scoro.AccountingObject, ...]:
    return tuple(scoro.AccountingObject(accounting_object_id=place, name=name) for place, name in enumerate(names, 1))


def world(*names: str, settings: dict[str, Any] | None = None, **given: Any) -> Snapshot:
    values = {"categories": (category(option("Tidewater Launch")), DEPARTMENTS), "objects": found_objects(*names), **given}
    return snapshot_of([], settings=SWITCHED_ON if settings is None else settings, **values)


def text_of(actions: Sequence[Action]) -> str:
    (line,) = actions
    assert isinstance(line, Remember) and line.name == STATUS_LINE
    return line.value


@pytest.mark.parametrize(
    ("names", "missing"),
    [
        pytest.param(["Design", "R&amp;D", "Film - Sound"], [], id="all there, escaped and with another dash"),
        pytest.param(["DESIGN", "r&d", "film  -  sound"], [], id="in other case and spacing"),
        pytest.param([], ["Design", "R&D", "Film \u2013 Sound"], id="none there, in Xero's order"),
        pytest.param(["Design", "Designs"], ["R&D", "Film \u2013 Sound"], id="a name that only begins alike is another"),
        pytest.param(["Design", "Design", "R&D", "Film - Sound"], [], id="twins of one object"),
        pytest.param(["Design", "R&D", "Film - Sound", "Old", "Extra"], [], id="objects without active option are nobody's business"),
    ],
)
def test_given_options_and_objects_when_compared_then_active_options_without_object_are_missing(
    names: list[str], missing: list[str]
) -> None:
    found = missing_objects(DEPARTMENTS, world(*names))

    assert [each.name for each in found] == missing


def test_given_a_missing_object_when_asked_then_the_status_says_how_far_they_agree_and_what_to_do() -> None:
    actions = accounting_objects.decide(world("Design"))

    assert text_of(actions) == (
        "Accounting objects: 1 of 3 options of Department are there. Missing: R&D, Film \u2013 Sound. Add them in Scoro's settings."
    )


def test_given_all_objects_when_asked_then_the_status_only_counts() -> None:
    actions = accounting_objects.decide(world("Design", "R&D", "Film - Sound"))

    assert text_of(actions) == "Accounting objects: 3 of 3 options of Department are there."


def test_given_many_missing_objects_when_asked_then_five_are_named() -> None:
    many = DEPARTMENTS.model_copy(update={"options": tuple(option(f"Team {number}") for number in range(7))})

    actions = accounting_objects.decide(world(categories=(many,)))

    assert "Missing: Team 0, Team 1, Team 2, Team 3, Team 4 and more." in text_of(actions)


@pytest.mark.parametrize(
    ("settings", "given"),
    [
        pytest.param({"sync_objects": False, "object_category": "Department"}, {}, id="switched off"),
        pytest.param({"sync_objects": True, "object_category": "Region"}, {}, id="no such category"),
        pytest.param({"sync_objects": True, "object_category": ""}, {}, id="no category chosen"),
        pytest.param(SWITCHED_ON, {"categories": (DEPARTMENTS.model_copy(update={"status": "ARCHIVED"}),)}, id="the category is archived"),
        pytest.param(SWITCHED_ON, {"unknown": frozenset({"objects"})}, id="the objects could not be read"),
        pytest.param(SWITCHED_ON, {"unknown": frozenset({"categories"})}, id="the categories could not be read"),
    ],
)
def test_given_what_is_off_or_unknown_when_asked_then_nothing_is_said(settings: dict[str, Any], given: dict[str, Any]) -> None:
    assert list(accounting_objects.decide(world(settings=settings, **given))) == []


def test_given_a_category_chosen_by_its_id_when_asked_then_it_is_found() -> None:
    snapshot = world("Design", settings={"sync_objects": True, "object_category": "category-department"})

    assert text_of(accounting_objects.decide(snapshot)).startswith("Accounting objects: 1 of 3")


def test_given_one_category_for_both_when_asked_then_its_options_are_compared_with_objects_too() -> None:
    snapshot = world("Tidewater Launch", settings={"sync_objects": True, "object_category": "Project"})

    assert text_of(accounting_objects.decide(snapshot)) == "Accounting objects: 1 of 1 options of Project are there."


def test_given_the_plugin_when_described_then_it_needs_the_objects_read() -> None:
    assert accounting_objects.plugin().needs == frozenset({"objects"})


def test_given_missing_objects_when_asked_then_nothing_is_written_to_the_books() -> None:
    assert [action.kind for action in accounting_objects.decide(world())] == ["remember"]
