"""The table of numbers beside voices: what comes first, what is hidden, and tables that cannot be."""

import math

import pandas as pd
import pytest

from lcresearch.errors import IntegrationError
from lcresearch.integration.converging import Convergence, convergence
from lcresearch.integration.converging.evidence import side_by_side

STATES = {"meetings": ("positive", "helping"), "coaching": ("none", "nobody"), "time": ("positive", "hindering"),
          "lead": ("unclear", "divided"), "space": ("positive", "not_shown")}  # fmt: skip


@pytest.fixture
def several(effects, said):
    numbers = effects(**{name: state for name, (state, _) in STATES.items()})
    return convergence(numbers, said(**{name: state for name, (_, state) in STATES.items()}, humour="helping"))


def test_contradictions_come_first(several):
    assert several.rows["element"].tolist() == ["time", "lead", "meetings", "coaching", "humour", "space"]
    assert several.disagreements()["element"].tolist() == ["time"]


def test_an_element_that_only_people_spoke_of_is_there(several):
    row = several.rows.set_index("element").loc["humour"]
    assert (row["numbers"], row["proposal"], row["silent"], row["outcome"]) == ("absent", "silent", "numbers", "")


def test_what_is_hidden_is_no_silence(several):
    row = several.rows.set_index("element").loc["space"]
    assert (row["voices"], row["proposal"], row["verdict"]) == ("not_shown", "not shown", "not shown")
    assert "Q135" in [problem.code for problem in several.problems()]


@pytest.mark.parametrize("hidden", ["n_persons", "n_cases", "n_persons_valuing", "n_persons_hindering"])
def test_one_hidden_count_is_enough_not_to_tell(hidden, effects, said):
    people = said(coaching="helping").astype("Float64", errors="ignore")
    people[hidden] = pd.NA
    found = convergence(effects(coaching="positive"), people)
    assert found.rows["proposal"].tolist() == ["not shown"]


@pytest.mark.parametrize("hidden", ["n_persons_helping", "n_persons_lacking"])
def test_how_many_miss_it_may_stay_hidden_where_it_makes_no_difference(hidden, effects, said):
    people = (
        pd.concat([said(a="helping"), said(b="helping")]).astype("Float64", errors="ignore").assign(**{hidden: pd.NA})
    )
    found = convergence(effects(a="positive", b="none"), people).frame("en").set_index("element")
    assert found["voices"].tolist() == ["valued", "valued"]
    assert found["proposal"].to_dict() == {"a": "convergent", "b": "not shown"}
    assert "10 persons say that it helps, or miss it, 2 find it in the way" in found.loc["a", "reason"]


def test_counts_of_verdicts(several):
    glance = several.glance().iloc[0]
    assert glance["n_elements"] == len(several.rows)
    names = ("convergent", "complementary", "divergent", "silent", "not_shown")
    assert [glance[f"n_{name}"] for name in names] == [1, 1, 1, 2, 1]


def test_summary_is_short_and_holds_the_verdicts(several):
    text = several.summary()
    assert "divergent" in text
    assert "up to researchers" in text
    assert "n_persons_helping" not in text


@pytest.mark.parametrize("language", ["nl", "en"])
def test_an_element_is_explained_in_plain_words(several, language):
    text = several.explain("time", language)
    assert {"nl": "spreken elkaar tegen", "en": "contradict each other"}[language] in text
    with pytest.raises(IntegrationError, match="Q124"):
        several.explain("tim")


def test_it_goes_to_plain_values_and_back(several):
    again = Convergence.from_dict(several.to_dict())
    pd.testing.assert_frame_equal(again.frame("en"), several.frame("en"), check_dtype=False)
    assert again.thresholds == several.thresholds


def test_its_tables_go_to_word_and_latex(several, tmp_path):
    assert several.to_docx(tmp_path / "convergence.docx").exists()
    assert "divergent" in several.to_latex()


def test_an_element_keeps_its_outcomes_apart(effects, said):
    both = pd.concat([effects(coaching="positive"), effects(coaching="none").assign(outcome="trust")])
    found = convergence(both, said(coaching="helping"))
    assert found.rows[["outcome", "proposal"]].values.tolist() == [["trust", "divergent"], ["learning", "convergent"]]


def test_effects_need_no_more_than_their_interval(said):
    evidence = pd.DataFrame(
        {"element": ["a"], "estimate": [0.3], "conf_low": [0.2], "conf_high": [0.4], "smallest_worthwhile": [0.1]}
    )
    found = convergence(evidence, said(a="helping"))
    assert found.rows[["new_setting", "certainty", "proposal"]].values.tolist() == [["unknown", "", "convergent"]]


def test_people_of_one_case_do_not_speak_for_all(effects, said):
    people = said(coaching="helping").assign(n_cases=1)
    assert convergence(effects(coaching="positive"), people).rows["voices"].tolist() == ["few"]


def test_two_thirds_is_enough_for_one_side(effects, said):
    numbers = effects(coaching="positive")
    at = convergence(numbers, said(coaching="helping").assign(n_persons_valuing=8, n_persons_hindering=4))
    below = convergence(numbers, said(coaching="helping").assign(n_persons_valuing=8, n_persons_hindering=5))
    assert [at.rows["voices"][0], below.rows["voices"][0]] == ["helping", "divided"]


def codes_of(evidence, people):
    with pytest.raises(IntegrationError) as caught:
        side_by_side(evidence, people)
    return [problem.code for problem in caught.value.problems]


def test_tables_that_cannot_be_are_refused_together(effects, said):
    numbers, people = effects(coaching="positive"), said(coaching="helping")
    assert codes_of(numbers.drop(columns="conf_low"), people.drop(columns="of_persons")) == ["Q120", "Q120"]
    assert codes_of(pd.concat([numbers, numbers]), pd.concat([people, people])) == ["Q132", "Q132"]
    assert codes_of(numbers.assign(smallest_worthwhile=0), people.assign(n_persons=31)) == ["Q129", "Q129"]
    assert codes_of(numbers, people.assign(n_persons_helping=13)) == ["Q129"]
    assert codes_of(numbers, people.assign(n_persons_lacking=11)) == ["Q129"]
    assert codes_of(numbers, people.assign(n_persons_valuing=13)) == ["Q129"]
    assert codes_of(numbers, people.assign(n_persons_valuing=7)) == ["Q129"]
    assert codes_of(numbers.assign(smallest_worthwhile=math.nan), people) == ["Q129"]


def test_no_interviews_at_all_is_silence_of_the_plan(effects, said):
    found = convergence(effects(coaching="positive"), said())
    assert found.rows[["voices", "proposal", "silent"]].values.tolist() == [["not_asked", "silent", "voices"]]
    assert [problem.code for problem in found.problems()] == ["Q136"]


@pytest.mark.parametrize("gap", ["no_codes", "no_interviews"])
def test_a_gap_in_the_voices_is_no_silence_of_people(gap, effects, said):
    people = said(coaching="not_shown").assign(gap=gap)
    assert convergence(effects(coaching="positive"), people).rows["voices"].tolist() == ["not_asked"]
    assert convergence(effects(coaching="positive"), people.assign(gap="hidden")).rows["voices"].tolist() == [
        "not_shown"
    ]


def test_only_interviews_or_nothing_at_all(effects, said):
    found = convergence(effects(coaching="positive").iloc[:0], said(coaching="helping"))
    assert found.rows[["numbers", "proposal"]].values.tolist() == [["absent", "silent"]]
    empty = convergence(effects(coaching="positive").iloc[:0], said())
    assert (len(empty.rows), empty.glance()["n_elements"][0]) == (0, 0)
    assert empty.summary()
