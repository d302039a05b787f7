"""Would the word for the change be the same if nobody had stayed away? Multiple imputation beside the main result.

Those who answered once get the score that they did not give, drawn several times from their other answer, their scores
on other scales and their group (:func:`lcresearch.change.impute`). The same analysis is done on each copy and pooled
(Rubin 1987), and again with these scores moved up or down (Van Buuren, 2018). It is a check, never the result, and it
is left out, with the reason on record, wherever imputation is not warranted.
"""

from __future__ import annotations

import warnings
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from lcresearch.change import Imputed, impute
from lcresearch.change.firms_fixed import Array, Integers, MeanChange, linked_change
from lcresearch.change.sureness import surenesses
from lcresearch.change.two_wave_model import firms_random, two_wave_fit
from lcresearch.errors import ChangeError, LcresearchWarning
from lcresearch.files import private_folder, write_whole
from lcresearch.multilevel import pool_tables
from lcresearch.reporting.change_content import LINKED, ChangeContent, ImputedShown
from lcresearch.reporting.spreadsheets import csv_bytes

if TYPE_CHECKING:
    from lcresearch.studies.analysis import ScaleUse
    from lcresearch.studies.change import StudyChange

N_IMPUTATIONS, _SEED = 20, 20260101
_ITERATIONS = (10, 30)
"""Rounds, and those that are tried where the copies did not agree after the first."""
MOST_OTHERS = 2
"""Other scales that are looked at: each is another two columns to be imputed from few persons."""
_STEPS = 8
"""Moves of the imputed scores up, and as many down, that together make half of the range of the scale each way."""
_BEFORE, _AFTER, _GROUP = "before", "after", "group"
_WARRANTED, _NOT_CONVERGED = "warranted", "C090"

WhyNot = Literal[
    "not_linked",
    "comparison",
    "nobody_once",
    "few_missing",
    "too_much",
    "no_information",
    "too_few_answers",
    "unstable",
]


@dataclass(frozen=True)
class ImputedChange:
    """Confidential: the change when everybody had answered twice, as far as other answers tell.

    Attributes
    ----------
    why_not : str or None
        Why there is no imputation.
    verdicts : DataFrame
        ``column, n, n_missing, share_missing, correlation, verdict`` of :func:`lcresearch.change.impute`.
    line : DataFrame
        ``delta, estimate, std_error, df, sureness``: a row a move of the imputed scores, in points; 0 as imputed.
    moved : str
        The wave whose imputed scores are moved: ``before`` or ``after``, whichever misses more.
    n_once : int
        Persons of whom a score was imputed.
    """

    why_not: WhyNot | None
    verdicts: pd.DataFrame
    line: pd.DataFrame
    moved: str = _AFTER
    n_once: int = 0

    @property
    def word(self) -> str | None:
        """The word of sureness as imputed."""
        found = self.line.loc[self.line["delta"] == 0, "sureness"] if len(self.line) else self.line
        return str(found.iloc[0]) if len(found) else None

    @property
    def tipping_point(self) -> float | None:
        """The smallest move that gives another word; None where none does."""
        others = self.line.loc[self.line["sureness"] != self.word, "delta"] if len(self.line) else self.line
        return float(min(others, key=abs)) if len(others) else None

    def save_private(self, folder: Path) -> None:
        """Why there is no imputation, or what it gives, as CSV."""
        private_folder(folder)
        verdicts = self.verdicts.assign(why_not=self.why_not)
        if verdicts.empty:
            verdicts = pd.DataFrame([{"why_not": self.why_not}])
        write_whole(folder / "change_imputation.csv", csv_bytes(verdicts))
        if len(self.line):
            write_whole(folder / "change_imputation_line.csv", csv_bytes(self.line.assign(moved=self.moved)))


def imputed_change(changed: StudyChange) -> ImputedChange:
    """The check on the primary scale of a study.

    Parameters
    ----------
    changed : StudyChange
        Persons, so that the result stays in the house; :func:`imputed_shown` says what of it may go out.
    """
    primary = changed.scales[changed.use.primary]
    if not changed.linked or primary.part is None:
        return _without("not_linked")
    if primary.compared is not None:
        return _without("comparison")
    wide = _wide(changed)
    once = wide[[_BEFORE, _AFTER]].isna()
    if not once.any(axis=None):
        return _without("nobody_once")
    others = [name for name in wide.columns if name not in (_BEFORE, _AFTER, _GROUP)]
    found = _imputed(wide, others)
    if found is None:
        return _without("too_few_answers")
    verdicts = found.warranted
    own = verdicts[verdicts["column"].isin([_BEFORE, _AFTER]) & (verdicts["n_missing"] > 0)].set_index("column")
    if _WARRANTED not in set(own["verdict"]) or set(own["verdict"]) & {"too_much", "no_information"}:
        worst = [one for one in ("too_much", "no_information", "few_missing") if one in set(own["verdict"])]
        return ImputedChange(worst[0], verdicts, _no_line())  # type: ignore[arg-type]
    if _unstable(found):
        return ImputedChange("unstable", verdicts, _no_line())
    moved = str(own["n_missing"].idxmax())
    low, high = primary.use.instrument.range_of(primary.name)
    width = float(high - low) if np.isfinite(high - low) else 8 * changed.use.worthwhile  # a count without a limit
    line = _line(found, wide, moved, changed, width)
    return ImputedChange(None, verdicts, line, moved, int(once.any(axis=1).sum()))


