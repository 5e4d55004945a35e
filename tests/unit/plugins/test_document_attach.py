"""How a document reaches its project: the copy that is its own, what is written, what stops it, and what is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.unit.domain.examples import (
    NOW,
    booked,
    document,
    line,
    project,
    settled,
    snapshot_of,
)

from xero_sync.domain import scoro, xero
from xero_sync.domain.actions import Hold, PutOnProject
from xero_sync.domain.snapshot import BookedDocument
from xero_sync_document_attach import decide
from xero_sync_document_attach.rules import find_copy

TIDEWATER, COPPER_VALE = project(701, "Tidewater Launch", no="701"), project(702, "Copper Vale", no="702")
PROJECTS = [TIDEWATER, COPPER_VALE]
LATE = NOW - timedelta(minutes=81)
"""Since then Scoro's sync has had its time."""
WHOLE = document(line(100, option="Tidewater Launch"), updated_at=LATE)
DIVIDED = document(line(60, option="Tidewater Launch"), line(40, option="Copper Vale"), updated_at=LATE)
SINCE = {"updated_at": LATE + timedelta(seconds=1)}
ENTITY = "ferrowpike"


def copy_of(found: xero.Document, **given: Any) -> scoro.Document:
    """Scoro's copy as its own sync makes it: on no project, its lines numbered from 3301."""
    values: dict[str, Any] = {
        "module": "bills" if found.is_bill else "invoices",
        "scoro_document_id": 812,
        "number": found.number,
        "company_name": found.contact.name,
        "currency": found.currency,
        "day": found.day,
        "net": found.net_total,
        "account_id": ENTITY,
        "lines": tuple(scoro.Line(line_id=3300 + place, net=found.net(each)) for place, each in enumerate(found.lines, 1)),
    }
    return scoro.Document(**values | given)


def on_lines(found: xero.Document, *project_ids: int) -> scoro.Document:
    """The copy with a project of its own on each line."""
    lines = copy_of(found).lines or ()
    placed = tuple(each.model_copy(update={"project_id": project_id}) for each, project_id in zip(lines, project_ids, strict=True))
    return copy_of(found, project_id=scoro.PER_LINE, lines=placed)


def decides(*in_hand: BookedDocument, projects: list[scoro.Project] | None = None, **given: Any) -> list[Any]:
    snapshot = snapshot_of(in_hand, PROJECTS if projects is None else projects, entity=ENTITY, **given)
    return list(decide(replace(snapshot, results=settled(snapshot))))


def write_of(*in_hand: BookedDocument, **given: Any) -> PutOnProject | None:
    return next((action for action in decides(*in_hand, **given) if isinstance(action, PutOnProject)), None)


def hold_of(*in_hand: BookedDocument, **given: Any) -> Hold | None:
    return next((action for action in decides(*in_hand, **given) if isinstance(action, Hold)), None)


# Which Scoro document is the copy.


@pytest.mark.parametrize(
    ("change", "is_copy"),
    [
        pytest.param({}, True, id="the same contact, number, day and currency"),
        pytest.param({"number": "BILL\u20131 "}, True, id="the number folded"),
        pytest.param({"company_name": "DELFT  signs"}, True, id="the contact folded"),
        pytest.param({"net": Decimal(99)}, True, id="another amount: it is the copy, and is asked about"),
        pytest.param({"account_id": ""}, True, id="a site that names no entity"),
        pytest.param({"number": "bill-10"}, False, id="another number"),
        pytest.param({"number": ""}, False, id="no number"),
        pytest.param({"company_name": "Rook Sound"}, False, id="another contact"),
        pytest.param({"day": date(2026, 11, 23)}, False, id="another day"),
        pytest.param({"day": None}, False, id="no day"),
        pytest.param({"currency": "EUR"}, False, id="another currency"),
        pytest.param({"account_id": "other"}, False, id="another business entity's"),
        pytest.param({"is_deleted": True}, False, id="deleted"),
        pytest.param({"net": Decimal(-100)}, False, id="the credit note of that number"),
    ],
)
def test_given_a_scoro_document_when_compared_then_it_is_the_copy_only_where_everything_agrees(
    change: dict[str, Any], is_copy: bool
) -> None:
    candidate = copy_of(WHOLE, **change)

    found = find_copy(booked(WHOLE, copies=(candidate,)), ENTITY)

    assert found == (candidate if is_copy else "Scoro's copy has not come yet.")


