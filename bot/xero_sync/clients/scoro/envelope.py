"""Scoro's envelope around every reply, and what Scoro says when it does not do what was asked, as errors.py's words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

import httpx

from xero_sync.clients.http import MOST_WORDS, Reply, saying
from xero_sync.errors import NotAllowed, Rejected, RemoteError, UnexpectedReply

# A 429 for the 2-second window asks for seconds of patience; one for hours is about the day.
_WINDOW_RETRY_SECONDS = 120


def opened(reply: Reply, site_url: str, api_key: str) -> dict[str, Any]:
    """The reply's body where Scoro did what was asked. Its own status counts as much as HTTP's: the two need not agree."""
    if reply.status == 429 or reply.status >= 500:
        raise _refusal(reply, reply.status, [])
    if not reply.says_json and reply.status in (401, 403):
        message = "Scoro's edge turned the call away before it reached the site. Check whether a proxy or firewall is in between."
        raise NotAllowed(message, service="scoro", status=reply.status, request_id=reply.request_id)
    if reply.is_markup:
        site = httpx.URL(site_url).host
        message = f'"{saying(site)}" answered with a web page. Check the site name of Scoro in the settings.'
        raise UnexpectedReply(message, service="scoro", status=reply.status, request_id=reply.request_id)
    body = reply.json()
    status = body.get("status") if isinstance(body, dict) else None
    if not isinstance(status, str):
        raise reply.unexpected("answered without a status")
    code = max(reply.status, _code_of(body.get("statusCode")))
    if status.upper() != "OK" or code >= 300:
        words = [*_words(body.get("messages")), *_words(body.get("errors"))]
        raise _refusal(reply, code, [word.replace(api_key, "…") for word in words])
    return dict(body)


def _refusal(reply: Reply, code: int, words: list[str]) -> RemoteError:
    reply = replace(reply, status=code)
    said = " ".join(f'"{word}"' for word in words[:3])
    match code:
        case 401 | 403:
            message = f"Scoro refuses the key for this. Check the key, the site and its entity in the settings. {said}".rstrip()
            return NotAllowed(message, service="scoro", status=code, request_id=reply.request_id)
        case 404:
            message = f"Scoro does not know what was asked for. Check in Scoro whether it still exists. {said}".rstrip()
            return Rejected(message, service="scoro", status=404, request_id=reply.request_id, fields=_numbered(words))
        case 429:
            until = reply.retry_after()
            is_day = until is not None and (until - reply.at).total_seconds() > _WINDOW_RETRY_SECONDS
            return reply.rate_limited("day" if is_day else "window", otherwise_seconds=2)
        case status if 400 <= status < 500:
            message = f"Scoro refuses this: {said}" if said else "Scoro refuses this without a reason. Try it by hand in Scoro."
            return Rejected(message, service="scoro", status=code, request_id=reply.request_id, fields=_numbered(words))
        case status if 500 <= status < 600:
            return reply.unavailable()
        case _:
            # An error without a code says nothing about what was done.
            return reply.unexpected(f"reported an error: {said}" if said else "reported an error without a reason")


def _code_of(value: object) -> int:
    """The code as a number; Scoro sends it as number or text. 0 where it is neither."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 5:
        return int(value)
    return value if isinstance(value, int) and 0 <= value < 1000 else 0


def _words(value: object, depth: int = 4) -> list[str]:
    """The first texts in `messages` or `errors`, which come as null, a text, a list, or lists under keys."""

    def texts(value: object, depth: int) -> Iterator[str]:
        if isinstance(value, str) and value.strip():
            yield saying(value)
        elif depth and isinstance(value, list | dict):
            for inner in value.values() if isinstance(value, dict) else value:
                yield from texts(inner, depth - 1)

    return list(islice(texts(value, depth), MOST_WORDS))


def _numbered(words: list[str]) -> dict[str, str]:
    return {f"message {number}": word for number, word in enumerate(words, 1)}
