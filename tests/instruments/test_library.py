"""The instruments that are shipped: each file, its examples, its languages and its language."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from lcresearch import instruments
from lcresearch.errors import InstrumentError
from lcresearch.instruments import readability
from lcresearch.instruments.library import library_files, overview
from lcresearch.instruments.plain_language import read_in_dutch
from lcresearch.instruments.schema import schema_text
from lcresearch.instruments.word_frequency import zipf
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
    if not shipped.scales:
        return
    assert len(shipped.examples) >= 3
    for scale in shipped.scales:
        expected = [example.scores[scale] for example in shipped.examples if scale in example.scores]
        assert None in expected
        assert len(set(expected)) >= 3
    given = {(name, value) for example in shipped.examples for name, value in example.answers.items()}
    for item in shipped.items:
        answers = shipped.response_scale_of(item.id)
        if item.reversed and answers is not None:
            middle = (answers.minimum + answers.maximum) / 2
            assert any(name == item.id and value not in (None, middle) for name, value in given), item.id
    if any(item.short_form for item in shipped.items):
        assert any(example.short_form for example in shipped.examples)


def test_an_answer_such_as_do_not_know_is_in_an_example(shipped):
    scored = {item for scale in shipped.scales.values() for item in scale.items}
    missing = {item: answers.missing for item in scored if (answers := shipped.response_scale_of(item)) is not None}
    if any(missing.values()):
        examples = [example.answers for example in shipped.examples]
        assert any(value in missing.get(item, ()) for answers in examples for item, value in answers.items())


def mappings(part: Any, path: str = "") -> Iterator[tuple[str, dict[Any, Any]]]:
    """Every mapping in a file, with its place."""
    if isinstance(part, dict):
        yield path, part
    for key, member in part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ():
        yield from mappings(member, f"{path}.{key}")


@pytest.mark.parametrize("path", FILES.values(), ids=list(FILES))
def test_every_text_is_in_dutch_and_in_english(path: Path):
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert content["languages"] == ["nl", "en"]
    texts = [
        (at, part) for at, part in mappings(content) if {"nl", "en"} & set(part) and at != ".readability.known_words"
    ]
    assert [at for at, part in texts if set(part) != {"nl", "en"} or not all(map(str.strip, part.values()))] == []
    places = {at for at, _ in texts}
    items, scales = len(content["items"]), content.get("scales", {})
    assert places >= {f".items.{n}.text" for n in range(items)}
    assert places >= {f".scales.{name}.{key}" for name in scales for key in ("title", "low", "high")}
    assert places >= {".title", ".text", ".construct", ".source.relation"}
    for name, answers in content.get("response_scales", {}).items():
        assert places >= {f".response_scales.{name}.labels.{code}" for code in answers["labels"]}
        assert places >= {f".response_scales.{name}.missing.{code}" for code in answers.get("missing", ())}


def test_plain_language_holds_for_every_item(shipped):
    known = shipped.readability.known_words.get("nl", ())
    for item in shipped.items:
        for text in item.text.values():
            assert len(readability.words(text)) <= 15, text
    for _, text, _ in read_in_dutch(shipped):
        words = [word for word in readability.words(text) if word.casefold() not in known]
        assert [word for word in words if readability.syllables(word) > 4] == [], text
        assert [word for word in words if zipf(word) < 3] == [], text
    assert readability.figures(readability.dutch_questions(shipped).values()).flesch_douma >= 60


def test_sentences_of_instructions_and_help_are_short(shipped):
    form = shipped.form
    read = [form.instructions, *(block.text for block in form.blocks), *(item.help for item in shipped.items)]
    sentences = [part for texts in read if texts for text in texts.values() for part in readability.sentences(text)]
    assert sentences or not form.instructions
    assert [sentence for sentence in sentences if len(readability.words(sentence)) > 20] == []


def test_respondents_are_addressed_as_u_and_je_means_anyone(shipped):
    informal, formal = re.compile(r"\b(je|jij|jou|jouw|jullie)\b", re.I), re.compile(r"\b(u|uw|uzelf)\b", re.I)
    questions = [item.text["nl"] for item in shipped.items]
    others = [text for _, text, _ in read_in_dutch(shipped) if text not in questions]
    assert [text for text in others if informal.search(text)] == []
    assert [text for text in questions if informal.search(text) and formal.search(text)] == []
    assert [text for text in questions if informal.search(text) and text.endswith("?")] == []


def test_who_asks_about_the_learning_community_says_what_it_is(shipped):
    sentence = "Met de learning community bedoelen we de groep van bedrijven, scholen en onderzoekers waarin u meedoet."
    used = any("learning communit" in text for _, text, _ in read_in_dutch(shipped))
    instructions = shipped.form.instructions["nl"] if shipped.form.instructions else ""
    assert used == (sentence in instructions)


def test_known_words_are_few_and_each_is_used_and_needed(shipped):
    known = shipped.readability.known_words.get("nl", ())
    used = {word.casefold() for _, text, _ in read_in_dutch(shipped) for word in readability.words(text)}
    assert [word for word in known if word not in used] == []
    assert [word for word in known if readability.syllables(word) <= 4 and zipf(word) >= 3] == []
    assert len(known) <= 10


def test_referent_shift_items_name_the_group(shipped):
    words = {"team": ("ons team", "our team"), "organisation": ("ons bedrijf", "our company")}
    if shipped.composition != "referent_shift":
        return
    for item in shipped.items:
        for wanted, text in zip(words.get(shipped.level, ("", "")), item.text.values(), strict=True):
            assert wanted in text.lower(), item.id


def test_short_form_has_at_least_three_items_and_at_most_half(shipped):
    short = sum(item.short_form for item in shipped.items)
    assert short == 0 or 3 <= short <= (len(shipped.items) + 1) // 2


def test_shipped_instruments_can_be_used_together():
    loaded = [instruments.load(name) for name in FILES]
    columns = [column for one in loaded for item in one.items for column in {item.id, *one.columns_of(item.id)}]
    names = columns + [scale for one in loaded for scale in one.scales]
    assert sorted({name for name in names if names.count(name) > 1}) == []
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


def test_catalogue_has_figures_of_the_instrument_and_of_each_of_its_questions():
    table = instruments.catalogue().set_index("id")
    questions = instruments.catalogue("nl", by="item")
    assert len(questions) == table["items"].sum()
    of_culture = questions[questions["instrument"] == "learning-culture"].set_index("item")
    culture = table.loc["learning-culture"]
    assert culture["item_readability"] == of_culture["flesch_douma"].to_dict()
    assert culture["longest_item"] == of_culture["words"].max() == 14
    assert culture["rarest_zipf"] == of_culture["rarest_zipf"].min()
    assert culture["rarest_word"] in of_culture["rarest_word"].tolist()
    # a mean over words is the mean of the questions weighted by their words
    weighted = (of_culture["zipf"] * of_culture["words"]).sum() / of_culture["words"].sum()
    assert culture["zipf"] == pytest.approx(weighted, rel=1e-12)


def test_a_question_in_the_catalogue_by_hand():
    row = instruments.catalogue("nl", by="item").set_index("item").loc["li05"]
    assert row["text"] == instruments.load("learning-identity").item("li05").text["nl"]
    assert row[["instrument", "type", "response_scale"]].tolist() == ["learning-identity", "choice", "agree5"]
    found = readability.words(row["text"])
    assert row["words"] == len(found)
    assert row["letters_per_word"] == pytest.approx(sum(map(len, found)) / len(found))
    assert row["flesch_douma"] == pytest.approx(206.84 - 77 * row["syllables_per_word"] - 0.93 * len(found))


def test_catalogue_goes_by_instrument_or_item():
    with pytest.raises(InstrumentError, match="I056"):
        instruments.catalogue(by="question")


def test_overview_fits_a_terminal_of_100_columns():
    for language in ("nl", "en"):
        lines = overview(language).splitlines()
        assert len(lines) == len(FILES) + 1
        assert max(map(len, lines)) <= 100


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
