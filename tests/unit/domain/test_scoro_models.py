"""Scoro's replies as models: its several spellings of one thing."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from pydantic import ValidationError

from xero_sync.domain import scoro

BILL: dict[str, Any] = {"module": "bills", "id": 812, "no": "B-45", "currency": "GBP", "date": "2026-11-03", "sum": "300.00"}


def bill(**changes: Any) -> scoro.Document:
    return scoro.Document.model_validate({**BILL, **changes})


@pytest.mark.parametrize(
    ("sent", "net"),
    [
        ("71.50", "71.50"),
        ("11.000000", "11.00"),
        (70.0299999999, "70.03"),
        (-12, "-12.00"),
        (None, "0.00"),
        ("", "0.00"),
        ("0.0000", "0.00"),
    ],
)
def test_given_an_amount_in_any_spelling_when_read_then_it_has_two_places(sent: Any, net: str) -> None:
    assert str(bill(sum=sent).net) == net


@pytest.mark.parametrize("sent", ["ten", "NaN", "Infinity", "1e13", "1e999999999", [], {}, "9" * 5000])
def test_given_no_amount_when_read_then_it_is_refused(sent: Any) -> None:
    with pytest.raises(ValidationError):
        bill(sum=sent)


@pytest.mark.parametrize(("sent", "project_id"), [(7, 7), ("7", 7), (-1, scoro.PER_LINE), (0, 0), (None, 0), ("", 0), (False, 0)])
def test_given_an_id_in_any_spelling_when_read_then_it_is_a_number(sent: Any, project_id: int) -> None:
    assert bill(project_id=sent).project_id == project_id


@pytest.mark.parametrize(
    ("sent", "is_deleted"), [(0, False), (1, True), ("0", False), ("1", True), (None, False), ("", False), (True, True)]
)
def test_given_a_flag_in_any_spelling_when_read_then_it_is_yes_or_no(sent: Any, is_deleted: bool) -> None:
    assert bill(is_deleted=sent).is_deleted is is_deleted


@pytest.mark.parametrize(
    ("sent", "moment"),
    [
        ("2026-11-04 15:39:30", datetime(2026, 11, 4, 15, 39, 30)),  # noqa: DTZ001 - in the site's zone, which is not known here
        ("2026-11-04T15:39:30+03:00", datetime(2026, 11, 4, 15, 39, 30, tzinfo=timezone(timedelta(hours=3)))),
        ("0000-00-00 00:00:00", None),
        ("0000-00-00", None),
        ("", None),
        (None, None),
    ],
)
def test_given_a_stamp_in_any_spelling_when_read_then_it_is_that_moment_or_none(sent: Any, moment: datetime | None) -> None:
    assert bill(modified_date=sent).modified_date == moment


@pytest.mark.parametrize(
    ("sent", "day"), [("2026-11-03", date(2026, 11, 3)), ("2026-11-03 00:00:00", date(2026, 11, 3)), ("0000-00-00", None), ("", None)]
)
def test_given_a_date_in_any_spelling_when_read_then_it_is_that_day_or_none(sent: Any, day: date | None) -> None:
    assert bill(date=sent).day == day


def test_given_a_list_row_when_read_then_unread_lines_are_not_no_lines() -> None:
    row, viewed = bill(lines=None), bill(lines=[])

    assert (row.lines, viewed.lines) == (None, ())


def test_given_a_heading_and_an_empty_line_when_asked_for_lines_of_value_then_they_are_left_out() -> None:
    document = bill(lines=[{"id": 1, "product_id": -1, "sum": "0.00"}, {"id": 2, "sum": "60.00"}, {"id": 3, "sum": "0.00"}])

    assert [line.line_id for line in document.lines_of_value] == [2]


def test_given_a_product_and_a_document_line_when_read_then_the_accounting_object_has_one_name() -> None:
    (line,) = bill(lines=[{"id": 1, "sum": "1.00", "finance_object_id": "4"}]).lines or ()

    assert line.accounting_object_id == 4


@pytest.mark.parametrize(
    ("changes", "is_open"),
    [
        pytest.param({"account_id": "acme"}, True, id="its own entity"),
        pytest.param({"account_id": "other"}, False, id="another entity's"),
        pytest.param({"account_id": "other", "project_accounts": ["acme"]}, True, id="shared"),
        pytest.param({}, True, id="a site with one entity"),
        pytest.param({"account_id": "other", "project_accounts": None}, False, id="shared with none"),
    ],
)
def test_given_entities_when_a_project_is_asked_for_then_only_those_it_is_open_to_have_it(changes: dict[str, Any], is_open: bool) -> None:
    project = scoro.Project.model_validate({"project_id": 7, "project_name": "Refit", **changes})

    assert project.is_open_to("acme") is is_open


@pytest.mark.parametrize(
    ("status", "is_live"), [("inprogress", True), ("additional7", True), ("", True), ("completed", False), ("cancelled", False)]
)
def test_given_a_status_when_read_then_only_completed_and_cancelled_projects_are_closed(status: str, is_live: bool) -> None:
    project = scoro.Project.model_validate({"project_id": 7, "project_name": "Refit", "status": status})

    assert project.is_live is is_live


@pytest.mark.parametrize("row", [{"project_name": "Refit"}, {"project_id": None, "project_name": "Refit"}, {"project_id": 7}, []])
def test_given_a_project_without_id_or_name_when_read_then_it_is_refused_loudly(row: Any) -> None:
    with pytest.raises(ValidationError):
        scoro.Project.model_validate(row)
