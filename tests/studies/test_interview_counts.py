"""Who and what counts in the interviews of a study: persons, topics, coders, and what was agreed."""

from dataclasses import replace

import pandas as pd
import pytest
from tests.studies.conftest import PART, SAID

from lcresearch import interviews, studies
from lcresearch.disclosure import Policy
from lcresearch.interviews import Corpus
from lcresearch.studies.interview_findings import interview_findings, topics_shown
from lcresearch.studies.interview_reading import read_interviews


@pytest.mark.usefixtures("without_pages")
def test_topics_are_sought_when_asked_and_a_study_runs_without_them(talks):
    folder = talks(PART + "  topics: true\n")
    results = studies.load(folder).run()
    # sixteen short answers are too few to find topics in
    assert results.content.interviews.topics.empty
    assert "V197" in [problem.code for problem in results.content.interviews.problems]


def test_only_topics_that_came_back_are_in_the_report():
    class Found:
        by_topic = pd.DataFrame({"topic": [0, 1], "verdict": ["stable", "unstable"]})

        def shareable(self, policy):
            rows = {"group": "all", "topic": [0, 1], "words": ["tijd", "Marleen"], "n_persons": [9, 8]}
            return pd.DataFrame(rows).assign(n_group=40, share=0.2), None

    assert topics_shown(Found(), Policy())["words"].tolist() == ["tijd"]


@pytest.mark.usefixtures("without_pages")
def test_words_of_the_interviewer_do_not_count(talks):
    folder = talks()
    file = folder / "interviews" / "codings" / "codings.csv"
    file.write_text(file.read_text(encoding="utf-8") + 'talk-02.txt,A,"Hoe gaat het, tijd?",time\n', encoding="utf-8")
    results = studies.load(folder).run()
    totals = results.content.interviews.totals.set_index("code")["n_with"]
    assert totals.max() == 8
    assert "S075" in [problem.code for problem in results.content.interviews.problems]


@pytest.mark.usefixtures("without_pages")
def test_without_a_table_of_people_each_interview_is_a_person(talks):
    part = PART.replace("  attributes: interviews/people.csv\n", "").replace("  compare: sector\n", "")
    folder = talks(part.replace("  confidential: [community]\n", ""))
    (folder / "interviews" / "people.csv").unlink()
    shown = studies.load(folder).run().content.interviews
    assert (shown.n_persons, shown.groups.empty, len(shown.totals)) == (16, True, 2)


def test_fewer_persons_than_the_minimum_are_not_shown(talks):
    folder = talks(PART.replace("compare: sector\n", "").replace("  confidential: [community]\n", ""))
    for number in range(5, 17):
        (folder / "interviews" / f"talk-{number:02}.txt").unlink()
    results = studies.load(folder).run()
    assert results.content.interviews.reason == "few"
    page = results.reports["en"].read_text(encoding="utf-8")
    assert "fewer than 5 people were interviewed" in page
    assert "interview_codes.csv" not in {path.name for path in (folder / "results" / "tables").iterdir()}


def test_a_table_beside_a_project_of_another_program_tells_of_its_texts(talks):
    folder = talks()
    coded = studies.open_interviews(folder)
    texts = tuple(replace(each, attributes={}, roles={}) for each in coded.corpus)
    interviews.write_project(replace(coded, corpus=Corpus(texts)), folder / "coded.qdpx")
    file = folder / "study.yaml"
    part = "interviews:\n  project: coded.qdpx\n  attributes: interviews/people.csv\n  compare: sector\n"
    file.write_text(file.read_text(encoding="utf-8").replace(PART, part), encoding="utf-8")
    again = studies.open_interviews(folder)
    assert again.corpus.attributes["sector"].value_counts().to_dict() == {"s0": 8, "s1": 8}
    assert len(again.codings) == len(coded.codings)
    assert again.corpus.documents[0].roles["I"] == "interviewer"


@pytest.mark.usefixtures("without_pages")
def test_suggestions_of_a_machine_are_no_coder_of_the_study(talks, recwarn):
    machine = "Suggestions, not a person (rules; spaCy)"
    folder = talks()
    table = folder / "interviews" / "codings" / "codings.csv"
    rows = [f'talk-{number:02}.txt,"{machine}",{SAID["time"]},money' for number in range(1, 17, 2)]
    table.write_text(table.read_text(encoding="utf-8") + "\n".join(rows) + "\n", encoding="utf-8")
    results = studies.load(folder).run()
    shown = results.content.interviews
    assert (shown.n_coders, set(shown.totals["n_with"])) == (2, {5, 8})
    assert [problem.values for problem in shown.problems if problem.code == "V266"] == [{"n": 8}]
    assert "V266" not in " ".join(str(one.message) for one in recwarn)
    study = (folder / "study.yaml").read_text(encoding="utf-8")
    (folder / "study.yaml").write_text(study + f'  coders: [A, "{machine}"]\n', encoding="utf-8")
    assert "V267" in {problem.code for problem in studies.load(folder).check()}


def test_what_was_agreed_counts_and_coders_are_compared_as_they_were_before(talks):
    folder = talks()
    before = read_interviews(studies.load(folder).file.interviews, folder)
    nothing = pd.DataFrame(columns=["outcome", "agreed_code", "agreed_boundaries", "remark"], dtype="str")
    found = interviews.find_disagreements(before.project)
    settled = interviews.settle(before.project, found, nothing, language="nl").project
    use = before.use.model_copy(update={"coders": ("na overleg",)})
    after = replace(before, use=use, project=settled, counted=settled)
    shown = [interview_findings(one, Policy(minimum_cell=5), None).shown for one in (before, after)]
    pd.testing.assert_frame_equal(shown[0].agreement, shown[1].agreement)
    pd.testing.assert_frame_equal(shown[0].totals, shown[1].totals)
    assert [one.n_coders for one in shown] == [2, 1]


def test_coders_are_compared_as_the_study_says_unless_asked_otherwise(talks):
    folder = talks(PART + "  coders: [A, B]\n  unit: sentence\n  without_roles: [interviewer, observer]\n")
    found = studies.coders_to_compare(folder)
    assert (found.coders, found.segment, found.without_roles) == (("A", "B"), "sentence", ("interviewer", "observer"))
    asked = studies.coders_to_compare(folder, coders=["B"], segment="turn", without_roles=["x"])
    assert (asked.coders, asked.segment, asked.without_roles) == (("B",), "turn", ("x",))
    texts = studies.coders_to_compare(folder / "interviews")
    assert (texts.coders, texts.segment, texts.without_roles) == (None, "turn", ())
    files = {path: path.read_bytes() for path in (folder / "interviews").rglob("*") if path.is_file()}
    studies.withdraw(folder, "p05")
    for path, content in files.items():  # a fresh export
        path.write_bytes(content)
    after = studies.coders_to_compare(folder)
    assert (len(after.project.corpus), [problem.code for problem in after.problems]) == (15, ["S076"])
