"""One call to a service over HTTP: paced, bounded in time and size, and every failure told once in errors.py's words."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any, NoReturn, TypeVar

import httpx
import pydantic_core
import stamina
from pydantic import BaseModel, ValidationError

from xero_sync.clients.budget import LONGEST_WAIT_SECONDS, Budget, sentence
from xero_sync.clock import Clock
from xero_sync.domain.lanes import Lane
from xero_sync.errors import ConfigError, LimitScope, RateLimited, RemoteError, Unavailable, UnexpectedReply

MOST_REPLY_BYTES = 32 * 1024 * 1024
MOST_PARTS, MOST_VALUES = 200_000, 1_000_000
"""So many objects and lists, and so many values, can be in a reply. A page of 1,000 documents with forty lines each has no more; three bytes of
each would become a kilobyte."""
MOST_WORDS = 100
"""So many messages of a refusal are kept."""
MOST_SECONDS_PER_CALL = 120.0
TIMEOUT = httpx.Timeout(connect=10, read=45, write=30, pool=60)
TRIES = 3
_REQUEST_IDS = ("xero-correlation-id", "cf-ray")
_LONGEST_RETRY_AFTER_SECONDS = 7 * 24 * 3600
_LONGEST_SAYING = 200

Transport = httpx.AsyncBaseTransport
"""What stands in for the network in tests; named here because httpx is imported in clients alone."""

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)


@cache
def user_agent() -> str:
    """What the services see as the caller: Scoro's edge turns away empty and library agents."""
    try:
        number = version("xero-sync")
    except PackageNotFoundError:
        number = "dev"
    return f"xero-sync/{number} (self-hosted bookkeeping sync)"


@dataclass(frozen=True)
class Ask:
    """A request to be. The body may carry a key, so it stays out of every repr."""

    method: str
    url: str
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    content: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Reply:
    """What a service answered, whole. headers: any spelling of a name finds it."""

    service: str
    title: str
    status: int
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)
    at: datetime

    @property
    def request_id(self) -> str | None:
        """The service's own name for this call, which its support asks for."""
        return next((self.headers[name] for name in _REQUEST_IDS if self.headers.get(name)), None)

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    @property
    def says_json(self) -> bool:
        return "json" in self.headers.get("content-type", "").split(";")[0].lower()

    @property
    def is_markup(self) -> bool:
        """True for HTML and XML, whatever the Content-Type claims."""
        return self.content[:200].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")

    def json(self) -> Any:
        """The body as plain Python values; UnexpectedReply where it is not JSON or does not say so."""
        if not self.content.strip():
            raise self.unexpected("answered with nothing")
        if self.is_markup:
            raise self.unexpected("answered with a web page instead of data")
        if not self.says_json:
            raise self.unexpected("answered with something that is not data")
        try:
            return pydantic_core.from_json(self.content, allow_inf_nan=False)
        except ValueError:
            raise self.unexpected("answered with broken data") from None

    def unexpected(self, what: str) -> UnexpectedReply:
        """The error for a reply that is no answer: `what` goes on from the service's name."""
        message = f"{self.title} {what}. Nothing was changed on the strength of it; it is looked at again."
        return UnexpectedReply(message, service=self.service, status=self.status, request_id=self.request_id)

    def unavailable(self) -> Unavailable:
        message = f"{self.title} is not working just now ({self.status}). It is tried again by itself."
        return Unavailable(message, service=self.service, status=self.status, request_id=self.request_id, retry_at=self.retry_after())

    def rate_limited(self, scope: LimitScope, *, otherwise_seconds: float) -> RateLimited:
        """The error for a call too many; otherwise_seconds: how long to stay away where the reply does not say."""
        retry_at = self.retry_after() or self.at + timedelta(seconds=otherwise_seconds)
        message = sentence(self.title, scope, retry_at)
        return RateLimited(message, service=self.service, scope=scope, retry_at=retry_at, status=self.status, request_id=self.request_id)

    def retry_after(self) -> datetime | None:
        """When the service wants to be asked again, by our clock; None where it does not say so sensibly."""
        value = self.headers.get("retry-after", "").strip()
        if value.isascii() and value.isdecimal() and len(value) < 20:
            return self.at + timedelta(seconds=min(int(value), _LONGEST_RETRY_AFTER_SECONDS))
        until = parse_http_date(value)
        return min(until, self.at + timedelta(seconds=_LONGEST_RETRY_AFTER_SECONDS)) if until is not None and until > self.at else None


