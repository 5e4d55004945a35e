"""How a document reaches its project: find Scoro's copy, say what goes where, or say why it cannot. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from xero_sync import (
    Action,
    AskPerson,
    BookedDocument,
    BothAreReal,
    Choice,
    CountAccount,
    DocumentResult,
    Hold,
    LeaveOut,
    LineFacts,
    MakeOption,
    Money,
    NoProjectNeeded,
    Part,
    PutOn,
    PutOnProject,
    Question,
    Share,
    Snapshot,
    TheseDocuments,
    ThisAccount,
    UseOption,
    copy_keys,
    create_option_for,
    describe_project,
    fold,
    fold_scoro,
    option_of,
    pair,
    scoro,
    why_no_option_for,
    why_tracking_stays,
    write_tracking_for,
    xero,
)
from xero_sync_document_attach.changed import ask_about_change, is_asked_about
from xero_sync_document_attach.moved import may_be_taken_off, put_by_others, which_is_right
from xero_sync_document_attach.rest import REST, ask_about_rest, told_about_xero

UNTRACKED = "untracked"
SUGGESTIONS = 3
_REASONS_KEPT = 3
OF_VOIDED = (
    "Scoro's copy of this number belongs to a document that was voided in Xero, for good. "
    "Delete it in Scoro, and let Scoro's Xero sync copy this one."
)


def carry_out(snapshot: Snapshot, document: BookedDocument) -> Iterator[Action]:
    """Bring one document to where its lines belong: at most one write, or the reason why it waits."""
    result = snapshot.results_of(document)
    if result is None or result.state == "could not be done" or is_asked_about(result) or not (result.shares or document.shares_in_scoro):
        # What could not be judged takes nothing off its project.
        return
    found = find_copy(document, snapshot.entity)
    if isinstance(found, str):
        yield _stuck(document, found) if found == OF_VOIDED else _wait(document, found)
        return
    if found.is_deleted:
        if result.shares:
            yield _stuck(document, "Scoro's copy was deleted. Bring it back in Scoro, or let Scoro's Xero sync copy it again.")
        return
    if result.shares and (found.net, found.currency) != (document.xero.net_total, document.xero.currency):
        ours, theirs = Money(document.xero.net_total, document.xero.currency), Money(found.net, found.currency)
        if document.may_lag(snapshot.taken_at):
            yield _wait(document, f"It waits for Scoro's copy: Xero says {ours} net, the copy {theirs}.")
        else:
            yield _stuck(document, f"Xero says {ours} net, Scoro's copy {theirs}. Make them equal, then try again.")
        return
    yield from _put(snapshot, document, result, found)


def find_copy(document: BookedDocument, entity: str) -> scoro.Document | str:
    """Scoro's copy of a Xero document, else a sentence that says why there is none yet.

    The stored link decides. Without one, or where the linked copy was deleted, the copy is of this business entity and has the same
    contact, number, date, currency and sign, and where Xero has no number the same net total. One copy belongs to one document for good.
    """
    linked = next((copy for copy in document.copies if (copy.module, copy.scoro_document_id) == document.link), None)
    if document.link is not None and (linked is None or not linked.is_deleted):
        return linked or "Scoro's copy is being read."
    same = [copy for copy in document.copies if not copy.is_deleted and _is_copy(copy, document, entity)]
    if len(same) > 1:
        exact = [copy for copy in same if copy.net == document.xero.net_total]
        # Copies that nothing tells apart carry the same money: the older one is as good as the other.
        same = sorted(exact, key=lambda copy: copy.scoro_document_id)[:1]
    if not same and not linked and any(_is_copy(copy, document, entity) for copy in document.copies_of_voided):
        return OF_VOIDED
    return same[0] if same else linked or "Scoro's copy has not come yet."


def _is_copy(copy: scoro.Document, document: BookedDocument, entity: str) -> bool:
    booked = document.xero
    number = fold(booked.number)
    # Scoro may give a copy a number of its own, with Xero's as the reference.
    bears_number = fold_scoro(copy.number) == number or (bool(number) and fold_scoro(copy.reference_no) == number)
    return (
        bears_number
        and copy.account_id in ("", entity)
        and (copy.currency, copy.day) == (booked.currency, booked.day)
        and fold_scoro(copy.company_name) == fold(booked.contact.name)
        # A credit note may bear the number of the bill it is for.
        and copy.net * booked.net_total >= 0
        and (bool(number) or copy.net == booked.net_total)
    )


def _put(snapshot: Snapshot, document: BookedDocument, result: DocumentResult, copy: scoro.Document) -> Iterator[Action]:
    shares = result.shares
    # Of one that is not approved any more Xero's lines may say nothing: it is taken off as a whole.
    is_divided = document.xero.is_approved and bool(_divided(document.shares_in_scoro))
    whole = None if is_divided else _whole_document_project(result)
    lines_of: Mapping[str, tuple[scoro.Line, ...]] = {}
    if whole is None or copy.project_id == scoro.PER_LINE:
        if copy.lines is None:
            yield _wait(document, "Scoro's copy is being read.")
            return
        pairing = pair(document.xero, copy.lines, document.shares_in_scoro)
        if whole is None and pairing.problem:
            if document.may_lag(snapshot.taken_at):
                problem = pairing.problem.replace("Scoro's copy", "the copy")
                yield _wait(document, f"It waits for Scoro's copy: {problem}.")
            else:
                yield _stuck(document, f"{pairing.problem}. Make the lines equal in Scoro, then try again.")
            return
        lines_of = pairing.scoro_lines_by_line
    if whole is None:
        header = scoro.PER_LINE
        wanted, parts = _by_line(result, lines_of)
    else:
        header, wanted, parts = whole, {}, ()
    if shares == document.shares_in_scoro and not parts and _stands(copy, header, wanted):
        return
    moved = put_by_others(document, copy, lines_of, wanted, header)
    if moved and not may_be_taken_off(snapshot, document, moved):
        reason, choices = which_is_right(snapshot, document, result, moved)
        yield _stuck(document, reason, choices)
        return
    if _divided(shares) and parts and not snapshot.settings.divide_lines:
        yield _stuck(
            document, "One of its lines goes to several projects. Split the line in Xero, or allow dividing lines in the settings."
        )
        return
    yield PutOnProject(
        document_id=document.document_id,
        module=document.module,
        scoro_document_id=copy.scoro_document_id,
        header=header,
        scoro_lines=tuple(sorted(wanted.items())),
        parts=parts,
        shares=shares,
        expects=document.shares_in_scoro,
        expects_header=copy.project_id,
        expects_lines=_projects_by_line(copy) if parts or copy.project_id == scoro.PER_LINE else (),
        net_total=str(document.xero.net_total),
        currency=document.xero.currency,
        reason=_reason(document, result),
    )


def _divided(shares: Iterable[Share]) -> set[str]:
    """The lines that go to several projects."""
    return {line_id for line_id, count in Counter(share.line_id for share in shares).items() if count > 1}


def _by_line(result: DocumentResult, lines_of: Mapping[str, tuple[scoro.Line, ...]]) -> tuple[dict[int, int], tuple[Part, ...]]:
    """Where each Scoro line goes, and the parts of those whose amounts have to change for it."""
    wanted: dict[int, int] = {}
    parts: list[Part] = []
    for line in result.lines:
        there = lines_of.get(line.line_id, ())
        if not there:
            continue
        shares = line.shares if line.state == "attached" else ()
        goes = [(share.project_id, share.net) for share in sorted(shares)]
        if len(goes) > 1 and Counter(goes) == Counter((each.project_id, each.net) for each in there):
            wanted |= {each.line_id: each.project_id for each in there}
        elif len(there) == 1 and len(goes) <= 1:
            wanted |= {each.line_id: project_id for each in there for project_id, _ in goes}
        else:
            # One again where it goes to one project or none: the first line takes all of it.
            goes = goes or [(scoro.NO_PROJECT, line.net)]
            parts += [Part(scoro_line_id=each.line_id, project_id=goes[k][0], net=goes[k][1]) for k, each in enumerate(there[: len(goes)])]
            parts += [Part(scoro_line_id=each.line_id, project_id=scoro.NO_PROJECT, net=Decimal(0)) for each in there[len(goes) :]]
            parts += [Part(scoro_line_id=there[-1].line_id, project_id=project_id, net=net) for project_id, net in goes[len(there) :]]
    return wanted, tuple(parts)


def _projects_by_line(copy: scoro.Document) -> tuple[tuple[int, int], ...]:
    return tuple((line.line_id, line.project_id) for line in copy.lines_of_value)


def _stands(copy: scoro.Document, header: int, wanted: Mapping[int, int]) -> bool:
    """True where the copy is on these projects already. One project for all lines may stand on the header or on each of them."""
    if copy.project_id != scoro.PER_LINE:
        return copy.project_id == header
    return bool(copy.lines) and all(
        max(line.project_id, 0) == (wanted.get(line.line_id, 0) if header == scoro.PER_LINE else header) for line in copy.lines_of_value
    )


def _whole_document_project(result: DocumentResult) -> int | None:
    """The one project all lines of value belong to, 0 where none belongs anywhere, None where they differ."""
    of_value = [line for line in result.lines if line.net != 0]
    projects = {share.project_id for line in of_value if line.state == "attached" for share in line.shares}
    if not projects:
        return scoro.NO_PROJECT
    return projects.pop() if len(projects) == 1 and all(line.state == "attached" for line in of_value) else None


def _reason(document: BookedDocument, result: DocumentResult) -> str:
    """The rules or answers behind the lines that move, each once; of all lines where none moves: it is put back then."""
    if not document.xero.is_approved:
        return "It is not approved in Xero any more."
    moving = {share.line_id for share in {*result.shares} ^ {*document.shares_in_scoro}}
    reasons = dict.fromkeys(line.reason for line in result.lines if line.reason and (line.line_id in moving or not moving))
    return " ".join([*reasons][:_REASONS_KEPT]) or "It belongs on no project now."


def _wait(document: BookedDocument, reason: str) -> Hold:
    """Nothing is written until Scoro's copy comes or changes."""
    keys = copy_keys(document.module, document.xero.number, document.xero.day, document.xero.currency)
    return Hold(document_id=document.document_id, reason=reason, keys=tuple(sorted(keys)))


