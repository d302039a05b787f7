"""The part interviews: of study.yaml, from files to report and private folder."""

import json
import shutil

import pandas as pd
import pytest
from tests.studies.conftest import PART, codes_said, write_talks

from lcresearch import interviews, studies
from lcresearch.disclosure import Policy
from lcresearch.studies.interview_findings import interview_findings
from lcresearch.studies.interview_reading import read_interviews


@pytest.fixture(scope="module")
def after_a_run(tmp_path_factory):
    """For tests that change nothing in the folder."""
    folder = write_talks(tmp_path_factory.mktemp("interviews") / "small")
    return folder, studies.load(folder).run()


@pytest.fixture
def to_change(after_a_run, tmp_path):
    """A folder with the files and results of that run, for one test."""
    return shutil.copytree(after_a_run[0], tmp_path / "small")


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
    assert list(public.columns) == ["n_persons", "expected", "kind"]
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


@pytest.mark.usefixtures("without_tables")
def test_a_second_run_says_the_same(to_change):
    folder = to_change
    first = (folder / "results" / "report.html").read_bytes()
    studies.load(folder).run(force=True)
    assert (folder / "results" / "report.html").read_bytes() == first


def test_who_withdraws_is_out_of_tables_texts_codings_and_results(to_change):
    folder = to_change
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


@pytest.mark.usefixtures("without_tables")
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


@pytest.mark.usefixtures("without_pages")
def test_a_quote_whose_words_changed_stays_inside(talks):
    folder = talks()
    release(folder, 7)
    file = folder / "interviews" / "talk-07.txt"
    file.write_text(file.read_text(encoding="utf-8").replace("weinig", "veel"), encoding="utf-8")
    results = studies.load(folder).run()
    assert results.content.interviews.quotes == ()


@pytest.mark.usefixtures("without_pages")
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


def test_who_withdraws_is_sought_in_what_was_made_of_the_interviews(to_change):
    folder = to_change
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
