"""Company reports on disk: a folder for each company, and a list for the researcher alone."""

from dataclasses import replace

import pytest
from tests.reporting.invented_companies import HARMFUL, head, usual

from lcresearch.errors import ReportingError
from lcresearch.pdf_printing import Printed
from lcresearch.reporting import company_files
from lcresearch.reporting.company_content import CompanyReports, WithoutReport
from lcresearch.reporting.company_files import print_companies, save_companies, save_index
from lcresearch.reporting.wording import Wording


def reports():
    return [usual(), usual(name="De Vries", folder="de-vries")]


def test_each_company_has_a_folder_of_its_own(tmp_path):
    paths = save_companies(reports(), tmp_path)
    assert [path.relative_to(tmp_path).as_posix() for path in paths] == [
        "companies/bakker-techniek/rapport.html",
        "companies/bakker-techniek/report.en.html",
        "companies/de-vries/rapport.html",
        "companies/de-vries/report.en.html",
    ]
    own = (tmp_path / "companies" / "de-vries" / "rapport.html").read_text(encoding="utf-8")
    assert "De Vries" in own
    assert "Bakker" not in own
    readme = (tmp_path / "companies" / "README.txt").read_text(encoding="utf-8")
    assert "nooit deze hele map" in readme
    assert "never this whole folder" in readme
    assert "Vries" not in readme


def test_pages_that_say_the_same_are_left_and_others_need_force(tmp_path):
    first = save_companies(reports(), tmp_path)
    before = [path.stat().st_mtime_ns for path in first]
    save_companies(reports(), tmp_path)
    assert [path.stat().st_mtime_ns for path in first] == before
    changed = [replace(one, n_items=3) for one in reports()]
    with pytest.raises(ReportingError) as refused:
        save_companies(changed, tmp_path)
    assert {problem.code for problem in refused.value.problems} == {"G002"}
    save_companies(changed, tmp_path, force=True)
    assert "3 vragen" in first[0].read_text(encoding="utf-8")


def test_only_the_languages_of_the_study(tmp_path):
    names = {path.name for path in save_companies([usual(head=head(languages=("en",)))], tmp_path)}
    assert names == {"report.en.html"}


def test_the_list_names_those_without_a_report_and_what_to_do(tmp_path):
    found = CompanyReports(tuple(reports()), (WithoutReport(HARMFUL, "Aa"), WithoutReport("Cc", "")))
    page = save_index(found, Wording(head(), "nl"), tmp_path).read_text(encoding="utf-8")
    assert 'href="../companies/de-vries/rapport.html"' in page
    assert "<script>" not in page
    assert "Cc" in page
    assert "alleen voor de onderzoeker" in page
    assert "Vraag de mensen zelf in een gesprek" in page
    nobody = save_index(CompanyReports((), ()), Wording(head(), "en"), tmp_path).read_text(encoding="utf-8")
    assert "Nothing may be shown of any group." in nobody


def test_printing_stops_when_there_is_no_browser(tmp_path, monkeypatch):
    asked = []

    def no_browser(page, target):
        asked.append((page.name, target.name))
        return Printed()

    monkeypatch.setattr(company_files, "print_to_pdf", no_browser)
    assert len(print_companies(reports(), tmp_path)) == 1
    assert asked == [("rapport.html", "rapport.pdf")]
