"""How many persons must stand behind what is shown."""

from __future__ import annotations

from dataclasses import dataclass

from lcresearch.errors import DisclosureError

LOWEST = 3
"""No policy goes below this, whoever asks for it."""


@dataclass(frozen=True)
class Policy:
    """The limits that a report or package keeps to.

    Parameters
    ----------
    minimum_cell : int
        Persons behind any mean, score or distribution; at least 3.
    minimum_category : int
        Persons in a category of a distribution, unless it is empty; at least 3.

    Raises
    ------
    DisclosureError
        D001 when a limit is below 3.

    Notes
    -----
    Five persons in reports and ten in what leaves the consortium are the usual limits of Dutch staff surveys and of
    output checking in research data centres (the "rule of ten").

    Examples
    --------
    >>> Policy(minimum_cell=8).minimum_category
    3
    """

    minimum_cell: int = 5
    minimum_category: int = 3

    def __post_init__(self) -> None:
        for name in ("minimum_cell", "minimum_category"):
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool) or value < LOWEST:
                raise DisclosureError("D001", name=name, value=str(value), lowest=LOWEST)


REPORT = Policy(minimum_cell=5)
"""For a report to the own community."""

PACKAGE = Policy(minimum_cell=10)
"""For an evidence package that leaves the consortium."""
