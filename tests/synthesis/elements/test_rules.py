"""Rules of verdicts and certainty: those that are shipped, own ones, and files that nobody should trust."""

from importlib import resources

import pytest

from lcresearch.errors import SynthesisError
from lcresearch.synthesis.elements import certainty_rules, judge_elements, verdict_rules

READERS = {"verdict_rules.yaml": verdict_rules, "certainty_rules.yaml": certainty_rules}


def shipped(name):
    return resources.files("lcresearch.synthesis.elements").joinpath(name).read_text(encoding="utf-8")


@pytest.fixture(params=sorted(READERS))
def kind(request):
    return request.param


def codes_of(kind, path, text):
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SynthesisError) as caught:
        READERS[kind](path)
    assert all(problem.where.file == path.name for problem in caught.value.problems)
    return [problem.code for problem in caught.value.problems]


def test_defaults_are_those_of_the_programme():
    rules = verdict_rules()
    assert (rules.interval_level, rules.generic.probability) == (0.95, 0.80)
    assert (rules.sector_specific.significance, rules.conditional.significance) == (0.05, 0.05)
    assert rules.few_consortia.in_a_sector == 3
    assert rules.order == ("few_consortia", "sector_specific", "conditional", "generic", "no_worthwhile_effect")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_rule_stands_in_words_with_its_numbers(kind, language):
    rules = READERS[kind]()
    words = rules.in_words(language)
    assert list(words) == list(rules.rules())
    assert all(text and "{" not in text for text in words.values())


def test_words_follow_the_numbers(tmp_path):
    path = tmp_path / "own.yaml"
    path.write_text(shipped("verdict_rules.yaml").replace("probability: 0.80", "probability: 0.95"), encoding="utf-8")
    assert "at least 95%" in verdict_rules(path).in_words("en")["generic"]


def test_own_thresholds_decide(tmp_path, element):
    own = tmp_path / "own.yaml"
    own.write_text(shipped("verdict_rules.yaml").replace("probability: 0.80", "probability: 0.95"), encoding="utf-8")
    evidence = element(tau=0.15)
    assert judge_elements([evidence]).table["verdict"].tolist() == ["generic"]
    assert judge_elements([evidence], own).table["verdict"].tolist() == ["not enough evidence"]


def test_a_rule_of_certainty_may_be_left_out(tmp_path, element):
    own = tmp_path / "own.yaml"
    text = shipped("certainty_rules.yaml")
    own.write_text(text[: text.index("exploratory:")], encoding="utf-8")
    evidence = element(planned=False, stopped_included=None)
    assert judge_elements([evidence]).table["certainty"].tolist() == ["very low"]
    assert judge_elements([evidence], certainty_by=own).table["certainty"].tolist() == ["moderate"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("probability: 0.80", "probability: 80", "G044"),
        ("probability: 0.80", "probability: high", "G043"),
        ("probability: 0.80", "probablity: 0.80", "G040"),
        ("order: [few_consortia,", "order: [few_consortium,", "G042"),
        ("in_all: 3\n", "in_all: 3.5\n", "G043"),
        ("in_all: 3\n", "in_all: 0\n", "G044"),
        ('version: "1.0.0"', "version: one", "G047"),
        ("{probability:.0%}", "{chance:.0%}", "Y112"),
        ("{probability:.0%}", "{probability:>999999999}", "Y112"),
        ("{probability:.0%}", "{probability.__class__}", "Y112"),
    ],
)
def test_a_wrong_file_is_refused_with_its_line(tmp_path, old, new, code):
    text = shipped("verdict_rules.yaml")
    assert old in text
    found = codes_of("verdict_rules.yaml", tmp_path / "own.yaml", text.replace(old, new))
    assert code in found


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "G024"),
        ("[1, 2]", "G045"),
        ("a: &a [x]\nb: *a", "G026"),
        ("version: !!python/object:os.system 1", "G025"),
        ("[" * 30, "G027"),
        ("x" * (1024 * 1024 + 1), "G021"),
    ],
)
def test_hostile_files_are_refused(tmp_path, kind, text, code):
    assert code in codes_of(kind, tmp_path / "own.yaml", text)


def test_a_file_that_is_not_there(tmp_path, kind):
    with pytest.raises(SynthesisError, match="G001"):
        READERS[kind](tmp_path / "none.yaml")


def test_a_missing_language_is_refused(tmp_path, kind):
    text = "\n".join(line for line in shipped(kind).splitlines() if not line.startswith("    nl:"))
    assert set(codes_of(kind, tmp_path / "own.yaml", text)) == {"G041"}
