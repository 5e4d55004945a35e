"""When to read what, and the small lists."""

from __future__ import annotations

from dataclasses import replace

from tests.contract.examples import AT, minutes

from xero_sync.store.books import Books
from xero_sync.store.mirror import Changes, ListState, Record


async def test_given_a_listing_under_way_when_read_back_then_its_page_and_stamps_are_there(books: Books) -> None:
    under_way = ListState(
        "invoices", AT, AT - minutes(60), 3, AT - minutes(1), AT - minutes(2), AT - minutes(5), 2, "time-out", is_complete=True
    )
    async with books.database.write() as db:
        await books.mirror.put_list(db, ListState("invoices", AT))
        await books.mirror.put_list(db, under_way)

    async with books.database.read() as db:
        assert await books.mirror.lists(db) == {"invoices": under_way}


async def test_given_listings_when_pulled_forward_then_only_later_ones_move(books: Books) -> None:
    soon, late, other = ListState("invoices", AT), ListState("projects", AT + minutes(15)), ListState("users", AT + minutes(60))
    async with books.database.write() as db:
        for state in (soon, late, other):
            await books.mirror.put_list(db, state)

        await books.mirror.pull_forward(db, ["invoices", "projects", "unheard of"], AT + minutes(1))

    async with books.database.read() as db:
        kept = await books.mirror.lists(db)
    assert kept == {"invoices": soon, "projects": replace(late, due_at=AT + minutes(1)), "users": other}


async def test_given_a_whole_list_when_read_again_then_what_came_changed_and_went_is_told(books: Books) -> None:
    async with books.database.write() as db:
        await books.mirror.put_records(db, "projects", {"388": "Website", "412": "Harbor"}, AT, is_whole=True)

        changes = await books.mirror.put_records(db, "projects", {"412": "Harbour", "704": "Report"}, AT + minutes(15), is_whole=True)

    async with books.database.read() as db:
        kept = await books.mirror.records(db, "projects")
    assert changes == Changes({"704": "Report"}, {"412": ("Harbor", "Harbour")}, frozenset({"388"}))
    assert kept == {"412": Record("Harbour", AT, AT + minutes(15)), "704": Record("Report", AT + minutes(15), AT + minutes(15))}


async def test_given_a_list_of_changes_when_read_then_nothing_is_taken_for_gone(books: Books) -> None:
    async with books.database.write() as db:
        await books.mirror.put_records(db, "projects", {"388": "Website", "412": "Harbor"}, AT, is_whole=True)

        changes = await books.mirror.put_records(db, "projects", {"412": "Harbor"}, AT + minutes(15), is_whole=False)

    async with books.database.read() as db:
        kept = await books.mirror.records(db, "projects")
    assert changes.is_empty and set(kept) == {"388", "412"} and kept["412"].changed_at == AT


async def test_given_a_list_that_came_back_empty_and_whole_when_put_then_all_is_gone(books: Books) -> None:
    async with books.database.write() as db:
        await books.mirror.put_records(db, "objects", {"1": "Print"}, AT, is_whole=True)

        changes = await books.mirror.put_records(db, "objects", {}, AT, is_whole=True)

    assert changes.gone == {"1"}


async def test_given_an_entry_noted_as_completed_when_changed_later_then_the_note_stays_until_taken_back(books: Books) -> None:
    async with books.database.write() as db:
        await books.mirror.put_records(db, "projects", {"388": "Website", "412": "Harbor"}, AT, is_whole=True)
        for record_id in ("388", "412"):
            await books.mirror.set_since(db, "projects", record_id, AT)
        await books.mirror.put_records(db, "projects", {"388": "Website 2"}, AT + minutes(15), is_whole=False)
        await books.mirror.set_since(db, "projects", "412", None)

    async with books.database.read() as db:
        assert await books.mirror.since(db, "projects") == {"388": AT}


async def test_given_two_connections_when_one_reads_its_lists_then_the_other_sees_nothing(books: Books, other_books: Books) -> None:
    async with books.database.write() as db:
        await books.mirror.put_list(db, ListState("invoices", AT))
        await books.mirror.put_records(db, "projects", {"388": "Website"}, AT, is_whole=True)
        await other_books.mirror.put_records(db, "projects", {}, AT, is_whole=True)

    async with books.database.read() as db:
        assert (await other_books.mirror.lists(db), await other_books.mirror.records(db, "projects")) == ({}, {})
        assert set(await books.mirror.records(db, "projects")) == {"388"}
