"""Who we are to Xero: a fixed token, or one that is fetched and renewed by itself.

Each is an `httpx.Auth`: it says which requests to make, the client makes them. authlib is not used here: its session wants to send by
itself, and what is left of it for two grants would be longer than the form and the header below.
"""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
from pydantic import SecretStr

from xero_sync.clients.http import TIMEOUT, Reply, check_address, check_secret, user_agent
from xero_sync.clock import Clock
from xero_sync.errors import NotAllowed, RemoteError

XERO_TOKEN_URL = "https://identity.xero.com/connect/token"  # noqa: S105 - an address
XERO_SCOPES = ("accounting.settings", "accounting.invoices.read")
"""What the bot needs: options are created under the first, documents read under the second."""
XERO_SCOPES_TO_WRITE = ("accounting.settings", "accounting.invoices")
"""The same where options are written on the lines of documents, too."""
_RENEW_EARLY = timedelta(minutes=3)
_XERO_TOKEN_SECONDS = 1800
_MOST_REPLY_BYTES = 1 << 16
_REFUSALS: Mapping[str, str] = {
    "invalid_client": "Xero does not know this client id and secret. Check both in the settings.",
    "invalid_scope": "Xero does not give this app the permissions it needs. Add the scopes to the app and connect again.",
    "unauthorized_client": "This Xero app may not sign in by itself. Use the client id of a custom connection.",
    "unsupported_grant_type": "This Xero app may not sign in by itself. Use the client id of a custom connection.",
    "invalid_grant": "The consent given to Xero has ended. Connect the organisation again.",
}


class BearerToken(httpx.Auth):
    """A ready token from the settings. It is never renewed: once it has expired, calls raise NotAllowed."""

    def __init__(self, token: str | SecretStr) -> None:
        self._token = SecretStr(check_secret("Xero token", _plain(token)))

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"Bearer {self._token.get_secret_value()}"
        yield request


@dataclass(frozen=True)
class Grant:
    """One answer of the token endpoint. renew_at: a few minutes before the access token ends."""

    access_token: SecretStr
    renew_at: datetime
    refresh_token: SecretStr | None = None


class RenewedToken(httpx.Auth):
    """A token fetched at the first call, renewed a few minutes early, and once more where Xero says 401 TokenExpired.

    Only one renewal runs at a time; the other calls wait for it. A flow with consent is a subclass: it gives `_form` its refresh token, and
    stores the rotated one in `_keep`, which ends before the new token is used.
    """

    def __init__(self, *, client_id: str, client_secret: str | SecretStr, token_url: str, clock: Clock) -> None:
        self._client_id = check_secret("Xero client id", client_id)
        self._client_secret = SecretStr(check_secret("Xero client secret", _plain(client_secret)))
        self._token_url = check_address("address of Xero's token service", token_url)
        self._clock = clock
        self._lock = asyncio.Lock()
        self._grant: Grant | None = None

    def _form(self) -> dict[str, str]:
        """What is sent to the token endpoint."""
        raise NotImplementedError

    async def _keep(self, grant: Grant) -> None:
        """Called with every new grant before it is used."""

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        async with self._lock:
            grant = self._grant
            if grant is None or self._clock.now() >= grant.renew_at:
                response = yield self._request()
                grant = await self._take(response)
        _sign(request, grant)
        response = yield request
        if response.status_code != 401 or b"TokenExpired" not in await _beginning_of(response):
            return
        async with self._lock:
            # Another call may have renewed it meanwhile.
            if self._grant is None or self._grant is grant:
                response = yield self._request()
                grant = await self._take(response)
            else:
                grant = self._grant
        _sign(request, grant)
        yield request

    def _request(self) -> httpx.Request:
        basic = base64.b64encode(f"{self._client_id}:{self._client_secret.get_secret_value()}".encode()).decode()
        headers = {"Authorization": f"Basic {basic}", "Accept": "application/json", "User-Agent": user_agent()}
        # A request that no client built has no time-outs of its own.
        return httpx.Request("POST", self._token_url, headers=headers, data=self._form(), extensions={"timeout": TIMEOUT.as_dict()})

    async def _take(self, response: httpx.Response) -> Grant:
        content = await _beginning_of(response)
        reply = Reply("xero", "Xero's token service", response.status_code, response.headers, content, self._clock.now())
        grant = _grant_from(reply)
        await self._keep(grant)
        self._grant = grant
        return grant


