"""The application on the network: who gets in, what it takes, and that nothing else can be reached."""

from __future__ import annotations

import json

import pytest
from tests.app.collecting.conftest import HOST, body, code_of

from lcresearch.app.collecting.answering import guesses
from lcresearch.app.collecting.codes import SIGNS
from lcresearch.app.collecting.round_file import counts, opened, unused_slips


def begin(client, code):
    return client.post("/begin", data={"code": code})


def now(path):
    with opened(path) as connection:
        found = counts(connection)
    return found.started, found.sent


def test_from_code_to_sent_in_once(open_round, answering, answers):
    path = open_round()
    client, code = answering(path), code_of(path)
    assert set(code) <= set(SIGNS)
    entered = begin(client, f" {code[:3].lower()}-{code[3:]} ")
    assert (entered.status_code, entered.headers["location"]) == (303, "/form?language=nl")
    cookie = entered.headers["set-cookie"]
    assert cookie.startswith("answers-8780=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert client.get("/form").status_code == 200
    given = answers()
    assert client.post("/save", json=body({"toestemming": 1})).json()["state"] == "saved"
    assert client.post("/save", json=body({"toestemming": 1})).json()["state"] == "saved"  # its answer was lost
    assert client.post("/save", json=body(given, after=0, save="two")).status_code == 409  # of a tab that knows less
    assert client.post("/send", json=body(given, after=1)).json() == {"state": "saved", "names": [], "refusal": False}
    assert now(path) == (1, 1)
    again = client.post("/send", json=body(given, after=1))
    assert (again.status_code, again.json()["state"]) == (410, "done")
    assert now(path) == (1, 1)
    assert client.get("/form").headers["location"] == "/thanks"
    assert "answers-8780=" in client.get("/thanks").headers["set-cookie"]  # the browser forgets it
    with opened(path) as connection:
        kept = "".join(
            str(row) for name in ("draft", "key", "sent") for row in connection.execute(f"SELECT * FROM {name}")
        )
        assert connection.execute("SELECT count(*) FROM draft").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM key").fetchone() == (0,)
    assert client.cookies.get("answers-8780", "–") not in kept


def test_a_slip_works_for_one_questionnaire_and_its_code_is_the_way_back(open_round, answering, answers):
    path = open_round(slips=3)
    with opened(path) as connection:
        mine, other, _ = unused_slips(connection)
    assert code_of(path) == ""
    client, second = answering(path), answering(path)
    assert begin(client, "").status_code == 422
    assert begin(client, mine).status_code == 303
    client.post("/save", json=body({"toestemming": 1, "bedrijf": "Smit"}))
    assert begin(second, mine).status_code == 303  # on another phone
    assert "Smit" in second.get("/form").text
    assert second.post("/send", json=body(answers(), after=1)).status_code == 200
    used = begin(answering(path), mine)
    assert used.status_code == 422
    assert "al gebruikt" in used.text
    assert client.post("/save", json=body({"toestemming": 1}, after=1, save="x")).json()["state"] == "done"
    third = answering(path)
    begin(third, other)
    third.post("/stop")
    with opened(path) as connection:
        assert len(unused_slips(connection)) == 2
        linked = [list(connection.execute(f"SELECT * FROM {name}")) for name in ("draft", "key")]
    assert linked == [[], []]


def test_who_goes_on_elsewhere_uses_the_code_of_the_page(open_round, answering):
    path = open_round()
    client = answering(path)
    begin(client, code_of(path))
    client.post("/save", json=body({"toestemming": 1, "code_moeder": "AN"}, page=3))
    with opened(path) as connection:
        (back,) = connection.execute("SELECT back FROM draft").fetchone()
    other = answering(path)
    assert begin(other, back).status_code == 303
    draft = json.loads(other.get("/form").text.partition('id="draft">')[2].partition("</script>")[0])
    assert (draft["answers"]["code_moeder"], draft["page"], draft["n"]) == ("AN", 3, 1)


def test_who_says_no_is_kept_as_that_and_nothing_more(open_round, answering, answers):
    path = open_round()
    client = answering(path)
    begin(client, code_of(path))
    told = client.post("/send", json=body(answers(toestemming=0))).json()
    assert told["refusal"] is True
    with opened(path) as connection:
        (kept,) = connection.execute("SELECT answers FROM sent").fetchone()
    assert json.loads(kept) == {"toestemming": 0, "form_language": "nl"}


def test_hostile_answers_change_nothing(open_round, answering, answers):
    path = open_round()
    client = answering(path)
    begin(client, code_of(path))
    sent = [
        body({"<script>alert(1)</script>": 1}),
        body({"toestemming": 7}),
        body({"code_moeder": "x" * 100_000}),
        body(answers(code_dag="99")),
        body([]),
        body({}, after=-1),
        {"answers": {}},
        {**body({}), "save": "x" * 41},
        {**body({}), "page": 10**9},
        {**body({}), "after": True},
        [],
    ]
    for each in sent:
        assert client.post("/send", json=each).status_code in (409, 422), each
    assert client.post("/save", content=b"[" * 200_000).status_code == 422
    assert client.post("/save", content=b"x" * 300_000).status_code == 413
    assert client.post("/begin", content=b"code=" + b"x" * 300_000).status_code in (400, 413)
    assert client.post("/begin", files={"code": ("a.txt", b"x")}).status_code in (400, 422)
    assert now(path) == (1, 0)
    assert client.post("/send", json=body(answers())).status_code == 200


def test_without_a_key_nothing_is_taken(open_round, answering, answers):
    path = open_round()
    client = answering(path)
    assert client.get("/form").headers["location"] == "/"
    client.cookies.set("answers-8780", "guessed")
    for address in ("/save", "/send"):
        assert client.post(address, json=body(answers())).json()["state"] == "gone"
    assert now(path) == (0, 0)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"host": "evil.example:8780"}, 421),
        ({"host": "127.0.0.1:9999"}, 421),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": ""}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
    ],
)
def test_what_comes_from_elsewhere_is_refused(open_round, answering, change, status):
    path = open_round()
    client = answering(path)
    assert client.post("/begin", data={"code": code_of(path)}, headers=change).status_code == status
    assert now(path) == (0, 0)


