"""A project of another program holds what its file says, counted apart with XPath."""

import zipfile

import numpy as np
from lxml import etree

from lcresearch.interviews import read_codebook, read_project


def tree(path):
    """The XML of a project, read without the package."""
    if path.suffix == ".qdpx":
        with zipfile.ZipFile(path) as archive:
            name = next(name for name in archive.namelist() if name.lower().endswith(".qde"))
            return etree.fromstring(archive.read(name))
    return etree.fromstring(path.read_bytes())


def counted(root, path):
    steps = "/".join(f"*[local-name()='{step}']" if step != "*" else "*" for step in path.split("/"))
    return int(root.xpath(f"count(//{steps})"))


def test_counts_equal_those_of_the_xml(project_sample):
    root, project = tree(project_sample), read_project(project_sample)
    assert len(project.codebook) == counted(root, "Code")
    assert len(project.sources) == counted(root, "Sources/*")
    assert len(project.codings) + len(project.other_codings) == counted(root, "Coding")
    assert len(project.notes) == counted(root, "Note")
    assert len(project.sets) == counted(root, "Set")
    assert len(project.cases) == counted(root, "Case")
    assert len(project.coders) == counted(root, "User")
    assert sum(len(each.codes) + len(each.documents) + len(each.notes) for each in project.sets) == (
        counted(root, "MemberCode") + counted(root, "MemberSource") + counted(root, "MemberNote")
    )
    assert project.codings["coding"].is_unique
    assert set(project.codings["code"]) <= set(project.codebook.by_id)
    assert len(project.quotes) == len(project.codings)


def test_codebooks_have_the_codes_of_the_xml(codebook_sample):
    book = read_codebook(codebook_sample)
    assert [each.name for each in book] == etree.parse(codebook_sample).xpath("//*[local-name()='Code']/@name")
    assert [problem.code for problem in book.problems] == ["V015"]  # Taguette 1.4.1 writes an empty <Sets/>


def test_quotes_of_nvivo_end_where_lines_end(sample):
    project = read_project(sample("nvivo_win12_masked.qdpx"))
    assert (project.evidence.rule.unit, project.evidence.rule.line_end) == ("utf16", "as_written")
    spans = project.codings
    following = [
        project.corpus[document].text[end] for document, end in zip(spans["document"], spans["end"], strict=True)
    ]
    assert (following.count("\n"), len(following)) == (281, 303)
    assert spans["selection"].nunique() == 303
    assert len(spans.drop_duplicates(["document", "start", "end"])) == 188


def test_lines_of_qc_are_whole(sample):
    project = read_project(sample("qc_1.3.2_demo.qdpx"))
    quotes = project.quotes["quote"]
    assert quotes.str.endswith("\n").all()
    assert not quotes.str.rstrip("\n").str.contains("\n").any()
    assert project.codebook.frame["path"].is_unique
    assert not project.codebook.frame["name"].is_unique


def test_atlas_sample_keeps_what_it_cannot_read(sample):
    project = read_project(sample("atlasti_mac8_standard_project_no_sources.qdpx"))
    assert project.sources["kind"].value_counts().to_dict() == {
        "text": 6,
        "video": 2,
        "pdf": 2,
        "picture": 1,
        "audio": 1,
    }
    assert not project.sources["read"].any()
    assert [note.name for note in project.notes] == ["Research Plan", "My favorite Coke ad"]
    assert project.notes[0].text.startswith("This is a great project")
    assert {"V010", "V028", "V029"} == {problem.code for problem in project.problems}


def test_positions_of_every_program_are_the_same_characters(package, make):
    """One text with emoji and CRLF, coded as ATLAS.ti, NVivo and a Python program count."""
    raw = "\ufeffWij 🙂 leren.\r\nElke dag, één voor één.\r\nSamen leren wij."
    words = {"leren.": None, "Elke dag": None, "één voor één": None, "Samen": None}
    as_written = raw.removeprefix("\ufeff")
    collapsed = as_written.replace("\r\n", "\n")
    counts = {
        "ATLAS.ti": lambda word: collapsed.index(word),
        "NVivo": lambda word: len(as_written[: as_written.index(word)].encode("utf-16-le")) // 2,
        "other": lambda word: as_written.index(word),
    }
    for origin, start in counts.items():
        chosen = "".join(
            make.selection(10 + n, start(word), start(word) + len(word), make.coding(20 + n, of=2))
            for n, word in enumerate(words)
        )
        source = make.text_source(5, "R1", chosen, 'plainTextPath="internal://R1.txt"')
        path = package(
            make.qde(codes=make.THREE, sources=source, attributes=f'name="invented" origin="{origin}"'),
            {"Sources/r1.txt": raw},
        )
        project = read_project(path)
        assert project.quotes["quote"].tolist() == list(words), origin
        assert project.quotes["path"].unique().tolist() == ["leren > van fouten"]


