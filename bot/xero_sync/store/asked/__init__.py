"""What was asked: the inbox, decisions, questions, and what stands in Slack."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.store.asked.decided import Decisions
from xero_sync.store.asked.inbox import Inbox, InboxKind, InboxRow
from xero_sync.store.asked.messages import Message, Messages, PrivateReply
from xero_sync.store.asked.questions import QUESTION, AskedQuestion, Questions, QuestionState


class Asked(Inbox, Decisions, Questions, Messages):
    """What one connection was asked and answered. Every method takes the open transaction first, so that callers compose one."""

    def __init__(self, connection_id: str) -> None:
        self.connection_id = connection_id

    async def without_card(self, db: AsyncConnection) -> list[AskedQuestion]:
        """The open questions that no message stands for, oldest first."""
        asked = {question.subject: question for question in await self.open_questions(db)}
        have_one = await self.posted_among(db, asked)
        return [question for subject, question in asked.items() if subject not in have_one]


__all__ = ["QUESTION", "Asked", "AskedQuestion", "InboxKind", "InboxRow", "Message", "PrivateReply", "QuestionState"]
