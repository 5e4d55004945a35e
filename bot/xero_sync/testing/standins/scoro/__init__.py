"""A stand-in of Scoro's API v2 that keeps books, with Scoro's own Xero sync beside them.

The section numbers in comments are those of the project's facts about Scoro.
"""

from xero_sync.testing.standins.scoro.books import OnProject, Write
from xero_sync.testing.standins.scoro.rows import line
from xero_sync.testing.standins.scoro.service import ScoroStandIn
from xero_sync.testing.standins.scoro.switches import Switches

__all__ = ["OnProject", "ScoroStandIn", "Switches", "Write", "line"]
