"""Scoro over HTTP: the edge, the limits, the keys, and which module has which action."""

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from xero_sync.testing.standins.keeping import Keeping
from xero_sync.testing.standins.scoro import wire
from xero_sync.testing.standins.scoro.books import Books
from xero_sync.testing.standins.scoro.copying import Copying
from xero_sync.testing.standins.scoro.reading import Reading
from xero_sync.testing.standins.scoro.switches import Switches
from xero_sync.testing.standins.scoro.wire import Row
from xero_sync.testing.standins.scoro.writing import Refused, Writing
from xero_sync.testing.standins.traffic import Traffic

BASE_PATH = "/api/v2"
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
LIBRARY_AGENTS = ("python-httpx/", "python-urllib/", "python-requests/")
UNKNOWN_SITE_PAGE = b"<!DOCTYPE html><html><head><title>Scoro</title></head><body><h1>This site does not exist</h1></body></html>"
WINDOW_SECONDS = 2

# Read by nobody yet: empty, or what `puts` laid there.
UNUSED = ("expenses", "financeAccounts", "orders", "prepayments", "purchaseOrders", "quotes", "receipts", "vatCodes")
LIST_ONLY = frozenset({"list"})
READ_ONLY = frozenset({"list", "view"})
NO_DELETE = READ_ONLY | {"modify"}
ALL_ACTIONS = NO_DELETE | {"delete"}
ACTIONS: dict[str, frozenset[str]] = {
    "projects": ALL_ACTIONS,
    "bills": ALL_ACTIONS,
    "invoices": ALL_ACTIONS,
    "financeObjects": READ_ONLY,
    "products": NO_DELETE,
    "users": READ_ONLY,
    "contacts": READ_ONLY,
    "companies": READ_ONLY,
    "customFields": LIST_ONLY,
    "statuses": LIST_ONLY,
    "companyAccount": LIST_ONLY,
    **dict.fromkeys(UNUSED, READ_ONLY),
}


class ScoroError(Exception):
    """An ERROR body with its code."""

    def __init__(self, code: int, text: str, http_status: int | None = None) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.http_status = http_status


class Limits:
    """Calls let through in two seconds and in a day (UTC); None is no limit. `used_today` can be set."""

    def __init__(self, now: Callable[[], datetime], switches: Switches, per_window: int | None, per_day: int | None) -> None:
        self.now = now
        self.switches = switches
        self.per_window = per_window
        self.per_day = per_day
        self.used_today = 0
        self._day = now().astimezone(UTC).date()
        self._recent: deque[datetime] = deque()

    def seconds_to_wait(self) -> int:
        """0 when the call is let through, and counted; else what `Retry-After` says."""
        at = self.now().astimezone(UTC)
        if at.date() != self._day:
            self._day, self.used_today = at.date(), 0
        if self.per_day is not None and self.used_today >= self.per_day:
            midnight = datetime.combine(self._day, time(), UTC) + timedelta(days=1)
            return int((midnight - at).total_seconds()) + 1
        if self.per_window is not None and not self._fits(at):
            return WINDOW_SECONDS
        self._recent.append(at)
        self.used_today += 1
        return 0

    def _fits(self, at: datetime) -> bool:
        start = at - timedelta(seconds=WINDOW_SECONDS)
        if self.switches.limit_window == "fixed":
            start = at.replace(microsecond=0) - timedelta(seconds=at.second % WINDOW_SECONDS, microseconds=1)
        while self._recent and self._recent[0] <= start:
            self._recent.popleft()
        return len(self._recent) < (self.per_window or 0)


