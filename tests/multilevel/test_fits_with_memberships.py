"""What is read off a fit with multiple membership: predictions, sums of parts, profiles, robust errors. Invented."""

from pathlib import Path

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from tests.multilevel.memberships_invented import (
    COMMUNITIES,
    FRAME,
    SHARES,
    code_of,
    fit_of,
    incidence,
)

from lcresearch import multilevel
from lcresearch.errors import LcresearchWarning

# rows of new groups are meant here
pytestmark = pytest.mark.filterwarnings(r"ignore:\[L121\]")


def test_predictions_for_new_rows_weigh_the_groups_that_are_known():
    fit, _ = fit_of("slopes")
    modes = fit.random_effects[COMMUNITIES]["estimate"].unstack("term")
    new = pd.DataFrame(
        {
            "first_community": ["c01", "c01", "new", "c02"],
            "second_community": ["c02", None, "c03", "c05"],
            "share_first": [3.0, 1.0, 0.5, np.nan],
            "share_second": [1.0, np.nan, 0.5, 1.0],
            "site": "somewhere else",
            "x": 2.0,
            "hours": 1.0,
        }
    )
    own = modes["Intercept"] + 2 * modes["x"]
    added = fit.predict(new) - fit.predict(new, random=False)
    expected = [0.75 * own["c01"] + 0.25 * own["c02"], own["c01"], 0.5 * own["c03"], np.nan]
    np.testing.assert_allclose(added, expected, atol=1e-12)
    np.testing.assert_allclose(fit.predict(FRAME), fit.fitted(), atol=1e-12)
    np.testing.assert_allclose(fit.residuals(), FRAME["y"] - fit.fitted(), atol=1e-12)


@pytest.mark.parametrize("interval", ["confidence", "prediction"])
@pytest.mark.parametrize("formula", [f"y ~ x + (1 + x | {SHARES}) + (1 | site)", f"y ~ x + (1 | {COMMUNITIES})"])
def test_errors_of_predictions_are_those_of_the_mixed_model_equations(formula, interval):
    fit = multilevel.fit_lmm(formula, FRAME)
    known = FRAME.iloc[[0, 3, 7, 20]]
    new = pd.concat([known, known.assign(first_community="new", second_community="c04", share_second=0.25)])
    found = fit.predict(new, interval=interval, ddf="none")["std_error"]
    every = pd.concat([FRAME, new], ignore_index=True)
    labels = sorted({*every["first_community"], *every["second_community"].dropna()})
    weights = ("share_first", "share_second") if "weights" in formula else None
    z = [(incidence(every, labels, weights=weights), 2 if "1 + x |" in formula else 1, fit.estimates.covariances[0])]
    if "site" in formula:
        z.append((pd.get_dummies(every["site"]).to_numpy(dtype=float), 1, fit.estimates.covariances[1]))
    x = np.column_stack([np.ones(len(every)), every["x"]])
    wide = [np.einsum("ng,nq->ngq", w, x[:, :q]).reshape(len(every), -1) for w, q, _ in z]
    covariance = [np.kron(np.eye(w.shape[1]), s) for w, _, s in z]
    effects = sum(a @ s @ a.T for a, s in zip(wide, covariance, strict=True))
    n, sigma2 = len(FRAME), fit.sigma**2
    v = effects[:n, :n] + sigma2 * np.eye(n)
    across = effects[n:, :n]
    bread = np.linalg.inv(x[:n].T @ np.linalg.solve(v, x[:n]))
    h = x[n:] - across @ np.linalg.solve(v, x[:n])
    error = np.diagonal(effects[n:, n:] - across @ np.linalg.solve(v, across.T) + h @ bread @ h.T)
    np.testing.assert_allclose(found, np.sqrt(error + (sigma2 if interval == "prediction" else 0)), rtol=1e-8)


