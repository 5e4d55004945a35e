"""accounting-objects: the options of a tracking category against Scoro's accounting objects."""

from collections.abc import Sequence

from xero_sync import Action, PluginDescription, Snapshot, hookimpl
from xero_sync_accounting_objects import rules


@hookimpl
def plugin() -> PluginDescription:
    return PluginDescription("Sync tracking categories as accounting objects", needs=frozenset({"objects"}))


@hookimpl
def decide(snapshot: Snapshot) -> Sequence[Action]:
    return rules.report(snapshot)
