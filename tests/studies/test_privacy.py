"""What a reader of the output cannot work out: attacks that once succeeded."""

import datetime

import numpy as np
import pandas as pd
import pytest

from lcresearch import studies
from lcresearch.errors import LcresearchError

DATE = datetime.date(2026, 3, 9)
NESTED = "levels: {consortium: cons, organisation: firm}"


@pytest.fixture
def run(small_study, tmp_path):
    def go(out="out", **files):
        return studies.load(small_study(**files)).run(tmp_path / out, date=DATE)

    return go


def answers_of(sizes, *, seed=1, consortium=None):
    """Rows of persons in firms of these sizes, with answers that differ."""
    rng = np.random.default_rng(seed)
    firms = [firm for firm, size in sizes.items() for _ in range(size)]
    table = {"person": [f"p{n:02}" for n in range(len(firms))], "firm": firms}
    if consortium:
        table["cons"] = [consortium[firm] for firm in firms]
    table |= {item: rng.integers(1, 6, len(firms)) for item in ("v1", "v2", "v3")}
    return pd.DataFrame(table)


def csv(frame):
    return frame.to_csv(index=False, float_format="%.0f")


def table(results, name):
    return pd.read_csv(results.folder / "tables" / f"{name}.csv")


def test_interval_of_everybody_does_not_hold_the_means_of_hidden_firms(run):
    sizes = {"A": 12, "B": 11, "C": 13, "D": 4, "E": 3}
    shown = run("one", answers=csv(answers_of(sizes)))
    assert shown.content.withheld["n_groups"].sum() == 2
    other = answers_of(sizes)
    small = other["firm"].isin(["D", "E"])
    # the seven persons of the hidden firms change places: their sum stays, the means of D and E do not
    items = ["v1", "v2", "v3"]
    other.loc[small, items] = other.loc[small, items].to_numpy()[::-1]
    assert other.groupby("firm")["v1"].mean()["D"] != answers_of(sizes).groupby("firm")["v1"].mean()["D"]
    (shown.study.folder / "releases.json").unlink()
    (shown.study.folder / "private" / "release-key").unlink()
    again = run("two", answers=csv(other))
    pd.testing.assert_frame_equal(again.content.scales[0].overall, shown.content.scales[0].overall)
    pd.testing.assert_frame_equal(table(again, "agreement"), table(shown, "agreement"))


def test_items_and_scores_are_about_the_same_persons(run):
    answers = answers_of({"A": 20, "B": 20})
    answers.loc[3, ["v2", "v3"]] = np.nan  # too few answers for a score
    answers.loc[7, "v2"] = np.nan  # one open question
    results = run(answers=csv(answers))
    scale = results.content.scales[0]
    assert set(table(results, "answers").groupby("item")["n"].sum()) == {38}
    assert scale.overall["n"].tolist() == [38]
    assert {"S021", "S022"} <= {problem.code for problem in scale.problems}
    assert results.scores["voice"].notna().sum() == 39
    # reversed v2 counts as 6 - v2; the sums of the items are those of the scores
    items = table(results, "answers")
    total = (items["n"] * items["low"]).groupby(items["item"]).sum()
    assert total["v1"] + (6 * 38 - total["v2"]) + total["v3"] == pytest.approx(3 * 38 * scale.overall["mean"].iloc[0])


def test_a_late_answer_of_one_item_changes_nothing_that_is_shown(run):
    answers = answers_of({"A": 20, "B": 20})
    first = run("one", answers=csv(answers))
    late = pd.DataFrame({"person": ["late"], "firm": ["A"], "v1": [5], "v2": [np.nan], "v3": [np.nan]})
    second = run("two", answers=csv(pd.concat([answers, late])))
    for name in ("answers", "scores_overall", "item_analysis"):
        pd.testing.assert_frame_equal(table(second, name), table(first, name))


@pytest.mark.usefixtures("without_pages")
def test_other_answers_with_the_same_score_are_seen(run):
    answers = answers_of({"A": 20, "B": 20})
    answers.loc[0, ["v1", "v3"]] = [2, 4]
    run("one", answers=csv(answers))
    answers.loc[0, ["v1", "v3"]] = [4, 2]
    second = run("two", answers=csv(answers))
    assert second.content.scales[0].distribution.empty
    assert second.content.scales[0].overall["mean"].isna().all()


