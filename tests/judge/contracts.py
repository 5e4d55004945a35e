"""The services' own contract files: where they lie, and how they are read. They are no part of the project.

`make judge` names their folder in CONTRACTS.
"""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import jsonschema
import yaml
from jsonschema.protocols import Validator

Json = dict[str, Any]

XERO_FILES = ("xero_accounting.yaml", "xero-identity.yaml", "xero-webhooks.yaml")
MANIFEST_FILES = ("manifest.schema.1.0.0.json", "manifest.schema.2.0.0.json", "manifest.schema.json")
BLOCK_FILES = ("known_block.schema.json", "view.schema.json")
LIMITS_FILE = "slack/limits/limits.json"
ARGUMENTS = "slack/method-args"

PUBLISHED = {
    "Xero's API descriptions": ("github.com/XeroAPI/Xero-OpenAPI", XERO_FILES),
    "Slack's schemas of a manifest": ("github.com/slackapi/manifest-schema", tuple(f"slack/manifest/{name}" for name in MANIFEST_FILES)),
    "Slack's types of blocks and views": (
        "the npm package @slack/types, made into JSON Schema by ts-json-schema-generator (--type KnownBlock, --type View)",
        tuple(f"slack/block-kit/{name}" for name in BLOCK_FILES),
    ),
    "Slack's types of arguments": (
        "the npm package @slack/web-api, made into JSON Schema by ts-json-schema-generator (--type ChatPostMessageArguments and so on)",
        (f"{ARGUMENTS}/ChatPostMessageArguments.json",),
    ),
    "Slack's limits": ("github.com/nicklambourne/slackblocks, spec/limits.json", (LIMITS_FILE,)),
}
"""What the judge compares with, where its publisher has it, and the files it must find."""


class NotAccepted(AssertionError):
    """The judge does not accept this. The text says everything that is wrong, a line each."""


def accept(faults: Iterable[str]) -> None:
    """Raises NotAccepted where there is a fault."""
    if found := list(dict.fromkeys(faults)):
        raise NotAccepted("\n".join(found))


def folder() -> Path:
    return Path(os.environ.get("CONTRACTS", "")).resolve()  # noqa: TID251 - where the judge finds the contracts


def missing_from(where: Path) -> str:
    """What is not in that folder and where its publisher has it, as a person reads it; "" where nothing is missing."""
    lines = []
    for what, (publisher, files) in PUBLISHED.items():
        if absent := [name for name in files if not (where / name).is_file()]:
            lines.append(f"- {what}: {publisher}. Missing: {', '.join(absent)}")
    if not lines:
        return ""
    head = (
        f"The judge compares with the services' own contract files, and {where} does not have them all. "
        "They are not part of this project. Their publishers have them; put them into one folder under these names, "
        "then say: make judge CONTRACTS=folder"
    )
    return "\n".join([head, *lines])


@functools.cache
def read_json(name: str) -> Json:
    loaded: Json = json.loads((folder() / name).read_text(encoding="utf-8"))
    return loaded


class _TextDates(yaml.CSafeLoader):
    """Leaves dates as they are written: Xero's files have examples that would become datetimes."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML's own way
        first: [resolver for resolver in resolvers if resolver[0] != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }


@functools.cache
def read_yaml(name: str) -> Json:
    loaded: Json = yaml.load((folder() / name).read_text(encoding="utf-8"), Loader=_TextDates)  # noqa: S506 - a safe loader
    return loaded


def faults_in(value: object, judge: Validator) -> list[str]:
    """Everything that a schema finds wrong, with where it is."""
    return [_said(error) for error in judge.iter_errors(value)]


def _said(error: jsonschema.ValidationError) -> str:
    closest = _closest(error)
    message = closest.message if len(closest.message) <= 300 else f"{closest.message[:300]}…"
    return f"{closest.json_path}: {message}"


def _closest(error: jsonschema.ValidationError) -> jsonschema.ValidationError:
    """Of "none of these shapes fits": what is wrong with the one that is meant, by its type."""
    while error.context:
        meant = [found for found in _by_shape(error) if not any(map(_is_about_the_type, found))]
        if len(meant) != 1:
            return jsonschema.exceptions.best_match([error])
        error = meant[0][0]
    return error


def _by_shape(error: jsonschema.ValidationError) -> list[list[jsonschema.ValidationError]]:
    """What is wrong with each of the shapes that were tried."""
    found: dict[Any, list[jsonschema.ValidationError]] = {}
    for each in error.context or ():
        found.setdefault(each.schema_path[0], []).append(each)
    return list(found.values())


def _is_about_the_type(error: jsonschema.ValidationError) -> bool:
    """True where another type is meant, also where a shape is a choice itself and none of its own is meant."""
    if error.context and not error.relative_path:
        return all(any(map(_is_about_the_type, found)) for found in _by_shape(error))
    return list(error.relative_path) == ["type"]
