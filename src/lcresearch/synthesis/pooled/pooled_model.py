"""The sums of all consortia for one declared model, and what is constant in each of their cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.measurement import Moments
from lcresearch.multilevel import Crossproducts, added_together
from lcresearch.multilevel.subsets import subset
from lcresearch.synthesis.packages.contents import EvidencePackage
from lcresearch.synthesis.programme import ModelPlan, ProgrammeFile, plan_of
from lcresearch.synthesis.programme.plan import COMMUNITY, CONSORTIUM

Array = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]
_SAME = 1e-9


@dataclass(frozen=True)
class PooledModel:
    """Sums of a declared model over all consortia that have it.

    Attributes
    ----------
    plan : ModelPlan
    programme : ProgrammeFile
    cross : Crossproducts
    sector_of : dict of str to str
        Consortium -> sector, for the consortia in the sums.
    unit : float
        Standard deviation of the outcome at the first wave over all persons of the model: effects are divided by it.
    communities : DataFrame
        ``consortium, community`` and the declared covariates and elements of the tables in the packages.
    ddf : {"satterthwaite", "kenward-roger"}
        Degrees of freedom of effects and tests.
    """

    plan: ModelPlan
    programme: ProgrammeFile
    cross: Crossproducts
    sector_of: dict[str, str]
    unit: float
    communities: pd.DataFrame
    ddf: str = "satterthwaite"

    @cached_property
    def consortia(self) -> tuple[str, ...]:
        """Consortia in the sums."""
        return tuple(map(str, self.cross.labels[(CONSORTIUM,)]))

    @cached_property
    def sectors(self) -> tuple[str, ...]:
        """Sectors that have consortia in the sums, in the order of the programme."""
        there = {self.sector_of[name] for name in self.consortia}
        return tuple(name for name in self.programme.sectors if name in there)

    @cached_property
    def sector(self) -> Integers:
        """Place in ``sectors`` of each consortium, shape (n_consortia,)."""
        return np.array([self.sectors.index(self.sector_of[name]) for name in self.consortia], dtype=np.int64)

    @property
    def consortium_of_cell(self) -> Integers:
        """Place of the consortium of each cell, shape (n_cells,)."""
        return self.cross.codes[(CONSORTIUM,)]

    @property
    def community_of_cell(self) -> Integers:
        """Place of the community of each cell, shape (n_cells,)."""
        return self.cross.codes[(CONSORTIUM, COMMUNITY)]

    @cached_property
    def consortium_of_community(self) -> Integers:
        """Place of the consortium of each community, shape (n_communities,)."""
        found = np.empty(self.n_communities, dtype=np.int64)
        found[self.community_of_cell] = self.consortium_of_cell
        return found

    @property
    def n_communities(self) -> int:
        """Communities in the sums."""
        return len(self.cross.labels[(CONSORTIUM, COMMUNITY)])

    @property
    def n_persons(self) -> int:
        """Persons in the sums: rows, unless persons have several."""
        persons = self.cross.persons
        return int(self.cross.n if persons is None else round(float(persons.counts.sum())))

    def values(self, column: str) -> Array:
        """Mean of a column in each community, shape (n_communities,), of rows."""
        place = self.cross.columns.names.index(column)
        n = np.bincount(self.community_of_cell, self.cross.sums[0, 0])
        return np.asarray(np.bincount(self.community_of_cell, self.cross.sums[0, place]) / n + self.cross.shift[place])

    def constant(self, column: str) -> bool:
        """Whether a column has one value in each community, as a feature of communities has."""
        place = self.cross.columns.names.index(column)
        sums = self.cross.sums
        within = (
            sums[place, place].sum()
            - (
                np.bincount(self.community_of_cell, sums[0, place]) ** 2
                / np.bincount(self.community_of_cell, sums[0, 0])
            ).sum()
        )
        size = sums[place, place].sum() + sums[0, 0].sum() * self.cross.shift[place] ** 2
        return bool(within <= _SAME * max(float(size), 1e-300))

    def varies(self, column: str) -> Truths:
        """In which consortia communities differ in a column, shape (n_consortia,)."""
        return varies_within(self.values(column), self.consortium_of_community, len(self.consortia))

    def only(self, consortia: Sequence[str]) -> PooledModel:
        """The same model over some consortia."""
        codes = [self.consortia.index(name) for name in consortia]
        cells = np.isin(self.consortium_of_cell, codes)
        return replace(self, cross=subset(self.cross, cells), sector_of={c: self.sector_of[c] for c in consortia})

    def where(self, communities: Truths) -> PooledModel:
        """The same model over some communities, shape (n_communities,)."""
        cross = subset(self.cross, communities[self.community_of_cell])
        left = [str(name) for name in cross.labels[(CONSORTIUM,)]]
        return replace(self, cross=cross, sector_of={name: self.sector_of[name] for name in left})

    def of_communities(self, column: str) -> pd.Series[Any]:
        """A column of the tables of communities, in the order of the communities of the sums; missing where unknown."""
        keys = pd.MultiIndex.from_arrays(
            [
                self.cross.labels[(CONSORTIUM, COMMUNITY)].get_level_values(0).astype("str"),
                self.cross.labels[(CONSORTIUM, COMMUNITY)].get_level_values(1).astype("str"),
            ]
        )
        table = self.communities
        index = pd.MultiIndex.from_arrays([table[CONSORTIUM].astype("str"), table[COMMUNITY].astype("str")])
        if column not in table:
            return pd.Series([None] * len(keys), index=keys, dtype=object)
        found = pd.Series(table[column].to_numpy(dtype=object), index=index)
        return found[~found.index.duplicated()].reindex(keys)


def differs(values: Array) -> bool:
    """Whether not all values are the same, apart from rounding."""
    return bool(varies_within(values, np.zeros(len(values), dtype=np.int64), 1)[0])


def varies_within(values: Array, codes: Integers, n: int) -> Truths:
    """In which of n groups values differ, apart from rounding."""
    low, high = np.full(n, np.inf), np.full(n, -np.inf)
    np.minimum.at(low, codes, values)
    np.maximum.at(high, codes, values)
    return np.asarray(high - low > 1e-9 * np.maximum(np.abs(high), np.abs(low)))


def pooled_model(
    packages: Sequence[EvidencePackage], programme: ProgrammeFile, name: str, ddf: str = "satterthwaite"
) -> PooledModel:
    """Add the sums of a model over the packages that have it."""
    there = [one for one in packages if name in one.crossproducts]
    plan = plan_of(programme, name)
    tables = [one.communities.assign(**{CONSORTIUM: one.consortium}) for one in there if len(one.communities)]
    return PooledModel(
        plan,
        programme,
        added_together([one.crossproducts[name] for one in there]),
        {one.consortium: one.sector for one in there},
        standard_deviation([one.scores[name] for one in there if name in one.scores], plan.waves[0]),
        pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=[CONSORTIUM, COMMUNITY]),
        ddf,
    )


def standard_deviation(scores: Sequence[Moments], wave: str) -> float:
    """Standard deviation at a wave over all persons, those of different consortia together; NaN where unknown.

    Examples
    --------
    >>> a = Moments(("t0",), ("A",), np.array([2.0]), np.array([[1.0]]), np.array([[[1.0]]]))
    >>> b = Moments(("t0",), ("B",), np.array([2.0]), np.array([[3.0]]), np.array([[[1.0]]]))
    >>> round(standard_deviation([a, b], "t0") ** 2, 3)
    2.667
    """
    there = [one for one in scores if wave in one.items]
    if not there:
        return float("nan")
    n = np.concatenate([one.n for one in there])
    mean = np.concatenate([one.mean[:, one.items.index(wave)] for one in there])
    square = np.concatenate([one.covariance[:, one.items.index(wave), one.items.index(wave)] for one in there])
    total = float(n.sum())
    overall = float(n @ mean) / total
    return float(np.sqrt(n @ (square + (mean - overall) ** 2) / (total - 1)))
