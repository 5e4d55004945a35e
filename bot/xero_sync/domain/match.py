"""Match rules and what came of them. A rule is two pure key functions; the core joins them in linear time and finds twins.

Order: a person's decision > the bound id > rules by rank. Two different projects within one rank are a question, never a pick.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Literal

from xero_sync.domain import scoro, xero
from xero_sync.domain.fold import fold, fold_scoro

BOUND, HOLD = "bound", "hold"
"""What stands in place of a rule's name: option and project are known by their ids; the document was undone."""
NO_ACCOUNT_KEY = "no account"
"""A line on an account that is not in the list has this key: the list's next reading says whether it stays so."""
CLOSING_KEY = "closing"
"""What rests on which months are closed has this key."""
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


MatchKind = Literal["one", "several", "renamed", "closed", "internal", "none"]


@dataclass(frozen=True)
class Match:
    """What the projects say to one line.

    one: this project. several: two or more live ones of one rank. renamed: the option is bound to the first, and bears the name of the others
    now. closed: only projects that are completed or cancelled. internal: only an internal project,
    and the line is a sale (money.md 12). none: no project.
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
        bound_by_name: Collection[str] = (),
        entity: str = "",
        completed_since: Mapping[int, datetime] | None = None,
        now: datetime | None = None,
    ) -> None:
        self._rules = sorted(rules, key=lambda rule: (rule.rank, rule.name))
        self._projects = {
            project_id: project for project_id, project in projects.items() if not project.is_deleted and project.is_open_to(entity)
        }
        self._bindings = bindings
        self._bound_by_name = frozenset(bound_by_name)
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
                doubt = self._doubt(line, bound, is_sale, keys) if line.option_id in self._bound_by_name else None
                return doubt or self._bound(bound, is_sale, frozenset(keys))
        live, refused = self._by_rules(line, is_sale, keys)
        if live:
            return _found("one" if len(live) == 1 else "several", live, keys)
        # Projects the line may not go on count only where no live one does.
        for kind, projects in refused.items():
            if projects:
                return _found(kind, projects, keys)
        return Match("none", keys=frozenset(keys))

    def _by_rules(self, line: LineFacts, is_sale: bool, keys: set[str]) -> tuple[dict[int, str], dict[MatchKind, dict[int, str]]]:
        """The live projects of the first rank that has any, and those the line may not go on, each with its rule."""
        refused: dict[MatchKind, dict[int, str]] = {"internal": {}, "closed": {}}
        for rank in dict.fromkeys(rule.rank for rule in self._rules):
            live: dict[int, str] = {}
            for project_id, rule_name in self._candidates(line, rank, keys):
                refusal = self._refusal(project_id, is_sale)
                (refused[refusal] if refusal else live).setdefault(project_id, rule_name)
            if live:
                return live, refused
        return {}, refused

    def _doubt(self, line: LineFacts, bound: scoro.Project, is_sale: bool, keys: set[str]) -> Match | None:
        """Another live project has the option's name now, and the bound one has not. The binding came of equal names; nobody chose it."""
        live, refused = self._by_rules(line, is_sale, keys)
        others = {project_id: rule_name for project_id, rule_name in live.items() if project_id != bound.project_id}
        if not others or self._refusal_of_bound(bound, is_sale):
            return None
        # What leads to the other project without the option is no namesake: the bound id stands before such a rule.
        without_option, _ = self._by_rules(replace(line, option_id="", option_name=""), is_sale, set())
        if not others.keys() - without_option.keys():
            return None
        if bound.project_id in live or any(bound.project_id in projects for projects in refused.values()):
            # Both bear it: the id stands before the name (money.md 6 is about options that are bound to nothing).
            return None
        return _found("renamed", {bound.project_id: BOUND, **others}, keys)

    def still_takes(self, project_id: int) -> bool:
        """True where a project chosen for an option takes what comes now: it is live, or was completed a short while ago (money.md 7)."""
        project = self._projects.get(project_id)
        return project is not None and (project.is_live or self._is_recently_completed(project))

    def _candidates(self, line: LineFacts, rank: int, keys: set[str]) -> Iterator[tuple[int, str]]:
        """The projects the rules of this rank lead to, with the rule; what was looked at is added to `keys`."""
        for rule in self._rules:
            if rule.rank == rank and (line_key := rule.of_line(line)):
                key = rule_key(rule.name, line_key)
                keys.add(key)
                for project_id in self._by_key.get(key, ()):
                    keys.add(project_key(project_id))
                    yield project_id, rule.name

    def _refusal(self, project_id: int, is_sale: bool) -> Literal["closed", "internal", ""]:
        project = self._projects[project_id]
        if not project.is_live:
            return "closed"
        return "internal" if project.is_internal and is_sale else ""

    def _bound(self, project: scoro.Project, is_sale: bool, keys: frozenset[str]) -> Match:
        kind: MatchKind = self._refusal_of_bound(project, is_sale) or "one"
        return Match(kind, (project.project_id,), BOUND, is_bound=True, keys=keys)

    def _refusal_of_bound(self, project: scoro.Project, is_sale: bool) -> Literal["closed", "internal", ""]:
        if project.is_internal and is_sale:
            return "internal"
        return "" if self.still_takes(project.project_id) else "closed"

    def _is_recently_completed(self, project: scoro.Project) -> bool:
        since = self._completed_since.get(project.project_id)
        return (
            project.status == "completed"
            and since is not None
            and self._now is not None
            and self._now - since <= timedelta(days=CLOSED_BUT_BOUND_DAYS)
        )


def _found(kind: MatchKind, rule_by_project: Mapping[int, str], keys: Iterable[str]) -> Match:
    return Match(kind, tuple(rule_by_project), next(iter(rule_by_project.values())), keys=frozenset(keys))


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


def credited_key(document_id: str) -> str:
    """Of the credit notes that were allocated to this bill: where it is says where they go."""
    return f"credited:{document_id}"


def duplicate_key(document: xero.Document) -> str:
    """What documents that may be the same share (money.md 10); "" for one that is never a duplicate: not approved, or a credit note."""
    if not document.is_approved or document.is_credit:
        return ""
    number = fold(document.number)
    if number:
        return f"same:{document.type}:{document.contact.contact_id}:{number}"
    return f"same:{document.type}:{document.contact.contact_id}:{document.day}:{document.currency}:{document.total.normalize():f}"


def copy_keys(module: scoro.Module, number: str, day: date | None, currency: str) -> set[str]:
    """Under what a document waits for its Scoro copy: its number, and its day and currency, since Scoro may give the copy a number of its own."""
    folded = fold_scoro(number)
    return {f"copy:{module}:{day}:{currency}", *({f"copy:{module}:{folded}"} if folded else ())}


def look_key(module: scoro.Module) -> str:
    """Of every document to be looked at whenever its list of copies was read: Scoro's sync still has time to bring or renew its copy."""
    return f"copies looked for:{module}"


def keys_of_project(rules: Iterable[MatchRule], project: scoro.Project) -> set[str]:
    """Every dependency key under which a document may wait for this project."""
    found = {project_key(project.project_id)}
    for rule in rules:
        found.update(rule_key(rule.name, key) for key in rule.of_project(project) if key)
    return found
