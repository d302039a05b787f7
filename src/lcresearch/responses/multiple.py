"""Questions with several answers: one column an option in the frame, whatever the file made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from lcresearch.responses.answers import ANSWER, MARKED, decode_text, label_codes
from lcresearch.responses.asked import Asked
from lcresearch.responses.tables import Coded

SEPARATORS = (";", "\n", "|", ",")


def expand(coded: Coded, item: Asked) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Split cells such as ``1;3`` or ``bouw; zorg`` into one column an option.

    Returns
    -------
    numbers : array of float64, shape (n_options, n_rows)
        1 chosen, 0 not chosen, NaN where nothing was answered.
    unknown, some : arrays of bool, shape (n_rows,)
        Rows in which no part is an option, and rows in which some parts are and others are not.
    """
    labels, places = label_codes(item), {code: place for place, code in enumerate(item.codes)}
    chosen = np.full((len(coded.values) + 1, len(places)), np.nan)
    unknown, some = (np.zeros(len(coded.values) + 1, dtype=bool) for _ in range(2))
    for row, value in enumerate(coded.values.tolist()):
        if decode_text(value, item, labels)[0] == MARKED:
            continue
        found = [decode_text(part, item, labels) for part in _parts(value, item, labels)]
        codes = [places[code] for reason, code in found if reason == ANSWER]
        unknown[row], some[row] = not codes, bool(codes) and len(codes) < len(found)
        if codes:
            chosen[row] = 0
            chosen[row, codes] = 1
    return chosen[coded.codes].T, unknown[coded.codes], some[coded.codes]


def _parts(value: str, item: Asked, labels: Mapping[str, float]) -> Sequence[str]:
    """The answers in a cell: split in the first way that gives only options, else at the first separator there is."""
    splits = [[value], *(_split(value, mark) for mark in SEPARATORS), value.split()]
    for parts in splits:
        if all(decode_text(part, item, labels)[0] == ANSWER for part in parts):
            return parts
    return next((parts for parts in splits[1:-1] if len(parts) > 1), [value])


def _split(value: str, mark: str) -> list[str]:
    return [part.strip() for part in value.split(mark) if part.strip()]


def fill_not_chosen(numbers: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Read an empty cell of an option as "not chosen", for everyone who chose another one.

    Parameters
    ----------
    numbers : array of float64, shape (n_options, n_rows)
        The options of one question.

    Examples
    --------
    >>> fill_not_chosen(np.array([[1, np.nan], [np.nan, np.nan]])).tolist()
    [[1.0, nan], [0.0, nan]]
    """
    answered = (numbers == 1).any(axis=0)
    return np.where(np.isnan(numbers) & answered, 0, numbers)
