"""Questions and next steps: every scale of the library has them, in plain words, and a study may bring its own."""

import pytest

from lcresearch import instruments
from lcresearch.errors import StudyError
from lcresearch.instruments import readability
from lcresearch.instruments.library import library_files
from lcresearch.studies.next_steps import FINDINGS, filled, read_next_steps, shipped_next_steps

SCALES = [(name, scale) for name in library_files() for scale in instruments.load(name).scales]
KNOWN = ("brancheorganisatie", "leidinggevende")


def every_text(language):
    """All questions and steps of the file in a language."""
    steps = shipped_next_steps()
    parts = [steps.any_scale, *steps.scales.values()]
    advice = [one for part in parts for finding in FINDINGS if (one := getattr(part, finding)) is not None]
    return [getattr(one, key)[language] for one in (*steps.always, *advice) for key in ("question", "step")]


@pytest.mark.parametrize(("instrument", "scale"), SCALES, ids=[f"{name}-{scale}" for name, scale in SCALES])
def test_every_scale_of_the_library_has_a_text_for_every_finding(instrument, scale):
    steps = shipped_next_steps()
    for finding in FINDINGS:
        advice = steps.advice(scale, finding)
        assert advice is not None
        assert set(advice.question) == set(advice.step) == {"nl", "en"}
    assert steps.scales[scale].low is not None
    assert steps.scales[scale].high is not None


def test_no_text_is_about_a_scale_that_is_gone():
    assert set(shipped_next_steps().scales) <= {scale for _, scale in SCALES}


def test_what_is_said_to_rest_on_research_names_it():
    steps = shipped_next_steps()
    advice = [one for part in steps.scales.values() for name in FINDINGS if (one := getattr(part, name)) is not None]
    assert all(bool(one.sources) == (one.grade != "experience") for one in advice)
    used = {name for one in advice for name in one.sources}
    assert used == set(steps.sources)


def test_the_dutch_is_plain_and_formal():
    texts = [text.replace("{scale}", "leren") for text in every_text("nl")]
    sentences = [one for text in texts for one in readability.sentences(text)]
    assert max(len(readability.words(one)) for one in sentences) <= 18
    assert {word for one in sentences for word in readability.long_words(one, KNOWN)} == set()
    assert readability.figures(sentences).flesch_douma >= 85
    assert not any(word.lower() in ("je", "jij", "jouw", "jullie") for one in texts for word in readability.words(one))


def test_nobody_is_asked_who_answered_what():
    asked = [text for text in every_text("nl") if text.startswith(("Wie is", "Wie vindt", "Wie antwoord"))]
    assert asked == []


def test_the_file_of_a_study_goes_first(tmp_path):
    file = tmp_path / "next_steps.yaml"
    file.write_text(
        "scales:\n  voice:\n    low:\n      question: {nl: Wie luistert er hier?, en: Who listens here?}\n"
        "      step: {nl: Luister eens., en: Listen for once.}\n",
        encoding="utf-8",
    )
    steps = read_next_steps(file, over_shipped=True)
    assert steps.advice("voice", "low").step["en"] == "Listen for once."
    assert "{scale}" in steps.advice("voice", "high").question["nl"]
    assert steps.advice("team_learning", "low") == shipped_next_steps().advice("team_learning", "low")
    assert read_next_steps(file).advice("voice", "high") is None


def test_all_that_is_wrong_with_a_file_is_told_together(tmp_path):
    file = tmp_path / "next_steps.yaml"
    file.write_text(
        "scales:\n  voice:\n    low:\n      question: {nl: Wie luistert er hier?}\n"
        "      step: {nl: Luister eens., en: Listen for once.}\n      sources: [nobody]\n",
        encoding="utf-8",
    )
    with pytest.raises(StudyError) as refused:
        read_next_steps(file)
    assert [(one.code, one.where.line) for one in refused.value.problems] == [("S161", 4), ("S162", 6)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("scales: &a {x: *a}", "G026"),
        ("scales: [1, 2]", "G043"),
        (f"always: [{{question: {{nl: {'a' * 400}}}, step: {{nl: kort ding}}}}]", "G044"),
        ("scale: {}", "G040"),
    ],
)
def test_hostile_files_are_refused(tmp_path, text, code):
    file = tmp_path / "next_steps.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(StudyError) as refused:
        read_next_steps(file)
    assert code in {one.code for one in refused.value.problems}


def test_the_name_of_a_scale_is_never_read_as_a_template():
    assert filled({"nl": "Over {scale}."}, {"nl": "{0.__class__}"}) == {"nl": "Over {0.__class__}."}
