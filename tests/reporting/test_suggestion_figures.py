"""Figures of suggested codes."""

import numpy as np
import pandas as pd
import pytest

from lcresearch.errors import ReportingError
from lcresearch.interviews import LearningCurve, SuggestionQuality
from lcresearch.messages import Messages
from lcresearch.reporting import plot


def quality(counts):
    between = pd.DataFrame(
        [("all", "A", "B", 9, 8, 6, 12 / 17), ("x > $tijd$", "A", "B", 9, 8, 6, 12 / 17)],
        columns=["code", "coder_a", "coder_b", "n_a", "n_b", "n_both", "f1"],
    )
    bins = pd.DataFrame({"n": [1], "predicted": [0.5], "observed": [1.0], "n_hits": [1]})
    codes = ("x > $tijd$", "x > fouten")
    return SuggestionQuality("rules", "x", "turn", ("A",), 40, 4, 4, counts, codes, between, bins, 0.1, 0.2)


def test_precision_and_recall_stand_by_code_with_the_ceiling():
    counts = np.array([[[3, 2, 2], [0, 1, 0]], [[2, 2, 1], [0, 0, 0]], [[2, 3, 2], [0, 0, 0]], [[1, 1, 1], [0, 0, 0]]])
    axes = plot(quality(counts)).axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()][1] == "$tijd$ (8)"  # no code that nobody gave
    lines = {line.get_label(): line.get_xdata() for line in axes.lines}
    say = Messages()
    assert lines[say("suggestions.quality.precision")] == pytest.approx([6 / 9, 6 / 8])
    assert lines[say("suggestions.quality.recall")] == pytest.approx([6 / 8, 6 / 8])
    assert lines[say("suggestions.quality.coders")] == pytest.approx([12 / 17, 12 / 17])
    with pytest.raises(ReportingError, match="P003"):
        plot(quality(np.zeros((4, 2, 3), dtype=int)))


@pytest.mark.parametrize("carried_on", [True, False])
def test_a_curve_is_drawn_only_where_it_can_be_carried_on(carried_on):
    from lcresearch.errors import Problem

    points = pd.DataFrame({"n_read": [10, 20, 30, 40], "n_coded": [5, 9, 14, 20], "repeat": [0, 0, 0, 0]})
    points = points.assign(recall=[0.2, 0.3, 0.35, 0.37], precision=0.5, f1=0.4)
    curve = np.array([0.5, 1.0, 0.5])
    problems = () if carried_on else (Problem("V185", values={"why": {"nl": "x", "en": "x"}}),)
    result = LearningCurve("rules", "x", ("A",), "recall", points, curve, np.array([curve, curve]), 40, 20, problems)
    axes = plot(result).axes[0]
    assert axes.lines[0].get_ydata() == pytest.approx(points["recall"].to_numpy())
    assert (len(axes.lines) > 2) is carried_on
