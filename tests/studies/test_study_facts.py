"""What a study tells checklists of itself: what its report shows, and nothing that the report withholds."""

import json

import pandas as pd
import pytest

from lcresearch import studies
from lcresearch.integration import reporting_checklists
from lcresearch.integration.converging.result import Convergence
from lcresearch.integration.plan.model import IntegrationFile
from lcresearch.studies.study_facts import integration_facts, study_facts

INTERVIEWS = """\
consent: {column: consent}
retention: {until: "2031-12-31"}
interviews:
  transcripts: interviews
  attributes: interviews/people.csv
  codings: interviews/codings/codings.csv
  codebook: interviews/book/book.yaml
  compare: sector
  deidentify: {}
"""
CODE = (
    "  - {{id: {0}, name: {{nl: {1}, en: {2}}}, definition: {{nl: {1}., en: {2}.}}, use_when: {{nl: {1}., en: {2}.}}}}"
)
BOOK = """\
id: small-book
version: 1.0.0
title: {nl: Klein codeboek, en: Small codebook}
languages: [nl, en]
licence: CC-BY-4.0
text: {nl: Verzonnen., en: Invented.}
codes:
"""


def with_consent(answers):
    head, *rows = answers.strip().split("\n")
    return "\n".join([f"{head},consent", *(f"{row},ja" for row in rows), "p17,Bb,1,1,1,nee"]) + "\n"


@pytest.fixture
def talks(small_study, study_texts):
    """The small study with 16 invented interviews; one person speaks of a secret."""

    def write(n=16):
        folder = small_study(study=study_texts.study + INTERVIEWS, answers=with_consent(study_texts.answers))
        for name in ("codings", "book"):
            (folder / "interviews" / name).mkdir(parents=True)
        people, codings = ["bestand,respondent,community,sector"], ["document,coder,quote,code"]
        for number in range(n):
            said = ["Er is te weinig tijd."] if number % 2 else ["Het gaat wel."]
            said += ["Marieke de Vries mag dat niet weten."] if number == 5 else []
            name = f"talk-{number:02}.txt"
            text = "".join(f"R: {words}\n" for words in said)
            (folder / "interviews" / name).write_text(text, encoding="utf-8")
            people.append(f"{name},p{number:02},c{number // 4},s{number // 8}")
            codings += [f"{name},A,{said[0]},time"] if number % 2 else []
            codings += [f"{name},A,{said[1]},secret"] if number == 5 else []
        codes = [CODE.format("time", "Tijd", "Time"), CODE.format("secret", "Geheim", "Secret")]
        files = {"people.csv": people, "codings/codings.csv": codings, "book/book.yaml": [BOOK.strip(), *codes]}
        for name, lines in files.items():
            (folder / "interviews" / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
        return folder

    return write


def all_texts(facts):
    lists = reporting_checklists(facts)
    return " ".join(one.frame(language).to_csv() for one in lists.values() for language in ("nl", "en"))


@pytest.mark.usefixtures("without_pages")
def test_facts_of_a_study(small_study):
    results = studies.load(small_study()).run()
    facts = study_facts(results)
    assert facts.kinds == ("survey",)
    assert [(one.id, one.version, one.n_items) for one in facts.instruments] == [("voice", "1.0.0", 3)]
    assert facts.waves[0].n_answered == 16
    assert facts.levels == {"organisation": 2}
    assert facts.reliability[0].alpha == pytest.approx(results.tidy()["cronbach_alpha"].iloc[0], abs=0.005)
    record = json.loads((results.folder / "run.json").read_text(encoding="utf-8"))
    assert facts.software["pandas"] == record["software"]["pandas"]
    assert facts.interviews is None


@pytest.mark.usefixtures("without_pages")
def test_facts_of_interviews_are_those_of_the_report(talks):
    results = studies.load(talks()).run()
    facts = study_facts(results, sampling={"nl": "Iedereen.", "en": "Everybody."})
    shown = facts.interviews
    assert (shown.n_interviews, shown.codebook_version, shown.compared_by) == (16, "1.0.0", "sector")
    assert shown.deidentified is True
    assert facts.consent is True
    assert facts.left_out["rows_without_consent_withdrawn_or_careless"] == "1-2"
    texts = all_texts(facts)
    assert "1-2 rijen" in texts
    assert "Everybody." in texts


@pytest.mark.usefixtures("without_pages")
def test_nothing_of_single_persons_gets_into_a_text(talks):
    texts = all_texts(study_facts(studies.load(talks()).run()))
    for word in ("Marieke", "Vries", "Geheim", "Secret", "weinig tijd", "p05", "talk-05", "Aa", "Bb"):
        assert word not in texts.replace("Aantal", "").replace("Aantekeningen", "")


@pytest.mark.usefixtures("without_pages")
def test_interviews_of_too_few_persons_give_no_numbers(talks):
    results = studies.load(talks(3)).run()
    assert results.content.interviews.reason
    facts = study_facts(results)
    assert facts.interviews is None
    assert list(reporting_checklists(facts)) == ["jars_quant"]


def test_facts_on_bringing_together_count_judgements_and_name_nobody():
    rows = pd.DataFrame({"element": ["a", "b"], "verdict": ["divergent", "silent"]})
    judged = [{"by": "Ada Invented", "state": state} for state in ("current", "current", "replaced")]
    found = Convergence(rows, [{"nl": "", "en": ""}] * 2, judged, {"persons": 3.0, "cases": 2.0})
    facts = integration_facts(IntegrationFile(), convergence=found, displays=["convergence"])
    assert facts.verdicts == {"divergent": 1, "silent": 1}
    assert (facts.rule_persons, facts.rule_cases, facts.n_judgements, facts.n_judges) == (3, 2, 2, 1)
    assert "Ada" not in repr(facts)
