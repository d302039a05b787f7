"""A study runs from answers to report: what is written, what is not, and what the report owns up to."""

import datetime
import json
import re

import numpy as np
import openpyxl
import pandas as pd
import pytest
from tests.studies.conftest import write_small_study

from lcresearch import studies
from lcresearch.errors import LcresearchError

DATE = datetime.date(2026, 3, 9)


@pytest.fixture
def run(small_study, tmp_path):
    """Run the small study with some of its files replaced."""

    def go(out="out", **files):
        return studies.load(small_study(**files)).run(tmp_path / out, date=DATE)

    return go


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """Results of the small study as it is, which tests only read."""
    folder = write_small_study(tmp_path_factory.mktemp("ran") / "small")
    return studies.load(folder).run(folder.parent / "out", date=DATE)


def codes(problems):
    return {problem.code for problem in problems}


def scale(results, name="voice"):
    return next(one for one in results.content.scales if one.name == name)


def outside_private(folder):
    return [path for path in folder.rglob("*") if path.is_file() and "private" not in path.parts]


def test_output_folder(ran):
    names = {str(path.relative_to(ran.folder).as_posix()) for path in ran.folder.rglob("*") if path.is_file()}
    assert {"report.html", "report.en.html", "run.json", "tables/tables.xlsx", "private/scores.parquet"} <= names
    assert {"tables/scores_by_group.csv", "figures/voice-answers.nl.svg", "figures/voice-answers.en.png"} <= names
    assert ran.reports == {"nl": ran.folder / "report.html", "en": ran.folder / "report.en.html"}


def test_scores_are_those_of_the_instrument(ran):
    saved = pd.read_parquet(ran.folder / "private" / "scores.parquet")
    pd.testing.assert_frame_equal(saved, ran.scores)
    # p01: 4, 6 - 2 and 4; p16: 1, 6 - 5 and 2
    assert saved["voice"].iloc[[0, 15]].tolist() == pytest.approx([4.0, 4 / 3])
    # firms of eight persons are shown to two decimals
    firms = scale(ran).scores.set_index("group")["mean"]
    assert firms.to_dict() == pytest.approx(saved.groupby("organisation")["voice"].mean().to_dict(), abs=0.005)


def test_run_json_says_what_ran_on_what(ran):
    record = json.loads((ran.folder / "run.json").read_text(encoding="utf-8"))
    assert record["study"] == "small"
    assert record["date"] == "2026-03-09"
    assert set(record["inputs"]) == {"study.yaml", "answers.csv"}
    assert all(re.fullmatch("[0-9a-f]{64}", digest) for digest in record["inputs"].values())
    assert record["instruments"]["voice"]["version"] == "1.0.0"


@pytest.mark.usefixtures("without_figures")
def test_same_inputs_and_date_give_the_same_report_to_the_byte(ran, run):
    first, second = ran, run("two")
    for name in ("report.html", "report.en.html", "tables/scores_by_group.csv"):
        assert (first.folder / name).read_bytes() == (second.folder / name).read_bytes()


def test_rows_of_persons_stay_under_private(run, study_texts):
    results = run(answers=study_texts.answers.replace("\np", "\nperson-"))
    for path in outside_private(results.folder):
        if path.suffix in (".html", ".csv", ".json", ".svg"):
            assert "person-" not in path.read_text(encoding="utf-8-sig"), path.name


def test_result_has_the_ways_in_of_every_result(ran):
    row = ran.tidy().iloc[0]
    assert (row["term"], row["n"]) == ("voice", 16)
    assert row["conf_low"] < row["estimate"] < row["conf_high"]
    assert ran.glance().loc[0, "n_persons"] == 16
    assert "p01" not in json.dumps(ran.to_dict())
    assert "voice" in str(ran)


@pytest.mark.usefixtures("without_tables")
def test_answers_outside_the_scale_are_set_missing_named_and_shown(run, study_texts):
    answers = study_texts.answers.replace("p02,Aa,5,1,4", "p02,Aa,7,1,4").replace("p10,Bb,1,4,2", "p10,Bb,1,4,wel")
    results = run(answers=answers)
    assert np.isnan(results.responses.frame.loc[1, "v1"])
    assert {"R040", "R041"} <= codes(results.content.response.problems)
    log = results.responses.log
    cell = log[(log["code"] == "R040") & log["row"].notna()].iloc[0]
    assert (cell["row"], cell["column"], cell["value"]) == (3, "v1", "7")
    page = (results.folder / "report.html").read_text(encoding="utf-8")
    assert "rij 3, kolom &#39;v1&#39;" in page
    assert ">wel<" not in page


