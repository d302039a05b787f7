"""A small instrument in two languages, and files written byte for byte in the test that reads them."""

import warnings
from dataclasses import replace

import numpy as np
import openpyxl
import pandas as pd
import pytest

from lcresearch import responses
from lcresearch.instruments import Instrument

LABELS = {
    1: {"nl": "helemaal mee oneens", "en": "strongly disagree"},
    2: {"nl": "oneens", "en": "disagree"},
    3: {"nl": "niet mee eens, niet mee oneens", "en": "neither"},
    4: {"nl": "eens", "en": "agree"},
    5: {"nl": "helemaal mee eens", "en": "strongly agree"},
}
ITEMS = [
    {"id": "tv_01", "text": {"nl": "Ik zeg wat ik denk.", "en": "I say what I think."}},
    {
        "id": "tv_02",
        "text": {"nl": "Ik houd bezwaren voor mij.", "en": "I keep objections to myself."},
        "reversed": True,
    },
    {"id": "tv_03", "text": {"nl": "Mijn ideeën tellen mee.", "en": "My ideas count."}},
]


def _instrument_of(items, name="team-voice", **scale):
    items = [{"response_scale": "agree5"} | item if "type" not in item else item for item in items]
    agree = {"labels": LABELS, "missing": {9: {"nl": "weet niet", "en": "don't know"}}} | scale
    texts = {"nl": "stem", "en": "voice"}
    return Instrument.model_validate(
        {
            "id": name,
            "version": "1.0.0",
            "languages": ["nl", "en"],
            "title": texts,
            "text": texts,
            "construct": texts,
            "level": "team",
            "composition": "referent_shift",
            "source": {"items": "new", "literature": ["Example (2024)"], "relation": texts},
            "licence": "CC-BY-4.0",
            "response_scales": {"agree5": agree, "sector": SECTOR},
            "items": items,
        }
    )


SECTOR = {
    "labels": {1: {"nl": "bouw", "en": "construction"}, 2: {"nl": "zorg", "en": "care"}},
    "ordered": False,
}


@pytest.fixture
def instrument_of():
    """Make an instrument of a list of items; options change its response scale."""
    return _instrument_of


@pytest.fixture
def items():
    return ITEMS


@pytest.fixture
def voice():
    """Three statements on a scale of five answers, with 9 for "don't know"."""
    return _instrument_of(ITEMS)


@pytest.fixture
def write(tmp_path):
    """Write text (UTF-8 unless said) or bytes to a file and give its path."""

    def _write(content, name="answers.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return _write


@pytest.fixture
def quiet():
    """``responses.read`` without its Python warning, for tests that look at ``.problems``."""

    def _read(*args, **kwargs):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return responses.read(*args, **kwargs)

    return _read


@pytest.fixture
def refused():
    """Codes of the problems with which a file is refused."""
    from lcresearch.errors import LcresearchError

    def _refused(*args, **kwargs):
        with pytest.raises(LcresearchError) as caught:
            responses.read(*args, **kwargs)
        assert str(caught.value)
        return [problem.code for problem in caught.value.problems]

    return _refused


@pytest.fixture
def workbook():
    """Write sheets, name -> rows, to a workbook and give its path; sheets may be hidden."""

    def _workbook(path, sheets, hidden=()):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            sheet.sheet_state = "hidden" if name in hidden else "visible"
            for row in rows:
                sheet.append(row)
        book.save(path)
        return path

    return _workbook


NONE = np.nan
TURNED = [2, 5, 8]
"""Places of the reversed items, from 0."""


@pytest.fixture
def battery(instrument_of):
    """An instrument with one scale of k items on five answers; ``turned`` are the places of the reversed ones."""

    def _battery(k=10, turned=TURNED, name="team-voice", scale="voice", form=None, short=(), **content):
        prefix = name.replace("-", "_")
        items = [
            {"id": f"{prefix}_{n}", "text": {"nl": f"Vraag {n} {name}", "en": f"Question {n} {name}"}}
            | {"reversed": n in turned, "short_form": n in short}
            for n in range(k)
        ]
        made = instrument_of(items, name=name).model_dump(by_alias=True)
        title = {"nl": "schaal", "en": "scale"}
        made["scales"] = {scale: {"title": title, "items": [item["id"] for item in items]}} if scale else {}
        return type(instrument_of(items)).model_validate(made | {"form": form or {}} | content)

    return _battery


@pytest.fixture
def data_of(write, voice):
    """Responses with these answers, item after item over the instruments."""
    bare = responses.read(write("tv_01;tv_02;tv_03\n1;2;3\n"), voice)

    def _data_of(instruments, rows, *, wave="t0", seconds=NONE, completed=pd.NA, split=10**6):
        ids = [item.id for one in instruments for item in one.items]
        frame = pd.DataFrame(rows, columns=ids, dtype=float)
        n = len(frame)
        frame.insert(0, "respondent", pd.Series([f"p{i}" for i in range(n)], dtype="str"))
        frame.insert(1, "wave", pd.Series(wave if isinstance(wave, list) else [wave] * n, dtype="str"))
        paradata = pd.DataFrame({"started": pd.NaT, "finished": pd.NaT, "seconds": seconds}, index=frame.index)
        paradata = paradata.assign(completed=pd.array([completed] * n, dtype="boolean"), language="nl")
        origin = pd.DataFrame({"file": pd.Series(["first.csv"] * n, dtype="str"), "row": np.arange(n) + 2})
        origin = origin.assign(file=origin["file"].where(np.arange(n) < split, "second.csv"))
        return replace(bare, frame=frame, instruments=tuple(instruments), paradata=paradata, origin=origin)

    return _data_of


def flags(screening, rule):
    return [None if pd.isna(value) else bool(value) for value in screening.rows[rule]]


HONEST = [4, 5, 2, 4, 4, 1, 5, 3, 2, 4]
"""Agrees with the statements and not with their opposites."""


@pytest.fixture
def varied():
    """Forty rows of twenty answers, drawn at random: no two alike by chance."""
    return np.random.default_rng(11).integers(1, 6, size=(40, 20)).astype(float)
