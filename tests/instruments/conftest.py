"""A small instrument that tests write, change and load."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lcresearch import instruments
from lcresearch.errors import Problem

VOICE = """\
id: voice
version: 1.0.0
languages: [en]
title: {en: Voice}
text: {en: Questions on speaking up.}
construct: {en: Saying what one thinks.}
level: team
composition: referent_shift
source: {items: new, literature: [Example (2024)], relation: {en: Written for this test.}}
licence: CC-BY-4.0
response_scales:
  agree5:
    labels:
      1: {en: strongly disagree}
      2: {en: disagree}
      3: {en: neither}
      4: {en: agree}
      5: {en: strongly agree}
    missing:
      9: {en: no idea}
items:
  - {id: tv_01, response_scale: agree5, text: {en: We say what we think.}, short_form: true}
  - {id: tv_02, response_scale: agree5, text: {en: We keep objections to ourselves.}, reversed: true}
  - {id: tv_03, response_scale: agree5, text: {en: Our ideas are taken up.}, short_form: true}
scales:
  voice: {title: {en: Voice}, items: [tv_01, tv_02, tv_03], method: mean, minimum_answered: 2}
examples:
  - {answers: {tv_01: 5, tv_02: 1, tv_03: null}, scores: {voice: 5.0}}
  - {answers: {tv_01: 4, tv_02: 9, tv_03: null}, scores: {voice: null}}
"""

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write voice.yaml with parts replaced: ``write({"old": "new"})``, or other text: ``write(text=...)``."""

    def writer(changes: dict[str, str] | None = None, *, text: str = VOICE, name: str = "voice.yaml") -> Path:
        for old, new in (changes or {}).items():
            assert old in text, old
            text = text.replace(old, new)
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return writer


@pytest.fixture
def load(write: Write) -> Callable[..., instruments.Instrument]:
    """Load voice.yaml with parts replaced."""
    return lambda changes=None, **options: instruments.load(write(changes, **options))


@pytest.fixture
def problems(write: Write) -> Callable[..., list[Problem]]:
    """Problems of voice.yaml with parts replaced."""
    return lambda changes=None, **options: instruments.check(write(changes, **options))
