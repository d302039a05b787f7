"""Files of logic models: problems with their lines, and the model that is shipped. All models here are invented."""

import pytest
from tests.integration.logic_models.conftest import MODEL

from lcresearch.errors import IntegrationError
from lcresearch.integration import logic_model, new_logic_model, read_logic_model, thinking_model
from lcresearch.integration.logic_models.schema import json_schema
from lcresearch.synthesis import meta_analysis


def problems_of(text, tmp_path):
    path = tmp_path / "logic_model.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(IntegrationError) as caught:
        read_logic_model(path)
    return caught.value.problems


def test_all_problems_of_a_file_come_together_with_their_lines(tmp_path):
    wrong = (
        MODEL
        + """  - {from: coachin, to: learning}
  - {from: coaching, to: trust}
  - {from: learning, to: trust}
  - {from: time, to: time}
  - {from: time, to: trust, tested_by: [{}]}
"""
    )
    found = problems_of(wrong, tmp_path)
    assert sorted(one.code for one in found) == ["Q210", "Q211", "Q212", "Q213", "Q216"]
    unknown = next(one for one in found if one.code == "Q210")
    assert unknown.values["nearest"] == "coaching"
    assert unknown.where.line == 15
    assert next(one for one in found if one.code == "Q211").values["circle"] == "learning -> trust -> learning"


def test_a_circle_may_be_marked(tmp_path):
    path = tmp_path / "logic_model.yaml"
    path.write_text(MODEL + "  - {from: learning, to: time, feedback: true}\n", encoding="utf-8")
    assert len(read_logic_model(path).arrows) == 5


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "G024"),
        ("- a\n", "G045"),
        (MODEL.split("arrows:")[0] + "arrows: []\n", "G044"),
        (MODEL.replace("scales: trust_score", "scales: [learning]"), "Q215"),
        (MODEL.replace("{nl: Tijd, en: Time}", "{nl: Tijd}"), "Q214"),
        (MODEL + "  - {from: &a time, to: *a}\n", "G026"),
        (MODEL.replace("kind: condition", "kind: magic"), "G042"),
        (MODEL.replace("  time:", "  '<script>':"), "G047"),
    ],
)
def test_bad_files_are_named(tmp_path, text, code):
    assert code in {one.code for one in problems_of(text, tmp_path)}


def test_a_result_that_is_not_there_is_refused_or_noted(tmp_path):
    path = tmp_path / "logic_model.yaml"
    path.write_text(MODEL.replace("to: trust}", "to: trust, tested_by: [{result: growth, term: x}]}"), encoding="utf-8")
    with pytest.raises(IntegrationError) as caught:
        logic_model(path, fits={"grow": meta_analysis([0.1, 0.2], [0.1, 0.1])})
    assert caught.value.problems[0].values["nearest"] == "grow"
    noted = logic_model(path, missing="note")
    assert any("growth" in text for text in noted.cautions())
    with pytest.raises(IntegrationError, match="Q219"):
        logic_model(path, fits={"growth": meta_analysis([0.1, 0.2], [0.1, 0.1])})


def test_the_thinking_model_is_whole_and_can_be_started_from(tmp_path):
    path = new_logic_model(tmp_path / "new")
    assert read_logic_model(path) == thinking_model()
    assert logic_model(path).problems == ()
    with pytest.raises(IntegrationError, match="Q220"):
        new_logic_model(tmp_path / "new")


def test_codes_and_scales_of_the_thinking_model_exist():
    from lcresearch import instruments, interviews

    shipped = interviews.read_codebook("learning-communities")
    scales = {name.strip() for cell in instruments.catalogue()["scales"] for name in cell.split(",")}
    known = set(instruments.catalogue()["id"])
    for construct in thinking_model().constructs.values():
        assert set(construct.codes) <= {code.key for code in shipped}
        assert set(construct.scales) <= scales
        assert construct.instrument in {None, *known}


def test_the_schema_for_editors_is_that_of_the_model():
    import json
    from importlib import resources

    stored = resources.files("lcresearch.integration.logic_models") / "shipped" / "logic_model.schema.json"
    assert json.loads(stored.read_text(encoding="utf-8")) == json_schema()
