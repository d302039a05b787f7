"""Likelihood-ratio tests as R's anova() gives them, fits over imputations as mice pools them, and centring."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy.stats

from lcresearch import multilevel
from lcresearch.errors import MultilevelError

FILES = Path(__file__).parents[1] / "reference" / "multilevel"
close = np.testing.assert_allclose


def chains():
    for path in sorted(FILES.glob("*_lrt.json")):
        values = json.loads(path.read_text(encoding="utf-8"))["values"]
        for name, rows in values.items():
            if isinstance(rows, list) and rows and "model" in rows[0]:
                yield pytest.param(path.stem, rows, id=f"{path.stem}-{name}")


@pytest.mark.parametrize(("stem", "rows"), list(chains()))
def test_comparisons_of_models(reference, stem, rows):
    frame = reference(
        next(path.stem for path in FILES.glob(f"{stem.split('_')[0]}_*.json") if "lrt" not in path.stem)
    ).frame
    fits = [multilevel.fit_lmm(row["model"].replace("IQ.", "IQ_"), frame) for row in rows]
    same_fixed = len({fit.fixed_effects.index.size for fit in fits}) == 1  # R fits these by ML too
    found = multilevel.compare(*(fit.refit("ML") if same_fixed else fit for fit in fits))
    table = found.tidy()
    for key, column in (("npar", "n_parameters"), ("AIC", "aic"), ("BIC", "bic"), ("logLik", "log_likelihood")):
        close(table[column], [row[key] for row in rows], rtol=1e-9, atol=1e-5)
    for mine, row in zip(table.iloc[1:].itertuples(), rows[1:], strict=True):
        close([mine.statistic, mine.df], [row["chisq"], row["df"]], rtol=1e-5, atol=1e-5)
        close(mine.p_value, row["p"], rtol=1e-4)
    assert found.refitted != same_fixed
    assert len(found.cautions()) == found.refitted


def test_random_parts_by_reml_are_compared_as_they_are(reference):
    slope, without = reference("sleepstudy_reml").fit, reference("sleepstudy_uncorrelated").fit
    found = multilevel.compare(slope, without)
    assert not found.refitted
    close(found.table["statistic"][1], without.deviance - slope.deviance)


def test_one_more_variance_has_the_mixture_of_chi_squares(reference):
    intercept, slope = reference("sleepstudy_intercept").fit, reference("sleepstudy_reml").fit
    table = multilevel.compare(intercept, slope).table
    statistic = table["statistic"][1]
    expected = (scipy.stats.chi2.sf(statistic, 1) + scipy.stats.chi2.sf(statistic, 2)) / 2
    close(table["p_value_boundary"][1], expected)
    fixed = multilevel.compare(reference("sleepstudy_null").fit, intercept)
    assert np.isnan(fixed.table["p_value_boundary"][1])


def test_models_of_other_rows_are_not_compared(reference):
    fit = reference("sleepstudy_intercept")
    fewer = multilevel.fit_lmm(fit.formula, fit.frame.iloc[:-3])
    for models in ([fit.fit], [fit.fit, fewer]):
        with pytest.raises(MultilevelError) as refused:
            multilevel.compare(*models)
        assert refused.value.problems[0].code == "L024"


class _Fit:
    """A fit of one term with known numbers, as ``mice::pool.scalar`` takes them."""

    kind = "linear"
    default_ddf = "satterthwaite"

    def __init__(self, estimate, variance):
        self._table = pd.DataFrame({"term": ["x"], "estimate": [estimate], "std_error": [variance**0.5], "df": [24.0]})
        columns = type("Columns", (), {"fixed_names": ("x",)})
        self.model = type("Model", (), {"cross": type("Cross", (), {"columns": columns})})

    def tidy(self, ddf):
        return self._table


def test_pooling_as_mice_does():
    """R 4.5.0, mice: ``pool.scalar(Q, U, n = 25, k = 1)``."""
    estimates, variances = [0.30, 0.34, 0.27, 0.36, 0.31], [0.010, 0.011, 0.0095, 0.0105, 0.010]
    pooled = multilevel.pool([_Fit(*each) for each in zip(estimates, variances, strict=True)])
    row = pooled.table.iloc[0]
    close([row["estimate"], row["within"], row["between"]], [0.316, 0.0102, 0.00123], rtol=1e-10)
    close([row["std_error"] ** 2, row["df"]], [0.011676, 18.0157989399], rtol=1e-10)
    close([row["relative_increase"], row["fraction_missing"]], [0.144705882353, 0.209549356417], rtol=1e-9)
    assert pooled.tidy()["conf_low"][0] < 0.316 < pooled.tidy()["conf_high"][0]


def test_pooling_needs_two_fits_of_one_model(reference):
    with pytest.raises(MultilevelError) as refused:
        multilevel.pool([reference("sleepstudy_reml").fit])
    assert refused.value.problems[0].code == "L027"


def test_centring_gives_the_within_and_between_effects_of_the_textbook(reference):
    """Snijders & Bosker (1999), bdf data: their IQ.within and IQ.mean come from the means of schools."""
    frame = reference("bdf_within_between").frame
    made = multilevel.center(frame, "IQ_verb", by="schoolNR")
    close(made["IQ_verb_within"], frame["IQ_verb"] - frame.groupby("schoolNR")["IQ_verb"].transform("mean"))
    close(made["IQ_verb_between"].mean(), 0, atol=1e-12)
    fit = multilevel.fit_lmm("langPOST ~ IQ_verb_within + IQ_verb_between + ses + (1 | schoolNR)", made)
    close(fit.fixed_effects["IQ_verb_within"], reference("bdf_within_between").values["fixef"]["IQ.within"], rtol=1e-3)
    whole = multilevel.center(frame, ["IQ_verb", "ses"])
    close(whole[["IQ_verb_centered", "ses_centered"]].mean(), 0, atol=1e-12)
    with pytest.raises(MultilevelError):
        multilevel.center(frame, "IQ_verbal", by="schoolNR")


def test_the_model_without_predictors(reference):
    found = reference("bdf_null")
    fit = multilevel.null_model("langPOST", ["schoolNR"], found.frame)
    close(fit.deviance, found.values["REMLcrit"], atol=1e-6)
    close(fit.icc()["icc"][0], found.values["r2_icc"]["ICC_adjusted"], atol=1e-6)
