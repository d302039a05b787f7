"""What anybody may send, and what is taken for an answer."""

from __future__ import annotations

import json

import pytest

from lcresearch.app.collecting.asked import Asked, Field
from lcresearch.app.collecting.checking import faults, read_json, unfinished

ASKED = Asked(
    "mark",
    ["nl", "en"],
    "ok",
    {
        "ok": Field("consent", [1, 0], required=True),
        "firm": Field("group", ["Bakker <b>", "Smit"], required=True),
        "code": Field("linking_code", longest=2, pattern="(0?[1-9]|[12][0-9]|3[01])", required=True),
        "a1": Field("choice", [1, 2, 3], "table_1"),
        "a2": Field("choice", [1, 2, 3], "table_1", version="version_x", versions=[2]),
        "years": Field("number", [99], minimum=0, maximum=60, decimals=0),
        "why": Field("multiple", [1, 2, 8]),
        "text": Field("text", longest=20),
        "work": Field("choice", [1, 97]),
    },
    {"version_x": 2},
)
DRAWN = {"version_x": 1}
WHOLE = {"ok": 1, "firm": "Smit", "code": "07", "table_1": {"a1": 2}, "years": 12, "why": [1, 8], "text": "goed ☕"}


def test_what_the_form_gives_is_taken():
    own = {"form_mark": "mark", "form_language": "nl", "form_seconds": 12, "form_start": 1, "form_opened": 2.5e8}
    assert faults(ASKED, {**WHOLE, **own, "version_x": 1, "why-Comment": "anders"}, DRAWN) == []
    assert unfinished(ASKED, WHOLE, DRAWN) == []
    for one in ({"value": 1}, {"value": 97}, {"value": 97, "comment": "iets anders"}):
        assert faults(ASKED, {"work": one}, DRAWN) == []
    assert faults(ASKED, {"why": [{"value": 1}, {"value": 8, "comment": "anders"}]}, DRAWN) == []
    assert faults(ASKED, {**WHOLE, "table_1": {"a1": 1, "a2": 3}, "version_x": 2}, {"version_x": 2}) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("unknown", 1), ("__proto__", {}), ("a1", 2), ("ok", True), ("ok", 1.0), ("ok", 2), ("ok", "1"), ("ok", [1]),
        ("firm", "Elsewhere"), ("firm", {"$ne": 1}), ("code", "0" * 1000), ("code", 7),
        ("table_1", {"a1": 9}), ("table_1", {"a1": None}), ("table_1", {"a2": 1}), ("table_1", {"ok": 1}),
        ("table_1", [1]), ("table_1", {"a1": {"a1": 1}}), ("table_9", {}),
        ("years", "12"), ("years", float("inf")), ("years", float("nan")), ("years", 10**400), ("years", True),
        ("why", [1, 7]), ("why", [1] * 1000), ("why", 1), ("why", [[1]]),
        ("why", [{"value": 7}]), ("why", [{"value": 1, "x": 1}]), ("why", [{}]),
        ("work", {"value": 7}), ("work", {"value": 97, "x": 1}), ("work", {"value": 97, "comment": "x" * 501}),
        ("work", {"comment": "x"}), ("work", {"value": {"value": 1}}), ("work", [1]), ("ok", {"value": 1}),
        ("table_1", {"a1": {"value": 1}}), ("firm", {"value": "Smit"}),
        ("why", [{"value": 8, "comment": "x" * 501}]), ("why-Comment", "x" * 501),
        ("text-Comment", "x"),
        ("text", "x" * 21), ("text", "\ud800"), ("text", "a\x00b"), ("text", None), ("version_x", 2),
        ("version_x", True),
        ("form_mark", "other"), ("form_language", "fr"), ("form_language", {}), ("form_seconds", -1),
        ("form_seconds", "1"), ("form_opened", 1e300),
    ],
)  # fmt: skip
def test_anything_else_is_refused_by_name(name, value):
    assert faults(ASKED, {**WHOLE, name: value}, DRAWN) == [name]


@pytest.mark.parametrize("sent", [None, [], "x", 1, [{"ok": 1}]])
def test_what_is_no_set_of_answers_is_refused(sent):
    assert faults(ASKED, sent, DRAWN)


def test_a_draft_may_be_unfinished_and_out_of_limits_but_is_not_sent_in_so():
    draft = {"ok": 1, "firm": "Smit", "code": "99", "years": 61.5}
    assert faults(ASKED, draft, DRAWN) == []
    assert unfinished(ASKED, draft, DRAWN) == ["code", "years"]
    assert unfinished(ASKED, {**draft, "code": "7", "years": 99}, DRAWN) == []
    assert unfinished(ASKED, {}, DRAWN) == ["ok", "firm", "code"]
    assert unfinished(ASKED, {"ok": 0}, DRAWN) == []


@pytest.mark.parametrize(
    "sent", [b"", b"{", b"\xff", b'{"a": NaN}', b"[" * 100_000, b'{"a": 1' + b"0" * 5_000 + b"}", b'{"a": Infinity}']
)
def test_what_is_no_json_of_a_form_is_nothing(sent):
    assert read_json(sent) is None
    assert read_json(json.dumps(WHOLE).encode()) == WHOLE
