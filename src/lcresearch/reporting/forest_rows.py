"""The rows of a forest, from top to bottom: what stands in each, and how high it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.errors import ReportingError
from lcresearch.messages import Messages
from lcresearch.reporting.text_metrics import in_lines, text_width, wrapped
from lcresearch.reporting.wording import clean, is_missing, records

MOST_NAMED = 60
SIZE = 9.0
SMALL = 8.0
_LINE = 0.155
_WIDEST, _NARROWEST, _WITH_NOTES = 2.9, 1.0, 2.6
_INDENT = 0.14
_BLOCK, _THIN, _THICK = 6.0, 0.01, 0.08
_STUDY = ("label", "estimate", "conf_low", "conf_high")
_POOLED = _STUDY[1:]

Kind = Literal["heading", "study", "many", "pooled", "overall", "prediction", "note", "gap"]


@dataclass(frozen=True)
class Row:
    """One row: lines of text at the left, an effect with its interval, a weight in per cent; ``y``: its middle.

    Of the kind ``many`` it holds all studies of a subgroup as a table, without names. Lengths are in inches.
    """

    kind: Kind
    lines: tuple[str, ...]
    y: float
    height: float
    indent: float = 0.0
    estimate: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")
    weight: float = float("nan")
    fitted: float = float("nan")
    studies: pd.DataFrame = field(default_factory=pd.DataFrame)


@dataclass
class ForestRows:
    """Rows that follow each other downwards, with the width of their labels."""

    say: Messages
    width: float
    height: float = _LINE + 0.12
    rows: list[Row] = field(default_factory=list)

    def add(self, kind: Kind, text: str, height: float, *, indent: float = 0.0, **values: Any) -> None:
        """The next row; a long text takes two lines and is then cut."""
        size = SMALL if kind in ("note", "many") else SIZE
        room = 72 * (self.width - indent)
        bold = kind in ("heading", "overall")
        lines = _broken(text, room) if kind == "note" else in_lines(text, room / (1.08 if bold else 1), size)
        tall = max(height, _LINE * max(len(lines), 1) + height - _LINE) if kind != "many" else height
        self.rows.append(Row(kind, tuple(lines), self.height + tall / 2, tall, indent, **values))
        self.height += tall

    def of_kind(self, *kinds: Kind) -> list[Row]:
        """The rows of some kinds."""
        return [row for row in self.rows if row.kind in kinds]


def _broken(text: str, room: float) -> list[str]:
    """Lines of a note, broken after semicolons where that will do."""
    lines: list[str] = []
    for part in text.split("; "):
        longer = f"{lines[-1]}; {part}" if lines else part
        if lines and text_width(longer, SMALL) <= room:
            lines[-1] = longer
        else:
            lines = [*(f"{line};" if line is lines[-1] else line for line in lines), part] if lines else [part]
    return [part for line in lines for part in wrapped(line, room, SMALL)]


def check_columns(frame: pd.DataFrame, pooled: pd.DataFrame) -> None:
    """Refuse tables that lack a column (Y082), or hold nothing to draw (P003)."""
    for table, needed in ((frame, _STUDY), (pooled, _POOLED)):
        missing = [name for name in needed if name not in table.columns]
        if missing:
            raise ReportingError("Y082", missing=missing, found=[str(name) for name in table.columns] or "–")
    if not (frame["estimate"].notna().any() or pooled["estimate"].notna().any()):
        raise ReportingError("P003")


def forest_rows(
    frame: pd.DataFrame, pooled: pd.DataFrame, say: Messages, *, subject: str, level: str, notes: Sequence[str]
) -> ForestRows:
    """All rows: studies by sector with what is pooled of each, then what is pooled of all."""
    parts = list(_parts(frame, pooled))
    grouped = any(name for name, _, _ in parts)
    rows = ForestRows(say, _label_width(frame, pooled, notes, grouped=grouped))
    step = 0.215 if len(frame) <= 30 else 0.19
    for name, studies, of_group in parts:
        if name:
            rows.add("heading", name, 0.24)
        _add_studies(rows, studies, step, len(frame) > MOST_NAMED, subject, _INDENT if name else 0.0)
        if name:
            for row in records(of_group):
                _add_pooled(rows, row, "pooled", say("synthesis.forest.mean"), level, subject, _INDENT)
            rows.add("gap", "", 0.1)
    if not grouped:
        rows.add("gap", "", 0.08)
    for row in records(pooled[[not sector for sector in _sectors(pooled)]]):
        _add_pooled(
            rows,
            row,
            "overall",
            say(f"synthesis.figure.overall.{subject}" if grouped else "synthesis.forest.mean"),
            level,
            subject,
            0.0,
        )
    for note in notes:
        rows.add("note", note, _LINE)
    rows.height += 0.06
    return rows


def _parts(frame: pd.DataFrame, pooled: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame, pd.DataFrame]]:
    """Sectors in the order of the studies: name, studies, what was pooled; without sectors one part without a name."""
    sectors = _sectors(frame)
    names = list(dict.fromkeys(sectors))
    if names == [""]:
        yield "", frame, pooled.iloc[:0]
        return
    for name in names:
        of_sector = pooled[[found == name for found in _sectors(pooled)]] if name else pooled.iloc[:0]
        yield clean(name) or "–", frame[[found == name for found in sectors]], of_sector


def _sectors(table: pd.DataFrame) -> list[str]:
    """The sector of each row; empty where it has none."""
    if "sector" not in table.columns:
        return [""] * len(table)
    return ["" if is_missing(sector) else str(sector) for sector in table["sector"]]


def _add_studies(rows: ForestRows, studies: pd.DataFrame, step: float, many: bool, subject: str, indent: float) -> None:
    if many:
        ordered = studies.dropna(subset=["estimate"]).sort_values("estimate", kind="stable")
        height = max(float(np.clip(_BLOCK / max(len(studies), 1), _THIN, _THICK)) * len(ordered), 3 * _LINE)
        text = rows.say(f"synthesis.figure.many.{subject}", n=len(studies))
        rows.add("many", text, height, indent=indent, studies=ordered)
        return
    for row in records(studies):
        values = {"estimate": row.estimate, "low": row.conf_low, "high": row.conf_high}
        values |= {name: getattr(row, name, np.nan) for name in ("weight", "fitted")}
        numbers = {name: float("nan") if is_missing(value) else float(value) for name, value in values.items()}
        rows.add("study", "–" if is_missing(row.label) else clean(row.label), step, indent=indent, **numbers)


def _add_pooled(rows: ForestRows, row: Any, kind: Kind, name: str, level: str, subject: str, indent: float) -> None:
    label = getattr(row, "label", None)
    text = name if is_missing(label) or not label else clean(label)
    low, high = float(row.conf_low), float(row.conf_high)
    rows.add(kind, text, 0.235, indent=indent, estimate=float(row.estimate), low=low, high=high)
    note = getattr(row, "note", None)
    if not is_missing(note) and note:
        rows.add("note", clean(note), _LINE, indent=indent)
    ends = [getattr(row, name, np.nan) for name in ("pred_low", "pred_high")]
    if not any(is_missing(end) or not np.isfinite(end) for end in ends):
        text = rows.say(f"synthesis.figure.new.{subject}", level=level)
        rows.add("prediction", text, 0.235, indent=indent, low=float(ends[0]), high=float(ends[1]))


def _label_width(frame: pd.DataFrame, pooled: pd.DataFrame, notes: Sequence[str], *, grouped: bool) -> float:
    names = [clean(name) for name in frame["label"]] if len(frame) <= MOST_NAMED else []
    widest = max((text_width(name, SIZE) for name in names), default=0.0) / 72 + (_INDENT if grouped else 0.0)
    least = _WITH_NOTES if len(notes) or "note" in pooled.columns or "pred_low" in pooled.columns else _NARROWEST
    return float(np.clip(widest + 0.02, least, _WIDEST))


def span_of(rows: ForestRows, null: float | None, band: float | None) -> tuple[float, float]:
    """Ends of the axis: all effects that count, and intervals as far as they do not squeeze the rest.

    Intervals of two studies with the Knapp-Hartung test, or of a study with a huge variance, may be a hundred times
    wider than the others; they are cut at the edge, with an arrow.
    """
    table = _intervals(rows)
    if not len(table):
        return -1.0, 1.0
    estimates, low, high, weight = table.T
    heavy = ~(weight < 0.01 * np.nanmax(np.where(np.isfinite(weight), weight, 0.0)))
    drawn = np.isfinite(high - low)
    half = float(np.median((high - low)[drawn])) / 2 if drawn.any() else 0.0
    start, end = float(estimates[heavy].min()) - 2.5 * half, float(estimates[heavy].max()) + 2.5 * half
    if drawn.any():
        start, end = max(start, float(np.nanmin(low))), min(end, float(np.nanmax(high)))
    room = end - start
    for row in rows.of_kind("pooled", "overall", "prediction"):
        start = row.low if start - room <= row.low < start else start
        end = row.high if end < row.high <= end + room else end
    for place in ([] if null is None else [null]) + ([] if band is None else [-band, band]):
        reach = (2 if band is None else 20) * room  # a band is what effects are held against
        if start - reach <= place <= end + reach:
            start, end = min(start, place), max(end, place)
    if not end - start > 1e-12 * max(abs(start), abs(end)):
        reach = max(abs(start) * 0.1, 0.1)
        start, end = start - reach, end + reach
    return start - 0.04 * (end - start), end + 0.04 * (end - start)


def _intervals(rows: ForestRows) -> npt.NDArray[np.float64]:
    """Studies, else what was pooled: estimate, low, high, weight; shape (k, 4)."""
    found = [[row.estimate, row.low, row.high, row.weight] for row in rows.of_kind("study")]
    for row in rows.of_kind("many"):
        columns = ["estimate", "conf_low", "conf_high", *(["weight"] if "weight" in row.studies else [])]
        part = row.studies[columns].to_numpy(dtype=np.float64)
        found += np.column_stack([part, *([] if part.shape[1] == 4 else [np.full(len(part), np.nan)])]).tolist()
    table = np.array([line for line in found if np.isfinite(line[0])], dtype=np.float64).reshape(-1, 4)
    if not len(table):
        lines = [[row.estimate, row.low, row.high, np.nan] for row in rows.of_kind("pooled", "overall")]
        table = np.array(lines, dtype=np.float64).reshape(-1, 4)
    return table
