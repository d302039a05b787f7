"""Coding a text: by mouse, by keyboard alone, in two tabs, and with the server gone."""

from __future__ import annotations

import httpx
import pytest
from tests.accessibility import violations
from tests.app.coding.by_hand import click_on, give, marks, number, saved, select
from tests.app.coding.conftest import LONG, ME, OTHER, SHORT, TALK, code_id
from tests.app.conftest import TOKEN

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["nl"])  # one way through in each: see test_every_page
def test_by_mouse(as_coder, coded, language):
    page = as_coder(language=language)
    words = {
        "nl": ("Opgeslagen", "Grenzen", "Memo", "Weghalen", "Bewaren", "Grenzen bewaren", "Ongedaan maken", "Opnieuw"),
        "en": ("Saved", "Boundaries", "Memo", "Remove", "Keep", "Keep boundaries", "Undo", "Redo"),
    }[language]
    # two codes on one passage, and one that overlaps across an emoji and a turn
    select(page, "We kijken samen wat er misging.")
    give(page, "Samen terugkijken")
    give(page, "Van een ander")
    select(page, "🐻 We kijken samen")
    give(page, "Geen tijd")
    saved(page)
    assert page.locator("#saving").text_content() == words[0]
    assert coded.quotes() == [
        ("Geen tijd", "🐻 We kijken samen"),
        ("Samen terugkijken", "We kijken samen wat er misging."),
        ("Van een ander afkijken", "We kijken samen wat er misging."),
    ]
    assert sorted(marks(page)) == ["Geen tijd", "Samen terugkijken", "Van een ander afkijken"]
    number(page, ".code-bar", 3)
    lanes = page.evaluate("[...document.querySelectorAll('.code-bar')].map(one => one.style.insetInlineStart)")
    assert len(set(lanes)) == 3
    assert page.locator("#codes .code", has_text="Geen tijd").locator(".count").text_content().startswith("1")

    # boundaries, memo, removal
    page.locator(".mark", has_text="Geen tijd").click()
    page.locator("#here").get_by_role("button", name=words[1], exact=True).click()
    select(page, "Dat is soms slikken.")
    page.get_by_role("button", name=words[5]).click()
    page.locator("#here").get_by_role("button", name=words[2], exact=True).click()
    page.locator("#memo-words").fill("Zegt dit <b>lachend</b> 🙂")
    page.locator("#memo").get_by_role("button", name=words[4]).click()
    page.locator(".memo-text", has_text="<b>lachend</b>").wait_for()
    saved(page)
    assert ("Geen tijd", "Dat is soms slikken.") in coded.quotes()
    assert coded.file.memos()["text"].tolist() == ["Zegt dit <b>lachend</b> 🙂"]
    page.locator("#here").get_by_role("button", name=words[3], exact=True).click()
    saved(page)
    assert len(coded.quotes()) == 2

    # undo brings back the coding with its memo, redo takes it again; after a new start of the page as well
    page.reload()
    page.get_by_role("button", name=words[6]).click()
    page.locator(".mark", has_text="Geen tijd").wait_for()
    assert len(coded.quotes()) == 3
    page.get_by_role("button", name=words[7], exact=True).click()
    number(page, ".mark", 2)
    assert len(coded.quotes()) == 2
    for width in (1280, 800):
        page.set_viewport_size({"width": width, "height": 900})
        click_on(page, "We kijken samen wat")
        page.locator("#here-list .given").first.wait_for()
        assert violations(page, None if width == 1280 else False) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("language", ["en"])  # one way through in each: see test_every_page
def test_by_keyboard_alone(as_coder, coded, language):
    page = as_coder(language=language)
    keys = page.keyboard
    page.locator("#text").focus()
    # a sentence by moving and extending, a code by number; the same code again; another by searching
    keys.press("PageDown")
    keys.press("PageDown")
    keys.press("ArrowDown")
    keys.press("Shift+ArrowDown")
    page.locator("#chosen-text", has_text="We kijken samen").wait_for()
    keys.press("1")
    keys.press("t")
    keys.press("r")
    keys.press("c")
    assert page.evaluate("document.activeElement.id") == "code-search"
    keys.type("tijd")
    keys.press("Enter")
    assert page.evaluate("document.activeElement.id") == "text"
    saved(page)
    turn = "Elke dag. 🐻 We kijken samen wat er misging. Dat is soms slikken. Niemand wordt erop afgerekend."
    sentence = "🐻 We kijken samen wat er misging."
    assert sorted(coded.quotes()) == [
        ("Geen tijd", turn),
        ("Samen terugkijken", turn),
        ("Samen terugkijken", sentence),
    ]
    # to the next coding, other boundaries, a memo, away with it, and back
    keys.press("Escape")
    keys.press("Control+Home")
    keys.press("n")
    keys.press("b")
    keys.press("w")
    page.locator("#chosen-text", has_text="Elke").wait_for()
    keys.press("Enter")
    saved(page)
    keys.press("m")
    page.locator("#memo-words").wait_for()
    keys.type("kort")
    keys.press("Tab")
    keys.press("Enter")
    saved(page)
    assert sum(words == "Elke" for _, words in coded.quotes()) == 1
    assert coded.file.memos()["text"].tolist() == ["kort"]
    page.locator("#text").focus()
    keys.press("Delete")
    number(page, ".mark", 2)
    saved(page)
    keys.press("Control+z")
    number(page, ".mark", 3)
    keys.press("Control+y")
    number(page, ".mark", 2)
    assert len(coded.quotes()) == 2
    # find, go to a turn, keys
    keys.press("Control+f")
    keys.type("leermeester")
    page.locator("#find-count", has_text="1").wait_for()
    page.locator("#turn-number").fill("3")
    keys.press("Enter")
    assert page.evaluate("document.activeElement.id") == "text"
    keys.press("?")
    page.locator("#keys[open]").wait_for()
    assert violations(page) == []
    keys.press("Escape")


