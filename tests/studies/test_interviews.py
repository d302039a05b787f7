"""The part interviews: of study.yaml, from files to report and private folder."""

import json
from dataclasses import replace

import pandas as pd
import pytest

from lcresearch import interviews, studies
from lcresearch.disclosure import Policy
from lcresearch.interviews import Corpus
from lcresearch.studies.interview_findings import interview_findings, topics_shown
from lcresearch.studies.interview_reading import read_interviews

PART = """\
interviews:
  transcripts: interviews
  attributes: interviews/people.csv
  codings: interviews/codings/codings.csv
  codebook: interviews/book/book.yaml
  compare: sector
  confidential: [community]
"""
BOOK = """\
id: small-book
version: 1.0.0
title: {nl: Klein codeboek, en: Small codebook}
languages: [nl, en]
licence: CC-BY-4.0
text: {nl: Verzonnen., en: Invented.}
codes:
  - id: time
    name: {nl: Tijd, en: Time}
    definition: {nl: Over tijd., en: About time.}
    use_when: {nl: Iemand noemt tijd., en: Somebody names time.}
  - id: money
    name: {nl: Geld, en: Money}
    definition: {nl: Over geld., en: About money.}
    use_when: {nl: Iemand noemt geld., en: Somebody names money.}
  - id: secret
    name: {nl: Geheim, en: Secret}
    definition: {nl: Over iets geheims., en: About something secret.}
    use_when: {nl: Iemand noemt een geheim., en: Somebody names a secret.}
"""
SAID = {"time": "Er is te weinig tijd.", "money": "Het kost veel geld.", "secret": "Dat mag niemand weten."}


def codes_said(number):
    """Half speak of time, a third of money, one of a secret."""
    return [code for code, says in (("time", number % 2), ("money", number % 3 == 0), ("secret", number == 5)) if says]


