"""Principles get their status from evidence that is looked up. All principles and evidence here are invented."""

import json
from importlib import resources

import pandas as pd
import pytest

from lcresearch.errors import IntegrationError
from lcresearch.integration import design_principles, logic_model, new_principles, read_principles
from lcresearch.integration.design_principles.rules import principle_rules
from lcresearch.integration.design_principles.schema import json_schema
from lcresearch.integration.logic_models.model import LogicModelFile

HEAD = """
schema: 1
id: invented
title: {en: Invented}
languages: en
principles:
  roster:
    title: {en: Roster}
    occasions: shortage
    goals: [collective_capacity, embedding]
    context: {en: Work comes first.}
    intervention: {en: Put an afternoon in the roster.}
    mechanism: {en: People look back.}
    outcome: {en: The group learns more.}
"""
NOTHING = "    against: {none_found: {en: Looked in all interviews.}}\n"


def written(tmp_path, evidence="", against=NOTHING, more=""):
    path = tmp_path / "design_principles.yaml"
    listed = f"    evidence: [{evidence}]\n" if evidence else ""
    path.write_text(HEAD + listed + against + more, encoding="utf-8")
    return path


def status(path, **results):
    return design_principles(path, **results).tidy().iloc[0]


def numbers(estimate, certainty):
    model = LogicModelFile.model_validate({
        "id": "m", "title": {"en": "M"},
        "constructs": {
            "time": {"kind": "element", "title": {"en": "Time"}},
            "learning": {"kind": "outcome", "title": {"en": "L"}},
        },
        "arrows": [{"id": "main", "from": "time", "to": "learning"}],
    })  # fmt: skip
    study = {"arrow": "main", "study": "A", "estimate": estimate, "std_error": 0.1, "measure": "SMD"}
    return logic_model(model, manual=[study | ({"certainty": certainty} if certainty else {})])


QUOTES = pd.DataFrame({"pointer": ["q1", "q2", "q3"], "quote": "We talk.", "described": "a technician"})
TERMS = pd.DataFrame({"term": ["time*trust"], "analysis": ["capacity"], "consistency": [0.9]})


@pytest.mark.parametrize(
    ("estimate", "certainty", "evidence", "expected"),
    [
        (0.6, "moderate", "{arrow: main}", "supported"),
        (0.6, "low", "{arrow: main}", "proposed"),
        (0.6, "low", "{arrow: main}, {quote: q1}", "supported"),
        (0.6, "low", "{arrow: main}, {term: trust*TIME}", "supported"),
        (0.6, "very low", "{arrow: main}, {quote: q1}", "proposed"),
        (0.05, "high", "{arrow: main}", "proposed"),  # no clear answer
        (-0.6, "low", "{arrow: main}", "contested"),
        (-0.6, None, "{arrow: main}", "contested"),  # nobody judged the certainty
        (-0.6, "very low", "{arrow: main}", "proposed"),
        (0.6, "high", "{arrow: main}, {term: time*trust, says: against}", "contested"),
        (0.6, "high", "{arrow: main}, {quote: q1, says: against}", "supported"),
    ],
)
def test_status_follows_from_the_evidence(tmp_path, estimate, certainty, evidence, expected):
    path = written(tmp_path, evidence)
    found = status(path, logic_model=numbers(estimate, certainty), quotes=QUOTES, terms=TERMS)
    assert found["status"] == expected


def test_three_quotes_against_contest(tmp_path):
    against = "    against: {found: [{quote: q1}, {quote: q2}, {quote: q3}]}\n"
    found = status(written(tmp_path, against=against), quotes=QUOTES)
    assert (found["status"], found["reason"], found["n_against"]) == ("contested", "contested.quotes", 3)


def test_an_arrow_and_a_verdict_on_the_same_numbers_count_once(tmp_path):
    table = pd.DataFrame({
        "element": ["time"], "outcome": ["learning"], "n_consortia": [9], "estimate": [0.3], "std_error": [0.05],
        "conf_low": [0.2], "conf_high": [0.4], "smallest_worthwhile": [0.1], "verdict": ["generic"],
        "direction": ["positive"], "certainty": ["moderate"], "planned": [True],
    })  # fmt: skip
    model = logic_model(numbers(0.6, None).model, syntheses=table)
    path = written(tmp_path, "{arrow: main}, {element: time, outcome: learning}")
    found = status(path, logic_model=model, elements=table)
    assert (found["n_for"], found["status"]) == (1, "supported")


