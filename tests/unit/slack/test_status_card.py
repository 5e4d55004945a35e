"""What `status` shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from tests.unit.reports.examples import NOW
from tests.unit.slack.examples import shown
from tests.unit.slack.page import STATUS

from xero_sync.domain.money import Money
from xero_sync.reports.status import Coverage, StatusReport
from xero_sync.slack.cards import status_message


def lines(report: StatusReport) -> list[str]:
    return shown(status_message(report)).splitlines()


def test_given_a_connection_when_shown_then_every_figure_stands_there_once() -> None:
    assert lines(replace(STATUS, lines=())) == [
        "Ferrow & Pike Ltd ↔ Scoro ferrowpike · connected · last check 14:05, next 14:10",
        "November: £143,210.40 of £151,002.15 project money is on projects (94.8 %)",
        "Waiting: £7,791.75 in 11 documents, oldest 9 days · 5 open questions",
        "Possible duplicates 1 · could not be done 0",
        "Not read: company cards, journals, overpayments, prepayments · Options 83 · Xero calls left today 712 of 1,000",
    ]


def test_given_somebody_who_sees_counts_only_when_shown_then_no_amount_stands_there() -> None:
    text = shown(status_message(STATUS.counts_only()))

    assert "£" not in text and "94.8 % of project money in GBP is on projects" in text and "Waiting: 11 documents" in text


def test_given_a_month_of_credits_when_counts_only_are_shown_then_no_share_is_made_up() -> None:
    credits_only = Coverage(Money(Decimal(-50), "GBP"), Money(Decimal(100), "GBP"))

    text = shown(status_message(replace(STATUS, coverage=(credits_only,)).counts_only()))

    assert "November: a part of project money in GBP is on projects" in text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        pytest.param({"state": "rehearsal"}, "rehearsal, nothing is written", id="rehearsal"),
        pytest.param(
            {"state": "reading for the first time", "last_check_at": None}, "reading for the first time · no check yet", id="first read"
        ),
        pytest.param({"state": "paused", "paused_until": NOW + timedelta(hours=11)}, "paused until 25 Nov 2026, 01:05 UTC", id="paused"),
        pytest.param({"state": "cannot read", "unreadable": ("Scoro", "Xero")}, "Scoro and Xero cannot be read just now", id="cannot read"),
        pytest.param({"next_check_at": None}, "connected · last check 14:05", id="no next check"),
        pytest.param({"waiting_documents": 0}, "Waiting: nothing", id="nothing waits"),
        pytest.param({"coverage": ()}, "November: no project money yet", id="no project money"),
    ],
)
def test_given_a_state_when_shown_then_it_is_said_in_words(changed: dict[str, object], said: str) -> None:
    assert said in shown(status_message(replace(STATUS, **changed)))  # type: ignore[arg-type]


def test_given_a_service_that_cannot_be_read_when_shown_then_the_reason_stands_under_it() -> None:
    failing = replace(STATUS, state="cannot read", unreadable=("Scoro",), problem="Scoro refuses the key. Check it in Scoro's settings.")

    assert lines(failing)[1] == "Scoro refuses the key. Check it in Scoro's settings."


def test_given_calls_left_that_nobody_knows_when_shown_then_nothing_is_said_about_them() -> None:
    assert (
        lines(replace(STATUS, calls_left=None, options_in_use=None))[-1] == "Not read: company cards, journals, overpayments, prepayments"
    )
