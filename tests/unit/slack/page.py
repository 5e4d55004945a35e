"""docs/cards.md, made of the card functions: every text people read in Slack, on an invented agency.

Write it anew with `.venv/bin/python -m tests.unit.slack.page`.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tests.unit.reports.examples import NOW, ORGANISATION, SETTINGS, TODAY, document, line

from xero_sync.domain import scoro, xero
from xero_sync.domain.actions import AskPerson, Hold
from xero_sync.domain.decisions import PutOn, ThisOption
from xero_sync.domain.lines import DocumentResult, Share
from xero_sync.domain.match import Matcher, duplicate_key
from xero_sync.domain.money import Money
from xero_sync.domain.snapshot import Allocated, BookedDocument, Sibling, Snapshot
from xero_sync.loop.carry import standing, stuck_questions
from xero_sync.loop.decide import Plan
from xero_sync.loop.ports import Rendered
from xero_sync.loop.settle import settle
from xero_sync.plugins import load_plugins
from xero_sync.reports.answers import Came, reach_in_words
from xero_sync.reports.card import GoOnCard, ProblemCard, QuestionCard, SummaryCard, card_documents, question_card
from xero_sync.reports.history import DayReport, Done, HistoryDay, HistoryReport, HistoryWrite
from xero_sync.reports.result import DayResult, Part, PartName
from xero_sync.reports.status import Coverage, StatusReport
from xero_sync.reports.waiting import WaitingReport, waiting_document
from xero_sync.reports.why import WhyAnswer, WhyDocument, WhyLine, WhyReport, WhyWrite
from xero_sync.slack.blocks import FormOrigin, Pressed
from xero_sync.slack.cards import (
    day_message,
    go_on_message,
    help_message,
    history_message,
    no_day_message,
    plain_message,
    problem_message,
    question_message,
    result_message,
    start_message,
    status_message,
    summary_message,
    undo_day_message,
    waiting_message,
    why_message,
)
from xero_sync.slack.cards.forms import loading_view, project_view, sentence_view
from xero_sync.store.asked import AskedQuestion
from xero_sync.store.ledger import WaitingLine
from xero_sync.store.mirror import StoredDocument
from xero_sync.testing.standins.slack.plain import read_blocks

PAGE = Path(__file__).resolve().parents[3] / "docs" / "cards.md"
LONDON = ZoneInfo("Europe/London")
PEOPLE = {"U_CARA": "Cara", "U_BEN": "Ben"}
KINDS = {
    "untracked": "Direct cost or sale without option",
    "untracked:document": "The rest of a bill, or a credit note, without option",
    "account": "Balance sheet account with an option",
    "no match": "No project of that name",
    "twins": "Several open projects of one name",
    "closed": "The project is closed",
    "internal": "A sale on an internal project",
    "duplicate": "Possible duplicate",
    "changed": "Changed after its month was closed",
    "stuck": "Could not be done",
}
CLOSED = "bill-11"
"""A bill of October, which is closed."""
HEAD = """# What people read in Slack

