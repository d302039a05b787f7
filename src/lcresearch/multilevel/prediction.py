"""Predictions for the rows of the model or new ones: fixed part, with random effects, and how sure they are."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from lcresearch.errors import MultilevelError, Place
from lcresearch.multilevel.design import Design, TermColumns, columns_of, new_matrices
from lcresearch.multilevel.small_matrices import Array


def fixed_part(design: Design, beta: Array, frame: pd.DataFrame) -> tuple[Array, Array]:
    """X times beta with the offset, and X, for new rows."""
    fixed, _, offset = _matrices(design, frame)
    return fixed @ beta + (0.0 if offset is None else offset), fixed


def random_part(design: Design, effects: Mapping[str, pd.DataFrame], frame: pd.DataFrame) -> Array:
    """The sum of the random effects of each new row; groups that the model does not know count as zero."""
    _, lefts, _ = _matrices(design, frame)
    found = np.zeros(len(frame))
    for term in design.columns.terms:
        values = modes_of(term, effects[term.term.label], frame)
        found += (lefts[term.term.left] * values).sum(axis=1)
    return found


def modes_of(term: TermColumns, effects: pd.DataFrame, frame: pd.DataFrame) -> Array:
    """Conditional modes of the group of each row, shape (n, q); zero for groups that are not known."""
    missing = [name for name in term.term.group if name not in frame.columns]
    if missing:
        raise MultilevelError("L023", where=Place(column=missing[0]), columns=missing)
    wide = effects["estimate"].unstack("term")[list(term.names)]
    keys = pd.Index(frame[term.term.group[0]]) if len(term.term.group) == 1 else pd.MultiIndex.from_frame(
        frame[list(term.term.group)]
    )  # fmt: skip
    places = wide.index.get_indexer(keys)
    values = wide.to_numpy()[places]
    return np.where(places[:, None] >= 0, values, 0.0)


def _matrices(design: Design, frame: pd.DataFrame) -> tuple[Array, dict[str, Array], Array | None]:
    needed = {
        column for name, spec in design.specs.items() if name != "response" for column in columns_of(spec.formula)
    }
    missing = sorted(name for name in needed if name not in frame.columns)
    if missing:
        raise MultilevelError("L023", where=Place(column=missing[0]), columns=missing)
    return new_matrices(design, frame)
