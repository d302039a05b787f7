"""Text files as programs write them: delimiters, encodings, line ends, rows that do not fit."""

import codecs

import numpy as np
import pandas as pd
import pytest

from lcresearch import responses
from lcresearch.responses.formats import delimited
from lcresearch.text_encoding import scan

HEADER = "team{0}tv_01{0}tv_02{0}tv_03"


def answers(data):
    return data.frame[["tv_01", "tv_02", "tv_03"]].to_numpy().tolist()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(write, voice, delimiter, end):
    text = end.join([HEADER.format(delimiter), delimiter.join("A123"), delimiter.join("B454"), ""])
    data = responses.read(write(text), voice, levels=["team"])
    assert data.source.facts["delimiter"] == delimiter
    assert data.frame["team"].tolist() == ["A", "B"]
    assert answers(data) == [[1, 2, 3], [4, 5, 4]]


@pytest.mark.parametrize(
    ("encoding", "found"), [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("utf-16", "utf-16"), ("cp1252", "cp1252")]
)
def test_encodings(write, voice, encoding, found):
    path = write("team,tv_01,tv_02,tv_03\nCafé,1,2,3\n", encoding=encoding)
    data = responses.read(path, voice, levels=["team"])
    assert data.source.facts["encoding"] == found
    assert data.frame["team"].tolist() == ["Café"]
    assert answers(data) == [[1, 2, 3]]


def test_utf16_big_endian_and_a_second_byte_order_mark(write, voice):
    big = codecs.BOM_UTF16_BE + "tv_01;tv_02;tv_03\n1;2;3\n".encode("utf-16-be")
    twice = codecs.BOM_UTF8 * 2 + b"tv_01;tv_02;tv_03\n1;2;3\n"
    assert answers(responses.read(write(big, "big.csv"), voice)) == [[1, 2, 3]]
    assert answers(responses.read(write(twice, "twice.csv"), voice)) == [[1, 2, 3]]


def test_commas_in_questions_do_not_win_from_the_delimiter(write, voice):
    text = 'id;Ja, nee, misschien, ooit;tv_01;tv_02;tv_03\n1;"a;b, c, d, e, f";1,0;2,0;3,0\n2;x, y;4,0;5,0;5,0\n'
    data = responses.read(write(text), voice)
    assert data.source.facts["delimiter"] == ";"
    assert answers(data) == [[1, 2, 3], [4, 5, 5]]


def test_one_column_whose_question_has_a_comma(write, instrument_of):
    once = instrument_of([{"id": "x", "text": {"nl": "Ik leer, elke dag.", "en": "I learn, daily."}}])
    data = responses.read(write("Ik leer, elke dag.\n4\n2\n"), once)
    assert data.frame["x"].tolist() == [4, 2]


def test_quotes_newlines_and_delimiters_inside_cells(write, voice):
    text = 'opmerking,"tv_01","tv_02",tv_03\r\n"zei ""ja"",\r\nof nee",1,2,3\r\n"=cmd()",4,5,"5"\r\n'
    data = responses.read(write(text), voice, respondent=None)
    assert answers(data) == [[1, 2, 3], [4, 5, 5]]
    assert data.frame["respondent"].tolist() == ["row-2", "row-3"]


def test_line_that_excel_writes_to_name_its_delimiter(write, voice):
    data = responses.read(write("sep=;\ntv_01;tv_02;tv_03\n1;2;3\n4;;\n"), voice)
    assert answers(data)[0] == [1, 2, 3]
    assert data.frame["respondent"].tolist() == ["row-2", "row-3"]


def test_blank_lines_are_dropped_and_rows_keep_their_numbers(write, voice):
    data = responses.read(write("\ntv_01;tv_02;tv_03\n1;2;3\n\n; ;\n4;5;5\n\n"), voice)
    assert data.frame["respondent"].tolist() == ["row-3", "row-6"]
    dropped = data.log[data.log["status"] == "dropped"]
    assert dropped["row"].tolist() == [4, 5, 7]
    assert set(dropped["code"]) == {"R062"}


def test_a_row_that_has_something_else_is_no_blank_row(write, voice):
    data = responses.read(write("begonnen,tv_01,tv_02,tv_03\n9:00,1,2,3\n9:05,,,\n"), voice)
    assert len(data.frame) == 2
    assert data.glance()["n_without_answers"].item() == 1


