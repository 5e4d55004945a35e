"""Ferrow & Pike Ltd, an invented agency: its books in Xero, its projects in Scoro, its people in Slack."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import ClassVar
from zoneinfo import ZoneInfo

from xero_sync.testing.standins.keeping import Keeping
from xero_sync.testing.standins.scoro import ScoroStandIn
from xero_sync.testing.standins.slack import SlackStandIn
from xero_sync.testing.standins.xero import Line, XeroStandIn, line

CHANNEL = "C_FINANCE"
FINN, BEA, ADA, MIRA, VERA = "U_FINN", "U_BEA", "U_ADA", "U_MIRA", "U_VERA"
CALLS_PER_DAY = 1000
"""What Xero allows an app of its smallest plan, for each organisation."""
PEOPLE = {FINN: "controller", BEA: "bookkeeper", MIRA: "project manager", ADA: "admin", VERA: "viewer"}
"""Who has which role. Mira manages the projects of Tern & Teal Ltd."""
MIRAS_CLIENT = "Tern & Teal Ltd"

PROJECTS = (
    ("Website", 388, "Tern & Teal Ltd"),
    ("Website", 402, "Osier Foods"),
    ("Harbour Refit", 412, "Tern & Teal Ltd"),
    ("Tidewater Launch", 701, "Tidewater plc"),
    ("Copper Vale Rebrand", 702, "Copper Vale Homes"),
    ("Quay Lantern", 703, "Quay Trust"),
    ("Blue Pylon", 704, "Northgate plc"),
    ("Salt & Marsh Guide", 705, "Saltmarsh Council"),
    ("Orchard Weeks – Stage", 706, "Osier Foods"),
    ("Fennimore Store", 707, "Fennimore & Co"),
    ("Grey Heron App", 708, "Heron Water"),
    ("Winter Windows", 709, "Fennimore & Co"),
    ("Lantern Night", 710, "Quay Trust"),
    ("Northgate Annual Report", 711, "Northgate plc"),
)
"""Name, number and client in Scoro. Two are called Website; Tidewater Launch and Northgate Annual Report have no option in Xero."""

OPTIONS = (
    "Website", "Harbor Refit", "Copper Vale Rebrand", "Quay Lantern", "Blue Pylon", "Salt & Marsh Guide",
    "Orchard Weeks -  stage", "Fennimore Store", "Grey Heron App", "Winter Windows", "Lantern Night",
)  # fmt: skip
"""Of the category "Project" in Xero. One name is a letter off, and one differs in dash, spaces and case, which makes it no other name."""

REGIONS = ("UK", "Europe")

OVERHEADS = (
    ("Wharf Lane Estates", "WL-1124", "460", "Studio rent", "6400.00"),
    ("Wharf Lane Estates", "WL-1125", "460", "Service charge", "940.00"),
    ("Borough of Selwick", "BS-8841", "460", "Business rates", "1287.50"),
    ("Brightwater Power", "BP-5512", "460", "Electricity", "612.35"),
    ("Brightwater Power", "BP-5513", "460", "Gas", "284.10"),
    ("Millrace Cleaning", "MC-310", "460", "Cleaning", "480.00"),
    ("Fieldhouse Insurance", "FI-77", "460", "Office insurance", "1125.00"),
    ("Kettle & Crumb", "KC-204", "460", "Kitchen supplies", "138.45"),
    ("Layerworks", "LW-90021", "429", "Design licences", "1344.00"),
    ("Layerworks", "LW-90022", "429", "Font licences", "216.00"),
    ("Postbox Mail", "PM-118", "429", "Mail service", "168.00"),
    ("Cloudbank Hosting", "CB-4410", "429", "Servers", "742.80"),
    ("Cloudbank Hosting", "CB-4411", "429", "Backups", "95.20"),
    ("Inkwell Accounts", "IA-61", "429", "Accounting software", "65.00"),
    ("Switchboard Tel", "ST-3301", "429", "Telephones", "231.60"),
    ("Signal House", "SH-15", "429", "Stock photos", "299.00"),
    ("Archive Box", "AB-702", "429", "Document storage", "84.00"),
    ("Ledgerman & Daughters", "LD-26", "429", "Bookkeeping course", "1599.20"),
    ("Northern Rail Desk", "NR-5520", "493", "Train tickets", "412.70"),
    ("Northern Rail Desk", "NR-5521", "493", "Train tickets", "268.40"),
    ("Harbour Cabs", "HC-1190", "493", "Taxis", "147.30"),
    ("Larder Hotel", "LH-88", "493", "Two nights", "386.00"),
    ("Skybridge Travel", "SB-2207", "493", "Flights", "1043.50"),
    ("Parkhaus Nine", "PN-31", "493", "Parking", "62.00"),
)
"""24 bills that need no project, 18,432.10 net."""

MATCHED = (
    ("Pressgang Print", "PP-3301", "320", "Brochures", "3120.00", "Copper Vale Rebrand", "Copper Vale Rebrand"),
    ("Pressgang Print", "PP-3302", "320", "Posters", "897.60", "Winter Windows", "Winter Windows"),
    ("Halyard Films", "HF-208", "310", "Film, first half", "4410.25", "Quay Lantern", "Quay Lantern"),
    ("Stage Right", "SR-41", "320", "Stage build", "2875.50", "Orchard Weeks -  stage", "Orchard Weeks – Stage"),
    ("Gantry Riggers", "GR-101", "320", "Rigging", "1960.00", "Blue Pylon", "Blue Pylon"),
    ("Moss & Mallow", "MM-17", "310", "Illustrations", "2240.80", "Salt & Marsh Guide", "Salt & Marsh Guide"),
    ("Fold Studio", "FS-640", "310", "Window display", "1385.00", "Fennimore Store", "Fennimore Store"),
    ("Ada Quill Coding", "AQ-12", "310", "Sprint 4", "3300.00", "Grey Heron App", "Grey Heron App"),
    ("Lumen Hire", "LU-77", "320", "Lights", "1718.40", "Lantern Night", "Lantern Night"),
)
"""Nine bills whose option and project have one name, 21,907.55 net: supplier, number, account, description, net, option, project."""


class Agency(Keeping):
    """The three services with the agency's books in them.

    belongs: where the agency's own people would put each document: by Xero's id, net by Scoro project.
    connection: what its admin has set for the bot.
    time_zone: near London's midnight the agency sits elsewhere, for the story is one of one day.
    """

    KEPT: ClassVar = ("time_zone", "belongs", "connection")

    def __init__(self, *, now: Callable[[], datetime]) -> None:
        self.time_zone = "Europe/London" if 1 <= now().astimezone(ZoneInfo("Europe/London")).hour < 23 else "America/New_York"
        self.today = now().astimezone(ZoneInfo(self.time_zone)).date()
        self.xero = XeroStandIn(now=now, day_limit=CALLS_PER_DAY)
        self.scoro = ScoroStandIn(now=now)
        self.slack = SlackStandIn(now=now)
        self.belongs: dict[str, dict[int, Decimal]] = {}
        self._open_slack()
        mira = self._open_lists()
        people: dict[str, object] = {**PEOPLE, MIRA: {"role": PEOPLE[MIRA], "scoro_user_id": mira}}
        self.connection: dict[str, object] = {
            "bills": "to_scoro",
            "cards_per_hour": 10,
            "channel": CHANNEL,
            "start_from": self.today.replace(day=1).isoformat(),
            "time_zone": self.time_zone,
            "people": people,
            "divide_lines": True,
        }
        self._open_bills()

    @property
    def standins(self) -> dict[str, Keeping]:
        """The three services by name."""
        return {"xero": self.xero, "scoro": self.scoro, "slack": self.slack}

    def day(self, days_ago: int) -> date:
        """So many days ago, but not before the first of this month: the month's figures are part of the story."""
        return max(self.today - timedelta(days=days_ago), self.today.replace(day=1))

    def project(self, name_or_number: str | int) -> int:
        """The id of the project with this name or number."""
        (found,) = [key for key, row in self.scoro.projects.items() if name_or_number in (row["project_name"], row["no"])]
        return found

    def approves(self, number: str, supplier: str, lines: Sequence[Line], *, days_ago: int = 0, on: Sequence[str | int | None]) -> str:
        """The id of a bill that is approved in Xero now, and copied by Scoro's own Xero sync as it is approved.

        on: for each line the project it belongs on by name or number, None for none.
        """
        document_id = self.xero.approves_bill(number, supplier, lines, date=self.day(days_ago))
        placed = [(None if name is None else self.project(name), typed.amount) for name, typed in zip(on, lines, strict=True)]
        self._copy(document_id, placed)
        return document_id

    def credits(self, number: str, supplier: str, lines: Sequence[Line], *, to: str) -> str:
        """The id of a credit note that is approved now and allocated to this bill, as a whole; where it belongs is for a person to say."""
        document_id = self.xero.approves_credit_note(number, supplier, lines, date=self.day(0))
        self.xero.allocates(document_id, {to: self.xero.documents[document_id]["Total"]})
        self._copy(document_id, [])
        return document_id

    def recodes(self, number: str, option: str, project: str) -> str:
        """The id of the bill with this number, whose one line somebody puts on another option; it belongs on that project from then on."""
        document_id = self.bill(number)
        self.xero.recodes(document_id, 1, option)
        document = self.xero.documents[document_id]
        self._copy(document_id, [(self.project(project), document["SubTotal"])])
        return document_id

    def voids(self, document_id: str) -> None:
        """The bill is voided in Xero: it belongs nowhere any more. Scoro's sync leaves its copy as it is."""
        self.xero.voids(document_id)
        self.belongs[document_id] = {}

    def bill(self, number: str) -> str:
        """The id of the document with this number."""
        found = self.xero.documents.items()
        return next(key for key, fields in found if number in (fields.get("InvoiceNumber"), fields.get("CreditNoteNumber")))

    def _copy(self, document_id: str, placed: Sequence[tuple[int | None, Decimal]]) -> None:
        self.scoro.copies(self.xero.documents[document_id])
        nets: dict[int, Decimal] = {}
        for project_id, net in placed:
            if project_id is not None:
                nets[project_id] = nets.get(project_id, Decimal(0)) + net
        self.belongs[document_id] = nets

    def _open_slack(self) -> None:
        self.slack.has_channel(CHANNEL, "finance")
        for person in PEOPLE:
            self.slack.has_user(person, person.removeprefix("U_").title())

    def _open_lists(self) -> int:
        """The id of Mira's user in Scoro."""
        self.scoro.site("ferrowpike")
        mira = self.scoro.has_user("Mira Holt")
        for name, number, client in PROJECTS:
            self.scoro.has_project(name, no=number, company=client, manager_id=mira if client == MIRAS_CLIENT else None)
        self.xero.has_category("Project", OPTIONS)
        self.xero.has_category("Region", REGIONS)
        return mira

    def _open_bills(self) -> None:
        for place, (supplier, number, account, text, net) in enumerate(OVERHEADS):
            self.approves(number, supplier, [line(net, account=account, description=text)], days_ago=place % 9, on=[None])
        for place, (supplier, number, account, text, net, option, project) in enumerate(MATCHED):
            region = [("Region", REGIONS[place % 2])]
            typed = line(net, account=account, option=option, description=text, tracking=region)
            self.approves(number, supplier, [typed], days_ago=place, on=[project])
        self.approves("710-1", "Silverline Computers", [line(1899, account="710", description="Laptop")], days_ago=3, on=[None])
        self._open_questions()
        split = [line(1200, account="320", option="Quay Lantern", description="Banners"),
                 line(800, account="320", option="Blue Pylon", description="Signs")]  # fmt: skip
        self.approves("PP-3310", "Pressgang Print", split, days_ago=2, on=["Quay Lantern", "Blue Pylon"])
        returned = [line(180, account="320", option="Copper Vale Rebrand", description="Brochures returned")]
        credit = self.xero.approves_credit_note("PP-C14", "Pressgang Print", returned, date=self.day(1))
        self._copy(credit, [(self.project("Copper Vale Rebrand"), Decimal(-180))])
        mistaken = [line(410, account="320", option="Blue Pylon", description="Van hire")]
        self.voids(self.approves("MV-9", "Mistral Vans", mistaken, days_ago=4, on=["Blue Pylon"]))

    def _open_questions(self) -> None:
        """Bills that a person has to say something about, and one too small to ask at once."""
        self.approves("2210", "Brightline Studios", [line(1250, description="Motion design")], days_ago=5, on=["Tidewater Launch"])
        self.approves("2211", "Brightline Studios", [line(310, description="Sound mix")], days_ago=4, on=["Tidewater Launch"])
        self.approves("RS-77", "Rook Sound", [line(2480, description="Score, first half")], days_ago=3, on=[None])
        self.approves("M-204", "Mill Couriers", [line("95.60", account="320", description="Courier")], days_ago=2, on=[None])
        panels = [line(740, account="320", option="Harbor Refit", description="Fascia panels")]
        self.approves("10442", "Delft Signs", panels, days_ago=6, on=["Harbour Refit"])
        delivery = [line(60, account="320", option="Harbor Refit", description="Delivery")]
        self.approves("10451", "Delft Signs", delivery, days_ago=4, on=["Harbour Refit"])
        self.approves("771", "Larkspur Ltd", [line(2400, option="Website", description="Photography")], days_ago=7, on=[402])
