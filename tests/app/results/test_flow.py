"""From an export that is dropped on the page to a report that is read in it: the whole way, in both languages."""

from __future__ import annotations

import io
import shutil
import zipfile

import pytest
from tests.accessibility import looked_at, violations
from tests.app.small_study import export, write_study

from lcresearch import studies

RENAMED = {"PS[ps03]": "My remark, =1+1", "PS[ps07]": "<script>alert(7)</script>"}
WORDS = {
    "nl": {"add": "Bestand toevoegen", "preview": "Bekijk wat er verandert", "save": "Opslaan",
           "run": "Resultaten berekenen", "again": "Opnieuw berekenen", "zip": "Alles in één zip-bestand"},
    "en": {"add": "Add the file", "preview": "See what changes", "save": "Save", "run": "Run the analyses",
           "again": "Run again", "zip": "All in one zip file"},
}  # fmt: skip


@pytest.mark.browser
@pytest.mark.parametrize("language", ["nl"])  # one way through in each: see test_every_page
def test_an_export_is_dropped_in_its_mapping_corrected_and_the_report_read(serve, visit, tmp_path, language):
    study, say = write_study(tmp_path / "studies"), WORDS[language]
    before = {path.name for path in study.iterdir()}
    served = serve(tmp_path / "studies")
    page = visit(served, language, "/studies/small/answers")
    page.set_default_timeout(120_000)
    looked_at(page, (800, 390))
    file = {"name": "../week 1.csv", "mimeType": "text/csv", "buffer": export(RENAMED, seed=2).encode()}
    page.set_input_files("[name=file]", file)
    page.select_option("[name=wave]", "t0")
    page.check("[name=also][value=replace]")
    page.check("[name=real][value=invented]")
    with page.expect_navigation():
        page.get_by_role("button", name=say["add"]).click()
    assert page.locator("h1").text_content() == "week 1.csv"
    looked_at(page, (800, 390))
    assert page.locator("#missing").count() == 1
    looked = page.locator("tr.open th .file").all_text_contents()
    assert set(looked) == set(RENAMED.values())
    for name, item in (("My remark, =1+1", "ps03"), ("<script>alert(7)</script>", "ps07")):
        page.locator("tr.open").filter(has_text=name).locator("select").select_option(f"={item}")
    with page.expect_navigation():
        page.get_by_role("button", name=say["preview"]).click()
    looked_at(page, (800, 390))
    assert "mapping" not in (study / "study.yaml").read_text(encoding="utf-8")
    with page.expect_navigation():
        page.get_by_role("button", name=say["save"]).click()
    assert page.locator("#missing").count() == 0
    use = studies.load(study).file.responses[0]
    assert dict(use.mapping) == {"My remark, =1+1": "ps03", "<script>alert(7)</script>": "ps07"}
    assert "# in spring" in (study / "study.yaml").read_text(encoding="utf-8")
    assert {path.name for path in study.iterdir()} == before | {"week 1.csv", ".study-history"}

    shutil.copytree(study, tmp_path / "beside")
    page.goto(f"{served.url}/studies/small/results")
    assert violations(page) == []
    page.get_by_role("button", name=say["run"]).click()
    page.wait_for_url("**/studies/small/results")
    page.frame_locator("iframe").locator("h1").wait_for()
    looked_at(page, (800, 390))
    inside = page.frame_locator("iframe").locator("html")
    assert inside.get_attribute("lang") == language
    with page.context.expect_page() as opened:
        page.locator(".report-head .links a").first.click()
    assert opened.value.locator("h1").text_content().strip()
    opened.value.close()
    for one in page.locator("details").all():
        one.evaluate("place => { place.open = true; }")
    with page.expect_download() as kept:
        page.get_by_role("link", name="scores_overall.csv").click()
    done = studies.load(tmp_path / "beside").run()
    assert kept.value.path().read_bytes() == (done.folder / "tables" / "scores_overall.csv").read_bytes()
    with page.expect_download() as kept:
        page.get_by_role("link", name=say["zip"]).click()
    names = zipfile.ZipFile(io.BytesIO(kept.value.path().read_bytes())).namelist()
    assert {"report.html", "report.en.html", "run.json", "facts.json", "tables/tables.xlsx"} <= set(names)
    assert not [name for name in names if name.startswith(("private", "companies"))]
