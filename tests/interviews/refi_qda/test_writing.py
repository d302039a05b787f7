"""What is written is valid, loses nothing, and holds what was changed."""

import zipfile
from collections import Counter
from dataclasses import replace
from functools import cache

import pandas as pd
import pytest
from lxml import etree

from lcresearch.errors import InterviewError
from lcresearch.interviews import (
    Code,
    Codebook,
    CodeSet,
    Corpus,
    Document,
    Note,
    Project,
    read_codebook,
    read_project,
    write_codebook,
    write_project,
)
from lcresearch.interviews.project import no_codings
from lcresearch.interviews.refi_qda.notes import coder_frame
from lcresearch.interviews.refi_qda.standard import schema

PROGRAMS = (None, "atlas.ti", "nvivo", "maxqda", "qualcoder")


@cache
def as_read(path):
    """A sample, read once: no test changes it."""
    return read_project(path)


def project_xml(path):
    with zipfile.ZipFile(path) as archive:
        return etree.fromstring(archive.read("project.qde"))


def elements(root):
    """Every element with its attributes and text, without namespaces, times of paths and order."""
    found = Counter()
    for element in root.iter():
        if isinstance(element.tag, str):
            attributes = {
                k: v for k, v in element.attrib.items() if "}" not in k and not k.endswith("Path") and k != "origin"
            }
            found[etree.QName(element).localname, tuple(sorted(attributes.items())), (element.text or "").strip()] += 1
    return found


