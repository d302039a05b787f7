"""Rules of convergence: every branch of those that are shipped, own ones, and files that nobody should trust."""

from importlib import resources
from itertools import product

import pytest

from lcresearch.errors import IntegrationError
from lcresearch.integration.converging import convergence, convergence_rules
from lcresearch.integration.converging.rules import NUMBERS_STATES, VOICES_STATES

SHIPPED = (
    resources.files("lcresearch.integration.converging").joinpath("convergence_rules.yaml").read_text(encoding="utf-8")
)
SILENT_VOICES = {"few", "nobody", "not_asked"}
SIDES = ("helping", "missed", "valued", "hindering", "divided", "undirected")
LETTERS = {"=": "convergent", "+": "complementary", "x": "divergent", "h": "not shown"}
EXPECTED = {  # by hand: a row a state of the numbers, a letter a state of the voices
    "positive": "===x++",
    "negative": "xxx=++",
    "none": "x+hx++",
    "mixed": "++++=+",
    "not_positive": "x+h+++",
    "not_negative": "+++x++",
    "unclear": "++++++",
}


def expected(numbers, voices):
    if voices == "not_shown":
        return "not shown"
    if voices in SILENT_VOICES or numbers == "absent":
        return "silent"
    if voices == "side_not_shown":
        return "not shown"
    return LETTERS[EXPECTED[numbers][SIDES.index(voices)]]


def row_of(evidence, voices, language="en", **options):
    return convergence(evidence, voices, **options).frame(language).iloc[0]


@pytest.fixture
def all_pairs(effects, said):
    """Every state of the numbers with every state of the voices: an element each."""

    def made(language="en", **options):
        pairs = list(product(NUMBERS_STATES, VOICES_STATES))
        names = [f"{numbers}__{voices}" for numbers, voices in pairs]
        evidence = effects(**dict(zip(names, (pair[0] for pair in pairs), strict=True)), **options)
        people = said(**dict(zip(names, (pair[1] for pair in pairs), strict=True)))
        table = convergence(evidence, people).frame(language).set_index("element")
        return table, dict(zip(names, pairs, strict=True))

    return made


def test_every_pair_of_states_has_the_outcome_of_the_protocol(all_pairs):
    table, pairs = all_pairs()
    for name, (numbers, voices) in pairs.items():
        row = table.loc[name]
        assert (row["numbers"], row["voices"]) == (numbers, voices)
        assert row["proposal"] == row["verdict"] == expected(numbers, voices), name
        sides = (numbers == "absent", voices in SILENT_VOICES)
        side = {(True, True): "both", (True, False): "numbers", (False, True): "voices", (False, False): ""}[sides]
        assert row["silent"] == (side if row["proposal"] == "silent" else ""), name


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_rule_can_come_up_and_gives_a_reason_without_gaps(language, all_pairs):
    found = {}
    for certainty, pred in (("moderate", (-0.3, 0.3)), ("very low", (0.0, 0.5)), ("high", (0.0, 0.0))):
        table, _ = all_pairs(language, certainty=certainty, pred=pred)
        found |= dict(zip(table["rule"], table["reason"], strict=True))
    assert set(found) == {rule.name for rule in convergence_rules().rules}
    assert all(reason and not set("{}") & set(reason) and "–" not in reason for reason in found.values())


def test_a_reason_holds_the_numbers_as_its_reader_writes_them(effects, said):
    evidence, voices = effects(coaching="positive"), said(coaching="hindering")
    assert row_of(evidence, voices, "nl")["reason"] == (
        "Het effect is positief (0,30 sd), maar 83% van wie een kant kiest zegt dat het in de weg zit. "
        "1 persoon zegt dat het helpt, 1 mist het, 10 vinden dat het in de weg zit."
    )


def test_people_who_miss_what_works_agree_with_the_numbers(effects, said):
    row = row_of(effects(time="positive"), said(time="missed"), "nl")
    assert (row["voices"], row["proposal"], row["rule"]) == ("missed", "convergent", "effect_and_missed")
    assert row["reason"] == (
        "Mensen missen het, en waar er meer van is, gaat het beter (0,30 sd). "
        "2 personen zeggen dat het helpt, 9 missen het, 2 vinden dat het in de weg zit."
    )


def test_who_says_that_it_helps_and_misses_it_counts_once_for_it(effects, said):
    both = said(time="helping").assign(n_persons_helping=6, n_persons_lacking=6, n_persons_valuing=6)
    assert row_of(effects(time="positive"), both.assign(n_persons_hindering=6))["voices"] == "divided"


def test_missing_prevails_when_twice_as_many_miss_it(effects, said):
    people = said(time="missed").assign(n_persons_valuing=12, n_persons_hindering=0)
    at = people.assign(n_persons_helping=4, n_persons_lacking=8)
    below = people.assign(n_persons_helping=5, n_persons_lacking=8)
    assert [row_of(effects(time="none"), one)["proposal"] for one in (at, below)] == ["complementary", "divergent"]


