"""What a paper takes over: sentences made of rows, the line of software, the figure of slopes."""

from importlib.metadata import version

import numpy as np
import pandas as pd
import pytest

from lcresearch import __version__, multilevel, reporting


def row(**values):
    return pd.DataFrame([values])


def test_estimate_as_the_publication_manual_writes_it():
    tested = {"estimate": 0.5, "std_error": 0.2, "statistic": 2.5, "df": 30.0, "p_value": 0.018}
    assert reporting.apa_estimate(tested) == "b = 0.50, SE = 0.20, t(30) = 2.50, p = .018"
    assert reporting.apa_estimate(tested | {"df": np.inf}, "d") == "d = 0.50, SE = 0.20, z = 2.50, p = .018"


def test_what_a_row_has_not_is_left_out_and_zero_has_no_sign():
    found = row(term="x", estimate=-0.001, std_error=np.nan, conf_low=-0.1, conf_high=0.1)
    assert reporting.apa_estimate(found, "r") == "r = 0.00, 95% CI [-0.10, 0.10]"


def test_one_row_is_wanted():
    with pytest.raises(ValueError, match="2"):
        reporting.apa_estimate(pd.concat([row(estimate=1.0)] * 2))


@pytest.mark.parametrize(
    ("value", "text"), [(0.0004, "p < .001"), (0.0496, "p = .050"), (0.5, "p = .500"), (1, "p > .999")]
)
def test_p_values_are_never_zero_or_one(value, text):
    assert reporting.apa_p_value(value) == text


def test_row_of_a_fit_gives_its_own_numbers():
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"team": np.repeat(np.arange(10), 6), "x": rng.normal(size=60)})
    frame["y"] = frame["x"] + rng.normal(size=10)[frame["team"]] + rng.normal(size=60)
    found = multilevel.fit_lmm("y ~ x + (1 | team)", frame).tidy().set_index("term").loc["x"]
    assert f"b = {found['estimate']:.2f}, SE = {found['std_error']:.2f}" in reporting.apa_estimate(found)


def test_software_names_what_is_installed():
    named = reporting.software_citation("numpy")
    assert f"lcresearch {__version__}" in named
    assert f"NumPy {version('numpy')}" in named


def test_band_of_slopes_is_that_of_the_degrees_of_freedom_asked_for():
    rng = np.random.default_rng(5)
    frame = pd.DataFrame({"team": np.repeat(np.arange(8), 10), "x": rng.normal(size=80)})
    frame["z"] = rng.normal(size=8)[frame["team"]]
    frame["y"] = frame["x"] * (1 + frame["z"] + rng.normal(0, 0.5, 8)[frame["team"]]) + rng.normal(size=80)
    fit = multilevel.fit_lmm("y ~ x * z + (1 + x | team)", frame)
    heights = {}
    for ddf in ("kenward-roger", "none"):
        band = reporting.slopes_figure(fit, "x", "z", ddf=ddf).axes[0].collections[0].get_paths()[0].vertices[:, 1]
        table = multilevel.simple_slopes(fit, "x", "z", [frame["z"].min(), frame["z"].max()], ddf=ddf)
        assert band.min() == pytest.approx(min(table["conf_low"].min(), band.min()))
        heights[ddf] = np.ptp(band)
    assert heights["kenward-roger"] > heights["none"]