def parse_http_date(value: str) -> datetime | None:
    """The UTC instant of a header such as Date; None where it is none."""
    try:
        moment = parsedate_to_datetime(value)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def saying(text: object) -> str:
    """A service's own words, short and on one line, fit for a sentence of ours."""
    words = " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", text if isinstance(text, str) else str(text)[:_LONGEST_SAYING]).split())
    return words if len(words) <= _LONGEST_SAYING else words[: _LONGEST_SAYING - 1] + "…"


def reason_of(error: ValidationError) -> str:
    """Where a reply does not fit and why, without the values in it."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    return saying(f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}")


def read_model(reply: Reply, model: type[M], row: object) -> M:
    """The row as a model; UnexpectedReply where a field is missing or has the wrong type."""
    try:
        return model.model_validate(row)
    except ValidationError as error:
        raise reply.unexpected(f"left out or changed a field ({reason_of(error)})") from None


def read_models(reply: Reply, model: type[M], rows: object) -> tuple[M, ...]:
    """All rows of a small list as models. One bad row spoils it: a list that is not whole proves nothing."""
    if not isinstance(rows, list):
        raise reply.unexpected("left out the list that was asked for")
    return tuple(read_model(reply, model, row) for row in rows)


def check_secret(name: str, value: str) -> str:
    """The value without outer spaces; ConfigError where it cannot go into a header."""
    value = value.strip()
    if not value or not value.isascii() or not value.isprintable() or " " in value:
        raise ConfigError(f"The {name} is empty or has spaces or odd characters in it. Copy it again and start anew.")
    return value


def check_address(name: str, url: str) -> str:
    """The address without a closing slash; ConfigError where it is none."""
    try:
        parsed = httpx.URL(url.strip())
    except (httpx.InvalidURL, UnicodeError):
        parsed = httpx.URL("")
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise ConfigError(f'The {name} "{saying(url)}" is no web address. Write it like https://example.com.')
    return str(parsed).rstrip("/")


async def _tame(response: httpx.Response) -> None:
    """Takes from a reply's headers what httpx itself would stumble over, before anything of the body is read."""
    # No redirect is followed, but httpx would take its address apart, and an odd one raises errors of other libraries.
    response.headers.pop("location", None)
    if "," in response.headers.get("content-encoding", ""):
        # Each coding multiplies by up to a thousand: of two, a few bytes are gigabytes.
        raise httpx.DecodingError("packed more than once")


@dataclass(frozen=True)
class Transports:
    """In place of the network to each service, for tests; None is the network."""

    xero: httpx.AsyncBaseTransport | None = None
    scoro: httpx.AsyncBaseTransport | None = None


