"""Making an option a person asked for, and how a project is named on cards."""

from __future__ import annotations

from xero_sync.domain import scoro, xero
from xero_sync.domain.actions import CreateOption
from xero_sync.domain.decisions import Decided, MakeOption
from xero_sync.domain.fold import fold, fold_scoro
from xero_sync.domain.snapshot import Snapshot

_STATUS_WORDS = {"inprogress": "in progress", "pending": "pending", "future": "future", "completed": "completed", "cancelled": "cancelled"}
LONGEST_OPTION_NAME = 100


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
        name=option_name_for(project),
        project_id=project.project_id,
        decision_id=decided.decision_id,
        reason=f"{decided.person_id} asked for it.",
    )


def option_name_for(project: scoro.Project) -> str:
    """The name its option gets: the project's with tidy spaces, since Xero fails on a padded one."""
    return " ".join(project.plain_name.split())


def why_no_option_for(snapshot: Snapshot, project: scoro.Project) -> str:
    """ "" where an option can be created under the project's name, else one sentence that says why not."""
    options = snapshot.category.options if snapshot.category else ()
    if any(option.is_archived and fold(option.name) == fold_scoro(project.name) for option in options):
        return "An archived option has this name. Bring it back in Xero under Tracking categories."
    if len(option_name_for(project)) > LONGEST_OPTION_NAME:
        return f"The name is longer than the {LONGEST_OPTION_NAME} characters Xero allows. Shorten it in Scoro."
    return ""


def option_of(snapshot: Snapshot, project: scoro.Project) -> xero.TrackingOption | None:
    """The active option of the project: the one bound to it, else one of its name."""
    if snapshot.category is None:
        return None
    active = [option for option in snapshot.category.options if option.is_active]
    bound = (option for option in active if snapshot.bindings.get(option.tracking_option_id) == project.project_id)
    return next(bound, None) or next((option for option in active if fold(option.name) == fold_scoro(project.name)), None)


def describe_project(project: scoro.Project, *, with_status: bool = True) -> str:
    """As cards name a project: Harbour Refit (no. 412, Tern & Teal Ltd, in progress)."""
    status = _STATUS_WORDS.get(project.status, project.status) if with_status else ""
    details = ", ".join(part for part in (f"no. {project.no}" if project.no else "", project.plain_company, status) if part)
    return f"{project.plain_name} ({details})" if details else project.plain_name
