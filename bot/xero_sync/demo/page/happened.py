"""What just happened: every call between the services and the bot, in plain words, by what a person did before."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any, Final
from urllib.parse import parse_qsl

from xero_sync.demo.agency import Agency
from xero_sync.demo.page.books import AGENT
from xero_sync.testing.standins.traffic import Call

STEPS_KEPT: Final = 12
CALLS_KEPT: Final = 120
_LONGEST_RAW: Final = 60_000
_SECRETS: Final = re.compile(
    r'("(?:apiKey|client_secret|access_token|refresh_token|user_token)"\s*:\s*")[^"]*|((?:client_secret|token)=)[^&\n]*'
)


@dataclass(frozen=True)
class Told:
    """One call. number: under which its raw request and reply are kept. who: "bot", "you", "Slack" or "Xero"."""

    number: int
    who: str
    words: str
    is_well: bool
    status: str


@dataclass
class Step:
    """What somebody did, and all calls until the next such thing."""

    number: int
    title: str
    at: datetime
    calls: list[Told] = field(default_factory=list)
    left_out: int = 0


class Happened:
    """Listens to the three services. The newest steps are kept, the oldest first."""

    def __init__(self, agency: Agency, *, now: Callable[[], datetime]) -> None:
        self._agency = agency
        self._now = now
        self._numbers = count(1)
        self.steps: deque[Step] = deque(maxlen=STEPS_KEPT)
        self._raw: dict[int, tuple[Step, str, str]] = {}
        self._words = _Words(agency)
        for standin in (agency.xero, agency.scoro, agency.slack):
            standin.traffic.on_call.append(self._hears)
        self.begin("The bot starts")

    def begin(self, title: str) -> None:
        """Somebody does something; the calls that follow are told under it."""
        self.steps.append(Step(next(self._numbers), title, self._now()))
        self._raw = {number: kept for number, kept in self._raw.items() if kept[0] in self.steps}

    def tell(self, who: str, words: str, request: str, reply: str, *, is_well: bool = True, status: str = "") -> None:
        """Something crossed the wire."""
        step = self.steps[-1]
        if len(step.calls) >= CALLS_KEPT:
            step.left_out += 1
            return
        number = next(self._numbers)
        step.calls.append(Told(number, who, words, is_well, status))
        self._raw[number] = step, _without_secrets(request), _without_secrets(reply)

    def raw(self, number: int) -> tuple[str, str] | None:
        """Request and reply as they were sent, without keys; None where they are not kept any more."""
        found = self._raw.get(number)
        return (found[1], found[2]) if found else None

    def _hears(self, call: Call) -> None:
        who = "you" if call.headers.get("user-agent") == AGENT else "bot"
        words = self._words.of(call, who)
        if words:
            status = str(call.status or "no answer")
            self.tell(who, words, _request(call), _body(call.reply), is_well=200 <= call.status < 300, status=status)


@dataclass(frozen=True)
class _Words:
    """One sentence for a call, by method and path."""

    agency: Agency

    def of(self, call: Call, who: str) -> str:
        """The sentence, without who did it; "" for what is not worth telling."""
        said = {"xero": self._xero, "scoro": self._scoro, "slack": self._slack}[call.service](call)
        return said if who == "bot" or not said else said.replace("asks Xero to change", "changes")

    def _xero(self, call: Call) -> str:
        path = call.path.removeprefix("/api.xro/2.0")
        lists = {
            "/Invoices": "bills and invoices",
            "/CreditNotes": "credit notes",
            "/TrackingCategories": "tracking categories and options",
            "/Accounts": "accounts",
            "/Contacts": "contacts",
            "/Organisation": "the organisation",
            "/Currencies": "currencies",
            "/connections": "the organisations it may see",
        }
        if path == "/connect/token":
            return "renews its key to Xero"
        if call.method == "GET" and path in lists:
            since = " that changed" if "if-modified-since" in call.headers else ""
            return f"reads {lists[path]}{since} in Xero"
        if call.method == "GET":
            return f"reads {self._document(path.rpartition('/')[2])} in Xero"
        name = str(_json(call.body).get("Name") or "")
        if path.endswith("/Options"):
            return f"creates the option “{name}” in Xero"
        if "/Options/" in path:
            return f"changes an option in Xero{f', now “{name}”' if name else ''}"
        if call.method == "PUT":
            return "enters a draft in Xero"
        status = {"AUTHORISED": "approves", "VOIDED": "voids", "DELETED": "deletes"}.get(str(_json(call.body).get("Status")), "edits")
        return f"{status} {self._document(path.rpartition('/')[2])} in Xero"

    def _scoro(self, call: Call) -> str:
        module, _, rest = call.path.removeprefix("/api/v2/").partition("/")
        action, _, row_id = rest.partition("/")
        names = {
            "financeObjects": "accounting objects",
            "companyAccount": "business entities",
            "contacts": "clients",
            "companies": "clients",
        }
        request = _json(call.body).get("request") or {}
        if action == "list":
            since = " that changed" if "modified_date" in json.dumps(_json(call.body)) else ""
            return f"reads {names.get(module, module)}{since} in Scoro"
        row = self.agency.scoro.table(module).get(int(row_id or 0), {})
        if module == "projects":
            name = str(request.get("project_name") or row.get("project_name") or "")
            verb = "reads" if action == "view" else "changes" if row_id else "opens"
            return f"{verb} the project “{name}” in Scoro"
        kind = {"bills": "bill", "invoices": "invoice"}.get(module, module)
        if action == "view":
            return f"looks at {kind} {row.get('no', row_id)} in Scoro"
        return f"puts {kind} {row.get('no', row_id)} on {self._projects(request)} in Scoro"

    def _slack(self, call: Call) -> str:
        if call.path.startswith("/respond/"):
            return "answers the person privately"
        method = call.path.removeprefix("/api/")
        return {
            "chat.postMessage": "posts a message in Slack",
            "chat.update": "edits its message in Slack",
            "chat.postEphemeral": "tells one person something in Slack",
            "views.open": "opens a form in Slack",
            "views.push": "opens a form in Slack",
            "views.update": "fills the form in Slack",
            "views.publish": "shows the home tab in Slack",
            "auth.test": "asks Slack who it is",
            "users.info": "asks Slack who this person is",
            "conversations.info": "looks at the channel in Slack",
        }.get(method, f"calls {method} in Slack")

    def _document(self, document_id: str) -> str:
        fields = self.agency.xero.documents.get(document_id.lower(), {})
        number = fields.get("InvoiceNumber") or fields.get("CreditNoteNumber")
        kind = {"ACCPAY": "bill", "ACCREC": "invoice"}.get(str(fields.get("Type")), "credit note")
        return f"{kind} {number}" if number else "a document"

    def _projects(self, request: Mapping[str, Any]) -> str:
        ids = [request.get("project_id"), *(line.get("project_id") for line in request.get("lines") or () if isinstance(line, dict))]
        names = [str(self.agency.scoro.projects[key]["project_name"]) for key in map(_whole, ids) if key in self.agency.scoro.projects]
        return " and ".join(f"“{name}”" for name in dict.fromkeys(names)) or "no project"


def _whole(value: object) -> int:
    return int(value) if isinstance(value, int | str) and str(value).lstrip("-").isdecimal() else 0


def _json(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _request(call: Call) -> str:
    query = "&".join(f"{name}={value}" for name, value in call.query.items())
    shown = ("content-type", "if-modified-since", "idempotency-key", "xero-tenant-id")
    headers = [f"{name}: {call.headers[name]}" for name in shown if name in call.headers]
    return "\n".join([f"{call.method} {call.path}{f'?{query}' if query else ''}", *headers, "", _body(call.body)])


def _body(raw: bytes) -> str:
    text = raw.decode("utf-8", "replace")
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    except ValueError:
        return "\n".join(_form_lines(text)) if re.fullmatch(r"[\w.%+=&~*-]+", text) and "=" in text else text


def _form_lines(text: str) -> Iterator[str]:
    for name, value in parse_qsl(text, keep_blank_values=True):
        yield f"{name}={value}"


def _without_secrets(text: str) -> str:
    shown = _SECRETS.sub(lambda found: f"{found[1] or found[2]}…", text)
    return shown if len(shown) <= _LONGEST_RAW else f"{shown[:_LONGEST_RAW]}\n… {len(shown) - _LONGEST_RAW:,} more characters"
