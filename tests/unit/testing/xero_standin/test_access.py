"""Tokens, scopes, connections, limits and idempotency of the Xero stand-in."""

import asyncio
from typing import Any

import pytest

from xero_sync.testing.standins.traffic import Fault
from xero_sync.testing.standins.xero import XeroStandIn, line

Detail = tuple[int, str]


async def asks_token(app: Any, auth: tuple[str, str] | None, **form: str) -> Any:
    return await app.client.post("/connect/token", data=form, auth=auth)


def detail(reply: Any) -> Detail:
    return reply.status_code, reply.json()["Detail"]


async def test_given_client_credentials_when_asked_then_the_token_needs_no_tenant_header(xero: XeroStandIn, app: Any) -> None:
    reply = await asks_token(app, (xero.client_id, xero.client_secret), grant_type="client_credentials", scope="accounting.settings.read")
    headers = {"Authorization": f"Bearer {reply.json()['access_token']}", "Accept": "application/json"}

    organisation = await app.client.get("/api.xro/2.0/Organisation", headers=headers)

    assert set(reply.json()) == {"access_token", "expires_in", "token_type", "scope"}
    assert organisation.json()["Organisations"][0]["Name"] == "Ferrow & Pike Ltd"


async def test_given_client_and_secret_in_the_form_when_refreshed_then_the_six_keys_come(xero: XeroStandIn, app: Any) -> None:
    client = {"client_id": xero.client_id, "client_secret": xero.client_secret}

    reply = await asks_token(app, None, grant_type="refresh_token", refresh_token=xero.issues_refresh_token(), **client)

    assert set(reply.json()) == {"id_token", "access_token", "expires_in", "token_type", "refresh_token", "scope"}


