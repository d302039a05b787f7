"""Predictions with intervals, residuals a level and leverage: the dense mixed model equations, and lme4."""

import numpy as np
import pandas as pd
import pytest
import scipy.linalg
import scipy.stats

from lcresearch import multilevel
from lcresearch.errors import MultilevelError

close = np.testing.assert_allclose
# rows of new groups are meant here
pytestmark = pytest.mark.filterwarnings(r"ignore:\[L121\]")


class Dense:
    """Henderson's mixed model equations of a fit, written out: rows, effects and the inverse of the coefficient matrix.

    Effects of a term stand group by group; groups that only the new rows have follow those of the model. Effects are
    L v with v of unit variance, so that covariance matrices may be singular.
    """

    def __init__(self, fit, x, terms, weights=None):
        self.x, self.terms = x, terms
        self.w = np.ones(len(x)) if weights is None else weights
        z = np.hstack([wide(z, codes, n) for z, codes, n, _ in terms])
        g = scipy.linalg.block_diag(*(np.kron(np.eye(n), s) for *_, n, s in terms))
        values, vectors = np.linalg.eigh(g)
        self.root = vectors * np.sqrt(np.maximum(values, 0))
        both = np.hstack([x, z @ self.root])
        left = both.T @ (both * self.w[:, None]) / fit.estimates.sigma2
        left[x.shape[1] :, x.shape[1] :] += np.eye(z.shape[1])
        self.error = np.linalg.inv(left)
        self.v = z @ g @ z.T + np.diag(fit.estimates.sigma2 / self.w)

    def error_variances(self, x, parts):
        """Of rows whose random effects have (z, codes) a term."""
        z = np.hstack([wide(z, codes, n) for (z, codes), (*_, n, _) in zip(parts, self.terms, strict=True)])
        row = np.hstack([x, z @ self.root])
        return np.einsum("na,ab,nb->n", row, self.error, row)


def wide(z, codes, n):
    """The columns of Z: those of each group."""
    found = np.zeros((len(z), n, z.shape[1]))
    found[np.arange(len(z)), codes] = z
    return found.reshape(len(z), -1)


def invented(seed=3):
    """Invented answers: 5 consortia of unequal size with 18 teams."""
    rng = np.random.default_rng(seed)
    team = np.sort(rng.integers(0, 18, 90))
    consortium = team // 4
    frame = pd.DataFrame(
        {"x": rng.normal(3, 1, 90), "team": team, "consortium": consortium, "w": rng.uniform(0.5, 3, 90)}
    )
    frame["y"] = 2 + 0.5 * frame["x"] + rng.normal(0, 0.8, 5)[consortium] + rng.normal(0, 0.6, 18)[team]
    frame["y"] += rng.normal(0, 0.3, 18)[team] * frame["x"] + rng.normal(0, 1, 90) / np.sqrt(frame["w"])
    return frame


def one(frame):
    return np.ones((len(frame), 1))


def with_x(frame):
    return np.column_stack([np.ones(len(frame)), frame["x"]])


@pytest.fixture(scope="module", params=[3, 5], ids=["singular", "regular"])
def nested(request):
    frame = invented(request.param)
    fit = multilevel.fit_lmm("y ~ x + (1 | consortium) + (1 + x | team)", frame, weights="w")
    n_new = 3
    terms = [
        (one(frame), frame["consortium"].to_numpy(), 5 + n_new, fit.estimates.covariances[0]),
        (with_x(frame), frame["team"].to_numpy(), 18 + n_new, fit.estimates.covariances[1]),
    ]
    return frame, fit, Dense(fit, with_x(frame), terms, frame["w"].to_numpy())


NEW = pd.DataFrame(
    {"x": [1.0, 2.0, 3.0, 4.0], "team": [0, 99, 98, 17], "consortium": [0, 1, 77, 4], "w": [1.0, 2.0, 0.5, 1.0]}
)


@pytest.mark.parametrize("interval", ["confidence", "prediction"])
def test_nested_errors_are_those_of_the_dense_equations(nested, interval):
    _, fit, dense = nested
    parts = [(one(NEW), np.array([0, 1, 6, 4])), (with_x(NEW), np.array([0, 19, 20, 17]))]
    variances = dense.error_variances(with_x(NEW), parts)
    if interval == "prediction":
        variances = variances + fit.estimates.sigma2 / NEW["w"]
    table = fit.predict(NEW, interval=interval)
    close(table["std_error"], np.sqrt(variances), rtol=1e-8)
    close(table["estimate"], fit.predict(NEW))
    assert list(table) == ["estimate", "std_error", "df", "conf_low", "conf_high"]


