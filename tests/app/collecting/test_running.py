"""The process of a round: killed in the middle, found again, apart from the app, and gone with it."""

from __future__ import annotations

import itertools
import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import httpx
import pytest
from tests.app.collecting.conftest import body, code_of

from lcresearch.app.collecting import running
from lcresearch.app.collecting.closing import close_round
from lcresearch.app.collecting.round_file import counts, opened
from lcresearch.app.collecting.running import Rounds

posix = pytest.mark.skipif(os.name != "posix", reason="kills as POSIX systems do")


@pytest.fixture
def rounds():
    made = Rounds()
    yield made
    made.end_all()


def person(one):
    url = f"http://{one.host}:{one.port}"
    return httpx.Client(base_url=url, headers={"origin": url}, transport=httpx.HTTPTransport(retries=8), timeout=30)


def pid_of(rounds, folder):
    return rounds._serving[folder].process.pid


@posix
def test_killed_in_the_middle_all_that_was_confirmed_is_there_and_people_go_on(
    rounds, open_round, answers, study_folder
):
    path = open_round()
    one = rounds.serve(study_folder)
    people = [person(one) for _ in range(12)]
    for client in people:
        assert client.post("/begin", data={"code": code_of(path)}).status_code == 303
    confirmed, ends = [0] * len(people), Event()

    def save_on(number):
        for n in itertools.count():
            if ends.is_set():  # who was between two saves is served by the process that took over
                return
            given = {"toestemming": 1, "code_moeder": f"{n % 100:02}"}
            try:
                told = people[number].post("/save", json=body(given, after=n, save=f"s{n}"))
            except httpx.HTTPError:  # the process is gone
                return
            assert told.status_code == 200
            confirmed[number] = n + 1

    with ThreadPoolExecutor(len(people)) as pool:
        waiting = [pool.submit(save_on, number) for number in range(len(people))]
        while min(confirmed) < 3 and not any(one.done() for one in waiting):
            time.sleep(0.01)
        os.kill(pid_of(rounds, study_folder), signal.SIGKILL)
        ends.set()
        for one in waiting:
            one.result()
    assert min(confirmed) >= 3
    with opened(path) as connection:
        kept = [n for (n,) in connection.execute("SELECT n FROM draft")]
    assert all(have >= said for have, said in zip(sorted(kept), sorted(confirmed), strict=True))
    again = next(now for now in iter(lambda: rounds.serve(study_folder), None) if rounds.serves(study_folder))
    assert again.port == rounds.round(study_folder).port
    for client in people:  # with the key that each had
        shown = client.get("/form")
        n = int(shown.text.partition('"n": ')[2].partition(",")[0])
        assert client.post("/send", json=body(answers(), after=n)).status_code == 200
        client.close()
    rounds.end(study_folder)
    assert close_round(study_folder)[1].sent == len(people)


@posix
def test_it_is_started_again_when_it_falls_over(rounds, open_round, study_folder):
    open_round()
    one = rounds.serve(study_folder)
    first = pid_of(rounds, study_folder)
    os.kill(first, signal.SIGKILL)
    with person(one) as client:
        for _ in range(60):
            try:
                if client.get("/").status_code == 200 and pid_of(rounds, study_folder) != first:
                    break
            except httpx.HTTPError:
                continue
        assert client.get("/").status_code == 200
    assert rounds.round(study_folder).port == one.port


_APP = """
import sys
from pathlib import Path
from lcresearch.app.collecting.running import Rounds
one = Rounds().serve(Path(sys.argv[1]))
print(one.port, flush=True)
sys.stdin.read()
"""


@posix
def test_when_the_app_is_killed_the_port_closes_and_the_next_app_goes_on(rounds, open_round, study_folder):
    path = open_round()
    app = subprocess.Popen(
        [sys.executable, "-c", _APP, str(study_folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    port = int(app.stdout.readline())
    url = f"http://127.0.0.1:{port}"
    client = httpx.Client(base_url=url, headers={"origin": url}, transport=httpx.HTTPTransport(retries=8), timeout=30)
    client.post("/begin", data={"code": code_of(path)})
    assert client.post("/save", json=body({"toestemming": 1})).status_code == 200
    app.kill()
    app.communicate()
    while _listens(port):
        pass
    rounds.go_on([study_folder])
    while not rounds.serves(study_folder):
        pass
    assert rounds.round(study_folder).port == port
    assert '"toestemming": 1' in client.get("/form").text
    client.close()
    rounds.pause(study_folder)
    assert not _listens(port)
    other = Rounds()
    other._go_on([study_folder])  # a round that was paused stays so
    assert not other.serves(study_folder)
    with opened(path) as connection:
        assert counts(connection).started == 1


def _listens(port):
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) == 0


def test_the_process_loads_nothing_of_the_studies():
    said = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, lcresearch.app.collecting.answering.__main__; print(*sys.modules)",
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    for name in (
        "pandas",
        "lcresearch.studies",
        "lcresearch.responses",
        "lcresearch.interviews",
        "lcresearch.app.serving",
    ):
        assert name not in said


def test_after_closing_people_read_for_a_while_that_it_is_closed(rounds, open_round, answers, study_folder):
    path = open_round()
    one = rounds.serve(study_folder)
    process = rounds._serving[study_folder].process
    with person(one) as sender, person(one) as late:
        for client in (sender, late):
            client.post("/begin", data={"code": code_of(path)})
        assert sender.post("/send", json=body(answers())).status_code == 200
        assert late.post("/save", json=body({"toestemming": 1})).status_code == 200
        rounds.stop_taking(study_folder)
        assert not rounds.serves(study_folder)
        assert close_round(study_folder)[1].sent == 1
        asked = {"accept": "application/json"}
        for path in ("/save", "/send"):
            told = late.post(path, json=body(answers(), after=1), headers=asked)
            assert (told.status_code, told.json()["state"]) == (410, "closed")
        for path in ("/", "/form", "/?code=AAAAAA", "/nowhere"):
            shown = late.get(path, params={"language": "nl"})
            assert shown.status_code == 410
            assert "De vragenlijst is gesloten" in shown.text
            assert "gewist" in shown.text
        assert "The questionnaire is closed" in late.post("/begin?language=en", data={"code": "AAAAAA"}).text
        assert "Uw antwoorden zijn verstuurd" in sender.get("/thanks?language=nl").text
        assert late.get("/", headers={"host": "evil.example"}).status_code == 421
        style = shown.text.partition('rel="stylesheet" href="')[2].partition('"')[0]
        assert late.get(style).status_code == 200
    open_round(wave="t1")  # the next round is at the same address
    assert rounds.serve(study_folder).port == one.port
    assert process.poll() is not None


@posix
def test_a_process_that_hangs_does_not_keep_a_round_from_closing(
    rounds, open_round, answers, study_folder, monkeypatch
):
    path = open_round()
    one = rounds.serve(study_folder)
    with person(one) as client:
        client.post("/begin", data={"code": code_of(path)})
        assert client.post("/send", json=body(answers())).status_code == 200
    monkeypatch.setattr(running, "_PATIENCE", 0.5)
    os.kill(pid_of(rounds, study_folder), signal.SIGSTOP)
    rounds.stop_taking(study_folder)
    assert close_round(study_folder)[1].sent == 1
