"""Figures of persons, single cases and charts: their words in both languages, gaps and marks where they belong."""

import numpy as np
import pandas as pd
import pytest

from lcresearch import change
from lcresearch.errors import ReportingError

STEP = [3.1, 2.9, 3.0, 3.2, 2.8, 3.1, 2.9, 3.0, 3.8, 3.9, 4.1, 3.7, 4.0, 3.9, 3.8, 4.0]


def texts(figure):
    legends = [text.get_text() for legend in figure.legends for text in legend.get_texts()]
    return [*legends, *(axes.get_title(loc="left") for axes in figure.axes)]


def two_waves(n=16):
    rng = np.random.default_rng(1)
    before = rng.normal(3, 0.6, n)
    after = before + np.where(np.arange(n) % 2, 1.2, 0.0)
    waves = ["t0"] * n + ["t1"] * n
    return pd.DataFrame({"respondent": list(range(n)) * 2, "wave": waves, "trust": [*before, *after]})


@pytest.mark.parametrize(
    ("language", "verdict", "reason"),
    [("nl", "Er is iets veranderd", "8 metingen na elkaar"), ("en", "Something changed", "8 measurements in a row")],
)
def test_run_chart_says_what_it_shows_and_why(language, verdict, reason):
    figure = change.run_chart(STEP, persons=[8] * 16).plot(language=language, label="trust")
    title = figure.axes[0].get_title(loc="left")
    assert verdict in title
    assert reason in title
    assert figure.axes[0].get_ylabel() == "trust"


def test_points_of_few_persons_are_not_drawn():
    chart = change.run_chart(STEP, persons=[8] * 15 + [3]).released()
    drawn = np.concatenate([line.get_ydata() for line in chart.plot(language="en").axes[0].lines])
    assert not np.isclose(drawn[~np.isnan(drawn)], STEP[-1]).sum() > np.isclose(STEP[:-1], STEP[-1]).sum() * 2


def test_few_points_are_called_a_description():
    assert "Te weinig metingen" in change.run_chart(STEP[:6]).plot(language="nl").axes[0].get_title(loc="left")
    assert "Too few" in change.control_chart(STEP[:6]).plot(language="en").axes[0].get_title(loc="left")


def test_control_chart_shows_shares_as_percentages():
    figure = change.control_chart([5, 6, 4, 5, 7, 5, 4, 6, 5, 4, 6, 5], kind="p", size=[20] * 12).plot(language="en")
    figure.canvas.draw()
    assert all(label.get_text().endswith("%") for label in figure.axes[0].get_yticklabels())


def test_single_case_has_a_panel_a_case_and_a_test_its_distribution():
    frame = pd.DataFrame(
        [
            {"firm": firm, "week": week, "phase": "A" if week < start else "B", "voice": week % 3 + 2 * (week >= start)}
            for firm, start in (("Noord", 4), ("Zuid", 6))
            for week in range(1, 11)
        ]
    )
    figure = change.single_case(frame, "voice", case="firm", time="week").plot(language="nl")
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["Noord", "Zuid"]
    assert "aanpak" in texts(figure)
    test = change.randomisation_test(frame, "voice", design="multiple_baseline", case="firm", time="week")
    assert any("p = ," in text for text in texts(test.plot(language="nl")))


def test_persons_are_marked_confidential_and_counts_are_bars():
    found = change.reliable_change(two_waves(), "trust", before="t0", after="t1", reliability=0.9)
    assert "Vertrouwelijk: dit zijn personen" in texts(found.plot(language="nl"))
    assert "verbeterd" in texts(found.released().plot(language="nl"))
    nothing = change.reliable_change(two_waves(4), "trust", before="t0", after="t1", reliability=0.9).released()
    with pytest.raises(ReportingError, match="P003"):
        nothing.plot()


def test_imputation_shows_its_rounds_and_where_a_conclusion_turns():
    rng = np.random.default_rng(2)
    frame = pd.DataFrame({"firm": np.repeat(["a", "b"], 20), "t0": rng.normal(3, 0.7, 40)})
    frame["t1"] = 0.4 + frame["t0"] + rng.normal(0, 0.4, 40)
    frame.loc[::3, "t1"] = np.nan
    found = change.impute(frame, ["t0", "t1"], group="firm", n_imputations=4, seed=1)
    rounds = found.plot(language="nl")
    assert [axes.get_title(loc="left") for axes in rounds.axes] == ["Gemiddelde van aangevulde waarden: t1"]
    assert len(rounds.axes[0].lines) == 4

    def gain(copy):
        values = copy["t1"] - copy["t0"]
        row = {"term": ["change"], "estimate": [values.mean()], "std_error": [values.std() / 40**0.5], "df": [39.0]}
        return pd.DataFrame(row)

    line = found.sensitivity(gain, "t1", [-2, -1, 1])
    assert "hier verandert de conclusie" in texts(line.plot(language="nl"))


def test_important_differences_are_named_by_kind():
    frame = two_waves(40).assign(anchor=[np.nan] * 40 + [3, 4] * 20)
    found = change.minimal_important_difference(
        frame, "trust", before="t0", after="t1", anchor="anchor", a_little_better=4, worthwhile=0.3, n_bootstrap=20
    )
    figure = found.plot(language="nl")
    assert figure.axes[0].get_yticklabels()[0].get_text() == "de moeite waard"
    assert {"vooraf genoemd", "wat mensen zelf zeggen", "alleen spreiding"} <= set(texts(figure))
