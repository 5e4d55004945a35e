"""State to message, pure: one function per card."""

from __future__ import annotations

from xero_sync.loop.ports import Rendered
from xero_sync.reports.card import GoOnCard, ProblemCard, QuestionCard, SummaryCard
from xero_sync.reports.result import DayResult
from xero_sync.slack.cards.help import help_message, start_message, undo_day_message
from xero_sync.slack.cards.history import day_message, history_message, no_day_message
from xero_sync.slack.cards.notices import go_on_message, plain_message, problem_message, summary_message
from xero_sync.slack.cards.question import question_message
from xero_sync.slack.cards.result import result_message
from xero_sync.slack.cards.status import status_message
from xero_sync.slack.cards.waiting import waiting_message
from xero_sync.slack.cards.why import why_message


class SlackCards:
    """What the loop shows, as Slack messages (`loop.ports.Cards`)."""

    def question(self, card: QuestionCard) -> Rendered:
        return question_message(card)

    def result(self, day: DayResult) -> Rendered:
        return result_message(day)

    def problem(self, card: ProblemCard) -> Rendered:
        return problem_message(card)

    def go_on(self, card: GoOnCard) -> Rendered:
        return go_on_message(card)

    def summary(self, card: SummaryCard) -> Rendered:
        return summary_message(card)

    def plain(self, text: str) -> Rendered:
        return plain_message(text)


__all__ = [
    "SlackCards",
    "day_message",
    "go_on_message",
    "help_message",
    "history_message",
    "no_day_message",
    "plain_message",
    "problem_message",
    "question_message",
    "result_message",
    "start_message",
    "status_message",
    "summary_message",
    "undo_day_message",
    "waiting_message",
    "why_message",
]
