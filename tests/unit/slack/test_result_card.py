"""The result of the day, to the penny."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from tests.unit.slack.examples import buttons, shown
from tests.unit.slack.page import FS_06, result

from xero_sync.domain.money import Money
from xero_sync.reports.result import Part
from xero_sync.slack.cards import result_message


def test_given_a_normal_tuesday_when_shown_then_the_message_has_its_figures() -> None:
    message = result_message(FS_06)

    assert shown(message).splitlines() == [
        "Xero to Scoro, Tuesday 24 November · last check 14:05",
        "9 documents put on projects · £21,907.55 net",
        "6 waiting for an answer · £4,935.60 net",
        "25 need no project · £20,331.10 net",
        "Checked: 40 documents, £47,174.25 net. Nothing is missing.",
        "[What is waiting]",
    ]


def test_given_one_of_each_when_shown_then_every_line_is_in_the_singular() -> None:
    message = result_message(result((1, "10"), (1, "20"), (1, "30"), (1, "40")))

    assert shown(message).splitlines()[1:6] == [
        "1 document put on its project · £10.00 net",
        "1 waiting for an answer · £20.00 net",
        "1 needs no project · £30.00 net",
        "1 left out · £40.00 net",
        "Checked: 4 documents, £100.00 net. Nothing is missing.",
    ]


def test_given_two_currencies_when_shown_then_they_are_never_added_up() -> None:
    euro = Part("on projects", 10, (Money(Decimal("21907.55"), "GBP"), Money(Decimal("1160.00"), "EUR")))

    lines = [line.strip() for line in shown(result_message(replace(FS_06, parts=(euro, *FS_06.parts[1:])))).splitlines()]

    assert lines[1:4] == ["10 documents put on projects", "£21,907.55 net", "€1,160.00 net"]


def test_given_documents_not_decided_yet_when_shown_then_nothing_is_said_to_be_complete() -> None:
    message = result_message(replace(FS_06, still_to_look_at=12))

    assert "Still to be looked at: 12." in shown(message) and "Nothing is missing" not in shown(message)


def test_given_a_list_that_cannot_be_read_when_shown_then_nothing_is_said_to_be_complete() -> None:
    message = result_message(replace(FS_06, is_reading_well=False))

    assert "Xero could not be read last time; it is tried again." in shown(message) and "Nothing is missing" not in shown(message)


def test_given_documents_partly_on_projects_when_shown_then_they_count_as_waiting_and_are_named() -> None:
    message = result_message(replace(FS_06, partly=2, could_not_be_done=1))

    assert "Of the waiting, 2 are partly on projects and 1 could not be done." in shown(message)


def test_given_a_day_on_which_nothing_waits_when_shown_then_there_is_no_button() -> None:
    message = result_message(result((9, "21907.55"), (0, "0"), (25, "20331.10")))

    assert buttons(message) == []


def test_given_a_rehearsal_when_shown_then_matching_documents_do_not_wait_for_an_answer() -> None:
    message = result_message(replace(FS_06, is_rehearsal=True))

    assert "6 waiting · £4,935.60 net" in shown(message) and "Rehearsal: nothing is written" in shown(message)
