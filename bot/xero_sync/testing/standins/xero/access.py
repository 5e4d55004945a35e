"""Who may ask: tokens, scopes, connections (Xero API, section 1)."""

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from xero_sync.testing.standins.xero.consent import SignInPage
from xero_sync.testing.standins.xero.switches import Switches
from xero_sync.testing.standins.xero.wire import EPOCH, Fields, Refusal

ACCESS_TOKEN_SECONDS = 1800
GRACE = timedelta(minutes=30)  # a refresh token may be used again for so long after it was replaced
UNUSED_REFRESH_TOKEN_LIVES = timedelta(days=60)
_WITH_READ = ("settings", "invoices", "contacts", "banktransactions", "manualjournals", "payments", "attachments")
ALL_SCOPES = frozenset(
    {"offline_access", "openid", "profile", "email", "accounting.transactions", "accounting.transactions.read"}
    | {f"accounting.{name}{read}" for name in _WITH_READ for read in ("", ".read")}
)
# Apps made before March 2026 may still hold the broad scope.
_BROADER = {"accounting.invoices": "accounting.transactions"}


@dataclass
class Token:
    scopes: frozenset[str]
    expires_at: datetime
    consent_id: str
    is_custom_connection: bool

    def may(self, scope: str, method: str) -> bool:
        names = {scope, _BROADER.get(scope, scope)}
        if method == "GET":
            names |= {f"{name}.read" for name in names}
        return bool(names & self.scopes)


@dataclass
class RefreshToken:
    scopes: frozenset[str]
    consent_id: str
    issued_at: datetime
    replaced_at: datetime | None = None
    replaced_by: str = ""
    is_used: bool = False


@dataclass
class Connection:
    connection_id: str
    consent_id: str
    tenant_id: str
    tenant_name: str
    created_at: datetime

    def seen(self) -> Fields:
        at = self.created_at.strftime("%Y-%m-%dT%H:%M:%S.%f") + "0"  # no zone, seven decimals
        return {
            "id": self.connection_id,
            "authEventId": self.consent_id,
            "tenantId": self.tenant_id,
            "tenantType": "ORGANISATION",
            "tenantName": self.tenant_name,
            "createdDateUtc": at,
            "updatedDateUtc": at,
        }