def source_xml(path):
    if path.suffix == ".qde":
        return etree.fromstring(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        return etree.fromstring(archive.read(next(n for n in archive.namelist() if n.lower().endswith(".qde"))))


@pytest.mark.parametrize("target", PROGRAMS)
def test_every_sample_survives_write_and_read(project_sample, target, tmp_path):
    project = as_read(project_sample)
    path = write_project(project, tmp_path / "again.qdpx", target=target).path
    assert schema("Project").validate(project_xml(path))
    again = read_project(path)
    pd.testing.assert_frame_equal(again.codings, project.codings)
    pd.testing.assert_frame_equal(again.other_codings, project.other_codings)
    assert (again.notes, again.sets, again.origin == project.origin) == (project.notes, project.sets, target is None)
    assert [code.id for code in again.codebook] == [code.id for code in project.codebook]
    if target != "atlas.ti":
        assert again.codebook == project.codebook
    assert {problem.code for problem in again.problems} <= {"V010", "V020", "V028", "V029"}


def test_nothing_of_the_tree_is_lost(project_sample, tmp_path):
    path = write_project(as_read(project_sample), tmp_path / "again.qdpx").path
    before, after = elements(source_xml(project_sample)), elements(project_xml(path))
    lost = {key[0] for key in before - after}
    assert lost <= {"TextSource", "Project"}  # qc names no source; its name is that of its file
    assert sum(before.values()) == sum(after.values())


def test_the_names_in_the_package_are_those_of_the_standard(sample, tmp_path):
    path = write_project(read_project(sample("nvivo_win12_masked.qdpx")), tmp_path / "again.qdpx").path
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        assert archive.read("project.qde").startswith(b"<?xml")
    assert names[0] == "project.qde"
    assert all(name.startswith("sources/") and name.count("/") == 1 for name in names[1:])


def test_the_same_project_gives_the_same_bytes(sample, tmp_path):
    project = read_project(sample("qc_1.3.2_demo.qdpx"))
    first = write_project(project, tmp_path / "a.qdpx").path.read_bytes()
    assert first == write_project(project, tmp_path / "b.qdpx").path.read_bytes()


def invented():
    """A project that was made here; names and words are invented."""
    text = "Wij 🙂 leren elke dag.\nÉén voor één.\n\nEn samen."
    documents = (
        Document(
            "0a000000-0000-4000-8000-000000000001", "R1", text, attributes={"organisation": "Bedrijf B", "wave": 2}
        ),
        Document("0a000000-0000-4000-8000-000000000002", "R2", "Tijd is er niet."),
    )
    book = Codebook(
        (
            Code("0b000000-0000-4000-8000-000000000001", "leren", color="#1F77B4", definition="Wat het is."),
            Code(
                "0b000000-0000-4000-8000-000000000002",
                "van fouten",
                parent="0b000000-0000-4000-8000-000000000001",
                use_when="een fout besproken wordt.",
                translations={"en": {"name": "from mistakes"}},
            ),
            Code("0b000000-0000-4000-8000-000000000003", "overig", codable=False),
        )
    )
    rows = [
        ("0c000000-0000-4000-8000-000000000001", "", documents[0].id, 0, 5, book.codes[0].id, "k1"),
        ("0c000000-0000-4000-8000-000000000002", "", documents[0].id, 0, 5, book.codes[1].id, "k2"),
        ("0c000000-0000-4000-8000-000000000003", "", documents[0].id, 22, 35, book.codes[1].id, ""),
        ("0c000000-0000-4000-8000-000000000004", "", documents[1].id, -1, -1, book.codes[0].id, "k1"),
    ]
    coders = {"0d000000-0000-4000-8000-000000000001": "Coder 1", "0d000000-0000-4000-8000-000000000002": "Coder 2"}
    ids = dict(zip(("k1", "k2", ""), [*coders, ""], strict=True))
    codings = pd.DataFrame(
        [(*row[:6], ids[row[6]], pd.Timestamp("2026-03-01T10:00:00Z")) for row in rows], columns=no_codings().columns
    ).astype(no_codings().dtypes.to_dict())
    return Project("Invented", Corpus(documents), book, codings, coder_frame(coders))


@pytest.mark.parametrize("target", PROGRAMS)
def test_a_project_that_was_made_here(target, tmp_path):
    project = invented()
    written = write_project(project, tmp_path / "new.qdpx", target=target)
    again = read_project(written.path)
    assert schema("Project").validate(project_xml(written.path))
    assert again.quotes["quote"].tolist()[2:] == ["Één voor één.", "Tijd is er niet."]
    assert again.quotes["quote"][0] == ("Wij 🙂" if target in (None, "qualcoder") else "Wij \ufffd")
    assert again.codings["selection"].nunique() == 3  # two codes on one span share a selection
    assert again.coders.equals(project.coders)
    assert again.corpus["R1"].attributes == {"organisation": "Bedrijf B", "wave": 2}
    codes = {problem.code for problem in written.problems}
    assert codes == {"V045"} | ({"V042"} if target not in (None, "qualcoder") else set()) | (
        {"V046"} if target == "atlas.ti" else set()
    )
    names = [code.name for code in again.codebook]
    assert names[1] == ("leren: van fouten" if target == "atlas.ti" else "van fouten")
    assert again.codebook.codes[1].use_when == "een fout besproken wordt."


@pytest.mark.parametrize(
    ("target", "mark", "line_end", "position"),
    [("nvivo", True, b"\r\n", 22), ("maxqda", True, b"\r\n", 22), ("atlas.ti", False, b"\n", 22)],
)
def test_texts_look_as_the_program_writes_them(tmp_path, target, mark, line_end, position):
    path = write_project(invented(), tmp_path / "new.qdpx", target=target).path
    with zipfile.ZipFile(path) as archive:
        content = archive.read("sources/0a000000-0000-4000-8000-000000000001.txt")
    assert content.startswith(b"\xef\xbb\xbf") == mark
    assert (b"\r\n" in content) == (line_end == b"\r\n")
    second = project_xml(path).findall(".//{*}PlainTextSelection")[1]
    counted = position + 1 if target == "nvivo" else position  # CRLF is two for NVivo
    assert second.get("startPosition") == str(counted)


def test_names_of_variables_differ_in_thirty_characters(tmp_path):
    long = "Hoe vaak komt de leergemeenschap bij elkaar"
    cases = pd.DataFrame(
        {"name": ["R1"], f"{long} in het eerste jaar": [4], f"{long} in het tweede jaar": [5]},
        index=["0e000000-0000-4000-8000-000000000001"],
    )
    project = replace(invented(), cases=cases)
    again = read_project(write_project(project, tmp_path / "new.qdpx", target="maxqda").path)
    names = [name for name in again.cases.columns if name.startswith("Hoe")]
    assert len(names) == len({name[:30] for name in names}) == 2
    assert again.cases[names].iloc[0].tolist() == [4, 5]


def test_changes_go_into_the_tree_and_the_rest_stays(package, make, tmp_path):
    inside = (
        "<PlainTextContent>Wij leren samen.</PlainTextContent>"
        + make.selection(10, 0, 3, make.coding(20, of=1, by=7) + make.coding(21, of=2, by=7))
        + make.selection(11, 4, 9, make.coding(22, of=3, by=8))
        + make.selection(12, 10, 15, "<Description>opmerking</Description>")
    )
    rest = (
        f'<Notes><Note guid="{make.guid(80)}" name="memo"/></Notes>'
        f'<Links><Link guid="{make.guid(90)}" name="gaat over" originGUID="{make.guid(80)}" '
        f'targetGUID="{make.guid(12)}"/></Links>'
        f'<Sets><Set guid="{make.guid(95)}" name="groep"><MemberCode targetGUID="{make.guid(4)}"/></Set></Sets>'
    )
    users = "".join(f'<User guid="{make.guid(n)}" name="coder {n}"/>' for n in (7, 8))
    path = package(make.qde(codes=make.THREE, users=users, sources=make.text_source(5, "R1", inside), rest=rest))
    project = read_project(path)
    codings = project.codings.copy()
    codings.loc[0, ["start", "end"]] = [0, 9]  # moved away from the other code on its selection
    codings.loc[1, "code"] = make.guid(4)  # another code
    codings = codings.drop(index=2)  # taken out
    new = codings.iloc[[0]].assign(coding=make.guid(99), selection="", start=10, end=16, code=make.guid(1))
    codings = pd.concat([codings, new], ignore_index=True)
    book = replace(
        project.codebook,
        codes=tuple(replace(c, name="tijdgebrek") if c.name == "tijd" else c for c in project.codebook),
    )
    changed = replace(
        project,
        codings=codings,
        codebook=book,
        coders=project.coders.assign(name=["coder 7", "Nieuwe naam"]),
        notes=(
            *project.notes,
            Note(make.guid(81), "nieuw", "Tekst.", (("code", make.guid(1)), ("selection", make.guid(12)))),
        ),
        sets=(
            replace(project.sets[0], codes=(make.guid(1),)),
            CodeSet(make.guid(96), "erbij", documents=(make.guid(5),)),
        ),
    )
    again = read_project(write_project(changed, tmp_path / "changed.qdpx").path)
    assert sorted(again.quotes["quote"]) == ["Wij", "Wij leren", "samen."]
    assert again.quotes.set_index("quote")["path"].to_dict() == {
        "Wij": "tijdgebrek",
        "Wij leren": "leren",
        "samen.": "leren",
    }
    assert again.coders["name"].tolist() == ["coder 7", "Nieuwe naam"]
    assert again.notes[1].on == (("code", make.guid(1)), ("selection", make.guid(12)))
    assert again.notes[0].on == (("selection", make.guid(12)),)
    assert [(each.name, each.codes, each.documents) for each in again.sets] == [
        ("groep", (make.guid(1),), ()),
        ("erbij", (), (make.guid(5),)),
    ]
    root = project_xml(tmp_path / "changed.qdpx")
    assert root.find(".//{*}Link").get("name") == "gaat over"
    assert make.guid(11) not in {each.get("guid") for each in root.iter("{*}PlainTextSelection")}
    assert root.find(f".//*[@guid='{make.guid(12)}']/*").text == "opmerking"


def test_documents_cases_and_codes_come_and_go(package, make, tmp_path):
    content = "<PlainTextContent>Wij leren samen.</PlainTextContent>"
    sources = make.text_source(5, "R1", content + make.selection(10, 0, 3, make.coding(20, of=2))) + make.text_source(
        6, "R2", content
    )
    cases = f'<Case guid="{make.guid(60)}" name="c"><SourceRef targetGUID="{make.guid(5)}"/></Case>'
    path = package(make.qde(codes=make.THREE, sources=sources, cases=cases))
    project = read_project(path)
    kept = [code for code in project.codebook if code.name in ("leren", "van fouten")]
    extra = Document("0a000000-0000-4000-8000-000000000009", "R3", "Nieuw.")
    changed = replace(
        project,
        codebook=replace(project.codebook, codes=(*kept, Code(make.guid(9), "erbij", parent=kept[1].id))),
        corpus=Corpus((project.corpus["R1"], extra)),
        cases=project.cases.assign(jaren=[3]),
        case_documents=pd.DataFrame({"case": [make.guid(60)], "document": [extra.id]}),
    )
    again = read_project(write_project(changed, tmp_path / "changed.qdpx").path)
    assert [each.name for each in again.corpus] == ["R1", "R3"]
    assert [again.codebook.path(code.id) for code in again.codebook][-1] == "leren > van fouten > erbij"
    assert again.case_documents.values.tolist() == [[make.guid(60), extra.id]]
    assert again.corpus["R3"].attributes == {"jaren": 3}


def test_a_changed_text_takes_its_other_forms_out(package, make, tmp_path):
    inside = (
        make.selection(10, 0, 4, make.coding(20, of=1), 'name="Anna"')
        + make.selection(11, 9, 14, make.coding(21, of=2), 'name="samen"')
        + make.selection(12, 0, 4, "<Description>wie?</Description>")
    )
    attributes = 'plainTextPath="internal://5.txt" richTextPath="internal://5.docx"'
    path = package(
        make.qde(
            codes=make.THREE,
            sources=make.text_source(5, "R1", inside, attributes),
            attributes='name="a" basePath="C:/Users/Anna"',
        ),
        {"sources/5.txt": "Anna wil samen leren.", "sources/5.docx": b"PK Anna"},
    )
    project = read_project(path)
    document = replace(project.corpus["R1"], text="Respondent 1 wil samen leren.")
    codings = project.codings.assign(start=[0, 17], end=[12, 22])
    changed = replace(project, corpus=Corpus((document,)), codings=codings)
    written = write_project(changed, tmp_path / "clean.qdpx")
    assert {"V043", "V044"} <= {problem.code for problem in written.problems}
    with zipfile.ZipFile(written.path) as archive:
        assert archive.namelist() == ["project.qde", f"sources/{make.guid(5)}.txt"]
        assert all(b"Anna" not in archive.read(name) for name in archive.namelist())
    assert read_project(written.path).quotes["quote"].tolist() == ["Respondent 1", "samen"]


def test_what_is_not_to_the_standard_is_repaired_and_told(package, make, tmp_path):
    codes = (
        f'<Code guid="C1" name="leren" color="1f77b4"><Code guid="{make.guid(2)}" name="b" isCodable="True"/>'
        "<Description>Wat het is.</Description></Code>"
    )
    inside = (
        '<PlainTextSelection guid="S1" startPosition="0" endPosition="3" extra="x" creationDateTime="2026-03-01 10:00">'
        f'<NoteRef targetGUID="{make.guid(80)}"/><Coding guid="{make.guid(20)}"><CodeRef targetGUID="C1"/></Coding>'
        "</PlainTextSelection><PlainTextContent>Wij leren.</PlainTextContent><Onbekend/>"
    )
    rest = f'<Links/><Sets><Set guid="{make.guid(95)}" name="g"><MemberCode guid="C1"/></Set></Sets><Graphs/>'
    path = package(make.qde(codes=codes, sources=make.text_source(5, "R1", inside), rest=rest))
    project = read_project(path)
    assert project.quotes[["path", "quote"]].values.tolist() == [["leren", "Wij"]]
    written = write_project(project, tmp_path / "good.qdpx")
    assert "V040" in {problem.code for problem in written.problems}
    assert "order in Code" in str(written)
    assert schema("Project").validate(project_xml(written.path))
    again = read_project(written.path)
    assert again.problems[0].code != "V015"
    assert again.quotes[["path", "quote"]].values.tolist() == [["leren", "Wij"]]
    assert again.codebook.codes[0].color == "#1f77b4"
    assert again.sets[0].codes == (again.codebook.codes[0].id,)


def test_a_coding_of_several_codes_becomes_one_a_code(package, make, tmp_path):
    both = "".join(f'<CodeRef targetGUID="{make.guid(n)}"/>' for n in (1, 2))
    several = f'<Coding guid="{make.guid(20)}">{both}</Coding>'
    source = make.text_source(5, "R1", f"<PlainTextContent>Wij.</PlainTextContent>{make.selection(10, 0, 3, several)}")
    project = read_project(package(make.qde(codes=make.THREE, sources=source)))
    again = read_project(write_project(project, tmp_path / "good.qdpx").path)
    assert sorted(again.codings["coding"]) == sorted(project.codings["coding"])
    assert sorted(again.quotes["path"]) == ["leren", "leren > van fouten"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"code": "weg"}, "V036"),
        ({"document": "weg"}, "V036"),
        ({"coding": "twee"}, "V037"),
        ({"end": 999}, "V038"),
        ({"start": 9, "end": 4}, "V038"),
    ],
)
def test_a_project_that_does_not_hold_together_is_refused(tmp_path, change, code):
    project = invented()
    with pytest.raises(InterviewError) as error:
        write_project(replace(project, codings=project.codings.assign(**change)), tmp_path / "bad.qdpx")
    assert code in [problem.code for problem in error.value.problems]
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("parents", [("b", "a"), ("a", ""), ("", "c")])
def test_codes_that_are_no_tree_are_refused(tmp_path, parents):
    book = Codebook(tuple(Code(id, id, parent) for id, parent in zip("ab", parents, strict=True)))
    with pytest.raises(InterviewError, match="V039"):
        write_codebook(book, tmp_path / "bad.qdc")
    with pytest.raises(InterviewError, match="V049"):
        write_codebook(Codebook(), tmp_path / "bad.qdc")


