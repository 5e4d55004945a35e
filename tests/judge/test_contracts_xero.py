"""Our client and Xero's stand-in, judged by Xero's own files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.judge.contracts_story import Played
from tests.judge.contracts_wire import Exchange
from tests.judge.contracts_xero import TOKEN, judge, judge_reading, operation_of
from tests.judge.contracts_xero_calls import CALLS, KINDS, a_bench, ask_the_rest, be_refused, make_every_call, methods_of_the_client
from tests.unknowns_page import unknowns

import xero_sync.clients.xero
from xero_sync.testing.standins.xero import Switches

CLIENT = Path(xero_sync.clients.xero.__file__).parent


def calls_made(exchanges: list[Exchange]) -> set[str]:
    """Method and path of each, as Xero's files write them."""
    found = [(exchange, operation_of(exchange.method, exchange.path)) for exchange in exchanges]
    return {f"{exchange.method} {operation.template if operation else exchange.path}" for exchange, operation in found}


async def test_given_every_call_of_our_client_when_judged_then_xero_takes_the_question_and_gives_such_an_answer() -> None:
    async with a_bench() as bench:
        await make_every_call(bench)

        judge(bench.exchanges)


async def test_given_what_xero_refuses_our_client_when_judged_then_each_refusal_is_a_known_one() -> None:
    async with a_bench() as bench:
        await be_refused(bench)

        judge(bench.exchanges)

        assert {400, 401, 403, 404, 429, 500} <= {exchange.status for exchange in bench.exchanges}


async def test_given_what_other_clients_ask_when_judged_then_xero_gives_such_an_answer() -> None:
    async with a_bench() as bench:
        await ask_the_rest(bench)

        judge(bench.exchanges)

        assert {200, 204, 400, 403, 404, 501} <= {exchange.status for exchange in bench.exchanges}


def test_given_a_day_at_the_agency_when_its_calls_are_judged_then_xero_takes_and_gives_them(played: Played) -> None:
    judge(played.with_xero)

    assert {f"GET {path}" for path in ("/Invoices", "/CreditNotes", "/TrackingCategories", "/Accounts")} <= calls_made(played.with_xero)


@pytest.mark.parametrize(
    ("name", "other"),
    [pytest.param(each.name, other, id=f"{each.name} {other}") for each in unknowns() if each.service == "Xero" for other in each.others],
)
async def test_given_the_other_answer_to_something_unknown_when_judged_then_xero_may_give_that_too(name: str, other: object) -> None:
    switches = Switches()
    setattr(switches, name, other)
    async with a_bench(switches=switches) as bench:
        for calls in [calls for method, calls in CALLS.items() if method != "create_option"]:
            for call in calls:
                await call(bench)

        judge(bench.exchanges)


def test_given_the_methods_of_our_client_when_the_calls_are_counted_then_each_is_made() -> None:
    assert methods_of_the_client() == set(CALLS)


async def test_given_the_paths_in_our_clients_code_when_the_calls_are_looked_through_then_each_occurred() -> None:
    written = {path for file in CLIENT.glob("*.py") for path in re.findall(r'["}](/[A-Za-z]{4,})', file.read_text(encoding="utf-8"))}
    async with a_bench() as bench:
        await make_every_call(bench)

    asked = {f"/{step}" for exchange in bench.exchanges for step in exchange.path.split("/")}

    assert written and written - asked == set()


async def test_given_our_client_when_every_call_is_made_then_these_are_all_the_calls_there_are() -> None:
    async with a_bench() as bench:
        await make_every_call(bench)

    assert calls_made(bench.exchanges) == {
        f"POST {TOKEN}",
        "GET /Connections",
        "GET /Organisation",
        "GET /Accounts",
        "GET /TrackingCategories",
        "PUT /TrackingCategories/{TrackingCategoryID}/Options",
        "GET /Invoices",
        "GET /Invoices/{InvoiceID}",
        "POST /Invoices/{InvoiceID}",
        "POST /CreditNotes/{CreditNoteID}",
        "GET /CreditNotes",
        "GET /CreditNotes/{CreditNoteID}",
    }


@pytest.mark.parametrize("kind", KINDS)
async def test_given_documents_when_our_client_has_read_them_then_they_are_what_was_answered(kind: str) -> None:
    async with a_bench() as bench:
        page = await bench.client.documents(kind)  # type: ignore[arg-type]
        listed = bench.exchanges[-1]
        one = await bench.client.document(kind, page.documents[0].document_id)  # type: ignore[arg-type]

        judge_reading(listed, page.documents)
        judge_reading(bench.exchanges[-1], [one])

        assert page.documents and page.unreadable == ()
