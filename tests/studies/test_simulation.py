"""A simulated programme holds what its truth says."""

import numpy as np
import pandas as pd
import pytest

from lcresearch import instruments
from lcresearch.errors import StudyError
from lcresearch.studies.simulated_truth import (
    CAPACITIES,
    CHANGE,
    ELEMENTS,
    HETEROGENEITY,
    IMPLEMENTATION_MEAN,
    IMPLEMENTATION_SD,
    VARIANCES,
    Truth,
)
from lcresearch.studies.simulation import INSTRUMENTS, simulate_programme

SIGMAS = 4.5
"""A right model strays further than this in one of 150,000 draws; seeds are fixed, so a failure is a change."""


@pytest.fixture(scope="module")
def programme():
    return simulate_programme(seed=2026)


@pytest.fixture(scope="module")
def large():
    """Enough consortia to see what went in; one short instrument, since the latent capacities are looked at."""
    return simulate_programme(
        n_consortia=240, n_sectors=3, n_communities=8, n_respondents=20, seed=7, instruments=["team-learning"]
    )


def test_shape_of_the_programme(programme):
    frame = programme.frame
    first = frame[frame["wave"] == "t0"]
    assert frame["sector"].nunique() == 3
    assert frame.groupby("sector")["consortium"].nunique().tolist() == [4, 4, 4]
    assert frame.groupby("consortium")["community"].nunique().eq(8).all()
    assert frame.groupby("organisation")["community"].nunique().eq(1).all()
    sizes = first.groupby("community").size()
    assert sizes.between(4, 60).all()
    assert (sizes < 5).any()
    # sizes have mean 25 and standard deviation at most 25 / sqrt(2.5)
    assert abs(sizes.mean() - 25) < SIGMAS * 25 / np.sqrt(2.5 * 96)
    assert not frame.duplicated(["respondent", "wave"]).any()


def test_people_leave_and_join(programme):
    t0, t1 = (set(programme.frame.loc[programme.frame["wave"] == wave, "respondent"]) for wave in ("t0", "t1"))
    assert abs(len(t0 - t1) / len(t0) - 0.15) < SIGMAS * np.sqrt(0.15 * 0.85 / len(t0))
    assert abs(len(t1 - t0) / len(t0) - 0.08) < SIGMAS * np.sqrt(0.08 / len(t0))


def test_nobody_changes_group_and_elements_are_of_the_community(programme):
    frame = programme.frame
    fixed = ["community", "organisation", "role", "firm_size"]
    assert (frame.groupby("respondent")[fixed].nunique() == 1).all(axis=None)
    columns = [element.column for element in ELEMENTS]
    assert (frame.groupby("community")[columns].nunique() == 1).all(axis=None)
    assert frame[columns].isin([1, 2, 3, 4, 5]).all(axis=None)


def test_every_instrument_can_be_scored(programme):
    assert programme.instruments == INSTRUMENTS
    for name in programme.instruments:
        instrument = instruments.load(name)
        items = [item.id for item in instrument.items]
        assert set(items) <= set(programme.frame)
        codes = instrument.response_scale_of(items[0]).codes
        assert programme.frame[items].stack().dropna().isin(codes).all()
        assert instrument.score(programme.frame).notna().mean().min() > 0.95


def test_reversed_items_count_the_other_way_round(programme):
    loadings = programme.truth.loadings
    assert loadings["reversed"].any()
    for (name, scale), rows in loadings.groupby(["instrument", "scale"]):
        turned = instruments.load(name).reversed(programme.frame)[rows["item"].tolist()]
        correlations = turned.corr().to_numpy()
        assert (correlations[np.triu_indices(len(rows), 1)] > 0.15).all(), scale


def test_missing_answers_are_as_many_as_asked(programme):
    answers = programme.frame[programme.truth.loadings["item"].tolist()]
    n = answers.size
    assert abs(answers.isna().to_numpy().mean() - 0.02) < SIGMAS * np.sqrt(0.02 * 0.98 / n)


