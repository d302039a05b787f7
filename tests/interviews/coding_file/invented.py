"""An invented project of two texts."""

from __future__ import annotations

import pandas as pd

from lcresearch.interviews import Code, Codebook, CodeSet, Corpus, Document, Note, Project, Turn
from lcresearch.interviews.project import no_codings
from lcresearch.interviews.refi_qda.notes import coder_frame

SAID = "Wij leren elke dag van onze fouten. 🐝 Er is geen tijd voor overleg."
ASKED = "Interviewer: Hoe gaat het?\nBo: Wij werken graag samen aan nieuwe machines."


def invented_project() -> Project:
    """Two invented texts and a small codebook."""
    first = Document("d1", "R1", SAID, attributes={"respondent": "r1", "wave": 1})
    second = Document(
        "d2", "R2", ASKED, (Turn(13, 26, "Interviewer"), Turn(31, len(ASKED), "Bo")), {"respondent": "r2"},
        {"Interviewer": "interviewer"}, "R2.txt",
    )  # fmt: skip
    codes = (
        Code("c1", "leren", codable=False, definition="Alles over leren."),
        Code("c2", "van fouten", parent="c1", color="#aa0000", patterns={"nl": ("fout*",)}),
        Code("c3", "tijd", translations={"en": {"name": "time"}}, links={"barrier": "time"}, key="time"),
    )
    book = Codebook(codes, "invented", "1.2.0", "nl", (("1.2.0", "tijd erbij"),))
    return Project(
        "invented",
        Corpus((first, second)),
        book,
        no_codings(),
        coder_frame({"a": "An", "b": "Bo"}),
        cases=pd.DataFrame({"name": ["Een", "Twee"], "age": [41, 52]}, index=pd.Index(["k1", "k2"], name="case")),
        case_documents=pd.DataFrame({"case": ["k1", "k2"], "document": ["d1", "d2"]}),
        notes=(Note("n1", "Over tijd", "Vaak genoemd.", (("code", "c3"),), "a"),),
        sets=(CodeSet("s1", "groep", "", ("c2", "c3"), ("d1", "d2")),),
        origin="invented",
    )
