"""The process's settings, read once, and where each value of a connection's settings came from. The only reader of the environment.

Defaults < settings file < environment. A connection's own values can besides be set in Slack, which wins.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Mapping, Sequence
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
    token_url: str = "https://identity.xero.com/connect/token"  # noqa: S105 an address
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

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 pydantic-settings' signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 pydantic-settings' signature
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        file = settings_file()
        return (init_settings, env_settings, *([TomlConfigSettingsSource(settings_cls, file)] if file else []))

    @field_validator("disabled_plugins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return [word.strip() for word in value.split(",") if word.strip()] if isinstance(value, str) else value


def settings_file() -> Path | None:
    """The settings file in force: the one named, else the one in the working folder, else the one in the platform's folder.

    Raises ConfigError where the named one is not there.
    """
    named = os.environ.get(f"{PREFIX}SETTINGS_FILE", "")
    if named:
        if not Path(named).is_file():
            raise ConfigError(f"The settings file {named} is not there. Correct {PREFIX}SETTINGS_FILE.")
        return Path(named)
    places = (Path(FILE_NAME), Path(platformdirs.user_config_dir("xero-sync")) / FILE_NAME)
    return next((place for place in places if place.is_file()), None)


def read_settings() -> Settings:
    """The settings of this process. Raises ConfigError: one sentence that names the setting, what is wrong and the fix."""
    if "DATABASE_URL" in os.environ and f"{PREFIX}DATABASE_URL" not in os.environ:
        os.environ[f"{PREFIX}DATABASE_URL"] = os.environ["DATABASE_URL"]
    if "PORT" in os.environ and f"{PREFIX}PORT" not in os.environ:
        # Hosts that route to the process name its port so, and expect it on every address.
        os.environ |= {f"{PREFIX}PORT": os.environ["PORT"], f"{PREFIX}HOST": os.environ.get(f"{PREFIX}HOST", "0.0.0.0")}  # noqa: S104
    known = {*Settings.model_fields, "settings_file"}
    for variable in os.environ:
        name = variable.removeprefix(PREFIX).split("__")[0].lower()
        if variable.startswith(PREFIX) and name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            advice = f"Did you mean {PREFIX}{near[0].upper()}?" if near else "Remove it."
            raise ConfigError(f"There is no setting {variable}. {advice}")
    try:
        return Settings()
    except ValidationError as error:
        raise ConfigError(sentence(error, Settings)) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"The settings file {settings_file()} cannot be read: {error}. Correct it and start again.") from None


def check_complete(settings: Settings) -> None:
    """Raises ConfigError naming the first setting `run` needs and does not have, and where to get it."""
    has_token = settings.xero.access_token is not None or (settings.xero.client_id and settings.xero.client_secret)
    has_door = settings.slack.app_token or settings.slack.signing_secret
    needed = (
        (has_token, "xero.client_id and xero.client_secret", "Make a custom connection in Xero's developer portal"),
        (settings.scoro.site_url, "scoro.site_url", "It is the address of your Scoro site, like https://example.scoro.com"),
        (settings.scoro.api_key, "scoro.api_key", "Copy it in Scoro under Settings, Integrations, Scoro API"),
        (settings.slack.bot_token, "slack.bot_token", "Install the app from manifest.yml in Slack and copy its bot token"),
        (has_door, "slack.app_token", "Make an app-level token with connections:write in Slack"),
        (settings.connection.get("channel"), "connection.channel", "Name the Slack channel's id, like C0123456789"),
    )
    for is_there, name, where in needed:
        if not is_there:
            raise ConfigError(f"Setting {name} is missing. {where}, then start again.")


def connection_settings(
    settings: Settings, *, start_from: date, row: Mapping[str, object] | None = None
) -> tuple[ConnectionSettings, dict[str, str]]:
    """The connection's settings, and for each value where it came from. Raises ConfigError naming the setting and the fix.

    row: what was set in Slack, which wins. start_from: the day that counts where nothing is said.
    """
    given = {**settings.connection, **(row or {})}
    given.setdefault("start_from", start_from)
    try:
        chosen = ConnectionSettings.model_validate(given)
    except ValidationError as error:
        raise ConfigError(sentence(error, ConnectionSettings)) from None
    sources = dict.fromkeys(ConnectionSettings.model_fields, "default")
    for name in settings.connection:
        variable = f"{PREFIX}CONNECTION__{name.upper()}"
        sources[name] = f"environment {variable}" if variable in os.environ else "settings file"
    sources |= dict.fromkeys(row or {}, "set in Slack")
    return chosen, sources


def sentence(error: ValidationError, model: type[BaseModel]) -> str:
    """The first thing that is wrong, in one sentence with the fix; a value is never repeated, since it may be a secret."""
    first = error.errors(include_input=False, include_url=False)[0]
    name = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        known = _names(model, first["loc"][:-1])
        near = difflib.get_close_matches(str(first["loc"][-1]), known, n=1)
        return f'There is no setting "{name}". {f"Did you mean {near[0]}?" if near else "Remove it."}'
    return f'Setting "{name}" is wrong: {first["msg"].removeprefix("Value error, ")}. Correct it and start again.'


def _names(model: type[BaseModel], path: Sequence[int | str]) -> list[str]:
    for part in path:
        field = model.model_fields.get(str(part))
        if field is None or not isinstance(field.annotation, type) or not issubclass(field.annotation, BaseModel):
            return []
        model = field.annotation
    return list(model.model_fields)
