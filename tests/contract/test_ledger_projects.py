"""What is on which project, bindings, what plugins remember, and the outbox."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.contract.examples import AT, CHANGED, bill, minutes, option_to_create, outcome_of

from xero_sync.domain.lines import Share
from xero_sync.store.books import Books
from xero_sync.store.ledger import ProjectShare

FIRST, SECOND = Share("line 1", 412, Decimal("740.00")), Share("line 2", 388, Decimal("-60.00"))


async def test_given_a_document_on_projects_when_put_on_others_then_the_old_shares_are_gone(books: Books, other_books: Books) -> None:
    async with books.database.write() as db:
        await books.ledger.put_shares(db, "b1", (SECOND, FIRST), "GBP", 1)
        await other_books.ledger.put_shares(db, "b1", (FIRST,), "GBP", 1)
        before = await books.ledger.shares(db, ["b1", "b2"])

        await books.ledger.put_shares(db, "b1", (SECOND,), "GBP", 2)

    async with books.database.read() as db:
        assert (before, await books.ledger.shares(db, ["b1"])) == ({"b1": (FIRST, SECOND)}, {"b1": (SECOND,)})
        assert await other_books.ledger.shares(db, ["b1"]) == {"b1": (FIRST,)}


async def test_given_a_document_taken_off_its_project_when_read_then_it_has_no_shares(books: Books) -> None:
    async with books.database.write() as db:
        await books.ledger.put_shares(db, "b1", (FIRST,), "GBP", 1)

        await books.ledger.put_shares(db, "b1", (), "GBP", 2)

        assert await books.ledger.shares(db, ["b1"]) == {}


async def test_given_shares_when_asked_by_project_then_each_says_its_document(books: Books) -> None:
    async with books.database.write() as db:
        await books.ledger.put_shares(db, "b2", (FIRST, SECOND), "EUR", 1)
        await books.ledger.put_shares(db, "b1", (FIRST,), "GBP", 2)

        found = await books.ledger.shares_of_project(db, 412)

    assert found == [ProjectShare("b1", FIRST, "GBP"), ProjectShare("b2", FIRST, "EUR")]


async def test_given_a_suppliers_documents_when_its_last_projects_are_asked_for_then_the_newest_documents_come_first(books: Books) -> None:
    projects = {1: (701,), 2: (702,), 3: (701, 388), 4: (701,)}
    async with books.database.write() as db:
        rows = [bill(f"b{number}", day=date(2026, 11, number), contact_id="brightline") for number in (1, 2, 3, 4, 5)]
        await books.mirror.put_documents(db, [*rows, bill("other", contact_id="larkspur")], lane=CHANGED, at=AT)
        for number, project_ids in projects.items():
            shares = [Share(f"line {line}", project_id, Decimal(1)) for line, project_id in enumerate(project_ids)]
            await books.ledger.put_shares(db, f"b{number}", shares, "GBP", 1)

    async with books.database.read() as db:
        found = await books.ledger.last_projects(db, ["brightline", "larkspur", "unheard of"], limit=3)

    assert found == {"brightline": (701, 388, 701, 702)}


async def test_given_two_lines_of_a_document_on_one_project_when_last_projects_are_asked_for_then_it_counts_once(books: Books) -> None:
    async with books.database.write() as db:
        await books.mirror.put_documents(db, [bill("b1", contact_id="brightline")], lane=CHANGED, at=AT)
        await books.ledger.put_shares(db, "b1", (FIRST, Share("line 2", 412, Decimal(1))), "GBP", 1)

        assert await books.ledger.last_projects(db, ["brightline"]) == {"brightline": (412,)}


async def test_given_options_when_bound_again_or_unbound_then_the_last_word_stands(books: Books, other_books: Books) -> None:
    async with books.database.write() as db:
        await books.ledger.bind(db, [("harbor", 412), ("website", 388), ("pitch", 9)], AT, 1)
        await books.ledger.bind(db, [("harbor", 704), ("harbor", 705)], AT, 2)
        await books.ledger.unbind(db, ["pitch", "unheard of"])

    async with books.database.read() as db:
        found, of_others = await books.ledger.bindings(db), await other_books.ledger.bindings(db)
    assert {option_id: binding.project_id for option_id, binding in found.items()} == {"harbor": 705, "website": 388}
    assert of_others == {}


async def test_given_options_bound_by_name_and_by_a_click_when_asked_then_each_says_which(books: Books) -> None:
    async with books.database.write() as db:
        await books.ledger.bind(db, [("harbor", 412), ("website", 388)], AT, 0)
        await books.ledger.bind(db, [("harbor", 412)], AT, 2)

        bindings = await books.ledger.bindings(db)
    assert {option_id: binding.is_by_name for option_id, binding in bindings.items()} == {"harbor": False, "website": True}


async def test_given_plugins_that_remember_when_read_then_each_has_its_own(books: Books) -> None:
    async with books.database.write() as db:
        for value in ("90 %", "95 %"):
            await books.ledger.remember(db, "guard", "told", value)
        await books.ledger.remember(db, "mailer", "told", "yes")

    async with books.database.read() as db:
        assert await books.ledger.remembered(db, "guard") == {"told": "95 %"}


async def test_given_an_outcome_for_two_plugins_when_one_takes_it_and_one_fails_then_the_other_gets_it_again_later(books: Books) -> None:
    outcome = outcome_of(option_to_create(), "applied")
    async with books.database.write() as db:
        await books.ledger.queue_delivery(db, outcome, ["mailer", "guard"], AT)
        for_mailer, for_guard = await books.ledger.due_deliveries(db, AT)

        await books.ledger.delivered(db, for_mailer.delivery_id)
        await books.ledger.delivery_failed(db, for_guard.delivery_id, "no mail server", next_at=AT + minutes(5))

    async with books.database.read() as db:
        now, later = await books.ledger.due_deliveries(db, AT), await books.ledger.due_deliveries(db, AT + minutes(5))
    assert (for_mailer.plugin, for_mailer.outcome, now) == ("mailer", outcome, [])
    assert [(again.plugin, again.outcome, again.failures, again.problem) for again in later] == [("guard", outcome, 1, "no mail server")]
