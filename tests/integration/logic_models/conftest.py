"""An invented logic model."""

import pytest

from lcresearch.integration import read_logic_model

MODEL = """
schema: 1
id: invented
title: {nl: Verzonnen, en: Invented}
constructs:
  time: {kind: condition, title: {nl: Tijd, en: Time}, codes: too_little_time}
  coaching: {kind: element, title: {nl: Begeleiding, en: Coaching}, element: coaching, codes: [coaching]}
  trust: {kind: process, title: {nl: Vertrouwen, en: Trust}, scales: trust_score, codes: [trust], themes: [trusting]}
  learning: {kind: collective_capacity, title: {nl: Leren, en: Learning}, outcomes: learning, codes: [learning]}
arrows:
  - {from: time, to: coaching}
  - {id: main, from: coaching, to: learning}
  - {from: coaching, to: trust}
  - {from: trust, to: learning}
"""


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "logic_model.yaml"
    path.write_text(MODEL, encoding="utf-8")
    return read_logic_model(path)
