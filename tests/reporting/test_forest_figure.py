"""The forest of a meta-analysis."""

import numpy as np
import pandas as pd
import pytest

from lcresearch import synthesis
from lcresearch.errors import ReportingError
from lcresearch.messages import LANGUAGES


def texts(figure):
    axes = figure.axes[0]
    return [label.get_text() for label in axes.get_yticklabels()] + [text.get_text() for text in axes.texts]


@pytest.fixture
def data():
    return pd.DataFrame(
        {
            "yi": [0.2, 0.5, 0.9, 0.1],
            "vi": [0.02, 0.03, 0.01, 0.04],
            "name": ["A $x$ B", "B", "C", "D"],
            "x": [1, 2, 4, 2],
        }
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_weights_mean_and_prediction(monkeypatch, data, language):
    monkeypatch.setenv("LCRESEARCH_LANGUAGE", language)
    fit = synthesis.meta_analysis("yi", "vi", data=data, labels="name")
    figure = fit.plot()
    shown = texts(figure)
    assert "A $x$ B" in shown
    assert {"nl": "In een nieuw onderzoek (95%)", "en": "In a new study (95%)"}[language] in shown
    assert {"nl": "0,20 [-0,08; 0,48]", "en": "0.20 [-0.08; 0.48]"}[language] in shown
    diamond = figure.axes[0].patches[0].get_xy()
    np.testing.assert_allclose(diamond[1, 0], fit.tidy()["estimate"].iloc[0])
    figure.canvas.draw()


def test_equal_effects_have_no_prediction(data):
    assert "In a new study (95%)" not in texts(synthesis.meta_analysis("yi", "vi", data=data, method="EE").plot())


def test_meta_regression_shows_what_the_model_says_of_each_study(data):
    fit = synthesis.meta_analysis("yi", "vi", data=data, moderators="x")
    axes = fit.plot().axes[0]
    drawn = next(line for line in axes.lines if line.get_marker() == "D")
    np.testing.assert_allclose(drawn.get_xdata(), fit.fit.studies.x @ fit.fit.coefficients)


def test_too_many_studies():
    with pytest.raises(ReportingError, match="M428"):
        synthesis.meta_analysis(np.linspace(0, 1, 61), np.full(61, 0.1)).plot()
