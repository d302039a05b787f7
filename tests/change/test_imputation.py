"""Multiple imputation: draws against their posteriors, bias repaired, verdicts, and sensitivity."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy.stats

from lcresearch import change, multilevel
from lcresearch.change.imputation.chains import scale_reduction
from lcresearch.change.imputation.draws import Draw, InterceptState, intercept_draw, matched, regression_draw
from lcresearch.errors import ChangeError

REFERENCE = Path(__file__).parents[1] / "reference" / "imputation"


def firms(n_firms, n_persons, seed, spread=0.5):
    """Invented: before and after correlate .7 within firms; low scores before stay away more often (about 30%)."""
    rng = np.random.default_rng(seed)
    firm = np.repeat(np.arange(n_firms), n_persons)
    effect = spread * rng.normal(size=n_firms)
    person = rng.normal(size=len(firm))
    before = 3 + effect[firm] + np.sqrt(0.7) * person + np.sqrt(0.3) * rng.normal(size=len(firm))
    full = 3.3 + effect[firm] + np.sqrt(0.7) * person + np.sqrt(0.3) * rng.normal(size=len(firm))
    stays = rng.random(len(firm)) < 1 / (1 + np.exp(-1.15 - 1.6 * (before - 3 - effect[firm])))
    names = np.array([f"firm {number}" for number in firm])
    return pd.DataFrame({"firm": names, "t0": before, "t1": np.where(stays, full, np.nan), "full": full})


def mean_of(column):
    def estimate(frame):
        known = frame[column].dropna()
        row = {"term": ["mean"], "estimate": [known.mean()], "std_error": [known.std() / np.sqrt(len(known))]}
        return pd.DataFrame(row | {"df": [len(known) - 1.0]})

    return estimate


def test_draws_of_a_regression_have_the_posterior_of_rubin_1987():
    """Predictions at a point: t with n - p degrees of freedom about the least-squares line."""
    rng = np.random.default_rng(1)
    x = np.column_stack([np.ones(13), np.append(rng.normal(size=12), 0.7)])
    y = np.append(1 + 0.5 * x[:12, 1] + rng.normal(0, 0.6, 12), 0.0)
    known = np.arange(13) < 12
    draws = np.array([regression_draw(x, y, known, rng).for_missing[12] for _ in range(4000)])
    inverse = np.linalg.inv(x[:12].T @ x[:12])
    coefficients = inverse @ x[:12].T @ y[:12]
    rest = y[:12] - x[:12] @ coefficients
    scale = np.sqrt(rest @ rest / 10 * (x[12] @ inverse @ x[12]))
    assert scipy.stats.kstest((draws - x[12] @ coefficients) / scale, "t", args=(10,)).pvalue > 0.001


def test_gibbs_sampler_finds_variances_between_and_within_firms():
    """Posterior means are those that follow from the estimates of a mixed model on the same data."""
    data = firms(40, 25, seed=2)
    codes = pd.factorize(data["firm"])[0]
    x = np.column_stack([np.ones(len(data)), data["t0"] - data["t0"].mean()])
    y, known = data["full"].to_numpy(), np.ones(len(data), dtype=bool)
    state, rng = InterceptState(0.1, 0.1, np.zeros(40)), np.random.default_rng(3)
    kept = []
    for visit in range(150):
        intercept_draw(x, y, known, codes, state, rng)
        kept += [(state.between, state.within)] if visit >= 20 else []
    fit = multilevel.fit_lmm("full ~ 1 + t0 + (1 | firm)", data).variance_components
    between, within = fit["covariance"].iloc[0], fit["covariance"].iloc[-1]
    # 40 means vary by between + within / 25; its posterior, an inverse gamma, has a mean of 39 / 37 times the estimate
    expected = np.array([between + 2 / 37 * (between + within / 25), within])
    chance = np.std(kept, axis=0) / np.sqrt(len(kept))
    assert np.all(np.abs(np.mean(kept, axis=0) - expected) < 4 * chance)


def test_matching_takes_values_of_the_nearest_predictions():
    known = np.array([True] * 6 + [False])
    draw = Draw(np.array([1.0, 2, 3, 4, 5, 6, 0]), np.array([0.0] * 6 + [4.1]), 1.0)
    y = np.array([10.0, 20, 30, 40, 50, 60, np.nan])
    rng = np.random.default_rng(4)
    taken = {float(matched(draw, y, known, 3, rng)[0]) for _ in range(200)}
    assert taken == {30.0, 40.0, 50.0}


@pytest.mark.parametrize(("n_firms", "n_persons", "model"), [(4, 60, "indicators"), (16, 25, "random_intercepts")])
def test_imputation_repairs_what_dropout_distorts(n_firms, n_persons, model):
    bias = {"complete": [], "imputed": []}
    for seed in range(12):
        data = firms(n_firms, n_persons, seed)
        found = change.impute(
            data[["firm", "t0", "t1"]], ["t0", "t1"], group="firm", n_imputations=5, n_iterations=3, seed=seed
        )
        assert found.model == model
        bias["complete"].append(data["t1"].mean() - data["full"].mean())
        bias["imputed"].append(np.mean([frame["t1"].mean() for frame in found.frames()]) - data["full"].mean())
    assert np.mean(bias["complete"]) > 0.15
    assert abs(np.mean(bias["imputed"])) < 0.05


def test_the_same_seed_gives_the_same_copies_and_known_values_stay():
    data = firms(3, 20, 1)
    one, other = (change.impute(data, ["t0", "t1"], group="firm", n_imputations=3, seed=5) for _ in range(2))
    np.testing.assert_array_equal(one.values, other.values)
    known = data["t1"].notna()
    for frame in one.frames():
        np.testing.assert_array_equal(frame.loc[known, "t1"], data.loc[known, "t1"])
        assert frame["t1"].notna().all()


def test_matched_values_stay_on_the_scale():
    data = firms(6, 50, 2)
    scale = data.assign(t1=data["t1"].round().clip(1, 5), t0=data["t0"].round(1).clip(1, 5))
    found = change.impute(scale, ["t0", "t1"], group="firm", n_imputations=3, matching=True, seed=1)
    assert set(np.unique(found.values[:, :, list(found.columns).index("t1")])) <= {1.0, 2.0, 3.0, 4.0, 5.0}


def test_a_column_of_firms_is_imputed_for_firms():
    data = firms(24, 8, 3)
    means = data.groupby("firm")["t0"].transform("mean")
    size = (10 * means).round()
    gone = data["firm"].isin(["firm 3", "firm 11", "firm 17"])
    found = change.impute(
        data.assign(size=size.where(~gone)), ["t0", "t1", "size"], group="firm", n_imputations=4, seed=2
    )
    for frame in found.frames():
        assert (frame.groupby("firm")["size"].nunique() == 1).all()
        assert frame.loc[gone, "size"].notna().all()
    averages = np.mean([frame.loc[gone, "size"] for frame in found.frames()], axis=0)
    assert np.corrcoef(averages, size[gone])[0, 1] > 0.8


def test_pooling_is_that_of_mixed_models_and_of_tables():
    data = firms(10, 10, 4)
    found = change.impute(data, ["t0", "t1"], group="firm", n_imputations=4, seed=3)
    formula = "t1 ~ 1 + t0 + (1 | firm)"
    pooled = found.analyse(lambda frame: multilevel.fit_lmm(formula, frame))
    by_hand = multilevel.pool([multilevel.fit_lmm(formula, frame) for frame in found.frames()])
    pd.testing.assert_frame_equal(pooled.table, by_hand.table)


def test_before_after_over_imputed_copies():
    data = firms(3, 15, 5).assign(respondent=range(45))
    found = change.impute(data, ["t0", "t1"], group="firm", n_imputations=4, seed=3)
    copies = found.long_frames("trust", {"before": "t0", "after": "t1"})
    pooled = found.analyse(
        lambda frame: change.before_after(frame, "trust", before="before", after="after", group="firm").tidy(), copies
    ).tidy()
    assert pooled["term"].tolist() == ["change", "firm 0", "firm 1", "firm 2"]
    assert (pooled["fraction_missing"] > 0.05).all()
    assert len(copies[0]) == 90


def test_verdicts_say_when_imputing_is_worth_it():
    data = firms(4, 60, 6)
    rng = np.random.default_rng(7)
    noise = rng.normal(size=len(data))
    data["noise"] = np.where(rng.random(len(data)) < 0.3, np.nan, noise)
    data["few"] = np.where(np.arange(len(data)) < 5, np.nan, data["full"])
    data["gone"] = np.where(rng.random(len(data)) < 0.6, np.nan, data["full"])
    found = change.impute(data, ["t0", "t1", "noise", "few", "gone"], group="firm", n_imputations=2, seed=1)
    verdicts = found.tidy().set_index("column")["verdict"].to_dict()
    expected = {"t0": "complete", "t1": "warranted", "noise": "no_information", "few": "few_missing"}
    assert verdicts == expected | {"gone": "too_much"}
    assert {problem.code for problem in found.problems} >= {"C091", "C092", "C093", "C095"}
    assert any("filled in, not measured" in caution for caution in found.cautions())


def test_sensitivity_moves_only_what_was_missing_and_finds_where_the_conclusion_turns():
    data = firms(3, 30, 8)
    data["t1"] -= data["t1"].mean() - 0.45
    found = change.impute(data, ["t0", "t1"], group="firm", n_imputations=5, seed=2)
    line = found.sensitivity(mean_of("t1"), "t1", np.linspace(-2, 2, 9))
    table = line.tidy().set_index("delta")["estimate"]
    share = data["t1"].isna().mean()
    assert table[1.0] - table[0.0] == pytest.approx(share, rel=1e-9)
    at = change.impute(data, ["t0", "t1"], group="firm", n_imputations=5, seed=2).sensitivity(
        mean_of("t1"), "t1", [line.tipping_point]
    )
    ends = at.tidy().set_index("delta").loc[line.tipping_point, ["conf_low", "conf_high"]]
    assert ends.abs().min() < 0.02
    assert "conclusion changes" in line.cautions()[0]
    with pytest.raises(ChangeError, match="C052"):
        found.sensitivity(mean_of("t1"), "t0", [1])


def test_chains_that_agree_have_a_scale_reduction_of_one():
    rng = np.random.default_rng(9)
    together = rng.normal(size=(20, 200, 1))
    apart = together + 3 * np.arange(20)[:, None, None]
    assert scale_reduction(together)[0] == pytest.approx(1, abs=0.02)
    assert scale_reduction(apart)[0] > 5


@pytest.mark.parametrize("model", ["indicators", "random_intercepts"])
def test_pooled_estimates_are_those_of_mice(model):
    """Within four standard errors of the chance of imputing, ours over 300 copies and that of R's mice."""
    data = pd.read_csv(REFERENCE / "firms.csv")
    data = data[data["firm"] <= "f03"] if model == "indicators" else data
    values = json.loads((REFERENCE / "mice.json").read_text(encoding="utf-8"))["values"][model]
    found = change.impute(
        data, ["t0", "t1"], group="firm", method=model, matching=False, n_imputations=300, n_iterations=2, seed=1
    )
    firm = pd.get_dummies(data["firm"], drop_first=True, dtype=float).to_numpy()
    for term, columns in (("mean", []), ("slope", [data["t0"], *(firm.T if model == "indicators" else [])])):
        x = np.column_stack([np.ones(len(data)), *columns])
        table = found.analyse(least_squares(x, -len(columns) if columns else 0)).table.iloc[0]
        chance = np.sqrt(table["between"] * (1 / 300 + 1 / values["m"]))
        assert abs(table["estimate"] - values[term]["estimate"]) < 4 * chance
        assert table["std_error"] == pytest.approx(values[term]["std_error"], rel=0.08)


