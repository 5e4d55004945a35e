"""Modify and delete."""

from decimal import Decimal
from typing import Any

import pytest

from xero_sync.testing.standins.scoro import line


async def test_given_a_bill_when_only_its_project_is_sent_then_the_rest_is_kept(scoro, ask, clock) -> None:
    project_id = scoro.has_project("Blue Pylon")
    bill_id = scoro.has_bill("B-1", "Delft Signs", ["71.50"], description="Fascia")
    clock.passes(minutes=5)

    await ask.answer(f"bills/modify/{bill_id}", request={"project_id": project_id})

    bill = scoro.bills[bill_id]
    assert (bill["project_id"], bill["description"], bill["sum"], bill["modified_date"]) == (
        project_id,
        "Fascia",
        Decimal("71.50"),
        clock.now(),
    )


async def test_given_a_bill_when_put_on_a_project_then_one_write_tells_before_and_after(scoro, ask) -> None:
    project_id = scoro.has_project("Blue Pylon")
    bill_id = scoro.has_bill("B-1", "Delft Signs", ["71.50"])

    await ask.answer(f"bills/modify/{bill_id}", request={"project_id": project_id})

    (write,) = scoro.writes
    assert (write.module, write.id, write.changed) == ("bills", bill_id, ("project_id", "lines"))
    assert (write.before and write.before["project_id"], write.after["project_id"]) == (0, project_id)


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"projectId": 501, "c_xeroid": "x"}, id="unknown keys"),
        pytest.param({"project_id": "Blue Pylon"}, id="malformed"),
        pytest.param({"project_id": 999}, id="no such project"),
        pytest.param({"sum": "1.00", "modified_date": "2026-01-01"}, id="computed"),
        pytest.param({"custom_fields": [{"id": "c_nowhere", "value": "x"}]}, id="custom field that does not exist"),
    ],
)
async def test_given_keys_scoro_cannot_use_when_written_then_ok_and_nothing_stored(scoro, ask, request_: dict[str, Any]) -> None:
    scoro.has_project("Blue Pylon")
    bill_id = scoro.has_bill("B-1", "Delft Signs", ["71.50"])

    await ask.answer(f"bills/modify/{bill_id}", request=request_)

    assert scoro.writes == [] and scoro.project_of(scoro.bills[bill_id]) is None


async def test_given_unknown_projects_are_refused_when_one_is_written_then_error(scoro, ask) -> None:
    scoro.switches.unknown_project_in_write = "refused"
    bill_id = scoro.has_bill("B-1", "Delft Signs", ["71.50"])

    reply = await ask(f"bills/modify/{bill_id}", request={"project_id": 999})

    assert (reply.json()["status"], scoro.writes) == ("ERROR", [])


async def test_given_a_custom_field_when_written_as_a_list_then_it_is_stored(scoro, ask) -> None:
    scoro.has_custom_field("c_xeroid", "Xero id", ["bills"])
    bill_id = scoro.has_bill("B-1", "Delft Signs", ["1"])

    bill = await ask.answer(f"bills/modify/{bill_id}", request={"custom_fields": [{"id": "c_xeroid", "value": "abc"}]})

    assert bill["custom_fields"][0]["value"] == "abc"


@pytest.mark.parametrize(("overwrites", "stands"), [(True, "One"), (False, "Two")])
async def test_given_lines_on_a_project_when_the_header_gets_another_then_the_switch_decides(
    scoro, ask, overwrites: bool, stands: str
) -> None:
    scoro.switches.header_project_overwrites_lines = overwrites
    one, two = scoro.has_projects("One", "Two")
    bill_id = scoro.has_bill("B-1", "Delft Signs", [line("40", project_id=two)], project_id=-1)

    bill = await ask.answer(f"bills/modify/{bill_id}", request={"project_id": one})

    assert (bill["project_id"], bill["lines"][0]["project_name"]) == (one, stands)


async def test_given_a_bill_when_each_line_is_sent_with_its_project_then_both_projects_carry_their_part(scoro, ask) -> None:
    one, two = scoro.has_projects("One", "Two")
    bill_id = scoro.has_bill("B-1", "Delft Signs", ["40", "60"])
    first, second = (await ask.answer(f"bills/view/{bill_id}"))["lines"]

    lines = [first | {"project_id": one}, second | {"project_id": two}]
    await ask.answer(f"bills/modify/{bill_id}", request={"project_id": -1, "lines": lines})

    assert [(at.line_id, at.net) for at in scoro.finances(one) + scoro.finances(two)] == [
        (first["id"], Decimal(40)),
        (second["id"], Decimal(60)),
    ]


