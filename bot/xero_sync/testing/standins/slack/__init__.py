"""A stand-in of Slack: Web API, Socket Mode, signed HTTP, and the people who press."""

from xero_sync.testing.standins.slack.delivery import Reply
from xero_sync.testing.standins.slack.elements import Option
from xero_sync.testing.standins.slack.records import ApiCall, CannotDo, Channel, Message, Refused, Seen, User, View
from xero_sync.testing.standins.slack.rules import Violation, check_outgoing
from xero_sync.testing.standins.slack.standin import SCOPES, SlackStandIn
from xero_sync.testing.standins.slack.switches import Switches

__all__ = [
    "SCOPES",
    "ApiCall",
    "CannotDo",
    "Channel",
    "Message",
    "Option",
    "Refused",
    "Reply",
    "Seen",
    "SlackStandIn",
    "Switches",
    "User",
    "View",
    "Violation",
    "check_outgoing",
]
