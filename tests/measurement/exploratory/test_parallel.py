"""Number of factors: eigenvalues against psych 2.4.12, random data against their distribution."""

import numpy as np
import pandas as pd
import pytest

from lcresearch import measurement
from lcresearch.errors import MeasurementError
from lcresearch.measurement import one_factor
from lcresearch.measurement.exploratory.correlations import item_correlations
from lcresearch.measurement.exploratory.parallel import eigenvalues, reduced
from lcresearch.measurement.exploratory.partial_correlations import average_partials

# psych::vss(cor(complete cases of the 25 items), n = 10, n.obs = 2436)$map, psych 2.4.12
MAP = [0.02492080178, 0.01893728019, 0.01751892814, 0.01569495336, 0.01464488162, 0.01598014328, 0.01937223421]
BLOCKS = {"complete": "complete_cases", "pairwise": "pairwise"}


@pytest.mark.parametrize("missing", BLOCKS)
def test_observed_eigenvalues(bfi25, reference, missing):
    values = reference("psychometrics/eigenvalues_bfi25")[BLOCKS[missing]]
    result = measurement.parallel_analysis(bfi25, list(bfi25), missing=missing, n_simulations=20, seed=1)
    assert result.tidy()["component"].tolist() == pytest.approx(values["pca"], rel=1e-8)
    assert result.tidy()["factor"].tolist() == pytest.approx(values["reduced_smc"], abs=1e-8)


@pytest.mark.parametrize("missing", BLOCKS)
def test_eigenvalues_with_the_communalities_of_one_factor(bfi25, reference, missing):
    values = reference("psychometrics/eigenvalues_bfi25")[BLOCKS[missing]]
    matrix = item_correlations(bfi25, list(bfi25), missing=missing).matrix
    ours = eigenvalues(reduced(matrix, one_factor.minres(matrix).loadings ** 2))
    # psych stops early
    assert ours == pytest.approx(np.array(values["one_factor_minres"]), abs=2e-4)


def test_minimum_average_partial(bfi25):
    result = measurement.parallel_analysis(bfi25, list(bfi25), missing="complete", n_simulations=20, seed=1)
    assert result.tidy()["average_partial"].tolist()[:7] == pytest.approx(MAP, rel=1e-8)
    assert result.n_minimum_average_partial == 5


def test_minimum_average_partial_by_its_definition(thurstone):
    r = thurstone.to_numpy()
    values, vectors = np.linalg.eigh(r)
    loadings = (vectors * np.sqrt(values))[:, ::-1][:, :2]
    left = r - loadings @ loadings.T
    partial = left / np.sqrt(np.outer(np.diag(left), np.diag(left)))
    off = partial[~np.eye(9, dtype=bool)]
    assert average_partials(r)[2].tolist() == pytest.approx([(off**2).mean(), (off**4).mean()], rel=1e-10)


@pytest.mark.parametrize("n", [12, 100])
def test_random_eigenvalues_have_the_distribution_of_normal_data(n):
    rng = np.random.default_rng(9)
    frame = pd.DataFrame(rng.normal(size=(n, 12)), columns=list("abcdefghijkl"))
    ours = measurement.parallel_analysis(frame, list(frame), seed=3, n_simulations=2000).tidy()
    drawn = np.stack([np.corrcoef(rng.normal(size=(n, 12)), rowvar=False) for _ in range(2000)])
    direct = eigenvalues(drawn)
    assert ours["component_mean"].to_numpy() == pytest.approx(direct.mean(axis=0), abs=0.02)
    assert ours["component_limit"].to_numpy() == pytest.approx(np.percentile(direct, 95, axis=0), abs=0.05)
    if n > 12:
        direct = eigenvalues(reduced(drawn))
        assert ours["factor_mean"].to_numpy() == pytest.approx(direct.mean(axis=0), abs=0.02)


@pytest.fixture(scope="module")
def three_factors():
    """Twelve five-point items of three factors that correlate .3 (made up)."""
    rng = np.random.default_rng(8)
    factors = rng.multivariate_normal(np.zeros(3), 0.3 + 0.7 * np.eye(3), size=500)
    latent = np.repeat(factors, 4, axis=1) * 0.75 + rng.normal(size=(500, 12)) * np.sqrt(1 - 0.75**2)
    return pd.DataFrame(np.searchsorted([-0.5, 0.3, 1.0, 1.6], latent) + 1, columns=list("abcdefghijkl"))


@pytest.mark.parametrize("correlation", ["pearson", "polychoric"])
def test_factors_that_are_there_are_found(three_factors, correlation):
    result = measurement.parallel_analysis(
        three_factors, list(three_factors), seed=1, correlation=correlation, n_simulations=30
    )
    advice = result.glance().iloc[0]
    assert (advice["n_components"], advice["n_factors"], advice["n_minimum_average_partial"]) == (3, 3, 3)
    assert result.cautions() == []


def test_the_seed_decides(three_factors):
    first, again, other = (
        measurement.parallel_analysis(three_factors, list(three_factors), seed=seed, n_simulations=50).tidy()
        for seed in (1, 1, 2)
    )
    pd.testing.assert_frame_equal(first, again)
    assert (first["component_limit"] != other["component_limit"]).any()


def test_a_table_of_correlations_will_do(thurstone):
    result = measurement.parallel_analysis(thurstone, list(thurstone), n_persons=213, seed=1)
    # three factors, but one component stands out: they correlate
    assert (result.n_factors, result.n_components) == (3, 1)
    assert result.problems[0].code == "M323"


def test_unrelated_items_have_no_factor():
    frame = pd.DataFrame(np.random.default_rng(3).normal(size=(300, 6)), columns=list("abcdef"))
    result = measurement.parallel_analysis(frame, list("abcdef"), seed=1)
    assert (result.n_components, result.n_minimum_average_partial) == (0, 0)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"n_simulations": 3}, "M322"),
        ({"percentile": 100}, "M322"),
        ({"correlation": "spearman"}, "M004"),
        ({"n_persons": 213, "correlation": "polychoric"}, "M325"),
    ],
)
def test_what_was_asked_must_make_sense(thurstone, options, code):
    with pytest.raises(MeasurementError) as caught:
        measurement.parallel_analysis(thurstone, list(thurstone), **{"n_persons": 213} | options)
    assert caught.value.problems[0].code == code


def test_results_can_be_kept(three_factors):
    result = measurement.parallel_analysis(three_factors, list(three_factors), seed=1, n_simulations=30)
    again = measurement.ParallelAnalysis.from_dict(result.to_dict())
    pd.testing.assert_frame_equal(again.glance(), result.glance())
