"""How quick the page for coding is with one text of 300 pages and 2,000 codings of one coder.

Run by hand: ``python benchmarks/coding_page.py``. Makes a conversation of 150,000 invented words in 3,000 turns with
2,000 codings of 40 codes (seeded), serves it, and opens it in headless Chromium. Prints the median of several runs of:
opening until the first marks stand in the text; giving a code until its mark is painted, and until the page says that
it is saved; scrolling to the end; finding a word. Goals: opening under 2 seconds, a mark under 150 milliseconds.
"""

from __future__ import annotations

import argparse
import socket
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import pandas as pd
import uvicorn
from playwright.sync_api import Page, sync_playwright

from lcresearch import shipped
from lcresearch.app.serving import make_app
from lcresearch.interviews import Code, Codebook, Corpus, Document, Project, Turn, coding_file
from lcresearch.interviews.guids import guid_of
from lcresearch.interviews.project import CODING_COLUMNS

KIND = "speed"

N_WORDS, N_TURNS, N_CODINGS, N_CODES = 150_000, 3_000, 2_000, 40
CODER = "An"
SYLLABLES = ("le", "ren", "werk", "over", "dra", "gen", "team", "tijd", "ma", "chine", "sa", "men", "vraag", "🐻")


def make_study(folder: Path, rng: np.random.Generator) -> str:
    """A study with one long conversation; gives the id of its text."""
    text, turns = "", []
    for number in range(N_TURNS):
        who = "Vraag" if number % 2 == 0 else "Anna"
        sizes = rng.integers(1, 4, N_WORDS // N_TURNS)
        words = ["".join(rng.choice(SYLLABLES, size)) for size in sizes]
        said = " ".join(f"{word}." if place % 12 == 11 else word for place, word in enumerate(words))
        text += f"{who}: "
        turns.append(Turn(len(text), len(text) + len(said), who))
        text += said + "\n"
    document = Document(guid_of("document", "long"), "Lang gesprek", text, tuple(turns), roles={"Vraag": "interviewer"})
    codes = tuple(Code(guid_of("code", str(one)), f"Code {one + 1}") for one in range(N_CODES))
    start = rng.integers(0, len(text) - 500, N_CODINGS)
    made = {
        "coding": [guid_of("coding", str(one)) for one in range(N_CODINGS)],
        "selection": [guid_of("selection", str(one)) for one in range(N_CODINGS)],
        "document": document.id,
        "start": start,
        "end": start + rng.integers(20, 400, N_CODINGS),
        "code": [codes[one].id for one in rng.integers(0, N_CODES, N_CODINGS)],
        "coder": guid_of("coder", CODER),
        "created": pd.Timestamp("2026-01-05", tz="UTC"),
    }
    coders = pd.DataFrame({"name": [CODER]}, index=[guid_of("coder", CODER)])
    codings = pd.DataFrame(made)[list(CODING_COLUMNS)]
    (folder / "long").mkdir()
    plan = (shipped.folder("analyses") / "short-cycle-example" / "study.yaml").read_text(encoding="utf-8")
    (folder / "long" / "study.yaml").write_text(
        plan + "\ninterviews:\n  project: interviews.lccoding\n", encoding="utf-8"
    )
    project = Project("long", Corpus((document,)), Codebook(codes), codings, coders)
    coding_file.create(folder / "long" / "interviews.lccoding", project)
    return document.id


def serve(folder: Path) -> str:
    """Serve a folder on a free port; gives the address with the token."""
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    config = uvicorn.Config(make_app(folder, token="t", port=port), access_log=False, log_level="error", ws="none")
    server = uvicorn.Server(config)
    threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True).start()
    while not server.started:
        time.sleep(0.01)
    return f"http://127.0.0.1:{port}/?token=t"


GIVE = """async turn => {
  const painted = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  const text = document.getElementById("text");
  document.getElementById(`turn-${turn}`).scrollIntoView({block: "center"});
  await painted(); await painted();
  document.querySelector(`#turn-${turn} .number`).click();
  await painted();
  const saving = document.getElementById("saving");
  const saved = new Promise(done => {
    let busy = false;
    new MutationObserver((_, seen) => {
      if (saving.dataset.state === "saving") busy = true;
      else if (busy) { seen.disconnect(); done(performance.now()); }
    }).observe(saving, {attributes: true});
  });
  const before = document.querySelectorAll(`#turn-${turn} .mark`).length;
  const start = performance.now();
  document.querySelectorAll("#codes .code")[turn % 40].click();
  await painted();
  const seen = performance.now() - start;
  if (document.querySelectorAll(`#turn-${turn} .mark`).length !== before + 1) throw new Error("no mark");
  return [seen, (await saved) - start];
}"""
ACT = """async act => {
  const painted = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  const start = performance.now();
  if (act === "end") window.scrollTo(0, document.documentElement.scrollHeight);
  else {
    const field = document.querySelector("#find input");
    field.value = "machineteam";
    field.form.requestSubmit();
  }
  await painted();
  return performance.now() - start;
}"""


def open_text(page: Page, address: str) -> float:
    """Milliseconds until the first marks are there."""
    start = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.locator(".code-bar").first.wait_for()
    return 1000 * (time.perf_counter() - start)


def main(arguments: list[str]) -> None:
    """Print the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as player:
        document = make_study(Path(name), np.random.default_rng(1))
        entrance = serve(Path(name))
        home = entrance.partition("/?")[0]
        browser = player.chromium.launch(executable_path=asked.chromium, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.goto(entrance)
        context.add_cookies([{"name": "lcresearch-coder", "value": CODER, "url": home}])
        address = f"{home}/studies/long/coding/text/{document}"
        opened = [open_text(page, address) for _ in range(asked.runs + 1)][1:]
        given = [page.evaluate(GIVE, 100 + 317 * run) for run in range(asked.runs)]
        rows = {
            "opening until marks stand": opened,
            "giving a code until it is seen": [seen for seen, _ in given],
            "giving a code until it is saved": [saved for _, saved in given],
            "to the end of the text": [page.evaluate(ACT, "end")],
            "finding a word": [page.evaluate(ACT, "find")],
        }
        browser.close()
    print(f"{N_WORDS:,} words, {N_TURNS:,} turns, {N_CODINGS:,} codings")
    for what, found in rows.items():
        print(f"{what:34}{statistics.median(found):8.0f} ms   (largest {max(found):.0f})")


if __name__ == "__main__":
    main(sys.argv[1:])
