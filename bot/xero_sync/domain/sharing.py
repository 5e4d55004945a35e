"""In what proportion lines without option are shared out over several projects: the rest of a bill, a credit note. money.md rules 4 and 5."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction

from xero_sync.domain.lines import LineResult, Share, net_by_project
from xero_sync.domain.money import CENT, split_together
from xero_sync.domain.snapshot import BookedDocument

Weights = Mapping[int, Fraction]
"""By project, in the order in which odd cents are given away. Empty where nothing can be shared out."""
SPREAD_RULE, BILLS_RULE = "4", "5"
SHARED_RULES = frozenset({SPREAD_RULE, BILLS_RULE})


def weights_on_document(lines: Iterable[LineResult]) -> Weights:
    """The net that each project has of the document, apart from what is shared out. Empty where nets of both signs are among them."""
    own = (line for line in lines if line.state == "attached" and line.rule not in SHARED_RULES)
    return _of_one_sign(net_by_project(share for line in own for share in line.shares))


def weights_of_allocations(document: BookedDocument) -> Weights:
    """What each project is credited of a credit note: its gross allocations, each in proportion to the nets of its bill, by the bills' dates.

    Empty where a part of it is not allocated yet, or a bill is on no project.
    """
    if sum((entry.amount for entry in document.xero.allocations), Decimal(0)) != document.xero.total:
        return {}
    if len(document.allocated) != len(document.xero.allocations):
        return {}
    found: dict[int, Fraction] = {}
    for entry in sorted(document.allocated, key=lambda each: (each.xero.day, each.xero.document_id)):
        place = {line.line_item_id: number for number, line in enumerate(entry.xero.lines)}
        nets = _of_one_sign(net_by_project(sorted(entry.shares, key=lambda each: place.get(each.line_id, 0))))
        if not nets:
            return {}
        for project_id, net in nets.items():
            found[project_id] = found.get(project_id, Fraction(0)) + Fraction(entry.gross) * net / sum(nets.values())
    return found


def shares_by(nets: Mapping[str, Decimal], weights: Weights) -> tuple[Share, ...]:
    """Where lines of these nets go as one amount, by line and project; the last line takes what is left. Empty where that cannot be said."""
    if not nets or not weights or any(net != net.quantize(CENT) for net in nets.values()):
        return ()
    parts = split_together(list(nets.values()), list(weights.values()))
    return tuple(
        Share(line_id, project_id, net)
        for line_id, row in zip(nets, parts, strict=True)
        for project_id, net in zip(weights, row, strict=True)
        if net != 0
    )


def _of_one_sign(nets: Mapping[int, Decimal]) -> Weights:
    if all(net > 0 for net in nets.values()) or all(net < 0 for net in nets.values()):
        return {project_id: Fraction(abs(net)) for project_id, net in nets.items()}
    return {}
