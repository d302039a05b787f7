"""Answers without an order that single nobody out: small categories put together, options shown from both sides."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import pandas as pd

from lcresearch.disclosure.policy import REPORT, Policy

Name = TypeVar("Name")


@dataclass(frozen=True)
class Shares:
    """What may be shown of the answers to questions without an order.

    Attributes
    ----------
    shown : DataFrame
        A row a shown category: ``item, wave, codes, n, n_answered, share``; ``codes`` is the tuple of codes in it, and
        ``share`` is of ``n_answered``, the persons who answered the question.
    withheld : DataFrame
        ``item, wave, reason`` (``few`` or ``alike``), with ``codes`` for an option of a question with several answers;
        ``codes`` is empty where the whole question is withheld.
    """

    shown: pd.DataFrame
    withheld: pd.DataFrame


def merge_small(counts: Sequence[int], minimum: int) -> list[tuple[int, ...]]:
    """Put the small categories together until every one has nobody or at least ``minimum`` persons.

    The small ones form one category, with those that nobody chose, so that it stays open which of them somebody chose.
    If it is still small, or one category only has persons (whose number would follow by subtraction), the next smallest
    joins it, and so on.

    Parameters
    ----------
    counts : sequence of int
        Persons in each category.
    minimum : int

    Returns
    -------
    list of tuple of int
        Positions of the categories in each shown one, in the order of the first; empty where nothing can be shown.

    Examples
    --------
    >>> merge_small([8, 1, 0, 5, 2], 3)
    [(0,), (1, 2, 4), (3,)]
    >>> merge_small([8, 2, 5], 3)
    [(0,), (1, 2)]
    >>> merge_small([8, 1], 3)
    [(0, 1)]
    """
    small = [place for place, n in enumerate(counts) if 0 < n < minimum]
    if not small:
        return [(place,) for place in range(len(counts))] if any(counts) else []
    small = joined_until_enough(dict(enumerate(counts)), small, minimum)
    if sum(counts[place] for place in small) < minimum:
        return []
    empty = [place for place, n in enumerate(counts) if not n]
    together = tuple(sorted([*small, *empty]))
    return sorted([together, *((place,) for place in range(len(counts)) if place not in together)])


def joined_until_enough(counts: Mapping[Name, int], small: Collection[Name], minimum: int) -> list[Name]:
    """Groups that are put together: the small ones, and the next smallest until they are two with enough persons.

    One alone would follow by subtraction, and so would the sum of a few.

    Parameters
    ----------
    counts : mapping of name to int
        Persons in each group.
    small : collection of name
        Those that may not stand alone.
    minimum : int
        Fewest persons that they may hold together.

    Examples
    --------
    >>> joined_until_enough({"firm": 120, "school": 4, "research": 30}, ["school"], 10)
    ['school', 'research']
    """
    found = list(small)
    others = sorted((name for name, n in counts.items() if n and name not in found), key=lambda name: counts[name])
    while others and (len(found) < 2 or sum(counts[name] for name in found) < minimum):
        found.append(others.pop(0))
    return found


def merge_unordered(
    frame: pd.DataFrame,
    items: Mapping[str, Sequence[int]],
    policy: Policy = REPORT,
    *,
    wave: str = "wave",
    person: str = "respondent",
) -> Shares:
    """Count the answers to questions whose options have no order, such as sectors or roles.

    A question is withheld at a wave where fewer than ``minimum_cell`` persons answered it, or where all answers end in
    one category.

    Parameters
    ----------
    frame : DataFrame
        A row a respondent and wave; answers as codes, missing ones NaN.
    items : mapping
        Codes of each question.
    policy : Policy
        The smallest numbers of persons.
    wave, person : str
        Columns with the wave and the respondent.

    Returns
    -------
    Shares

    Examples
    --------
    >>> people = pd.DataFrame({"respondent": range(9), "wave": "t0", "role": [1, 1, 1, 1, 2, 2, 2, 3, 4]})
    >>> merge_unordered(people, {"role": [1, 2, 3, 4]}).shown[["codes", "n"]].to_numpy().tolist()
    [[(1,), 4], [(2, 3, 4), 5]]
    """
    shown: list[tuple[object, ...]] = []
    withheld: list[tuple[object, ...]] = []
    waves = sorted(frame[wave].dropna().unique(), key=str)
    for item, codes in items.items():
        answered = frame[[wave, person, item]].dropna().drop_duplicates([wave, person])
        table = answered.groupby([wave, item]).size().unstack(fill_value=0)
        table = table.reindex(index=waves, columns=list(codes), fill_value=0)
        for when, row in zip(waves, table.to_numpy().tolist(), strict=True):
            merged = merge_small(row, policy.minimum_category)
            reason = _reason(row, merged, policy)
            if reason is not None:
                withheld.append((item, when, (), reason))
                continue
            for places in merged:
                n, total = sum(row[place] for place in places), sum(row)
                shown.append((item, when, tuple(codes[place] for place in places), n, total, n / total))
    return _shares(shown, withheld)


def _reason(counts: Sequence[int], merged: list[tuple[int, ...]], policy: Policy) -> str | None:
    if sum(counts) < policy.minimum_cell or not merged:
        return "few"
    n_filled = sum(any(counts[place] for place in places) for places in merged)
    return "alike" if n_filled < 2 else None


def count_options(
    frame: pd.DataFrame,
    items: Mapping[str, Mapping[int, str]],
    policy: Policy = REPORT,
    *,
    wave: str = "wave",
    person: str = "respondent",
) -> Shares:
    """Count who chose each option of questions with several answers; few choosers or few others hide an option.

    An option is shown when nobody or at least ``minimum_category`` persons chose it, and at least as many did not.
    Where one is hidden since few chose it, those that nobody chose are hidden too, so that it stays open which of them
    anybody chose.

    Parameters
    ----------
    frame : DataFrame
        A row a respondent and wave; a column an option with 1 (chosen), 0 (not chosen) or NaN (nothing answered).
    items : mapping
        Of each question the code of an option and its column.
    policy : Policy
        The smallest numbers of persons.
    wave, person : str
        Columns with the wave and the respondent.

    Returns
    -------
    Shares

    Examples
    --------
    >>> people = pd.DataFrame({"respondent": range(9), "wave": "t0"}).assign(a=[1] * 4 + [0] * 5, b=[1] + [0] * 8)
    >>> found = count_options(people, {"who": {1: "a", 2: "b"}})
    >>> found.shown[["codes", "n", "n_answered"]].to_numpy().tolist(), found.withheld["codes"].tolist()
    ([[(1,), 4, 9]], [(2,)])
    """
    shown: list[tuple[object, ...]] = []
    withheld: list[tuple[object, ...]] = []
    once = frame.drop_duplicates([wave, person])
    waves = sorted(frame[wave].dropna().unique(), key=str)
    for item, options in items.items():
        answers = once[list(options.values())]
        answers = answers[answers.notna().any(axis=1)]
        when = once.loc[answers.index, wave]
        chosen = (answers == 1).groupby(when).sum().reindex(waves, fill_value=0)
        totals = when.value_counts().reindex(waves, fill_value=0)
        for at in waves:
            total = int(totals[at])
            if total < policy.minimum_cell:
                withheld.append((item, at, (), "few"))
                continue
            numbers = {code: int(chosen.loc[at, column]) for code, column in options.items()}
            some_few = any(0 < n < policy.minimum_category for n in numbers.values())
            for code, n in numbers.items():
                few = n < policy.minimum_category and (n > 0 or some_few)
                if few or total - n < policy.minimum_category:
                    withheld.append((item, at, (code,), "few" if n < total else "alike"))
                else:
                    shown.append((item, at, (code,), n, total, n / total))
    return _shares(shown, withheld)


def _shares(shown: list[tuple[object, ...]], withheld: list[tuple[object, ...]]) -> Shares:
    return Shares(
        pd.DataFrame(shown, columns=["item", "wave", "codes", "n", "n_answered", "share"]),
        pd.DataFrame(withheld, columns=["item", "wave", "codes", "reason"]),
    )
