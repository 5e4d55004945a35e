"""xero-sync: everything a plugin imports.

    from xero_sync import MatchRule, Snapshot, hookimpl

Nothing under this package is for plugins, except `xero_sync.testing` in their tests.
"""

from xero_sync.domain import scoro, xero
from xero_sync.domain.actions import (
    STATUS_LINE,
    Action,
    AskPerson,
    BindOptions,
    CreateOption,
    Hold,
    Note,
    Part,
    Post,
    PutOnProject,
    Remember,
    SetCustomField,
    WriteTracking,
)
from xero_sync.domain.causes import moved_cause
from xero_sync.domain.decisions import (
    BothAreReal,
    CountAccount,
    Decided,
    FollowBills,
    FollowChange,
    FollowXero,
    KeepAsClosed,
    LeaveOut,
    MakeOption,
    NoOptionNeeded,
    NoProjectNeeded,
    PutOn,
    Reply,
    Spread,
    TheseDocuments,
    ThisAccount,
    ThisOption,
    ThisProject,
    ThisSupplier,
    TryAgain,
    UseOption,
)
from xero_sync.domain.fold import fold, fold_scoro
from xero_sync.domain.lines import DocumentResult, LineResult, Pairing, Share, net_by_project, pair
from xero_sync.domain.match import LineFacts, MatchRule, copy_keys
from xero_sync.domain.money import Money, split
from xero_sync.domain.options import create_option_for, describe_project, option_name_for, option_of, why_no_option_for
from xero_sync.domain.outcomes import Outcome
from xero_sync.domain.questions import Choice, Question
from xero_sync.domain.sharing import shares_by, weights_of_allocations, weights_on_document
from xero_sync.domain.snapshot import Answer, BookedDocument, Snapshot
from xero_sync.domain.tracking import TRACKING_RULE, why_tracking_stays, write_tracking_for
from xero_sync.hookspecs import NoSettings, PluginDescription, hookimpl

__version__ = "0.1.0"

__all__ = [
    "STATUS_LINE", "TRACKING_RULE", "Action", "Answer", "AskPerson", "BindOptions", "BookedDocument", "BothAreReal", "Choice",
    "CountAccount", "CreateOption", "Decided", "DocumentResult", "FollowBills", "FollowChange", "FollowXero", "Hold", "KeepAsClosed",
    "LeaveOut", "LineFacts", "LineResult", "MakeOption", "MatchRule", "Money", "NoOptionNeeded", "NoProjectNeeded", "NoSettings", "Note",
    "Outcome", "Pairing", "Part", "PluginDescription", "Post", "PutOn", "PutOnProject", "Question", "Remember", "Reply", "SetCustomField",
    "Share", "Snapshot", "Spread", "TheseDocuments", "ThisAccount", "ThisOption", "ThisProject", "ThisSupplier", "TryAgain", "UseOption",
    "WriteTracking", "copy_keys", "create_option_for", "describe_project", "fold", "fold_scoro", "hookimpl", "moved_cause", "net_by_project",
    "option_name_for", "option_of", "pair", "scoro", "shares_by", "split", "weights_of_allocations", "weights_on_document",
    "why_no_option_for", "why_tracking_stays", "write_tracking_for", "xero",
]  # fmt: skip
