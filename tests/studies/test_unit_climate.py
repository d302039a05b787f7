"""The report of the shipped study of 49 companies holds the numbers of R (multilevel 2.7, see tests/reference)."""

import datetime
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.studies.conftest import left_out

from lcresearch import shipped, studies

REFERENCE = Path(__file__).parents[1] / "reference" / "aggregation"
SCALES = {"leadership_climate": "LEAD", "task_significance": "TSIG", "hostility": "HOSTILE"}
ITEMS = {"leadership_climate": "lead", "task_significance": "tsig", "hostility": "hostile"}


def reference(name):
    return json.loads((REFERENCE / f"lq2002_{name}.json").read_text(encoding="utf-8"))["values"]


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    folder = studies.new("unit-climate", tmp_path_factory.mktemp("unit") / "study")
    with left_out("save_report", "save_figures"):
        return studies.load(folder).run(date=datetime.date(2026, 3, 9))


def table(results, name, scale):
    """Rows of a scale in one of the CSV files that go out."""
    rows = pd.read_csv(results.folder / "tables" / f"{name}.csv")
    return rows[rows["scale"] == scale]


@pytest.mark.parametrize(("scale", "column"), SCALES.items())
def test_intraclass_correlations(results, scale, column):
    row, values = table(results, "agreement", scale).iloc[0], reference("icc")[column]
    anova = values["aov"]
    assert (row["n"], row["n_groups"]) == (values["n"], values["k"])
    # LEAD, TSIG and HOSTILE in the data are rounded to nine decimals
    names = {"icc_1": "ICC1", "icc_2": "ICC2", "f": "F", "ms_between": "MSB", "icc_1_n0": "ICC1_with_n0"}
    for ours, theirs in names.items():
        assert row[ours] == pytest.approx(anova[theirs], rel=1e-8), ours
    assert row["icc_1_reml"] == pytest.approx(values["lmer_REML"]["ICC1"], rel=1e-6)
    assert row["grand_mean_se"] == pytest.approx(values["lmer_REML"]["grand_mean_se"], rel=1e-6)


@pytest.mark.parametrize(("scale", "name"), ITEMS.items())
def test_agreement_in_each_company(results, scale, name):
    groups = table(results, "agreement_by_group", scale).set_index("group")
    values = reference(f"agreement_{name}_items")
    expected = {
        "r_wg_uniform": values["rwg.j"]["uniform"],
        "r_wg_slight_skew": values["rwg.j"]["slight_skew"],
        "r_wg_lindell_uniform": values["rwg.j.lindell"]["uniform"],
        "ad_mean": values["ad_mean"],
        "ad_median": values["ad_median"],
        "awg": values["awg"],
    }
    for column, block in expected.items():
        theirs = pd.Series(block["per_group"], dtype=float)
        ours = groups[column].rename(index=str).reindex(theirs.index)
        np.testing.assert_allclose(ours, theirs, rtol=1e-8, atol=1e-12, err_msg=column)


def test_reliability_of_persons_and_companies(results):
    rows = table(results, "reliability", "leadership_climate").set_index(["level", "term"])["estimate"]
    values = reference("group_level_alpha")
    assert rows["individual", "cronbach_alpha"] == pytest.approx(values["individual"]["alpha"], rel=1e-8)
    assert rows["group", "cronbach_alpha"] == pytest.approx(values["group_means"]["alpha"], rel=1e-8)


def test_nothing_is_withheld_since_every_company_has_ten_persons_or_more(results):
    assert results.content.withheld.empty
    assert table(results, "scores_by_group", "hostility")["released"].all()


def test_study_can_be_run_as_it_is_shipped():
    assert studies.load(shipped.folder("analyses") / "unit-climate").check() == []
