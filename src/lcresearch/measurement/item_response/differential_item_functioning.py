"""Differential item functioning: do persons of different groups, alike on the trait, answer an item alike?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
import pandas as pd

from lcresearch.errors import MeasurementError, Place, Problem
from lcresearch.measurement.columns import Array, Codes, groups, item_names, matrix
from lcresearch.measurement.factor_models.arrays import Flags
from lcresearch.measurement.item_response import dif_matching
from lcresearch.measurement.item_response.categories import Categories, categorise
from lcresearch.measurement.item_response.dif_tests import (
    ItemTests,
    expected_by_group,
    item_tests,
    magnitude,
    zumbo_magnitude,
)
from lcresearch.measurement.item_response.graded_response import known_option, said
from lcresearch.multiple_testing import benjamini_hochberg, holm
from lcresearch.results import Result

Match = Literal["theta", "rest", "total"]
Criterion = Literal["test", "effect"]
Adjust = Literal["holm", "bh", "none"]
FEWEST_IN_GROUP = 200
"""Below this, ordinal logistic regression finds little (Scott et al., 2009)."""
FEWEST_TO_COMPARE = 10
"""Smaller groups are left out: each item takes an intercept and a slope from each group."""
_EFFECT = 0.035


@dataclass(frozen=True, repr=False, eq=False)
class DifferentialItemFunctioning(Result):
    """Which items work otherwise in a group.

    Attributes
    ----------
    items, groups : tuple of str
        Items that were tested, and groups with the reference group first.
    group : str
        Column of the groups.
    match, criterion, p_adjust : str
        As asked.
    alpha : float
    tests : DataFrame
        A row an item and test; the columns of :meth:`tidy`.
    differences : DataFrame
        ``item, group, n, difference``: how much higher or lower members of a group answer than persons of the reference
        group who are alike on the trait, in answer points (numbers of categories where answers were merged).
    curves : DataFrame
        ``item, group, matching, expected``: for the figure.
    flagged : tuple of str
    rounds : int
        How often the matching was purified.
    stable : bool
        Whether the last two rounds flagged the same items.
    problems : tuple of Problem
    """

    title: ClassVar[str] = "Differential item functioning"

    items: tuple[str, ...]
    groups: tuple[str, ...]
    group: str
    match: str
    criterion: str
    p_adjust: str
    alpha: float
    tests: pd.DataFrame
    differences: pd.DataFrame
    curves: pd.DataFrame
    flagged: tuple[str, ...]
    rounds: int
    stable: bool
    problems: tuple[Problem, ...]

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """A row an item and test (uniform, non_uniform, total): ``item, term, statistic, df, p_value, p_adjusted``.

        With ``nagelkerke_change, mcfadden_change, beta_change`` (share, of the uniform row), ``magnitude`` (Jodoin &
        Gierl, 2001), ``zumbo_magnitude`` (Zumbo & Thomas, 1997) and ``n``. ``conf_level`` is there for all results to
        be alike; tests have no interval.
        """
        return self.tests.copy()

    def shown(self) -> pd.DataFrame:
        """The test of both kinds together, a row an item."""
        table = self.tests[self.tests["term"] == "total"].drop(columns=["term", "beta_change"])
        return table.assign(flagged=["*" if item in self.flagged else "" for item in table["item"]])

    def glance(self) -> pd.DataFrame:
        """One row: sizes, how many items were flagged, and how much the flagged items together shift a sum score.

        ``largest_shift`` is the largest sum over all items of the differences of a group.
        """
        shift = self.differences.groupby("group")["difference"].sum().abs().max()
        row = {
            "n": int(self.tests["n"].max()),
            "n_items": len(self.items),
            "n_groups": len(self.groups),
            "n_flagged": len(self.flagged),
            "rounds": self.rounds,
            "largest_shift": float(shift),
        }
        return pd.DataFrame([row])

    def cautions(self) -> list[str]:
        """What the reader must know before using the numbers, in the language of the terminal."""
        return [said(problem) for problem in self.problems]


def differential_item_functioning(
    frame: pd.DataFrame,
    items: Sequence[str],
    group: str,
    *,
    match: Match = "theta",
    criterion: Criterion = "test",
    p_adjust: Adjust = "holm",
    alpha: float = 0.05,
    purify: bool = True,
    reference: str | None = None,
    min_cell: int = 5,
    max_rounds: int = 10,
) -> DifferentialItemFunctioning:
    """Test each item of a scale for differential item functioning by ordinal logistic regression (Zumbo, 1999).

    Persons are matched on the trait; the answer is then regressed on the matching variable, the group, and their
    product. Items that are flagged are taken out of the matching (rest, total) or get parameters of their own in each
    group (theta, as R's lordif; Choi, Gibbons & Crane, 2011), and all are tested again until the flags stay the same.

    Parameters
    ----------
    frame : DataFrame
        A row a person.
    items : sequence of str
        Columns of one scale, all in the direction of the scale; at least three.
    group : str
        Column of the groups, two or more. Groups of fewer than ten persons are left out, which is told.
    match : {"theta", "rest", "total"}
        EAP of a graded response model; mean of the other items; mean of all items. When groups differ on the trait
        itself, a mean of few items flags too many items, the rest score most; theta does so least.
    criterion : {"test", "effect"}
        Flag when the corrected test of uniform and non-uniform together is below alpha, or only when the change of
        Nagelkerke's R2 also reaches .035 (Jodoin & Gierl, 2001): the better choice with thousands of persons.
    p_adjust : {"holm", "bh", "none"}
        Correction over the items, for each kind of test: Holm, Benjamini-Hochberg (false discovery rate), or none.
    alpha : float
    purify : bool
        False tests each item once.
    reference : str, optional
        The group with which others are compared, as text; by default the first in order.
    min_cell : int
        Answers that fewer persons of a group gave are taken together with a neighbour, for all groups.
    max_rounds : int
        Most rounds of purification.

    Returns
    -------
    DifferentialItemFunctioning

    Raises
    ------
    MeasurementError
        M001 to M004, M008 input; M330 too many categories; M346 fewer than two groups of ten persons; M347 fewer than
        three items; M433 a reference group of fewer than ten persons.

    Examples
    --------
    >>> rng = np.random.default_rng(1)  # invented answers; item i0 is easier in the second group
    >>> theta, second = rng.normal(size=600), np.repeat([0, 1], 300)
    >>> at = {f"i{j}": 1.5 * theta + (j == 0) * 1.2 * second + rng.logistic(size=600) for j in range(6)}
    >>> frame = pd.DataFrame({name: np.digitize(value, [-1, 0, 1]) for name, value in at.items()})
    >>> result = differential_item_functioning(frame.assign(language=second), [f"i{j}" for j in range(6)], "language")
    >>> result.flagged
    ('i0',)
    """
    known_option("match", match, ("theta", "rest", "total"))
    known_option("criterion", criterion, ("test", "effect"))
    known_option("p_adjust", p_adjust, ("holm", "bh", "none"))
    names = item_names(frame, items, ordered=True)
    belongs, labels = _groups(frame, group, reference)
    answers = matrix(frame, names)
    missing = int((belongs < 0).sum())
    belongs, labels, small = _large_enough(
        belongs, labels, np.asarray(~np.isnan(answers).all(axis=1)), group, reference
    )
    there = belongs >= 0
    categories, problems = categorise(answers[there], names, fewest=min_cell, groups=belongs[there])
    problems += small
    if missing:
        problems.append(Problem("M010", values={"n": missing, "group": group}))
    usable = categories.counts > 1
    problems += [Problem("M335", Place(item=names[j])) for j in np.flatnonzero(~usable)]
    if usable.sum() < 3:
        raise MeasurementError([Problem("M347", values={"n": int(usable.sum())}), *problems])
    kept = [name for name, use in zip(names, usable, strict=True) if use]
    categories = Categories(
        categories.codes[:, usable], tuple(part for part, use in zip(categories.labels, usable, strict=True) if use)
    )
    search = _Search(categories, kept, belongs[there], len(labels), match, criterion, p_adjust, alpha)
    flagged, tables, rounds, stable = search.run(max_rounds if purify else 0)
    problems += search.doubts(labels, tables, flagged, stable, purify)
    differences, curves = search.compare(tables, labels)
    table = search.table(tables)
    return DifferentialItemFunctioning(
        tuple(kept),
        tuple(labels),
        group,
        match,
        criterion,
        p_adjust,
        alpha,
        table,
        differences,
        curves,
        tuple(kept[j] for j in flagged),
        rounds,
        stable,
        tuple(problems),
    )


def _groups(frame: pd.DataFrame, group: str, reference: str | None) -> tuple[Codes, list[str]]:
    """Group number of each row, the reference group 0, and the names of the groups; raises M346 and M004."""
    found = groups(frame, group)
    labels = [str(label) for label in found.labels]
    if len(labels) < 2:
        raise MeasurementError("M346", where=Place(column=group), n=len(labels))
    if reference is None:
        return found.codes, labels
    known_option("reference", str(reference), tuple(labels))
    first = labels.index(str(reference))
    order = [first, *(j for j in range(len(labels)) if j != first)]
    new = np.empty(len(labels) + 1, dtype=np.int64)
    new[order] = np.arange(len(labels))
    new[-1] = -1
    return new[found.codes], [labels[j] for j in order]


def _large_enough(
    belongs: Codes, labels: list[str], answered: Flags, group: str, reference: str | None
) -> tuple[Codes, list[str], list[Problem]]:
    """Numbers and names of the groups that can be compared, and which are left out; raises M346 and M433."""
    counts = np.bincount(belongs[(belongs >= 0) & answered], minlength=len(labels))
    kept = counts >= FEWEST_TO_COMPARE
    if kept.all():
        return belongs, labels, []
    if reference is not None and not kept[0]:
        raise MeasurementError("M433", group=labels[0], n=int(counts[0]), fewest=FEWEST_TO_COMPARE)
    left_out = [f"{label} ({n})" for label, n, stays in zip(labels, counts.tolist(), kept, strict=True) if not stays]
    small = Problem("M432", values={"groups": left_out, "fewest": FEWEST_TO_COMPARE})
    if kept.sum() < 2:
        raise MeasurementError([Problem("M346", Place(column=group), {"n": int(kept.sum())}), small])
    number = np.append(np.where(kept, np.cumsum(kept) - 1, -1), -1)
    return number[belongs], [label for label, stays in zip(labels, kept, strict=True) if stays], [small]


@dataclass(frozen=True)
class _Tested:
    """One item: persons used, their matching variable, and the tests."""

    rows: Codes
    matching: Array
    tests: ItemTests


@dataclass(frozen=True)
class _Search:
    categories: Categories
    names: list[str]
    belongs: Codes
    n_groups: int
    match: str
    criterion: str
    p_adjust: str
    alpha: float

    def run(self, max_rounds: int) -> tuple[list[int], list[_Tested], int, bool]:
        """Test, flag, purify, until the flags stay the same: flags, last tests, rounds of purification, whether so."""
        tested = self.test([])
        flagged = self.flags(tested)
        seen = [flagged]
        for number in range(1, max_rounds + 1):
            if not flagged or len(flagged) > len(self.names) - 2:
                return flagged, tested, number - 1, not flagged
            tested = self.test(flagged)
            flagged = self.flags(tested)
            if flagged == seen[-1]:
                return flagged, tested, number, True
            if flagged in seen:
                return flagged, tested, number, False
            seen.append(flagged)
        return flagged, tested, max_rounds, max_rounds == 0

    def test(self, flagged: list[int]) -> list[_Tested]:
        codes, apart = self.categories.codes, np.array(flagged, dtype=np.int64)
        shared = dif_matching.trait(codes, self.belongs, self.n_groups, apart) if self.match == "theta" else None
        found = []
        for j in range(len(self.names)):
            matching = (
                shared
                if shared is not None
                else dif_matching.mean_score(codes, apart, j, with_item=self.match == "total")
            )
            rows = np.flatnonzero((codes[:, j] >= 0) & ~np.isnan(matching))
            _, of_item = np.unique(codes[rows, j], return_inverse=True)
            tests = item_tests(of_item.astype(np.int64), matching[rows], self.belongs[rows], self.n_groups)
            found.append(_Tested(rows, matching[rows], tests))
        return found

    def table(self, tested: list[_Tested]) -> pd.DataFrame:
        rows = [
            {"item": name} | row | {"n": len(item.rows)}
            for name, item in zip(self.names, tested, strict=True)
            for row in item.tests.rows
        ]
        table = pd.DataFrame(rows)
        corrected = np.full(len(table), np.nan)
        for term in table["term"].unique():
            inside = (table["term"] == term).to_numpy()
            corrected[inside] = _adjusted(self.p_adjust, table.loc[inside, "p_value"].to_numpy(dtype=float))
        table.insert(list(table.columns).index("p_value") + 1, "p_adjusted", corrected)
        pairs = list(zip(table["nagelkerke_change"], table["p_adjusted"], strict=True))
        table["magnitude"] = [magnitude(float(change), float(p), self.alpha) for change, p in pairs]
        table["zumbo_magnitude"] = [zumbo_magnitude(float(change), float(p), self.alpha) for change, p in pairs]
        return table

    def flags(self, tested: list[_Tested]) -> list[int]:
        table = self.table(tested)
        total = table[table["term"] == "total"]
        flagged = total["p_adjusted"] < self.alpha
        if self.criterion == "effect":
            flagged &= total["nagelkerke_change"] >= _EFFECT
        return [int(j) for j in np.flatnonzero(flagged.to_numpy())]

    def compare(self, tested: list[_Tested], labels: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
        values = self.categories.values()
        differences, curves = [], []
        for j, (name, item) in enumerate(zip(self.names, tested, strict=True)):
            belongs = self.belongs[item.rows]
            of_item = values[j, : self.categories.counts[j]]
            curve, distances = expected_by_group(item.tests, item.matching, belongs, self.n_groups, of_item)
            curves.append(curve.assign(item=name, group=[labels[g] for g in curve["group"]]))
            counts = np.bincount(belongs, minlength=self.n_groups)
            differences += [
                {"item": name, "group": labels[g], "n": int(counts[g]), "difference": distances[g]}
                for g in range(self.n_groups)
            ]
        both = pd.concat(curves, ignore_index=True)
        return pd.DataFrame(differences), both[["item", "group", "matching", "expected"]]

    def doubts(
        self, labels: list[str], tested: list[_Tested], flagged: list[int], stable: bool, purify: bool
    ) -> list[Problem]:
        problems = []
        counts = np.bincount(self.belongs, minlength=self.n_groups)
        few = [f"{label} ({n})" for label, n in zip(labels, counts, strict=True) if n < FEWEST_IN_GROUP]
        if few:
            problems.append(Problem("M348", values={"groups": few, "fewest": FEWEST_IN_GROUP}))
        bad = [name for name, item in zip(self.names, tested, strict=True) if not item.tests.converged]
        problems += [Problem("M349", Place(item=name)) for name in bad]
        if purify and not stable:
            problems.append(Problem("M350"))
        if len(flagged) * 2 >= len(self.names):
            problems.append(Problem("M351", values={"n": len(flagged), "n_items": len(self.names)}))
        matching = tested[0].matching
        means = [float(matching[self.belongs[tested[0].rows] == g].mean()) for g in range(self.n_groups) if counts[g]]
        apart = (max(means) - min(means)) / float(matching.std()) if matching.std() > 0 else 0.0
        if self.match != "theta" and apart > 0.5:
            problems.append(Problem("M352", values={"distance": apart}))
        return problems


def _adjusted(p_adjust: str, p_values: Array) -> Array:
    if p_adjust == "none":
        return p_values
    return holm(p_values) if p_adjust == "holm" else benjamini_hochberg(p_values)
