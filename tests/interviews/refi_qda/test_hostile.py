"""Files that are broken or made to do harm: a clear message, and the rest still read."""

import io
import zipfile

import pytest

from lcresearch.errors import InterviewError
from lcresearch.interviews import read_codebook, read_project
from lcresearch.interviews.refi_qda import package as packages


def codes_of(error):
    return [problem.code for problem in error.value.problems]


def found(project):
    return {problem.code: problem for problem in project.problems}


def refused(path, code):
    with pytest.raises(InterviewError) as error:
        read_project(path)
    assert codes_of(error) == [code]
    for language in ("nl", "en"):
        assert path.name in error.value.text(language)
        assert "{" not in error.value.text(language)
    return error.value


def one_text(make, inside=""):
    return make.text_source(5, "R1", f"<PlainTextContent>Wij leren.</PlainTextContent>{inside}")


def test_names_that_lead_outside_are_left_out(package, make, tmp_path):
    files = {"../../evil.txt": "x", "/etc/passwd": "x", "C:\\evil.txt": "x", "sources/good.txt": "Wij leren."}
    path = package(make.qde(sources=make.text_source(5, "R1", "", 'plainTextPath="internal://good.txt"')), files)
    project = read_project(path)
    assert [problem.code for problem in project.problems] == ["V011"] * 3
    assert list(project.kept_files) == ["sources/good.txt"]
    assert project.corpus["R1"].text == "Wij leren."
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize(
    "named",
    ["relative:///../secret.txt", "absolute:///{secret}", "relative://../secret.txt", "internal://../secret.txt"],
)
def test_files_outside_the_folder_of_the_project_are_never_opened(tmp_path, make, named):
    secret = tmp_path / "secret.txt"
    secret.write_text("Dit is geheim.", encoding="utf-8")
    folder = tmp_path / "project"
    folder.mkdir()
    where = named.format(secret=secret.as_posix().lstrip("/"))
    path = folder / "invented.qde"
    sources = make.text_source(5, "R1", "", f'plainTextPath="{where}"') + make.text_source(
        6, "R2", "<PlainTextContent>Wij leren.</PlainTextContent>"
    )
    path.write_text(make.qde(sources=sources, attributes=f'name="a" basePath="{tmp_path}"'), encoding="utf-8")
    project = read_project(path)
    assert [each.name for each in project.corpus] == ["R2"]
    assert {"V010", "V017"} == set(found(project))
    assert not project.kept_files


def test_a_link_out_of_the_folder_is_not_followed(tmp_path, make):
    (tmp_path / "secret.txt").write_text("Dit is geheim.", encoding="utf-8")
    folder = tmp_path / "project"
    folder.mkdir()
    try:
        (folder / "R1.txt").symlink_to(tmp_path / "secret.txt")
    except OSError:
        pytest.skip("no symbolic links here")
    path = folder / "invented.qde"
    path.write_text(make.qde(sources=make.text_source(5, "R1", "", 'plainTextPath="R1.txt"')), encoding="utf-8")
    assert len(read_project(path).corpus) == 0


def test_files_in_the_folder_of_the_project_are_read(tmp_path, make):
    (tmp_path / "inter views").mkdir()
    (tmp_path / "inter views" / "R1.txt").write_text("Wij leren.", encoding="utf-8")
    path = tmp_path / "invented.qde"
    named = 'plainTextPath="relative:///inter%20views/R1.txt"'
    path.write_text(make.qde(sources=make.text_source(5, "R1", "", named)), encoding="utf-8")
    assert read_project(path).corpus["R1"].text == "Wij leren."


def test_a_zip_bomb_is_refused(package, make, monkeypatch):
    path = package(make.qde(), {"sources/bomb.txt": b"0" * (30 * 1024**2)})
    refused(path, "V005")
    monkeypatch.setattr(packages, "MAX_RATIO", 10**9)
    monkeypatch.setattr(packages, "MAX_TOTAL", 10 * 1024**2)
    refused(path, "V005")


def test_many_entries_are_refused(package, make, monkeypatch):
    monkeypatch.setattr(packages, "MAX_ENTRIES", 3)
    refused(package(make.qde(), {f"sources/{n}.txt": "a" for n in range(3)}), "V005")


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE Project SYSTEM "http://example.org/evil.dtd">',
        '<!DOCTYPE Project [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE Project [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        "<!-- " + "x" * 70_000 + " --><!DOCTYPE Project>",
    ],
    ids=["external DTD", "external entity", "billion laughs", "far down"],
)
def test_document_types_and_entities_are_refused(package, make, head):
    declaration, rest = make.qde(codes=make.THREE).split("?>", 1)
    refused(package(f"{declaration}?>{head}{rest.replace('leren', '&a;')}"), "V007")
    refused(package((f'<?xml version="1.0" encoding="utf-16"?>{head}{rest}').encode("utf-16")), "V007")


