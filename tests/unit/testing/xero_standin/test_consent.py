"""The sign-in page of the Xero stand-in and the code it gives."""

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from xero_sync.testing.standins.xero import XeroStandIn

BACK = "https://bot.example/back"
ASKED = {"response_type": "code", "client_id": "standin-client", "redirect_uri": BACK, "state": "s-1"}
ASKED |= {"scope": "offline_access accounting.settings"}
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


@pytest.fixture(autouse=True)
def registered(xero: XeroStandIn) -> None:
    xero.access.sign_in.registers(BACK)


async def consents(app: Any, **more: str) -> dict[str, str]:
    """The answer in the address the browser is sent to."""
    reply = await app.client.get("/identity/connect/authorize", params=ASKED | more)
    assert reply.status_code == 302, reply.text
    return dict(parse_qsl(urlsplit(reply.headers["location"]).query))


async def spends(app: Any, code: str, **more: str) -> Any:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK} | more
    return await app.client.post("/connect/token", data=form, auth=("standin-client", "standin-secret"))


async def test_given_a_person_who_agrees_when_the_code_is_spent_then_tokens_come_and_this_consents_organisation(
    xero: XeroStandIn, app: Any
) -> None:
    answer = await consents(app)
    tokens = (await spends(app, answer["code"])).json()

    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    found = await app.client.get("/connections", headers=headers, params={"authEventId": xero.access.consent_id})

    assert answer["state"] == "s-1" and [each["tenantId"] for each in found.json()] == [xero.tenant_id]
    assert set(tokens) == {"id_token", "access_token", "expires_in", "token_type", "scope", "refresh_token"}


async def test_given_no_offline_access_when_the_code_is_spent_then_no_refresh_token_comes(app: Any) -> None:
    answer = await consents(app, scope="accounting.settings")

    assert "refresh_token" not in (await spends(app, answer["code"])).json()


async def test_given_a_person_who_does_not_agree_when_asked_then_the_app_is_told_so(xero: XeroStandIn, app: Any) -> None:
    xero.access.sign_in.person_agrees = False

    assert await consents(app) == {"error": "access_denied", "state": "s-1"}


@pytest.mark.parametrize(
    ("minutes", "times", "more"),
    [
        pytest.param(6, 1, {}, id="five minutes old"),
        pytest.param(0, 2, {}, id="used"),
        pytest.param(0, 1, {"redirect_uri": "https://bot.example/other"}, id="another address"),
        pytest.param(0, 1, {"code": "none"}, id="unknown"),
    ],
)
async def test_given_a_code_that_is_no_good_when_spent_then_invalid_grant(
    app: Any, time: Any, minutes: int, times: int, more: dict[str, str]
) -> None:
    code = (await consents(app))["code"]
    time.passes(minutes=minutes)

    replies = [await spends(app, **{"code": code, **more}) for _ in range(times)]

    assert (replies[-1].status_code, replies[-1].json()) == (400, {"error": "invalid_grant"})


@pytest.mark.parametrize(
    "more",
    [
        {"client_id": "another"},
        {"redirect_uri": "https://bot.example/other"},
        {"response_type": "token"},
        {"scope": "accounting.everything"},
        {"code_challenge": CHALLENGE, "code_challenge_method": "plain"},
    ],
)
async def test_given_a_mistake_in_the_address_when_opened_then_an_html_page_with_500(app: Any, more: dict[str, str]) -> None:
    reply = await app.client.get("/identity/connect/authorize", params=ASKED | more)

    assert (reply.status_code, reply.headers["content-type"].split(";")[0]) == (500, "text/html")


@pytest.mark.parametrize(("verifier", "status"), [(VERIFIER, 200), ("w" * 43, 400), ("", 400)])
async def test_given_a_challenge_when_the_code_is_spent_then_only_its_verifier_will_do(app: Any, verifier: str, status: int) -> None:
    code = (await consents(app, code_challenge=CHALLENGE, code_challenge_method="S256"))["code"]

    assert (await spends(app, code, code_verifier=verifier)).status_code == status


@pytest.mark.parametrize(
    ("uri", "is_taken"),
    [
        ("https://bot.example/x", True),
        ("http://localhost:8080/x", True),
        ("http://127.0.0.1:8080/x", False),
        ("http://bot.example/x", False),
        ("https://*.bot.example/x", False),
    ],
)
def test_given_a_redirect_uri_when_registered_then_xeros_rules_hold(xero: XeroStandIn, uri: str, is_taken: bool) -> None:
    if is_taken:
        xero.access.sign_in.registers(uri)
    else:
        with pytest.raises(ValueError, match="redirect URI"):
            xero.access.sign_in.registers(uri)

    assert (uri in xero.access.sign_in.redirect_uris) is is_taken


def test_given_fifty_redirect_uris_when_one_more_is_registered_then_it_is_refused(xero: XeroStandIn) -> None:
    for number in range(49):
        xero.access.sign_in.registers(f"https://bot.example/{number}")

    with pytest.raises(ValueError, match="50"):
        xero.access.sign_in.registers("https://bot.example/more")


async def test_given_sixty_days_without_use_when_refreshed_then_the_token_has_expired(xero: XeroStandIn, app: Any, time: Any) -> None:
    tokens = [xero.issues_refresh_token(), xero.issues_refresh_token()]
    statuses = []
    for token, days in zip(tokens, (60, 1), strict=True):
        time.passes(days=days)
        form = {"grant_type": "refresh_token", "refresh_token": token}
        statuses.append((await app.client.post("/connect/token", data=form, auth=("standin-client", "standin-secret"))).status_code)

    assert statuses == [200, 400]


async def test_given_a_refresh_token_when_revoked_then_200_without_body_and_no_connection_is_left(xero: XeroStandIn, app: Any) -> None:
    reply = await app.client.post("/connect/revocation", data={"token": xero.issues_refresh_token()}, auth=("standin-client", "x"))

    after = await app.client.get("/connections", headers=app.headers)
    assert (reply.status_code, reply.content) == (200, b"")
    assert (after.status_code, after.json(), (await app.ask("GET", "/Organisation")).status_code) == (200, [], 403)
