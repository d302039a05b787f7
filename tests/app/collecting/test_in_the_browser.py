"""A round as people meet it: the lecturer on a laptop, others on their phones, until the study reads the answers."""

from __future__ import annotations

import pytest
from tests.accessibility import violations
from tests.app.collecting.conftest import ITEMS, Place

from lcresearch import instruments, responses, studies

pytestmark = pytest.mark.browser

LECTURER = {
    "nl": {"start": "Afname beginnen", "close": "Sluiten en antwoorden bewaren", "slips": "Met een eigen briefje",
           "pause": "Even stoppen", "resume": "Verdergaan", "screen": "Scherm voor de zaal",
           "print": "Briefjes printen"},
    "en": {"start": "Start collecting", "close": "Close and keep the answers", "slips": "With a slip each",
           "pause": "Pause", "resume": "Go on", "screen": "Screen for the room", "print": "Print slips"},
}  # fmt: skip
PERSON = {
    "nl": {"begin": "Beginnen", "next": "Volgende", "send": "Verzenden", "yes": "Ja, ik doe mee", "saved": "Opgeslagen",
           "no": "Nee, ik doe niet mee", "thanks": "Uw antwoorden zijn verstuurd", "later": "Later verder",
           "refused": "U doet niet mee", "stop": "Stoppen en wissen", "wrong": "klopt niet"},
    "en": {"begin": "Begin", "next": "Next", "send": "Complete", "yes": "Yes, I will take part", "saved": "Saved",
           "no": "No, I will not take part", "thanks": "Your answers were sent in", "later": "Go on later",
           "refused": "You do not take part", "stop": "Stop and erase", "wrong": "not right"},
}  # fmt: skip


@pytest.fixture
def lecturer(serve, visit, study_folder):
    """The page of the lecturer on a laptop; confirms what it asks."""

    def go(language):
        served = serve(study_folder.parent)
        page = visit(served, language, "/studies/short/collecting")
        page.on("dialog", lambda asked: asked.accept())
        page.home = page.url
        page.served = served
        return page

    return go


def press(page, name):
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def start(page, language, slips=0):
    page.locator("#f-address").select_option("127.0.0.1")
    if slips:
        page.get_by_label(LECTURER[language]["slips"]).check()
        page.locator("#f-n_slips").fill(str(slips))
    press(page, LECTURER[language]["start"])
    return page.locator("dd .address").text_content().rstrip("/")


def open_form(visit, url, code, language):
    """On a phone, from the address in the QR code to the first page of the form."""
    page = visit(Place(url, f"/?code={code.replace(' ', '')}"), language, width=390, height=844)
    page.on("dialog", lambda asked: asked.accept())
    press(page, PERSON[language]["begin"])
    page.get_by_role("button", name=PERSON[language]["next"]).wait_for()
    return page


PLACE = "() => document.querySelector('.sd-progress-buttons__page-title, .sd-progress-buttons__footer')?.textContent"


def go_on(page, language):
    before = page.evaluate(PLACE)
    page.get_by_role("button", name=PERSON[language]["next"]).click()
    page.wait_for_function(f"before => ({PLACE})() !== before", arg=before)


def saved(page, language):
    page.locator("#status.saved").wait_for()
    assert page.locator("#status").text_content() == PERSON[language]["saved"]


def to_the_table(page, language, firm="Smit", day="07"):
    """From the first page to the table of questions."""
    go_on(page, language)
    page.get_by_text(PERSON[language]["yes"]).click()
    go_on(page, language)
    page.get_by_text(firm, exact=True).click()
    go_on(page, language)
    for box, text in zip(page.locator("#form input[type=text]").all(), ("AN", day, "UT"), strict=True):
        box.fill(text)
    go_on(page, language)


def answer(page, given):
    for name, value in given.items():
        page.locator(f"input[name$='_{name}'][value='{value}']").locator("xpath=..").click()


def fits(page):
    """Nothing needs sideways scrolling, once the page is laid out anew."""
    wide = page.viewport_size["width"]
    page.wait_for_function("wide => innerWidth === wide && document.documentElement.scrollWidth <= wide", arg=wide)
    return True


