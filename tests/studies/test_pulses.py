"""Series in a study: charts of pulses, cases before and after a start, and that all comes from what was released."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import numpy as np
import pytest
from tests.studies.conftest import left_out

from lcresearch import studies
from lcresearch.change import randomisation_test, run_chart
from lcresearch.errors import LcresearchError

sys.path.insert(0, str(Path(__file__).parent))
from pulse_studies import pulse_answers, run, write_pulse_study


def text_of(results, language: str = "nl") -> str:
    """The section of the page without tags."""
    page = results.reports[language].read_text(encoding="utf-8")
    section = re.search(r'<section class="scale pulses".*?</section>', page, re.S)
    assert section is not None
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", section.group(0)))


@pytest.fixture(scope="module")
def long_pulse(tmp_path_factory):
    """Sixteen weeks; Alfa jumps at week 9, in Charlie three persons answer at weeks 4 and 10."""
    answers = pulse_answers(
        16, {"Alfa": 12, "Bravo": 8, "Charlie": 6}, level=lambda firm, wave: 3.0 + 0.9 * (firm == "Alfa" and wave >= 8)
    )
    few = (answers["firm"] == "Charlie") & answers["wave"].isin(["w04", "w10"]) & (answers["person"] >= "Ch03")
    with left_out("save_tables", "save_figures"):
        return run(write_pulse_study(tmp_path_factory.mktemp("pulse"), answers[~few], more="design: pulse"))


def test_every_point_of_a_chart_is_a_mean_that_the_report_shows(long_pulse):
    scale = long_pulse.content.scales[0]
    overall = scale.overall.set_index("wave")["mean"]
    by_group = scale.scores[scale.scores["released"].astype(bool)].set_index(["group", "wave"])["mean"]
    seen = 0
    for one in long_pulse.content.pulses.series:
        for row in one.points.dropna(subset="mean").itertuples():
            shown = by_group[one.group, row.wave] if one.group else overall[row.wave]
            assert row.mean == shown
            seen += 1
        assert np.array_equal(one.run.table["value"], one.points["mean"], equal_nan=True)
    assert seen == len(overall) + len(by_group)


def test_a_point_of_too_few_persons_is_a_gap_that_is_told(long_pulse):
    charlie = next(one for one in long_pulse.content.pulses.series if one.group == "Charlie")
    hidden = charlie.points.set_index("wave").loc[["w04", "w10"]]
    assert hidden.isna().all(axis=None)
    assert charlie.n_gaps == 2
    assert "2 meetmomenten laten we niet zien" in text_of(long_pulse)
    assert charlie.run.table["centre"].iloc[0] == pytest.approx(charlie.points["mean"].median())


def test_rules_find_the_firm_that_changed_and_say_how_often_they_are_wrong(long_pulse):
    found = {one.group: one.run for one in long_pulse.content.pulses.series}
    assert found["Alfa"].changed
    assert not found["Bravo"].changed
    again = run_chart(next(o for o in long_pulse.content.pulses.series if o.group == "Alfa").points["mean"])
    assert found["Alfa"].false_alarm_rate == again.false_alarm_rate
    text = text_of(long_pulse)
    assert "Van week 1 tot en met week 8 lag de score steeds aan dezelfde kant" in text
    assert "Ook als er niets verandert, geven de regels soms een signaal" in text
    assert "Op deze pagina staan 4 lijnen met een oordeel" in text
    assert "moves otherwise than chance does" in text_of(long_pulse, "en")


def test_limits_come_from_neighbouring_points_where_the_same_persons_answer(long_pulse):
    whole = long_pulse.content.pulses.series[0]
    means = whole.points["mean"].to_numpy()
    half = 3 * np.abs(np.diff(means)).mean() / 1.128
    assert whole.control.kind == "individuals"
    assert whole.control.table["upper"].iloc[0] == pytest.approx(means.mean() + half, rel=1e-3)


@pytest.mark.usefixtures("without_tables")
def test_limits_come_from_the_spread_within_points_where_others_answer_each_time(tmp_path):
    answers = pulse_answers(13, {"Alfa": 12, "Bravo": 11})
    answers["person"] = answers["person"] + answers["wave"]
    results = run(write_pulse_study(tmp_path, answers, more="design: pulse"))
    whole = results.content.pulses.series[0]
    assert not results.content.pulses.same_persons
    assert whole.control.kind == "xbar"
    assert "verschillen tussen mensen bij elke meting" in text_of(results)


def test_eight_weeks_are_described_and_not_judged(tmp_path):
    results = run(write_pulse_study(tmp_path, pulse_answers(8, {"Alfa": 9, "Bravo": 8}), more="design: pulse"))
    assert all(one.run.changed is None and one.control is None for one in results.content.pulses.series)
    text = text_of(results)
    assert "Hier beschrijven we alleen" in text
    assert "signaal:" not in text
    table = (results.folder / "tables" / "pulses.csv").read_text(encoding="utf-8")
    assert table.count("\n") == 1 + 3 * 8


@pytest.fixture(scope="module")
def followed(tmp_path_factory):
    """One firm, ten weeks, started at week 6 by lot."""
    answers = pulse_answers(10, {"Alfa": 11}, level=lambda firm, wave: 2.9 + 0.8 * (wave >= 5), seed=3)
    more = "design: single_case\nstarts: {Alfa: w06}\nstarts_drawn: true"
    with left_out("save_tables", "save_figures"):
        return run(write_pulse_study(tmp_path_factory.mktemp("case"), answers, more=more))


def test_a_single_case_is_tested_by_the_lot_on_released_means(followed):
    (one,) = followed.content.pulses.cases
    means = followed.content.scales[0].overall["mean"].tolist()
    frame = one.case.series.assign(phase=["A"] * 5 + ["B"] * 5)
    assert frame["score"].tolist() == means
    by_hand = randomisation_test(frame, "score", starts=list(range(4, 9)), shortest_phase=3)
    assert (one.test.n_assignments, one.test.p_value) == (by_hand.n_assignments, by_hand.p_value) == (5, 0.2)
    pairs = np.subtract.outer(means[5:], means[:5])
    nap = one.case.measures.set_index("term").loc["nap", "estimate"]
    assert nap == pytest.approx(((pairs > 0) + 0.5 * (pairs == 0)).mean())


def test_a_lot_of_five_starts_cannot_rule_out_chance_and_the_page_says_so(followed):
    text = text_of(followed)
    assert "uit 5 mogelijke meetmomenten. Bij 1 daarvan" in text
    assert "Met zo weinig mogelijkheden kan die kans niet kleiner zijn dan 20%" in text
    assert "zelden toeval" not in text


@pytest.mark.usefixtures("without_tables")
def test_a_start_that_was_not_drawn_is_described_only(tmp_path):
    answers = pulse_answers(10, {"Alfa": 11}, seed=3)
    results = run(write_pulse_study(tmp_path, answers, more="design: single_case\nstarts: {Alfa: w06}"))
    (one,) = results.content.pulses.cases
    assert one.test is None
    assert one.no_test == "not_drawn"
    assert "niet door loting bepaald" in text_of(results)


@pytest.mark.usefixtures("without_pages")
def test_a_hidden_score_at_a_possible_start_leaves_out_the_test(tmp_path):
    answers = pulse_answers(10, {"Alfa": 11, "Bravo": 9}, seed=3)
    answers = answers[~((answers["firm"] == "Alfa") & (answers["wave"] == "w05") & (answers["person"] >= "Al03"))]
    more = "design: single_case\nstarts: {Alfa: w06}\nstarts_drawn: [w04, w05, w06, w07]"
    (one,) = run(write_pulse_study(tmp_path, answers, more=more)).content.pulses.cases
    assert one.test is None
    assert one.no_test == "gap"
    assert one.n_gaps == 1


@pytest.mark.usefixtures("without_tables")
def test_firms_that_start_in_turn_are_tested_together(tmp_path):
    starts = {"Alfa": 2, "Bravo": 3, "Charlie": 4, "Delta": 5}
    sizes = dict(zip(starts, (9, 8, 7, 10), strict=True))
    answers = pulse_answers(8, sizes, level=lambda firm, wave: 3 + 0.8 * (wave >= starts[firm]), seed=4)
    given = ", ".join(f"{firm}: w{wave + 1:02d}" for firm, wave in starts.items())
    more = f"design: staggered_start\nstarts: {{{given}}}\nstarts_drawn: true"
    results = run(write_pulse_study(tmp_path, answers, more=more))
    together = results.content.pulses.together
    assert together.n_assignments == 24
    assert together.p_value == pytest.approx(1 / 24)
    assert "De loting had 24" in text_of(results) or "24 uitkomsten van de loting" in text_of(results)
    assert "zelden toeval" in text_of(results)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ("design: single_case\nstarts: {Alfa: w04}\nstarts_drawn: [w04, w99]", "S200"),
        ("design: single_case\nstarts_drawn: true", "S201"),
        ("design: single_case\nstarts: {Alfa: w02}\nstarts_drawn: true", "S202"),
    ],
)
def test_a_lot_that_cannot_be_is_named_before_the_run(tmp_path, more, code):
    folder = write_pulse_study(tmp_path, pulse_answers(8, {"Alfa": 9}), more=more)
    with pytest.raises(LcresearchError) as caught:
        studies.load(folder)
    assert [problem.code for problem in caught.value.problems] == [code]


@pytest.mark.usefixtures("without_tables")
def test_a_study_of_two_waves_has_no_lines(tmp_path):
    results = run(write_pulse_study(tmp_path, pulse_answers(2, {"Alfa": 9}), more="design: pulse"))
    assert results.content.pulses is None


@pytest.mark.usefixtures("without_tables")
def test_monitoring_of_ten_waves_has_a_run_chart(tmp_path):
    answers = pulse_answers(12, {"Alfa": 9, "Bravo": 8}, level=lambda firm, wave: 3 + 0.9 * (wave >= 6))
    monitoring = "monitoring: {level: organisation}"
    results = run(write_pulse_study(tmp_path, answers, more="design: pulse", monitoring=monitoring))
    page = (results.folder / "monitoring.html").read_text(encoding="utf-8")
    assert "De regels geven een signaal" in page
    assert "Anhøj" in page
    assert "middenlijn" in page
