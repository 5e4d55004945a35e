"""docs/fidelity.md leaves no call of the bot out, and no open question."""

from __future__ import annotations

import json
from contextlib import suppress

import httpx
import pytest
from tests import fidelity_page
from tests.fidelity_page import ENDPOINTS, calls_of, named
from tests.judge.contracts_xero_calls import a_bench, make_every_call
from tests.unit.clients.test_mutated_replies import SCORO_CALLS
from tests.unit.slack.test_manifest_scopes import SCOPE_OF
from tests.unknowns_page import unknowns

from xero_sync.clients.budget import scoro_budget
from xero_sync.clients.scoro import ScoroClient
from xero_sync.errors import RemoteError
from xero_sync.testing.clock import SteppedClock


def test_given_the_page_when_compared_with_the_table_then_it_says_the_same() -> None:
    assert fidelity_page.PAGE.read_text(encoding="utf-8") == fidelity_page.page(), "write it anew: .venv/bin/python -m tests.fidelity_page"


async def test_given_every_call_to_xero_when_listed_then_the_page_has_these_and_no_others() -> None:
    async with a_bench() as bench:
        await make_every_call(bench)

        assert {named(exchange.method, exchange.path) for exchange in bench.exchanges} == calls_of("Xero")


async def test_given_every_call_to_scoro_when_listed_then_the_page_has_these_and_no_others() -> None:
    clock, asked = SteppedClock(), set()

    for body, call in SCORO_CALLS.values():

        def answers(request: httpx.Request, body: object = body) -> httpx.Response:
            asked.add(named(request.method, request.url.path))
            return httpx.Response(200, content=json.dumps(body), headers={"content-type": "application/json"})

        client = ScoroClient.open(
            base_url="https://ferrowpike.example",
            api_key="ScoroAPI_0123456789abcde",
            clock=clock,
            company_account_id="",
            budget=scoro_budget(clock),
            transport=httpx.MockTransport(answers),
        )
        with suppress(RemoteError):  # this server's lists repeat themselves for ever; what was asked is what counts here
            await call(client)
        await client.aclose()

    assert asked == calls_of("Scoro")


def test_given_every_call_to_slack_when_listed_then_the_page_has_these_and_no_others() -> None:
    assert {name.replace("_", ".") for name in SCOPE_OF} == calls_of("Slack")


@pytest.mark.parametrize("service", ["Xero", "Scoro", "Slack"])
def test_given_the_open_questions_when_looked_up_then_each_stands_beside_a_call_and_there_are_no_others(service: str) -> None:
    named_on_the_page = {name for each in ENDPOINTS if each.service == service for name in each.rests_on}

    assert named_on_the_page == {unknown.name for unknown in unknowns() if unknown.service == service}
