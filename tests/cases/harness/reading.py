"""A case file as runs: each variant and each pair is a world of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

Json = dict[str, Any]
KINDS = frozenset({"tracking", "document", "matching", "slack", "platform"})
KNOWN: Mapping[str, frozenset[str]] = {
    "case": frozenset({"id", "title", "kind", "given", "when", "then", "source"}),
    "given": frozenset({"config", "scoro", "xero", "slack", "state", "clock", "pairs", "variants"}),
    "config": frozenset(
        {
            "allowed_users",
            "base_currency",
            "create_options",
            "match_by_number",
            "overlap_seconds",
            "page_size",
            "project_category_id",
            "project_category_name",
            "tenant_id",
            "tenants",
            "webhook_key",
        }
    ),
    "state": frozenset({"attached_documents", "bindings", "cursor", "note", "open_card", "open_documents", "page", "token"}),
    "when": frozenset({"trigger", "exchanges", "then_click"}),
    "then": frozenset(
        {
            "after_click",
            "attachments",
            "attachments_changed",
            "attachments_new",
            "audit",
            "bindings",
            "cards",
            "cursor",
            "cursor_after_min",
            "cursor_after_max",
            "detached",
            "expect",
            "limits",
            "outcome",
            "parsed",
            "paused_until",
            "plan",
            "processed",
            "reads",
            "request_counts",
            "request_header",
            "responses",
            "results",
            "skipped",
            "slack_calls",
            "stored_token",
            "token_requests",
            "totals",
            "variants",
            "xero_writes",
            "must",
            "must_not",
        }
    ),
}
# In place of the case's variants: the pair's own tables.
_LAID_OVER = ("config", "state", "scoro", "xero", "slack")


class NotUnderstood(Exception):
    """The case uses a word this harness does not know. The text names it."""


class NeedsLater(Exception):
    """The case needs a part of the product that is not built. The text names it."""


@dataclass(frozen=True)
class Run:
    """One case in one world. variant: the variant's or the pair's name, "" where there is one world only."""

    case_id: str
    kind: str
    variant: str
    given: Json
    when: Json
    then: Json
    unknown: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.case_id} {self.variant}".strip()

    def given_in(self, part: str) -> Json:
        """One of the tables of `given`, empty where there is none."""
        return self.given.get(part) or {}

    @property
    def exchanges(self) -> list[Json]:
        return [each for each in self.when.get("exchanges") or () if each.get("variant", self.variant) == self.variant]


def runs_of(file: Path) -> list[Run]:
    """Every run of a case file, in its order. Raises NotUnderstood where it is no such file."""
    cases = yaml.safe_load(file.read_text(encoding="utf-8"))
    if not isinstance(cases, list) or not all(isinstance(case, dict) and case.get("id") for case in cases):
        raise NotUnderstood(f"{file.name} is no list of cases with ids")
    return [run for case in cases for run in _runs(case)]


def _runs(case: Json) -> Iterator[Run]:
    unknown = tuple(_unknown_words(case))
    given, when, then = (deepcopy(case.get(part) or {}) for part in ("given", "when", "then"))
    variants, pairs = given.pop("variants", None), given.pop("pairs", None)

    def run(variant: str, given: Json, then: Json) -> Run:
        return Run(str(case["id"]), str(case.get("kind")), variant, given, when, then, unknown)

    if pairs:
        for pair in pairs:
            yield run(str(pair.get("pair")), {**given, "pair": pair}, {**then, "expect": pair.get("expect")})
        return
    for variant in variants or ():
        own = then.get("variants", {}).get(variant["name"], {})
        laid = {part: {**(given.get(part) or {}), **variant[part]} for part in _LAID_OVER if part in variant}
        yield run(str(variant["name"]), given | laid, {key: value for key, value in then.items() if key != "variants"} | own)
    if not variants:
        yield run("", given, then)


def _unknown_words(case: Json) -> Iterator[str]:
    yield from _beyond("case", case)
    if case.get("kind") not in KINDS:
        yield f"kind {case.get('kind')}"
    given = case.get("given") or {}
    yield from _beyond("given", given)
    for part in ("config", "state"):
        for world in (given, *(given.get("variants") or ())):
            yield from _beyond(part, world.get(part) or {})
    yield from _beyond("when", case.get("when") or {})
    yield from _beyond("then", case.get("then") or {})


def _beyond(part: str, words: Iterable[str]) -> Iterator[str]:
    return (f"{part}.{word}" for word in sorted(set(words) - KNOWN[part]))
