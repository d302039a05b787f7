"""Answers on the page: what comes in is kept beside what is there, asked about, undone; hostile files do nothing."""

from __future__ import annotations

import io
import re

import httpx
import openpyxl
import pytest
from tests.accessibility import violations
from tests.app.small_study import export, write_study

from lcresearch import studies
from lcresearch.files import version_of


@pytest.fixture
def study(tmp_path):
    return write_study(tmp_path / "studies")


class Page:
    """The page of one study, without a browser."""

    def __init__(self, client, study):
        self.client, self.study = client, study

    @property
    def version(self):
        return version_of(self.study / "study.yaml")

    def get(self, path=""):
        return self.client.get(f"/studies/small/answers{path}").text

    def add(self, name, content, **fields):
        form = {"wave": "t0", "also": "replace", "real": "invented", "version": self.version} | fields
        files = {"file": (name, content if isinstance(content, bytes) else content.encode())}
        return self.client.post("/studies/small/answers/add", data=form, files=files)

    def choose(self, step, **fields):
        return self.client.post("/studies/small/answers/file/0", data={"step": step, "version": self.version} | fields)


def codes(answer):
    return re.findall(r'href="/explain/(\w+)"', answer.text)


@pytest.fixture
def page(serve, study):
    served = serve(study.parent)
    with httpx.Client(base_url=served.url, headers={"origin": served.url}, follow_redirects=True, timeout=60) as client:
        client.get(served.entrance)
        yield Page(client, study)


def names(study):
    return {path.name for path in study.iterdir()}


def test_a_newer_export_takes_the_place_of_the_earlier_one_and_this_can_be_undone(page, study):
    before = (study / "study.yaml").read_bytes()
    earlier = (study / "answers-t0.csv").read_bytes()
    added = page.add("answers-t0.csv", export(seed=2))
    assert added.status_code == 200
    assert (study / "answers-t0.csv").read_bytes() == earlier
    assert studies.load(study).file.responses[0].file == "answers-t0-2.csv"
    assert b"# in spring" in (study / "study.yaml").read_bytes()
    shown = re.findall(r'name="version" value="(\w+)"', page.get())
    assert set(shown) == {page.version}
    page.client.post("/studies/small/answers/undo", data={"version": shown[0]})
    assert (study / "study.yaml").read_bytes() == before


def test_an_export_of_another_wave_comes_beside(page, study):
    page.add("week 9.csv", export(seed=3), wave="t1", also="")
    assert [(use.file, use.wave) for use in studies.load(study).file.responses] == [
        ("answers-t0.csv", "t0"),
        ("week 9.csv", "t1"),
    ]


def test_real_answers_take_the_mark_of_invented_ones_away(page, study):
    page.add("real.csv", export(seed=3), real="real")
    assert not studies.load(study).file.simulated


WRONG = [
    ("a.csv", export(seed=2), {"also": ""}, "W044"),
    ("a.csv", export(seed=2), {"real": ""}, "W045"),
    ("a.csv", export(seed=2), {"wave": "t9"}, "W046"),
    ("b.csv", export(), {}, "W047"),
    ("a.csv", export(seed=2), {"version": "old"}, "W008"),
    ("a.csv", export(seed=2), {"platform": "../x"}, "R012"),
    ("a.exe", b"MZ", {}, "W006"),
    ("interview.docx", b"PK", {}, "R112"),
    ("old.xls", b"\xd0\xcf", {}, "R209"),
    ("a.xlsx", b"PK\x03\x04 no workbook", {}, "R004"),
    ("a.csv", b"", {}, "R001"),
    ("a.json", b"[" * 100_000, {}, "R"),
    ("a.sav", b"$FL2" + b"\xff" * 300, {}, "R"),
]


def test_a_wrong_file_or_choice_is_refused_and_leaves_the_folder_as_it_was(page, study):
    before, text = names(study), (study / "study.yaml").read_bytes()
    for name, content, fields, code in WRONG:
        refused = page.add(name, content, **fields)
        assert refused.status_code in (409, 422)
        assert any(one.startswith(code) for one in codes(refused)), (name, code, codes(refused))
    assert names(study) == before
    assert (study / "study.yaml").read_bytes() == text


