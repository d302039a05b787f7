"""A study with a part on change: what is analysed, what is shown, what stays in the house."""

from __future__ import annotations

import datetime
import shutil
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.studies.conftest import left_out

from lcresearch import studies
from lcresearch.errors import LcresearchError

sys.path.insert(0, str(Path(__file__).parent))
from change_studies import invented_answers, write_study

DATE = datetime.date(2026, 3, 9)


def run(folder: Path, out: str = "out"):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return studies.load(folder).run(folder / out, date=DATE)


def scores(answers: pd.DataFrame, scale: str = "voice") -> pd.DataFrame:
    """Person by wave, computed by hand."""
    mean = (answers[f"{scale}1"] + answers[f"{scale}2"]) / 2
    return answers.assign(mean=mean).pivot(index=["firm", "person"], columns="wave", values="mean")


@pytest.fixture(scope="module")
def complete(tmp_path_factory):
    """Everybody answered twice; without the tables of the report."""
    answers = invented_answers()
    with left_out("save_tables"):
        return answers, run(write_study(tmp_path_factory.mktemp("complete"), answers))


@pytest.fixture(scope="module")
def with_leavers(tmp_path_factory):
    """In firm Aa one person left; nobody else did. Without pages and figures of the report."""
    answers = invented_answers()
    answers = answers[~((answers["person"] == "Aa00") & (answers["wave"] == "t1"))]
    with left_out("save_report", "save_figures"):
        return answers, run(write_study(tmp_path_factory.mktemp("leavers"), answers))


def test_the_change_is_that_of_persons_who_answered_twice(complete):
    answers, results = complete
    table = scores(answers)
    shown = results.content.change
    change = table["t1"] - table["t0"]
    assert shown.primary.overall.estimate == pytest.approx(change.mean(), abs=0.005)
    assert shown.primary.overall.basis == "linked"
    for one in shown.primary.groups:
        assert one.estimate == pytest.approx(change[one.group].mean(), abs=0.005)
        assert one.sureness in ("clear_gain", "likely_gain", "cannot_tell")
    # three firms: their people, no others; error from persons within firms
    assert shown.inference == "these_firms"
    within = change - change.groupby("firm").transform("mean")
    error = np.sqrt((within**2).sum() / (len(change) - 3) / len(change))
    half = shown.primary.overall.conf_high - shown.primary.overall.estimate
    assert half == pytest.approx(error * 2.0555, abs=0.01)  # t of 26 degrees of freedom


def test_a_change_that_tells_of_one_person_becomes_a_difference_of_means(with_leavers):
    _, results = with_leavers
    primary = results.content.change.primary
    of_firm = primary.of("Aa")
    assert (of_firm.basis, of_firm.reason, of_firm.n_linked) == ("all_answers", "once", None)
    assert of_firm.estimate == pytest.approx(of_firm.mean_after - of_firm.mean_before)
    assert primary.overall.basis == "all_answers"
    # the other firms keep theirs
    assert [primary.of(name).basis for name in ("Bb", "Cc")] == ["linked", "linked"]
    assert of_firm.conf_low < of_firm.estimate < of_firm.conf_high


def test_rows_of_persons_lie_under_private_only(with_leavers):
    _, results = with_leavers
    names = {path.name for path in (results.folder / "private").glob("change_*.parquet")}
    assert names == {"change_persons.parquet", "change_by_group.parquet", "change_reliable.parquet"}
    tables = results.folder / "tables"
    assert (tables / "change.csv").is_file()
    shown = pd.read_csv(tables / "change.csv")
    assert shown["simulated"].all()
    assert "respondent" not in shown


def test_the_report_says_it_in_both_languages(complete):
    _, results = complete
    dutch = results.reports["nl"].read_text(encoding="utf-8")
    english = results.reports["en"].read_text(encoding="utf-8")
    assert "Wat er veranderde" in dutch
    assert "uidelijk vooruit" in dutch
    assert "What changed" in english
    assert "learly better" in english
    # one scale of words: the older expressions for differences between waves are not in it
    assert "een duidelijk verschil" not in dutch
    assert (results.folder / "figures" / "change-voice.nl.svg").is_file()


@pytest.mark.usefixtures("without_pages")
def test_one_wave_has_no_change_yet(tmp_path):
    answers = invented_answers(waves=("t0",))
    folder = write_study(tmp_path / "one", answers)
    results = run(folder)
    assert results.content.change is None
    assert "S158" in {problem.code for problem in studies.load(folder).check()}


@pytest.mark.usefixtures("without_tables")
def test_without_a_code_two_groups_of_answers_are_compared(tmp_path):
    folder = write_study(tmp_path / "unlinked", invented_answers().drop(columns="person"), respondent="")
    results = run(folder)
    overall = results.content.change.primary.overall
    assert (overall.basis, overall.reason, overall.n_linked) == ("all_answers", "unlinked", None)
    assert "S155" in {problem.code for problem in studies.load(folder).check()}
    assert "niet wie beide keren antwoordde" in results.reports["nl"].read_text(encoding="utf-8")


