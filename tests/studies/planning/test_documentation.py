"""The transcript of commands in the documentation runs as written, from an empty folder to a company report."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

from typer.testing import CliRunner

from lcresearch.cli import app
from lcresearch.pdf_printing import find_browser

DOCS = Path(__file__).parents[3] / "docs"


def commands(page):
    blocks = re.findall(r"^```sh\n(.*?)^```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    return [line for block in blocks for line in block.splitlines()]


def test_both_pages_give_the_same_commands():
    assert commands("short-cycle.md") == commands("short-cycle.nl.md")


def test_commands_lead_from_an_empty_folder_to_a_company_report(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LCRESEARCH_LANGUAGE", "nl")
    for line in commands("short-cycle.nl.md"):
        name, *rest = shlex.split(line)
        if name == "cd":
            monkeypatch.chdir(rest[0])
        elif name == "cp":
            shutil.copy(rest[0], rest[1])
        else:
            done = CliRunner().invoke(app, [part for part in rest if part != "--pdf" or find_browser() is not None])
            assert done.exit_code == 0, (line, done.output, done.exception)
    here = tmp_path / "mijn-onderzoek"
    assert (here / "forms").is_dir()
    assert (here / "results" / "report.html").is_file()
    for firm in ("bakker-bv", "de-vries", "smit"):
        page = here / "results" / "companies" / firm / "rapport.html"
        assert page.is_file()
        assert page.with_suffix(".pdf").is_file() == (find_browser() is not None)
    text = (here / "results" / "companies" / "bakker-bv" / "rapport.html").read_text(encoding="utf-8")
    assert "duidelijk vooruit" in text
    assert "Met 3 bedrijven met samen 29 mensen ziet u alleen een grote verandering." in (
        here / "documenten" / "analyseplan.md"
    ).read_text(encoding="utf-8")