def test_text_inside_the_file_bare_names_and_whole_documents(tmp_path, make):
    inline = make.text_source(5, "R1", f"<PlainTextContent>Wij leren.</PlainTextContent>{make.coding(20, of=1)}")
    beside = make.text_source(6, "", make.selection(10, 0, 3), 'plainTextPath="R2.txt"')
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "R2.txt").write_text("Tijd is er niet.", encoding="utf-8")
    path = tmp_path / "invented.qde"
    path.write_text(make.qde(codes=make.THREE, sources=inline + beside), encoding="utf-8")
    project = read_project(path)
    assert [each.name for each in project.corpus] == ["R1", "R2"]
    assert [each.text for each in project.corpus] == ["Wij leren.", "Tijd is er niet."]
    assert project.codings[["selection", "start", "end"]].values.tolist() == [["", -1, -1]]
    assert project.quotes["quote"].tolist() == ["Wij leren."]


def test_one_span_in_three_selections_or_in_one(package, make):
    content = "<PlainTextContent>Wij leren.</PlainTextContent>"
    three = "".join(make.selection(10 + n, 0, 3, make.coding(20 + n, of=1 + n, by=7)) for n in range(3))
    one = make.selection(13, 4, 9, make.coding(30, of=1) + make.coding(31, of=2), f'creatingUser="{make.guid(8)}"')
    path = package(
        make.qde(codes=make.THREE, sources=make.text_source(5, "R1", content + three + one), users="<User/>")
    )
    project = read_project(path)
    assert project.codings["selection"].nunique() == 4
    assert project.codings["coder"].tolist() == [make.guid(7)] * 3 + [make.guid(8)] * 2
    assert set(project.coders.index) >= {make.guid(7), make.guid(8)}
    assert "V032" in {problem.code for problem in project.problems}


def test_cases_variables_and_parts_of_texts(package, make):
    names = ["naam", "naam", "name", "dag", "jaren", "score", "lid", "moment"]
    kinds = ["Text", "Text", "Text", "Date", "Integer", "Float", "Boolean", "DateTime"]
    variables = "".join(
        f'<Variable guid="{make.guid(40 + n)}" name="{name}" typeOfVariable="{kind}"/>'
        for n, (name, kind) in enumerate(zip(names, kinds, strict=True))
    )
    given = ["a", "b", "c", "2026-03-01", "12", "1.5", "true", "2026-03-01T12:00:00+01:00"]
    values = "".join(
        f'<VariableValue><VariableRef targetGUID="{make.guid(40 + n)}"/>'
        f"<{kind}Value>{value}</{kind}Value></VariableValue>"
        for n, (kind, value) in enumerate(zip(kinds, given, strict=True))
    )
    cases = (
        f'<Case guid="{make.guid(60)}">{values}<SourceRef targetGUID="{make.guid(5)}"/>'
        f'<SelectionRef targetGUID="{make.guid(10)}"/></Case>'
        f'<Case guid="{make.guid(61)}" name="groep"/>'
    )
    inside = "<PlainTextContent>Wij leren.</PlainTextContent>" + make.selection(10, 0, 3)
    inside += make.selection(11, 4, 9, make.coding(20, of=61))
    path = package(
        make.qde(codes=make.THREE, sources=make.text_source(5, "R1", inside), cases=cases, variables=variables)
    )
    project = read_project(path)
    assert project.cases.columns.tolist() == ["name", "naam", "naam (2)", "name (2)", *names[3:]]
    assert project.cases.index.tolist() == [make.guid(60), make.guid(61)]
    assert project.cases["name"].tolist() == ["", "groep"]
    first = project.cases.iloc[0]
    assert (first["jaren"], first["score"], first["lid"], str(first["dag"])) == (12, 1.5, True, "2026-03-01")
    assert first["moment"].isoformat() == "2026-03-01T11:00:00+00:00"
    assert project.corpus["R1"].attributes["jaren"] == 12
    assert project.case_documents.values.tolist() == [[make.guid(60), make.guid(5)]]
    assert project.case_selections.values.tolist() == [
        [make.guid(61), make.guid(5), 4, 9],
        [make.guid(60), make.guid(5), 0, 3],
    ]
    assert len(project.codings) == 0
    assert "V027" in {problem.code for problem in project.problems}


