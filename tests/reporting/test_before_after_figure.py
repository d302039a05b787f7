"""Figures of change: what stands in them, in both languages."""

import numpy as np
import pandas as pd
import pytest

from lcresearch.change import before_after, partial_pooling


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(2)
    firm = np.repeat(["Anker & Zn <b>", "Bakker", "Corbeel"], 6)
    own = rng.normal(3.3, 0.5, 18)
    parts = [
        pd.DataFrame(
            {"respondent": range(18), "firm": firm, "wave": wave, "score": own + 0.5 * late + rng.normal(0, 0.3, 18)}
        )
        for late, wave in enumerate(("t0", "t1"))
    ]
    return pd.concat(parts)


@pytest.mark.parametrize(("language", "word"), [("nl", "duidelijk vooruit"), ("en", "clearly better")])
def test_the_word_and_every_firm_stand_in_the_figure(rows, language, word):
    found = before_after(rows, "score", before="t0", after="t1", group="firm", worthwhile=0.2)
    figure = found.plot(language=language)
    assert word in figure.get_suptitle()
    means, changes = figure.axes
    assert len(means.lines) == 4
    assert [label.get_text() for label in changes.get_yticklabels()][2:] == ["Bakker", "Corbeel"]


def test_one_group_has_the_whole_only(rows):
    figure = before_after(rows, "score", before="t0", after="t1").plot(language="nl")
    assert [label.get_text() for label in figure.axes[1].get_yticklabels()] == ["Samen"]


def test_scores_drawn_to_peers_stand_beside_own_means(rows):
    figure = partial_pooling(rows[rows["wave"] == "t1"], "score", "firm").plot(language="nl")
    assert {text.get_text() for text in figure.legends[0].get_texts()} == {
        "eigen gemiddelde",
        "getrokken naar vergelijkbare groepen",
    }