class ClientCredentials(RenewedToken):
    """The token of a Xero custom connection, which belongs to one organisation and has no refresh token.

    Source: https://developer.xero.com/documentation/guides/oauth2/custom-connections
    """

    def __init__(
        self,
        client_id: str,
        client_secret: str | SecretStr,
        *,
        clock: Clock,
        scopes: Sequence[str] = XERO_SCOPES,
        token_url: str = XERO_TOKEN_URL,
    ) -> None:
        super().__init__(client_id=client_id, client_secret=client_secret, token_url=token_url, clock=clock)
        self._scopes = tuple(scopes)

    def _form(self) -> dict[str, str]:
        return {"grant_type": "client_credentials", "scope": " ".join(self._scopes)}


def _sign(request: httpx.Request, grant: Grant) -> None:
    request.headers["Authorization"] = f"Bearer {grant.access_token.get_secret_value()}"


class _Beginning(httpx.AsyncByteStream):
    """The first bytes of a stream; what comes after them is left unread."""

    def __init__(self, stream: httpx.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = _MOST_REPLY_BYTES
        async for part in self._stream:
            yield part[:left]
            left -= len(part)
            if left <= 0:
                return

    async def aclose(self) -> None:
        await self._stream.aclose()


async def _beginning_of(response: httpx.Response) -> bytes:
    """As much of a reply as a token or a refusal needs. httpx reads it whole before it makes the next request, so it is made short here."""
    if isinstance(response.stream, httpx.AsyncByteStream):
        response.stream = _Beginning(response.stream)
    # Cut again: unpacked, it may have become a thousand times as much.
    return (await response.aread())[:_MOST_REPLY_BYTES]


def _grant_from(reply: Reply) -> Grant:
    """The grant in a token endpoint's reply; raises NotAllowed, RateLimited, Unavailable or UnexpectedReply."""
    if not reply.is_success:
        raise _refusal(reply)
    body = reply.json()
    token = body.get("access_token") if isinstance(body, dict) else None
    if not isinstance(token, str) or not token.isascii() or not token.isprintable() or not token or " " in token:
        raise reply.unexpected("answered without a token")
    lifetime = timedelta(seconds=_seconds(body.get("expires_in")))
    rotated = body.get("refresh_token")
    return Grant(
        access_token=SecretStr(token),
        renew_at=reply.at + lifetime - min(_RENEW_EARLY, lifetime / 4),
        refresh_token=SecretStr(rotated) if isinstance(rotated, str) and rotated else None,
    )


def _seconds(value: Any) -> int:
    """How long a token lives: as told, but never longer than Xero's half hour; an odd answer counts as that half hour."""
    try:
        told = int(value) if isinstance(value, int | str) else _XERO_TOKEN_SECONDS
    except ValueError:
        told = _XERO_TOKEN_SECONDS
    return max(1, min(told, _XERO_TOKEN_SECONDS))


def _refusal(reply: Reply) -> RemoteError:
    if reply.status == 429:
        return reply.rate_limited("minute", otherwise_seconds=60)
    if reply.status >= 500:
        return reply.unavailable()
    if reply.status not in (400, 401, 403):
        return reply.unexpected(f"answered in an unknown way ({reply.status})")
    body = reply.json()
    said = body.get("error") if isinstance(body, dict) else None
    if not isinstance(said, str) or not re.fullmatch(r"[a-z_]{1,40}", said):
        return reply.unexpected("refused without a known reason")
    message = _REFUSALS.get(said, f'Xero refuses to sign in ("{said}"). Check the connection in the settings.')
    return NotAllowed(message, service="xero", status=reply.status, request_id=reply.request_id)


def _plain(secret: str | SecretStr) -> str:
    return secret.get_secret_value() if isinstance(secret, SecretStr) else secret
