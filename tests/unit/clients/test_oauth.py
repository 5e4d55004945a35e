"""Who we are to Xero."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from xero_sync.clients.budget import xero_budget
from xero_sync.clients.oauth import BearerToken, ClientCredentials, Grant, RenewedToken
from xero_sync.clients.xero import XeroClient
from xero_sync.errors import ConfigError, NotAllowed, RateLimited, RemoteError, Unavailable, UnexpectedReply

SECRET = "cs-very-secret"


def client_with(auth: httpx.Auth, transport: httpx.AsyncBaseTransport, clock: Any, tenant_id: str = "") -> XeroClient:
    return XeroClient.open(
        auth=auth, clock=clock, budget=xero_budget(clock), tenant_id=tenant_id, api_url="https://xero.example", transport=transport
    )


def token_calls(xero: Any) -> int:
    return sum(call.path == "/connect/token" for call in xero.traffic.calls)


async def test_given_a_custom_connection_when_called_then_one_token_serves_many_calls(xero: Any, xero_client: XeroClient) -> None:
    for _ in range(3):
        await xero_client.organisation()

    assert token_calls(xero) == 1


async def test_given_a_custom_connection_when_called_without_a_tenant_id_then_its_organisation_answers(xero: Any, clock: Any) -> None:
    auth = ClientCredentials(xero.client_id, xero.client_secret, clock=clock, token_url="https://identity.example/connect/token")
    client = client_with(auth, httpx.ASGITransport(xero.app), clock)

    organisation = await client.organisation()

    assert organisation.organisation_id == xero.tenant_id


async def test_given_a_token_that_ends_in_three_minutes_when_called_then_it_is_renewed_before(
    xero: Any, xero_client: XeroClient, clock: Any
) -> None:
    await xero_client.organisation()

    clock.pass_(minutes=27)
    await xero_client.organisation()

    assert (token_calls(xero), [call.status for call in xero.traffic.calls if call.status == 401]) == (2, [])


async def test_given_five_calls_at_once_when_there_is_no_token_then_one_is_fetched(xero: Any, xero_client: XeroClient) -> None:
    await asyncio.gather(*(xero_client.in_lane("press").organisation() for _ in range(5)))

    assert token_calls(xero) == 1


async def test_given_a_token_that_xero_ends_early_when_called_then_it_is_renewed_once_and_the_call_made_again(
    xero: Any, xero_client: XeroClient
) -> None:
    await xero_client.organisation()
    xero.access.tokens.update(
        {value: token.__class__(token.scopes, token.expires_at.replace(year=2025), "", True) for value, token in xero.access.tokens.items()}
    )

    organisation = await xero_client.organisation()

    assert (organisation.organisation_id, token_calls(xero)) == (xero.tenant_id, 2)


async def test_given_a_clock_that_disagrees_with_xeros_when_every_token_has_expired_then_the_second_refusal_stands(
    reply: Callable[..., httpx.Response], clock: Any
) -> None:
    expired = reply({"Title": "Unauthorized", "Status": 401, "Detail": "TokenExpired: token expired at 11/25/2026"}, 401)
    token = reply({"access_token": "at-1", "expires_in": 1800, "token_type": "Bearer"})
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        given = token if request.url.path == "/connect/token" else expired
        return httpx.Response(given.status_code, headers=given.headers, stream=httpx.ByteStream(given.content))

    client = client_with(ClientCredentials("id", SECRET, clock=clock), httpx.MockTransport(answer), clock)

    with pytest.raises(NotAllowed, match="expired"):
        await client.organisation()

    assert asked == ["/connect/token", "/api.xro/2.0/Organisation"] * 2


@pytest.mark.parametrize(
    ("token_reply", "error", "words"),
    [
        pytest.param((400, {"error": "invalid_client"}), NotAllowed, "client id and secret", id="wrong secret"),
        pytest.param((401, {"error": "invalid_client"}), NotAllowed, "client id and secret", id="wrong secret, 401"),
        pytest.param((400, {"error": "invalid_scope"}), NotAllowed, "scopes", id="a scope the app lacks"),
        pytest.param((400, {"error": "unauthorized_client"}), NotAllowed, "custom connection", id="no custom connection"),
        pytest.param((400, {"error": "invalid_grant"}), NotAllowed, "Connect the organisation again", id="consent over"),
        pytest.param((400, {"error": "new_reason"}), NotAllowed, "new_reason", id="a reason we do not know"),
        pytest.param((400, {"error": f"{SECRET} is wrong"}), UnexpectedReply, "reason", id="an error that quotes the secret"),
        pytest.param((400, ["odd"]), UnexpectedReply, "reason", id="an error of another shape"),
        pytest.param((200, {"token": "x"}), UnexpectedReply, "without a token", id="no token"),
        pytest.param((200, {"access_token": ""}), UnexpectedReply, "without a token", id="an empty token"),
        pytest.param((200, {"access_token": "a\nb"}), UnexpectedReply, "without a token", id="a token no header can carry"),
        pytest.param((200, []), UnexpectedReply, "without a token", id="a list"),
        pytest.param((200, "<html>"), UnexpectedReply, "web page", id="HTML"),
        pytest.param((200, ""), UnexpectedReply, "nothing", id="nothing"),
        pytest.param((302, "moved"), UnexpectedReply, "302", id="a redirect"),
        pytest.param((503, "<html>"), Unavailable, "503", id="HTML with 503"),
        pytest.param((429, ""), RateLimited, "no more calls", id="too many tokens"),
    ],
)
async def test_given_a_token_service_that_gives_none_when_called_then_one_sentence_says_why(
    clock: Any, token_reply: tuple[int, Any], error: type[RemoteError], words: str
) -> None:
    status, body = token_reply

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(status, json=body) if not isinstance(body, str) else httpx.Response(status, text=body)

    client = client_with(ClientCredentials("id", SECRET, clock=clock), httpx.MockTransport(answer), clock)

    with pytest.raises(error, match=words) as refused:
        await client.organisation()

    assert SECRET not in "".join(traceback.format_exception(refused.value))


@pytest.mark.parametrize("expires_in", [1800, "1800", None, "soon", -5, 10**30, 1e300, True])
async def test_given_any_lifetime_of_a_token_when_it_was_fetched_then_it_serves_the_next_call_too(
    reply: Callable[..., httpx.Response], clock: Any, expires_in: Any
) -> None:
    tokens: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/connect/token":
            tokens.append(f"at-{len(tokens)}")
            return httpx.Response(200, json={"access_token": tokens[-1], "expires_in": expires_in})
        return httpx.Response(200, json={"Organisations": [{"OrganisationID": "o", "Name": "Osier Foods", "BaseCurrency": "GBP"}]})

    client = client_with(ClientCredentials("id", SECRET, clock=clock), httpx.MockTransport(answer), clock)

    await client.organisation()
    await client.organisation()

    assert tokens == ["at-0"]


async def test_given_a_fixed_token_when_it_has_expired_then_the_sentence_says_so(xero: Any, clock: Any) -> None:
    client = client_with(BearerToken(xero.issues_token(seconds=60)), httpx.ASGITransport(xero.app), clock, xero.tenant_id)

    clock.pass_(minutes=2)

    with pytest.raises(NotAllowed, match="token has expired"):
        await client.organisation()


async def test_given_a_token_without_a_scope_when_called_then_the_scope_is_named_as_the_fix(xero: Any, clock: Any) -> None:
    token = xero.issues_token(["accounting.settings"])
    client = client_with(BearerToken(token), httpx.ASGITransport(xero.app), clock, xero.tenant_id)

    with pytest.raises(NotAllowed, match="Add the scope"):
        await client.documents("invoices")


async def test_given_a_flow_that_stores_its_grants_when_renewed_then_storing_ends_before_the_token_is_used(clock: Any) -> None:
    events: list[str] = []

    class Consent(RenewedToken):
        refresh_token = "rt-0"

        def _form(self) -> dict[str, str]:
            return {"grant_type": "refresh_token", "refresh_token": self.refresh_token}

        async def _keep(self, grant: Grant) -> None:
            await asyncio.sleep(0)
            assert grant.refresh_token is not None
            self.refresh_token = grant.refresh_token.get_secret_value()
            events.append(f"stored {self.refresh_token}")

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/connect/token":
            events.append(f"sent {request.content.decode().rpartition('=')[2]}")
            return httpx.Response(200, json={"access_token": "at", "refresh_token": f"rt-{len(events)}", "expires_in": 1800})
        events.append("used")
        return httpx.Response(200, json={"Organisations": [{"OrganisationID": "o", "Name": "Osier Foods", "BaseCurrency": "GBP"}]})

    auth = Consent(client_id="id", client_secret=SECRET, token_url="https://identity.example/connect/token", clock=clock)
    client = client_with(auth, httpx.MockTransport(answer), clock)

    await client.organisation()
    clock.pass_(minutes=30)
    await client.organisation()

    assert events == ["sent rt-0", "stored rt-1", "used", "sent rt-1", "stored rt-4", "used"]


async def test_given_a_lost_token_call_when_the_next_one_comes_then_the_lock_is_free(clock: Any) -> None:
    answers = iter(
        [httpx.ReadError("cut"), httpx.ReadError("cut"), httpx.ReadError("cut"), httpx.Response(400, json={"error": "invalid_client"})]
    )

    def answer(_: httpx.Request) -> httpx.Response:
        given = next(answers)
        if isinstance(given, Exception):
            raise given
        return given

    client = client_with(ClientCredentials("id", SECRET, clock=clock), httpx.MockTransport(answer), clock)
    with pytest.raises(Unavailable):
        await client.organisation()

    with pytest.raises(NotAllowed):
        await client.organisation()


@pytest.mark.parametrize("token", ["", "two words", "at\nx"])
def test_given_a_token_no_header_can_carry_when_made_then_the_setting_is_named(token: str) -> None:
    with pytest.raises(ConfigError, match="Xero token"):
        BearerToken(token)


def test_given_secrets_when_shown_then_they_are_hidden(clock: Any) -> None:
    shown = [repr(vars(BearerToken(SECRET))), repr(vars(ClientCredentials("id", SECRET, clock=clock)))]

    assert SECRET not in "".join(shown)
