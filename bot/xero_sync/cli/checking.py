"""Look at everything the bot needs, one after the other, so that one fault does not hide the next."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel, SecretStr

from xero_sync.cli.asking import opened_database
from xero_sync.clients.http import Transports
from xero_sync.clock import Clock
from xero_sync.domain.connection import ConnectionSettings
from xero_sync.errors import AlreadyRunning, ConfigError, XeroSyncError
from xero_sync.house import CONNECTION_ID, scoro_client, slack_settings, tenant_of, xero_client
from xero_sync.loop.resettle import START_FROM
from xero_sync.plugins import load_plugins
from xero_sync.reports.check import CheckReport, Finding, SettingInForce
from xero_sync.reports.words import counted, in_a_row
from xero_sync.settings import Settings, check_disk, connection_settings, missing_settings
from xero_sync.slack.app import EVENTS_PATH, open_door
from xero_sync.store import connections
from xero_sync.store.books import Books
from xero_sync.web import XERO_PATH

_HOOKS = ("match_rules", "decide", "deliver")


@dataclass(frozen=True)
class PluginInForce:
    name: str
    title: str
    origin: str
    hooks: tuple[str, ...]


async def check_everything(settings: Settings, *, clock: Clock, transports: Transports | None = None) -> CheckReport:
    """The settings in force, and what was found. Reads a little from every service and writes nothing."""
    start_from = await _start_from(settings, clock)
    findings = [finding async for finding in _findings(settings, start_from, clock, transports or Transports())]
    return CheckReport(tuple(_in_force(settings, start_from)), tuple(findings))


def loaded_plugins(settings: Settings) -> tuple[PluginInForce, ...]:
    """The plugins that `run` would load. Raises ConfigError as `run` would."""
    plugins = load_plugins(folder=settings.plugins_dir, disabled=settings.disabled_plugins)
    plugins.close()
    return tuple(
        PluginInForce(entry.name, entry.description.title, entry.origin, tuple(hook for hook in _HOOKS if hasattr(entry.module, hook)))
        for entry in plugins.loaded
    )


async def _start_from(settings: Settings, clock: Clock) -> date:
    """The day the connection starts from where none is set: what the books say, else what they would at a start now."""
    with suppress(ConfigError):
        async with opened_database(settings, clock) as database, database.read() as db:
            if stored := (await Books(database, CONNECTION_ID).ledger.remembered(db, "")).get(START_FROM):
                return date.fromisoformat(stored)
    return clock.now().date().replace(day=1)


async def _findings(settings: Settings, start_from: date, clock: Clock, transports: Transports) -> AsyncIterator[Finding]:
    missing = missing_settings(settings)
    for name, where in missing:
        yield Finding("Settings", "red", f"{name} is missing. {where}.")
    chosen = None
    try:
        chosen, _ = connection_settings(settings, start_from=start_from)
        plugins = load_plugins(folder=settings.plugins_dir, disabled=settings.disabled_plugins)
        plugins.close()
        plugins.settings_of(chosen.plugins)
        yield Finding("Plugins", "green", in_a_row(plugins.names) or "none is loaded.")
    except ConfigError as error:
        yield Finding("Settings", "red", error.message)
    if chosen:
        for finding in _of_people(chosen):
            yield finding
    async for finding in _of_database(settings, clock):
        yield finding
    is_missing = {name.partition(".")[0] for name, _ in missing}
    if "xero" not in is_missing and chosen:
        async for finding in _of_xero(settings, chosen, clock, transports):
            yield finding
    if "scoro" not in is_missing:
        yield await _of_scoro(settings, clock, transports)
    if "slack" not in is_missing:
        yield await _of_slack(settings, clock)
    for finding in _of_web(settings):
        yield finding


def _of_people(chosen: ConnectionSettings) -> Iterator[Finding]:
    roles = {member.role for member in chosen.people.values()}
    if not roles & {"bookkeeper", "controller"}:
        yield Finding("People", "red", "Nobody may answer a question. Name a bookkeeper or controller in connection.people.")
    elif "controller" not in roles:
        yield Finding("People", "amber", "Nobody is a controller, so nobody decides about closed months. Name one in connection.people.")
    if "admin" not in roles:
        yield Finding("People", "amber", "Nobody is an admin, so the rehearsal ends only by xero-sync start in a terminal.")


async def _of_database(settings: Settings, clock: Clock) -> AsyncIterator[Finding]:
    try:
        check_disk(settings)
        async with opened_database(settings, clock) as database, AsyncExitStack() as lock:
            try:
                await lock.enter_async_context(database.running_lock())
                doing = "no bot runs on it"
            except AlreadyRunning:
                doing = "a bot runs on it"
            async with database.read() as db:
                stored = await connections.get(db, CONNECTION_ID)
            mode = f"; {stored.tenant_name} is {'in rehearsal' if stored.mode == 'rehearsal' else 'live'}" if stored else ""
            yield Finding("Database", "green", f"{database.name} is up to date, {doing}{mode}.")
    except ConfigError as error:
        yield Finding("Database", "red", error.message)


async def _of_xero(settings: Settings, chosen: ConnectionSettings, clock: Clock, transports: Transports) -> AsyncIterator[Finding]:
    try:
        async with AsyncExitStack() as stack:
            client = xero_client(settings, clock, transports, writes_documents=chosen.write_tracking)
            stack.push_async_callback(client.aclose)
            tenant = await tenant_of(settings, client)
            client = client.of_tenant(tenant.tenant_id)
            organisation = await client.organisation()
            yield Finding("Xero", "green", f"{organisation.name}, in {organisation.base_currency}.")
            if not organisation.pays_tax:
                yield Finding(
                    "Xero", "amber", "The organisation pays no tax: its cost is the gross amount, and the bot puts net on projects."
                )
            categories = [category for category in await client.tracking_categories() if category.is_active]
            wanted = chosen.project_category
            found = next((each for each in categories if wanted in (each.name, each.tracking_category_id)), None)
            if found is None:
                names = in_a_row([f'"{category.name}"' for category in categories]) or "none"
                yield Finding(
                    "Xero", "red", f'No active tracking category is called "{wanted}". There is: {names}. Set connection.project_category.'
                )
            else:
                options = counted(sum(option.is_active for option in found.options), "option")
                yield Finding("Xero", "green", f'Tracking category "{found.name}" has {options}.')
    except XeroSyncError as error:
        yield Finding("Xero", "red", error.message)


async def _of_scoro(settings: Settings, clock: Clock, transports: Transports) -> Finding:
    try:
        async with AsyncExitStack() as stack:
            client = scoro_client(settings, clock, transports)
            stack.push_async_callback(client.aclose)
            projects = await client.projects()
            return Finding("Scoro", "green", "Projects can be read." if projects else "The key works, but the site has no project yet.")
    except XeroSyncError as error:
        return Finding("Scoro", "red", error.message)


async def _of_slack(settings: Settings, clock: Clock) -> Finding:
    try:
        async with open_door(slack_settings(settings), clock) as door:
            workspace = await door.check()
            await door.check_app_token()
            return Finding("Slack", "green", f"{workspace}, by {settings.slack.transport}.")
    except XeroSyncError as error:
        return Finding("Slack", "red", error.message)


def _of_web(settings: Settings) -> Iterator[Finding]:
    outside = settings.public_url.rstrip("/")
    if settings.slack.transport == "HTTP" and settings.slack.signing_secret:
        where = f"{outside}{EVENTS_PATH}" if outside else f"{EVENTS_PATH}; set public_url to see it whole"
        yield Finding("Web", "green" if outside else "amber", f"Slack sends what people do to {where}.")
    if settings.xero.webhook_key:
        where = f"{outside}{XERO_PATH}" if outside else f"{XERO_PATH}; set public_url to see it whole"
        yield Finding("Web", "green" if outside else "amber", f"Xero sends its webhooks to {where}.")


def _in_force(settings: Settings, start_from: date) -> Iterator[SettingInForce]:
    for name, value in settings:
        if isinstance(value, BaseModel):
            for inner, part in value:
                yield SettingInForce(f"{name}.{inner}", _shown(part), settings.origin_of(f"{name}.{inner}"))
        elif name == "database_url":
            yield SettingInForce(name, _without_password(settings.database_url), settings.origin_of(name))
        elif name != "connection":
            yield SettingInForce(name, _shown(value), settings.origin_of(name))
    try:
        chosen, sources = connection_settings(settings, start_from=start_from)
    except ConfigError:
        return
    for name, value in chosen:
        yield SettingInForce(f"connection.{name}", _shown(value), sources[name])


def _shown(value: object) -> str:
    if isinstance(value, SecretStr):
        return "set, not shown"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return ", ".join(f"{key} = {_shown(inner)}" for key, inner in value.items())
    if isinstance(value, BaseModel):
        return " ".join(_shown(part) for _, part in value if part)
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def _without_password(url: str) -> str:
    before, at, host = url.rpartition("@")
    scheme, _, user = before.partition("://")
    return f"{scheme}://{user.partition(':')[0]}:***@{host}" if at else url
