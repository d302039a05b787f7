"""Make the pictures of docs/web-page.md and docs/web-page.nl.md: play what a lecturer does, and look at the page.

Run: python docs/pictures/web_page.py [nl] [en]

It serves a folder of studies, plays the steps in Chromium (Playwright), and writes web-page/<language>/<name>.png. All
answers, people and conversations in them are invented: answers of the study that comes with the package, conversations
of invented_talks.yaml, packages of lcresearch.synthesis.packages.invented.
"""

from __future__ import annotations

import io
import shutil
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import uvicorn
import yaml
from PIL import Image
from playwright.sync_api import sync_playwright

from lcresearch import shipped
from lcresearch.app.collecting.qr import qr_svg
from lcresearch.app.serving import make_app
from lcresearch.interviews import Code, Codebook, Corpus, Document, Project, Turn, coding_file
from lcresearch.interviews.project import no_codings
from lcresearch.messages import Messages
from lcresearch.studies.editing import edit_study
from lcresearch.synthesis import pack
from lcresearch.synthesis.packages.invented import invented_evidence
from lcresearch.synthesis.programme import new_programme, read_programme

HERE = Path(__file__).parent
FOLDER = HERE / "web-page"
LANGUAGES = {"nl": "nl-NL", "en": "en-GB"}
PICTURES = ("plan", "overview", "answers", "room", "phone", "report", "coding", "settling", "comparing")
"""In the order of the pages that show them."""
MOST_BYTES = 60_000
COLOURS = 128
FIRMS = {"Bakker": 9, "De Vries": 8, "Smit": 12}
CONSORTIA = {"Eem": "energy", "Vecht": "energy", "Rijn": "energy", "Dommel": "water", "Linge": "water", "Maas": "water"}
ROOM = "192.168.1.20:8780"
"""Shown in place of the address of the computer on which the pictures are made."""
ENGLISH = {
    "toestemming": "consent", "bedrijf": "firm",
    "codemoeder": "codemother", "codedag": "codeday", "codeplaats": "codeplace",
}  # fmt: skip
"""Names that a study in English gives to columns of the export."""
LONG = 90_000


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder; gives the address without token."""
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    app = make_app(folder, token="invented", port=port)
    server = uvicorn.Server(uvicorn.Config(app, access_log=False, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(timeout=20)


class Play:
    """One language: the browser, the texts on the page, and where pictures go."""

    def __init__(self, browser: Any, folder: Path, url: str, language: str) -> None:
        self.browser, self.folder, self.url, self.language = browser, folder, url, language
        self.say = Messages(language)
        self.page = self.window()
        self.page.goto(f"{url}/?token=invented")

    def window(self, width: int = 1040, height: int = 760) -> Any:
        """A window of a browser that nobody used before."""
        context = self.browser.new_context(viewport={"width": width, "height": height}, locale=LANGUAGES[self.language])
        context.set_default_timeout(LONG)
        page = context.new_page()
        page.on("dialog", lambda asked: asked.accept())
        return page

    def press(self, key: str, **values: Any) -> None:
        """Press a button by the key of its text."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=self.say(key, **values), exact=True).click()

    def on(self) -> None:
        """Press the first button of the form."""
        with self.page.expect_navigation():
            self.page.locator("main form button").first.click()

    def picture(self, name: str, page: Any = None, *, since: str = "", until: str = "") -> None:
        """Keep what the window shows, with few colours; ``since`` and ``until`` name the first and last to be seen."""
        page = page or self.page
        page.mouse.move(0, 0)
        page.evaluate("document.activeElement?.blur()")
        size, top = page.viewport_size, 0
        if until:
            bottom = page.locator(until).first.evaluate("one => one.getBoundingClientRect().bottom + scrollY")
            page.set_viewport_size({"width": size["width"], "height": int(bottom) + 24})
        if since:
            top = int(page.locator(since).first.evaluate("one => one.getBoundingClientRect().top + scrollY")) - 24
        image = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        image = image.crop((0, top, *image.size))
        page.set_viewport_size(size)
        path = FOLDER / self.language / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        few = image.quantize(COLOURS, kmeans=1, dither=Image.Dither.NONE)
        few.save(path, optimize=True)
        print(path.relative_to(HERE), *image.size, path.stat().st_size, flush=True)
        if path.stat().st_size >= MOST_BYTES:
            raise SystemExit(f"{path.name}: larger than {MOST_BYTES} bytes")