@pytest.mark.usefixtures("without_pages")
def test_comparison_firms_are_kept_apart(tmp_path):
    answers = invented_answers(sizes=(9, 8, 12, 14))
    results = run(write_study(tmp_path / "compared", answers, more="comparison: [Dd]"))
    primary = results.content.change.primary
    change = scores(answers)["t1"] - scores(answers)["t0"]
    assert primary.overall.estimate == pytest.approx(change.drop("Dd").mean(), abs=0.005)
    assert primary.comparison.estimate == pytest.approx(change["Dd"].mean(), abs=0.005)
    assert primary.difference.estimate == pytest.approx(primary.overall.estimate - primary.comparison.estimate)
    assert not primary.of("Dd").takes_part


@pytest.mark.parametrize(
    ("more", "replace", "code"),
    [
        ("", ("primary: voice", "primary: voise"), "S150"),
        ("before: t9", None, "S151"),
        ("before: t1\nafter: t0", None, "S152"),
        ("group: team", None, "S153"),
        ("starts: {Aa: t7}", None, "S157"),
        ("", ("worthwhile: 0.4", "worthwhile: 4"), "S159"),
    ],
)
def test_what_the_study_does_not_know_is_refused_with_its_line(tmp_path, more, replace, code):
    folder = write_study(tmp_path / "wrong", invented_answers(), more=more)
    if replace is not None:
        path = folder / "study.yaml"
        path.write_text(path.read_text(encoding="utf-8").replace(*replace), encoding="utf-8")
    with pytest.raises(LcresearchError) as caught:
        studies.load(folder)
    found = [problem for problem in caught.value.problems if problem.code == code]
    assert found
    assert found[0].where.line is not None


def test_a_study_of_one_wave_cannot_have_change(tmp_path):
    folder = write_study(tmp_path / "single", invented_answers())
    path = folder / "study.yaml"
    text = path.read_text(encoding="utf-8")
    start, end = text.index("    t1:"), text.index("instruments:")
    path.write_text(text[:start] + text[end:], encoding="utf-8")
    with pytest.raises(LcresearchError) as caught:
        studies.load(folder)
    assert "S154" in {problem.code for problem in caught.value.problems}


def test_a_misspelt_comparison_firm_is_told_of(tmp_path):
    folder = write_study(tmp_path / "misspelt", invented_answers(), more="comparison: [Ddd]")
    assert "S156" in {problem.code for problem in studies.load(folder).check()}


def test_withdrawal_takes_a_person_out_of_the_changes(complete, tmp_path):
    from lcresearch.studies.withdrawal import withdraw

    answers, results = complete
    folder = shutil.copytree(results.folder.parent, tmp_path / "withdrawn")
    withdraw(folder, "Aa00")
    kept = pd.read_parquet(folder / "out" / "private" / "change_persons.parquet")
    reliable = pd.read_parquet(folder / "out" / "private" / "change_reliable.parquet")
    assert kept["respondent"].nunique() == len(answers["person"].unique()) - 1
    assert reliable.groupby("scale")["respondent"].nunique().eq(28).all()


@pytest.mark.usefixtures("without_pages")
def test_a_second_run_shows_the_same(complete, tmp_path):
    _, results = complete
    first = results.content.change
    second = run(shutil.copytree(results.folder.parent, tmp_path / "again"), "second").content.change
    assert first.primary.overall == second.primary.overall
    assert first.primary.groups == second.primary.groups
    assert first.primary.reliable == second.primary.reliable


@pytest.mark.usefixtures("without_pages")
def test_one_late_answer_shows_nothing_new(tmp_path):
    answers = invented_answers()
    folder = write_study(tmp_path / "late", answers[answers["person"] != "Aa00"])
    run(folder)
    answers.to_csv(folder / "answers.csv", index=False)
    primary = run(folder, "second").content.change.primary
    assert not primary.of("Aa").shown
    assert not primary.overall.shown
    assert primary.reliable is None


@pytest.mark.usefixtures("without_pages")
def test_one_late_answer_is_said_to_take_a_wave_away_and_tells_nothing_beside_it(tmp_path):
    answers = invented_answers()
    last = answers[answers["wave"] == "t1"].index[0]
    folder = write_study(tmp_path / "late", answers.drop(index=last))
    first = run(folder)
    assert first.notices == []
    assert first.content.change.primary.correlation is not None
    write_study(folder, answers)
    second = run(folder, "again")
    assert [problem.code for problem in second.notices] == ["D012"]
    assert "after eight weeks" in second.notices[0].text("en")
    assert second.content.change.primary.correlation is None  # beside the first one it tells of the person who came


def test_overall_intervals_of_a_few_firms_are_about_their_people(complete):
    _, results = complete
    overall = results.content.scales[0].overall.dropna(subset=["mean"])
    expected = overall["sd"] / np.sqrt(overall["n"].astype(float)) * 2  # t of about two
    assert ((overall["conf_high"] - overall["mean"]) / expected).between(0.97, 1.1).all()
