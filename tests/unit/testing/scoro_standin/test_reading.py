"""Lists, filters, pages and the spelling of values."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from xero_sync.testing.standins.scoro import line


@pytest.mark.parametrize(
    ("asked", "rows"),
    [
        pytest.param({}, 50, id="default"),
        pytest.param({"per_page": 100}, 100, id="most"),
        pytest.param({"per_page": 500}, 100, id="clipped"),
        pytest.param({"per_page": "60"}, 60, id="as text"),
        pytest.param({"per_page": 100, "detailed_response": True}, 25, id="detailed"),
        pytest.param({"per_page": 100, "page": 2}, 20, id="last page"),
        pytest.param({"per_page": 100, "page": 3}, 0, id="past the end"),
    ],
)
async def test_given_120_projects_when_a_page_is_asked_then_scoros_caps_hold(scoro, ask, asked: dict[str, Any], rows: int) -> None:
    scoro.has_projects(*(f"Lantern {number:03}" for number in range(120)))

    data = await ask.answer("projects/list", **asked)

    assert len(data) == rows


async def test_given_a_bill_when_listed_then_lines_are_null_and_view_fields_missing(scoro, ask) -> None:
    scoro.has_custom_field("c_xeroid", "Xero id")
    scoro.has_bill("B-1", "Delft Signs", ["71.50"])

    (row,) = await ask.answer("bills/list")

    assert row["lines"] is None and not row.keys() & {"custom_fields", "company_name", "project_name"}


async def test_given_a_bill_when_viewed_then_money_is_text_and_flags_are_numbers(scoro, ask) -> None:
    scoro.has_custom_field("c_xeroid", "Xero id")
    bill_id = scoro.has_bill("B-1", "Tern & Teal Ltd", [line("11.00", "Paint"), line("60.50", "Brushes")], date="2026-11-03")

    bill = await ask.answer(f"bills/view/{bill_id}")

    assert (bill["sum"], bill["vat_sum"], bill["lines"][0]["price"], bill["lines"][0]["vat"]) == ("71.50", "14.30", "11.000000", "20.000")
    assert (bill["is_deleted"], bill["company_name"]) == (0, "Tern &amp; Teal Ltd")
    assert bill["custom_fields"] == [{"id": "c_xeroid", "name": "Xero id", "value": None, "type": "text"}]


async def test_given_an_invoice_when_listed_then_the_open_sum_is_a_noisy_number(scoro, ask) -> None:
    scoro.has_invoice("INV-1", "Osier Foods", [line("70.03", vat=0)])

    (row,) = await ask.answer("invoices/list")

    assert isinstance(row["receivable_sum"], float) and 70.0299 < row["receivable_sum"] < 70.03


async def test_given_switches_when_bills_are_listed_in_detail_then_lines_come_and_fields_go(scoro, ask) -> None:
    scoro.switches.detailed_lists_have_lines = True
    scoro.switches.detailed_lists_have_custom_fields = False
    scoro.has_bill("B-1", "Delft Signs", ["71.50"])

    (row,) = await ask.answer("bills/list", detailed_response=True)

    assert len(row["lines"]) == 1 and "custom_fields" not in row


@pytest.mark.parametrize(
    ("form", "listed", "viewed"),
    [
        ("mixed", "2026-11-25 12:00:00", "2026-11-25T12:00:00+02:00"),
        ("plain", "2026-11-25 12:00:00", "2026-11-25 12:00:00"),
        ("iso", "2026-11-25T12:00:00+02:00", "2026-11-25T12:00:00+02:00"),
    ],
)
async def test_given_a_form_of_datetimes_when_read_then_they_are_in_the_sites_zone(scoro, ask, form: Any, listed: str, viewed: str) -> None:
    scoro.site(time_zone=timezone(timedelta(hours=2)))
    scoro.switches.datetimes = form
    project_id = scoro.has_project("Blue Pylon")

    (row,) = await ask.answer("projects/list")
    view = await ask.answer(f"projects/view/{project_id}")

    assert (row["modified_date"], view["modified_date"]) == (listed, viewed)


@pytest.mark.parametrize(
    ("form", "deadline", "paid", "deleted"),
    [
        ("mixed", "0000-00-00", "", None),
        ("null", None, None, None),
        ("blank", "", "", ""),
        ("zeros", "0000-00-00", "0000-00-00", "0000-00-00 00:00:00"),
    ],
)
async def test_given_a_form_of_empty_dates_when_read_then_they_have_it(
    scoro, ask, form: Any, deadline: str | None, paid: str | None, deleted: str | None
) -> None:
    scoro.switches.empty_dates = form
    scoro.has_bill("B-1", "Delft Signs", ["1"])

    (row,) = await ask.answer("bills/list")

    assert (row["deadline"], row["dateofpayment"], row["deleted_date"]) == (deadline, paid, deleted)


@pytest.mark.parametrize(("is_escaped", "shown"), [(True, "Salt &amp; Pine"), (False, "Salt & Pine")])
async def test_given_an_ampersand_when_read_then_it_is_escaped_by_switch(scoro, ask, is_escaped: bool, shown: str) -> None:
    scoro.switches.names_are_html_escaped = is_escaped
    scoro.has_project("Salt & Pine")

    (row,) = await ask.answer("projects/list")

    assert row["project_name"] == shown


async def test_given_a_raw_project_when_listed_then_it_is_served_as_written(scoro, ask) -> None:
    scoro.puts_project({"project_id": 513, "project_name": "A &amp;  B", "no": "513", "company_name": "Tern & Teal Ltd", "is_deleted": 0})

    (row,) = await ask.answer("projects/list")

    assert row == {
        "project_id": 513,
        "project_name": "A &amp;  B",
        "no": "513",
        "company_name": "Tern & Teal Ltd",
        "is_deleted": 0,
        "company_id": scoro.has_company("Tern & Teal Ltd"),
    }


NOVEMBER_25 = datetime(2026, 11, 25, tzinfo=UTC)


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        pytest.param({"modified_date": {"from_date": "2026-11-24"}}, ["noon 24th", "midnight 25th"], id="from a day"),
        pytest.param({"modified_date": {"to_date": "2026-11-24"}}, ["noon 23rd"], id="a bare day means its midnight"),
        pytest.param({"modified_date": {"from_date": "2026-11-24 13:00:00"}}, ["midnight 25th"], id="from a time"),
        pytest.param({"modified_date": {"from": "2026-11-25"}}, ["noon 23rd", "noon 24th", "midnight 25th"], id="unknown range keys"),
        pytest.param({"project_name": "noon 23rd"}, ["noon 23rd", "noon 24th", "midnight 25th"], id="unknown filter"),
        pytest.param({"status": "completed"}, ["noon 24th"], id="equal"),
        pytest.param({"status": ["completed", "pending"]}, ["noon 24th", "midnight 25th"], id="one of a list"),
    ],
)
async def test_given_projects_when_filtered_then_those_are_listed(scoro, ask, wanted: dict[str, Any], names: list[str]) -> None:
    scoro.has_project("noon 23rd", modified=NOVEMBER_25 - timedelta(hours=36))
    scoro.has_project("noon 24th", modified=NOVEMBER_25 - timedelta(hours=12), status="completed")
    scoro.has_project("midnight 25th", modified=NOVEMBER_25, status="pending")

    data = await ask.answer("projects/list", filter=wanted)

    assert [project["project_name"] for project in data] == names


async def test_given_times_are_not_accepted_when_filtered_by_one_then_its_day_counts(scoro, ask) -> None:
    scoro.switches.from_date_accepts_time = False
    scoro.has_project("noon 24th", modified=NOVEMBER_25 - timedelta(hours=12))

    data = await ask.answer("projects/list", filter={"modified_date": {"from_date": "2026-11-24 13:00:00"}})

    assert len(data) == 1


async def test_given_a_filter_inside_request_when_listed_then_it_is_ignored(scoro, ask) -> None:
    scoro.has_project("Blue Pylon")

    data = await ask.answer("projects/list", request={"filter": {"status": "completed"}, "status": "completed"})

    assert len(data) == 1


@pytest.mark.parametrize(("kind", "names"), [("ignored", ["Web", "Webshop"]), ("exact", ["Web"]), ("contains", ["Web", "Webshop"])])
async def test_given_a_kind_of_name_filter_when_used_then_it_holds(scoro, ask, kind: Any, names: list[str]) -> None:
    scoro.switches.project_name_filter = kind
    scoro.has_projects("Web", "Webshop")

    data = await ask.answer("projects/list", filter={"project_name": "Web"})

    assert [project["project_name"] for project in data] == names


async def test_given_any_field_is_filterable_when_asked_by_number_then_one_bill(scoro, ask) -> None:
    scoro.switches.any_field_is_filterable = True
    scoro.has_bill("B-1", "Delft Signs", ["1"])
    scoro.has_bill("B-2", "Delft Signs", ["1"])

    data = await ask.answer("bills/list", filter={"no": "B-2"})

    assert [bill["no"] for bill in data] == ["B-2"]


async def test_given_the_newest_first_when_listed_then_rows_shift_as_they_change(scoro, ask, clock) -> None:
    scoro.switches.lists_start_with = "last_modified"
    first, second = scoro.has_projects("One", "Two")
    clock.passes(minutes=1)
    scoro.renames_project(second, "Two again")

    data = await ask.answer("projects/list")

    assert [project["project_id"] for project in data] == [second, first]


@pytest.mark.parametrize(("shows_all", "names"), [(False, ["Ours", "Shared"]), (True, ["Ours", "Theirs", "Shared"])])
async def test_given_a_second_entity_when_listed_then_its_projects_show_by_switch(scoro, ask, shows_all: bool, names: list[str]) -> None:
    scoro.switches.lists_show_other_entities = shows_all
    scoro.has_project("Ours")
    scoro.has_project("Theirs", account_id="fp-de")
    scoro.has_project("Shared", account_id="fp-de", project_accounts=["fp-de", "ferrowpike"])

    data = await ask.answer("projects/list")

    assert [project["project_name"] for project in data] == names


async def test_given_accounting_objects_when_listed_then_four_fields_are_all_there_is(scoro, ask) -> None:
    object_id = scoro.has_object("Workshop", "Department", symbol="WS")

    data = await ask.answer("financeObjects/list")

    assert data == [{"object_id": object_id, "object_symbol": "WS", "name": "Workshop", "parent_group_name": "Department"}]


async def test_given_users_when_one_is_looked_up_by_mail_then_it_is_found(scoro, ask) -> None:
    scoro.has_user("Finn Archer", "finn@ferrowpike.test")
    scoro.has_user("Mara Quill", "mara@ferrowpike.test")

    data = await ask.answer("users/list", filter={"email": "mara@ferrowpike.test"})

    assert [user["full_name"] for user in data] == ["Mara Quill"]


async def test_given_statuses_when_asked_for_a_module_then_the_sites_labels_come(scoro, ask) -> None:
    scoro.has_status("completed", "Wrapped up")

    data = await ask.answer("statuses/list", filter={"module": ["projects"]})

    assert {row["status_id"]: row["status_name"] for row in data}["completed"] == "Wrapped up"


async def test_given_a_company_and_a_person_when_companies_are_listed_then_the_person_is_missing(scoro, ask) -> None:
    scoro.has_company("Delft Signs")
    scoro.puts("contacts", {"name": "Mara", "contact_type": "person"})

    data = await ask.answer("companies/list")

    assert [company["name"] for company in data] == ["Delft Signs"]


@pytest.mark.parametrize("module", ["expenses", "receipts", "purchaseOrders"])
async def test_given_a_module_without_rows_when_listed_then_a_plain_empty_list(ask, module: str) -> None:
    assert await ask.answer(f"{module}/list") == []


async def test_given_lines_on_projects_when_asked_then_finances_follow_the_header_until_it_is_minus_one(scoro) -> None:
    one, two = scoro.has_projects("One", "Two")
    whole = scoro.has_bill("B-1", "Delft Signs", [line("40", project_id=two)], project_id=one)
    split = scoro.has_bill("B-2", "Delft Signs", [line("30", project_id=one), line("-5", project_id=two)], project_id=-1)

    (first_line, second_line) = (row["id"] for row in scoro.bills[split]["lines"])

    assert scoro.finances(one) == [("bills", whole, None, Decimal(40), "GBP"), ("bills", split, first_line, Decimal(30), "GBP")]
    assert scoro.finances(two) == [("bills", split, second_line, Decimal(-5), "GBP")]


@pytest.mark.parametrize(("has_number", "shown"), [(False, "Blue Pylon"), (True, "513 - Blue Pylon")])
async def test_given_a_bill_on_a_project_when_viewed_then_its_name_bears_the_number_by_switch(
    scoro, ask, has_number: bool, shown: str
) -> None:
    scoro.switches.document_project_name_has_number = has_number
    bill_id = scoro.has_bill("B-1", "Delft Signs", ["1"], project_id=scoro.has_project("Blue Pylon", no=513))

    bill = await ask.answer(f"bills/view/{bill_id}")

    assert bill["project_name"] == shown
