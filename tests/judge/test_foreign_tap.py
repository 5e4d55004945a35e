"""tap-xero, in an environment of its own, takes invoices, credit notes and tracking categories out of Xero's stand-in as its books hold them."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from tests.fidelity_page import TAP, calls_of, named
from tests.judge.foreign_clients import Json, books, categories_in, document_of, documents_in, run

from xero_sync.testing.standins.served import serve
from xero_sync.testing.standins.xero import XeroStandIn

STREAMS = ("invoices", "credit_notes", "tracking_categories")


@pytest.fixture(scope="module")
def tapped(tmp_path_factory: pytest.TempPathFactory) -> tuple[XeroStandIn, dict[str, list[Json]]]:
    return asyncio.run(tap(tmp_path_factory.mktemp("tap")))


async def tap(folder: Path) -> tuple[XeroStandIn, dict[str, list[Json]]]:
    """The books, and every row the tap gave out, by stream."""
    xero = books()
    config, catalog = folder / "config.json", folder / "catalog.json"
    config.write_text(
        json.dumps(
            {
                "client_id": xero.client_id,
                "client_secret": xero.client_secret,
                "tenant_id": xero.tenant_id,
                "refresh_token": xero.issues_refresh_token(),
                "start_date": "2020-01-01T00:00:00Z",
                "user_agent": "judge",
            }
        )
    )
    async with serve(xero.app) as url:
        there = {"XERO_STANDIN": url}
        found = json.loads(await run("tap", "by_tap_xero", "-c", str(config), "--discover", environment=there))
        catalog.write_text(json.dumps(selected(found)))
        printed = await run("tap", "by_tap_xero", "-c", str(config), "--catalog", str(catalog), environment=there)
    rows: dict[str, list[Json]] = defaultdict(list)
    for message in map(json.loads, printed.splitlines()):
        if message["type"] == "RECORD":
            rows[message["stream"]].append(message["record"])
    return xero, rows


def selected(catalog: Json) -> Json:
    """The catalog with our streams switched on."""
    for stream in catalog["streams"]:
        for entry in stream["metadata"]:
            if entry["breadcrumb"] == []:
                entry["metadata"]["selected"] = stream["tap_stream_id"] in STREAMS
    return catalog


def test_given_the_calls_the_tap_is_said_to_have_judged_when_it_is_done_then_it_has_made_them(
    tapped: tuple[XeroStandIn, dict[str, list[Json]]],
) -> None:
    xero, _ = tapped
    made = {named(call.method, call.path) for call in xero.traffic.calls}

    assert calls_of("Xero", TAP) - made == set() and calls_of("Xero", TAP)


@pytest.mark.parametrize(("stream", "kind"), [("invoices", "Invoices"), ("credit_notes", "CreditNotes")])
def test_given_the_documents_when_tapped_then_every_row_is_as_in_the_books(
    tapped: tuple[XeroStandIn, dict[str, list[Json]]], stream: str, kind: str
) -> None:
    xero, rows = tapped
    found = {row["id"]: row for row in (document_of(each, kind, each["UpdatedDateUTC"][:19]) for each in rows[stream])}

    assert len(rows[stream]) == len(found) and found == documents_in(xero, kind)


def test_given_the_categories_when_tapped_then_every_active_option_is_there(tapped: tuple[XeroStandIn, dict[str, list[Json]]]) -> None:
    xero, rows = tapped

    def named(each: Json) -> tuple[Any, ...]:
        return each["id"], each["name"], each["status"], sorted((one["id"], one["name"], one["status"]) for one in each["options"])

    found = [
        {
            "id": row["TrackingCategoryID"],
            "name": row["Name"],
            "status": row["Status"],
            "options": [{"id": one["TrackingOptionID"], "name": one["Name"], "status": one["Status"]} for one in row["Options"]],
        }
        for row in rows["tracking_categories"]
    ]
    # It does not ask for archived options, so it gets none.
    active = [each | {"options": [one for one in each["options"] if one["status"] == "ACTIVE"]} for each in categories_in(xero)]
    assert sorted(map(named, found)) == sorted(map(named, active))
