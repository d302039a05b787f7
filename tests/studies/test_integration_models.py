"""The thinking model and principles of the demo study are whole, and become pages. They are invented."""

from pathlib import Path

from lcresearch.integration.plan.model import IntegrationFile
from lcresearch.output_folder import INTEGRATION
from lcresearch.shipped import folder as shipped_folder
from lcresearch.studies.integration_models import check_models, models_of, save_models

DEMO = shipped_folder("analyses") / "programme-demo"
PLAN = IntegrationFile.model_validate({"logic_model": "logic_model.yaml", "principles": "design_principles.yaml"})


def test_the_demo_becomes_pages_without_results(tmp_path):
    plan = PLAN.model_copy(update={"principles": None})
    model, principles = models_of(plan, DEMO)
    assert principles is None
    paths = save_models(model, principles, tmp_path, languages=["nl", "en"])
    assert paths[0].name == "logic_model.html"
    assert all(any(path.match(pattern) for pattern in INTEGRATION.files) for path in paths)


def test_principles_of_the_demo_point_at_arrows_of_its_model():
    model, principles = models_of(PLAN, DEMO)
    assert {"Q230"} == {problem.code for problem in principles.problems} - {"Q233"}
    assert set(model.gaps()["gap"]) == {"not studied"}
    assert principles.gaps()["state"].isin(["no principle", "only proposed", "only contested"]).all()


def test_a_judgement_that_departs_from_the_rules_is_told_in_words():
    _, principles = models_of(PLAN, DEMO)
    told = next(problem for problem in principles.problems if problem.code == "Q233")
    assert "'Maak een online ontmoetingsplek' betwist; volgens de regels is het voorgesteld" in told.message("nl")


def test_problems_of_both_files_come_together(tmp_path):
    (tmp_path / "logic_model.yaml").write_text("id: a\n", encoding="utf-8")
    codes = {problem.code for problem in check_models(PLAN, tmp_path)}
    assert {"G041", "G001"} <= codes
    assert check_models(PLAN, DEMO) == []


def test_what_the_plan_does_not_name_is_not_there():
    assert models_of(IntegrationFile.model_validate({}), Path("nowhere")) == (None, None)
