"""Every line in one of four states, its shares, and how Xero's lines and Scoro's are paired. money.md: the identity, rules 1 and 1b."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal

from xero_sync.domain import scoro, xero

LineState = Literal["attached", "waiting", "no project needed", "left out"]
LINE_STATES: tuple[LineState, ...] = ("attached", "waiting", "no project needed", "left out")
DocumentState = Literal["could not be done", "waiting", "partly attached", "attached", "no project needed", "left out"]


@dataclass(frozen=True, order=True)
class Share:
    """So much of one line belongs on one project. Net, in the document's currency, negative on credit notes."""

    line_id: str
    project_id: int
    net: Decimal


def net_by_project(shares: Iterable[Share]) -> dict[int, Decimal]:
    """What the shares put on each project together, in the order of the shares."""
    sums: dict[int, Decimal] = {}
    for share in shares:
        sums[share.project_id] = sums.get(share.project_id, Decimal("0.00")) + share.net
    return sums


@dataclass(frozen=True)
class LineResult:
    """Where one line stands, and why.

    rule: the number in money.md or the match rule's name. reason: in finance words. cause: the question it waits for, "" where none.
    keys: everything the result rests on; when one of them changes the document is looked at again.
    In settle, "attached" says where the line belongs; what is stored says so only after the read-back.
    """

    line_id: str
    net: Decimal
    state: LineState
    rule: str
    reason: str
    shares: tuple[Share, ...] = ()
    cause: str = ""
    keys: frozenset[str] = field(default=frozenset())
    could_not_be_done: bool = False


@dataclass(frozen=True)
class DocumentResult:
    """The lines of one document. `sums` and `state` are the identity of money.md."""

    document_id: str
    currency: str
    lines: tuple[LineResult, ...]

    @property
    def shares(self) -> tuple[Share, ...]:
        """Where the document belongs, by line and project, sorted."""
        return tuple(sorted(share for line in self.lines if line.state == "attached" for share in line.shares))

    @property
    def sums(self) -> dict[LineState, Decimal]:
        """Net per state; the four add up to the document's net total."""
        return {state: sum((line.net for line in self.lines if line.state == state), Decimal(0)) for state in LINE_STATES}

    @property
    def causes(self) -> frozenset[str]:
        return frozenset(line.cause for line in self.lines if line.cause)

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(key for line in self.lines for key in line.keys)

    @property
    def state(self) -> DocumentState:
        return state_of(self.lines)

    def waiting_because(self, reason: str, *, rule: str = "", cause: str = "", could_not_be_done: bool = False) -> DocumentResult:
        """The same document with every line that belongs on a project waiting instead, for this reason."""
        return replace(
            self,
            lines=tuple(
                replace(
                    line,
                    state="waiting",
                    reason=reason,
                    rule=rule or line.rule,
                    shares=(),
                    cause=cause,
                    could_not_be_done=could_not_be_done,
                )
                if line.state == "attached"
                else line
                for line in self.lines
            ),
        )


def state_of(lines: Iterable[LineResult]) -> DocumentState:
    """The document's one name: the first of its lines' states in money.md's order; part attached, part waiting has a name of its own."""
    of_value = [line for line in lines if line.net != 0] or list(lines)
    states = {line.state for line in of_value}
    if any(line.could_not_be_done for line in of_value):
        return "could not be done"
    if "waiting" in states:
        return "partly attached" if "attached" in states else "waiting"
    for state in ("attached", "no project needed", "left out"):
        if state in states:
            return state
    return "no project needed"


@dataclass(frozen=True)
class Pairing:
    """Which Scoro lines are which Xero line: one, or several where we divided it. `problem` says in finance words why there is no pairing."""

    scoro_lines_by_line: Mapping[str, tuple[scoro.Line, ...]]
    problem: str = ""


def pair(document: xero.Document, copy_lines: Sequence[scoro.Line], shares: Iterable[Share] = ()) -> Pairing:
    """Which line of Scoro's copy is which line of value in Xero: by equal count, order and net, else by net and description where unique.

    shares: what we wrote last. A line that they divide is several lines in Scoro, unless Scoro's sync has put its one line back since.
    A pair whose nets differ is never made (money.md 1b).
    """
    ours = [(line.line_item_id, document.net(line), line.description.strip()) for line in document.lines if document.net(line) != 0]
    parts: dict[str, list[Decimal]] = defaultdict(list)
    for share in shares:
        parts[share.line_id].append(share.net)
    divided = [(line_id, part, text) for line_id, net, text in ours for part in (parts[line_id] if sum(parts[line_id]) == net else [net])]
    whole = _pair(ours, copy_lines)
    return _pair(divided, copy_lines) if whole.problem and divided != ours else whole


def _pair(ours: Sequence[tuple[str, Decimal, str]], copy_lines: Sequence[scoro.Line]) -> Pairing:
    """ours: line id, net and description; a divided line stands there once for each of its parts."""
    theirs = [line for line in copy_lines if not line.is_heading and line.net != 0]
    if [net for _, net, _ in ours] == [line.net for line in theirs]:
        return Pairing(_grouped(zip((line_id for line_id, _, _ in ours), theirs, strict=True)))
    if Counter(net for _, net, _ in ours) != Counter(line.net for line in theirs):
        return Pairing({}, "Scoro's copy has other lines")
    owners: dict[tuple[Decimal, str], set[str]] = {}
    for line_id, net, text in ours:
        owners.setdefault((net, text), set()).add(line_id)
    said = [(line.net, line.comment.strip()) for line in theirs]
    # Equal parts of one line are as good as each other; equal lines are not.
    if Counter((net, text) for _, net, text in ours) == Counter(said) and all(len(owners[each]) == 1 for each in said):
        return Pairing(_grouped((next(iter(owners[each])), line) for each, line in zip(said, theirs, strict=True)))
    return Pairing({}, "Scoro's copy has the same lines in another order")


def _grouped(pairs: Iterable[tuple[str, scoro.Line]]) -> dict[str, tuple[scoro.Line, ...]]:
    found: dict[str, tuple[scoro.Line, ...]] = {}
    for line_id, line in pairs:
        found[line_id] = (*found.get(line_id, ()), line)
    return found