@pytest.mark.parametrize(
    ("numbers", "voices"), [("positive", "helping"), ("positive", "missed"), ("negative", "hindering")]
)
def test_agreement_with_weak_numbers_or_elsewhere_the_opposite_is_partial(numbers, voices, effects, said):
    people = said(coaching=voices)
    weak = row_of(effects(coaching=numbers, certainty="very low"), people)
    elsewhere = row_of(effects(coaching=numbers, pred=(-0.4, 0.4)), people)
    same = row_of(effects(coaching=numbers, pred=(-0.05, 0.05)), people)
    assert [row["proposal"] for row in (weak, elsewhere, same)] == ["complementary", "complementary", "convergent"]
    assert weak["rule"].endswith("with_weak_numbers")
    assert elsewhere["rule"].endswith("not_everywhere")


def test_a_contradiction_is_not_hidden_by_weak_numbers(effects, said):
    evidence = effects(coaching="positive", certainty="very low", pred=(-0.5, 1.0))
    assert row_of(evidence, said(coaching="hindering"))["proposal"] == "divergent"


def test_own_thresholds_decide(tmp_path, effects, said):
    own = tmp_path / "own.yaml"
    own.write_text(SHIPPED.replace("persons: 5", "persons: 4"), encoding="utf-8")
    evidence, people = effects(coaching="positive"), said(coaching="few")
    assert row_of(evidence, people)["proposal"] == "silent"
    assert row_of(evidence, people, rules=own)["proposal"] == "convergent"


def problems_of(tmp_path, text):
    path = tmp_path / "own.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(IntegrationError) as caught:
        convergence_rules(path)
    assert all(problem.where.file == "own.yaml" for problem in caught.value.problems)
    assert str(caught.value)
    return caught.value.problems


def test_the_first_rule_that_holds_wins_and_one_behind_it_is_named(tmp_path):
    catch_all = "  - {name: all, proposal: complementary, reason: {nl: 'x', en: 'x'}}\n"
    head, tail = SHIPPED.split("rules:\n  - name: not_shown", 1)
    problems = problems_of(tmp_path, head + "rules:\n" + catch_all + "  - name: not_shown" + tail)
    assert {problem.code for problem in problems} == {"Q122"}
    assert len(problems) == len(convergence_rules().rules)


@pytest.mark.parametrize(
    ("old", "new", "code", "part"),
    [
        ("  - name: both_hinder\n", "  - name: both_help\n", "Q134", "both_help"),
        ("    silent: both\n", "", "Q123", "both_silent"),
        ("certainty: [very low]", "certainty: [tiny]", "G042", "tiny"),
        ("{share_hindering:.0%} of those who take", "{persoons} of those who take", "Y112", "persoons"),
        ("numbers (effect {estimate:.2f} sd).", "numbers ({share_valuing:.0%}).", "Y112", "share_valuing"),
        ("share: 0.666", "share: 0.4", "G044", "share"),
        ("share: 0.666", "share: .inf", "G043", "share"),
        ("persons: 5", "persons: 0", "G044", "persons"),
        ("persons: 5", "people: 5", "G041", "persons"),
        ('version: "1.0.0"', "version: 1", "G043", "version"),
        ('version: "1.0.0"', 'version: &a "1.0.0"', "G026", ""),
        ('version: "1.0.0"', "version: !!python/object:os.system x", "G025", ""),
        ("proposal: convergent", "proposal: agreed", "G042", "agreed"),
    ],
)
def test_a_wrong_part_is_named_with_its_line(tmp_path, old, new, code, part):
    assert old in SHIPPED
    text = SHIPPED.replace(old, new, 1)
    problems = [problem for problem in problems_of(tmp_path, text) if problem.code == code]
    line = SHIPPED[: SHIPPED.index(old)].count("\n") + 1
    assert problems
    assert part in problems[0].message("en")
    assert abs(problems[0].where.line - line) <= 12


def test_pairs_without_a_rule_are_listed(tmp_path):
    text = SHIPPED.replace("    numbers: [mixed]\n    voices: [divided]", "    numbers: [mixed]\n    voices: [helping]")
    (problem,) = problems_of(tmp_path, text)
    assert problem.code == "Q121"
    assert "mixed + divided" in problem.message("nl")


@pytest.mark.parametrize(
    "text",
    ["", "[]", "just text", "a: &x [*x]", "rules: {rules: {rules: 1}}", "- " * 40, "\x00", "rules: 3\nversion: 2"],
)
def test_a_file_that_is_something_else_is_refused(tmp_path, text):
    assert problems_of(tmp_path, text)


def test_a_file_that_is_not_there_and_one_that_is_too_large(tmp_path):
    with pytest.raises(IntegrationError, match="G001"):
        convergence_rules(tmp_path / "none.yaml")
    assert problems_of(tmp_path, "#" * 1_100_000)[0].code == "G021"