def plan_a_study(play: Play) -> Path:
    """Five questions, the plan, and the study that follows from it."""
    page = play.page
    page.goto(f"{play.url}/new")
    page.goto(f"{play.url}/new/short-cycle")
    page.locator("input[name=goal]").first.check()
    play.on()
    page.fill("[name=firms]", "\n".join(FIRMS))
    play.on()
    for place, number in enumerate(FIRMS.values()):
        page.fill(f"[name=people-{place}]", str(number))
    play.on()
    page.fill("[name=start]", "2026-09-07")
    play.on()
    page.check("[value=limesurvey]")
    play.on()
    page.wait_for_url("**/plan")
    play.picture("plan", until=".notice.warm")
    page.get_by_role("button", name=play.say("app.new.plan.make"), exact=True).click()
    page.wait_for_url("**/studies/*")
    (made,) = (each for each in play.folder.iterdir() if (each / "study.yaml").is_file())
    play.picture("overview")
    return made


def collect_in_a_room(play: Play, study: Path) -> None:
    """The screen of the lecturer, and the form on a telephone."""
    apart = play.folder / "room"
    shutil.copytree(study, apart)
    page, home = play.page, f"{play.url}/studies/{apart.name}/collecting"
    page.goto(home)
    page.locator("#f-address").select_option("127.0.0.1")
    play.press("app.collecting.start")
    url = page.locator("dd .address").text_content().rstrip("/")
    code = page.locator("dd .code").text_content()
    for n_answers in (9, 9, 9, 2):
        phone = play.window(390, 720)
        phone.goto(f"{url}/?code={code.replace(' ', '')}")
        phone.locator("main form button").first.click()
        phone.locator("#form .sd-navigation__next-btn").wait_for()
        fill_in(phone, list(FIRMS)[1], n_answers)
    play.picture("phone", phone)
    page.route("**/code.svg", lambda route: route.fulfill(body=qr_svg(f"http://{ROOM}/"), content_type="image/svg+xml"))
    page.goto(f"{home}/screen")
    page.locator("img.qr").wait_for()
    page.evaluate("text => { document.querySelector('.address').textContent = text; }", ROOM)
    play.picture("room")
    page.unroute("**/code.svg")
    page.goto(home)
    play.press("app.collecting.close")
    shutil.rmtree(apart)


def fill_in(phone: Any, firm: str, n_answers: int) -> None:
    """From the first page of the form to so many of its nine questions; all nine are sent in."""

    def go_on() -> None:
        before = phone.locator("#form").inner_text()
        phone.locator("#form .sd-navigation__next-btn").click()
        phone.wait_for_function("before => document.querySelector('#form').innerText !== before", arg=before)

    go_on()
    phone.locator("#form input[value='1']").first.locator("xpath=..").click()
    go_on()
    phone.get_by_text(firm, exact=True).click()
    go_on()
    for box, text in zip(phone.locator("#form input[type=text]").all(), ("AN", "07", "UT"), strict=True):
        box.fill(text)
    go_on()
    for n in range(1, n_answers + 1):
        phone.locator(f"input[name$='_lc{n:02}'][value='{2 + n % 3}']").locator("xpath=..").click()
    if n_answers == 9:
        with phone.expect_navigation(url="**/thanks*"):
            phone.locator("#form .sd-navigation__complete-btn").click()
        return
    phone.locator("#status.saved").wait_for()
    phone.locator("input[name$='_lc02']").first.evaluate("one => scrollBy(0, one.getBoundingClientRect().top - 170)")


def from_answers_to_report(play: Play, study: Path) -> None:
    """Two exports of LimeSurvey are dropped in; the report is made and read."""
    page, home = play.page, f"{play.url}/studies/{study.name}"
    for wave in ("t0", "t1"):
        page.goto(f"{home}/answers")
        page.set_input_files("[name=file]", export_of(wave, play.language))
        page.select_option("[name=wave]", wave)
        for name, value in (("also", "replace"), ("real", "invented")):
            for one in page.locator(f"[name={name}][value={value}]").locator("visible=true").all():
                one.check()
        play.press("app.answers.add_button")
    play.picture("answers", until="tbody tr:nth-child(7)")
    edit_study(study, {("simulated",): True})
    page.goto(f"{home}/results")
    page.locator("main form button").first.click()
    page.wait_for_url("**/results")
    page.frame_locator("iframe").locator("h2").first.evaluate("one => one.scrollIntoView()")
    page.evaluate("scrollTo(0, 0)")
    play.picture("report", until="iframe")


def export_of(wave: str, language: str) -> dict[str, Any]:
    """The invented answers of a wave as LimeSurvey exports them, with names of columns of this language."""
    name = f"antwoorden-{wave}.csv"
    words = (shipped.folder("analyses") / "short-cycle-example" / name).read_text(encoding="utf-8")
    if language == "en":
        name = f"answers-{wave}.csv"
        for dutch, english in ENGLISH.items():
            words = words.replace(f'"{dutch}"', f'"{english}"', 1)
    return {"name": name, "mimeType": "text/csv", "buffer": words.encode()}


