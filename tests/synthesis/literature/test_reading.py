"""Records come out of every kind of file as its makers wrote it, and nothing is lost on the way."""

import json

import pandas as pd
import pytest

from lcresearch.errors import SynthesisError
from lcresearch.synthesis import read_records


def codes(error):
    return [problem.code for problem in error.value.problems]


def test_zotero_ris(invented):
    frame = read_records(invented / "zotero.ris").frame
    first = frame.iloc[0]
    assert first["title"] == "Leren over de drempel: learning communities in de bouw"
    assert first["authors"] == "Voorbeeld, Anna; Verzonnen, Bas de"
    assert (first["year"], first["pages"], first["doi"]) == (2021, "101-120", "10.5555/tbz.2021.101")
    assert first["abstract"] == "Een verzonnen samenvatting die over twee regels loopt."
    assert first["keywords"] == "leren; bouw"
    assert frame["database"].unique().tolist() == ["zotero"]
    assert json.loads(frame.loc[1, "other"]) == [["ED", "Redacteur, C."], ["PB", "Nowhere Press"]]


def test_endnote_ris_with_byte_order_mark_and_a_record_that_is_not_closed(invented):
    records = read_records(invented / "endnote.txt")
    assert records.frame["title"].str[:8].tolist() == ["Leren ov", "Psycholo"]
    assert records.frame["doi"].tolist() == ["10.5555/tbz.2021.101", ""]
    assert records.log["code"].tolist() == ["Y094", "Y097"]
    assert records.log["row"].tolist() == [1, 8]
    assert pd.isna(records.frame.loc[1, "year"])


def test_scopus_ris_in_windows_encoding(invented):
    frame = read_records(invented / "scopus.ris").frame
    assert frame["abstract"].iloc[0] == "Café-style meetings, a naïve summary."
    assert frame["authors"].iloc[1] == "Müller, Ü."
    assert frame["doi"].tolist() == ["10.5555/jn.7", "10.5555/af.99"]
    assert frame["database"].tolist() == ["Scopus", "Scopus"]


def test_pubmed(invented):
    frame = read_records(invented / "pubmed.nbib").frame
    assert frame["title"].iloc[0] == "Workplace learning in an invented hospital."
    assert frame["authors"].iloc[0] == "Mueller, Ueli; Nobody, Nell"
    assert frame[["year", "doi", "database", "accession"]].values.tolist() == [
        [2020, "10.5555/af.99", "PubMed", "99999901"],
        [2018, "", "PubMed", "99999902"],
    ]


def test_web_of_science(invented):
    row = read_records(invented / "web_of_science.txt").frame.iloc[0]
    assert row["title"] == "Time to learn in made-up factories: a second report"
    assert (row["authors"], row["pages"], row["database"]) == ("Nemo, Nadia; Persona, Piet", "11-19", "Web of Science")


def test_lines_outside_of_records_are_told(invented):
    records = read_records(invented / "ovid.ris")
    assert len(records) == 2
    line = records.log.iloc[0]
    assert (line["code"], line["n"]) == ("Y095", 5)
    assert "Link to the Ovid Full Text" in line["text"]


def test_csv_of_dutch_excel(invented):
    frame = read_records(invented / "excel_nl.csv").frame
    assert frame["title"].tolist() == [
        "Sectoroverstijgend leren in verzonnen ketens",
        '=HYPERLINK("http://nergens.example")',
    ]
    assert frame["doi"].iloc[0] == "10.5555/blad.1"
    assert frame["abstract"].iloc[0] == "Één zin; met puntkomma"
    assert json.loads(frame["other"].iloc[0]) == [["Opmerking van ons", "nakijken"]]


def test_csv_of_scopus_has_a_source_that_is_no_journal(invented):
    row = read_records(invented / "scopus_export.csv").frame.iloc[0]
    assert (row["source"], row["database"], row["pages"]) == ("Journal of Nothing", "Scopus", "1-20")


