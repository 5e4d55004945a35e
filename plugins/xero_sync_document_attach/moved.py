"""What people moved in Scoro: found, and asked about with both projects as answers. Pure."""

from collections.abc import Iterable, Iterator, Mapping

from xero_sync import (
    BookedDocument,
    Choice,
    DocumentResult,
    FollowXero,
    LineFacts,
    PutOn,
    Snapshot,
    TheseDocuments,
    moved_cause,
    scoro,
)

Moved = Mapping[int, tuple[str, ...]]
"""The projects somebody put a document on in Scoro, each with the ids of Xero's lines that are there, () where nothing says which."""


def put_by_others(
    document: BookedDocument, copy: scoro.Document, lines_of: Mapping[str, tuple[scoro.Line, ...]], wanted: Mapping[int, int], header: int
) -> Moved:
    """Where the copy or lines of it are in Scoro that is neither where they are wanted nor where they were before."""
    of_value = tuple(line.line_item_id for line in document.xero.lines if document.xero.net(line) != 0)
    before = {share.project_id for share in document.shares_in_scoro}
    if copy.project_id != scoro.PER_LINE:
        return {} if copy.project_id in (scoro.NO_PROJECT, header, *before) else {copy.project_id: of_value}
    line_id_of = {line.line_id: line_id for line_id, lines in lines_of.items() for line in lines}
    was_on: dict[int, set[int]] = {}
    for share in document.shares_in_scoro:
        for line in lines_of.get(share.line_id, ()):
            was_on.setdefault(line.line_id, set()).add(share.project_id)
    moved: dict[int, list[str]] = {}
    for line in copy.lines_of_value:
        # Where nothing says which line is which, every project it was on before may be ours.
        ours_before = was_on.get(line.line_id, set()) if lines_of else before
        if line.project_id not in {scoro.NO_PROJECT, scoro.PER_LINE, header, wanted.get(line.line_id), *ours_before}:
            moved.setdefault(line.project_id, []).append(line_id_of.get(line.line_id, ""))
    if len({line.project_id for line in copy.lines_of_value}) == len(moved) == 1:
        return dict.fromkeys(moved, of_value)
    return {project_id: tuple(line_ids) if all(line_ids) else () for project_id, line_ids in moved.items()}


def may_be_taken_off(snapshot: Snapshot, document: BookedDocument, moved: Moved) -> bool:
    """True where a person said so of these projects, and it is not done yet."""
    return any(
        isinstance(entry.decision, FollowXero) and entry.status == "open" and moved.keys() <= set(entry.decision.project_ids)
        for entry in snapshot.decisions.of_document(document.document_id)
    )


def which_is_right(snapshot: Snapshot, document: BookedDocument, result: DocumentResult, moved: Moved) -> tuple[str, tuple[Choice, ...]]:
    """The sentence that says so, and a button for each of the projects."""
    where = f"In Scoro it is on {_names(snapshot, moved)}."
    if not result.shares:
        return f"{where} Take it off there, then try again.", ()
    line_ids = {line_id for ids in moved.values() for line_id in ids} or {line.line_id for line in result.lines}
    wanted = sorted({share.project_id for share in result.shares if share.line_id in line_ids})
    names = [snapshot.project_name(project_id) for project_id in wanted]
    was_to_be = f"It was to be on {_names(snapshot, wanted)}." if names else "It was to be on no project."
    is_answer = any(line.rule == "decision" for line in result.lines if line.line_id in line_ids)
    label = f"Use {names[0] if len(names) == 1 else 'those projects'}" if names else "Take it off"
    use = Choice(
        choice_id="use",
        label=label if is_answer or not names else f"{label} (Xero)",
        decision=FollowXero(project_ids=tuple(moved), reach=TheseDocuments()),
    )
    return f"{where} {was_to_be} Which is right?", (*_keep(snapshot, document, moved), use)


def _keep(snapshot: Snapshot, document: BookedDocument, moved: Moved) -> Iterator[Choice]:
    for project_id, line_ids in moved.items():
        project = snapshot.projects.get(project_id)
        if not line_ids or project is None or project.is_deleted or not project.is_open_to(snapshot.entity):
            continue
        if project.is_internal and document.xero.is_sale:
            continue
        cause = moved_cause(document.document_id, _facts(snapshot, document, line_ids))
        reach = TheseDocuments(line_ids=line_ids, cause=cause)
        yield Choice(
            choice_id=f"keep-{project_id}",
            label=f"Keep {snapshot.project_name(project_id)} (Scoro)",
            decision=PutOn(project_id=project_id, reach=reach),
        )


def _facts(snapshot: Snapshot, document: BookedDocument, line_ids: Iterable[str]) -> list[LineFacts]:
    chosen = set(line_ids)
    return [snapshot.facts_of(document.xero, line) for line in document.xero.lines if line.line_item_id in chosen]


def _names(snapshot: Snapshot, project_ids: Iterable[int]) -> str:
    return " and ".join(map(snapshot.project_name, project_ids))