def test_new_outcomes_have_the_covariances_of_the_model():
    frame = pd.DataFrame({"a": list("AABBCC") * 4, "b": [None, "B", None, "C", None, "A"] * 4})
    frame["y"] = np.random.default_rng(3).normal(size=24) + frame["a"].map({"A": 0, "B": 2, "C": 4})
    fit = multilevel.fit_lmm("y ~ 1 + (1 | mm(a, b))", frame)
    found = np.cov(fit.simulate(20_000, seed=1))
    w = incidence(frame, list("ABC"), columns=("a", "b"))
    expected = fit.estimates.covariances[0][0, 0] * w @ w.T + fit.sigma**2 * np.eye(24)
    assert np.abs(found - expected).max() < 0.06 * expected.max()


def test_crossproducts_of_parts_give_the_fit_of_all_rows(tmp_path):
    formula = f"y ~ x + (1 + x | {SHARES}) + (1 | site)"
    whole = multilevel.fit_lmm(formula, FRAME)
    parts = [FRAME[FRAME["wave"] == 0], FRAME[FRAME["wave"] == 1].sample(frac=1, random_state=1)]
    sums = [multilevel.crossproducts(formula, part) for part in parts]
    loaded = multilevel.Crossproducts.load(sums[1].save(tmp_path / "part.parquet"))
    both = sums[0] + loaded
    fit = multilevel.fit_lmm(formula, both)
    assert fit.deviance == pytest.approx(whole.deviance, abs=1e-7)
    assert fit.n_groups == whole.n_groups
    for label, expected in whole.random_effects.items():
        found = fit.random_effects[label]
        assert [tuple(key) for key in found.index] == [tuple(key) for key in expected.index]
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)
    pd.testing.assert_frame_equal(fit.icc(), whole.icc(), rtol=1e-5)
    again = multilevel.Crossproducts.load(both.save(tmp_path / "both.parquet"))
    assert multilevel.fit_lmm(formula, again).deviance == pytest.approx(whole.deviance, abs=1e-7)


def in_database(frame):
    return ibis.memtable(pa.Table.from_pandas(frame, preserve_index=False))


def test_sums_inside_a_database_give_the_fit_of_all_rows():
    gone = FRAME["wave"] == 1
    holes = FRAME.assign(x=FRAME["x"].mask(FRAME.index == 3), first_community=FRAME["first_community"].mask(gone))
    holes["share_first"] = FRAME["share_first"].mask(gone, 0).mask(FRAME.index == 10)
    formula = f"y ~ x + (1 + x | {SHARES}) + (1 | site)"
    for frame in (FRAME, holes):
        sums = multilevel.crossproducts(formula, in_database(frame))
        rows = multilevel.crossproducts(formula, frame)
        assert sums.n_dropped.to_dict() == rows.n_dropped.to_dict()
        assert sums.sums.shape == rows.sums.shape
        fits = [multilevel.fit_lmm(formula, each) for each in (sums, rows)]
        assert fits[0].deviance == pytest.approx(fits[1].deviance, abs=1e-7)
        assert fits[0].n_groups == fits[1].n_groups
        both = sums + rows
        assert both.sums.shape == rows.sums.shape


@pytest.mark.parametrize(("column", "value", "code"), [("share_first", -1.0, "L076"), ("share_first", "x", "L071")])
def test_memberships_that_cannot_be_are_refused_inside_a_database(column, value, code):
    formula = f"y ~ x + (1 | {SHARES})"
    assert code_of(lambda: multilevel.crossproducts(formula, in_database(FRAME.assign(**{column: value})))) == code


def test_a_weight_beside_a_missing_group_is_told_inside_a_database():
    frame = FRAME.assign(share_second=0.5)
    with pytest.warns(LcresearchWarning, match=f"{int(FRAME['second_community'].isna().sum())} rows"):
        multilevel.crossproducts(f"y ~ x + (1 | {SHARES})", in_database(frame))


