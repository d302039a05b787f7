"""What studies offer by name, and what is refused before anything is written."""

import pandas as pd
import pytest

from lcresearch import instruments, shipped, studies
from lcresearch.errors import IntegrationError, InterviewError, LcresearchError, StudyError
from lcresearch.integration.plan.model import IntegrationFile
from lcresearch.studies import integration_facts


def test_goals_are_the_same_in_both_languages_and_each_is_of_an_instrument():
    dutch, english = studies.goals("nl"), studies.goals("en")
    pd.testing.assert_series_equal(dutch["goal"], english["goal"])
    assert set(dutch["instrument"]) <= set(instruments.catalogue()["id"])
    with pytest.raises(ValueError, match="language is one of"):
        studies.goals("fr")


def test_each_template_is_a_folder_that_loads_and_another_name_is_refused(tmp_path):
    names = studies.templates()
    assert len(names) == len(set(names))
    for name in names:
        assert (shipped.folder("analyses") / name / "README.md").is_file()
    with pytest.raises(StudyError):
        studies.new("unit-climat", tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_demonstration_does_not_go_where_something_is(tmp_path):
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(StudyError) as refused:
        studies.demo(tmp_path)
    assert refused.value.problems[0].code == "S012"
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_claims_and_interviews_that_are_not_there_are_named(tmp_path):
    with pytest.raises(IntegrationError) as refused:
        studies.check_claims(tmp_path)
    assert refused.value.problems[0].code == "G001"
    with pytest.raises(InterviewError) as refused:
        studies.coders_to_compare(tmp_path / "talks")
    assert refused.value.problems[0].code == "G001"


def test_nothing_is_written_where_there_are_no_interviews(tmp_path):
    with pytest.raises(LcresearchError):
        studies.deidentify_interviews(tmp_path / "talks", tmp_path / "clean.lccoding")
    for nothing in (tmp_path, tmp_path / "talks", tmp_path / "talks.qdpx"):
        with pytest.raises(InterviewError):
            studies.open_interviews(nothing)
    assert list(tmp_path.iterdir()) == []


def test_a_synthesis_of_packages_that_are_not_there_writes_nothing(tmp_path):
    plan = tmp_path / "programme.yaml"
    with pytest.raises(LcresearchError):
        studies.synthesize_to([tmp_path / "a.zip"], plan, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_study_without_a_form_has_none(tmp_path):
    with pytest.raises(StudyError) as refused:
        studies.form_of_study(studies.load(shipped.folder("analyses") / "unit-climate"))
    assert refused.value.problems[0].code == "S130"


def test_facts_of_a_plan_of_which_nothing_was_done_have_no_numbers():
    facts = integration_facts(IntegrationFile())
    assert not facts.verdicts
    assert not facts.n_judgements
    assert not facts.comparisons
