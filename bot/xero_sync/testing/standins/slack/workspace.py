"""The workspace behind the API: its state, and the rules by which messages and views change."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count

from xero_sync.testing.standins.slack.elements import Answers
from xero_sync.testing.standins.slack.records import CannotDo, Channel, Message, Refused, ResponseUrl, Seen, Trigger, User, View
from xero_sync.testing.standins.slack.shapes import Json
from xero_sync.testing.standins.slack.switches import Switches

RESPONSE_URL_USES = 5
RESPONSE_URL_MINUTES = 30
VIEWS_IN_A_STACK = 3


@dataclass(frozen=True)
class Installation:
    """Who the app is in this workspace; all invented."""

    team_id: str = "T0FERROW"
    team_name: str = "Ferrow & Pike"
    domain: str = "ferrow-pike"
    app_id: str = "A0XEROSYNC"
    bot_id: str = "B0XEROSYNC"
    bot_user_id: str = "U0XEROSYNC"
    bot_name: str = "xero-sync"


@dataclass
class Workspace:
    """People, channels, messages and views. What Slack would refuse raises `Refused`."""

    now: Callable[[], datetime]
    switches: Switches
    trigger_seconds: float
    installation: Installation = field(default_factory=Installation)
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    ephemerals: dict[str, dict[str, list[Message]]] = field(default_factory=dict)
    stacks: dict[str, list[View]] = field(default_factory=dict)  # a person's open modals, the visible one last
    homes: dict[str, View] = field(default_factory=dict)
    triggers: dict[str, Trigger] = field(default_factory=dict)
    response_urls: dict[str, ResponseUrl] = field(default_factory=dict)
    answers: dict[tuple[str, str], Answers] = field(default_factory=dict)  # what a person chose on a message or view, not sent yet
    watchers: list[asyncio.Future[None]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    last_ts_microseconds: int = 0

    def next_ts(self) -> str:
        """A ts later than every one before it, as near the clock as that allows."""
        self.last_ts_microseconds = max(int(self.now().timestamp() * 1_000_000), self.last_ts_microseconds + 1)
        return f"{self.last_ts_microseconds // 1_000_000}.{self.last_ts_microseconds % 1_000_000:06d}"

    def name_of(self, some_id: str) -> str:
        """What Slack shows for a person's or channel's id."""
        if some_id in self.users:
            return self.users[some_id].name
        return self.channels[some_id].name if some_id in self.channels else some_id

    def changed(self) -> None:
        """Wakes whoever waits in `until`."""
        watchers, self.watchers = self.watchers, []
        for watcher in watchers:
            if not watcher.done():
                watcher.set_result(None)

    async def change(self) -> None:
        """Comes back after the next change."""
        watcher = asyncio.get_running_loop().create_future()
        self.watchers.append(watcher)
        await watcher

    def person(self, user_id: str) -> User:
        """The person, for whom something is about to be done."""
        if user_id not in self.users:
            raise CannotDo(f"Nobody here is called {user_id}. There are: {', '.join(self.users)}")
        return self.users[user_id]

    def channel_named(self, name_or_id: str) -> Channel:
        """The channel, by id or by name with or without #."""
        for channel in self.channels.values():
            if name_or_id in (channel.id, channel.name, f"#{channel.name}"):
                return channel
        raise CannotDo(f"There is no channel {name_or_id!r}. There are: {', '.join(channel.name for channel in self.channels.values())}")

    def direct_message(self, user_id: str) -> Channel:
        """The conversation of the bot and one person, opened if need be."""
        channel_id = f"D{user_id[1:]}"
        members = {user_id, self.installation.bot_user_id}
        return self.channels.setdefault(channel_id, Channel(channel_id, f"dm-{user_id}", is_im=True, members=members))

    def visible(self, channel_id: str) -> Channel:
        """The channel an app may know of; a private one without the bot does not exist for it."""
        channel = next((c for c in self.channels.values() if channel_id in (c.id, f"#{c.name}")), None)
        if channel is None:
            raise Refused("channel_not_found")
        if channel.is_private and not channel.is_im and not channel.bot_is_member:
            raise Refused(self.switches.private_channel_answers)
        return channel

    def writable(self, channel_id: str) -> Channel:
        """The channel an app may post to. A user id stands for that person's direct message."""
        if channel_id in self.users and self.switches.posting_to_user_id_opens_dm:
            return self.direct_message(channel_id)
        channel = self.visible(channel_id)
        if channel.is_archived:
            raise Refused("is_archived")
        if not channel.bot_is_member:
            raise Refused("not_in_channel")
        return channel

    def convert(self, channel: Channel) -> Channel:
        """The channel, private if it was public and the other way round, with what stands in it."""
        channel.is_private = not channel.is_private
        if not self.switches.converted_channel_keeps_id:
            del self.channels[channel.id]
            channel.id = f"{'G' if channel.is_private else 'C'}_CONVERTED_{next(self.numbers)}"
            channel.versions = {ts: [replace(one, channel_id=channel.id) for one in found] for ts, found in channel.versions.items()}
            self.channels[channel.id] = channel
        self.changed()
        return channel

    def compose(self, channel: Channel, args: Json, author_id: str | None = None) -> Message:
        """A message of these arguments that stands nowhere yet."""
        thread_ts = args.get("thread_ts")
        if thread_ts is not None and thread_ts not in channel.versions:
            raise Refused("invalid_arguments", messages=[f"thread_ts {thread_ts} is no message of {channel.id}"])
        return Message(
            channel.id,
            self.next_ts(),
            author_id or self.installation.bot_user_id,
            args.get("text") or "",
            list(args.get("blocks") or []),
            thread_ts=thread_ts,
            metadata=args.get("metadata"),
            names=self.name_of,
        )

    def post(self, channel: Channel, args: Json, author_id: str | None = None) -> Message:
        """The message, standing in the channel."""
        message = self.compose(channel, args, author_id)
        channel.versions[message.ts] = [message]
        self.changed()
        return message

    def post_ephemeral(self, channel: Channel, user_id: str, args: Json) -> Message:
        """The message, seen by one person only."""
        message = replace(self.compose(channel, args), only_for=user_id)
        self.ephemerals.setdefault(user_id, {})[message.ts] = [message]
        self.changed()
        return message

    def versions(self, channel_id: str, ts: str) -> list[Message]:
        """Every state of a message, ephemeral ones too, the present one last; empty when it was deleted or never was."""
        channel = self.channels.get(channel_id)
        if channel is not None and ts in channel.versions:
            return channel.versions[ts]
        return next((found[ts] for found in self.ephemerals.values() if ts in found and found[ts][-1].channel_id == channel_id), [])

    def current(self, channel_id: str, ts: str) -> Message | None:
        """The message as it stands now."""
        versions = self.versions(channel_id, ts)
        return versions[-1] if versions else None

    def own(self, channel: Channel, ts: str, otherwise: str) -> Message:
        """The bot's own message in a channel; ephemeral ones can't be reached by the Web API (Slack: section 8)."""
        if ts not in channel.versions:
            raise Refused("message_not_found")
        message = channel.versions[ts][-1]
        if message.author_id != self.installation.bot_user_id:
            raise Refused(otherwise)
        return message

    def edit(self, message: Message, args: Json) -> Message:
        """The message with new content: text alone removes the blocks (Slack: section 9.6)."""
        edited = replace(
            message,
            text=args.get("text") or "",
            blocks=list(args.get("blocks") or []),
            metadata=args.get("metadata", message.metadata),
            edited=message.edited + 1,
        )
        self.versions(*message.key).append(edited)
        self.changed()
        return edited

    def delete(self, message: Message) -> None:
        """The message is gone for everybody."""
        self.channels[message.channel_id].versions.pop(message.ts, None)
        for found in self.ephemerals.values():
            found.pop(message.ts, None)
        self.changed()

    def answer(self, args: Json, url: ResponseUrl) -> None:
        """What an app sends to a response_url takes effect."""
        replaces = args.get("replace_original", self.switches.response_url_replaces_by_default)
        source = url.source and self.current(*url.source.key)
        if args.get("delete_original") and source is not None:
            self.delete(source)
        elif replaces and source is not None:
            self.edit(source, args)
        else:
            self.show(args, self.channels[url.channel_id], url.seen)

    def show(self, args: Json, channel: Channel, seen: Seen, *, first: bool = False) -> None:
        """The answer to something a person did: to them alone, unless it says in_channel.

        first: it is the immediate answer; what the app sends to the response_url may overtake it.
        """
        message = (
            self.post(channel, args) if args.get("response_type") == "in_channel" else self.post_ephemeral(channel, seen.user_id, args)
        )
        seen.shown.insert(0 if first else len(seen.shown), message.key)

    def use_response_url(self, token: str) -> ResponseUrl:
        """The url's context; five uses within thirty minutes (Slack: section 8)."""
        url = self.response_urls.get(token)
        if url is None:
            raise Refused("invalid_url")
        if self.now() - url.at > timedelta(minutes=RESPONSE_URL_MINUTES):
            raise Refused("expired_url")
        if url.uses >= RESPONSE_URL_USES:
            raise Refused("used_url")
        url.uses += 1
        return url

    def new_response_url(self, channel: Channel, seen: Seen, source: Message | None) -> str:
        """The token of a fresh url."""
        token = f"{self.installation.team_id}/{next(self.numbers)}"
        self.response_urls[token] = ResponseUrl(self.now(), channel.id, seen, source)
        return token

    def new_trigger(self, user_id: str) -> str:
        """A trigger_id for something this person just did."""
        number = next(self.numbers)
        trigger_id = f"{number}.{number * 7919}.{number * 2_654_435_761 % 2**32:08x}"
        self.triggers[trigger_id] = Trigger(user_id, self.now())
        return trigger_id

    def use_trigger(self, trigger_id: str) -> str:
        """The id of the person for whom a view may be opened; three seconds, once (Slack: section 8)."""
        trigger = self.triggers.get(trigger_id)
        if trigger is None:
            raise Refused("invalid_trigger_id")
        if trigger.is_used:
            raise Refused("exchanged_trigger_id")
        if self.now() - trigger.at > timedelta(seconds=self.trigger_seconds):
            raise Refused("expired_trigger_id")
        trigger.is_used = True
        return trigger.user_id

    def new_view(self, user_id: str, content: Json, below: View | None = None) -> View:
        """A view that is not open yet."""
        number = next(self.numbers)
        root_id = below.root_id if below else f"V{number:08d}"
        return View(f"V{number:08d}", user_id, content, self.new_hash(), root_id, below.id if below else None, names=self.name_of)

    def new_hash(self) -> str:
        return f"{int(self.now().timestamp())}.{next(self.numbers):08x}"

    def open_view(self, user_id: str, content: Json) -> View:
        """The view, alone on the person's screen."""
        view = self.new_view(user_id, content)
        self.stacks[user_id] = [view]
        self.changed()
        return view

    def push_view(self, user_id: str, content: Json) -> View:
        """The view, on top of those that are open."""
        stack = self.stacks.setdefault(user_id, [])
        if len(stack) >= VIEWS_IN_A_STACK:
            raise Refused("push_limit_reached")
        view = self.new_view(user_id, content, stack[-1] if stack else None)
        stack.append(view)
        self.changed()
        return view

    def answers_on(self, user_id: str, surface: Message | View) -> Answers:
        """What this person has chosen on it so far."""
        surface_id = surface.id if isinstance(surface, View) else "/".join(surface.key)
        return self.answers.setdefault((user_id, surface_id), {})

    def open_views(self) -> list[View]:
        """Every modal anybody has open."""
        return [view for stack in self.stacks.values() for view in stack]

    def replace_view(self, old: View, content: Json, errors: dict[str, str] | None = None) -> View:
        """The open view with new content or new errors; it keeps its id and gets a new hash."""
        new = old.holding(content=content, hash=self.new_hash(), errors=errors or {})
        stack = self.stacks[old.user_id]
        stack[:] = [new if view.id == old.id else view for view in stack]
        self.changed()
        return new

    def close_view(self, view: View) -> None:
        """The view is gone from the person's screen; what is below it shows again."""
        stack = self.stacks.get(view.user_id, [])
        stack[:] = [other for other in stack if other.id != view.id]
        self.changed()

    def clear_views(self, user_id: str) -> None:
        """All of the person's modals are gone."""
        self.stacks.pop(user_id, None)
        self.changed()

    def publish_home(self, user_id: str, content: Json, seen_hash: str | None) -> View:
        """The person's home tab with new content."""
        old = self.homes.get(user_id)
        if old is not None and seen_hash not in (None, old.hash):
            raise Refused("hash_conflict")
        view = old.holding(content=content, hash=self.new_hash()) if old else self.new_view(user_id, content)
        self.homes[user_id] = view
        self.changed()
        return view
