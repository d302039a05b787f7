"""Names are found, judged one by one, marked when they were missed, and taken out of the texts."""

from __future__ import annotations

import warnings

import pytest
from tests.accessibility import fits, violations
from tests.app.coding_material.by_hand import finish_task

from lcresearch import studies
from lcresearch.app.coding_material.marked_text import MOST_PLACES
from lcresearch.app.coding_material.tasks import find_names
from lcresearch.errors import LcresearchWarning
from lcresearch.interviews import coding_file
from lcresearch.interviews.deidentification.review_file import read_review, settled
from lcresearch.studies.editing import edit_study


def look(file, language="nl"):
    arguments = {"folder": str(file.path.parent), "file": str(file.path), "language": language, "dates": "month"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LcresearchWarning)  # programs that are not installed here
        return find_names(arguments, lambda step, share: None)


def select(page, words):
    """Select words in the text, as a mouse does."""
    page.evaluate(
        """words => {
          const talk = document.querySelector("[data-talk]");
          const walker = document.createTreeWalker(talk, NodeFilter.SHOW_TEXT);
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const at = node.data.indexOf(words);
            if (at < 0) continue;
            const range = document.createRange();
            range.setStart(node, at);
            range.setEnd(node, at + words.length);
            getSelection().removeAllRanges();
            getSelection().addRange(range);
            return;
          }
        }""",
        words,
    )


@pytest.mark.browser
@pytest.mark.parametrize("language", ["nl"])  # one way through in each: see test_every_page
def test_from_texts_with_names_to_texts_without(serve, visit, at_once, workplace, coded, language):
    file = coded()
    document = file.documents()["document"][0]
    start = file.document(document).text.index("fouten")
    an = file.coders()["coder"][0]
    code = next(one.id for one in file.codebook() if one.codable)
    file.code(document, start, start + 6, code, coder=an)
    served = serve(workplace)
    page = visit(served, language, "/studies/pulse/coding/names")
    assert violations(page) == []
    assert fits(page)
    page.locator("input[name=dates][value=year]").check()
    finish_task(page, page.locator("form[action$='/search'] button"))
    page.locator(".judged").wait_for()
    assert violations(page) == []
    assert fits(page)
    assert studies.load(workplace / "pulse").file.interviews.deidentify.dates == "year"

    page.locator(".judged a").first.click()
    page.locator("[data-stepper]:not([hidden])").wait_for()
    assert violations(page) == []
    assert fits(page)
    folder = workplace / "pulse"
    assert page.locator(".found-name:visible h2").text_content() == "Marleen de Wit"
    page.locator(".found-name:visible [name=replacement]").fill("de leider")
    page.locator(".found-name:visible [value=replace-everywhere]").click()
    page.locator(".found[data-choice=replace]").first.wait_for()
    log = read_review(folder)
    shown = log.assign(new=settled(log)["shown"])
    assert shown.loc[shown["found"].eq("Marleen de Wit"), "new"].tolist() == ["de leider", "de leider"]
    assert page.locator(".found-name:visible h2").text_content() == "jan.jansen@voorbeeld.nl"
    page.keyboard.press("r")
    page.locator(".found[data-choice=keep]").wait_for()
    page.keyboard.press("u")
    page.locator(".found[data-choice=open]").wait_for()

    select(page, "zwaluw")
    page.locator(".missed.filled").wait_for()
    assert page.locator("#missed").input_value() == "zwaluw"
    page.locator("#missed-kind").select_option("organisation")
    with page.expect_navigation():
        page.locator(".missed button").click()
    assert page.locator(".found", has_text="zwaluw").get_attribute("data-choice") == "replace"
    with page.expect_navigation():
        page.locator("[data-rest] button").click()
    assert settled(read_review(folder))["choice"].ne("").all()

    page.goto(f"{served.url}/studies/pulse/coding/names")
    assert page.locator("progress").get_attribute("value") == page.locator("progress").get_attribute("max")
    page.once("dialog", lambda dialog: dialog.accept())
    finish_task(page, page.locator("form[action$='/write'] button"))
    page.locator("form[action$='/search']").wait_for()
    texts = file.project().corpus
    assert "de leider, vroeg" in texts["gesprek-1"].text
    assert "Bedrijf A. 🐝 Mail me maar op [e-mail" in texts["gesprek-1"].text
    assert "de leider weet dat ook" in texts["gesprek-2"].text
    assert file.project().quotes["quote"].tolist() == ["fouten"]
    assert (folder / "private" / "interview-key.csv").read_text("utf-8").count("Marleen de Wit") > 0
    for path in folder.glob("interviews.lccoding*"):
        assert b"Marleen" not in path.read_bytes()


