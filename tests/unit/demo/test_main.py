"""What `xero-sync demo` does at the terminal before the page is there."""

import errno
import webbrowser

import pytest

from xero_sync.cli import main as typed
from xero_sync.demo.page import main


class Window(webbrowser.BaseBrowser):
    """A browser with a window; it takes the address or not."""

    def __init__(self, takes: bool) -> None:
        super().__init__("window")
        self.takes = takes

    def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:
        return self.takes


@pytest.mark.parametrize(
    ("browser", "is_opened"),
    [
        pytest.param(Window(True), True, id="a window"),
        pytest.param(Window(False), False, id="a window that does not open"),
        pytest.param(webbrowser.GenericBrowser("lynx"), False, id="one that would take over the terminal"),
        pytest.param(None, False, id="none"),
    ],
)
def test_given_the_browsers_of_a_machine_when_the_page_is_opened_then_only_a_window_is_used(
    monkeypatch: pytest.MonkeyPatch, browser: webbrowser.BaseBrowser | None, is_opened: bool
) -> None:
    def get() -> webbrowser.BaseBrowser:
        if browser is None:
            raise webbrowser.Error
        return browser

    monkeypatch.setattr(webbrowser, "get", get)

    assert main._is_opened("http://127.0.0.1:8470") == is_opened


def test_given_an_address_that_is_not_ours_when_the_page_cannot_be_served_then_the_sentence_says_so() -> None:
    error = OSError(errno.EADDRNOTAVAIL, "Cannot assign requested address")

    assert main._why_not_served("192.0.2.7", 8470, error).startswith("The page cannot be served at 192.0.2.7, port 8470: Cannot assign")


def test_given_words_of_the_story_when_the_page_is_asked_for_then_they_are_refused_in_one_sentence(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = typed(["demo", "--sabotage", "attach"])

    assert (code, capsys.readouterr().err.strip()) == (2, "--json and --sabotage belong to the story: add --script.")
