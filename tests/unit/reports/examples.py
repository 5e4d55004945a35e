"""A small invented agency for the tests of reports and cards: documents, where they stand, questions about them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.domain import scoro, xero
from xero_sync.domain.connection import ConnectionSettings, Member
from xero_sync.domain.decisions import NoProjectNeeded, PutOn, TheseDocuments, ThisOption
from xero_sync.domain.lines import DocumentResult, LineResult, LineState, Share
from xero_sync.domain.questions import Choice, Question
from xero_sync.store import connections
from xero_sync.store.books import Books
from xero_sync.store.mirror import DocumentRow, ListState

NOW = datetime(2026, 11, 24, 14, 5, tzinfo=UTC)
TODAY = date(2026, 11, 24)
HARBOR = "no match:option-Harbor Refit"
SETTINGS = ConnectionSettings(
    channel="C_FIN",
    people={
        "U_CARA": Member(role="controller"),
        "U_BEN": Member(role="bookkeeper"),
        "U_PIA": Member(role="project manager", scoro_user_id=7),
        "U_ADA": Member(role="admin"),
    },
)
CATEGORY = xero.TrackingCategory(
    tracking_category_id="category-project",
    name="Project",
    status="ACTIVE",
    options=(
        xero.TrackingOption(tracking_option_id="option-Harbor Refit", name="Harbor Refit"),
        xero.TrackingOption(tracking_option_id="option-Tidewater Launch", name="Tidewater Launch"),
        xero.TrackingOption(tracking_option_id="option-Old", name="Old", status="ARCHIVED"),
    ),
)
ORGANISATION = xero.Organisation(organisation_id="organisation", name="Ferrow & Pike Ltd", short_code="!fp7", base_currency="GBP")
HARBOUR_REFIT = scoro.Project(
    project_id=412, no="412", name="Harbour Refit", company_name="Tern &amp; Teal Ltd", status="inprogress", manager_id=7
)
TIDEWATER = scoro.Project(project_id=701, no="701", name="Tidewater Launch", company_id=31, status="inprogress", manager_id=8)
CLOSED = scoro.Project(project_id=355, no="355", name="Harbour Wall", status="completed")
INTERNAL = scoro.Project(project_id=790, no="790", name="Pitch: Harbour", status="inprogress", project_type="internal")


def line(net: str, *, tax: str = "0", description: str = "", option: str = "", account: str = "310", number: int = 1) -> xero.LineItem:
    tracked = xero.LineTracking(tracking_category_id="category-project", tracking_option_id=f"option-{option}", option_name=option)
    return xero.LineItem(
        line_item_id=f"line-{number}",
        description=description,
        line_amount=Decimal(net),
        tax_amount=Decimal(tax),
        account_code=account,
        tracking=(tracked,) if option else (),
    )


def document(
    document_id: str,
    *lines: xero.LineItem,
    number: str = "",
    contact: str = "Delft Signs",
    day: date = TODAY,
    kind: str = "ACCPAY",
    currency: str = "GBP",
) -> xero.Document:
    """An approved document. A line's id is made its own by its place."""
    own = tuple(each.model_copy(update={"line_item_id": f"{document_id}-{place}"}) for place, each in enumerate(lines, 1))
    net, tax = sum((each.line_amount for each in own), Decimal(0)), sum((each.tax_amount for each in own), Decimal(0))
    return xero.Document(
        document_id=document_id,
        type=kind,
        number=number or document_id,
        contact=xero.Contact(contact_id=f"contact-{contact}", name=contact),
        day=day,
        status="AUTHORISED",
        lines=own,
        sub_total=net,
        total_tax=tax,
        total=net + tax,
        currency=currency,
        updated_at=NOW,
    )


def harbor_bills() -> list[xero.Document]:
    return [
        document(
            "bill-1",
            line("740.00", tax="148.00", description="Fascia panels", option="Harbor Refit"),
            number="10442",
            day=date(2026, 11, 18),
        ),
        document(
            "bill-2", line("60.00", tax="12.00", description="Delivery", option="Harbor Refit"), number="10451", day=date(2026, 11, 20)
        ),
    ]


def stands(
    found: xero.Document, *states: LineState, cause: str = "", reason: str = "because", project_id: int = 412, rule: str = "same name"
) -> DocumentResult:
    """Where the document's lines stand, one state for each; could be fewer: then the last one holds for the rest."""
    return DocumentResult(
        found.document_id,
        found.currency,
        tuple(
            LineResult(
                line_id=each.line_item_id,
                net=found.net(each),
                state=(state := states[min(place, len(states) - 1)]),
                rule=rule,
                reason=reason,
                shares=(Share(each.line_item_id, project_id, found.net(each)),) if state == "attached" else (),
                cause=cause if state == "waiting" else "",
            )
            for place, each in enumerate(found.lines)
        ),
    )


def harbor_question(cause: str = HARBOR) -> Question:
    reach = ThisOption(tracking_option_id="option-Harbor Refit")
    return Question(
        cause=cause,
        title='No Scoro project is called "Harbor Refit"',
        facts=('Closest: Harbour Refit (no. 412, Tern & Teal Ltd, in progress). Xero writes "Harbor", Scoro "Harbour".',),
        choices=(
            Choice(choice_id="put-412", label="Put on Harbour Refit", decision=PutOn(project_id=412, reach=reach), is_recommended=True),
            Choice(choice_id="choose", label="Choose another project…", decision=PutOn(reach=reach), form="project"),
            Choice(choice_id="none", label="No project needed…", decision=NoProjectNeeded(reach=TheseDocuments(cause=cause))),
        ),
        reach_text="A project chosen here is also used for later documents with this option. Nothing is changed in Xero.",
    )


async def open_books(db: AsyncConnection, books: Books, *, is_live: bool = True) -> None:
    """A connection that has read everything once."""
    await connections.ensure(
        db,
        books.connection_id,
        tenant_id="tenant",
        tenant_name="Ferrow & Pike Ltd",
        category="Project",
        scoro_site="ferrowpike",
        entity="",
        at=NOW,
    )
    await connections.set_first_read(db, books.connection_id, NOW)
    if is_live:
        await connections.set_mode(db, books.connection_id, "live", NOW)
    await books.mirror.put_records(db, "categories", {"category-project": CATEGORY.model_dump_json()}, NOW, is_whole=True)
    await books.mirror.put_records(db, "organisation", {"organisation": ORGANISATION.model_dump_json()}, NOW, is_whole=True)
    projects = {str(each.project_id): each.model_dump_json() for each in (HARBOUR_REFIT, TIDEWATER, CLOSED, INTERNAL)}
    await books.mirror.put_records(db, "projects", projects, NOW, is_whole=True)
    company = scoro.Company(company_id=31, name="Osier Foods")
    await books.mirror.put_records(db, "companies", {"31": company.model_dump_json()}, NOW, is_whole=True)
    for name in ("invoices", "credit_notes"):
        due_at = NOW.replace(minute=10)
        await books.mirror.put_list(db, ListState(name, due_at=due_at, last_read_at=NOW, is_complete=True))


async def keep(db: AsyncConnection, books: Books, entries: Iterable[tuple[xero.Document, DocumentResult]], *, day: date = TODAY) -> None:
    """Documents with where they stand, decided on that day."""
    found = list(entries)
    rows = [
        DocumentRow(
            each.document_id, "credit_notes" if each.is_credit else "invoices", each, "", True, each.model_dump_json(), is_due=False
        )
        for each, _ in found
    ]
    await books.mirror.put_documents(db, rows, lane=2, at=NOW)
    await books.ledger.put_results(db, [result for _, result in found], NOW, local_day=day)