def test_what_the_command_line_decided_is_gone_on_with(client, workplace, coded):
    file = coded()
    assert look(file)["n"] > 0
    folder = workplace / "pulse"
    studies.deidentify_interviews(folder, folder / "clean.qdpx", force=True)
    document = file.documents()["document"][1]
    at = f"/studies/pulse/coding/names/text/{document}"
    assert client.get(at).status_code == 200
    hit = read_review(folder).query("document == 'gesprek-2'")["hit"].iloc[0]
    version = client.get(at).text.split('data-version="')[1].split('"')[0]
    given = {"version": version, "hit": hit, "choice": "keep"}
    assert client.post(f"{at}/decide", data=given).status_code == 303
    told = client.post(f"{at}/decide", data=given, headers={"accept": "application/json"})
    assert (told.status_code, told.json()["problems"][0]["code"]) == (409, "W008")
    clean = studies.deidentify_interviews(folder, folder / "clean.qdpx", force=True)
    assert "Marleen de Wit" in clean.corpus["gesprek-2"].text


def test_what_does_not_fit_is_refused(client, workplace, coded):
    file = coded()
    document = file.documents()["document"][0]
    at = f"/studies/pulse/coding/names/text/{document}"
    assert "W144" in client.get(at).text
    look(file)
    version = client.get(at).text.split('data-version="')[1].split('"')[0]
    asked = {"version": version, "kind": "person"}
    assert "W145" in client.post(f"{at}/mark", data=asked | {"words": "<script>"}).text
    assert "V131" in client.post(f"{at}/mark", data=asked | {"words": "Hoe begon het?\nR: Mijn"}).text
    assert "V123" in client.post(f"{at}/mark", data={"version": version, "kind": "x", "words": "baas"}).text
    assert "V130" in client.post(f"{at}/decide", data={"version": version, "hit": "../x", "choice": "keep"}).text
    assert client.get("/studies/pulse/coding/names/text/..%2f..").status_code == 404
    from dataclasses import replace

    file.add_documents([replace(file.document(document), id="x", name="gesprek-9", text="Niets.", turns=())])
    assert client.get(at).status_code == 200


@pytest.mark.browser
@pytest.mark.parametrize("language", ["en"])  # one way through in each: see test_every_page
def test_a_text_with_many_names_is_judged_in_parts(serve, visit, workplace, tmp_path, language):
    said = "".join(f"R: Bel Jan Jansen op 06-1234{n:04d}. 🐝\n" for n in range(180)) + "R: Zonnestraal was er ook.\n"
    (tmp_path / "lang.txt").write_text(said, encoding="utf-8")
    project = studies.open_interviews([str(tmp_path / "lang.txt")])
    file = coding_file.create(workplace / "pulse" / "interviews.lccoding", project)
    edit_study(workplace / "pulse", {("interviews", "project"): "interviews.lccoding"})
    look(file)
    document = next(iter(project.corpus))
    n = len(read_review(workplace / "pulse"))
    assert n > 2 * MOST_PLACES
    served = serve(workplace)
    here = f"/studies/pulse/coding/names/text/{document.id}"
    page, at = visit(served, language, f"{here}?deel=1"), served.url + here
    parts = []
    for number in range(1, -(-n // MOST_PLACES) + 1):
        if number > 1:
            page.goto(f"{at}?deel={number}")
        assert page.locator("[data-name]").count() <= MOST_PLACES + 10
        parts.append(page.evaluate("document.querySelector('[data-talk]').textContent"))
    assert "".join(parts) == document.text
    assert violations(page) == []
    assert fits(page)

    # a name that was missed, in the last part: its place is that in the whole text
    select(page, "Zonnestraal")
    page.locator("[data-missed] [name=replacement]").fill("[naam]")
    page.wait_for_function("document.querySelector('[data-mark] [name=start]').value !== ''")
    with page.expect_navigation():
        page.locator("[data-mark] button").click()
    assert page.url.split("#")[0].endswith(f"?deel={len(parts)}")
    log = read_review(workplace / "pulse")
    row = log[log["found"].eq("Zonnestraal")].iloc[0]
    assert document.text[row["start"] : row["end"]] == "Zonnestraal"

    # all in one part is right: only there
    page.goto(f"{at}?deel=1")
    shown = page.locator("[data-name]").count()
    with page.expect_navigation():
        page.locator("[data-rest] button").click()
    assert settled(read_review(workplace / "pulse"))["choice"].ne("").sum() == shown + 1
    assert page.locator("[data-rest]").is_hidden()
    with page.expect_navigation():
        page.locator(".actions a.button").click()
    assert page.url.endswith("?deel=2")
    page.goto(at)
    assert "2" in page.locator(".parts span").text_content()
    page.locator("[data-name] button[value=replace]").locator("visible=true").first.click()
    page.locator("[data-name][data-choice=replace]").first.wait_for(state="attached")
    assert settled(read_review(workplace / "pulse"))["choice"].ne("").sum() == shown + 2
