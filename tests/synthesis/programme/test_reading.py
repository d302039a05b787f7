"""programme.yaml: what it may say, and what is wrong with it in words."""

import json
from copy import deepcopy
from pathlib import Path

import pytest
import yaml

from lcresearch.errors import SynthesisError
from lcresearch.synthesis.programme import digest_of, example_programme, new_programme, read_programme
from lcresearch.synthesis.programme.schema import json_schema

TEMPLATE = Path(__file__).parents[3] / "src/lcresearch/synthesis/programme/template"


@pytest.fixture
def content() -> dict:
    return yaml.safe_load(
        (TEMPLATE / "programme.yaml").read_text(encoding="utf-8").replace("2026-03-01", "'2026-03-01'")
    )


@pytest.fixture
def read(tmp_path, content):
    def reading(**changes):
        (tmp_path / "programme.yaml").write_text(
            yaml.safe_dump(content | changes, sort_keys=False, allow_unicode=True), encoding="utf-8"
        )
        return read_programme(tmp_path)

    return reading


INTERACTION = {"model": "growth", "element": "shared_purpose", "covariate": "firm_size"}


def one_element_without_confounder(content) -> None:
    content["models"]["growth"]["covariates"] = []
    content["estimands"][0]["adjustment"] = "declared_confounders"


def codes_of(refused) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def test_a_new_programme_can_be_read_and_is_not_overwritten(tmp_path):
    folder = new_programme(tmp_path / "ours")
    assert digest_of(read_programme(folder)) == digest_of(example_programme())
    with pytest.raises(SynthesisError) as refused:
        new_programme(folder)
    assert codes_of(refused) == ["Y143"]


def test_editors_get_the_schema_that_the_reader_uses(content):
    shipped = json.loads((TEMPLATE / "programme.schema.json").read_text(encoding="utf-8"))
    assert shipped == json_schema(), "run python -m lcresearch.synthesis.programme.schema"


def test_the_digest_is_of_what_is_declared_and_not_of_its_layout(read, content):
    assert digest_of(read()) == digest_of(example_programme())
    content["estimands"][0]["smallest_worthwhile"] = 0.2
    assert digest_of(read()) != digest_of(example_programme())


def test_all_problems_are_named_together_with_their_lines(read, content):
    content["elements"]["shared_purpose"]["confounders"] = ["firmsize"]
    content["models"]["growth"]["outcome"] = "capacity"
    del content["sectors"]["water"]["en"]
    with pytest.raises(SynthesisError) as refused:
        read()
    assert sorted(codes_of(refused)) == ["Y133", "Y142", "Y142"]
    assert all(problem.where.line for problem in refused.value.problems)
    assert "firm_size" in str(refused.value)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda c: c.update(declared="2026-13-40"), "Y134"),
        (lambda c: c["covariates"].update(shared_purpose=deepcopy(c["covariates"]["firm_size"])), "Y135"),
        (lambda c: c["elements"].update(time=deepcopy(c["elements"]["shared_purpose"])), "Y135"),
        (lambda c: c["elements"]["shared_purpose"].update(minimum=5), "Y136"),
        (lambda c: c["covariates"]["firm_size"]["levels"].pop("small"), "Y137"),
        (lambda c: c["instruments"][0].update(versions=["0.1.0", "0.2.0"]), "Y138"),
        (lambda c: c["models"]["growth"].update(waves=["t1"]), "Y139"),
        (lambda c: c["models"]["growth"].update(rows="waves", first_wave=True), "Y140"),
        (one_element_without_confounder, "Y141"),
        (lambda c: c["estimands"][0].update(smallest_worthwhile=0), "G044"),
        (lambda c: c["disclosure"].update(minimum_cell=5), "G044"),
        (lambda c: c.update(sector="energy"), "G040"),
        (lambda c: c.update(interactions=[INTERACTION]), "Y142"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_its_code(read, content, change, code):
    change(content)
    with pytest.raises(SynthesisError) as refused:
        read()
    assert code in codes_of(refused)


def test_versions_go_together_with_a_bridge(read, content):
    content["instruments"][0] |= {"versions": ["0.1.0", "0.2.0"], "bridge": "equal loadings in a pilot of 300 persons"}
    assert read().instruments[0].versions == ("0.1.0", "0.2.0")


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "a: &a [1]\nb: *a\n", "schema: 1\n" * 3, "{" * 500])
def test_hostile_or_empty_files_are_refused_in_words(tmp_path, text):
    (tmp_path / "programme.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(SynthesisError):
        read_programme(tmp_path)
