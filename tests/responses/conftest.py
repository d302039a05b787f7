"""A small instrument in two languages, and files written byte for byte in the test that reads them."""

import warnings

import openpyxl
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
