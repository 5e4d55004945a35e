"""The process's settings, read once, and where each value of a connection's settings came from. The only reader of the environment.

Defaults < settings file < environment. A connection's own values can besides be set in Slack, which wins.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from xero_sync.domain.connection import ConnectionSettings
from xero_sync.errors import ConfigError

PREFIX = "XERO_SYNC_"
FILE_NAME = "xero-sync.toml"


def _database_url() -> str:
    return f"sqlite+aiosqlite:///{Path(platformdirs.user_data_dir('xero-sync')) / 'books.db'}"


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class XeroPart(Part):
    """How Xero is reached. access_token in place of client_id and client_secret is a token you renew yourself."""

    client_id: str = ""
    client_secret: SecretStr | None = None
    access_token: SecretStr | None = None
    tenant_id: str = ""
    api_url: str = "https://api.xero.com"
    token_url: str = "https://identity.xero.com/connect/token"
    calls_per_day: int = Field(default=1000, ge=100)
    webhook_key: SecretStr | None = None


class ScoroPart(Part):
    """How Scoro is reached. entity: the business entity, Scoro's company_account_id."""

    site_url: str = ""
    api_key: SecretStr | None = None
    entity: str = ""
    calls_per_second: int = Field(default=10, ge=1, le=40)
    calls_per_day: int | None = Field(default=None, ge=100)


class SlackPart(Part):
    """How Slack is reached: with an app token over Socket Mode, else over HTTP with the signing secret."""

    bot_token: SecretStr | None = None
    app_token: SecretStr | None = None
    signing_secret: SecretStr | None = None
    api_url: str = "https://slack.com/api/"


class Settings(BaseSettings):
    """Everything the process needs to know before it opens its books."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True)

    database_url: str = Field(default_factory=_database_url)
    plugins_dir: Path | None = None
    disabled_plugins: Annotated[list[str], NoDecode] = Field(default_factory=list)
    log_level: str = "INFO"
    log_json: bool = False
    host: str = "127.0.0.1"
    port: int = 8080
    xero: XeroPart = Field(default_factory=XeroPart)
    scoro: ScoroPart = Field(default_factory=ScoroPart)
    slack: SlackPart = Field(default_factory=SlackPart)
    connection: dict[str, Any] = Field(default_factory=dict)

    @field_validator("disabled_plugins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return [word.strip() for word in value.split(",") if word.strip()] if isinstance(value, str) else value


def connection_settings(settings: Settings, *, today: date, row: Mapping[str, object] | None = None) -> tuple[ConnectionSettings, dict[str, str]]:
    """The connection's settings, and for each value where it came from. Raises ConfigError naming the setting and the fix."""
    given = {**settings.connection, **(row or {})}
    given.setdefault("start_from", today.replace(day=1))
    try:
        chosen = ConnectionSettings.model_validate(given)
    except ValidationError as error:
        raise ConfigError(_sentence(error)) from None
    sources = {name: "default" for name in ConnectionSettings.model_fields}
    sources |= {name: "settings" for name in settings.connection} | {name: "set in Slack" for name in row or {}}
    return chosen, sources


def _sentence(error: ValidationError) -> str:
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"])
    return f'Setting "{name}" is wrong: {first["msg"]}. Correct it and start again.'


_ = (difflib, os, PydanticBaseSettingsSource, TomlConfigSettingsSource)