def test_a_code_is_dragged_onto_what_is_selected(as_coder, coded):
    page = as_coder()
    select(page, "Niemand wordt erop afgerekend.")
    page.locator("#codes .code", has_text="Van een ander").drag_to(page.locator(".said", has_text="Elke dag"))
    page.locator(".mark").wait_for()
    saved(page)
    assert len(coded.quotes()) == 1


def test_on_a_tablet_a_turn_is_chosen_by_touch(as_coder, coded):
    coded.file.code(LONG, -1, -1, code_id("watch"), coder=coded.me)
    page = as_coder(width=800, has_touch=True)
    page.locator("#whole", has_text="Van een ander afkijken").wait_for()
    page.locator(".number").nth(1).tap()
    page.locator("#codes .code", has_text="Geen tijd").tap()
    page.locator(".mark", has_text="Geen tijd").tap()
    page.locator("#here").get_by_role("button", name="Weghalen").wait_for()
    saved(page)
    assert coded.quotes()[-1] == ("Geen tijd", TALK[1][1])
    small = page.evaluate(
        "[...document.querySelectorAll('main button, main a, main input')].filter(one => one.checkVisibility())"
        ".map(one => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])"
        ".filter(([, box]) => box.height && (box.height < 24 || box.width < 24)).map(([html]) => html)"
    )
    assert small == []


def test_two_tabs_see_each_other(as_coder, coded):
    first = as_coder()
    second = first.context.new_page()
    second.goto(first.url)
    select(first, "Dan is er geen tijd.")
    give(first, "Geen tijd")
    second.bring_to_front()
    second.locator(".mark", has_text="Geen tijd").wait_for()
    # a step in the other tab keeps both, and what was removed meanwhile is told in words
    select(second, "Elke dag.")
    give(second, "Samen terugkijken")
    saved(second)
    assert len(coded.quotes()) == 2
    first.bring_to_front()
    first.locator(".mark", has_text="Samen terugkijken").wait_for()
    for coding in coded.file.codings(LONG, coders=[coded.me])["coding"]:
        coded.file.uncode(coding, coder=coded.me)
    first.locator(".mark", has_text="Geen tijd").click()
    first.locator("#here").get_by_role("button", name="Grenzen", exact=True).click()
    select(first, "De order gaat voor.")
    first.get_by_role("button", name="Grenzen bewaren").click()
    first.locator("#told.bad").wait_for()
    number(first, ".mark", 0)
    first.seen.provoked(first)


def test_steps_wait_in_the_browser_while_the_server_is_away(apart, as_coder, coded):  # the server goes last
    running = apart(coded.folder)
    page = as_coder(served=running)
    select(page, "Elke dag.")
    give(page, "Samen terugkijken")
    saved(page)
    running.kill()
    assert len(coded.quotes()) == 1  # what was confirmed is on disk
    select(page, "Dan is er geen tijd.")
    give(page, "Geen tijd")
    page.locator("#away").wait_for()
    assert page.locator("#saving").get_attribute("data-state") == "away"
    give(page, "Van een ander")
    # the browser crashes as well; another tab finds the steps, and they count once
    page.close()
    running.start()
    again = page.context.new_page()
    again.goto(f"{running.url}/studies/smit/coding/text/{LONG}")
    number(again, ".mark", 3)
    saved(again)
    assert len(coded.quotes()) == 3
    again.reload()
    number(again, ".mark", 3)
    page.seen.provoked(again)


