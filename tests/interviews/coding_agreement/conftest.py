"""Invented projects: codings as short tables, and the demonstration of forty interviews."""

from pathlib import Path

import pandas as pd
import pytest

from lcresearch.interviews import Code, Codebook, Corpus, Document, Project, Turn, read_codebook, read_transcripts
from lcresearch.interviews.guids import guid_of
from lcresearch.interviews.project import CODING_COLUMNS, no_codings

DEMO = Path(__file__).parents[3] / "analyses" / "programme-demo" / "interviews"
BOOK = Codebook(
    (
        Code("top", "leren", codable=False, key="learning"),
        Code("mistakes", "van fouten", parent="top"),
        Code("together", "samen", parent="top"),
        Code("time", "tijd"),
        Code("money", "geld"),
    )
)


def as_codings(rows):
    frame = pd.DataFrame(rows, columns=["document", "start", "end", "code", "coder"])
    frame = frame.assign(coding=[f"c{n}" for n in range(len(frame))], selection="", created=pd.NaT)[[*CODING_COLUMNS]]
    frame["created"] = pd.to_datetime(frame["created"], utc=True)
    return frame.astype(no_codings().dtypes.to_dict())


@pytest.fixture(scope="session")
def make():
    """A project of documents with turns of ten characters: ``make(rows, n_turns={"d1": 4})``."""

    def made(rows, n_turns, coders=("An", "Bo"), book=BOOK, roles=None):
        documents = []
        for name, n in n_turns.items():
            text = "\n".join("abcdefgh." for _ in range(n)) + "\n"
            turns = tuple(Turn(10 * i, 10 * i + 9, "I" if roles and i in roles else "R") for i in range(n))
            documents.append(Document(name, f"Gesprek {name}", text, turns, {}, {"I": "interviewer"}))
        names = pd.DataFrame({"name": [f"{coder} de Codeur" for coder in coders]}, index=list(coders))
        return Project("invented", Corpus(tuple(documents)), book, as_codings(rows), names)

    return made


@pytest.fixture(scope="session")
def demo():
    """The demonstration: 40 invented interviews, 882 codings of A and B."""
    corpus = read_transcripts(DEMO, attributes=DEMO / "kenmerken.csv")
    book = read_codebook("learning-communities")
    by_key = {code.key: code.id for code in book}
    by_file = {document.file: document for document in corpus}
    rows = []
    for file, coder, quote, key in pd.read_csv(DEMO / "codings" / "codings.csv").itertuples(index=False):
        document = by_file[file]
        start = document.text.index(quote)
        rows.append((document.id, start, start + len(quote), by_key[key], guid_of("coder", coder)))
    coders = pd.DataFrame({"name": ["A", "B"]}, index=[guid_of("coder", "A"), guid_of("coder", "B")])
    return Project("Demonstratie", corpus, book, as_codings(rows), coders)
