"""What a stand-in holds, taken out of one process and put into another."""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import Any, ClassVar


class Keeping:
    """A stand-in whose books outlive its process. KEPT: the attributes that are its state, dotted where a part holds them."""

    KEPT: ClassVar[tuple[str, ...]]

    def kept(self) -> dict[str, Any]:
        """Its state by attribute: the very objects, not copies."""
        return {name: attrgetter(name)(self) for name in self.KEPT}

    def puts_back(self, kept: Mapping[str, Any]) -> None:
        """Takes the place of what it holds. Raises KeyError where a part is missing."""
        for name in self.KEPT:
            owner, _, attribute = name.rpartition(".")
            setattr(attrgetter(owner)(self) if owner else self, attribute, kept[name])
        self._was_put_back()

    def _was_put_back(self) -> None:
        """Forget what was remembered of the old state."""
