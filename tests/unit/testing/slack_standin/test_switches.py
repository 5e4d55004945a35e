"""Every switch of the Slack stand-in: what goes over the wire, or what a person sees, differs between its settings."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from tests.unknowns_page import Unknown, unknowns

from xero_sync.testing.standins.served import serve
from xero_sync.testing.standins.slack import SlackStandIn

CARD = [
    {"type": "actions", "block_id": "q", "elements": [{"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}]}
]


@dataclass
class Office:
    """The stand-in, raw calls to it, and an app that answers all it gets with one status."""

    slack: SlackStandIn
    client: httpx.AsyncClient
    status: int = 200
    received: list[tuple[str | None, str | None, bytes]] = field(default_factory=list)

    async def call(self, method: str, **args: Any) -> httpx.Response:
        return await self.client.post(f"/api/{method}", json=args, headers={"authorization": "Bearer xoxb-standin"})

    async def posts(self, text: str = "A card", channel: str = "C_FIN", **more: Any) -> httpx.Response:
        return await self.call("chat.postMessage", channel=channel, text=text, **more)

    async def take(self, request: Request) -> Response:
        headers = request.headers
        self.received.append((headers.get("x-slack-retry-num"), headers.get("x-slack-retry-reason"), await request.body()))
        return Response(status_code=self.status)


@asynccontextmanager
async def open_office() -> AsyncIterator[Office]:
    slack = SlackStandIn(now=lambda: datetime(2026, 11, 24, 14, 5, tzinfo=UTC))
    slack.has_channel("C_FIN", "finance")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(slack.app), base_url="http://slack.test") as client:
        office = Office(slack, client)
        slack.base_url = "http://slack.test"
        async with serve(Starlette(routes=[Route("/", office.take, methods=["POST"])])) as url:
            slack.request_url = f"{url}/"
            yield office


async def private_channel_answers(office: Office) -> list[Any]:
    office.slack.has_channel("C_SECRET", "board", bot_is_member=False)
    return [await office.posts(channel="C_SECRET")]


async def posting_to_user_id_opens_dm(office: Office) -> list[Any]:
    return [await office.posts(channel="U_FINN")]


async def repeated_post_is_known(office: Office) -> list[Any]:
    return [await office.posts(), await office.posts()]


async def metadata_has_limit(office: Office) -> list[Any]:
    return [await office.posts(metadata={"event_type": "finding", "event_payload": {"id": "x" * size}}) for size in (2_900, 3_000)]


async def converted_channel_keeps_id(office: Office) -> list[Any]:
    office.slack.has_channel("C_OPEN", "general", is_private=False)
    office.slack.converts_channel("general")
    return [await office.call("conversations.info", channel="C_OPEN")]


async def ephemeral_arrives(office: Office) -> list[Any]:
    reply = await office.call("chat.postEphemeral", channel="C_FIN", user="U_FINN", text="Only for you")
    return [reply, [message.plain for message in office.slack.ephemerals()]]


async def interactions_are_retried(office: Office) -> list[Any]:
    await office.posts(blocks=CARD)
    office.status = 500
    await office.slack.press(office.slack.card("Go"), "Go")
    return office.received


async def stale_press_is_delivered(office: Office) -> list[Any]:
    ts = (await office.posts(blocks=CARD)).json()["ts"]
    old = office.slack.card("Go")
    await office.call("chat.update", channel="C_FIN", ts=ts, text="Done")
    seen = await office.slack.press(old, "Go")
    return [seen.error, office.received]


async def responds(office: Office, times: int) -> list[Any]:
    """What a response_url of a press answers, and what stands in the channel then."""
    await office.posts(blocks=CARD)
    seen = await office.slack.press(office.slack.card("Go"), "Go")
    assert seen.payload is not None
    path = urlsplit(seen.payload["response_url"]).path
    replies = [await office.client.post(path, json={"text": f"Answer {number}"}) for number in range(times)]
    return [*replies, [card.plain for card in office.slack.cards()]]


async def response_url_replaces_by_default(office: Office) -> list[Any]:
    return await responds(office, 1)


async def used_up_response_url_status(office: Office) -> list[Any]:
    return await responds(office, 6)


SCENES: dict[str, Callable[[Office], Awaitable[list[Any]]]] = {
    scene.__name__: scene
    for scene in (
        *(private_channel_answers, posting_to_user_id_opens_dm, repeated_post_is_known, metadata_has_limit, converted_channel_keeps_id),
        *(ephemeral_arrives, interactions_are_retried, stale_press_is_delivered),
        *(response_url_replaces_by_default, used_up_response_url_status),
    )
}


def as_seen(reply: Any) -> Any:
    return (reply.status_code, reply.content) if isinstance(reply, httpx.Response) else reply


@pytest.mark.parametrize("unknown", [pytest.param(each, id=each.name) for each in unknowns() if each.service == "Slack"])
async def test_given_each_setting_of_a_switch_when_the_same_is_done_then_it_comes_out_differently(unknown: Unknown) -> None:
    found = []
    for value in (unknown.default, unknown.default, *unknown.others):
        async with open_office() as office:
            setattr(office.slack.switches, unknown.name, value)
            found.append([as_seen(reply) for reply in await SCENES[unknown.name](office)])

    same, default, *others = found
    assert same == default
    assert all(one != other for number, one in enumerate([default, *others]) for other in others[number:])


async def test_given_a_press_nobody_acknowledges_when_presses_are_retried_then_it_comes_three_times_more_with_its_number() -> None:
    async with open_office() as office:
        office.slack.switches.interactions_are_retried = True
        received = await interactions_are_retried(office)

    assert [(number, reason) for number, reason, _ in received] == [
        (None, None),
        *((str(number), "http_error") for number in (1, 2, 3)),
    ]
    assert len({body for *_, body in received}) == 1


async def test_given_an_equal_post_after_a_minute_when_posts_are_known_then_it_is_a_message_of_its_own() -> None:
    async with open_office() as office:
        office.slack.switches.repeated_post_is_known = True
        first, other = await office.posts(), await office.posts("Another card")
        office.slack.workspace.now = lambda: datetime(2026, 11, 24, 14, 6, tzinfo=UTC)
        later = await office.posts()

    assert len({json.loads(reply.content)["ts"] for reply in (first, other, later)}) == 3
