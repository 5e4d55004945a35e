"""What people do in Slack: type a command, press, choose, search, submit, close."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from xero_sync.testing.standins.slack.delivery import NO_ANSWER_IN_TIME, NOT_DELIVERED, Delivery, Reply
from xero_sync.testing.standins.slack.elements import Element, Option, action_of, answer_to, elements_in, find_element, state_of, unfilled
from xero_sync.testing.standins.slack.payloads import (
    command_form,
    event_callback,
    interaction,
    message_blocks,
    on_message,
    view_blocks,
    view_content,
)
from xero_sync.testing.standins.slack.records import CannotDo, Channel, Message, Seen, View
from xero_sync.testing.standins.slack.rules import Judge, Violation
from xero_sync.testing.standins.slack.shapes import Json, options_of
from xero_sync.testing.standins.slack.workspace import Workspace

FINN = "U_FINN"  # who acts where a test doesn't say
MOST_RETRIES = 3
MIN_QUERY_LENGTH = 3  # what Slack takes where an external menu doesn't say


class People(ABC):
    """The hands of the people in a workspace.

    A message or view is named by the object, by its ts or id. `CannotDo` says what a person could not have done.
    """

    def __init__(self, workspace: Workspace, judge: Judge) -> None:
        self.workspace = workspace
        self.judge = judge

    @property
    @abstractmethod
    def delivery(self) -> Delivery:
        """How the app is reached."""

    @property
    @abstractmethod
    def base_url(self) -> str:
        """Where the app reaches us."""

    async def command(self, text: str, user: str = FINN, channel: str | None = None, *, command: str = "/xero-sync") -> Seen:
        """What the person saw after typing it: `Seen.messages` has the answer, and later ones as they come."""
        person, where = self.workspace.person(user), self._channel_for(user, channel)
        seen = self._new_seen(user)
        trigger_id, response_url = self.workspace.new_trigger(user), self._response_url(where, seen, None)
        form = command_form(self.workspace.installation, person, where, command, text, trigger_id, response_url)
        return await self._send(seen, "slash_commands", form)

    async def press(self, where: Message | View | str, wanted: str, user: str = FINN, *, confirm: bool = True) -> Seen:
        """What the person saw after pressing a button (its text or action_id) or a line of an overflow menu (its text).

        where: pressing a `Message` that has been edited meanwhile is a press on a stale card.
        confirm: what they answer if a dialog asks; False sends nothing.
        """
        surface = self._surface(where, user)
        element = find_element(_blocks(surface), wanted)
        if element.type not in ("button", "overflow"):
            raise CannotDo(f"{wanted!r} is a {element.type}: select it instead")
        if "confirm" in element.content and not confirm:
            return self._new_seen(user)
        answer = answer_to(element, wanted) if element.type == "overflow" else None
        return await self._act(surface, element, answer, user)

    async def select(self, where: Message | View | str, wanted: str, choice: Any, user: str = FINN, *, query: str | None = None) -> Seen:
        """What the person saw after choosing in a menu, ticking boxes, picking a date or typing.

        choice: an option's text or value, a list of them where several can be ticked, else the text. query: what they type into
        the search of an external menu, by default the choice. In an input the choice waits for Submit, and nothing is sent.
        """
        surface = self._surface(where, user)
        element = find_element(_blocks(surface), wanted)
        answer = await self._choose(surface, element, choice, user, query)
        return await self._act(surface, element, answer, user) if element.is_sent_at_once else self._new_seen(user)

    async def use(
        self, where: Message | View | str, block_id: str, action_id: str, choice: Any = None, user: str = FINN, *, query: str | None = None
    ) -> Seen:
        """What the person saw after using the element with these ids: pressing a button, else choosing as `select` says."""
        surface = self._surface(where, user)
        element = find_element(_blocks(surface), (block_id, action_id))
        if element.type in ("button", "overflow"):
            return await self._act(surface, element, answer_to(element, choice) if element.type == "overflow" else None, user)
        answer = await self._choose(surface, element, choice, user, query)
        return await self._act(surface, element, answer, user) if element.is_sent_at_once else self._new_seen(user)

    async def search(self, where: Message | View | str, wanted: str | tuple[str, str], query: str, user: str = FINN) -> list[Option]:
        """The options the app offers in an external menu for what was typed, groups flattened."""
        surface = self._surface(where, user)
        return await self._options(surface, find_element(_blocks(surface), wanted), query, user)

    async def submit(self, view: View | str | None = None, values: Mapping[str, Any] | None = None, user: str = FINN) -> Seen:
        """What the person saw after filling the fields and pressing the modal's submit button.

        view: None for the one on their screen. values: by label, action_id or block_id. The errors under the fields are in `Seen.errors`.
        """
        surface = self._on_screen(view, user)
        for wanted, choice in (values or {}).items():
            await self._choose(surface, find_element(_blocks(surface), wanted), choice, user, None)
        if "submit" not in surface.content:
            raise CannotDo(f"The view {surface.title!r} has no submit button")
        filled = state_of(_blocks(surface), self.workspace.answers_on(user, surface))
        if missing := unfilled(_blocks(surface), filled):
            raise CannotDo(f"These fields are still empty: {', '.join(missing)}")
        content = view_content(surface, self.workspace)
        payload = self._interaction("view_submission", user, trigger_id=self.workspace.new_trigger(user), view=content, response_urls=[])
        return await self._send(self._new_seen(user), "interactive", payload)

    async def close(self, view: View | str | None = None, user: str = FINN) -> Seen:
        """The person closes the modal; the app hears of it only if the view has notify_on_close."""
        surface = self._on_screen(view, user)
        self.workspace.close_view(surface)
        if not surface.content.get("notify_on_close"):
            return self._new_seen(user)
        payload = self._interaction("view_closed", user, view=view_content(surface, self.workspace), is_cleared=False)
        return await self._send(self._new_seen(user), "interactive", payload)

    async def open_home(self, user: str = FINN) -> Seen:
        """The person looks at the app's home tab."""
        channel = self.workspace.direct_message(self.workspace.person(user).id)
        return await self.event({"type": "app_home_opened", "user": user, "channel": channel.id, "tab": "home"})

    def reloads(self, user: str = FINN) -> None:
        """The person loads Slack anew: what only they saw is gone (Slack: section 8)."""
        self.workspace.ephemerals.pop(self.workspace.person(user).id, None)
        self.workspace.changed()

    def deletes(self, where: Message | str, user: str = FINN) -> None:
        """The person deletes a message for everybody, as an admin may; one that only they see goes from their screen."""
        message = self._surface(where, user)
        if isinstance(message, View):
            raise CannotDo("A view is closed, not deleted")
        self.workspace.delete(message)

    async def mention(self, text: str, user: str = FINN, channel: str | None = None) -> Seen:
        """The person writes a message that mentions the app."""
        where = self._channel_for(user, channel)
        written = f"<@{self.workspace.installation.bot_user_id}> {text}"
        message = self.workspace.post(where, {"text": written}, self.workspace.person(user).id)
        return await self.event({"type": "app_mention", "user": user, "text": written, "ts": message.ts, "channel": where.id})

    async def event(self, event: Json) -> Seen:
        """Sends any event of the Events API; its `event_ts` is added."""
        now, number = self.workspace.now(), next(self.workspace.numbers)
        stamped = {"event_ts": self.workspace.next_ts(), **event}
        payload = event_callback(self.workspace.installation, stamped, f"Ev{number:08d}", int(now.timestamp()))
        return await self._send(self._new_seen(str(event.get("user", FINN))), "events_api", payload)

    async def redeliver(self, seen: Seen) -> Seen:
        """The very same payload once more: same ids, same action_ts, marked as a retry."""
        if seen.payload is None:
            raise CannotDo("Nothing was sent to the app that could be sent again")
        return await self._send(self._new_seen(seen.user_id), seen.envelope, seen.payload, retry=1)

    async def _act(self, surface: Message | View, element: Element, answer: Json | None, user: str) -> Seen:
        seen = self._new_seen(user)
        action = action_of(element, answer, self.workspace.next_ts())
        trigger_id = self.workspace.new_trigger(user)
        if isinstance(surface, View):
            context: Json = {"container": {"type": "view", "view_id": surface.id}, "view": view_content(surface, self.workspace)}
        else:
            current = self.workspace.current(*surface.key)
            if current is None:
                raise CannotDo(f"The message {surface.ts} has been deleted")
            if not self.workspace.switches.stale_press_is_delivered and not _is_still_there(element, current):
                seen.error = NOT_DELIVERED
                return seen
            channel = self.workspace.channels[surface.channel_id]
            values = state_of(_blocks(surface), self.workspace.answers_on(user, surface))
            context = on_message(current, channel, self.workspace.installation)
            context |= {"state": {"values": values}, "response_url": self._response_url(channel, seen, current)}
        payload = self._interaction("block_actions", user, trigger_id=trigger_id, **context, actions=[action])
        return await self._send(seen, "interactive", payload)

    async def _choose(self, surface: Message | View, element: Element, choice: Any, user: str, query: str | None) -> Json:
        options = options_of(element.content)
        if element.asks_for_options:
            options = []
            for one in choice if isinstance(choice, list) else [choice]:
                options += [option.content for option in await self._options(surface, element, query or str(one), user)]
        answer = answer_to(element, choice, options)
        self.workspace.answers_on(user, surface)[element.block_id, element.action_id] = answer
        return answer

    async def _options(self, surface: Message | View, element: Element, query: str, user: str) -> list[Option]:
        shortest = element.content.get("min_query_length", MIN_QUERY_LENGTH)
        if len(query) < shortest:
            raise CannotDo(f"Slack asks the app only after {shortest} characters, {query!r} has {len(query)}")
        if isinstance(surface, View):
            context: Json = {"container": {"type": "view", "view_id": surface.id}, "view": view_content(surface, self.workspace)}
        else:
            context = on_message(surface, self.workspace.channels[surface.channel_id], self.workspace.installation)
        ids = {"action_id": element.action_id, "block_id": element.block_id, "value": query}
        reply = await self.delivery.deliver("interactive", self._interaction("block_suggestion", user, **ids, **context))
        body = reply.body or {}
        if reply.error or self.judge.judge("options ack", body):
            raise CannotDo(f"The options for {query!r} did not load: {reply.error or self.judge.violations[-1]}")
        return [Option(option["text"]["text"], option["value"], option) for option in options_of(body)]

    async def _send(self, seen: Seen, envelope: str, payload: Json, retry: int = 0) -> Seen:
        seen.envelope, seen.payload = envelope, payload
        reply = await self._delivered(envelope, payload, retry)
        seen.ack, seen.error = reply.body, reply.error
        if reply.error is None and envelope == "slash_commands":
            self._show_command_answer(seen, payload, reply)
        elif reply.error is None and payload["type"] == "view_submission":
            self._finish_submission(seen, payload["view"]["id"], reply.body or {})
        self.workspace.changed()
        return seen

    async def _delivered(self, envelope: str, payload: Json, retry: int) -> Reply:
        """The app's answer. An event that nobody acknowledged is sent up to three times more (Slack: section 2), here without a pause."""
        reply = await self.delivery.deliver(envelope, payload, retry)
        is_retried = envelope == "events_api" or (envelope == "interactive" and self.workspace.switches.interactions_are_retried)
        while reply.error and is_retried and retry < MOST_RETRIES:
            retry += 1
            reply = await self.delivery.deliver(envelope, payload, retry, "timeout" if reply.error == NO_ANSWER_IN_TIME else "error")
        return reply

    def _show_command_answer(self, seen: Seen, payload: Json, reply: Reply) -> None:
        if reply.body is None:
            return
        if violations := self.judge.judge("command ack", reply.body):
            seen.error = violations[0].error
        else:
            self.workspace.show(reply.body, self.workspace.channels[payload["channel_id"]], seen, first=True)

    def _finish_submission(self, seen: Seen, view_id: str, body: Json) -> None:
        view = next((view for view in self.workspace.open_views() if view.id == view_id), None)
        if view is None:
            return  # submitted twice, or closed meanwhile
        violations = self.judge.judge("view ack", body) if body else []
        inputs = {element.block_id for element in elements_in(_blocks(view)) if element.block["type"] == "input"}
        for unknown in sorted(body.get("errors", {}).keys() - inputs):
            violations.append(Violation("view ack", "invalid_arguments", f"/errors/{unknown} is not the block_id of an input"))
            self.judge.violations.append(violations[-1])
        if violations:
            seen.error = violations[0].error
            return
        match body.get("response_action"):
            case "errors":
                seen.errors = dict(body["errors"])
                self.workspace.replace_view(view, view.content, seen.errors)
            case "update":
                self.workspace.replace_view(view, body["view"])
            case "push":
                self.workspace.push_view(view.user_id, body["view"])
            case "clear":
                self.workspace.clear_views(view.user_id)
            case _:
                self.workspace.close_view(view)

    def _surface(self, where: Message | View | str, user: str) -> Message | View:
        self.workspace.person(user)
        if isinstance(where, View) or (isinstance(where, str) and where.startswith("V")):
            return self._home_or_modal(where, user)
        message = self._message_at(where) if isinstance(where, str) else where
        if message.only_for not in (None, user) or not self.workspace.channels[message.channel_id].sees(user):
            raise CannotDo(f"{user} does not see the message {message.ts}")
        return message

    def _home_or_modal(self, where: View | str, user: str) -> View:
        home = self.workspace.homes.get(user)
        wanted = where.id if isinstance(where, View) else where
        return home if home is not None and home.id == wanted else self._on_screen(where, user)

    def _message_at(self, ts: str) -> Message:
        for channel in self.workspace.channels.values():
            if message := self.workspace.current(channel.id, ts):
                return message
        raise CannotDo(f"There is no message {ts}")

    def _on_screen(self, view: View | str | None, user: str) -> View:
        """The view as it stands now on the person's screen: only the top one can be used."""
        stack = self.workspace.stacks.get(user)
        if not stack:
            raise CannotDo(f"{user} has no view open")
        top = stack[-1]
        wanted = view.id if isinstance(view, View) else view
        if wanted not in (None, top.id, top.callback_id, top.title):
            raise CannotDo(f"{user} has {top.title!r} on the screen, not {wanted!r}")
        return top

    def _channel_for(self, user: str, name: str | None) -> Channel:
        if name is None and not self.workspace.channels:
            raise CannotDo("There is no channel yet: give the workspace one with has_channel()")
        channel = next(iter(self.workspace.channels.values())) if name is None else self.workspace.channel_named(name)
        if not channel.sees(user):
            raise CannotDo(f"{user} is not in {channel.name}")
        return channel

    def _interaction(self, kind: str, user: str, **more: Any) -> Json:
        return interaction(kind, self.workspace.installation, self.workspace.person(user), **more)

    def _response_url(self, channel: Channel, seen: Seen, source: Message | None) -> str:
        return f"{self.base_url}/respond/{self.workspace.new_response_url(channel, seen, source)}"

    def _new_seen(self, user: str) -> Seen:
        return Seen(user, find=self.workspace.current)


def _blocks(surface: Message | View) -> list[Json]:
    return view_blocks(surface) if isinstance(surface, View) else message_blocks(surface)


def _is_still_there(element: Element, message: Message) -> bool:
    return any((one.block_id, one.action_id) == (element.block_id, element.action_id) for one in elements_in(message_blocks(message)))