Every card, list and form, on an invented agency. This page is made from the functions that make the cards:
a test compares the two, and `.venv/bin/python -m tests.unit.slack.page` writes it anew.
What stands in [brackets] is a button or a field.
"""


def result(*parts: tuple[int, str], **more: Any) -> DayResult:
    """The result of 24 November; each part is its documents and its amount in pounds."""
    names: tuple[PartName, ...] = ("on projects", "waiting", "no project needed", "left out")
    given = [*parts, *[(0, "0")] * (4 - len(parts))]
    found = [
        Part(name, documents, (Money(Decimal(net), "GBP"),) if Decimal(net) else ())
        for name, (documents, net) in zip(names, given, strict=True)
    ]
    return DayResult(**{"day": TODAY, "parts": tuple(found), "zone": LONDON, "last_check_at": NOW, **more})


FS_06 = result((9, "21907.55"), (6, "4935.60"), (25, "20331.10"))
STATUS = StatusReport(
    organisation="Ferrow & Pike Ltd",
    site="ferrowpike",
    state="connected",
    unreadable=(),
    problem="",
    month="November 2026",
    zone=LONDON,
    coverage=(Coverage(Money(Decimal("143210.40"), "GBP"), Money(Decimal("151002.15"), "GBP")),),
    waiting_documents=11,
    waiting_money=(Money(Decimal("7791.75"), "GBP"),),
    oldest_days=9,
    open_questions=5,
    possible_duplicates=1,
    could_not_be_done=0,
    options_in_use=83,
    last_check_at=NOW,
    next_check_at=NOW + timedelta(minutes=5),
    calls_left=(712, 1000),
    lines=("Accounting objects: 80 of 83 options of Project are there. Missing: Blue Pylon. Add them in Scoro's settings.",),
)


# The questions: a small month at an agency, settled and decided by the house itself.


@dataclass(frozen=True)
class Asked:
    """The questions the installed plugins have about the month, and what waits for each."""

    snapshot: Snapshot
    questions: tuple[AskPerson, ...]
    results: dict[str, DocumentResult]

    def card(self, ask: AskPerson) -> QuestionCard:
        found = [
            WaitingLine(result.document_id, each.line_id, each.net, result.currency, each.reason)
            for result in self.results.values()
            for each in result.lines
            if each.cause == ask.cause
        ]
        stored = {each.document_id: stored_of(each.xero) for each in self.snapshot.documents}
        asked = AskedQuestion(ask.question, "", "open", 1, NOW)
        return question_card(asked, card_documents(found, stored, ORGANISATION.short_code), Came(), is_rehearsal=False)


def stored_of(found: xero.Document) -> StoredDocument:
    return StoredDocument(found.document_id, "invoices", found, "", True, "", None, None, 0)


def projects() -> dict[int, scoro.Project]:
    rows = [
        (412, "Harbour Refit", "Tern &amp; Teal Ltd", "inprogress", "regular"),
        (388, "Website", "Tern &amp; Teal Ltd", "inprogress", "regular"),
        (402, "Website", "Osier Foods", "inprogress", "regular"),
        (355, "Copper Vale Rebrand", "Copper Vale plc", "completed", "regular"),
        (701, "Tidewater Launch", "Tidewater plc", "inprogress", "regular"),
        (704, "Northgate Annual Report", "Northgate plc", "inprogress", "regular"),
        (706, "Quay Lantern", "Quay Ltd", "inprogress", "regular"),
        (790, "Pitch: Lantern", "", "inprogress", "internal"),
    ]
    return {
        project_id: scoro.Project(
            project_id=project_id, no=str(project_id), name=name, company_name=client, status=status, project_type=kind
        )
        for project_id, name, client, status, kind in rows
    }


def options() -> tuple[xero.TrackingOption, ...]:
    names = ("Harbor Refit", "Website", "Copper Vale Rebrand", "Tidewater Launch", "Pitch: Lantern")
    return tuple(xero.TrackingOption(tracking_option_id=f"option-{name}", name=name) for name in names)


def bills() -> list[xero.Document]:
    same = document("bill-6", line("1200.00", tax="240.00", option="Tidewater Launch", description="Retouching"), number="09-2026")
    return [
        document(
            "bill-1",
            line("740.00", tax="148.00", option="Harbor Refit", description="Fascia panels"),
            number="10442",
            day=date(2026, 11, 18),
        ),
        document(
            "bill-2", line("60.00", tax="12.00", option="Harbor Refit", description="Delivery"), number="10451", day=date(2026, 11, 20)
        ),
        document("bill-3", line("1250.00", tax="250.00", description="Motion design"), contact="Brightline Studios", number="2210"),
        document("bill-4", line("310.00", tax="62.00", description="Sound mix"), contact="Brightline Studios", number="2211"),
        document("bill-5", line("2480.00", description="Score, first half"), contact="Rook Sound", number="RS-77"),
        same.model_copy(update={"contact": xero.Contact(contact_id="contact-Brightline Studios", name="Brightline Studios")}),
        document(
            "bill-7",
            line("2400.00", tax="480.00", option="Website", description="Photography"),
            contact="Larkspur Ltd",
            number="771",
            day=date(2026, 11, 12),
        ),
        document(
            "invoice-1",
            line("9000.00", tax="1800.00", option="Website", account="200", description="Second stage"),
            contact="Osier Foods",
            number="INV-0301",
            kind="ACCREC",
        ),
        document(
            CLOSED,
            line("640.00", tax="128.00", option="Tidewater Launch", description="Fascia panels"),
            contact="Delft Signs",
            number="10399",
            day=date(2026, 10, 14),
        ),
        document("bill-8", line("95.00", option="Copper Vale Rebrand", description="Courier"), contact="Mill Couriers", number="M-19"),
        document(
            "invoice-2",
            line("400.00", option="Pitch: Lantern", account="200", description="Workshop"),
            contact="Quay Ltd",
            number="INV-0302",
            kind="ACCREC",
        ),
        document(
            "bill-9",
            line("10000.00", tax="2000.00", option="Tidewater Launch", account="620", description="Deposit, stage build"),
            contact="Stage Right",
            number="SR-4",
        ),
        document(
            "bill-10",
            line("640.00", tax="128.00", option="Tidewater Launch", description="Print"),
            contact="Pressgang Print",
            number="PH-2207",
        ),
        document(
            "bill-12",
            line("1250.00", tax="250.00", option="Tidewater Launch", description="Programmes"),
            line("750.00", tax="150.00", option="Pitch: Lantern", description="Banners"),
            line("84.00", tax="16.80", description="Delivery"),
            line("-126.40", tax="-25.28", description="Early order discount"),
            contact="Kiln Print",
            number="KP-31",
        ),
        document("note-1", line("450.00", tax="90.00", description="Panels taken back"), number="CN-88", kind="ACCPAYCREDIT").model_copy(
            update={"total": Decimal("540.00"), "allocations": (xero.Allocation(amount=Decimal("540.00"), document_id="bill-13"),)}
        ),
    ]


def ask_everything() -> Asked:
    """What the installed plugins ask about this month."""
    accounts = [
        ("200", "Sales", "SALES"),
        ("310", "Freelancers", "DIRECTCOSTS"),
        ("620", "Prepayments", "PREPAYMENT"),
    ]
    booked = [BookedDocument(found) for found in bills()]
    twin = Sibling("bill-0", "09-2026", NOW - timedelta(days=2), is_linked=True)
    booked = [replace(each, siblings=(twin,)) if each.document_id == "bill-6" else each for each in booked]
    signs = document("bill-13", line("1200.00", description="Fascia panels"), line("600.00", description="Vinyl"), number="10433")
    on = (Share(signs.lines[0].line_item_id, 701, Decimal("1200.00")), Share(signs.lines[1].line_item_id, 706, Decimal("600.00")))
    booked = [
        replace(each, allocated=(Allocated(signs, Decimal("540.00"), on),)) if each.document_id == "note-1" else each for each in booked
    ]
    (closed,) = (each.xero.lines[0] for each in booked if each.document_id == CLOSED)
    was = (Share(closed.line_item_id, 706, closed.line_amount),)
    booked = [replace(each, shares_in_scoro=was) if each.document_id == CLOSED else each for each in booked]
    snapshot = Snapshot(
        taken_at=NOW,
        settings=SETTINGS.model_copy(update={"invoices": "to_scoro", "divide_lines": True}),
        mode="live",
        organisation=ORGANISATION.model_copy(update={"period_lock_date": date(2026, 10, 31)}),
        categories=(xero.TrackingCategory(tracking_category_id="category-project", name="Project", status="ACTIVE", options=options()),),
        accounts={code: xero.Account(account_id=code, code=code, name=name, type=kind) for code, name, kind in accounts},
        projects=projects(),
        documents=tuple(booked),
        new_projects=frozenset({704}),
        last_projects={"contact-Brightline Studios": (701, 701, 701, 701, 706), "contact-Rook Sound": (706,)},
    )
    assert duplicate_key(booked[5].xero)
    plugins = load_plugins()
    rules = [rule for entry in plugins.loaded if hasattr(entry.module, "match_rules") for rule in entry.module.match_rules()]
    settled = settle(snapshot, Matcher(rules, snapshot.projects, bindings={}, now=NOW))
    snapshot = replace(snapshot, results=settled)
    values = plugins.settings_of({})
    asks = [
        action
        for entry in plugins.loaded
        if hasattr(entry.module, "decide")
        for action in answer_of(entry.module.decide, snapshot=snapshot, settings=values[entry.name])
        if isinstance(action, AskPerson)
    ]
    stuck = Hold(
        document_id="bill-10",
        reason="Xero says £640.00 net, Scoro's copy £604.00. Make them equal, then try again.",
        could_not_be_done=True,
    )
    plan = Plan(holds={"bill-10": stuck})
    results = {each.document_id: standing(each, settled[each.document_id], plan, None, snapshot) for each in snapshot.documents}
    return Asked(snapshot, (*asks, *stuck_questions(snapshot.documents, results, plan.holds)), results)


# The page.


def samples() -> Iterator[tuple[str, str, Sequence[dict[str, Any]]]]:
    """Heading, what is said about it, and the blocks."""
    asked = ask_everything()
    cards = [asked.card(ask) for ask in asked.questions]
    yield from _of_messages(
        "Result of the day: one message, edited all day", [("", result_message(replace(FS_06, can_be_undone=True, options_created=2)))]
    )
    partly = replace(
        result((8, "3600.00"), (3, "-42.37"), (2, "310.00"), (1, "10000.00")),
        partly=1,
        could_not_be_done=1,
        need_no_answer=1,
        still_to_look_at=4,
    )
    euro = replace(FS_06, parts=(Part("on projects", 10, (*FS_06.parts[0].money, Money(Decimal("1160.00"), "EUR"))), *FS_06.parts[1:]))
    more = [
        ("Some waits in part, some is still to be looked at", result_message(partly)),
        ("Two currencies", result_message(euro)),
        ("In rehearsal", result_message(replace(result((0, "0"), (15, "26843.15"), (25, "20331.10")), is_rehearsal=True))),
    ]
    yield from _of_messages("", more)
    yield from _of_messages("Questions", [(_about(card), question_message(card)) for card in cards])
    example = next(card for card in cards if "Harbor Refit" in card.question.title)
    yield from _of_messages("What becomes of a question", [(name, question_message(card)) for name, card in _states(example)])
    problem = ProblemCard(
        "category", 'The tracking category "Project" is no longer active in Xero', "Nothing is written for it until it is back.",
        "Make it active in Xero, or choose another in the settings.",
    )  # fmt: skip
    summary = SummaryCard(12, (Money(Decimal("4120.00"), "GBP"),), tuple(card.question.title for card in cards[:3]))
    notices = [
        ("A problem", problem_message(problem)),
        ("The problem is over", problem_message(replace(problem, is_over=True))),
        ("The first ten are done", go_on_message(GoOnCard(31, (pounds("18204.10"),)))),
        ("Somebody has said go on", go_on_message(GoOnCard(state="went on", by="U_CARA"))),
        ("Somebody has said stop", go_on_message(GoOnCard(state="stopped", by="U_CARA"))),
        ("More than five questions in an hour", summary_message(summary)),
        ("When each has its card", summary_message(replace(summary, count=0, titles=(), net=()))),
        ("A plugin's own message", plain_message("The budget of Tidewater Launch is used up to 90 %.")),
    ]
    yield from _of_messages("Notices", notices)
    yield from _of_messages("`/xero-sync status`", list(_statuses()))
    yield from _of_messages("`/xero-sync waiting`", list(_waiting(asked)))
    yield from _of_messages("`/xero-sync why DOCUMENT`", list(_why()))
    yield from _of_messages("`/xero-sync history` and `/xero-sync history DAY`", list(_history()))
    yield from _of_messages("`/xero-sync help`", [("", help_message()), ("Something else was typed", help_message("stauts"))])
    yield from _of_messages("`/xero-sync start`", [("", start_message())])
    yield from _of_messages("`/xero-sync undo DAY`", [("", undo_day_message(HistoryDay(TODAY, (Done("option created", 2),))))])
    origin = FormOrigin(Pressed(example.question_id, "choose", 1), "C_FIN", "1")
    views = [
        ("At once", loading_view()),
        ("Then", project_view(example, origin)),
        ("Or, where this person cannot decide it", sentence_view("You can look, but not decide this. A bookkeeper or controller can.")),
    ]
    yield "The form behind `Choose another project…`", "", []
    for name, view in views:
        ends = " ".join(f"[{view[end]['text']}]" for end in ("submit", "close") if end in view)
        yield "", name, [*view["blocks"], {"type": "section", "text": {"type": "plain_text", "text": ends}}]


def _about(card: QuestionCard) -> str:
    kind, _, rest = card.question.cause.partition(":")
    kind = f"{kind}:document" if rest.startswith("document:") and kind == "untracked" else kind
    return KINDS.get(kind, kind.capitalize())


def _of_messages(heading: str, messages: Sequence[tuple[str, Rendered]]) -> Iterator[tuple[str, str, Sequence[dict[str, Any]]]]:
    if heading:
        yield heading, "", []
    for name, message in messages:
        yield "", name, message.blocks


def _states(card: QuestionCard) -> Iterator[tuple[str, QuestionCard]]:
    answer = {"answered_by": "U_CARA", "answered_at": datetime(2026, 11, 24, 14, 2, tzinfo=UTC), "answer_label": "Put on Harbour Refit"}
    gone = {"documents": (), "net": (), "vat": (), "months": ()}
    yield "Pressed", replace(card, state="working", **answer)  # type: ignore[arg-type]
    waits = "1 bill, £740.00 net, is on Harbour Refit.\n1 bill, £60.00 net, waits. Scoro's copy has not come yet."
    yield "Half done", replace(card, state="working", result=waits, **{**gone, **answer})  # type: ignore[arg-type]
    done = "2 bills, £800.00 net, are on Harbour Refit."
    yield "Done", replace(card, state="answered", result=done, **{**gone, **answer})  # type: ignore[arg-type]
    yield "Closed by itself", replace(card, state="closed", **gone)  # type: ignore[arg-type]
    yield (
        "The answer could not be carried out",
        replace(card, problem='Xero has an archived option "Harbour Refit". Bring it back in Xero.'),
    )
    yield "In rehearsal", replace(card, is_rehearsal=True)
    kept = "The answer is kept. It is carried out when the rehearsal ends."
    yield "Answered in rehearsal", replace(card, state="working", result=kept, is_rehearsal=True, **{**gone, **answer})  # type: ignore[arg-type]


def _statuses() -> Iterator[tuple[str, Rendered]]:
    yield "For people who see amounts", status_message(STATUS)
    yield "For viewers and admins", status_message(STATUS.counts_only())
    yield (
        "In rehearsal, with nothing to show",
        status_message(replace(STATUS, state="rehearsal", coverage=(), waiting_documents=0, lines=())),
    )
    failing = replace(STATUS, state="cannot read", unreadable=("Scoro",), problem="Scoro refuses the key. Check it in Scoro's settings.")
    yield "When a service cannot be read", status_message(failing)


def _waiting(asked: Asked) -> Iterator[tuple[str, Rendered]]:
    documents = tuple(
        waiting_document(stored_of(each.xero), asked.results[each.document_id], TODAY, ORGANISATION.short_code)
        for each in sorted(asked.snapshot.documents, key=lambda each: each.xero.day)
        if any(entry.state == "waiting" for entry in asked.results[each.document_id].lines)
    )
    money = (Money(Decimal("27475.00"), "GBP"),)
    report = WaitingReport(len(documents) + 3, money, 12, documents, without_card=2, card_threshold=Decimal(250))
    yield "For people who see amounts", waiting_message(report)
    yield "For viewers and admins", waiting_message(WaitingReport(report.count, (), 12, (), sees_amounts=False))
    yield "When nothing waits", waiting_message(WaitingReport(0, (), None, ()))


def _why() -> Iterator[tuple[str, Rendered]]:
    answer = WhyAnswer(
        "U_BEN", NOW, "Put on Harbour Refit", reach_in_words(PutOn(project_id=412, reach=ThisOption(tracking_option_id="o")), 0)
    )
    on, money = (("Harbour Refit", pounds("740.00")),), pounds("740.00")
    bill = WhyDocument(
        document_id="b", kind="bill", number="10442", contact="Delft Signs", day=date(2026, 11, 18), net=pounds("800.00"), vat=pounds("160.00"),
        status="approved in Xero", state="partly attached", standing="", xero_url="",
        lines=(
            WhyLine("Fascia panels", money, "320 Production", "project money", "Harbor Refit", "attached", "", projects=on, answer=answer),
            WhyLine("Delivery", pounds("60.00"), "320 Production", "project money", "", "waiting", "A direct cost without an option."),
        ),
        writes=(WhyWrite(NOW, "put on Harbour Refit with £740.00", "", "done"),),
    )  # fmt: skip
    nowhere = replace(
        bill, status="voided in Xero", state=None, standing="Only approved documents are put on projects.", lines=(), writes=()
    )
    other = replace(bill, contact="Larkspur Ltd", day=date(2026, 11, 12))
    yield "A bill in part on a project", why_message(WhyReport("10442", bill))
    yield "One that stands nowhere", why_message(WhyReport("10442", nowhere))
    yield "Several of one number", why_message(WhyReport("10442", several=(bill, other)))
    twice = (replace(bill, document_id="3f0c9e"), replace(bill, document_id="81d2ab", day=date(2026, 11, 12)))
    yield "Several of one number and supplier", why_message(WhyReport("10442", several=twice, more=2))
    yield "None of that number", why_message(WhyReport("10443"))
    yield "For viewers and admins", why_message(WhyReport("10442", sees_amounts=False))


def _history() -> Iterator[tuple[str, Rendered]]:
    monday = HistoryDay(TODAY - timedelta(days=1), (Done("put on projects", 1, (pounds("740.00"),)),))
    done = (
        Done("put on projects", 9, (pounds("21907.55"), Money(Decimal("1160.00"), "EUR"))),
        Done("moved", 1, (pounds("640.00"),)),
        Done("undone", 1, (pounds("60.00"),)),
        Done("option created", 2),
        Done("could not be done", 1),
    )
    today = HistoryDay(TODAY, done, answers=(("U_BEN", 3), ("U_CARA", 1)), resumed=1)
    report = HistoryReport((today, monday))
    harbour, tidewater = ("Harbour Refit", pounds("640.00")), ("Tidewater Launch", pounds("640.00"))
    put = HistoryWrite(
        NOW, "put on projects", "put on project", "b", "bill", "10442", "Delft Signs", (), (("Harbour Refit", pounds("740.00")),),
        pounds("740.00"), "<@U_BEN> decided: Harbour Refit.",
    )  # fmt: skip
    moved = replace(put, did="moved", number="10399", from_projects=(harbour,), to_projects=(tidewater,), net=pounds("640.00"))
    moved = replace(moved, reason='Option "Tidewater Launch" and project Tidewater Launch have the same name.')
    undone = replace(put, did="undone", number="10451", from_projects=(harbour,), to_projects=(), reason="On hold.")
    option = HistoryWrite(NOW, "option created", "Northgate Annual Report", reason="<@U_BEN> asked for it.")
    day = DayReport(today, (put, moved, undone, option), LONDON)
    yield "The last days, for people who see amounts", history_message(report)
    yield "For viewers and admins", history_message(HistoryReport((today.counts_only(),), sees_amounts=False))
    yield "When nothing was done", history_message(HistoryReport(()))
    yield "One day", day_message(day)
    yield "For viewers and admins", day_message(DayReport(monday.counts_only(), (), LONDON, sees_amounts=False))
    yield "No day", no_day_message("soon")


def pounds(amount: str) -> Money:
    return Money(Decimal(amount), "GBP")


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    for heading, name, blocks in samples():
        if heading:
            parts.append(f"\n## {heading}\n")
        if name:
            parts.append(f"\n**{name}**\n")
        if blocks:
            parts.append("\n" + "\n".join(f"> {shown}  " if shown else ">" for shown in _lines(blocks)) + "\n")
    return "".join(parts)


def _lines(blocks: Sequence[dict[str, Any]]) -> Iterator[str]:
    yield from read_blocks(list(blocks), lambda some_id: PEOPLE.get(some_id, some_id)).splitlines()
    for block in blocks:
        for element in block.get("elements", []) if block["type"] == "actions" else []:
            if confirm := element.get("confirm"):
                yield f"[{element['text']['text']}] asks first: {confirm['title']['text']} {confirm['text']['text']}"


def answer_of(decide: Any, **given: object) -> Any:
    """What the hook answers, called as the house calls it: with the arguments it names."""
    return decide(**{name: value for name, value in given.items() if name in inspect.signature(decide).parameters})


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
