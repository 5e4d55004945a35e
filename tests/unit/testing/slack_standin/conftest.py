"""A small app on the real Bolt, and the Slack stand-in it talks to, over Socket Mode and over signed HTTP."""

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
from xero_sync.testing.standins.slack import Seen, SlackStandIn

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

    def form(self, title: str = "Choose a project") -> Json:
        return form(title)

    async def trigger_id(self) -> str:
        seen = await self.slack.command("silent")
        assert seen.payload is not None
        return str(seen.payload["trigger_id"])

    async def error_of(self, call: Any) -> str:
        """The error Slack answers to this call of the SDK."""
        with pytest.raises(SlackApiError) as refused:
            await call
        return str(refused.value.response["error"])

    async def responds(self, seen: Seen, **message: Any) -> int:
        """The status with which the response_url of what was seen answers."""
        assert seen.payload is not None
        sent = await AsyncRespond(response_url=seen.payload["response_url"])(**message)
        assert re.fullmatch(r"ok|\{.*\}", sent.body)
        return int(sent.status_code)


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
        app = AsyncApp(name="agency", client=client, signing_secret="standin-signing-secret")
        bot = Bot(slack, clock, app, client)
        teach(bot)
        teach_forms(app)
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


def teach_forms(app: AsyncApp) -> None:
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


@pytest.fixture
async def bot() -> AsyncIterator[Bot]:
    """The app, over Socket Mode."""
    async with running_bot("socket mode") as app:
        yield app


@pytest.fixture(params=TRANSPORTS)
async def each_bot(request: pytest.FixtureRequest) -> AsyncIterator[Bot]:
    """The app, once over Socket Mode and once over signed HTTP."""
    async with running_bot(request.param) as app:
        yield app


@pytest.fixture
def running() -> Callable[..., Any]:
    """Runs the app with other settings: `async with running("signed http", ack_seconds=0.02) as bot`."""
    return running_bot
