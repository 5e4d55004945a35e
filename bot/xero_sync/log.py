"""Logging for operators: structlog, dotted past-tense events with keys, and never a secret or a whole document."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_SECRET_WORDS = ("token", "secret", "password", "api_key", "apikey", "authorization", "signing")
_SECRET_SHAPES = re.compile(r"xox[a-z]-[\w-]+|xapp-[\w-]+|ScoroAPI_\w+|Bearer\s+\S+|eyJ[\w-]+\.[\w-]+\.[\w-]+")


def scrub(logger: object, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:  # noqa: ARG001 structlog's signature
    """The event without secrets: keys that name one are hidden, texts that look like one are cut out."""
    for key, value in list(event.items()):
        if any(word in key.lower() for word in _SECRET_WORDS):
            event[key] = "[hidden]"
        elif isinstance(value, str):
            event[key] = _SECRET_SHAPES.sub("[hidden]", value)
    return event


def configure(*, level: str = "INFO", as_json: bool = False) -> None:
    """Set up logging for the process: readable lines, or JSON for collectors, on standard error."""
    # Plain tracebacks: the fancy ones print local variables, and one of them may be a token.
    readable = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)
    renderer: Any = structlog.processors.JSONRenderer() if as_json else readable
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            scrub,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping().get(level.upper(), logging.INFO)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=max(logging.WARNING, logging.getLevelNamesMapping().get(level.upper(), logging.INFO)), format="%(message)s")


def logger(name: str) -> Any:
    """A logger for one module; its events carry what is passed with them."""
    return structlog.get_logger(name)
