"""Coded projects: codings go along, and nothing of the file that a project came from goes with it. All invented."""

import zipfile

import pandas as pd
import pytest

from lcresearch import interviews
from lcresearch.interviews import Code, Codebook, CodeSet, Corpus, Document, Note, Project, Turn
from lcresearch.interviews.guids import guid_of

OWN = ["pattern", "list", "corpus", "speech"]
TEXT = "I: Wie hielp?\nR: Marleen de Vries 🙂 van Bakkerij Boon. Marleens plan hielp ons.\nI: Mooi."
SECRET = ("Marleen", "Vries", "Boon", "Bilal")


def guid(name):
    return guid_of("invented", name)


def span(words):
    start = TEXT.index(words)
    return start, start + len(words)


@pytest.fixture
def project():
    document = Document(
        guid("d"), "Interview Bilal", TEXT,
        (Turn(3, 13, "I"), Turn(*span(TEXT.split("R: ")[1].split("\n")[0]), "R"), Turn(*span("Mooi."), "I")),
        {"visited": "Marleen"},
        {"I": "interviewer"}, "Bilal.txt",
    )  # fmt: skip
    marked = ["Marleen de Vries 🙂", "de Vries 🙂 van Bakkerij", "Marleens plan hielp ons.", "plan", "Wie hielp?"]
    spans = [*map(span, marked), (-1, -1)]
    codings = pd.DataFrame(
        {
            "coding": [guid(f"c{n}") for n in range(len(spans))],
            "selection": "",
            "document": guid("d"),
            "start": [start for start, _ in spans],
            "end": [end for _, end in spans],
            "code": guid("code"),
            "coder": guid("an"),
            "created": pd.NaT,
        }
    )
    case = guid("case")
    return Project(
        name="Talks at Bakkerij Boon",
        corpus=Corpus((document,)),
        codebook=Codebook(
            (Code(guid("code"), "hulp", example="Marleen de Vries hielp.", definition="Somebody helps."),)
        ),
        codings=codings,
        coders=pd.DataFrame({"name": ["An de Coder"]}, index=pd.Index([guid("an")], name="coder")),
        cases=pd.DataFrame({"name": ["Bilal"], "firm": ["Bakkerij Boon"]}, index=pd.Index([case], name="case")),
        case_documents=pd.DataFrame({"case": [case], "document": [document.id]}),
        case_selections=pd.DataFrame(
            {"case": [case], "document": [document.id], "start": [span("Marleens")[0]], "end": [span("Marleens")[1]]}
        ),
        notes=(
            Note(
                guid("note"),
                "Over Marleen",
                "Bilal vertelde dat Marleen de Vries ziek was.",
                (("document", document.id),),
            ),
        ),
        sets=(CodeSet(guid("set"), "Talks", "At Bakkerij Boon", documents=(document.id,)),),
    )


def test_codings_turns_and_parts_of_cases_go_along(project):
    new = interviews.deidentify(project, layers=OWN).project
    assert new.corpus.documents[0].text == (
        "I: Wie hielp?\nR: Persoon 1 🙂 van Bedrijf A. Persoon 1's plan hielp ons.\nI: Mooi."
    )
    assert new.quotes["quote"].tolist() == [
        "Persoon 1 🙂", "Persoon 1 🙂 van Bedrijf A", "Persoon 1's plan hielp ons.", "plan", "Wie hielp?",
        new.corpus.documents[0].text,
    ]  # fmt: skip
    row = new.case_selections.iloc[0]
    assert new.corpus.documents[0].quote(row["start"], row["end"]) == "Persoon 1's"
    assert [new.corpus.documents[0].quote(t.start, t.end)[:4] for t in new.corpus.documents[0].turns] == [
        "Wie ",
        "Pers",
        "Mooi",
    ]


def test_no_name_is_left_anywhere_in_a_project(project):
    new = interviews.deidentify(project, layers=OWN).project
    said = repr(
        [new.name, new.corpus.documents, new.codebook, new.cases.to_dict(), new.notes, new.sets, new.sources.to_dict()]
    )
    assert [name for name in SECRET if name in said] == []
    assert "hulp" in said
    assert "Somebody helps." in said


def test_nothing_of_the_file_that_it_came_from_is_written(project, tmp_path):
    interviews.write_project(project, tmp_path / "before.qdpx")
    before = interviews.read_project(tmp_path / "before.qdpx")
    assert "Marleen" in before.kept.decode() + b"".join(before.kept_files.values()).decode()
    found = interviews.deidentify(before, layers=OWN)
    interviews.write_project(found.project, tmp_path / "after.qdpx")
    with zipfile.ZipFile(tmp_path / "after.qdpx") as archive:
        content = b"".join(archive.read(name) for name in archive.namelist()) + "".join(archive.namelist()).encode()
    assert [name for name in SECRET if name.encode() in content] == []
    after = interviews.read_project(tmp_path / "after.qdpx")
    assert after.quotes["quote"].tolist() == found.project.quotes["quote"].tolist()
    assert {"V120", "V122"} <= {problem.code for problem in found.problems}


def test_codings_of_the_demo_keep_their_words():
    """Every coding of a large project holds its old quote with the names in it replaced."""
    names = ["Marleen", "Bilal", "Sunita", "Piotr"]
    said = "R: Toen zei {} tegen {} dat het goed ging, en {} lachte met {} mee. "
    text = "".join(said.format(*(names[(n + k) % 4] for k in range(4))) + "\n" for n in range(50))
    document = Document("d", "talk", text)
    spans = pd.DataFrame([(start, start + width) for start in range(0, len(text) - 80, 7) for width in (1, 9, 60)])
    codings = pd.DataFrame({"document": "d", "start": spans[0], "end": spans[1], "code": "c", "coder": "an"})
    codings = codings.assign(coding=[str(n) for n in range(len(codings))], selection="", created=pd.NaT)
    coders = pd.DataFrame({"name": ["An"]}, index=["an"])
    project = Project("p", Corpus((document,)), Codebook((Code("c", "code"),)), codings, coders)
    new = interviews.deidentify(project, layers=OWN).project
    shown = {f"Persoon {n}": name for n, name in enumerate(names, start=1)}
    for old, now in zip(project.quotes["quote"], new.quotes["quote"], strict=True):
        for pseudonym, name in shown.items():
            now = now.replace(pseudonym, name)
        assert old in now
        assert len(now) - len(old) < 2 * max(map(len, names))
