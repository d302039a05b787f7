"""What the lecturer's pages refuse, in words."""

from __future__ import annotations

import httpx
import pytest
from tests.app.conftest import TOKEN

from lcresearch.app.collecting.opening import round_path


@pytest.fixture
def lecturer(serve, study_folder):
    served = serve(study_folder.parent)
    with httpx.Client(base_url=served.url, headers={"origin": served.url, "accept": "application/json"}) as client:
        client.get(f"/?token={TOKEN}")
        yield client


WHOLE = {"wave": "t0", "language": "nl", "kind": "shared", "address": "127.0.0.1"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"wave": "<script>"}, "W084"),
        ({"language": "../nl"}, "W083"),
        ({"kind": "slips", "n_slips": "0"}, "W085"),
        ({"kind": "slips", "n_slips": "1e9"}, "W085"),
        ({"kind": "slips", "n_slips": "٣"}, "W085"),
        ({"kind": "slips", "n_slips": "-1"}, "W085"),
    ],
)
def test_a_round_that_cannot_be_is_refused_and_nothing_opens(lecturer, study_folder, change, code):
    answer = lecturer.post("/studies/short/collecting/start", data={**WHOLE, **change})
    assert [one["code"] for one in answer.json()["problems"]] == [code]
    assert not round_path(study_folder).exists()


def test_without_a_round_there_is_nothing_to_show_or_close(lecturer):
    for part in ("screen", "code.svg", "slips"):
        assert lecturer.get(f"/studies/short/collecting/{part}").json()["problems"][0]["code"] == "W081"
    for part in ("pause", "resume", "close", "more"):
        told = lecturer.post(f"/studies/short/collecting/{part}", data={"n_slips": "1"})
        assert told.json()["problems"][0]["code"] == "W081"


def test_another_site_opens_nothing_and_a_strange_address_stays_on_this_computer(lecturer, study_folder):
    evil = lecturer.post("/studies/short/collecting/start", data=WHOLE, headers={"origin": "http://evil.example"})
    assert evil.status_code == 403
    assert not round_path(study_folder).exists()
    assert lecturer.get("/studies/short/collecting/start").status_code == 405
    asked = {**WHOLE, "address": "8.8.8.8"}
    assert lecturer.post("/studies/short/collecting/start", data=asked).status_code == 303
    shown = lecturer.get("/studies/short/collecting").text
    assert "http://127.0.0.1:" in shown
    again = lecturer.post("/studies/short/collecting/start", data=WHOLE)
    assert again.json()["problems"][0]["code"] == "W080"
    drawn = lecturer.get("/studies/short/collecting/code.svg")
    assert drawn.headers["content-type"].startswith("image/svg+xml")
    assert "script" not in drawn.text
    assert lecturer.get("/studies/short/collecting/count").json()["started"] == 0
    assert lecturer.post("/studies/short/collecting/close").status_code == 303
    late = lecturer.get("/studies/short/collecting/count")  # of a screen that still stands in the room
    assert (late.status_code, late.json()) == (200, {"closed": True})
    assert not round_path(study_folder).exists()
