"""Figures of a synthesis: all elements, and one over consortia."""

from __future__ import annotations

import pytest

from lcresearch.errors import LcresearchError
from lcresearch.synthesis import Synthesis


def test_elements_stand_with_their_verdicts(found: Synthesis) -> None:
    axes = found.plot(language="nl").axes[0]
    labels = [text.get_text() for text in axes.get_yticklabels()]
    assert labels[1] == "time_to_learn\nsectorspecifiek"
    assert "Gesimuleerde" in axes.get_xlabel()
    sectors = axes.lines[-1]
    assert len(sectors.get_xdata()) == 15


def test_an_element_over_consortia(found: Synthesis) -> None:
    figure = found.plot("consortia", element="time_to_learn", language="en")
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert "consortium 12" in texts
    assert "Sector 3" in texts
    assert "In a new consortium (95%)" in texts


def test_an_element_that_is_not_there_is_refused(found: Synthesis) -> None:
    with pytest.raises(LcresearchError) as error:
        found.plot("consortia", element="time_to_lern")
    assert error.value.problems[0].code == "Y114"
    assert "time_to_learn" in error.value.text("en")
