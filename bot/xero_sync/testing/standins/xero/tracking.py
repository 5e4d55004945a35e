"""Tracking categories and options, and what may be done to them (Xero API, sections 2 and 3)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from xero_sync.testing.standins.xero.switches import Switches
from xero_sync.testing.standins.xero.wire import Fields, Refusal, bad_post, invalid, named, not_found, out_of_order

NOT_UNIQUE = "For each specified tracking option the name must be unique."
NOT_IN_USE = "Tracking Option cannot be archived because it is not in use."
LONGEST_NAME = 100
MOST_ACTIVE, MOST_IN_ALL = 2, 4
SOFT_LIMIT = 100  # options a category


@dataclass
class Option:
    """is_used_elsewhere: on something that is no document here, such as an approved purchase order."""

    option_id: str
    name: str
    status: str = "ACTIVE"
    is_used_elsewhere: bool = False

    def seen(self) -> Fields:
        flags = {f"Is{word.capitalize()}": self.status == word for word in ("DELETED", "ARCHIVED", "ACTIVE")}
        return {"TrackingOptionID": self.option_id, "Name": self.name, "Status": self.status, "HasValidationErrors": False, **flags}


@dataclass
class Category:
    category_id: str
    name: str
    status: str = "ACTIVE"
    options: list[Option] = field(default_factory=list)

    def seen(self, *, has_archived: bool) -> Fields:
        shown = [option.seen() for option in self.options if option.status == "ACTIVE" or (has_archived and option.status == "ARCHIVED")]
        return {"Name": self.name, "Status": self.status, "TrackingCategoryID": self.category_id, "Options": shown}

    def option(self, option_id: object) -> Option | None:
        wanted = str(option_id).lower()
        return next((option for option in self.options if option.option_id == wanted and option.status != "DELETED"), None)

    def option_named(self, name: object) -> Option | None:
        """The active option of that name, else the archived one."""
        found = sorted((option for option in self.options if option.name == name and option.status != "DELETED"), key=lambda o: o.status)
        return found[0] if found else None


class Tracking:
    """The organisation's categories and the rules of the calls that change them; broken rules raise Refusal.

    is_used, renamed, dropped: what the books answer and do, since names and uses stand on their documents.
    Texts of errors that nobody has quoted are our own: those that go through `_unquoted`.
    """

    def __init__(
        self,
        new_id: Callable[[str], str],
        switches: Switches,
        *,
        is_used: Callable[[str], bool],
        renamed: Callable[[Category, Option | None], None],
        dropped: Callable[[Category], None],
    ) -> None:
        self.new_id = new_id
        self.switches = switches
        self.categories: list[Category] = []
        self._is_used = is_used
        self._renamed = renamed
        self._dropped = dropped

    def category(self, category_id: object) -> Category | None:
        wanted = str(category_id).lower()
        return next((category for category in self.categories if category.category_id == wanted and category.status != "DELETED"), None)

    def category_named(self, name: object) -> Category | None:
        found = sorted(
            (category for category in self.categories if category.name == name and category.status != "DELETED"), key=lambda c: c.status
        )
        return found[0] if found else None

    def is_in_use(self, option: Option) -> bool:
        return option.is_used_elsewhere or self._is_used(option.option_id)

    # --- options ---

    def creates_options(self, category_id: str, given: Fields, *, is_xml: bool) -> list[Fields]:
        """The new option; several where XML lists them, as JSON may or may not (section 2). Those before a bad one stay made."""
        listed = given.get("Options")
        if isinstance(listed, list) and (is_xml or self.switches.put_options_takes_json_list):
            return [self.creates_option(category_id, each if isinstance(each, dict) else {}) for each in listed]
        return [self.creates_option(category_id, given)]

    def creates_option(self, category_id: str, given: Fields) -> Fields:
        category = self._category_or_500(category_id)
        name = self._checked_name(given)
        is_twin = self._twin(category, name) is not None
        if is_twin and not self.switches.not_unique_but_created:
            raise invalid(NOT_UNIQUE, {"Name": name})
        if self.switches.options_have_hard_limit and sum(each.status == "ACTIVE" for each in category.options) >= SOFT_LIMIT:
            raise self._unquoted("The maximum number of tracking options has been reached.", {"Name": name})
        if self.switches.put_options_may_answer_without_id:
            return {key: value for key, value in Option("", name).seen().items() if key != "TrackingOptionID"}
        option = Option(self.new_id("option"), name)
        category.options.append(option)
        if self.switches.not_unique_but_created:
            raise invalid(NOT_UNIQUE, {"Name": name})
        return option.seen()

    def updates_option(self, category_id: str, option_id: str, given: Fields) -> Fields:
        category = self._category_or_500(category_id)
        option = category.option(option_id)
        if option is None:
            raise not_found()
        if named(given, "Name") is not None:
            name = self._checked_name(given)
            if self._twin(category, name, apart_from=option) is not None:
                raise invalid(NOT_UNIQUE, {"Name": name})
            self.rename(category, option, name)
        status = named(given, "Status")
        if status == "ARCHIVED" and not self.is_in_use(option):
            raise invalid(NOT_IN_USE, option.seen())
        if status == "ACTIVE" and option.status == "ARCHIVED":
            if not self.switches.post_active_restores_option:
                raise self._unquoted("Archived tracking options cannot be modified.", option.seen())
            if self._twin(category, option.name, apart_from=option) is not None:
                raise invalid(NOT_UNIQUE, option.seen())
        if status in ("ACTIVE", "ARCHIVED"):
            option.status = status
        return option.seen()

    def deletes_option(self, category_id: str, option_id: str) -> Fields:
        option = self._category_or_500(category_id).option(option_id)
        if option is None:
            raise not_found()
        if self.is_in_use(option):
            text = "Tracking Option cannot be deleted because it is in use."
            raise self._unquoted(text, option.seen(), status=self.switches.used_option_delete_status)
        option.status = "DELETED"
        return option.seen()

    def rename(self, category: Category, option: Option, name: str) -> None:
        """The option, renamed on all documents too."""
        option.name = name
        self._renamed(category, option)

    # --- categories ---

    def creates_category(self, given: Fields) -> Fields:
        name = self._checked_name(given)
        living = [category for category in self.categories if category.status != "DELETED"]
        if self.category_named(name) is not None:
            raise self._unquoted("For each specified tracking category the name must be unique.", {"Name": name})
        active = sum(category.status == "ACTIVE" for category in living)
        if active >= MOST_ACTIVE or len(living) >= MOST_IN_ALL:
            text = "The maximum number of tracking categories has been reached."
            raise self._unquoted(text, {"Name": name}, status=self.switches.third_category_status)
        category = Category(self.new_id("category"), name)
        self.categories.append(category)
        return category.seen(has_archived=True)

    def updates_category(self, category_id: str, given: Fields) -> Fields:
        category = self._category_or_500(category_id)
        if named(given, "Name") is not None:
            category.name = self._checked_name(given)
            self._renamed(category, None)
        options = named(given, "Options")
        if isinstance(options, list):
            self._adds_options(category, options)
        match named(given, "Status"):
            case "ARCHIVED":
                self.archive_category(category)
            case "ACTIVE":
                category.status = "ACTIVE"
        return category.seen(has_archived=True)

    def _adds_options(self, category: Category, options: Iterable[object]) -> None:
        """Old and new options in one call fail with "must be unique", and the new ones are there all the same."""
        names = [str(named(option, "Name")) for option in options if isinstance(option, dict)]
        new = [name for name in names if self._twin(category, name) is None]
        category.options += [Option(self.new_id("option"), name) for name in new]
        if len(new) < len(names):
            raise invalid(NOT_UNIQUE, {"TrackingCategoryID": category.category_id, "Name": category.name})

    def archive_category(self, category: Category) -> None:
        """DANGER, as in Xero: removes its tracking from all past documents and deletes its unused options."""
        for option in category.options:
            if option.status == "ACTIVE" and not self.is_in_use(option):
                option.status = "DELETED"
        category.status = "ARCHIVED"
        self._dropped(category)

    def deletes_category(self, category_id: str) -> Fields:
        category = self._category_or_500(category_id)
        if any(self.is_in_use(option) for option in category.options):
            raise self._unquoted("Tracking Category cannot be deleted because it is in use.", {"Name": category.name})
        category.status = "DELETED"
        return category.seen(has_archived=False)

    # --- on lines ---

    def for_line(self, given: object, before: list[Fields]) -> list[Fields]:
        """A line's tracking from what was written: wrong shapes and unknown names are dropped without a word.

        At most one per category, two in all. A malformed option GUID is 400. Ids win over names (section 3).
        """
        found: dict[str, Fields] = {}
        kept = {str(entry.get("TrackingOptionID", "")).lower() for entry in before}
        if self.switches.good_tracking_is_dropped and not before:
            return []
        for entry in given if isinstance(given, list) else []:
            pair = self._meant(entry, kept) if isinstance(entry, dict) else None
            if pair is not None and pair[0].category_id not in found:
                found[pair[0].category_id] = line_tracking(*pair)
        return list(found.values())[:2]

    def _meant(self, entry: Fields, kept: set[str]) -> tuple[Category, Option] | None:
        option_id, category_id = entry.get("TrackingOptionID"), entry.get("TrackingCategoryID")
        for value in (option_id, category_id):
            if value is not None and not _is_guid(value):
                raise bad_post(f"Error converting value {value} to type 'System.Guid'")
        for category in self.categories:
            if category.status != "ACTIVE" or (category_id and category.category_id != str(category_id).lower()):
                continue
            if not category_id and not option_id and category.name != entry.get("Name"):
                continue
            option = category.option(option_id) if option_id else category.option_named(entry.get("Option"))
            if option is None:
                continue
            if option.status == "ACTIVE" or option.option_id in kept or self.switches.archived_option_on_new_line == "kept":
                return category, option
            if self.switches.archived_option_on_new_line == "refused":
                raise self._unquoted("The tracking option is archived.", line_tracking(category, option))
        return None

    # --- checks ---

    def _category_or_500(self, category_id: str) -> Category:
        category = self.category(category_id)
        if category is None:
            raise out_of_order(self.new_id)
        return category

    def _checked_name(self, given: Fields) -> str:
        name = named(given, "Name")
        if not isinstance(name, str) or not name.strip():
            raise self._unquoted("The name of the tracking category or option must be specified.", {"Name": name})
        if name != name.strip():
            raise out_of_order(self.new_id)
        if len(name) > LONGEST_NAME and self.switches.long_name == "refused":
            raise self._unquoted("The name must not be longer than 100 characters.", {"Name": name})
        return name[:LONGEST_NAME].strip()

    def _unquoted(self, text: str, echoed: Fields, *, status: int = 400) -> Refusal:
        """A refusal that is known to come, but of which nobody has quoted the text (12.1)."""
        if status == 500:
            return out_of_order(self.new_id)
        return invalid("A validation exception occurred" if self.switches.unquoted_texts_are_bare else text, echoed)

    def _twin(self, category: Category, name: str, apart_from: Option | None = None) -> Option | None:
        fold: Callable[[str], str] = str.casefold if self.switches.duplicate_name_ignores_case else str
        statuses = ("ACTIVE", "ARCHIVED") if self.switches.duplicate_counts_archived else ("ACTIVE",)
        same = (o for o in category.options if o is not apart_from and o.status in statuses and fold(o.name) == fold(name))
        return next(same, None)


def line_tracking(category: Category, option: Option) -> Fields:
    return {"Name": category.name, "Option": option.name, "TrackingCategoryID": category.category_id, "TrackingOptionID": option.option_id}


def _is_guid(value: Any) -> bool:
    try:
        UUID(str(value))
    except ValueError:
        return False
    return True
