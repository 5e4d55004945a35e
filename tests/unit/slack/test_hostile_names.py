"""Names with anything in them: no card pings, breaks or grows too long for Slack."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.unit.reports.examples import NOW, TODAY
from tests.unit.slack.examples import card_document, choice, question, question_card, shown
from tests.unit.slack.page import STATUS

from xero_sync.domain.money import Money
from xero_sync.loop.ports import Rendered
from xero_sync.reports.card import ProblemCard, SummaryCard
from xero_sync.reports.waiting import WaitingDocument, WaitingReport
from xero_sync.reports.why import WhyAnswer, WhyDocument, WhyLine, WhyReport, WhyWrite
from xero_sync.slack.blocks import FormOrigin, Pressed, option
from xero_sync.slack.cards import (
    help_message,
    plain_message,
    problem_message,
    question_message,
    status_message,
    summary_message,
    waiting_message,
    why_message,
)
from xero_sync.slack.cards.forms import project_view, sentence_view
from xero_sync.testing.standins.slack import check_outgoing
from xero_sync.testing.standins.slack.plain import pings_of

NASTY = [
    "<!channel>",
    "<@U1>",
    "<http://x|y>",
    "&amp;",
    "*_~`",
    "שלום",
    "\u202e",
    "👩\u200d🎨",
    "\n",
    "\x00",
    "a",
    " ",
    "Harbour Refit",
    "&" * 100,
]
names = st.lists(st.sampled_from(NASTY), max_size=40).map("".join) | st.text(max_size=500) | st.sampled_from(["", "x" * 500, "&" * 500])
amounts = st.decimals(min_value=Decimal("-99999999.99"), max_value=Decimal("99999999.99"), places=2)
thorough = settings(max_examples=60, deadline=None)


def violations(message: Rendered) -> list[str]:
    args = {"channel": "C_FIN", "text": message.text, "blocks": list(message.blocks)}
    return [str(found) for method in ("chat.postMessage", "response_url") for found in check_outgoing(method, _args(method, args))]


def _args(method: str, args: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in args.items() if name != "channel"} if method == "response_url" else args


def pings(message: Rendered) -> list[str]:
    return [*pings_of(message.text), *pings_of(list(message.blocks))]


@thorough
@given(name=names, title=names, net=amounts, number=st.integers(0, 30), state=st.sampled_from(["open", "working", "answered", "closed"]))
@example(name="&" * 500, title="&" * 500, net=Decimal(1), number=30, state="open")
def test_given_any_names_when_a_question_is_shown_then_slack_takes_it_and_nobody_is_pinged(
    name: str, title: str, net: Decimal, number: int, state: str
) -> None:
    documents = tuple(
        card_document(str(place), contact=name, description=name, net=str(net), scoro_url="https://ferrow.example/x")
        for place in range(number)
    )
    choices = tuple(choice(f"{name}{place}…", f"choice-{place}", form="project" if place % 2 else "") for place in range(30))
    asked = question(title=title, facts=(name,) * 9, choices=choices, reach_text=name)
    card = question_card(
        question=asked,
        documents=documents,
        net=(Money(net, "XXX"),),
        state=state,
        problem=name,
        result=name,
        answered_by=name,
        answer_label=name,
    )

    message = question_message(card)

    assert (violations(message), pings(message)) == ([], [])


@thorough
@given(name=names)
def test_given_any_name_when_notices_and_lists_are_shown_then_slack_takes_them_and_nobody_is_pinged(name: str) -> None:
    waits = WaitingDocument("d", "bill", name, name, TODAY, 3, Money(Decimal(1), "GBP"), name, True, f"https://go.xero.com/{name}")
    messages = [
        problem_message(ProblemCard("s", name, name, name)),
        problem_message(ProblemCard("s", name, name, name, is_over=True)),
        summary_message(SummaryCard(12, (Money(Decimal(1), "GBP"),), (name,) * 10)),
        plain_message("\n".join([name] * 30)),
        help_message(name),
        waiting_message(WaitingReport(40, (Money(Decimal(1), "GBP"),), 3, (waits,) * 30)),
        *(why_message(report) for report in explained(name)),
        status_message(replace(STATUS, organisation=name, site=name, problem=name, lines=(name,) * 30, state="cannot read")),
        status_message(replace(STATUS, state="paused", paused_until=NOW + timedelta(hours=1))),
    ]

    assert [(violations(message), pings(message)) for message in messages] == [([], [])] * len(messages)


def explained(name: str) -> list[WhyReport]:
    """One document with this name everywhere, several of them, and none."""
    one = Money(Decimal(-1), "GBP")
    answer = WhyAnswer(name, NOW, name, "For this document only.")
    line = WhyLine(name, one, name, "project money", name, "attached", name, name, ((name, one), (name, one)), question=name)
    lines = (line, replace(line, answer=answer, state="waiting")) * 20
    url = f"https://go.xero.com/{name}"
    writes = (WhyWrite(NOW, name, name, "could not be done", name),) * 20
    document = WhyDocument("d", "bill", name, name, TODAY, one, one, "approved in Xero", "attached", name, lines, writes, url)
    return [WhyReport(name, document), WhyReport(name, several=(document,) * 10), WhyReport(name)]


@thorough
@given(name=names)
def test_given_any_name_when_a_form_is_opened_then_slack_takes_it(name: str) -> None:
    card = question_card(question=question(title=name, reach_text=name))
    views = [project_view(card, FormOrigin(Pressed("q1", "choose", 1), "C_FIN", "1.0")), sentence_view(name)]

    found = [violation for view in views for violation in check_outgoing("views.open", {"trigger_id": "1.1.a", "view": view})]

    assert found == []


@thorough
@given(name=names.filter(lambda name: name.strip() != ""))
def test_given_any_name_when_offered_in_a_menu_then_slack_takes_it(name: str) -> None:
    assert check_outgoing("options ack", {"options": [option(name, "412")]}) == []


@thorough
@given(name=st.text(st.characters(exclude_categories=("Z", "C"), exclude_characters="*_~`"), min_size=1, max_size=80))
def test_given_a_name_that_fits_when_shown_then_a_person_reads_every_character_of_it(name: str) -> None:
    message = question_message(question_card(documents=(card_document(contact=name),)))

    assert name in shown(message)