def test_what_is_no_xml_is_told_with_its_line(package, make):
    error = refused(package("<Project>\n<Users>\n</Project>"), "V006")
    assert error.problems[0].where.line == 3
    refused(package(b""), "V006")
    refused(package("Beste collega, hierbij het project."), "V006")
    refused(package("<CodeBook/>"), "V009")


def test_ten_million_nested_elements_are_refused(package):
    refused(package("<Project>" + "<a>" * 10_000_000), "V005")  # as a zip it is a bomb too


def test_ten_million_nested_elements_in_a_bare_file_are_refused(tmp_path):
    path = tmp_path / "deep.qde"
    path.write_text("<Project>" + "<a>" * 10_000_000, encoding="utf-8")
    refused(path, "V008")
    path.write_text("<Project>" + "<a/>" * 13_000_000, encoding="utf-8")
    refused(path, "V008")


def test_a_zip_that_was_cut_off(package, make):
    path = package(make.qde(codes=make.THREE), {"sources/a.txt": "Wij leren." * 1000})
    path.write_bytes(path.read_bytes()[:-40])
    refused(path, "V001")
    path.write_bytes(b"not a zip at all")
    refused(path, "V001")


def test_a_damaged_entry_costs_only_itself(package, make):
    sources = make.text_source(5, "R1", "", 'plainTextPath="internal://a.txt"') + make.text_source(
        6, "R2", "", 'plainTextPath="internal://b.txt"'
    )
    path = package(make.qde(sources=sources), {"sources/a.txt": "Eerste tekst.", "sources/b.txt": "Tweede tekst."})
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo("sources/a.txt")
    content[info.header_offset + 30 + len(info.filename) + 2] ^= 0xFF
    path.write_bytes(bytes(content))
    project = read_project(path)
    assert [each.name for each in project.corpus] == ["R2"]
    assert {"V013", "V010"} == set(found(project))


def test_entries_with_a_password(package, make):
    sources = make.text_source(5, "R1", "", 'plainTextPath="internal://a.txt"')
    path = package(make.qde(codes=make.THREE, sources=sources), {"sources/a.txt": "Eerste tekst."})
    path.write_bytes(with_password_flag(path.read_bytes(), "sources/a.txt"))
    project = read_project(path)
    assert {"V004", "V010"} == set(found(project))
    assert len(project.codebook) == 4
    path.write_bytes(with_password_flag(path.read_bytes(), "project.qde"))
    refused(path, "V030")


def with_password_flag(content, name):
    """The same zip, with the bit set that says that an entry is encrypted."""
    changed = bytearray(content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        offset = archive.getinfo(name).header_offset
    changed[offset + 6] |= 1
    at = content.index(b"PK\x01\x02")
    while not content[at + 46 :].startswith(name.encode()):
        at = content.index(b"PK\x01\x02", at + 4)
    changed[at + 8] |= 1
    return bytes(changed)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_entries_that_are_there_twice(make, tmp_path):
    path = tmp_path / "invented.qdpx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "project.qde", make.qde(sources=make.text_source(5, "R1", "", 'plainTextPath="internal://a.txt"'))
        )
        archive.writestr("sources/a.txt", "Eerste.")
        archive.writestr("sources/a.txt", "Tweede.")
    project = read_project(path)
    assert project.corpus["R1"].text == "Eerste."
    assert found(project)["V012"].where.file == "invented.qdpx/sources/a.txt"


def test_no_project_file_or_several(package, make):
    refused(package("x", entry="readme.txt"), "V002")
    refused(package(make.qde(), {"b.qde": "x"}, entry="a.qde"), "V003")


def test_files_that_are_not_there_or_of_another_kind(tmp_path):
    refused(tmp_path / "none.qdpx", "G001")
    refused(tmp_path / "none.docx", "V035")
    with pytest.raises(InterviewError) as error:
        read_codebook(tmp_path / "none.qdc")
    assert codes_of(error) == ["G001"]
    (tmp_path / "folder.qdpx").mkdir()
    refused(tmp_path / "folder.qdpx", "G004")


