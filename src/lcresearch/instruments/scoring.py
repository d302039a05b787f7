"""From answers to scores.

Scores are computed item by item over blocks of respondents that fit in the processor's cache: each item's column is
turned into numbers, checked, recoded when the item is reversed, and added to the running sum of every scale that
holds it. Besides the frame and the scores little is in memory at a time.

With answers :math:`x_i` in the direction of the scale (a reversed item is :math:`\\mathrm{min} + \\mathrm{max} - x_i`),
over the items that were answered:

==========  =====================================================================================
method      score
==========  =====================================================================================
mean        mean of :math:`x_i`
sum         sum of :math:`x_i`; an unanswered item adds nothing, so it asks for all items unless
            ``minimum_answered`` says otherwise
weighted    :math:`\\sum w_i x_i / \\sum w_i`
index       100 times the mean of :math:`(x_i - \\mathrm{min}_i) / (\\mathrm{max}_i - \\mathrm{min}_i)`; for
            indicators that form a construct together and need not correlate
==========  =====================================================================================

A question with several answers counts as the number of answers chosen.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api import types

from lcresearch.errors import InstrumentError, Place, Problem, nearest
from lcresearch.instruments.lookup import find_scale

if TYPE_CHECKING:
    from lcresearch.instruments.model import Instrument, Item, Scale
    from lcresearch.instruments.parts import Method

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

SHOWN = 5
"""How many rows or values a message names before it says how many more there are."""
BLOCK = 32_768
"""Respondents that are scored at a time."""


def score(
    instrument: Instrument, frame: pd.DataFrame, *, short_form: bool = False, partial: bool = False
) -> pd.DataFrame:
    """Scores of each respondent, a column a scale, in the order of the file.

    Parameters
    ----------
    instrument : Instrument
        Says which items make up a scale and how.
    frame : DataFrame
        A row a respondent, item ids as columns, codes as numbers. Missing answers are NaN, None, ``pd.NA`` or one of
        the missing codes of the response scale. Other columns are ignored.
    short_form : bool
        Score the short form only. Of n items a short form keeps k, and asks for
        ``ceil(minimum_answered * k / n)`` answers.
    partial : bool
        Leave out scales of which the frame has no item at all, instead of refusing.

    Returns
    -------
    DataFrame
        float64, index as given; NaN where fewer items were answered than the scale needs.

    Raises
    ------
    InstrumentError
        Columns are missing (I050) or occur twice (I051); answers are text (I052) or outside the scale (I053). All
        problems are reported together.

    Examples
    --------
    >>> import pandas as pd
    >>> from lcresearch import instruments
    >>> learning = instruments.load("psychological-safety")
    >>> answers = pd.DataFrame({item.id: [4, 5, None] for item in learning.items})
    >>> learning.score(answers).shape
    (3, 1)
    """
    scales = _scales_to_score(instrument, frame, short_form=short_form, partial=partial)
    asked = {item.id: item for items in scales.values() for item in items}
    _require_columns(instrument, frame, set(asked))
    scores = np.empty((len(frame), len(scales)))
    for start in range(0, len(frame), BLOCK):
        block, problems = _block_scores(instrument, scales, frame.iloc[start : start + BLOCK])
        if problems:
            raise InstrumentError([found for item in asked.values() for found in _answers(instrument, item, frame)[1]])
        scores[start : start + BLOCK] = block
    return pd.DataFrame(scores, index=frame.index, columns=list(scales))


def _block_scores(
    instrument: Instrument, scales: dict[str, list[Item]], frame: pd.DataFrame
) -> tuple[Array, list[Problem]]:
    """Scores of a block of respondents, shape (respondents, scales), and what kept answers from being scored."""
    totals = {name: _Total(instrument.scales[name], instrument.items_of(name), len(frame)) for name in scales}
    asked = {name: {item.id for item in items} for name, items in scales.items()}
    problems: list[Problem] = []
    for item in instrument.items:
        members = [name for name, ids in asked.items() if item.id in ids]
        if not members:
            continue
        values, found = _answers(instrument, item, frame)
        problems += found
        if not problems:
            for name in members:
                totals[name].add(item, values, _item_range(instrument, item))
    columns = [totals[name].score(len(items)) for name, items in scales.items()]
    return (np.column_stack(columns) if columns else np.empty((len(frame), 0))), problems


def in_scale_direction(
    instrument: Instrument, frame: pd.DataFrame, scale: str | None = None, *, short_form: bool = False
) -> pd.DataFrame:
    """Answers of the items of a scale (or of all scales) with reversed items recoded to minimum + maximum - x.

    Returns
    -------
    DataFrame
        float64, a column an item, index as given. Raises as :func:`score` does.
    """
    if scale is not None:
        find_scale(instrument, scale)
    names = list(instrument.scales) if scale is None else [scale]
    members = {item.id: item for name in names for item in instrument.items_of(name, short_form=short_form)}
    _require_columns(instrument, frame, set(members))
    columns, problems = {}, []
    for item in members.values():
        columns[item.id], found = _answers(instrument, item, frame)
        problems += found
    if problems:
        raise InstrumentError(problems)
    return pd.DataFrame(columns, index=frame.index, columns=list(columns), dtype="float64")


def score_range(instrument: Instrument, scale: str) -> tuple[float, float]:
    """Lowest and highest score that a scale can have when all items are answered."""
    method, ranges = find_scale(instrument, scale).method, []
    for item in instrument.items_of(scale):
        ranges.append(_item_range(instrument, item))
    if method == "index":
        return (0.0, 100.0)
    low, high = (np.array(ends, dtype=float) for ends in zip(*ranges, strict=True))
    if method == "sum":
        return (float(low.sum()), float(high.sum()))
    weights = _weights(instrument.scales[scale])
    return (float(np.average(low, weights=weights)), float(np.average(high, weights=weights)))


class _Total:
    """Running sums of one scale over its items."""

    def __init__(self, scale: Scale, items: list[Item], n: int) -> None:
        self.method: Method = scale.method
        self.n_items = len(items)
        self.minimum_answered = scale.minimum_answered or self.n_items
        self.weights = dict(zip(scale.items, _weights(scale), strict=True))
        self.sum = np.zeros(n)
        self.weight = np.zeros(n)
        self.answered = np.zeros(n, dtype=np.int32)

    def add(self, item: Item, values: Array, ends: tuple[float, float]) -> None:
        """Add one item; ``values`` has one answer a respondent, NaN where there is none."""
        answered = ~np.isnan(values)
        weight = self.weights[item.id]
        if self.method == "index":
            values = (values - ends[0]) * (100.0 / (ends[1] - ends[0]))
        self.sum += np.where(answered, weight * values, 0.0)
        self.weight += weight * answered
        self.answered += answered

    def score(self, n_items: int) -> Array:
        """The scores, from the ``n_items`` items that were asked."""
        needed = math.ceil(self.minimum_answered * n_items / self.n_items)
        total = self.sum
        if self.method != "sum":
            total = np.divide(self.sum, self.weight, out=np.full_like(self.sum, np.nan), where=self.weight > 0)
        total[(self.answered < needed) | (self.answered == 0)] = np.nan
        return total


def _weights(scale: Scale) -> list[float]:
    given = scale.weights if scale.method == "weighted" and scale.weights else {}
    return [float(given.get(item, 1.0)) for item in scale.items]


def _scales_to_score(
    instrument: Instrument, frame: pd.DataFrame, *, short_form: bool, partial: bool
) -> dict[str, list[Item]]:
    scales = {name: instrument.items_of(name, short_form=short_form) for name in instrument.scales}
    if short_form:
        scales = {name: items for name, items in scales.items() if items}
    if not partial:
        return scales
    present = set(frame.columns)
    return {
        name: items
        for name, items in scales.items()
        if any(column in present for item in items for column in instrument.columns_of(item.id))
    }


def _require_columns(instrument: Instrument, frame: pd.DataFrame, items: set[str]) -> None:
    needed = [c for item in instrument.items if item.id in items for c in instrument.columns_of(item.id)]
    columns = [str(column) for column in frame.columns]
    present = set(columns)
    missing = [column for column in needed if column not in present]
    problems = []
    if missing:
        named = _with_nearest(missing, present - set(needed))
        problems.append(Problem("I050", values={"instrument": instrument.id, "n": len(missing), "columns": named}))
    twice = [column for column in needed if column in present and columns.count(column) > 1]
    problems += [Problem("I051", Place(column=column), {"instrument": instrument.id}) for column in twice]
    if problems:
        raise InstrumentError(problems)


def _with_nearest(missing: list[str], candidates: set[str]) -> list[str]:
    """Each missing column with the column that may be meant, no column being meant twice."""
    named, left = [], set(candidates)
    for column in missing:
        near = nearest(column, sorted(left))
        left.discard(near or "")
        named.append(f"{column} ({near}?)" if near else column)
    return named


def _item_range(instrument: Instrument, item: Item) -> tuple[float, float]:
    """Lowest and highest value of an item as it is scored."""
    if item.type == "number":
        low = -math.inf if item.minimum is None else item.minimum
        return (low, math.inf if item.maximum is None else item.maximum)
    answers = instrument.response_scales[str(item.response_scale)]
    return (0.0, float(len(answers.codes))) if item.type == "multiple" else (answers.minimum, answers.maximum)


def _answers(instrument: Instrument, item: Item, frame: pd.DataFrame) -> tuple[Array, list[Problem]]:
    """One item in the direction of the scale, NaN where there is no answer, and what could not be used."""
    low, high = _item_range(instrument, item)
    if item.type == "multiple":
        values, problems = _chosen(instrument, item, frame)
    elif item.type == "number":
        values, problems = _numbers(frame[item.id], item.id)
        values[np.isin(values, list(item.missing))] = np.nan
        problems = problems or _outside(frame, item.id, values, (values >= low) & (values <= high), f"{low:g}-{high:g}")
    else:
        answers = instrument.response_scales[str(item.response_scale)]
        values, problems = _numbers(frame[item.id], item.id)
        if answers.missing:
            values[np.isin(values, list(answers.missing))] = np.nan
        problems = problems or _outside(
            frame, item.id, values, _is_code(values, answers.codes), _allowed(answers.codes)
        )
    if item.reversed:
        values = (low + high) - values
    return values, problems


def _allowed(codes: tuple[int, ...]) -> str:
    """The codes in words: ``1, 2, 3`` or, for a long range, ``0-10``."""
    return ", ".join(map(str, codes)) if len(codes) <= 7 else f"{codes[0]}-{codes[-1]}"


def _is_code(values: Array, codes: tuple[int, ...]) -> Mask:
    if codes == tuple(range(codes[0], codes[-1] + 1)):
        fits: Mask = (values >= codes[0]) & (values <= codes[-1]) & (values == np.floor(values))
        return fits
    return np.asarray(np.isin(values, codes), dtype=bool)


def _chosen(instrument: Instrument, item: Item, frame: pd.DataFrame) -> tuple[Array, list[Problem]]:
    """How many answers were chosen: the sum of columns with 0 and 1; NaN when none of them is filled in."""
    count, answered = np.zeros(len(frame)), np.zeros(len(frame), dtype=bool)
    problems: list[Problem] = []
    answers = instrument.response_scales[str(item.response_scale)]
    missing = {f"{item.id}_{code}" for code in answers.missing}
    refused = np.zeros(len(frame), dtype=bool)
    for column in instrument.columns_of(item.id):
        values, found = _numbers(frame[column], column)
        problems += found or _outside(frame, column, values, np.isin(values, (0, 1)), "0, 1")
        if column in missing:
            refused |= values == 1
            continue
        answered |= ~np.isnan(values)
        count += np.nan_to_num(values)
    count[~answered | refused] = np.nan
    return count, problems


def _numbers(column: pd.Series[Any], name: str) -> tuple[Array, list[Problem]]:
    """A column as floats, always a copy. Text is reported, not guessed at."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        categories = column.cat.categories
        if types.is_numeric_dtype(categories.dtype):
            return np.append(categories.to_numpy(dtype="float64"), np.nan)[column.cat.codes], []
        column = column.astype(object)
    if types.is_numeric_dtype(column.dtype):
        return column.to_numpy(dtype="float64", na_value=np.nan, copy=True), []
    if types.infer_dtype(column, skipna=True) not in _NUMBERS_IN_OBJECTS:
        wrong = column.map(lambda value: not _is_number_or_missing(value)).to_numpy(dtype=bool)
        if wrong.any():
            texts = dict.fromkeys(repr(value)[:40] for value in column[wrong])
            values = {"answers": _listed(texts), "rows": _listed(frame_rows(column, wrong)), "n": int(wrong.sum())}
            return np.full(len(column), np.nan), [Problem("I052", Place(column=name), values)]
    return pd.to_numeric(column, errors="coerce").to_numpy(dtype="float64", na_value=np.nan, copy=True), []


_NUMBERS_IN_OBJECTS = ("integer", "floating", "mixed-integer-float", "boolean", "empty")


def _is_number_or_missing(value: Any) -> bool:
    return isinstance(value, int | float | np.number | np.bool_) or value is None or value is pd.NA


def _outside(frame: pd.DataFrame, column: str, values: Array, fits: Mask, allowed: str) -> list[Problem]:
    wrong = ~(fits | np.isnan(values))
    if not wrong.any():
        return []
    found = [f"{value:g}" for value in np.unique(values[wrong])]
    rows = frame_rows(frame[column], wrong)
    return [
        Problem(
            "I053",
            Place(column=column),
            {"answers": _listed(found), "allowed": allowed, "rows": _listed(rows), "n": int(wrong.sum())},
        )
    ]


def frame_rows(column: pd.Series[Any], wrong: Mask) -> list[str]:
    """Index labels of the rows that are wrong."""
    return [str(label) for label in column.index[wrong]]


def _listed(parts: Iterable[str]) -> str:
    parts = list(parts)
    more = f", ... (+{len(parts) - SHOWN})" if len(parts) > SHOWN else ""
    return ", ".join(parts[:SHOWN]) + more
