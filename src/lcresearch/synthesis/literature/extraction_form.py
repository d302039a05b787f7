"""The form on which is noted what each included study did and found."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from lcresearch.synthesis.literature.names import Names
from lcresearch.synthesis.literature.records import Records
from lcresearch.synthesis.literature.tables import column_title, word_of, write_table

DIRECTIONS = ("positive", "null", "negative", "mixed", "unclear")
RISKS = ("low", "some", "high")
STOPPED = ("no", "yes")
FIGURES = (
    "m1", "sd1", "n1", "m2", "sd2", "n2", "a", "b", "c", "d", "x", "r", "n", "alpha", "items", "t", "se", "yi", "vi",
)  # fmt: skip
"""Figures that effect sizes take, and effects with their variances where a study reports those."""
ABOUT = ("record", "study", "title", "theme", "sector", "design", "persons", "direction", "risk_of_bias", "stopped")
_LAST = ("outcome", "measure", *FIGURES, "note")
COLUMNS = (*ABOUT, *_LAST)
CHOICES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "direction": ("direction", DIRECTIONS),
    "risk_of_bias": ("risk", RISKS),
    "stopped": ("yes_no", STOPPED),
}


def extraction_form(
    records: Records,
    path: str | Path,
    *,
    themes: Names = (),
    sectors: Names = (),
    language: str | None = None,
    force: bool = False,
) -> Path:
    """Write the form on which what each study did and found is noted, a row a record; copy a row for more outcomes.

    Parameters
    ----------
    records : Records
        Those that are included.
    path : str or Path
        ``.xlsx`` (with lists to choose from) or ``.csv``.
    themes, sectors : sequence or mapping
        Ids to choose from, or ids with what they are called: ``{"trust": {"nl": "vertrouwen", "en": "trust"}}``.
    language : {"nl", "en"}, optional
        Of the form; by default that of the terminal.
    force : bool
        Replace a file that exists.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    SynthesisError
        G002: the file exists; G004, V035.
    """
    frame = records.frame
    form = pd.DataFrame("", index=frame.index, columns=list(COLUMNS), dtype=object)
    form["record"], form["title"] = frame["record"], frame["title"]
    form["study"] = _labels(frame)
    form["stopped"] = word_of("yes_no", "no", language)
    titles = {name: column_title(name, language) if name not in FIGURES else name for name in form.columns}
    choices = {
        titles[name]: [word_of(group, code, language) for code in codes] for name, (group, codes) in CHOICES.items()
    }
    choices |= {titles[name]: list(names) for name, names in (("theme", themes), ("sector", sectors))}
    return write_table(form.rename(columns=titles), Path(path), sheet="extraction", force=force, choices=choices)


def _labels(frame: pd.DataFrame) -> list[str]:
    """``Vries 2021``, with a letter where several are called that."""
    first = [re.split(r"[;,]", authors)[0].strip() or "?" for authors in frame["authors"]]
    years = ["" if pd.isna(year) else f" {year}" for year in frame["year"]]
    plain = pd.Series([a + y for a, y in zip(first, years, strict=True)], index=frame.index, dtype=object)
    number = plain.groupby(plain).cumcount()
    several = plain.map(plain.value_counts()) > 1
    return [
        f"{label}{chr(97 + n % 26)}" if more else label for label, n, more in zip(plain, number, several, strict=True)
    ]


def parts_of(cell: str) -> list[str]:
    """The themes or sectors in a cell."""
    return list(dict.fromkeys(part.strip() for part in re.split(r"[;|]", cell) if part.strip()))
