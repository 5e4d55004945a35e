"""What matching decides, pure. Never a guess with money: suggestions need a click."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from rapidfuzz import fuzz, process

from xero_sync import (
    TRACKING_RULE,
    Action,
    AskPerson,
    BindOptions,
    BookedDocument,
    Choice,
    LineFacts,
    LineResult,
    MakeOption,
    NoOptionNeeded,
    NoProjectNeeded,
    PutOn,
    Question,
    Snapshot,
    TheseDocuments,
    ThisOption,
    ThisProject,
    UseOption,
    create_option_for,
    describe_project,
    fold,
    fold_scoro,
    option_name_for,
    option_of,
    scoro,
    why_no_option_for,
    why_tracking_stays,
    write_tracking_for,
)
from xero_sync_project_matching.differences import tell_difference
from xero_sync_project_matching.settings import MatchingSettings

NEW_PROJECT = "project without option:"
NO_MATCH = "no match:"
MANY_OPTIONS = 80


def bind_equal_names(snapshot: Snapshot) -> Iterator[Action]:
    """Bind every option in use that exactly one open project is named like, so that later renames change nothing.

    In use: active, or archived and on a line in hand.
    """
    by_name: dict[str, list[int]] = defaultdict(list)
    for project in _open_projects(snapshot):
        by_name[fold_scoro(project.name)].append(project.project_id)
    carried = {snapshot.facts_of(document.xero, line).option_id for document in snapshot.documents for line in document.xero.lines}
    pairs = tuple(
        (option.tracking_option_id, by_name[key][0])
        for option in (snapshot.category.options if snapshot.category else ())
        if (option.is_active or (option.is_archived and option.tracking_option_id in carried))
        and option.tracking_option_id not in snapshot.bindings
        and len(by_name.get(key := fold(option.name), ())) == 1
    )
    if pairs:
        yield BindOptions(pairs=pairs, reason=f"{len(pairs)} options have the same name as one open project.")


def ask_about_options(snapshot: Snapshot, settings: MatchingSettings) -> Iterator[Action]:
    """One question per cause for lines whose option leads to no project, to several, to another one than before, or to a closed one."""
    asked: set[str] = set()
    for document, line, facts in _waiting_lines(snapshot):
        kind = line.cause.partition(":")[0]
        if line.cause in asked or kind not in ("no match", "twins", "renamed", "closed", "internal"):
            continue
        asked.add(line.cause)
        if kind == "twins":
            yield AskPerson(question=_ask_which_twin(snapshot, document, line, facts))
        elif kind == "renamed":
            yield AskPerson(question=_ask_keep_or_use(snapshot, document, line, facts))
        elif kind == "no match":
            yield AskPerson(question=_ask_which_project(snapshot, settings, document, line, facts))
        else:
            yield AskPerson(question=_ask_about_closed(snapshot, line, facts, kind))


def _ask_which_project(
    snapshot: Snapshot, settings: MatchingSettings, document: BookedDocument, line: LineResult, facts: LineFacts
) -> Question:
    reach = _standing_reach(facts, line.cause)
    if line.rule == TRACKING_RULE:
        # Xero may have dropped the option that was asked about: the question is about these lines, whatever they carry now.
        reach, option_id = TheseDocuments(cause=line.cause), line.cause.removeprefix(NO_MATCH)
        facts = replace(facts, option_id="", option_name=snapshot.option_name(option_id) or facts.option_name)
    names = {project.project_id: fold_scoro(project.name) for project in _open_projects(snapshot, is_sale=document.xero.is_sale)}
    close = process.extract(
        fold(facts.option_name), names, scorer=fuzz.ratio, score_cutoff=settings.suggest_from, limit=settings.suggestions
    )
    near = [snapshot.projects[project_id] for _, _, project_id in sorted(close, key=lambda found: (-found[1], found[2]))]
    return Question(
        cause=line.cause,
        title=f'No Scoro project is called "{facts.option_name}"',
        facts=tuple(
            f"Closest: {describe_project(project)}. {tell_difference(facts.option_name, project.plain_name)}".rstrip() for project in near
        ),
        choices=(
            *(
                Choice(
                    choice_id=f"put-{project.project_id}",
                    label=f"Put on {snapshot.project_name(project.project_id)}",
                    decision=PutOn(project_id=project.project_id, reach=reach),
                    is_recommended=place == 0,
                )
                for place, project in enumerate(near)
            ),
            *_use_options(snapshot, document, near, line.cause),
            Choice(
                choice_id="choose",
                label="Choose another project…" if near else "Choose project…",
                decision=PutOn(reach=reach),
                form="project",
            ),
            _no_project_needed(line.cause),
        ),
        reach_text=_reach_text(facts, may_write=not why_tracking_stays(snapshot, document.xero)),
    )


def _use_options(snapshot: Snapshot, document: BookedDocument, near: Sequence[scoro.Project], cause: str) -> Iterator[Choice]:
    """Where Xero may be changed: the option of each project in place of the one the line carries."""
    if why_tracking_stays(snapshot, document.xero):
        return
    for project in near:
        if option := option_of(snapshot, project):
            decision = UseOption(
                project_id=project.project_id, tracking_option_id=option.tracking_option_id, reach=TheseDocuments(cause=cause)
            )
            yield Choice(choice_id=f"use-{project.project_id}", label=f'Use option "{option.name}" on this line', decision=decision)


def write_asked_for_options(snapshot: Snapshot) -> Iterator[Action]:
    """The options people want on lines in Xero, document by document."""
    for document in snapshot.documents:
        for entry in snapshot.decisions.of_document(document.document_id):
            if not isinstance(decision := entry.decision, UseOption) or entry.status != "open":
                continue
            result = snapshot.results_of(document)
            waiting = {line.line_id for line in result.lines if line.rule == TRACKING_RULE} if result else set()
            lines = [line for line in document.xero.lines if line.line_item_id in waiting and decision.reach.is_about(line.line_item_id)]
            reason = f"{entry.person_id} decided so."
            if action := write_tracking_for(
                snapshot, document.xero, lines, decision.tracking_option_id, reason=reason, decision_id=entry.decision_id
            ):
                yield action


def _ask_which_twin(snapshot: Snapshot, document: BookedDocument, line: LineResult, facts: LineFacts) -> Question:
    name = facts.option_name
    is_sale = document.xero.is_sale
    kind = "credit note" if document.xero.is_credit else "invoice" if is_sale else "bill"
    reach = (
        ThisOption(tracking_option_id=facts.option_id, contact_id=facts.contact_id)
        if is_sale and facts.option_id
        else TheseDocuments(cause=line.cause)
    )
    client = fold(facts.contact_name)
    twins = [project for project in _open_projects(snapshot, is_sale=is_sale) if fold_scoro(project.name) == fold(name)]
    # On a sale the contact is the client: the project of that client stands first (money.md 6).
    twins.sort(key=lambda project: (not (is_sale and fold_scoro(project.company_name) == client), project.project_id))
    return Question(
        cause=line.cause,
        title=f'{"Two" if len(twins) == 2 else len(twins)} open projects are called "{name}"',
        facts=tuple(f"{describe_project(project)}." for project in twins),
        choices=(
            *(
                Choice(
                    choice_id=f"put-{project.project_id}",
                    label=f"{project.plain_name}: {_client(project)} (no. {project.no})",
                    decision=PutOn(project_id=project.project_id, reach=reach),
                )
                for project in twins[:8]
            ),
            Choice(choice_id="choose", label="Neither…", decision=PutOn(reach=TheseDocuments(cause=line.cause)), form="project"),
            _no_project_needed(line.cause),
        ),
        reach_text=f"Also holds for later documents of {facts.contact_name} with this option. Nothing is changed in Xero."
        if isinstance(reach, ThisOption)
        else f"For this {kind} only. Nothing is changed in Xero.",
    )


def _ask_keep_or_use(snapshot: Snapshot, document: BookedDocument, line: LineResult, facts: LineFacts) -> Question:
    """The option leads by id to one project and by name to another: it was renamed in Xero, or the projects were in Scoro."""
    name, reach = facts.option_name, ThisOption(tracking_option_id=facts.option_id)
    bound = snapshot.projects[snapshot.bindings[facts.option_id]]
    named = [project for project in _open_projects(snapshot, is_sale=document.xero.is_sale) if fold_scoro(project.name) == fold(name)]
    return Question(
        cause=line.cause,
        title=f'Option "{name}" was for {snapshot.project_name(bound.project_id)}, and another project has its name now',
        facts=tuple(f"{describe_project(project)}." for project in (bound, *named)),
        choices=(
            Choice(
                choice_id="keep",
                label=f"Keep {snapshot.project_name(bound.project_id)}",
                decision=PutOn(project_id=bound.project_id, reach=reach),
            ),
            *(
                Choice(
                    choice_id=f"use-{project.project_id}",
                    label=f"Use {snapshot.project_name(project.project_id)}",
                    decision=PutOn(project_id=project.project_id, reach=reach),
                )
                for project in named[:8]
            ),
            Choice(choice_id="choose", label="Neither…", decision=PutOn(reach=TheseDocuments(cause=line.cause)), form="project"),
            _no_project_needed(line.cause),
        ),
        reach_text="Keep and Use also hold for later documents with this option. What is on a project already stays there. "
        "Nothing is changed in Xero.",
    )


def _ask_about_closed(snapshot: Snapshot, line: LineResult, facts: LineFacts, kind: str) -> Question:
    named = [
        project
        for project in snapshot.projects.values()
        if not project.is_deleted and project.is_open_to(snapshot.entity) and _is_meant(snapshot, project, facts)
    ]
    cause = line.cause
    title = (
        f'The project "{facts.option_name}" is closed in Scoro'
        if kind == "closed"
        else f'"{facts.option_name}" is an internal project in Scoro'
    )
    offered = named if kind == "closed" else []
    return Question(
        cause=cause,
        title=title,
        facts=tuple(f"{describe_project(project)}." for project in named),
        choices=(
            *(
                Choice(
                    choice_id=f"put-{project.project_id}",
                    label=f"Put on {project.plain_name} (no. {project.no})",
                    decision=PutOn(project_id=project.project_id, reach=TheseDocuments(cause=cause)),
                )
                for project in offered[:8]
            ),
            Choice(choice_id="choose", label="Choose another project…", decision=PutOn(reach=TheseDocuments(cause=cause)), form="project"),
            _no_project_needed(cause),
        ),
        reach_text="For these documents only. Nothing is changed in Xero.",
    )


def ask_about_new_projects(snapshot: Snapshot) -> Iterator[Action]:
    """One question for each open project that came after the set-up and has no option yet."""
    if snapshot.settings.create_options != "ask" or snapshot.category is None:
        return
    options = snapshot.category.options
    active = {fold(option.name) for option in options if option.is_active}
    bound = {snapshot.bindings.get(option.tracking_option_id) for option in options if option.is_active}
    in_use = sum(option.is_active for option in options)
    for project in _open_projects(snapshot):
        key = fold_scoro(project.name)
        is_answered = any(isinstance(entry.decision, NoOptionNeeded) for entry in snapshot.decisions.of_project(project.project_id))
        if project.project_id not in snapshot.new_projects or project.project_id in bound or key in active or is_answered:
            continue
        yield AskPerson(question=_ask_for_option(project, in_use=in_use, obstacle=why_no_option_for(snapshot, project)))


def _ask_for_option(project: scoro.Project, *, in_use: int, obstacle: str) -> Question:
    reach = ThisProject(project_id=project.project_id)
    facts = ["Bills cannot be coded to it until Xero has the option."]
    if in_use >= MANY_OPTIONS:
        facts.append(f"{in_use} options are in use. Above 100 Xero's reports get slow.")
    if obstacle:
        facts.append(obstacle)
    create = Choice(
        choice_id="create",
        label=f'Create "{option_name_for(project)}" in Xero',
        decision=MakeOption(project_id=project.project_id, reach=reach),
        is_recommended=True,
    )
    return Question(
        cause=f"{NEW_PROJECT}{project.project_id}",
        title=f"New project, not yet in Xero: {describe_project(project, with_status=False)}",
        facts=tuple(facts),
        choices=(
            *(() if obstacle else (create,)),
            Choice(choice_id="none", label="No option needed", decision=NoOptionNeeded(reach=reach)),
        ),
        reach_text="Creating adds one tracking option in Xero. Nothing else is changed.",
        ground="lists",
    )


def create_asked_for_options(snapshot: Snapshot) -> Iterator[Action]:
    """The options people asked for on this plugin's cards."""
    for entry in snapshot.decisions.all:
        if entry.cause.startswith(NEW_PROJECT) and (action := create_option_for(snapshot, entry)):
            yield action