@pytest.mark.parametrize(
    ("nets", "chosen"),
    [
        pytest.param([99, 100], 2, id="the one of the same amount"),
        pytest.param([100, 100], 1, id="two of the same amount: the older one"),
        pytest.param([99, 101], None, id="none of the same amount"),
    ],
)
def test_given_several_that_could_be_the_copy_when_compared_then_the_amount_decides(nets: list[int], chosen: int | None) -> None:
    copies = tuple(copy_of(WHOLE, scoro_document_id=place, net=Decimal(net)) for place, net in enumerate(nets, 1))

    found = find_copy(booked(WHOLE, copies=copies), ENTITY)

    assert (found.scoro_document_id if isinstance(found, scoro.Document) else None) == chosen


def test_given_a_bill_without_number_when_compared_then_the_amount_has_to_agree_as_well() -> None:
    found = document(line(800), number="")
    copies = (copy_of(found, scoro_document_id=1, net=Decimal(801)), copy_of(found, scoro_document_id=2))

    chosen = find_copy(booked(found, copies=copies), ENTITY)

    assert isinstance(chosen, scoro.Document) and chosen.scoro_document_id == 2


def test_given_a_stored_link_when_compared_then_it_decides_whatever_else_changed() -> None:
    linked = copy_of(WHOLE, number="renumbered", company_name="Renamed", net=Decimal(1))

    assert find_copy(booked(WHOLE, copies=(linked,), link=("bills", 812)), ENTITY) == linked


def test_given_a_stored_link_whose_document_was_not_read_when_compared_then_no_other_is_taken() -> None:
    assert find_copy(booked(WHOLE, link=("bills", 900)), ENTITY) == "Scoro's copy is being read."


# What is written.


def test_given_one_project_for_all_lines_when_decided_then_the_header_carries_it_and_the_lines_need_not_be_read() -> None:
    found = document(line(60, option="Tidewater Launch"), line(40, option="Tidewater Launch"), line(0))

    action = write_of(booked(found, copies=(copy_of(found, lines=None),)))

    assert action and (action.header, action.scoro_lines, [share.net for share in action.shares]) == (701, (), [Decimal(60), Decimal(40)])


@pytest.mark.parametrize(
    ("found", "lines"),
    [
        pytest.param(DIVIDED, ((3301, 701), (3302, 702)), id="two projects"),
        pytest.param(document(line(60, option="Tidewater Launch"), line(40)), ((3301, 701),), id="one line waits"),
        pytest.param(
            document(line(60, option="Tidewater Launch"), line(40, account="460")), ((3301, 701),), id="one line needs no project"
        ),
        pytest.param(
            document(line(60, option="Tidewater Launch"), line(40, option="Copper Vale"), type="ACCPAYCREDIT"),
            ((3301, 701), (3302, 702)),
            id="a credit note",
        ),
    ],
)
def test_given_lines_that_go_to_different_places_when_decided_then_each_scoro_line_has_its_own_project(
    found: xero.Document, lines: tuple[tuple[int, int], ...]
) -> None:
    action = write_of(booked(found, copies=(copy_of(found),)))

    assert action and (action.header, action.scoro_lines) == (scoro.PER_LINE, lines)
    assert all(share.net == found.net(found.lines[int(share.line_id[-1]) - 1]) for share in action.shares)


