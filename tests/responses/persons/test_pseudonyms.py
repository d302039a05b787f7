"""Persons keep their pseudonym over runs and waves, and the key file refuses what it cannot trust."""

import os
from collections import Counter

import pandas as pd
import pytest

from lcresearch.errors import ResponsesError
from lcresearch.responses.persons.pseudonyms import KeyFile, is_pseudonym, with_pseudonyms


@pytest.fixture
def path(tmp_path):
    return tmp_path / "study" / "private" / "respondent-key.csv"


def text(*values):
    return pd.Series(list(values), dtype="str")


def code_of(call, *args):
    with pytest.raises(ResponsesError) as caught:
        call(*args)
    assert str(caught.value)
    return caught.value.problems[0].code


def test_a_person_keeps_the_pseudonym_in_the_next_wave(path):
    first = KeyFile(path)
    at_t0 = first.pseudonyms(text("an", "bo"))
    first.commit()
    at_t1 = KeyFile(path).pseudonyms(text("bo", "cas", "an"))
    assert at_t1.iloc[[2, 0]].tolist() == at_t0.tolist()
    assert at_t1.iloc[1] not in set(at_t0)


def test_nothing_is_written_before_commit(path):
    key = KeyFile(path)
    key.pseudonyms(text("an"))
    assert not path.exists()
    key.commit()
    assert path.exists()
    assert KeyFile(path).exists


@pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")
def test_only_the_owner_can_open_the_folder(path):
    key = KeyFile(path)
    key.pseudonyms(text("an"))
    assert key.commit().parent.stat().st_mode & 0o077 == 0


def test_pseudonyms_are_readable_distinct_and_say_nothing():
    key = KeyFile("nowhere.csv")
    ids = pd.Series(range(200_000)).astype("str")
    drawn = key.pseudonyms(ids)
    assert drawn.nunique() == 200_000
    assert drawn.map(is_pseudonym).all()
    assert not set("".join(drawn.str[2:])) & set("01ILOZ25SB8AEIU")
    # 200,000 draws of 21 signs: every sign about 9,524 times in the first place, standard deviation 95
    first = Counter(drawn.str[2])
    assert len(first) == 21
    assert all(abs(n - 200_000 / 21) < 6 * 95 for n in first.values())


def test_the_same_ids_give_other_pseudonyms_in_another_study():
    ids = text("an", "bo", "cas")
    assert not set(KeyFile("one.csv").pseudonyms(ids)) & set(KeyFile("two.csv").pseudonyms(ids))


def test_missing_ids_stay_missing_and_the_index_stays():
    ids = pd.Series(["an", None], index=[7, 3], dtype="str")
    found = KeyFile("nowhere.csv").pseudonyms(ids)
    assert found.index.tolist() == [7, 3]
    assert found.isna().tolist() == [False, True]


def test_from_pseudonym_to_person_and_back():
    key = KeyFile("nowhere.csv")
    ids = text("an", "bo")
    found = key.pseudonyms(ids)
    assert key.originals(found).tolist() == ["an", "bo"]
    assert key.originals(text("row-3")).tolist() == ["row-3"]
    assert key.original(f" {found[1].lower()} ") == "bo"
    assert key.pseudonym("an") == found[0]
    assert key.original("P-333333") is key.pseudonym("nobody") is None


def test_removing_a_person_changes_nobody_else(path):
    key = KeyFile(path)
    found = key.pseudonyms(text("an", "bo", "cas"))
    key.commit()
    assert key.remove("bo")
    assert not key.remove("bo")
    key.commit()
    again = KeyFile(path)
    assert len(again) == 2
    assert again.pseudonyms(text("an", "cas")).tolist() == found.iloc[[0, 2]].tolist()
    assert again.original(found[1]) is None
    assert "bo" not in path.read_text(encoding="utf-8")


ODD = ["=cmd|' /C calc'!A0", "'quoted", "'=both", "+31", "a,b", 'a"b', "two\nlines", "cr\rcr", "0012", "Zoë", "  "]


def test_odd_ids_come_back_as_they_were_and_no_cell_is_a_formula(path):
    key = KeyFile(path)
    found = key.pseudonyms(text(*ODD))
    key.commit()
    assert KeyFile(path).originals(found).tolist() == ODD
    written = pd.read_csv(path, dtype=str, keep_default_na=False)["respondent"]
    assert not written.str.startswith(("=", "+", "-", "@", "\t", "\r")).any()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "R120"),
        (b"respondent;pseudonym\nan;P-7K3QX9\n", "R120"),
        (b"respondent,pseudonym\nan,P-7K3QX9,x\n", "R120"),
        (b"respondent,pseudonym\nan,7K3QX9\n", "R120"),
        (b"respondent,pseudonym\n,P-7K3QX9\n", "R120"),
        (b'respondent,pseudonym\n"an,P-7K3QX9\n', "R120"),
        (b"\xff\xfe\x00", "R120"),
        (b"respondent,pseudonym\nan,P-7K3QX9\nan,P-7K3QX7\n", "R121"),
        (b"respondent,pseudonym\nan,P-7K3QX9\nbo,P-7K3QX9\n", "R121"),
    ],
)
def test_damaged_key_files_are_refused(path, content, code):
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    assert code_of(KeyFile, path) == code
    assert path.read_bytes() == content


def test_a_key_that_another_run_changed_is_not_written_over(path):
    mine, theirs = KeyFile(path), KeyFile(path)
    mine.pseudonyms(text("an"))
    theirs.pseudonyms(text("an"))
    theirs.commit()
    assert code_of(mine.commit) == "R122"


def test_a_text_is_no_id():
    assert code_of(KeyFile("nowhere.csv").pseudonyms, text("x" * 1_001)) == "R123"


def test_ids_that_were_made_of_rows_get_no_pseudonym(write, voice, quiet):
    rows = "respondent,tv_01\nan,4\n,2\n"
    data = quiet(write(rows), voice, mapping={"tv_01": "tv_01"})
    key = KeyFile("nowhere.csv")
    found = with_pseudonyms(data, key).frame["respondent"].tolist()
    assert found == [key.pseudonym("an"), "row-3"]
    assert len(key) == 1
