"""Judgements: kept with name, date and reason; above the proposal; on earlier evidence; in conflict."""

import datetime

import openpyxl
import pandas as pd
import pytest
import yaml

from lcresearch.errors import IntegrationError
from lcresearch.integration.converging import (
    convergence,
    convergence_rules,
    judge,
    judgement_form,
    read_judgements,
    write_judgements,
)
from lcresearch.integration.listening.result import Voices

TODAY = datetime.date(2026, 11, 26)


@pytest.fixture
def tables(effects, said):
    return effects(coaching="positive", time="none"), said(coaching="hindering", time="helping")


def judged(tables, *, element="coaching", judgement="complementary", by="A. de Boer", date="2026-11-20", **options):
    because = options.pop("because", "They speak of the first month only.")
    found = convergence(*tables)
    return judge(found, element, judgement, by=by, because=because, date=date, today=TODAY, **options)


def row_of(tables, judgements, element="coaching"):
    return convergence(*tables, judgements=judgements).rows.set_index("element").loc[element]


def codes_of(call, *arguments, **options):
    with pytest.raises(IntegrationError) as caught:
        call(*arguments, **options)
    assert str(caught.value)
    return [problem.code for problem in caught.value.problems]


def test_a_judgement_overrides_the_proposal_and_says_whose_it_is(tables):
    row = row_of(tables, [judged(tables)])
    assert (row["proposal"], row["judgement"], row["verdict"]) == ("divergent", "complementary", "complementary")
    assert (row["judged_by"], row["judged_on"], row["judgement_state"]) == ("A. de Boer", "2026-11-20", "current")


def test_judgements_go_to_a_file_and_back(tables, tmp_path):
    both = [judged(tables), judged(tables, element="time", by="Zoë 'Z' # één", because='=1+1: "x"\nline')]
    path = write_judgements(both, tmp_path / "judgements.yaml")
    again = read_judgements(path, today=TODAY)
    assert [one.by for one in again] == [one.by for one in both]
    assert again[0] == both[0]
    assert again[1].because == '=1+1: "x" line'
    assert convergence(*tables, judgements=path, today=TODAY).rows["verdict"].tolist() == ["complementary"] * 2


def test_a_file_without_judgements(tmp_path):
    assert read_judgements(write_judgements([], tmp_path / "judgements.yaml")) == ()


@pytest.mark.parametrize("change", [{"estimate": 0.25}, {"verdict": "conditional"}, {"certainty": "low"}])
def test_a_judgement_on_earlier_evidence_stays_and_is_marked(tables, change):
    given = judged(tables)
    evidence, people = tables
    found = convergence(evidence.assign(**change), people, judgements=[given])
    row = found.rows.set_index("element").loc["coaching"]
    assert (row["verdict"], row["judgement_state"]) == ("complementary", "earlier evidence")
    assert [problem.code for problem in found.problems()] == ["Q130"]
    (told,) = found.judgements("en")["changes"]
    assert "→" in told


def test_more_persons_are_other_evidence_and_a_third_decimal_is_not(tables):
    given = judged(tables)
    evidence, people = tables
    assert row_of((evidence, people.assign(n_persons=13)), [given])["judgement_state"] == "earlier evidence"
    assert row_of((evidence.assign(conf_high=0.402), people), [given])["judgement_state"] == "current"


def test_two_researchers_who_differ_are_both_shown_until_it_is_settled(tables):
    one, other = judged(tables), judged(tables, judgement="divergent", by="B. Yilmaz", date="2026-11-21")
    found = convergence(*tables, judgements=[one, other])
    row = found.rows.iloc[0]
    assert (row["judgement"], row["judgement_state"], row["verdict"]) == ("", "conflict", "divergent")
    assert row["judged_by"] == "A. de Boer; B. Yilmaz"
    assert found.judgements()["state"].tolist() == ["conflict", "conflict"]
    assert [problem.code for problem in found.problems()] == ["Q131"]
    assert "A. de Boer; B. Yilmaz differ" in found.explain("coaching", "en")
    settled = judged(tables, judgement="divergent", by="A. de Boer", date="2026-11-22", settles=True)
    found = convergence(*tables, judgements=[settled, one, other])
    assert found.rows["judgement"].iloc[0] == "divergent"
    assert found.judgements()["state"].tolist() == ["settled", "settled", "current"]


def test_a_conflict_is_a_disagreement_though_the_proposal_agrees(effects, said):
    tables = effects(coaching="positive"), said(coaching="helping")
    given = [judged(tables, judgement=name, by=name) for name in ("silent", "divergent")]
    found = convergence(*tables, judgements=given)
    assert found.rows["verdict"].tolist() == ["convergent"]
    assert found.disagreements()["element"].tolist() == ["coaching"]


def test_researchers_who_agree_are_named_together(tables):
    found = row_of(tables, [judged(tables), judged(tables, by="B. Yilmaz")])
    assert (found["judged_by"], found["judgement_state"]) == ("A. de Boer; B. Yilmaz", "current")