@pytest.fixture
def talks(small_study, study_texts):
    """The small study with 16 invented interviews, eight a sector and four a community."""

    def write(part=PART, **changes):
        folder = small_study(study=study_texts.study + part)
        for name in ("codings", "book"):
            (folder / "interviews" / name).mkdir(parents=True, exist_ok=True)
        people, codings = ["bestand,respondent,rol,community,sector"], ["document,coder,quote,code"]
        for number in range(1, 17):
            name = f"talk-{number:02}.txt"
            codes = codes_said(number)
            said = "\n".join(f"R: {SAID[code]}" for code in codes) or "R: Het gaat wel."
            (folder / "interviews" / name).write_text(f"I: Hoe gaat het, tijd?\n{said}\n", encoding="utf-8")
            people.append(f"{name},p{number:02},manager,c{(number - 1) // 4},s{(number - 1) // 8}")
            codings += [f"{name},{coder},{SAID[code]},{code}" for code in codes for coder in "AB"]
        files = {"people.csv": people, "codings/codings.csv": codings}
        for name, lines in files.items():
            (folder / "interviews" / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
        (folder / "interviews" / "book" / "book.yaml").write_text(BOOK, encoding="utf-8")
        for name, text in changes.items():
            (folder / "interviews" / name.replace("__", "/")).write_text(text, encoding="utf-8")
        return folder

    return write


@pytest.fixture
def after_a_run(talks):
    folder = talks()
    return folder, studies.load(folder).run()


def test_report_and_tables_hold_counts_of_persons(after_a_run):
    folder, results = after_a_run
    shown = results.content.interviews
    assert (shown.n_interviews, shown.n_persons, shown.n_coders) == (16, 16, 2)
    totals = pd.read_csv(folder / "results" / "tables" / "interview_codes.csv")
    assert dict(zip(totals["code_en"], totals["n_with"], strict=True)) == {"Time": 8, "Money": 5}
    shares = pd.read_csv(folder / "results" / "tables" / "interview_codes_by_group.csv")
    assert set(shares.loc[shares["code_nl"] == "Tijd", "n_with"]) == {4}
    for language, words in (("nl", "Wat mensen vertelden"), ("en", "What people told us")):
        assert words in results.reports[language].read_text(encoding="utf-8")


def test_names_of_files_of_interviews_are_not_in_the_report(talks):
    folder = talks()
    (folder / "interviews" / "Jan de Vries.txt").write_bytes(b"")
    results = studies.load(folder).run()
    assert "Jan de Vries" in pd.read_parquet(folder / "results" / "private" / "interview_log.parquet").to_string()
    for path in (folder / "results").rglob("*"):
        if path.is_file() and "private" not in path.parts:
            assert b"Vries" not in path.read_bytes(), path
    assert results.content.interviews.n_persons == 16


def test_what_one_person_said_and_findings_by_community_stay_private(after_a_run):
    folder, results = after_a_run
    outside = [path for path in (folder / "results").rglob("*") if path.is_file() and "private" not in path.parts]
    for path in outside:
        text = path.read_bytes().decode("utf-8", "replace")
        if path.suffix == ".html":
            assert "Geheim" not in text
        for said in ("Dat mag niemand weten", "talk-05", "p05"):
            assert said not in text, path
    private = folder / "results" / "private"
    by_community = pd.read_csv(private / "interviews_by_community.csv")
    assert by_community.loc[by_community["code_en"] == "Secret", "n_with"].sum() == 1
    for name in ("interviews.html", "interviews.en.html"):
        page = (private / name).read_text(encoding="utf-8")
        assert "c3" in page
        assert "Dat mag niemand weten" not in page
    persons = pd.read_parquet(private / "interview_codes.parquet")
    assert len(persons) == 16
    assert not set(persons["respondent"]) & {f"p{n:02}" for n in range(1, 17)}
    assert results.content.interviews.confidential is False


def test_how_far_each_interview_brought_us_stays_private(after_a_run):
    folder, results = after_a_run
    shown = results.content.interviews
    public = pd.read_csv(folder / "results" / "tables" / "interview_saturation.csv")
    assert list(public.columns) == ["n_persons", "expected"]
    assert public["n_persons"].tolist() == [5, 10]
    assert not {"stopping_point", "estimated_low", "estimated_high", "coverage"} & set(shown.saturation)
    private = pd.read_csv(folder / "results" / "private" / "interview_saturation.csv")
    assert len(private) == 16
    assert private["new"].sum() == 3
    page = (folder / "results" / "private" / "interviews.html").read_text(encoding="utf-8")
    assert page.count("In de volgorde van de interviews") == 1
    report = results.reports["nl"].read_text(encoding="utf-8")
    assert "In de volgorde van de interviews" not in report


def test_the_record_holds_hashes_of_what_was_read(after_a_run):
    folder, _ = after_a_run
    inputs = json.loads((folder / "results" / "run.json").read_text(encoding="utf-8"))["inputs"]
    assert {
        "interviews/",
        "interviews/people.csv",
        "interviews/codings/codings.csv",
        "interviews/book/book.yaml",
    } <= set(inputs)


def test_a_second_run_says_the_same(after_a_run):
    folder, _ = after_a_run
    first = (folder / "results" / "report.html").read_bytes()
    studies.load(folder).run(force=True)
    assert (folder / "results" / "report.html").read_bytes() == first


def test_who_withdraws_is_out_of_tables_texts_codings_and_results(after_a_run):
    folder, _ = after_a_run
    found = studies.withdraw(folder, "p05").tidy()
    done = {(row.file, row.action): row.n for row in found.itertuples()}
    assert done["interviews/people.csv", "rows_removed"] == 1
    assert ("interviews/talk-05.txt", "file_deleted") in done
    assert done["interviews/codings/codings.csv", "rows_removed"] == 2 * len(codes_said(5))
    assert done["results/private/interview_codes.parquet", "rows_removed"] == 1
    assert not (folder / "interviews" / "talk-05.txt").exists()
    for path in (folder / "interviews").rglob("*.csv"):
        assert "talk-05" not in path.read_text(encoding="utf-8")
        assert "Dat mag niemand weten" not in path.read_text(encoding="utf-8")


def release(folder, number):
    """Release what one person said of time."""
    project = studies.open_interviews(folder)
    table = interviews.quotes(project, "time")
    pointer = table.loc[table["name"] == f"talk-{number:02}", "pointer"].iloc[0]
    who = interviews.recognisability(project, ["role"], minimum_cell=5)
    options = {"released_by": "researcher", "consent_on": "2026-11-20", "date": "2026-11-25", "words_checked": True}
    interviews.release_quote(project, pointer, folder, who, **options)


def test_only_released_quotes_are_in_the_report(talks):
    folder = talks()
    before = studies.load(folder).run()
    assert "Er is te weinig tijd" not in before.reports["nl"].read_text(encoding="utf-8")
    release(folder, 7)
    after = studies.load(folder).run(force=True)
    page = after.reports["nl"].read_text(encoding="utf-8")
    assert page.count("Er is te weinig tijd") == 1
    assert "een leidinggevende" in page or "een manager" in page
    assert "talk-07" not in page
    found = studies.withdraw(folder, "p07").tidy()
    assert ["quote-releases.yaml", "rows_removed"] in found[["file", "action"]].to_numpy().tolist()
    assert interviews.read_quote_releases(folder) == ()


def test_a_release_under_a_smaller_limit_than_the_study_has_does_not_hold(talks):
    folder = talks("privacy: {minimum_cell: 17}\n" + PART)
    release(folder, 7)
    read = read_interviews(studies.load(folder).file.interviews, folder)
    assert interview_findings(read, Policy(minimum_cell=5), None, folder=folder).shown.quotes
    shown = interview_findings(read, Policy(minimum_cell=16), None, folder=folder).shown
    assert len(shown.quotes) == 1
    lower = (
        (folder / "quote-releases.yaml").read_text(encoding="utf-8").replace("persons_alike: 16", "persons_alike: 6")
    )
    (folder / "quote-releases.yaml").write_text(lower, encoding="utf-8")
    shown = interview_findings(read, Policy(minimum_cell=16), None, folder=folder).shown
    assert (shown.quotes, shown.problems[-1].code) == ((), "S080")


def test_a_quote_whose_words_changed_stays_inside(talks):
    folder = talks()
    release(folder, 7)
    file = folder / "interviews" / "talk-07.txt"
    file.write_text(file.read_text(encoding="utf-8").replace("weinig", "veel"), encoding="utf-8")
    results = studies.load(folder).run()
    assert results.content.interviews.quotes == ()


def test_a_fresh_export_with_who_withdrew_is_read_without(talks):
    folder = talks()
    studies.withdraw(folder, "p05")
    talks()
    results = studies.load(folder).run()
    assert results.content.interviews.n_persons == 15
    assert "S076" in [problem.code for problem in results.content.interviews.problems]
    private = pd.read_csv(folder / "results" / "private" / "interviews_by_community.csv")
    assert private.loc[private["code_en"] == "Secret", "n_with"].sum() == 0


def test_a_project_of_another_program_is_named_to_be_checked(talks):
    folder = talks()
    project = folder / "coded.qdpx"
    project.write_bytes(b"not looked at")
    text = (folder / "study.yaml").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if "transcripts:" not in line and "codings:" not in line]
    text = "\n".join(lines).replace("interviews:", "interviews:\n  project: coded.qdpx", 1) + "\n"
    (folder / "study.yaml").write_text(text, encoding="utf-8")
    found = studies.withdraw(folder, "p05").tidy()
    assert ["coded.qdpx", "to_check"] in found[["file", "action"]].to_numpy().tolist()


