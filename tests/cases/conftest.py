"""A line a case in the end, where a file of cases was named."""

from __future__ import annotations

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if not config.getoption("cases_file", default=None):
        return
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, ())]
    for line in sorted(value for report in reports for name, value in report.user_properties if name == "case"):
        terminalreporter.write_line(line)