def test_a_later_judgement_of_one_researcher_replaces_the_earlier(tables):
    later = judged(tables, judgement="divergent", date="2026-11-25", by="a. de boer")
    found = convergence(*tables, judgements=[later, judged(tables)])
    assert found.rows["judgement"].iloc[0] == "divergent"
    assert found.judgements()["state"].tolist() == ["replaced", "current"]


@pytest.mark.parametrize("hidden", ["not_shown", "side_not_shown"])
def test_nothing_is_told_of_a_judgement_where_voices_may_not_be_shown(tables, effects, said, hidden):
    given = judged(tables)
    found = convergence(effects(coaching="positive"), said(coaching=hidden), judgements=[given])
    row = found.rows.iloc[0]
    assert (row["judgement"], row["judged_because"], row["verdict"]) == ("", "", "not shown")
    assert found.judgements().empty
    assert codes_of(judge, found, "coaching", "silent", by="A", because="x", today=TODAY) == ["Q133"]


def test_what_cannot_be_judged_is_said_at_once(tables):
    found = convergence(*tables)
    wrong = codes_of(judge, found, "coachin", "agreed", by=" ", because="", date="2026-02-30", today=TODAY)
    assert wrong == ["Q128", "Q126", "Q126", "Q127", "Q124"]
    assert codes_of(judge, found, "coaching", "silent", by="A", because="x", date="2026-11-27", today=TODAY) == ["Q127"]
    assert codes_of(judge, found, "coaching", "silent", by="A", because="x", outcome="joy", today=TODAY) == ["Q124"]


def test_an_element_with_two_outcomes_needs_one_named(effects, said):
    both = pd.concat([effects(coaching="positive"), effects(coaching="none").assign(outcome="trust")])
    tables = both, said(coaching="helping")
    with pytest.raises(IntegrationError, match="outcome"):
        judged(tables)
    given = judged(tables, outcome="trust")
    found = convergence(*tables, judgements=[given]).rows.set_index("outcome")
    assert found["judgement"].to_dict() == {"trust": "complementary", "learning": ""}


def test_a_judgement_of_an_element_that_is_gone_is_an_error(tables, effects, said):
    given = judged(tables)
    other = effects(time="none"), said(time="helping")
    assert codes_of(convergence, *other, judgements=[given]) == ["Q124"]


def written(tmp_path, **changes):
    entry = {
        "element": "coaching",
        "judgement": "silent",
        "by": "A",
        "date": "2026-11-20",
        "because": "b",
        "evidence": {},
    }
    path = tmp_path / "judgements.yaml"
    path.write_text(yaml.safe_dump({"schema": 1, "judgements": [entry | changes]}), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"by": ""}, ["Q126"]),
        ({"by": None, "because": " ", "date": None}, ["Q126", "Q126", "Q126"]),
        ({"judgement": ""}, ["Q126"]),
        ({"date": "20-11-2026"}, ["Q127"]),
        ({"date": "2026-13-01"}, ["Q127"]),
        ({"date": "2099-01-01"}, ["Q127"]),
        ({"judgement": "agreed"}, ["Q128"]),
        ({"evidence": [1]}, ["G043"]),
        ({"who": "A"}, ["G040"]),
        ({"by": ["A"]}, ["G043"]),
    ],
)
def test_a_wrong_entry_is_named_with_its_line(tmp_path, changes, codes):
    path = written(tmp_path, **changes)
    with pytest.raises(IntegrationError) as caught:
        read_judgements(path, today=TODAY)
    assert [problem.code for problem in caught.value.problems] == codes
    assert all(problem.where.line and problem.where.file == path.name for problem in caught.value.problems)


@pytest.mark.parametrize(
    "text", ["", "[]", "x", "judgements: &a [*a]", "judgements: {a: 1}", "schema: 2\njudgements: []"]
)
def test_a_file_that_is_something_else_is_refused(tmp_path, text):
    path = tmp_path / "judgements.yaml"
    path.write_text(text, encoding="utf-8")
    assert codes_of(read_judgements, path)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_form_comes_back_with_what_was_filled_in(tables, tmp_path, language):
    path = judgement_form(convergence(*tables), tmp_path / "form.yaml", language=language)
    assert read_judgements(path) == ()
    text = path.read_text(encoding="utf-8")
    assert text.index("element: time") < text.index("element: coaching") or "divergent" in text
    content = yaml.safe_load(text)
    content["judgements"][0] |= {"judgement": "divergent", "by": "A", "date": "2026-11-20", "because": "b"}
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    (given,) = read_judgements(path, today=TODAY)
    assert row_of(tables, [given], given.element)["judgement_state"] == "current"


