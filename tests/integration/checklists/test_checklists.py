"""Reporting checklists say what the study knows, leave the rest to the author, and never more than may be shown."""

import datetime
import re
from dataclasses import fields, replace

import docx
import pytest
import yaml

from lcresearch import integration
from lcresearch.errors import IntegrationError
from lcresearch.integration import checklist_form, read_checklists, reporting_checklist, reporting_checklists
from lcresearch.integration.checklists import (
    ComparisonFacts,
    InstrumentFacts,
    IntegrationFacts,
    InterviewFacts,
    ReliabilityFacts,
    StudyFacts,
    WaveFacts,
)
from lcresearch.integration.checklists.model import STATUSES, definitions
from lcresearch.integration.checklists.sentences import PLACES, SENTENCES, facts_in_words

START, LATER = ({"nl": nl, "en": en} for nl, en in (("bij de start", "at the start"), ("later", "later")))
CULTURE = {"nl": "Leercultuur", "en": "Learning culture"}
FACTS = StudyFacts(
    id="pilot",
    title={"nl": "Proef", "en": "Pilot"},
    date="2026-11-26",
    simulated=True,
    waves=(WaveFacts(START, 240, 300, 240), WaveFacts(LATER, 200)),
    levels={"consortium": 3, "community": 24},
    instruments=(InstrumentFacts("culture", CULTURE, "1.0.0", "0123456789abcdef", 9),),
    reliability=(ReliabilityFacts(CULTURE, START, 0.812, 0.83), ReliabilityFacts(CULTURE, LATER, 0.86)),
    analyses=("scores", "reliability"),
    left_out={"rows_without_consent": 12, "columns_with_personal_data": 2},
    missing_share=0.021,
    screened=True,
    screened_out=True,
    linked=True,
    consent=True,
    pseudonyms=True,
    retention_until="2031-12-31",
    minimum_cell=5,
    n_withheld=4,
    programme="plan",
    declared="2026-01-12",
    models=({"nl": "gemengd model", "en": "mixed model"},),
    sampling={"nl": "Iedereen is gevraagd.", "en": "Everybody was asked."},
    software={"lcresearch": "0.1.0"},
    interview_software={"spacy": "3.8"},
    interviews=InterviewFacts(
        n_interviews=40, n_persons=38, n_coders=2, n_passages=547, codebook="Codes", codebook_version="1.0.0",
        n_codes=44, themes=(CULTURE,), alpha=0.77, alpha_low=0.75, alpha_high=0.79, compared_by="sector", n_groups=3,
        topics=True, seed=0, n_codes_found=44.0, estimated_codes=46.2, n_after=2.0, n_quotes=3, deidentified=True,
        n_hidden_codes=4, n_hidden_cells=9,
    ),
    integration=IntegrationFacts(
        verdicts={"convergent": 3, "silent": 1}, rule_persons=3, rule_cases=2, n_judgements=2, n_judges=1,
        displays=("convergence",), n_gaps=5,
        comparisons=(ComparisonFacts({"nl": "Groei", "en": "Growth"}, 24, 4, 2, 0.8, 0.5, 40, 31),),
    ),
)  # fmt: skip
ANSWERS = """\
schema: 1
answers:
  coreq:
    "1": {text: {nl: Twee van ons., en: Two of us.}, by: An Invented, date: "2026-11-20", place: section 2.1}
    14: {not_applicable: Alles ging online., by: An Invented, date: "2026-11-20"}
    "24": {not_applicable: Nee., by: An Invented, date: "2026-11-20"}
"""
TODAY = datetime.date(2026, 11, 26)


@pytest.fixture
def answers(tmp_path):
    path = tmp_path / "checklists.yaml"
    path.write_text(ANSWERS, encoding="utf-8")
    return path


@pytest.mark.parametrize(("name", "n"), [("gramms", 6), ("coreq", 32), ("jars_quant", 22), ("jars_mixed", 17)])
def test_a_list_has_the_items_of_its_source_and_facts_that_exist(name, n):
    one = definitions()[name]
    assert [item.number for item in one.items] == [str(number) for number in range(1, n + 1)]
    for item in one.items:
        assert set(item.complete) <= set(item.filled_by) <= set(SENTENCES)
        assert set(item.topic) == {"nl", "en"}
        assert item.add is None or set(item.add) == {"nl", "en"}
        assert item.complete or not item.filled_by or item.add is not None


def test_every_fact_is_used_and_has_a_place():
    used = {fact for one in definitions().values() for item in one.items for fact in item.filled_by}
    assert used == set(SENTENCES) == set(PLACES)