def test_the_name_of_a_file_cannot_lead_elsewhere(page, study):
    for n, name in enumerate(["../../a.csv", "C:\\temp\\b.csv", "c#sheet.csv", "x" * 300 + ".csv", "\u202ed.csv"]):
        before = names(study)
        assert page.add(name, export(seed=2 + n)).status_code == 200
        (made,) = names(study) - before - {".study-history"}
        assert made.endswith(".csv")
        assert len(made) <= 90
        assert not {"/", "\\", "#", "\u202e"} & set(made)
    assert studies.load(study).check() == []


def test_workbooks_with_formulas_and_markup_are_shown_as_text(page, study):
    book = openpyxl.Workbook()
    sheet = book.active
    rows = [re.findall(r'"([^"]*)"', line) for line in export({"PS[ps03]": "=HYPERLINK()"}, seed=4).splitlines()]
    rows[0][rows[0].index("PS[ps05]")] = "<img src=x onerror=alert(1)>"
    for row in rows:
        sheet.append(row)
    kept = io.BytesIO()
    book.save(kept)
    shown = page.add("week.xlsx", kept.getvalue()).text
    assert "<img src=x" not in shown
    assert "&lt;img src=x onerror=alert(1)&gt;" in shown
    number = rows[0].index("<img src=x onerror=alert(1)>") + 1
    looked = page.choose("preview", **{f"c-{number}": "=ps05"})
    assert "&lt;img" in looked.text
    assert "mapping" not in (study / "study.yaml").read_text(encoding="utf-8")
    page.choose("write", **{f"c-{number}": "=ps05"})
    assert dict(studies.load(study).file.responses[0].mapping) == {"<img src=x onerror=alert(1)>": "ps05"}
    page.choose("write", **{f"c-{number}": ""})
    assert dict(studies.load(study).file.responses[0].mapping) == {}


def test_a_choice_that_the_study_does_not_have_is_refused(page, study):
    before = (study / "study.yaml").read_bytes()
    for fields in ({"c-7": "=nothing"}, {"wave": "t9"}, {"platform": "other"}):
        assert codes(page.choose("write", **fields))[0] in ("W046", "W048")
    assert page.client.post("/studies/small/answers/file/0", data={"step": "write", "version": "x"}).status_code == 409
    assert page.client.get("/studies/small/answers/file/7").status_code == 404
    assert (study / "study.yaml").read_bytes() == before


def test_other_columns_in_the_mapping_stay_when_one_is_chosen(page, study):
    page.choose("write", **{"c-7": "-", "c-8": "-"})
    page.choose("write", **{"c-8": ""})
    assert dict(studies.load(study).file.responses[0].mapping) == {"PS[ps01]": None}


def test_a_study_file_with_faults_says_what_is_wrong(page, study):
    (study / "study.yaml").write_text("id: [1", encoding="utf-8")
    assert codes(page.client.get("/studies/small/answers"))
    assert page.client.get("/studies/small/results").status_code == 200


@pytest.mark.browser
@pytest.mark.parametrize("language", ["nl"])  # one way through in each: see test_every_page
def test_a_file_that_cannot_be_used_is_mended_on_its_page(serve, visit, study, language):
    (study / "answers-t0.csv").write_text(export({"team": "Welk team?", "PS[ps01]": "naam"}), encoding="utf-8")
    served = serve(study.parent)
    page = visit(served, language, "/studies/small/answers")
    page.set_default_timeout(120_000)
    assert page.locator(".problem.error .code").count() == 1
    assert violations(page) == []
    page.locator(".cards a").first.click()
    assert violations(page) == []
    page.locator("tr").filter(has_text="Welk team?").locator("select").select_option("=team")
    with page.expect_navigation():
        page.locator("[name=step][value=preview]").click()
    with page.expect_navigation():
        page.locator("[name=step][value=change]").click()
    assert page.locator("tr").filter(has_text="Welk team?").locator("select").input_value() == "=team"
    with page.expect_navigation():
        page.locator("[name=step][value=preview]").click()
    with page.expect_navigation():
        page.locator("[name=step][value=write]").click()
    assert page.locator(".problem.error").count() == 0
    assert page.locator("[role=status]").count() == 1
    page.seen.provoked(page)


