"""The library of instruments that comes with the package, and instruments of one's own."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lcresearch.errors import InstrumentError
from lcresearch.instruments.checks import read_instrument
from lcresearch.instruments.model import Instrument, text_in
from lcresearch.instruments.readability import flesch_douma_of
from lcresearch.messages import console_language
from lcresearch.shipped import folder
from lcresearch.validation import did_you_mean


def load(name: str | Path) -> Instrument:
    """Load an instrument of the library by its id, or one's own by the path of its file.

    Parameters
    ----------
    name : str or Path
        An id of :func:`catalogue`; a path only if it ends in ``.yaml``.

    Raises
    ------
    InstrumentError
        No such instrument (I001) or file (G001), or the file has errors: all of them are reported together.

    Examples
    --------
    >>> load("learning-culture").level
    'organisation'
    """
    if str(name).endswith(".yaml"):
        path = Path(name)
    else:
        files = library_files()
        if str(name) not in files:
            meant = did_you_mean(str(name), files)
            raise InstrumentError("I001", name=str(name), known=list(files), did_you_mean=meant)
        path = files[str(name)]
    instrument, problems = read_instrument(path)
    errors = [problem for problem in problems if problem.level == "error"]
    if errors or instrument is None:
        raise InstrumentError(errors)
    return instrument


def catalogue(language: str | None = None) -> pd.DataFrame:
    """The instruments of the library.

    Returns
    -------
    DataFrame
        A row an instrument: ``id, title, level, scales`` (names of score columns, with commas), ``items`` (how many),
        ``languages`` (with commas), ``status, readability`` (Flesch-Douma of the Dutch items: 60 is plain, 100 very
        easy; NaN without Dutch).

    Examples
    --------
    >>> catalogue().loc[lambda table: table["level"] == "team", "id"].tolist()
    ['psychological-safety', 'team-learning']
    """
    instruments = [load(name) for name in library_files()]
    rows = [
        {
            "id": instrument.id,
            "title": text_in(instrument.title, language or console_language()),
            "level": instrument.level,
            "scales": ", ".join(instrument.scales),
            "items": len(instrument.items),
            "languages": ", ".join(instrument.languages),
            "status": instrument.status,
            "readability": flesch_douma_of(instrument),
        }
        for instrument in instruments
    ]
    return pd.DataFrame(rows)


def library_files() -> dict[str, Path]:
    """Id of each instrument of the library: its file."""
    return {path.stem: path for path in sorted(folder("instruments").glob("*.yaml"))}
