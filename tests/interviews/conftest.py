"""An invented project: five interviews in three communities, two coders."""

import pandas as pd
import pytest

from lcresearch.interviews import Code, Codebook, Corpus, Document, Project, Turn

TEXT = "I: Wat leer je?\nR: Van fouten. En tijd is er nooit.\nI: En samen?\nR: Samen gaat het goed."


def document(number, community):
    turns = (Turn(3, 15, "I"), Turn(19, 51, "R"), Turn(55, 64, "I"), Turn(68, 89, "R"))
    attributes = {"community": community} if community else {}
    return Document(f"d{number}", f"Interview {number}", TEXT, turns, attributes, {"I": "interviewer"})


@pytest.fixture(scope="session")
def project():
    book = Codebook(
        (
            Code("top", "leren", codable=False, key="learning"),
            Code("mistakes", "van fouten", parent="top"),
            Code("together", "samen", parent="top"),
            Code("time", "tijd"),
            Code("money", "geld"),
        )
    )
    marked = [
        ("d1", 19, 30, "mistakes", "An"), ("d1", 23, 29, "mistakes", "Bo"), ("d1", 34, 51, "time", "An"),
        ("d1", 68, 89, "together", "An"), ("d2", 19, 51, "mistakes", "An"), ("d2", 34, 51, "time", "Bo"),
        ("d3", 19, 25, "mistakes", "An"), ("d3", 25, 30, "mistakes", "An"), ("d4", 68, 89, "together", "Bo"),
        ("d5", -1, -1, "together", "An"),
    ]  # fmt: skip
    codings = pd.DataFrame(marked, columns=["document", "start", "end", "code", "coder"])
    codings = codings.assign(coding=[f"c{n}" for n in range(len(codings))], selection="", created=pd.NaT)
    documents = [document(1, "Noord"), document(2, "Noord"), document(3, "Zuid"), document(4, "Zuid"), document(5, "")]
    return Project(
        name="Invented",
        corpus=Corpus(tuple(documents)),
        codebook=book,
        codings=codings,
        coders=pd.DataFrame({"name": ["An de Coder", "Bo de Coder"]}, index=["An", "Bo"]),
    )