def imputed_shown(found: ImputedChange, content: ChangeContent, minimum_cell: int) -> ImputedShown | None:
    """What may be said of it: the word, and how far scores would have to lie. None where the change is not shown.

    Parameters
    ----------
    found : ImputedChange
    content : ChangeContent
        As released; the change of those who answered twice must be in it, and those who answered once enough.
    minimum_cell : int
    """
    part, dropout = content.primary.overall, content.primary.dropout
    word = found.word
    if content.primary.started is not None or found.why_not is not None or word is None or dropout is None:
        return None
    if part.basis != LINKED or part.sureness is None:
        return None
    left, joined = dropout.n_left, dropout.n_joined
    if left is None or joined is None or min(left + joined, part.n_linked or 0) < minimum_cell:
        return None
    return ImputedShown(
        n=left + joined,
        n_imputations=N_IMPUTATIONS,
        sureness=word,
        same=word == part.sureness,
        moved=found.moved,
        tipping_point=found.tipping_point,
        furthest=float(found.line["delta"].max()),
    )


def _imputed(wide: pd.DataFrame, others: Sequence[str]) -> Imputed | None:
    """Copies that agree, or else the last that were tried; None where there are too few answers for so many columns."""
    group = _GROUP if wide[_GROUP].nunique() > 1 else None
    found = None
    for rounds in _ITERATIONS:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", LcresearchWarning)
                found = impute(
                    wide, [_BEFORE, _AFTER], group=group, auxiliary=others,
                    n_imputations=N_IMPUTATIONS, n_iterations=rounds, seed=_SEED,
                )  # fmt: skip
        except ChangeError:
            return None
        if not _unstable(found):
            break
    return found


def _unstable(found: Imputed) -> bool:
    return any(problem.code == _NOT_CONVERGED for problem in found.problems)


def _without(why: WhyNot) -> ImputedChange:
    return ImputedChange(why, pd.DataFrame(), _no_line())


def _no_line() -> pd.DataFrame:
    return pd.DataFrame(columns=["delta", "estimate", "std_error", "df", "sureness"])


def _wide(changed: StudyChange) -> pd.DataFrame:
    """A row a person who takes part and answered at one of the waves: ``before, after, group`` and other scales."""
    from lcresearch.studies.change import GROUP, IN_SIDE, SIDE

    rows = changed.rows[changed.rows[SIDE].to_numpy(dtype=bool)]
    names = {changed.before: _BEFORE, changed.after: _AFTER}
    wide = rows.pivot(index=IN_SIDE, columns="wave", values=changed.use.primary).rename(columns=names)
    wide = wide.reindex(columns=[_BEFORE, _AFTER]).assign(**{_GROUP: rows.groupby(IN_SIDE)[GROUP].first()})
    for place, name in enumerate(_others(changed)):
        other = rows.pivot(index=IN_SIDE, columns="wave", values=name).rename(columns=names)
        for when in (_BEFORE, _AFTER):
            if when in other and other[when].nunique() > 1:
                wide[f"other_{place}_{when}"] = other[when].reindex(wide.index)
    wide = wide.dropna(subset=[_BEFORE, _AFTER], how="all")
    # by their answers, as names of persons come from a key: the same answers give the same draws
    return wide.sort_values([_GROUP, *(str(name) for name in wide if name != _GROUP)], ignore_index=True)


def _others(changed: StudyChange) -> list[str]:
    """Other scales without items in common: a scale and its parts would tell the same twice."""
    seen: set[str] = set(changed.scales[changed.use.primary].use.items)
    chosen: list[str] = []
    for name, one in changed.scales.items():
        if len(chosen) < MOST_OTHERS and _apart(one.use, seen):
            chosen.append(name)
            seen |= set(one.use.items)
    return chosen


def _apart(use: ScaleUse, seen: Collection[str]) -> bool:
    return not set(use.items) & set(seen)


def _line(found: Imputed, wide: pd.DataFrame, moved: str, changed: StudyChange, width: float) -> pd.DataFrame:
    """The pooled change at each move of the imputed scores."""
    step = width / 2 / _STEPS
    deltas = np.round(np.arange(-_STEPS, _STEPS + 1) * step, 10)
    place = {name: number for number, name in enumerate(found.columns)}
    before, after = (found.values[:, :, place[name]] for name in (_BEFORE, _AFTER))
    missing = wide[moved].isna().to_numpy(dtype=float)
    firm, names = pd.factorize(wide[_GROUP])
    codes = firm.astype(np.int64)
    rows = []
    for delta in deltas:
        first, last = (before + delta * missing, after) if moved == _BEFORE else (before, after + delta * missing)
        rows.append(_pooled(_changes(first, last, codes, len(names), changed)))
    table = pd.DataFrame(rows, columns=["estimate", "std_error", "df"]).assign(delta=deltas)
    estimate, error, df = (table[name].to_numpy(dtype=np.float64) for name in ("estimate", "std_error", "df"))
    table["sureness"] = surenesses(estimate, error, df, changed.use.worthwhile, changed.use.improvement)
    return table[["delta", "estimate", "std_error", "df", "sureness"]]


def _changes(before: Array, after: Array, firm: Integers, k: int, changed: StudyChange) -> MeanChange:
    """The change of each copy, by the analysis of those who answered twice."""
    part, everyone = changed.scales[changed.use.primary].part, np.ones(k, dtype=np.bool_)
    if part is not None and part.inference == "firms_like_these":
        return firms_random(two_wave_fit(before, after, firm, k), everyone)
    return linked_change(after - before, firm, everyone)


def _pooled(found: MeanChange) -> tuple[float, float, float]:
    """Estimate, error and degrees of freedom over all copies."""
    tables = [
        pd.DataFrame({"term": ["change"], "estimate": [estimate], "std_error": [error], "df": [df]})
        for estimate, error, df in zip(found.estimate, found.std_error, found.df, strict=True)
    ]
    row = pool_tables(tables).tidy().iloc[0]
    return float(row["estimate"]), float(row["std_error"]), float(row["df"])
