"""Our client and Xero's stand-in, judged by Xero's own files."""

from __future__ import annotations

import pytest
from tests.judge.contracts_xero import judge, operation_of
from tests.judge.contracts_xero_calls import CALLS, a_bench, ask_the_rest, be_refused, make_every_call, methods_of_the_client


async def test_given_every_call_of_the_client_when_judged_then_xero_takes_and_gives_what_was_exchanged() -> None:
    async with a_bench() as bench:
        await make_every_call(bench)
        judge(bench.exchanges)


async def test_given_what_xero_refuses_when_judged_then_its_answers_are_those_that_are_known() -> None:
    async with a_bench() as bench:
        await be_refused(bench)
        judge(bench.exchanges)


async def test_given_what_other_clients_ask_when_judged_then_xero_would_answer_so() -> None:
    async with a_bench() as bench:
        await ask_the_rest(bench)
        judge(bench.exchanges)
