"""project-matching: the options of a tracking category and Scoro's projects, joined by bound id and by folded name."""

from collections.abc import Sequence

from xero_sync import Action, MatchRule, PluginDescription, Snapshot, fold, fold_scoro, hookimpl
from xero_sync_project_matching import rules
from xero_sync_project_matching.settings import MatchingSettings


@hookimpl
def plugin() -> PluginDescription:
    return PluginDescription("Match Xero tracking category with Scoro projects", MatchingSettings)


@hookimpl
def match_rules() -> list[MatchRule]:
    return [
        MatchRule("same name", rank=0, of_line=lambda line: fold(line.option_name), of_project=lambda project: [fold_scoro(project.name)])
    ]


@hookimpl
def decide(snapshot: Snapshot, settings: MatchingSettings) -> Sequence[Action]:
    if not snapshot.settings.match_projects or snapshot.category is None or snapshot.unknown & {"categories", "projects"}:
        return ()
    return [
        *rules.bind_equal_names(snapshot),
        *rules.ask_about_options(snapshot, settings),
        *rules.ask_about_new_projects(snapshot),
        *rules.create_asked_for_options(snapshot),
        *rules.write_asked_for_options(snapshot),
    ]
