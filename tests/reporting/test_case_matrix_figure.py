"""The map of cases, and the figures of codes as numbers and as predictors."""

import pandas as pd
import pytest

from lcresearch import integration
from lcresearch.disclosure import Policy
from lcresearch.errors import IntegrationError, ReportingError
from lcresearch.integration.cases.simulated import invented_codes
from lcresearch.reporting.canvas import Box, Label
from lcresearch.reporting.case_matrix_figure import COLOURS, case_matrix_drawing
from lcresearch.reporting.text_metrics import text_width

LANGUAGES = ("nl", "en")


@pytest.fixture
def matrix():
    people = pd.DataFrame({"community": list("AAAAAABBBBBBCCC"), "respondent": range(15)})
    people["trust"] = [1, 2, 1, 2, 1, 2, 4, 5, 4, 5, 4, 5, 3, 3, 4]
    has = pd.DataFrame({"community": ["A", "B", "C", "<b>D"], "facilitation": [1, 0, 1, 0]})
    about = pd.DataFrame({"community": ["A", "B", "C", "<b>D"], "sector": ["care"] * 4})
    return integration.case_matrix(scores=people, scales=["trust"], elements=has, characteristics=about)


def texts(drawing):
    return [shape.text for shape in drawing.canvas.shapes if isinstance(shape, Label)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_values_gaps_and_reasons_stand_in_the_map(matrix, language):
    drawing = case_matrix_drawing(matrix, language)
    words = texts(drawing)
    assert ("1,50" if language == "nl" else "1.50") in words
    assert ("geen antwoorden" if language == "nl" else "no answers") in " ".join(words)
    assert any("ertrouwelijk" in text or "onfidential" in text for text in words)
    colours = {shape.colour for shape in drawing.canvas.shapes if isinstance(shape, Box)}
    assert colours & {COLOURS[0], COLOURS[1]}
    assert colours & {COLOURS[-1], COLOURS[-2]}
    assert drawing.description


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_hidden_shows_as_hidden_and_without_its_value(matrix, language):
    released = matrix.released(Policy(minimum_cell=5))
    words = texts(case_matrix_drawing(released, language))
    assert "C" not in words
    assert ("verborgen" if language == "nl" else "hidden") in words
    assert not any("ertrouwelijk" in text or "onfidential" in text for text in words)


def test_columns_can_be_chosen_and_must_exist(matrix):
    assert "facilitation" not in texts(case_matrix_drawing(matrix, "en", columns=["trust"]))
    with pytest.raises(IntegrationError, match="Q061"):
        matrix.plot(columns=["trusst"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_effects_and_reliability_are_drawn(language):
    frame, codes = invented_codes(n_cases=20, n_persons=3, effect=0.5, reliability=0.7, seed=1)
    found = integration.code_effects("learning", frame, codes, n_draws=3)
    assert "20" in found.plot(language=language).axes[0].get_xlabel()
    with pytest.raises(ReportingError, match="P003"):
        integration.Quantitised(
            "community", "share", codes.values, codes.readers,
            codes.reliability.assign(alpha=float("nan"), segments_alpha=float("nan")), codes.by_coder,
        ).plot(language=language)  # fmt: skip
    shown = codes.reliability.assign(segments_alpha=0.7, segments_low=0.5, segments_high=0.8)
    both = integration.Quantitised("community", "share", codes.values, codes.readers, shown, codes.by_coder)
    assert both.plot(language=language).axes[0].get_xlabel()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_line_of_text_runs_off_the_map(matrix, language):
    """The sentence on gaps was wider than the map of three columns."""
    drawing = case_matrix_drawing(matrix, language)
    for shape in drawing.canvas.shapes:
        if isinstance(shape, Label) and shape.anchor == "start":
            assert shape.x + text_width(shape.text, shape.size, bold=shape.bold) <= drawing.canvas.width + 1
