"""The bot as it really runs: a process of its own, with its settings and its books in a temporary folder, over real sockets."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.metadata import entry_points
from pathlib import Path
from random import SystemRandom

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

import xero_sync
from xero_sync.demo.agency import Agency
from xero_sync.testing.standins.served import serve

COMMAND = (sys.executable, "-X", "utf8", "-m", "xero_sync", "run")
WEBHOOK_KEY = "webhook-key-of-the-demo"
_STOP_SECONDS = 5.0
_PORTS = range(20_000, 32_000)
_SOURCES = Path(xero_sync.__file__).resolve().parents[1]

Section = Mapping[str, object]


def cancel_on_signals() -> None:
    """SIGTERM and a closed terminal end this task as Ctrl-C does, so that no process is left behind."""
    task = asyncio.current_task()
    if task is None:
        return
    for number in (signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)


@asynccontextmanager
async def services_of(agency: Agency) -> AsyncIterator[dict[str, str]]:
    """The addresses of xero, scoro and slack, each on a socket of its own until the block ends."""
    services = {"xero": agency.xero.app, "scoro": agency.scoro.app, "slack": agency.slack.app}
    async with AsyncExitStack() as stack:
        urls = {name: await stack.enter_async_context(serve(_for_this_machine(app))) for name, app in services.items()}
        agency.slack.base_url = urls["slack"]
        yield urls


def _for_this_machine(app: ASGIApp) -> ASGIApp:
    """The app, but for what a page of another site may send to it from this machine's browser: its keys are no secret."""

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            headers = Headers(scope=scope)
            name = headers.get("host", "").rpartition(":")[0] or headers.get("host", "")
            if "origin" in headers or name not in ("127.0.0.1", "localhost", "[::1]"):
                await Response("The demo's services are for its own bot.", 403)(scope, receive, send)
                return
        await app(scope, receive, send)

    return guarded


class BotProcess:
    """`xero-sync run` on the books in this folder. Started, killed and started again, always by its own process id.

    is_over_http: Slack reaches it by signed requests instead of Socket Mode.
    """

    def __init__(self, folder: Path, agency: Agency, urls: Mapping[str, str], *, is_over_http: bool = False) -> None:
        self.port = _free_port()
        self._folder = folder
        self._log = folder / "log.txt"
        self._process: asyncio.subprocess.Process | None = None
        self._starting: asyncio.Task[None] | None = None
        self._settings = folder / "xero-sync.toml"
        self._settings.write_text(as_toml(settings_for(agency, urls, folder, self.port, is_over_http=is_over_http)), encoding="utf-8")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    @property
    def last_words(self) -> str:
        """The end of its log, for a person who has to find out why it ended."""
        return "\n".join(self._log.read_text(encoding="utf-8", errors="replace").splitlines()[-5:]) if self._log.exists() else ""

    async def start(self) -> None:
        """Begin, in a session of its own: Ctrl-C is for the demo, which ends the bot. Nothing of this environment reaches it."""
        # Whoever is cancelled while it begins must not leave a process behind that nobody knows of.
        self._starting = asyncio.create_task(self._begin())
        await asyncio.shield(self._starting)

    async def _begin(self) -> None:
        environment = {"PYTHONPATH": str(_SOURCES), "XERO_SYNC_SETTINGS_FILE": str(self._settings), "HOME": str(self._folder)}
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *COMMAND,
                cwd=self._folder,
                env=environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    async def stop(self) -> None:
        """End it as a host would: asked first, and killed where it does not end."""
        process = await self._known()
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), _STOP_SECONDS)
        except TimeoutError:
            await self.kill()

    async def kill(self) -> None:
        """End it between two instructions, as a power cut does."""
        process = await self._known()
        if process is not None and process.returncode is None:
            process.kill()
            await process.wait()

    async def _known(self) -> asyncio.subprocess.Process | None:
        """The process, also where it is only beginning."""
        if self._starting is not None:
            await asyncio.wait({self._starting})
        return self._process


def settings_for(agency: Agency, urls: Mapping[str, str], folder: Path, port: int, *, is_over_http: bool) -> dict[str, object]:
    """What somebody who sets the bot up for this agency writes down; only the addresses are not the real services'."""
    slack = agency.slack
    way_in = {"signing_secret": slack.signing_secret} if is_over_http else {"app_token": slack.app_token}
    settings: dict[str, object] = {
        "database_url": f"sqlite+aiosqlite:///{folder / 'books.db'}",
        "port": port,
        "xero": {
            "client_id": agency.xero.client_id,
            "client_secret": agency.xero.client_secret,
            "api_url": urls["xero"],
            "token_url": f"{urls['xero']}/connect/token",
            "webhook_key": WEBHOOK_KEY,
        },
        "scoro": {
            "site_url": urls["scoro"],
            "api_key": agency.scoro.api_key,
            "entity": agency.scoro.entity,
            # The site's plan is by two seconds, and a clock may differ a little.
            "calls_per_second": (agency.scoro.limits.per_window or 40) // 2 - 2,
        },
        "slack": {"bot_token": slack.bot_token, **way_in, "api_url": f"{urls['slack']}/api/"},
        "connection": dict(agency.connection),
    }
    if not entry_points(group="xero_sync"):
        # A bare checkout has no entry points: the plugins lie beside the bot.
        settings["plugins_dir"] = str(_SOURCES.parent / "plugins")
    return settings


def as_toml(settings: Mapping[str, object]) -> str:
    """Texts, numbers and tables as a settings file; what stands outside tables comes first."""
    lines: list[str] = []
    tables: list[str] = []
    for name, value in settings.items():
        if isinstance(value, Mapping):
            tables.extend(["", f"[{name}]", *(f"{key} = {_toml_value(inner)}" for key, inner in value.items())])
        else:
            lines.append(f"{name} = {_toml_value(value)}")
    return "\n".join([*lines, *tables, ""])


def _toml_value(value: object) -> str:
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{json.dumps(str(key), ensure_ascii=False)} = {_toml_value(inner)}' for key, inner in value.items())} }}"
    # JSON's texts, whole numbers, true and false are TOML's too.
    return json.dumps(value, ensure_ascii=False)


def _free_port() -> int:
    """A port nobody listens on, from where no system takes the ports of outgoing connections: one of these could have it before the bot does."""
    for port in SystemRandom().sample(_PORTS, len(_PORTS)):
        with socket.socket() as found:
            try:
                found.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError("No port between 20,000 and 32,000 is free.")
