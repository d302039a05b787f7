"""Code on documentation pages runs as written, prints what stands below it, and draws the figures that are shown.

Where a figure should change: ``RENEW_FIGURES=1 pytest tests/docs/test_page_code.py -k PAGE`` stores what the page
draws. Look at it before keeping it.
"""

import os
import re
import runpy
import shutil
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.image import imread
from tests.embedded_once import remembering
from tests.studies.conftest import DOT

import lcresearch.interviews.text.embeddings
import lcresearch.reporting.save
from lcresearch import studies
from lcresearch.studies.study import Study

ROOT = Path(__file__).parents[2]
FIGURES = ROOT / "docs" / "figures"
BLOCK = re.compile(r"^```python\n(.*?)^```(?:\n\n```text\n(.*?)^```)?", re.DOTALL | re.MULTILINE)
PAGES = sorted(page for page in (ROOT / "docs").glob("*.md") if BLOCK.search(page.read_text(encoding="utf-8")))
NUMBER = re.compile(r"-?\d+\.?\d*(?:e-?\d+)?")


@pytest.fixture(scope="module")
def run_once(tmp_path_factory):
    """Runs a study once for all pages that have the same files of it, as two pages follow one example."""
    known, run = {}, Study.run

    def running(study, *asked, **settings):
        if asked or settings:
            return run(study, *asked, **settings)
        files = {str(path.relative_to(study.folder)): path for path in study.folder.rglob("*") if path.is_file()}
        content = frozenset((name, path.read_bytes()) for name, path in files.items())
        if content not in known:
            copy = shutil.copytree(study.folder, tmp_path_factory.mktemp("run") / study.folder.name)
            known[content] = run(studies.load(copy))
        return known[content]

    return running


@pytest.fixture
def empty_folder(tmp_path, monkeypatch, run_once):
    """An empty folder with a place for figures, and drawing that gives the same file each time.

    The pictures of a whole report are dots, since no page shows them: tests/reporting looks at real ones.
    """
    monkeypatch.setattr(lcresearch.reporting.save, "png_file", lambda drawing: DOT)
    monkeypatch.setattr(lcresearch.interviews.text.embeddings, "encoder", remembering)
    monkeypatch.setattr(Study, "run", run_once)
    (tmp_path / "figures").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    with mpl.rc_context({"svg.hashsalt": "docs", "svg.fonttype": "none"}):
        yield tmp_path
    plt.close("all")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_code_of_a_page(page, empty_folder, capsys):
    names = {}
    text = page.read_text(encoding="utf-8").replace("tests/reference", (ROOT / "tests" / "reference").as_posix())
    for block in BLOCK.finditer(text):
        line = text[: block.start()].count("\n") + 2
        code = compile("\n" * (line - 1) + block[1], str(page), "exec")
        exec(code, names)
        printed = capsys.readouterr().out
        if block[2] is not None:
            assert printed.split() == block[2].split()
    for drawn in sorted((empty_folder / "figures").iterdir()):
        if os.environ.get("RENEW_FIGURES"):
            shutil.copy(drawn, FIGURES)
        assert_same_figure(drawn, FIGURES / drawn.name)


def assert_same_figure(drawn, stored):
    """The same shapes, words and, to a point, places: fonts of another system move a letter a little."""
    assert stored.is_file(), f"{stored.name} is not stored yet: run with RENEW_FIGURES=1, and look at it"
    if drawn.suffix == ".png":
        new, old = imread(drawn), imread(stored)
        assert new.shape == old.shape
        assert np.abs(new - old).mean() < 0.01
        return
    new, old = (path.read_text(encoding="utf-8") for path in (drawn, stored))
    assert NUMBER.sub("#", new) == NUMBER.sub("#", old), drawn.name
    numbers = [np.array(NUMBER.findall(each), dtype=float) for each in (new, old)]
    np.testing.assert_allclose(*numbers, atol=1, rtol=0, err_msg=drawn.name)


def figures_shown():
    """Each figure of docs/figures that a page shows, with the page."""
    found = []
    for page in sorted((ROOT / "docs").glob("*.md")):
        text = page.read_text(encoding="utf-8")
        for name in sorted(set(re.findall(r"\]\(figures/([^)#]+)", text))):
            found.append(pytest.param(name, text, id=f"{page.stem}-{name}"))
    return found


@pytest.mark.parametrize(("name", "text"), figures_shown())
def test_figure_comes_from_the_code_or_the_script_that_the_page_names(name, text):
    code = "".join(block[0] for block in BLOCK.findall(text))
    scripts = re.findall(r"docs/figures/(\w+\.py)", text)
    made = [script for script in scripts if name in runpy.run_path(str(FIGURES / script))["MADE"]]
    assert f"figures/{name}" in code or made


def test_every_stored_figure_is_shown():
    shown = {param.values[0] for param in figures_shown()}
    assert {path.name for path in FIGURES.iterdir() if path.suffix in (".svg", ".png")} == shown


def test_decision_diagram_is_what_its_script_draws():
    drawn = runpy.run_path(str(FIGURES / "measurement_path.py"))
    for language in drawn["LANGUAGES"]:
        stored = (FIGURES / f"measurement-path.{language}.svg").read_text(encoding="utf-8")
        assert drawn["draw"](language) == stored
