"""Windows, keys and outages of the Xero stand-in."""

from typing import Any

import pytest

from xero_sync.testing.standins.xero import XeroStandIn
from xero_sync.testing.standins.xero.limits import STARTER_DAY

KEY = {"Idempotency-Key": "attempt-1"}


def left(reply: Any) -> list[str]:
    """The calls left in the minute, the day and the app's minute."""
    return [reply.headers.get(f"x-{name}limit-remaining", "") for name in ("min", "day", "appmin")]


async def test_given_two_tenants_when_asked_then_each_has_its_own_windows_and_they_start_at_different_times(
    xero: XeroStandIn, app: Any
) -> None:
    other = xero.another_organisation("Osier Books Ltd", "!os1er", "EUR")
    xero.limits.day = xero.limits.minute = 1
    waits: list[dict[str, str]] = []
    for tenant_id in (xero.tenant_id, other.tenant_id):
        replies = [await app.ask("GET", "/Organisation", headers={"xero-tenant-id": tenant_id}) for _ in range(2)]
        waits.append({replies[1].headers["x-rate-limit-problem"]: replies[1].headers["retry-after"]})
        assert replies[0].status_code == 200

    assert waits == [{"day": str(15 * 3600 + 17)}, {"day": str(20 * 3600 + 28)}]


async def test_given_the_starter_tier_when_asked_then_the_headers_count_down_from_its_thousand(xero: XeroStandIn, app: Any) -> None:
    xero.limits.day, xero.limits.minute = STARTER_DAY, 60

    replies = [await app.ask("GET", "/Organisation") for _ in range(2)]

    assert [left(reply) for reply in replies] == [["59", "999", "9999"], ["58", "998", "9998"]]


async def test_given_the_apps_minute_is_used_up_by_one_tenant_when_another_asks_then_429_appminute(xero: XeroStandIn, app: Any) -> None:
    other = xero.another_organisation("Osier Books Ltd", "!os1er", "EUR")
    xero.limits.app_minute = 1
    await app.ask("GET", "/Organisation")

    refused = await app.ask("GET", "/Organisation", headers={"xero-tenant-id": other.tenant_id})

    assert (refused.status_code, refused.headers["x-rate-limit-problem"], refused.headers["retry-after"]) == (429, "appminute", "17")


async def test_given_a_used_up_day_when_it_is_over_then_calls_pass_again(xero: XeroStandIn, app: Any, time: Any) -> None:
    xero.limits.day = 1
    await app.ask("GET", "/Organisation")
    refused = await app.ask("GET", "/Organisation")
    time.passes(seconds=int(refused.headers["retry-after"]))

    assert (refused.status_code, (await app.ask("GET", "/Organisation")).status_code) == (429, 200)


async def test_given_a_repeated_answer_when_counted_then_it_costs_a_call_too(xero: XeroStandIn, app: Any) -> None:
    xero.limits.minute, path = 60, f"/TrackingCategories/{xero.has_category('Project')}/Options"

    replies = [await app.ask("PUT", path, {"Name": "Acme"}, headers=KEY) for _ in range(2)]

    assert [left(reply)[0] for reply in replies] == ["59", "58"] and replies[0].content == replies[1].content


async def test_given_a_key_on_a_get_when_asked_again_then_the_answer_is_a_new_one(xero: XeroStandIn, app: Any) -> None:
    before = await app.ask("GET", "/TrackingCategories", headers=KEY)
    xero.has_category("Project")

    after = await app.ask("GET", "/TrackingCategories", headers=KEY)

    assert [len(reply.json()["TrackingCategories"]) for reply in (before, after)] == [0, 1]


@pytest.mark.parametrize(("length", "status"), [(128, 200), (129, 400)])
async def test_given_a_long_key_when_sent_then_128_characters_are_the_most(xero: XeroStandIn, app: Any, length: int, status: int) -> None:
    path = f"/TrackingCategories/{xero.has_category('Project')}/Options"

    reply = await app.ask("PUT", path, {"Name": "Acme"}, headers={"Idempotency-Key": "k" * length})

    assert reply.status_code == status


async def test_given_the_store_of_keys_is_down_when_a_key_comes_then_500_and_without_one_all_is_well(xero: XeroStandIn, app: Any) -> None:
    xero.keys.is_down = True
    path = f"/TrackingCategories/{xero.has_category('Project')}/Options"

    with_key = await app.ask("PUT", path, {"Name": "Acme"}, headers=KEY)
    without = await app.ask("PUT", path, {"Name": "Birch"})

    assert (with_key.status_code, without.status_code, [option.name for option in xero.options()]) == (500, 200, ["Birch"])


@pytest.mark.parametrize(
    ("why", "text"),
    [
        ("maintenance", "The Xero API is currently offline for maintenance"),
        ("unavailable", "The Xero API is temporarily unavailable"),
        ("organisation", "The Organisation is offline"),
    ],
)
async def test_given_xero_is_away_when_asked_then_503_says_why_as_text(xero: XeroStandIn, app: Any, why: Any, text: str) -> None:
    xero.is_away = why

    reply = await app.ask("GET", "/Invoices", page=1)

    assert (reply.status_code, reply.headers["content-type"].split(";")[0], reply.text) == (503, "text/plain", text)
