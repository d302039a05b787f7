"""The word of a report is that of the analysis of all answers, and the interval beside it does not contradict it."""

from __future__ import annotations

import datetime
import json
import sys
import warnings
from pathlib import Path

import pytest

from lcresearch import change, studies
from lcresearch.studies.change_estimates import Estimate

sys.path.insert(0, str(Path(__file__).parent))
from change_studies import invented_answers, write_study


def test_an_interval_contradicts_a_word_where_it_leaves_out_zero_and_the_word_is_not_clear():
    surely = Estimate(0.5, 0.1, 20)
    assert surely.fits("clear_gain")
    assert not surely.fits("likely_gain")
    assert not surely.fits("cannot_tell")
    perhaps = Estimate(0.15, 0.1, 20)
    assert perhaps.fits("likely_gain")
    assert not perhaps.fits("clear_gain")
    # a change may be surely there and surely small; an interval that reaches what is worthwhile contradicts that
    assert Estimate(0.15, 0.05, 20).fits("no_worthwhile_change", 0.4)
    assert perhaps.fits("no_worthwhile_change", 0.4)
    assert not surely.fits("no_worthwhile_change", 0.4)
    assert Estimate(0.5).fits("clear_gain")  # no interval, nothing to contradict


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.usefixtures("without_pages")
def test_the_word_is_that_of_all_answers(tmp_path, seed):
    answers = invented_answers(seed, gain=0.25, leave=0.25, join=1)
    folder = write_study(tmp_path / "study", answers)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        shown = studies.load(folder).run(date=datetime.date(2026, 3, 9)).content.change.primary
        scores = answers.assign(score=(answers["voice1"] + answers["voice2"]) / 2)
        found = change.before_after(
            scores, "score", before="t0", after="t1", person="person", group="firm", worthwhile=0.4
        )
    assert shown.overall.sureness == found.sureness
    facts = json.loads((folder / "results" / "facts.json").read_text(encoding="utf-8"))["change"]
    assert (facts["scale"], facts["sureness"]) == ("voice", found.sureness)
    assert (facts["estimate"], facts["worthwhile"]) == (shown.overall.estimate, 0.4)
    words = found.by_group.set_index("group")["sureness"]
    for one in shown.groups:
        assert one.sureness in (words[one.group], None)
    for one in (shown.overall, *shown.groups):
        if one.conf_low is not None:
            assert (one.conf_low > 0 or one.conf_high < 0) == str(one.sureness).startswith("clear")
        assert one.judged_apart == (one.shown and one.conf_low is None)


STAGGERED = "design: staggered_start\nstarts: {Aa: t1, Bb: t1, Cc: t2}"


@pytest.mark.parametrize("lacking", [0, 1])
@pytest.mark.usefixtures("without_tables")
def test_a_staggered_start_is_judged_by_the_effect_of_starting(tmp_path, lacking):
    answers = invented_answers(3, (9, 8, 12), ("t0", "t1", "t2"), gain=0.5)
    if lacking:  # of one person the answer in between is not there: the effect would tell about this one
        answers = answers[~((answers["person"] == "Aa00") & (answers["wave"] == "t1"))]
    folder = write_study(tmp_path / "study", answers, more=STAGGERED)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = studies.load(folder).run(date=datetime.date(2026, 3, 9))
        scores = answers.assign(score=(answers["voice1"] + answers["voice2"]) / 2)
        found = change.before_after(
            scores, "score", before="t0", after="t2", person="person", group="firm", worthwhile=0.4,
            starts={"Aa": "t1", "Bb": "t1", "Cc": "t2"},
        )  # fmt: skip
    shown, report = results.content.change.primary, results.reports["en"].read_text(encoding="utf-8")
    assert shown.overall.basis == "linked"
    if lacking:
        assert shown.started is None
        assert "may not be shown here" in report
    else:
        assert shown.started.estimate == pytest.approx(float(found.overall["estimate"]), abs=0.005)
        assert shown.started.sureness == found.sureness
        assert "The effect of starting, from all measurements of the 29 people" in report
