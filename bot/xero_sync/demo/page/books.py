"""What people do in Xero and Scoro, by the services' own APIs, so that the services' own rules decide."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import aiohttp

from xero_sync.demo.agency import Agency
from xero_sync.demo.page.refused import NotDone

AGENT: Final = "people-of-the-demo"
"""How the people of the demo are told from the bot on the wire."""
_NO_NAME: Final = "Write the project's name."
_XERO: Final = "/api.xro/2.0"
_LARGEST_NET: Final = Decimal(10) ** 9
_NET: Final = re.compile(r"-?£?(\d{1,3}(,\d{3})+|\d+)(\.\d{1,2})?", re.ASCII)
"""With commas between thousands alone: elsewhere 12,50 is twelve and a half."""
_NO_SUCH_NET: Final = "Write the net as a figure, like 1250.00."

Body = Mapping[str, Any]


class Clerk:
    """The hands of people in both books. Raises NotDone with the service's own words where it refuses."""

    def __init__(self, agency: Agency, urls: Mapping[str, str], session: aiohttp.ClientSession) -> None:
        self._agency = agency
        self.scoro_url = urls["scoro"]
        self._xero_url = urls["xero"]
        self._session = session
        self._token = ""

    # Xero.

    async def set_status(self, document_id: str, wanted: str) -> None:
        """Approve it (AUTHORISED) or take it out (VOIDED, which for a draft is DELETED)."""
        fields = self._document(document_id)
        if wanted == "VOIDED" and fields["Status"] != "AUTHORISED":
            wanted = "DELETED"
        kind = _kind(fields)
        await self._xero("POST", f"/{kind}/{document_id}", {"Status": wanted})

    async def edit_document(self, document_id: str, lines: object) -> None:
        """Give the document these lines; a line with the id of one it has takes its place."""
        fields = self._document(document_id)
        held = {item["LineItemID"]: item for item in fields["LineItems"]}
        items = [_item(one, held.get(str(one.get("id", "")), {})) for one in _listed(lines)]
        await self._xero("POST", f"/{_kind(fields)}/{document_id}", {"LineItems": items})

    async def enter_document(self, body: Body) -> None:
        """A new draft: type, number, contact, lines."""
        type_ = str(body.get("type"))
        kind = "CreditNotes" if type_.endswith("CREDIT") else "Invoices"
        number, contact = str(body.get("number", "")).strip(), str(body.get("contact", "")).strip()
        if not number or not contact:
            raise NotDone("Write a number and a name.")
        items = [_item(one, {}) for one in _listed(body.get("lines"))]
        today = f"{self._agency.today:%Y-%m-%d}"
        written = {"Type": type_, "Contact": {"Name": contact}, "Date": today, "Status": "DRAFT", "LineItems": items}
        written["CreditNoteNumber" if kind == "CreditNotes" else "InvoiceNumber"] = number
        await self._xero("PUT", f"/{kind}", written)

    async def add_option(self, name: str) -> None:
        """A new option of the category that stands for projects."""
        await self._xero("PUT", f"/TrackingCategories/{self._category_id()}/Options", {"Name": name})

    async def change_option(self, option_id: str, changes: Body) -> None:
        """Rename it (Name), archive it or bring it back (Status)."""
        await self._xero("POST", f"/TrackingCategories/{self._category_id()}/Options/{option_id}", changes)

    # Scoro.

    async def add_project(self, name: str, client: str) -> None:
        """A new project in progress, for a client that Scoro has or gets."""
        if not name.strip():
            raise NotDone(_NO_NAME)
        company_id = self._agency.scoro.has_company(client.strip() or "Tern & Teal Ltd")
        numbers = [int(row["no"]) for row in self._agency.scoro.projects.values()]
        request = {"project_name": name, "company_id": company_id, "status": "inprogress", "no": max(numbers, default=0) + 1}
        await self._scoro("projects/modify", request)

    async def change_project(self, project_id: int, changes: Body) -> None:
        """Rename it (project_name), complete it or take it up again (status)."""
        if not str(changes.get("project_name", "a name")).strip():
            raise NotDone(_NO_NAME)
        await self._scoro(f"projects/modify/{project_id}", changes)

    # On the wire.

    async def _xero(self, method: str, path: str, body: Body) -> None:
        if not self._token:
            self._token = self._agency.xero.issues_token(seconds=30 * 24 * 3600)
        headers = {
            "authorization": f"Bearer {self._token}",
            "xero-tenant-id": self._agency.xero.tenant_id,
            "accept": "application/json",
            "user-agent": AGENT,
        }
        async with self._session.request(method, f"{self._xero_url}{_XERO}{path}", json=_plain(body), headers=headers) as answer:
            said = await answer.text()
        if answer.status != 200:
            raise NotDone(f"Xero refuses: {_xeros_words(said) or f'status {answer.status}'}")

    async def _scoro(self, path: str, request: Body) -> None:
        scoro = self._agency.scoro
        body = {"apiKey": scoro.api_key, "company_account_id": scoro.entity, "lang": "eng", "request": dict(request)}
        async with self._session.post(f"{self.scoro_url}/api/v2/{path}", json=body, headers={"user-agent": AGENT}) as answer:
            said = await answer.json(content_type=None)
        if said.get("status") != "OK":
            told = (said.get("messages") or {}).get("error") or ["it does not say why"]
            raise NotDone(f"Scoro refuses: {'; '.join(map(str, told))}")

    def _document(self, document_id: str) -> dict[str, Any]:
        fields = self._agency.xero.documents.get(document_id)
        if fields is None:
            raise NotDone("This document is not in Xero any more.")
        return fields

    def _category_id(self) -> str:
        return next(category.category_id for category in self._agency.xero.categories if category.name == "Project")


def _kind(fields: Mapping[str, Any]) -> str:
    return "CreditNotes" if "CreditNoteID" in fields else "Invoices"


def _listed(lines: object) -> list[Body]:
    found: list[Body] = [one for one in lines if isinstance(one, dict)] if isinstance(lines, list) else []
    if not found:
        raise NotDone("A document needs at least one line.")
    return found


def _item(given: Body, held: Mapping[str, Any]) -> dict[str, Any]:
    """The line as Xero takes it: its options of other categories are left as they are."""
    typed = str(given.get("net", "")).strip()
    if not _NET.fullmatch(typed):
        raise NotDone(_NO_SUCH_NET)
    net = Decimal(typed.replace(",", "").replace("£", ""))
    if abs(net) >= _LARGEST_NET:
        raise NotDone(_NO_SUCH_NET)
    tracking = [{"Name": one["Name"], "Option": one["Option"]} for one in held.get("Tracking", ()) if one["Name"] != "Project"]
    if option := str(given.get("option") or ""):
        tracking.append({"Name": "Project", "Option": option})
    item = {
        "Description": str(given.get("description") or "").strip() or "No description",
        "Quantity": 1,
        "UnitAmount": net,
        "AccountCode": str(given.get("account") or ""),
        "Tracking": tracking,
    }
    return item | ({"LineItemID": held["LineItemID"]} if held else {})


def _plain(body: object) -> Any:
    """As JSON takes it. Figures go as text, which Xero reads, so that no cent is lost on the way."""
    return json.loads(json.dumps(body, default=str))


def _xeros_words(said: str) -> str:
    try:
        answer = json.loads(said)
    except ValueError:
        return said[:200]
    texts = [error["Message"] for element in answer.get("Elements", ()) for error in element.get("ValidationErrors", ())]
    return " ".join(texts) or str(answer.get("Message") or answer.get("Detail") or "")
