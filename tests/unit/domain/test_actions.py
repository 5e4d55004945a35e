"""An Action's key is the same for the same intent on the same seen state, and only then."""

from __future__ import annotations

from decimal import Decimal
from typing import get_args

import pytest
from pydantic import ValidationError

from xero_sync.domain.actions import (
    ACTION,
    Action,
    AskPerson,
    BindOptions,
    BookWrite,
    CreateOption,
    Hold,
    Note,
    Part,
    Post,
    PutOnProject,
    Remember,
    SetCustomField,
    WriteTracking,
)
from xero_sync.domain.lines import Share
from xero_sync.domain.questions import Question, question_id

PUT = PutOnProject(
    document_id="bill-1",
    module="bills",
    scoro_document_id=812,
    header=-1,
    scoro_lines=((3301, 701), (3302, 702)),
    shares=(Share("bill-1/1", 701, Decimal("60.00")), Share("bill-1/2", 702, Decimal("40.00"))),
    net_total="100.00",
    currency="GBP",
    reason="Belongs on Tidewater Launch.",
)
EVERY_KIND: list[Action] = [
    PUT,
    CreateOption(tracking_category_id="k1", name="Blue Pylon", project_id=705, decision_id="d1", reason="Finn asked for it."),
    WriteTracking(
        document_id="bill-1",
        tracking_category_id="k1",
        category_name="Project",
        tracking_option_id="o2",
        option_name="Blue Pylon",
        expects=(("bill-1/1", "o1"),),
        reason="Finn decided so.",
    ),
    BindOptions(pairs=(("o1", 701),), reason="One name."),
    AskPerson(question=Question(cause="no match:o1", title="No Scoro project is called so")),
    Hold(document_id="bill-1", reason="Over budget.", cause="budget:701"),
    Note(project_id=701, text="A late bill came.", reason="Late."),
    SetCustomField(document_id="bill-1", custom_field_id="c_xero", value="i1", reason="To find it again."),
    Post(channel="finance", text="Done.", reason="News."),
    Remember(name="status line", value="12 of 12", reason="For the status."),
]


@pytest.mark.parametrize("action", EVERY_KIND, ids=lambda action: action.kind)
def test_given_an_action_when_written_and_read_then_it_is_the_same_with_the_same_key(action: Action) -> None:
    read = ACTION.validate_json(ACTION.dump_json(action))

    assert (read, read.key) == (action, action.key)


def test_given_the_closed_list_when_counted_then_every_kind_is_written_and_read_above() -> None:
    kinds = get_args(get_args(Action)[0])

    assert {type(action) for action in EVERY_KIND} == set(kinds)


def test_given_the_closed_list_when_asked_what_it_does_to_the_books_then_it_is_five_kinds() -> None:
    assert set(get_args(BookWrite)) == {PutOnProject, CreateOption, WriteTracking, Note, SetCustomField}


def test_given_the_same_intent_in_other_words_when_keyed_then_the_key_is_the_same() -> None:
    assert PUT.model_copy(update={"reason": "Somebody asked for it."}).key == PUT.key


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"header": 701}, id="another place"),
        pytest.param({"scoro_lines": ((3301, 702), (3302, 701))}, id="other lines"),
        pytest.param({"parts": (Part(scoro_line_id=3301, project_id=701, net=Decimal(30)),)}, id="a line divided"),
        pytest.param({"shares": PUT.shares[:1]}, id="other shares"),
        pytest.param({"expects": PUT.shares[:1]}, id="another state seen"),
        pytest.param({"expects_header": 701}, id="another project seen"),
        pytest.param({"net_total": "100.01"}, id="another amount"),
        pytest.param({"document_id": "bill-2"}, id="another document"),
    ],
)
def test_given_another_intent_or_another_seen_state_when_keyed_then_the_key_differs(change: dict[str, object]) -> None:
    assert PUT.model_copy(update=change).key != PUT.key


@pytest.mark.parametrize(
    "written",
    [
        pytest.param('{"kind": "void document", "document_id": "bill-1", "reason": "x"}', id="a kind that does not exist"),
        pytest.param('{"kind": "hold", "document_id": "bill-1"}', id="no reason"),
        pytest.param('{"kind": "hold", "document_id": "bill-1", "reason": "x", "amount": 5}', id="something added"),
    ],
)
def test_given_something_that_is_not_in_the_list_when_read_then_it_is_refused(written: str) -> None:
    with pytest.raises(ValidationError):
        ACTION.validate_json(written)


def test_given_one_cause_when_a_question_changes_then_its_id_stays() -> None:
    asked = [Question(cause="no match:o1", title=title) for title in ("One bill", "Two bills")]

    assert {question.question_id for question in asked} == {question_id("no match:o1")}
    assert question_id("no match:o2") != question_id("no match:o1")
