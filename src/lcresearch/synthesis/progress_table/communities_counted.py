"""How many communities began and stopped, where not every source tells whether any stopped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Communities:
    """Communities that ever began, and those of them that stopped.

    Attributes
    ----------
    began : int
    stopped : int
        Those that a source says stopped.
    untold : int
        Those of which no source says whether they stopped: no register, and no table of communities that names one
        that did. They are not taken for running.
    """

    began: int = 0
    stopped: int = 0
    untold: int = 0

    @property
    def told(self) -> int:
        """Communities of which it is known whether they stopped."""
        return self.began - self.untold

    @property
    def stopped_known(self) -> int | None:
        """Those that stopped, at least; None where nothing is known of any."""
        return self.stopped if self.told or not self.began else None

    @property
    def stopped_exactly(self) -> int | None:
        """Those that stopped; None unless it is known of all."""
        return None if self.untold else self.stopped

    def beside(self, other: Communities) -> Communities:
        """What two sources say of the same communities: the one that knows of more, and of more that stopped.

        Examples
        --------
        >>> Communities(12, untold=12).beside(Communities(10, stopped=2))
        Communities(began=12, stopped=2, untold=2)
        """
        began = max(self.began, other.began)
        return Communities(began, max(self.stopped, other.stopped), began - max(self.told, other.told))


def together(parts: Iterable[Communities]) -> Communities:
    """The sum over communities that are not the same."""
    found = list(parts)
    return Communities(sum(x.began for x in found), sum(x.stopped for x in found), sum(x.untold for x in found))
