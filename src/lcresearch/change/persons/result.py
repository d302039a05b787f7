"""Reliable change of persons, for the house; and the counts of it that may be shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from lcresearch.change.persons.releasing import TOTAL, released_counts
from lcresearch.disclosure import REPORT, Policy
from lcresearch.errors import Problem
from lcresearch.messages import Messages
from lcresearch.results import FittedModel, Result

CLASSES = ("deteriorated", "unchanged", "improved")
"""From worse to better."""


@dataclass(frozen=True, repr=False, eq=False)
class ReleasedChange(Result):
    """Counts of persons that may be shown.

    Attributes
    ----------
    counts : DataFrame
        ``group, n_persons, classes, n, share``: a row a group and shown category; ``group`` is empty for everybody,
        ``classes`` holds the classes in the category, joined by ``+``. Empty where nothing may be shown.
    n_groups_withheld : int
        Groups that are not shown, of those that were asked for.
    reason : str or None
        Why nothing may be shown: ``few`` or ``alike``.
    policy : Policy
    """

    title: ClassVar[str] = "Reliable change, as it may be shown"

    counts: pd.DataFrame
    n_groups_withheld: int
    reason: str | None
    policy: Policy

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """One row a group and shown category: ``group, n_persons, classes, n, share``."""
        return self.counts.copy()

    def glance(self) -> pd.DataFrame:
        """One row: whether anything is shown, and how many groups are not."""
        row = {"shown": self.reason is None, "n_groups_withheld": self.n_groups_withheld}
        return pd.DataFrame([row])

    def cautions(self) -> list[str]:
        """That nothing may be shown, that classes were put together, or that groups were left out."""
        say = Messages()
        notes: list[str] = []
        if self.reason is not None:
            return [say(f"reliable_change.withheld.{self.reason}", n=self.policy.minimum_cell)]
        if self.counts["classes"].str.contains("+", regex=False).any():
            notes.append(say("reliable_change.merged", n=self.policy.minimum_category))
        if self.n_groups_withheld:
            notes.append(say("reliable_change.groups_withheld", n=self.n_groups_withheld))
        return notes


@dataclass(frozen=True, repr=False, eq=False)
class ReliableChange(FittedModel):
    """Reliable change of each linked person. Confidential: rows of persons; :meth:`released` gives what may be shown.

    Attributes
    ----------
    persons : DataFrame
        A row a linked person: ``person, group, before, after, change, expected, index, change_class``. ``expected`` is
        the score after that measurement alone lets expect, ``index`` the reliable change index (positive is better).
    outcome, method, improvement : str
    reliability : float
    reliability_source : str
        ``given``, ``cronbach_alpha``, ``omega_total`` or ``retest``.
    std_dev : float
        Standard deviation of the scores before.
    std_error_measurement : float
        Of one score before.
    std_error_change : float
        What the distance to the expected score is divided by.
    conf_level : float
    smallest_reliable : float
        The smallest distance to the expected score that counts as change, in points of the scale.
    worthwhile : float or None
        Smallest worthwhile change that was named beforehand.
    n_only_before, n_only_after : int
        Persons with one score.
    problems : tuple of Problem
    """

    title: ClassVar[str] = "Reliable change of persons (confidential)"

    persons: pd.DataFrame
    outcome: str
    method: str
    improvement: str
    reliability: float
    reliability_source: str
    std_dev: float
    std_error_measurement: float
    std_error_change: float
    conf_level: float
    smallest_reliable: float
    worthwhile: float | None
    n_only_before: int
    n_only_after: int
    problems: tuple[Problem, ...]

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """One row a class, for the house: ``change_class, n, share, mean_change``."""
        grouped = self.persons.groupby("change_class")["change"]
        n = grouped.size().reindex(CLASSES, fill_value=0)
        total = max(len(self.persons), 1)
        means = grouped.mean().reindex(CLASSES).to_numpy(dtype=float)
        columns = {"change_class": CLASSES, "n": n.to_numpy(), "share": n.to_numpy() / total, "mean_change": means}
        return pd.DataFrame(columns)

    def glance(self) -> pd.DataFrame:
        """One row: persons, reliability, errors of measurement and the smallest reliable change."""
        row = {
            "n_linked": len(self.persons),
            "n_only_before": self.n_only_before,
            "n_only_after": self.n_only_after,
            "method": self.method,
            "reliability": self.reliability,
            "reliability_source": self.reliability_source,
            "std_error_measurement": self.std_error_measurement,
            "std_error_change": self.std_error_change,
            "smallest_reliable": self.smallest_reliable,
        }
        return pd.DataFrame([row])

    def cautions(self) -> list[str]:
        """What the reader must know, first that these are persons, and who is missing."""
        n_once = self.n_only_before + self.n_only_after
        say = Messages()
        notes = [say("reliable_change.confidential")]
        notes += [say("reliable_change.once", n=n_once)] if n_once else []
        return [*notes, *(problem.message() for problem in self.problems)]

    def tables(self) -> dict[str, pd.DataFrame]:
        """Counts and the whole; the persons are not among them."""
        return {"tidy": self.tidy(), "glance": self.glance()}

    def released(self, policy: Policy = REPORT) -> ReleasedChange:
        """The counts that may be shown: at least ``minimum_cell`` persons, in classes of nobody or at least three.

        All shown groups and everybody together have the same classes, put together where one would hold one or two
        persons, so that no subtraction takes them apart. Groups are shown all or none: the persons of one that is held
        back would follow from the total. Where all are of one class, nothing is shown, since that says of each person
        what the class is. What went out in an earlier report is not looked at here: the release of the study does so.

        Examples
        --------
        >>> frame = pd.DataFrame({
        ...     "respondent": list(range(10)) * 2, "wave": ["t0"] * 10 + ["t1"] * 10,
        ...     "trust": [2.0, 2.5, 3, 3.5, 4, 2, 2.5, 3, 3.5, 4, 4.5, 4.5, 5, 5, 4, 2, 2.5, 3, 3.0, 2],
        ... })
        >>> from lcresearch import change
        >>> found = change.reliable_change(frame, "trust", before="t0", after="t1", reliability=0.85)
        >>> found.tidy()["n"].tolist()
        [1, 5, 4]
        >>> found.released().counts[["classes", "n"]].values.tolist()
        [['deteriorated+unchanged', 6], ['improved', 4]]
        """
        classes = self.persons["change_class"].map(CLASSES.index).to_numpy(dtype=np.int64)
        groups = self.persons["group"] if self.persons["group"].notna().any() else None
        found = released_counts(classes, groups, len(CLASSES), policy)
        rows = [
            (
                row["group"] if row["group"] != TOTAL else "",
                row["n_persons"],
                "+".join(CLASSES[int(row["low"]) : int(row["high"]) + 1]),
                row["n"],
            )
            for row in found.rows.to_dict("records")
        ]
        counts = pd.DataFrame(rows, columns=["group", "n_persons", "classes", "n"])
        counts["share"] = counts["n"] / counts["n_persons"]
        return ReleasedChange(counts, found.n_groups_withheld, found.reason, policy)