def least_squares(x, place):
    """An estimator of one coefficient of t1 on x; ``place`` counts columns of x, from the end when negative."""

    def estimate(frame):
        y = frame["t1"].to_numpy()
        inverse = np.linalg.inv(x.T @ x)
        coefficients = inverse @ x.T @ y
        df = len(y) - x.shape[1]
        variance = ((y - x @ coefficients) ** 2).sum() / df
        error = np.sqrt(variance * np.diagonal(inverse)[place])
        return pd.DataFrame({"term": ["x"], "estimate": [coefficients[place]], "std_error": [error], "df": [float(df)]})

    return estimate


@pytest.mark.parametrize(
    ("change_of", "code"),
    [
        (lambda f: f.assign(t1=f["full"]), "C094"),
        (lambda f: f.assign(t1=np.nan), "C088"),
        (lambda f: f.assign(firm=f["firm"].where(f.index > 0)), "C087"),
        (lambda f: f.assign(t1=f["t1"].where(f["firm"] != "firm 1")).query("firm != 'firm 2'"), "C089"),
        (lambda f: f.groupby("firm").head(3), "C089"),
    ],
)
def test_what_cannot_be_imputed_is_refused(change_of, code):
    with pytest.raises(ChangeError, match=code):
        change.impute(change_of(firms(3, 20, 2)), ["t0", "t1"], group="firm", seed=1)
