"""Standard errors of loadings and the adjusted test: derivatives by difference, lavaan 0.6-19, simulation."""

import numpy as np
import pandas as pd
import pytest

from lcresearch import measurement
from lcresearch.measurement.exploratory import standard_errors
from lcresearch.measurement.exploratory.extraction import extract
from lcresearch.measurement.exploratory.rotation import rotate
from lcresearch.measurement.exploratory.standard_errors import normal_gamma, sample_gamma

ITEMS = list("abcdefgh")
PATTERN = np.array([[0.8, 0.75, 0.7, 0.6, 0.1, 0.0, 0.2, 0.0], [0.0, 0.1, 0.0, 0.2, 0.7, 0.7, 0.6, 0.5]]).T
PHI = np.array([[1, 0.4], [0.4, 1]])


def exact():
    implied = PATTERN @ PHI @ PATTERN.T
    np.fill_diagonal(implied, 1.0)
    return implied


def estimate(correlation, method, rotation, like):
    """Rotated loadings and factor correlation in the order and sign of ``like``."""
    found = rotate(extract(correlation, 2, method).loadings, rotation, n_starts=1)
    order = np.abs(found.loadings.T @ like).argmax(axis=0)
    sign = np.sign((found.loadings[:, order] * like).sum(axis=0))
    return found.loadings[:, order] * sign, found.factor_correlations[order[0], order[1]] * sign.prod()


@pytest.mark.parametrize("method", ["minres", "ml"])
@pytest.mark.parametrize("rotation", ["oblimin", "geomin", "varimax", "quartimax", "none"])
def test_sensitivity_to_a_correlation_is_what_changing_it_does(method, rotation):
    r, step = exact(), 1e-5
    start = rotate(extract(r, 2, method).loadings, rotation, n_starts=1)
    oblique = rotation in ("oblimin", "geomin")
    slopes = standard_errors._model_slopes(start.loadings, start.factor_correlations, oblique)
    conditions = standard_errors._constraint_slopes(
        start.loadings, start.factor_correlations, rotation, oblique, method
    )
    ours = standard_errors._sensitivity(slopes, conditions, r, method)
    for number, (i, j) in enumerate(zip(*np.triu_indices(8, 1), strict=True)):
        if number % 9:
            continue
        moved = []
        for sign in (1, -1):
            table = r.copy()
            table[i, j] = table[j, i] = r[i, j] + sign * step
            moved.append(estimate(table, method, rotation, start.loadings))
        numerical = (moved[0][0] - moved[1][0]) / (2 * step)
        # where the model holds exactly the two agree up to the square of the step and the rotation's tolerance
        assert ours[:16, number].reshape(8, 2) == pytest.approx(numerical, abs=2e-3)
        if oblique:
            assert ours[16, number] == pytest.approx((moved[0][1] - moved[1][1]) / (2 * step), abs=2e-3)


def drawn(rng, n):
    factors = rng.multivariate_normal([0, 0], PHI, size=n)
    unique = np.sqrt(1 - np.diag(PATTERN @ PHI @ PATTERN.T))
    return factors @ PATTERN.T + rng.normal(size=(n, 8)) * unique


def test_covariance_of_correlations_of_normal_variables():
    rng = np.random.default_rng(6)
    r = exact()
    answers = drawn(rng, 200_000)
    assert sample_gamma(answers, np.corrcoef(answers.T), np.full((8, 8), 200_000)) == pytest.approx(
        normal_gamma(r), abs=0.02
    )
    # variance of one correlation in closed form
    assert np.diag(normal_gamma(r)) == pytest.approx((1 - r[np.triu_indices(8, 1)] ** 2) ** 2)


