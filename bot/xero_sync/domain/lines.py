"""Every line in one of four states, its shares, and how Xero's lines and Scoro's are paired. money.md: the identity, rules 1 and 1b."""

from __future__ import annotations

from collections import Counter
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
    """Which Scoro line is which Xero line. `problem` says in finance words why there is no pairing, else ""."""

    scoro_line_by_line: Mapping[str, int]
    problem: str = ""


def pair(document: xero.Document, copy_lines: Sequence[scoro.Line]) -> Pairing:
    """Which line of Scoro's copy is which line of value in Xero: by equal count, order and net, else by net and description where unique.

    A pair whose nets differ is never made (money.md 1b).
    """
    ours = [(line.line_item_id, document.net(line), line.description.strip()) for line in document.lines if document.net(line) != 0]
    theirs = [(line.line_id, line.net, line.comment.strip()) for line in copy_lines if not line.is_heading and line.net != 0]
    if [net for _, net, _ in ours] == [net for _, net, _ in theirs]:
        return Pairing({line_id: scoro_line[0] for (line_id, _, _), scoro_line in zip(ours, theirs, strict=True)})
    if Counter(net for _, net, _ in ours) != Counter(net for _, net, _ in theirs):
        return Pairing({}, "Scoro's copy has other lines")
    our_counts = Counter((net, text) for _, net, text in ours)
    their_places = {(net, text): line_id for line_id, net, text in theirs}
    if our_counts == Counter(their_places.keys()):
        return Pairing({line_id: their_places[net, text] for line_id, net, text in ours})
    return Pairing({}, "Scoro's copy has the same lines in another order")