def test_codings_of_others_show_when_all_have_finished(as_coder, coded):
    coded.file.code(LONG, 20, 30, code_id("time"), coder=coded.other)
    coded.file.assign([LONG], [coded.me, coded.other])
    page = as_coder()
    assert marks(page) == []
    page.once("dialog", lambda asked: asked.accept())
    page.get_by_role("button", name="Klaar met deze tekst").click()
    page.get_by_role("status").filter(has_text="Klaar met Gesprek").wait_for()
    page.locator(".texts a").first.click()
    assert marks(page) == []
    coded.file.finish(LONG, coded.other)
    page.reload()
    page.locator(".mark.other", has_text=OTHER).wait_for()
    select(page, "Elke dag.")
    give(page, "Geen tijd")
    page.locator("#told.bad").wait_for()
    assert coded.quotes() == []
    assert violations(page) == []
    page.get_by_role("button", name="Weer openen").click()
    number(page, ".mark", 0)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_who_codes_and_the_list_of_texts(serve, visit, coded, language):
    served = serve(coded.folder)
    page = visit(served, language)
    page.goto(f"{served.url}/studies/smit/coding")
    hostile = "Zoë <script>alert(1)</script> 'of'"
    page.get_by_label({"nl": "nieuwe naam", "en": "new name"}[language]).fill("\u202e" + hostile)
    assert violations(page) == []
    page.locator("main form button").click()
    assert page.locator(".who bdi").text_content() == hostile
    assert hostile in coded.file.coders()["name"].tolist()
    assert page.locator(".texts tbody tr").count() == 2
    assert violations(page) == []
    page.goto(f"{served.url}/studies/smit/coding/coder")
    page.get_by_label(ME, exact=True).check()
    page.locator("main form button").click()
    assert page.locator(".who bdi").text_content() == ME
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_steps_that_are_none_are_refused(serve, coded):
    served = serve(coded.folder)
    with httpx.Client(base_url=served.url, headers={"origin": served.url, "accept": "application/json"}) as client:
        client.get("/", params={"token": TOKEN})
        path = f"/studies/smit/coding/text/{LONG}/step"
        good = {"kind": "code", "coding": "33333333-0000-4000-8000-000000000001", "start": 0, "end": 7,
                "code": code_id("time")}  # fmt: skip
        assert client.post(path, json=good).json()["problems"][0]["code"] == "W101"
        client.cookies.set("lcresearch-coder", ME.replace(" ", "%20"))
        assert client.post(path, json=good, headers={"origin": "http://elsewhere.example"}).status_code == 403
        one, two = client.post(path, json=good).json(), client.post(path, json=good).json()
        assert one == two
        assert len(coded.quotes()) == 1
        wrong = [
            good | {"kind": "drop table"}, good | {"start": 2.5}, good | {"start": True}, good | {"end": 10**9},
            good | {"start": -1, "end": -1}, good | {"code": "elsewhere"}, good | {"code": code_id("learn")},
            good | {"coding": "../../x"}, {"kind": "memo", "on_kind": "coder", "on_id": "x", "text": "", "version": 0},
            {"kind": "memo", "on_kind": "code", "on_id": "x", "text": "y" * 30_000, "version": 0}, {},
        ]  # fmt: skip
        for step in wrong:
            answer = client.post(path, json=step)
            assert 400 <= answer.status_code < 500
            assert answer.json()["problems"]
        for body in (b"[", b"[]", b"\xff", b"[" * 100_000):
            assert client.post(path, content=body).json()["problems"][0]["code"] == "W104"
        assert client.post(path, content=b" " * 2**21).status_code == 413
        assert client.post(path.replace(LONG, "..%2F..%2Fx"), json=good).status_code == 404
        assert client.get(f"/studies/smit/coding/text/{SHORT}").status_code == 200
        assert len(coded.quotes()) == 1


@pytest.mark.parametrize("language", ["nl", "en"])
def test_without_codes_the_page_leads_to_where_they_are_made(as_coder, coded, language):
    for code in [one.id for one in coded.file.codebook()][::-1]:
        coded.file.remove_code(code, coder=coded.me)
    page = as_coder(language=language)
    page.locator("#empty-book").wait_for()
    assert page.locator("#no-codes").is_hidden()
    assert violations(page) == []
    page.locator("#empty-book a").click()
    page.wait_for_url("**/coding/codebook")
    coded.file.add_code("Nieuw", coder=coded.me)
    page.go_back()
    page.locator("#codes .code", has_text="Nieuw").wait_for()
    assert page.locator("#empty-book").is_hidden()


def test_codes_keep_their_pattern_where_the_system_chooses_colours(as_coder):
    """In high contrast: a pattern tells one code from another, and a line below one tab says where one is."""
    page = as_coder(forced_colors="active")
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    select(page, "We kijken samen wat er misging.")
    give(page, "Samen terugkijken")
    give(page, "Van een ander")
    saved(page)
    number(page, ".code-bar", 2)
    look = "one => one.map(each => getComputedStyle(each)).map(style => style.backgroundColor + style.backgroundImage)"
    for drawn in (".code-bar", ".mark .swatch", "#codes .code .swatch"):
        shown = page.locator(drawn).evaluate_all(look)
        assert len(set(shown)) == len(shown) > 1, drawn
    for tabs in (".top nav a", ".tabs a", ".coding-menu a"):
        lines = page.locator(tabs).evaluate_all(
            """all => all.map(one => [getComputedStyle(one).borderBottomColor, one.hasAttribute("aria-current")])"""
        )
        assert {color for color, here in lines if here}.isdisjoint(color for color, here in lines if not here), tabs