class ScoroStandIn(Books, Keeping):
    """A Scoro site that obeys Scoro's rules: its books, and `app`, which serves them under /api/v2.

    api_key: the company key, read from the body like everything else. site_is_known: False serves the HTML page of a wrong site name.
    calls_per_window: in two seconds, 40 on one plan. day_limit: by plan. None is no limit.
    """

    KEPT: ClassVar = (
        *("name", "entity", "entities", "base_currency", "currencies", "time_zone"),
        *("projects", "bills", "invoices", "objects", "users", "contacts", "products", "custom_fields", "statuses", "other_rows"),
        *("user_tokens", "writes", "revision", "put_at", "_next_ids", "_company_ids"),
        *("_copying.copied", "_copying._lines", "_copying._rows", "_copying._companies"),
    )

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        api_key: str = "ScoroAPI_0123456789abcde",
        site_is_known: bool = True,
        calls_per_window: int | None = 40,
        day_limit: int | None = None,
        switches: Switches | None = None,
    ) -> None:
        super().__init__(now)
        self.api_key = api_key
        self.site_is_known = site_is_known
        self.switches = switches or Switches()
        self.limits = Limits(now, self.switches, calls_per_window, day_limit)
        self._reading = Reading(self, self.switches)
        self._writing = Writing(self, self.switches)
        self._copying = Copying(self, self.switches)
        self._replies = 0
        site = Starlette(routes=[Route("/{path:path}", self._answer, methods=METHODS)])
        self.app = self.traffic = Traffic(site, service="scoro", now=now, sleep=sleep)

    def copies(self, xero_document: Mapping[str, Any], currency_rate: Decimal | str | None = None) -> int:
        """The id of the bill or invoice that Scoro's own sync makes, or keeps up to date, of a document as Xero's API shows it."""
        return self._copying.copies(xero_document, currency_rate)

    def copies_from(self, xero_documents: Iterable[Mapping[str, Any]]) -> list[int]:
        """One run of Scoro's own sync over these: the ids of the approved ones' copies."""
        return self._copying.copies_from(xero_documents)

    def copy_of(self, xero_id: str) -> Row | None:
        """The bill or invoice that is this Xero document; None as long as Scoro's sync has not brought it."""
        module, document_id = self._copying.copied.get(xero_id, ("", 0))
        return self.table(module)[document_id] if module else None

    def edits(self, module: str, row_id: int, **changes: Any) -> None:
        """A person changes a row in Scoro itself: it moves `modified_date` as ever, and is no entry in `writes`."""
        self._writing.modifies(module, row_id, changes, is_recorded=False)

    def deletes(self, module: str, row_id: int) -> None:
        """A person deletes a row in Scoro itself."""
        self._writing.deletes(module, row_id, is_recorded=False)

    def renames_project(self, project_id: int, name: str) -> None:
        """A person renames the project."""
        self.edits("projects", project_id, project_name=name)

    def completes_project(self, project_id: int, status: str = "completed") -> None:
        """A person closes the project. Scoro keeps no date of that but `modified_date`."""
        self.edits("projects", project_id, status=status)

    def _was_put_back(self) -> None:
        self._changed_much()

    async def _answer(self, request: Request) -> Response:
        agent = request.headers.get("user-agent", "").lower()
        if self.switches.edge_blocks_library_agents and (not agent or agent.startswith(LIBRARY_AGENTS)):
            return Response(b"error code: 1010", 403, media_type="text/plain")
        if not self.site_is_known or not request.url.path.startswith(BASE_PATH + "/"):
            return Response(UNKNOWN_SITE_PAGE, self.switches.unknown_site_status, media_type="text/html")
        wait_seconds = self.limits.seconds_to_wait()
        if wait_seconds:
            return self._over_the_limit(wait_seconds)
        try:
            if request.method != "POST":
                raise ScoroError(405, "Only POST is allowed")
            body = self._admitted(await request.body())
            return Response(self._act(request.url.path.removeprefix(BASE_PATH), body), media_type="application/json")
        except ScoroError as problem:
            http_status = problem.http_status or (200 if self.switches.errors_under_http_200 else problem.code)
            reply = wire.error(self._status_code(problem.code), problem.text, self.switches)
            return Response(reply, http_status, media_type="application/json")

    def _over_the_limit(self, wait_seconds: int) -> Response:
        # Scoro, section 4: a 429 carries Retry-After and x-ratelimit-*; the names behind that prefix and the units are not known.
        limit = self.limits.per_window if wait_seconds == WINDOW_SECONDS else self.limits.per_day
        headers = {"Retry-After": str(wait_seconds), "x-ratelimit-limit": str(limit), "x-ratelimit-remaining": "0"}
        reply = wire.error(self._status_code(429), "Too many requests", self.switches)
        return Response(reply, 429, headers, media_type="application/json")

    def _admitted(self, raw: bytes) -> Row:
        """The body of a call with a good key; a key in a header or the query counts for nothing."""
        try:
            body = json.loads(raw, parse_float=Decimal)
        except ValueError:
            raise ScoroError(400, "The request is not JSON") from None
        if not isinstance(body, dict):
            raise ScoroError(400, "The request is not a JSON object")
        token = body.get("user_token")
        is_known = body.get("apiKey") == self.api_key or (isinstance(token, str) and token in self.user_tokens)
        if not is_known or body.get("company_account_id") not in self.entities:
            raise ScoroError(401, "Authentication failed")
        return body

    def _act(self, path: str, body: Row) -> bytes:
        module, action, row_id = _parts_of(path)
        if action not in self._actions(module):
            raise ScoroError(self.switches.refused_action_code, f"{module}/{action} is not available")
        request = body["request"] if isinstance(body.get("request"), dict) else {}
        match action:
            case "list":
                return wire.page(self._reading.page(module, body), self._status_code(200))
            case "view":
                return self._viewed(module, self._known(module, row_id, for_view=True), body)
            case "modify":
                return self._modified(module, row_id, request, body)
            case _:
                if self._is_read_only(module):
                    return wire.ok(self._status_code(200), None)
                self._writing.deletes(module, self._known(module, row_id))
                return wire.ok(self._status_code(200), None)

    def _actions(self, module: str) -> frozenset[str]:
        writes_objects = self.switches.finance_objects_writable or self.switches.finance_objects_write_answers_ok
        return ALL_ACTIONS if module == "financeObjects" and writes_objects else ACTIONS.get(module, frozenset())

    def _is_read_only(self, module: str) -> bool:
        """True where a write is answered with OK and does nothing."""
        return module == "financeObjects" and not self.switches.finance_objects_writable

    def _modified(self, module: str, row_id: str, request: Row, body: Row) -> bytes:
        if self._is_read_only(module):
            return wire.ok(self._status_code(200), {})
        try:
            if row_id in ("", "0"):
                return self._viewed(module, self._writing.creates(module, request), body)
            known = self._known(module, row_id)
            self._writing.modifies(module, known, request)
            return self._viewed(module, known, body)
        except Refused as refusal:
            raise ScoroError(400, str(refusal)) from None

    def _viewed(self, module: str, row_id: int, body: Row) -> bytes:
        return wire.ok(self._status_code(200), self._reading.row(module, row_id, "view", "user_token" in body))

    def _known(self, module: str, row_id: str, *, for_view: bool = False) -> int:
        rows = self.table(module)
        number = int(row_id) if row_id.isdecimal() else 0
        is_there = number in rows and (not rows[number].get("is_deleted") or (for_view and self.switches.deleted_can_be_viewed))
        if not is_there:
            raise ScoroError(404, f"{module} {row_id} not found", int(self.switches.unknown_id))
        return number

    def _status_code(self, code: int) -> int | str:
        self._replies += 1
        as_text = self.switches.status_code == "string" or (self.switches.status_code == "mixed" and self._replies % 2 == 0)
        return str(code) if as_text else code


def _parts_of(path: str) -> tuple[str, str, str]:
    """Module, action and id; a path without an action lists."""
    module, action, row_id = [*path.strip("/").split("/"), "", "", ""][:3]
    return module, action or "list", row_id