def _stuck(document: BookedDocument, reason: str, choices: tuple[Choice, ...] = ()) -> Hold:
    """The same, and a person is told."""
    return _wait(document, reason).model_copy(update={"could_not_be_done": True, "choices": choices})


def ask_about_lines(snapshot: Snapshot) -> Iterator[Action]:
    """One question per cause for lines without option, balance sheet accounts and possible duplicates."""
    asked: set[str] = set()
    for document in snapshot.documents:
        result = snapshot.results_of(document)
        waiting = {line.line_id: line for line in result.lines if line.cause and line.cause not in asked} if result else {}
        for line in document.xero.lines:
            if (found := waiting.get(line.line_item_id)) and found.cause not in asked:
                asked.add(found.cause)
                if question := _question(snapshot, document, found.cause, snapshot.facts_of(document.xero, line)):
                    yield AskPerson(question=question)


def _question(snapshot: Snapshot, document: BookedDocument, cause: str, facts: LineFacts) -> Question | None:
    match cause.partition(":")[0]:
        case "untracked" if cause.startswith(REST):
            return ask_about_rest(snapshot, document, cause)
        case "untracked":
            return _ask_for_project(snapshot, document, cause, facts)
        case "account":
            return _ask_about_account(snapshot, document, cause, facts)
        case "changed":
            return ask_about_change(snapshot, document, cause)
        case "duplicate":
            return _ask_about_duplicate(document, cause)
        case _:
            return None


