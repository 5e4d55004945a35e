"""What was asked: the inbox, decisions, questions, and what stands in Slack."""

from __future__ import annotations

from xero_sync.store.asked.decided import Decisions
from xero_sync.store.asked.inbox import Inbox, InboxKind, InboxRow
from xero_sync.store.asked.messages import Message, Messages, PrivateReply
from xero_sync.store.asked.questions import AskedQuestion, Questions, QuestionState


class Asked(Inbox, Decisions, Questions, Messages):
    """What one connection was asked and answered. Every method takes the open transaction first, so that callers compose one."""

    def __init__(self, connection_id: str) -> None:
        self.connection_id = connection_id


__all__ = ["Asked", "AskedQuestion", "InboxKind", "InboxRow", "Message", "PrivateReply", "QuestionState"]
