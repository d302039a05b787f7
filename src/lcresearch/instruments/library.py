"""The library of instruments that comes with the package, and instruments of one's own."""

from __future__ import annotations

from dataclasses import asdict
from functools import cache
from pathlib import Path
from textwrap import shorten
from typing import Any, Literal

import pandas as pd

from lcresearch.errors import InstrumentError
from lcresearch.instruments.checks import read_instrument
from lcresearch.instruments.model import Instrument, Item
from lcresearch.instruments.parts import text_in
from lcresearch.instruments.readability import dutch_questions, figures
from lcresearch.messages import Messages, console_language
from lcresearch.results import text_table
from lcresearch.shipped import folder
from lcresearch.validation import did_you_mean

_TITLE_WIDTH = 22


def load(name: str | Path) -> Instrument:
    """Load an instrument of the library by its id, or one's own by the path of its file.

    Parameters
    ----------
    name : str or Path
        An id of :func:`catalogue`; a path only if it ends in ``.yaml``.

    Returns
    -------
    Instrument

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
        return _read(Path(name))
    files = library_files()
    if str(name) not in files:
        meant = did_you_mean(str(name), files)
        raise InstrumentError("I001", name=str(name), known=list(files), did_you_mean=meant)
    path = files[str(name)]
    return _of_the_library(path, path.read_bytes()).model_copy(deep=True)


@cache
def _of_the_library(path: Path, content: bytes) -> Instrument:
    """Read once for each content: a study asks for the same instruments again and again."""
    return _read(path)


def _read(path: Path) -> Instrument:
    instrument, problems = read_instrument(path)
    errors = [problem for problem in problems if problem.level == "error"]
    if errors or instrument is None:
        raise InstrumentError(errors)
    return instrument


def catalogue(language: str | None = None, *, by: Literal["instrument", "item"] = "instrument") -> pd.DataFrame:
    """The instruments of the library, with how hard their Dutch questions are to read.

    Parameters
    ----------
    language : str, optional
        Language of titles and questions; without it that of the terminal. The figures are on the Dutch questions.
    by : {"instrument", "item"}
        What a row is.

    Returns
    -------
    DataFrame
        By instrument: ``id, title, level, scales`` (names of score columns, with commas), ``items`` (how many),
        ``languages`` (with commas), ``status``; then ``readability`` (Flesch-Douma over the questions: 60 is plain,
        100 very easy), ``item_readability`` (a dict of item id to Flesch-Douma of that question alone),
        ``longest_item`` (most words in a question), ``longest_word``, ``letters_per_word``, ``syllables_per_word``,
        ``zipf`` (mean frequency of the words: 3 is once in a million, 6 once in a thousand), ``rarest_word``,
        ``rarest_zipf``; and ``composition, version, licence``. By item: ``instrument, item, text, type,
        response_scale, reversed, short_form, function`` (of learning), and ``words, syllables_per_word,
        letters_per_word, longest_word, zipf, rarest_word, rarest_zipf, flesch_douma``. Figures of an instrument
        without Dutch are missing. See :mod:`lcresearch.instruments.readability` for what they are.

    Raises
    ------
    InstrumentError
        ``by`` is something else (I056).

    Examples
    --------
    >>> catalogue().loc[lambda table: table["level"] == "team", "id"].tolist()
    ['psychological-safety', 'team-learning']
    >>> question = catalogue("nl", by="item").set_index("item").loc["lc01"]
    >>> question["text"], int(question["words"]), question["longest_word"]
    ('In ons bedrijf mag je onder werktijd iets nieuws leren.', 10, 'werktijd')
    """
    if by not in ("instrument", "item"):
        raise InstrumentError("I056", by=str(by), did_you_mean=did_you_mean(str(by), ["instrument", "item"]))
    language = language or console_language()
    instruments = [load(name) for name in library_files()]
    if by == "instrument":
        return pd.DataFrame([_instrument_row(instrument, language) for instrument in instruments])
    rows = [_item_row(instrument, item, language) for instrument in instruments for item in instrument.items]
    return pd.DataFrame(rows)


def _instrument_row(instrument: Instrument, language: str) -> dict[str, Any]:
    questions = dutch_questions(instrument)
    each = {item: figures([text]) for item, text in questions.items()}
    whole = figures(questions.values())
    return {
        "id": instrument.id,
        "title": text_in(instrument.title, language),
        "level": instrument.level,
        "scales": ", ".join(instrument.scales),
        "items": len(instrument.items),
        "languages": ", ".join(instrument.languages),
        "status": instrument.status,
        "readability": whole.flesch_douma,
        "item_readability": {item: found.flesch_douma for item, found in each.items()},
        "longest_item": max((found.words for found in each.values()), default=0),
        "longest_word": whole.longest_word,
        "letters_per_word": whole.letters_per_word,
        "syllables_per_word": whole.syllables_per_word,
        "zipf": whole.zipf,
        "rarest_word": whole.rarest_word,
        "rarest_zipf": whole.rarest_zipf,
        "composition": instrument.composition,
        "version": instrument.version,
        "licence": instrument.licence,
    }


def _item_row(instrument: Instrument, item: Item, language: str) -> dict[str, Any]:
    asked = {
        "instrument": instrument.id,
        "item": item.id,
        "text": text_in(item.text, language),
        "type": item.type,
        "response_scale": item.response_scale,
        "reversed": item.reversed,
        "short_form": item.short_form,
        "function": item.function,
    }
    return asked | asdict(figures([item.text["nl"]] if "nl" in item.text else []))


def overview(language: str | None = None) -> str:
    """The library as a table that fits a terminal: what ``lcresearch instruments list`` prints.

    Examples
    --------
    >>> print(overview("en").splitlines()[0].split())
    ['id', 'title', 'level', 'items', 'status', 'readability']
    """
    table = catalogue(language)[["id", "title", "level", "items", "status", "readability"]]
    say = Messages(language)
    table = table.assign(
        level=[say(f"instrument.level.{level}") for level in table["level"]],
        status=[say(f"instrument.status.{status}").partition(":")[0] for status in table["status"]],
        title=[shorten(title, _TITLE_WIDTH, placeholder="…") for title in table["title"]],
        readability=table["readability"].round().astype("Int64"),
    )
    return text_table(table.rename(columns=lambda name: say(f"instrument.list.{name}")))


def library_files() -> dict[str, Path]:
    """Id of each instrument of the library: its file."""
    return {path.stem: path for path in sorted(folder("instruments").glob("*.yaml"))}
