"""In how many persons' interviews a code stands, and which of these counts single nobody out.

A code is to an interview what an option is to a question with several answers, so the same rules hold: a count is shown
when nobody or at least three persons have it, and at least three have not. Beside the count of everybody, what is
hidden of some groups must not follow by subtraction: these groups together must be a count that could be shown too.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lcresearch.disclosure import EVERYBODY, Ledger, Policy, count_options, protect
from lcresearch.interviews.code_tables.comparison import wilson
from lcresearch.interviews.code_tables.passages import passages
from lcresearch.interviews.project import Project

_STATISTIC = "interviews"
"""The same by whatever attribute, so that an earlier report by another one is compared with."""
_NUMBERS = ["n_with", "n_persons", "share", "conf_low", "conf_high"]


@dataclass(frozen=True)
class CodeCounts:
    """Counts of persons by code.

    Attributes
    ----------
    totals : DataFrame
        ``code, n_with, n_persons, share, conf_low, conf_high``.
    shares : DataFrame
        ``code, group`` and the same.
    groups : DataFrame
        ``group, n_persons``.
    whole : tuple of str
        Codes that are shown for every group there is.
    n_hidden_groups, n_hidden_codes, n_hidden_cells : int
    reason : str
        Why nothing is shown, or empty.
    """

    totals: pd.DataFrame
    shares: pd.DataFrame
    groups: pd.DataFrame
    whole: tuple[str, ...] = ()
    n_hidden_groups: int = 0
    n_hidden_codes: int = 0
    n_hidden_cells: int = 0
    reason: str = ""


def presence_of(project: Project, persons: pd.Series[str], groups: pd.Series[str] | None) -> pd.DataFrame:
    """A row a person: ``respondent, group`` (that of the first interview), and 0 or 1 for each code by its id."""
    used = [code.id for code in project.codebook if code.codable]
    found = passages(project)[["document", "code"]].drop_duplicates()
    wide = pd.crosstab(found["document"], found["code"]).reindex(index=persons.index, columns=used, fill_value=0)
    table = (wide > 0).astype(int).groupby(persons.to_numpy(), sort=False).max()
    first = persons[~persons.duplicated()]
    of_person = pd.Series(None, index=first.to_numpy(), dtype=object)
    if groups is not None:
        of_person = pd.Series(groups.reindex(first.index).to_numpy(), index=first.to_numpy(), dtype=object)
    table.insert(0, "group", of_person.reindex(table.index))
    return table.rename_axis("respondent").reset_index()


def count_all(presence: pd.DataFrame) -> CodeCounts:
    """Every count, for the researcher's own folder."""
    codes = [name for name in presence.columns if name not in ("respondent", "group")]
    by_group = presence.dropna(subset="group").groupby("group")[codes].sum()
    sizes = {str(group): int(n) for group, n in presence["group"].value_counts(sort=False).items()}
    cells = [
        (code, group, int(by_group.loc[group, code]), sizes[str(group)]) for code in codes for group in by_group.index
    ]
    totals = [(code, int(presence[code].sum()), len(presence)) for code in codes]
    return CodeCounts(_totals(totals), _cells(cells), _groups(sizes), tuple(codes))


def count_shown(presence: pd.DataFrame, by: str, policy: Policy, ledger: Ledger | None) -> CodeCounts:
    """The counts that may be shown.

    Parameters
    ----------
    presence : DataFrame
        As :func:`presence_of` makes it.
    by : str
        Attribute of the groups; empty when there are none.
    policy : Policy
    ledger : Ledger, optional
        What went out earlier. It compares who is in a group, not how their interviews were coded.
    """
    codes = [name for name in presence.columns if name not in ("respondent", "group")]
    prints = [float(zlib.crc32(str(one).encode())) for one in presence["respondent"]]
    level = f"by {by}"
    who = presence[["respondent", "group"]].rename(columns={"group": level}).assign(**{_STATISTIC: prints})
    cells = protect(who, _STATISTIC, [level] if by else [], policy, wave=None, ledger=ledger)
    everybody = cells[cells["level"] == EVERYBODY]
    if len(everybody) and not everybody["released"].all():
        return CodeCounts(_totals([]), _cells([]), _groups({}), reason=str(everybody["reason"].iloc[0]))
    options = {"codes": dict(enumerate(codes))}
    data = presence.assign(wave="all")
    total = count_options(data, options, policy).shown
    numbers = zip(total["codes"], total["n"].tolist(), total["n_answered"].tolist(), strict=True)
    totals = {codes[place[0]]: (n, n_answered) for place, n, n_answered in numbers}
    sizes = {str(group): int(n) for group, n in presence["group"].value_counts(sort=False).items()}
    open_groups = [str(group) for group in cells.loc[cells["released"] & (cells["level"] == level), "group"]]
    here = data[data["group"].isin(open_groups)].assign(wave=data["group"])
    shown = count_options(here, options, policy).shown if len(here) else total.iloc[:0]
    places = zip(shown["codes"], shown["wave"], shown["n"].tolist(), strict=True)
    counts = {(codes[place[0]], str(group)): n for place, group, n in places}
    n_before = len(codes) * len(open_groups)
    for code in codes:
        _settle(code, counts, totals, sizes, len(presence), policy)
    rows = [
        (code, group, counts[code, group], sizes[group]) for code in codes for group in sizes if (code, group) in counts
    ]
    whole = tuple(code for code in codes if sizes and all((code, group) in counts for group in sizes))
    return CodeCounts(
        totals=_totals([(code, *totals[code]) for code in codes if code in totals]),
        shares=_cells(rows),
        groups=_groups({group: n for group, n in sizes.items() if group in open_groups}),
        whole=whole,
        n_hidden_groups=len(sizes) - len(open_groups) if by else 0,
        n_hidden_codes=len(codes) - len(totals),
        n_hidden_cells=n_before - len(rows),
    )


