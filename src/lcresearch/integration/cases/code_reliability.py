"""How reliable codes are as properties of cases: what several coders, each alone, give the same cases."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from lcresearch.agreement import rater_agreement
from lcresearch.errors import InterviewError
from lcresearch.integration.cases.code_measures import by_coder
from lcresearch.integration.cases.coded_text import CodedText, CodeSettings
from lcresearch.interviews import coder_agreement
from lcresearch.interviews.code_tables.comparison import wilson
from lcresearch.interviews.codebook.model import Code, Codebook
from lcresearch.interviews.coding_agreement.agreed_coder import agreed_ids
from lcresearch.interviews.project import Project
from lcresearch.measurement.intraclass import anova, group_moments, intervals, one_way

Array = npt.NDArray[np.float64]
COLUMNS = (
    "code", "n_double", "n_coders", "alpha", "alpha_low", "alpha_high", "icc", "icc_low", "icc_high", "error_variance",
    "error_df", "basis", "sensitivity", "sensitivity_low", "sensitivity_high", "specificity", "specificity_low",
    "specificity_high", "n_hit", "n_missed", "n_silent", "n_false", "n_alike", "n_differ",
)  # fmt: skip
"""Of :func:`reliability_table`."""
Three = tuple[float, float, float]
UNKNOWN: Three = (float("nan"), float("nan"), float("nan"))
_NOTHING = ("V140", "V142")


@dataclass(frozen=True)
class Errors:
    """How often presence is right: chances with intervals, and the counts that they rest on."""

    basis: str = ""
    sensitivity: Three = UNKNOWN
    specificity: Three = UNKNOWN
    counts: tuple[int, int, int, int] = (0, 0, 0, 0)
    pairs: tuple[int, int] = (0, 0)


def read_alike(text: CodedText) -> pd.DataFrame:
    """``document, case, coder``: of each case the interviews that the same coders read, two at least.

    Where different coders read different interviews of a case, it is the group of coders with most interviews in
    common: coders are compared on the same words only.
    """
    reading = text.reading.astype(bool)
    several = reading[reading.sum(axis=1) > 1]
    rows: list[tuple[str, str, str]] = []
    for case, mine in several.groupby(text.documents["case"].reindex(several.index)):
        sets = [frozenset(mine.columns[row]) for row in mine.to_numpy()]
        n = {each: sum(each <= other for other in sets) for each in sets}
        chosen = max(n, key=lambda each: (n[each], len(each), sorted(each)))
        rows += [
            (str(document), str(case), str(coder))
            for document, each in zip(mine.index, sets, strict=True)
            if chosen <= each
            for coder in sorted(chosen)
        ]
    return pd.DataFrame(rows, columns=["document", "case", "coder"], dtype="str")


def coder_values(project: Project, text: CodedText, measure: str, columns: Sequence[str]) -> pd.DataFrame:
    """``case, code, coder, value``: what each coder alone gives; agreed codings as the coder ``agreed``."""
    alike = read_alike(text)
    if alike.empty:
        return pd.DataFrame({name: pd.Series(dtype="str") for name in ("case", "code", "coder")} | {"value": []})
    found = by_coder(project, text, measure, columns, alike)
    agreed = [one for one in agreed_ids(project) if one in text.coders]
    settled = text.codings.loc[text.codings["coder"].isin(agreed), "document"].unique()
    there = alike[alike["document"].isin(settled)].drop(columns="coder").drop_duplicates()
    whole = there.groupby("case").size() == alike.drop_duplicates("document").groupby("case").size().reindex(
        there["case"].unique()
    )
    there = there[there["case"].isin(whole.index[whole])]
    if there.empty:
        return found
    truth = by_coder(project, text, measure, columns, there.assign(coder=agreed[0]))
    return pd.concat([found, truth.assign(coder="agreed")], ignore_index=True)


def reliability_table(values: pd.DataFrame, measure: str, columns: Sequence[str], conf_level: float) -> pd.DataFrame:
    """Reliability of one coder at the level of cases, a row a code with the columns :data:`COLUMNS`.

    ``alpha`` is Krippendorff's, nominal for presence and else interval. ``icc`` is ICC(1) of one coder, with the exact
    interval (Shrout & Fleiss, 1979), and ``error_variance`` the mean square within cases; of degrees only.
    ``sensitivity`` and ``specificity`` are of presence only: against what was agreed in discussion
    (``basis`` is ``agreed``), or else from how often two coders differ, if they err equally often in both directions
    and independently (``coders``): they differ in a share d = 2 e (1 - e) of the cases, so e = (1 - sqrt(1 - 2 d)) / 2.
    """
    rows = [_row(code, values[values["code"] == code], measure, conf_level) for code in columns]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(code: str, values: pd.DataFrame, measure: str, conf_level: float) -> tuple[object, ...]:
    people = values[values["coder"] != "agreed"]
    wide = people.pivot(index="case", columns="coder", values="value")
    n, n_coders = len(wide), wide.shape[1]
    alpha = _alpha(wide.to_numpy(dtype=float), measure, conf_level)
    nan = float("nan")
    icc, variance, df, errors = UNKNOWN, nan, 0, Errors()
    if measure == "presence":
        truth = values[values["coder"] == "agreed"].set_index("case")["value"]
        errors = _errors(wide, truth, conf_level)
    elif n:
        codes = pd.factorize(people["case"])[0].astype(np.intp)
        layout = one_way(group_moments(people["value"].to_numpy(dtype=float), codes, n))
        table = anova(layout)
        icc = (table.icc_1, *intervals(layout, conf_level).icc_1)
        variance, df = table.ms_within, table.df_within
    known = (*errors.counts, *errors.pairs)
    return (
        code,
        n,
        n_coders,
        *alpha,
        *icc,
        variance,
        df,
        errors.basis,
        *errors.sensitivity,
        *errors.specificity,
        *known,
    )


def _alpha(table: Array, measure: str, conf_level: float) -> Three:
    if len(table) < 2:
        return UNKNOWN
    rated = rater_agreement(table, categories=[0.0, 1.0]) if measure == "presence" else None
    found = (rated or rater_agreement(table, metric="interval")).tidy(conf_level)
    row = found[found["term"] == "krippendorff_alpha"].iloc[0]
    return float(row["estimate"]), float(row["conf_low"]), float(row["conf_high"])


def _errors(wide: pd.DataFrame, truth: pd.Series[float], conf_level: float) -> Errors:
    told = wide.to_numpy(dtype=float)
    if len(truth):
        said = wide.reindex(truth.index).to_numpy(dtype=float)
        real = np.broadcast_to(truth.to_numpy(dtype=float)[:, None], said.shape)
        counts = [int(((said == a) & (real == b)).sum()) for a, b in ((1, 1), (0, 1), (0, 0), (1, 0))]
        hit, missed, silent, false = counts
        found = _share(hit, hit + missed, conf_level), _share(silent, silent + false, conf_level)
        return Errors("agreed", *found, (hit, missed, silent, false))
    first = np.sort(told, axis=1)[:, :2] if told.shape[1] == 2 else _two_of(told)
    known = first[~np.isnan(first).any(axis=1)] if len(first) else first
    differ = int((known[:, 0] != known[:, 1]).sum()) if len(known) else 0
    if not len(known):
        return Errors()
    middle, low, high = _share(differ, len(known), conf_level)
    right = tuple(1 - error_of(np.array([share]))[0] for share in (middle, high, low))
    chances = (float(right[0]), float(right[1]), float(right[2]))
    return Errors("coders", chances, chances, pairs=(len(known) - differ, differ))


def _two_of(told: Array) -> Array:
    """The first two ratings of each case; NaN where there is one only."""
    order = np.argsort(np.isnan(told), axis=1, kind="stable")[:, :2]
    return np.take_along_axis(told, order, axis=1) if told.shape[1] > 1 else np.full((len(told), 2), np.nan)


def error_of(differ: Array) -> Array:
    """Chance of an error from the share of cases on which two coders differ; NaN above one half.

    Examples
    --------
    >>> error_of(np.array([0.0, 0.18, 0.5])).round(3).tolist()
    [0.0, 0.1, 0.5]
    """
    inside = np.where(differ <= 0.5, 1 - 2 * differ, np.nan)
    return np.asarray((1 - np.sqrt(inside)) / 2, dtype=np.float64)


def _share(n_with: int, n: int, conf_level: float) -> Three:
    if not n:
        return UNKNOWN
    z = float(stats.norm.ppf(0.5 + conf_level / 2))
    low, high = wilson(np.array([float(n_with)]), np.array([float(n)]), z)
    return n_with / n, max(float(low[0]), 0.0), min(float(high[0]), 1.0)


def alpha_of_segments(project: Project, text: CodedText, settings: CodeSettings, conf_level: float) -> pd.DataFrame:
    """``segments_alpha, segments_low, segments_high`` by code: Krippendorff's alpha of who coded which segment."""
    names = ["segments_alpha", "segments_low", "segments_high"]
    book = Codebook(tuple(Code(column, column) for column in settings.codes))
    lifted = text.codings.drop_duplicates(["document", "start", "end", "code", "coder"])
    people = [str(one) for one in text.reading.columns]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            found = coder_agreement(
                replace(project, codebook=book, codings=lifted),
                people,
                codes=list(settings.codes),
                segment=settings.segment,
                without_roles=settings.without_roles,
                read={str(one): [people[place] for place in np.flatnonzero(row)] for one, row in _rows(text)},
            ).by_code(conf_level)
    except InterviewError as error:
        if not {problem.code for problem in error.problems} <= set(_NOTHING):
            raise
        return pd.DataFrame(index=list(settings.codes), columns=names, dtype=float)
    table = found.set_index("code")[["krippendorff_alpha", "alpha_low", "alpha_high"]]
    return table.set_axis(names, axis=1).reindex(list(settings.codes))


def _rows(text: CodedText) -> list[tuple[str, npt.NDArray[np.bool_]]]:
    return list(zip(text.reading.index.astype(str), text.reading.to_numpy(dtype=bool), strict=True))