def test_nothing_is_overwritten_and_other_endings_are_refused(tmp_path):
    write_project(invented(), tmp_path / "a.qdpx")
    with pytest.raises(InterviewError, match="G002"):
        write_project(invented(), tmp_path / "a.qdpx")
    write_project(invented(), tmp_path / "a.qdpx", force=True)
    with pytest.raises(InterviewError, match="V035"):
        write_project(invented(), tmp_path / "a.nvp")
    with pytest.raises(ValueError, match="target is one of"):
        write_project(invented(), tmp_path / "b.qdpx", target="word")
    with pytest.raises(InterviewError, match="G004"):
        write_project(invented(), tmp_path / "none" / "b.qdpx")


def test_codebooks_go_out_and_come_back(tmp_path, codebook_sample):
    for number, book in enumerate((invented().codebook, read_codebook(codebook_sample))):
        written = write_codebook(book, tmp_path / f"{number}.qdc")
        assert schema("CodeBook").validate(etree.parse(written.path))
        again = read_codebook(written.path)
        assert [replace(code, translations={}) for code in book] == list(again)
        assert not again.problems


def test_pyrefiqda_reads_what_is_written(tmp_path, project_sample):
    pyrefiqda = pytest.importorskip("pyrefiqda")
    project = read_project(project_sample)
    path = write_project(project, tmp_path / "again.qdpx").path
    outside = pyrefiqda.RefiProject.load(path, tmp_path / "unpacked")
    sources = outside.sources.text_source if outside.sources else []
    codings = sum(len(each.coding) for source in sources for each in source.plain_text_selection)
    texts = project.sources.index[project.sources["kind"] == "text"]
    assert codings == project.codings["document"].isin(texts).sum() + project.other_codings["source"].isin(texts).sum()
    assert len(sources) == len(texts)
    assert len(outside.users.user if outside.users else []) == len(project.coders)
    assert len(outside.sets.set if outside.sets else []) == len(project.sets)
    assert outside.name == project.name
