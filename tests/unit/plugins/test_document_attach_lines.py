"""A document whose lines stand apart in Scoro: what is put right, and what a person put elsewhere and is left to them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from tests.unit.domain.examples import booked, document, line, project, settled, snapshot_of

from xero_sync.domain import scoro, xero
from xero_sync.domain.actions import Action, Hold, PutOnProject
from xero_sync.domain.snapshot import BookedDocument
from xero_sync_document_attach import decide

PROJECTS = [project(701, "Tidewater Launch"), project(702, "Copper Vale")]
SIGNS, PRINT, DELIVERY = line(100, option="Tidewater Launch"), line(50, option="Copper Vale"), line(8)
TWO_PROJECTS, ONE_WAITS = document(SIGNS, PRINT), document(SIGNS, DELIVERY)


def stands(found: xero.Document, on: int | list[int], lines: list[tuple[int, int]] | None = None, **is_on: int) -> BookedDocument:
    """on: the header, or the project of each line in Scoro. lines: net and project in Scoro, where they differ. is_on: what we wrote last."""
    of_lines = on if isinstance(on, list) else [0] * len(found.lines)
    rows = lines or [(int(found.net(each)), project_id) for each, project_id in zip(found.lines, of_lines, strict=True)]
    copy = scoro.Document(
        module="bills",
        scoro_document_id=9,
        project_id=scoro.PER_LINE if isinstance(on, list) else on,
        currency=found.currency,
        net=found.net_total,
        lines=tuple(scoro.Line(line_id=place, net=Decimal(net), project_id=project_id) for place, (net, project_id) in enumerate(rows, 1)),
    )
    places = {int(name.removeprefix("line_")): project_id for name, project_id in is_on.items()}
    return booked(found, on=places, link=("bills", 9), copies=(copy,))


def decided_for(entry: BookedDocument) -> list[Action]:
    snapshot = snapshot_of([entry], PROJECTS)
    actions = decide(replace(snapshot, results=settled(snapshot)))
    return [action for action in actions if isinstance(action, PutOnProject | Hold)]


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param(stands(TWO_PROJECTS, [701, 702], line_1=701, line_2=702), id="two projects"),
        pytest.param(stands(ONE_WAITS, [701, 0], line_1=701), id="one line waits"),
        pytest.param(stands(ONE_WAITS, [701, -1], line_1=701), id="one line waits, and Scoro writes -1 for none"),
        pytest.param(stands(document(SIGNS, SIGNS), 701, line_1=701, line_2=701), id="one project for all"),
    ],
)
def test_given_lines_that_stand_where_they_belong_when_decided_then_nothing_is_done(entry: BookedDocument) -> None:
    assert decided_for(entry) == []


@pytest.mark.parametrize(
    ("entry", "scoro_lines", "is_repair"),
    [
        pytest.param(stands(TWO_PROJECTS, [701, 0], line_1=701, line_2=702), ((1, 701), (2, 702)), True, id="one line was reset"),
        pytest.param(stands(TWO_PROJECTS, 0, line_1=701, line_2=702), ((1, 701), (2, 702)), True, id="the whole was reset"),
        pytest.param(stands(TWO_PROJECTS, [702, 701], line_1=702, line_2=701), ((1, 701), (2, 702)), False, id="both options changed"),
        pytest.param(stands(TWO_PROJECTS, [701, 701], line_1=701, line_2=701), ((1, 701), (2, 702)), False, id="one option changed"),
        pytest.param(stands(TWO_PROJECTS, 701, line_1=701, line_2=701), ((1, 701), (2, 702)), False, id="one project became two"),
        pytest.param(stands(ONE_WAITS, [701, 702], line_1=701, line_2=702), ((1, 701),), False, id="one line waits again"),
    ],
)
def test_given_lines_that_stand_elsewhere_by_our_own_doing_when_decided_then_they_are_put_right(
    entry: BookedDocument, scoro_lines: tuple[tuple[int, int], ...], is_repair: bool
) -> None:
    (write,) = decided_for(entry)

    assert isinstance(write, PutOnProject)
    assert (write.header, write.scoro_lines, write.is_repair) == (scoro.PER_LINE, scoro_lines, is_repair)
    assert write.expects == entry.shares_in_scoro


KEEP, USE, TAKE_OFF = "Keep Copper Vale (Scoro)", "Use Tidewater Launch (Xero)", "Take it off"


@pytest.mark.parametrize(
    ("entry", "offers"),
    [
        pytest.param(stands(ONE_WAITS, [0, 702]), [KEEP, TAKE_OFF], id="the waiting line, before anything was written"),
        pytest.param(stands(ONE_WAITS, [701, 702], line_1=701), [KEEP, TAKE_OFF], id="the waiting line, later"),
        pytest.param(
            stands(TWO_PROJECTS, [702, 702], line_1=701, line_2=702),
            [KEEP, "Use those projects (Xero)"],
            id="a line that is ours, to the project of the other",
        ),
        pytest.param(stands(document(SIGNS, SIGNS), [701, 702], line_1=701, line_2=701), [KEEP, USE], id="one line of a whole document"),
        pytest.param(
            stands(document(SIGNS, SIGNS, status="VOIDED"), [701, 702], line_1=701, line_2=701), [], id="one line of a bill voided since"
        ),
    ],
)
def test_given_a_line_that_somebody_moved_in_scoro_when_decided_then_it_is_left_there_and_asked_about(
    entry: BookedDocument, offers: list[str]
) -> None:
    (hold,) = decided_for(entry)

    assert isinstance(hold, Hold) and hold.could_not_be_done
    assert hold.reason.startswith("In Scoro it is on Copper Vale. ")
    assert [choice.label for choice in hold.choices] == offers


def test_given_a_voided_bill_whose_copy_has_other_lines_when_decided_then_it_is_taken_off_all_the_same() -> None:
    voided = document(SIGNS, PRINT, status="VOIDED")

    (write,) = decided_for(stands(voided, [701, 702], lines=[(150, 701)], line_1=701, line_2=702))

    assert isinstance(write, PutOnProject) and (write.header, write.shares) == (0, ())


def test_given_a_voided_bill_whose_copy_has_other_lines_when_somebody_moved_one_then_it_is_left_there() -> None:
    voided = document(SIGNS, SIGNS, status="VOIDED")

    (hold,) = decided_for(stands(voided, [701, 702], lines=[(200, 702)], line_1=701, line_2=701))

    assert isinstance(hold, Hold)
