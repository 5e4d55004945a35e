"""docs/errors.md, made of the exception tree: every code, its class and its sentence.

Write it anew with `.venv/bin/python -m tests.unit.errors_page`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import xero_sync
from xero_sync.errors import XeroSyncError

PAGE = Path(__file__).resolve().parents[2] / "docs" / "errors.md"
OTHER_HOUSES = ("xero_sync.testing", "xero_sync.demo", "xero_sync.store.migrations", "xero_sync.__main__")
HEAD = """# Errors

Every error xero-sync raises on purpose. The code stands in the log as `code`; the sentence is what people read where nothing more exact is known.
Classes stand under the one they belong to: what catches `RemoteError` catches all under it.
This page is made from the classes: a test compares the two, and `.venv/bin/python -m tests.unit.errors_page` writes it anew.

On the command line a wrong setting (`config`), and a service that refuses at the start, end with exit code 2 and one sentence on standard error.

| Code | Class | Sentence |
|---|---|---|
"""


def errors() -> Iterator[tuple[int, type[XeroSyncError]]]:
    """Every public error of the house with how deep it stands, a class before those under it."""
    for module in pkgutil.walk_packages(xero_sync.__path__, "xero_sync."):
        if not module.name.startswith(OTHER_HOUSES):
            importlib.import_module(module.name)
    return _under(XeroSyncError, 0)


def _under(error: type[XeroSyncError], depth: int) -> Iterator[tuple[int, type[XeroSyncError]]]:
    yield depth, error
    for sub in sorted(error.__subclasses__(), key=lambda each: each.__module__ != XeroSyncError.__module__):
        if not sub.__name__.startswith("_") and sub.__module__.startswith("xero_sync."):
            yield from _under(sub, depth + 1)


def sentence_of(error: type[XeroSyncError]) -> str:
    return (error.__doc__ or "").strip().splitlines()[0]


def page() -> str:
    """The whole page."""
    rows = [f"| `{error.code}` | {'– ' * depth}`{error.__name__}` | {sentence_of(error)} |" for depth, error in errors()]
    return HEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
