"""The world a case begins in: the stand-ins hold what `given` says, the bot has stored what `state` says, and the script lies over both."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.cases.harness.exchanges import Scripted, instant
from tests.cases.harness.reading import NeedsLater, Run

from xero_sync.domain.lines import Share
from xero_sync.testing.standins.slack import Message
from xero_sync.testing.standins.traffic import Call
from xero_sync.testing.world import FINN, World

Json = dict[str, Any]
DEFAULT_CLOCK = "2026-11-25T10:00:00Z"
SETTLED_BEFORE = timedelta(hours=3)
"""So long before the case begins the bot has stored what `state` says."""
ASKED_ABOUT = "7f3c2f4e-58a1-4d0e-9c1b-2a6d8e0b4f10"
EARLIER = "2026-11-20T09:00:00Z"
CURSORS = ("invoices", "credit_notes")
LATER = "Documents, complete: to the cent, also after they change"


@dataclass
class Stage:
    """A case under way. open_card: the card that `state` put there. calls_before: how many calls each service had when it began."""

    run: Run
    world: World
    open_card: Message | None = None
    cards_before: set[str] = field(default_factory=set)
    shares_before: Mapping[str, tuple[Share, ...]] = field(default_factory=dict)
    calls_before: dict[str, int] = field(default_factory=dict)
    seen: list[Any] = field(default_factory=list)
    found: list[Any] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    known: tuple[str, ...] = ()

    @property
    def xero_calls(self) -> list[Call]:
        """What the bot asked of Xero since the case began."""
        return self.world.xero.traffic.calls[self.calls_before.get("xero", 0) :]

    async def shares(self) -> Mapping[str, tuple[Share, ...]]:
        """What the bot has written down as attached, by document."""
        books = self.world.house.connection.books
        async with books.database.read() as db:
            return await books.ledger.shares(db, list(self.world.xero.documents))

    async def begins(self) -> None:
        """From now on everything counts."""
        self.cards_before = {card.ts for card in self.world.cards()}
        self.shares_before = await self.shares()
        self.calls_before = {"xero": len(self.world.xero.traffic.calls), "slack": len(self.world.slack.calls)}


@asynccontextmanager
async def staged(run: Run, database_url: str) -> AsyncIterator[Stage]:
    """The world with everything in it, at the time the case begins."""
    config, state = run.given_in("config"), run.given_in("state")
    begins_at = instant(str(run.given.get("clock") or DEFAULT_CLOCK))
    card = state.get("open_card") or {}
    people = config.get("allowed_users", [FINN])
    async with World.open(
        database_url,
        start=begins_at - SETTLED_BEFORE,
        invoices="to_scoro",
        bills="to_scoro",
        card_threshold=Decimal(0),
        create_options="ask" if card.get("option_wanted") or config.get("create_options") == "ask" else "off",
        write_tracking="use option" in str(run.when.get("trigger")).lower(),
        start_from=datetime(2020, 1, 1).date(),  # noqa: DTZ001 a day, in the organisation's own zone
        project_category=config.get("project_category_name", "Project"),
        people=dict.fromkeys(people or (), "controller"),
    ) as world:
        if config.get("tenants"):
            raise NeedsLater("several organisations in one installation")
        if config.get("webhook_key"):
            world.settings["xero"]["webhook_key"] = config["webhook_key"]
            await world.restart()
        run = as_here(run, config.get("tenant_id"), world.xero.tenant_id)
        for person in people or ():
            if person not in world.slack.workspace.users:
                world.slack.has_user(person, person)
        stage = Stage(run, world)
        _xero_has_categories(stage)
        await _stored(stage, state, card)
        for document in documents_of(run):
            if _id_of(document) not in stage.known:
                world.xero.puts(document, with_what_it_names=True)
        _scoro_has_projects(stage, without=())
        _has_options_named_elsewhere(stage)
        await world.clock.advance((begins_at - world.clock.now()).total_seconds())
        world.scoro_copies()
        _lay_the_script(stage)
        await stage.begins()
        yield stage


def as_here(run: Run, tenant_id: str | None, ours: str) -> Run:
    """The case with our organisation's id wherever it names its own."""
    if not tenant_id:
        return run

    def put(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: put(each) for key, each in value.items()}
        if isinstance(value, list):
            return [put(each) for each in value]
        return ours if value == tenant_id else value

    return replace(run, given=put(run.given), when=put(run.when), then=put(run.then))


def _lists_in(run: Run, name: str) -> Iterator[Json]:
    """The rows of a list wherever `given.xero` has a reply with it."""
    for reply in run.given_in("xero").values():
        if isinstance(reply, dict) and isinstance(reply.get(name), list):
            yield from reply[name]


def documents_of(run: Run) -> list[Json]:
    """Xero's documents as the case has them."""
    pair = run.given.get("pair")
    bill = [_bill_of_the_pair(run, pair)] if pair else []
    return [*_lists_in(run, "Invoices"), *_lists_in(run, "CreditNotes"), *bill]