def test_several_files_are_numbered_together_and_said_how_they_were_found(invented):
    files = [invented / "scopus.ris", invented / "excel_nl.csv"]
    records = read_records(files, found_by={"excel_nl.csv": "citation"})
    assert records.frame["record"].tolist() == ["r0001", "r0002", "r0003", "r0004"]
    assert records.by_database().values.tolist() == [["database", "Scopus", 2], ["citation", "excel_nl", 2]]


@pytest.mark.parametrize("ending", ["csv", "xlsx", "ris"])
def test_written_records_are_read_back(invented, tmp_path, ending):
    records = read_records([invented / name for name in ("zotero.ris", "excel_nl.csv", "pubmed.nbib")])
    again = read_records(records.write(tmp_path / f"records.{ending}"))
    same = ["title", "authors", "year", "source", "doi", "abstract", "keywords", "language", "database", "accession"]
    pd.testing.assert_frame_equal(again.frame[same], records.frame[same])
    if ending != "ris":
        pd.testing.assert_frame_equal(again.frame, records.frame)
    with pytest.raises(SynthesisError) as caught:
        records.write(tmp_path / f"records.{ending}")
    assert codes(caught) == ["G002"]


def test_no_written_table_runs_as_a_formula(invented, tmp_path):
    path = read_records(invented / "excel_nl.csv").write(tmp_path / "records.csv")
    assert "'=HYPERLINK" in path.read_text(encoding="utf-8-sig")


def test_a_file_without_start_tags_is_read_by_its_ends(tmp_path):
    path = tmp_path / "scopus.ris"
    path.write_text("TI  - One\nAU  - A, B.\nPY  - 2020\nER  - \n\nTI  - Two\nPY  - 2021\nER  - \n", encoding="utf-8")
    assert read_records(path).frame["title"].tolist() == ["One", "Two"]


def test_control_characters_are_replaced_and_told(tmp_path):
    path = tmp_path / "records.ris"
    path.write_text("TY  - JOUR\nTI  - One\x0btwo\x08\nER  - \n", encoding="utf-8")
    records = read_records(path)
    assert records.frame["title"].tolist() == ["One two"]
    assert records.log[["code", "row", "n"]].values.tolist() == [["Y093", 2, 2]]


def test_a_record_without_a_title_is_kept_and_told(tmp_path):
    path = tmp_path / "records.ris"
    path.write_text("TY  - JOUR\nAU  - A, B.\nER  - \n", encoding="utf-8")
    records = read_records(path)
    assert len(records) == 1
    assert [problem.code for problem in records.problems] == ["Y096"]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("empty.ris", b" \n", "Y092"),
        ("picture.ris", b"\x89PNG\r\n\x1a\n\x00\x00", "Y092"),
        ("letter.txt", b"Dear reader,\nthis is no list of references.\n", "Y098"),
        ("header.csv", b"title;year\n", "Y091"),
        ("open.csv", b'title;year\n"never closed;2020\nx;1\n', "V243"),
    ],
)
def test_what_is_no_list_of_records_is_refused(tmp_path, name, content, code):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SynthesisError) as caught:
        read_records(path)
    assert codes(caught) == [code]


def test_problems_of_all_files_are_told_together(tmp_path, invented):
    with pytest.raises(SynthesisError) as caught:
        read_records([tmp_path / "absent.ris", invented / "zotero.ris", tmp_path / "gone.csv"])
    assert codes(caught) == ["G001", "G001"]


def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "large.ris"
    with path.open("wb") as stream:
        stream.truncate(200 * 2**20)
    with pytest.raises(SynthesisError) as caught:
        read_records(path)
    assert codes(caught) == ["Y090"]


def test_unknown_way_of_finding_is_refused(invented):
    with pytest.raises(SynthesisError) as caught:
        read_records(invented / "zotero.ris", found_by="luck")
    assert codes(caught) == ["Y099"]
