"""The process's settings, read once, and where each value came from. The only reader of the environment.

Defaults < settings file < environment. A connection's own values can besides be set in Slack, which wins. What hosts call DATABASE_URL and
PORT is taken where neither names its own.
"""

from __future__ import annotations

import difflib
import json
import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from urllib.parse import urlsplit

import platformdirs
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PrivateAttr, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict, SettingsError

from xero_sync.addresses import is_encrypted
from xero_sync.domain.connection import ConnectionSettings
from xero_sync.errors import ConfigError

PREFIX: Final = "XERO_SYNC_"
FILE_NAME: Final = "xero-sync.toml"
DEFAULT: Final = "default"
IN_SLACK: Final = "set in Slack"
_FILE_VARIABLE: Final = f"{PREFIX}SETTINGS_FILE"
_TABLES: Final = ("people", "account_needs", "plugins")
"""The connection's settings that are tables."""
_PERSON: Final = re.compile(r"[UW]\w+|terminal:.+")
"""Whom `people` can name. Anybody else would have no role, and nobody would notice."""
_THROW_AWAY_DISKS: Final[Mapping[str, str]] = {
    "DYNO": "Heroku",
    "RENDER": "Render",
    "K_SERVICE": "Cloud Run",
    "VCAP_APPLICATION": "Cloud Foundry",
}
"""The variable by which each host shows itself. Every restart there begins with an empty disk."""


def _web_address(value: str) -> str:
    if value and not (urlsplit(value).scheme in ("http", "https") and urlsplit(value).hostname):
        raise ValueError("write a whole address, like https://example.com")
    if value and not is_encrypted(value):
        raise ValueError("write https://, since keys and amounts travel on it")
    return value


def _database_url() -> str:
    return f"sqlite+aiosqlite:///{Path(platformdirs.user_data_dir('xero-sync')) / 'books.db'}"


def _from_text(name: str, value: object) -> object:
    """A connection's value as its model takes it: a table in JSON as a table, true and false as such, everything else as it is."""
    if not isinstance(value, str):
        return value
    if name not in _TABLES:
        return {"true": True, "false": False}.get(value.lower(), value)
    try:
        return json.loads(value)
    except ValueError:
        return value


WebAddress = Annotated[str, AfterValidator(_web_address)]