def test_a_group_that_changed_place_is_predicted_as_if_crossed(nested):
    """Team 0 of consortium 0 works in consortium 3."""
    _, fit, dense = nested
    moved = NEW.iloc[[0]].assign(consortium=3)
    parts = [(one(moved), np.array([3])), (with_x(moved), np.array([0]))]
    close(fit.predict(moved, interval="confidence")["std_error"] ** 2, dense.error_variances(with_x(moved), parts))


def test_without_random_effects_an_outcome_has_all_variances(nested):
    _, fit, _ = nested
    z = with_x(NEW)
    random = fit.estimates.covariances[0][0, 0] + np.einsum("na,ab,nb->n", z, fit.estimates.covariances[1], z)
    fixed = np.einsum("na,ab,nb->n", z, fit.covariance().to_numpy(), z)
    table = fit.predict(NEW, random=False, interval="prediction")
    close(table["std_error"] ** 2, fixed + random + fit.estimates.sigma2 / NEW["w"], rtol=1e-8)
    narrow = fit.predict(NEW, random=False, interval="confidence", ddf="kenward-roger")
    assert (narrow["std_error"] < table["std_error"]).all()


def test_crossed_errors_are_those_of_the_dense_equations(reference):
    found = reference("penicillin_reml")
    fit, frame = found.fit, found.frame
    plates, samples = sorted(frame["plate"].unique()), sorted(frame["sample"].unique())
    codes = [pd.Index(plates).get_indexer(frame["plate"]), pd.Index(samples).get_indexer(frame["sample"])]
    sizes = [len(plates) + 1, len(samples) + 1]
    terms = [(one(frame), c, n, s) for c, n, s in zip(codes, sizes, fit.estimates.covariances, strict=True)]
    dense = Dense(fit, one(frame), terms)
    new = pd.DataFrame(
        {"plate": [plates[0], plates[3], "new", "new"], "sample": [samples[1], "new", samples[2], "new"]}
    )
    places = [np.array([0, 3, 24, 24]), np.array([1, 6, 2, 6])]
    variances = dense.error_variances(one(new), [(one(new), each) for each in places])
    close(fit.predict(new, interval="confidence")["std_error"], np.sqrt(variances), rtol=1e-8)
    close(fit.predict(interval="confidence")["std_error"] ** 2,
          dense.error_variances(one(frame), [(one(frame), each) for each in codes]), rtol=1e-8)  # fmt: skip


def test_degrees_of_freedom_of_a_balanced_design():
    """Invented. The mean of a new team in a balanced design varies by (k + 1) / k times the mean square between."""
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"team": np.repeat(np.arange(10), 6), "y": np.repeat(rng.normal(0, 2, 10), 6)})
    frame["y"] += rng.normal(size=60)
    fit = multilevel.fit_lmm("y ~ 1 + (1 | team)", frame)
    means = frame.groupby("team")["y"].mean()
    between, within = 6 * means.var(), ((frame["y"] - frame["team"].map(means)) ** 2).sum() / 50
    variance = (between - within) / 6 + between / 60
    parts = np.array([between * (1 / 6 + 1 / 60), -within / 6])
    table = fit.predict(pd.DataFrame({"team": [99]}), interval="confidence")
    close(table["std_error"] ** 2, variance, rtol=1e-5)
    close(table["df"], variance**2 / (parts[0] ** 2 / 9 + parts[1] ** 2 / 50), rtol=1e-5)


@pytest.mark.parametrize("level", ["marginal", "consortium", "team", "conditional"])
def test_residuals_and_their_variance_at_each_level(nested, level):
    """Dense: r = V2 P y, of which the variance is V2 P V2."""
    frame, fit, dense = nested
    v_inverse = np.linalg.inv(dense.v)
    p = v_inverse - v_inverse @ dense.x @ np.linalg.inv(dense.x.T @ v_inverse @ dense.x) @ dense.x.T @ v_inverse
    left = np.diag(fit.estimates.sigma2 / dense.w)
    for label, (z, codes, n, s) in zip(["consortium", "team"], dense.terms, strict=True):
        if level == "marginal" or (level == "consortium" and label == "team"):
            whole = wide(z, codes, n)
            left = left + whole @ np.kron(np.eye(n), s) @ whole.T
    raw = left @ p @ frame["y"]
    close(fit.residuals(level), raw, atol=1e-6)
    close(fit.residuals(level, "pearson"), raw / np.sqrt(np.diagonal(left)), atol=1e-6)
    close(fit.residuals(level, "standardised"), raw / np.sqrt(np.diagonal(left @ p @ left)), atol=1e-6)
    close(fit.fitted(level), frame["y"] - raw, atol=1e-6)