def _id_of(document: Json) -> str:
    return str(document.get("InvoiceID") or document.get("CreditNoteID"))


def _bill_of_the_pair(run: Run, pair: Json) -> Json:
    """One approved bill with one line of 100.00 net and 20.00 tax that carries the pair's option."""
    config = run.given_in("config")
    tracking = {
        "Name": config.get("project_category_name", "Project"),
        "Option": pair["option"],
        "TrackingCategoryID": config.get("project_category_id"),
        "TrackingOptionID": "5c1f0d7e-8a0b-4a67-9a55-3c0e4b7d9a10",
    }
    return a_bill("0f6a1d52-5a3b-4d0e-8c9b-7f2e6a1b3c4d", "P-1", tracking)


def a_bill(document_id: str, number: str, tracking: Json, updated: str = EARLIER) -> Json:
    """An approved bill dated 2 November 2026 with one line of 100.00 net and 20.00 tax."""
    line_id = f"{document_id[:-2]}{'00' if document_id[-2:] != '00' else '01'}"
    millis = int(instant(updated).timestamp() * 1000)
    line = {"LineItemID": line_id, "Description": "As named", "Quantity": 1.0, "UnitAmount": 100.0, "LineAmount": 100.0, "TaxAmount": 20.0}
    return {
        "Type": "ACCPAY",
        "InvoiceID": document_id,
        "InvoiceNumber": number,
        "Contact": {"ContactID": "c94cb564-ee50-59d0-b4f1-54ac155b2eb1", "Name": "Gorse Lighting Hire"},
        "DateString": "2026-11-02T00:00:00",
        "Date": "/Date(1793577600000+0000)/",
        "Status": "AUTHORISED",
        "LineAmountTypes": "Exclusive",
        "LineItems": [{**line, "AccountCode": "310", "Tracking": [tracking]}],
        "SubTotal": 100.0,
        "TotalTax": 20.0,
        "Total": 120.0,
        "CurrencyCode": "GBP",
        "UpdatedDateUTC": f"/Date({millis}+0000)/",
    }


def _xero_has_categories(stage: Stage) -> None:
    run, xero = stage.run, stage.world.xero
    config = run.given_in("config")
    xero.tracking.categories.clear()
    for category in _lists_in(run, "TrackingCategories"):
        category_id = xero.has_category(
            category["Name"], status=category.get("Status", "ACTIVE"), category_id=category["TrackingCategoryID"]
        )
        for option in category.get("Options") or ():
            xero.has_option(option["Name"], category_id, option.get("Status", "ACTIVE"), option_id=option["TrackingOptionID"])
    if not xero.categories:
        xero.has_category(config.get("project_category_name", "Project"), category_id=config.get("project_category_id"))


def _has_options_named_elsewhere(stage: Stage) -> None:
    """Every option that a binding or a contact's default names is there and active."""
    xero = stage.world.xero
    category = xero.categories[0]
    for document in documents_of(stage.run):
        contact = document.get("Contact") or {}
        for default in (*(contact.get("PurchasesTrackingCategories") or ()), *(contact.get("SalesTrackingCategories") or ())):
            name = default.get("TrackingOptionName")
            if name and category.option_named(name) is None and not list(_lists_in(stage.run, "TrackingCategories")):
                xero.has_option(name, category.category_id)


def _rows_of_projects(run: Run) -> list[Json]:
    scoro, pair = run.given_in("scoro"), run.given.get("pair") or {}
    rows = (
        list((scoro.get("projects") or {}).get("data") or ()) + list(scoro.get("projects_cached") or ()) + list(pair.get("projects") or ())
    )
    return [*rows, *_rows_in_the_note(str(scoro.get("projects_cached_note") or ""), rows)]


def _rows_in_the_note(note: str, rows: Iterable[Json]) -> Iterator[Json]:
    """130 projects in all; ids 7000-7129; ...; all others are called 'Lantern NNN'."""
    told = re.search(r"ids (\d+)-(\d+)", note)
    name = re.search(r"others are called '([^']*?)N+'", note)
    if not told or not name:
        return
    there = {row["project_id"] for row in rows}
    for project_id in range(int(told[1]), int(told[2]) + 1):
        if project_id not in there:
            named = f"{name[1]}{project_id - int(told[1]):03}"
            yield {"project_id": project_id, "project_name": named, "no": project_id, "status": "inprogress", "is_deleted": 0}


def _scoro_has_projects(stage: Stage, *, without: Iterable[int | None]) -> None:
    for row in _rows_of_projects(stage.run):
        if row["project_id"] not in stage.world.scoro.projects and row["project_id"] not in set(without):
            stage.world.scoro.puts_project({"project_type": "regular", **row})


