"""Questions on context (education, role, size of the firm): who took part, as counts that single nobody out.

These answers hardly change, so that two tables about nearly the same people give the difference away. So a question is
shown at a wave only if nobody, or at least the minimum cell, came, went or answered otherwise since any wave that is
shown, and the ledger guards earlier reports in the same way. They are never crossed with groups or scores.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from lcresearch.disclosure import Ledger, Policy, count_options, merge_categories, merge_unordered, protect
from lcresearch.instruments import Instrument
from lcresearch.instruments.model import Item
from lcresearch.reporting.content import ContextContent, ContextItem
from lcresearch.studies.coarsening import DETAILED

MOST_OPTIONS = 20
"""Questions with more answers to choose from are no way to sort people."""
SIMILAR = "similar"
"""Reason: too little difference from another wave."""
EARLIER = "earlier"
"""Reason: too little difference from an earlier report."""
_STATISTIC = "context "
_TO_FILL_IN = re.compile(r",? (namelijk|namely)$")
_COUNTS = ["item", "wave", "codes", "n", "n_answered", "share"]
_NUMBERS = ["item", "wave", "n", "mean", "median"]


@dataclass(frozen=True)
class ContextQuestion:
    """An item that is in no scale, and its columns in the answers: one, or one an option."""

    instrument: Instrument
    item: Item
    columns: tuple[str, ...]

    @property
    def codes(self) -> tuple[int, ...]:
        """Codes of its answers, those for missing answers left out."""
        scale = self.instrument.response_scale_of(self.item.id)
        return scale.codes if scale is not None else ()

    @property
    def ordered(self) -> bool:
        """Whether neighbouring answers may be put together."""
        scale = self.instrument.response_scale_of(self.item.id)
        return scale is not None and scale.ordered

    @property
    def options(self) -> dict[int, str]:
        """Of a question with several answers the column of each."""
        return {code: f"{self.item.id}_{code}" for code in self.codes}


def context_questions(instruments: Iterable[Instrument], columns: Iterable[str]) -> list[ContextQuestion]:
    """The questions to show, in the order of the instruments: in no scale, no open text, found in the answers."""
    known = set(columns)
    found = []
    for instrument in instruments:
        scored = {name for scale in instrument.scales.values() for name in scale.items}
        for item in instrument.items:
            question = ContextQuestion(instrument, item, instrument.columns_of(item.id))
            asked = item.type != "text" and item.id not in scored and len(question.codes) <= MOST_OPTIONS
            if asked and known.issuperset(question.columns):
                found.append(question)
    return found


def context(
    questions: Sequence[ContextQuestion],
    answers: pd.DataFrame,
    waves: Sequence[str],
    policy: Policy,
    ledger: Ledger | None = None,
) -> ContextContent:
    """What may be shown of these questions.

    Parameters
    ----------
    answers : DataFrame
        A row a respondent and wave: ``respondent, wave`` and the columns of the questions.
    waves : sequence of str
        In order.
    ledger : Ledger, optional
        What went out earlier; what goes out now is staged in it.
    """
    counts, numbers = [], []
    withheld: list[tuple[object, ...]] = []
    for question in questions:
        given = answers[["respondent", "wave", *question.columns]].drop_duplicates(["respondent", "wave"])
        frame = _answered(question, given[given["wave"].isin(waves)])
        reasons = _held_back(question.item.id, frame, waves, policy, ledger)
        if question.item.type == "number":
            reasons = dict.fromkeys(_nearly_alike(frame, policy), "alike") | reasons
        withheld += [(question.item.id, wave, (), reason) for wave, reason in reasons.items()]
        frame = frame[~frame["wave"].isin(list(reasons))]
        if question.item.type == "number":
            numbers.append(_numbers(question, frame, waves))
        else:
            shown, hidden = _counts(question, frame, policy)
            counts.append(shown)
            withheld += hidden
    return ContextContent(
        items=tuple(_item(question) for question in questions),
        counts=_stacked(counts, _COUNTS),
        numbers=_stacked(numbers, _NUMBERS),
        withheld=_neutral(pd.DataFrame(withheld, columns=["item", "wave", "codes", "reason"])),
    )


def _neutral(withheld: pd.DataFrame) -> pd.DataFrame:
    """Without saying that all answered alike, or whether few or nearly all chose an option."""
    of_option = withheld["codes"].map(len) > 0
    return withheld.assign(reason=withheld["reason"].mask(of_option | (withheld["reason"] == "alike"), "protected"))


def _stacked(parts: list[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    filled = [part for part in parts if len(part)]
    return pd.concat(filled, ignore_index=True)[columns] if filled else pd.DataFrame(columns=columns)


def _answered(question: ContextQuestion, given: pd.DataFrame) -> pd.DataFrame:
    """Rows with an answer, and in ``reply`` that answer as one number."""
    values = given[list(question.columns)]
    if question.item.type != "multiple":
        return given.assign(reply=pd.to_numeric(values.iloc[:, 0])).dropna(subset="reply")
    real = values[list(question.options.values())]
    refused = (values.drop(columns=real.columns) == 1).any(axis=1)
    kept = given[real.notna().any(axis=1) & ~refused]
    prints = pd.util.hash_pandas_object(real.loc[kept.index], index=False).to_numpy() >> np.uint64(12)
    return kept.assign(reply=prints.astype(float))


def _held_back(
    item: str, frame: pd.DataFrame, waves: Sequence[str], policy: Policy, ledger: Ledger | None
) -> dict[str, str]:
    """Waves of which nothing of this question may be shown, with the reason."""
    present = [wave for wave in waves if (frame["wave"] == wave).any()]
    reasons = dict.fromkeys(too_similar(frame, present, policy), SIMILAR)
    name = f"{_STATISTIC}{item}"
    rest = frame[~frame["wave"].isin(list(reasons))].rename(columns={"reply": name})
    if ledger is not None:
        for wave, persons in rest.groupby("wave")["respondent"]:
            differ = ledger.came_and_went(name, str(wave), persons.tolist())
            if any(0 < n < policy.minimum_cell for pair in differ for n in pair):
                reasons[str(wave)] = EARLIER
        rest = rest[~rest["wave"].isin(list(reasons))]
    if len(rest):
        cells = protect(rest, name, (), policy, ledger=ledger)
        hidden = cells[~cells["released"]]
        reasons |= dict(zip(hidden["wave"].astype(str), hidden["reason"].astype(str), strict=True))
    return reasons


def _nearly_alike(frame: pd.DataFrame, policy: Policy) -> list[str]:
    """Waves at which all but one or two gave the same number: the mean would say what these filled in."""
    persons = frame.groupby(["wave", "reply"]).size().groupby("wave")
    others = persons.sum() - persons.max()
    return others[others < policy.minimum_category].index.astype(str).tolist()


def too_similar(frame: pd.DataFrame, waves: Sequence[str], policy: Policy) -> list[str]:
    """Waves whose answers differ in too few persons from those of an earlier wave that is shown.

    Those who came, those who went and those who answered otherwise are counted apart: where one came and four went and
    nobody answered otherwise, a category with one answer more is that of the newcomer. If only people came, or only
    went, they must not all have answered alike.

    Parameters
    ----------
    frame : DataFrame
        ``respondent, wave, reply``: a row an answer.
    waves : sequence of str
        In order.

    Examples
    --------
    >>> frame = pd.DataFrame({"respondent": range(9), "wave": "t0", "reply": [1.0, 2.0, 2.0] * 3})
    >>> later = pd.concat([frame, pd.DataFrame({"respondent": [9], "wave": "t0", "reply": [2.0]})]).assign(wave="t1")
    >>> too_similar(pd.concat([frame, later]), ["t0", "t1"], Policy())
    ['t1']
    """
    replies = frame.pivot(index="respondent", columns="wave", values="reply")
    shown: list[str] = []
    for wave in waves:
        if all(_apart(replies[earlier], replies[wave], policy.minimum_cell) for earlier in shown):
            shown.append(wave)
    return [wave for wave in waves if wave not in shown]


def _apart(then: pd.Series[float], now: pd.Series[float], minimum: int) -> bool:
    """Whether nobody or enough persons differ between two waves."""
    came, went = now.notna() & then.isna(), then.notna() & now.isna()
    changed = now.notna() & then.notna() & (now != then)
    enough = all(n == 0 or n >= minimum for n in (int(came.sum()), int(went.sum()), int(changed.sum())))
    one_way = [(now[came], went), (then[went], came)]
    alike = any(len(moved) and not other.any() and moved.nunique() == 1 for moved, other in one_way)
    return enough and not alike


def _counts(
    question: ContextQuestion, frame: pd.DataFrame, policy: Policy
) -> tuple[pd.DataFrame, list[tuple[object, ...]]]:
    """Persons by answer a wave, and what is withheld of it."""
    item, codes = question.item.id, question.codes
    if question.item.type == "multiple":
        several = count_options(frame, {item: question.options}, policy)
        return several.shown, _rows(several.withheld)
    if question.ordered:
        merged = merge_categories(frame, {item: codes}, policy)
        shown, hidden = _with_codes(merged.shown, codes), merged.withheld
        hidden = hidden.assign(codes=_objects([()] * len(hidden)))
    else:
        apart = merge_unordered(frame, {item: codes}, policy)
        shown, hidden = apart.shown, apart.withheld
    shown, alike = _same_categories(shown)
    return shown, [*_rows(hidden), *((item, wave, (), "alike") for wave in alike)]


def _with_codes(shown: pd.DataFrame, codes: Sequence[int]) -> pd.DataFrame:
    """Categories named by all their codes instead of the first and last one."""
    ends = zip(shown["low"], shown["high"], strict=True)
    members = [tuple(code for code in codes if low <= code <= high) for low, high in ends]
    n_answered = shown.groupby("wave")["n"].transform("sum")
    return shown.assign(codes=_objects(members, shown.index), n_answered=n_answered)[_COUNTS]


def _objects(values: Sequence[tuple[int, ...]], index: pd.Index | None = None) -> pd.Series[Any]:
    """A column of tuples."""
    column = pd.Series(index=pd.RangeIndex(len(values)) if index is None else index, dtype=object)
    column[:] = list(values)
    return column


def _same_categories(shown: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """The same categories at every wave, those put together at one wave together at all; waves left with one filled."""
    groups: list[set[int]] = []
    for codes in shown["codes"].unique():
        touching = [group for group in groups if group & set(codes)]
        groups = [group for group in groups if group not in touching] + [set(codes).union(*touching)]
    whole = {code: tuple(sorted(group)) for group in groups for code in group}
    named = shown.assign(codes=_objects([whole[codes[0]] for codes in shown["codes"]], shown.index))
    keys = ["item", "wave", "codes", "n_answered"]
    table = named.groupby(keys, sort=False)[["n", "share"]].sum().reset_index()[_COUNTS]
    n_filled = (table["n"] > 0).groupby(table["wave"]).sum()
    alike = n_filled[n_filled < 2].index.astype(str).tolist()
    return table[~table["wave"].isin(alike)], alike


def _rows(withheld: pd.DataFrame) -> list[tuple[object, ...]]:
    return list(withheld[["item", "wave", "codes", "reason"]].itertuples(index=False, name=None))


def _numbers(question: ContextQuestion, frame: pd.DataFrame, waves: Sequence[str]) -> pd.DataFrame:
    """Mean and median a wave; of fewer than ten persons the mean alone, rounded, since the median is one answer."""
    values = frame.groupby("wave")["reply"].agg(["size", "mean", "median"]).reindex(list(waves)).dropna().reset_index()
    small = values["size"] < DETAILED
    return pd.DataFrame(
        {
            "item": question.item.id,
            "wave": values["wave"].astype(str),
            "n": values["size"].astype("int64"),
            "mean": values["mean"].round(1),
            "median": values["median"].where(~small),
        }
    )


def _item(question: ContextQuestion) -> ContextItem:
    item = question.item
    scale = question.instrument.response_scale_of(item.id)
    labels = {code: _as_answer(scale.labels.get(code, {})) for code in scale.codes} if scale is not None else {}
    return ContextItem(
        id=item.id,
        text=question.instrument.shareable_text(item.id),
        instrument_title=question.instrument.title,
        kind=item.type,
        options=labels,
        unit=item.unit or {},
        ordered=question.ordered,
    )


def _as_answer(label: Mapping[str, str]) -> dict[str, str]:
    """An answer as a report names it: without the words that lead to a line to fill in."""
    return {language: _TO_FILL_IN.sub("", text) for language, text in label.items()}