def test_leverage_is_the_diagonal_of_the_hat_matrices(nested):
    frame, fit, dense = nested
    v_inverse = np.linalg.inv(dense.v)
    fixed = dense.x @ np.linalg.inv(dense.x.T @ v_inverse @ dense.x) @ dense.x.T @ v_inverse
    whole = np.eye(len(frame)) - fit.estimates.sigma2 / dense.w[:, None] * (v_inverse - v_inverse @ fixed)
    table = fit.leverage()
    close(table["fixed"], np.diagonal(fixed), rtol=1e-7)
    close(table["total"], np.diagonal(whole), rtol=1e-7)
    close(table["fixed"].sum(), 2)
    groups = fit.leverage("team")
    close(groups["total"], table["total"].groupby(frame["team"]).mean())
    assert groups["n"].sum() == len(frame)


HAT_VALUES = {
    "sleepstudy_reml": ([0.229303002393, 0.169729254845, 0.126823221343, 0.100584901889], 29.0220672578),
    "penicillin_reml": ([0.190780290873] * 4, 27.4723618857),
    "egsingle_growth": ([0.276955350536, 0.296815684528, 0.368306698335, 0.234281309379], 1823.20188036),
}


@pytest.mark.parametrize("name", HAT_VALUES)
def test_hat_values_as_in_lme4(reference, name):
    """R 4.5.0, lme4 1.1-37: ``hatvalues(m)[1:4]``, ``sum(hatvalues(m))``; calls in the reference files."""
    first, total = HAT_VALUES[name]
    found = reference(name).fit.leverage()["total"]
    close(found[:4], first, rtol=1e-6)
    close(found.sum(), total, rtol=1e-6)


def test_pearson_and_scaled_residuals_as_in_lme4(nested):
    """R: ``residuals(m, type = "pearson", scaled = TRUE)`` is sqrt(w) r / sigma."""
    frame, fit, _ = nested
    close(fit.residuals(kind="pearson"), fit.residuals() * np.sqrt(frame["w"]) / fit.sigma)


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda fit: fit.predict(NEW, interval="both"), "L092"),
        (lambda fit: fit.predict(NEW, interval="prediction", ddf="kenward-roger"), "L094"),
        (lambda fit: fit.predict(NEW.drop(columns="w"), interval="prediction"), "L023"),
        (lambda fit: fit.residuals("teams"), "L091"),
        (lambda fit: fit.residuals(kind="student"), "L092"),
        (lambda fit: fit.leverage("teams"), "L091"),
    ],
)
def test_what_is_not_there_is_refused_by_name(nested, ask, code):
    with pytest.raises(MultilevelError) as refused:
        ask(nested[1])
    assert refused.value.problems[0].code == code


@pytest.mark.parametrize("what", ["leverage", "residuals", "fitted", "predict"])
def test_sums_have_no_rows(what):
    formula = "y ~ x + (1 | consortium)"
    fit = multilevel.fit_lmm(formula, multilevel.crossproducts(formula, invented()))
    with pytest.raises(MultilevelError) as refused:
        getattr(fit, what)()
    assert refused.value.problems[0].code == "L026"


def test_few_groups_come_with_what_to_do(nested):
    few = [caution for caution in nested[1].cautions() if "consortium (5)" in caution]
    assert len(few) == 1
    assert "kenward-roger" in few[0]
    assert "C(" in few[0]


def test_standardised_random_effects_are_divided_by_their_own_deviation(nested):
    """Dense: u_hat = S Z' P y, of which the variance is S Z' P Z S."""
    _, fit, dense = nested
    v_inverse = np.linalg.inv(dense.v)
    p = v_inverse - v_inverse @ dense.x @ np.linalg.inv(dense.x.T @ v_inverse @ dense.x) @ dense.x.T @ v_inverse
    z, codes, n, s = dense.terms[1]
    taken = np.kron(np.eye(n), s) @ wide(z, codes, n).T
    deviations = np.sqrt(np.diagonal(taken @ p @ taken.T))[: 18 * 2]
    table = fit.quantiles("team")
    close(table["standardised"], table["estimate"] / deviations, rtol=1e-5)
    for term in ("Intercept", "x"):
        part = table.xs(term, level="term").sort_values("standardised")
        close(part["quantile"], scipy.stats.norm.ppf((np.arange(1, 19) - 0.375) / 18.25))
        assert (part["band_low"] < part["quantile"]).all()
    rows = fit.quantiles("conditional")
    close(rows["standardised"], fit.residuals(kind="standardised"))
