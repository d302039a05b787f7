"""Any invented project survives write and read, for every program."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from lcresearch.interviews import Code, Codebook, CodeSet, Corpus, Document, Note, Project, read_project, write_project
from lcresearch.interviews.guids import guid_of
from lcresearch.interviews.project import CODING_COLUMNS, no_codings
from lcresearch.interviews.refi_qda.notes import coder_frame
from lcresearch.interviews.refi_qda.targets import TARGETS, without_astral
from lcresearch.interviews.text.positions import inner_text

QUICK = settings(deadline=None, max_examples=25)
PROGRAMS = st.sampled_from([None, *TARGETS])
texts = st.text(st.sampled_from("ab é🙂\n\t.,\u200b𝐀<&\"'"), min_size=1, max_size=40)
names = st.text(st.sampled_from("abcé🙂 >:"), min_size=1, max_size=8).map(lambda name: f"n{name.strip()}")


@st.composite
def codebooks(draw):
    codes = []
    for number in range(draw(st.integers(1, 6))):
        parent = draw(st.sampled_from(["", *(code.id for code in codes)]))
        rules = {
            part: draw(names)
            for part in draw(st.sets(st.sampled_from(["definition", "use_when", "not_when", "example"])))
        }
        color = draw(st.sampled_from(["", "#1F77B4", "#fff"]))
        codes.append(
            Code(guid_of("code", number), draw(names), parent, color=color, codable=draw(st.booleans()), **rules)
        )
    return Codebook(tuple(codes), language="nl")


@st.composite
def projects(draw):
    documents = [Document(guid_of("text", n), f"R{n}", draw(texts)) for n in range(draw(st.integers(1, 3)))]
    book = draw(codebooks())
    coders = {guid_of("coder", n): f"Coder {n}" for n in range(2)}
    rows = []
    for number in range(draw(st.integers(0, 8))):
        document = draw(st.sampled_from(documents))
        start = draw(st.integers(0, len(document.text)))
        end = draw(st.integers(start, len(document.text)))
        span = draw(st.sampled_from([(start, end), (start, end), (-1, -1)]))
        code, coder = draw(st.sampled_from(book.codes)), draw(st.sampled_from([*coders, ""]))
        created = draw(st.sampled_from([pd.NaT, pd.Timestamp("2026-03-01T10:00:00Z")]))
        rows.append((guid_of("coding", number), "", document.id, *span, code.id, coder, created))
    codings = pd.DataFrame(rows, columns=list(CODING_COLUMNS))
    codings["created"] = pd.to_datetime(codings["created"], utc=True)
    codings = codings.astype(no_codings().dtypes.to_dict())
    return Project("invented", Corpus(tuple(documents)), book, codings, coder_frame(coders))


def written(project, target):
    with TemporaryDirectory() as folder:
        return read_project(write_project(project, Path(folder) / "a.qdpx", target=target).path)


def rows(project, keep=lambda text: text):
    """What a coder would recognise: text, place, quote, code, coder."""
    found = [
        (row.document, row.start, row.end, row.code, row.coder, None if pd.isna(row.created) else row.created)
        for row in project.codings.itertuples()
    ]
    return sorted(zip(found, [keep(quote) for quote in project.quotes["quote"]], strict=True), key=str)


def tree(project):
    """Codes below each code, in order."""
    codes = ["", *project.codebook.by_id]
    return {code: [child.id for child in project.codebook.children(code)] for code in codes}


@given(projects(), PROGRAMS)
@QUICK
def test_what_goes_out_comes_back(project, target):
    again = written(project, target)
    keep = without_astral if target and not TARGETS[target].astral else str
    assert rows(again) == rows(project, keep)
    assert [each.text for each in again.corpus] == [keep(inner_text(each.text)) for each in project.corpus]
    assert {code.id for code in again.codebook} == {code.id for code in project.codebook}
    if target != "atlas.ti":
        assert tree(again) == tree(project)
    assert again.coders.equals(project.coders)
    if target in (None, "qualcoder"):
        assert again.codebook.by_id == project.codebook.by_id
    for code in again.codebook:
        assert (code.color, code.codable) == (project.codebook[code.id].color, project.codebook[code.id].codable)


@given(projects(), projects(), PROGRAMS, PROGRAMS)
@QUICK
def test_a_project_that_changed_comes_back_changed(first, second, once, then):
    """Texts, codes and codings of another project take the place of those in the file."""
    start = written(first, once)
    changed = replace(second, kept=start.kept, kept_files=start.kept_files)
    again = written(changed, then)
    keep = without_astral if then and not TARGETS[then].astral else str
    assert rows(again) == rows(second, keep)
    assert {code.id for code in again.codebook} == {code.id for code in second.codebook}
    if then != "atlas.ti":
        assert tree(again) == tree(second)


@given(projects(), st.data())
@QUICK
def test_notes_and_sets_come_back(project, data):
    targets = [
        ("project", ""),
        *(("code", code.id) for code in project.codebook),
        ("document", project.corpus.documents[0].id),
    ]
    targets += [("coding", coding) for coding in project.codings["coding"]]
    chosen = tuple(dict.fromkeys(data.draw(st.lists(st.sampled_from(targets), max_size=3))))
    note = Note(guid_of("note"), "memo", data.draw(texts).strip() or "x", chosen, guid_of("coder", 0))
    group = CodeSet(guid_of("set"), "groep", "", tuple(code.id for code in project.codebook)[:2], (), (note.id,))
    again = written(replace(project, notes=(note,), sets=(group,)), None)
    assert again.notes[0].text == note.text
    assert (again.notes[0].name, set(again.notes[0].on), again.notes[0].author) == ("memo", set(chosen), note.author)
    assert again.sets == (group,)