@pytest.mark.parametrize(("kind", "nets"), [("replace", ["40.00"]), ("merge", ["40.00", "60.00"])])
async def test_given_one_of_two_lines_when_sent_then_the_other_goes_or_stays_by_switch(scoro, ask, kind: Any, nets: list[str]) -> None:
    scoro.switches.lines_modify = kind
    bill_id = scoro.has_bill("B-1", "Delft Signs", ["40", "60"])
    first = scoro.bills[bill_id]["lines"][0]

    bill = await ask.answer(f"bills/modify/{bill_id}", request={"lines": [{"id": first["id"], "comment": "kept"}]})

    assert [row["sum"] for row in bill["lines"]] == nets


async def test_given_a_line_divided_over_projects_when_written_then_the_new_line_has_its_own_id(scoro, ask) -> None:
    one, two = scoro.has_projects("One", "Two")
    bill_id = scoro.has_bill("B-1", "Delft Signs", ["84.00"])
    old_id = scoro.bills[bill_id]["lines"][0]["id"]

    parts = [{"id": old_id, "price": "9.12", "sum": "9.12", "project_id": one}, {"price": "74.88", "sum": "74.88", "project_id": two}]
    await ask.answer(f"bills/modify/{bill_id}", request={"project_id": -1, "lines": parts})

    assert [(row["id"] == old_id, row["sum"]) for row in scoro.bills[bill_id]["lines"]] == [
        (True, Decimal("9.12")),
        (False, Decimal("74.88")),
    ]
    assert scoro.bills[bill_id]["sum"] == Decimal("84.00")


@pytest.mark.parametrize(("sum_wins", "stored"), [(True, "12.00"), (False, "10.00")])
async def test_given_a_sum_that_is_not_price_by_amount_when_written_then_the_switch_decides(
    scoro, ask, sum_wins: bool, stored: str
) -> None:
    scoro.switches.line_sum_wins = sum_wins
    bill_id = scoro.has_bill("B-1", "Delft Signs", ["1"])

    bill = await ask.answer(f"bills/modify/{bill_id}", request={"lines": [{"price": "5", "amount": "2", "sum": "12.00"}]})

    assert bill["lines"][0]["sum"] == stored


async def test_given_line_projects_cannot_be_set_when_written_then_they_are_dropped(scoro, ask) -> None:
    scoro.switches.line_projects_can_be_set = False
    project_id = scoro.has_project("One")
    bill_id = scoro.has_bill("B-1", "Delft Signs", ["40"])
    (old,) = scoro.bills[bill_id]["lines"]

    await ask.answer(f"bills/modify/{bill_id}", request={"project_id": -1, "lines": [{"id": old["id"], "project_id": project_id}]})

    assert scoro.finances(project_id) == []


async def test_given_invoices_take_no_line_projects_when_written_then_header_and_lines_stay(scoro, ask) -> None:
    scoro.switches.invoice_accepts_line_projects = False
    project_id = scoro.has_project("One")
    invoice_id = scoro.has_invoice("INV-1", "Osier Foods", ["40"])
    (old,) = scoro.invoices[invoice_id]["lines"]

    await ask.answer(f"invoices/modify/{invoice_id}", request={"project_id": -1, "lines": [{"id": old["id"], "project_id": project_id}]})

    assert scoro.writes == []


@pytest.mark.parametrize(("moves", "minutes"), [(True, 5), (False, 0)])
async def test_given_an_attach_when_done_then_modified_date_moves_by_switch(scoro, ask, clock, moves: bool, minutes: int) -> None:
    scoro.switches.attach_moves_modified_date = moves
    project_id = scoro.has_project("Blue Pylon")
    bill_id = scoro.has_bill("B-1", "Delft Signs", ["1"])
    before = clock.now()
    clock.passes(minutes=5)

    await ask.answer(f"bills/modify/{bill_id}", request={"project_id": project_id})

    assert (scoro.bills[bill_id]["modified_date"] - before).total_seconds() == minutes * 60


@pytest.mark.parametrize("path", ["bills/modify", "bills/modify/0"])
async def test_given_no_id_when_modified_then_a_bill_is_created(scoro, ask, path: str) -> None:
    company_id = scoro.has_company("Delft Signs")

    request = {"no": "B-9", "company_id": company_id, "date": "2026-11-03", "lines": [{"price": "10", "amount": "2", "vat": "20"}]}
    bill = await ask.answer(path, request=request)

    assert (bill["no"], bill["company_name"], bill["sum"], bill["vat_sum"], scoro.writes[0].before) == (
        "B-9",
        "Delft Signs",
        "20.00",
        "4.00",
        None,
    )


