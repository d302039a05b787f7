"""Every measure of fit that lavaan 0.6-19 gives follows from ours, the rarer ones by their formulas.

Chi-squares of model and baseline, moments and the free moments are what a measure can be made of; those that
``fit_measures`` does not name are made here, so that each value of lavaan is held to.
"""

from types import SimpleNamespace

import numpy as np
import pytest
from tests.measurement.test_cfa_ordinal import expected_of
from tests.measurement.test_cfa_ordinal import fitted as ordinal
from tests.measurement.test_cfa_reference import (
    MODELS,
    STEPS,
    THREE,
    VALUES,
    by_school,
    check_difference,
    check_parameters,
    data,
    fitted,
)

from lcresearch.errors import MeasurementError
from lcresearch.measurement import cfa
from lcresearch.measurement.factor_models import fit_measures
from lcresearch.measurement.factor_models.fit_measures import Test as FitTest

close = np.testing.assert_allclose
SETTINGS = {"rmsea.ci.level", "rmsea.close.h0"}
CASES = [(name, "fit") for name in MODELS] + [
    (name, step) for name in ("hs_invariance_school", "hs_invariance_school_mlr") for step in STEPS
]


def found_and_expected(name, step):
    if step == "fit":
        return fitted(name), VALUES[name]["fit"]
    return by_school(step, "MLR" if name.endswith("mlr") else "ML"), VALUES[name][step]["fit"]


def rmsea_by_name(test, estimated, suffix, *, robust=False):
    found = fit_measures.rmsea(test, estimated.n, len(estimated.values), robust=robust)
    names = ("rmsea{}", "rmsea.ci.lower{}", "rmsea.ci.upper{}", "rmsea.pvalue{}")
    return {name.format(suffix): value for name, value in zip(names, found.values(), strict=True)}


def of_chi_squares(estimated):
    model, baseline, n = estimated.test, estimated.baseline, estimated.n
    plain, plain_base = FitTest(model.statistic, model.df), FitTest(baseline.statistic, baseline.df)
    x, df, x0, df0 = model.statistic, model.df, baseline.statistic, baseline.df
    cfi, tli = fit_measures.incremental(plain, plain_base, robust=False)
    log_likelihood, k = estimated.log_likelihood, estimated.layout.n_free
    criteria = fit_measures.information_criteria(log_likelihood, k, n)
    return {
        "npar": k, "ntotal": n, "fmin": x / (2 * n), "chisq": x, "df": df, "pvalue": plain.p_value,
        "baseline.chisq": x0, "baseline.df": df0, "cfi": cfi, "tli": tli, "nnfi": tli, "nfi": 1 - x / x0,
        "rfi": 1 - (x / df) / (x0 / df0), "ifi": (x0 - x) / (x0 - df), "rni": 1 - (x - df) / (x0 - df0),
        "ecvi": (x + 2 * k) / n, "logl": log_likelihood, "unrestricted.logl": log_likelihood + x / 2,
        **dict(zip(("aic", "bic", "bic2"), criteria.values(), strict=True)),
        **rmsea_by_name(plain, estimated, ""),
    }  # fmt: skip


def of_scaled_chi_squares(estimated):
    model, baseline = estimated.test, estimated.baseline
    cfi, tli = fit_measures.incremental(model, baseline, robust=False)
    return {
        "chisq.scaled": model.scaled, "df.scaled": model.df, "pvalue.scaled": model.p_value,
        "chisq.scaling.factor": model.scaling, "baseline.chisq.scaled": baseline.scaled,
        "baseline.df.scaled": baseline.df, "baseline.chisq.scaling.factor": baseline.scaling,
        "cfi.scaled": cfi, "tli.scaled": tli,
        **rmsea_by_name(FitTest(model.statistic, model.df * model.scaling), estimated, ".scaled"),
    }  # fmt: skip


