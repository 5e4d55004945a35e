"""The Slack stand-in, driven by the real Bolt and SDK, over Socket Mode and over signed HTTP."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.routing import Route
from xero_sync.clock import SystemClock
from xero_sync.testing.standins.served import serve
from xero_sync.testing.standins.slack import CannotDo, SlackStandIn
from xero_sync.testing.standins.traffic import Fault

Json = dict[str, Any]
TRANSPORTS = ["socket mode", "signed http"]


@dataclass
class Clock:
    at: datetime = datetime(2026, 11, 24, 14, 5, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass
class Bot:
    """A small app with one card, one form and one menu, on the real Bolt."""

    slack: SlackStandIn
    clock: Clock
    app: AsyncApp
    client: AsyncWebClient
    seen_bodies: list[Json] = field(default_factory=list)
    retries: list[str | None] = field(default_factory=list)
    handler: AsyncSocketModeHandler | None = None

    async def posts_card(self, channel: str = "C_FIN", **more: Any) -> str:
        reply = await self.client.chat_postMessage(channel=channel, text="Harbor Refit waits", blocks=card_blocks(), **more)
        return str(reply["ts"])


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def button(text: str, action_id: str, **more: Any) -> Json:
    return {"type": "button", "text": plain(text), "action_id": action_id, "value": f"v-{action_id}", **more}


def option(text: str, value: str) -> Json:
    return {"text": plain(text), "value": value}


def section(text: str, **more: Any) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def card_blocks() -> list[Json]:
    sure = {"title": plain("Sure?"), "text": plain("Leave it out?"), "confirm": plain("Yes"), "deny": plain("No")}
    return [
        {"type": "header", "text": plain("No project")},
        section('*No Scoro project is called "Harbor Refit"*', block_id="q1"),
        {
            "type": "actions",
            "block_id": "q2",
            "elements": [
                button("Put on Harbour Refit", "choice.put", style="primary"),
                button("No project needed…", "choice.none", confirm=sure),
                {"type": "static_select", "action_id": "choice.month", "options": [option("October", "10"), option("November", "11")]},
                {"type": "overflow", "action_id": "choice.more", "options": [option("Show why", "why"), option("Snooze", "snooze")]},
            ],
        },
    ]


def form(title: str = "Choose a project", **more: Any) -> Json:
    return {
        "type": "modal",
        "callback_id": "choose",
        "title": plain(title),
        "submit": plain("Put on it"),
        "notify_on_close": True,
        "blocks": [
            {
                "type": "input",
                "block_id": "project",
                "label": plain("Project"),
                "element": {"type": "external_select", "action_id": "pick", "min_query_length": 2},
            },
            {
                "type": "input",
                "block_id": "note",
                "optional": True,
                "label": plain("Note"),
                "element": {"type": "plain_text_input", "action_id": "said"},
            },
        ],
        **more,
    }


@asynccontextmanager
async def running_bot(transport: str, **settings: Any) -> AsyncIterator[Bot]:
    clock = Clock()
    slack = SlackStandIn(now=clock.now, sleep=clock.sleep, signed_now=SystemClock().now, **settings)
    slack.has_channel("C_FIN", "finance")
    slack.has_user("U_ANA", "Ana", "ana@ferrow-pike.example")
    async with serve(slack.app) as url:
        client = AsyncWebClient(token="xoxb-standin", base_url=f"{url}/api/", retry_handlers=[])
        app = AsyncApp(client=client, signing_secret="standin-signing-secret")
        bot = Bot(slack, clock, app, client)
        teach(bot)
        async with connection(bot, transport):
            yield bot


@asynccontextmanager
async def connection(bot: Bot, transport: str) -> AsyncIterator[None]:
    await bot.client.auth_test()
    if transport == "signed http":
        handler = AsyncSlackRequestHandler(bot.app)
        async with serve(Starlette(routes=[Route("/slack/events", handler.handle, methods=["POST"])])) as url:
            bot.slack.request_url = f"{url}/slack/events"
            yield
            return
    bot.handler = AsyncSocketModeHandler(bot.app, "xapp-standin")
    await bot.handler.connect_async()
    try:
        await bot.slack.connected()
        yield
    finally:
        await bot.handler.close_async()


def teach(bot: Bot) -> None:
    app = bot.app

    @app.middleware
    async def remember(body: Json, next: Callable[..., Any], req: Any) -> None:  # noqa: A002  # Bolt's name
        bot.seen_bodies.append(body)
        bot.retries.append(req.headers.get("x-slack-retry-num", [None])[0])
        await next()

    @app.command("/xero-sync")
    async def on_command(ack: AsyncAck, respond: AsyncRespond, command: Json) -> None:
        if command["text"] == "silent":
            await ack()
            return
        await ack(f"Looking at {command['text']}")
        await respond("94.8 % are on projects", response_type="in_channel" if command["text"] == "loud" else "ephemeral")

    @app.action("choice.put")
    async def on_put(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        await ack()
        done = [section(f"Answered by <@{body['user']['id']}>")]
        await client.chat_update(channel=body["channel"]["id"], ts=body["message"]["ts"], text="Answered", blocks=done)

    @app.action("choice.none")
    async def on_none(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=form())

    @app.action("choice.more")
    async def on_more(ack: AsyncAck, respond: AsyncRespond, action: Json) -> None:
        await ack()
        await respond(f"Because of {action['selected_option']['value']}", replace_original=False)

    @app.action("choice.month")
    async def on_month(ack: AsyncAck, respond: AsyncRespond) -> None:
        await ack()
        await respond(text="Month taken", replace_original=True)

    @app.options("pick")
    async def on_search(ack: AsyncAck, payload: Json) -> None:
        names = [name for name in ("Harbour Refit", "Harvest Fair", "Tidewater") if payload["value"].lower() in name.lower()]
        await ack(options=[option(name, name[:3]) for name in names])

    @app.view("choose")
    async def on_submit(ack: AsyncAck, view: Json) -> None:
        said = view["state"]["values"]["note"]["said"]["value"]
        if said == "wrong":
            await ack(response_action="errors", errors={"note": "Say it in other words"})
        elif said == "slow":
            await ack(response_action="update", view={**form("Saving"), "blocks": [section("Saving…")]})
        else:
            await ack()

    @app.view_closed("choose")
    async def on_close(ack: AsyncAck) -> None:
        await ack()

    @app.event("app_home_opened")
    async def on_home(event: Json, client: AsyncWebClient) -> None:
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [section("Nothing waits")]})


@pytest.fixture(params=TRANSPORTS)
async def bot(request: pytest.FixtureRequest) -> AsyncIterator[Bot]:
    async with running_bot(request.param) as running:
        yield running


@pytest.fixture
async def socket_bot() -> AsyncIterator[Bot]:
    async with running_bot("socket mode") as running:
        yield running


async def test_given_an_app_when_a_command_is_typed_then_the_person_sees_the_first_and_the_later_answer(bot: Bot) -> None:
    seen = await bot.slack.command("status")

    await bot.slack.until(lambda: len(seen.messages) == 2)

    assert seen.plain == "Looking at status\n94.8 % are on projects" and bot.slack.channel("finance").messages == []
    assert len(bot.slack.ephemerals("U_FINN")) == 2 and bot.slack.ephemerals("U_ANA") == []


async def test_given_an_answer_for_everybody_when_it_comes_then_it_stands_in_the_channel(bot: Bot) -> None:
    await bot.slack.command("loud", channel="finance")

    card = await bot.slack.until(lambda: bot.slack.card("94.8 %"))

    assert card.channel_id == "C_FIN" and card.only_for is None


async def test_given_a_card_when_its_button_is_pressed_then_the_card_is_edited(bot: Bot) -> None:
    ts = await bot.posts_card()

    await bot.slack.press(bot.slack.card("Harbor Refit"), "Put on Harbour Refit", user="U_ANA")
    card = await bot.slack.until(lambda: bot.slack.card("Answered by @Ana"))

    assert (card.ts, card.edited, card.buttons) == (ts, 1, [])
    assert bot.slack.violations == []


async def test_given_a_press_when_the_app_reads_it_then_it_has_the_shape_slack_sends(bot: Bot) -> None:
    ts = await bot.posts_card(metadata={"event_type": "finding", "event_payload": {"id": "f1"}})

    await bot.slack.press(ts, "choice.put", user="U_ANA")
    body = bot.seen_bodies[-1]

    assert body["type"] == "block_actions" and body["team"]["id"] == "T0FERROW" and body["user"]["id"] == "U_ANA"
    assert body["container"] == {"type": "message", "message_ts": ts, "channel_id": "C_FIN", "is_ephemeral": False}
    assert body["message"]["blocks"][1]["block_id"] == "q1" and body["message"]["metadata"]["event_payload"] == {"id": "f1"}
    assert body["state"]["values"] == {"q2": {"choice.month": {"type": "static_select", "selected_option": None}}}
    assert {name: body["actions"][0][name] for name in ("type", "action_id", "block_id", "value")} == {
        "type": "button",
        "action_id": "choice.put",
        "block_id": "q2",
        "value": "v-choice.put",
    }
    assert body["trigger_id"] and body["response_url"].startswith("http://127.0.0.1")


async def test_given_a_button_that_asks_back_when_the_person_says_no_then_nothing_is_sent(bot: Bot) -> None:
    ts = await bot.posts_card()

    seen = await bot.slack.press(ts, "No project needed…", confirm=False)

    assert seen.payload is None and bot.seen_bodies == []


async def test_given_an_overflow_menu_when_a_line_is_pressed_then_only_that_person_gets_the_answer(bot: Bot) -> None:
    ts = await bot.posts_card()

    seen = await bot.slack.press(ts, "Show why", user="U_ANA")
    await bot.slack.until(lambda: seen.messages)

    assert seen.plain == "Because of why" and bot.slack.latest(bot.slack.card("Harbor")).edited == 0
    assert bot.slack.ephemerals("U_ANA") == seen.messages


async def test_given_a_menu_on_a_card_when_chosen_then_the_response_url_replaces_the_card(bot: Bot) -> None:
    ts = await bot.posts_card()

    seen = await bot.slack.select(ts, "choice.month", "November")
    card = await bot.slack.until(lambda: bot.slack.card("Month taken"))

    assert card.ts == ts and card.blocks == []
    assert seen.payload and seen.payload["state"]["values"]["q2"]["choice.month"]["selected_option"]["value"] == "11"


async def test_given_a_modal_when_filled_and_submitted_then_it_closes_and_the_app_has_the_values(bot: Bot) -> None:
    ts = await bot.posts_card()
    await bot.slack.press(ts, "No project needed…")
    view = await bot.slack.until(bot.slack.view)

    seen = await bot.slack.submit(view, {"Project": "Harbour Refit", "Note": "by hand"})

    values = bot.seen_bodies[-1]["view"]["state"]["values"]
    assert values["project"]["pick"]["selected_option"]["value"] == "Har" and values["note"]["said"]["value"] == "by hand"
    assert bot.slack.views() == [] and seen.error is None and bot.slack.violations == []


async def test_given_a_wrong_field_when_submitted_then_the_error_stands_under_it_and_the_modal_stays(bot: Bot) -> None:
    await bot.slack.press(await bot.posts_card(), "No project needed…")
    view = await bot.slack.until(bot.slack.view)

    seen = await bot.slack.submit(view, {"Project": "Tidewater", "Note": "wrong"})

    assert seen.errors == {"note": "Say it in other words"} and bot.slack.view().errors == seen.errors
    assert "Say it in other words" in bot.slack.view().plain


async def test_given_slow_work_when_submitted_then_the_modal_shows_the_new_view_under_its_old_id(bot: Bot) -> None:
    await bot.slack.press(await bot.posts_card(), "No project needed…")
    view = await bot.slack.until(bot.slack.view)

    await bot.slack.submit(view, {"Project": "Tidewater", "Note": "slow"})

    assert bot.slack.view().title == "Saving" and bot.slack.view().id == view.id and bot.slack.view().hash != view.hash


async def test_given_an_empty_required_field_when_submitted_then_slack_does_not_let_the_person(bot: Bot) -> None:
    await bot.slack.press(await bot.posts_card(), "No project needed…")
    await bot.slack.until(bot.slack.view)

    with pytest.raises(CannotDo, match="still empty: Project"):
        await bot.slack.submit(values={"Note": "nothing"})


async def test_given_an_external_menu_when_searched_then_the_app_offers_what_matches(bot: Bot) -> None:
    await bot.slack.press(await bot.posts_card(), "No project needed…")
    view = await bot.slack.until(bot.slack.view)

    found = await bot.slack.search(view, "pick", "har")

    assert [one.text for one in found] == ["Harbour Refit", "Harvest Fair"]
    assert bot.seen_bodies[-1]["type"] == "block_suggestion" and bot.seen_bodies[-1]["value"] == "har"


async def test_given_a_modal_that_wants_to_know_when_closed_then_the_app_hears_of_it(bot: Bot) -> None:
    await bot.slack.press(await bot.posts_card(), "No project needed…")
    view = await bot.slack.until(bot.slack.view)

    await bot.slack.close(view)

    assert bot.seen_bodies[-1]["type"] == "view_closed" and bot.slack.views() == []


async def test_given_the_home_tab_when_opened_then_the_app_publishes_it(bot: Bot) -> None:
    await bot.slack.open_home("U_ANA")

    home = await bot.slack.until(lambda: bot.slack.home("U_ANA"))

    assert home.plain == "Nothing waits"


async def test_given_one_payload_when_delivered_twice_then_the_app_can_tell_by_its_ids(bot: Bot) -> None:
    first = await bot.slack.command("silent")

    await bot.slack.redeliver(first)

    assert bot.seen_bodies[0]["trigger_id"] == bot.seen_bodies[1]["trigger_id"] and bot.retries == [None, "1"]


async def test_given_two_people_when_they_press_at_once_then_both_presses_arrive(bot: Bot) -> None:
    card = await bot.posts_card()

    await asyncio.gather(bot.slack.press(card, "Put on Harbour Refit"), bot.slack.press(card, "Put on Harbour Refit", user="U_ANA"))
    await bot.slack.until(lambda: bot.slack.card("Answered by").edited == 2)

    assert sorted(body["user"]["id"] for body in bot.seen_bodies) == ["U_ANA", "U_FINN"]


async def test_given_a_card_edited_meanwhile_when_its_old_button_is_pressed_then_the_press_arrives_with_the_present_message(bot: Bot) -> None:
    await bot.posts_card()
    old = bot.slack.card("Harbor Refit")
    await bot.client.chat_update(channel="C_FIN", ts=old.ts, text="Working…", blocks=[section("Working…")])

    await bot.slack.press(old, "choice.put")

    assert bot.seen_bodies[-1]["message"]["text"] == "Working…" and bot.seen_bodies[-1]["actions"][0]["action_id"] == "choice.put"


async def test_given_stale_presses_are_swallowed_when_an_old_button_is_pressed_then_the_person_is_told(bot: Bot) -> None:
    bot.slack.switches.stale_press_is_delivered = False
    await bot.posts_card()
    old = bot.slack.card("Harbor Refit")
    await bot.client.chat_update(channel="C_FIN", ts=old.ts, text="Working…", blocks=[section("Working…")])

    seen = await bot.slack.press(old, "choice.put")

    assert seen.error == "dispatch_failed" and bot.seen_bodies == []


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_given_an_app_that_answers_too_late_when_a_command_is_typed_then_the_person_is_told(transport: str) -> None:
    async with running_bot(transport, ack_seconds=0.02) as bot:

        @bot.app.command("/sleepy")
        async def late(ack: AsyncAck) -> None:
            await asyncio.sleep(0.05)
            await ack("Here I am")

        seen = await bot.slack.command("", command="/sleepy")

        assert (seen.error, seen.messages) == ("operation_timeout", [])


async def test_given_no_connection_when_a_command_is_typed_then_it_fails_at_once(socket_bot: Bot) -> None:
    assert socket_bot.handler is not None
    await socket_bot.handler.close_async()
    await socket_bot.slack.until(lambda: not socket_bot.slack.is_connected)

    seen = await socket_bot.slack.command("status")

    assert seen.error == "dispatch_failed"


async def test_given_slack_asks_to_reconnect_when_the_app_is_back_then_it_works_as_before(socket_bot: Bot) -> None:
    await socket_bot.slack.asks_to_reconnect()
    await socket_bot.slack.connected(connections_ever=2)

    seen = await socket_bot.slack.command("status")

    assert seen.ack == {"text": "Looking at status"} and len(socket_bot.slack.calls_to("apps.connections.open")) == 2


async def test_given_the_connection_breaks_when_the_app_is_back_then_it_works_as_before(socket_bot: Bot) -> None:
    await socket_bot.slack.loses_connections()
    await socket_bot.slack.connected(connections_ever=2)

    seen = await socket_bot.slack.command("status")

    assert seen.ack == {"text": "Looking at status"}


async def test_given_a_wrong_signing_secret_when_pressed_then_the_app_refuses_and_the_person_is_told() -> None:
    async with running_bot("signed http", signing_secret="another-secret") as bot:
        seen = await bot.slack.command("status")

        assert seen.error == "dispatch_failed" and bot.seen_bodies == []


async def test_given_a_trigger_when_three_seconds_have_passed_then_no_view_opens(socket_bot: Bot) -> None:
    seen = await socket_bot.slack.command("silent")
    socket_bot.clock.at += timedelta(seconds=3.1)

    error = await error_of(socket_bot.client.views_open(trigger_id=seen.payload["trigger_id"], view=form()))  # type: ignore[index]

    assert error == "expired_trigger_id"


async def test_given_a_trigger_when_used_twice_then_the_second_view_does_not_open(socket_bot: Bot) -> None:
    seen = await socket_bot.slack.command("silent")
    trigger_id = seen.payload["trigger_id"]  # type: ignore[index]
    await socket_bot.client.views_open(trigger_id=trigger_id, view=form())

    error = await error_of(socket_bot.client.views_open(trigger_id=trigger_id, view=form("Again")))

    assert error == "exchanged_trigger_id" and [view.title for view in socket_bot.slack.views()] == ["Choose a project"]


async def test_given_a_view_changed_meanwhile_when_updated_by_its_old_hash_then_it_stays(socket_bot: Bot) -> None:
    seen = await socket_bot.slack.command("silent")
    opened = await socket_bot.client.views_open(trigger_id=seen.payload["trigger_id"], view=form())  # type: ignore[index]
    view_id, old_hash = opened["view"]["id"], opened["view"]["hash"]
    await socket_bot.client.views_update(view_id=view_id, hash=old_hash, view=form("Second"))

    error = await error_of(socket_bot.client.views_update(view_id=view_id, hash=old_hash, view=form("Third")))

    assert error == "hash_conflict" and socket_bot.slack.view().title == "Second"


async def test_given_three_views_when_a_fourth_is_pushed_then_slack_refuses(socket_bot: Bot) -> None:
    async def trigger_id() -> str:
        return str((await socket_bot.slack.command("silent")).payload["trigger_id"])  # type: ignore[index]

    await socket_bot.client.views_open(trigger_id=await trigger_id(), view=form("1"))
    await socket_bot.client.views_push(trigger_id=await trigger_id(), view=form("2"))
    await socket_bot.client.views_push(trigger_id=await trigger_id(), view=form("3"))

    error = await error_of(socket_bot.client.views_push(trigger_id=await trigger_id(), view=form("4")))

    assert error == "push_limit_reached" and [view.title for view in socket_bot.slack.views()] == ["1", "2", "3"]


async def test_given_a_response_url_when_used_five_times_or_half_an_hour_old_then_it_is_dead(socket_bot: Bot) -> None:
    first = await socket_bot.slack.command("silent")
    second = await socket_bot.slack.command("silent")
    statuses = [await respond(first, text=str(use)) for use in range(6)]

    socket_bot.clock.at += timedelta(minutes=30, seconds=1)
    late = await respond(second, text="late")

    assert statuses == [200] * 5 + [404] and late == 404 and [message.text for message in first.messages] == list("01234")


async def test_given_an_ephemeral_message_when_the_app_edits_it_then_slack_does_not_find_it(socket_bot: Bot) -> None:
    posted = await socket_bot.client.chat_postEphemeral(channel="C_FIN", user="U_ANA", text="Only for you")

    error = await error_of(socket_bot.client.chat_update(channel="C_FIN", ts=posted["message_ts"], text="Changed"))

    assert error == "message_not_found" and [message.plain for message in socket_bot.slack.ephemerals("U_ANA")] == ["Only for you"]


async def test_given_an_edit_with_text_alone_when_made_then_the_blocks_are_gone(socket_bot: Bot) -> None:
    ts = await socket_bot.posts_card()

    await socket_bot.client.chat_update(channel="C_FIN", ts=ts, text="Bare")

    assert [(len(one.blocks), one.plain) for one in socket_bot.slack.versions(socket_bot.slack.card("Bare"))][1:] == [(0, "Bare")]


async def test_given_the_reply_to_a_post_is_lost_when_looked_at_then_the_card_stands_there(socket_bot: Bot) -> None:
    socket_bot.slack.traffic.add(Fault("/api/chat.postMessage", drop="after"))

    with pytest.raises(Exception, match=r"disconnected|closed|reset"):
        await socket_bot.posts_card()

    assert socket_bot.slack.card("Harbor Refit").edited == 0


async def test_given_a_thread_when_replied_to_then_the_reply_is_no_card(socket_bot: Bot) -> None:
    ts = await socket_bot.posts_card()

    await socket_bot.client.chat_postMessage(channel="C_FIN", text="Harbor Refit: done", thread_ts=ts)

    assert [message.plain for message in socket_bot.slack.channel("finance").thread(ts)] == ["Harbor Refit: done"]
    assert socket_bot.slack.card("Harbor Refit").ts == ts


async def test_given_names_full_of_marks_when_read_then_a_person_sees_them_as_slack_shows_them(socket_bot: Bot) -> None:
    text = "*Tern &amp; Teal* <https://x.example/1|bill 771> by <@U_ANA>, <!date^1763992800^{date_short}|24 Nov>: a*b*c &lt;!channel&gt; `*x*`"
    await socket_bot.client.chat_postMessage(channel="C_FIN", text="t", blocks=[section(text)])

    card = socket_bot.slack.card("Tern & Teal")

    assert card.plain == "Tern & Teal bill 771 by @Ana, 24 Nov: a*b*c <!channel> *x*" and card.pings == []


async def test_given_an_unescaped_name_when_posted_then_the_ping_is_seen(socket_bot: Bot) -> None:
    await socket_bot.client.chat_postMessage(channel="C_FIN", text="t", blocks=[section("Project <!channel> waits")])

    assert socket_bot.slack.card("@channel").pings == ["channel"]


async def test_given_no_such_card_when_looked_for_then_the_error_lists_what_stands_there(socket_bot: Bot) -> None:
    await socket_bot.posts_card()

    with pytest.raises(CannotDo, match=r"(?s)No message says 'Tidewater'.*Harbor Refit.*\[Put on Harbour Refit\]"):
        socket_bot.slack.card("Tidewater")


async def test_given_no_such_button_when_pressed_then_the_error_lists_the_others(socket_bot: Bot) -> None:
    ts = await socket_bot.posts_card()

    with pytest.raises(CannotDo, match=r"'Delete'.*Put on Harbour Refit \(choice\.put\)"):
        await socket_bot.slack.press(ts, "Delete")


def post(channel: str, **more: Any) -> Callable[[AsyncWebClient], Any]:
    return lambda client: client.chat_postMessage(channel=channel, text="hello", **more)


REFUSALS = [
    pytest.param(post("C_NONE"), "channel_not_found", id="no such channel"),
    pytest.param(post("C_OUT"), "not_in_channel", id="a public channel without the bot"),
    pytest.param(post("C_SECRET"), "channel_not_found", id="a private channel without the bot"),
    pytest.param(post("C_OLD"), "is_archived", id="an archived channel"),
    pytest.param(post("C_FIN", blocks=[section("x" * 3001)]), "invalid_blocks", id="a section too long"),
    pytest.param(post("C_FIN", blocks=[section("x" * 2999, block_id=str(n)) for n in range(4)]), "msg_blocks_too_long", id="a card too long"),
    pytest.param(post("C_FIN", colour="red"), "invalid_arguments", id="an unknown argument"),
    pytest.param(post("C_FIN", token="xoxb-wrong"), "invalid_auth", id="a wrong token"),
    pytest.param(lambda client: client.chat_update(channel="C_FIN", ts="1.000001", text="x"), "message_not_found", id="no such message"),
    pytest.param(lambda client: client.users_info(user="U_NONE"), "user_not_found", id="no such person"),
    pytest.param(lambda client: client.users_lookupByEmail(email="no@body.example"), "users_not_found", id="no such address"),
    pytest.param(lambda client: client.team_info(), "missing_scope", id="a scope not granted"),
    pytest.param(lambda client: client.views_open(trigger_id="1.2.3", view=form()), "invalid_trigger_id", id="no such trigger"),
    pytest.param(lambda client: client.views_update(view_id="V9", view=form()), "not_found", id="no such view"),
    pytest.param(lambda client: client.views_open(trigger_id="1.2.3", view=form("x" * 25)), "invalid_arguments", id="a title too long"),
    pytest.param(lambda client: client.chat_postEphemeral(channel="C_FEW", user="U_FINN", text="x"), "user_not_in_channel", id="not there"),
    pytest.param(lambda client: client.conversations_join(channel="C_FIN"), "missing_scope", id="joining without the scope"),
]


@pytest.mark.parametrize("call, error", REFUSALS)
async def test_given_a_bad_call_when_made_then_slack_answers_its_error(socket_bot: Bot, call: Callable[[AsyncWebClient], Any], error: str) -> None:
    slack = socket_bot.slack
    slack.has_channel("C_OUT", "general", bot_is_member=False, is_private=False)
    slack.has_channel("C_SECRET", "board", bot_is_member=False)
    slack.has_channel("C_OLD", "old", is_archived=True)
    slack.has_channel("C_FEW", "few", members={"U_ANA"})

    found = await error_of(call(socket_bot.client))

    assert found == error


async def test_given_a_message_of_a_person_when_the_app_edits_it_then_slack_refuses(socket_bot: Bot) -> None:
    theirs = socket_bot.slack.has_message("finance", "mine")

    error = await error_of(socket_bot.client.chat_update(channel="C_FIN", ts=theirs.ts, text="yours"))

    assert error == "cant_update_message"


async def test_given_a_planned_rate_limit_when_posting_then_it_is_a_429_with_its_pause(socket_bot: Bot) -> None:
    socket_bot.slack.refuses("chat.postMessage", "ratelimited", retry_after_seconds=7)

    with pytest.raises(SlackApiError) as refused:
        await socket_bot.posts_card()
    await socket_bot.posts_card()

    assert (refused.value.response.status_code, refused.value.response.headers["retry-after"]) == (429, "7")


async def test_given_a_posting_burst_when_exceeded_then_the_channel_takes_one_message_a_second() -> None:
    async with running_bot("socket mode", posting_burst=2) as bot:
        await bot.posts_card()
        await bot.posts_card()

        third = await error_of(bot.posts_card())
        bot.clock.at += timedelta(seconds=1)
        await bot.posts_card()

        assert third == "ratelimited" and len(bot.slack.cards("Harbor Refit")) == 3


async def test_given_a_bad_call_when_made_then_it_is_remembered_as_a_violation(socket_bot: Bot) -> None:
    await error_of(socket_bot.client.chat_postMessage(channel="C_FIN", text="x", blocks=[section("")]))

    assert [str(violation) for violation in socket_bot.slack.violations] == [
        "chat.postMessage: /blocks/0/text/text has 0 characters, 1 are needed (invalid_blocks)"
    ]


async def test_given_lists_and_lookups_when_asked_then_they_show_what_the_bot_may_see(socket_bot: Bot) -> None:
    socket_bot.slack.has_channel("C_SECRET", "board", bot_is_member=False)
    socket_bot.slack.has_channel("C_OPEN", "general", is_private=False, is_ext_shared=True)

    listed = await socket_bot.client.conversations_list(types="public_channel,private_channel", exclude_archived=True)
    ana = await socket_bot.client.users_lookupByEmail(email="ana@ferrow-pike.example")
    shared = await socket_bot.client.conversations_info(channel="C_OPEN")

    assert [channel["id"] for channel in listed["channels"]] == ["C_FIN", "C_OPEN"]
    assert ana["user"]["id"] == "U_ANA" and shared["channel"]["is_ext_shared"] is True


async def test_given_a_direct_message_when_posted_to_the_person_then_only_that_person_sees_it(socket_bot: Bot) -> None:
    await socket_bot.client.chat_postMessage(channel="U_ANA", text="For you")

    with pytest.raises(CannotDo, match="U_FINN does not see"):
        await socket_bot.slack.press(socket_bot.slack.card("For you"), "x")


async def test_given_a_form_or_a_query_when_called_then_it_is_read_like_json(socket_bot: Bot) -> None:
    form_call = await socket_bot.client.api_call("chat.postMessage", data={"channel": "C_FIN", "text": "t", "blocks": '[{"type":"divider"}]'})
    query_call = await socket_bot.client.api_call("chat.postMessage", params={"channel": "#finance", "text": "t2", "team_id": "T0FERROW"})

    posted = [message.blocks for message in socket_bot.slack.channel("finance").messages]
    assert posted == [[{"type": "divider"}], []] and form_call["ok"] and query_call["ok"]


async def error_of(call: Any) -> str:
    with pytest.raises(SlackApiError) as refused:
        await call
    return str(refused.value.response["error"])


async def respond(seen: Any, **message: Any) -> int:
    sent = await AsyncRespond(response_url=seen.payload["response_url"])(**message)
    assert re.fullmatch(r"ok|\{.*\}", sent.body)
    return int(sent.status_code)
