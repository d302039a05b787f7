"""Growth models out of long data: the sequence as in lme4, time, what is identified, and growth by group."""

import numpy as np
import pandas as pd
import pytest

from lcresearch import multilevel
from lcresearch.errors import MultilevelError

close = np.testing.assert_allclose


@pytest.fixture(scope="module")
def pupils(reference):
    return multilevel.growth(reference("egsingle_null").frame, "math", "year", "childid", "schoolid", unit="year")


def invented(n_waves=3, n=80, seed=1, slope=0.3):
    """Invented answers of persons in 8 communities of 2 consortia."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"person": np.repeat(np.arange(n), n_waves), "wave": np.tile(np.arange(n_waves) + 1, n)})
    frame["community"] = frame["person"] % 8
    frame["consortium"] = frame["community"] // 4
    frame["element"] = rng.normal(size=n)[frame["person"]]
    own = slope + 0.2 * frame["element"] + rng.normal(0, 0.3, n)[frame["person"]]
    level = 3 + rng.normal(0, 0.5, 8)[frame["community"]] + rng.normal(0, 0.6, n)[frame["person"]]
    frame["voice"] = level + own * (frame["wave"] - 1) + rng.normal(0, 0.3, len(frame))
    return frame


def test_the_sequence_is_that_of_lme4(pupils):
    """R 4.5.0, lme4 1.1-37, time = year - min(year), fits by ML and ``anova()`` of the five:
    ``math ~ 1 + (1 | schoolid) + (1 | childid)``, ``time``, ``(time | childid)``, ``(time | schoolid)``, ``I(time^2)``.
    """
    table = pupils.comparisons
    assert table["model"].tolist() == ["means", "linear", "slopes: childid", "slopes: schoolid", "curve"]
    assert table["kept"].all()
    close(table["log_likelihood"], [-12652.990465, -8373.52154953, -8252.64102974, -8163.11555795, -8096.19384104],
          atol=1e-6)  # fmt: skip
    close(table["aic"], [25313.9809299, 16757.04309907, 16519.28205948, 16344.23111590, 16212.38768207], atol=1e-5)
    close(table["statistic"][1:], [8558.93783, 241.76104, 179.05094, 133.84343], atol=1e-5)
    assert table["df"].tolist()[1:] == [1, 2, 2, 1]


def test_the_kept_fit_is_that_of_lme4(pupils):
    """R: the fifth model by REML, ``fixef()`` and standard errors."""
    table = pupils.tidy()
    close(table["estimate"], [-2.96115726260, 1.00699312883, -0.04257707535], rtol=1e-6)
    close(table["std_error"], [0.059624803378, 0.025875476247, 0.003647922198], rtol=1e-5)


def test_growth_of_schools_is_their_coefficient_over_the_period(pupils):
    """R: ``coef(m)$schoolid``; growth a year over 5 years is the slope at the start plus 5 times the curve."""
    slopes = [1.1955790372, 1.0982157003, 0.9002222214, 0.9404121749, 0.9683295356, 1.1247900647]
    table = pupils.growth_by_group("schoolid")
    close(table["estimate"][:6], np.array(slopes) - 5 * 0.04257707535, rtol=1e-5)
    errors = pupils.fit.random_effects["schoolid"].xs("time", level="term")["std_dev"]
    assert (table["std_error"] > errors.to_numpy()).mean() > 0.9
    assert table["n_persons"].sum() == 1721


def test_reliability_of_slopes(pupils):
    """R: ``1 - mean(attr(ranef(m, condVar = TRUE)$childid, "postVar")[2, 2, ]) / VarCorr(m)$childid[2, 2]``."""
    close(pupils.reliability.set_index("group").loc["childid", "reliability"], 0.3955753143, rtol=1e-4)


def test_persons_by_number_of_waves(pupils):
    """R: ``table(table(d$childid))``."""
    assert pupils.persons_by_waves.to_dict() == {2: 5, 3: 542, 4: 328, 5: 794, 6: 52}


def test_effect_sizes_are_divided_by_the_deviation_at_the_first_wave(pupils):
    """R: ``sd(d$math[d$time == 0])`` is 0.625002966617."""
    table = pupils.effect_sizes
    close(table["divisor"], 0.625002966617, rtol=1e-9)
    growth = 1.00699312883 - 5 * 0.04257707535
    close(table["estimate"], np.array([growth, 5 * growth]) / 0.625002966617, rtol=1e-6)
    assert table["divided_by"][0] == "standard deviation of math at year -2.5, n = 131"
    assert any("131" in caution for caution in pupils.cautions())


def test_three_waves_with_predictors_of_growth():
    result = multilevel.growth(invented(), "voice", "wave", "person", ["consortium", "community"], predictors="element")
    assert "slopes: person" in result.comparisons["model"].tolist()
    assert result.comparisons["model"].iloc[-1] == "predictors"
    assert "time:element" in result.fit.fixed_effects
    close(result.fit.fixed_effects["time:element"], 0.2, atol=0.1)
    assert result.groups == ("consortium", "consortium:community")
    assert any(note.startswith("few_groups:consortium (2)") for note in result.notes)
    slopes = multilevel.simple_slopes(result.fit, "time", "element", [-1, 1])
    close(slopes["estimate"].diff()[1], 2 * result.fit.fixed_effects["time:element"])
    text = str(result)
    for part in ("Models compared", "Persons by number of waves", "voice at wave 1"):
        assert part in text


def test_reliability_in_a_balanced_design_is_the_closed_form():
    result = multilevel.growth(invented(), "voice", "wave", "person")
    row = result.reliability.set_index("group").loc["person"]
    variance = row["std_dev"] ** 2
    close(row["reliability_least_squares"], variance / (variance + result.fit.sigma**2 / 2))


def test_growth_by_group_takes_the_predictors_of_its_persons_in():
    frame = invented()
    result = multilevel.growth(frame, "voice", "wave", "person", "community", predictors="element", alpha_slopes=1e-9)
    assert not result.reliability["group"].eq("community").any()
    means = frame.groupby("community")["element"].mean()
    effects = result.fit.fixed_effects
    close(result.growth_by_group()["estimate"], effects["time"] + effects["time:element"] * means)


def test_slopes_stay_unless_a_test_is_asked_for():
    """Invented: all communities grow alike, so a test would mostly leave their slopes out."""
    given = (invented(), "voice", "wave", "person", "community")
    assert "(1 + time | community)" in multilevel.growth(*given).fit.formula
    small = multilevel.growth(*given, alpha_slopes=0.01)
    assert "(1 | community)" in small.fit.formula
    row = small.comparisons.set_index("model").loc["slopes: community"]
    assert not row["kept"]
    assert row["p_value_boundary"] >= 0.01


def test_curves_go_through_growth_of_groups_and_average(pupils):
    table = pupils.curves([0, 5])
    slopes = pupils.growth_by_group()["estimate"]
    close((table.iloc[1, 4:] - table.iloc[0, 4:]).to_numpy(dtype=float) / 5, slopes, rtol=1e-8)
    close(table["estimate"].diff()[1] / 5, pupils.growth["estimate"][0])
    close(table["estimate"][0], pupils.fit.fixed_effects["Intercept"])
    assert pupils.curves()["time"].tolist() == [0, 1, 2, 3, 4, 5]
    assert multilevel.growth(invented(), "voice", "wave", "person").curves().shape == (3, 4)


def test_the_start_is_said_without_hours():
    frame = invented().assign(wave=lambda table: pd.Timestamp("2024-03-01") + pd.to_timedelta(90 * table["wave"], "D"))
    assert multilevel.growth(frame, "voice", "wave", "person").start == "wave 2024-05-30"


def test_two_waves_cannot_tell_growth_of_persons_from_residuals():
    result = multilevel.growth(invented(2), "voice", "wave", "person", "community")
    assert "slopes: person" not in result.comparisons["model"].tolist()
    assert "curve" not in result.comparisons["model"].tolist()
    assert "two_waves" in result.notes
    assert any("three waves" in caution for caution in result.cautions())


def test_a_person_who_moves_between_communities_stays_one_person():
    frame = invented()
    frame.loc[5, "community"] = (frame.loc[5, "community"] + 1) % 8
    result = multilevel.growth(frame, "voice", "wave", "person", "community")
    assert result.fit.n_groups["person"] == 80
    assert len(result.growth_by_group()) == 8


def test_missing_values_and_persons_with_one_wave_are_counted():
    frame = invented()
    frame.loc[[0, 1, 7], "voice"] = np.nan
    result = multilevel.growth(frame, "voice", "wave", "person")
    assert result.n_dropped == 3
    assert result.persons_by_waves.to_dict() == {1: 1, 2: 1, 3: 78}


@pytest.mark.parametrize(
    ("waves", "unit", "period", "said"),
    [
        (pd.to_datetime(["2024-01-01", "2024-07-01", "2025-01-01"]), None, 366 / (365.25 / 12), "month"),
        (pd.to_datetime(["2024-01-01", "2024-07-01", "2025-01-01"]), "year", 366 / 365.25, "year"),
        (pd.Categorical(["T1", "T2", "T3"], ordered=True), None, 2, "wave"),
        ([2021, 2023, 2026], "year", 5, "year"),
    ],
)
def test_time_is_zero_at_the_first_wave(waves, unit, period, said):
    frame = invented().assign(wave=lambda table: pd.Series(waves).take(table["wave"] - 1).to_numpy())
    if isinstance(waves, pd.Categorical):
        frame["wave"] = pd.Categorical(frame["wave"], ordered=True)
    result = multilevel.growth(frame, "voice", "wave", "person", unit=unit)
    assert result.waves["time"].iloc[0] == 0
    close(result.period, period)
    assert result.unit == said
    close(result.fit.fixed_effects["Intercept"], frame["voice"][::3].mean(), atol=0.1)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda frame: frame.assign(wave="T" + frame["wave"].astype(str)), "L098"),
        (lambda frame: frame.assign(wave=1), "L098"),
        (lambda frame: pd.concat([frame, frame.iloc[:1]]), "L099"),
        (lambda frame: frame.drop(columns="community"), "L005"),
        (lambda frame: frame.assign(voice=np.nan), "L006"),
    ],
)
def test_data_without_growth_are_refused(change, code):
    with pytest.raises(MultilevelError) as refused:
        multilevel.growth(change(invented()), "voice", "wave", "person", "community")
    assert refused.value.problems[0].code == code
