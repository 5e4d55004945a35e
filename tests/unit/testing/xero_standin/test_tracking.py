"""Rules of tracking categories and options on the Xero stand-in."""

from typing import Any

import pytest

from xero_sync.testing.standins.xero import XeroStandIn, line

NOT_UNIQUE = "For each specified tracking option the name must be unique."


async def puts_option(app: Any, category_id: str, name: str) -> Any:
    return await app.ask("PUT", f"/TrackingCategories/{category_id}/Options", {"Name": name})


def message(reply: Any) -> tuple[int, str]:
    return reply.status_code, reply.json()["Elements"][0]["ValidationErrors"][0]["Message"]


async def test_given_a_category_when_an_option_is_put_then_it_is_listed(xero: XeroStandIn, app: Any) -> None:
    category_id = xero.has_category("Project")

    reply = await puts_option(app, category_id, "Acme Web")

    (option,) = reply.json()["Options"]
    (category,) = await app.listed("TrackingCategories")
    assert category["Options"] == [option]
    assert option == {
        "TrackingOptionID": xero.options()[0].option_id,
        "Name": "Acme Web",
        "Status": "ACTIVE",
        "HasValidationErrors": False,
        "IsDeleted": False,
        "IsArchived": False,
        "IsActive": True,
    }


@pytest.mark.parametrize(
    ("name", "switches", "is_made"),
    [
        ("Acme Web", {}, False),
        ("ACME web", {}, False),
        ("ACME web", {"duplicate_name_ignores_case": False}, True),
        ("Old Web", {}, False),
        ("Old Web", {"duplicate_counts_archived": False}, True),
    ],
)
async def test_given_a_name_that_is_there_when_put_then_400_must_be_unique(
    xero: XeroStandIn, app: Any, name: str, switches: dict[str, bool], is_made: bool
) -> None:
    vars(xero.switches).update(switches)
    category_id = xero.has_category("Project", ["Acme Web"])
    xero.has_option("Old Web", status="ARCHIVED")

    reply = await puts_option(app, category_id, name)

    assert (len(xero.options()) == 3) is is_made
    assert is_made or message(reply) == (400, NOT_UNIQUE)


@pytest.mark.parametrize("name", ["Acme ", " Acme"])
async def test_given_a_padded_name_when_put_then_500(xero: XeroStandIn, app: Any, name: str) -> None:
    reply = await puts_option(app, xero.has_category("Project"), name)

    assert (reply.status_code, reply.json()["Title"], xero.options()) == (500, "An error occurred", [])


async def test_given_a_wrong_category_when_put_then_500(app: Any) -> None:
    reply = await puts_option(app, "982fa203-0f71-5c7c-b49b-cd1d8b9d330e", "Acme")

    assert reply.status_code == 500


@pytest.mark.parametrize(("length", "status"), [(100, 200), (101, 400)])
async def test_given_a_long_name_when_put_then_100_characters_are_the_most(xero: XeroStandIn, app: Any, length: int, status: int) -> None:
    reply = await puts_option(app, xero.has_category("Project"), "x" * length)

    assert reply.status_code == status


async def test_given_xml_when_put_then_the_option_is_made(xero: XeroStandIn, app: Any) -> None:
    path = f"/api.xro/2.0/TrackingCategories/{xero.has_category('Project')}/Options"
    headers = app.headers | {"Content-Type": "application/xml"}

    reply = await app.client.put(path, content="<Option><Name>Tern &amp; Teal</Name></Option>", headers=headers)

    assert (reply.status_code, xero.options()[0].name) == (200, "Tern & Teal")


async def test_given_several_options_in_xml_when_put_then_all_are_made(xero: XeroStandIn, app: Any) -> None:
    path = f"/api.xro/2.0/TrackingCategories/{xero.has_category('Project')}/Options"
    body = "<Options><Option><Name>Acme</Name></Option><Option><Name>Birch</Name></Option></Options>"

    reply = await app.client.put(path, content=body, headers=app.headers | {"Content-Type": "application/xml"})

    assert [option["Name"] for option in reply.json()["Options"]] == [option.name for option in xero.options()] == ["Acme", "Birch"]


async def test_given_the_switch_when_put_then_200_without_an_id_and_nothing_is_made(xero: XeroStandIn, app: Any) -> None:
    xero.switches.put_options_may_answer_without_id = True

    reply = await puts_option(app, xero.has_category("Project"), "Acme")

    assert (reply.status_code, "TrackingOptionID" in reply.json()["Options"][0], xero.options()) == (200, False, [])


async def test_given_the_switch_when_put_then_400_and_yet_made(xero: XeroStandIn, app: Any) -> None:
    xero.switches.not_unique_but_created = True

    reply = await puts_option(app, xero.has_category("Project"), "Acme")

    assert (message(reply), xero.options()[0].name) == ((400, NOT_UNIQUE), "Acme")


