"""What is not known of Slack, one switch for each question."""

from dataclasses import dataclass
from typing import Literal


@dataclass
class Switches:
    """Open questions about Slack. A default is the likelier answer; whoever talks to Slack must live with every other one."""

    private_channel_answers: Literal["channel_not_found", "not_in_channel"] = "channel_not_found"
    """Section 3: both errors are listed for a channel the bot is not in; which of them a private channel gives is not said."""
    posting_to_user_id_opens_dm: bool = True
    """Section 10: a chat.postMessage to a user id opens the direct message. False: it needs conversations.open first."""
    stale_press_is_delivered: bool = True
    """Section 9.4: a button of a card that was edited since; does its press still arrive?"""
    response_url_replaces_by_default: bool = False
    """Section 9.2: a response_url message without replace_original. True: it replaces the message that was pressed."""
    used_up_response_url_status: int = 404
    """Section 8: how a used-up response_url answers."""
