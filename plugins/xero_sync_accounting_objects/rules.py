"""Which options have an accounting object of the same name. Pure."""

from collections.abc import Sequence

from xero_sync import STATUS_LINE, Action, Remember, Snapshot, fold, fold_scoro, xero


def missing_objects(category: xero.TrackingCategory, snapshot: Snapshot) -> list[xero.TrackingOption]:
    """The category's active options no accounting object is named after, by folded name, in Xero's order."""
    there = {fold_scoro(entry.name) for entry in snapshot.objects}
    return [option for option in category.options if option.is_active and fold(option.name) not in there]


def report(snapshot: Snapshot) -> Sequence[Action]:
    """One line for the status: how far options and accounting objects agree. Nothing is written to Scoro."""
    wanted = snapshot.settings.object_category
    category = next((each for each in snapshot.categories if each.is_active and wanted in (each.name, each.tracking_category_id)), None)
    if not snapshot.settings.sync_objects or category is None or snapshot.unknown & {"categories", "objects"}:
        return ()
    missing = missing_objects(category, snapshot)
    active = sum(option.is_active for option in category.options)
    names = ", ".join(option.name for option in missing[:5])
    tail = f" Missing: {names}{' and more' if len(missing) > 5 else ''}. Add them in Scoro's settings." if missing else ""
    text = f"Accounting objects: {active - len(missing)} of {active} options of {category.name} are there.{tail}"
    return (Remember(name=STATUS_LINE, value=text, reason="Options against accounting objects."),)
