"""PDF by the browser that is there, and what is said when there is none."""

import shutil

import pytest

from lcresearch.pdf_printing import find_browser, print_to_pdf

PAGE = """<!doctype html><html lang="nl"><meta charset="utf-8"><title>Proef</title>
<style>@page { size: A4; margin: 20mm } p { break-after: page }</style>
<p>Eerste bladzijde</p><p>Tweede</p><h1>Derde</h1>
<script>document.body.innerHTML = ""</script></html>"""


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "een vel.html"
    path.write_text(PAGE, encoding="utf-8")
    return path


@pytest.mark.browser
def test_a_page_becomes_a_pdf_without_its_scripts_and_leaves_nothing_else(page, tmp_path):
    if find_browser() is None:
        pytest.skip("no Chrome, Edge or Chromium on this computer")
    made = print_to_pdf(page, tmp_path / "vel.pdf")
    assert made, str(made.problem)
    content = made.path.read_bytes()
    assert content.startswith(b"%PDF-")
    assert content.count(b"/Type /Page\n") == 3
    assert b"(D:19800101000000+00'00')" in content
    assert print_to_pdf(page, tmp_path / "vel.pdf").path.read_bytes() == content
    assert sorted(file.name for file in tmp_path.iterdir()) == ["een vel.html", "vel.pdf"]


@pytest.mark.parametrize(("variable", "code"), [(None, "G050"), ("no-such-browser", "G052")])
def test_without_a_browser_one_is_told_how_to_print(page, tmp_path, monkeypatch, variable, code):
    monkeypatch.setattr("lcresearch.pdf_printing._ON_MACOS", ())
    monkeypatch.setattr("lcresearch.pdf_printing._ON_WINDOWS", ())
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("LCRESEARCH_BROWSER", raising=False)
    if variable:
        monkeypatch.setenv("LCRESEARCH_BROWSER", variable)
    made = print_to_pdf(page, tmp_path / "vel.pdf")
    assert not made
    assert made.problem.code == code
    assert str(page) in made.problem.text("nl")
    assert "Afdrukken" in made.problem.text("nl")
    assert not (tmp_path / "vel.pdf").exists()


def test_a_program_that_prints_nothing_leaves_the_old_pdf(page, tmp_path, monkeypatch):
    program = shutil.which("true")
    if program is None:
        pytest.skip("no program that does nothing on this computer")
    monkeypatch.setenv("LCRESEARCH_BROWSER", program)
    old = tmp_path / "vel.pdf"
    old.write_bytes(b"%PDF-old")
    made = print_to_pdf(page, old)
    assert made.problem.code == "G051"
    assert old.read_bytes() == b"%PDF-old"


def test_a_folder_that_is_not_there_is_a_problem_in_words(page, tmp_path, monkeypatch):
    program = shutil.which("true")
    if program is None:
        pytest.skip("no program that does nothing on this computer")
    monkeypatch.setenv("LCRESEARCH_BROWSER", program)
    assert print_to_pdf(page, tmp_path / "nowhere" / "vel.pdf").problem.code == "G053"


def test_a_browser_is_found_where_windows_installs_it(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.platform", "win32")
    chrome = tmp_path / "Google/Chrome/Application/chrome.exe"
    chrome.parent.mkdir(parents=True)
    chrome.touch()
    assert find_browser({"PROGRAMFILES": str(tmp_path), "PATH": ""}) == chrome
    assert find_browser({"PROGRAMFILES": str(tmp_path / "other"), "PATH": ""}) is None