def test_same_seed_same_programme():
    small = {"n_consortia": 2, "n_sectors": 1, "n_communities": 2, "n_respondents": 8}
    one, two, other = (simulate_programme(**small, seed=seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(one.frame, two.frame)
    pd.testing.assert_frame_equal(one.truth.loadings, two.truth.loadings)
    assert not one.latent["individual"].equals(other.latent["individual"])


@pytest.mark.parametrize("n_waves", [1, 4])
def test_other_numbers_of_waves(n_waves):
    made = simulate_programme(2, 1, 3, 12, n_waves, seed=3, dropout=0.0, newcomers=0.0)
    per_wave = made.frame.groupby("wave")["respondent"].nunique()
    assert per_wave.index.tolist() == [f"t{wave}" for wave in range(n_waves)]
    assert per_wave.nunique() == 1


@pytest.mark.parametrize(
    "wrong",
    [{"n_sectors": 0}, {"n_consortia": 2}, {"n_respondents": 3}, {"n_waves": 0}, {"dropout": 1.0}, {"missing": -0.1}],
)
def test_impossible_numbers_are_refused(wrong):
    with pytest.raises(StudyError) as error:
        simulate_programme(**wrong)
    assert error.value.problems[0].code == "S090"
    assert error.value.problems[0].values["name"] == next(iter(wrong))


def test_truth_survives_the_round_trip_and_lists_every_effect(programme):
    truth = programme.truth
    again = Truth.from_dict(truth.to_dict())
    pd.testing.assert_frame_equal(again.tidy(), truth.tidy())
    assert set(truth.tidy()["term"]) == {element.name for element in ELEMENTS} | {"facilitation:leadership"}
    assert truth.variances.groupby("capacity")["variance"].sum().tolist() == pytest.approx([1.0, 1.0])
    assert "simulated" in str(truth)


@pytest.mark.parametrize("capacity", CAPACITIES)
def test_variance_within_organisations_is_as_said(large, capacity):
    """Persons of one organisation differ by the person and residual parts; a variance has relative error sqrt(2/df)."""
    first = large.frame["wave"] == "t0"
    latent, home = large.latent.loc[first, capacity], large.frame.loc[first, "organisation"]
    df = len(home) - home.nunique()
    within = ((latent - latent.groupby(home).transform("mean")) ** 2).sum() / df
    expected = VARIANCES[capacity]["person"] + VARIANCES[capacity]["residual"]
    assert abs(within / expected - 1) < SIGMAS * np.sqrt(2 / df)


@pytest.mark.parametrize("capacity", CAPACITIES)
def test_communities_of_a_consortium_differ_as_said(large, capacity):
    """Mean of squared differences of community means about their consortium, against its expectation."""
    first = large.frame["wave"] == "t0"
    rows = large.frame.loc[first, ["consortium", "community", "organisation"]].assign(y=large.latent[capacity])
    organisations = rows.groupby(["consortium", "community", "organisation"]).size()
    shares = organisations.groupby("community").agg(["sum", lambda n: (n**2).sum() / n.sum() ** 2])
    parts = VARIANCES[capacity]
    noise = (parts["person"] + parts["residual"]) / shares["sum"] + parts["organisation"] * shares.iloc[:, 1]
    expected = parts["community"] + noise.mean()
    means = rows.groupby(["consortium", "community"])["y"].mean()
    between = means.groupby("consortium").var().mean()
    n_free = means.size - means.groupby("consortium").ngroups
    # noise differs over communities; twice the variance of the largest bounds the standard error from above
    spread = np.sqrt(2 * ((parts["community"] + noise) ** 2).mean() / n_free)
    assert abs(between - expected) < SIGMAS * spread


def design_of(frame: pd.DataFrame) -> pd.DataFrame:
    """A row a community: an intercept and what its elements do, in the units of the truth."""
    names = [element.column for element in ELEMENTS]
    communities = frame.groupby(["sector", "consortium", "community"])[names].first()
    z = (communities - IMPLEMENTATION_MEAN) / IMPLEMENTATION_SD
    first = communities.index.get_level_values("sector") == "sector 1"
    u = (communities - 1) / 4
    return pd.DataFrame(
        {
            "trend": 1.0,
            "shared_purpose": z["element_shared_purpose"],
            "time_to_learn in sector 1": z["element_time_to_learn"] * first,
            "time_to_learn elsewhere": z["element_time_to_learn"] * ~first,
            "virtual_meeting_place": z["element_virtual_meeting_place"],
            "facilitation": u["element_facilitation"],
            "leadership": u["element_leadership"],
            "facilitation:leadership": u["element_facilitation"] * u["element_leadership"],
        }
    )


def truth_of(large, capacity: str) -> dict[str, float]:
    effects = large.truth.effects.query("capacity == @capacity").set_index(["element", "sector"])["effect"]
    pair = large.truth.interactions.query("capacity == @capacity")["effect"].item()
    return {
        "trend": CHANGE["trend"],
        "shared_purpose": effects["shared_purpose", "sector 2"],
        "time_to_learn in sector 1": effects["time_to_learn", "sector 1"],
        "time_to_learn elsewhere": effects["time_to_learn", "sector 2"],
        "virtual_meeting_place": effects["virtual_meeting_place", "sector 1"],
        "facilitation": 0.0,
        "leadership": 0.0,
        "facilitation:leadership": pair,
    }


@pytest.mark.parametrize("capacity", CAPACITIES)
def test_least_squares_finds_the_effects(large, capacity):
    """Community means of change on implementation; standard errors follow from the model, not from the residuals."""
    wide = large.latent.pivot(index="respondent", columns="wave", values=capacity).dropna()
    homes = large.frame.drop_duplicates("respondent").set_index("respondent")["community"]
    change = (wide["t1"] - wide["t0"]).groupby(homes).agg(["mean", "size"])
    x = design_of(large.frame)
    change = change.loc[x.index.get_level_values("community")]
    consortium = pd.factorize(x.index.get_level_values("consortium"))[0]
    same = consortium[:, None] == consortium[None, :]
    covariance = same * CHANGE["consortium"] ** 2
    covariance = covariance + np.diag(CHANGE["community"] ** 2 + 2 * VARIANCES[capacity]["residual"] / change["size"])
    for name in ("shared_purpose", "time_to_learn in sector 1", "facilitation:leadership"):
        covariance = covariance + same * HETEROGENEITY**2 * np.outer(x[name], x[name])
    bread = np.linalg.inv(x.T @ x)
    estimate = bread @ x.T.to_numpy() @ change["mean"].to_numpy()
    std_error = np.sqrt(np.diag(bread @ x.T.to_numpy() @ covariance @ x.to_numpy() @ bread))
    for place, (name, value) in enumerate(truth_of(large, capacity).items()):
        assert abs(estimate[place] - value) < SIGMAS * std_error[place], name
    # the test can tell: each effect that is there lies far outside of what chance gives
    assert 0.30 / std_error[1] > SIGMAS
