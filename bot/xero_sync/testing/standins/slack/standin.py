"""The Slack stand-in: one workspace with the app installed in it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from typing import ClassVar, TypeVar

from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute

from xero_sync.testing.standins.keeping import Keeping
from xero_sync.testing.standins.slack.delivery import Delivery, SignedHttp, SocketMode
from xero_sync.testing.standins.slack.pacing import Pacing
from xero_sync.testing.standins.slack.people import FINN, People
from xero_sync.testing.standins.slack.records import ApiCall, CannotDo, Channel, Message, User, View
from xero_sync.testing.standins.slack.rules import Judge, Violation
from xero_sync.testing.standins.slack.switches import Switches
from xero_sync.testing.standins.slack.web_api import Refusal, WebApi
from xero_sync.testing.standins.slack.workspace import Workspace
from xero_sync.testing.standins.traffic import Traffic

T = TypeVar("T")

# Slack: section 10, the bot scopes of the manifest.
SCOPES = frozenset(
    {"app_mentions:read", "channels:read", "chat:write", "commands", "groups:read", "im:write", "users:read", "users:read.email"}
)


class SlackStandIn(People, Keeping):
    """A workspace that behaves as Slack does, to be served over a socket: the SDK is given base_url U/api/.

    now: Slack's clock; it dates messages and ends triggers and response urls. sleep: for delays put in on purpose.
    request_url: payloads go there by signed HTTP; None sends them over Socket Mode. It may be set later.
    signed_now: the clock of the signatures, where the app's own clock is not `now` (Bolt compares with the machine's).
    ack_seconds: real seconds an app has for its first answer. trigger_seconds: how long a trigger_id lives, on `now`.
    scopes: what the bot token may do. posting_burst, has_tiers: see `Pacing`; without them nothing is ever too often.
    It starts with one person, U_FINN, and no channel.
    """

    KEPT: ClassVar = (
        *("workspace.users", "workspace.channels", "workspace.ephemerals", "workspace.stacks", "workspace.homes", "workspace.answers"),
        *("workspace.numbers", "workspace.last_ts_microseconds"),
    )

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        request_url: str | None = None,
        bot_token: str = "xoxb-standin",
        app_token: str = "xapp-standin",
        signing_secret: str = "standin-signing-secret",
        scopes: Iterable[str] = SCOPES,
        signed_now: Callable[[], datetime] | None = None,
        ack_seconds: float = 3.0,
        trigger_seconds: float = 3.0,
        posting_burst: int | None = None,
        has_tiers: bool = False,
    ) -> None:
        self.switches = Switches()
        super().__init__(Workspace(now, self.switches, trigger_seconds), Judge())
        self.request_url = request_url
        self.bot_token = bot_token
        self.app_token = app_token
        self.signing_secret = signing_secret
        self.ack_seconds = ack_seconds
        self._signed_now = signed_now or now
        self.sockets = SocketMode(self.workspace.installation.app_id, ack_seconds, self.workspace.changed)
        self.pacing = Pacing(now, posting_burst, has_tiers)
        self._api = WebApi(self.workspace, self.judge, self.sockets, bot_token, app_token, frozenset(scopes), self.pacing)
        routes = [
            Route("/api/{method}", self._api.handle, methods=["GET", "POST"]),
            Route("/respond/{token:path}", self._api.handle_response_url, methods=["POST"]),
            WebSocketRoute("/link/{ticket}", self.sockets.link),
        ]
        self.traffic = Traffic(Starlette(routes=routes), service="slack", now=now, sleep=sleep)
        self.app = self.traffic
        self.has_user(FINN, "Finn", "finn@ferrow-pike.example")

    @property
    def delivery(self) -> Delivery:
        if self.request_url is None:
            return self.sockets
        return SignedHttp(self.request_url, self.signing_secret, self.ack_seconds, self._signed_now)

    @property
    def base_url(self) -> str:
        """The address it is served under, learned from the first call it gets; it may be set."""
        if self._api.base_url is None:
            raise CannotDo("The stand-in does not know its own address yet: serve it and let the app connect, or set base_url")
        return self._api.base_url

    @base_url.setter
    def base_url(self, url: str) -> None:
        self._api.base_url = url.rstrip("/")

    def has_user(
        self,
        user_id: str,
        name: str,
        email: str | None = None,
        *,
        team_id: str | None = None,
        is_bot: bool = False,
        is_restricted: bool = False,
        is_ultra_restricted: bool = False,
        is_stranger: bool = False,
        is_deleted: bool = False,
    ) -> User:
        """A person of the workspace; a stranger belongs to another team."""
        own = "T0OTHER" if is_stranger else self.workspace.installation.team_id
        user = User(user_id, name, email, team_id or own, is_bot, is_restricted, is_ultra_restricted, is_stranger, is_deleted)
        self.workspace.users[user_id] = user
        return user

    def has_channel(
        self,
        channel_id: str,
        name: str,
        bot_is_member: bool = True,
        is_private: bool = True,
        is_ext_shared: bool = False,
        *,
        is_archived: bool = False,
        members: Iterable[str] | None = None,
    ) -> Channel:
        """A channel; made again under the same id it keeps its messages. Its attributes may be set afterwards."""
        inside = None if members is None else set(members)
        channel = Channel(channel_id, name, bot_is_member, is_private, is_ext_shared, is_archived, members=inside)
        if channel_id in self.workspace.channels:
            channel.versions = self.workspace.channels[channel_id].versions
        self.workspace.channels[channel_id] = channel
        return channel

    def converts_channel(self, channel: str) -> Channel:
        """A public channel is made private, or a private one public; whether its id stays is open (`converted_channel_keeps_id`)."""
        return self.workspace.convert(self.workspace.channel_named(channel))

    def has_message(self, channel: str, text: str, user: str = FINN) -> Message:
        """A message a person wrote."""
        return self.workspace.post(self.workspace.channel_named(channel), {"text": text}, self.workspace.person(user).id)

    def refuses(self, method: str, error: str, *, times: int | None = 1, retry_after_seconds: int | None = None) -> Refusal:
        """The next calls of the method get this error; `ratelimited` is a 429 with Retry-After. None until `stops_refusing`."""
        seconds = 1 if error == "ratelimited" and retry_after_seconds is None else retry_after_seconds
        refusal = Refusal(method, error, times, seconds)
        self._api.refusals.append(refusal)
        return refusal

    def stops_refusing(self) -> None:
        """Ends all of that."""
        self._api.refusals.clear()

    def revokes_tokens(self) -> None:
        """The app has been removed from the workspace."""
        self._api.revoked_tokens |= {self.bot_token, self.app_token}

    async def asks_to_reconnect(self, reason: str = "refresh_requested") -> None:
        """Slack ends every Socket Mode connection with a disconnect envelope; the app has to come back."""
        await self.sockets.ask_to_reconnect(reason)

    async def loses_connections(self) -> None:
        """Every Socket Mode connection breaks without a word."""
        await self.sockets.lose_connections()

    async def connected(self, connections_ever: int = 1) -> None:
        """Comes back once an app is connected; `connections_ever` counts reconnections too."""
        await self.until(lambda: bool(self.sockets.connections) and self.sockets.opened >= connections_ever)

    async def until(self, claim: Callable[[], T], seconds: float = 5.0) -> T:
        """What the claim gives as soon as it is true; it is looked at after every change, for so many real seconds.

        A claim that finds nothing (`CannotDo`, as `card` raises it) is not true yet.
        """

        async def look() -> T:
            while True:
                try:
                    if found := claim():
                        return found
                except CannotDo:
                    pass
                await self.workspace.change()

        try:
            return await asyncio.wait_for(look(), seconds)
        except TimeoutError:
            if found := claim():
                return found
            raise CannotDo(f"It did not come true in {seconds} s. What stands there now:\n{self._described()}") from None

    def channel(self, name: str) -> Channel:
        """The channel, by name or id."""
        return self.workspace.channel_named(name)

    def cards(self, *words: str) -> list[Message]:
        """The messages outside threads in which a person can read all these words, of all channels, oldest first."""
        found = [message for channel in self.workspace.channels.values() for message in channel.cards if message.has(*words)]
        return sorted(found, key=lambda message: message.ts)

    def card(self, *words: str) -> Message:
        """The one message outside threads in which a person can read all these words."""
        found = self.cards(*words)
        if len(found) == 1:
            return found[0]
        many = f"{len(found)} messages say" if found else "No message says"
        raise CannotDo(f"{many} {' and '.join(map(repr, words))}. What stands there:\n{self._described()}")

    def latest(self, message: Message) -> Message:
        """The message as it stands now."""
        current = self.workspace.current(*message.key)
        if current is None:
            raise CannotDo(f"The message {message.ts} has been deleted")
        return current

    def versions(self, message: Message) -> list[Message]:
        """Everything the message has ever said, oldest first; empty after it was deleted."""
        return list(self.workspace.versions(*message.key))

    def ephemerals(self, user: str = FINN) -> list[Message]:
        """What only this person sees, oldest first."""
        return [versions[-1] for versions in self.workspace.ephemerals.get(user, {}).values()]

    def views(self, user: str = FINN) -> list[View]:
        """The person's open modals, the one on the screen last."""
        return list(self.workspace.stacks.get(user, []))

    def view(self, user: str = FINN) -> View:
        """The modal on the person's screen."""
        return self._on_screen(None, user)

    def home(self, user: str = FINN) -> View:
        """The person's home tab."""
        if user not in self.workspace.homes:
            raise CannotDo(f"The app has published no home tab for {user}")
        return self.workspace.homes[user]

    @property
    def calls(self) -> list[ApiCall]:
        """Every call of the Web API and of response urls, refused ones too."""
        return self._api.calls

    def calls_to(self, method: str) -> list[ApiCall]:
        """Those of one method."""
        return [call for call in self.calls if call.method == method]

    @property
    def violations(self) -> list[Violation]:
        """Everything the app sent that Slack would not have taken; empty for a well-behaved app."""
        return self.judge.violations

    @property
    def is_connected(self) -> bool:
        """True while an app holds a Socket Mode connection."""
        return bool(self.sockets.connections)

    def _described(self) -> str:
        return "\n".join(str(message) for message in self.cards()) or "(no message)"
