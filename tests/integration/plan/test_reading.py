"""integration.yaml: what it may say, and what is wrong with it in words."""

import json
import shutil
from pathlib import Path

import pytest
import yaml

from lcresearch import interviews, shipped, studies
from lcresearch.errors import IntegrationError
from lcresearch.integration.plan import example_plan, new_plan, read_plan
from lcresearch.integration.plan.schema import json_schema
from lcresearch.synthesis.programme import example_programme, read_programme

TEMPLATE = Path(__file__).parents[3] / "src/lcresearch/integration/plan/template"


@pytest.fixture
def content() -> dict:
    return yaml.safe_load((TEMPLATE / "integration.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def read(tmp_path, content):
    def reading(**asked):
        text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True)
        (tmp_path / "integration.yaml").write_text(text, encoding="utf-8")
        return read_plan(tmp_path, **asked)

    return reading


@pytest.fixture(scope="module")
def codebook():
    return interviews.read_codebook("learning-communities")


def codes_of(refused) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def test_a_new_plan_can_be_read_and_is_not_overwritten(tmp_path):
    folder = new_plan(tmp_path / "ours")
    assert read_plan(folder) == example_plan()
    with pytest.raises(IntegrationError) as refused:
        new_plan(folder)
    assert codes_of(refused) == ["Q162"]


def test_the_new_plan_fits_the_new_programme_and_the_shipped_codebook(read, codebook):
    columns = ["element_shared_purpose", "element_time_to_learn", "learning_culture_change"]
    plan = read(programme=example_programme(), codebook=codebook, columns=columns)
    assert plan.elements["time_to_learn"].lacks == ("barrier_time_and_people",)


def test_editors_get_the_schema_that_the_reader_uses():
    shipped = json.loads((TEMPLATE / "integration.schema.json").read_text(encoding="utf-8"))
    assert shipped == json_schema(), "run python -m lcresearch.integration.plan.schema"


def test_one_code_may_stand_for_a_block_of_keys(read, content):
    content["elements"]["shared_purpose"] = "shared_purpose"
    assert read().elements["shared_purpose"].helps == ("shared_purpose",)


def test_all_problems_are_named_together_with_their_lines_and_the_nearest_names(read, content, codebook):
    content["elements"]["shared_purpos"] = content["elements"].pop("shared_purpose")
    content["elements"]["time_to_learn"]["helps"] = "time_to_lern"
    content["qca"]["collective_capacity"]["conditions"]["time_to_learn"]["column"] = "element_time_to_lear"
    content["value"] = "../value.yaml"
    with pytest.raises(IntegrationError) as refused:
        read(
            programme=example_programme(),
            codebook=codebook,
            columns=["element_time_to_learn", "learning_culture_change"],
        )
    assert sorted(codes_of(refused)) == ["Q151", "Q152", "Q154", "Q154", "Q160"]
    assert all(problem.where.line for problem in refused.value.problems)
    for name in ("'shared_purpose'", "'time_to_learn'", "'element_time_to_learn'"):
        assert name in str(refused.value)


def change_anchors(content, **anchors):
    content["qca"]["collective_capacity"]["outcome"]["calibration"].update(anchors)


def change_condition(content, **keys):
    content["qca"]["collective_capacity"]["conditions"]["time_to_learn"].update(keys)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda c: c["elements"]["time_to_learn"].update(helps="barrier_time_and_people"), "Q153"),
        (lambda c: c["qca"]["collective_capacity"]["outcome"]["calibration"].pop("inclusion"), "Q155"),
        (lambda c: change_anchors(c, method="qualitative"), "Q155"),
        (lambda c: change_anchors(c, crossover=0.5), "Q156"),
        (lambda c: change_anchors(c, method="crisp", thresholds=[0.5, 0.2]), "Q156"),
        (lambda c: c["qca"]["collective_capacity"]["outcome"]["calibration"].pop("why"), "Q157"),
        (lambda c: c["qca"]["collective_capacity"].update(conjunctural=["shared_purpose*~time"]), "Q158"),
        (lambda c: c["qca"]["collective_capacity"].update(conjunctural=["shared_purpose*shared_purpose"]), "Q158"),
        (lambda c: c["qca"]["collective_capacity"].update(conjunctural=["shared_purpose+"]), "Q158"),
        (lambda c: change_condition(c, column="element_shared_purpose"), "Q159"),
        (lambda c: c.update(judgements="C:/judgements.yaml"), "Q160"),
        (lambda c: c.update(value="value.yaml"), "G001"),
        (lambda c: c["qca"]["collective_capacity"]["title"].pop("en"), "Q161"),
        (lambda c: c["elements"]["time_to_learn"].update(advice={"en": "Agree on an hour."}), "Q161"),
        (lambda c: c.update(elements=[]), "G043"),
        (lambda c: c.update(case="person"), "G042"),
        (lambda c: c.update(convergance="rules.yaml"), "G040"),
        (lambda c: change_anchors(c, exclusion="a"), "G044"),
    ],
)
def test_what_cannot_be_compared_is_refused(read, content, change, code):
    change(content)
    with pytest.raises(IntegrationError) as refused:
        read()
    assert codes_of(refused) == [code]


