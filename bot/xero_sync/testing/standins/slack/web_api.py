"""The Web API under /api/ and the response urls: who may call, what is refused, what it does."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from xero_sync.testing.standins.slack.delivery import SocketMode
from xero_sync.testing.standins.slack.pacing import Pacing
from xero_sync.testing.standins.slack.payloads import message_content, view_content
from xero_sync.testing.standins.slack.records import ApiCall, Channel, Message, Refused, User, View
from xero_sync.testing.standins.slack.rules import METHODS, Judge
from xero_sync.testing.standins.slack.shapes import Json
from xero_sync.testing.standins.slack.workspace import Workspace

_AS_JSON = ("blocks", "view", "metadata")  # a form carries these as JSON text
_TRUE = (True, "1", "true")
_DEFAULT_PAGE = 100
REPEATED_WITHIN = timedelta(minutes=1)
LONGEST_METADATA = 3_000


@dataclass
class Refusal:
    """An error the next calls of a method get, whatever they ask."""

    method: str
    error: str
    times: int | None = 1
    retry_after_seconds: int | None = None


@dataclass
class WebApi:
    """Every method the product uses."""

    workspace: Workspace
    judge: Judge
    sockets: SocketMode
    bot_token: str
    app_token: str
    scopes: frozenset[str]
    pacing: Pacing
    base_url: str | None = None
    calls: list[ApiCall] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    revoked_tokens: set[str] = field(default_factory=set)
    _posted: dict[str, tuple[datetime, Message]] = field(default_factory=dict)  # the content of a post -> when it came, and what stands

    async def handle(self, request: Request) -> Response:
        """One call of /api/METHOD."""
        self.base_url = str(request.base_url).rstrip("/")
        method = request.path_params["method"]
        args = await _arguments(request)
        token = args.pop("token", None) or request.headers.get("authorization", "").removeprefix("Bearer ").strip()
        headers = {"x-slack-req-id": f"request-{len(self.calls) + 1}", "x-oauth-scopes": ",".join(sorted(self.scopes))}
        try:
            answer = self._answer(method, args, token)
        except Refused as refused:
            self.calls.append(ApiCall(method, args, refused.error))
            return _refusal(refused, headers)
        self.calls.append(ApiCall(method, args))
        return JSONResponse({"ok": True, **answer}, headers=headers)

    async def handle_response_url(self, request: Request) -> Response:
        """One message sent to a response_url."""
        args = await _arguments(request)
        error = None
        try:
            url = self.workspace.use_response_url(request.path_params["token"])
            if violations := self.judge.judge("response_url", args):
                raise Refused(violations[0].error, messages=[violation.sentence for violation in violations])
            self.workspace.answer(args, url)
        except Refused as refused:
            error = refused.error
        self.calls.append(ApiCall("response_url", args, error))
        if error is None:
            return PlainTextResponse("ok")
        is_used_up = error in ("expired_url", "used_url", "invalid_url")
        return JSONResponse({"ok": False, "error": error}, self.workspace.switches.used_up_response_url_status if is_used_up else 400)

    def _answer(self, method: str, args: Json, token: str) -> Json:
        self._authorise(method, token)
        violations = self.judge.judge(method, args)
        self._refuse_as_planned(method)
        self.pacing.take(method)
        if violations:
            raise Refused(violations[0].error, messages=[violation.sentence for violation in violations])
        self._need(METHODS[method].scope)
        handlers: dict[str, Callable[[Json], Json]] = {
            "auth.test": self._auth_test,
            "apps.connections.open": self._connections_open,
            "chat.postMessage": self._post,
            "chat.update": self._update,
            "chat.postEphemeral": self._post_ephemeral,
            "chat.delete": self._delete,
            "chat.getPermalink": self._permalink,
            "views.open": self._views_open,
            "views.push": self._views_push,
            "views.update": self._views_update,
            "views.publish": self._views_publish,
            "users.info": self._users_info,
            "users.lookupByEmail": self._users_lookup,
            "conversations.info": self._conversations_info,
            "conversations.list": self._conversations_list,
            "conversations.join": self._conversations_join,
            "conversations.open": self._conversations_open,
            "team.info": self._team_info,
        }
        return handlers[method](args)

    def _authorise(self, method: str, token: str) -> None:
        if not token:
            raise Refused("not_authed")
        if token in self.revoked_tokens:
            raise Refused("token_revoked")
        if token not in (self.bot_token, self.app_token):
            raise Refused("invalid_auth")
        if (token == self.app_token) != (method == "apps.connections.open"):
            raise Refused("not_allowed_token_type")

    def _refuse_as_planned(self, method: str) -> None:
        for refusal in self.refusals:
            if refusal.method == method and refusal.times != 0:
                refusal.times = None if refusal.times is None else refusal.times - 1
                raise Refused(refusal.error, retry_after_seconds=refusal.retry_after_seconds)

    def _need(self, scope: str | None) -> None:
        if scope is not None and scope not in self.scopes:
            raise Refused("missing_scope", needed=scope, provided=",".join(sorted(self.scopes)))

    def _need_to_read(self, channel: Channel) -> None:
        self._need("im:read" if channel.is_im else "groups:read" if channel.is_private else "channels:read")

    def _auth_test(self, args: Json) -> Json:  # noqa: ARG002  # every method takes its arguments
        app = self.workspace.installation
        who = {"user": app.bot_name, "user_id": app.bot_user_id, "bot_id": app.bot_id, "is_enterprise_install": False}
        return {"url": f"https://{app.domain}.slack.com/", "team": app.team_name, "team_id": app.team_id, **who}

    def _connections_open(self, args: Json) -> Json:  # noqa: ARG002
        address = (self.base_url or "").replace("http", "ws", 1)
        return {"url": f"{address}/link/{self.sockets.new_ticket()}"}

    def _post(self, args: Json) -> Json:
        channel = self.workspace.writable(args["channel"])
        self.pacing.post(channel.id)
        self._check_metadata(args)
        message = self._posted_before(args) or self.workspace.post(channel, args)
        if self.workspace.switches.repeated_post_is_known:
            self._posted[_content_of(args)] = self.workspace.now(), message
        return {"channel": channel.id, "ts": message.ts, "message": message_content(message, self.workspace.installation)}

    def _posted_before(self, args: Json) -> Message | None:
        at, message = self._posted.get(_content_of(args), (None, None))
        is_known = self.workspace.switches.repeated_post_is_known and at is not None and self.workspace.now() - at < REPEATED_WITHIN
        return message if is_known else None

    def _check_metadata(self, args: Json) -> None:
        if self.workspace.switches.metadata_has_limit and len(json.dumps(args.get("metadata"))) > LONGEST_METADATA:
            raise Refused("metadata_too_large")

    def _update(self, args: Json) -> Json:
        channel = self.workspace.visible(args["channel"])
        self._check_metadata(args)
        message = self.workspace.edit(self.workspace.own(channel, args["ts"], "cant_update_message"), args)
        content = message_content(message, self.workspace.installation)
        return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": content}

    def _post_ephemeral(self, args: Json) -> Json:
        channel = self.workspace.writable(args["channel"])
        if not channel.sees(self._user(args["user"]).id):
            raise Refused("user_not_in_channel")
        if not self.workspace.switches.ephemeral_arrives:
            return {"message_ts": self.workspace.compose(channel, args).ts}
        return {"message_ts": self.workspace.post_ephemeral(channel, args["user"], args).ts}

    def _delete(self, args: Json) -> Json:
        channel = self.workspace.visible(args["channel"])
        self.workspace.delete(self.workspace.own(channel, args["ts"], "cant_delete_message"))
        return {"channel": channel.id, "ts": args["ts"]}

    def _permalink(self, args: Json) -> Json:
        channel = self.workspace.visible(args["channel"])
        if args["message_ts"] not in channel.versions:
            raise Refused("message_not_found")
        path = f"{channel.id}/p{args['message_ts'].replace('.', '')}"
        return {"channel": channel.id, "permalink": f"https://{self.workspace.installation.domain}.slack.com/archives/{path}"}

    def _view(self, view: View) -> Json:
        return {"view": view_content(view, self.workspace)}

    def _views_open(self, args: Json) -> Json:
        return self._view(self.workspace.open_view(self._triggered_by(args), args["view"]))

    def _views_push(self, args: Json) -> Json:
        return self._view(self.workspace.push_view(self._triggered_by(args), args["view"]))

    def _triggered_by(self, args: Json) -> str:
        return self.workspace.use_trigger(args.get("trigger_id") or args["interactivity_pointer"])

    def _views_update(self, args: Json) -> Json:
        external_id = args.get("external_id")
        for view in self.workspace.open_views():
            if view.id == args.get("view_id") or (external_id and view.content.get("external_id") == external_id):
                if args.get("hash") not in (None, view.hash):
                    raise Refused("hash_conflict")
                return self._view(self.workspace.replace_view(view, args["view"]))
        raise Refused("not_found")

    def _views_publish(self, args: Json) -> Json:
        return self._view(self.workspace.publish_home(self._user(args["user_id"]).id, args["view"], args.get("hash")))

    def _user(self, user_id: str) -> User:
        if user_id not in self.workspace.users:
            raise Refused("user_not_found")
        return self.workspace.users[user_id]

    def _users_info(self, args: Json) -> Json:
        return {"user": self._user_content(self._user(args["user"]))}

    def _users_lookup(self, args: Json) -> Json:
        for user in self.workspace.users.values():
            if user.email is not None and user.email.lower() == args["email"].lower() and not user.is_deleted:
                return {"user": self._user_content(user)}
        raise Refused("users_not_found")

    def _user_content(self, user: User) -> Json:
        profile = {"real_name": user.name, "display_name": user.name}
        if user.email is not None and "users:read.email" in self.scopes:
            profile["email"] = user.email
        roles = {name: getattr(user, name) for name in ("is_bot", "is_restricted", "is_ultra_restricted")}
        stranger = {"is_stranger": True} if user.is_stranger else {}
        team_id = user.team_id or self.workspace.installation.team_id
        names = {"name": user.name.lower(), "real_name": user.name, "deleted": user.is_deleted, "tz": user.tz}
        return {"id": user.id, "team_id": team_id, **names, "profile": profile, **roles, **stranger}

    def _conversations_info(self, args: Json) -> Json:
        channel = self.workspace.visible(args["channel"])
        self._need_to_read(channel)
        return {"channel": _channel_content(channel)}

    def _conversations_list(self, args: Json) -> Json:
        types = str(args.get("types", "public_channel")).split(",")
        for kind, scope in (("public_channel", "channels:read"), ("private_channel", "groups:read"), ("im", "im:read")):
            self._need(scope if kind in types else None)
        found = [channel for channel in self.workspace.channels.values() if _kind_of(channel) in types and _is_listed(channel, args)]
        start, size = int(args.get("cursor") or 0), int(args.get("limit", _DEFAULT_PAGE))
        cursor = str(start + size) if start + size < len(found) else ""
        page = [_channel_content(channel) for channel in found[start : start + size]]
        return {"channels": page, "response_metadata": {"next_cursor": cursor}}

    def _conversations_join(self, args: Json) -> Json:
        channel = self.workspace.visible(args["channel"])
        if channel.is_private:
            raise Refused("method_not_supported_for_channel_type")
        if channel.is_archived:
            raise Refused("is_archived")
        channel.bot_is_member = True
        return {"channel": _channel_content(channel)}

    def _conversations_open(self, args: Json) -> Json:
        if "channel" in args:
            return {"channel": {"id": self.workspace.visible(args["channel"]).id}}
        if "," in args["users"]:
            raise Refused("invalid_arguments", messages=["the stand-in opens conversations with one person only"])
        return {"channel": {"id": self.workspace.direct_message(self._user(args["users"]).id).id}}

    def _team_info(self, args: Json) -> Json:  # noqa: ARG002
        app = self.workspace.installation
        return {"team": {"id": app.team_id, "name": app.team_name, "domain": app.domain, "email_domain": ""}}


def _content_of(args: Json) -> str:
    return json.dumps({name: value for name, value in args.items() if name != "team_id"}, sort_keys=True)


def _kind_of(channel: Channel) -> str:
    return "im" if channel.is_im else "private_channel" if channel.is_private else "public_channel"


def _is_listed(channel: Channel, args: Json) -> bool:
    is_hidden = channel.is_private and not channel.bot_is_member and not channel.is_im
    return not is_hidden and not (channel.is_archived and args.get("exclude_archived") in _TRUE)


def _channel_content(channel: Channel) -> Json:
    kind = _kind_of(channel)
    return {
        "id": channel.id,
        "name": channel.name,
        "is_channel": kind == "public_channel",
        "is_group": kind == "private_channel",
        "is_im": channel.is_im,
        "is_private": channel.is_private,
        "is_archived": channel.is_archived,
        "is_member": channel.bot_is_member,
        "is_ext_shared": channel.is_ext_shared,
        "is_shared": channel.is_ext_shared,
    }


async def _arguments(request: Request) -> Json:
    """Query, form and JSON alike: the SDK uses all three."""
    args: Json = dict(request.query_params)
    body = await request.body()
    if request.headers.get("content-type", "").startswith("application/json"):
        sent: Any = json.loads(body or b"{}")
        args |= sent if isinstance(sent, dict) else {}
    else:
        args |= dict(parse_qsl(body.decode(), keep_blank_values=True))
    return {name: _decoded(name, value) for name, value in args.items() if value is not None}


def _decoded(name: str, value: Any) -> Any:
    if name not in _AS_JSON or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value  # the judge says what is wrong with it


def _refusal(refused: Refused, headers: dict[str, str]) -> Response:
    content: Json = {"ok": False, "error": refused.error, **refused.more}
    if refused.messages:
        content["response_metadata"] = {"messages": [f"[ERROR] {message}" for message in refused.messages]}
    if refused.retry_after_seconds is None:
        return JSONResponse(content, headers=headers)
    return JSONResponse(content, 429, headers={**headers, "retry-after": str(refused.retry_after_seconds)})
