"""What may go out to Slack: `check_outgoing` judges every call before the stand-in acts on it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from xero_sync.testing.standins.slack.shapes import (
    MESSAGE_BLOCK,
    MESSAGE_BLOCKS,
    OPTION,
    OPTION_GROUP,
    TEXT_OF_ALL_BLOCKS,
    VIEW,
    Check,
    Json,
    by_type,
    list_of,
    repeated_ids,
    shape,
    text,
    text_length,
)

TEXT_LENGTH = 40_000  # Slack cuts a message's text there


@dataclass(frozen=True)
class Violation:
    """One thing Slack would not have taken, or would have taken and shown badly.

    method: a Web API method, or `response_url`, `command ack`, `view ack`, `options ack`.
    error: what Slack answers. sentence: what is wrong, with the JSON pointer.
    """

    method: str
    error: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.method}: {self.sentence} ({self.error})"


@dataclass(frozen=True)
class Method:
    """Which arguments a method takes; of `one_of` at least one has to be there. per_minute: its tier; None where Slack has another rule."""

    required: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    one_of: tuple[str, ...] = ()
    scope: str | None = None
    per_minute: int | None = None


def _method(required: str = "", optional: str = "", *, one_of: str = "", scope: str | None = None, tier: int | None = None) -> Method:
    per_minute = PER_MINUTE.get(tier or 0)
    return Method(frozenset(required.split()), frozenset(f"{optional} {one_of}".split()), tuple(one_of.split()), scope, per_minute)


# Slack: section 8 has the tiers and chat.update's; the other methods' tiers are those of their own pages.
PER_MINUTE = {2: 20, 3: 50, 4: 100}
_SHOWN = "blocks link_names parse unfurl_links unfurl_media"
_POSTED = "thread_ts metadata username icon_emoji icon_url as_user"
METHODS: dict[str, Method] = {
    "auth.test": _method(),
    "apps.connections.open": _method(),
    "chat.postMessage": _method("channel text", f"{_SHOWN} {_POSTED} mrkdwn reply_broadcast", scope="chat:write"),
    "chat.update": _method(
        "channel ts text", "blocks link_names parse metadata reply_broadcast as_user file_ids", scope="chat:write", tier=3
    ),
    "chat.postEphemeral": _method(
        "channel user text", "blocks link_names parse thread_ts username icon_emoji icon_url as_user", scope="chat:write", tier=4
    ),
    "chat.delete": _method("channel ts", "as_user", scope="chat:write", tier=3),
    "chat.getPermalink": _method("channel message_ts"),
    "views.open": _method("view", one_of="trigger_id interactivity_pointer", tier=4),
    "views.push": _method("view", one_of="trigger_id interactivity_pointer", tier=4),
    "views.update": _method("view", "hash", one_of="view_id external_id", tier=4),
    "views.publish": _method("user_id view", "hash", tier=4),
    "users.info": _method("user", "include_locale", scope="users:read", tier=4),
    "users.lookupByEmail": _method("email", scope="users:read.email", tier=3),
    "conversations.info": _method("channel", "include_locale include_num_members", tier=3),
    "conversations.list": _method("", "cursor limit exclude_archived types", tier=2),
    "conversations.join": _method("channel", scope="channels:join", tier=3),
    "conversations.open": _method("", "return_im prevent_creation", one_of="channel users", scope="im:write", tier=3),
    "team.info": _method("", "team domain", scope="team:read", tier=3),
    # Not methods, but they leave the app too.
    "response_url": _method("", f"text {_SHOWN} response_type replace_original delete_original thread_ts metadata"),
    "command ack": _method("", f"text {_SHOWN} response_type"),
    "view ack": _method("", "response_action errors view"),
    "options ack": _method(one_of="options option_groups"),
}
_EVERYWHERE = {"team_id", "token"}  # Bolt puts team_id into the body of every call
_FLAGS = {
    *("link_names", "unfurl_links", "unfurl_media", "as_user", "mrkdwn", "reply_broadcast", "replace_original", "delete_original"),
    *("include_locale", "include_num_members", "exclude_archived", "return_im", "prevent_creation"),
}
_BLOCKS = by_type(MESSAGE_BLOCK)


def _truth(value: Any, at: str) -> Iterator[str]:
    # A form and a query spell it 1, 0, true, false.
    if value not in (True, False, "1", "0", "true", "false"):
        yield f"{at} must be true or false"


def _number(value: Any, at: str) -> Iterator[str]:
    if not str(value).isdigit():
        yield f"{at} must be a whole number"


def _anything(value: Any, at: str) -> Iterator[str]:  # noqa: ARG001  # judged elsewhere
    yield from ()


def _object(value: Any, at: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{at} must be an object"


_KINDS: dict[str, Check] = {
    **dict.fromkeys(_FLAGS, _truth),
    "blocks": _anything,
    "view": _anything,
    "options": list_of(OPTION, 100, 0),
    "option_groups": list_of(OPTION_GROUP, 100, 0),
    "errors": _object,
    "metadata": shape({"event_type": text(255), "event_payload": _object}),
    "limit": _number,
    "text": text(TEXT_LENGTH, 0),
}
_STRING = text(10_000, 0)


def check_outgoing(method: str, args: Json) -> list[Violation]:
    """Everything that is wrong with this call, arguments first; empty when Slack takes it and shows it well."""
    known = METHODS.get(method)
    if known is None:
        return [Violation(method, "unknown_method", f"{method} is not a method of this stand-in")]
    found = [Violation(method, "invalid_arguments", sentence) for sentence in _argument_mistakes(known, args)]
    if "blocks" in known.optional:
        found += _message_mistakes(method, args)
    if isinstance(args.get("view"), dict):
        found += [Violation(method, "invalid_arguments", sentence) for sentence in VIEW(args["view"], "/view")]
    return found


def _argument_mistakes(known: Method, args: Json) -> Iterator[str]:
    yield from (f"/{name} is missing" for name in sorted(known.required - args.keys() - {"text"}))
    if known.one_of and not any(name in args for name in known.one_of):
        yield f"one of {', '.join(known.one_of)} is missing"
    for name, value in args.items():
        if name not in known.required | known.optional | _EVERYWHERE:
            yield f"/{name} is not an argument"
        else:
            yield from _KINDS.get(name, _STRING)(value, f"/{name}")
    if "view" in args:
        yield from _object(args["view"], "/view")


def _message_mistakes(method: str, args: Json) -> Iterator[Violation]:
    blocks = args.get("blocks") or []
    if not args.get("text") and not args.get("delete_original"):
        # With blocks alone Slack posts, but notifications and screen readers have nothing to say.
        error = "invalid_arguments" if blocks else "no_text"
        yield Violation(method, error, "/text is missing")
    for sentence in list_of(_BLOCKS, MESSAGE_BLOCKS, 0)(blocks, "/blocks"):
        yield Violation(method, "invalid_blocks", sentence)
    for sentence in repeated_ids(blocks, "/blocks"):
        yield Violation(method, "invalid_blocks", sentence)
    if (length := text_length(blocks)) > TEXT_OF_ALL_BLOCKS:
        yield Violation(method, "msg_blocks_too_long", f"/blocks hold {length} characters, keep them below {TEXT_OF_ALL_BLOCKS}")


@dataclass
class Judge:
    """Keeps the violations of all calls, so that a test can say there were none."""

    violations: list[Violation] = field(default_factory=list)

    def judge(self, method: str, args: Json) -> list[Violation]:
        """What is wrong with this call, also remembered."""
        found = check_outgoing(method, args)
        self.violations += found
        return found