@pytest.mark.parametrize(
    "text",
    ["", "[]", "a: &x [1]\nb: *x\n", "!!python/object/apply:os.system [ls]", "\x00", "elements: {a: {helps: [" * 30],
)
def test_hostile_files_are_refused_in_words(tmp_path, text):
    (tmp_path / "integration.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(IntegrationError):
        read_plan(tmp_path)


def test_nobody_misses_a_barrier(read, content):
    element = content["elements"]["time_to_learn"]
    programme = example_programme()
    barrier = programme.elements["time_to_learn"].model_copy(update={"barrier": True})
    programme = programme.model_copy(update={"elements": {**programme.elements, "time_to_learn": barrier}})
    with pytest.raises(IntegrationError) as refused:
        read(programme=programme)
    assert codes_of(refused) == ["Q179"]
    element["hinders"] = element.pop("lacks")
    assert read(programme=programme)


def test_a_plan_that_is_not_there(tmp_path):
    with pytest.raises(IntegrationError) as refused:
        read_plan(tmp_path)
    assert codes_of(refused) == ["G001"]


def test_judgements_may_still_have_to_be_made(read, content):
    content["judgements"] = "judgements.yaml"
    assert read().judgements == "judgements.yaml"


def test_the_example_gives_no_advice_in_the_name_of_whoever_starts_from_it():
    assert not any(element.advice for element in example_plan().elements.values())


def test_a_new_plan_has_the_elements_of_the_programme_that_the_study_names(tmp_path):
    programme = shipped.folder("analyses") / "programme-demo" / "programme.yaml"
    (tmp_path / "plans").mkdir()
    shutil.copy(programme, tmp_path / "plans" / "ours.yaml")
    # the study names the file that is still to be made, so that it cannot be read as a whole
    lines = "schema: 1\nid: ours\nprogramme: plans/ours.yaml\nintegration: integration.yaml\n"
    (tmp_path / "study.yaml").write_text(lines, encoding="utf-8")
    studies.new("integration", tmp_path)
    plan = read_plan(tmp_path, programme=read_programme(programme))
    named = yaml.safe_load(programme.read_text(encoding="utf-8"))["elements"]
    assert list(plan.elements) == list(named)
    assert not any(one.all for one in plan.elements.values())
    assert not plan.qca  # an example, of other elements
    text = (tmp_path / "integration.yaml").read_text(encoding="utf-8")
    example = "\n".join(line[2:] if line.startswith("# ") else line for line in text.split("# qca:")[1].splitlines())
    marks_off = text.split("elements:")[0] + "qca:" + example.split("Files that go with it")[0]
    assert yaml.safe_load(marks_off)["qca"].keys() == example_plan().qca.keys()


def test_a_programme_outside_the_folder_is_not_followed(tmp_path):
    inside = tmp_path / "study"
    inside.mkdir()
    shutil.copy(shipped.folder("analyses") / "programme-demo" / "programme.yaml", tmp_path / "programme.yaml")
    (inside / "study.yaml").write_text("programme: ../programme.yaml\n", encoding="utf-8")
    assert read_plan(studies.new("integration", inside)) == example_plan()
