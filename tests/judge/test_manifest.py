"""manifest.yml against Slack's own schemas, and against what they do not look at."""

import json
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from referencing import Registry, Resource

MANIFEST = Path(__file__).resolve().parent.parent.parent / "manifest.yml"
# Slack's schemas take any word for a scope or an event. One more here is one more that an admin has to allow.
SCOPES = {"chat:write", "commands", "users:read"}
EVENTS: set[str] = set()
SCHEMAS = ("manifest.schema.1.0.0.json", "manifest.schema.2.0.0.json", "manifest.schema.json")


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    return loaded


@pytest.fixture(scope="module")
def schemas() -> dict[str, dict[str, Any]]:
    folder = Path(os.environ.get("CONTRACTS", "")) / "slack" / "manifest"  # noqa: TID251 - where the judge finds the contracts
    missing = [name for name in SCHEMAS if not (folder / name).is_file()]
    if missing:
        pytest.fail(f"{', '.join(missing)} not found in {folder}. Name the folder of contracts: make judge CONTRACTS=folder", pytrace=False)
    return {name: json.loads((folder / name).read_text(encoding="utf-8")) for name in SCHEMAS}


@pytest.fixture(scope="module")
def known_here(schemas: dict[str, dict[str, Any]]) -> Registry[Any]:
    """The schemas under the addresses by which they name each other, so that nothing is fetched."""
    addresses = {f"{base}{name}": schema for name, schema in schemas.items() for base in bases_of_references(schemas)}
    return Registry().with_resources((address, Resource.from_contents(schema)) for address, schema in addresses.items())


def bases_of_references(schema: Any) -> set[str]:
    """The folders of the addresses a schema refers to."""
    if isinstance(schema, list):
        return set().union(*(bases_of_references(part) for part in schema))
    if not isinstance(schema, dict):
        return set()
    reference = schema.get("$ref")
    own = {reference.rsplit("/", 1)[0] + "/"} if isinstance(reference, str) and "://" in reference else set()
    return own.union(*(bases_of_references(part) for part in schema.values()))


@pytest.mark.parametrize("name", SCHEMAS)
def test_given_slacks_schema_when_the_manifest_is_checked_then_nothing_is_wrong(
    name: str, manifest: dict[str, Any], schemas: dict[str, dict[str, Any]], known_here: Registry[Any]
) -> None:
    judge = jsonschema.Draft7Validator(schemas[name], registry=known_here)

    errors = [f"{error.json_path}: {error.message}" for error in judge.iter_errors(manifest)]

    assert errors == []


@pytest.mark.parametrize("name", SCHEMAS)
def test_given_a_manifest_with_a_key_slack_does_not_know_when_checked_then_the_judge_says_so(
    name: str, manifest: dict[str, Any], schemas: dict[str, dict[str, Any]], known_here: Registry[Any]
) -> None:
    misspelt = manifest | {"setings": {}}

    judge = jsonschema.Draft7Validator(schemas[name], registry=known_here)

    assert not judge.is_valid(misspelt)


def test_given_the_manifest_when_its_scopes_are_read_then_they_are_the_allowed_ones(manifest: dict[str, Any]) -> None:
    scopes = manifest["oauth_config"]["scopes"]

    assert (set(scopes["bot"]), len(scopes["bot"]), scopes.get("user", [])) == (SCOPES, len(SCOPES), [])


def test_given_the_manifest_when_its_events_are_read_then_they_are_the_allowed_ones(manifest: dict[str, Any]) -> None:
    subscriptions = manifest["settings"].get("event_subscriptions", {})

    assert set(subscriptions.get("bot_events", [])) == EVENTS


def test_given_the_manifest_when_its_transport_is_read_then_no_address_is_half_set(manifest: dict[str, Any]) -> None:
    settings = manifest["settings"]

    takes_clicks_by_socket = settings["socket_mode_enabled"] and settings["interactivity"] == {"is_enabled": True}

    assert takes_clicks_by_socket and all("url" not in command for command in manifest["features"]["slash_commands"])
