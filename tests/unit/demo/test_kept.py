"""What the services hold on disk between two starts."""

import pickle
from pathlib import Path

import pytest
from tests.unit.demo.conftest import opened_agency

from xero_sync import __version__
from xero_sync.demo.page import kept
from xero_sync.errors import ConfigError
from xero_sync.testing.standins.xero import line


def test_given_books_that_were_changed_when_they_are_kept_and_put_back_then_every_service_holds_the_same(tmp_path: Path) -> None:
    before = opened_agency()
    before.xero.approves_bill("Z-1", "Mill Couriers", [line(70, option="Quay Lantern")], date="2026-11-20")
    before.scoro.renames_project(before.project("Quay Lantern"), "Quay Lamp")
    message = before.slack.has_message("finance", "Good morning")
    kept.keep(before, tmp_path)

    after = opened_agency()
    is_back = kept.put_back(after, tmp_path)

    assert is_back and after.xero.documents == before.xero.documents and after.scoro.projects == before.scoro.projects
    assert after.slack.latest(message).plain == "Good morning" and after.belongs == before.belongs
    new = {after.xero.approves_bill(f"Z-{place}", "Mill Couriers", [line(1)], date="2026-11-20") for place in range(3)}
    assert len(new) == 3 and not new & before.xero.documents.keys()
    assert [entry.name for entry in after.xero.options("Project")] == [entry.name for entry in before.xero.options("Project")]


class Harmful:
    def __reduce__(self) -> object:
        return (Path.touch, (Path("harm"),))


def by_way_of(module_name: str, global_name: str) -> bytes:
    """A file that calls what these names lead to, with the words of a command."""
    names = b"".join(b"\x8c" + bytes([len(name)]) + name.encode() for name in (module_name, global_name))
    return b"\x80\x04" + names + b"\x93" + b"]" + b"(\x8c\x05touch\x8c\x04harme" + b"\x85R."


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"not a pickle at all", id="something else"),
        pytest.param(pickle.dumps(("0.0.0", {}, {})), id="another version"),
        pytest.param(pickle.dumps(Harmful()), id="something that acts"),
        pytest.param(b"cbuiltins\neval\n(S'1'\ntR.", id="eval"),
        pytest.param(by_way_of("xero_sync.testing.standins.traffic", "asyncio.base_events.subprocess.Popen"), id="out by a dotted name"),
        pytest.param(by_way_of("xero_sync.testing.standins.keeping", "ClassVar"), id="what a module has only imported"),
        pytest.param(pickle.dumps((__version__, {}, {})), id="a part is missing"),
    ],
)
def test_given_a_file_that_is_no_good_when_it_is_put_back_then_nothing_changes_and_nothing_acts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "services.pickle").write_bytes(content)
    agency = opened_agency()
    documents = dict(agency.xero.documents)

    assert not kept.put_back(agency, tmp_path)
    assert agency.xero.documents == documents and not (tmp_path / "harm").exists()


def test_given_a_folder_in_use_when_another_demo_wants_it_then_it_is_told_where_the_first_one_is(tmp_path: Path) -> None:
    with kept.locked(tmp_path):
        kept.say_where(tmp_path, "http://127.0.0.1:8470")
        with pytest.raises(ConfigError, match=r"running already at http://127\.0\.0\.1:8470"), kept.locked(tmp_path):
            raise AssertionError("two at once")


def test_given_what_was_kept_when_it_is_forgotten_then_only_the_lock_is_left(tmp_path: Path) -> None:
    kept.keep(opened_agency(), tmp_path)
    (tmp_path / "demo.lock").touch()
    (tmp_path / "folder").mkdir()

    kept.forget(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["demo.lock"]