@pytest.mark.parametrize(
    "address",
    ["/studies", "/studies/short", "/static/page.js", "/vendored/surveyjs/dutch.min.js", "/asset/../form.html",
     "/asset/%2e%2e%2fform.html", "/asset/page.js", "/jobs/x", "/count", "/..%2f..%2fstudy.yaml"],
)  # fmt: skip
def test_pages_of_studies_cannot_be_reached(open_round, answering, address):
    assert answering(open_round()).get(address).status_code == 404


def test_other_methods_are_refused(open_round, answering):
    client = answering(open_round())
    assert [client.request(method, "/save").status_code for method in ("PUT", "DELETE", "OPTIONS", "GET")] == [405] * 4


def test_who_guesses_has_to_wait(open_round, answering):
    path = open_round()
    client = answering(path)
    for _ in range(guesses.MOST):
        assert begin(client, "AAAAAA").status_code == 422
    assert begin(client, code_of(path)).status_code == 429


def test_guesses_are_forgotten_after_a_minute():
    time = [0.0]
    counted = guesses.Guesses(lambda: time[0])
    for _ in range(guesses.MOST):
        counted.wrong("192.0.2.1")
    assert counted.too_many("192.0.2.1")
    time[0] = 61.0
    assert not counted.too_many("192.0.2.1")


def test_a_page_may_load_only_its_own_files_and_shows_no_code_that_was_put_in(open_round, answering):
    client = answering(open_round())
    shown = client.get('/?code="><script>alert(1)</script>&language=<x>')
    policy = shown.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "script-src 'self'; style-src 'self'" in policy
    assert "<script>" not in shown.text
    assert shown.headers["cache-control"] == "no-store"
    assert "server" not in shown.headers


def test_versions_are_dealt_out_evenly(tmp_path):
    from lcresearch import instruments
    from lcresearch.app.collecting import drafts, round_file
    from lcresearch.app.collecting.asked import what_is_asked
    from lcresearch.instruments.forms import questionnaire, surveyjs

    form = questionnaire([instruments.load("working-elements")], planned_missing=["working-elements"])
    survey = json.loads(surveyjs.write(form, ["nl"]).files[".surveyjs.json"])
    asked = what_is_asked(form, survey, ["nl"])
    one = round_file.Round(None, None, ["nl"], "ACDEFH", False, "2026-11-26", "x.json", HOST, 0)
    path = tmp_path / "round.sqlite"
    round_file.create(path, one, {"asked": asked.as_json()})
    with opened(path) as connection:
        keys = [drafts.enter(one, asked, "ACDEFH")(connection).key for _ in range(9)]
        got = [drafts.find(key)(connection).drawn["version_working_elements"] for key in keys]
        wrong = drafts.send(keys[0], asked, {"version_working_elements": got[0] % 3 + 1}, after=0)(connection)
    assert sorted(got) == [1, 1, 1, 2, 2, 2, 3, 3, 3]
    assert wrong.names == ["version_working_elements"]