def of_traces(estimated):
    traces = estimated.traces
    n_places = int((estimated.layout.free >= 0).sum())  # equalities count as parameters here
    return {
        "scaling.factor.h1": traces.saturated / estimated.n_moments,
        "scaling.factor.h0": traces.model / n_places,
    }


def of_residuals(estimated):
    sample, implied = estimated.free_moments, estimated.implied
    p, means = estimated.layout.n_observed, estimated.layout.table.mean_structure
    weight = estimated.blocks.group_sizes / estimated.n
    rows, columns = np.tril_indices(p)
    unit, unit_model = (
        np.sqrt(np.diagonal(part, axis1=1, axis2=2)) for part in (sample.covariance, implied.covariance)
    )
    of_sample, of_model = (
        part / (sd[:, :, None] * sd[:, None, :])
        for part, sd in ((sample.covariance, unit), (implied.covariance, unit_model))
    )
    away = ((of_sample - of_model)[:, rows, columns] ** 2).sum(axis=1)
    variances = ((1 - (unit_model / unit) ** 2) ** 2).sum(axis=1)
    level = ((sample.mean / unit - implied.mean / unit_model) ** 2).sum(axis=1) if means else 0.0
    level_in_sample = (((sample.mean - implied.mean) / unit) ** 2).sum(axis=1) if means else 0.0
    n_means = p if means else 0
    plain = fit_measures.srmr(
        sample.covariance, sample.mean if means else None, implied.covariance, implied.mean, weight
    )
    return {
        "srmr": plain,
        "srmr_bentler": plain,
        "srmr_mplus": float((weight * np.sqrt((away + variances + level) / (len(rows) + n_means))).sum()),
        "crmr": float((weight * np.sqrt((away + level_in_sample) / (len(rows) - p + n_means))).sum()),
    }


def normal_theory_size(estimated, mean, covariance):
    """Squares of moments, shape (groups,), weighed with the information of normal answers at the model."""
    implied, blocks = estimated.implied.covariance, estimated.blocks
    if blocks.complete:
        known, share = np.ones((1, covariance.shape[1]), dtype=bool), np.ones(1)
    else:  # of one group: each pattern of answers has its own information
        known, share = blocks.known, blocks.n / blocks.n_persons
    size = np.zeros(len(covariance))
    for pattern, weight in zip(known, share, strict=True):
        precision = np.linalg.inv(implied[:, pattern][:, :, pattern])
        ratio = precision @ covariance[:, pattern][:, :, pattern]
        size += weight * np.einsum("gij,gji->g", ratio, ratio) / 2
        size += weight * np.einsum("gi,gij,gj->g", mean[:, pattern], precision, mean[:, pattern])
    return size


def available_moments():
    """Means of the answers that are there and covariances of the pairs: what lavaan holds GFI against, not the free
    moments."""
    answers = data("hs_fiml")[VALUES["hs_fiml"]["saturated_cov"]["rows"]]
    n = len(answers)
    return SimpleNamespace(
        mean=answers.mean().to_numpy()[None], covariance=answers.cov().to_numpy()[None] * (n - 1) / n
    )


def goodness(estimated):
    """GFI with normal-theory weights at the model (Joreskog & Sorbom); lavaan averages that of groups."""
    sample = estimated.free_moments if estimated.blocks.complete else available_moments()
    implied = estimated.implied
    means = float(estimated.layout.table.mean_structure)
    mean, expected_mean = (
        means * (np.zeros(sample.covariance.shape[:2]) if part.mean is None else part.mean)
        for part in (sample, implied)
    )
    away = normal_theory_size(estimated, mean - expected_mean, sample.covariance - implied.covariance)
    whole = normal_theory_size(estimated, mean, sample.covariance)
    gfi = float(1 - (estimated.blocks.group_sizes / estimated.n * away / whole).sum())
    return {"gfi": gfi, "agfi": 1 - estimated.n_moments / estimated.df * (1 - gfi)}


