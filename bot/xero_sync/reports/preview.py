"""What the next check would put where, if nothing changed until then."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from xero_sync.domain.money import Money, add_up
from xero_sync.reports.plain import plain
from xero_sync.reports.words import DocumentKind, amounts, counted, in_a_row, placed, short_day

LISTED: Final = 20


@dataclass(frozen=True)
class PreviewedDocument:
    """One document that would be moved. from_projects: where it is in Scoro now. to_projects: nowhere means that it is taken off.

    net: of what is moved; where it is taken off, of what was put there.
    """

    document_id: str
    kind: DocumentKind
    number: str
    contact: str
    day: date
    net: Money
    from_projects: tuple[str, ...]
    to_projects: tuple[tuple[str, Money], ...]
    reason: str


@dataclass(frozen=True)
class PreviewedProject:
    """One project and currency: what of this connection's documents is on it now, and would be then. moved: the difference."""

    project_id: int
    name: str
    before: Money
    after: Money
    moved: Money


@dataclass(frozen=True)
class Preview:
    """What `sync --preview` shows; nothing of it is written. A person who sees counts only gets no documents.

    projects: what changes on them, the largest difference first. options: to be created in Xero, by name. others: anything else plugins
    would write, a sentence each. problem: why nothing can be said, "" where something can.
    """

    count: int
    money: tuple[Money, ...]
    off_count: int
    off_money: tuple[Money, ...]
    documents: tuple[PreviewedDocument, ...]
    projects: tuple[PreviewedProject, ...] = ()
    options: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    is_rehearsal: bool = False
    problem: str = ""
    sees_amounts: bool = True

    def counts_only(self) -> Preview:
        """The same without suppliers and amounts."""
        return replace(self, money=(), off_money=(), documents=(), projects=(), others=(), sees_amounts=False)


def preview_of(
    documents: tuple[PreviewedDocument, ...],
    *,
    projects: tuple[PreviewedProject, ...] = (),
    options: tuple[str, ...] = (),
    others: tuple[str, ...] = (),
    is_rehearsal: bool = False,
    problem: str = "",
) -> Preview:
    """The preview with its sums, the largest amounts first."""
    ordered = tuple(sorted(documents, key=lambda each: (-abs(each.net.amount), each.day, each.document_id)))
    put, off = [each for each in documents if each.to_projects], [each for each in documents if not each.to_projects]
    return Preview(
        count=len(put),
        money=tuple(add_up(each.net for each in put)),
        off_count=len(off),
        off_money=tuple(add_up(each.net for each in off)),
        documents=ordered,
        projects=tuple(sorted(projects, key=lambda each: (-abs(each.moved.amount), each.name, each.before.currency))),
        options=options,
        others=others,
        is_rehearsal=is_rehearsal,
        problem=problem,
    )


def preview_text(preview: Preview) -> str:
    """The preview as people read it in Slack and in the terminal, a document a line."""
    return "\n".join(_lines(preview))


def preview_json(preview: Preview) -> str:
    return json.dumps(plain(preview), ensure_ascii=False)


def _lines(preview: Preview) -> Iterator[str]:
    if preview.problem:
        yield f"Nothing can be said just now. {preview.problem}"
        return
    if not (preview.count or preview.off_count or preview.options or preview.others):
        yield "Nothing would be put on a project now. Nothing was written."
        return
    if preview.count or not preview.off_count:
        yield f"{counted(preview.count, 'document')} would be put on projects{_net(preview.money)}"
    if preview.off_count:
        whose = "its project" if preview.off_count == 1 else "their projects"
        yield f"{counted(preview.off_count, 'document')} would be taken off {whose}{_net(preview.off_money)}"
    for document in preview.documents[:LISTED]:
        yield _line(document)
    if preview.documents and (more := len(preview.documents) - LISTED) > 0:
        yield f"and {more:,} more, smaller than these"
    yield from _projects(preview.projects)
    if preview.options:
        options = in_a_row([f'"{name}"' for name in preview.options[:LISTED]])
        yield f"{counted(len(preview.options), 'option')} would be created in Xero: {options}"
    yield from preview.others[:LISTED]
    if not preview.sees_amounts:
        yield "Suppliers and amounts are shown to bookkeepers, controllers and project managers."
    elif preview.documents:
        yield "`/xero-sync hold NUMBER` leaves one of them out, until `resume NUMBER`."
    if preview.is_rehearsal:
        yield "Nothing was written. It is done when an admin says start."
    else:
        yield "Nothing was written. It is done in the next check."


def _projects(projects: tuple[PreviewedProject, ...]) -> Iterator[str]:
    """• Tidewater Launch: £0.00 → £812.50 (+£812.50)."""
    if projects:
        yield "By project, now and then:"
    for project in projects[:LISTED]:
        sign = "+" if project.moved.amount > 0 else ""
        yield f"• {project.name}: {project.before} → {project.after} ({sign}{project.moved})"
    if (more := len(projects) - LISTED) > 0:
        yield f"and {counted(more, 'more project')}, with smaller differences"


def _net(money: tuple[Money, ...]) -> str:
    return f" · {amounts(money)} net" if money else ""


def _line(document: PreviewedDocument) -> str:
    """• Delft Signs, bill 10442, 18 Nov, £740.00: Harbour Refit."""
    was, goes = in_a_row(document.from_projects), placed(document.to_projects, "off its project")
    moved = f"{was} → {goes}" if was else goes
    number = document.number or "without number"
    return f"• {document.contact or 'no contact'}, {document.kind} {number}, {short_day(document.day)}, {document.net}: {moved}"
