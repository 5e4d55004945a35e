"""Starting, stopping and going on: what the terminal says, and what the page still knows."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Browser, expect
from tests.page.conftest import Demo, Reader, reader_of


def look(browser: Browser, demo: Demo) -> Reader:
    reader = next(reader_of(browser, demo))
    reader.opens()
    return reader


def test_given_a_demo_that_was_stopped_when_it_is_started_again_then_it_goes_on_and_with_new_it_begins_anew(
    browser: Browser, tmp_path: Path
) -> None:
    first = Demo.start(tmp_path)
    reader = look(browser, first)
    reader.approves("10466")
    card = reader.card('called "Harbor Refit"')
    expect(card).to_contain_text("3 approved bills wait")
    card.get_by_role("button", name="Put on Harbour Refit").click()
    expect(reader.project("Harbour Refit").locator("summary")).to_contain_text("£1,110.00")
    said = first.stop()

    second = Demo.start(tmp_path)
    reader = look(browser, second)
    expect(reader.project("Harbour Refit").locator("summary")).to_contain_text("£1,110.00")
    expect(reader.card('called "Harbor Refit"')).to_contain_text("Answered by @Bea")
    reader.approves("PP-3318")
    expect(reader.project("Fennimore Store").locator("summary")).to_contain_text("£1,765.00")
    second.stop()

    third = Demo.start(tmp_path, "--new")
    reader = look(browser, third)
    expect(reader.document("10466")).to_contain_text("Draft")
    third.stop()

    assert "The next start goes on from here." in said and first.process.returncode == 0


def test_given_a_demo_that_runs_when_another_is_started_then_it_says_where_the_first_one_is(running: Demo) -> None:
    home = running.folder.parents[1]
    said = failed_to_start(home, "--port", "0")

    assert f"The demo is running already at {running.url}" in said


def test_given_a_port_that_is_taken_when_the_demo_is_started_then_it_names_another_and_nothing_is_left(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = failed_to_start(tmp_path, "--port", str(port))

    assert said.strip() == f"Port {port} is taken by another program. Name another one: xero-sync demo --port {port + 1}"


def test_given_what_was_kept_is_damaged_when_the_demo_is_started_then_it_says_so_and_begins_anew(tmp_path: Path) -> None:
    folder = tmp_path / "xero-sync" / "demo"
    folder.mkdir(parents=True)
    (folder / "services.pickle").write_bytes(b"cos\nsystem\n(S'true'\ntR.")

    demo = Demo.start(tmp_path)
    demo.stop()

    assert demo.said[0] == "What the last demo kept cannot be read by this version. It begins anew."


def failed_to_start(home: Path, *options: str) -> str:
    command = [sys.executable, "-X", "utf8", "-m", "xero_sync", "demo", "--no-browser", *options]
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(home), "XDG_DATA_HOME": str(home)}
    ended = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", timeout=20, check=False)
    assert ended.returncode == 2, ended.stdout + ended.stderr
    return ended.stderr


def test_given_an_address_others_reach_when_the_demo_is_started_then_it_warns(tmp_path: Path) -> None:
    demo = Demo.start(tmp_path, "--host", "0.0.0.0")  # noqa: S104 what is warned about

    demo.stop()

    assert "Warning: everybody who reaches 0.0.0.0 can press here" in demo.said[0]
