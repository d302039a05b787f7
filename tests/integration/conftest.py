"""An invented project: 24 people in six communities of four, who speak of two elements."""

import pandas as pd
import pytest

from lcresearch.interviews import Code, Codebook, Corpus, Document, Project, Turn

ANSWERS = ("Het doel is helder.", "De begeleiding hielp ons.", "Tijd is er nooit.")
TEXT = "\n".join(f"R: {answer}" for answer in ANSWERS)


def places():
    """Where each answer stands."""
    found, at = [], 0
    for answer in ANSWERS:
        found.append((at + 3, at + 3 + len(answer)))
        at += 3 + len(answer) + 1
    return found


PLACES = places()
BOOK = Codebook(
    (
        Code("w", "elementen", codable=False),
        Code("goal", "doel", parent="w", links={"element": "purpose"}, translations={"en": {"name": "purpose"}}),
        Code("goal_own", "eigen doel", parent="goal"),
        Code("guide", "begeleiding", parent="w", links={"element": "facilitation"}),
        Code("ways", "manieren van leren", key="ways_of_learning", codable=False),
        Code("errors", "van fouten", parent="ways", translations={"en": {"name": "from mistakes"}}),
        Code("talk", "samen praten", parent="ways"),
        Code("b", "belemmeringen", codable=False),
        Code("no_time", "te weinig tijd", parent="b", links={"barrier": "time"}),
        Code("v", "waarde", codable=False),
        Code("gain", "winst", parent="v", links={"value_cycle": "immediate_value"}),
    ),
    language="nl",
)


def project_of(marks, n=24, per_case=4):
    """A project with codings ``(person, answer, code)``; an answer is 0, 1, 2 or None for the whole text."""
    turns = tuple(Turn(start, end, "R") for start, end in PLACES)
    documents = tuple(
        Document(
            f"d{k}",
            f"Gesprek {k}",
            TEXT,
            turns,
            {"respondent": f"R{k}", "community": f"c{k // per_case}", "sector": f"s{k % 2}", "role": "employee"},
        )
        for k in range(n)
    )
    rows = [(f"d{k}", *(PLACES[a] if a is not None else (-1, -1)), code, "An") for k, a, code in marks]
    codings = pd.DataFrame(rows, columns=["document", "start", "end", "code", "coder"])
    codings = codings.astype({"start": "int64", "end": "int64"})
    codings = codings.assign(coding=[f"k{i}" for i in range(len(codings))], selection="", created=pd.NaT)
    return Project("invented", Corpus(documents), BOOK, codings, pd.DataFrame({"name": ["An"]}, index=["An"]))


@pytest.fixture(scope="session")
def make_spoken():
    """Makes such a project of its codings."""
    return project_of


@pytest.fixture(scope="session")
def spoken():
    """The project that most tests ask."""
    marks = [(k, 0, "goal") for k in range(12)]
    marks += [(k, 1, "guide") for k in range(4, 20)]
    marks += [(k, 1, "errors") for k in range(4, 9)]
    marks += [(4, 1, "talk"), (5, 1, "talk")]
    marks += [(k, 1, "gain") for k in range(8, 14)]
    marks += [(k, 2, "no_time") for k in range(24)]
    marks += [(k, 0, "no_time") for k in range(4)]
    return project_of(marks)