class Part(BaseModel):
    """One section of the settings."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def _strip(cls, value: object) -> object:
        # A key that is pasted brings a line break along.
        return value.strip() if isinstance(value, str) else value


class XeroPart(Part):
    """How Xero is reached."""

    client_id: str = Field(default="", description="The custom connection's client id, from Xero's developer portal.")
    client_secret: SecretStr | None = Field(default=None, description="Its client secret.")
    access_token: SecretStr | None = Field(
        default=None, description="A bearer token in place of client id and secret. You renew it yourself."
    )
    tenant_id: str = Field(default="", description="The organisation's id. Needed only where the app reaches several.")
    api_url: WebAddress = Field(default="https://api.xero.com", description="Where Xero's API is. Another one only for tests.")
    token_url: WebAddress = Field(
        default="https://identity.xero.com/connect/token", description="Where Xero gives tokens. Another one only for tests."
    )
    calls_per_day: int = Field(default=1000, ge=100, description="So many calls Xero allows a day: 1000 on its Starter tier, else 5000.")
    webhook_key: SecretStr | None = Field(default=None, description="The signing key of Xero's webhooks, where they are set up.")


class ScoroPart(Part):
    """How Scoro is reached."""

    site_url: WebAddress = Field(default="", description="The address of the Scoro site, like https://example.scoro.com.")
    api_key: SecretStr | None = Field(default=None, description="The key, from Scoro's settings under Integrations, Scoro API.")
    entity: str = Field(default="", description="The business entity's company_account_id. Needed where the site has several.")
    calls_per_second: int = Field(default=10, ge=1, le=40, description="So many calls a second the Scoro plan allows.")
    calls_per_day: int | None = Field(default=None, ge=100, description="So many calls a day the Scoro plan allows. Empty: no limit.")


class SlackPart(Part):
    """How Slack is reached: with an app token over Socket Mode, else over HTTP with the signing secret."""

    bot_token: SecretStr | None = Field(default=None, description="The bot token (xoxb-), shown when the app is installed.")
    app_token: SecretStr | None = Field(default=None, description="The app-level token (xapp-) with connections:write, for Socket Mode.")
    signing_secret: SecretStr | None = Field(default=None, description="The app's signing secret, where Slack reaches the bot over HTTP.")
    api_url: WebAddress = Field(default="https://slack.com/api/", description="Where Slack's API is. Another one only for tests.")

    @field_validator("bot_token", "app_token")
    @classmethod
    def _is_not_the_other(cls, value: SecretStr | None, field: ValidationInfo) -> SecretStr | None:
        start = "xoxb-" if field.field_name == "bot_token" else "xapp-"
        if value and not value.get_secret_value().startswith(start):
            raise ValueError(f"write the token that begins with {start}")
        return value

    @property
    def transport(self) -> Literal["Socket Mode", "HTTP"]:
        """How Slack tells the bot what people do."""
        return "Socket Mode" if self.app_token else "HTTP"


class Settings(BaseSettings):
    """Everything the process needs to know before it opens its books. Made by `read_settings`; made directly, it is what it is given."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", env_ignore_empty=True, extra="forbid", frozen=True, hide_input_in_errors=True
    )

    # Not in repr: it may hold a password.
    database_url: str = Field(
        default_factory=_database_url,
        repr=False,
        description="The database: sqlite:///FILE, or postgresql://USER:PASSWORD@HOST/NAME. DATABASE_URL is taken too.",
    )
    disk_is_kept: bool = Field(
        default=False, description="True lets the bot keep an SQLite file on a host whose disks are usually thrown away."
    )
    plugins_dir: Path | None = Field(default=None, description="A folder with plugins that are not installed.")
    disabled_plugins: Annotated[list[str], NoDecode] = Field(
        default_factory=list, description="Plugins to start without. In the environment with commas between them."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(default="INFO", description="What is logged.")
    log_json: bool = Field(default=False, description="True logs JSON, for collectors.")
    host: str = Field(default="127.0.0.1", description="The address the bot listens on, for its health and for webhooks.")
    port: int = Field(default=8080, ge=0, le=65535, description="Its port. PORT is taken too, and then every address is listened on.")
    public_url: WebAddress = Field(default="", description="Where the bot is reached from outside, for webhooks.")
    xero: XeroPart = Field(default_factory=XeroPart)
    scoro: ScoroPart = Field(default_factory=ScoroPart)
    slack: SlackPart = Field(default_factory=SlackPart)
    connection: dict[str, Any] = Field(default_factory=dict)
    _origins: Mapping[str, str] = PrivateAttr(default_factory=dict)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 pydantic's signature
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)

    @field_validator("disabled_plugins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return [word.strip() for word in value.split(",") if word.strip()] if isinstance(value, str) else value

    @field_validator("disabled_plugins")
    @classmethod
    def _fold(cls, value: list[str]) -> list[str]:
        return [word.strip().lower().replace("_", "-") for word in value]

    @field_validator("connection", mode="before")
    @classmethod
    def _read_texts(cls, value: object) -> object:
        # The environment knows only texts.
        return {name: _from_text(name, inner) for name, inner in value.items()} if isinstance(value, Mapping) else value

    @field_validator("log_level", mode="before")
    @classmethod
    def _enlarge(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    def origin_of(self, name: str) -> str:
        """Where a value came from, by its dotted name: "default", "file PATH" or "environment VARIABLE"."""
        return self._origins.get(name, DEFAULT)


class _FoundSettings(Settings):
    """The settings of the surroundings: environment, then file, then what hosts name."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,  # noqa: ARG003 pydantic's signature
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (env_settings, _FileSource(settings_cls), _HostSource(settings_cls))

    def coming_from(self, origins: Mapping[str, str]) -> Self:
        self._origins = origins
        return self


class _Source(PydanticBaseSettingsSource):
    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002 pydantic's signature
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        raise NotImplementedError


class _FileSource(_Source):
    def __call__(self) -> dict[str, Any]:
        return _read_file()[1]


class _HostSource(_Source):
    """Hosts that route to the process name its database and its port so, and expect the port on every address."""

    def __call__(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if url := os.environ.get("DATABASE_URL"):
            found["database_url"] = url
        if (port := os.environ.get("PORT")) and "port" not in self.current_state:
            found |= {"port": port, "host": "0.0.0.0"}  # noqa: S104
        return found


def settings_file() -> Path | None:
    """The settings file in force: the one named, else the one in the working folder, else the one in the platform's folder.

    Raises ConfigError where the named one is not there.
    """
    if named := os.environ.get(_FILE_VARIABLE):
        if not Path(named).is_file():
            raise ConfigError(f"The settings file {named} is not there. Correct {_FILE_VARIABLE}.")
        return Path(named)
    places = (Path(FILE_NAME), Path(platformdirs.user_config_dir("xero-sync")) / FILE_NAME)
    return next((place for place in places if place.is_file()), None)


def read_settings() -> Settings:
    """The settings of this process. Raises ConfigError: one sentence that names the setting, what is wrong and the fix."""
    origins = _origins()
    _refuse_unknown_variables()
    try:
        return _FoundSettings().coming_from(origins)
    except ValidationError as error:
        raise ConfigError(_sentence(error, Settings, origins)) from None
    except SettingsError as error:
        name = str(error).split('"')[1] if '"' in str(error) else ""
        variable = f"{PREFIX}{name.upper()}"
        raise ConfigError(f"{variable} is not understood. Set its parts one by one, like {variable}__NAME, or write JSON.") from None


def check_complete(settings: Settings) -> None:
    """Raises ConfigError naming the first setting `run` needs and does not have, and where to get it."""
    for name, where in missing_settings(settings):
        raise ConfigError(f"Setting {name} is missing. {where}, then start again.")


def missing_settings(settings: Settings) -> list[tuple[str, str]]:
    """What `run` needs and does not have, and where each is to be found."""
    xero, scoro, slack = settings.xero, settings.scoro, settings.slack
    portal = "in Xero's developer portal"
    needed = (
        (xero.access_token or xero.client_id, "xero.client_id", f"Make a custom connection {portal} and copy its client id"),
        (xero.access_token or xero.client_secret, "xero.client_secret", f"Copy it from the custom connection {portal}"),
        (scoro.site_url, "scoro.site_url", "It is the address of your Scoro site, like https://example.scoro.com"),
        (scoro.api_key, "scoro.api_key", "Copy it in Scoro under Settings, Integrations, Scoro API"),
        (slack.bot_token, "slack.bot_token", "Install the app from manifest.yml in Slack and copy its bot token"),
        (slack.app_token or slack.signing_secret, "slack.app_token", "Make an app-level token with connections:write in Slack"),
        (settings.connection.get("channel"), "connection.channel", "Name the Slack channel's id, like C0123456789"),
    )
    return [(name, where) for is_there, name, where in needed if not is_there]


def check_disk(settings: Settings) -> None:
    """Raises ConfigError where the books would lie on a disk that is thrown away at every restart."""
    host = next((name for mark, name in _THROW_AWAY_DISKS.items() if os.environ.get(mark)), "")
    if host and settings.database_url.startswith("sqlite") and not settings.disk_is_kept:
        raise ConfigError(
            f"{host} throws its disk away at every restart, and the books with it. Set DATABASE_URL to a PostgreSQL database, "
            f"or set {PREFIX}DISK_IS_KEPT=true where the file lies on a disk that is kept."
        )


def connection_settings(
    settings: Settings, *, start_from: date, row: Mapping[str, object] | None = None
) -> tuple[ConnectionSettings, dict[str, str]]:
    """The connection's settings, and for each value where it came from. Raises ConfigError naming the setting and the fix.

    row: what was set in Slack, which wins. start_from: the day that counts where nothing is said.
    """
    origins = {f"connection.{name}": settings.origin_of(f"connection.{name}") for name in settings.connection}
    origins |= {f"connection.{name}": IN_SLACK for name in row or {}}
    given = {"start_from": start_from, **settings.connection, **(row or {})}
    try:
        chosen = ConnectionSettings.model_validate(given)
    except ValidationError as error:
        raise ConfigError(_sentence(error, ConnectionSettings, origins, within="connection")) from None
    if chosen.channel.startswith("#"):
        # A press names its channel by the id.
        where = _where("connection.channel", origins)
        raise ConfigError(f"Setting {where} is wrong: write the channel's id, like C0123456789, not its name.")
    if strangers := [person for person in chosen.people if not _PERSON.fullmatch(person)]:
        where = _where("connection.people", origins)
        raise ConfigError(
            f'Setting {where} is wrong: "{strangers[0]}" is no one. Write a Slack user id, like U0123456789, or terminal:NAME.'
        )
    return chosen, {name: origins.get(f"connection.{name}", DEFAULT) for name in ConnectionSettings.model_fields}


def _read_file() -> tuple[Path | None, dict[str, Any]]:
    path = settings_file()
    if path is None:
        return None, {}
    try:
        return path, tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        # The text of a decode error of UTF-8 would show bytes of the file.
        where = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "it is not UTF-8"
        raise ConfigError(f"The settings file {path} cannot be read: {where}. Correct it and start again.") from None
    except OSError as error:
        raise ConfigError(f"The settings file {path} cannot be read: {error.strerror}. Let xero-sync read it.") from None


def _variables() -> dict[str, str]:
    """The variables that are ours, with their dotted names."""
    ours = {variable: variable.upper().removeprefix(PREFIX) for variable in os.environ if variable.upper().startswith(PREFIX)}
    return {variable: name.lower().replace("__", ".") for variable, name in ours.items() if os.environ[variable]}


def _refuse_unknown_variables() -> None:
    known = {*Settings.model_fields, "settings_file"}
    for variable, name in _variables().items():
        first, *rest = name.split(".")
        if first not in known:
            near = difflib.get_close_matches(first, known, n=1)
            raise ConfigError(f"There is no setting {variable}. {f'Did you mean {PREFIX}{near[0].upper()}?' if near else 'Remove it.'}")
        if first == "connection" and len(rest) > 1 and rest[0] in _TABLES:
            # The environment knows no small letters, and the ids in it do.
            whole = variable[: len(PREFIX) + len(f"connection__{rest[0]}")]
            raise ConfigError(f'{variable} cannot be set by itself. Write them all as JSON: {whole}={{"NAME": "..."}}.')


def _origins() -> dict[str, str]:
    """Where every value that is not a default comes from, by dotted name."""
    found: dict[str, str] = {}
    if os.environ.get("DATABASE_URL"):
        found["database_url"] = "environment DATABASE_URL"
    path, content = _read_file()
    for name, value in content.items():
        _note(found, name, value, f"file {path}")
    for variable, name in _variables().items():
        try:
            value = json.loads(os.environ[variable])
        except ValueError:
            value = None
        _note(found, name, value, f"environment {variable}")
    if os.environ.get("PORT") and "port" not in found:
        found = {"host": "environment PORT", "port": "environment PORT", **found}
    return found


def _note(found: dict[str, str], name: str, value: object, origin: str) -> None:
    found[name] = origin
    if isinstance(value, Mapping):
        for key, inner in value.items():
            _note(found, f"{name}.{key}", inner, origin)


# What is wrong, in one sentence. A value is never repeated: it may be a secret.


def _sentence(error: ValidationError, model: type[BaseModel], origins: Mapping[str, str], *, within: str = "") -> str:
    """The first thing that is wrong, where it stands, and the fix."""
    first = error.errors(include_input=False, include_url=False)[0]
    path = [str(part) for part in first["loc"]]
    name = ".".join([within, *path] if within else path)
    where = _where(name, origins)
    if first["type"] == "extra_forbidden":
        near = difflib.get_close_matches(path[-1], _names(model, path[:-1]), n=1)
        return f"There is no setting {where}. {f'Did you mean {near[0]}?' if near else 'Remove it.'}"
    return f"Setting {where} is wrong: {_fix(first)}."


def _where(name: str, origins: Mapping[str, str]) -> str:
    shortened = name
    while shortened and shortened not in origins:
        shortened = shortened.rpartition(".")[0]
    kind, _, place = origins.get(shortened, "").partition(" ")
    if kind == "environment":
        rest = name.removeprefix(shortened).lstrip(".")
        return f'{place} ("{rest}")' if rest else place
    return f'"{name}" in {place}' if kind == "file" else f'"{name}"'


def _fix(error: ErrorDetails) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "value_error":
        return error["msg"].removeprefix("Value error, ").rstrip(".")
    if kind == "literal_error":
        return f"write {str(context.get('expected', '')).replace(chr(39), '').replace('False', 'false')}"
    if kind in ("greater_than_equal", "less_than_equal"):
        least, most = context.get("ge"), context.get("le")
        return f"write {least} or more" if least is not None else f"write {most} or less"
    for start, fix in _FIXES.items():
        if kind.startswith(start):
            return fix
    return f"{error['msg'][:1].lower()}{error['msg'][1:].rstrip('.')}"


_FIXES: Final[Mapping[str, str]] = {
    "int_": "write a whole number",
    "bool_": "write true or false",
    "decimal_": "write an amount like 250.00",
    "is_instance": "write an amount like 250.00",
    "finite_": "write an amount like 250.00",
    "date_": "write a date like 2026-11-01",
    "string_": "write a text, in quotes",
    "list_": "write a list of names",
    "dict_": "write a table, in the environment as JSON",
    "mapping_": "write a table, in the environment as JSON",
    "model_": "write a table, in the environment as JSON",
    "path_": "write the path of a folder",
}


def _names(model: type[BaseModel], path: Sequence[str]) -> list[str]:
    for part in path:
        field = model.model_fields.get(part)
        if field is None or not isinstance(field.annotation, type) or not issubclass(field.annotation, BaseModel):
            return []
        model = field.annotation
    return list(model.model_fields)
