"""A declared model as rows: what each consortium computes."""

import pandas as pd
import pytest

from lcresearch.errors import SynthesisError
from lcresearch.synthesis.programme import example_programme, plan_of, rows_of


@pytest.fixture
def programme():
    return example_programme()


@pytest.fixture
def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "respondent": ["a", "b", "c", "a", "b", "d"],
            "wave": ["t0", "t0", "t0", "t1", "t1", "t1"],
            "consortium": "north",
            "community": ["x", "x", "y", "x", "x", "y"],
            "learning_culture": [3.0, 4.0, 2.0, 3.5, None, 5.0],
            "element_shared_purpose": [1, 1, 4, 1, 1, 4],
            "element_time_to_learn": [2, 2, 3, 2, 2, 3],
            "firm_size": ["small", "small", "large", "small", "small", "large"],
        }
    )


def of(programme, **changes):
    model = programme.models["growth"].model_copy(update=changes)
    return programme.model_copy(update={"models": {"growth": model}})


def test_change_is_the_last_less_the_first_wave_of_a_person(programme, frame):
    plan = plan_of(programme, "growth")
    rows = rows_of(plan, programme, frame).set_index("respondent")
    assert rows["change"].dropna().to_dict() == {"a": 0.5}
    assert rows["firm_size_small"].to_dict() == {"a": 1.0, "b": 1.0, "d": 0.0}


def test_all_waves_keep_persons_who_answered_once(programme, frame):
    changed = of(programme, rows="waves")
    plan = plan_of(changed, "growth")
    rows = rows_of(plan, changed, frame)
    assert rows["time"].tolist() == [0, 0, 0, 1, 1, 1]
    assert plan.effects == {"shared_purpose": "time:shared_purpose", "time_to_learn": "time:time_to_learn"}
    assert plan.persons == "respondent"
    assert plan.person_columns == ("time", "score")


def test_the_first_score_can_be_a_covariate(programme, frame):
    changed = of(programme, rows="last_wave", first_wave=False)
    assert rows_of(plan_of(changed, "growth"), changed, frame)["score"].tolist()[0] == 3.5
    changed = of(programme, first_wave=True)
    rows = rows_of(plan_of(changed, "growth"), changed, frame).set_index("respondent")
    assert rows["first_score"].dropna().to_dict() == {"a": 3.0, "b": 4.0}


def test_effects_are_for_the_declared_unit(programme, frame):
    element = programme.elements["shared_purpose"].model_copy(update={"unit": 2.0})
    changed = programme.model_copy(update={"elements": programme.elements | {"shared_purpose": element}})
    assert rows_of(plan_of(changed, "growth"), changed, frame)["shared_purpose"].tolist() == [0.5, 0.5, 2.0]


def test_columns_values_and_persons_that_do_not_fit_are_named(programme, frame):
    plan = plan_of(programme, "growth")
    with pytest.raises(SynthesisError, match="firm_size") as refused:
        rows_of(plan, programme, frame.drop(columns="firm_size"))
    assert refused.value.problems[0].code == "Y130"
    wrong = frame.assign(element_shared_purpose=[7, 7, 4, 7, 7, 4], firm_size="huge")
    with pytest.raises(SynthesisError) as refused:
        rows_of(plan, programme, wrong)
    assert [problem.code for problem in refused.value.problems] == ["Y131", "Y131"]
    with pytest.raises(SynthesisError) as refused:
        rows_of(plan, programme, pd.concat([frame, frame.iloc[:1]]))
    assert refused.value.problems[0].code == "Y132"
