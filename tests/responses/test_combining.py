"""Files and waves of one study under each other."""

import pandas as pd
import pytest

from lcresearch import responses
from lcresearch.errors import ResponsesError

HEADER = "respondent;tv_01;tv_02;tv_03"


def codes(*parts):
    with pytest.raises(ResponsesError) as caught:
        responses.combine(parts)
    return [problem.code for problem in caught.value.problems]


def test_waves_in_separate_files(write, voice):
    first = responses.read(write(f"{HEADER}\nan;1;2;3\nbo;2;2;2\n", "t0.csv"), voice, wave="t0")
    second = responses.read(write(f"{HEADER}\nan;5;4;3\n", "t1.csv"), voice, wave="t1")
    both = responses.combine([first, second])
    assert both.frame["wave"].tolist() == ["t0", "t0", "t1"]
    assert both.frame["tv_01"].tolist() == [1, 2, 5]
    assert both.frame.index.tolist() == [0, 1, 2]
    assert both.glance()[["n", "n_respondents", "n_waves"]].to_numpy().tolist() == [[3, 2, 2]]
    assert [source.file for source in both.sources] == ["t0.csv", "t1.csv"]
    assert set(both.log["file"]) == {"t0.csv", "t1.csv"}


def test_one_file_alone_stays_as_it_is(write, voice):
    part = responses.read(write(f"{HEADER}\nan;1;2;3\n"), voice)
    assert responses.combine([part]).frame.equals(part.frame)


def test_columns_that_only_some_files_have(write, voice, quiet):
    first = quiet(write("respondent;tv_01;tv_03\nan;1;3\n", "a.csv"), voice)
    second = quiet(write("respondent;team;tv_01;tv_02\nbo;A;4;5\n", "b.csv"), voice, levels=["team"])
    both = responses.combine([first, second])
    assert list(both.frame.columns) == ["respondent", "wave", "team", "tv_01", "tv_02", "tv_03"]
    assert both.levels == ("team",)
    assert both.frame["tv_02"].isna().tolist() == [True, False]
    lines = both.log.query("code == 'R072'")[["file", "item", "n"]].to_numpy().tolist()
    assert lines == [["a.csv", "team", 1], ["a.csv", "tv_02", 1], ["b.csv", "tv_03", 1]]
    assert [p.where.file for p in both.problems] == ["a.csv", "b.csv"]


def test_the_same_person_in_the_same_wave_of_two_files_is_refused(write, voice):
    first = responses.read(write(f"{HEADER}\nan;1;2;3\nbo;1;1;1\n", "a.csv"), voice)
    second = responses.read(write(f"{HEADER}\nan;1;2;3\n", "b.csv"), voice)
    with pytest.raises(ResponsesError) as caught:
        responses.combine([first, second])
    (problem,) = caught.value.problems
    assert (problem.code, problem.values["ids"]) == ("R033", "an (t0): a.csv, b.csv")


def test_rows_of_two_files_without_ids_are_different_persons(write, voice):
    parts = [responses.read(write("tv_01;tv_02;tv_03\n1;2;3\n", name), voice) for name in ("a.csv", "b.csv")]
    assert responses.combine(parts).frame["respondent"].tolist() == ["1:row-2", "2:row-2"]


def test_another_version_of_the_instrument_is_refused(write, voice, instrument_of, items):
    changed = instrument_of([items[0] | {"text": {"nl": "Ik zwijg.", "en": "I am silent."}}, *items[1:]])
    path = write(f"{HEADER}\nan;1;2;3\n")
    assert codes(responses.read(path, voice, wave="t0"), responses.read(path, changed, wave="t1")) == ["R034"]
    assert codes() == ["R035"]


def test_files_stand_under_each_other_as_pandas_puts_them(write, voice):
    texts = {"t0": f"{HEADER}\nan;1;2;3\nbo;2;;2\n", "t1": f"{HEADER}\nbo;5;4;3\ncy;1;1;5\n"}
    paths = {wave: write(text, f"{wave}.csv") for wave, text in texts.items()}
    found = responses.combine([responses.read(path, voice, wave=wave) for wave, path in paths.items()]).frame
    expected = pd.concat([pd.read_csv(path, sep=";").assign(wave=wave) for wave, path in paths.items()])
    columns = ["respondent", "wave", "tv_01", "tv_02", "tv_03"]
    pd.testing.assert_frame_equal(
        found[columns], expected[columns].reset_index(drop=True), check_dtype=False, check_column_type=False
    )
