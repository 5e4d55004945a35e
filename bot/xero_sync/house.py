"""Build the house: settings -> store -> clients -> plugins -> loop -> Slack, in that order, and close it in reverse."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pydantic import BaseModel

from xero_sync.clients.budget import scoro_budget, xero_app_budget, xero_budget
from xero_sync.clients.oauth import BearerToken, ClientCredentials
from xero_sync.clients.scoro import ScoroClient
from xero_sync.clients.xero import XeroClient
from xero_sync.clock import Clock, SystemClock
from xero_sync.domain.connection import ConnectionSettings
from xero_sync.errors import ConfigError, RemoteError
from xero_sync.log import logger
from xero_sync.loop.connection import Connection
from xero_sync.loop.ports import Speaker
from xero_sync.loop.runner import InProcessRunner
from xero_sync.plugins import Plugins, load_plugins
from xero_sync.settings import Settings, check_complete, connection_settings
from xero_sync.slack.app import SlackApp, SlackAppSettings
from xero_sync.slack.cards import SlackCards
from xero_sync.slack.desk import StoreDesk
from xero_sync.slack.speaker import SlackSpeaker
from xero_sync.store import connections
from xero_sync.store.books import Books
from xero_sync.store.database import Database

if TYPE_CHECKING:
    import httpx

CONNECTION = "main"
"""The one connection that `run` makes from the settings."""

SCOPES = ("accounting.settings", "accounting.invoices.read")
log = logger(__name__)


@dataclass
class House:
    """Everything that runs, in one place. Made by `House.open`, which also closes it."""

    settings: Settings
    clock: Clock
    database: Database
    plugins: Plugins
    connections: list[Connection] = field(default_factory=list)
    runner: InProcessRunner = field(init=False)