@pytest.mark.usefixtures("without_pages")
def test_scale_of_one_item_has_no_reliability(run, study_texts):
    instrument = study_texts.instrument.replace("items: [v1, v2, v3], minimum_answered: 2", "items: [v1]")
    instrument = re.sub(r"  - \{id: v[23].*\n", "", instrument).replace("v2: 1, v3: 5", "").replace("5, }", "5}")
    results = run(instrument=instrument)
    one = scale(results)
    assert one.reliability is None or one.reliability["estimate"].isna().all()
    assert any(code.startswith("M") for code in codes(one.problems))
    assert one.overall["n"].tolist() == [16]


def test_all_answers_missing(run, study_texts):
    answers = re.sub(r",\d,\d,\d", ",,,", study_texts.answers)
    results = run(answers=answers)
    assert "S020" in codes(scale(results).problems)
    assert scale(results).overall["mean"].isna().all()
    assert (results.folder / "report.html").is_file()


@pytest.mark.usefixtures("only_tables")
def test_groups_of_one_are_withheld_and_counted(run, study_texts):
    answers = study_texts.answers + "p17,Cc,4,2,4\np18,Dd,3,3,3\n"
    results = run(answers=answers)
    scores = scale(results).scores.set_index("group")
    assert scores.loc[["Cc", "Dd"], "mean"].isna().all()
    assert scores.loc["Aa", "released"] != scores.loc["Bb", "released"]
    assert results.content.withheld["n_groups"].sum() == 3
    for path in outside_private(results.folder):
        if path.suffix == ".csv":
            hidden = pd.read_csv(path).reindex(columns=["group", "n", "n_persons", "mean", "sd", "conf_low"])
            hidden = hidden[hidden["group"].isin(["Cc", "Dd"])].drop(columns="group")
            assert hidden.isna().all(axis=None), path.name


@pytest.mark.usefixtures("without_pages")
def test_a_second_report_with_one_person_more_shows_nothing_new(run, study_texts):
    run("first")
    second = run("second", answers=study_texts.answers + "p17,Aa,1,5,1\n")
    assert scale(second).overall["mean"].isna().all()
    scores = scale(second).scores.set_index("group")
    assert scores.loc["Aa", "reason"] == "earlier"


@pytest.mark.usefixtures("without_tables")
def test_html_in_answers_and_names_is_text(run, study_texts):
    answers = study_texts.answers.replace("Aa", "<script>alert(1)</script>")
    page = (run(answers=answers).folder / "report.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.usefixtures("only_tables")
def test_formulas_in_names_are_neutralised_in_spreadsheets(run, study_texts):
    results = run(answers=study_texts.answers.replace("Aa", "=1+1"))
    table = pd.read_csv(results.folder / "tables" / "scores_by_group.csv")
    assert "'=1+1" in set(table["group"])
    book = openpyxl.load_workbook(results.folder / "tables" / "tables.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert any(isinstance(cell.value, float) for cell in cells)


@pytest.mark.usefixtures("without_pages")
def test_output_is_replaced_only_by_force(run, tmp_path, small_study):
    run()
    with pytest.raises(LcresearchError, match="G002"):
        run()
    assert studies.load(small_study()).run(tmp_path / "out", force=True, date=DATE).folder.is_dir()


def test_check_names_what_the_report_will_warn_of_and_writes_nothing(small_study, study_texts, tmp_path):
    folder = small_study(answers=study_texts.answers.replace("p02,Aa,5", "p02,Aa,8"))
    before = sorted(tmp_path.rglob("*"))
    assert codes(studies.load(folder).check()) == {"R040"}
    assert sorted(tmp_path.rglob("*")) == before


def test_check_reports_what_stops_the_study(small_study):
    assert codes(studies.load(small_study(answers=b"")).check()) == {"R001"}


def test_an_interval_wider_than_the_scale_is_said_in_words(ran):  # two firms: one degree of freedom
    pages = [(ran.folder / name).read_text(encoding="utf-8") for name in ("report.html", "report.en.html")]
    assert "met zo weinig groepen is niet te zeggen hoe zeker dit is; 16 respondenten" in pages[0]
    assert "with so few groups nobody can say how certain this is; 16 respondents" in pages[1]


@pytest.mark.usefixtures("without_tables")
def test_firms_that_are_all_too_small_to_show_leave_the_reliability_of_persons(small_study, study_texts, tmp_path):
    lines = study_texts.answers.splitlines()
    answers = [line.replace(",Aa,", f",A{n // 4},").replace(",Bb,", f",B{n // 4},") for n, line in enumerate(lines)]
    results = studies.load(small_study(answers="\n".join(answers))).run(tmp_path / "out")
    (scale,) = results.content.scales
    assert scale.reliability["level"].unique().tolist() == ["individual"]
    assert "nobody answered" not in (tmp_path / "out" / "report.en.html").read_text(encoding="utf-8")
    assert [problem.code for problem in scale.problems if problem.code.startswith("M")] == []