@pytest.mark.parametrize(
    ("options", "cut"),
    [({}, False), ({"method": "ml", "rotation": "varimax"}, False), ({"correlation": "polychoric"}, True)],
)
def test_standard_errors_are_the_spread_over_samples(options, cut):
    rng = np.random.default_rng(12)
    estimates, errors, p_values = [], [], []
    for _ in range(100):
        answers = drawn(rng, 400)
        if cut:
            answers = np.searchsorted([-0.6, 0.4, 1.2], answers)
        result = measurement.factor_analysis(pd.DataFrame(answers, columns=ITEMS), ITEMS, 2, n_starts=1, **options)
        order = np.abs(result.pattern.to_numpy().T @ PATTERN).argmax(axis=0)
        estimates.append(np.abs(result.pattern.to_numpy()[:, order])[PATTERN > 0.3])
        errors.append(result.std_errors.to_numpy()[:, order][PATTERN > 0.3])
        p_values.append(result.fit["robust_p_value"])
    spread = np.std(estimates, axis=0)
    # 100 samples know a standard deviation to 7%, eight of them together to about 3%; a share of .05 to .022.
    # benchmarks/measurement_exploratory.py takes more samples
    assert np.mean(np.mean(errors, axis=0) / spread) == pytest.approx(1, abs=0.09)
    assert np.mean(np.array(p_values) < 0.05) == pytest.approx(0.05, abs=0.06)


@pytest.fixture(scope="module")
def lavaan(reference):
    return reference("psychometrics/efa_std_errors_lavaan")


def test_ordinal_factor_analysis_is_that_of_lavaan(bfi25, lavaan):
    theirs, n = lavaan["oblimin_ordinal"], lavaan["n"]
    result = measurement.factor_analysis(bfi25.dropna(), theirs["items"], 2, correlation="polychoric")
    assert result.n == n
    loadings, errors = np.array(theirs["loadings"]), np.array(theirs["std_errors"])
    order = np.abs(loadings.T @ result.pattern.to_numpy()).argmax(axis=0)
    assert np.abs(result.pattern.to_numpy()) == pytest.approx(np.abs(loadings[:, order]), abs=1e-5)
    # lavaan's delta method treats rotation by a bordered information matrix of its own
    assert result.std_errors.to_numpy() == pytest.approx(errors[:, order], rel=0.03)
    assert abs(result.factor_correlations.iloc[0, 1]) == pytest.approx(abs(theirs["factor_correlation"]), abs=1e-5)
    error = result.factor_correlation_std_errors.iloc[0, 1]
    assert error == pytest.approx(theirs["factor_correlation_std_error"], rel=0.03)
    squares = (result.residuals.to_numpy()[np.triu_indices(10, 1)] ** 2).sum()
    assert squares * (n - 1) == pytest.approx(theirs["chisq"], rel=1e-6)
    assert result.fit["df"] == theirs["df"]
    assert result.fit["robust_p_value"] == pytest.approx(theirs["pvalue.scaled"], abs=1e-12)
    # its statistic has n - 1 where ours has n; both are rounded to mean df
    scaled = (theirs["chisq.scaled"] - 26) * n / (n - 1) + 26
    assert result.fit["robust_chi_square"] == pytest.approx(scaled, rel=1e-3)
    assert result.fit["robust_rmsea"] == pytest.approx(theirs["rmsea.scaled"], abs=1e-5)


@pytest.mark.parametrize(
    ("key", "rotation"), [("oblimin_ml", "oblimin"), ("oblimin_mlr", "oblimin"), ("geomin_ml", "geomin")]
)
def test_maximum_likelihood_loadings_are_those_of_lavaan(bfi25, lavaan, key, rotation):
    theirs = lavaan[key]
    result = measurement.factor_analysis(bfi25.dropna(), theirs["items"], 2, method="ml", rotation=rotation)
    loadings = np.array(theirs["loadings"])
    order = np.abs(loadings.T @ result.pattern.to_numpy()).argmax(axis=0)
    assert np.abs(result.pattern.to_numpy()) == pytest.approx(np.abs(loadings[:, order]), abs=1e-5)


def test_tidy_has_intervals_of_loadings_and_factor_correlations(bfi25):
    items = ["A1", "A2", "A3", "C1", "C2", "C3"]
    table = measurement.factor_analysis(bfi25, items, 2).tidy(conf_level=0.9).set_index("term")
    row = table.loc["F1 ~~ F2"]
    assert row["conf_high"] - row["conf_low"] == pytest.approx(2 * 1.6448536 * row["std_error"])
    assert len(table) == 13
    orthogonal = measurement.factor_analysis(bfi25, items, 2, rotation="varimax").tidy()
    assert len(orthogonal) == 12


def test_promax_has_no_standard_errors(bfi25):
    result = measurement.factor_analysis(bfi25, ["A1", "A2", "A3", "C1", "C2", "C3"], 2, rotation="promax")
    assert result.tidy()["std_error"].isna().all()
    assert np.isnan(result.fit["robust_chi_square"])
