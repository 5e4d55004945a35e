"""The identity: four states, one name for the document; and which line of Scoro's copy is which."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.domain.examples import document, line, unhurried

from xero_sync.domain import scoro
from xero_sync.domain.lines import LINE_STATES, DocumentResult, LineResult, LineState, Pairing, Share, pair, state_of


def stands(state: LineState, net: str = "10.00", *, line_id: str = "1", **given: object) -> LineResult:
    shares = (Share(line_id, 701, Decimal(net)),) if state == "attached" else ()
    return LineResult(line_id, Decimal(net), state, "rule", "reason", **{"shares": shares, **given})  # type: ignore[arg-type]


STUCK = stands("waiting", could_not_be_done=True)
ATTACHED, WAITING, NONE, OUT = (stands(state) for state in LINE_STATES)


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        pytest.param([STUCK, ATTACHED, WAITING], "could not be done", id="could not be done stands first"),
        pytest.param([WAITING, ATTACHED], "partly attached", id="some attached, some waiting"),
        pytest.param([WAITING, NONE, OUT], "waiting", id="waiting before the rest"),
        pytest.param([ATTACHED, NONE, OUT], "attached", id="attached before no project needed"),
        pytest.param([OUT, NONE], "no project needed", id="no project needed before left out"),
        pytest.param([OUT], "left out", id="left out"),
        pytest.param([stands("no project needed", "0.00"), OUT], "left out", id="a line of no value names nothing"),
        pytest.param([stands("no project needed", "0.00")], "no project needed", id="nothing but lines of no value"),
        pytest.param([], "no project needed", id="no lines"),
    ],
)
def test_given_lines_in_several_states_when_the_document_is_named_then_the_first_state_of_the_order_names_it(
    lines: list[LineResult], name: str
) -> None:
    assert state_of(lines) == name


RESULTS = st.lists(
    st.builds(
        stands,
        st.sampled_from(LINE_STATES),
        st.integers(min_value=-(10**7), max_value=10**7).map(lambda cents: str(Decimal(cents).scaleb(-2))),
        could_not_be_done=st.booleans(),
    )
)


@unhurried
@given(RESULTS)
def test_given_any_lines_when_summed_by_state_then_the_four_sums_are_the_net_total(lines: list[LineResult]) -> None:
    result = DocumentResult("bill-1", "GBP", tuple(lines))

    assert sum(result.sums.values()) == sum(each.net for each in lines)
    assert tuple(result.sums) == LINE_STATES


@unhurried
@given(RESULTS)
def test_given_any_lines_when_the_document_waits_for_a_reason_then_only_what_was_attached_changes_and_no_money_is_lost(
    lines: list[LineResult],
) -> None:
    result = DocumentResult("bill-1", "GBP", tuple(lines))

    waiting = result.waiting_because("Scoro's copy has not come yet.")

    assert waiting.sums["attached"] == 0 and waiting.shares == ()
    assert waiting.sums["waiting"] == result.sums["waiting"] + result.sums["attached"]
    assert [each for each in waiting.lines if each.state != "waiting"] == [
        each for each in lines if each.state not in ("attached", "waiting")
    ]


def test_given_shares_when_read_then_they_are_those_of_attached_lines_in_order() -> None:
    lines = (stands("attached", "4.00", line_id="b"), stands("attached", "6.00", line_id="a"), stands("waiting", line_id="c"))

    assert DocumentResult("bill-1", "GBP", lines).shares == (Share("a", 701, Decimal(6)), Share("b", 701, Decimal(4)))


# Pairing with Scoro's copy.

Row = tuple[str, str]


def scoro_lines(rows: list[Row]) -> list[scoro.Line]:
    return [scoro.Line(line_id=place, net=Decimal(net), comment=text) for place, (net, text) in enumerate(rows, 1)]


def paired(ours: list[Row], theirs: list[Row]) -> dict[int, int] | str:
    """Their place by our place, or the problem."""
    found = pair(document(*(line(net, description=text) for net, text in ours)), scoro_lines(theirs))
    return found.problem or {place_of(line_id): there.line_id for line_id, (there,) in found.scoro_lines_by_line.items()}


def place_of(line_id: str) -> int:
    return int(line_id.rpartition("/")[2])


def ids_of(found: Pairing) -> dict[int, list[int]]:
    """The Scoro lines of each of our lines, by our place."""
    return {place_of(line_id): [line.line_id for line in there] for line_id, there in found.scoro_lines_by_line.items()}


PANELS, DELIVERY = ("640.00", "Fascia panels"), ("60.00", "Delivery")
OTHER_LINES = "Scoro's copy has other lines"
OTHER_ORDER = "Scoro's copy has the same lines in another order"


@pytest.mark.parametrize(
    ("ours", "theirs", "pairs"),
    [
        pytest.param([PANELS, DELIVERY], [PANELS, DELIVERY], {1: 1, 2: 2}, id="the same lines"),
        pytest.param([PANELS, DELIVERY], [("640.00", ""), ("60.00", "")], {1: 1, 2: 2}, id="order and net are enough"),
        pytest.param([("50.00", "A"), ("50.00", "B")], [("50.00", "x"), ("50.00", "y")], {1: 1, 2: 2}, id="equal nets in order"),
        pytest.param([PANELS, DELIVERY], [DELIVERY, PANELS], {1: 2, 2: 1}, id="another order, told by net and text"),
        pytest.param(
            [("50.00", "A"), PANELS, ("50.00", "B")],
            [PANELS, ("50.00", "B"), ("50.00", " A ")],
            {1: 3, 2: 1, 3: 2},
            id="equal nets, other texts",
        ),
        pytest.param(
            [("50.00", "A"), ("50.00", "A"), DELIVERY],
            [DELIVERY, ("50.00", "A"), ("50.00", "A")],
            OTHER_ORDER,
            id="nothing tells them apart",
        ),
        pytest.param([PANELS, DELIVERY], [("60.00", "Freight"), PANELS], OTHER_ORDER, id="another order, another text"),
        pytest.param([PANELS, DELIVERY], [("700.00", "All")], OTHER_LINES, id="lines put together"),
        pytest.param(
            [PANELS, DELIVERY], [("640.01", "Fascia panels"), ("59.99", "Delivery")], OTHER_LINES, id="nets that differ by a cent"
        ),
        pytest.param([PANELS], [("-640.00", "Fascia panels")], OTHER_LINES, id="the other sign"),
        pytest.param([PANELS], [], OTHER_LINES, id="no lines there"),
        pytest.param([("0.00", "Two amends"), PANELS], [PANELS], {2: 1}, id="ours of no value do not count"),
        pytest.param([PANELS], [("0.00", "Two amends"), PANELS], {1: 2}, id="theirs of no value do not count"),
        pytest.param([("10.00", "A"), ("-10.00", "B")], [("10.00", "A"), ("-10.00", "B")], {1: 1, 2: 2}, id="lines that cancel out"),
        pytest.param([("10.00", "A"), ("10.00", "A")], [("10", "A"), ("10.0", "A")], {1: 1, 2: 2}, id="nets written otherwise"),
    ],
)
def test_given_two_lists_of_lines_when_paired_then_each_has_its_own_or_a_sentence_says_why_not(
    ours: list[Row], theirs: list[Row], pairs: dict[int, int] | str
) -> None:
    assert paired(ours, theirs) == pairs


def test_given_a_heading_in_scoro_when_paired_then_it_is_passed_over() -> None:
    heading = scoro.Line(line_id=1, product_id=-1, net=Decimal("640.00"))
    real = scoro.Line(line_id=2, net=Decimal("640.00"))

    assert ids_of(pair(document(line("640.00")), [heading, real])) == {1: [2]}


def test_given_a_credit_note_when_paired_then_its_lines_are_negative_as_scoros_are() -> None:
    note = document(line("450.00"), line("-50.00"), type="ACCPAYCREDIT")

    assert ids_of(pair(note, scoro_lines([("-450.00", ""), ("50.00", "")]))) == {1: [1], 2: [2]}


def test_given_inclusive_amounts_when_paired_then_nets_are_compared() -> None:
    bill = document(line("118.99", tax="19.84"), line_amount_types="Inclusive")

    assert ids_of(pair(bill, scoro_lines([("99.15", "")]))) == {1: [1]}


# A line that we divided.

DIVIDED = (Share("bill-1/2", 701, Decimal("40.00")), Share("bill-1/2", 702, Decimal("20.00")), Share("bill-1/1", 701, Decimal("640.00")))


@pytest.mark.parametrize(
    ("theirs", "found"),
    [
        pytest.param([PANELS, ("40.00", "Delivery"), ("20.00", "Delivery")], {1: [1], 2: [2, 3]}, id="in the order it was written in"),
        pytest.param([("20.00", "Delivery"), PANELS, ("40.00", "Delivery")], {1: [2], 2: [1, 3]}, id="its new line elsewhere"),
        pytest.param([PANELS, DELIVERY], {1: [1], 2: [2]}, id="one line again by Scoro's sync"),
        pytest.param([PANELS, ("30.00", "Delivery"), ("30.00", "Delivery")], OTHER_LINES, id="divided otherwise by somebody"),
        pytest.param([("20.00", "Freight"), PANELS, ("40.00", "Delivery")], OTHER_ORDER, id="elsewhere under another text"),
    ],
)
def test_given_a_line_we_divided_when_paired_then_its_parts_are_found_or_the_one_line_it_was(
    theirs: list[Row], found: dict[int, list[int]] | str
) -> None:
    pairing = pair(
        document(line(PANELS[0], description=PANELS[1]), line(DELIVERY[0], description=DELIVERY[1])), scoro_lines(theirs), DIVIDED
    )

    assert (pairing.problem or ids_of(pairing)) == found


ROWS = st.lists(st.tuples(st.sampled_from(["10.00", "20.00", "-10.00", "0.00"]), st.sampled_from(["A", "B", ""])), max_size=6)


@unhurried
@given(ROWS, ROWS)
def test_given_any_lines_when_paired_then_nets_are_equal_and_no_line_serves_twice(ours: list[Row], theirs: list[Row]) -> None:
    pairs = paired(ours, theirs)

    if isinstance(pairs, dict):
        assert all(Decimal(ours[our - 1][0]) == Decimal(theirs[their - 1][0]) for our, their in pairs.items())
        assert (
            len(set(pairs.values()))
            == len(pairs)
            == sum(Decimal(net) != 0 for net, _ in ours)
            == sum(Decimal(net) != 0 for net, _ in theirs)
        )


@unhurried
@given(
    st.lists(st.tuples(st.integers(1, 10**6).map(lambda cents: str(Decimal(cents).scaleb(-2))), st.text("AB", max_size=2)), unique=True),
    st.data(),
)
def test_given_lines_that_net_and_text_tell_apart_when_scoro_has_them_in_any_order_then_each_has_its_own(
    ours: list[Row], data: st.DataObject
) -> None:
    nets = [net for net, _ in ours]
    theirs = data.draw(st.permutations(ours))

    pairs = paired(ours, theirs)

    # The same nets in the same order are paired as they stand; the texts may have been changed by hand.
    if [net for net, _ in theirs] == nets:
        assert pairs == {place: place for place in range(1, len(ours) + 1)}
    else:
        assert pairs == {place: theirs.index(row) + 1 for place, row in enumerate(ours, 1)}