class Access:
    """Issues tokens and knows which are good. One app, one user, whose connections every token of the app sees."""

    def __init__(self, now: Callable[[], datetime], new_id: Callable[[str], str], switches: Switches) -> None:
        self.now = now
        self.new_id = new_id
        self.switches = switches
        self.client_id = "standin-client"
        self.client_secret = "standin-secret"
        self.app_scopes = ALL_SCOPES
        self.sign_in = SignInPage(now, new_id, switches, ALL_SCOPES)
        self.tokens: dict[str, Token] = {}
        self.refresh_tokens: dict[str, RefreshToken] = {}
        self.connections: dict[str, Connection] = {}
        self.consent_id = new_id("consent")

    def connects(self, tenant_id: str, tenant_name: str) -> str:
        connection = Connection(self.new_id("connection"), self.consent_id, tenant_id, tenant_name, self.now())
        self.connections[connection.connection_id] = connection
        return connection.connection_id

    def issues_token(
        self, scopes: Iterable[str] = ALL_SCOPES, *, seconds: int = ACCESS_TOKEN_SECONDS, is_custom_connection: bool = False
    ) -> str:
        expires_at = self.now() + timedelta(seconds=seconds)
        claims = {
            "exp": (expires_at - EPOCH) / timedelta(seconds=1),
            "jti": self.new_id("token"),
            "authentication_event_id": self.consent_id,
        }
        value = ".".join([_part({"alg": "RS256", "typ": "JWT"}), _part({**claims, "scope": sorted(scopes)}), "standin"])
        self.tokens[value] = Token(frozenset(scopes), expires_at, self.consent_id, is_custom_connection)
        return value

    def issues_refresh_token(self, scopes: Iterable[str] = ALL_SCOPES) -> str:
        value = f"rt-{self.new_id('refresh')}"
        self.refresh_tokens[value] = RefreshToken(frozenset(scopes), self.consent_id, self.now())
        return value

    def token_reply(self, form: Mapping[str, str], authorization: str) -> Fields:
        """What POST /connect/token answers; raises Refusal 400 {"error": ...}."""
        if self._client(form, authorization) != (self.client_id, self.client_secret):
            raise Refusal(400, {"error": "invalid_client"})
        match form.get("grant_type"):
            case "client_credentials":
                scopes = frozenset(form.get("scope", "").split()) or self.app_scopes
                if not scopes <= self.app_scopes:
                    raise Refusal(400, {"error": "invalid_scope"})
                return self._reply(self.issues_token(scopes, is_custom_connection=True), scopes)
            case "refresh_token":
                return self._refresh(form.get("refresh_token", ""))
            case "authorization_code":
                return self._exchange(form)
            case _:
                raise Refusal(400, {"error": "unsupported_grant_type"})

    def _refresh(self, value: str) -> Fields:
        held = self.refresh_tokens.get(value)
        if held is None or not self._is_good(held):
            raise Refusal(400, {"error": "invalid_grant"})
        held.is_used = True
        held.replaced_at = held.replaced_at or self.now()
        held.replaced_by = self.issues_refresh_token(held.scopes)
        reply = self._reply(self.issues_token(held.scopes), held.scopes)
        # Exactly these six keys: xero-python raises on any other (foreign clients, section 3).
        return {"id_token": self.issues_token(seconds=300), **reply, "refresh_token": held.replaced_by}

    def _exchange(self, form: Mapping[str, str]) -> Fields:
        """The first tokens after a consent; a refresh token only with offline_access. All later calls are of this consent."""
        scopes = self.sign_in.spends(form).scopes
        self.consent_id = self.new_id("consent")
        for connection in self.connections.values():
            connection.consent_id = self.consent_id
        reply = {"id_token": self.issues_token(seconds=300), **self._reply(self.issues_token(scopes), scopes)}
        return reply | ({"refresh_token": self.issues_refresh_token(scopes)} if "offline_access" in scopes else {})

    def _is_good(self, held: RefreshToken) -> bool:
        if held.replaced_at is None:
            return self.now() - held.issued_at <= UNUSED_REFRESH_TOKEN_LIVES
        successor = self.refresh_tokens.get(held.replaced_by)
        if successor is not None and successor.is_used and not self.switches.old_refresh_token_survives_use_of_new:
            return False
        return self.now() - held.replaced_at <= GRACE

    def _reply(self, token: str, scopes: frozenset[str]) -> Fields:
        return {"access_token": token, "expires_in": ACCESS_TOKEN_SECONDS, "token_type": "Bearer", "scope": " ".join(sorted(scopes))}

    def revoke(self, form: Mapping[str, str]) -> None:
        """Drops all of the user's connections, as revoking a refresh token does."""
        if self.refresh_tokens.pop(form.get("token", ""), None) is not None:
            self.connections.clear()

    def disconnect(self, connection_id: str) -> None:
        """One tenant less; its tenant id or consent id in place of the connection's id is 403."""
        if self.connections.pop(connection_id, None) is not None:
            return
        others = {other for held in self.connections.values() for other in (held.tenant_id, held.consent_id)}
        raise self.forbidden() if connection_id in others else Refusal(404, "")

    def good_token(self, authorization: str) -> Token:
        """The caller's token; 401 where it is unknown (nobody has quoted the Detail) or has expired."""
        token = self.tokens.get(authorization.removeprefix("Bearer ").strip())
        if token is None:
            raise self._refused(401, "Unauthorized", "AuthenticationUnsuccessful")
        if self.now() >= token.expires_at:
            raise self._refused(401, "Unauthorized", f"TokenExpired: token expired at {token.expires_at:%m/%d/%Y %H:%M:%S}")
        return token

    def tenant_for(self, authorization: str, tenant_id: str, scope: str, method: str) -> str:
        """The tenant this call is about; 401 without the scope, 403 for a tenant this app is not connected to."""
        token = self.good_token(authorization)
        if not token.may(scope, method):
            raise self._refused(401, "Unauthorized", "AuthorizationUnsuccessful")
        connected = [held.tenant_id for held in self.connections.values()]
        if not tenant_id and token.is_custom_connection and connected:
            return connected[0]
        if tenant_id.lower() not in connected:
            raise self.forbidden()
        return tenant_id.lower()

    def forbidden(self) -> Refusal:
        return self._refused(403, "Forbidden", "AuthenticationUnsuccessful")

    def _refused(self, status: int, title: str, detail: str) -> Refusal:
        body: Fields = {
            "Type": None,
            "Title": title,
            "Status": status,
            "Detail": detail,
            "Instance": self.new_id("refusal"),
            "Extensions": {},
        }
        return Refusal(status, body)

    def _client(self, form: Mapping[str, str], authorization: str) -> tuple[str, str]:
        if not authorization.startswith("Basic "):
            return form.get("client_id", ""), form.get("client_secret", "")
        try:
            client_id, _, secret = base64.b64decode(authorization[6:]).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return "", ""
        return client_id, secret


def _part(claims: Fields) -> str:
    return base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
