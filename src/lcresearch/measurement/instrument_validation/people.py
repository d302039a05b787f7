"""Whose answers are looked at: from a file, responses or a table to one row a person, with an account of the rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from lcresearch.errors import MeasurementError
from lcresearch.measurement.columns import missing_column

if TYPE_CHECKING:
    from lcresearch.instruments import Instrument
    from lcresearch.responses import Responses

PERSON, WAVE, LANGUAGE = "respondent", "wave", "language"
_LANGUAGE_NAMES = frozenset({LANGUAGE, "taal", "langue", "startlanguage", "start language", "begintaal", "starttaal"})
_ONLY_WAVE = "t0"
_FEW = 3
_LEFT_OUT = {
    "R193": "header",
    "R192": "test",
    "R048": "too_long",
    "R127": "no_consent",
    "R128": "withdrew",
    "R204": "twice",
    "R206": "twice",
}
_EMPTY, _REST = "R062", "R070"


@dataclass(frozen=True)
class People:
    """Answers, a row a person and wave, and how they came to be.

    Attributes
    ----------
    frame : DataFrame
        ``respondent, wave``, the columns of groups, ``language`` where it is known, and the items of the instrument as
        they were answered.
    groups : tuple of str
        Columns that name groups.
    waves : tuple of str
    wave : str
        The wave that is looked at; others serve to compare waves.
    account : DataFrame
        ``reason, n``: rows read, reasons why rows were left out, rows used.
    sources : dict of str to str
        File name -> SHA-256.
    """

    frame: pd.DataFrame
    groups: tuple[str, ...]
    waves: tuple[str, ...]
    wave: str
    account: pd.DataFrame
    sources: dict[str, str] = field(default_factory=dict)

    @property
    def now(self) -> pd.DataFrame:
        """The rows of the wave that is looked at."""
        return self.frame[self.frame[WAVE] == self.wave].reset_index(drop=True)

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages of the forms that were filled in."""
        return tuple(sorted(self.frame[LANGUAGE].dropna().unique())) if LANGUAGE in self.frame else ()


def gather(
    instrument: Instrument,
    data: pd.DataFrame | Responses | str | Path,
    groups: Sequence[str],
    wave: str | None,
    platform: str | None = None,
) -> People:
    """One row a person and wave, from whatever holds the answers.

    Raises
    ------
    MeasurementError
        M001: a group column is missing; M381: no item of the instrument is there; M382: no such wave; M383: a person
        twice in a wave.
    ResponsesError
        The file cannot be read.
    """
    from lcresearch import responses

    if isinstance(data, str | Path):
        spoken_in = _language_column(data, instrument, groups, platform)
        keep = {spoken_in: "the language of the form, to compare languages"} if spoken_in else None
        data = responses.read(data, instrument, levels=list(groups) or None, platform=platform, keep=keep)
    if isinstance(data, pd.DataFrame):
        frame, log, sources = data.reset_index(drop=True), None, {}
    else:
        frame, log = data.frame.reset_index(drop=True), data.log
        sources = {one.file: one.sha256 for one in data.sources}
        spoken = _spoken(data)
        frame = frame if LANGUAGE in frame or not spoken.notna().any() else frame.assign(**{LANGUAGE: spoken})
    items = [column for item in instrument.items for column in instrument.columns_of(item.id)]
    frame = _with_identity(frame)
    _check(frame, instrument, items, groups)
    waves = tuple(str(one) for one in pd.unique(frame[WAVE].dropna()))
    if wave is not None and wave not in waves:
        raise MeasurementError("M382", found=wave, known=list(waves))
    chosen = wave if wave is not None else min(waves, default=_ONLY_WAVE)
    kept = list(dict.fromkeys([PERSON, WAVE, *groups, *([LANGUAGE] if LANGUAGE in frame else [])]))
    asked = [name for name in items if name in frame]
    answered = frame[asked].notna().any(axis=1)
    here = frame[WAVE] == chosen
    used = frame.loc[answered, [*kept, *asked]].reset_index(drop=True).reindex(columns=[*kept, *items])
    unfinished = {"no_answers": int((here & ~answered).sum()), "other_wave": int((~here).sum())}
    account = account_of(log, len(frame), unfinished)
    return People(used, tuple(groups), tuple(sorted(waves)), chosen, account, sources)