@pytest.mark.parametrize("language", ["nl"])  # one way through in each: see test_every_page
def test_a_round_from_start_to_scores(lecturer, visit, study_folder, language):
    words = PERSON[language]
    page = lecturer(language)
    assert violations(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert fits(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    url = start(page, language)
    code = page.locator("dd .code").text_content()
    assert violations(page) == []
    page.get_by_role("link", name=LECTURER[language]["screen"]).click()
    page.locator("img.qr").wait_for()
    assert page.evaluate("document.querySelector('img.qr').naturalWidth") > 0
    assert page.locator(".code").text_content() == code
    assert violations(page) == []
    page.evaluate("document.querySelector('.code').textContent = 'WWW MWM'")  # the widest that can be
    for width in (1280, 800, 390):
        page.set_viewport_size({"width": width, "height": 844})
        assert fits(page)

    # somebody types a wrong code, begins, leaves half way, and goes on: in the same browser, and in another one
    phone = visit(Place(url), language, width=390, height=844)
    assert violations(phone) == []
    phone.locator("#code").fill("AAAAAA")
    press(phone, words["begin"])
    assert words["wrong"] in phone.get_by_role("alert").text_content()
    assert violations(phone) == []
    phone.seen.provoked(phone)  # the browser notes the refusal
    phone.locator("#code").fill(code.lower())
    press(phone, words["begin"])
    phone.get_by_role("button", name=words["next"]).wait_for()
    assert violations(phone) == []
    to_the_table(phone, language)
    assert violations(phone) == []
    assert fits(phone)
    first = {name: 1 + n % 5 for n, name in enumerate(ITEMS[:4])}
    answer(phone, first)
    saved(phone, language)
    phone.reload()
    phone.locator("input[value='1']:checked").first.wait_for(state="attached")
    assert phone.locator("#form input:checked").count() == len(first)
    phone.locator("summary", has_text=words["later"]).locator("visible=true").click()
    assert violations(phone) == []
    back = phone.locator(".later:not([hidden]) .code").text_content()
    other = visit(Place(url), language, width=390, height=844)
    other.locator("#code").fill(back)
    press(other, words["begin"])
    other.locator("input[value='1']:checked").first.wait_for(state="attached")
    rest = {name: 1 + n % 5 for n, name in enumerate(ITEMS) if name not in first}
    answer(other, rest)
    saved(other, language)
    with other.expect_navigation(url="**/thanks*"):
        other.get_by_role("button", name=words["send"]).click()
    assert other.locator("h1").text_content() == words["thanks"]
    assert violations(other) == []
    assert fits(other)

    # another says no; a third is still busy
    refuser = open_form(visit, url, code, language)
    go_on(refuser, language)
    refuser.get_by_text(words["no"]).click()
    with refuser.expect_navigation(url="**/refused*"):
        refuser.get_by_role("button", name=words["send"]).click()
    assert refuser.locator("h1").text_content() == words["refused"]
    busy = open_form(visit, url, code, language)
    go_on(busy, language)
    saved(busy, language)

    page.locator("[data-number=started]", has_text="3").wait_for()
    assert page.locator("[data-number=sent]").text_content() == "2"
    press(page, LECTURER[language]["close"])
    told = page.get_by_role("status").first.text_content()
    file = "antwoorden-t0.json"
    assert file in told
    assert " 2 " in told
    assert violations(page) == []

    study = studies.load(study_folder)
    assert ("t0", file) in [(use.wave, use.file) for use in study.file.responses]
    asked = instruments.load("learning-culture")
    frame = responses.read(study_folder / file, asked).frame
    row = frame[frame["lc01"].notna()]
    assert row[list(ITEMS)].astype(int).to_dict("records") == [first | rest]
    meant = asked.score(row.assign(**(first | rest)))
    assert asked.score(row).equals(meant)
    assert not (study_folder / "private" / "collecting" / "round.sqlite").exists()


def test_slips_language_and_stopping(lecturer, visit, study_folder):
    page = lecturer("nl")
    url = start(page, "nl", slips=3)
    assert violations(page) == []
    page.get_by_role("link", name=LECTURER["nl"]["print"]).click()
    codes = page.locator(".slips .code").all_text_contents()
    assert len(codes) == 3
    assert violations(page) == []
    assert page.evaluate("[...document.querySelectorAll('.slips img')].every(one => one.naturalWidth > 0)")
    page.goto(page.home)
    page.locator("#f-n_slips").fill("2")
    press(page, "Meer briefjes maken")
    assert page.locator("[data-number=unused]").text_content() == "5"

    phone = open_form(visit, url, codes[0], "nl")
    phone.get_by_role("button", name="English").click()
    phone.get_by_role("button", name="Next").wait_for()
    assert phone.get_attribute("html", "lang") == "en"
    assert violations(phone) == []
    phone.locator("summary", has_text="Go on later").locator("visible=true").click()
    press(phone, "Stop and erase")
    assert phone.locator("h1").text_content() == "You stopped"
    again = open_form(visit, url, codes[0], "en")  # the slip works anew
    to_the_table(again, "en")
    answer(again, dict.fromkeys(ITEMS, 4))
    with again.expect_navigation(url="**/thanks*"):
        again.get_by_role("button", name="Complete").click()
    late = visit(Place(url), "en", width=390, height=844)
    late.locator("#code").fill(codes[0])
    press(late, "Begin")
    assert "used already" in late.get_by_role("alert").text_content()
    late.seen.provoked(late)


def test_without_a_connection_answers_wait_in_the_page(lecturer, visit):
    page = lecturer("nl")
    url = start(page, "nl")
    phone = open_form(visit, url, page.locator("dd .code").text_content(), "nl")
    to_the_table(phone, "nl")
    saved(phone, "nl")
    press(page, LECTURER["nl"]["pause"])
    assert violations(page) == []
    answer(phone, {"lc01": 5})
    phone.locator("#status.offline").wait_for()
    assert "Geen verbinding" in phone.locator("#status").text_content()
    assert violations(phone) == []
    press(page, LECTURER["nl"]["resume"])
    assert page.locator("dd .address").text_content().rstrip("/") == url
    saved(phone, "nl")
    phone.seen.provoked(phone)  # the browser notes that nobody answered
    phone.reload()
    phone.locator("input[name$='_lc01'][value='5']:checked").wait_for(state="attached")


def test_two_tabs_of_one_person_do_not_overwrite_each_other(lecturer, visit):
    page = lecturer("nl")
    url = start(page, "nl")
    phone = open_form(visit, url, page.locator("dd .code").text_content(), "nl")
    go_on(phone, "nl")
    saved(phone, "nl")
    second = phone.context.new_page()
    second.goto(f"{url}/form")
    second.get_by_text(PERSON["nl"]["yes"]).click()
    saved(second, "nl")
    phone.get_by_text(PERSON["nl"]["no"]).click()
    phone.locator("#status.elsewhere").wait_for()
    assert violations(phone) == []
    phone.seen.provoked(phone)  # the browser notes the refusal
    press(phone, "Opnieuw laden")
    phone.locator("input[value='1']:checked").wait_for(state="attached")


def test_a_voice_of_the_device_reads_aloud_and_without_one_there_is_no_button(lecturer, visit):
    page = lecturer("en")
    url = start(page, "en")
    phone = open_form(visit, url, page.locator("dd .code").text_content(), "en")
    assert phone.locator("#read").is_hidden()
    phone.add_init_script(
        """window.told = [];
        const voices = [{lang: "nl-NL", localService: false}, {lang: "en-GB", localService: true}];
        Object.defineProperty(window, "speechSynthesis", {value: {
          getVoices: () => voices, speak: one => window.told.push(one.text), cancel: () => {}, speaking: false,
          addEventListener: () => {}}});
        window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };"""
    )
    phone.reload()
    go_on(phone, "en")
    phone.get_by_role("button", name="Read aloud").click()
    told = phone.evaluate("window.told")
    assert told[0] == "Will you take part?"
    assert "Yes, I will take part" in told
    assert len(told) == len(set(told))
    phone.get_by_role("button", name="Nederlands").click()
    assert phone.locator("#read").is_hidden()  # its voice would send the words elsewhere
