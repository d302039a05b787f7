"""Wide tables, a row a person with a column for each item and wave: recognised, taken apart, and made."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from lcresearch.errors import Problem, ResponsesError
from lcresearch.responses.result import IDENTITY, Responses
from lcresearch.responses.tables import Column, shown
from lcresearch.responses.waves.columns import as_text, missing_columns, refuse_twice
from lcresearch.responses.waves.order import RANK, wave_order
from lcresearch.responses.wording import name_key
from lcresearch.validation import did_you_mean

SEPARATORS = " _.:/-"
_NUMBERED = r"(?:t|w|m|mm|wave|time|meting|meetmoment|moment|ronde|round|tijdstip)[ _]?\d{1,3}|(?:19|20)\d\d"
_LABEL = re.compile("|".join([_NUMBERED, *map(re.escape, RANK)]))
_BARE_NUMBER = re.compile(r"\d{1,2}")
_LONGEST = 120
_NAMED = 10


@dataclass(frozen=True)
class Wide:
    """How the columns of a wide table go over the waves.

    Attributes
    ----------
    waves : tuple of str
        In order of time.
    columns : mapping of str to mapping of int to str
        Wave -> place of a column in the header (from 0) -> the item or level that it holds.
    once : mapping of int to str
        Place -> item or level of columns without a wave: one value for all waves.
    levels : tuple of str
        Which of the names are levels.
    """

    waves: tuple[str, ...]
    columns: Mapping[str, Mapping[int, str]]
    once: Mapping[int, str]
    levels: tuple[str, ...]

    def items_of(self, wave: str) -> tuple[str, ...]:
        """The items that were asked in a wave, by columns of that wave."""
        return tuple(name for name in self.columns[wave].values() if name not in self.levels)

    @property
    def absent(self) -> dict[str, tuple[str, ...]]:
        """Wave -> items and levels that have a column in other waves and none in this one."""
        every = dict.fromkeys(name for found in self.columns.values() for name in found.values())
        lacking = {wave: tuple(n for n in every if n not in self.columns[wave].values()) for wave in self.waves}
        return {wave: names for wave, names in lacking.items() if names}

    def of_wave(self, wave: str, columns: Sequence[Column]) -> list[Column]:
        """The columns of a file as if it held this wave only, to be matched like any file.

        Columns of the wave get the name of their item or level; columns of other waves are left out; all others, such
        as the respondent, stay as they are. Numbers of columns do not change.

        Parameters
        ----------
        wave : str
        columns : list of Column
            Those of which the headers were given to :func:`detect_wide`, in the same order.
        """
        mine = self.columns[wave]
        other = {place for found in self.columns.values() for place in found} - set(mine)
        kept = [(place, column) for place, column in enumerate(columns) if place not in other]
        return [replace(column, header=mine[n], names=()) if n in mine else column for n, column in kept]


@dataclass(frozen=True)
class _Hit:
    place: int
    name: str
    label: str


def detect_wide(
    headers: Sequence[str],
    item_ids: Iterable[str],
    waves: Sequence[str] | Mapping[str, str] | None = None,
    *,
    levels: Iterable[str] = (),
) -> Wide | None:
    """Find out whether a table has a column for each item and wave, such as ``li_01_t0, li_01_t1``.

    The wave stands behind or before the id of the item (or name of a level), with ``_ . - : /`` or a blank between
    them. Case does not matter. Without ``waves`` these labels count: a letter or word and a number (``t0``, ``w1``,
    ``wave_2``, ``meting 1``), a year, words such as ``pre``, ``post``, ``voormeting`` and ``nameting``, and numbers
    alone (``li_01.1``) if at least half of the items have each of them.

    Parameters
    ----------
    headers : list of str
    item_ids : iterable of str
        Ids of all items, also of single answers to a question with several.
    waves : list of str or dict, optional
        The labels as they stand in the headers, in order of time; or label -> wave, in which ``""`` stands for columns
        that have no label.
    levels : iterable of str
        Names of level columns, without a wave: what stands above the column, whatever the level is called.

    Returns
    -------
    Wide or None
        None if the table is not wide.

    Raises
    ------
    ResponsesError
        With every problem found: R153 a column that can be read in two ways, R154 items with and without a wave, R155
        two columns for one item and wave, R156 labels that could be waves but are not known to be, R161 a given wave
        that no column has.

    Examples
    --------
    >>> found = detect_wide(["respondent", "li_01_t0", "li_01_t1", "sector"], ["li_01"], levels=["sector"])
    >>> found.waves, dict(found.columns["t1"]), dict(found.once)
    (('t0', 't1'), {2: 'li_01'}, {3: 'sector'})
    >>> detect_wide(["respondent", "li_01", "li_02"], ["li_01", "li_02"]) is None
    True
    """
    level_names = tuple(levels)
    names = {name_key(name): name for name in (*item_ids, *level_names)}
    keys = [name_key(header) for header in headers]
    given = _given(waves)
    bare = {place: names[key] for place, key in enumerate(keys) if key in names}
    every = [hit for place, key in enumerate(keys) if place not in bare for hit in _hits(place, key, names)]
    hits = _of_waves(every, bare, given)
    if not hits and given is None:
        _refuse_unknown(every, [name for name in bare.values() if name not in level_names])
        return None
    problems = _twofold(hits, headers)
    if given is not None and "" in given:
        waved = {hit.name for hit in hits}
        hits = [*hits, *(_Hit(place, name, "") for place, name in bare.items() if name in waved)]
        bare = {place: name for place, name in bare.items() if name not in waved}
    problems += _half(hits, bare) + _twice(hits, headers) + _not_found(hits, given, every)
    if problems:
        raise ResponsesError(problems)
    called = given or _as_written(hits, headers)
    order = tuple(dict.fromkeys(given.values())) if given is not None else wave_order(called.values())
    columns = {wave: {hit.place: hit.name for hit in hits if called[hit.label] == wave} for wave in order}
    return Wide(order, columns, bare, level_names)


def _given(waves: Sequence[str] | Mapping[str, str] | None) -> dict[str, str] | None:
    if waves is None:
        return None
    pairs = waves.items() if isinstance(waves, Mapping) else ((wave, wave) for wave in waves)
    return {name_key(str(label)): str(wave) for label, wave in pairs}


def _hits(place: int, key: str, names: Mapping[str, str]) -> list[_Hit]:
    """Every way in which a header is a name and something behind or before it."""
    found = []
    for cut in range(1, len(key)) if len(key) <= _LONGEST else ():
        behind, before = key[cut:], key[:cut]
        for name, rest, label in (
            (before, behind, behind.lstrip(SEPARATORS)),
            (behind, before, before.rstrip(SEPARATORS)),
        ):
            if name in names and label and (len(label) < len(rest) or not _BARE_NUMBER.fullmatch(label)):
                found.append(_Hit(place, names[name], label))
    return found


def _of_waves(every: list[_Hit], bare: Mapping[int, str], given: Mapping[str, str] | None) -> list[_Hit]:
    """The hits of which the label is a wave.

    Where names stand without a label too, a label that few of them have is something else, such as a time or a remark.
    """
    if given is not None:
        return [hit for hit in every if hit.label in given]
    fewest = len({hit.name for hit in every} | set(bare.values())) / 2
    named = [hit for hit in every if _LABEL.fullmatch(hit.label)]
    if named and (_common(named, fewest) or not _also_bare(named, bare)):
        return named
    numbers = [hit for hit in every if _BARE_NUMBER.fullmatch(hit.label)]
    common = _common(numbers, max(fewest, 2))
    if len(common) > 1 or (common and _also_bare(numbers, bare)):
        return [hit for hit in numbers if hit.label in common]
    return []


def _common(hits: list[_Hit], fewest: float) -> list[str]:
    """Labels that so many names have."""
    labels: dict[str, set[str]] = {}
    for hit in hits:
        labels.setdefault(hit.label, set()).add(hit.name)
    return [label for label, names in labels.items() if len(names) >= fewest]


def _also_bare(hits: list[_Hit], bare: Mapping[int, str]) -> set[str]:
    return {hit.name for hit in hits} & set(bare.values())


def _refuse_unknown(every: list[_Hit], bare: Sequence[str]) -> None:
    """Refuse a table of which no item is found as it is, while most have the same few words before or behind them."""
    if bare:
        return
    common = _common(every, max(2, len({hit.name for hit in every}) / 2))
    if len(common) > 1:
        raise ResponsesError("R156", labels=[shown(label, 40) for label in common[:_NAMED]])


def _twofold(hits: list[_Hit], headers: Sequence[str]) -> list[Problem]:
    by_place: dict[int, list[_Hit]] = {}
    for hit in hits:
        by_place.setdefault(hit.place, []).append(hit)
    return [
        Problem("R153", values={"column": shown(headers[place]), "ways": [f"{h.name} ({h.label})" for h in found]})
        for place, found in by_place.items()
        if len({(hit.name, hit.label) for hit in found}) > 1
    ]


def _half(hits: list[_Hit], bare: Mapping[int, str]) -> list[Problem]:
    waved = {hit.name for hit in hits}
    both = [name for name in dict.fromkeys(bare.values()) if name in waved]
    labels = sorted({hit.label for hit in hits})
    if not both:
        return []
    names = [*both[:_NAMED], *(["…"] if len(both) > _NAMED else [])]
    return [Problem("R154", values={"n": len(both), "names": names, "labels": labels, "example": labels[0]})]


def _twice(hits: list[_Hit], headers: Sequence[str]) -> list[Problem]:
    by_cell: dict[tuple[str, str], set[int]] = {}
    for hit in hits:
        by_cell.setdefault((hit.name, hit.label), set()).add(hit.place)
    return [
        Problem("R155", values={"item": name, "wave": label, "columns": [shown(headers[n]) for n in sorted(places)]})
        for (name, label), places in by_cell.items()
        if len(places) > 1
    ]


def _not_found(hits: list[_Hit], given: Mapping[str, str] | None, every: list[_Hit]) -> list[Problem]:
    found, known = {hit.label for hit in hits}, sorted({hit.label for hit in every})
    missing = [label for label in given or () if label not in found]
    return [
        Problem("R161", values={"wave": label, "known": known[:_NAMED], "did_you_mean": did_you_mean(label, known)})
        for label in missing
    ]


def _as_written(hits: list[_Hit], headers: Sequence[str]) -> dict[str, str]:
    """Label -> the wave, written as in the first header that has it."""
    called: dict[str, str] = {}
    for hit in hits:
        at = name_key(headers[hit.place]).find(hit.label)
        written = headers[hit.place].strip()[at : at + len(hit.label)]
        called.setdefault(hit.label, written if name_key(written) == hit.label else hit.label)
    return called


def to_long(
    frame: pd.DataFrame, layout: Wide, *, respondent: str = "respondent"
) -> tuple[pd.DataFrame, dict[str, int]]:
    """A wide table as a row a respondent x wave.

    Parameters
    ----------
    frame : DataFrame
        The columns in the order in which their headers were given to :func:`detect_wide`.
    layout : Wide
    respondent : str
        Column with the id of the person.

    Returns
    -------
    frame : DataFrame
        ``respondent, wave``, the levels and the items. What stands once is repeated in each wave. Rows of a person
        without any answer to the items of that wave are left out.
    left_out : dict of str to int
        Wave -> rows left out.

    Raises
    ------
    ResponsesError
        R140 if there is no column with the id.

    Examples
    --------
    >>> table = pd.DataFrame({"respondent": ["an", "bo"], "li_01_t0": [4.0, 2.0], "li_01_t1": [5.0, None]})
    >>> long, left_out = to_long(table, detect_wide(list(table.columns), ["li_01"]))
    >>> long.to_numpy().tolist(), left_out
    ([['an', 't0', 4.0], ['bo', 't0', 2.0], ['an', 't1', 5.0]], {'t0': 0, 't1': 1})
    """
    problems = missing_columns(frame, [respondent])
    if problems:
        raise ResponsesError(problems)
    names = dict.fromkeys([*layout.once.values(), *(n for found in layout.columns.values() for n in found.values())])
    parts, left_out = [], {}
    for wave in layout.waves:
        places = {**layout.once, **layout.columns[wave]}
        part = frame.iloc[:, list(places)].set_axis(list(places.values()), axis=1)
        answered = part[list(layout.items_of(wave))].notna().any(axis=1)
        left_out[wave] = int((~answered).sum())
        part = part.reindex(columns=list(names)).assign(respondent=as_text(frame[respondent]).to_numpy(), wave=wave)
        parts.append(part[answered])
    ordered = [*IDENTITY, *(n for n in names if n in layout.levels), *(n for n in names if n not in layout.levels)]
    return pd.concat(parts, ignore_index=True)[ordered], left_out


def wide(
    data: Responses | pd.DataFrame, *, levels: Sequence[str] | None = None, waves: Sequence[str] | None = None
) -> pd.DataFrame:
    """A row a person, with a column for each item and wave: for programs that want waves beside each other.

    Parameters
    ----------
    data : Responses or DataFrame
        A row a respondent x wave. Rows without a wave are left out.
    levels : list of str, optional
        The columns that are levels: those of Responses; by default none in a DataFrame.
    waves : list of str, optional
        The order of the waves; see :func:`lcresearch.responses.waves.order.wave_order`.

    Returns
    -------
    DataFrame
        ``respondent``; a column a level if no person has two values of it, else one a level and wave; then for each
        wave its items, named ``item_wave``. Characters of a wave that cannot stand in a name become ``_``.

    Raises
    ------
    ResponsesError
        R140 a column that does not exist, R145 a person who stands in one wave twice, R160 two columns that would get
        one name.

    Examples
    --------
    >>> frame = pd.DataFrame({
    ...     "respondent": ["an", "bo", "an"],
    ...     "wave": ["t0", "t0", "t1"],
    ...     "team": ["A", "A", "A"],
    ...     "li_01": [4.0, 2.0, 5.0],
    ... })
    >>> wide(frame, levels=["team"])
      respondent team  li_01_t0  li_01_t1
    0         an    A       4.0       5.0
    1         bo    A       2.0       NaN
    """
    frame = data.frame if isinstance(data, Responses) else data
    level_names = list(data.levels if isinstance(data, Responses) and levels is None else levels or ())
    problems = missing_columns(frame, [*IDENTITY, *level_names])
    if problems:
        raise ResponsesError(problems)
    table = frame.reset_index(drop=True).assign(**frame[list(IDENTITY)].apply(as_text).reset_index(drop=True))
    table = table.dropna(subset=list(IDENTITY))
    refuse_twice(table[list(IDENTITY)])
    order = wave_order(table["wave"], waves)
    per_person = table.groupby("respondent", sort=False)
    fixed = [name for name in level_names if (per_person[name].nunique() <= 1).all()]
    varying = [name for name in level_names if name not in fixed]
    items = [name for name in frame.columns if name not in (*IDENTITY, *level_names)]
    labels = {wave: re.sub(r"\W+", "_", wave) for wave in order}
    parts = [per_person[fixed].first()] if fixed else [pd.DataFrame(index=pd.Index(table["respondent"].unique()))]
    by_wave = {wave: part.set_index("respondent") for wave, part in table.groupby("wave")}
    for names in (varying, items):
        for wave in (wave for wave in order if wave in by_wave):
            parts.append(by_wave[wave][names].add_suffix(f"_{labels[wave]}").reindex(parts[0].index))
    _refuse_same_names([str(name) for part in parts for name in part.columns])
    return pd.concat(parts, axis=1).rename_axis("respondent").reset_index()


def _refuse_same_names(names: list[str]) -> None:
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if twice:
        raise ResponsesError("R160", names=twice[:_NAMED])
