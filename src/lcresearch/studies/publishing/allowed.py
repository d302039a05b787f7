"""Of which groups anyone may read: ten persons and more, beside what stands in the same bundle and in earlier ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lcresearch.disclosure import EVERYBODY, Ledger, protect
from lcresearch.disclosure.policy import PACKAGE
from lcresearch.studies.characteristics import with_names
from lcresearch.studies.computing import Computed

MINIMUM = PACKAGE.minimum_cell
"""Fewest persons behind a number that anyone can read."""

Key = tuple[str, str, str, str]
Shown = set[Key]
"""Groups that may be shown: level, parent, group and wave."""


@dataclass(frozen=True)
class Allowed:
    """Which groups may be shown, of each scale and as a number of persons; and why the others may not.

    Attributes
    ----------
    of_scale : mapping of str to set
        Scale -> groups by level, parent, name and wave.
    counted : set
        Groups whose number of persons may be shown.
    everybody : set
        Scale and wave of which the score of all together may be shown.
    reasons : mapping
        Scale and group -> why it is hidden.
    """

    of_scale: Mapping[str, Shown]
    counted: Shown
    everybody: set[tuple[str, str]]
    reasons: Mapping[tuple[str, str, str, str, str], str]


def allowed_groups(made: Computed, earlier: Ledger) -> Allowed:
    """Which groups hold enough persons for anyone to read of them, and cannot be computed from others or earlier ones.

    What is let through is staged in ``earlier``, the record of bundles.
    """
    release = made.release
    scores, answers = release.scores.assign(respondent=release.persons), release.published.answers
    of_scale: dict[str, Shown] = {}
    everybody: set[tuple[str, str]] = set()
    reasons: dict[tuple[str, str, str, str, str], str] = {}
    for family in release.published.families:
        names, items = [use.name for use in family], release.published.items_of(family)
        frame = scores.join(answers[items])
        cells = protect(frame, names, release.levels, PACKAGE, ledger=earlier, answers=items)
        whole = cells[(cells["level"] == EVERYBODY) & cells["released"]]
        everybody |= set(zip(whole["statistic"].astype(str), whole["wave"].astype(str), strict=True))
        for name in names:
            mine = with_names(cells[cells["statistic"] == name])
            keys = [key_of(row) for row in mine.itertuples(index=False)]
            of_scale[name] = {key for key, released in zip(keys, mine["released"], strict=True) if released}
            pairs = zip(keys, mine["reason"], mine["released"], strict=True)
            reasons |= {(name, *key): str(reason) for key, reason, released in pairs if not released}
    counts = with_names(protect(scores, None, release.levels, PACKAGE, ledger=earlier))
    counts = counts[counts["released"]]
    return Allowed(of_scale, {key_of(row) for row in counts.itertuples(index=False)}, everybody, reasons)


def key_of(row: object) -> Key:
    """Level, parent, group and wave of a row of a table."""
    return tuple(str(getattr(row, name)) for name in ("level", "parent", "group", "wave"))  # type: ignore[return-value]