def test_positions_beyond_the_text_are_cut_and_told(package, make):
    inside = (
        make.selection(10, 4, 9, make.coding(20, of=1))
        + make.selection(11, 4, 999, make.coding(21, of=1))
        + make.selection(12, -5, 3, make.coding(22, of=1))
        + make.selection(13, 9, 4, make.coding(23, of=1))
        + make.selection(14, 10**30, 10**31, make.coding(24, of=1))
        + make.selection(15, "een", "twee", make.coding(25, of=1))
        + make.selection(16, 3, 3, make.coding(26, of=1))
    )
    project = read_project(package(make.qde(codes=make.THREE, sources=one_text(make, inside))))
    assert project.quotes["quote"].tolist()[:3] == ["leren", "leren.", "Wij"]
    assert len(project.codings) == 6
    assert ((project.codings["start"] >= 0) & (project.codings["end"] <= 10)).all()
    assert (project.codings["start"] <= project.codings["end"]).all()
    assert found(project)["V022"].values["n"] == 4
    assert found(project)["V023"].values["n"] == 1
    assert found(project)["V031"].values["n"] == 1


def test_two_codes_of_one_guid_and_a_code_inside_itself(package, make):
    codes = make.code(1, "leren", make.code(1, "ook leren")) + make.code(1, "nog eens") + '<Code name="zonder"/>'
    project = read_project(
        package(make.qde(codes=codes, sources=one_text(make, make.selection(10, 0, 3, make.coding(20, of=1)))))
    )
    assert [code.name for code in project.codebook] == ["leren", "ook leren", "nog eens", "zonder"]
    assert len(project.codebook.by_id) == 4
    assert project.quotes["path"].tolist() == ["leren"]
    assert found(project)["V024"].values["n"] == 3
    again = read_project(package(make.qde(codes=codes)))
    assert [code.id for code in again.codebook] == [code.id for code in project.codebook]


def test_a_coding_to_a_code_that_is_not_there(package, make):
    inside = make.selection(
        10, 0, 3, make.coding(20, of=77) + make.coding(21, of=1) + f'<Coding guid="{make.guid(22)}"/>'
    )
    project = read_project(package(make.qde(codes=make.THREE, sources=one_text(make, inside))))
    assert project.codings["coding"].tolist() == [make.guid(21)]
    assert found(project)["V025"].values["n"] == 2


def test_codings_and_selections_of_one_guid_are_all_kept(package, make):
    inside = make.selection(10, 0, 3, make.coding(20, of=1)) + make.selection(10, 4, 9, make.coding(20, of=2))
    project = read_project(package(make.qde(codes=make.THREE, sources=one_text(make, inside))))
    assert len(project.codings) == 2
    assert project.codings["coding"].is_unique
    assert project.codings["selection"].is_unique


def test_a_missing_source_costs_only_itself(package, make):
    sources = one_text(make, make.selection(10, 0, 3, make.coding(20, of=1))) + make.text_source(
        6, "weg", make.selection(11, 0, 3, make.coding(21, of=2)), 'plainTextPath="internal://weg.txt"'
    )
    project = read_project(package(make.qde(codes=make.THREE, sources=sources)))
    assert project.quotes["quote"].tolist() == ["Wij"]
    assert project.other_codings["source"].tolist() == [make.guid(6)]
    assert "'weg'" in found(project)["V010"].message("nl")


def test_text_only_in_a_word_document(package, make):
    docx = pytest.importorskip("docx")
    document = docx.Document()
    document.add_paragraph("Wij leren.")
    document.add_table(1, 1).cell(0, 0).text = "In een tabel."
    content = io.BytesIO()
    document.save(content)
    source = make.text_source(5, "R1", make.selection(10, 4, 9), 'richTextPath="internal://a.docx"')
    project = read_project(package(make.qde(sources=source), {"sources/a.docx": content.getvalue()}))
    assert project.corpus["R1"].text == "Wij leren.\nIn een tabel."
    assert "V018" in found(project)
    broken = read_project(package(make.qde(sources=source), {"sources/a.docx": b"PK\x03\x04 broken"}))
    assert "V010" in found(broken)


def test_texts_in_other_encodings(package, make):
    files = {"sources/a.txt": "één\r\ntwee".encode("cp1252"), "sources/b.txt": "één\r\ntwee".encode("utf-16")}
    sources = "".join(
        make.text_source(5 + n, name, "", f'plainTextPath="internal://{name}.txt"') for n, name in enumerate("ab")
    )
    project = read_project(package(make.qde(sources=sources), files))
    assert [each.text for each in project.corpus] == ["één\ntwee", "één\ntwee"]
    assert found(project)["V019"].values["n"] == 1
