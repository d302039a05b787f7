"""Predictions for the rows of the model or new ones: fixed part, with random effects, and how sure they are."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.stats

from lcresearch.errors import MultilevelError, Place, warning
from lcresearch.multilevel.design import Design, TermColumns, new_matrices
from lcresearch.multilevel.fixed_effects import check_method
from lcresearch.multilevel.formula import RandomTerm
from lcresearch.multilevel.formula_parts import columns_of
from lcresearch.multilevel.matching_labels import group_places
from lcresearch.multilevel.memberships import Memberships, gathered, placed_patterns
from lcresearch.multilevel.prediction_error import PredictionError, satterthwaite_df
from lcresearch.multilevel.small_matrices import Array

if TYPE_CHECKING:
    from lcresearch.multilevel.linear_mixed_model import LinearMixedModel

Integers = npt.NDArray[np.int64]
INTERVALS = ("confidence", "prediction")


def fixed_part(design: Design, beta: Array, frame: pd.DataFrame) -> tuple[Array, Array]:
    """X times beta with the offset, and X, for new rows."""
    fixed, _, offset = _matrices(design, frame)
    return fixed @ beta + (0.0 if offset is None else offset), fixed


def random_part(design: Design, effects: Mapping[str, pd.DataFrame], frame: pd.DataFrame) -> Array:
    """The sum of the random effects of each new row; groups that the model does not know count as zero.

    Warns
    -----
    LcresearchWarning
        L121 with the number of rows whose group is missing or not known, a grouping factor each.
    """
    _, lefts, _ = _matrices(design, frame)
    found = np.zeros(len(frame))
    unknown: dict[tuple[str, ...], tuple[RandomTerm, npt.NDArray[np.bool_]]] = {}
    for term in design.columns.terms:
        values, rows = modes_of(term, effects[term.term.label], frame)
        found += (lefts[term.term.left] * values).sum(axis=1)
        unknown[term.term.group] = term.term, rows
    for own, rows in unknown.values():
        if rows.any():
            first = ":".join(map(str, frame[list(own.group_columns)][rows].iloc[0]))
            said = warning("L121", n=int(rows.sum()), n_rows=len(frame), group=own.label, found=first)
            warnings.warn(said, stacklevel=4)
    return found


def modes_of(term: TermColumns, effects: pd.DataFrame, frame: pd.DataFrame) -> tuple[Array, npt.NDArray[np.bool_]]:
    """Conditional modes of the group of each row, shape (n, q), and which rows have a group that is not known.

    These have zero. With multiple membership the modes are a weighted sum; not a number where the weight of a known
    group is missing.
    """
    wide = effects["estimate"].unstack("term")[list(term.names)]
    places, memberships = _places(wide.index, term.term, frame)
    if memberships is None:
        known = places >= 0
        return np.where(known[:, None], wide.to_numpy()[places], 0.0), ~known
    n_unknown = max(int(memberships.groups.max()) + 1 - len(wide), 0)
    modes = gathered(np.pad(wide.to_numpy(), ((0, n_unknown), (0, 0))), places, memberships)
    beyond = (memberships.groups >= len(wide)) & (memberships.weights > 0)
    return modes, np.asarray(beyond.any(axis=1))[places]


def prediction_table(
    fit: LinearMixedModel,
    design: Design,
    frame: pd.DataFrame,
    estimate: Array,
    *,
    random: bool,
    interval: str,
    ddf: str,
    conf_level: float,
) -> pd.DataFrame:
    """``estimate, std_error, df, conf_low, conf_high`` of predictions, a row each; see ``fit.predict``."""
    if interval not in INTERVALS:
        raise MultilevelError("L092", what="interval", found=str(interval), known=list(INTERVALS))
    check_method(ddf)
    if not len(frame):
        names = ["estimate", "std_error", "df", "conf_low", "conf_high"]
        return pd.DataFrame(index=frame.index, columns=names, dtype=float)
    if not random and interval == "confidence":
        found = fit.fixed_table(fixed_part(design, fit.estimates.beta, frame)[1], ddf, conf_level)
        error, df = found["std_error"].to_numpy(), found["df"].to_numpy()
    else:
        error, df = _error_and_df(fit, design, frame, random=random, interval=interval, ddf=ddf)
    half = scipy.stats.t.ppf(0.5 + conf_level / 2, df) * error
    columns = {"estimate": estimate, "std_error": error, "df": df}
    return pd.DataFrame(columns | {"conf_low": estimate - half, "conf_high": estimate + half}, index=frame.index)


def _error_and_df(
    fit: LinearMixedModel, design: Design, frame: pd.DataFrame, *, random: bool, interval: str, ddf: str
) -> tuple[Array, Array]:
    if ddf == "kenward-roger":
        raise MultilevelError("L094")
    codes, memberships = {}, {}
    for term in design.columns.terms:
        group = term.term.group
        labels = design.groupings[group].labels
        codes[group], found = _places(labels if random else labels[:0], term.term, frame, needed=random)
        if found is not None:
            memberships[group] = found if random else found.beyond(len(labels))
    error = PredictionError(fit.model, rows_of_new(design, frame), codes, memberships=memberships)
    extra = np.zeros(len(frame)) if interval == "confidence" else 1 / _weights(design, frame)
    relative = error.terms(fit.relative_covariances).total + extra
    if ddf == "satterthwaite":
        df = satterthwaite_df(error, fit.model, fit.optimum.theta, fit.variability, extra)
    else:
        df = np.full(len(frame), np.inf if ddf == "none" else float(fit.n - len(fit.estimates.beta)))
    return fit.sigma * np.sqrt(relative), df


def rows_of_new(design: Design, frame: pd.DataFrame) -> Array:
    """New rows as the columns A of the model, shape (n, m); zero for the outcome."""
    fixed, lefts, _ = _matrices(design, frame)
    found = np.zeros((len(frame), len(design.columns.names)))
    found[:, 0] = 1
    found[:, design.columns.fixed] = fixed
    for term in design.columns.terms:
        found[:, term.columns] = lefts[term.term.left]
    return found


def _weights(design: Design, frame: pd.DataFrame) -> Array:
    if design.weighted_by is None:
        return np.ones(len(frame))
    if design.weighted_by not in frame.columns:
        raise MultilevelError("L023", where=Place(column=design.weighted_by), columns=[design.weighted_by])
    return frame[design.weighted_by].to_numpy(dtype=float)


def _places(
    labels: pd.Index, term: RandomTerm, frame: pd.DataFrame, *, needed: bool = True
) -> tuple[Integers, Memberships | None]:
    """Place of the group of each row among labels; -1 for groups that are not known.

    With multiple membership the pattern of each row, and the patterns: groups that are not known have places behind
    those of the labels. Without columns of groups, where these are not needed, each row has one that is not known.
    """
    missing = [name for name in term.group_columns if name not in frame.columns]
    if missing and needed:
        raise MultilevelError("L023", where=Place(column=missing[0]), columns=missing)
    if term.membership is not None:
        if missing:
            one = np.zeros((1, 1), dtype=np.int64)
            return np.zeros(len(frame), dtype=np.int64), Memberships(one + len(labels), one + 1.0)
        return placed_patterns(frame, term.membership, labels)
    if not needed:
        return np.full(len(frame), -1, dtype=np.int64), None
    return group_places(frame, term.group, labels), None


def _matrices(design: Design, frame: pd.DataFrame) -> tuple[Array, dict[str, Array], Array | None]:
    if not isinstance(frame, pd.DataFrame):
        raise MultilevelError("L127", found=type(frame).__name__)
    needed = {
        column for name, spec in design.specs.items() if name != "response" for column in columns_of(spec.formula)
    }
    missing = sorted(name for name in needed if name not in frame.columns)
    if missing:
        raise MultilevelError("L023", where=Place(column=missing[0]), columns=missing)
    return new_matrices(design, frame)
