"""The codebook: adding, changing, moving, merging and removing codes, with their history and undo."""

from __future__ import annotations

import httpx
import pytest
from tests.accessibility import violations
from tests.app.coding.conftest import LONG, ME, code_id
from tests.app.conftest import TOKEN

from lcresearch.errors import InterviewError


@pytest.mark.browser
@pytest.mark.parametrize("language", ["en"])  # one way through in each: see test_every_page
def test_a_codebook_grows_and_is_put_in_order(as_coder, coded, language):
    words = {
        "nl": ("Toevoegen", "Opslaan", "Terugzetten", "Omhoog", "Bekijk wat er gebeurt", "Samenvoegen",
               "Deze code weghalen…", "Weghalen met", "Ongedaan maken: code weggehaald"),
        "en": ("Add", "Save", "Put back", "Up", "See what happens", "Merge", "Remove this code…", "Remove with",
               "Undo: a code removed"),
    }[language]  # fmt: skip
    coded.file.code(LONG, 20, 40, code_id("time"), coder=coded.me)
    coded.file.code(LONG, 20, 40, code_id("watch"), coder=coded.me)
    coded.file.code(LONG, 50, 60, code_id("time"), coder=coded.other)
    page = as_coder("codebook", language)
    assert violations(page) == []

    # a new code, with words that look like markup
    new = "Fouten <i>durven</i> noemen 🐻"
    page.locator(".add input[name=name]").fill(new)
    with page.expect_navigation():
        page.locator(".add").get_by_role("button", name=words[0]).click()
    assert page.locator("#code-title bdi").text_content() == new
    page.locator("textarea[name=definition]").fill("Zegt wat misging.")
    page.locator("input[name=color][value='#5b4bb5']").check()
    with page.expect_navigation():
        page.get_by_role("button", name=words[1], exact=True).click()
    code = next(one for one in coded.file.codebook() if one.name == new)
    assert (code.definition, code.color) == ("Zegt wat misging.", "#5b4bb5")
    page.locator("#f-name-of").fill("Fouten noemen")
    with page.expect_navigation():
        page.get_by_role("button", name=words[1], exact=True).click()
    assert coded.file.codebook()[code.id].name == "Fouten noemen"

    # its history says who did what, and puts back what was there
    told = page.locator(".history li").first
    assert ME in told.text_content()
    assert told.locator("del bdi").text_content() == new
    with page.expect_navigation(), page.expect_navigation():
        told.get_by_role("button", name=words[2]).click()
    assert coded.file.codebook()[code.id].name == new

    # up by the button, below the code before by the keyboard
    with page.expect_navigation():
        page.get_by_role("button", name=words[3], exact=True).click()
    order = [one.id for one in coded.file.codebook().children("")]
    assert order.index(code.id) == order.index(code_id("hostile")) - 1
    leaf = page.locator(f"#c-{code.id}")
    page.locator("html[data-ready]").wait_for()
    leaf.focus()
    with page.expect_navigation():
        page.keyboard.press("Alt+ArrowRight")
    assert coded.file.codebook()[code.id].parent == code_id("time")
    assert page.evaluate("document.activeElement.id") == f"c-{code.id}"
    assert violations(page) == []

    # merging and removing say beforehand what happens
    page.goto(page.url.split("/codebook")[0] + f"/codebook/code/{code_id('time')}")
    page.locator("#f-into").select_option(code_id("watch"))
    with page.expect_navigation():
        page.get_by_role("button", name=words[4]).click()
    said = page.locator(".asking").text_content()
    assert "2" in said
    assert new in said
    assert violations(page) == []
    with page.expect_navigation():
        page.get_by_role("button", name=words[5], exact=True).click()
    assert coded.file.codings()["code"].tolist() == [code_id("watch")] * 2
    with page.expect_navigation():
        page.get_by_role("button", name=words[6]).click()
    assert "1" in page.locator(".asking strong").text_content()
    with page.expect_navigation():
        page.get_by_role("button", name=words[7]).click()
    assert len(coded.file.codings()) == 0
    with page.expect_navigation():
        page.get_by_role("button", name=words[8]).click()
    assert len(coded.file.codings()) == 2
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.browser
def test_what_somebody_else_changed_meanwhile_is_not_overwritten(as_coder, coded):
    page = as_coder(f"codebook/code/{code_id('time')}")
    coded.file.change_code(code_id("time"), coder=coded.other, definition="Van Bo.")
    page.locator("textarea[name=definition]").fill("Van Anna.")
    with page.expect_navigation():
        page.get_by_role("button", name="Opslaan", exact=True).click()
    assert coded.file.codebook()[code_id("time")].definition == "Van Bo."
    assert page.locator("textarea[name=definition]").input_value() == "Van Anna."
    assert "Van Bo." in page.locator("[role=alert]").text_content()
    assert violations(page) == []
    with page.expect_navigation():
        page.get_by_role("button", name="Opslaan", exact=True).click()
    assert coded.file.codebook()[code_id("time")].definition == "Van Anna."
    page.seen.provoked(page)


