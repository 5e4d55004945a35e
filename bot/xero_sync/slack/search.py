"""Finding a project by what was typed, best first. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from xero_sync.domain import scoro
from xero_sync.domain.fold import fold, fold_scoro
from xero_sync.slack.desk import ProjectOption

MOST_OPTIONS = 100
"""Slack takes no more."""


def find_projects(words: str, projects: Iterable[scoro.Project]) -> list[ProjectOption]:
    """The projects whose number, name or client together have every typed word, folded; all of them where nothing was typed.

    First the name itself, then names that begin so, then those that have the words in a row, then the rest; by name within that.
    """
    wanted = fold(words)
    found = []
    for project in projects:
        name = fold_scoro(project.name)
        if all(word in f"{fold(project.no)} {name} {fold_scoro(project.company_name)}" for word in wanted.split()):
            found.append((_distance(wanted, name, fold(project.no)), name, project.project_id, project))
    return [ProjectOption(project.project_id, _label(project)) for *_, project in sorted(found, key=lambda entry: entry[:3])[:MOST_OPTIONS]]


def _distance(wanted: str, name: str, number: str) -> int:
    if wanted and wanted in (name, number):
        return 0
    if name.startswith(wanted):
        return 1
    return 2 if wanted in name else 3


def _label(project: scoro.Project) -> str:
    """no. 412 Harbour Refit, Tern & Teal Ltd."""
    number = f"no. {project.no} " if project.no else ""
    client = f", {project.plain_company}" if project.plain_company.strip() else ""
    return f"{number}{project.plain_name}{client}"
