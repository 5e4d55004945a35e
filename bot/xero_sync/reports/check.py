"""What `check` found: the settings in force and whether everything lets the bot in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

FindingState = Literal["green", "amber", "red"]


@dataclass(frozen=True)
class SettingInForce:
    """One value. origin: "default", "file PATH", "environment VARIABLE" or "set in Slack". A secret shows only that it is set."""

    name: str
    value: str
    origin: str


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. amber: it works, but somebody should know. red: it does not work; the text says the fix."""

    about: str
    state: FindingState
    text: str


@dataclass(frozen=True)
class CheckReport:
    """What `check` shows."""

    settings: tuple[SettingInForce, ...]
    findings: tuple[Finding, ...]

    @property
    def is_well(self) -> bool:
        return not any(finding.state == "red" for finding in self.findings)


def check_lines(report: CheckReport) -> Iterator[str]:
    """A setting a line, then what was found."""
    name_width = max((len(setting.name) for setting in report.settings), default=0)
    for setting in report.settings:
        yield f"{setting.name:<{name_width}}  {setting.value or '-'}  ({setting.origin})"
    yield ""
    for finding in report.findings:
        mark = {"green": "ok   ", "amber": "note ", "red": "WRONG"}[finding.state]
        yield f"{mark}  {finding.about}: {finding.text}"
