"""What a Snapshot says of a line: the option in the chosen category, under its present name."""

from __future__ import annotations

import pytest
from tests.unit.domain.examples import CATEGORY_ID, NOW, category, document, invoice, line, option, project, settle_one, snapshot_of

from xero_sync.domain import xero
from xero_sync.domain.match import LineFacts
from xero_sync.domain.snapshot import BookedDocument, Snapshot

BLUE_PYLON = {"tracking_category_id": CATEGORY_ID, "tracking_option_id": "option-Blue Pylon", "option_name": "Blue Pylon"}


def seen(tracking: xero.LineTracking, *options: xero.TrackingOption) -> LineFacts:
    found = document(line(10, tracking=tracking))
    return snapshot_of([found], options=options).facts_of(found, found.lines[0])


@pytest.mark.parametrize(
    ("tracking", "options", "option_id", "option_name"),
    [
        pytest.param(BLUE_PYLON, [option("Blue Pylon")], "option-Blue Pylon", "Blue Pylon", id="by id"),
        pytest.param(
            {**BLUE_PYLON, "option_name": "Pylon"},
            [option("Blue Pylon")],
            "option-Blue Pylon",
            "Blue Pylon",
            id="renamed since the line was read",
        ),
        pytest.param(BLUE_PYLON, [], "option-Blue Pylon", "Blue Pylon", id="not in the list yet"),
        pytest.param(
            {"category_name": "Project", "option_name": "Blue Pylon"},
            [option("Blue Pylon")],
            "option-Blue Pylon",
            "Blue Pylon",
            id="by names",
        ),
        pytest.param({"category_name": "Project", "option_name": "Blue Pylon"}, [], "", "Blue Pylon", id="by a name nobody knows"),
        pytest.param(
            {"category_name": "Project", "option_name": "blue pylon"}, [option("Blue Pylon")], "", "blue pylon", id="a name is Xero's own"
        ),
        pytest.param(
            {**BLUE_PYLON, "option_name": ""}, [option("Blue Pylon")], "option-Blue Pylon", "Blue Pylon", id="an id without a name"
        ),
        pytest.param({**BLUE_PYLON, "tracking_category_id": "category-region"}, [option("Blue Pylon")], "", "", id="of another category"),
        pytest.param(
            {**BLUE_PYLON, "tracking_category_id": "category-region", "category_name": "Project"},
            [option("Blue Pylon")],
            "",
            "",
            id="of another category of the same name",
        ),
    ],
)
def test_given_a_lines_tracking_when_seen_then_its_option_is_that_of_the_chosen_category(
    tracking: dict[str, str], options: list[xero.TrackingOption], option_id: str, option_name: str
) -> None:
    facts = seen(xero.LineTracking(**tracking), *options)

    assert (facts.option_id, facts.option_name) == (option_id, option_name)


def test_given_an_active_and_an_archived_option_of_one_name_when_known_by_name_then_the_active_one_is_meant() -> None:
    archived = xero.TrackingOption(tracking_option_id="a-archived", name="Blue Pylon", status="ARCHIVED")
    active = xero.TrackingOption(tracking_option_id="b-active", name="Blue Pylon")

    facts = seen(xero.LineTracking(category_name="Project", option_name="Blue Pylon"), archived, active)

    assert facts.option_id == "b-active"


@pytest.mark.parametrize(
    ("status", "wanted", "is_found"),
    [
        pytest.param("ACTIVE", "Project", True, id="by name"),
        pytest.param("ACTIVE", CATEGORY_ID, True, id="by id"),
        pytest.param("ARCHIVED", "Project", False, id="archived"),
        pytest.param("ACTIVE", "Region", False, id="another one"),
    ],
)
def test_given_the_setting_when_the_category_is_looked_up_then_only_the_active_one_of_that_name_or_id_counts(
    status: str, wanted: str, is_found: bool
) -> None:
    found = category(option("Blue Pylon")).model_copy(update={"status": status})

    snapshot = snapshot_of([], settings={"project_category": wanted}, categories=(found,))

    assert (snapshot.category is not None) is is_found


@pytest.mark.parametrize(("status", "is_archived"), [("ACTIVE", False), ("ARCHIVED", True), ("DELETED", False)])
def test_given_an_option_when_asked_then_only_an_archived_one_is_archived(status: str, is_archived: bool) -> None:
    snapshot = snapshot_of([], options=[option("Blue Pylon", status)])

    assert snapshot.is_archived("option-Blue Pylon") is is_archived and not snapshot.is_archived("")


def test_given_no_category_when_a_line_is_seen_then_it_has_no_option() -> None:
    found = document(line(10, option="Blue Pylon"))
    snapshot: Snapshot = snapshot_of([found], categories=())

    assert (snapshot.facts_of(found, found.lines[0]).option_id, snapshot.option_name("option-Blue Pylon")) == ("", "")


@pytest.mark.parametrize(
    ("found", "module"),
    [
        pytest.param(document(line(1)), "bills", id="bill"),
        pytest.param(document(line(1), type="ACCPAYCREDIT"), "bills", id="supplier's credit note"),
        pytest.param(invoice(line(1)), "invoices", id="sales invoice"),
        pytest.param(document(line(1), type="ACCRECCREDIT"), "invoices", id="credit note to a client"),
    ],
)
def test_given_a_document_when_its_copy_is_looked_for_then_it_is_among_scoros_bills_or_invoices(found: xero.Document, module: str) -> None:
    assert BookedDocument(found).module == module


def test_given_an_option_renamed_after_the_document_was_read_when_settled_then_the_new_name_finds_the_project() -> None:
    found = document(line(10, option="Harbor Refit"))
    renamed = xero.TrackingOption(tracking_option_id="option-Harbor Refit", name="Harbour Refit")

    result = settle_one(found, [project(412, "Harbour Refit")], options=[renamed], taken_at=NOW)

    assert [share.project_id for share in result.shares] == [412]