WORDS = {
    "answered": "At the start: 240 people answered; later: 200 people answered.",
    "invited": "At the start: 300 people invited, of whom 240 answered.",
    "levels": "Participants belong to these groups: consortia (3), communities (24).",
    "instruments": "Learning culture (culture version 1.0.0, 9 items, hash 0123456789ab).",
    "reliability": "Learning culture: alpha 0.81 – 0.86, omega 0.83.",
    "left_out": "Left out for lack of consent: 12 rows; columns with personal data that were not read: 2.",
    "retention": "Answers are kept until 31 December 2031.",
    "declared": "Models and smallest differences that matter were declared in the plan plan of 12 January 2026.",
    "sampling": "Everybody was asked.",
    "repeated": "There are more interviews than people: some were interviewed more than once.",
    "coders": "2 coders; 547 coded passages.",
    "codebook": "Codebook: Codes 1.0.0, with 44 codes below 1 main themes.",
    "convergence": "Outcome by element: convergent (3), silent (1).",
    "judgements": "2 outcomes were judged by researchers (1 in all), with name, date and reason.",
    "comparison_robustness": "Growth: of 40 repetitions with other choices, 31 gave the same outcome.",
    "saturation": "44 codes occurred in the interviews. It is estimated that there would be 46 if everybody had been "
    "spoken to. After the stopping point 2 new codes came up.",
}


@pytest.mark.parametrize("fact", sorted(WORDS))
def test_a_fact_in_words(fact):
    assert facts_in_words(FACTS)[fact][0]["en"] == WORDS[fact]


def test_all_facts_are_told_in_both_languages_when_known_and_none_when_not():
    known = facts_in_words(FACTS)
    assert set(known) == set(SENTENCES)
    assert all(set(part) == {"nl", "en"} and all(part.values()) for both in known.values() for part in both)
    assert facts_in_words(StudyFacts("bare", {})) == {}


def test_status_follows_from_what_is_known():
    table = reporting_checklist("coreq", FACTS).table.set_index("number")
    assert table.loc["12", "status"] == "filled"
    assert table.loc["19", "status"] == "partly"
    assert table.loc["1", "status"] == "needs author"
    assert table.loc["1", "add_nl"] == "Schrijf hier zelf over."
    assert table.loc["12", "place_en"] == "the report, section on interviews"
    without = replace(FACTS, interviews=replace(FACTS.interviews, n_codes_found=None), sampling=None)
    table = reporting_checklist("coreq", without).table.set_index("number")
    assert table.loc[["10", "22"], "status"].tolist() == ["needs author", "needs author"]


def test_without_a_table_of_persons_nobody_is_said_to_be_interviewed_once():
    unknown = replace(FACTS, interviews=replace(FACTS.interviews, n_persons=40, persons_known=False))
    table = reporting_checklist("coreq", unknown).table.set_index("number")
    assert table.loc["18", "status"] == "needs author"
    assert table.loc["12", "text_en"] == "40 interviews."


def test_a_list_for_data_that_are_not_there_does_not_apply_and_says_why():
    survey = replace(FACTS, interviews=None, integration=None)
    assert list(reporting_checklists(survey)) == ["jars_quant"]
    found = reporting_checklist("gramms", survey)
    assert set(found.table["status"]) == {"not applicable"}
    assert all(text.startswith("Het onderzoek heeft geen interviews") for text in found.table["reason_nl"])
    assert found.table["text_en"].eq("").all()


def test_counts_are_numbers_and_no_percentage():
    for name, found in reporting_checklists(FACTS).items():
        glance = found.glance().iloc[0]
        assert sum(glance[f"n_{status.replace(' ', '_')}"] for status in STATUSES) == glance["n_items"], name
        assert "%" not in found.counts("nl") + found.counts("en")
    assert "geen percentage" in found.notes("nl")[0]


def test_what_authors_wrote_is_marked_and_takes_away_nothing(answers):
    found = reporting_checklist("coreq", FACTS, answers)
    table = found.table.set_index("number")
    assert table.loc[["1", "14", "24"], "status"].tolist() == ["filled", "not applicable", "filled"]
    words = found.frame("en").set_index("number")
    assert words.loc["1", "text"] == "Two of us. (An Invented, 20 November 2026)"
    assert words.loc["1", "place"] == "section 2.1"
    assert words.loc["14", "text"].startswith("Alles ging online.")
    assert words.loc["24", "text"].startswith("2 coders;")
    assert [problem.code for problem in found.problems] == ["Q265"]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("  gram: {'1': {text: a, by: b, date: '2026-11-20'}}", "Q260"),
        ("  gramms: {'7': {text: a, by: b, date: '2026-11-20'}}", "Q261"),
        ("  gramms: {'1': {text: a, date: '2026-11-20'}}", "Q262"),
        ("  gramms: {'1': {text: a, by: b, date: '2026-12-20'}}", "Q263"),
        ("  gramms: {'1': {text: a, not_applicable: c, by: b, date: '2026-11-20'}}", "Q264"),
        ("  gramms: {'1': {txt: a}}", "G040"),
        ("  gramms: [1]", "G043"),
    ],
)
def test_problems_of_a_file_name_the_line(tmp_path, line, code):
    path = tmp_path / "checklists.yaml"
    path.write_text(f"schema: 1\nanswers:\n{line}\n", encoding="utf-8")
    with pytest.raises(IntegrationError) as caught:
        read_checklists(path, today=TODAY)
    assert [(problem.code, problem.where.line) for problem in caught.value.problems] == [(code, 3)]