def test_short_rows_are_filled_up_and_long_ones_left_out(write, voice, quiet):
    text = "respondent,tv_01,tv_02,tv_03\na,1,2,3\nb,4\nc,1,2,3,zeg, maar\nd,5,5,5,,\ne,2,2,2\n"
    data = quiet(write(text), voice)
    assert data.frame["respondent"].tolist() == ["a", "b", "d", "e"]
    np.testing.assert_equal(answers(data), [[1, 2, 3], [4, np.nan, np.nan], [5, 5, 5], [2, 2, 2]])
    assert [(p.code, p.where.row, p.values["n"]) for p in data.problems] == [("R047", 3, 1), ("R048", 4, 1)]
    assert data.source.n_rows == 5
    assert data.glance()["n_rows_dropped"].item() == 1


def test_empty_cells_beyond_the_header_are_no_columns(write, voice):
    data = responses.read(write("tv_01;tv_02;tv_03\n1;2;3;\n4;5;5;\n"), voice)
    assert answers(data) == [[1, 2, 3], [4, 5, 5]]


def test_blocks_join_into_one_numbering(write, voice, monkeypatch, quiet):
    rows = [f"p{n};{n % 5 + 1};;{(n + 2) % 5 + 1}" if n % 7 else f"p{n};{n % 5 + 1}" for n in range(400)]
    text = "respondent;tv_01;tv_02;tv_03\n" + "\n".join(rows) + "\n"
    whole = quiet(write(text), voice)
    monkeypatch.setattr(delimited, "_BLOCK", 100)
    blocks = quiet(write(text), voice)
    pd.testing.assert_frame_equal(whole.frame, blocks.frame)
    assert whole.frame["tv_01"].tolist() == [n % 5 + 1 for n in range(400)]
    assert whole.frame["tv_03"].isna().tolist() == [n % 7 == 0 for n in range(400)]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "R001"),
        (b"\n \r\n\n", "R001"),
        (codecs.BOM_UTF8, "R001"),
        (b"PK\x03\x04\x00\x00\x00tv_01,tv_02\n1,2\n", "R002"),
        (b"tv_01,tv_02\n1,\x00\n", "R002"),
        (codecs.BOM_UTF8 + b"tv_01,tv_02\n1,\xff\xfe\n", "R002"),
        (codecs.BOM_UTF16_LE + b"t\x00v", "R002"),
        ("tv_01,tv_02\n1,2\n".encode("utf-32"), "R002"),
        (b"tv_01,tv_02\n1,\x81\x8d\n", "R002"),
        ("team,tv_01\nCafé Één,1\n".encode() + b"Caf\xc3", "R013"),
        ("team,tv_01\nCafé,1\n".encode() + b"Caf\xe9,1\n\xc3\xa9,2\n", "R013"),
        (b"tv_01,tv_02,tv_03", "R005"),
        (b"tv_01,tv_02,tv_03\n\n", "R005"),
        (b'tv_01,tv_02,tv_03\n1,2,3\n4,"5,5\n1,2,3\n1,2,3\n', "R008"),
    ],
)
def test_files_that_are_refused(write, voice, refused, content, code):
    assert refused(write(content), voice) == [code]


def test_row_names_without_a_header_are_refused(write, voice, refused):
    """R's write.table gives every row one cell more than the header."""
    assert refused(write('"tv_01" "tv_02"\n'.replace(" ", ",") + '"1",1,2\n"2",3,4\n'), voice) == ["R007"]


def test_three_thousand_columns_are_read_and_a_million_refused(write, voice, refused):
    names = [f"x{n}" for n in range(2997)]
    text = ",".join(["tv_01", *names, "tv_02", "tv_03"]) + "\n" + ",".join(["4", *["vrije tekst"] * 2997, "1", "5"])
    data = responses.read(write(text), voice)
    assert answers(data) == [[4, 1, 5]]
    assert data.glance()["n_columns_ignored"].item() == 2997
    assert refused(write(",".join(f"x{n}" for n in range(1_000_000)) + "\n1,2\n"), voice) == ["R006"]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_byte_order_mark(write, voice, encoding):
    data = responses.read(write("team;tv_01;tv_02;tv_03\nCafé Één;1;2;3\n", encoding=encoding), voice, levels=["team"])
    assert data.source.facts["encoding"] == encoding
    assert data.frame["team"].tolist() == ["Café Één"]
    assert answers(data) == [[1, 2, 3]]


