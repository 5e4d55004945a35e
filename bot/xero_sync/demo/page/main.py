"""`xero-sync demo`: the page, from its first word on the terminal to the last."""

from __future__ import annotations

import asyncio
import errno
import sys
import webbrowser
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

import platformdirs
import uvloop

from xero_sync.addresses import is_loopback
from xero_sync.clock import SystemClock
from xero_sync.demo.agency import Agency
from xero_sync.demo.page import kept
from xero_sync.demo.page.opening import add_drafts
from xero_sync.demo.page.server import page_app
from xero_sync.demo.page.show import Show, open_show
from xero_sync.demo.process import cancel_on_signals
from xero_sync.errors import ConfigError
from xero_sync.testing.standins.served import in_address, serve

DEFAULT_PORT: Final = 8470
LOOPBACK: Final = "127.0.0.1"
LOOPBACK_NAMES: Final = frozenset({LOOPBACK, "localhost", "::1"})
_KEEP_SECONDS: Final = 1.0


def default_folder() -> Path:
    """Where the demo keeps its books between two starts."""
    return Path(platformdirs.user_data_dir("xero-sync")) / "demo"


def open_page(*, host: str, port: int, is_new: bool | None, opens_browser: bool, folder: Path) -> None:
    """Serve the page until Ctrl-C. Raises ConfigError where that cannot be: one sentence with the fix.

    is_new: True begins anew, False goes on where the last demo ended, None asks where there is a terminal and else goes on.
    """
    with kept.locked(folder):
        if is_new is None and kept.is_kept(folder) and sys.stdin.isatty():
            is_new = not _wants_to_go_on()
        try:
            uvloop.run(_serve(host, port, folder, is_new=bool(is_new), opens_browser=opens_browser))
        except (KeyboardInterrupt, asyncio.CancelledError):
            _say("Stopped. The next start goes on from here.")


def _wants_to_go_on() -> bool:
    print("Go on where the last demo ended? [Y/n] ", end="", flush=True)
    return not sys.stdin.readline().strip().lower().startswith("n")


async def _serve(host: str, port: int, folder: Path, *, is_new: bool, opens_browser: bool) -> None:
    cancel_on_signals()
    stage = _Stage(folder)
    try:
        await stage.open(is_new=is_new)
        is_private = is_loopback(f"http://{in_address(host)}")
        app = page_app(lambda: stage.show, stage.reset, LOOPBACK_NAMES if is_private else frozenset())
        try:
            served = await stage.stack.enter_async_context(serve(app, host, port))
        except OSError as error:
            raise ConfigError(_why_not_served(host, port, error)) from None
        kept.say_where(folder, served)
        if not is_private:
            _say(f"Warning: everybody who reaches {host} can press here, for the page asks nobody who they are.")
        _say("Everything in the demo is invented. Ctrl-C stops it.", f"It is at {served}")
        stage.begin()
        if opens_browser and not _is_opened(served):
            _say("No browser opens by itself: open the address in yours.")
        await stage.keep_on()
    finally:
        await stage.close()


class _Stage:
    """The run on the page now; another one after a reset. stack: what lasts as long as the page."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._running = AsyncExitStack()
        self._beginning: asyncio.Task[None] | None = None
        self._resetting = asyncio.Lock()
        self._is_new = True
        self.stack = AsyncExitStack()
        self.show: Show

    async def open(self, *, is_new: bool) -> None:
        """Put the services on their sockets, with what they held last time or anew."""
        agency = Agency(now=SystemClock().now)
        goes_on = not is_new and kept.is_kept(self._folder)
        if goes_on and not kept.put_back(agency, self._folder):
            _say("What the last demo kept cannot be read by this version. It begins anew.")
            goes_on = False
        if not goes_on:
            kept.forget(self._folder)
            add_drafts(agency)
        self._is_new = not goes_on
        self.show = await self._running.enter_async_context(open_show(agency, self._folder))

    def begin(self) -> None:
        """Have the bot start, while the page can be looked at already."""
        self._beginning = asyncio.create_task(self.show.begin(is_new=self._is_new))

    async def reset(self) -> None:
        """Everything anew, on the same page."""
        async with self._resetting:
            await self._end()
            await self.open(is_new=True)
            self.begin()

    async def keep_on(self) -> None:
        """Write down what the services hold, for as long as the page is open."""
        while True:
            await asyncio.sleep(_KEEP_SECONDS)
            self._keep()

    async def close(self) -> None:
        """End the page and the bot, and write down what the services hold then."""
        await self.stack.aclose()
        await self._end()
        self._keep()

    def _keep(self) -> None:
        if self.show.is_open:
            kept.keep(self.show.agency, self._folder)

    async def _end(self) -> None:
        if self._beginning is not None:
            self._beginning.cancel()
            await asyncio.gather(self._beginning, return_exceptions=True)
        await self._running.aclose()
        self._running = AsyncExitStack()


def _is_opened(url: str) -> bool:
    """Whether a browser in a window of its own has taken the address; one that lives in the terminal would take that over."""
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return False
    return type(browser) is not webbrowser.GenericBrowser and browser.open(url)


def _why_not_served(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is taken by another program. Name another one: xero-sync demo --port {port + 1}"
    return f"The page cannot be served at {host}, port {port}: {error.strerror or error}. Name another one: xero-sync demo --port 0"


def _say(*lines: str) -> None:
    for line in lines:
        print(line, flush=True)
