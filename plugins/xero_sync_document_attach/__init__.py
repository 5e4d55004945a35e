"""document-attach: approved Xero documents on their Scoro projects, by way of the copy Scoro's own Xero sync makes."""

from collections.abc import Sequence

from xero_sync import Action, PluginDescription, Snapshot, hookimpl
from xero_sync_document_attach import rules


@hookimpl
def plugin() -> PluginDescription:
    return PluginDescription("Attach approved Xero documents to their projects")


@hookimpl
def decide(snapshot: Snapshot) -> Sequence[Action]:
    return [
        *(action for document in snapshot.documents for action in rules.carry_out(snapshot, document)),
        *rules.ask_about_lines(snapshot),
        *rules.create_asked_for_options(snapshot),
        *rules.write_answers_to_xero(snapshot),
    ]
