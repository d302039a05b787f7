"""The instruments that are shipped: each file, its examples, its languages and its language."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from lcresearch import instruments
from lcresearch.errors import InstrumentError
from lcresearch.instruments import readability
from lcresearch.instruments.library import library_files
from lcresearch.instruments.schema import schema_text
from lcresearch.shipped import folder

FILES = library_files()


@pytest.fixture(params=FILES)
def shipped(request) -> instruments.Instrument:
    return instruments.load(request.param)


def test_the_five_instruments_of_the_foundation_are_there():
    levels = instruments.catalogue().set_index("id")["level"].to_dict()
    assert levels == levels | {
        "learning-identity": "individual",
        "self-directed-learning": "individual",
        "learning-culture": "organisation",
        "team-learning": "team",
        "psychological-safety": "team",
    }


@pytest.mark.parametrize("path", FILES.values(), ids=list(FILES))
def test_a_shipped_file_has_no_problem_not_even_a_warning(path: Path):
    assert [str(problem) for problem in instruments.check(path)] == []


def test_examples_cover_missing_answers_reversal_and_the_short_form(shipped):
    assert len(shipped.examples) >= 3
    for scale in shipped.scales:
        expected = [example.scores[scale] for example in shipped.examples]
        assert None in expected
        assert len(set(expected)) >= 3
    reversed_items = {item.id for item in shipped.items if item.reversed}
    answered = {
        name for example in shipped.examples for name, value in example.answers.items() if value not in (None, 3)
    }
    assert reversed_items <= answered
    assert any(example.short_form for example in shipped.examples)
    assert any(9 in example.answers.values() for example in shipped.examples)


def test_dutch_and_english_are_complete(shipped):
    assert shipped.languages == ("nl", "en")
    for item in shipped.items:
        assert set(item.text) == {"nl", "en"}


def test_plain_language_holds_for_every_item(shipped):
    for item in shipped.items:
        for text in item.text.values():
            assert len(readability.words(text)) <= 15, text
        assert readability.long_words(item.text["nl"]) == []
    assert readability.flesch_douma_of(shipped) >= 60


def test_referent_shift_items_name_the_group(shipped):
    words = {"team": ("ons team", "our team"), "organisation": ("ons bedrijf", "our company")}
    for item in shipped.items:
        for wanted, text in zip(words.get(shipped.level, ("", "")), item.text.values(), strict=True):
            assert wanted in text.lower(), item.id


def test_short_form_has_three_or_four_items(shipped):
    assert 3 <= sum(item.short_form for item in shipped.items) <= 4


def test_shipped_instruments_can_be_used_together():
    loaded = [instruments.load(name) for name in FILES]
    names = [item.id for one in loaded for item in one.items] + [scale for one in loaded for scale in one.scales]
    assert len(names) == len(set(names))
    assert len({one.hash for one in loaded}) == len(loaded)


def test_our_reader_finds_in_shipped_files_what_pyyaml_finds():
    from lcresearch.yaml_lines import read_yaml

    for path in FILES.values():
        assert read_yaml(path).content == yaml.safe_load(path.read_text(encoding="utf-8"))


def test_schema_for_editors_is_up_to_date():
    assert (folder("instruments") / "schema.json").read_text(encoding="utf-8") == schema_text()


def test_files_point_editors_to_the_schema():
    for path in FILES.values():
        first = path.read_text(encoding="utf-8").splitlines()[0]
        assert first == "# yaml-language-server: $schema=schema.json"


def test_schema_knows_every_key_that_shipped_files_use():
    schema = json.loads(schema_text())
    for path in FILES.values():
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert set(content) <= set(schema["properties"])
        assert set(schema["required"]) <= set(content)


def test_readme_lists_every_instrument():
    text = (folder("instruments") / "README.md").read_text(encoding="utf-8")
    for name in FILES:
        assert f"| `{name}` |" in text


def test_catalogue_has_a_title_in_the_language_asked_for():
    table = instruments.catalogue("nl").set_index("id")
    assert table.loc["learning-culture", "title"] == "Leercultuur"
    assert table.loc["learning-culture", "items"] == 9
    assert table.loc["learning-culture", "languages"] == "nl, en"
    assert (table["status"] == "provisional").all()


def test_unknown_instrument_names_the_nearest():
    with pytest.raises(InstrumentError) as raised:
        instruments.load("learning-cultures")
    (problem,) = raised.value.problems
    assert problem.code == "I001"
    assert "'learning-culture'" in problem.message("en")


def test_a_path_must_end_in_yaml(write):
    path = write()
    assert instruments.load(path).id == "voice"
    with pytest.raises(InstrumentError, match="I001"):
        instruments.load(path.with_suffix(""))


def test_a_missing_file_and_a_wrong_file_are_refused(write):
    with pytest.raises(InstrumentError, match="G001"):
        instruments.load("nowhere.yaml")
    with pytest.raises(InstrumentError) as raised:
        instruments.load(write({"level: team": "level: crew", "reversed": "reverse"}))
    assert [problem.code for problem in raised.value.problems] == ["G042", "G040"]
