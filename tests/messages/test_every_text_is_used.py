"""Every text of the page, and every problem, is asked for somewhere; and what is asked for by its whole name exists."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

import lcresearch
from lcresearch.messages import problem_codes, text_keys

_KEY = r"app(?:\.[\w-]+)+"
_VALUE = r"\{(?:[^{}])*\}"
"""In an f-string, or in a template of JavaScript."""


def source(*endings: str) -> str:
    root = Path(lcresearch.__file__).parent
    files = (path for path in root.rglob("*") if path.suffix in endings and "vendored" not in path.parts)
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def asked_for(text: str) -> tuple[set[str], set[str]]:
    """Keys that stand in a text as a whole, and patterns of those that are put together there."""
    parts = [f"{head}*{tail}" for head, tail in re.findall(rf"(app\.[\w.-]*){_VALUE}([\w.-]*)", text)]
    parts += re.findall(r"""["'](app\.[\w.-]*[._])["'] *[~+)]""", text)
    patterns = {part if "*" in part else f"{part}*" for part in parts}
    return set(re.findall(_KEY, text)), {one if one.endswith("*") else f"{one}*" for one in patterns}


def unused(keys: list[str], text: str) -> list[str]:
    whole, patterns = asked_for(text)
    return [key for key in keys if key not in whole and not any(fnmatchcase(key, one) for one in patterns)]


def test_every_text_of_the_page_is_asked_for_somewhere():
    keys = [key for key in text_keys() if key.startswith("app.")]
    assert len(keys) > 1000
    assert unused(keys, source(".py", ".html", ".js")) == []


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("say('app.a.one')", ["app.a.two", "app.b.three"]),
        ("say(f\"app.a.{one['x']}\")", ["app.b.three"]),
        ('say("app.b." ~ one)', ["app.a.one", "app.a.two"]),
    ],
)
def test_a_text_that_nothing_asks_for_is_found(text, left):
    assert unused(["app.a.one", "app.a.two", "app.b.three"], text) == left


def test_every_problem_is_raised_somewhere():
    words = set(re.findall(r"\w+", source(".py", ".html")))
    assert [code for code in problem_codes() if code not in words] == []


def test_every_text_that_is_asked_for_by_its_whole_name_exists():
    whole = set(re.findall(rf"""say\(["']({_KEY})["'][,)]""", source(".py", ".html")))
    assert len(whole) > 500
    assert sorted(whole - set(text_keys())) == []