def test_a_transcript_is_a_text_with_times(package, make):
    points = "".join(
        f'<SyncPoint guid="{make.guid(70 + n)}" position="{place}" timeStamp="{time}"/>'
        for n, (place, time) in enumerate([(0, 0), (6, 1500), (13, 4000)])
    )
    chosen = (
        f'<TranscriptSelection guid="{make.guid(10)}" fromSyncPoint="{make.guid(71)}" toSyncPoint="{make.guid(72)}">'
        f"{make.coding(20, of=1)}</TranscriptSelection>"
    )
    content = f"<PlainTextContent>Hallo.\nWij leren.</PlainTextContent>{points}{chosen}"
    transcript = f'<Transcript guid="{make.guid(6)}">{content}</Transcript>'
    clip = f'<AudioSelection guid="{make.guid(11)}" begin="0" end="10">{make.coding(21, of=2)}</AudioSelection>'
    source = (
        f'<AudioSource guid="{make.guid(5)}" name="opname" path="internal://5.m4a">{transcript}{clip}</AudioSource>'
    )
    project = read_project(package(make.qde(codes=make.THREE, sources=source), {"sources/5.m4a": b"\x00\x01"}))
    document = project.corpus["opname"]
    assert [(turn.start, turn.end, turn.begins, turn.ends) for turn in document.turns] == [
        (0, 6, 0.0, 1.5),
        (6, 13, 1.5, 4.0),
        (13, 17, 4.0, None),
    ]
    assert project.quotes["quote"].tolist() == ["\nWij le"]
    assert project.other_codings[["source", "code"]].values.tolist() == [[make.guid(5), make.guid(2)]]
    assert project.sources.loc[make.guid(5), ["kind", "read"]].tolist() == ["audio", True]
    assert project.kept_files["sources/5.m4a"] == b"\x00\x01"


def test_a_transcript_that_is_a_source_too_is_read_once(package, make):
    point = f'<SyncPoint guid="{make.guid(70)}" position="4" timeStamp="2000"/>'
    attributes = 'plainTextPath="internal://5.txt"'
    sources = make.text_source(5, "R1", "", attributes) + (
        f'<VideoSource guid="{make.guid(6)}" name="film">'
        f'<Transcript guid="{make.guid(7)}" {attributes}>{point}</Transcript></VideoSource>'
    )
    project = read_project(package(make.qde(sources=sources), {"sources/5.txt": "Wij leren."}))
    assert [each.name for each in project.corpus] == ["R1"]
    assert project.corpus["R1"].turns[0].begins == 2.0
    assert project.sources["read"].all()


def test_the_text_of_a_pdf_is_read_and_places_on_the_page_are_kept(package, make):
    place = 'page="0" firstX="1" firstY="1" secondX="9" secondY="9"'
    page = f'<PDFSelection guid="{make.guid(10)}" {place}>{make.coding(20, of=1)}</PDFSelection>'
    text = (
        f'<Representation guid="{make.guid(6)}"><PlainTextContent>Wij leren.</PlainTextContent>'
        f"{make.selection(10, 4, 9, make.coding(21, of=1))}</Representation>"
    )
    project = read_project(
        package(
            make.qde(codes=make.THREE, sources=f'<PDFSource guid="{make.guid(5)}" name="p">{page}{text}</PDFSource>')
        )
    )
    assert project.quotes["quote"].tolist() == ["leren"]
    assert project.other_codings["coding"].tolist() == [make.guid(20)]