@pytest.mark.parametrize(
    ("in_hand", "header"),
    [
        pytest.param(booked(WHOLE, on={1: 701}, copies=(copy_of(WHOLE, project_id=701),)), None, id="on its project: nothing to do"),
        pytest.param(
            booked(DIVIDED, on={1: 701, 2: 702}, copies=(on_lines(DIVIDED, 701, 702),)), None, id="on its projects per line: nothing to do"
        ),
        pytest.param(booked(WHOLE, on={1: 702}, copies=(copy_of(WHOLE, project_id=702),)), 701, id="moved in Xero: it follows"),
        pytest.param(booked(WHOLE, on={1: 701}, copies=(copy_of(WHOLE),)), 701, id="reset by Scoro: put back"),
        pytest.param(booked(WHOLE, copies=(copy_of(WHOLE, project_id=701),)), 701, id="there already, not by us: taken over"),
        pytest.param(booked(document(line(100)), copies=(copy_of(document(line(100))),)), None, id="it waits: nothing to do"),
        pytest.param(
            booked(document(line(100)), on={1: 701}, copies=(copy_of(document(line(100)), project_id=701),)),
            0,
            id="its option was taken off: taken off",
        ),
        pytest.param(
            booked(
                WHOLE.model_copy(update={"status": "VOIDED"}),
                on={1: 701},
                link=("bills", 812),
                copies=(copy_of(WHOLE, project_id=701, net=Decimal(0)),),
            ),
            0,
            id="voided: taken off, whatever the copy's amount",
        ),
        pytest.param(
            booked(WHOLE.model_copy(update={"status": "VOIDED"}), copies=(copy_of(WHOLE),)), None, id="voided before it was ever put on"
        ),
    ],
)
def test_given_where_the_copy_stands_when_decided_then_it_is_brought_to_where_the_lines_belong(
    in_hand: BookedDocument, header: int | None
) -> None:
    action = write_of(in_hand)

    assert (action.header if action else None) == header


@pytest.mark.parametrize(
    ("in_hand", "reason"),
    [
        pytest.param(
            booked(WHOLE, copies=(copy_of(WHOLE),)),
            'Option "Tidewater Launch" and project Tidewater Launch have the same name.',
            id="put on",
        ),
        pytest.param(
            booked(DIVIDED, copies=(copy_of(DIVIDED),)),
            'Option "Tidewater Launch" and project Tidewater Launch have the same name. '
            'Option "Copper Vale" and project Copper Vale have the same name.',
            id="put on two",
        ),
        pytest.param(
            booked(document(line(100)), on={1: 701}, copies=(copy_of(document(line(100)), project_id=701),)),
            "310 Freelancers is project money, and the line has no option.",
            id="taken off",
        ),
        pytest.param(
            booked(
                WHOLE.model_copy(update={"status": "VOIDED"}), on={1: 701}, link=("bills", 812), copies=(copy_of(WHOLE, project_id=701),)
            ),
            "It is not approved in Xero any more.",
            id="voided",
        ),
    ],
)
def test_given_a_write_when_decided_then_it_says_why(in_hand: BookedDocument, reason: str) -> None:
    action = write_of(in_hand)

    assert action and action.reason == reason


# What stops it.


