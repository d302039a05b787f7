"""Values of new rows found among labels that a model knows, also where one table holds numbers and the other texts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

Integers = npt.NDArray[np.int64]
_WHOLE = r"^([+-]?\d+)\.0*$"


def places_among(values: pd.Series | pd.Index, labels: pd.Index) -> Integers:
    """The place of each value among labels, shape (n,); -1 where it is missing or not among them.

    A value that is not there as it stands is looked for as text, so that 3, 3.0, ``"3"`` and True as 1 are one group.
    That is only done where the labels stay different as texts.

    Parameters
    ----------
    values : Series or Index, shape (n,)
    labels : Index
        All different.

    Examples
    --------
    >>> places_among(pd.Series(["3", "4", None]), pd.Index([2, 3])).tolist()
    [1, -1, -1]
    """
    codes, uniques = pd.factorize(values)
    found = _places_of(pd.Index(np.asarray(uniques)), pd.Index(np.asarray(labels)))
    return np.append(found, -1)[codes]


def group_places(frame: pd.DataFrame, group: Sequence[str], labels: pd.Index) -> Integers:
    """The place of the group of each row, which one or more columns name together; -1 where it is not known."""
    if len(group) == 1:
        return places_among(frame[group[0]], labels)
    if not isinstance(labels, pd.MultiIndex):
        return np.full(len(frame), -1, dtype=np.int64)
    own, asked = np.zeros(len(labels), dtype=np.int64), np.zeros(len(frame), dtype=np.int64)
    known = np.ones(len(frame), dtype=bool)
    for name, level, codes in zip(group, labels.levels, labels.codes, strict=True):
        places = places_among(frame[name], level)
        own, asked = own * len(level) + codes, asked * len(level) + places
        known &= places >= 0
    return np.where(known, pd.Index(own).get_indexer(pd.Index(asked)), -1).astype(np.int64)


def _places_of(values: pd.Index, labels: pd.Index) -> Integers:
    found = labels.get_indexer(values).astype(np.int64)
    unknown = found < 0
    if not unknown.any() or not len(labels):
        return found
    truth = any(pd.api.types.infer_dtype(each) == "boolean" for each in (values, labels))
    texts = _texts(labels, truth=truth)
    if texts.is_unique:
        found[unknown] = texts.get_indexer(_texts(values[unknown], truth=truth))
    return found


def _texts(values: pd.Index, *, truth: bool) -> pd.Index:
    """Values as texts, whole numbers without a fraction, and truth values as 1 and 0 where these are among them."""
    texts = pd.Series(values.astype(object)).astype(str).str.replace(_WHOLE, r"\1", regex=True)
    return pd.Index(texts.str.lower().replace({"true": "1", "false": "0"}) if truth else texts)
