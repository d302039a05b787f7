"""Whether the word for a change would be the same had everybody answered twice, and where that is not asked."""

from __future__ import annotations

import re
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lcresearch.change import impute
from lcresearch.studies.change_imputed import N_IMPUTATIONS, imputed_change

sys.path.insert(0, str(Path(__file__).parent))
from change_studies import invented_answers, write_study
from pulse_studies import run


@pytest.fixture(scope="module")
def with_leavers(tmp_path_factory):
    """A third of three firms of 20 and more did not come back."""
    answers = invented_answers(sizes=(20, 22, 24), leave=0.35)
    return answers, run(write_study(tmp_path_factory.mktemp("leavers"), answers))


def test_the_pooled_change_is_that_of_rubins_rules_by_hand(with_leavers):
    answers, results = with_leavers
    found = results.change.imputed
    scores = answers.assign(
        voice=(answers["voice1"] + answers["voice2"]) / 2, trust=(answers["trust1"] + answers["trust2"]) / 2
    )
    wide = scores.pivot(index=["person", "firm"], columns="wave", values=["voice", "trust"]).reset_index()
    wide.columns = ["_".join(part for part in name if part) for name in wide.columns]
    copies = impute(
        wide, ["voice_t0", "voice_t1"], group="firm", auxiliary=["trust_t0", "trust_t1"],
        n_imputations=200, n_iterations=5, seed=3,
    ).frames()  # fmt: skip
    changes = [(one["voice_t1"] - one["voice_t0"]).mean() for one in copies]
    row = found.line[found.line["delta"] == 0].iloc[0]
    assert row["estimate"] == pytest.approx(np.mean(changes), abs=0.03)
    assert found.n_once == int(wide[["voice_t0", "voice_t1"]].isna().any(axis=1).sum())
    within = np.mean([_variance(one) for one in copies])
    total = within + (1 + 1 / len(copies)) * np.var(changes, ddof=1)
    assert row["std_error"] == pytest.approx(np.sqrt(total), rel=0.15)


def _variance(one: pd.DataFrame) -> float:
    """Of the mean change, with firms fixed."""
    change = one["voice_t1"] - one["voice_t0"]
    apart = change - change.groupby(one["firm"]).transform("mean")
    return float((apart**2).sum() / (len(one) - one["firm"].nunique()) / len(one))


def test_moving_the_imputed_scores_moves_the_change_by_their_share(with_leavers):
    _, results = with_leavers
    found = results.change.imputed
    line = found.line.set_index("delta")["estimate"]
    assert line[1.0] - line[0.0] == pytest.approx(21 / 66)
    assert found.tipping_point < 0
    assert found.line.set_index("delta").loc[found.tipping_point, "sureness"] != found.word


def test_the_report_says_that_scores_were_estimated_and_when_the_word_changes(with_leavers):
    _, results = with_leavers
    shown = results.content.change.imputed
    assert (shown.n, shown.n_imputations, shown.same) == (21, N_IMPUTATIONS, True)
    page = results.reports["nl"].read_text(encoding="utf-8")
    text = re.sub(r"\s+", " ", page)
    assert "we schatten hun andere score 20 keer" in text
    assert "Het oordeel blijft dan gelijk" in text
    assert "lager zouden scoren dan we schatten" in text
    assert "stays the same" in results.reports["en"].read_text(encoding="utf-8")


def test_exact_numbers_stay_in_the_house(with_leavers):
    _, results = with_leavers
    private = results.folder / "private"
    assert "warranted" in (private / "change_imputation.csv").read_text(encoding="utf-8")
    estimate = f"{results.change.imputed.line['estimate'].iloc[0]:.4f}"
    shared = [one for one in results.folder.rglob("*") if one.is_file() and private not in one.parents]
    assert not any(estimate in one.read_text(encoding="utf-8", errors="ignore") for one in shared)


def test_it_is_quick(with_leavers):
    _, results = with_leavers
    begun = time.process_time()
    imputed_change(results.change)
    assert time.process_time() - begun < 2


@pytest.mark.parametrize(("leave", "why"), [(0.0, "nobody_once"), (0.75, "too_much")])
@pytest.mark.usefixtures("without_tables")
def test_where_it_is_not_warranted_nothing_is_said_and_the_reason_is_on_record(tmp_path, leave, why):
    results = run(write_study(tmp_path, invented_answers(sizes=(20, 22, 24), leave=leave)))
    assert results.change.imputed.why_not == why
    assert results.content.change.imputed is None
    assert why in (results.folder / "private" / "change_imputation.csv").read_text(encoding="utf-8")
    assert "we schatten hun andere score" not in results.reports["nl"].read_text(encoding="utf-8")


@pytest.mark.usefixtures("without_pages")
def test_of_a_few_who_left_nothing_is_said(tmp_path):
    answers = invented_answers(sizes=(9, 8, 12))
    gone = answers["person"].isin(["Aa00", "Bb01", "Cc02"]) & (answers["wave"] == "t1")
    results = run(write_study(tmp_path, answers[~gone]))
    assert results.content.change.imputed is None