def _language_column(
    path: str | Path, instrument: Instrument, groups: Sequence[str], platform: str | None
) -> str | None:
    """The column of a plain table with the language of the form; platforms have their own, which is read anyhow."""
    from lcresearch.responses.platforms.recognition import open_export

    columns = open_export(path, platform).columns
    if any(column.role == LANGUAGE for column in columns):
        return None
    taken = {*groups, *(item.id for item in instrument.items)}
    named = [one.header for one in columns if one.header.strip().casefold() in _LANGUAGE_NAMES]
    free = [name for name in named if name not in taken and name.strip() not in taken]
    return free[0] if len(free) == 1 else None


def _spoken(data: Responses) -> pd.Series:
    """Language of each row: as the platform recorded it, else from a column of that name that was kept."""
    recorded = data.paradata[LANGUAGE].reset_index(drop=True)
    kept = [name for name in data.kept if str(name).strip().casefold() in _LANGUAGE_NAMES]
    if recorded.notna().any() or not kept:
        return recorded
    written = data.kept[kept[0]].reset_index(drop=True).astype("str").str.strip()
    return written.where(written.ne("") & data.kept[kept[0]].reset_index(drop=True).notna())


def _with_identity(frame: pd.DataFrame) -> pd.DataFrame:
    """With a person and a wave in each row, as text."""
    frame = frame.assign(**{WAVE: frame[WAVE].astype("str") if WAVE in frame else _ONLY_WAVE})
    if PERSON not in frame:
        return frame.assign(**{PERSON: [f"row-{number}" for number in range(1, len(frame) + 1)]})
    return frame.assign(**{PERSON: frame[PERSON].astype("str")})


def _check(frame: pd.DataFrame, instrument: Instrument, items: Sequence[str], groups: Sequence[str]) -> None:
    absent = [missing_column(frame, name) for name in groups if name not in frame]
    if absent:
        raise MeasurementError(absent)
    if not any(name in frame for name in items):
        columns = [str(name) for name in frame.columns][:12]
        raise MeasurementError("M381", instrument=instrument.id, items=list(items)[:6], columns=columns)
    again = frame.duplicated([PERSON, WAVE])
    if again.any():
        raise MeasurementError("M383", n=int(again.sum()))


def account_of(log: pd.DataFrame | None, n_rows: int, more: dict[str, int]) -> pd.DataFrame:
    """From the rows of the file to those used: ``reason, n``.

    Where fewer than three rows stand behind a reason that is about a person (no consent, withdrew), all rows of such
    reasons are counted together as ``persons``; if those are fewer than three, the number is missing and ``read`` is
    without them.

    Parameters
    ----------
    log : DataFrame or None
        As ``Responses.log``.
    n_rows : int
        Rows that the reader kept.
    more : dict
        Reason -> rows of those that are not used.
    """
    left_out: dict[str, int] = {}
    if log is not None:
        dropped = log[log["status"] == "dropped"]
        codes = dropped["code"].where(dropped["code"] != _REST).ffill()
        counted = dropped["n"].astype("int64").groupby(codes).sum().drop(_EMPTY, errors="ignore")
        for code, n in counted.items():
            reason = _LEFT_OUT.get(str(code), "other")
            left_out[reason] = left_out.get(reason, 0) + int(n)
    of_persons = {name: left_out[name] for name in ("no_consent", "withdrew") if left_out.get(name)}
    hidden = False
    if any(n < _FEW for n in of_persons.values()):
        left_out = {name: n for name, n in left_out.items() if name not in of_persons}
        left_out["persons"] = sum(of_persons.values())
        hidden = left_out["persons"] < _FEW
    left_out |= {name: n for name, n in more.items() if n}
    used = n_rows - sum(more.values())
    read = used + sum(left_out.values()) - (left_out["persons"] if hidden else 0)
    rows = [("read", read), *left_out.items(), ("used", used)]
    table = pd.DataFrame(rows, columns=["reason", "n"]).astype({"n": "Int64"})
    return table.assign(n=table["n"].mask((table["reason"] == "persons") & hidden))


def families(items_of: dict[str, list[str]]) -> list[list[str]]:
    """Scales that share items, directly or through another scale, together.

    Examples
    --------
    >>> families({"a": ["i1", "i2"], "b": ["i3"], "whole": ["i1", "i3"]})
    [['a', 'b', 'whole']]
    """
    from scipy.sparse.csgraph import connected_components

    names = list(items_of)
    shared = np.array([[bool(set(items_of[a]) & set(items_of[b])) for b in names] for a in names])
    _, label = connected_components(shared, directed=False)
    return [[name for name, own in zip(names, label, strict=True) if own == number] for number in range(max(label) + 1)]