def test_a_form_in_a_workbook_comes_back_with_what_was_filled_in(tables, tmp_path):
    path = judgement_form(convergence(*tables), tmp_path / "form.xlsx", language="nl")
    assert read_judgements(path) == ()
    book = openpyxl.load_workbook(path)
    sheet = book["judgements"]
    columns = {cell.value: cell.column for cell in sheet[1]}
    values = {"judgement": "Complementair", "by": "A", "date": datetime.datetime(2026, 11, 20), "because": "b"}
    for name, value in values.items():
        sheet.cell(3, columns[name], value)
    book.save(path)
    (given,) = read_judgements(path, today=TODAY)
    assert (given.judgement, given.date, given.place.row) == ("complementary", "2026-11-20", 3)
    assert row_of(tables, [given], given.element)["judgement_state"] == "current"
    sheet.cell(3, columns["evidence"], "{")
    book.save(path)
    assert codes_of(read_judgements, path) == ["Q138"]
    sheet.cell(1, columns["evidence"], "bewijs")
    book.save(path)
    assert codes_of(read_judgements, path) == ["Q138"]


def test_forms_are_not_written_over_and_hide_what_is_hidden(tables, effects, said, tmp_path):
    found = convergence(effects(coaching="positive"), said(coaching="not_shown"))
    path = judgement_form(found, tmp_path / "form.yaml")
    assert "coaching" not in path.read_text(encoding="utf-8")
    assert codes_of(judgement_form, found, path) == ["G002"]
    assert codes_of(judgement_form, found, tmp_path / "form.docx") == ["Q137"]
    assert judgement_form(found, path, force=True) == path


def test_workbooks_that_are_none(tmp_path):
    path = tmp_path / "form.xlsx"
    assert codes_of(read_judgements, path) == ["G001"]
    path.write_bytes(b"PK\x03\x04 no workbook")
    assert codes_of(read_judgements, path) == ["Q138"]


def test_a_text_cannot_break_out_of_the_comments_of_a_form(tmp_path, effects, said):
    rules = convergence_rules()
    text = "x\njudgements:\u2028 - element: evil\x85"
    own = rules.model_copy(
        update={
            "rules": tuple(
                rule.model_copy(update={"reason": rule.reason.model_copy(update={"nl": text})}) for rule in rules.rules
            )
        }
    )
    found = convergence(effects(coaching="positive"), said(coaching="helping"), rules=own)
    path = judgement_form(found, tmp_path / "form.yaml", language="nl")
    assert [one["element"] for one in yaml.safe_load(path.read_text(encoding="utf-8"))["judgements"]] == ["coaching"]


@pytest.mark.parametrize(
    ("now", "state"), [(0.2949999999, "current"), (0.2951, "current"), (0.2949, "earlier evidence")]
)
def test_noise_of_another_computer_is_no_other_evidence(effects, said, now, state):
    def tables(estimate):
        return effects(coaching="positive").assign(estimate=estimate), said(coaching="hindering")

    given = judged(tables(0.295))
    assert given.evidence["estimate"] in (0.29, 0.3)
    near = now if given.evidence["estimate"] == 0.3 else 0.59 - now
    assert row_of(tables(near), [given])["judgement_state"] == state


def test_an_effect_that_is_gone_is_other_evidence(effects, said):
    given = judged((effects(coaching="positive"), said(coaching="hindering")))
    gone = effects(coaching="absent").assign(smallest_worthwhile=0.1), said(coaching="hindering")
    assert row_of(gone, [given])["judgement_state"] == "earlier evidence"
    back = judged(gone)
    assert row_of(gone, [back])["judgement_state"] == "current"
    assert (
        row_of((effects(coaching="positive"), said(coaching="hindering")), [back])["judgement_state"]
        == "earlier evidence"
    )


def test_a_version_that_is_shared_does_not_tell_what_counts_were(tables):
    given = judged(tables)
    evidence, people = tables
    people = people.assign(n_persons=14)
    spoken = Voices(people, pd.DataFrame(), pd.DataFrame(), pd.DataFrame(), confidential=False)
    (told,) = convergence(evidence.assign(estimate=0.2), spoken, judgements=[given]).judgements("en")["changes"]
    assert told == "estimate 0.30 → 0.20; n_persons"
    (told,) = convergence(evidence, people, judgements=[given]).judgements("en")["changes"]
    assert told == "n_persons 12 → 14"


def test_a_judgement_is_on_earlier_evidence_when_more_people_miss_it(effects, said):
    tables = effects(time="positive"), said(time="missed")
    given = judge(convergence(*tables), "time", "convergent", by="A", because="x", date="2026-01-02")
    assert (given.evidence["n_persons_lacking"], given.evidence["n_persons_valuing"]) == (9, 10)
    more = convergence(tables[0], tables[1].assign(n_persons_lacking=10), judgements=[given])
    assert more.rows["judgement_state"].tolist() == ["earlier evidence"]
    assert more.judgements("en")["changes"].tolist() == ["n_persons_lacking 9 → 10"]


def test_a_file_of_judgements_is_that_of_pyyaml(tables, tmp_path):
    both = [judged(tables), judged(tables, element="time", by="Zoë 'Z' # één", because="=1+1: 'x'")]
    stored = yaml.safe_load(write_judgements(both, tmp_path / "judgements.yaml").read_text(encoding="utf-8"))
    columns = ("element", "judgement", "by", "because")
    assert [[str(one[name]) for name in columns] for one in stored["judgements"]] == [
        [getattr(one, name) for name in columns] for one in both
    ]
