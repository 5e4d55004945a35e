"""The app in Slack: its listeners over Socket Mode or signed HTTP, and its voice. One session for everything, closed at the end.

Source: https://docs.slack.dev/apis/events-api/using-socket-mode
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from xero_sync.addresses import is_loopback
from xero_sync.clock import Clock
from xero_sync.errors import ConfigError, NotAllowed, Unavailable
from xero_sync.reports.words import in_a_row
from xero_sync.slack.desk import Desk
from xero_sync.slack.listeners import register
from xero_sync.slack.listeners.in_hand import InHand
from xero_sync.slack.speaker import SlackSpeaker, ask_slack, lacks

SLACK: Final = "https://slack.com/api/"
EVENTS_PATH: Final = "/slack/events"
SCOPES: Final = ("chat:write", "commands", "users:read")
"""What the app is allowed to do in a workspace: to show messages, to have its command, to ask who is a guest."""
_CALL_SECONDS: Final = 10.0
_ENDING_SECONDS: Final = 3.0
_WRONG_APP_TOKEN: Final = "Slack refuses the app token. Make a new app-level token with connections:write and set it."  # noqa: S105 a sentence


@dataclass(frozen=True)
class SlackSettings:
    """How one workspace is reached: with an app token over Socket Mode, else by signed HTTP."""

    bot_token: str = field(repr=False)
    app_token: str | None = field(default=None, repr=False)
    signing_secret: str | None = field(default=None, repr=False)
    base_url: str = SLACK


class SlackDoor:
    """One workspace: what people do there comes in here, and `speaker` shows messages. Made by `open_door`."""

    def __init__(self, app: AsyncApp, client: AsyncWebClient, settings: SlackSettings, clock: Clock) -> None:
        self.app = app
        self.speaker = SlackSpeaker(client, clock)
        self._client = client
        self._settings = settings
        self._clock = clock
        self._socket: AsyncSocketModeHandler | None = None
        self._in_hand = InHand()

    def listen_to(self, desk: Desk) -> None:
        """Answer what people do from this desk."""
        self._in_hand = register(self.app, desk)

    async def check(self) -> str:
        """The workspace's name, once Slack takes the bot token and grants what is needed. Raises errors.RemoteError."""
        answer = await ask_slack(self._client.auth_test, self._clock)
        # Bolt reads the granted scopes there too; an answer without the header says nothing about them.
        if granted := answer.headers.get("x-oauth-scopes"):
            missing = [scope for scope in SCOPES if scope not in {word.strip() for word in granted.split(",")}]
            if missing:
                raise NotAllowed(lacks(in_a_row(missing)), service="slack")
        return str(answer.get("team") or "the workspace")

    async def start(self) -> None:
        """Ask Slack whether it takes the tokens, then connect over Socket Mode where an app token is set. Raises errors.RemoteError."""
        await self.check()
        if self._settings.app_token is not None:
            await self._connect(self._settings.app_token)

    async def check_app_token(self) -> None:
        """Ask Slack whether it takes the app token, where one is set, without connecting. Raises errors.RemoteError."""
        if self._settings.app_token is not None:
            await self._socket_url(self._settings.app_token)

    async def _socket_url(self, app_token: str) -> str:
        try:
            # Left alone, the SDK would try a token that is refused again and again, for ever.
            opened = await ask_slack(lambda: self._client.apps_connections_open(app_token=app_token), self._clock)
        except NotAllowed as error:
            raise NotAllowed(_WRONG_APP_TOKEN, service="slack", status=error.status, request_id=error.request_id) from error
        return str(opened["url"])

    async def _connect(self, app_token: str) -> None:
        url = await self._socket_url(app_token)
        self._socket = AsyncSocketModeHandler(self.app, app_token)
        self._socket.client.proxy = self._client.proxy
        self._socket.client.wss_uri = url
        try:
            async with asyncio.timeout(_CALL_SECONDS):
                await self._socket.client.connect()  # type: ignore[no-untyped-call]  # the SDK leaves it so
        except TimeoutError as error:
            await self.stop()
            raise Unavailable("Slack does not let xero-sync connect. Check the network and start again.", service="slack") from error

    async def stop(self) -> None:
        """Take nothing more in, and end what is in hand. Slack hands what comes then to another connection or says that nobody answers."""
        socket, self._socket = self._socket, None
        if socket is not None:
            await socket.client.close()  # type: ignore[no-untyped-call]  # as above
        await self._in_hand.finished(_ENDING_SECONDS)

    async def is_connected(self) -> bool:
        """For /health: True over HTTP, where there is no connection that could be lost."""
        return self._settings.app_token is None or (self._socket is not None and await self._socket.client.is_connected())

    def routes(self) -> list[Route]:
        """Where Slack sends what people do, over HTTP. Raises ConfigError without a signing secret: anybody could press then."""
        if not self._settings.signing_secret:
            raise ConfigError("Slack's signing secret is not set. Copy it from the app's Basic Information page.")
        handler = AsyncSlackRequestHandler(self.app)

        async def take(request: Request) -> Response:
            return await handler.handle(request)

        return [Route(EVENTS_PATH, take, methods=["POST"])]


@asynccontextmanager
async def open_door(settings: SlackSettings, clock: Clock) -> AsyncIterator[SlackDoor]:
    """The way into one workspace, with its one session; both are closed at the end."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_CALL_SECONDS)) as session:
        door = SlackDoor(build_app(settings, session), build_client(settings, session, settings.bot_token), settings, clock)
        try:
            yield door
        finally:
            await door.stop()


def build_app(settings: SlackSettings, session: aiohttp.ClientSession) -> AsyncApp:
    """The Bolt app, without listeners yet. Everything is passed explicitly, for Bolt would look for it in the environment."""
    client = build_client(settings, session, None)
    client.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=1))
    return AsyncApp(
        name="xero-sync",
        logger=logging.getLogger("xero_sync.slack"),
        client=client,
        signing_secret=settings.signing_secret or "",
        # With a token, SLACK_CLIENT_ID and SLACK_CLIENT_SECRET in the environment would make Bolt put a store of its own in its place.
        authorize=_authorisation(build_client(settings, session, settings.bot_token)),
        raise_error_for_unhandled_request=True,
    )


def build_client(settings: SlackSettings, session: aiohttp.ClientSession, token: str | None) -> AsyncWebClient:
    """A client in this session. It repeats nothing by itself: a message whose reply was lost may have been posted."""
    client = AsyncWebClient(token=token, base_url=settings.base_url, session=session, retry_handlers=[], timeout=int(_CALL_SECONDS))
    if is_loopback(settings.base_url):
        # A proxy of the environment does not lead to a service on this machine.
        client.proxy = None
    return client


def _authorisation(client: AsyncWebClient) -> Callable[[], Awaitable[AuthorizeResult]]:
    """Whose app this is: asked once, then known."""
    known: list[AuthorizeResult] = []

    async def authorize() -> AuthorizeResult:
        if not known:
            answer = await client.auth_test()
            known.append(AuthorizeResult.from_auth_test_response(auth_test_response=answer, bot_token=client.token))
        return known[0]

    return authorize
