"""The convergence matrix: symbols and words, both languages, and nothing of what is hidden."""

import math

import pandas as pd
import pytest

from lcresearch.errors import ReportingError
from lcresearch.integration import convergence, judge
from lcresearch.reporting.canvas import Label
from lcresearch.reporting.convergence_figure import COLOURS, SYMBOLS, convergence_drawing
from lcresearch.reporting.svg import svg_file
from lcresearch.reporting.text_metrics import text_width

EFFECTS = pd.DataFrame(
    {"element": ["coaching", "time", "space"], "estimate": [0.3, 0.3, 0.3], "conf_low": [0.2] * 3,
     "conf_high": [0.4] * 3, "smallest_worthwhile": [0.1] * 3}
)  # fmt: skip
SAID = pd.DataFrame(
    {"element": ["coaching", "time", "space"], "n_persons": [12, 12, math.nan], "of_persons": [30] * 3,
     "n_cases": [4, 4, 4], "of_cases": [6] * 3, "n_persons_helping": [math.nan, 2, 17],
     "n_persons_lacking": [4, 1, 18], "n_persons_valuing": [10, 2, 19], "n_persons_hindering": [2, 10, math.nan]}
)  # fmt: skip


@pytest.fixture
def found():
    first = convergence(EFFECTS, SAID)
    given = [judge(first, "time", "silent", by=by, because="x", date="2026-01-02") for by in ("A. <b>", "B")]
    given.append(judge(first, "time", "convergent", by="C", because="y", date="2026-01-03"))
    return convergence(EFFECTS.assign(conf_high=0.5), SAID, judgements=given)


def texts_of(drawing):
    return [shape.text for shape in drawing.canvas.shapes if isinstance(shape, Label)]


@pytest.mark.parametrize(
    ("language", "words"),
    [("nl", ["spreekt elkaar tegen", "positief effect", "niet getoond"]), ("en", ["divergent", "positive effect"])],
)
def test_every_outcome_has_a_symbol_and_a_word(found, language, words):
    drawing = convergence_drawing(found, language)
    texts = texts_of(drawing)
    assert set(words) <= set(texts)
    assert {SYMBOLS["divergent"], SYMBOLS["convergent"], SYMBOLS["not shown"]} <= set(texts)
    assert len(set(SYMBOLS.values())) == len(set(COLOURS.values())) == 5


def test_nothing_of_hidden_counts_is_drawn(found):
    drawing = convergence_drawing(found, "en")
    words = " ".join(texts_of(drawing))
    assert not any(hidden in words + drawing.description for hidden in ("17", "18", "19"))
    assert "12 of 30: helps 2, missed 1, in the way 10" in words
    assert "12 of 30: helps or missed 10, in the way 2" in words


def test_conflicts_and_contradictions_stand_on_top_and_are_described(found):
    drawing = convergence_drawing(found, "en", titles={"time": "Time to learn"})
    texts = texts_of(drawing)
    assert texts.index("Time to learn") < texts.index("coaching")
    assert "! researchers differ" in texts
    assert "Divergent: 1" not in drawing.description
    assert "divergent: 1" in drawing.description


@pytest.mark.parametrize("language", ["nl", "en"])
def test_texts_stay_inside_and_are_escaped(found, language):
    drawing = convergence_drawing(found, language)
    for shape in drawing.canvas.shapes:
        if isinstance(shape, Label) and shape.anchor == "left":
            assert shape.x + text_width(shape.text, shape.size, bold=shape.bold) <= drawing.canvas.width + 10
    assert "<b>" not in svg_file(drawing)


def test_plot_gives_the_figure_and_no_elements_give_a_message(found):
    assert found.plot(language="nl", titles={"time": "Tijd"}).get_figwidth() > 5
    with pytest.raises(ReportingError, match="P003"):
        convergence(EFFECTS.iloc[:0], SAID.iloc[:0]).plot()
