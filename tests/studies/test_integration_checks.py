"""`lcresearch check` looks at integration.yaml too, and integration says what it lacks before anything is written."""

import re

import pytest

from lcresearch import studies
from lcresearch.errors import IntegrationError, StudyError
from lcresearch.studies.integration import notes_of, packages_of
from lcresearch.studies.integration_material import integration_material


@pytest.fixture
def folder(tmp_path):
    return studies.new("programme-demo", tmp_path / "study")


def change(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert re.search(old, text)
    path.write_text(re.sub(old, new, text, count=1), encoding="utf-8")


def test_the_demonstration_has_no_problems_and_brings_its_schema(folder):
    assert studies.load(folder).check() == []
    assert (folder / "integration.schema.json").is_file()


def test_check_names_codes_elements_and_columns_with_their_lines(folder):
    plan = folder / "integration.yaml"
    change(plan, "helps: community_leadership", "helps: community_leader")
    change(plan, "  facilitation:\n    helps", "  facilitator:\n    helps")
    found = studies.load(folder).check()
    assert sorted(problem.code for problem in found) == ["Q151", "Q152"]
    assert all(problem.where.line for problem in found)
    change(plan, "helps: community_leader", "helps: community_leadership")
    change(plan, "  facilitator:\n    helps", "  facilitation:\n    helps")
    change(plan, "column: team_learning_change", "column: team_learning_chang")
    assert [problem.code for problem in studies.load(folder).check()] == ["Q154"]
    with pytest.raises(IntegrationError, match="team_learning_change"):
        studies.load(folder).integrate()


def test_a_study_without_a_plan_or_packages_is_told_so(folder):
    with pytest.raises(StudyError, match="S128"):
        packages_of(None, folder)
    change(folder / "study.yaml", "integration: integration.yaml.*\n", "")
    assert studies.load(folder).check() == []
    with pytest.raises(StudyError, match="S126"):
        studies.load(folder).integrate()
    assert not (folder / "integration").exists()


def test_communities_that_share_a_name_are_not_put_together(folder):
    change(folder / "data" / "responses.csv", "consortium 02,community 009", "consortium 02,community 001")
    found = integration_material(studies.load(folder).material())
    with pytest.raises(StudyError, match="S127"):
        found.matrix.glance()


def test_a_community_without_interviews_is_a_gap_in_its_row_and_nothing_is_filled_in(folder):
    matrix = integration_material(studies.load(folder).material()).matrix
    gaps = matrix.gaps[matrix.gaps["reason"] == "no_interviews"]
    assert gaps["case"].nunique() == 86
    code = next(name for name in matrix.frame if name.startswith("code_"))
    assert matrix.frame[code].notna().sum() == 10


def test_rules_for_advice_of_ones_own_are_checked_before_anything_runs(folder):
    words = "words: {nl: Doe dit., en: Do this.}"
    rules = f"version: 1.0.0\nstrongest: {{high: do}}\nrules:\n  - name: always\n    strength: do\n    {words}\n"
    (folder / "advice_rules.yaml").write_text(rules, encoding="utf-8")
    change(folder / "integration.yaml", "case: community", "case: community\nadvice_rules: advice_rules.yaml")
    assert [problem.code for problem in studies.load(folder).check()] == ["Q164"]


def test_judgements_and_costs_are_checked_before_anything_runs_once_they_are_there(folder):
    change(
        folder / "integration.yaml", "case: community", "case: community\njudgements: judged.yaml\nvalue: value.yaml"
    )
    (folder / "value.yaml").write_text("schema: 1\n", encoding="utf-8")
    found = studies.load(folder).check()
    assert {problem.where.file for problem in found} == {"value.yaml"}
    (folder / "judged.yaml").write_text("rubbish: [", encoding="utf-8")
    assert {problem.where.file for problem in studies.load(folder).check()} == {"judged.yaml", "value.yaml"}


def test_checklists_and_judgements_that_are_not_there_are_told(folder):
    change(folder / "integration.yaml", "case: community", "case: community\njudgements: judged.yaml")
    found = integration_material(studies.load(folder).material())
    (folder / "out" / "private").mkdir(parents=True)
    (folder / "out" / "private" / "judgements.xlsx").write_bytes(b"")
    checklists, judgements = notes_of(found, folder / "out")
    assert "facts.json" in checklists
    assert "judged.yaml" in judgements
    (folder / "results").mkdir()
    (folder / "results" / "facts.json").write_text("{}", encoding="utf-8")
    (folder / "judged.yaml").write_text("judgements: []", encoding="utf-8")
    assert notes_of(found, folder / "out") == []
