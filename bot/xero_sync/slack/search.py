"""Finding a project by what was typed, best first. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from xero_sync.domain import scoro
from xero_sync.domain.fold import fold, fold_scoro
from xero_sync.slack.desk import ProjectOption

MOST_OPTIONS = 100
"""Slack takes no more."""


def find_projects(words: str, projects: Iterable[scoro.Project]) -> list[ProjectOption]:
    """The projects that have every typed word, folded, in what they are listed as; all of them where nothing was typed.

    First the name or number itself, then names that begin so, then those that have the words in a row, then the rest; by name within that.
    """
    wanted = fold(words)
    found = []
    for project in projects:
        name, label = fold_scoro(project.name), _label(project)
        listed_as = fold(label)
        if all(word in listed_as for word in wanted.split()):
            found.append((_distance(wanted, name, fold(project.no)), name, project.project_id, label))
    return [ProjectOption(project_id, label) for *_, project_id, label in sorted(found)[:MOST_OPTIONS]]


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