@pytest.mark.parametrize(
    ("in_hand", "told", "could_not_be_done"),
    [
        pytest.param(booked(WHOLE), "Scoro's copy has not come yet.", False, id="no copy yet"),
        pytest.param(
            booked(DIVIDED, copies=(copy_of(DIVIDED, lines=None),)), "Scoro's copy is being read.", False, id="its lines are not read yet"
        ),
        pytest.param(
            booked(WHOLE, link=("bills", 812), copies=(copy_of(WHOLE, is_deleted=True),)), "Scoro's copy was deleted.", True, id="deleted"
        ),
        pytest.param(
            booked(WHOLE, copies=(copy_of(WHOLE, net=Decimal("99.99")),)),
            "Xero says £100.00 net, Scoro's copy £99.99.",
            True,
            id="another total",
        ),
        pytest.param(
            booked(DIVIDED, copies=(copy_of(DIVIDED, lines=(scoro.Line(line_id=1, net=Decimal(100)),)),)),
            "Scoro's copy has other lines.",
            True,
            id="other lines",
        ),
        pytest.param(
            booked(WHOLE.model_copy(update=SINCE), copies=(copy_of(WHOLE, net=Decimal("99.99")),)),
            "It waits for Scoro's copy: Xero says £100.00 net, the copy £99.99.",
            False,
            id="another total, and the copy may be late",
        ),
        pytest.param(
            booked(DIVIDED.model_copy(update=SINCE), copies=(copy_of(DIVIDED, lines=(scoro.Line(line_id=1, net=Decimal(100)),)),)),
            "It waits for Scoro's copy: the copy has other lines.",
            False,
            id="other lines, and the copy may be late",
        ),
        pytest.param(
            booked(WHOLE, copies_of_voided=(copy_of(WHOLE),)),
            "Scoro's copy of this number belongs to a document that was voided in Xero",
            True,
            id="the only copy is a voided one's",
        ),
        pytest.param(
            booked(WHOLE, copies_of_voided=(copy_of(WHOLE, company_name="Rook Sound"),)),
            "Scoro's copy has not come yet.",
            False,
            id="a voided one's copy of another contact",
        ),
        pytest.param(
            booked(WHOLE, copies=(copy_of(WHOLE, project_id=702),)), "In Scoro it is on Copper Vale.", True, id="a person put it on another"
        ),
        pytest.param(
            booked(WHOLE, copies=(copy_of(WHOLE, project_id=999),)), "In Scoro it is on project 999.", True, id="on one nobody knows"
        ),
        pytest.param(
            booked(DIVIDED, copies=(on_lines(DIVIDED, 702, 702),)),
            "In Scoro it is on Copper Vale.",
            True,
            id="a person put a line on another",
        ),
        pytest.param(
            booked(WHOLE, on={1: 701}, copies=(copy_of(WHOLE, project_id=702),)),
            "In Scoro it is on Copper Vale.",
            True,
            id="a person moved it away",
        ),
    ],
)
def test_given_something_in_the_way_when_decided_then_nothing_is_written_and_a_sentence_says_why(
    in_hand: BookedDocument, told: str, could_not_be_done: bool
) -> None:
    hold = hold_of(in_hand)

    assert write_of(in_hand) is None
    assert hold and hold.reason.startswith(told) and hold.could_not_be_done is could_not_be_done
    assert any(key.startswith("copy:bills:") for key in hold.keys)


def test_given_other_lines_when_all_belong_to_one_project_then_the_header_carries_it_all_the_same() -> None:
    found = document(line(60, option="Tidewater Launch"), line(40, option="Tidewater Launch"))

    action = write_of(booked(found, copies=(copy_of(found, lines=(scoro.Line(line_id=1, net=Decimal(100)),)),)))

    assert action and action.header == 701


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(WHOLE.model_copy(update={"lines": ()}), id="a summary without lines"),
        pytest.param(WHOLE.model_copy(update={"sub_total": Decimal("100.01")}), id="lines that do not add up"),
    ],
)
def test_given_a_document_that_cannot_be_judged_when_it_is_on_its_project_then_it_is_not_taken_off(found: xero.Document) -> None:
    on_it = booked(WHOLE, on={1: 701}).shares_in_scoro

    in_hand = BookedDocument(found, shares_in_scoro=on_it, link=("bills", 812), copies=(copy_of(WHOLE, project_id=701),))

    assert decides(in_hand) == []


def test_given_a_voided_bill_when_its_copy_was_deleted_then_there_is_nothing_to_do() -> None:
    voided = WHOLE.model_copy(update={"status": "VOIDED"})

    assert decides(booked(voided, on={1: 701}, link=("bills", 812), copies=(copy_of(WHOLE, is_deleted=True),))) == []


@pytest.mark.parametrize("unknown", ["projects", "categories", "accounts", "rules"])
def test_given_a_list_that_could_not_be_read_when_decided_then_nothing_is_written_or_asked(unknown: str) -> None:
    in_hand = booked(WHOLE, on={1: 702}, copies=(copy_of(WHOLE, project_id=702),))

    assert decides(in_hand, unknown=frozenset({unknown})) == []
