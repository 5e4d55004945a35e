"""Xero's replies as models: dates, amounts, and the shapes that differ from reply to reply."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from xero_sync.domain import xero

INSTANT: TypeAdapter[datetime] = TypeAdapter(xero.Instant)
DAY: TypeAdapter[date] = TypeAdapter(xero.Day)
LINES = [
    {"LineItemID": "l1", "LineAmount": 12.0, "TaxAmount": 2.0, "Tracking": [{"Name": "Project", "Option": "Blue Pylon"}]},
    {"LineItemID": "l2", "Description": "A heading"},
]
BILL: dict[str, Any] = {
    "InvoiceID": "i1",
    "Type": "ACCPAY",
    "InvoiceNumber": "B-1",
    "DateString": "2026-11-02T00:00:00",
    "Date": "/Date(1793577600000+0000)/",
    "Status": "AUTHORISED",
    "LineAmountTypes": "Inclusive",
    "LineItems": LINES,
    "SubTotal": 10.0,
    "TotalTax": 2.0,
    "Total": 12.0,
    "CurrencyCode": "GBP",
    "UpdatedDateUTC": "/Date(1795166100123+0000)/",
}


@pytest.mark.parametrize(
    ("sent", "instant"),
    [
        pytest.param("/Date(1795600800000)/", datetime(2026, 11, 25, 10, tzinfo=UTC), id="milliseconds"),
        pytest.param("/Date(1795600800000+1300)/", datetime(2026, 11, 25, 10, tzinfo=UTC), id="an offset moves no instant"),
        pytest.param("/Date(-86400000)/", datetime(1969, 12, 31, tzinfo=UTC), id="before 1970"),
        pytest.param("2026-11-25T10:00:00", datetime(2026, 11, 25, 10, tzinfo=UTC), id="no zone is UTC"),
        pytest.param("2026-11-25T10:00:00Z", datetime(2026, 11, 25, 10, tzinfo=UTC), id="Z"),
        pytest.param("2026-11-25T12:00:00+02:00", datetime(2026, 11, 25, 10, tzinfo=UTC), id="a zone"),
    ],
)
def test_given_a_timestamp_when_parsed_then_it_is_the_instant_in_utc(sent: str, instant: datetime) -> None:
    parsed = INSTANT.validate_python(sent)

    assert (parsed, parsed.utcoffset()) == (instant, UTC.utcoffset(None))


@pytest.mark.parametrize(
    ("sent", "day"),
    [
        pytest.param("/Date(1439434356790)/", date(2015, 8, 13), id="no offset"),
        pytest.param("/Date(1539993600000+0000)/", date(2018, 10, 20), id="midnight of the organisation's day"),
        pytest.param("/Date(1419937200000+1300)/", date(2014, 12, 31), id="an offset is added first"),
        pytest.param("/Date(1419984000000-0500)/", date(2014, 12, 30), id="or taken off"),
        pytest.param("2018-10-20T00:00:00", date(2018, 10, 20), id="a DateString"),
        pytest.param("2018-10-20", date(2018, 10, 20), id="a plain day"),
    ],
)
def test_given_a_calendar_date_when_parsed_then_it_is_the_organisations_day(sent: str, day: date) -> None:
    assert DAY.validate_python(sent) == day


@pytest.mark.parametrize(
    "sent",
    [
        "/Date(99999999999999999)/",
        "/Date(-99999999999999)/",
        "/Date(253402300799000+9999)/",
        "/Date(" + "9" * 5000 + ")/",
        "/Date(x)/",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "2026-13-01",
        "",
        None,
    ],
)
@pytest.mark.parametrize("adapter", [INSTANT, DAY], ids=["instant", "day"])
def test_given_no_date_when_parsed_then_it_is_invalid_and_no_other_error(adapter: TypeAdapter[Any], sent: str | None) -> None:
    try:
        parsed = adapter.validate_python(sent)
    except ValidationError:
        parsed = None

    assert parsed is None or sent in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00")  # these are good calendar days


def test_given_json_numbers_when_read_then_amounts_are_the_decimals_that_were_written() -> None:
    line = xero.LineItem.model_validate_json('{"LineAmount": 1234567.1, "TaxAmount": 0.30}')

    assert (line.line_amount, line.tax_amount) == (Decimal("1234567.1"), Decimal("0.3"))


@pytest.mark.parametrize(
    "amount",
    [
        "0.30000000000000004",
        "1e400",
        '"NaN"',
        '"Infinity"',
        "1234567890123456.78",
        '"1e999999999"',
        '"1e-999999999"',
        "null",
        '"ten"',
        "[]",
    ],
)
def test_given_an_amount_no_json_number_carries_exactly_when_read_then_it_is_refused(amount: str) -> None:
    with pytest.raises(ValidationError):
        xero.LineItem.model_validate_json('{"LineAmount": ' + amount + "}")


def test_given_inclusive_amounts_when_read_then_the_net_is_less_the_tax() -> None:
    document = xero.Document.model_validate(BILL)

    assert [document.net(line) for line in document.lines] == [Decimal(10), Decimal(0)] and document.has_all_lines


def test_given_a_credit_note_when_read_then_its_own_names_serve_and_it_is_negative() -> None:
    renamed = {key.replace("Invoice", "CreditNote"): value for key, value in BILL.items()}

    note = xero.Document.model_validate({**renamed, "Type": "ACCPAYCREDIT"})

    assert (note.document_id, note.number, note.net_total) == ("i1", "B-1", Decimal(-10))


def test_given_lines_without_ids_when_read_then_their_positions_name_them() -> None:
    document = xero.Document.model_validate(
        {**BILL, "LineItems": [{"LineAmount": 4}, {"LineAmount": 8, "LineItemID": "own"}, {"LineAmount": 0}]}
    )

    assert [line.line_item_id for line in document.lines] == ["line-1", "own", "line-3"]


def test_given_a_summary_without_lines_when_read_then_it_says_that_they_are_missing() -> None:
    document = xero.Document.model_validate({**BILL, "LineItems": []})

    assert not document.has_all_lines


def test_given_tracking_with_ids_or_names_when_asked_for_the_category_then_either_finds_the_option() -> None:
    by_id = {"Name": "Renamed", "Option": "By id", "TrackingCategoryID": "k1", "TrackingOptionID": "o1"}
    lines = [
        {"Tracking": [by_id]},
        {"Tracking": [{"Name": "Project", "Option": "By name"}]},
        {"Tracking": [{**by_id, "TrackingCategoryID": "k2", "Name": "Project"}]},
    ]
    document = xero.Document.model_validate({**BILL, "LineItems": lines})

    options = [document.option_in("k1", "Project", line) for line in document.lines]

    assert [option.option_name if option else None for option in options] == ["By id", "By name", None]


@pytest.mark.parametrize("key", ["InvoiceID", "Type", "Status", "SubTotal", "Total", "CurrencyCode", "UpdatedDateUTC"])
def test_given_a_bill_without_a_needed_field_when_read_then_it_is_refused_loudly(key: str) -> None:
    with pytest.raises(ValidationError):
        xero.Document.model_validate({name: value for name, value in BILL.items() if name != key})
