"""Reads every printed fact back from the services' own books. It knows nothing of the bot: only what stands in Xero, Scoro and Slack.

A `Claim` is something that was said, and how to find out whether it is so. What a card says is taken from the very text people see.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_DOWN, Decimal
from functools import partial
from typing import TypeVar

from xero_sync.demo.books import Books, Standing, day_of, number_of, pounds
from xero_sync.testing.standins.slack import SlackStandIn

T = TypeVar("T")

_MONEY = r"-?£[\d,]+\.\d\d"
_PARTS = {
    "on projects": rf"(\d+) documents? put on (?:projects|its project)(?: · ({_MONEY}) net)?",
    "waiting": rf"(\d+) waiting(?: for an answer)?(?: · ({_MONEY}) net)?",
    "no project needed": rf"(\d+) needs? no project(?: · ({_MONEY}) net)?",
    "checked": rf"Checked: (\d+) documents?(?:, ({_MONEY}) net)?",
}
_PROJECT = r"(?:Closest: |^)([^(\n]+) \(no\. (\d+), ([^,)]+)(?:, ([\w ]+))?\)"
_COVERAGE = rf"({_MONEY}) of ({_MONEY}) project money is on projects \(([\d.]+) %\)"
_WAITING = rf"Waiting: ({_MONEY}) in (\d+) documents?"
_STATUSES = {"in progress": "inprogress", "pending": "pending", "future": "future"}
_NOTHING_SAID = "It says nothing of the kind."


@dataclass(frozen=True)
class Claim:
    """said: the fact as it was printed. differs: "" where the books agree, else how they differ, in one sentence."""

    said: str
    differs: Callable[[], str]


@dataclass(frozen=True)
class Checked:
    """A claim that was looked up. step: the part of the story it was said in."""

    step: str
    said: str
    difference: str


@dataclass
class Checker:
    """Looks claims up in the books, and makes them of what people read."""

    books: Books
    slack: SlackStandIn
    checked: list[Checked] = field(default_factory=list)

    def check(self, step: str, claims: Iterable[Claim]) -> list[Checked]:
        """Look every claim up now."""
        found = [Checked(step, claim.said, claim.differs()) for claim in claims]
        self.checked.extend(found)
        return found

    @property
    def failed(self) -> list[Checked]:
        return [entry for entry in self.checked if entry.difference]

    # What people read.

    def result_card(self, text: str) -> Iterator[Claim]:
        """Every figure of the result message. A part that is not named has to be empty."""
        for part, pattern in _PARTS.items():
            found = re.search(pattern, text)
            said = Standing(int(found[1]), amount(found[2])) if found else Standing(0, Decimal(0))
            yield Claim(found[0] if found else f"nothing is {part}", partial(self._differs_in_part, part, said))

    def question_card(self, text: str) -> Iterator[Claim]:
        """Every document on a card that asks, the sums above them, and every project it names."""
        listed = re.findall(rf"• ([^,\n]+), (?:bill|credit note) ([^,\n]+), (\d+ \w+), ({_MONEY})", text)
        for contact, number, day, net in listed:
            yield Claim(f"{contact}, {number}, {day}, {net}", partial(self._differs_from_document, contact, number, day, amount(net)))
        head = re.search(rf"(\d+) approved [\w ]+ waits? · ({_MONEY}) net(?: \(\+ ({_MONEY}) VAT\))?", text)
        if head is None or not listed:
            yield Claim("the card lists what waits", lambda: _NOTHING_SAID)
            return
        numbers = [number for _, number, _, _ in listed]
        said = Standing(int(head[1]), amount(head[2]))
        yield Claim(head[0], partial(self._differs_from_sums, numbers, said, amount(head[3])))
        for name, number, client, status in re.findall(_PROJECT, text, re.MULTILINE):
            yield Claim(f"{name} (no. {number}, {client})", partial(self._differs_from_project, name, int(number), client, status))
        if last := re.search(r"Their last documents: (\d+) ([^.,\n]+)\.", text):
            yield Claim(last[0].rstrip("."), partial(self._differs_in_history, listed[0][0], numbers, last[2], int(last[1])))
        if new := re.search(r"Closest: ([^(\n]+) \([^)]+\), not yet an option in Xero", text):
            name = new[1]
            yield Claim(f"{name} is not yet an option in Xero", lambda: "Xero has it." if self.books.active_options(name) else "")

    def answered_card(self, text: str, project: str, numbers: Sequence[str]) -> Iterator[Claim]:
        """The sentence of an answered card that says how much of these documents is on the project now."""
        # Of two that bear one name the card gives the number too.
        found = re.search(rf"(\d+) bills?, ({_MONEY}) net, (?:is|are) on ([^.\n]+?(?: \(no\. \d+\))?)\.", text)
        if found is None or found[3] != project:
            yield Claim(f"the card says what is on {project}", lambda: _NOTHING_SAID)
            return
        yield Claim(found[0], partial(self._differs_on_project, project, numbers, Standing(int(found[1]), amount(found[2]))))

    def status(self, text: str, today: date) -> Iterator[Claim]:
        """Every figure of the status."""
        looked_for: dict[str, Callable[[re.Match[str]], str]] = {
            _COVERAGE: lambda found: self._differs_from_coverage(found, today),
            _WAITING: lambda found: self._differs_in_part("waiting", Standing(int(found[2]), amount(found[1]))),
            r"oldest (\d+) days?": lambda found: self._differs_in_age(int(found[1]), today),
            r"(\d+) open questions?": lambda found: _same_number("open questions", int(found[1]), len(self.books.open_causes())),
            r"Possible duplicates (\d+)": lambda found: _same_number("possible duplicates", int(found[1]), len(self._twins_in_xero())),
            r"Options (\d+)": lambda found: _same_number("options in use", int(found[1]), len(self.books.active_options())),
            r"Xero calls left today ([\d,]+)": lambda found: _same_number("calls left", _whole(found[1]), self.books.calls_left()),
        }
        for pattern, differs in looked_for.items():
            found = re.search(pattern, text)
            if found is None:
                yield Claim(f"the status says: {pattern}", lambda: _NOTHING_SAID)
            else:
                yield Claim(found[0], partial(differs, found))

    def waiting_counts(self, text: str) -> Iterator[Claim]:
        """The waiting list of somebody who sees counts only."""
        found = re.search(r"(\d+) documents? waits?", text)
        many = int(found[1]) if found else 0
        yield Claim(found[0] if found else "nothing waits", lambda: _same_number("waiting", many, len(self.books.waiting())))
        yield Claim("no amount is shown", lambda: "There is one." if "£" in text else "")

    def says(self, claim: str, text: str, words: str) -> Claim:
        """What one person reads agrees with what another one does."""
        return Claim(claim, lambda: "" if words in text else f'There it says: "{text}".')

    # What stands in the books.

    def on_project(self, number: str, project_id: int) -> Claim:
        """This bill stands on this project, whole and once."""
        name, net = self.books.scoro.projects[project_id]["project_name"], self.books.net_of(number)

        def differs() -> str:
            found = self.books.shares(self.books.id_of(number))
            if found != {project_id: net}:
                return f"Scoro has it on {self.books.in_words(found)}."
            return self._differs_in_place(number)

        return Claim(f"bill {number}, {pounds(net)} net, is on {name} in Scoro, once", differs)

    def on_shares(self, number: str, project_id: int) -> Claim:
        """This bill stands on this project, wherever it is meant to be."""
        name, net = self.books.scoro.projects[project_id]["project_name"], self.books.net_of(number)

        def differs() -> str:
            found = self.books.shares(self.books.id_of(number))
            return "" if found == {project_id: net} else f"Scoro has it on {self.books.in_words(found)}."

        return Claim(f"bill {number}, {pounds(net)} net, is on {name} in Scoro for now", differs)

    def on_no_project(self, number: str) -> Claim:
        def differs() -> str:
            found = self.books.shares(self.books.id_of(number))
            return f"It is on {self.books.in_words(found)}." if found else ""

        return Claim(f"document {number} is on no project in Scoro", differs)

    def is_in_its_place(self, number: str) -> bool:
        return not self._differs_in_place(number)

    def in_its_place(self, number: str) -> Claim:
        """The document is on each of its projects with its part, to the cent."""
        return Claim(f"{number} is on each of its projects with its part", partial(self._differs_in_place, number))

    def option_once(self, name: str) -> Claim:
        def differs() -> str:
            many = len(self.books.active_options(name))
            return "" if many == 1 else f"Xero has {many or 'no'} active options of that name."

        return Claim(f'Xero has the option "{name}" once', differs)

    def options_created(self, *names: str) -> Claim:
        """These options, and nothing else, are what was ever written to Xero."""

        def differs() -> str:
            found = [str(write.body.get("Name")) for write in self.books.xero.writes]
            return "" if found == list(names) else f"What was written is: {', '.join(found) or 'nothing'}."

        return Claim(f"all that was ever written to Xero is {', '.join(names)}" if names else "nothing was written to Xero", differs)

    def nothing_written_to_scoro(self) -> Claim:
        writes = self.books.scoro.writes
        return Claim("nothing was written to Scoro", lambda: f"{len(writes)} writes arrived there." if writes else "")

    def written_once(self, number: str) -> Claim:
        def differs() -> str:
            copy = self.books.scoro.copy_of(self.books.id_of(number)) or {}
            many = sum(write.id == copy.get("id") for write in self.books.scoro.writes)
            return "" if many == 1 else f"Scoro was written to {many} times for it."

        return Claim(f"bill {number} was written to Scoro once", differs)

    def every_document(self, waits: Sequence[str]) -> Iterator[Claim]:
        """Each document where the agency's people mean it to be, exactly once. waits: the numbers nobody has answered yet."""
        for document_id, fields in self.books.xero.documents.items():
            number = number_of(fields)
            if number in waits or not self.books.belongs[document_id]:
                yield self.on_no_project(number)
            else:
                yield Claim(f"document {number} is where it belongs in Scoro, once", partial(self._differs_in_place, number))

    def every_project(self, waits: Sequence[str]) -> Iterator[Claim]:
        """Each project's sum."""
        for project_id, row in self.books.scoro.projects.items():
            wanted = self.books.wanted_on(project_id, list(waits))
            said = f"{row['project_name']} (no. {row['no']}) has {pounds(wanted)} net"
            yield Claim(said, partial(self._differs_in_sum, project_id, wanted))

    def nothing_twice(self) -> Iterator[Claim]:
        """Across all books, and Slack's own rules."""
        bills = [(row["no"], row["company_id"]) for row in self.books.scoro.bills.values() if not row["is_deleted"]]
        folded = [" ".join(name.casefold().split()) for name in self.books.active_options()]
        cards = [message.plain for message in self.slack.cards()]
        yield Claim("no document stands in Scoro twice", partial(_differs_by_twins, [str(number) for number, _ in _twice(bills)]))
        yield Claim("no option stands in Xero twice", partial(_differs_by_twins, _twice(folded)))
        yield Claim("no card stands in Slack twice", partial(_differs_by_twins, [text.splitlines()[0] for text in _twice(cards)]))
        yield Claim("no message broke a rule of Slack or rang for everybody", self._differs_in_manners)

    # How the books differ.

    def _differs_in_part(self, part: str, said: Standing) -> str:
        return _same_standing("The books have", said, self.books.standing()[part])

    def _differs_in_place(self, number: str) -> str:
        document_id = self.books.id_of(number)
        wanted = {key: net for key, net in self.books.belongs[document_id].items() if net}
        found = self.books.shares(document_id)
        if found != wanted:
            return f"It belongs on {self.books.in_words(wanted)}; Scoro has it on {self.books.in_words(found)}."
        many = self.books.copies_like(document_id)
        return "" if many == 1 else f"It stands in Scoro {many} times."

    def _differs_on_project(self, name: str, numbers: Sequence[str], said: Standing) -> str:
        rows = self.books.scoro.projects.items()
        ids = {key for key, row in rows if name in (row["project_name"], f"{row['project_name']} (no. {row['no']})")}
        shares = [self.books.shares(self.books.id_of(number)) for number in numbers]
        nets = [sum((net for key, net in found.items() if key in ids), Decimal(0)) for found in shares]
        return _same_standing("Of these Scoro has there", said, Standing(sum(net != 0 for net in nets), sum(nets, Decimal(0))))

    def _differs_in_sum(self, project_id: int, wanted: Decimal) -> str:
        return _same_money("Scoro has", wanted, self.books.net_on(project_id))

    def _differs_from_document(self, contact: str, number: str, day: str, net: Decimal) -> str:
        document = self.books.document(number)
        there = f"{day_of(document).day} {day_of(document):%b}"
        if (document["Contact"]["Name"], there) != (contact, day):
            return f"In Xero it is {document['Contact']['Name']}, {there}."
        return _same_money("Xero has", net, self.books.net_of(number))

    def _differs_from_sums(self, numbers: Sequence[str], said: Standing, vat: Decimal) -> str:
        net = sum((self.books.net_of(number) for number in numbers), Decimal(0))
        tax = sum((self.books.document(number)["TotalTax"] for number in numbers), Decimal(0))
        return _same_standing("Xero has", said, Standing(len(numbers), net)) or _same_money("Xero's VAT is", vat, tax)

    def _differs_from_project(self, name: str, number: int, client: str, status: str) -> str:
        row = next((row for row in self.books.scoro.projects.values() if row["no"] == number), None)
        if row is None:
            return "Scoro has no project of that number."
        there = (row["project_name"], self.books.scoro.contacts[row["company_id"]]["name"])
        if there != (name, client) or row["status"] != _STATUSES.get(status, row["status"]):
            return f"In Scoro it is {there[0]} of {there[1]}, {row['status']}."
        return ""

    def _differs_in_history(self, contact: str, besides: Sequence[str], project: str, many: int) -> str:
        documents = self.books.xero.documents.items()
        theirs = [key for key, fields in documents if fields["Contact"]["Name"] == contact and number_of(fields) not in besides]
        ids = {key for key, row in self.books.scoro.projects.items() if row["project_name"] == project}
        return _same_number("there", many, sum(bool(ids & self.books.shares(key).keys()) for key in theirs))

    def _differs_from_coverage(self, said: re.Match[str], today: date) -> str:
        sums = self.books.standing(today)
        there = sums["on projects"].net
        whole = there + sums["waiting"].net
        percent = (there / whole * 100).quantize(Decimal("0.1"), rounding=ROUND_DOWN)
        if (amount(said[1]), amount(said[2]), said[3]) == (there, whole, str(percent)):
            return ""
        return f"In the books it is {pounds(there)} of {pounds(whole)} ({percent} %)."

    def _differs_in_age(self, days: int, today: date) -> str:
        oldest = max(((today - day_of(self.books.xero.documents[key])).days for key in self.books.waiting()), default=0)
        return "" if days == oldest else f"The oldest that waits is {oldest} days old."

    def _differs_in_manners(self) -> str:
        if self.slack.violations:
            return f"{self.slack.violations[0]}."
        ringing = [message for message in self.slack.cards() if message.pings]
        return f'This one rings: "{ringing[0].plain}".' if ringing else ""

    def _twins_in_xero(self) -> list[tuple[str, str]]:
        documents = [self.books.xero.documents[key] for key in self.books.approved()]
        return _twice([(str(fields["Contact"]["Name"]), number_of(fields).casefold()) for fields in documents if number_of(fields)])


def amount(said: str | None) -> Decimal:
    """What a card says, as a number; nothing said is nothing."""
    return Decimal((said or "0").replace("£", "").replace(",", ""))


def _whole(said: str) -> int:
    return int(said.replace(",", ""))


def _twice(found: Iterable[T]) -> list[T]:
    return [one for one, many in Counter(found).items() if many > 1]


def _differs_by_twins(twice: Sequence[str]) -> str:
    return f"This is so for: {', '.join(twice)}." if twice else ""


def _same_standing(lead: str, said: Standing, there: Standing) -> str:
    return "" if said == there else f"{lead} {there}."


def _same_money(lead: str, said: Decimal, there: Decimal) -> str:
    return "" if said == there else f"{lead} {pounds(there)}."


def _same_number(what: str, said: int, there: int) -> str:
    return "" if said == there else f"In the books there are {there} {what}."
