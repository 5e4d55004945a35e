"""What the stand-in remembers: people, channels, messages, views."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Self

from xero_sync.testing.standins.slack.plain import Names, buttons_of, pings_of, read_blocks, read_mrkdwn, read_text
from xero_sync.testing.standins.slack.shapes import Json


class CannotDo(AssertionError):
    """A person can't do that: the button, field, channel or view is not there. The text says what is."""


class Refused(Exception):
    """Slack answers `ok: false` with this error."""

    def __init__(self, error: str, *, messages: Sequence[str] = (), retry_after_seconds: int | None = None, **more: str) -> None:
        super().__init__(error)
        self.error = error
        self.messages = list(messages)
        self.retry_after_seconds = retry_after_seconds
        self.more = more


@dataclass(frozen=True)
class User:
    """One person (or bot) of the workspace, or a stranger of another one."""

    id: str
    name: str
    email: str | None = None
    team_id: str = ""
    is_bot: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False
    is_deleted: bool = False
    tz: str = "Europe/London"


@dataclass(frozen=True)
class Message:
    """A message as it stood when you looked; `SlackStandIn.latest` has it as it stands now.

    ts: its id within the channel. edited: how often it was changed since. only_for: the one person who sees it, if it is ephemeral.
    """

    channel_id: str
    ts: str
    author_id: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    edited: int = 0
    metadata: Json | None = None
    only_for: str | None = None
    names: Names = field(default=str, repr=False, compare=False)

    @property
    def plain(self) -> str:
        """The whole card as a person reads it, line by line, unescaped, without formatting marks."""
        return read_blocks(self.blocks, self.names) if self.blocks else read_mrkdwn(self.text, self.names)

    @property
    def buttons(self) -> list[str]:
        """The texts of its buttons, in the order shown."""
        return buttons_of(self.blocks)

    @property
    def pings(self) -> list[str]:
        """The broadcasts it rings (channel, here, everyone); empty for a well-behaved card."""
        return pings_of(self.text) + pings_of(self.blocks)

    @property
    def key(self) -> tuple[str, str]:
        """Channel id and ts: what an app has to store to find it again."""
        return self.channel_id, self.ts

    def has(self, *words: str) -> bool:
        """True when a person can read each of these in it."""
        return all(word in self.plain for word in words)

    def __str__(self) -> str:
        return f"({self.channel_id} {self.ts}, edited {self.edited} times)\n{self.plain}"


@dataclass
class Channel:
    """A conversation. members: None stands for everybody."""

    id: str
    name: str
    bot_is_member: bool = True
    is_private: bool = True
    is_ext_shared: bool = False
    is_archived: bool = False
    is_im: bool = False
    members: set[str] | None = None
    versions: dict[str, list[Message]] = field(default_factory=dict, repr=False)

    @property
    def messages(self) -> list[Message]:
        """Everything that stands in it now, oldest first, replies in threads included."""
        return [versions[-1] for versions in self.versions.values()]

    @property
    def cards(self) -> list[Message]:
        """What stands in it outside threads."""
        return [message for message in self.messages if message.thread_ts in (None, message.ts)]

    def thread(self, parent: Message | str) -> list[Message]:
        """The replies to a message, oldest first."""
        ts = parent if isinstance(parent, str) else parent.ts
        return [message for message in self.messages if message.thread_ts == ts and message.ts != ts]

    def sees(self, user_id: str) -> bool:
        """True when the person is in it."""
        return self.members is None or user_id in self.members


@dataclass(frozen=True)
class View:
    """A modal or home tab as one person has it open; frozen like a `Message`.

    content: as the app sent it. errors: what stands under the fields, by block_id. previous_id: the view below it.
    """

    id: str
    user_id: str
    content: Json
    hash: str
    root_id: str
    previous_id: str | None = None
    errors: dict[str, str] = field(default_factory=dict)
    names: Names = field(default=str, repr=False, compare=False)

    @property
    def blocks(self) -> list[Json]:
        return list(self.content["blocks"])

    @property
    def callback_id(self) -> str:
        return str(self.content.get("callback_id", ""))

    @property
    def private_metadata(self) -> str:
        return str(self.content.get("private_metadata", ""))

    @property
    def title(self) -> str:
        return read_text(self.content.get("title"), self.names)

    @property
    def plain(self) -> str:
        """Title, blocks and buttons as a person reads them, with the errors under the fields last."""
        ends = [read_text(self.content.get(name), self.names) for name in ("submit", "close")]
        return "\n".join(
            [self.title, read_blocks(self.blocks, self.names), *(f"[{end}]" for end in ends if end), *self.errors.values()]
        ).strip()

    @property
    def buttons(self) -> list[str]:
        """The texts of the buttons in its blocks, in the order shown; submit and close are not among them."""
        return buttons_of(self.blocks)

    @property
    def fields(self) -> list[str]:
        """The labels of its inputs, in the order shown."""
        return [read_text(block["label"], self.names) for block in self.blocks if block["type"] == "input"]

    def holding(self, **changes: Any) -> Self:
        """The same view with something changed."""
        return replace(self, **changes)


@dataclass
class Seen:
    """What one person saw of one thing they did; it grows while the app goes on answering.

    envelope, payload: what was sent to the app; None when the client had nothing to send. ack: what the app answered at once.
    error: what Slack told the person when the app gave no answer (`operation_timeout`, `dispatch_failed`).
    errors: what stands under the fields after a submission, by block_id.
    """

    user_id: str
    envelope: str = ""
    payload: Json | None = None
    ack: Json | None = None
    error: str | None = None
    errors: dict[str, str] = field(default_factory=dict)
    shown: list[tuple[str, str]] = field(default_factory=list, repr=False)
    find: Callable[[str, str], Message | None] = field(default=lambda _channel, _ts: None, repr=False)

    @property
    def messages(self) -> list[Message]:
        """The messages that answered it, as they stand now: the immediate one first, then those of its response_url."""
        return [message for key in self.shown if (message := self.find(*key)) is not None]

    @property
    def plain(self) -> str:
        """All of that as text."""
        return "\n".join([*(message.plain for message in self.messages), *self.errors.values(), *([self.error] if self.error else [])])


@dataclass
class Trigger:
    """The right to open one view within three seconds of something a person did."""

    user_id: str
    at: datetime
    is_used: bool = False


@dataclass
class ResponseUrl:
    """The right to answer five times within thirty minutes."""

    at: datetime
    channel_id: str
    seen: Seen
    source: Message | None = None
    uses: int = 0


@dataclass(frozen=True)
class ApiCall:
    """One call of the Web API (or of a response_url) as it arrived: arguments parsed, without the token."""

    method: str
    args: Json
    error: str | None = None
