"""docs/hooks.md, made of hookspecs.py and the front door: every hook's contract, and what a plugin can answer with.

Write it anew with `.venv/bin/python -m tests.hooks_page`.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args

import pluggy

import xero_sync
from xero_sync import hookspecs
from xero_sync.domain.actions import Action, BookWrite
from xero_sync.domain.decisions import Decision

PAGE = Path(__file__).resolve().parents[1] / "docs" / "hooks.md"
HEAD = """# Hooks

What a plugin can do, and what it can rely on. This page and the names of `xero_sync` are the promise; nothing under that package is.
It is made from the code: a test compares the two, and `.venv/bin/python -m tests.hooks_page` writes it anew. A whole plugin stands in README.md.

A plugin is a module. It is found by an entry point in group `xero_sync`, or as `xero_sync_NAME` in the folder `plugins_dir`; an installed one wins.
`xero-sync plugins` lists what was found. One that does not import, or misspells a hook, stops the start by name; `disabled_plugins` is the way past it.
Each hook is optional, may leave out arguments it does not need, and is marked `@hookimpl`.

"""


def hooks() -> dict[str, Callable[..., Any]]:
    """Every specified hook by name, in the order of the file."""
    registry = pluggy.PluginManager(hookspecs.NAMESPACE)
    registry.add_hookspecs(hookspecs)
    return {name: function for name, function in vars(hookspecs).items() if hasattr(registry.hook, name) and inspect.isfunction(function)}


def page() -> str:
    """The whole page."""
    return HEAD + "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield _paragraph(hookspecs)
    for name, function in hooks().items():
        prefix = "async def" if inspect.iscoroutinefunction(function) else "def"
        signature = str(inspect.signature(function)).replace("'", "")
        yield f"\n## {name}\n\n```python\n{prefix} {name}{signature}\n```\n\n```text\n{inspect.getdoc(function)}\n```"
    yield "\n## Actions\n\nWhat `decide` may answer with; there are no others. The first few change Xero or Scoro and are not performed in rehearsal.\n"
    writes = get_args(BookWrite)
    yield from _table((kind for kind in _kinds(Action) if kind in writes), "writes")
    yield from _table((kind for kind in _kinds(Action) if kind not in writes), "stays with us")
    yield "\n## Decisions\n\nWhat a choice of a question can be. Answers are in `snapshot.decisions`, a `Reply` in `snapshot.answers[cause]`.\n"
    yield from _table(_kinds(Decision), "")
    yield "\n## Everything in `xero_sync`\n"
    yield ", ".join(f"`{name}`" for name in xero_sync.__all__) + "\n"


def _kinds(union: Any) -> tuple[type, ...]:
    return get_args(get_args(union)[0])


def _table(kinds: Iterator[type] | tuple[type, ...], mark: str) -> Iterator[str]:
    for kind in kinds:
        told = _paragraph(kind) if kind.__doc__ and not kind.__doc__.startswith("Usage") else ""
        fields = ", ".join(f"`{name}`" for name in kind.model_fields if name != "kind")  # type: ignore[attr-defined]
        yield f"- `{kind.__name__}`{f' ({mark})' if mark else ''}: {told} {fields}".replace(":  ", ": ").rstrip()


def _paragraph(documented: object) -> str:
    """The docstring's paragraphs, each on one line."""
    return re.sub(r"(?<!\n)\n(?!\n)", " ", inspect.getdoc(documented) or "").replace("\n\n", " ")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
