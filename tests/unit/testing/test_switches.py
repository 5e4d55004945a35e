"""Every open question about a service is a switch, described, and tried otherwise: on the raw reply, and by the product."""

from pathlib import Path

import pytest
from tests.unknowns_page import Unknown, unknowns

TESTS = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def written() -> dict[str, str]:
    """What the tests of the stand-ins and of the product say, by folder."""
    folders = {"raw": TESTS / "unit" / "testing", "product": TESTS / "story"}
    return {name: "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.py")) for name, folder in folders.items()}


@pytest.mark.parametrize("unknown", [pytest.param(each, id=f"{each.service} {each.name}") for each in unknowns()])
def test_given_a_switch_when_looked_up_then_it_is_described_and_tried_otherwise_by_both(unknown: Unknown, written: dict[str, str]) -> None:
    assert unknown.question and unknown.others
    assert {name for name, text in written.items() if unknown.name not in text} == set()


@pytest.mark.parametrize(
    "unknown", [pytest.param(each, id=f"{each.service} {each.name}") for each in unknowns() if each.service in ("Xero", "Slack")]
)
def test_given_a_switch_when_its_text_is_read_then_it_names_the_facts_and_what_each_setting_means(unknown: Unknown) -> None:
    values = (unknown.default, *unknown.others)

    assert unknown.question.startswith("Section ")
    assert [value for value in values if (f"{value}:" if isinstance(value, bool) else str(value)) not in unknown.question] == []
