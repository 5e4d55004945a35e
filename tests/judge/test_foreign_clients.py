"""Clients that others wrote read Xero's stand-in over a socket, and find in it what its books hold, row by row."""

from __future__ import annotations

import ast
import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from tests.fidelity_page import PYXERO, XERO_PYTHON, calls_of, named
from tests.judge.foreign_clients import PROGRAMS, Json, asked, books, categories_in, documents_in, parsed

from xero_sync.testing.standins.served import serve
from xero_sync.testing.standins.xero import XeroStandIn, line

CLIENTS = {XERO_PYTHON: "by_xero_python", PYXERO: "by_pyxero"}


@dataclass
class Read:
    """What a client understood, and the books before and after it wrote."""

    client: str
    xero: XeroStandIn
    found: Json
    categories_before: list[Json]
    later: str


@pytest.fixture(scope="module", params=CLIENTS)
def read(request: pytest.FixtureRequest) -> Read:
    return asyncio.run(read_by(request.param))


async def read_by(client: str) -> Read:
    xero = books()
    since = xero.now() - timedelta(minutes=1)
    for record in (*xero.records["Invoices"].values(), *xero.records["CreditNotes"].values()):
        xero.touch(record, since - timedelta(days=1))
    later = xero.approves_bill("LATE-1", "Rook Sound", [line("99.95", option="Harbour Refit")], date="2026-11-20")
    before = categories_in(xero)
    async with serve(xero.app) as url:
        found = await asked(
            xero,
            url,
            "foreign",
            CLIENTS[client],
            category="Project",
            option="Copper Vale",
            renamed="Copper Vale Rebrand",
            used_option_id=xero.categories[0].option_named("Quay Lantern").option_id,
            page_size=100,
            since=f"{since:%Y-%m-%dT%H:%M:%S}",
            credit_note_id=next(iter(xero.records["CreditNotes"])),
        )
    return Read(client, xero, found, before, later)


def test_given_the_programs_when_read_then_what_others_wrote_is_changed_in_one_small_module_alone() -> None:
    changing = {path.name for path in PROGRAMS.glob("*.py") if changed_by(ast.parse(path.read_text(encoding="utf-8")))}

    assert changing == {"addresses.py"}


def changed_by(program: ast.Module) -> set[str]:
    """The attributes of imported modules and classes that a program sets."""
    imports = (node for node in ast.walk(program) if isinstance(node, ast.Import | ast.ImportFrom))
    imported = {(alias.asname or alias.name).split(".")[0] for node in imports for alias in node.names}
    set_here = {ast.unparse(node) for node in ast.walk(program) if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)}
    return {name for name in set_here if name.split(".")[0] in imported}


def test_given_a_used_up_token_when_the_client_connects_then_it_has_renewed_it_and_finds_the_organisation(read: Read) -> None:
    assert read.found["has_refreshed"] is True
    assert read.found["connections"] == [[read.xero.tenant_id, "Ferrow & Pike Ltd"]]


def test_given_the_calls_this_client_is_said_to_have_judged_when_it_is_done_then_it_has_made_them(read: Read) -> None:
    made = {named(call.method, call.path) for call in read.xero.traffic.calls}

    assert calls_of("Xero", read.client) - made == set() and calls_of("Xero", read.client)


def test_given_the_categories_when_listed_then_the_client_finds_every_option_with_its_status(read: Read) -> None:
    def by_id(categories: list[Json]) -> dict[str, Any]:
        return {each["id"]: each | {"options": sorted(each["options"], key=lambda one: str(one["id"]))} for each in categories}

    assert by_id(read.found["categories"]) == by_id(read.categories_before)


def test_given_an_option_when_created_renamed_and_another_archived_then_the_books_have_it_so(read: Read) -> None:
    option_id, name = read.found["created"]
    project = read.xero.categories[0]

    assert name == "Copper Vale" and read.found["renamed"] == [option_id, "Copper Vale Rebrand"]
    assert project.option(option_id).name == "Copper Vale Rebrand"
    assert read.found["archived"] == [project.option_named("Quay Lantern").option_id, "ARCHIVED"]
    assert project.option_named("Quay Lantern").status == "ARCHIVED"


def test_given_three_pages_of_bills_when_read_then_every_row_is_as_in_the_books(read: Read) -> None:
    rows = {each["id"]: parsed(each) for each in read.found["invoices"]}

    assert (len(read.found["invoices"]), read.found["pages"]) == (len(rows), 3)
    assert rows == documents_in(read.xero, "Invoices")


def test_given_a_moment_when_asked_since_then_only_the_later_bill_is_found(read: Read) -> None:
    assert read.found["since"] == [read.later]


def test_given_a_credit_note_when_read_alone_then_it_is_as_in_the_books(read: Read) -> None:
    found = parsed(read.found["credit_note"])

    assert found == documents_in(read.xero, "CreditNotes")[found["id"]]
