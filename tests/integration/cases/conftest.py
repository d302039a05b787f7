"""Invented communities: answers, elements and coded interviews."""

import numpy as np
import pandas as pd
import pytest

from lcresearch.interviews import Code, Codebook, Corpus, Document, Project, Turn

BOOK = Codebook(
    (
        Code("t", "working", codable=False),
        Code("f", "facilitator helps", parent="t", key="facilitator"),
        Code("n", "no time", parent="t", key="no_time"),
    ),
    name="invented",
    version="1.0.0",
)
SAID = {"f": "our facilitator helps us a lot", "n": "there is no time for it", "": "we meet every week here"}


def document(name, marks, community, respondent=None, **more):
    """A text with a question and a line for each mark; and where each line stands."""
    question = "I: How is it going?\n"
    text, turns, places = question, [Turn(3, len(question) - 1, "I")], []
    for mark in marks:
        start = len(text) + 3
        line = f"R: {SAID[mark]}\n"
        text += line
        turns.append(Turn(start, start + len(SAID[mark]), "R"))
        places.append((start, start + len(SAID[mark]), mark))
    attributes = {"community": community, "respondent": respondent or name, **more}
    return Document(f"id-{name}", name, text, tuple(turns), attributes, {"I": "interviewer", "R": "respondent"}), places


def project(texts, coders=("An",), missed=None, second=()):
    """Texts that each coder read and coded, but for what a coder missed: {(coder, name): {number of line}}.

    ``second`` names the texts that the coders after the first read too.
    """
    documents, rows = [], []
    for text, places in texts:
        documents.append(text)
        for coder in coders if text.name in second or len(coders) == 1 else coders[:1]:
            for number, (start, end, mark) in enumerate(places):
                if mark and number not in (missed or {}).get((coder, text.name), ()):
                    rows.append((f"c{len(rows)}", text.id, start, end, mark, coder))
    codings = pd.DataFrame(rows, columns=["coding", "document", "start", "end", "code", "coder"])
    codings = codings.assign(selection=codings["coding"], created=pd.NaT)
    names = pd.DataFrame({"name": list(coders)}, index=list(coders))
    return Project("invented", Corpus(tuple(documents)), BOOK, codings, names)


@pytest.fixture
def make_project():
    return project


@pytest.fixture
def make_document():
    return document


@pytest.fixture
def talks():
    """Five interviews in three communities, of which An read all, and Bo one in A (where he missed a passage)."""
    texts = [
        document("A1", ["f", "f", "n", ""], "A"),
        document("A2", ["f", ""], "A"),
        document("B1", ["n", "", ""], "B"),
        document("B2", ["n", "n"], "B"),
        document("D1", ["f"], "D"),
    ]
    return project(texts, ("An", "Bo"), {("Bo", "A1"): {1}}, second=("A1",))


@pytest.fixture
def people():
    """Answers of eleven persons in communities A, B and C, at two waves."""
    rng = np.random.default_rng(3)
    community = list("AAAABBBBCCC")
    first = pd.DataFrame({"respondent": [f"p{n}" for n in range(11)], "community": community, "wave": "t0"})
    first["trust"] = rng.integers(2, 5, 11).astype(float)
    second = first.assign(wave="t1", trust=first["trust"] + [1, 0, 1, 0, 0, 0, 1, 0, np.nan, np.nan, np.nan])
    return pd.concat([first, second], ignore_index=True)


@pytest.fixture
def has():
    return pd.DataFrame({"community": ["A", "B", "C"], "facilitation": [1, 0, 1]})