def robust_ones(fit):
    found, suffix = fit.fit_measures, "" if fit.estimated.blocks.complete else "_robust"
    names = {"cfi": "cfi.robust", "tli": "tli.robust", "rmsea": "rmsea.robust"}
    return {theirs: found[ours + suffix] for ours, theirs in names.items()} | {
        f"rmsea.ci.{theirs}.robust": found[f"rmsea{suffix}_{ours}"]
        for ours, theirs in (("low", "lower"), ("high", "upper"))
    }


@pytest.mark.parametrize(("name", "step"), CASES)
def test_each_measure_of_fit(name, step):
    fit, expected = found_and_expected(name, step)
    estimated = fit.estimated
    ours = of_chi_squares(estimated) | of_residuals(estimated) | goodness(estimated)
    if estimated.traces is not None:
        ours |= of_scaled_chi_squares(estimated) | of_traces(estimated)
    ours |= robust_ones(fit)
    compared = {key: value for key, value in expected.items() if value is not None and key not in SETTINGS}
    assert set(compared) <= set(ours)
    for key, value in compared.items():
        close(ours[key], value, rtol=2e-6, atol=1e-5 if abs(value) < 5 else 1e-4, err_msg=key)


def test_moments_of_sample_and_model():
    estimated, expected = fitted("hs_ml").estimated, VALUES["hs_ml"]
    close(estimated.free_moments.covariance[0], expected["sample_cov"]["values"], atol=1e-9)
    close(estimated.implied.covariance[0], expected["implied_cov"]["values"], atol=5e-5)


def test_patterns_of_missing_answers():
    blocks, expected = fitted("hs_fiml").estimated.blocks, VALUES["hs_fiml"]
    assert len(blocks.n) == expected["n_patterns"]
    both = (blocks.n[:, None, None] * (blocks.known[:, :, None] & blocks.known[:, None, :])).sum(
        axis=0
    ) / blocks.n_persons
    close(both, expected["coverage"]["values"], atol=1e-12)


def test_alpha_is_omega_of_equal_loadings():
    for factor, (first, *rest) in {"visual": (1, 2, 3), "textual": (4, 5, 6), "speed": (7, 8, 9)}.items():
        cov = np.cov(data("hs")[[f"x{k}" for k in (first, *rest)]].T)
        alpha = 1.5 * (1 - np.trace(cov) / cov.sum())
        close(alpha, VALUES["hs_reliability"]["alpha_tau_equivalent"][factor], atol=1e-6)


def test_partial_invariance_and_changes_of_fit():
    expected = VALUES["hs_invariance_school"]
    partial = by_school("scalar", freed=("x3~1", "x7~1"))
    check_parameters(partial, expected["partial_scalar"]["parameters"])
    check_difference(partial, by_school("metric"), expected["lrt_partial"][-1])
    for free, restricted in zip(list(STEPS), list(STEPS)[1:], strict=False):
        change = by_school(restricted).compare(by_school(free)).iloc[0]
        close(change["cfi_difference"], expected["delta_cfi"][restricted], atol=1e-6)
        close(change["rmsea_difference"], expected["delta_rmsea"][restricted], atol=1e-6)


@pytest.mark.parametrize("parameterization", ["delta", "theta"])
def test_rarer_measures_of_ordered_items(parameterization):
    estimated, expected = ordinal(parameterization).estimated, expected_of(parameterization)["fit"]
    x, df, x0, df0 = (expected[name] for name in ("chisq", "df", "baseline.chisq", "baseline.df"))
    test, base, k = estimated.test, estimated.baseline, estimated.sample.statistics.size
    sample, t = estimated.sample, estimated.sample.n_thresholds
    away = sample.statistics[0] - estimated.implied.statistics[0]
    weight = 1 / sample.variances[0]
    gfi = 1 - (away**2 * weight).sum() / (sample.statistics[0] ** 2 * weight).sum()
    squares, c = (away[t:] ** 2).sum(), k - t
    ours = {
        "nfi": 1 - test.statistic / base.statistic, "rfi": 1 - (test.statistic / df) / (base.statistic / df0),
        "ifi": (base.statistic - test.statistic) / (base.statistic - df), "rni": 1 - (x - df) / (x0 - df0),
        "nnfi": expected["tli"], "pvalue": FitTest(x, df).p_value, "pvalue.scaled": test.p_value,
        "df.scaled": test.df, "baseline.df.scaled": base.df, "gfi": gfi, "agfi": 1 - k / df * (1 - gfi),
        "rmsea.pvalue.scaled": estimated.fit()["rmsea_p_close"], "crmr": np.sqrt((squares + (away[:t] ** 2).sum()) / k),
        "srmr": np.sqrt(squares / (c + len(sample.items))),
    }  # fmt: skip
    for key, value in ours.items():
        close(value, expected[key], rtol=5e-6, atol=2e-6, err_msg=key)


