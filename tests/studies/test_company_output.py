"""Company reports of a run, and drawing them again from what it released. The firms are invented."""

import dataclasses
import json

import pytest

from lcresearch import studies
from lcresearch.errors import LcresearchError
from lcresearch.pdf_printing import Printed
from lcresearch.reporting import company_files
from lcresearch.studies.company_output import sources_of
from lcresearch.studies.company_settings import CompanyReportsUse
from lcresearch.synthesis import pack
from lcresearch.synthesis.packages.invented import invented_evidence
from lcresearch.synthesis.programme import example_programme

ASKED = "company_reports:\n  contact: {nl: Anna de Wit, en: Anna de Wit}\n"


@pytest.fixture
def folder(small_study, study_texts):
    return small_study(study=study_texts.study + ASKED)


@pytest.fixture
def run(folder, without_pages):
    return studies.load(folder).run()


def files(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_run_writes_a_report_for_each_firm_and_a_list_for_the_researcher(run):
    assert [one.name for one in run.companies.reports] == ["Aa", "Bb"]
    pages = ["aa/rapport.html", "aa/report.en.html", "bb/rapport.html", "bb/report.en.html"]
    assert files(run.folder / "companies") == ["README.txt", *pages]
    assert "Anna de Wit" in (run.folder / "companies" / "aa" / "rapport.html").read_text(encoding="utf-8")
    assert (run.folder / "private" / "companies.html").is_file()
    assert (run.folder / "private" / "companies.json").is_file()


def test_a_study_that_does_not_ask_gets_none(small_study):
    done = studies.load(small_study()).run()
    assert done.companies is None
    assert not (done.folder / "companies").exists()


@pytest.mark.parametrize(("given", "asked"), [("true", True), ("false", False)])
def test_true_and_false_are_enough(small_study, study_texts, given, asked):
    loaded = studies.load(small_study(study=f"{study_texts.study}company_reports: {given}\n"))
    assert (loaded.file.companies is not None) == asked


def test_a_later_run_replaces_the_reports(run, folder):
    again = studies.load(folder).run(force=True)
    assert files(again.folder / "companies") == files(run.folder / "companies")
    (run.folder / "companies" / "aa" / "notes.docx").write_text("mine", encoding="utf-8")
    with pytest.raises(LcresearchError) as refused:
        studies.load(folder).run(force=True)
    assert refused.value.problems[0].code == "S010"


def test_reports_are_drawn_again_without_reading_answers_or_a_new_release(run, folder):
    page = run.folder / "companies" / "bb" / "rapport.html"
    before, released = page.read_bytes(), (folder / "releases.json").read_bytes()
    page.unlink()
    (folder / "answers.csv").write_text("person,firm,v1,v2,v3\n", encoding="utf-8")
    done = studies.redraw_company_reports(studies.load(folder), organisation="Bb")
    assert [one.name for one in done.reports] == ["Bb"]
    assert page.read_bytes() == before
    assert (folder / "releases.json").read_bytes() == released


def test_words_may_change_afterwards_and_numbers_may_not(run, folder):
    study, page = folder / "study.yaml", run.folder / "companies" / "aa" / "rapport.html"
    before = page.read_text(encoding="utf-8")
    study.write_text(study.read_text(encoding="utf-8").replace("Anna de Wit", "Bea Kok"), encoding="utf-8")
    with pytest.raises(LcresearchError) as refused:
        studies.redraw_company_reports(studies.load(folder))
    assert {one.code for one in refused.value.problems} == {"G002"}
    studies.redraw_company_reports(studies.load(folder), force=True)
    assert page.read_text(encoding="utf-8") == before.replace("Anna de Wit", "Bea Kok")


def test_what_cannot_be_drawn_again_is_said(run, folder, refused):
    study = studies.load(folder)
    assert refused(studies.redraw_company_reports, study, organisation="Cc") == ["S166"]
    assert refused(studies.redraw_company_reports, study, folder / "elsewhere") == ["S165"]
    kept = run.folder / "private" / "companies.json"
    kept.write_text(json.dumps({"reports": [{"name": 1}]}), encoding="utf-8")
    assert refused(studies.redraw_company_reports, study) == ["S167"]
    kept.write_text("[" * 100_000, encoding="utf-8")
    assert refused(studies.redraw_company_reports, study) == ["S167"]


def test_pdf_files_come_beside_the_pages_where_there_is_a_browser(run, folder, monkeypatch):
    def printed(page, target):
        target.write_bytes(b"%PDF-")
        return Printed(target)

    monkeypatch.setattr(company_files, "print_to_pdf", printed)
    done = studies.redraw_company_reports(studies.load(folder), pdf=True)
    assert done.problems == ()
    assert "bb/report.en.pdf" in files(run.folder / "companies")
    assert "companies" in done.text()
    studies.load(folder).run(force=True)  # its own PDF files are no reason to stop


def test_what_is_wrong_with_the_settings_is_told(small_study, study_texts, refused, tmp_path):
    wrong = "company_reports: {group: team, next_steps: steps.yaml, evidence: '.', contact: {nl: Anna}}\n"
    folder = small_study(study=study_texts.study + wrong)
    assert sorted(refused(studies.load, folder)) == ["G001", "S002", "S160", "S164"]


def test_check_reads_the_file_of_steps(small_study, study_texts):
    folder = small_study(study=study_texts.study + "company_reports: {next_steps: steps.yaml}\n")
    (folder / "steps.yaml").write_text("scales: [no]\n", encoding="utf-8")
    assert "G043" in {one.code for one in studies.load(folder).check()}


def test_packages_of_others_come_from_the_folder_that_is_named(folder):
    for name in ("One", "Two"):
        pack(invented_evidence(name), folder / "packages" / f"{name}.zip", example_programme())
    study = studies.load(folder)
    file = study.file.model_copy(update={"company_reports": CompanyReportsUse(evidence="packages")})
    others = sources_of(dataclasses.replace(study, file=file, programme=example_programme())).others
    assert {(one.scale, one.n_consortia) for one in others} == {("learning_culture", 2)}


def test_the_command_draws_reports_again(run, folder, lcresearch):
    status, out, _ = lcresearch("--language", "en", "company-reports", folder, "--organisation", "Aa")
    assert status == 0
    assert "companies" in out
    assert lcresearch("company-reports", folder, "--organisation", "Zz")[0] == 1