def test_an_output_folder_around_the_interviews_is_refused(talks, refused):
    folder = talks()
    assert refused(studies.load(folder).run, folder / "interviews", force=True) == ["S010"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("  transcripts: interviews\n", "", "S070"),
        ("  codings: interviews/codings/codings.csv\n", "", "S071"),
        ("  codebook: interviews/book/book.yaml\n", "", "S072"),
        ("[community]", "[sector]", "S073"),
        ("interviews/book/book.yaml", "learning-communites", "S074"),
        ("interviews/people.csv", "interviews/peple.csv", "G001"),
        ("  compare: sector", "  compares: sector", "G040"),
    ],
)
def test_what_is_wrong_in_the_part_is_named(talks, refused, old, new, code):
    assert refused(studies.load, talks(PART.replace(old, new))) == [code]


def test_check_reports_problems_of_interviews_with_the_others(talks):
    folder = talks(PART.replace("compare: sector", "compare: sectr\n  coders: [A, Z]"))
    (folder / "answers.csv").unlink()
    (folder / "answers.csv").write_text("person,firm,v1,v2,v3\n", encoding="utf-8")
    codes = [problem.code for problem in studies.load(folder).check()]
    assert {"R005", "V101", "V100"} <= set(codes)


def test_rows_that_have_no_place_are_counted_without_their_words(talks):
    rows = "document,coder,quote,code\ntalk-01.txt,A,Er is te weinig tijd.,time\ntalk-02.txt,A,Jan is boos,time\n"
    found = studies.load(talks(codings__codings_csv="")).folder
    (found / "interviews" / "codings" / "codings.csv").write_text(rows, encoding="utf-8")
    problems = studies.load(found).check()
    (one,) = [problem for problem in problems if problem.code == "S077"]
    assert "Jan" not in one.message("nl") + str(one.values)
    assert one.values["n"] == 1


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


def test_words_of_the_interviewer_do_not_count(talks):
    folder = talks()
    file = folder / "interviews" / "codings" / "codings.csv"
    file.write_text(file.read_text(encoding="utf-8") + 'talk-02.txt,A,"Hoe gaat het, tijd?",time\n', encoding="utf-8")
    results = studies.load(folder).run()
    totals = results.content.interviews.totals.set_index("code")["n_with"]
    assert totals.max() == 8
    assert "S075" in [problem.code for problem in results.content.interviews.problems]


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


def test_who_withdraws_is_sought_in_what_was_made_of_the_interviews(after_a_run):
    folder, _ = after_a_run
    project = studies.open_interviews(folder)
    interviews.write_project(project, folder / "coded.qdpx")
    interviews.export_project(project, folder / "codings.xlsx")
    (folder / "rules.suggestions.json").write_text("{}", encoding="utf-8")
    (folder / "other.json").write_text("{}", encoding="utf-8")
    found = studies.withdraw(folder, "p05", dry_run=True).tidy()
    named = set(found.loc[found["action"] == "to_check", "file"])
    assert {"coded.qdpx", "codings.xlsx", "rules.suggestions.json"} <= named
    private = {
        path.relative_to(folder).as_posix() for path in (folder / "results" / "private").glob("interviews*.html")
    }
    assert private
    assert private <= named
    assert "results/private/interviews_by_community.csv" in named
    assert "other.json" not in named
    assert not found["file"].duplicated().any()
