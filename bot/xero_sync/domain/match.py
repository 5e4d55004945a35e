"""Match rules and what came of them. A rule is two pure key functions; the core joins them in linear time and finds twins.

Order: a person's decision > the bound id > rules by rank. Two different projects within one rank are a question, never a pick.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from xero_sync.domain import scoro, xero
from xero_sync.domain.fold import fold, fold_scoro

CLOSED_BUT_BOUND_DAYS = 90


@dataclass(frozen=True)
class LineFacts:
    """What a match rule may look at: one line of a Xero document, as Xero wrote it.

    option_id and option_name are of the category the connection uses, "" where the line has none.
    """

    document_id: str
    document_type: str
    document_number: str
    reference: str
    contact_id: str
    contact_name: str
    description: str
    account_code: str
    option_id: str
    option_name: str


@dataclass(frozen=True)
class MatchRule:
    """Equal keys match. `of_line` gives one key or "" for none, `of_project` any number. Lower ranks are asked first."""

    name: str
    rank: int
    of_line: Callable[[LineFacts], str]
    of_project: Callable[[scoro.Project], Sequence[str]]


MatchKind = Literal["one", "several", "closed", "internal", "none"]


@dataclass(frozen=True)
class Match:
    """What the projects say to one line.

    one: this project. several: two or more live ones of one rank. closed: only projects that are completed or cancelled.
    internal: only an internal project, and the line is a sale (money.md 12). none: no project.
    """

    kind: MatchKind
    project_ids: tuple[int, ...] = ()
    rule: str = ""
    is_bound: bool = False
    keys: frozenset[str] = field(default=frozenset())


class Matcher:
    """The projects of one pass, indexed by the keys of every rule. Building it is linear in projects, asking is constant."""

    def __init__(
        self,
        rules: Iterable[MatchRule],
        projects: Mapping[int, scoro.Project],
        *,
        bindings: Mapping[str, int],
        entity: str = "",
        completed_since: Mapping[int, datetime] | None = None,
        now: datetime | None = None,
    ) -> None:
        self._rules = sorted(rules, key=lambda rule: (rule.rank, rule.name))
        self._projects = {
            project_id: project for project_id, project in projects.items() if not project.is_deleted and project.is_open_to(entity)
        }
        self._bindings = bindings
        self._completed_since = completed_since or {}
        self._now = now
        self._by_key: dict[str, list[int]] = defaultdict(list)
        for project_id, project in sorted(self._projects.items()):
            for rule in self._rules:
                for key in dict.fromkeys(rule.of_project(project)):
                    if key:
                        self._by_key[rule_key(rule.name, key)].append(project_id)

    def match(self, line: LineFacts, *, is_sale: bool) -> Match:
        """The project of this line, or why there is none. `keys` names everything the answer rests on."""
        keys: set[str] = set()
        if line.option_id:
            keys.add(option_key(line.option_id))
        bound_id = self._bindings.get(line.option_id) if line.option_id else None
        if bound_id is not None:
            keys.add(project_key(bound_id))
            if bound := self._projects.get(bound_id):
                return self._bound(bound, is_sale, frozenset(keys))
        closed: list[int] = []
        internal: list[int] = []
        closed_by = internal_by = ""
        for rank in dict.fromkeys(rule.rank for rule in self._rules):
            live: dict[int, str] = {}
            for rule in (rule for rule in self._rules if rule.rank == rank):
                line_key = rule.of_line(line)
                if not line_key:
                    continue
                key = rule_key(rule.name, line_key)
                keys.add(key)
                for project_id in self._by_key.get(key, ()):
                    keys.add(project_key(project_id))
                    project = self._projects[project_id]
                    if not project.is_live:
                        closed.append(project_id)
                        closed_by = closed_by or rule.name
                    elif project.is_internal and is_sale:
                        internal.append(project_id)
                        internal_by = internal_by or rule.name
                    else:
                        live.setdefault(project_id, rule.name)
            if len(live) == 1:
                ((project_id, rule_name),) = live.items()
                return Match("one", (project_id,), rule_name, keys=frozenset(keys))
            if live:
                return Match("several", tuple(live), next(iter(live.values())), keys=frozenset(keys))
        if internal:
            return Match("internal", tuple(dict.fromkeys(internal)), internal_by, keys=frozenset(keys))
        if closed:
            return Match("closed", tuple(dict.fromkeys(closed)), closed_by, keys=frozenset(keys))
        return Match("none", keys=frozenset(keys))

    def _bound(self, project: scoro.Project, is_sale: bool, keys: frozenset[str]) -> Match:
        chosen = (project.project_id,)
        if project.is_internal and is_sale:
            return Match("internal", chosen, "bound", is_bound=True, keys=keys)
        if project.is_live or self._is_recently_completed(project):
            return Match("one", chosen, "bound", is_bound=True, keys=keys)
        return Match("closed", chosen, "bound", is_bound=True, keys=keys)

    def _is_recently_completed(self, project: scoro.Project) -> bool:
        since = self._completed_since.get(project.project_id)
        return (
            project.status == "completed"
            and since is not None
            and self._now is not None
            and self._now - since <= timedelta(days=CLOSED_BUT_BOUND_DAYS)
        )


def rule_key(rule_name: str, key: str) -> str:
    """The dependency key of "this rule looked for this key"."""
    return f"rule:{rule_name}:{key}"


def project_key(project_id: int) -> str:
    return f"project:{project_id}"


def option_key(tracking_option_id: str) -> str:
    return f"option:{tracking_option_id}"


def account_key(account_code: str) -> str:
    return f"account:{account_code}"


def contact_key(contact_id: str) -> str:
    return f"contact:{contact_id}"


def document_key(document_id: str) -> str:
    return f"document:{document_id}"


def duplicate_key(document: xero.Document) -> str:
    """What documents that may be the same share (money.md 10); "" for one that is never a duplicate: not approved, or a credit note."""
    if not document.is_approved or document.is_credit:
        return ""
    number = fold(document.number)
    if number:
        return f"same:{document.type}:{document.contact.contact_id}:{number}"
    return f"same:{document.type}:{document.contact.contact_id}:{document.day}:{document.currency}:{document.total.normalize():f}"


def copy_keys(module: scoro.Module, number: str, day: date | None, currency: str) -> set[str]:
    """Under what a document waits for its Scoro copy: its number, or where it has none its day and currency."""
    folded = fold_scoro(number)
    return {f"copy:{module}:{folded}"} if folded else {f"copy:{module}:{day}:{currency}"}


def keys_of_project(rules: Iterable[MatchRule], project: scoro.Project) -> set[str]:
    """Every dependency key under which a document may wait for this project."""
    found = {project_key(project.project_id)}
    for rule in rules:
        found.update(rule_key(rule.name, key) for key in rule.of_project(project) if key)
    return found