def test_counts_tell_nothing_of_who_codes_a_text_apart(serve, coded):
    file = coded.file
    file.assign([LONG], [coded.me, coded.other])
    for start in (20, 30, 40):
        file.code(LONG, start, start + 5, code_id("time"), coder=coded.other)
    file.code(LONG, 20, 40, code_id("watch"), coder=coded.me)
    home = "/studies/smit/coding/codebook"
    time = f"{home}/code/{code_id('time')}"
    served = serve(coded.folder)
    with httpx.Client(base_url=served.url, headers={"origin": served.url, "accept-language": "en"}) as client:
        client.get("/", params={"token": TOKEN})
        client.cookies.set("lcresearch-coder", ME.replace(" ", "%20"))
        shown = client.get(home).text
        assert shown.count('class="count"') == 1
        before = client.get(f"{time}/ask").text
        assert "Others used this code too" in before
        assert "3 codings" not in before
        assert 'name="with_codings" value="yes"' in before
        assert "Others used this code too" in client.get(f"{time}/ask?into={code_id('watch')}").text
        for coder in (coded.me, coded.other):
            file.finish(LONG, coder)
        assert client.get(home).text.count('class="count"') == 2
        assert "3 codings" in client.get(f"{time}/ask").text


def test_forms_that_are_wrong_change_nothing(serve, coded):
    served = serve(coded.folder)
    before = coded.file.revision
    with httpx.Client(base_url=served.url, headers={"origin": served.url, "accept": "application/json"}) as client:
        client.get("/", params={"token": TOKEN})
        home = "/studies/smit/coding/codebook"
        assert client.post(f"{home}/add", data={"name": "x"}).json()["problems"][0]["code"] == "W101"
        client.cookies.set("lcresearch-coder", ME.replace(" ", "%20"))
        time = f"{home}/code/{code_id('time')}"
        wrong = [
            (f"{home}/add", {"name": " "}, "V297"),
            (f"{home}/add", {"name": "Geen tijd"}, "V298"),
            (f"{home}/add", {"name": "y" * 300}, "W106"),
            (f"{home}/add", {"name": "x", "parent": "elsewhere"}, "V289"),
            (f"{time}/change", {"name": "x"}, "W104"),
            (f"{time}/change", {"color": "url(//x)", "version": "1"}, "W107"),
            (f"{time}/change", {"name": "x", "version": "99999999999"}, "W104"),
            (f"{time}/move", {"parent": code_id("time"), "version": "1"}, "V296"),
            (f"{home}/code/{code_id('learn')}/move", {"to": "up", "version": "1"}, "W108"),
            (f"{time}/merge", {"into": "elsewhere", "version": "1"}, "W105"),
            (f"{home}/code/elsewhere/remove", {"version": "1"}, "W105"),
        ]
        for path, sent, code in wrong:
            answer = client.post(path, data=sent)
            assert [one["code"] for one in answer.json()["problems"]] == [code], (path, sent)
        assert client.get(f"{home}/code/elsewhere").status_code == 404
        assert client.get(f"{time}/ask?into={code_id('time')}").status_code == 404
        assert coded.file.revision == before
        coded.file.code(LONG, 20, 40, code_id("time"), coder=coded.me)
        assert client.post(f"{time}/remove", data={"version": "1"}).json()["problems"][0]["code"] == "V295"
    with pytest.raises(InterviewError):
        coded.file.remove_code(code_id("time"), coder=coded.me)
