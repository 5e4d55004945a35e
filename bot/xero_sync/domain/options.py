"""Making an option a person asked for, and how a project is named on cards."""

from __future__ import annotations

from xero_sync.domain import scoro
from xero_sync.domain.actions import CreateOption
from xero_sync.domain.decisions import Decided, MakeOption
from xero_sync.domain.snapshot import Snapshot

_STATUS_WORDS = {"inprogress": "in progress", "pending": "pending", "future": "future", "completed": "completed", "cancelled": "cancelled"}
STATUS_LINE = "status line"
"""What a plugin remembers under this name stands in the status."""


def create_option_for(snapshot: Snapshot, decided: Decided) -> CreateOption | None:
    """The Action a person's "create the option" asks for; None where it is done already or cannot be judged now."""
    decision = decided.decision
    if not isinstance(decision, MakeOption) or decided.status != "open" or snapshot.category is None:
        return None
    project = snapshot.projects.get(decision.project_id)
    if project is None or project.is_deleted:
        return None
    return CreateOption(
        tracking_category_id=snapshot.category.tracking_category_id,
        name=" ".join(project.plain_name.split()),
        project_id=project.project_id,
        decision_id=decided.decision_id,
        reason=f"{decided.person_id} asked for it.",
    )


def describe_project(project: scoro.Project, *, with_status: bool = True) -> str:
    """As cards name a project: Harbour Refit (no. 412, Tern & Teal Ltd, in progress)."""
    status = _STATUS_WORDS.get(project.status, project.status) if with_status else ""
    details = ", ".join(part for part in (f"no. {project.no}" if project.no else "", project.plain_company, status) if part)
    return f"{project.plain_name} ({details})" if details else project.plain_name