def test_corrected_fit_is_plain_fit_where_nothing_is_missing():
    answers = data("hs")
    one_gap = answers.assign(x1=answers["x1"].where(answers.index > 0))
    found, whole = cfa(THREE, one_gap, missing="fiml").fit_measures, cfa(THREE, answers).fit_measures
    close(found[["cfi_robust", "rmsea_robust"]], whole[["cfi", "rmsea"]], atol=2e-3)
    assert "cfi_robust" not in cfa(THREE, answers, missing="fiml").fit_measures


def test_no_corrected_fit_where_two_items_were_never_answered_together():
    answers = data("hs")
    apart = answers.assign(
        x1=answers["x1"].where(answers.index % 2 == 0), x9=answers["x9"].where(answers.index % 2 == 1)
    )
    found = cfa(THREE, apart, missing="fiml").fit_measures
    assert found[["cfi_robust", "tli_robust", "rmsea_robust"]].isna().all()


def test_missing_answers_need_means():
    with pytest.raises(MeasurementError, match="M400"):
        cfa(THREE, data("hs_fiml"), missing="fiml", mean_structure=False)


# lavaan 0.6-19: sem(model, HS, fixed.x = FALSE, ...); missing: holzinger_swineford1939_missing.csv with ageyr NA in
# every 17th row, missing = "ml". Columns: baseline chi-square and df, CFI, TLI (robust ones with MLR), RMSEA, BIC.
COVARIATES = "visual =~ x1 + x2 + x3\nspeed =~ x7 + x8 + x9\nspeed ~ visual + ageyr + sex"
OF_COVARIATES = {
    "ML": (387.067328, 27, 0.848663, 0.772995, 0.100287, 6549.120487),
    "MLR": (384.217960, 27, 0.846114, 0.769171, 0.101100, None),
    "school": (423.284478, 54, 0.856388, 0.784582, 0.098937, 6661.120397),
    "fiml": (290.793304, 27, 0.835473, 0.753210, 0.089502, 5967.905228),
    "fiml MLR": (287.508743, 27, None, None, None, None),
}


@pytest.mark.parametrize("case", OF_COVARIATES)
def test_baseline_leaves_covariates_together(case):
    frame = data(case)
    if "fiml" in case:
        frame.loc[range(0, 301, 17), "ageyr"] = np.nan
    options = {"group": "school"} if case == "school" else {"estimator": "MLR" if "MLR" in case else "ML"}
    fit = cfa(COVARIATES, frame, missing="fiml" if "fiml" in case else "listwise", **options)
    baseline, measures = fit.estimated.baseline, fit.fit_measures
    found = [baseline.scaled, baseline.df, *(measures[name] for name in ("cfi", "tli", "rmsea", "bic"))]
    for value, expected in zip(found, OF_COVARIATES[case], strict=True):
        if expected is not None:
            close(value, expected, rtol=1e-6, atol=1e-6)  # printed to six decimals


def test_the_rmsea_of_one_equality():
    close(fit_measures.rmsea_of_difference(FitTest(5.0, 1), 300, 2), np.sqrt((5 - 1) * 2 / 300))
    assert np.isnan(fit_measures.rmsea_of_difference(FitTest(0.0, 0), 300, 2))