def test_parts_of_which_one_has_nobody_in_two_groups_add():
    formula = f"y ~ x + (1 | {COMMUNITIES})"
    single = FRAME["second_community"].isna()
    both = sum(multilevel.crossproducts(formula, FRAME[rows]) for rows in (single, ~single))
    assert multilevel.fit_lmm(formula, both).deviance == pytest.approx(
        multilevel.fit_lmm(formula, FRAME).deviance, abs=1e-7
    )


def test_leaving_out_a_group_leaves_out_all_rows_with_a_share_in_it():
    fit, _ = fit_of("equal")
    found = fit.influence(COMMUNITIES).loc["c03"]
    members = (FRAME["first_community"] == "c03") | (FRAME["second_community"] == "c03")
    without = multilevel.fit_lmm(fit.formula, FRAME[~members])
    assert found["n"] == members.sum()
    np.testing.assert_allclose(found[["Intercept", "x", "hours"]], without.fixed_effects, rtol=1e-6)


def test_a_profile_ends_where_the_criterion_is_3_84_higher():
    frame = FRAME[FRAME["wave"] == 0]
    fit = multilevel.fit_lmm(f"y ~ 1 + (1 | {COMMUNITIES})", frame)
    table = fit.confint("profile").set_index(["group", "term"])
    w = incidence(frame, sorted({*frame["first_community"], *frame["second_community"].dropna()}))
    one = np.ones((len(frame), 1))

    def criterion(between, within):
        v = between * w @ w.T + within * np.eye(len(frame))
        information = one.T @ np.linalg.solve(v, one)
        residual = frame["y"] - (one.T @ np.linalg.solve(v, frame["y"]) / information[0])[0]
        whole = np.linalg.slogdet(v)[1] + np.log(information[0, 0]) + residual @ np.linalg.solve(v, residual)
        return whole + (len(frame) - 1) * np.log(2 * np.pi)

    high = table.loc[(COMMUNITIES, "Intercept"), "conf_high"] ** 2
    lowest = min(criterion(high, within) for within in np.linspace(0.8, 1.3, 401) * fit.sigma**2)
    assert lowest - fit.deviance == pytest.approx(3.841, abs=1e-2)


def test_comparison_and_bootstrap():
    small, large = (
        multilevel.fit_lmm("y ~ x + (1 | site)", FRAME),
        multilevel.fit_lmm(f"y ~ x + (1 | site) + (1 | {COMMUNITIES})", FRAME),
    )
    found = multilevel.compare(small, large).tidy().iloc[1]
    assert found["df"] == 1
    assert found["p_value_boundary"] < 0.001
    table = large.confint("bootstrap", n_sims=20, seed=1).set_index(["group", "term"])
    row = table.loc[(COMMUNITIES, "Intercept")]
    assert 0 < row["conf_low"] < row["estimate"] < row["conf_high"]


def test_robust_errors_take_clusters_within_which_all_memberships_lie():
    frame = FRAME.assign(half=np.where(FRAME["first_community"] < "c09", "a", "b"))
    across = (frame["second_community"] < "c09") != (frame["half"] == "a")
    frame["second_community"] = frame["second_community"].mask(across)
    frame["quarter"] = frame["half"] + (frame["site"] < "s5").astype(str)
    fit = multilevel.fit_lmm(f"y ~ x + (1 | half) + (1 | {COMMUNITIES})", frame)
    x = np.column_stack([np.ones(len(frame)), frame["x"]])
    w = incidence(frame, sorted(set(frame["first_community"])))
    half, own = (each[0, 0] for each in fit.estimates.covariances)
    same = frame["half"].to_numpy()[:, None] == frame["half"].to_numpy()
    v = half * same + own * w @ w.T + fit.sigma**2 * np.eye(len(frame))
    assert not v[~same].any()
    weighted = np.linalg.solve(v, x)
    bread, residual = np.linalg.inv(x.T @ weighted), frame["y"].to_numpy() - x @ fit.estimates.beta
    scores = [weighted[rows].T @ residual[rows] for rows in (frame["half"] == "a", frame["half"] == "b")]
    sandwich = bread @ sum(np.outer(each, each) for each in scores) @ bread
    np.testing.assert_allclose(fit.robust("CR0")["std_error"], np.sqrt(np.diagonal(sandwich)), rtol=1e-6)
    assert (fit.robust()["std_error"] > 0).all()
    assert code_of(lambda: fit.robust(cluster=COMMUNITIES)) == "L075"
    assert code_of(lambda: multilevel.fit_lmm(f"y ~ x + (1 | {COMMUNITIES})", frame).robust()) == "L075"
    crossing = multilevel.fit_lmm(f"y ~ x + (1 | quarter) + (1 | {COMMUNITIES})", frame)
    assert code_of(crossing.robust) == "L029"


