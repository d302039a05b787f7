"""Outcomes that vary together, against metafor 4.8-0 and clubSandwich 0.5.11 (``several_levels.R`` made its file)."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.synthesis.test_several_levels import agrees, reference

from lcresearch import synthesis
from lcresearch.errors import SynthesisError
from lcresearch.synthesis.several_levels.likelihood import BlockLikelihood
from lcresearch.synthesis.several_levels.sampling import KnownSampling
from lcresearch.synthesis.several_levels.structures import STRUCTURES, Structure

DATA = Path(__file__).parents[1] / "reference" / "data"
YEARS = "outcome + outcome:I(year - 1983) - 1"


@pytest.fixture(scope="module")
def berkey():
    return pd.read_csv(DATA / "berkey1998.csv")


@pytest.fixture(scope="module")
def invented():
    return pd.read_csv(DATA / "outcomes_invented.csv")


def trials(data, structure="UN", **options):
    """The model of Berkey et al. (1998): two outcomes in five trials, with known sampling covariances."""
    options = {"sampling_covariance": ["v1i", "v2i"], "test": "normal"} | options
    return synthesis.multilevel_meta_analysis(
        "yi", "vi", "trial", data=data, outcome="outcome", structure=structure, **options
    )


@pytest.mark.parametrize("key", reference("berkey_multivariate"))
def test_two_outcomes_of_trials(berkey, key):
    values = reference("berkey_multivariate")[key]
    structure, method = key.split("_")[0], key.rsplit("_")[-1]
    moderators = YEARS if "year" in key else None
    fit = trials(berkey, structure, method=method, moderators=moderators)
    left = agrees(fit, values)
    assert fit.levels[0].structure.kind == left.pop("struct")
    np.testing.assert_allclose(fit.matrices()[0], left.pop("G")["values"], rtol=1e-4)
    np.testing.assert_allclose(fit.variance_components["variance"], left.pop("tau2"), rtol=1e-4)
    np.testing.assert_allclose(fit.correlations["correlation"], left.pop("rho"), rtol=1e-4)
    assert not left
    assert fit.outcomes == ("AL", "PD")


def test_covariances_in_three_forms_are_the_same(berkey):
    expected = trials(berkey).tidy()
    blocks = {name: rows[["v1i", "v2i"]].to_numpy() for name, rows in berkey.groupby("trial")}
    whole = np.zeros((10, 10))
    for place, block in enumerate(blocks.values()):
        whole[2 * place : 2 * place + 2, 2 * place : 2 * place + 2] = block
    for covariance in (blocks, whole):
        pd.testing.assert_frame_equal(trials(berkey, sampling_covariance=covariance).tidy(), expected)


def test_a_missing_outcome_takes_its_covariances_along(berkey):
    gap = berkey.assign(yi=berkey["yi"].where(berkey.index != 2))
    blocks = {name: rows[["v1i", "v2i"]].to_numpy() for name, rows in berkey.groupby("trial")}
    found, other = trials(gap), trials(gap, sampling_covariance=blocks)
    rest = trials(berkey.drop(2), sampling_covariance={**blocks, 2: blocks[2][1:, 1:]})
    for fit in (found, other):
        pd.testing.assert_frame_equal(fit.tidy(), rest.tidy())
        assert fit.input.left_out == ("3",)


def test_profiles_and_predictions_of_two_outcomes(berkey):
    values = reference("several_levels")["berkey_un"]
    fit = trials(berkey)
    found = fit.variance_intervals().query("term != 'std_dev'")[["estimate", "conf_low", "conf_high"]].to_numpy()
    expected = [values["tau2_1"], values["tau2_2"], values["rho"]]
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=2**-13)  # metafor stops its search there
    predicted, theirs = fit.random_effects(), pd.DataFrame(values["ranef"])
    np.testing.assert_allclose(predicted["estimate"], theirs["estimate"], rtol=0, atol=1e-5)
    np.testing.assert_allclose(predicted["std_error"], theirs["se"], rtol=1e-4)
    assert predicted.loc[:1, ["group", "outcome"]].to_numpy().tolist() == [["1", "AL"], ["1", "PD"]]


def matches(fit, values):
    """Estimates, errors, variances and the likelihood."""
    theirs = pd.DataFrame(values["coefficients"])
    np.testing.assert_allclose(fit.tidy()["estimate"], theirs["estimate"], rtol=0, atol=1e-4 * theirs["se"].min())
    np.testing.assert_allclose(fit.tidy()["std_error"], theirs["se"], rtol=1e-5)
    variances = [*np.atleast_1d(values["tau2"]), *np.atleast_1d(values.get("sigma2", []))]
    np.testing.assert_allclose(fit.variance_components["variance"], variances, rtol=1e-4)
    if values["rho"]:
        found = np.unique(fit.correlations["correlation"].round(10))
        np.testing.assert_allclose(found, np.sort(np.atleast_1d(values["rho"])), rtol=1e-4)
    assert fit.fit.log_likelihood == pytest.approx(values["logLik"], abs=1e-5)


@pytest.mark.parametrize("structure", ["DIAG", "HCS", "CS"])
def test_other_structures_of_trials(berkey, structure):
    matches(trials(berkey, structure), reference("several_levels")[f"berkey_{structure.lower()}"])


def three(data, structure, **options):
    return synthesis.multilevel_meta_analysis(
        "yi",
        "vi",
        ["trial", "effect"],
        data=data,
        outcome="outcome",
        structure=structure,
        sampling_correlation=0.4,
        **options,
    )


@pytest.mark.parametrize("structure", STRUCTURES)
def test_three_outcomes_with_a_level_below(invented, structure):
    values = reference("several_levels")[f"three_{structure.lower()}"]
    fit = three(invented, structure, test="normal")
    matches(fit, values)
    theirs, found = pd.DataFrame(values["robust"]), fit.robust(cluster="site").tidy()
    np.testing.assert_allclose(found["std_error"], theirs["se"], rtol=1e-4)
    np.testing.assert_allclose(found["df"], theirs["df"], rtol=1e-3)
    if "ranef" in values:
        theirs = pd.DataFrame(values["ranef"])
        found = fit.random_effects("trial")
        seen = invented.groupby(["trial", "outcome"]).size().rename("n").reset_index()
        assert len(found) == 120  # also of outcomes that a trial did not look at
        order = invented["trial"].drop_duplicates().tolist()
        found = found.merge(seen, left_on=["group", "outcome"], right_on=["trial", "outcome"])
        found = found.assign(place=found["group"].map(order.index)).sort_values(["place", "outcome"])
        np.testing.assert_allclose(found["estimate"], theirs["estimate"], rtol=0, atol=1e-5)
        np.testing.assert_allclose(found["std_error"], theirs["se"], rtol=1e-4)


@pytest.mark.parametrize("structure", ["UN", "HCS"])
def test_profiles_of_three_outcomes(invented, structure):
    values = reference("several_levels")[f"three_{structure.lower()}"]["profile"]
    found = three(invented, structure).variance_intervals().query("term == 'variance'")
    rows = found.set_index(found["level"] + " " + found["outcome"])[["estimate", "conf_low", "conf_high"]]
    names = {"trial a": "tau2_1", "trial c": "tau2_3", "effect ": "sigma2"}
    expected = [values[name] for name in names.values()]
    np.testing.assert_allclose(rows.loc[list(names)], expected, rtol=1e-3, atol=2**-13)


def test_a_new_effect_of_each_outcome(berkey):
    fit = trials(berkey)
    table, found = fit.tidy(), fit.prediction_interval()
    np.testing.assert_allclose(found["estimate"], table["estimate"])
    spread = np.sqrt(table["std_error"] ** 2 + np.diag(fit.matrices()[0]))
    np.testing.assert_allclose(found["pred_high"] - found["estimate"], 1.959964 * spread, rtol=1e-6)
    later = trials(berkey, moderators=YEARS)
    assert len(later.prediction_interval(new=pd.DataFrame({"outcome": ["PD"], "year": [1990]}))) == 1
    for code, new in {"Y022": None, "Y005": pd.DataFrame({"year": [1990]})}.items():
        with pytest.raises(SynthesisError) as error:
            trials(berkey, moderators="I(year - 1983)").prediction_interval(new=new)
        assert error.value.problems[0].code == code


@pytest.mark.parametrize("kind", STRUCTURES)
def test_derivatives_and_coordinates_of_structures(kind):
    structure = Structure(kind, 3, 1 if kind == "UN" else 0)
    free = structure.start(0.4, 0.2) * np.linspace(0.8, 1.2, len(structure.start(0.4)))
    linear, jacobian = structure.linear(free)
    matrix = structure.matrix(linear)
    assert np.linalg.eigvalsh(matrix)[0] > 0
    np.testing.assert_allclose(structure.coordinates(matrix), free, rtol=1e-10)
    for place in range(len(free)):
        step = 1e-6 * np.eye(len(free))[place]
        change = (structure.linear(free + step)[0] - structure.linear(free - step)[0]) / 2e-6
        np.testing.assert_allclose(jacobian[:, place], change, atol=1e-8)


@pytest.mark.parametrize(("structure", "correlation"), [("UN", 0.4), ("CS", 0.0), ("DIAG", 0.9)])
@pytest.mark.parametrize("method", ["REML", "ML"])
def test_likelihood_by_levels_is_that_by_blocks(invented, structure, correlation, method):
    fit = synthesis.multilevel_meta_analysis(
        "yi",
        "vi",
        ["site", "trial", "effect"],
        data=invented,
        outcome="outcome",
        structure={"trial": structure},
        sampling_correlation=correlation,
        method=method,
        moderators="outcome + effect",
    )
    blocks = BlockLikelihood(fit._blocks, fit.levels, fit.outcome, method == "REML")
    for parameters in (fit.fit.parameters, fit.fit.parameters * 0.5 + 0.01):
        ours, expected = fit.part.likelihood.at(parameters), blocks.at(parameters)
        assert ours.log_likelihood == pytest.approx(expected.log_likelihood, abs=1e-9)
        assert ours.q == pytest.approx(expected.q, rel=1e-10)
        np.testing.assert_allclose(ours.coefficients, expected.coefficients, rtol=1e-9)
        np.testing.assert_allclose(ours.covariance, expected.covariance, rtol=1e-9)
        np.testing.assert_allclose(ours.slopes, expected.slopes, rtol=1e-8, atol=1e-8)
        both = zip(fit.part.likelihood.random_effects(ours), blocks.random_effects(expected), strict=True)
        for found, wanted in both:
            np.testing.assert_allclose(found, wanted, rtol=1e-7, atol=1e-8)
    known = KnownSampling(*_entries(fit.sampling.of(np.arange(133)[None, :])[0]), fit.levels[0].codes)
    columns = fit.input.studies.x
    np.testing.assert_allclose(fit.sampling.solve(columns), known.solve(columns), rtol=1e-9, atol=1e-9)
    assert fit.sampling.inverse_trace() == pytest.approx(known.inverse_trace())
    assert fit.sampling.log_determinant() == pytest.approx(known.log_determinant())


def _entries(matrix):
    row, column = np.nonzero(matrix)
    return row, column, matrix[row, column]


def test_outcomes_written_as_numbers_are_outcomes(berkey):
    numbered = berkey.assign(outcome=berkey["outcome"].map({"AL": 1, "PD": 2}))
    np.testing.assert_allclose(trials(numbered).tidy()["estimate"], trials(berkey).tidy()["estimate"])
    assert trials(numbered.assign(outcome=numbered["outcome"].astype(float))).outcomes == ("1", "2")


def test_says_when_outcomes_seem_to_go_together_perfectly():
    data = pd.DataFrame({"trial": np.repeat(range(6), 2), "what": ["a", "b"] * 6, "vi": 0.01})  # invented
    data["yi"] = np.repeat([0.1, 0.9, 0.3, 0.7, 0.5, 0.2], 2)
    fit = synthesis.multilevel_meta_analysis("yi", "vi", "trial", data=data, outcome="what")
    assert fit.correlations["correlation"][0] == pytest.approx(1, abs=1e-4)
    assert any("on the edge" in line for line in fit.cautions())
    assert set(fit.to_dict()) >= {"correlations", "variance_components"}


@pytest.mark.parametrize(
    ("code", "options"),
    [
        ("Y060", {"outcome": "nowhere"}),
        ("Y074", {"outcome": "one"}),
        ("Y013", {"outcome": "gap"}),
        ("Y007", {"structure": "AR"}),
        ("Y007", {"structure": {"nowhere": "UN"}}),
        ("Y005", {"sampling_covariance": ["v1i", "nowhere"]}),
        ("Y070", {"sampling_covariance": ["v1i"]}),
        ("Y070", {"sampling_covariance": np.eye(3)}),
        ("Y070", {"sampling_covariance": {1: np.eye(2)}}),
        ("Y071", {"sampling_covariance": np.eye(10)}),
        ("Y072", {"sampling_covariance": np.full((10, 10), 0.001)}),
        ("Y071", {"sampling_covariance": ["vi", "large"]}),
    ],
)
def test_refuses_in_words(berkey, code, options):
    gap = berkey["outcome"].where(berkey.index != 3)
    data = berkey.assign(one="PD", gap=gap, large=99.0)
    with pytest.raises(SynthesisError) as error:
        trials(
            data, **({"structure": "UN"} | options)
        ) if "outcome" not in options else synthesis.multilevel_meta_analysis("yi", "vi", "trial", data=data, **options)
    assert error.value.problems[0].code == code


def test_too_few_columns_of_covariances_are_told_for_each_trial(berkey):
    with pytest.raises(SynthesisError) as error:
        trials(berkey, structure="UN", sampling_covariance=["v1i"])
    told = {problem.where.item: problem.values for problem in error.value.problems}
    assert told == {str(name): {"found": "2 x 1", "n": 2} for name in berkey["trial"].unique()}