async def _stored(stage: Stage, state: Json, card: Json) -> None:
    """What the bot has in its own books, brought there by letting it do its work at an earlier time."""
    run, world = stage.run, stage.world
    attached = [str(each) for each in state.get("attached_documents") or ()]
    waiting = [_named(each) for each in state.get("open_documents") or ()]
    if card.get("document_id"):
        waiting.append(str(card["document_id"]))
    if any(payload.get("type") == "block_suggestion" for payload in run.given_in("slack").get("payloads") or ()):
        waiting.append(ASKED_ABOUT)  # the menu stands in a form, and the form opens from a card
    if not state and not waiting:
        return
    given = {_id_of(document): document for document in documents_of(run)}
    category = world.xero.categories[0]
    for number, document_id in enumerate([*attached, *waiting]):
        if document_id not in given:
            name = "Settled Work" if document_id in attached else "Nobody's Work"
            option = category.option_named(name)
            option_id = option.option_id if option else world.xero.has_option(name, category.category_id)
            if document_id in attached and not any(row["project_name"] == name for row in world.scoro.projects.values()):
                world.scoro.has_project(name)
            entry = {"TrackingCategoryID": category.category_id, "TrackingOptionID": option_id, "Name": category.name, "Option": name}
            given[document_id] = a_bill(document_id, f"S-{number}", entry)
        world.xero.puts(given[document_id], with_what_it_names=True)
    stage.known = (*attached, *waiting)
    wanted = card.get("project_id") if card.get("option_wanted") else None
    _scoro_has_projects(stage, without=[wanted])
    await world.sync()
    await _bound(stage, state.get("bindings") or ())
    if wanted is not None:
        await world.clock.advance(3600)
        _scoro_has_projects(stage, without=())
        await world.sync()
    shares = await stage.shares()
    assert all(document_id in shares for document_id in attached), "the documents of the case's state could not be attached beforehand"
    if card:
        stage.open_card = _the_card(stage, card)
    if state.get("cursor"):
        await _cursor_is(stage, instant(state["cursor"]))


def _named(document: object) -> str:
    return str(document["document_id"]) if isinstance(document, dict) else str(document)


def _the_card(stage: Stage, card: Json) -> Message:
    """The one card that has buttons and is about what the state says."""
    found = [each for each in stage.world.cards() if each.buttons and "Xero to Scoro" not in each.plain]
    about = [each for each in found if not card.get("option_wanted") or card["option_wanted"] in each.plain]
    assert len(about) == 1, f"{len(about)} cards could be {card.get('case_id')}"
    return about[0]


async def _bound(stage: Stage, pairs: Iterable[Json]) -> None:
    books, now = stage.world.house.connection.books, stage.world.clock.now()
    async with books.database.write() as db:
        await books.ledger.bind(db, [(str(each["option_id"]), int(each["project_id"])) for each in pairs], now, 1)


async def _cursor_is(stage: Stage, cursor: datetime) -> None:
    mirror = stage.world.house.connection.books.mirror
    async with stage.world.house.database.write() as db:
        states = await mirror.lists(db)
        for name in CURSORS:
            await mirror.put_list(db, replace(states[name], cursor=cursor))


def _lay_the_script(stage: Stage) -> None:
    run, world = stage.run, stage.world
    other = run.given_in("xero").get("other_connection_of_the_app")
    exchanges = run.exchanges
    if exchanges or run.given_in("config").get("page_size") or other:
        world.xero.traffic.app = Scripted(
            world.xero.traffic.app,
            "xero",
            exchanges,
            world.clock.now,
            world.clock.sleep,
            lambda exchange, reply: _takes_effect(stage, exchange, reply),
            page_size=run.given_in("config").get("page_size"),
        )
        world.scoro.traffic.app = Scripted(world.scoro.traffic.app, "scoro", exchanges, world.clock.now, world.clock.sleep, lambda *_: None)


def _takes_effect(stage: Stage, exchange: Json, reply: Json) -> None:
    """What Xero holds after a scripted write: what `effect` says, else what the reply shows with an id."""
    effect = exchange.get("effect")
    if effect == "none":
        return
    held = effect if isinstance(effect, dict) else (reply.get("body") or {})
    xero = stage.world.xero
    for category in held.get("TrackingCategories") or ():
        there = xero.tracking.category(category["TrackingCategoryID"])
        if there is not None:
            there.options.clear()
            there.name, there.status = category["Name"], category.get("Status", "ACTIVE")
            for option in category.get("Options") or ():
                xero.has_option(option["Name"], there.category_id, option.get("Status", "ACTIVE"), option_id=option["TrackingOptionID"])
    for option in held.get("Options") or ():
        if option.get("TrackingOptionID"):
            category_id = re.search(r"TrackingCategories/([^/]+)/", str(exchange["request"].get("path")))
            xero.has_option(
                option["Name"], category_id[1] if category_id else xero.categories[0].category_id, option_id=option["TrackingOptionID"]
            )
    for document in (*(held.get("Invoices") or ()), *(held.get("CreditNotes") or ())):
        if document.get("InvoiceID") or document.get("CreditNoteID"):
            xero.puts(document)
