"""Clients and servers that others wrote, run as programs in their own environments; and what Xero's stand-in has in its books, in the same form."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.judge.contracts_xero_calls import has_a_month

from xero_sync.clock import SystemClock
from xero_sync.testing.standins.xero import XeroStandIn, line

PROGRAMS = Path(__file__).parent / "foreign"
ENVIRONMENTS = Path(sys.prefix)
"""`make judge` puts the environments of the foreign clients into ours, each apart."""
LONGEST_SECONDS = 90
BILLS = 230
"""More than two pages of a client that takes a hundred at a time."""
TRACKING = ("TrackingCategoryID", "Name", "TrackingOptionID", "Option")
Json = dict[str, Any]


def books() -> XeroStandIn:
    """A month, and enough bills for several pages. No quota: how a foreign client paces itself is its own matter."""
    xero = XeroStandIn(now=SystemClock().now, minute_limit=None, day_limit=None, concurrent_limit=None)
    has_a_month(xero)
    for number in range(BILLS):
        xero.approves_bill(f"P-{number}", "Pressgang Print", [line(f"{number}.55", option="Quay Lantern")], date="2026-11-19")
    return xero


def program(home: str) -> Path:
    found = ENVIRONMENTS / home / "bin" / "python"
    if not found.exists():
        raise FileNotFoundError(f"{found} is not there. `make judge` installs it.")
    return found


async def run(home: str, name: str, *arguments: str, environment: Mapping[str, str] | None = None) -> str:
    """What the program printed, run in the environment `home`. Raises AssertionError with its own words where it failed or took too long."""
    process = await asyncio.create_subprocess_exec(
        program(home),
        PROGRAMS / f"{name}.py",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=dict(environment or {}),
    )
    try:
        async with asyncio.timeout(LONGEST_SECONDS):
            printed, complained = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        raise AssertionError(f"{name} did not end within {LONGEST_SECONDS} seconds") from None
    assert process.returncode == 0, f"{name} failed:\n{complained.decode()[-4000:]}"
    return printed.decode()


async def asked(xero: XeroStandIn, url: str, home: str, name: str, **more: object) -> Json:
    """What the client understood."""
    told = {
        "url": url,
        "client_id": xero.client_id,
        "client_secret": xero.client_secret,
        "refresh_token": xero.issues_refresh_token(),
        "scopes": sorted(xero.access.app_scopes),
        **more,
    }
    found: Json = json.loads(await run(home, name, json.dumps(told)))
    return found


def documents_in(xero: XeroStandIn, kind: str) -> dict[str, Json]:
    """Every document of a kind as the books have it, by id."""
    found = (document_of(record.fields, kind, f"{record.updated:%Y-%m-%dT%H:%M:%S}") for record in xero.records[kind].values())
    return {each["id"]: each for each in found}


_ID = {"Invoices": "InvoiceID", "CreditNotes": "CreditNoteID"}
_NUMBER = {"Invoices": "InvoiceNumber", "CreditNotes": "CreditNoteNumber"}


def document_of(fields: Mapping[str, Any], kind: str, updated: str) -> Json:
    """What is compared of a document. updated: when it last changed, UTC, to the second."""
    return {
        "id": fields[_ID[kind]],
        "number": fields.get(_NUMBER[kind], ""),
        "type": fields["Type"],
        "status": fields["Status"],
        "date": fields["DateString"][:10],
        "currency": fields["CurrencyCode"],
        "sub_total": exact(fields["SubTotal"]),
        "total_tax": exact(fields["TotalTax"]),
        "total": exact(fields["Total"]),
        "contact": fields["Contact"]["Name"],
        "updated": updated,
        "lines": [
            {
                "id": each["LineItemID"],
                "amount": exact(each["LineAmount"]),
                "tax": exact(each["TaxAmount"]),
                "account": each.get("AccountCode"),
                "tracking": [[entry[key] for key in TRACKING] for entry in each.get("Tracking") or ()],
            }
            for each in fields["LineItems"]
        ],
    }


def parsed(document: Json) -> Json:
    """A document as a client understood it, its amounts exact."""
    lines = [line | {key: exact(line[key]) for key in ("amount", "tax")} for line in document["lines"]]
    return document | {key: exact(document[key]) for key in ("sub_total", "total_tax", "total")} | {"lines": lines}


def exact(amount: object) -> Decimal:
    """To the cent: some clients have binary fractions, whose last digits are nobody's."""
    return Decimal(str(amount)).quantize(Decimal("0.01"))


def categories_in(xero: XeroStandIn) -> list[Json]:
    return [
        {
            "id": category.category_id,
            "name": category.name,
            "status": category.status,
            "options": [{"id": option.option_id, "name": option.name, "status": option.status} for option in category.options],
        }
        for category in xero.categories
    ]