@pytest.mark.usefixtures("without_pages")
def test_a_late_answer_shows_nothing_when_the_file_has_no_ids(run, study_texts):
    study = study_texts.study.replace("respondent: person\n", "")
    answers = answers_of({"A": 20, "B": 20}).drop(columns="person")
    run("one", study=study, answers=csv(answers))
    late = pd.DataFrame({"firm": ["A"], "v1": [5], "v2": [1], "v3": [4]})
    second = run("two", study=study, answers=csv(pd.concat([late, answers])))
    assert second.content.scales[0].overall["mean"].isna().all()
    assert second.content.scales[0].distribution.empty


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("respondent: person\n", "respondent: other\n", "D009"),
        (
            "respondent: person\n",
            "respondent: person\nwaves: {column: moment, labels: {before: {nl: voor, en: before}}}\n",
            "D010",
        ),
    ],
)
@pytest.mark.usefixtures("without_pages")
def test_ids_and_waves_keep_their_names_after_a_report(run, study_texts, old, new, code):
    answers = answers_of({"A": 20, "B": 20})
    answers["other"], answers["moment"] = "r" + answers["person"], "before"
    run("one", answers=csv(answers))
    with pytest.raises(LcresearchError, match=code):
        run("two", study=study_texts.study.replace(old, new), answers=csv(answers))


@pytest.mark.usefixtures("without_pages")
def test_a_firm_that_all_answered_alike_is_not_told_from_one_that_protects_another(run):
    answers = answers_of({"A": 12, "B": 12, "C": 7, "D": 12})
    answers.loc[answers["firm"] == "C", ["v1", "v2", "v3"]] = [4, 2, 4]
    results = run(answers=csv(answers))
    scores = results.content.scales[0].scores
    assert set(scores.loc[~scores["released"], "reason"]) == {"protected"}
    assert set(results.content.withheld["reason"]) == {"protected"}


@pytest.mark.usefixtures("without_pages")
def test_small_firms_are_shown_without_spread_and_with_few_digits(run):
    scores = run(answers=csv(answers_of({"A": 12, "B": 6}))).content.scales[0].scores.set_index("group")
    assert np.isnan(scores.loc["B", "sd"])
    assert scores.loc["B", "mean"] == round(scores.loc["B", "mean"], 2)
    assert scores.loc["B", "conf_low"] == round(scores.loc["B", "conf_low"], 1)
    assert scores.loc["A", "sd"] > 0


def test_a_wave_of_one_person_does_not_show_what_that_person_skipped(run, study_texts):
    waves = "waves: {column: moment, labels: {t0: {nl: voor, en: before}, t1: {nl: na, en: after}}}\n"
    answers = answers_of({"A": 20, "B": 20}).assign(moment="t0")
    alone = answers.iloc[[0]].assign(moment="t1", v2=np.nan)
    results = run(study=study_texts.study + waves, answers=csv(pd.concat([answers, alone])))
    missing = table(results, "missing")
    assert missing.loc[missing["wave"] == "t1", "n_missing"].isna().all()
    assert missing.loc[missing["wave"] == "t0", "n_missing"].notna().all()


def test_an_absolute_path_does_not_reach_the_report(run, study_texts, tmp_path):
    path = tmp_path / "jan.jansen" / "answers.csv"
    path.parent.mkdir()
    path.write_text(csv(answers_of({"A": 20})), encoding="utf-8")
    results = run(study=study_texts.study.replace("[answers.csv]", f"['{path.as_posix()}']"))
    for name in ("report.html", "run.json"):
        assert "jan.jansen" not in (results.folder / name).read_text(encoding="utf-8")


@pytest.mark.usefixtures("without_pages")
def test_a_person_who_left_is_not_given_away_by_four_who_came(run, study_texts):
    # p16 gave v1 the answer 1; none of the four newcomers does, so one answer less in that category would be p16's
    names = [f"p{number}" for number in range(17, 33)]
    before = study_texts.answers + "".join(
        f"{name},{'AB'[i % 2] * 2},{i % 5 + 1},{i % 3 + 2},{i % 4 + 1}\n" for i, name in enumerate(names)
    )
    after = before.replace("p16,Bb,1,5,2\n", "") + "q1,Aa,3,2,4\nq2,Aa,4,3,5\nq3,Bb,5,4,2\nq4,Bb,2,1,3\n"
    first, second = (run(name, answers=text).content.scales[0] for name, text in (("one", before), ("two", after)))
    assert len(first.distribution)
    assert second.distribution.empty
    assert "D011" in {problem.code for problem in second.problems}
    assert "D011" not in {problem.code for problem in first.problems}
    assert second.overall["mean"].notna().all()
