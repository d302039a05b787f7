"""An invented project whose codes have search phrases: twelve interviews, read by An, the first four by Bo too."""

import pandas as pd
import pytest

from lcresearch.interviews import Code, Codebook, Corpus, Document, Project, Turn
from lcresearch.interviews.guids import guid_of
from lcresearch.interviews.refi_qda.notes import coder_frame

TIME, MISTAKES, MONEY = (guid_of(name) for name in ("time", "mistakes", "money"))
AN, BO = guid_of("An"), guid_of("Bo")
SAID = {
    TIME: ["We hebben geen tijd.", "Het is te druk, hoor.", "Er is nooit tijd om iets te leren."],
    MISTAKES: ["Ik heb het fout gedaan en ervan geleerd.", "Van fouten leer je.", "Het ging mis, en dat hielp."],
    "": ["Het weer is mooi.", "Ik kom uit Borne.", "We drinken koffie.", "Ja, precies.", "Dat is een bus."],
}


def interview(number):
    """A text, its turns, and which code each turn is about."""
    about = [TIME, "", MISTAKES, "", TIME if number % 2 else MISTAKES, ""]
    text, turns, codes = "", [], []
    for place, code in enumerate(about):
        line = SAID[code][(number + place) % len(SAID[code])]
        text += "R: "
        turns.append(Turn(len(text), len(text) + len(line), "R"))
        codes.append(code)
        text += line + "\n"
    document = Document(
        guid_of("text", number), f"Gesprek {number:02d}", text, tuple(turns), {"respondent": f"R{number}"}
    )
    return document, codes


@pytest.fixture(scope="session")
def coded():
    book = Codebook(
        (
            Code(
                TIME, "tijd", definition="Te weinig tijd.", key="time", patterns={"nl": ("geen|nooit tijd", "te druk")}
            ),
            Code(
                MISTAKES, "fouten", definition="Leren van fouten.", key="mistakes", patterns={"nl": ("fout ... leren",)}
            ),
            Code(MONEY, "geld", definition="Te weinig geld.", key="money"),
        )
    )
    documents, rows = [], []
    for number in range(12):
        document, codes = interview(number)
        documents.append(document)
        for turn, code in zip(document.turns, codes, strict=True):
            for coder in ([AN, BO] if number < 4 else [AN]) if code and number < 10 else []:
                if not (coder == BO and turn.start > 100):
                    rows.append((document.id, turn.start, turn.end, code, coder))
    codings = pd.DataFrame(rows, columns=["document", "start", "end", "code", "coder"])
    codings = codings.assign(
        coding=[guid_of("coding", n) for n in range(len(rows))],
        selection=[guid_of("selection", n) for n in range(len(rows))],
        created=pd.Timestamp("2026-11-25", tz="UTC"),
    )[["coding", "selection", "document", "start", "end", "code", "coder", "created"]]
    return Project("Verzonnen", Corpus(tuple(documents)), book, codings, coder_frame({AN: "An", BO: "Bo"}))