def test_a_file_that_no_longer_counts_is_used_again_or_thrown_away(page, study):
    page.add("answers-t0.csv", export(seed=2))
    (study / "kept.json").write_text('[{"ps01": 4}]', encoding="utf-8")
    (study / "plan.json").write_text('{"weeks": 8}', encoding="utf-8")
    shown = page.get()
    assert 'name="kept_file" value="kept.json"' in shown
    assert "plan.json" not in shown
    form = {"kept_file": "answers-t0.csv", "kept_wave": "t0", "version": page.version}
    unsaid = page.client.post("/studies/small/answers/use", data=form)
    assert codes(unsaid) == ["W045"]
    used = page.client.post("/studies/small/answers/use", data={**form, "kept_real": "invented"})
    assert used.status_code == 200
    assert [use.file for use in studies.load(study).file.responses] == ["answers-t0.csv"]
    away = {"kept_file": "answers-t0-2.csv", "version": page.version}
    assert page.client.post("/studies/small/answers/throw-away", data={**away, "version": "old"}).status_code == 409
    assert (study / "answers-t0-2.csv").is_file()
    assert page.client.post("/studies/small/answers/throw-away", data=away).status_code == 200
    assert not (study / "answers-t0-2.csv").exists()


def test_only_files_with_answers_that_do_not_count_can_be_thrown_away(page, study):
    before = names(study)
    (study.parent / "other.csv").write_text("a;b", encoding="utf-8")
    for name in ("answers-t0.csv", "study.yaml", "../other.csv", "..\\other.csv", "", "nothing.csv"):
        for do in ("throw-away", "use"):
            form = {"kept_file": name, "kept_wave": "t0", "kept_real": "invented", "version": page.version}
            assert codes(page.client.post(f"/studies/small/answers/{do}", data=form)) == ["W004"]
    assert names(study) == before
    assert (study.parent / "other.csv").is_file()


def test_a_file_that_is_still_to_come_is_said_once(page, study):
    text = (study / "study.yaml").read_text(encoding="utf-8")
    assert "- {file: answers-t0.csv, wave: t0}" in text
    (study / "study.yaml").write_text(
        text.replace(
            "- {file: answers-t0.csv, wave: t0}", "- {file: answers-t0.csv, wave: t0}\n  - {file: later.csv, wave: t1}"
        ),
        encoding="utf-8",
    )
    shown = page.get()
    assert shown.count("later.csv") == 1
    assert "/explain/S131" not in shown


def test_another_sheet_of_a_workbook_is_chosen_on_the_page(page, study):
    book = openpyxl.Workbook()
    book.active.title = "Toelichting"
    book.active.append(["Wie", "Wat"])
    book.active.append(["school", "uitleg"])
    sheet = book.create_sheet("Antwoorden 2026")
    for line in export(seed=4).splitlines():
        sheet.append(re.findall(r'"([^"]*)"', line))
    kept = io.BytesIO()
    book.save(kept)
    shown = page.add("week.xlsx", kept.getvalue()).text
    assert '<option value="Antwoorden 2026">' in shown
    looked = page.choose("preview", sheet="Antwoorden 2026", **{"c-1": "-"})
    assert 'name="sheet" value="Antwoorden 2026"' in looked.text
    assert codes(page.choose("write", sheet="Other")) == ["W048"]
    page.choose("write", sheet="Antwoorden 2026")
    (use,) = studies.load(study).file.responses
    assert use.file == "week.xlsx#Antwoorden 2026"
    assert dict(use.mapping) == {}
    assert studies.load(study).check() == []
    assert "week.xlsx</strong>" not in page.get()
    assert '<option value="Toelichting">' in page.get("/file/0")