def pairs_shown(pairs: pd.DataFrame, counts: CodeCounts, n_persons: int, policy: Policy) -> pd.DataFrame:
    """Pairs of codes of which the number of persons may stand beside the counts of the codes themselves.

    Who has both in one part of a text has each of them: the pair is left out when one or two persons have a code and
    not the pair, as when one or two persons have the pair, or all but one or two.

    Parameters
    ----------
    pairs : DataFrame
        ``code_1, code_2`` by their ids, and ``n_cases``: persons with both in one part.
    counts : CodeCounts
        As :func:`count_shown` gives it.
    n_persons : int
        Interviewed.
    policy : Policy

    Examples
    --------
    >>> totals = pd.DataFrame({"code": ["a", "b", "c"], "n_with": [6, 9, 7]})
    >>> counts = CodeCounts(totals, totals, totals)
    >>> pairs = pd.DataFrame({"code_1": ["a", "a"], "code_2": ["b", "c"], "n_cases": [6, 4]})
    >>> pairs_shown(pairs, counts, 20, Policy())["code_2"].tolist()
    ['b']
    """
    totals, least = counts.totals.set_index("code")["n_with"], policy.minimum_category
    n = pairs["n_cases"].astype("int64")
    fits = (n >= least) & (n_persons - n >= least)
    for name in ("code_1", "code_2"):
        without = pairs[name].map(totals).astype(float) - n
        fits &= without.notna() & ~without.between(1, least - 1)
    return pairs[fits]


def _settle(
    code: str,
    counts: dict[tuple[str, str], int],
    totals: dict[str, tuple[int, int]],
    sizes: dict[str, int],
    n_persons: int,
    policy: Policy,
) -> None:
    """Hide more groups of a code until those hidden together are a count that may be shown.

    Persons without a group count as one hidden group.
    """
    if code not in totals:
        return
    shown = [group for group in sizes if (code, group) in counts]
    while shown:
        n = n_persons - sum(sizes[group] for group in shown)
        n_with = totals[code][0] - sum(counts[code, group] for group in shown)
        few = 0 < n_with < policy.minimum_category or n - n_with < policy.minimum_category
        if n == 0 or (n >= policy.minimum_cell and not few):
            return
        smallest = min(shown, key=lambda group: (sizes[group], group))
        del counts[code, smallest]
        shown.remove(smallest)


def _totals(rows: list[tuple[str, int, int]]) -> pd.DataFrame:
    return _with_intervals(pd.DataFrame(rows, columns=["code", "n_with", "n_persons"]), ["code"])


def _cells(rows: list[tuple[str, str, int, int]]) -> pd.DataFrame:
    return _with_intervals(pd.DataFrame(rows, columns=["code", "group", "n_with", "n_persons"]), ["code", "group"])


def _with_intervals(frame: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    if not len(frame):
        return pd.DataFrame(columns=[*keys, *_NUMBERS])
    n_with, n = frame["n_with"].to_numpy(dtype=float), frame["n_persons"].to_numpy(dtype=float)
    low, high = wilson(n_with, n)
    return frame.assign(share=n_with / n, conf_low=np.clip(low, 0, 1), conf_high=np.clip(high, 0, 1))


def _groups(sizes: dict[str, int]) -> pd.DataFrame:
    return pd.DataFrame({"group": list(sizes), "n_persons": list(sizes.values())}).sort_values(
        "group", ignore_index=True
    )
