"""Xero's notices (webhooks) and our answers to them, against Xero's own file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import jsonschema
from referencing import Registry
from referencing.jsonschema import DRAFT202012
from tests.judge.contracts import Json, accept, faults_in, read_yaml
from tests.judge.contracts_wire import Exchange

WEBHOOKS = "xero-webhooks.yaml"


def judge_notice(exchange: Exchange, *, is_genuine: bool) -> None:
    """Raises NotAccepted for a notice Xero would not send, or an answer Xero would not take. For those with events: the file knows no other."""
    accept(f"{exchange}: {fault}" for fault in _faults_of_notice(exchange, is_genuine=is_genuine))


def _faults_of_notice(exchange: Exchange, *, is_genuine: bool) -> Iterator[str]:
    body = json.loads(exchange.body)
    schemas = read_yaml(WEBHOOKS)
    with_notes = any(event.get("eventCategory") == "CREDITNOTE" for event in body["events"])
    pointer = "#/components/schemas/" + ("CreditNoteWebhookEvent" if with_notes else "WebhookEvent")
    registry = Registry().with_resource("urn:contract", DRAFT202012.create_resource({"components": schemas["components"]}))
    # Without formats but uuid: the file's own example of eventDateUtc is no date-time (section 11).
    checker = jsonschema.FormatChecker(formats=["uuid"])
    yield from faults_in(
        body, jsonschema.Draft202012Validator({"$ref": f"urn:contract{pointer}"}, registry=registry, format_checker=checker)
    )
    yield from (f"eventDateUtc {event.get('eventDateUtc')} has a zone (section 5)" for event in body["events"] if _has_zone(event))
    if "x-xero-signature" not in exchange.headers:
        yield "x-xero-signature is missing"
    if exchange.status != (200 if is_genuine else 401):
        yield f"Xero wants {200 if is_genuine else 401} (section 5)"
    if exchange.reply or "set-cookie" in exchange.reply_headers:
        yield "the answer has a body or a cookie (section 5)"


def _has_zone(event: Json) -> bool:
    return bool(re.search(r"(Z|[+-]\d\d:?\d\d)$", str(event.get("eventDateUtc"))))
