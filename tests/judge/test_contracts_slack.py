"""Everything that leaves the bot for Slack, judged by Slack's own types and the known limits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from tests.judge.contracts import accept
from tests.judge.contracts_slack import ANSWERS, faults_of_blocks, faults_of_view, judge
from tests.judge.contracts_story import Played
from tests.unit.slack.page import ask_everything, samples
from tests.unit.slack.test_manifest_scopes import names_called

from xero_sync.slack.blocks import FormOrigin, Pressed
from xero_sync.slack.cards.forms import loading_view, project_view, sentence_view

SAMPLES = [(heading or name, blocks) for heading, name, blocks in samples() if blocks]


def test_given_a_day_at_the_agency_when_judged_then_slack_takes_everything_and_shows_it_well(played: Played) -> None:
    judge(played.sent)


def test_given_a_day_at_the_agency_when_what_was_sent_is_counted_then_every_call_and_every_kind_of_answer_is_among_it(
    played: Played,
) -> None:
    named = {name for name in dir(AsyncWebClient) if "_" in name.strip("_")}.intersection(names_called())
    methods = {name.replace("_", ".", 2 if name.startswith("apps") else 1) for name in named}

    sent = {one.method for one in played.sent}

    assert (methods - sent, set(ANSWERS) - sent) == (set(), set())


def test_given_a_day_at_the_agency_when_the_answers_to_forms_are_counted_then_a_refusal_and_a_sentence_are_among_them(
    played: Played,
) -> None:
    answers = {one.args.get("response_action") for one in played.sent if one.method == "view ack"}

    assert answers >= {"errors", "update"}


@pytest.mark.parametrize("blocks", [blocks for _, blocks in SAMPLES], ids=[f"{place} {name}" for place, (name, _) in enumerate(SAMPLES)])
def test_given_a_card_of_the_page_when_judged_then_slack_takes_it(blocks: Sequence[dict[str, Any]]) -> None:
    accept(faults_of_blocks(list(blocks)))


def test_given_the_forms_when_judged_then_slack_takes_them() -> None:
    asked = ask_everything()
    origin = FormOrigin(Pressed("q" * 32, "choose", 1), "C_FIN", "1763978400.000100")
    views = [loading_view(), sentence_view("x" * 5000), *(project_view(asked.card(ask), origin) for ask in asked.questions)]

    accept(fault for view in views for fault in faults_of_view(view))
