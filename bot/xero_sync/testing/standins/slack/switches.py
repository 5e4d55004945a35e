"""What is not known of Slack, one switch for each question.

Three questions of the facts are no switch, since no reply shows the answer: whether token rotation can be turned off again (section 2; it is off),
which new blocks a library of others builds (section 6), and how two other vendors lay out their messages (section 9).
"""

from dataclasses import dataclass
from typing import Literal


@dataclass
class Switches:
    """Open questions about Slack. A default is the likelier answer; whoever talks to Slack must live with every other one."""

    private_channel_answers: Literal["channel_not_found", "not_in_channel"] = "channel_not_found"
    """Section 3: a private channel the bot is not in. "channel_not_found" or "not_in_channel": that error; both are listed, not which of them."""
    posting_to_user_id_opens_dm: bool = True
    """Section 10: chat.postMessage to a user id. True: it opens the direct message. False: channel_not_found before conversations.open."""
    repeated_post_is_known: bool = False
    """Section 2: no idempotency key is documented. True: an equal chat.postMessage within a minute is answered with the first. False: two stand."""
    metadata_has_limit: bool = False
    """Section 9.12: the size of a message's metadata. True: more than 3,000 characters of JSON are metadata_too_large. False: any size goes."""
    converted_channel_keeps_id: bool = True
    """Section 9.14: a channel made private or public. True: it keeps its id. False: a new one with G or C, the old one is channel_not_found."""
    ephemeral_arrives: bool = True
    """Section 8: chat.postEphemeral is not guaranteed to arrive. True: it does. False: Slack says ok, and the person sees nothing."""
    interactions_are_retried: bool = False
    """Section 2: a press or submission the app did not acknowledge. True: sent again as events are, with retry headers. False: sent once."""
    stale_press_is_delivered: bool = True
    """Section 9.4: a button of a card that was edited since. True: its press arrives. False: the person is told that it failed."""
    response_url_replaces_by_default: bool = False
    """Section 9.2: a response_url message without replace_original. True: it replaces the pressed message. False: it stands beside it."""
    used_up_response_url_status: Literal[404, 200] = 404
    """Section 8: a response_url used five times or half an hour old. 404 or 200: the status; the error stands in the body either way."""
