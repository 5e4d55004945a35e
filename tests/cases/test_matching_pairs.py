"""The cases of kind matching, on the pure rules: each pair of an option and projects is a world of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

import xero_sync_project_matching as matching
from xero_sync.domain import scoro, xero
from xero_sync.domain.actions import AskPerson
from xero_sync.domain.connection import ConnectionSettings
from xero_sync.domain.decisions import Decided, PutOn
from xero_sync.domain.lines import DocumentResult, Share
from xero_sync.domain.match import Matcher
from xero_sync.domain.questions import Question
from xero_sync.domain.snapshot import BookedDocument, DecisionBook, Snapshot
from xero_sync.loop.settle import settle
from xero_sync_project_matching.settings import MatchingSettings

CASES = {entry["id"]: entry for entry in yaml.safe_load((Path(__file__).parent / "cases.yaml").read_text(encoding="utf-8"))}
PAIRS = ["mat-2912", "mat-9fd6"]
NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
OPTION_ID = "5c1f0d7e-8a0b-4a67-9a55-3c0e4b7d9a10"


@dataclass(frozen=True)
class Seen:
    """What became of one document: where it stands, and the cards about its lines."""

    result: DocumentResult
    cards: tuple[Question, ...]

    @property
    def attached_to(self) -> list[int]:
        return [share.project_id for share in self.result.shares]

    @property
    def candidates(self) -> list[int]:
        """The projects the one card offers, in its order."""
        (card,) = self.cards
        return [choice.decision.project_id for choice in card.choices if isinstance(choice.decision, PutOn) and choice.decision.project_id]

    @property
    def text(self) -> str:
        (card,) = self.cards
        return "\n".join([card.title, *card.facts, *(choice.label for choice in card.choices)])


def look_at(case: Mapping[str, Any], document: xero.Document, projects: Iterable[Mapping[str, Any]], *decided: Decided) -> Seen:
    """Settle one document among these projects, and ask what the matching plugin asks."""
    config = case["given"]["config"]
    options = {
        tracking.tracking_option_id or "": tracking.option_name
        for line in document.lines
        for tracking in line.tracking
        if tracking.tracking_category_id == config["project_category_id"]
    }
    category = xero.TrackingCategory(
        tracking_category_id=config["project_category_id"],
        name=config["project_category_name"],
        status="ACTIVE",
        options=tuple(xero.TrackingOption(tracking_option_id=option_id, name=name) for option_id, name in options.items()),
    )
    snapshot = Snapshot(
        taken_at=NOW,
        settings=ConnectionSettings(
            bills="to_scoro", invoices="to_scoro", card_threshold=Decimal(0), create_options="off", project_category=category.name
        ),
        mode="live",
        categories=(category,),
        accounts={
            "310": xero.Account(account_id="a310", code="310", name="Freelancers", type="DIRECTCOSTS"),
            "200": xero.Account(account_id="a200", code="200", name="Sales", type="SALES"),
        },
        projects={project.project_id: project for project in map(scoro.Project.model_validate, projects)},
        documents=(BookedDocument(document),),
        decisions=DecisionBook(decided),
    )
    snapshot = replace(snapshot, results=settle(snapshot, Matcher(matching.match_rules(), snapshot.projects, bindings={}, now=NOW)))
    actions = matching.decide(snapshot, MatchingSettings())
    cards = tuple(action.question for action in actions if isinstance(action, AskPerson))
    return Seen(snapshot.results[document.document_id], cards)


def bill_with(case: Mapping[str, Any], option: str) -> xero.Document:
    """The bill of cases/README: one line of 100.00 net and 20.00 tax that carries the option."""
    tracking = {
        "Name": "Project",
        "Option": option,
        "TrackingCategoryID": case["given"]["config"]["project_category_id"],
        "TrackingOptionID": OPTION_ID,
    }
    return xero.Document.model_validate(
        {
            "InvoiceID": "bill-of-the-pair",
            "InvoiceNumber": "P-1",
            "Type": "ACCPAY",
            "Status": "AUTHORISED",
            "LineAmountTypes": "Exclusive",
            "CurrencyCode": "GBP",
            "Contact": {"ContactID": "gorse", "Name": "Gorse Lighting Hire"},
            "DateString": "2026-11-02T00:00:00",
            "UpdatedDateUTC": "/Date(1795166100000+0000)/",
            "LineItems": [{"LineItemID": "line", "LineAmount": 100.0, "TaxAmount": 20.0, "AccountCode": "310", "Tracking": [tracking]}],
            "SubTotal": 100.0,
            "TotalTax": 20.0,
            "Total": 120.0,
        }
    )


@pytest.mark.parametrize("is_turned", [False, True], ids=["as listed", "projects in the other order"])
@pytest.mark.parametrize(
    ("case_id", "pair"),
    [pytest.param(case_id, pair, id=f"{case_id}-{pair['pair']}") for case_id in PAIRS for pair in CASES[case_id]["given"]["pairs"]],
)
def test_given_a_pair_when_matched_then_it_is_attached_or_asked_as_expected(case_id: str, pair: dict[str, Any], is_turned: bool) -> None:
    projects = pair["projects"][::-1] if is_turned else pair["projects"]

    seen = look_at(CASES[case_id], bill_with(CASES[case_id], pair["option"]), projects)

    assert compare(seen, pair["expect"]) == []


def compare(seen: Seen, expected: Mapping[str, Any]) -> list[str]:
    """What is not as `expect` says, by cases/README; a word it does not know is told, not skipped."""
    wrong: list[str] = []
    if "attach" in expected:
        wanted = (Share("line", expected["attach"], Decimal("100.00")),)
        if seen.result.shares != wanted or seen.cards:
            wrong.append(f"attached to {seen.attached_to} with {len(seen.cards)} cards")
    elif seen.attached_to or len(seen.cards) != 1 or seen.result.causes != {card.cause for card in seen.cards}:
        return [f"attached to {seen.attached_to} with {len(seen.cards)} cards"]
    for word, value in expected.items():
        match word:
            case "attach" | "suggest_any" | "no_match":
                continue
            case "suggest" if set(value) <= set(seen.candidates):
                continue
            case "first" if seen.candidates[:1] == [value]:
                continue
            case "note" if value.split()[-1] in seen.text:
                continue
            case _:
                wrong.append(f"{word}: {value} is not so, or not understood")
    return wrong


def test_given_mat_2912_when_a_look_alike_letter_is_asked_about_then_the_card_names_it_and_its_place() -> None:
    case = CASES["mat-2912"]
    pair = next(each for each in case["given"]["pairs"] if each["pair"] == "a")

    seen = look_at(case, bill_with(case, pair["option"]), pair["projects"])

    assert 'Letter 1 of "\u0410urora" in Xero is CYRILLIC CAPITAL LETTER A (U+0410).' in seen.text


# The two cases that come as whole documents.


def listed(case: Mapping[str, Any]) -> tuple[xero.Document, list[Any]]:
    (document,) = case["given"]["xero"]["invoices"]["Invoices"]
    return xero.Document.model_validate(document), case["given"]["scoro"]["projects"]["data"]


@pytest.mark.parametrize("is_turned", [False, True], ids=["as listed", "projects in the other order"])
def test_given_mat_9401_when_two_names_look_the_same_then_a_person_is_asked_and_the_numbers_tell_them_apart(is_turned: bool) -> None:
    document, projects = listed(CASES["mat-9401"])

    seen = look_at(CASES["mat-9401"], document, projects[::-1] if is_turned else projects)

    (expected,) = CASES["mat-9401"]["then"]["cards"]
    assert seen.attached_to == CASES["mat-9401"]["then"]["attachments"]
    assert sorted(seen.candidates) == expected["candidates"]
    assert "2501" in seen.text and "2502" in seen.text


def test_given_mat_d2ad_when_two_clients_have_a_project_of_one_name_then_the_contacts_stands_first_and_is_not_taken() -> None:
    document, projects = listed(CASES["mat-d2ad"])

    seen = look_at(CASES["mat-d2ad"], document, projects)

    (expected,) = CASES["mat-d2ad"]["then"]["cards"]
    assert (seen.attached_to, seen.candidates) == ([], expected["candidates"])
    assert all(word in seen.text for word in ("Kestrel Foods", "2407", "Tern & Teal Ltd", "2311")) and "2188" not in seen.text


@pytest.mark.parametrize(
    ("number", "contact", "attached_to"),
    [
        pytest.param("INV-1001", None, [655], id="the invoice itself"),
        pytest.param("INV-1002", None, [655], id="INV-1002"),
        pytest.param("INV-1003", xero.Contact(contact_id="tern", name="Tern & Teal Ltd"), [], id="INV-1003"),
    ],
)
def test_given_mat_d2ad_when_655_is_picked_then_it_holds_for_that_option_and_contact(
    number: str, contact: xero.Contact | None, attached_to: list[int]
) -> None:
    document, projects = listed(CASES["mat-d2ad"])
    (card,) = look_at(CASES["mat-d2ad"], document, projects).cards
    picked = next(choice for choice in card.choices if isinstance(choice.decision, PutOn) and choice.decision.project_id == 655)
    answer = Decided(decision_id="answer", decision=picked.decision, person_id="U_FINN", decided_at=NOW, cause=card.cause)
    later = document.model_copy(update={"document_id": number, "number": number, "contact": contact or document.contact})

    seen = look_at(CASES["mat-d2ad"], later, projects, answer)

    assert seen.attached_to == attached_to and len(seen.cards) == (0 if attached_to else 1)
