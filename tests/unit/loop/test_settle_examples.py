"""The worked examples of month ends, as settle decides them, and the identity over any documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.domain.examples import (
    ACCOUNT_TYPES,
    NOW,
    booked,
    decided,
    document,
    invoice,
    line,
    on_projects,
    option,
    project,
    settle_one,
    settled,
    sibling,
    snapshot_of,
    states,
    unhurried,
)

from xero_sync.domain import scoro, xero
from xero_sync.domain.decisions import BothAreReal, CountAccount, LeaveOut, PutOn, TheseDocuments, ThisAccount, ThisOption
from xero_sync.domain.lines import DocumentResult
from xero_sync.domain.match import duplicate_key
from xero_sync.domain.money import split

NAMES = {
    701: "Tidewater Launch", 702: "Copper Vale Rebrand", 703: "Marsh Signal Site", 704: "Northgate Annual Report", 705: "Blue Pylon",
    706: "Quay Lantern", 707: "Osier Packaging", 708: "Tern Winter", 709: "Slate Films", 710: "Larkspur Shop", 711: "Kestrel Foods",
    712: "Fen Paper",
}  # fmt: skip
PROJECTS = [project(project_id, name) for project_id, name in NAMES.items()]


def money(text: str) -> list[Decimal]:
    return [Decimal(word.replace(",", "")) for word in text.split()]


# FS-01: one supplier invoice, twelve projects, a delivery line and a discount line without option.

FS_01_NETS = money("412.50 96.25 1,240.00 77.80 305.15 58.00 640.00 219.99 133.33 512.48 88.10 16.40")
FS_01_LINES = [
    *(line(net, option=name, account="320", tax=net / 5) for net, name in zip(FS_01_NETS, NAMES.values(), strict=True)),
    line("84.00", account="320", tax="16.80", description="Delivery"),
    line("-126.37", account="320", tax="-25.27", description="Early order discount"),
]
FS_01 = document(*FS_01_LINES, contact="Pressgang Print", number="PH-2207", total=Decimal("4509.17"), total_tax=Decimal("751.54"))


def test_given_fs_01_when_settled_then_twelve_projects_have_exactly_their_amounts() -> None:
    assert on_projects(settle_one(FS_01, PROJECTS)) == dict(zip(NAMES, FS_01_NETS, strict=True))


def test_given_fs_01_when_settled_then_delivery_and_discount_wait_under_one_question_and_the_document_counts_once() -> None:
    result = settle_one(FS_01, PROJECTS)

    assert [each.net for each in result.lines if each.state == "waiting"] == money("84.00 -126.37")
    assert (result.state, result.causes) == ("partly attached", {"untracked:document:bill-1"})
    assert (result.sums["attached"], result.sums["waiting"]) == (Decimal("3800.00"), Decimal("-42.37"))


def test_given_fs_01_when_the_remainder_is_shared_out_then_the_project_totals_are_those_of_the_example() -> None:
    shares = split(Decimal("-42.37"), FS_01_NETS)
    delivery = split(Decimal("84.00"), FS_01_NETS)
    discount = [share - part for share, part in zip(shares, delivery, strict=True)]

    assert [net + share for net, share in zip(FS_01_NETS, shares, strict=True)] == money(
        "407.90 95.18 1,226.17 76.93 301.75 57.35 632.86 217.54 131.84 506.77 87.12 16.22"
    )
    assert discount == money("-13.72 -3.20 -41.24 -2.59 -10.14 -1.93 -21.29 -7.31 -4.44 -17.04 -2.93 -0.54")
    assert sum(discount) == Decimal("-126.37") and sum(FS_01_NETS) + sum(shares) == FS_01.net_total == Decimal("3757.63")


# FS-02: a tax-inclusive bill, three rates, VAT corrected by hand, a rebate line.

FS_02 = document(
    line("118.99", tax="19.84", option=NAMES[701]),
    line("42.00", tax="2.00", option=NAMES[702]),
    line("65.00", tax="0.00", option=NAMES[702]),
    line("37.45", tax="6.24", option=NAMES[701]),
    line("-10.00", tax="-1.67", option=NAMES[701], description="Rebate"),
    contact="Corner Hardware",
    number="88104",
    line_amount_types="Inclusive",
    sub_total=Decimal("227.03"),
    total_tax=Decimal("26.41"),
    total=Decimal("253.44"),
)


def test_given_fs_02_when_settled_then_nets_are_xeros_own_figures_and_the_rebate_counts() -> None:
    result = settle_one(FS_02, PROJECTS)

    assert [each.net for each in result.lines] == money("99.15 40.00 65.00 31.21 -8.33")
    assert on_projects(result) == {701: Decimal("122.03"), 702: Decimal("105.00")}
    assert result.sums["attached"] == FS_02.net_total


# FS-06: a normal Tuesday.


def bills(contact: str, nets: list[Decimal], *, account: str, option: str = "") -> list[xero.Document]:
    return [
        document(line(net, account=account, option=option), document_id=f"{contact}-{option}-{place}", contact=contact)
        for place, net in enumerate(nets, 1)
    ]


OVERHEADS = [("429", "512.10"), ("460", "9200.00"), ("493", "340.00"), *(("429", "419.00"),) * 20, ("460", "0.00")]


def tuesday() -> list[xero.Document]:
    """40 approved bills: 24 overheads, 9 that match, and seven that do not or need none."""
    overheads = [Decimal(net) for _, net in OVERHEADS[:-1]]
    overheads.append(Decimal("18432.10") - sum(overheads))
    matched = money("3,980.00 980.00 2,750.00 1,890.00 55.00 2,000.00 4,120.55 3,632.00 2,500.00")
    return [
        *(
            bills(f"Overhead {place}", [net], account=account)[0]
            for place, ((account, _), net) in enumerate(zip(OVERHEADS, overheads, strict=True))
        ),
        *(bills("Pressgang Print", [net], account="320", option=name)[0] for net, name in zip(matched, NAMES.values(), strict=False)),
        *bills("Brightline Studios", money("1,250.00 310.00"), account="310"),
        *bills("Rook Sound", money("2,480.00"), account="310"),
        *bills("Mill Couriers", money("95.60"), account="320"),
        *bills("Delft Signs", money("740.00 60.00"), account="320", option="Harbor Refit"),
        *bills("Laptop Shop", money("1,899.00"), account="710"),
    ]


def tuesday_settled() -> dict[str, DocumentResult]:
    return settled(snapshot_of(tuesday(), [*PROJECTS, project(412, "Harbour Refit")]))


def test_given_fs_06_when_settled_then_40_documents_are_9_attached_6_waiting_and_25_without_need() -> None:
    counted = Counter(result.state for result in tuesday_settled().values())

    assert counted == {"attached": 9, "waiting": 6, "no project needed": 25}


@pytest.mark.parametrize(
    ("state", "net"), [("attached", "21907.55"), ("waiting", "4935.60"), ("no project needed", "20331.10"), ("left out", "0")]
)
def test_given_fs_06_when_settled_then_the_money_adds_up_by_state(state: str, net: str) -> None:
    sums = [result.sums for result in tuesday_settled().values()]

    assert sum(each[state] for each in sums) == Decimal(net)  # type: ignore[index]
    assert sum(sum(each.values()) for each in sums) == Decimal("47174.25")


def test_given_fs_06_when_settled_then_there_is_one_question_per_contact_and_account_or_option() -> None:
    waiting: Counter[str] = Counter()
    for result in tuesday_settled().values():
        for each in result.lines:
            waiting[each.cause] += int(each.net * 100) if each.cause else 0

    assert {cause: Decimal(cents).scaleb(-2) for cause, cents in waiting.items() if cause} == {
        "untracked:310:contact:contact-Brightline Studios": Decimal("1560.00"),
        "untracked:310:contact:contact-Rook Sound": Decimal("2480.00"),
        "untracked:320:contact:contact-Mill Couriers": Decimal("95.60"),
        "no match:option-Harbor Refit": Decimal("800.00"),
    }


# FS-07: a client's deposit, then the final invoice.

INV_0201 = invoice(line(10000, tax="2000", option=NAMES[701], account="2110"), document_id="INV-0201")
INV_0244 = invoice(line(30000, option=NAMES[701], account="200"), line(-10000, option=NAMES[701], account="2110"), document_id="INV-0244")
ACCOUNT_2110 = ThisAccount(account_code="2110")


@pytest.mark.parametrize(
    ("answer", "deposit", "final"),
    [
        pytest.param(None, {}, {701: Decimal(30000)}, id="not answered yet"),
        pytest.param(LeaveOut(reach=ACCOUNT_2110), {}, {701: Decimal(30000)}, id="leave out"),
        pytest.param(CountAccount(reach=ACCOUNT_2110), {701: Decimal(10000)}, {701: Decimal(20000)}, id="count it"),
    ],
)
def test_given_fs_07_when_settled_then_both_documents_follow_one_answer_and_income_is_30000(
    answer: LeaveOut | CountAccount | None, deposit: dict[int, Decimal], final: dict[int, Decimal]
) -> None:
    results = settled(snapshot_of([INV_0201, INV_0244], PROJECTS, [decided(answer)] if answer else []))

    assert (on_projects(results["INV-0201"]), on_projects(results["INV-0244"])) == (deposit, final)
    assert answer is not None or {cause for result in results.values() for cause in result.causes} == {"account:2110"}


# FS-10: the same supplier invoice twice, and two equal bills that are both real.

FIRST, SECOND = (
    document(
        line(1200, tax="240", option=NAMES[701]),
        document_id=document_id,
        contact="Brightline Studios",
        number="09-2026",
        day=date(2026, 9, 30),
        updated_at=NOW - timedelta(hours=hours),
    )
    for document_id, hours in (("first", 5), ("second", 2))
)


def test_given_fs_10_when_settled_then_the_first_counts_and_the_second_waits() -> None:
    first = booked(FIRST, siblings=(sibling("second", earlier=120),))
    second = booked(SECOND, siblings=(sibling("first", earlier=300),))

    results = settled(snapshot_of([second, first], PROJECTS))

    assert (on_projects(results["first"]), results["second"].sums["waiting"]) == ({701: Decimal(1200)}, Decimal(1200))
    assert results["second"].causes == {f"duplicate:{duplicate_key(SECOND)}"}


@pytest.mark.parametrize("gone", ["first", "second"])
def test_given_fs_10_when_one_is_voided_then_the_other_alone_counts(gone: str) -> None:
    bills_in_hand = [each.model_copy(update={"status": "VOIDED"}) if each.document_id == gone else each for each in (FIRST, SECOND)]

    results = settled(snapshot_of(bills_in_hand, PROJECTS))

    assert {document_id: on_projects(result) for document_id, result in results.items()} == {
        gone: {},
        ({"first", "second"} - {gone}).pop(): {701: Decimal(1200)},
    }


def test_given_fs_10_when_both_are_real_then_both_belong_on_the_project() -> None:
    cause = f"duplicate:{duplicate_key(SECOND)}"
    real = decided(BothAreReal(reach=TheseDocuments(document_ids=("second",), cause=cause)))

    result = settle_one(booked(SECOND, siblings=(sibling("first", earlier=300, is_linked=True),)), PROJECTS, [real])

    assert on_projects(result) == {701: Decimal(1200)}


def test_given_fs_10_when_two_months_bills_have_no_number_then_they_are_no_duplicates() -> None:
    september, october = (
        document(line(800, option=NAMES[703]), contact="Rook Sound", number="", day=day) for day in (date(2026, 9, 30), date(2026, 10, 31))
    )

    assert duplicate_key(september) != duplicate_key(october)


# The identity, over any documents.

CENTS = st.integers(min_value=-(10**7), max_value=10**7).map(lambda cents: Decimal(cents).scaleb(-2))
OPTIONS = ["", NAMES[701], NAMES[702], "Twin", "Old", "Pitch", "Nobody knows"]
LINES = st.builds(
    line,
    CENTS,
    tax=CENTS,
    option=st.sampled_from(OPTIONS),
    account=st.sampled_from([*ACCOUNT_TYPES, "999", ""]),
)
DOCUMENTS = st.builds(
    lambda lines, given: document(*lines, **given),
    st.lists(LINES, max_size=6),
    st.fixed_dictionaries(
        {
            "type": st.sampled_from(["ACCPAY", "ACCREC", "ACCPAYCREDIT", "ACCRECCREDIT"]),
            "status": st.sampled_from(["AUTHORISED", "PAID"]),
            "line_amount_types": st.sampled_from(["Exclusive", "Inclusive", "NoTax"]),
        }
    ),
)
SOME_PROJECTS: list[scoro.Project] = [
    *PROJECTS,
    project(801, "Twin"),
    project(802, "TWIN"),
    project(803, "Old", status="cancelled"),
    project(790, "Pitch", project_type="internal"),
]
DECISIONS = st.lists(
    st.sampled_from(
        [
            decided(LeaveOut(reach=ACCOUNT_2110)),
            decided(CountAccount(reach=ThisAccount(account_code="620"))),
            decided(PutOn(project_id=702, reach=ThisOption(tracking_option_id="option-Nobody knows"))),
            decided(PutOn(project_id=803, reach=ThisOption(tracking_option_id="option-Twin"))),
            decided(
                PutOn(project_id=790, reach=TheseDocuments(document_ids=("bill-1",), cause="untracked:310:contact:contact-Delft Signs"))
            ),
        ]
    ),
    unique=True,
)
PLACES: st.SearchStrategy[Mapping[int, int]] = st.dictionaries(st.just(1), st.sampled_from([701, 801, 803]))


@unhurried
@given(DOCUMENTS, DECISIONS, st.booleans(), PLACES, st.data())
def test_given_any_document_when_settled_then_its_four_sums_are_its_net_total_and_every_share_is_whole(
    found: xero.Document, decisions: list[object], is_duplicate: bool, places: Mapping[int, int], data: st.DataObject
) -> None:
    more = {"siblings": (sibling("other", earlier=5),)} if is_duplicate else {}
    in_hand = booked(found, on=places if found.lines else {}, **more)
    options = [option(name, data.draw(st.sampled_from(["ACTIVE", "ARCHIVED"]))) for name in OPTIONS if name]

    result = settle_one(in_hand, SOME_PROJECTS, decisions, options=options)

    assert sum(result.sums.values()) == found.net_total
    assert len(result.lines) == len(found.lines)
    for each in result.lines:
        assert sum((share.net for share in each.shares), Decimal(0)) == (each.net if each.state == "attached" else 0)
        assert (each.state == "waiting") or not each.cause


@unhurried
@given(DOCUMENTS, DECISIONS)
def test_given_any_document_when_settled_again_then_it_stands_the_same_and_only_open_client_projects_take_sales(
    found: xero.Document, decisions: list[object]
) -> None:
    result = settle_one(found, SOME_PROJECTS, decisions)

    assert settle_one(found, SOME_PROJECTS, decisions) == result
    assert not (found.is_sale and 790 in on_projects(result)) and 803 not in on_projects(result)
    assert set(states(result)) <= {"attached", "waiting", "no project needed", "left out"}