@pytest.mark.parametrize(
    ("secret", "form", "error"),
    [
        ("wrong", {"grant_type": "client_credentials"}, "invalid_client"),
        ("standin-secret", {"grant_type": "client_credentials", "scope": "accounting.everything"}, "invalid_scope"),
        ("standin-secret", {"grant_type": "refresh_token", "refresh_token": "rt-none"}, "invalid_grant"),
        ("standin-secret", {"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
async def test_given_a_bad_token_request_when_sent_then_400_names_the_error(app: Any, secret: str, form: Any, error: str) -> None:
    reply = await asks_token(app, ("standin-client", secret), **form)

    assert (reply.status_code, reply.json()) == (400, {"error": error})


@pytest.mark.parametrize(("minutes", "status"), [(29, 200), (31, 400)])
async def test_given_a_replaced_refresh_token_when_used_again_then_it_has_30_minutes(
    xero: XeroStandIn, app: Any, time: Any, minutes: int, status: int
) -> None:
    auth, token = (xero.client_id, xero.client_secret), xero.issues_refresh_token()
    await asks_token(app, auth, grant_type="refresh_token", refresh_token=token)
    time.passes(minutes=minutes)

    reply = await asks_token(app, auth, grant_type="refresh_token", refresh_token=token)

    assert reply.status_code == status


async def test_given_the_switch_when_the_new_refresh_token_was_used_then_the_old_one_is_dead(xero: XeroStandIn, app: Any) -> None:
    xero.switches.old_refresh_token_survives_use_of_new = False
    auth, old = (xero.client_id, xero.client_secret), xero.issues_refresh_token()
    new = (await asks_token(app, auth, grant_type="refresh_token", refresh_token=old)).json()["refresh_token"]
    await asks_token(app, auth, grant_type="refresh_token", refresh_token=new)

    reply = await asks_token(app, auth, grant_type="refresh_token", refresh_token=old)

    assert reply.json() == {"error": "invalid_grant"}


async def test_given_half_an_hour_when_asked_then_401_says_token_expired(xero: XeroStandIn, app: Any, time: Any) -> None:
    headers = {"Authorization": f"Bearer {xero.issues_token()}"}
    time.passes(minutes=30)

    reply = await app.ask("GET", "/Organisation", headers=headers)

    assert detail(reply) == (401, "TokenExpired: token expired at 11/25/2026 10:30:00")


@pytest.mark.parametrize(
    ("scopes", "method", "path", "is_enough"),
    [
        ({"accounting.settings.read"}, "GET", "/TrackingCategories", True),
        ({"accounting.settings.read"}, "PUT", "/TrackingCategories", False),
        ({"accounting.settings"}, "GET", "/Invoices", False),
        ({"accounting.transactions"}, "GET", "/Invoices", True),
    ],
)
async def test_given_scopes_when_asked_then_a_missing_one_is_401(
    xero: XeroStandIn, app: Any, scopes: set[str], method: str, path: str, is_enough: bool
) -> None:
    headers = {"Authorization": f"Bearer {xero.issues_token(scopes)}"}

    reply = await app.ask(method, path, {"Name": "Project"}, headers=headers)

    assert (reply.status_code == 200) is is_enough
    assert is_enough or detail(reply) == (401, "AuthorizationUnsuccessful")


@pytest.mark.parametrize("tenant_id", ["", "7d22a24b-116b-5acb-84a5-47866f9c0ea5"])
async def test_given_a_wrong_tenant_when_asked_then_403(app: Any, tenant_id: str) -> None:
    reply = await app.ask("GET", "/Organisation", headers={"xero-tenant-id": tenant_id})

    assert detail(reply) == (403, "AuthenticationUnsuccessful")


@pytest.mark.parametrize("path", ["/connections", "/Connections"])
async def test_given_an_organisation_when_connections_are_read_then_it_is_listed(xero: XeroStandIn, app: Any, path: str) -> None:
    xero.organisation("Tern Books Ltd", "!tErn1", "GBP")

    reply = await app.client.get(path, headers=app.headers)

    (connection,) = reply.json()
    assert (connection["tenantId"], connection["tenantName"]) == (xero.tenant_id, "Tern Books Ltd")
    assert connection["createdDateUtc"] == "2026-11-25T10:00:00.0000000"
    assert [name for name in reply.headers if name.endswith("limit-remaining")] == ["x-appminlimit-remaining"]


async def test_given_a_connection_when_deleted_by_its_id_then_the_tenant_is_403(xero: XeroStandIn, app: Any) -> None:
    by_tenant = await app.client.delete(f"/connections/{xero.tenant_id}", headers=app.headers)

    by_id = await app.client.delete(f"/connections/{xero.connection_id}", headers=app.headers)

    after = await app.ask("GET", "/Organisation")
    assert (by_tenant.status_code, by_id.status_code, after.status_code) == (403, 204, 403)


async def test_given_another_organisation_when_asked_then_each_has_its_own_books(xero: XeroStandIn, app: Any) -> None:
    other = xero.another_organisation("Osier Books Ltd", "!os1er", "EUR")
    other.has_option("Quay Lantern")

    own = await app.listed("TrackingCategories")
    others = await app.listed("TrackingCategories", headers={"xero-tenant-id": other.tenant_id})

    assert (own, others[0]["Options"][0]["Name"]) == ([], "Quay Lantern")


async def test_given_60_calls_in_a_minute_when_one_more_then_429_minute_until_the_window_ends(
    xero: XeroStandIn, app: Any, time: Any
) -> None:
    xero.limits.minute, time.at = 60, time.at.replace(second=50)
    first = await app.ask("GET", "/Organisation")
    for _ in range(59):
        await app.ask("GET", "/Organisation")

    refused = await app.ask("GET", "/Organisation")

    assert first.headers["x-minlimit-remaining"] == "59"
    assert (refused.status_code, refused.headers["x-rate-limit-problem"], refused.headers["retry-after"]) == (429, "minute", "27")
    time.passes(seconds=27)
    assert (await app.ask("GET", "/Organisation")).status_code == 200


async def test_given_the_days_calls_are_used_when_asked_then_429_day_with_hours_to_wait(xero: XeroStandIn, app: Any) -> None:
    xero.limits.day = 1
    await app.ask("GET", "/Organisation")

    refused = await app.ask("GET", "/Organisation")

    assert (refused.headers["x-rate-limit-problem"], refused.headers["x-daylimit-remaining"]) == ("day", "0")
    assert int(refused.headers["retry-after"]) == 15 * 3600 + 17


async def test_given_six_calls_at_once_when_answered_then_one_is_429_concurrent_without_retry_after(xero: XeroStandIn, app: Any) -> None:
    xero.traffic.sleep = asyncio.sleep
    xero.traffic.delay_per_call_seconds = 0.01

    replies = await asyncio.gather(*[app.ask("GET", "/Organisation") for _ in range(6)])

    (refused,) = [reply for reply in replies if reply.status_code == 429]
    assert (refused.headers["x-rate-limit-problem"], "retry-after" in refused.headers) == ("concurrent", False)


async def test_given_a_lost_reply_when_sent_again_under_its_key_then_it_is_done_once(xero: XeroStandIn, app: Any) -> None:
    category_id, path = xero.has_category("Project"), "/TrackingCategories/{}/Options"
    xero.traffic.add(Fault(".*/Options", status=502, acts=True))
    key = {"Idempotency-Key": "attempt-1"}
    await app.ask("PUT", path.format(category_id), {"Name": "Acme Web"}, headers=key)

    again = await app.ask("PUT", path.format(category_id), {"Name": "Acme Web"}, headers=key)

    assert again.json()["Options"][0]["TrackingOptionID"] == xero.options()[0].option_id
    assert (len(xero.options()), len(xero.writes)) == (1, 1)


@pytest.mark.parametrize(("seconds", "name", "status"), [(0, "Acme", 400), (0, "Other", 400), (359, "Acme", 400), (360, "Acme", 200)])
async def test_given_an_error_under_a_key_when_sent_again_then_it_is_repeated_for_six_minutes(
    xero: XeroStandIn, app: Any, time: Any, seconds: int, name: str, status: int
) -> None:
    category_id, key = xero.has_category("Project", ["Acme"]), {"Idempotency-Key": "attempt-1"}
    await app.ask("PUT", f"/TrackingCategories/{category_id}/Options", {"Name": "Acme"}, headers=key)
    xero.renames_option("Acme", "Acme Web")
    time.passes(seconds=seconds)

    again = await app.ask("PUT", f"/TrackingCategories/{category_id}/Options", {"Name": name}, headers=key)

    assert again.status_code == status
    assert name == "Acme" or "is used with a different request" in again.json()["Message"]


async def test_given_no_accept_header_when_asked_then_xml_comes(xero: XeroStandIn, app: Any) -> None:
    xero.approves_bill("B-1", "Delft & Sons", [line("740.00")], date="2026-11-18")

    reply = await app.ask("GET", "/Invoices", headers={"Accept": "*/*"}, page=1)

    assert reply.headers["content-type"].startswith("text/xml")
    assert "<Name>Delft &amp; Sons</Name>" in reply.text and "<Date>2026-11-18T00:00:00</Date>" in reply.text


async def test_given_an_unknown_path_or_method_when_asked_then_404_text_or_501(app: Any) -> None:
    nowhere = await app.ask("GET", "/Nothing")
    undone = await app.ask("PATCH", "/Invoices")

    assert (nowhere.status_code, nowhere.text) == (404, "The resource you're looking for cannot be found")
    assert undone.status_code == 501
