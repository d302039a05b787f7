"""A scale that belongs to somebody else is used, and its words stay at home."""

import zipfile

import pytest

from lcresearch import studies

WORDS = ["Wij zeggen wat we denken", "We say what we think", "Wij houden onze mond", "Er wordt naar ons geluisterd"]
LETTER = "by letter of A. Voorbeeld, this study only"


@pytest.fixture
def licensed(small_study, study_texts):
    """The small study with a licence in words, and an export that has the questions themselves as its header."""
    instrument = study_texts.instrument.replace("CC-BY-4.0", LETTER).replace("items: new", "items: reused")
    instrument += """\
form: {instructions: {nl: Wat vindt u?, en: What do you think?}}
"""
    header = "person,firm,Wij zeggen wat we denken.,Wij houden onze mond.,Er wordt naar ons geluisterd."
    return small_study(instrument=instrument, answers=study_texts.answers.replace("person,firm,v1,v2,v3", header))


def _texts(folder):
    """All that may be shared, as text; of a workbook its parts."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "private" not in path.relative_to(folder).parts:
            if path.suffix == ".xlsx":
                with zipfile.ZipFile(path) as book:
                    yield path.name, "\n".join(book.read(part).decode("utf-8") for part in book.namelist())
            elif path.suffix != ".png":
                yield path.name, path.read_text(encoding="utf-8")


def test_the_wording_of_a_licensed_scale_is_in_nothing_that_goes_out(licensed, tmp_path):
    studies.load(licensed).run(tmp_path / "out")
    texts = dict(_texts(tmp_path / "out"))
    assert {"report.html", "report.en.html", "items.csv", "tables.xlsx"} <= set(texts)
    assert [(name, words) for name, text in texts.items() for words in WORDS if words in text] == []
    assert "De tekst van deze vragen is van iemand anders" in texts["report.html"]
    assert "v1" in texts["report.html"]


def test_the_report_names_the_licence_and_the_source(licensed, tmp_path):
    studies.load(licensed).run(tmp_path / "out")
    texts = dict(_texts(tmp_path / "out"))
    assert f"Licence of the questions: {LETTER}. " in texts["report.en.html"]
    assert "The questions were taken over or adapted from: Invented for tests." in texts["report.en.html"]
    assert "Dat geldt niet voor de namen en antwoorden van: Inspraak." in texts["report.html"]
    assert LETTER in texts["tables.xlsx"]


def test_words_under_an_open_licence_are_shown(small_study, tmp_path):
    studies.load(small_study()).run(tmp_path / "out")
    texts = dict(_texts(tmp_path / "out"))
    assert all(words in texts["report.html"] or words in texts["report.en.html"] for words in WORDS)
    assert "Licentie van de vragen: CC-BY-4.0." in texts["report.html"]