class Wire:
    """The way to one service: sends, waits its turn, repeats reads, and raises nothing but errors.RemoteError."""

    def __init__(
        self,
        service: str,
        title: str,
        *,
        clock: Clock,
        auth: httpx.Auth | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.service = service
        self.title = title
        self.clock = clock
        # A stand-in on this machine is reached directly, whatever proxy the environment names.
        direct: dict[str, httpx.AsyncBaseTransport | None] = {"all://127.0.0.1": None, "all://localhost": None}
        self._http = httpx.AsyncClient(
            auth=auth,
            transport=transport,
            timeout=TIMEOUT,
            follow_redirects=False,
            headers={"User-Agent": user_agent(), "Accept": "application/json"},
            mounts=direct if transport is None else None,
            event_hooks={"response": [_tame]},
        )

    async def aclose(self) -> None:
        await self._http.aclose()

    async def read(self, ask: Ask, parse: Callable[[Reply], T], *, budgets: Sequence[Budget], lane: Lane) -> T:
        """What `parse` makes of the reply. Tried up to three times where the service was busy or out of reach.

        A day's limit, and a wait of more than LONGEST_WAIT_SECONDS, are raised at once.
        """
        pause_seconds = 0.0
        # stamina counts the tries and logs them, but it can only sleep by the machine's clock: so its waits are zero, and ours come first.
        async for attempt in stamina.retry_context(
            on=self._is_worth_repeating, attempts=TRIES, timeout=None, wait_initial=0, wait_max=0, wait_jitter=0
        ):
            with attempt:
                if pause_seconds > 0:
                    await self.clock.sleep(pause_seconds)
                try:
                    return await self._call(ask, parse, budgets, lane)
                except (Unavailable, RateLimited) as error:
                    pause_seconds = self._pause_seconds(error, attempt.num)
                    raise
        raise AssertionError("stamina raises the last error")

    async def write(self, ask: Ask, parse: Callable[[Reply], T], *, budgets: Sequence[Budget], lane: Lane) -> T:
        """What `parse` makes of the reply. Sent once: whether a lost write is repeated is for the journal to say."""
        return await self._call(ask, parse, budgets, lane)

    async def _call(self, ask: Ask, parse: Callable[[Reply], T], budgets: Sequence[Budget], lane: Lane) -> T:
        async with AsyncExitStack() as turns:
            for budget in budgets:
                await turns.enter_async_context(budget.turn(lane))
            reply = await self._send(ask)
            for budget in budgets:
                budget.learn(reply.headers)
        try:
            return parse(reply)
        except RemoteError as error:
            if isinstance(error, RateLimited):
                for budget in budgets:
                    budget.hold(error.scope, error.retry_at)
            # Without what led to it: the frames hold the reply, which may be large, until the garbage collector comes by.
            del reply
            error.__context__ = None
            raise error.with_traceback(None) from None

    async def _send(self, ask: Ask) -> Reply:
        request = self._http.build_request(
            ask.method, ask.url, params=dict(ask.params) or None, headers=dict(ask.headers), content=ask.content
        )
        try:
            async with asyncio.timeout(MOST_SECONDS_PER_CALL):
                response = await self._http.send(request, stream=True)
                try:
                    content = await self._content_of(response)
                finally:
                    await response.aclose()
        except httpx.DecodingError:
            self._raise_unexpected("answered with broken data")
        except (httpx.TransportError, TimeoutError):
            # Without its cause: h11 quotes the headers it dislikes, and one of them is the token.
            message = f"{self.title} cannot be reached. It is tried again by itself."
            raise Unavailable(message, service=self.service) from None
        return Reply(self.service, self.title, response.status_code, response.headers, content, self.clock.now())

    async def _content_of(self, response: httpx.Response) -> bytes:
        parts: list[bytes] = []
        size = inner = values = 0
        async for part in response.aiter_bytes():
            size, inner, values = size + len(part), inner + part.count(b"{") + part.count(b"["), values + part.count(b",")
            if size > MOST_REPLY_BYTES or inner > MOST_PARTS or values > MOST_VALUES:
                parts.clear()
                self._raise_unexpected("answered with more than can be read", status=response.status_code)
            parts.append(part)
        return b"".join(parts)

    def _raise_unexpected(self, what: str, status: int | None = None) -> NoReturn:
        raise UnexpectedReply(f"{self.title} {what}. It is looked at again.", service=self.service, status=status) from None

    def _is_worth_repeating(self, error: Exception) -> bool:
        if isinstance(error, RateLimited):
            return error.scope != "day" and self._seconds_until(error.retry_at) <= LONGEST_WAIT_SECONDS
        return isinstance(error, Unavailable) and (error.retry_at is None or self._seconds_until(error.retry_at) <= LONGEST_WAIT_SECONDS)

    def _pause_seconds(self, error: RemoteError, tries: int) -> float:
        retry_at = error.retry_at if isinstance(error, Unavailable | RateLimited) else None
        return self._seconds_until(retry_at) if retry_at is not None else float(2 ** (tries - 1))

    def _seconds_until(self, moment: datetime) -> float:
        return max((moment - self.clock.now()).total_seconds(), 0.0)
