"""What `waiting` shows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from tests.unit.slack.examples import shown

from xero_sync.domain.money import Money
from xero_sync.reports.waiting import WaitingDocument, WaitingReport
from xero_sync.slack.blocks import ALL_TEXT, text_length
from xero_sync.slack.cards import waiting_message
from xero_sync.slack.cards.waiting import LISTED

POUNDS = (Money(Decimal("27475.00"), "GBP"),)


def waiting_bill(**more: Any) -> WaitingDocument:
    given: dict[str, Any] = {
        "document_id": "bill-1",
        "kind": "bill",
        "number": "10442",
        "contact": "Delft Signs",
        "day": date(2026, 11, 18),
        "days": 6,
        "net": Money(Decimal("740.00"), "GBP"),
        "reason": 'No Scoro project is called "Harbor Refit".',
        "could_not_be_done": False,
        "xero_url": "https://go.xero.com/bill-1",
    }
    return WaitingDocument(**{**given, **more})


def test_given_a_bill_that_waits_when_listed_then_its_line_says_what_and_why() -> None:
    message = waiting_message(WaitingReport(1, (Money(Decimal("740.00"), "GBP"),), 6, (waiting_bill(),)))

    assert shown(message).splitlines() == [
        "1 document waits · £740.00 net, oldest 6 days",
        '• Delft Signs, bill 10442, 18 Nov, £740.00, 6 days: No Scoro project is called "Harbor Refit" · Xero',
    ]


def test_given_questions_without_a_card_when_listed_then_it_says_how_they_are_answered() -> None:
    small = WaitingReport(1, POUNDS, 6, (waiting_bill(),), without_card=1, card_threshold=Decimal("1250.00"))

    *_, says, button = shown(waiting_message(small)).splitlines()

    assert says == (
        "1 question has no card yet. A card comes at once from 1,250.00 net, and only a few in an hour. "
        "/xero-sync waiting --ask has the oldest posted, to be answered there."
    )
    assert button == "[Answer the oldest]"


def test_given_questions_without_a_card_when_a_viewer_looks_then_no_button_is_offered() -> None:
    assert "Answer" not in shown(waiting_message(WaitingReport(1, (), 6, (), sees_amounts=False)))


def test_given_a_bill_that_could_not_be_done_when_listed_then_its_line_says_so_first() -> None:
    message = waiting_message(WaitingReport(1, POUNDS, 6, (waiting_bill(could_not_be_done=True, reason="Scoro's copy has other lines."),)))

    assert "6 days: could not be done. Scoro's copy has other lines · Xero" in shown(message)


def test_given_a_bill_without_number_contact_or_link_when_listed_then_nothing_is_left_empty() -> None:
    message = waiting_message(WaitingReport(1, POUNDS, 6, (waiting_bill(number="", contact="", xero_url="", days=1),)))

    assert shown(message).splitlines()[1] == (
        '• no contact, bill without number, 18 Nov, £740.00, 1 day: No Scoro project is called "Harbor Refit"'
    )


def test_given_more_than_fits_when_listed_then_the_rest_is_counted() -> None:
    message = waiting_message(WaitingReport(44, POUNDS, 6, tuple(waiting_bill() for _ in range(30))))

    lines = shown(message).splitlines()

    assert (sum(line.startswith("•") for line in lines), lines[-1]) == (LISTED, f"and {44 - LISTED} more, newer than these")


def test_given_long_names_when_listed_then_fewer_are_named_and_none_is_lost_from_the_count() -> None:
    long = waiting_bill(contact="&" * 80, number="&" * 80, reason="&" * 400)

    message = waiting_message(WaitingReport(20, POUNDS, 6, (long,) * 20))

    lines = shown(message).splitlines()
    listed = sum(line.startswith("•") for line in lines)
    assert 0 < listed < 20 and lines[-1] == f"and {20 - listed} more, newer than these" and text_length(message.blocks) <= ALL_TEXT


def test_given_somebody_who_sees_counts_only_when_listed_then_there_is_a_count_and_the_reason_for_it() -> None:
    message = waiting_message(WaitingReport(15, (), 12, (), sees_amounts=False))

    assert shown(message).splitlines() == [
        "15 documents wait, oldest 12 days",
        "Suppliers and amounts are shown to bookkeepers, controllers and project managers.",
    ]


def test_given_nothing_that_waits_when_listed_then_one_line_says_so() -> None:
    assert shown(waiting_message(WaitingReport(0, (), None, ()))) == "Nothing is waiting."
