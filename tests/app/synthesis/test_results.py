"""What came of a comparison, also after more packages came: what changed, what is not counted, and files to save."""

from __future__ import annotations

import re
import shutil

import pytest
from tests.app.asking import OURS, PORT, TOKEN, ask

from lcresearch.app.serving import make_app
from lcresearch.app.synthesis.tasks import synthesize
from lcresearch.studies.received_packages import ReceivedPackages
from lcresearch.synthesis.programme import example_programme

IN = {"nl": OURS | {"accept-language": "nl"}, "en": OURS | {"accept-language": "en"}}
PAGE = "/synthesis/programme/results"


@pytest.fixture(scope="module")
def compared(sent_once, tmp_path_factory):
    """Three packages compared, then four: the second comparison knows the first."""
    from lcresearch.synthesis.programme import new_programme

    folder = tmp_path_factory.mktemp("compared")
    programme = new_programme(folder / "programme")
    received = ReceivedPackages(programme)
    for names in ((0, 1, 2), (3,)):
        received.take([sent_once / f"{name}.zip" for name in names], example_programme())
        synthesize({"folder": str(programme)}, lambda *_: None)
    return folder


@pytest.fixture
def asked(compared, tmp_path):
    """A copy of it, and a way to ask for a page: ``asked("nl", address)`` gives its words without marks."""
    folder = shutil.copytree(compared, tmp_path / "work")
    app = make_app(folder, token=TOKEN, port=PORT)

    def go(language: str, address: str = PAGE) -> str:
        answer = ask(app, "GET", address, IN[language])
        assert answer.status == 200, answer.body
        return re.sub(r"\s+", " ", answer.body.decode())

    go.app, go.folder = app, folder
    return go


def test_what_changed_since_the_comparison_before_is_told_in_both_languages(asked):
    assert "Nieuw: Dé &lt;b&gt;&amp;." in asked("nl")
    english = asked("en")
    assert "What changed since last time?" in english
    assert "New: Dé &lt;b&gt;&amp;." in english
    assert "There are 4 consortia: how much effects vary between them is hardly known." in english
    assert "<b>" not in english


def test_results_of_packages_that_are_no_longer_these_say_so(asked):
    old = "Packages or plan changed after this was made"
    assert old not in asked("en")
    ReceivedPackages(asked.folder / "programme").remove("evidence-aa.zip")
    assert old in asked("en")


def test_reports_are_pages_without_scripts_and_other_files_are_saved(asked):
    for name, kind in (("report.html", "text/html"), ("tables/elements.csv", "text/csv"), ("synthesis.json", "json")):
        answer = ask(asked.app, "GET", f"{PAGE}/{name}", IN["en"])
        assert answer.status == 200
        assert kind in answer.headers["content-type"]
        page = name == "report.html"
        assert ("script-src" not in answer.headers["content-security-policy"]) == page
        assert ("attachment" not in answer.headers.get("content-disposition", "")) == page


def test_results_of_before_reasons_were_kept_ask_to_compare_again(asked):
    import json

    path = asked.folder / "programme" / "synthesis" / "synthesis.json"
    values = json.loads(path.read_text(encoding="utf-8"))
    del values["working_elements"], values["problems"]
    path.write_text(json.dumps(values), encoding="utf-8")
    assert "Compare the packages again to see the table" in asked("en")
    path.write_text("{", encoding="utf-8")
    answer = ask(asked.app, "GET", PAGE, IN["en"])
    assert answer.status == 422
    assert b"Y191" in answer.body


def test_pages_of_numbers_and_interviews_are_linked(asked):
    made = asked.folder / "programme" / "integration"
    made.mkdir()
    for language, name in (("nl", "elements.html"), ("en", "elements.en.html")):
        text = f'<!doctype html><html lang="{language}"><title>Purpose &amp; {language}</title>'
        (made / name).write_text(text, encoding="utf-8")
    assert 'href="/synthesis/programme/elements/elements.html"' in asked("nl")
    english = asked("en")
    assert "Purpose &amp; en</a>" in english
    assert "Purpose &amp; nl" not in english
    assert "Purpose" in asked("en", "/synthesis/programme/elements/elements.en.html")