def code_interviews(play: Play, study: Path) -> None:
    """Two people code; one text is being read, and where they differ is settled."""
    talks = yaml.safe_load((HERE / "invented_talks.yaml").read_text(encoding="utf-8"))[play.language]
    file = coding_file.create(study / "interviews.lccoding", project(talks))
    edit_study(study, {("interviews", "project"): "interviews.lccoding"})
    texts = file.project().corpus
    ids = [one.id for one in texts]
    coders = [file.add_coder(name) for name in talks["coders"]]
    file.assign(ids[:1], coders[:1])
    file.assign(ids[1:], coders)
    for coder, name in zip(coders, talks["coders"], strict=True):
        for number, words, code in talks["codings"][name]:
            start = texts[ids[number - 1]].text.index(words)
            file.code(ids[number - 1], start, start + len(words), code, coder=coder)
        for document in ids[1:]:
            file.finish(document, coder)
    page, home = play.page, f"{play.url}/studies/{study.name}/coding"
    page.set_viewport_size({"width": 1180, "height": 940})
    page.goto(f"{home}/coder")
    page.get_by_label(talks["coders"][0], exact=True).check()
    play.on()
    page.goto(f"{home}/text/{ids[0]}")
    select(page, talks["by_hand"]["words"])
    page.locator(f"#codes button[data-code={talks['by_hand']['code']}]").click()
    page.locator("#saving[data-state=saved]").wait_for()
    page.locator("#told.gone").wait_for(state="attached")
    page.evaluate("scrollTo(0, 0)")
    play.picture("coding")
    page.goto(f"{home}/disagreements")
    play.picture("settling", since=".team-step", until=".team-settle .actions")
    page.set_viewport_size({"width": 1040, "height": 760})


def project(talks: dict[str, Any]) -> Project:
    """The invented conversations with their codebook, coded by nobody."""
    documents = []
    for number, (name, said) in enumerate(talks["texts"].items(), start=1):
        text, turns = talks["heading"] + "\n\n", []
        for who, words in said:
            text += f"{who}: "
            turns.append(Turn(len(text), len(text) + len(words), who))
            text += words + "\n"
        documents.append(Document(f"talk-{number}", name, text, tuple(turns), roles=talks["speakers"]))
    parents = {code.get("parent") for code in talks["codes"].values()}
    codes = tuple(
        Code(id, one["name"], one.get("parent", ""), definition=one.get("definition", ""), codable=id not in parents)
        for id, one in talks["codes"].items()
    )
    nobody = pd.DataFrame({"name": pd.Series(dtype="str")})
    return Project(talks["heading"], Corpus(tuple(documents)), Codebook(codes, "invented"), no_codings(), nobody)


def select(page: Any, words: str) -> None:
    """Select words of a text with the mouse."""
    left, top, right, bottom = page.evaluate(
        """words => {
          const said = [...document.querySelectorAll(".said")].find(one => one.textContent.includes(words));
          const at = said.textContent.indexOf(words), range = document.createRange();
          range.setStart(said.firstChild, at);
          range.setEnd(said.firstChild, at + words.length);
          said.scrollIntoView({block: "center"});
          const boxes = [...range.getClientRects()], last = boxes.at(-1);
          return [boxes[0].left + 1, boxes[0].top + 8, last.right - 1, last.top + 8];
        }""",
        words,
    )
    page.mouse.move(left, top)
    page.mouse.down()
    page.mouse.move(right, bottom, steps=4)
    page.mouse.up()
    page.locator("#chosen-text", has_text=words[:20]).wait_for()


def compare_consortia(play: Play, sent: Path) -> None:
    """Packages of four consortia are dropped in and compared."""
    home = play.folder / "programme"
    new_programme(home)
    plan = read_programme(home)
    for seed, (name, sector) in enumerate(CONSORTIA.items(), start=1):
        pack(invented_evidence(name, sector, n_communities=8, n_persons=14, seed=seed), sent / f"{name}.zip", plan)
    page = play.page
    page.goto(f"{play.url}/synthesis")
    page.locator(".card a").first.click()
    page.locator("input[type=file]").set_input_files([sent / f"{name}.zip" for name in CONSORTIA])
    page.get_by_role("button", name=play.say("app.synthesis.packages.receive")).click()
    page.locator(".package h2").first.wait_for()
    page.locator("form[action$='/run'] button").click()
    page.locator("[data-verdict]").first.wait_for()
    play.picture("comparing", until=".elements ~ .hint")


def main(languages: list[str]) -> None:
    """Make the pictures in these languages."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=chromium, args=["--headless", "--no-sandbox", "--disable-gpu"])
        for language in languages:
            with tempfile.TemporaryDirectory() as place:
                folder, sent = Path(place) / "studies", Path(place) / "sent"
                folder.mkdir()
                sent.mkdir()
                with served(folder) as url:
                    play = Play(browser, folder, url, language)
                    study = plan_a_study(play)
                    collect_in_a_room(play, study)
                    from_answers_to_report(play, study)
                    code_interviews(play, study)
                    compare_consortia(play, sent)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:] or list(LANGUAGES))