def test_levels_of_residuals_and_leverage():
    fit = multilevel.fit_lmm(f"y ~ x + (1 | person) + (1 | {COMMUNITIES})", FRAME)
    np.testing.assert_allclose(fit.residuals("person"), fit.residuals(), atol=1e-12)
    assert np.abs(fit.residuals(COMMUNITIES) - fit.residuals()).max() > 0.1
    members = (FRAME["first_community"] == "c03") | (FRAME["second_community"] == "c03")
    found = fit.leverage(COMMUNITIES).loc["c03"]
    assert found["n"] == members.sum()
    assert found["total"] == pytest.approx(fit.leverage()["total"][members].mean())


def test_what_needs_groups_apart_is_refused():
    formula = f"y ~ x + (1 | {COMMUNITIES}) + (1 | person)"
    assert code_of(lambda: multilevel.crossproducts(formula, FRAME, persons="person")) == "L047"
    assert code_of(lambda: multilevel.fit_lmm(formula, FRAME, engine="statsmodels")) == "L037"


def test_order_of_rows_and_of_members_does_not_matter():
    formula = f"y ~ x + (1 | {SHARES})"
    fit = multilevel.fit_lmm(formula, FRAME)
    swapped = FRAME.rename(
        columns={
            "first_community": "second_community",
            "second_community": "first_community",
            "share_first": "share_second",
            "share_second": "share_first",
        }
    )
    other = multilevel.fit_lmm(formula, swapped.sample(frac=1, random_state=2))
    assert other.deviance == pytest.approx(fit.deviance, abs=1e-9)
    pd.testing.assert_frame_equal(other.random_effects[COMMUNITIES], fit.random_effects[COMMUNITIES], rtol=1e-6)


def test_centring_keeps_memberships_and_their_rows():
    formula = f"y ~ x + (1 | site) + (1 | {SHARES})"
    sums = multilevel.center(multilevel.crossproducts(formula, FRAME), "x", by="site")
    fit = multilevel.fit_lmm(sums.formula, sums)
    rows = multilevel.center(FRAME, "x", by="site", formula=f"y ~ x_within + x_between + (1 | site) + (1 | {SHARES})")
    again = multilevel.fit_lmm(sums.formula, rows)
    assert again.n == len(FRAME)
    assert fit.deviance == pytest.approx(again.deviance, abs=1e-7)
    assert code_of(lambda: multilevel.center(multilevel.crossproducts(formula, FRAME), "x", by=COMMUNITIES)) == "L096"


def test_a_new_row_without_a_membership_is_in_a_group_that_is_not_known():
    people = pd.read_csv(Path(__file__).parents[1] / "reference" / "data" / "memberships_invented.csv")
    fit = multilevel.fit_lmm("y ~ x + (1 | mm(first_community, second_community))", people)
    rows = people.head(2).assign(first_community=[None, "nowhere"], second_community=None)
    with pytest.warns(LcresearchWarning, match="L121"):
        table = fit.predict(rows.assign(x=0.0), interval="prediction")
    # at x = 0 the fixed part is the intercept; to its variance a whole group that is not known and a residual come
    whole = np.sqrt(fit.tidy()["std_error"].iloc[0] ** 2 + fit.variance_components["covariance"].sum())
    np.testing.assert_allclose(table["std_error"], [whole, whole], rtol=1e-12, equal_nan=False)
