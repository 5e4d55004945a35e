"""Writing tracking options on lines of approved documents: when, what, and what may not change with it. Pure: money.md rule 9."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from xero_sync.domain import xero
from xero_sync.domain.actions import WriteTracking
from xero_sync.domain.snapshot import Snapshot

TRACKING_RULE = "9"
"""Of a line whose option is being written in Xero: the number in money.md."""


def why_tracking_stays(snapshot: Snapshot, document: xero.Document) -> str:
    """ "" where options may be written on the document's lines, else one sentence that says why not (money.md 9)."""
    if not snapshot.settings.write_tracking:
        return "The settings do not allow writing options on approved documents."
    if document.status != "AUTHORISED":
        return "It is paid, and lines of paid documents are not changed."
    return f"{document.day:%B %Y} is closed, so its documents are not changed in Xero." if snapshot.is_closed(document.day) else ""


def write_tracking_for(
    snapshot: Snapshot, document: xero.Document, lines: Iterable[xero.LineItem], option_id: str, *, reason: str, decision_id: str = ""
) -> WriteTracking | None:
    """The Action that gives these lines the option; None where it may not be written, or is there already."""
    category = snapshot.category
    if category is None or why_tracking_stays(snapshot, document):
        return None
    option = next((each for each in category.options if each.tracking_option_id == option_id and each.is_active), None)
    now = {line.line_item_id: snapshot.facts_of(document, line).option_id for line in lines}
    expects = tuple((line_id, carried) for line_id, carried in sorted(now.items()) if carried != option_id)
    if option is None or not expects:
        return None
    return WriteTracking(
        document_id=document.document_id,
        is_credit_note=document.is_credit,
        tracking_category_id=category.tracking_category_id,
        category_name=category.name,
        tracking_option_id=option_id,
        option_name=option.name,
        expects=expects,
        decision_id=decision_id,
        reason=reason,
    )


def carries_option(document: xero.Document, action: WriteTracking) -> bool:
    """True where every line it is about has the option in Xero."""
    lines = {line.line_item_id: line for line in document.lines}
    return all(
        line_id in lines and option_on(document, lines[line_id], action) == action.tracking_option_id for line_id, _ in action.expects
    )


def option_on(document: xero.Document, line: xero.LineItem, action: WriteTracking) -> str:
    found = document.option_in(action.tracking_category_id, action.category_name, line)
    if found is None:
        return ""
    return found.tracking_option_id or (action.tracking_option_id if found.option_name == action.option_name else found.option_name)


def with_option(raw: Mapping[str, Any], action: WriteTracking) -> Mapping[str, Any]:
    """The line with the option in the category's place, ids and names together: Xero drops what it does not know without a word."""
    if raw.get("LineItemID") not in dict(action.expects):
        return raw
    others = [
        entry
        for entry in raw.get("Tracking") or ()
        if action.tracking_category_id != entry.get("TrackingCategoryID") and action.category_name != entry.get("Name")
    ]
    own = {
        "TrackingCategoryID": action.tracking_category_id,
        "TrackingOptionID": action.tracking_option_id,
        "Name": action.category_name,
        "Option": action.option_name,
    }
    return {**raw, "Tracking": [*others, own]}


def same_amounts(one: xero.Document, other: xero.Document) -> bool:
    """True where nothing differs that may not change: the totals, and each line's amount, tax and account. A payment changes none of them."""
    return _amounts(one) == _amounts(other)


def _amounts(document: xero.Document) -> object:
    lines = tuple((line.line_item_id, line.line_amount, line.tax_amount, line.account_code) for line in document.lines)
    return document.sub_total, document.total_tax, document.total, lines
