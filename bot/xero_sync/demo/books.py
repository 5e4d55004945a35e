"""What stands in the books of Xero and Scoro, added up anew. It knows nothing of the bot: only the services themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from xero_sync.testing.standins.scoro import ScoroStandIn
from xero_sync.testing.standins.xero import XeroStandIn

APPROVED = ("AUTHORISED", "PAID")
PROJECT_MONEY = ("DIRECTCOSTS", "SALES", "REVENUE")
PER_LINE = -1
PARTS = ("waiting", "on projects", "no project needed")

Fields = Mapping[str, Any]


class Standing(NamedTuple):
    """Documents and net money."""

    documents: int
    net: Decimal

    def __str__(self) -> str:
        return f"{self.documents} {'document' if self.documents == 1 else 'documents'}, {pounds(self.net)} net"


@dataclass(frozen=True)
class Line:
    """One line of an approved document. part: where it stands, one of PARTS. option: its option's name, "" for none."""

    part: str
    net: Decimal
    option: str
    account: str


@dataclass(frozen=True)
class Books:
    """belongs: where the agency's people mean each document to be, net by Scoro project, by Xero's document id."""

    xero: XeroStandIn
    scoro: ScoroStandIn
    belongs: Mapping[str, Mapping[int, Decimal]]

    def standing(self, month: date | None = None) -> dict[str, Standing]:
        """Approved documents by where their lines stand in Scoro, of all months or one. A document with a waiting line is a waiting one."""
        counts: Counter[str] = Counter()
        money = dict.fromkeys(PARTS, Decimal(0))
        for document_id in self.approved():
            if month is not None and day_of(self.xero.documents[document_id]).replace(day=1) != month.replace(day=1):
                continue
            lines = list(self.lines(document_id))
            for line in lines:
                money[line.part] += line.net
            counts[next(part for part in PARTS if part in {line.part for line in lines})] += 1
        sums = {part: Standing(counts[part], net) for part, net in money.items()}
        return sums | {"checked": Standing(counts.total(), sum(money.values(), Decimal(0)))}

    def lines(self, document_id: str) -> Iterator[Line]:
        """The document's lines in Xero, each with where its counterpart stands in Scoro, or all parts of it."""
        document, copy = self.xero.documents[document_id], self.scoro.copy_of(document_id)
        rows = list(copy["lines"]) if copy else []
        for item in document["LineItems"]:
            net = sign_of(document) * item["LineAmount"]
            parts = rows[:1]
            # A divided line is several lines of the same text, one after another.
            while sum((row["sum"] for row in parts), Decimal(0)) != net and len(parts) < len(rows):
                parts = rows[: len(parts) + 1]
            rows = rows[len(parts) :]
            header = copy["project_id"] if copy else 0
            is_on_project = header > 0 or (header == PER_LINE and bool(parts) and all(row["project_id"] > 0 for row in parts))
            option = next((str(entry["Option"]) for entry in item["Tracking"] if entry["Name"] == "Project"), "")
            account = str(item["AccountCode"])
            needs_project = option or self.xero.accounts[account]["Type"] in PROJECT_MONEY
            part = "on projects" if is_on_project else "waiting" if needs_project else "no project needed"
            yield Line(part, net, option, account)

    def approved(self) -> list[str]:
        """The ids of everything approved in Xero."""
        return [key for key, fields in self.xero.documents.items() if fields["Status"] in APPROVED]

    def waiting(self) -> list[str]:
        """The ids of those that wait, in whole or in part."""
        return [key for key in self.approved() if any(line.part == "waiting" for line in self.lines(key))]

    def open_causes(self) -> set[tuple[str, ...]]:
        """What a person has to say something about: each option, or each contact and account without one, for which something waits."""
        causes: set[tuple[str, ...]] = set()
        for document_id in self.waiting():
            contact = str(self.xero.documents[document_id]["Contact"]["Name"])
            found = [line for line in self.lines(document_id) if line.part == "waiting"]
            causes |= {(line.option,) if line.option else (contact, line.account) for line in found}
        return causes

    def net_on(self, project_id: int) -> Decimal:
        """Everything that stands on the project."""
        return sum((entry.net for entry in self.scoro.finances(project_id)), Decimal(0))

    def shares(self, document_id: str) -> dict[int, Decimal]:
        """What of the document's copy stands on projects, net by project."""
        copy = self.scoro.copy_of(document_id)
        found: dict[int, Decimal] = {}
        if copy is None:
            return found
        for row in copy["lines"]:
            project_id = row["project_id"] if copy["project_id"] == PER_LINE else copy["project_id"]
            if project_id > 0:
                found[project_id] = found.get(project_id, Decimal(0)) + row["sum"]
        return found

    def wanted_on(self, project_id: int, besides: list[str]) -> Decimal:
        """What should stand on the project, once everything besides these numbers is where it belongs."""
        there = [key for key in self.approved() if number_of(self.xero.documents[key]) not in besides]
        return sum((self.belongs[key].get(project_id, Decimal(0)) for key in there), Decimal(0))

    def id_of(self, number: str) -> str:
        """Xero's id of the document with this number."""
        return next(key for key, fields in self.xero.documents.items() if number_of(fields) == number)

    def document(self, number: str) -> Fields:
        return self.xero.documents[self.id_of(number)]

    def net_of(self, number: str) -> Decimal:
        document = self.document(number)
        return sum((sign_of(document) * item["LineAmount"] for item in document["LineItems"]), Decimal(0))

    def copies_like(self, document_id: str) -> int:
        """How many documents of this number and contact stand in Scoro."""
        copy = self.scoro.copy_of(document_id) or {}
        same = [row for row in self.scoro.bills.values() if not row["is_deleted"]]
        return sum((row["no"], row["company_id"]) == (copy.get("no"), copy.get("company_id")) for row in same)

    def in_words(self, shares: Mapping[int, Decimal]) -> str:
        """Harbour Refit with £740.00."""
        named = [f"{self.scoro.projects[key]['project_name']} with {pounds(net)}" for key, net in shares.items()]
        return ", ".join(named) or "no project"

    def active_options(self, name: str | None = None) -> list[str]:
        """The names of the options in use, or of those with this name."""
        return [option.name for option in self.xero.options("Project") if option.status == "ACTIVE" and name in (None, option.name)]

    def calls_left(self) -> int:
        """How many calls Xero still takes today."""
        return next(window.limit - window.used for (_, name), window in self.xero.limits.windows.items() if name == "day" and window.limit)


def pounds(net: Decimal) -> str:
    """£1,560.00, as cards write it."""
    return f"{'-' if net < 0 else ''}£{abs(net):,.2f}"


def number_of(document: Fields) -> str:
    return str(document.get("InvoiceNumber") or document.get("CreditNoteNumber") or "")


def day_of(document: Fields) -> date:
    return datetime.fromisoformat(str(document["DateString"])).date()


def sign_of(document: Fields) -> int:
    """Xero shows credits as positive amounts."""
    return -1 if str(document["Type"]).endswith("CREDIT") else 1