def test_what_was_not_handed_over_is_named_and_does_not_count(tmp_path):
    result = design_principles(written(tmp_path, "{arrow: main}"))
    assert result.tidy()[["status", "n_not_looked_up"]].to_numpy().tolist() == [["proposed", 1]]
    assert [one.code for one in result.problems] == ["Q230"]


@pytest.mark.parametrize("evidence", ["{arrow: mian}", "{quote: q9}", "{term: trust}", "{element: tme}"])
def test_evidence_that_is_not_there_is_refused(tmp_path, evidence):
    elements = pd.DataFrame({"element": ["time"], "outcome": ["learning"]})
    with pytest.raises(IntegrationError, match="Q228"):
        design_principles(
            written(tmp_path, evidence), logic_model=numbers(0.6, None), quotes=QUOTES, terms=TERMS, elements=elements
        )


@pytest.mark.parametrize(
    ("against", "evidence", "more", "code"),
    [
        ("", "", "", "G041"),
        ("    against: {}\n", "", "", "Q229"),
        ("    against: {found: [{quote: q1}], none_found: {en: Everywhere.}}\n", "", "", "Q229"),
        (NOTHING, "{note: {en: Nothing.}}", "", "Q232"),
        (NOTHING, "{arrow: a, quote: b}", "", "Q232"),
        (NOTHING, "", "    judgement: {status: supported, by: A, date: soon, sentence: {en: Yes.}}\n", "Q231"),
        (NOTHING, "", "    judgement: {status: fine, by: A, date: '2026-01-01', sentence: {en: Yes.}}\n", "G042"),
    ],
)
def test_bad_files_are_named(tmp_path, against, evidence, more, code):
    with pytest.raises(IntegrationError) as caught:
        read_principles(written(tmp_path, evidence, against, more))
    assert code in {one.code for one in caught.value.problems}


def test_an_occasion_that_is_not_known_comes_with_the_nearest_and_may_be_added(tmp_path):
    path = written(tmp_path)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("occasions: shortage", "occasions: shortag"), encoding="utf-8")
    with pytest.raises(IntegrationError) as caught:
        read_principles(path)
    assert caught.value.problems[0].values["nearest"] == "shortage"
    added = text.replace("languages: en", "languages: en\noccasions: {flood: {en: A flood}}")
    path.write_text(added.replace("occasions: shortage", "occasions: [shortage, flood]"), encoding="utf-8")
    assert len(design_principles(path).principles_for(occasion="flood").tidy()) == 1


def test_principles_for_an_occasion_and_goal_and_the_gaps(tmp_path):
    found = design_principles(written(tmp_path, "{arrow: main}"), logic_model=numbers(0.6, "high"))
    assert found.principles_for(occasion="shortage", goal="embedding").gaps().empty
    nothing = found.principles_for(occasion="transition")
    assert nothing.tidy().empty
    assert set(nothing.gaps()["state"]) == {"no principle"}
    assert len(nothing.gaps()) == 8
    assert str(nothing)
    with pytest.raises(IntegrationError, match="Q227"):
        found.principles_for(goal="world peace")


def test_the_author_overrides_the_rules_with_name_and_date(tmp_path):
    more = "    judgement: {status: supported, by: An Author, date: '2026-03-01', sentence: {en: We saw it.}}\n"
    found = design_principles(written(tmp_path, more=more))
    row = found.tidy().iloc[0]
    assert (row["status"], row["verdict"], row["judged_by"]) == ("proposed", "supported", "An Author")
    assert [one.code for one in found.problems] == ["Q233"]


def test_listed_as_against_what_speaks_for_it_is_noted(tmp_path):
    path = written(tmp_path, against="    against: {found: [{arrow: main}]}\n")
    found = design_principles(path, logic_model=numbers(0.6, "high"))
    assert [one.code for one in found.problems] == ["Q234"]


def test_a_principle_reads_as_a_sentence(tmp_path):
    assert design_principles(written(tmp_path)).text_in("en").tolist() == [
        "In this situation: work comes first. Do this: put an afternoon in the roster. Then this happens: people look "
        "back. And that leads to this: the group learns more."
    ]


def test_a_file_to_start_from(tmp_path):
    path = new_principles(tmp_path)
    assert design_principles(path).content.simulated
    with pytest.raises(IntegrationError, match="Q220"):
        new_principles(tmp_path)


def test_the_schema_for_editors_is_that_of_the_model():
    stored = resources.files("lcresearch.integration.design_principles") / "shipped" / "design_principles.schema.json"
    assert json.loads(stored.read_text(encoding="utf-8")) == json_schema()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_rules_are_told_in_words(language):
    words = principle_rules().in_words(language)
    assert list(words) == ["contested", "supported", "proposed"]
    assert "{" not in "".join(words.values())
