"""The last look at each file: what is found in it, and what is no reason to stop."""

import io
import zipfile

import pytest

from lcresearch.studies.publishing.content_check import Secrets, findings, text_of

SECRETS = Secrets(
    names=frozenset({"Jansen & Zn", "Waterlelie", "12", "Leren"}),
    persons=frozenset({"pers001", "12345", "ab1"}),
    paths=("/work/study",),
    addresses=frozenset({"anna@example.org"}),
)


def found(content, file="a.txt"):
    return [one.values["found"] for one in findings({file: content}, SECRETS)]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("bij waterlelie gebeurde", "waterlelie"),
        ("Jansen & Zn", "Jansen & Zn"),
        ("id pers001 viel op", "pers001"),
        ("mail piet@firma.example", "piet@firma.example"),
        ("bel 06 12 34 56 78", "06 12 34 56 78"),
        ("bel +31612345678.", "+31612345678"),
        ("in /work/study/answers", "/work/study"),
        (r"in C:\Users\piet\onderzoek", r"C:\Users\piet\onderzoek"),
    ],
)
def test_what_points_to_somebody_is_found(text, what):
    assert found(text) == [what]


@pytest.mark.parametrize(
    "text",
    [
        "Waterleliebloem",  # another word
        "12 mensen, 12345 keer",  # names and ids that are numbers tell nothing
        "Leren gaat samen",  # a word of the report itself
        "anna@example.org",
        "0.0612345678,3.0612345678",
        "0000-0002-1825-0097",
        "2026-11-26 https://doi.org/10.5281/zenodo.0612345678",
        "a06123456789b",
    ],
)
def test_what_is_no_reason_to_stop(text):
    assert found(text) == []


def test_markup_hides_nothing():
    assert found("<p>Jansen &amp; Zn</p>", "a.html") == ["Jansen & Zn"]
    assert found('<svg aria-label="Waterlelie"></svg>', "a.svg") == ["Waterlelie"]
    assert found("<td>0</td><td>61</td><td>23</td><td>45</td><td>67</td><td>8</td>", "a.html") == []


def test_workbooks_are_opened():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as book:
        book.writestr("xl/sharedStrings.xml", "<si><t>Jansen &amp; Zn</t></si>")
    assert found(stream.getvalue(), "tables/tables.xlsx") == ["Jansen & Zn"]


def test_coordinates_are_no_text():
    assert "0612345678" not in text_of("a.svg", '<path d="M 0612345678 3"/>')
