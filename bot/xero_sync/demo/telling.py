"""How the story is told: headings, what people see, and which facts hold in the books. For a terminal, a pipe, or a program."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.text import Text

from xero_sync.demo.checker import Checked


class Teller:
    """Prints the story as it goes, and keeps it as plain data for --json. console: None prints nothing."""

    def __init__(self, console: Console | None) -> None:
        self._console = console
        self.steps: list[dict[str, Any]] = []

    def begin(self, title: str) -> None:
        self.steps.append({"title": title, "said": [], "seen": [], "checks": [], "failed": []})
        self._print(Text(f"\n{len(self.steps)}. {title}", style="bold"))

    def say(self, text: str) -> None:
        """What happens, in one or two sentences."""
        self.steps[-1]["said"].append(text)
        self._print(Text(f"   {text}"))

    def show(self, who: str, text: str) -> None:
        """What stands in Slack, exactly. who: who sees it."""
        self.steps[-1]["seen"].append({"who": who, "text": text})
        self._print(Text(f"   {who}:", style="dim"))
        for row in text.splitlines():
            self._print(Text("   │ ", style="cyan").append(row, style="default"))

    def report(self, checked: Iterable[Checked], summary: str = "") -> None:
        """Which of the facts just told hold in the books. summary: said in place of a long list of them."""
        found = list(checked)
        self.steps[-1]["checks"].extend(entry.said for entry in found)
        self.steps[-1]["failed"].extend({"said": entry.said, "difference": entry.difference} for entry in found if entry.difference)
        for entry in found:
            if entry.difference:
                self._print(Text(f"   ✗ {entry.said}: {entry.difference}", style="bold red"))
        held = [entry.said for entry in found if not entry.difference]
        if held and (not summary or len(held) == len(found)):
            self._print(Text(f"   ✓ In the books: {summary or '; '.join(held)}.", style="green"))

    def end(self, text: str, *, is_good: bool) -> None:
        self._print(Text(f"\n{text}", style="bold green" if is_good else "bold red"))

    def _print(self, text: Text) -> None:
        if self._console is not None:
            # Whole lines: a terminal folds them by itself, and a pipe gets them unbroken.
            self._console.print(text, soft_wrap=True)
            # A pipe would get it only when the story is over.
            self._console.file.flush()