def _ask_for_project(snapshot: Snapshot, document: BookedDocument, cause: str, facts: LineFacts) -> Question:
    account, is_sale = snapshot.accounts[facts.account_code], document.xero.is_sale
    last = [project_id for project_id in snapshot.last_projects.get(facts.contact_id, ()) if _is_open(snapshot, project_id, is_sale)]
    counted = Counter(last).most_common(SUGGESTIONS)
    reach = TheseDocuments(cause=cause)
    choices = [_use(snapshot, snapshot.projects[project_id], reach, place == 0) for place, (project_id, _) in enumerate(counted)]
    texts = []
    if counted:
        named = ", ".join(f"{count} {snapshot.project_name(project_id)}" for project_id, count in counted)
        texts.append(f"Their last documents: {named}.")
        first = snapshot.projects[counted[0][0]]
        without = "" if _has_option(snapshot, first) else ", not yet an option in Xero"
        texts.append(f"Closest: {describe_project(first, with_status=False)}{without}.")
    creates = any(isinstance(choice.decision, MakeOption) for choice in choices)
    return Question(
        cause=cause,
        title=f"No project for {facts.contact_name} on account {account.code} {account.name}",
        facts=tuple(texts),
        choices=(
            *choices,
            Choice(choice_id="choose", label="Choose project…", decision=PutOn(reach=reach), form="project"),
            Choice(choice_id="none", label="No project needed…", decision=NoProjectNeeded(reach=reach)),
        ),
        reach_text=f"For these documents only; they are put on the project in Scoro. {told_about_xero(snapshot, document.xero)}"
        + (" A new option is for future bills." if creates else ""),
    )