def test_text_of_an_old_mac_is_told_from_text_of_windows(write, voice):
    text = "team;tv_01;tv_02;tv_03\nscène België;1;2;3\ncafé “’t Óók” zo’n\u00a0reünie;4;5;5\n"
    for encoding in ("cp1252", "mac_roman"):
        data = responses.read(write(text, encoding=encoding), voice, levels=["team"])
        assert data.source.facts["encoding"] == encoding
        assert data.frame["team"].tolist() == ["scène België", "café “’t Óók” zo’n\u00a0reünie"]
        assert ("R105" in set(data.log["code"])) == (encoding == "mac_roman")


WORDS = "café één coördinatie geïnteresseerd scène hè carrière België categorieën ruïne crème à façade patiënten zo’n "
WORDS += "“goed” ‘ja’ – nee… € 50 naïef Müller Özil It’s collega’s überhaupt vóór óf wél reünie maïs knoeiën"


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman"])
def test_encoding_of_any_few_dutch_words(tmp_path, encoding):
    """No text of Windows is taken for one of a Mac; of Mac texts with five words with accents, none for Windows."""
    accented = [word for word in WORDS.split() if not word.isascii()]
    for start in range(len(accented)):
        for n in (1, 5):
            chosen = (accented * 2)[start : start + n]
            (tmp_path / "a.csv").write_bytes(f"kop;x\n{' '.join(chosen)};3\n".encode(encoding))
            found = scan(tmp_path / "a.csv").encoding
            assert found == encoding or (encoding == "mac_roman" and n == 1)


# cut off


@pytest.mark.parametrize(
    ("end", "last"),
    [
        ("4,5", [4, np.nan, np.nan]),
        ("4,5\n", [4, 5, np.nan]),
        ("4,", [4, np.nan, np.nan]),
        ("4\n", [4, np.nan, np.nan]),
        ('4,"5', [4, np.nan, np.nan]),
        ('4,5,"5', [4, 5, np.nan]),
    ],
)
def test_a_file_that_breaks_off_in_its_last_row_is_said_to_be_cut(write, voice, quiet, end, last):
    data = quiet(write("tv_01,tv_02,tv_03\n1,2,3\n2,2,2\n" + end), voice)
    np.testing.assert_equal(answers(data)[-1], last)
    assert [(p.code, p.where.row) for p in data.problems if p.code in ("R104", "R047")] == [("R104", 4)]


def test_the_cell_in_which_a_file_breaks_off_is_named_and_not_believed(write, instrument_of, items, quiet):
    hours = {"id": "hours", "type": "number", "text": {"nl": "Hoeveel uur?", "en": "How many hours?"}}
    path = write("tv_01,hours,tv_03\n1,40,3\n2,40,2\n4,4")
    data = quiet(path, instrument_of([items[0], hours | {"response_scale": None}, items[2]]))
    np.testing.assert_equal(data.frame["hours"].to_numpy(), [40, 40, np.nan])
    line = data.log.query("status == 'set_missing'").iloc[0]
    assert (line["code"], line["item"], line["row"], line["value"]) == ("R203", "hours", 4, "4")


def test_a_last_row_of_one_cell_that_may_be_cut_is_left_out(write, voice, quiet):
    data = quiet(write("code;tv_01;tv_02;tv_03\nan;1;2;3\nbo;2;2;2\nc"), voice, respondent="code")
    assert data.frame["respondent"].tolist() == ["an", "bo"]
    assert data.log.query("code == 'R104'")[["row", "status"]].to_numpy().tolist() == [[4, "dropped"]]


@pytest.mark.parametrize("end", ["4,5,5", "4,5,5\n\n", '4,5,"5"', "4,,"])
def test_a_whole_last_row_is_no_cut(write, voice, quiet, end):
    data = quiet(write("tv_01,tv_02,tv_03\n1,2,3\n2,2,2\n" + end), voice)
    assert {"R104", "R047"}.isdisjoint(p.code for p in data.problems)


def test_a_short_row_further_up_is_no_cut(write, voice, quiet):
    data = quiet(write("tv_01,tv_02,tv_03\n1,2,3\n2,2\n4,5\n"), voice)
    assert [(p.code, p.values["n"]) for p in data.problems] == [("R047", 2)]


def test_unknown_kind_and_missing_file(write, voice, refused, tmp_path):
    assert refused(write(b"\xd0\xcf\x11\xe0", "answers.xls"), voice) == ["R209"]
    assert refused(tmp_path / "nothing.csv", voice) == ["G001"]
