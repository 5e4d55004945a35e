"""manifest.yml against Slack's own schemas, and against what they do not look at: they take any word for a scope or an event."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import yaml
from referencing import Registry, Resource
from tests.judge.contracts import MANIFEST_FILES, Json, accept, faults_in, read_json

MANIFEST = Path(__file__).resolve().parent.parent.parent / "manifest.yml"
SCOPES = frozenset({"chat:write", "commands", "users:read"})
"""One more here is one more that an admin has to allow."""
EVENTS: frozenset[str] = frozenset()


def read_manifest() -> Json:
    loaded: Json = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    return loaded


def judge_manifest(manifest: Json) -> None:
    """Raises NotAccepted where Slack would not take it, or where it asks for more than the bot needs."""
    accept(_faults_of(manifest))


def _faults_of(manifest: Json) -> Iterator[str]:
    for name in MANIFEST_FILES:
        yield from (f"{name}: {fault}" for fault in faults_in(manifest, jsonschema.Draft7Validator(_schema(name), registry=_known_here())))
    scopes = manifest.get("oauth_config", {}).get("scopes", {})
    yield from _apart("scope", scopes.get("bot", []), SCOPES)
    yield from _apart("scope of a person", scopes.get("user", []), frozenset())
    settings = manifest.get("settings", {})
    yield from _apart("event", settings.get("event_subscriptions", {}).get("bot_events", []), EVENTS)
    if not settings.get("socket_mode_enabled") or settings.get("interactivity") != {"is_enabled": True}:
        yield "presses do not come over Socket Mode alone"
    yield from (f"{command['command']} has an address" for command in manifest["features"]["slash_commands"] if "url" in command)


def _apart(what: str, there: list[str], wanted: frozenset[str]) -> Iterator[str]:
    yield from (f"the {what} {name} is asked for and not needed" for name in sorted(set(there) - wanted))
    yield from (f"the {what} {name} is needed and not asked for" for name in sorted(wanted - set(there)))
    if len(set(there)) != len(there):
        yield f"a {what} stands there twice"


def _schema(name: str) -> Json:
    return read_json(f"slack/manifest/{name}")


@functools.cache
def _known_here() -> Registry[Any]:
    """The schemas under the addresses by which they name each other, so that nothing is fetched."""
    schemas = {name: _schema(name) for name in MANIFEST_FILES}
    bases = {base for schema in schemas.values() for base in _bases_of_references(schema)}
    addresses = {f"{base}{name}": schema for name, schema in schemas.items() for base in bases}
    return Registry().with_resources((address, Resource.from_contents(schema)) for address, schema in addresses.items())


def _bases_of_references(schema: Any) -> set[str]:
    """The folders of the addresses a schema refers to."""
    if isinstance(schema, list):
        return set().union(*(_bases_of_references(part) for part in schema))
    if not isinstance(schema, dict):
        return set()
    reference = schema.get("$ref")
    own = {reference.rsplit("/", 1)[0] + "/"} if isinstance(reference, str) and "://" in reference else set()
    return own.union(*(_bases_of_references(part) for part in schema.values()))