def _use(snapshot: Snapshot, project: scoro.Project, reach: TheseDocuments, is_first: bool) -> Choice:
    if _has_option(snapshot, project) or why_no_option_for(snapshot, project):
        decision: PutOn | MakeOption = PutOn(project_id=project.project_id, reach=reach)
        label = f"Put on {snapshot.project_name(project.project_id)}"
    else:
        decision = MakeOption(project_id=project.project_id, reach=reach)
        label = "Create option and use it" if is_first else f"Create {snapshot.project_name(project.project_id)} and use it"
    return Choice(choice_id=f"use-{project.project_id}", label=label, decision=decision, is_recommended=is_first)


def _ask_about_account(snapshot: Snapshot, document: BookedDocument, cause: str, facts: LineFacts) -> Question:
    account = snapshot.accounts[facts.account_code]
    reach = ThisAccount(account_code=account.code)
    kind = "income" if document.xero.is_sale else "cost"
    return Question(
        cause=cause,
        title=f"{account.code} {account.name} is a balance sheet account. Count it as project {kind}?",
        facts=("Usually it is left out: it is neither cost nor income yet.",),
        choices=(
            Choice(choice_id="leave-out", label="Leave out", decision=LeaveOut(reach=reach), is_recommended=True),
            Choice(choice_id="count", label="Count it", decision=CountAccount(reach=reach)),
        ),
        reach_text="Holds for every line on this account that carries an option. Nothing is changed in Xero.",
    )


def _ask_about_duplicate(document: BookedDocument, cause: str) -> Question:
    booked = document.xero
    name = f"{'bill' if booked.is_bill else 'invoice'} {booked.number}" if booked.number else f"of {booked.day:%-d %b}"
    times = len(document.siblings) + 1
    often = "twice" if times == 2 else f"{times} times"
    return Question(
        cause=cause,
        title=f"Possible duplicate: {booked.contact.name}, {name}",
        facts=(f"It is in Xero {often}. The first one counts; what waits here does not.",),
        choices=(Choice(choice_id="real", label="Both are real", decision=BothAreReal(reach=TheseDocuments(cause=cause))),),
        reach_text="Closes by itself when one is voided. Nothing is changed in Xero.",
        compared_with=tuple(sibling.document_id for sibling in document.siblings),
    )


def create_asked_for_options(snapshot: Snapshot) -> Iterator[Action]:
    """The options people asked for on this plugin's cards."""
    for entry in snapshot.decisions.all:
        if entry.cause.startswith(f"{UNTRACKED}:") and (action := create_option_for(snapshot, entry)):
            yield action


def _is_open(snapshot: Snapshot, project_id: int, is_sale: bool) -> bool:
    """True for a project that may be suggested."""
    project = snapshot.projects.get(project_id)
    return project is not None and project.may_take(entity=snapshot.entity, is_sale=is_sale)


def _has_option(snapshot: Snapshot, project: scoro.Project) -> bool:
    return snapshot.category is None or option_of(snapshot, project) is not None


def write_answers_to_xero(snapshot: Snapshot) -> Iterator[Action]:
    """Where Xero may be changed: lines without option that a person put on a project get the project's option there, too (money.md 9)."""
    for document in snapshot.documents:
        result = None if why_tracking_stays(snapshot, document.xero) else snapshot.results_of(document)
        answered: dict[int, list[xero.LineItem]] = {}
        lines = {line.line_item_id: line for line in document.xero.lines}
        for line in result.lines if result else ():
            booked = lines.get(line.line_id)
            if booked is None or line.rule != "decision" or line.state != "attached" or len(line.shares) != 1:
                continue
            if any(
                isinstance(entry.decision, UseOption) and entry.decision.reach.is_about(line.line_id)
                for entry in snapshot.decisions.of_document(document.document_id)
            ):
                # Xero dropped it once: then Scoro alone was chosen.
                continue
            facts = snapshot.facts_of(document.xero, booked)
            if not (facts.option_id or facts.option_name):
                answered.setdefault(line.shares[0].project_id, []).append(booked)
        for project_id, booked_lines in answered.items():
            if option := option_of(snapshot, snapshot.projects[project_id]):
                reason = f"An answer put it on {snapshot.project_name(project_id)}."
                if action := write_tracking_for(snapshot, document.xero, booked_lines, option.tracking_option_id, reason=reason):
                    yield action
