"""docs/unknowns.md, made of the stand-ins' switches: what nobody has seen Xero, Scoro or Slack do, and both ways it may be.

Write it anew with `.venv/bin/python -m tests.unknowns_page`.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

from xero_sync.testing.standins.scoro.switches import Switches as ScoroSwitches
from xero_sync.testing.standins.slack.switches import Switches as SlackSwitches
from xero_sync.testing.standins.xero.switches import Switches as XeroSwitches

PAGE = Path(__file__).resolve().parents[1] / "docs" / "unknowns.md"
SERVICES: dict[str, type[Any]] = {"Xero": XeroSwitches, "Scoro": ScoroSwitches, "Slack": SlackSwitches}
OTHER_NUMBERS = {"refused_action_code": (400, 404), "unknown_site_status": (404,)}
"""For a switch that is a number: others it may be."""
_SOURCE = re.compile(r"^Section [\d.]+(?:(?:, | and )[\d.]+)*: ")
HEAD = """# What is not known

The live services cannot be reached from a test, and some of what they do is written nowhere. Each such question is a switch of the stand-in,
by name. Its default is the likelier answer. The tests set it otherwise too: the raw reply is then another, and the product does its work all
the same. Nothing here is a setting of the product. A demo company's answer to one of these lines would be welcome.

This page is made from the code: a test compares the two, and `.venv/bin/python -m tests.unknowns_page` writes it anew.
"""


@dataclass(frozen=True)
class Unknown:
    """One question. default: how the stand-in answers it. others: how else it may be."""

    service: str
    name: str
    question: str
    default: object
    others: tuple[object, ...]


def unknowns() -> Iterator[Unknown]:
    """Every switch of every stand-in, in the order of the code."""
    for service, switches in SERVICES.items():
        questions, hints = _questions(switches), get_type_hints(switches)
        for field in fields(switches):
            kinds = _values(field.name, hints[field.name])
            others = tuple(value for value in kinds if value != field.default)
            yield Unknown(service, field.name, questions.get(field.name, ""), field.default, others)


def _values(name: str, hint: Any) -> tuple[object, ...]:
    if get_origin(hint) is Literal:
        return get_args(hint)
    return (True, False) if hint is bool else OTHER_NUMBERS.get(name, ())


def _questions(switches: type[Any]) -> dict[str, str]:
    """The text under each field, which the class itself does not keep."""
    (body,) = ast.parse(inspect.getsource(switches)).body
    assert isinstance(body, ast.ClassDef)
    found = {}
    for statement, below in zip(body.body, body.body[1:], strict=False):
        if (
            isinstance(statement, ast.AnnAssign)
            and isinstance(statement.target, ast.Name)
            and isinstance(below, ast.Expr)
            and isinstance(below.value, ast.Constant)
        ):
            found[statement.target.id] = " ".join(str(below.value.value).split())
    return found


def page() -> str:
    """The whole page."""
    return HEAD + "".join(f"\n## {service}\n\n" + "\n".join(_table(service)) + "\n" for service in SERVICES)


def _table(service: str) -> Iterator[str]:
    yield "| Switch | What is open | The stand-in says | It may also be |"
    yield "| --- | --- | --- | --- |"
    for each in unknowns():
        if each.service == service:
            others = ", ".join(f"`{_said(value)}`" for value in each.others)
            question = _SOURCE.sub("", each.question).replace("|", "/")
            yield f"| `{each.name}` | {question[:1].upper()}{question[1:]} | `{_said(each.default)}` | {others} |"


def _said(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
