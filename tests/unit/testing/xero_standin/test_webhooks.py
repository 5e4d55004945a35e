"""A webhook as Xero runs it: what is posted when, and what becomes of one that does not answer well."""

import json
from typing import Any

import httpx
import pytest

from xero_sync.testing.standins.xero import Webhook, XeroStandIn, line
from xero_sync.testing.standins.xero.notices import signature_of

KEY = "webhook-key-standin"
DAY = "2026-11-18"


class Receiver:
    """An app's end of the webhook. It checks signatures unless told not to, and answers with 500 as long as it is down."""

    def __init__(self, time: Any) -> None:
        self.time = time
        self.is_careless = False
        self.is_down = False
        self.seconds = 0
        self.extra: dict[str, Any] = {}
        self.bodies: list[bytes] = []

    async def __call__(self, body: bytes, headers: dict[str, str]) -> httpx.Response:
        self.time.passes(seconds=self.seconds)
        if self.is_down:
            return httpx.Response(500)
        self.bodies.append(body)
        is_right = self.is_careless or headers["x-xero-signature"] == signature_of(body, KEY)
        return httpx.Response(200 if is_right else 401, **self.extra)

    @property
    def documents(self) -> list[list[str]]:
        """The ids in each notice that has any."""
        return [ids for body in self.bodies if (ids := [event["resourceId"] for event in json.loads(body)["events"]])]


@pytest.fixture
def receiver(time: Any) -> Receiver:
    return Receiver(time)


@pytest.fixture
async def webhook(xero: XeroStandIn, receiver: Receiver) -> Webhook:
    """One that is confirmed."""
    xero.has_contact("Delft Signs")
    webhook = Webhook(xero, KEY, receiver)
    await webhook.confirms()
    return webhook


def approves(xero: XeroStandIn, number: str) -> str:
    return xero.approves_bill(number, "Delft Signs", [line("10")], date=DAY)


@pytest.mark.parametrize(
    ("manners", "status"),
    [
        ({}, "ok"),
        ({"is_careless": True}, "unconfirmed"),
        ({"is_down": True}, "unconfirmed"),
        ({"seconds": 6}, "unconfirmed"),
        ({"seconds": 5}, "ok"),
        ({"extra": {"text": "thanks"}}, "unconfirmed"),
        ({"extra": {"headers": {"set-cookie": "a=1"}}}, "unconfirmed"),
    ],
)
async def test_given_an_app_when_xero_asks_for_its_intent_then_only_the_right_answers_will_do(
    xero: XeroStandIn, receiver: Receiver, manners: dict[str, Any], status: str
) -> None:
    vars(receiver).update(manners)
    webhook = Webhook(xero, KEY, receiver)

    is_right = await webhook.confirms()

    assert (webhook.status, is_right) == (status, status == "ok")


async def test_given_changes_when_posted_then_one_notice_has_them_in_order_and_the_next_goes_on_counting(
    xero: XeroStandIn, receiver: Receiver, webhook: Webhook, time: Any
) -> None:
    first, second = approves(xero, "B-1"), approves(xero, "B-2")
    time.passes(seconds=5)
    await webhook.work()
    xero.voids(first)
    time.passes(seconds=5)
    await webhook.work()

    bodies = [json.loads(body) for body in receiver.bodies[-2:]]

    assert receiver.documents == [[first, second], [first]]
    assert [(body["firstEventSequence"], body["lastEventSequence"]) for body in bodies] == [(1, 2), (3, 3)]
    assert [event["eventType"] for body in bodies for event in body["events"]] == ["CREATE", "CREATE", "UPDATE"]


async def test_given_a_second_bill_within_the_latency_when_work_is_done_then_it_waits_for_its_own_time(
    xero: XeroStandIn, receiver: Receiver, webhook: Webhook, time: Any
) -> None:
    bills = []
    for number in ("B-1", "B-2"):
        bills.append(approves(xero, number))
        time.passes(seconds=3)
    await webhook.work()
    time.passes(seconds=3)

    await webhook.work()

    assert receiver.documents == [[bills[0]], [bills[1]]]


async def test_given_an_app_that_is_down_when_work_is_done_then_xero_comes_again_every_quarter_of_an_hour(
    xero: XeroStandIn, receiver: Receiver, webhook: Webhook, time: Any
) -> None:
    receiver.is_down = True
    bill, answers = approves(xero, "B-1"), len(webhook.answers)
    for _ in range(4):
        time.passes(minutes=7, seconds=30)
        await webhook.work()
    tried = webhook.answers[answers:]
    receiver.is_down = False
    time.passes(minutes=15)

    await webhook.work()

    assert (tried, receiver.documents) == ([500, 500, 500], [[bill]])


async def test_given_a_day_of_failures_when_enabled_again_by_hand_then_what_was_kept_comes_in_order(
    xero: XeroStandIn, receiver: Receiver, webhook: Webhook, time: Any
) -> None:
    receiver.is_down = True
    too_old = approves(xero, "B-0")
    for _ in range(25):
        time.passes(hours=1)
        await webhook.work()
    disabled = webhook.status
    time.passes(days=20)
    first, second = approves(xero, "B-1"), approves(xero, "B-2")
    receiver.is_down = False
    time.passes(days=15)
    unasked = await webhook.work(), list(receiver.documents)

    await webhook.confirms()
    await webhook.work()

    assert (disabled, unasked) == ("disabled", (True, []))
    assert receiver.documents == [[first, second]] and too_old not in receiver.documents[0]


async def test_given_a_notice_that_was_taken_when_repeated_then_it_is_the_same_to_the_byte(
    xero: XeroStandIn, receiver: Receiver, webhook: Webhook, time: Any
) -> None:
    approves(xero, "B-1")
    time.passes(seconds=5)
    await webhook.work()

    await webhook.repeats()

    assert receiver.bodies[-1] == receiver.bodies[-2]


async def test_given_another_organisation_when_its_bill_comes_then_the_same_address_hears_of_it(
    xero: XeroStandIn, receiver: Receiver, webhook: Webhook, time: Any
) -> None:
    other = xero.another_organisation("Osier Books Ltd", "!os1er", "EUR")
    other.has_contact("Delft Signs")
    other.approves_bill("B-1", "Delft Signs", [line("10")], date=DAY)
    time.passes(seconds=5)

    await webhook.work()

    events = json.loads(receiver.bodies[-1])["events"]
    assert [(event["eventCategory"], event["tenantId"]) for event in events] == [
        ("CONTACT", other.tenant_id),
        ("INVOICE", other.tenant_id),
    ]
