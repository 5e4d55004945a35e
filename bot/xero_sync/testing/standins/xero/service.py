"""Xero as an app: identity and accounting paths under one address, around one or more organisations' books."""

import asyncio
import hashlib
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime
from html import escape
from typing import Any, ClassVar, Literal
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from xero_sync.testing.standins.keeping import Keeping
from xero_sync.testing.standins.traffic import Traffic
from xero_sync.testing.standins.xero.access import ALL_SCOPES, Access
from xero_sync.testing.standins.xero.books import Books
from xero_sync.testing.standins.xero.limits import IdempotencyKeys, Kept, Limits
from xero_sync.testing.standins.xero.notices import event_about, notice_of, one_character_wrong, signature_of
from xero_sync.testing.standins.xero.refusals import answer_to, away
from xero_sync.testing.standins.xero.rules import Rule, rules
from xero_sync.testing.standins.xero.shelves import Write
from xero_sync.testing.standins.xero.switches import Switches
from xero_sync.testing.standins.xero.wire import Asked, Fields, Refusal, ms_date, not_found

API = "/api.xro/2.0"
METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH"]
_NAMESPACE = uuid.UUID("6f0a2b52-6f5f-5c8e-9d43-0a8b6a1f7c11")


class XeroStandIn(Books, Keeping):
    """Xero, with one organisation whose books these are. Token at U/connect/token, accounting under U/api.xro/2.0.

    app: the ASGI app with its `traffic` around it. day_limit, minute_limit, concurrent_limit: None turns one off.
    is_away: why every accounting call is 503, as text (section 8); "" while it is not. The one about the organisation ends after some 5 minutes.
    """

    KEPT: ClassVar = (
        *("_counts", "organisation_fields", "accounts", "currencies", "records", "writes", "tracking.categories"),
        *("limits.windows", "keys.kept"),
    )

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        switches: Switches | None = None,
        day_limit: int | None = 5000,
        minute_limit: int | None = 60,
        concurrent_limit: int | None = 5,
    ) -> None:
        self._counts: Counter[str] = Counter()
        super().__init__(now=now, new_id=self._next_id, switches=switches or Switches())
        self.access = Access(now, self._next_id, self.switches)
        self.limits = Limits(now, day_limit, minute_limit, concurrent_limit)
        self.keys = IdempotencyKeys(now, self._next_id)
        self.is_away: Literal["", "maintenance", "unavailable", "organisation"] = ""
        self.books_by_tenant: dict[str, Books] = {self.tenant_id: self}
        self.connection_id = self.access.connects(self.tenant_id, self.organisation_fields["Name"])
        self.traffic = Traffic(Starlette(routes=self._routes(), exception_handlers={404: self._no_such_page}), "xero", now=now, sleep=sleep)
        self.app = self.traffic

    # --- access ---

    @property
    def client_id(self) -> str:
        return self.access.client_id

    @property
    def client_secret(self) -> str:
        return self.access.client_secret

    def issues_token(self, scopes: Iterable[str] = ALL_SCOPES, *, seconds: int = 1800) -> str:
        """An access token, good for so many seconds; it needs the tenant header."""
        return self.access.issues_token(scopes, seconds=seconds)

    def issues_refresh_token(self, scopes: Iterable[str] = ALL_SCOPES) -> str:
        return self.access.issues_refresh_token(scopes)

    def organisation(
        self,
        name: str,
        short_code: str,
        base_currency: str,
        period_lock_date: Any = None,
        end_of_year_lock_date: Any = None,
        **more: Any,
    ) -> str:
        tenant_id = super().organisation(name, short_code, base_currency, period_lock_date, end_of_year_lock_date, **more)
        if "access" in vars(self):  # not yet while the books are being opened
            for connection in self.access.connections.values():
                if connection.tenant_id == tenant_id:
                    connection.tenant_name = name
        return tenant_id

    def another_organisation(self, name: str, short_code: str, base_currency: str) -> Books:
        """The books of one more organisation that this app is connected to."""
        books = Books(now=self.now, new_id=self._next_id, switches=self.switches)
        books.listeners = self.listeners
        books.organisation(name, short_code, base_currency)
        self.books_by_tenant[books.tenant_id] = books
        self.access.connects(books.tenant_id, name)
        return books

    def notice(self, document_id: str, *, key: str, event_type: str = "UPDATE") -> tuple[bytes, dict[str, str]]:
        """What Xero posts when a document has changed: the body, and the headers with its signature under the app's webhook key."""
        entropy = self._next_id("notice").replace("-", "")[:20].upper()
        body = notice_of([event_about(self, self.record(document_id), event_type)], self._counts["notice"], entropy)
        return body, {"content-type": "application/json", "x-xero-signature": signature_of(body, key)}

    def intents_to_receive(self, key: str) -> list[tuple[bytes, dict[str, str], int]]:
        """What Xero posts when a webhook is set up, and the status it looks for: each without events, some signed wrongly by one character."""
        found = []
        for is_genuine in (False, True, False, False):
            body = notice_of([], 0, self._next_id("notice").replace("-", "")[:20].upper())
            signature = signature_of(body, key) if is_genuine else one_character_wrong(signature_of(body, key))
            headers = {"content-type": "application/json", "x-xero-signature": signature}
            found.append((body, headers, 200 if is_genuine else 401))
        return found

    def _was_put_back(self) -> None:
        self._ordered.clear()

    def _next_id(self, kind: str) -> str:
        self._counts[kind] += 1
        return str(uuid.uuid5(_NAMESPACE, f"{kind}:{self._counts[kind]}"))

    # --- routes ---

    def _routes(self) -> list[Route]:
        accounting = [Route(API + path, self._accounting(scope, by_method), methods=METHODS) for path, scope, by_method in rules()]
        return [
            Route("/identity/connect/authorize", self._sign_in, methods=["GET"]),
            Route("/organisationlogin/default.aspx", self._bill_page, methods=["GET"]),
            Route("/app/{short_code}/bills/view/{document_id}", self._bill_page, methods=["GET"]),
            Route("/connect/token", self._token, methods=["POST"]),
            Route("/connect/revocation", self._revocation, methods=["POST"]),
            Route("/connections", self._connections, methods=["GET"]),
            Route("/Connections", self._connections, methods=["GET"]),
            Route("/connections/{connection_id}", self._disconnect, methods=["DELETE"]),
            Route("/Connections/{connection_id}", self._disconnect, methods=["DELETE"]),
            *accounting,
        ]

    async def _sign_in(self, request: Request) -> Response:
        try:
            return RedirectResponse(self.access.sign_in.leads_to(request.query_params, self.client_id), 302)
        except Refusal as refused:
            return HTMLResponse(str(refused.body), refused.status)

    async def _bill_page(self, request: Request) -> Response:
        """Xero's own page of a bill, by the login link, and by the app's link where that works (section 4, 12.8)."""
        query, in_path = request.query_params, request.path_params
        if in_path and not self.switches.app_bill_link_works:
            return HTMLResponse("Not found", 404)
        document_id = in_path.get("document_id") or query.get("redirecturl", "").rpartition("/AccountsPayable/Edit.aspx?InvoiceID=")[2]
        record = self.records["Invoices"].get(document_id.lower())
        if record is None or self.organisation_fields["ShortCode"] != (in_path.get("short_code") or query.get("shortcode")):
            return HTMLResponse("Not found", 404)
        return HTMLResponse(f"<h1>Bill {escape(str(record.fields.get('InvoiceNumber', '')))}</h1>")

    async def _no_such_page(self, _: Request, __: Exception) -> Response:
        return self._refused(not_found(), as_json=True)

    def _refused(self, refused: Refusal, *, as_json: bool) -> Response:
        return answer_to(refused, self.switches, as_json=as_json)

    async def _token(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode("latin-1")))
        try:
            return JSONResponse(self.access.token_reply(form, request.headers.get("authorization", "")))
        except Refusal as refused:
            return JSONResponse(refused.body, refused.status)

    async def _revocation(self, request: Request) -> Response:
        self.access.revoke(dict(parse_qsl((await request.body()).decode("latin-1"))))
        return Response()

    async def _connections(self, request: Request) -> Response:
        consent = request.query_params.get("authEventId")

        def found() -> Response:
            return JSONResponse([held.seen() for held in self.access.connections.values() if consent in (None, held.consent_id)])

        return self._of_the_app(request, found)

    async def _disconnect(self, request: Request) -> Response:
        def gone() -> Response:
            self.access.disconnect(request.path_params["connection_id"])
            return Response(status_code=204)

        return self._of_the_app(request, gone)

    def _of_the_app(self, request: Request, act: Callable[[], Response]) -> Response:
        """A call about no tenant: it needs a good token, and counts for the app alone."""
        headers: dict[str, str] = {}
        try:
            self.access.good_token(request.headers.get("authorization", ""))
            headers = self.limits.take("", 1)
            reply = act()
        except Refusal as refused:
            reply = self._refused(refused, as_json=True)
        reply.headers.update(headers | {"xero-correlation-id": self._next_id("correlation")})
        return reply

    def _accounting(self, scope: str, by_method: Mapping[str, Rule]) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            asked = Asked(
                request.method,
                request.url.path.removeprefix(API),
                request.path_params,
                dict(request.query_params),
                {name.lower(): value for name, value in request.headers.items()},
                await request.body(),
            )
            as_json = "application/json" in asked.headers.get("accept", "")
            headers = {"xero-correlation-id": self._next_id("correlation")}
            try:
                tenant_id = self.access.tenant_for(
                    asked.headers.get("authorization", ""), asked.headers.get("xero-tenant-id", ""), scope, asked.method
                )
                if self.is_away:
                    raise away(self.is_away)
                headers |= self.limits.take(tenant_id, request.scope.get("in_flight", 1))
                if asked.method not in by_method:
                    raise Refusal(404 if asked.path.endswith("/Options") else 501, "")
                reply = self._answer(self.books_by_tenant[tenant_id], asked, by_method[asked.method], as_json)
            except Refusal as refused:
                reply = self._refused(refused, as_json=as_json)
            reply.headers.update(headers)
            return reply

        return endpoint

    def _answer(self, books: Books, asked: Asked, rule: Rule, as_json: bool) -> Response:
        """The reply of one rule; under an Idempotency-Key the first reply is kept and repeated, errors too."""
        if asked.method == "GET":
            return self._reply(books, asked, rule, as_json)
        key = asked.headers.get("idempotency-key", "") if asked.method in ("PUT", "POST") else ""
        request = (books.tenant_id, asked.method, asked.path, tuple(sorted(asked.query.items())), hashlib.sha256(asked.body).digest())
        kept = self.keys.find(key, request) if key else None
        if kept is not None:
            return Response(kept.body, kept.status, kept.headers)
        try:
            reply = self._reply(books, asked, rule, as_json)
        except Refusal as refused:
            reply = self._refused(refused, as_json=as_json)
        books.writes.append(Write(asked.method, asked.path, _body_of(asked), reply.status_code))
        if key:
            kept_headers = {"content-type": reply.headers["content-type"]} if "content-type" in reply.headers else {}
            self.keys.keep(key, Kept(request, self.now(), reply.status_code, kept_headers, bytes(reply.body)))
        return reply

    def _reply(self, books: Books, asked: Asked, rule: Rule, as_json: bool) -> Response:
        found = rule(books, asked)
        envelope: Fields = {"Id": self._next_id("reply"), "Status": "OK", "ProviderName": "xero-sync stand-in"}
        envelope["DateTimeUTC"] = ms_date(self.now(), zone="")
        if as_json:
            return Response(found.json(envelope), media_type="application/json")
        return Response(found.xml(envelope), media_type="text/xml")


def _body_of(asked: Asked) -> Fields:
    try:
        return asked.object()
    except Refusal:
        return {}