def test_notes_tell_what_they_are_about(package, make):
    notes = (
        f'<Note guid="{make.guid(80)}" name="memo" creatingUser="{make.guid(9)}">'
        "<PlainTextContent>Bij code.</PlainTextContent></Note>"
        f'<Note guid="{make.guid(81)}" plainTextPath="internal://81.txt"/>'
        f'<Note guid="{make.guid(82)}"><Description>Zoals ATLAS.ti 26.</Description></Note>'
    )
    links = f'<Link guid="{make.guid(90)}" originGUID="{make.guid(81)}" targetGUID="{make.guid(10)}"/>'
    inside = f"<PlainTextContent>Wij leren.</PlainTextContent>{make.selection(10, 0, 3)}"
    codes = make.code(1, "leren", f'<NoteRef targetGUID="{make.guid(80)}"/>')
    rest = f"<Notes>{notes}</Notes><Links>{links}</Links>" + f'<NoteRef targetGUID="{make.guid(82)}"/>'
    path = package(
        make.qde(codes=codes, sources=make.text_source(5, "R1", inside), rest=rest),
        {"sources/81.txt": "\ufeffBij\r\nselectie."},
    )
    first, second, third = read_project(path).notes
    assert (first.text, first.on, first.author) == ("Bij code.", (("code", make.guid(1)),), make.guid(9))
    assert (second.text, second.on) == ("Bij\nselectie.", (("selection", make.guid(10)),))
    assert (third.text, third.on) == ("Zoals ATLAS.ti 26.", (("project", ""),))


def test_sets_in_both_spellings_and_two_sources_of_one_name(package, make):
    content = "<PlainTextContent>Wij.</PlainTextContent>"
    sources = make.text_source(5, "R1", content) + make.text_source(6, "R1", content)
    rest = (
        f'<Sets><Set guid="{make.guid(80)}" name="groep"><MemberCode guid="{make.guid(1)}"/>'
        f'<MemberSource targetGUID="{make.guid(5)}"/>'
        "</Set></Sets>"
    )
    project = read_project(package(make.qde(codes=make.THREE, sources=sources, rest=rest)))
    assert (project.sets[0].codes, project.sets[0].documents) == ((make.guid(1),), (make.guid(5),))
    assert [each.name for each in project.corpus] == ["R1", "R1 (2)"]


def test_old_namespaces_and_any_name_of_the_project_file(package, make):
    text = make.qde(codes=make.THREE).replace("project:1.0", "project:0:4")
    project = read_project(package(text, entry="My study.QDE"))
    assert len(project.codebook) == 4
    assert [problem.code for problem in project.problems] == ["V014"]


def test_deviations_are_told_in_plain_words_with_their_place(package, make):
    text = make.qde(codes='<Code name="a" color="rood">\n<Codes/>\n</Code>', attributes="")
    project = read_project(package(text))
    found = [problem for problem in project.problems if problem.code == "V015"]
    words = " | ".join(problem.message("en") for problem in found)
    assert "'Project' must have the attribute 'name'" in words
    assert "'Code' must have the attribute 'guid'" in words
    assert "the attribute 'color' of 'Code' has a value that is not allowed: 'rood'" in words
    assert "'Codes' is missing something, stands in the wrong place or is unknown" in words
    assert "moet het attribuut 'isCodable' hebben" in " | ".join(problem.message("nl") for problem in found)
    assert all(problem.where.line for problem in found)


def test_rules_of_use_come_out_of_the_description(package, make):
    rules = "Gebruiken bij: fouten die besproken worden.\nNiet gebruiken bij: klachten.\nVoorbeeld: 'het ging mis'"
    text = f"Wat het is.\n{rules}"
    codes = make.code(1, "leren", f"<Description>{text}</Description>")
    found = read_project(package(make.qde(codes=codes))).codebook[make.guid(1)]
    assert (found.definition, found.use_when) == ("Wat het is.", "fouten die besproken worden.")
    assert (found.not_when, found.example) == ("klachten.", "'het ging mis'")


def test_times_of_codings_are_in_utc(package, make):
    inside = (
        "<PlainTextContent>Wij leren.</PlainTextContent>"
        + make.selection(10, 0, 3, make.coding(20, of=1), 'creationDateTime="2026-03-01T12:00:00+02:00"')
        + make.selection(11, 4, 9, make.coding(21, of=1), 'creationDateTime="gisteren"')
    )
    created = read_project(package(make.qde(codes=make.THREE, sources=make.text_source(5, "R1", inside)))).codings[
        "created"
    ]
    assert created[0].isoformat() == "2026-03-01T10:00:00+00:00"
    assert np.isnat(created[1].to_datetime64())
