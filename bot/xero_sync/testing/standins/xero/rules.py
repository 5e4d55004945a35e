"""Which accounting path needs which scope, and what each method there does."""

from collections.abc import Callable, Mapping

from xero_sync.testing.standins.xero.books import Books
from xero_sync.testing.standins.xero.documents import NUMBER_KEYS
from xero_sync.testing.standins.xero.listing import listed, view_for
from xero_sync.testing.standins.xero.wire import Asked, Listing, not_found
from xero_sync.testing.standins.xero.writing import written, written_one

Rule = Callable[[Books, Asked], Listing]


def rules() -> list[tuple[str, str, Mapping[str, Rule]]]:
    """Path, scope, and a rule for each method."""
    settings, invoices, contacts = "accounting.settings", "accounting.invoices", "accounting.contacts"
    category = "/TrackingCategories/{category_id}"
    found: list[tuple[str, str, Mapping[str, Rule]]] = [
        ("/Organisation", settings, {"GET": _organisation}),
        ("/Organisations", settings, {"GET": _organisation}),  # as pyxero and tap-xero write it
        ("/Accounts", settings, {"GET": lambda books, _: Listing("Accounts", list(books.accounts.values()))}),
        ("/Currencies", settings, {"GET": _currencies}),
        ("/TrackingCategories", settings, {"GET": _categories, "PUT": _creates_category}),
        (category, settings, {"GET": _category, "POST": _updates_category, "DELETE": _deletes_category}),
        (f"{category}/Options", settings, {"PUT": _creates_options}),
        (f"{category}/Options/{{option_id}}", settings, {"POST": _updates_option, "DELETE": _deletes_option}),
        ("/Contacts", contacts, {"GET": _list_of("Contacts")}),
        ("/Contacts/{record_id}", contacts, {"GET": _one_of("Contacts")}),
    ]
    for kind in ("Invoices", "CreditNotes"):
        found += [
            (f"/{kind}", invoices, {"GET": _list_of(kind), "PUT": _writing_of(kind), "POST": _writing_of(kind)}),
            (f"/{kind}/{{record_id}}", invoices, {"GET": _one_of(kind), "POST": _writing_one_of(kind)}),
        ]
    return found


def _organisation(books: Books, _: Asked) -> Listing:
    return Listing("Organisations", [books.organisation_fields])


def _currencies(books: Books, _: Asked) -> Listing:
    return Listing("Currencies", [{"Code": code, "Description": name} for code, name in books.currencies.items()])


def _categories(books: Books, asked: Asked) -> Listing:
    has_archived = asked.has("includeArchived")
    shown = [category for category in books.categories if category.status == "ACTIVE" or has_archived]
    return Listing("TrackingCategories", [category.seen(has_archived=has_archived) for category in shown])


def _category(books: Books, asked: Asked) -> Listing:
    category = books.tracking.category(asked.ids["category_id"])
    if category is None:
        raise not_found()
    return Listing("TrackingCategories", [category.seen(has_archived=asked.has("includeArchived"))])


def _creates_category(books: Books, asked: Asked) -> Listing:
    return Listing("TrackingCategories", [books.tracking.creates_category(asked.object())])


def _updates_category(books: Books, asked: Asked) -> Listing:
    return Listing("TrackingCategories", [books.tracking.updates_category(asked.ids["category_id"], asked.object())])


def _deletes_category(books: Books, asked: Asked) -> Listing:
    return Listing("TrackingCategories", [books.tracking.deletes_category(asked.ids["category_id"])])


def _creates_options(books: Books, asked: Asked) -> Listing:
    return Listing("Options", books.tracking.creates_options(asked.ids["category_id"], asked.object(), is_xml=asked.is_xml))


def _updates_option(books: Books, asked: Asked) -> Listing:
    return Listing("Options", [books.tracking.updates_option(asked.ids["category_id"], asked.ids["option_id"], asked.object())])


def _deletes_option(books: Books, asked: Asked) -> Listing:
    return Listing("Options", [books.tracking.deletes_option(asked.ids["category_id"], asked.ids["option_id"])])


def _list_of(kind: str) -> Rule:
    return lambda books, asked: listed(books, kind, asked)


def _one_of(kind: str) -> Rule:
    def one(books: Books, asked: Asked) -> Listing:
        wanted = asked.ids["record_id"]
        number = NUMBER_KEYS[kind]
        record = books.records[kind].get(wanted.lower())
        if record is None:
            record = next((found for found in books.records[kind].values() if found.fields.get(number) == wanted), None)
        if record is None:
            raise not_found()
        return Listing(kind, [record], view_for(books, asked, has_lines=True))

    return one


def _writing_of(kind: str) -> Rule:
    return lambda books, asked: Listing(kind, written(books, kind, asked), view_for(books, asked, has_lines=True))


def _writing_one_of(kind: str) -> Rule:
    def write(books: Books, asked: Asked) -> Listing:
        record = written_one(books, kind, asked.ids["record_id"], asked)
        if record is None:
            raise not_found()
        return Listing(kind, [record], view_for(books, asked, has_lines=True))

    return write