def test_all_problems_come_together(tmp_path):
    path = tmp_path / "checklists.yaml"
    path.write_text("answers:\n  gramms: {'9': {text: a}, '1': {text: b}}\n  no: {}\n", encoding="utf-8")
    with pytest.raises(IntegrationError) as caught:
        read_checklists(path)
    assert [problem.code for problem in caught.value.problems] == ["Q261", "Q262", "Q262", "Q260"]


def test_a_form_asks_what_is_open_and_reads_back(tmp_path):
    lists = list(reporting_checklists(FACTS).values())
    path = checklist_form(lists, tmp_path)
    assert path.name == "checklists.yaml"
    assert read_checklists(path) == {one.name: {} for one in lists}
    text = path.read_text(encoding="utf-8")
    empty = "      text: {nl: '', en: ''}\n      by: ''\n      date: ''"
    assert text.count(empty) == sum(len(one.open_items()) for one in lists)
    filled = text.replace(empty, "      text: {nl: Zo., en: ''}\n      by: Bo\n      date: '2026-11-26'", 1)
    path.write_text(filled, encoding="utf-8")
    found = reporting_checklist("gramms", FACTS, read_checklists(path, today=TODAY))
    assert found.table["status"].iloc[0] == "filled"
    with pytest.raises(IntegrationError) as caught:
        checklist_form(lists, tmp_path)
    assert caught.value.problems[0].code == "Q266"


def test_an_unknown_list_is_refused_with_the_nearest():
    with pytest.raises(IntegrationError, match="coreq") as caught:
        reporting_checklist("corq", FACTS)
    assert caught.value.problems[0].code == "Q260"


def test_facts_have_no_room_for_names_of_people_or_words_of_theirs():
    names = {field.name for part in (StudyFacts, InterviewFacts, IntegrationFacts) for field in fields(part)}
    assert not names & {"respondents", "coders", "judges", "quotes", "speakers", "documents", "persons"}


def test_the_word_file_holds_every_item(tmp_path):
    found = reporting_checklist("gramms", FACTS)
    path = found.to_docx(tmp_path / "gramms.docx", "nl")
    table = docx.Document(str(path)).tables[0]
    assert len(table.rows) == 7
    assert table.rows[1].cells[2].text == "deels"
    with pytest.raises(IntegrationError):
        found.to_docx(path)


def test_a_list_survives_json():
    found = reporting_checklist("jars_quant", FACTS)
    assert type(found).from_dict(found.to_dict()).table.equals(found.table)


@pytest.mark.parametrize(("name", "n"), [("gramms", 6), ("coreq", 32)])
def test_a_list_has_as_many_items_as_were_published_and_pyyaml_finds_those_that_are_open_in_the_form(name, n, tmp_path):
    """O'Cathain, Murphy & Nicholl (2008): GRAMMS, 6 items; Tong, Sainsbury & Craig (2007): COREQ, 32 items."""
    found = reporting_checklist(name, FACTS)
    assert found.glance().loc[0, "n_items"] == len(found.table) == n
    assert len(reporting_checklists(FACTS)[name].table) == n
    stored = yaml.safe_load(checklist_form(found, tmp_path).read_text(encoding="utf-8"))
    wanted = found.table.loc[found.table["status"].isin(["partly", "needs author"]), "number"]
    assert [str(number) for number in stored["answers"][name]] == wanted.tolist() != []
    answer = {"text": {"nl": "Zo.", "en": "So."}, "by": "Bo", "date": "2026-11-26"}
    own = tmp_path / "own.yaml"
    own.write_text(yaml.safe_dump(stored | {"answers": {name: {wanted.iloc[0]: answer}}}), encoding="utf-8")
    (read,) = read_checklists(own, today=TODAY)[name].items()
    assert (str(read[0]), read[1].by) == (wanted.iloc[0], "Bo")


def test_every_part_of_the_facts_of_a_study_has_the_public_address_of_the_whole():
    """Who fills a checklist by hand builds these: one package gives them all."""
    named = {part for one in (StudyFacts, IntegrationFacts) for field in fields(one)
             for part in re.findall(r"\w+Facts", str(field.type))}  # fmt: skip
    assert named
    assert named <= set(integration.__all__)
    assert named == {name for name in integration.__all__ if name.endswith("Facts")} - {"StudyFacts"}


@pytest.mark.parametrize(("language", "words"), [("nl", "niet getoond (2)"), ("en", "not shown (2)")])
def test_rows_that_may_not_be_shown_are_counted(language, words):
    facts = replace(FACTS, integration=replace(FACTS.integration, verdicts={"convergent": 3, "not shown": 2}))
    texts = integration.reporting_checklist("gramms", facts).table[f"text_{language}"]
    assert texts.str.contains(words, regex=False).any()


def test_a_verdict_that_is_none_is_named_with_the_nearest():
    with pytest.raises(IntegrationError) as refused:
        IntegrationFacts(verdicts={"silence": 2})
    (problem,) = refused.value.problems
    assert (problem.code, problem.values["nearest"]) == ("Q268", "silent")
