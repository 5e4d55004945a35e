"""What Xero says when it does not do what was asked, as errors.py's words.

Source: https://developer.xero.com/documentation/api/accounting/responsecodes
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, TypeVar

from xero_sync.clients.http import MOST_WORDS, Reply, saying
from xero_sync.errors import LimitScope, NotAllowed, Rejected, RemoteError, UnexpectedReply

# What X-Rate-Limit-Problem begins with, the scope, and how long to stay away where the reply does not say.
_SCOPES: tuple[tuple[str, LimitScope, float], ...] = (
    ("app", "app-minute", 60),
    ("min", "minute", 60),
    ("da", "day", 3600),  # "day", "daily" and "DayLimit" all occur; the day's start is unknown, so ask again in an hour
    ("con", "concurrent", 1),
)

_UNKNOWN = "Xero does not know what was asked for. Check in Xero whether it still exists."

T = TypeVar("T")


def accepted(parse: Callable[[Reply], T]) -> Callable[[Reply], T]:
    """parse, but only for a reply in which Xero did what was asked."""

    def parse_success(reply: Reply) -> T:
        if not reply.is_success:
            raise _refusal(reply)
        return parse(reply)

    return parse_success


def _refusal(reply: Reply) -> RemoteError:
    match reply.status:
        case 429:
            problem = reply.headers.get("x-rate-limit-problem", "").strip().lower()
            scope, seconds = next(((scope, seconds) for start, scope, seconds in _SCOPES if problem.startswith(start)), ("minute", 60.0))
            return reply.rate_limited(scope, otherwise_seconds=seconds)
        case 400:
            return _rejected(reply)
        case 401 | 403:
            return NotAllowed(_not_allowed(reply), service="xero", status=reply.status, request_id=reply.request_id)
        case 404 if not reply.is_markup:
            return Rejected(_UNKNOWN, service="xero", status=404, request_id=reply.request_id)
        case 501:
            return reply.unexpected("does not know this kind of request (501)")
        case status if status >= 500:
            return reply.unavailable()
        case status:
            return reply.unexpected(f"answered in an unknown way ({status})")


def _not_allowed(reply: Reply) -> str:
    text = reply.content[:5000].decode(errors="replace").lower()
    if "tokenexpired" in text:
        return "Xero's token has expired. Put a new token into the settings, or connect the organisation again."
    if "authorizationunsuccessful" in text:
        return "Xero's token lacks a permission this needs. Add the scope to the Xero app and connect again."
    if reply.status == 401:
        return "Xero does not accept the token. Check the token or the client id and secret in the settings."
    if "authenticationunsuccessful" in text:
        return "Xero gives no access to this organisation; it may be disconnected. Check the tenant id, or connect it again."
    return "Xero turned the call away before looking at it. Check whether a proxy or firewall is in between."


def _rejected(reply: Reply) -> RemoteError:
    """Xero's own words on what is wrong. They come as JSON, sometimes as XML, and for a bad id as plain text."""
    messages = _validation_messages(reply)
    if not messages:
        return reply.unexpected("refused without a reason")
    quoted = " ".join(f'"{message}"' for message in messages[:3])
    fields = {f"message {number}": message for number, message in enumerate(messages, 1)}
    return Rejected(f"Xero refuses this: {quoted}", service="xero", status=400, request_id=reply.request_id, fields=fields)


def _validation_messages(reply: Reply) -> list[str]:
    if reply.is_markup:
        text = reply.content[:200_000].decode(errors="replace")
        matches = islice(re.finditer(r"<Message>([^<]{1,2000})</Message>", text), MOST_WORDS)
        return [saying(html.unescape(match[1])) for match in matches]
    try:
        body = reply.json()
    except UnexpectedReply:
        text = reply.content[:2000].decode(errors="replace").strip()
        return [saying(text)] if text and text.isprintable() else []
    found = list(dict.fromkeys(islice(_messages_in(body, depth=6), MOST_WORDS)))
    top = _value(body, "message") or _value(body, "detail")
    return found or ([saying(top)] if isinstance(top, str) and top else [])


def _messages_in(value: object, *, depth: int) -> Iterator[str]:
    """The messages under every ValidationErrors, whichever element they belong to."""
    if depth == 0 or not isinstance(value, dict | list):
        return
    for inner in value.values() if isinstance(value, dict) else value:
        yield from _messages_in(inner, depth=depth - 1)
    errors = _value(value, "validationerrors")
    for error in errors if isinstance(errors, list) else ():
        message = _value(error, "message")
        if isinstance(message, str) and message:
            yield saying(message)


def _value(body: object, key: str) -> Any:
    # Xero's error keys occur capitalised and in lower case.
    return next((value for name, value in body.items() if name.lower() == key), None) if isinstance(body, dict) else None
