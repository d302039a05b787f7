"""What a project of a colleague would bring, and how it is made to fit."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from lcresearch.interviews import Code, Codebook, Corpus, Document, Note, Project, merge_projects
from lcresearch.interviews.fitting_in import fitted_in, what_it_brings
from lcresearch.interviews.project import CODING_COLUMNS
from lcresearch.interviews.refi_qda.notes import coder_frame

WORDS = "Wij leren elke dag van fouten."


def project(texts, codes, codings, coders):
    rows = [
        (id, f"s{id}", document, start, end, code, coder, pd.Timestamp("2026-01-01", tz="UTC"))
        for id, document, start, end, code, coder in codings
    ]
    frame = pd.DataFrame(rows, columns=list(CODING_COLUMNS))
    return Project("invented", Corpus(tuple(texts)), Codebook(tuple(codes)), frame, coder_frame(coders))


MINE = project(
    [Document("1", "R1", WORDS), Document("2", "R2", "Er is tijd.")],
    [Code("a", "leren"), Code("b", "tijd")],
    [("k1", "1", 0, 9, "a", "an")],
    {"an": "An"},
)
THEIRS = project(
    [Document("9", "R1", WORDS), Document("2", "R2", "Er is geen tijd."), Document("3", "R3", "Nieuw.")],
    [Code("x", "leren"), Code("y", "fouten"), Code("z", "van anderen", parent="y")],
    [("m1", "9", 0, 9, "x", "an2"), ("m2", "9", 10, 19, "y", "an2"), ("m3", "2", 0, 5, "z", "bo")],
    {"an2": "an", "bo": "Bo"},
)


def test_what_is_new_the_same_and_different_is_told_beforehand():
    found = what_it_brings(MINE, THEIRS)
    assert found.same_texts == ("R1",)
    assert found.new_texts == ("R3",)
    assert [each[:2] for each in found.different_texts] == [("2", "R2")]
    assert "geen" in found.different_texts[0][2]
    assert [path for _, path in found.new_codes] == ["fouten", "fouten > van anderen"]
    assert found.coders.values.tolist() == [["an2", "an", 2, 2, "an", False], ["bo", "Bo", 1, 1, "", False]]


def test_codes_coders_and_texts_become_what_was_decided():
    theirs = replace(
        THEIRS, notes=(Note("n", "", "weg", (("coding", "m3"),)), Note("o", "", "blijft", (("code", "y"),), "an2"))
    )
    fitted = fitted_in(theirs, MINE, without_texts=["2"], codes={"y": "b"}, coders={"an2": "an"})
    both = merge_projects([MINE, fitted])
    assert both.coders["name"].tolist() == ["An", "Bo"]
    assert [both.codebook.path(each.id) for each in both.codebook] == ["leren", "tijd", "tijd > van anderen"]
    assert both.quotes[["document", "path", "coder", "quote"]].values.tolist() == [
        ["R1", "leren", "An", "Wij leren"],
        ["R1", "tijd", "An", "elke dag "],
    ]
    assert [each.name for each in both.corpus] == ["R1", "R2", "R3"]
    assert [(each.text, each.on, each.author) for each in both.notes] == [("blijft", (("code", "b"),), "an")]