async def test_given_old_and_new_options_in_one_category_when_posted_then_it_fails_and_the_new_one_is_there(
    xero: XeroStandIn, app: Any
) -> None:
    category_id = xero.has_category("Project", ["Old"])

    reply = await app.ask("POST", f"/TrackingCategories/{category_id}", {"Options": [{"Name": "Old"}, {"Name": "New"}]})

    assert (message(reply), [option.name for option in xero.options()]) == ((400, NOT_UNIQUE), ["Old", "New"])


async def test_given_an_unused_option_when_archived_then_400_and_deleting_works(xero: XeroStandIn, app: Any) -> None:
    category_id, option_id = xero.has_category("Project"), xero.has_option("Acme")
    path = f"/TrackingCategories/{category_id}/Options/{option_id}"

    archived = await app.ask("POST", path, {"Status": "ARCHIVED"})
    deleted = await app.ask("DELETE", path)

    assert message(archived) == (400, "Tracking Option cannot be archived because it is not in use.")
    assert (deleted.json()["Options"][0]["Status"], xero.options()) == ("DELETED", [])


async def test_given_a_used_option_when_deleted_then_400_and_archiving_hides_it(xero: XeroStandIn, app: Any) -> None:
    category_id, option_id = xero.has_category("Project"), xero.has_option("Acme")
    xero.approves_bill("B-1", "Delft Signs", [line("10", option="Acme")], date="2026-11-18")
    path = f"/TrackingCategories/{category_id}/Options/{option_id}"

    deleted = await app.ask("DELETE", path)
    archived = await app.ask("POST", path, {"Status": "ARCHIVED"})

    shown = [(await app.listed("TrackingCategories", **query))[0]["Options"] for query in ({}, {"includeArchived": "true"})]
    assert (deleted.status_code, archived.status_code) == (400, 200)
    assert (shown[0], [option["Status"] for option in shown[1]]) == ([], ["ARCHIVED"])


@pytest.mark.parametrize(("is_allowed", "status"), [(True, "ACTIVE"), (False, "ARCHIVED")])
async def test_given_an_archived_option_when_made_active_then_the_switch_decides(
    xero: XeroStandIn, app: Any, is_allowed: bool, status: str
) -> None:
    xero.switches.post_active_restores_option = is_allowed
    option_id = xero.has_option("Acme", status="ARCHIVED")

    await app.ask("POST", f"/TrackingCategories/{xero.categories[0].category_id}/Options/{option_id}", {"Status": "ACTIVE"})

    assert xero.options()[0].status == status


@pytest.mark.parametrize("moves", [True, False])
async def test_given_a_used_option_when_renamed_then_all_documents_show_it(xero: XeroStandIn, app: Any, time: Any, moves: bool) -> None:
    xero.switches.renaming_moves_updated_date = moves
    option_id = xero.has_option("Harbor Refit")
    bill = xero.approves_bill("B-1", "Delft Signs", [line("10", option="Harbor Refit")], date="2026-11-18")
    await app.listed("Invoices", page=1)
    before, path = xero.moved_at(bill), f"/TrackingCategories/{xero.categories[0].category_id}/Options/{option_id}"
    time.passes(minutes=5)

    await app.ask("POST", path, {"Name": "Harbour Refit"})

    (shown,) = await app.listed("Invoices", page=1)
    assert (shown["LineItems"][0]["Tracking"][0]["Option"], xero.moved_at(bill) > before) == ("Harbour Refit", moves)


async def test_given_two_active_categories_when_a_third_is_put_then_400(xero: XeroStandIn, app: Any) -> None:
    xero.has_category("Project")
    second = await app.ask("PUT", "/TrackingCategories", {"Name": "Team"})

    third = await app.ask("PUT", "/TrackingCategories", {"Name": "Region"})

    assert (second.status_code, third.status_code, len(xero.categories)) == (200, 400, 2)


async def test_given_a_used_category_when_archived_then_its_tracking_leaves_the_documents(xero: XeroStandIn, app: Any) -> None:
    category_id = xero.has_category("Project", ["Used", "Unused"])
    bill = xero.approves_bill("B-1", "Delft Signs", [line("10", option="Used")], date="2026-11-18")

    await app.ask("POST", f"/TrackingCategories/{category_id}", {"Status": "ARCHIVED"})

    assert xero.documents[bill]["LineItems"][0]["Tracking"] == []
    assert (await app.listed("TrackingCategories"), [option.name for option in xero.options()]) == ([], ["Used"])


async def test_given_options_without_an_id_when_posted_then_404(xero: XeroStandIn, app: Any) -> None:
    category_id = xero.has_category("Project")

    reply = await app.ask("POST", f"/TrackingCategories/{category_id}/Options", {"Name": "Acme"})

    assert reply.status_code == 404