def _open_projects(snapshot: Snapshot, *, is_sale: bool = False) -> list[scoro.Project]:
    """Those a document may be put on."""
    return [project for project in snapshot.projects.values() if project.may_take(entity=snapshot.entity, is_sale=is_sale)]


def _is_meant(snapshot: Snapshot, project: scoro.Project, facts: LineFacts) -> bool:
    """True for the project the option is bound to, is named after, or was put on by an answer."""
    answers = snapshot.decisions.of_option(facts.option_id, facts.contact_id) if facts.option_id else []
    chosen = {entry.decision.project_id for entry in answers if isinstance(entry.decision, PutOn)}
    return (
        snapshot.bindings.get(facts.option_id) == project.project_id
        or fold_scoro(project.name) == fold(facts.option_name)
        or project.project_id in chosen
    )


def _waiting_lines(snapshot: Snapshot) -> Iterable[tuple[BookedDocument, LineResult, LineFacts]]:
    for document in snapshot.documents:
        result = snapshot.results_of(document)
        # What is being written in Xero is answered: it is asked about again where that could not be done.
        waiting = (
            {line.line_id: line for line in result.lines if line.cause and (line.rule != TRACKING_RULE or line.could_not_be_done)}
            if result
            else {}
        )
        for line in document.xero.lines:
            if found := waiting.get(line.line_item_id):
                yield document, found, snapshot.facts_of(document.xero, line)


def _standing_reach(facts: LineFacts, cause: str) -> ThisOption | TheseDocuments:
    return ThisOption(tracking_option_id=facts.option_id) if facts.option_id else TheseDocuments(cause=cause)


def _reach_text(facts: LineFacts, *, may_write: bool) -> str:
    """Using another option is the one choice that changes Xero, and only where it is offered."""
    how_far = "A project chosen here is also used for later documents with this option." if facts.option_id else "For these documents only."
    xero = "Using another option changes these lines in Xero; an undo leaves it there." if may_write else "Nothing is changed in Xero."
    return f"{how_far} {xero}"


def _no_project_needed(cause: str) -> Choice:
    return Choice(choice_id="none", label="No project needed…", decision=NoProjectNeeded(reach=TheseDocuments(cause=cause)))


def _client(project: scoro.Project) -> str:
    return project.plain_company or "no client"
