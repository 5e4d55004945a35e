"""Who pressed or typed, as the house knows them. Fail closed: a guest or somebody of another workspace has no role here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import aiohttp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from xero_sync.errors import XeroSyncError

_KEPT: Final = timedelta(minutes=10)
_ASKING_SECONDS: Final = 1.0
_NO_MEMBER: Final = ("is_stranger", "is_restricted", "is_ultra_restricted", "is_bot", "deleted")


class VisitorUnknown(XeroSyncError):
    """Slack did not say who you are. Nothing was recorded; try again."""

    code = "visitor-unknown"


class Visitors:
    """Tells members of the workspace from guests and strangers; what Slack said holds for ten minutes."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._known: dict[tuple[str, str], tuple[bool, datetime]] = {}

    async def person_id(self, body: Mapping[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> str:
        """The Slack user id; a stranger's stands behind a word, so that no role can be found for it. Raises VisitorUnknown."""
        user = body.get("user")
        user_id = str(user["id"]) if isinstance(user, dict) else str(body.get("user_id", ""))
        told_team = user.get("team_id") if isinstance(user, dict) else None
        own_team = context.authorize_result.team_id if context.authorize_result else None
        if not user_id or not own_team:
            raise VisitorUnknown
        if told_team not in (None, own_team):
            return f"stranger:{user_id}"
        return user_id if await self._is_member(user_id, own_team, client) else f"stranger:{user_id}"

    async def _is_member(self, user_id: str, own_team: str, client: AsyncWebClient) -> bool:
        is_member, until = self._known.get((own_team, user_id), (False, self._now()))
        if until > self._now():
            return is_member
        try:
            async with asyncio.timeout(_ASKING_SECONDS):
                answer = await client.users_info(user=user_id)
        except (SlackClientError, aiohttp.ClientError, OSError) as error:  # a timeout is an OSError
            raise VisitorUnknown from error
        said = answer.get("user")
        if not isinstance(said, dict):
            raise VisitorUnknown
        is_member = said.get("team_id") == own_team and not any(said.get(mark) for mark in _NO_MEMBER)
        self._known[own_team, user_id] = (is_member, self._now() + _KEPT)
        return is_member
