"""A joint display in words: what stands in each cell, in the language of the reader."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from lcresearch.integration.displays.cells import CASES, CODE, GAP, PERSONS, QUOTE, STATISTIC
from lcresearch.integration.displays.meta_inference import WHOLE, MetaInference
from lcresearch.integration.displays.result import JointDisplay
from lcresearch.messages import text_keys
from lcresearch.reporting.wording import Wording, clean, page_wording

TEXTS = "integration.display"
META = "meta_inference"
_LONGEST_QUOTE = 600
_LONGEST_CELL = 30_000


@dataclass(frozen=True)
class Line:
    """One thing in a cell.

    Attributes
    ----------
    kind : str
        As in the cells of the display; ``open`` for a conclusion that is not written.
    text : str
    beside : str
        Who spoke, or who concluded; empty for others.
    start : str
        The beginning of a text that is too long for a cell; empty when it is not.
    """

    kind: str
    text: str
    beside: str = ""
    start: str = ""

    def in_one_line(self) -> str:
        """As a spreadsheet shows it: long texts by their beginning."""
        text = self.start or self.text
        if self.kind == QUOTE:
            text = f"“{text}”"
        return f"{text} ({self.beside})" if self.beside else text


@dataclass(frozen=True)
class ShownRow:
    """A row with its lines by column."""

    name: str
    title: str
    block: str
    cells: tuple[tuple[Line, ...], ...]


def wording_of(display: JointDisplay, language: str) -> Wording:
    """Words of a display: its levels are those of every report."""
    return page_wording({"en": display.title}, language, simulated=display.simulated)


def word(say: Wording, key: str, **values: Any) -> str:
    """The text under ``integration.display.<key>``."""
    return say.messages(f"{TEXTS}.{key}", **values)


def heads(display: JointDisplay, say: Wording) -> list[tuple[str, str]]:
    """Side and head of each column, that of conclusions last."""
    found = zip(display.columns["side"], display.columns[say.language], strict=True)
    return [*((str(side), clean(head)) for side, head in found), ("together", word(say, f"column.{META}"))]


def shown_rows(display: JointDisplay, say: Wording) -> list[ShownRow]:
    """The rows in order."""
    cells: dict[tuple[str, str], list[Line]] = {}
    for cell in display.cells.to_dict("records"):
        cells.setdefault((str(cell["row"]), str(cell["column"])), []).append(line_of(cell, display, say))
    written = {one.row: one for one in display.meta_inferences}
    columns = [str(name) for name in display.columns["column"]]
    return [
        ShownRow(
            str(row["row"]),
            clean(row[say.language]),
            clean(row[f"block_{say.language}"]),
            (
                *(tuple(cells.get((str(row["row"]), column), ())) for column in columns),
                (conclusion(written.get(str(row["row"])), say, short=True),),
            ),
        )
        for row in display.rows.to_dict("records")
    ]


def conclusion(written: MetaInference | None, say: Wording, *, short: bool = False) -> Line:
    """What was concluded, with name and date; or that it is still open."""
    if written is None:
        return Line("open", word(say, "open_short" if short else "open"))
    signed = word(say, "signed", by=clean(written.by), on=say.messages.date(written.on))
    return Line(META, clean(written.text), signed)


def whole_conclusion(display: JointDisplay, say: Wording) -> Line:
    """The conclusion on the whole display."""
    return conclusion(next((one for one in display.meta_inferences if one.row == WHOLE), None), say)


def line_of(cell: Mapping[Any, Any], display: JointDisplay, say: Wording) -> Line:
    """One thing in a cell, in words."""
    kind, text = str(cell["kind"]), clean(cell[say.language])
    if kind == STATISTIC:
        parts = [say.number(cell["value"]), say.interval(cell["conf_low"], cell["conf_high"])]
        n = word(say, "n", n=int(cell["n"])) if cell["n"] == cell["n"] else ""
        return Line(kind, " ".join(filter(None, parts)), n)
    if kind == PERSONS:
        return Line(kind, _persons(cell, say))
    if kind == CASES:
        cases = say.groups(display.by, int(cell["of"]))
        return Line(kind, word(say, "cases_of", n=int(cell["n"]), cases=cases))
    direction = _direction(cell, say)
    if kind == CODE:
        persons = word(say, "persons.n", n=int(cell["n"]))
        return Line(kind, text, ", ".join(filter(None, (persons, direction))))
    if kind == QUOTE:
        described = clean(cell[f"described_{say.language}"])
        return Line(kind, text, ", ".join(filter(None, (described, direction))), _start(text))
    return Line(GAP if kind == GAP else kind, text)


def _persons(cell: Mapping[Any, Any], say: Wording) -> str:
    n = int(cell["n"])
    if cell["direction"]:
        return word(say, "side_n", direction=_direction(cell, say), n=n)
    if cell["of"] != cell["of"]:
        return word(say, "persons.n", n=n)
    return word(say, "persons.of", n=n, of=int(cell["of"]))


def _direction(cell: Mapping[Any, Any], say: Wording) -> str:
    keys = [f"direction.{name}" for name in str(cell["direction"]).split("+")]
    return ", ".join(word(say, key) for key in keys if f"{TEXTS}.{key}" in text_keys())


def _start(text: str) -> str:
    if len(text) <= _LONGEST_QUOTE:
        return ""
    cut = text[: _LONGEST_QUOTE - 100]
    return f"{cut.rsplit(' ', 1)[0]} […]"


def title_of(display: JointDisplay, say: Wording) -> str:
    """The title of the display."""
    known = display.by if f"{TEXTS}.case.{display.by}" in text_keys() else "other"
    return word(say, f"title.{display.kind}", case=word(say, f"case.{known}"))


def table_in_words(display: JointDisplay, language: str) -> pd.DataFrame:
    """The display as a table of texts: a row a row, things in one cell with a semicolon between them."""
    say = wording_of(display, language)
    rows = shown_rows(display, say)
    names = [word(say, f"row.{display.kind}"), *(head for _, head in heads(display, say))]
    table = [[row.title, *("; ".join(one.in_one_line() for one in cell) for cell in row.cells)] for row in rows]
    if any(row.block for row in rows):
        names.insert(0, word(say, "block"))
        table = [[row.block, *cells] for row, cells in zip(rows, table, strict=True)]
    shortened = [
        [text if len(text) <= _LONGEST_CELL else f"{text[:_LONGEST_CELL]} […]" for text in row] for row in table
    ]
    return pd.DataFrame(shortened, columns=_told_apart(names), dtype=object)


def sources_in_words(display: JointDisplay, say: Wording) -> list[tuple[str, str, str, str]]:
    """Where each number and quote comes from: place, what stands there, source, and what to check it by."""
    titles = dict(zip(display.columns["column"], display.columns[say.language], strict=True))
    rows = dict(zip(display.rows["row"], display.rows[say.language], strict=True))
    found = []
    for cell in display.cells[display.cells["kind"].isin([STATISTIC, QUOTE])].to_dict("records"):
        line = line_of(cell, display, say)
        where = f"{clean(rows[cell['row']])} · {clean(titles[cell['column']])}"
        text = line.text if cell["kind"] == STATISTIC else f"“{line.text[:60]}{'…' if len(line.text) > 60 else ''}”"
        found.append((where, text, clean(cell["source"]), clean(cell["fingerprint"] or cell["pointer"])))
    return found


def _told_apart(names: list[str]) -> list[str]:
    seen: Counter[str] = Counter()
    found = []
    for name in names:
        seen[name] += 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return found