async def test_given_a_project_when_its_type_is_written_later_then_it_stays(scoro, ask) -> None:
    project = await ask.answer("projects/modify", request={"project_name": "Pitch", "project_type": "internal"})

    await ask.answer(f"projects/modify/{project['project_id']}", request={"project_type": "regular", "status": "completed"})

    stored = scoro.projects[project["project_id"]]
    assert (stored["project_type"], stored["status"]) == ("internal", "completed")


async def test_given_a_project_without_a_name_when_created_then_error_and_none_is_there(scoro, ask) -> None:
    reply = await ask("projects/modify", request={"status": "pending"})

    assert (reply.json()["status"], scoro.projects) == ("ERROR", {})


@pytest.mark.parametrize(
    ("include", "numbers"), [({}, []), ({"include_deleted": "1"}, ["B-1"]), ({"request": {"include_deleted": 1}}, ["B-1"])]
)
async def test_given_a_deleted_bill_when_listed_then_it_shows_only_if_asked_for(
    scoro, ask, include: dict[str, Any], numbers: list[str]
) -> None:
    bill_id = scoro.has_bill("B-1", "Delft Signs", ["1"])
    await ask(f"bills/delete/{bill_id}")

    data = await ask.answer("bills/list", **include)

    assert [bill["no"] for bill in data] == numbers


async def test_given_a_bill_when_deleted_then_no_data_and_modified_date_stays(scoro, ask, clock) -> None:
    bill_id = scoro.has_bill("B-1", "Delft Signs", ["1"])
    before = clock.now()
    clock.passes(minutes=5)

    reply = await ask(f"bills/delete/{bill_id}")

    bill = scoro.bills[bill_id]
    assert "data" not in reply.json()
    assert (bill["is_deleted"], bill["modified_date"], bill["deleted_date"]) == (True, before, clock.now())


@pytest.mark.parametrize(("is_shown", "status"), [(True, "OK"), (False, "ERROR")])
async def test_given_a_deleted_bill_when_viewed_then_the_switch_decides(scoro, ask, is_shown: bool, status: str) -> None:
    scoro.switches.deleted_can_be_viewed = is_shown
    bill_id = scoro.has_bill("B-1", "Delft Signs", ["1"])
    scoro.deletes("bills", bill_id)

    reply = await ask(f"bills/view/{bill_id}")

    assert (reply.json()["status"], reply.json().get("data", {}).get("lines")) == (status, [] if is_shown else None)


async def test_given_a_deleted_bill_when_thirty_days_have_passed_then_no_list_has_it(scoro, ask, clock) -> None:
    scoro.deletes("bills", scoro.has_bill("B-1", "Delft Signs", ["1"]))
    clock.passes(days=31)

    assert await ask.answer("bills/list", include_deleted=True) == []


async def test_given_objects_are_writable_when_one_is_created_then_it_is_listed(scoro, ask) -> None:
    scoro.switches.finance_objects_writable = True

    await ask.answer("financeObjects/modify", request={"name": "Studio", "parent_group_name": "Department"})

    assert [entry["name"] for entry in await ask.answer("financeObjects/list")] == ["Studio"]


async def test_given_object_writes_only_answer_ok_when_one_is_created_then_none_is_there(scoro, ask) -> None:
    scoro.switches.finance_objects_write_answers_ok = True

    await ask.answer("financeObjects/modify", request={"name": "Studio"})

    assert (scoro.objects, scoro.writes) == ({}, [])


async def test_given_a_product_when_its_default_object_is_written_then_it_is_kept(scoro, ask) -> None:
    product_id, object_id = scoro.has_product("Design hour"), scoro.has_object("Studio")

    await ask.answer(f"products/modify/{product_id}", request={"accounting_object_id": object_id})

    assert scoro.products[product_id]["accounting_object_id"] == object_id


async def test_given_a_person_edits_in_scoro_when_done_then_it_shows_and_is_no_write_of_a_client(scoro, ask, clock) -> None:
    project_id = scoro.has_project("Blue Pylon")
    await ask.answer("projects/list")
    clock.passes(minutes=5)

    scoro.completes_project(project_id)

    (row,) = await ask.answer("projects/list")
    assert (row["status"], row["modified_date"], scoro.writes) == ("completed", "2026-11-25 10:05:00", [])
