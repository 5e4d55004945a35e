"""A person lets an app in: the sign-in page and the code it gives (Xero API, section 1)."""

import base64
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode, urlsplit

from xero_sync.testing.standins.xero.switches import Switches
from xero_sync.testing.standins.xero.wire import Refusal

CODE_LIVES = timedelta(minutes=5)
MOST_REDIRECT_URIS = 50
ERROR_PAGE = (
    "<!DOCTYPE html><html><head><title>Xero</title></head><body><h1>Sorry, something went wrong</h1><p>Error: 500</p></body></html>"
)


@dataclass
class Code:
    scopes: frozenset[str]
    redirect_uri: str
    challenge: str
    at: datetime
    is_used: bool = False


class SignInPage:
    """What stands at connect/authorize. A person who comes there agrees at once, unless told not to.

    redirect_uris: those of the app, as its owner entered them with `registers`.
    """

    def __init__(self, now: Callable[[], datetime], new_id: Callable[[str], str], switches: Switches, app_scopes: frozenset[str]) -> None:
        self.now = now
        self.new_id = new_id
        self.switches = switches
        self.app_scopes = app_scopes
        self.person_agrees = True
        self.redirect_uris: set[str] = set()
        self.codes: dict[str, Code] = {}

    def registers(self, redirect_uri: str) -> None:
        """Enters an address in the app's settings: https or http://localhost, no wildcard, fifty at most. Raises ValueError."""
        parts = urlsplit(redirect_uri)
        is_local = parts.scheme == "http" and parts.hostname == "localhost"
        if "*" in redirect_uri or not parts.hostname or not (parts.scheme == "https" or is_local):
            raise ValueError(f"Xero takes no redirect URI like {redirect_uri}: https or http://localhost it must be.")
        if len(self.redirect_uris | {redirect_uri}) > MOST_REDIRECT_URIS:
            raise ValueError(f"Xero takes {MOST_REDIRECT_URIS} redirect URIs.")
        self.redirect_uris.add(redirect_uri)

    def leads_to(self, query: Mapping[str, str], client_id: str) -> str:
        """Where the browser is sent, with a code or an error and the state. Any mistake in the address is a page of HTML with 500."""
        scopes, challenge = frozenset(query.get("scope", "").split()), query.get("code_challenge", "")
        is_right = query.get("response_type") == "code" and query.get("client_id") == client_id
        is_right = is_right and query.get("redirect_uri") in self.redirect_uris and bool(scopes) and scopes <= self.app_scopes
        if challenge and (query.get("code_challenge_method") != "S256" or not self.switches.web_app_takes_pkce):
            is_right = False
        if not is_right:
            raise Refusal(500, ERROR_PAGE)
        state = {"state": query["state"]} if "state" in query else {}
        if not self.person_agrees:
            return f"{query['redirect_uri']}?{urlencode({'error': 'access_denied', **state})}"
        code = self.new_id("code")
        self.codes[code] = Code(scopes, query["redirect_uri"], challenge, self.now())
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'scope': ' '.join(sorted(scopes)), **state})}"

    def spends(self, form: Mapping[str, str]) -> Code:
        """The code of a token request; 400 invalid_grant where it is wrong, used, older than five minutes, or not this app's."""
        code = self.codes.get(form.get("code", ""))
        if code is None or code.is_used or self.now() - code.at > CODE_LIVES or form.get("redirect_uri") != code.redirect_uri:
            raise Refusal(400, {"error": "invalid_grant"})
        if code.challenge and not _proves(form.get("code_verifier", ""), code.challenge):
            raise Refusal(400, {"error": "invalid_grant"})
        code.is_used = True
        return code


def _proves(verifier: str, challenge: str) -> bool:
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    return 43 <= len(verifier) <= 128 and digest == challenge
