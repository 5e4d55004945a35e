"""The demo as a newcomer has it: `xero-sync demo` as a process, its page in Chromium. `make test-page` runs these."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, expect, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout

CHROMIUM = "/usr/bin/chromium"
QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
LONGEST = 20_000
TOUR_BILL, TOUR_PROJECT = "2219", "Tidewater Launch"
COMMAND = "/xero-sync, and what else you type"
expect.set_options(timeout=LONGEST)


@dataclass
class Demo:
    """The process. url: its page. said: what it has printed so far."""

    process: subprocess.Popen[str]
    folder: Path
    url: str = ""
    said: list[str] = field(default_factory=list)

    @classmethod
    def start(cls, home: Path, *options: str) -> Demo:
        """The demo whose books lie under this home, on a free port, once it says where it is."""
        environment = {**os.environ, "XDG_DATA_HOME": str(home), "HOME": str(home)}
        command = [sys.executable, "-X", "utf8", "-m", "xero_sync", "demo", "--no-browser", "--port", "0", *options]
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", env=environment
        )
        demo = cls(process, home / "xero-sync" / "demo")
        assert process.stdout is not None
        for line in process.stdout:
            demo.said.append(line.rstrip())
            if found := re.search(r"http://\S+", line):
                demo.url = found[0]
                return demo
        raise AssertionError("\n".join(demo.said))

    def stop(self) -> str:
        """What it said until it ended."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            rest = self.process.communicate(timeout=20)[0]
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        return "\n".join([*self.said, rest])


@dataclass
class Reader:
    """A person at the page. problems: what the browser complained of. strangers: requests that left for another host."""

    page: Page
    url: str
    problems: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(LONGEST)
        self.page.on("console", self._complains)
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("dialog", lambda dialog: self.problems.append(f"a dialog of the browser: {dialog.message}"))
        self.page.on("request", self._asks)

    def opens(self) -> None:
        """Load the page and wait until it is one's turn."""
        self.page.goto(self.url)
        try:
            self.page.wait_for_selector('body[data-ready="true"]')
        except PlaywrightTimeout as error:
            raise AssertionError(f"It does not begin. The page says: {self.page.locator('#state').inner_text()}") from error

    def is_now(self, person: str) -> None:
        """Sit down as somebody else."""
        label = next(text for text in self.page.get_by_label("You are").locator("option").all_text_contents() if text.startswith(person))
        self.page.get_by_label("You are").select_option(label=label)

    def types(self, words: str) -> Locator:
        """Type after /xero-sync; the private answer, once it stands there."""
        before = self.page.locator(".message.private").count()
        self.page.get_by_label(COMMAND).fill(words)
        self.page.get_by_label(COMMAND).press("Enter")
        answer = self.page.locator(".message.private").nth(before)
        answer.wait_for()
        return answer

    def approves(self, number: str) -> None:
        self.page.get_by_role("button", name=f"Approve bill {number}").click()

    def document(self, number: str) -> Locator:
        return self.page.locator("#documents > li").filter(has_text=f" {number}").first

    def project(self, name: str) -> Locator:
        return self.page.locator("#projects > li").filter(has=self.page.get_by_text(name, exact=True)).first

    def card(self, *words: str) -> Locator:
        found = self.page.locator("#channel > .message:not(.private)")
        for word in words:
            found = found.filter(has_text=word)
        return found.last

    def _complains(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.problems.append(message.text)

    def _asks(self, request: Request) -> None:
        if not request.url.startswith((self.url, "data:")):
            self.strangers.append(request.url)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield started
        started.close()


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    demo = Demo.start(tmp_path_factory.mktemp("home"), "--new")
    yield demo
    demo.stop()


@pytest.fixture
def reader(browser: Browser, running: Demo) -> Iterator[Reader]:
    """A newcomer in front of books that begin anew. At the end nothing has gone wrong in the browser, and nothing has left the machine."""
    with_reader = reader_of(browser, running)
    person = next(with_reader)
    begin_anew(person)
    yield person
    next(with_reader, None)
    assert person.problems == [] and person.strangers == []


def reader_of(browser: Browser, demo: Demo, **context: object) -> Iterator[Reader]:
    opened = browser.new_context(viewport={"width": 1400, "height": 1000}, **context)  # type: ignore[arg-type]
    yield Reader(opened.new_page(), demo.url)
    opened.close()


def begin_anew(person: Reader) -> None:
    """As the button Start anew does, whatever stands open, and whether or not the last beginning has come to its end."""
    person.page.goto(person.url)
    person.page.evaluate("fetch('/do/reset', {method: 'POST', headers: {'content-type': 'application/json'}, body: '{}'})")
    person.opens()
