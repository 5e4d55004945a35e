"""Build the house: settings -> store -> clients -> plugins -> loop -> Slack, in that order, and close it in reverse."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import uvicorn
from starlette.applications import Starlette

from xero_sync.clients.budget import scoro_budget, xero_app_budget, xero_budget
from xero_sync.clients.http import Transports
from xero_sync.clients.oauth import XERO_SCOPES, XERO_SCOPES_TO_WRITE, BearerToken, ClientCredentials
from xero_sync.clients.scoro import ScoroClient
from xero_sync.clients.xero import Tenant, XeroClient
from xero_sync.clock import Clock
from xero_sync.domain.connection import ConnectionSettings
from xero_sync.errors import ConfigError
from xero_sync.log import logger
from xero_sync.loop.connection import Connection
from xero_sync.loop.resettle import first_day, notice_settings
from xero_sync.loop.runner import InProcessRunner
from xero_sync.plugins import Plugins, load_plugins
from xero_sync.settings import Settings, connection_settings
from xero_sync.slack.app import SlackDoor, SlackSettings, open_door
from xero_sync.slack.cards import SlackCards
from xero_sync.slack.store_desk import StoreDesk
from xero_sync.store import connections
from xero_sync.store.books import Books
from xero_sync.store.database import Database
from xero_sync.web import web_app

CONNECTION_ID = "main"
"""The one connection that is made from the settings."""

log = logger(__name__)


@dataclass
class House:
    """Everything that runs, in one place. Made by `open_house`, which also closes it."""

    settings: Settings
    clock: Clock
    database: Database
    plugins: Plugins
    connections: list[Connection]
    door: SlackDoor
    runner: InProcessRunner
    tenants: Mapping[str, str] = field(default_factory=dict)

    @property
    def connection(self) -> Connection:
        """The only connection there is as yet."""
        return self.connections[0]

    @property
    def web(self) -> Starlette:
        """What answers over HTTP: health, Xero's webhooks, and Slack where it is not connected by Socket Mode."""
        secret = self.settings.xero.webhook_key
        return web_app(
            books_by_tenant={self.tenants[entry.connection_id]: entry.books for entry in self.connections},
            webhook_key=secret.get_secret_value() if secret else "",
            wake=self.runner.wake,
            clock=self.clock,
            is_connected=self.door.is_connected,
            slack_routes=[] if self.settings.slack.app_token else self.door.routes(),
        )

    async def run_until_stopped(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; the Action in hand is ended first. Raises ConfigError where another process runs on this database."""
        async with self.database.running_lock():
            await self.take_up_the_work()
            with _bound(self.settings.host, self.settings.port) as listening:
                server = _Server(uvicorn.Config(self.web, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=5))
                serving = asyncio.create_task(server.serve(sockets=[listening]))
                try:
                    await self.door.start()
                    self.runner.start()
                    log.info("house.opened", port=listening.getsockname()[1], plugins=list(self.plugins.names))
                    await stop.wait()
                    log.info("house.told_to_stop")
                finally:
                    await self.door.stop()
                    await self.runner.stop()
                    server.should_exit = True
                    await asyncio.gather(serving, return_exceptions=True)

    async def take_up_the_work(self) -> None:
        """What a crash took from the inbox and did not finish waits again, and other settings than before count. For the one with the running lock."""
        async with self.database.write() as db:
            for connection in self.connections:
                await connection.books.asked.put_back(db)
                await notice_settings(connection, db)


@asynccontextmanager
async def open_house(
    settings: Settings,
    *,
    clock: Clock,
    transports: Transports | None = None,
    extra_plugins: Mapping[str, object] | None = None,
    checks_services: bool = True,
) -> AsyncIterator[House]:
    """The house, with its tables up to date and its connection in the books; everything is closed at the end, in reverse.

    transports: in place of the network to Xero and Scoro, for tests. checks_services: ask Xero which organisation the token reaches; without it the
    organisation named in the settings or in the books is taken. Raises ConfigError or RemoteError with one sentence and the fix.
    """
    transports = transports or Transports()
    async with AsyncExitStack() as stack:
        database = Database(settings.database_url, clock=clock)
        stack.push_async_callback(database.close)
        await database.migrate()
        plugins = load_plugins(folder=settings.plugins_dir, disabled=settings.disabled_plugins, extra=extra_plugins)
        stack.callback(plugins.close)
        books = Books(database, CONNECTION_ID)
        chosen, _ = connection_settings(settings, start_from=await first_day(books, clock.now().date()))
        plugin_settings = plugins.settings_of(chosen.plugins)
        xero = xero_client(settings, clock, transports, writes_documents=chosen.write_tracking)
        stack.push_async_callback(xero.aclose)
        scoro = scoro_client(settings, clock, transports)
        stack.push_async_callback(scoro.aclose)
        tenant = await _stored_tenant(books) if not checks_services else None
        tenant = tenant or await tenant_of(settings, xero)
        await _enter_connection(settings, chosen, books, tenant, clock)
        door = await stack.enter_async_context(open_door(slack_settings(settings), clock))
        connection = Connection(
            books=books,
            xero=xero.of_tenant(tenant.tenant_id),
            scoro=scoro,
            speaker=door.speaker,
            cards=SlackCards(),
            settings=chosen,
            plugins=plugins,
            plugin_settings=plugin_settings,
            clock=clock,
            entity=settings.scoro.entity,
        )
        runner = InProcessRunner([connection])
        desk = StoreDesk(
            books=books,
            settings=chosen,
            clock=clock,
            wake_writer=lambda: runner.wake(CONNECTION_ID),
            entity=settings.scoro.entity,
            plugin_names=plugins.names,
            calls_left=_calls_left(xero, settings),
        )
        door.listen_to(desk)
        yield House(settings, clock, database, plugins, [connection], door, runner, {CONNECTION_ID: tenant.tenant_id})


def xero_client(settings: Settings, clock: Clock, transports: Transports, *, writes_documents: bool) -> XeroClient:
    """Xero as these settings reach it. writes_documents: with the permission to change the lines of documents."""
    chosen = settings.xero
    auth = (
        BearerToken(chosen.access_token)
        if chosen.access_token
        else ClientCredentials(
            client_id=chosen.client_id,
            client_secret=chosen.client_secret or "",
            scopes=XERO_SCOPES_TO_WRITE if writes_documents else XERO_SCOPES,
            token_url=chosen.token_url,
            clock=clock,
        )
    )
    return XeroClient.open(
        auth=auth,
        clock=clock,
        budget=xero_budget(clock, per_day=chosen.calls_per_day),
        app_budget=xero_app_budget(clock),
        tenant_id=chosen.tenant_id,
        api_url=chosen.api_url,
        transport=transports.xero,
    )


def scoro_client(settings: Settings, clock: Clock, transports: Transports) -> ScoroClient:
    chosen = settings.scoro
    return ScoroClient.open(
        base_url=chosen.site_url,
        api_key=chosen.api_key or "",
        company_account_id=chosen.entity,
        clock=clock,
        budget=scoro_budget(clock, per_second=chosen.calls_per_second, per_day=chosen.calls_per_day),
        transport=transports.scoro,
    )


def slack_settings(settings: Settings) -> SlackSettings:
    chosen = settings.slack
    return SlackSettings(
        bot_token=chosen.bot_token.get_secret_value() if chosen.bot_token else "",
        app_token=chosen.app_token.get_secret_value() if chosen.app_token else None,
        signing_secret=chosen.signing_secret.get_secret_value() if chosen.signing_secret else None,
        base_url=chosen.api_url,
    )


async def _stored_tenant(books: Books) -> Tenant | None:
    async with books.database.read() as db:
        stored = await connections.get(db, books.connection_id)
    return Tenant(tenantId=stored.tenant_id, tenantName=stored.tenant_name, id="") if stored else None


async def tenant_of(settings: Settings, xero: XeroClient) -> Tenant:
    """The organisation to work for: the one named, or the only one the token reaches."""
    found = [tenant for tenant in await xero.connections() if tenant.tenant_type in ("", "ORGANISATION")]
    wanted = settings.xero.tenant_id
    if wanted:
        found = [tenant for tenant in found if tenant.tenant_id == wanted]
    if not found:
        raise ConfigError("The Xero app is connected to no organisation it may use. Connect it in Xero, then start again.")
    if len(found) > 1:
        names = ", ".join(f"{tenant.tenant_name} ({tenant.tenant_id})" for tenant in found)
        raise ConfigError(f"The Xero app is connected to several organisations: {names}. Name one as xero.tenant_id.")
    return found[0]


async def _enter_connection(settings: Settings, chosen: ConnectionSettings, books: Books, tenant: Tenant, clock: Clock) -> None:
    async with books.database.write() as db:
        await connections.ensure(
            db,
            books.connection_id,
            tenant_id=tenant.tenant_id,
            tenant_name=tenant.tenant_name,
            category=chosen.project_category,
            scoro_site=_site_of(settings.scoro.site_url),
            entity=settings.scoro.entity,
            at=clock.now(),
        )


def _site_of(url: str) -> str:
    """ferrowpike of https://ferrowpike.scoro.com; an address in figures stays whole."""
    host = urlsplit(url).hostname or ""
    name = host.partition(".")[0]
    return host if name.isdigit() else name


def _calls_left(xero: XeroClient, settings: Settings) -> Callable[[], tuple[int, int] | None]:
    def calls_left() -> tuple[int, int] | None:
        left = xero.budget.day_left
        return None if left is None else (left, max(left, settings.xero.calls_per_day))

    return calls_left


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        # The process has its own handlers: they end the Action in hand first.
        yield


@contextmanager
def _bound(host: str, port: int) -> Iterator[socket.socket]:
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise ConfigError(f"Port {port} on {host} is taken or not allowed. Set another port.") from error
    with listening:
        yield listening
