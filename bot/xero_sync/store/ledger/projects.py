"""What was put on which project, and which option belongs to which project."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.domain.lines import Share


@dataclass(frozen=True)
class ProjectShare:
    document_id: str
    share: Share
    currency: str


class Projects:
    connection_id: str

    async def put_shares(
        self, db: AsyncConnection, document_id: str, shares: Iterable[Share], currency: str, entry_id: int
    ) -> None:
        """Replace what the document has on projects by what was read back."""
        raise NotImplementedError

    async def shares(self, db: AsyncConnection, document_ids: Iterable[str]) -> dict[str, tuple[Share, ...]]:
        """The sorted shares of each document that has any."""
        raise NotImplementedError

    async def shares_of_project(self, db: AsyncConnection, project_id: int) -> list[ProjectShare]:
        raise NotImplementedError

    async def last_projects(self, db: AsyncConnection, contact_ids: Iterable[str], limit: int = 5) -> dict[str, tuple[int, ...]]:
        """The projects of each contact's newest `limit` documents that are on any, newest first; a project once per document."""
        raise NotImplementedError

    async def bind(self, db: AsyncConnection, pairs: Iterable[tuple[str, int]], at: datetime, entry_id: int) -> None:
        """Let each option belong to its project, whatever it belonged to before."""
        raise NotImplementedError

    async def unbind(self, db: AsyncConnection, tracking_option_ids: Iterable[str]) -> None:
        raise NotImplementedError

    async def bindings(self, db: AsyncConnection) -> dict[str, int]:
        """Option id to project id."""
        raise NotImplementedError
