"""A form that every writer can be tried on, invented answers to it, and what must come out when they are read."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lcresearch import instruments, responses
from lcresearch.instruments import Instrument
from lcresearch.instruments.forms import Question, Questionnaire, consent_page, group_page, linking_page, questionnaire

FIRMS = ("Bakker bv", 'De Vries & Zn. <b>"x"</b>', "=1+1")
INSTRUMENTS = ("psychological-safety", "working-elements", "technology-use", "background")


@pytest.fixture(scope="session")
def study_form():
    """Of an invented study: consent, firms, a code, all kinds of questions, three versions, mixed order."""
    languages = ("nl", "en")
    before = [
        consent_page("toestemming", languages),
        group_page({"organisation": ("bedrijf", FIRMS, None)}, languages),
        linking_page(["code"], ["mother_first_letters", "birth_day"], languages),
    ]
    return questionnaire(
        [instruments.load(name) for name in INSTRUMENTS],
        id="leren",
        title={"nl": "Leren in uw bedrijf", "en": "Learning in your company"},
        before=before,
        planned_missing=["working-elements"],
        introduction={"nl": "Welkom <i>allemaal</i>.", "en": "Welcome <i>all</i>."},
    )


Answers = Mapping[str, object]
"""Question -> code, codes, number or text; a question that is not there was not answered."""


@pytest.fixture(scope="session")
def asked() -> list[Instrument]:
    """The instruments of that form."""
    return [instruments.load(name) for name in INSTRUMENTS]


@pytest.fixture(scope="session")
def answered() -> Callable[[Questionnaire, int], list[Answers]]:
    """Invented answers of some persons to a form; all give consent."""

    def draw(form: Questionnaire, n: int) -> list[Answers]:
        rng = np.random.default_rng(n)
        return [
            {q.name: _answer(q, rng) for q in form.questions if q.kind in ("consent", "group") or rng.random() < 0.9}
            for _ in range(n)
        ]

    return draw


def _answer(question: Question, rng: np.random.Generator) -> object:
    codes = [answer.code for answer in question.answers]
    if question.kind == "consent":
        return 1
    if question.kind == "multiple":
        several = [code for code in codes if rng.random() < 0.4]
        alone = [answer.code for answer in question.answers if answer.missing]
        return alone[:1] if alone and rng.random() < 0.1 else several or codes[:1]
    if question.kind == "number":
        low, high = question.minimum or 0, min(question.maximum or 50, (question.minimum or 0) + 50)
        return codes[0] if codes and rng.random() < 0.2 else int(rng.integers(low, high, endpoint=True))
    if codes:
        return codes[rng.integers(len(codes))]
    return f"tekst, met {question.name}"


@pytest.fixture
def expected(tmp_path: Path) -> Callable[..., pd.DataFrame]:
    """The frame that answers must give: that of a plain table of codes with ids of items as names of columns."""

    def frame(
        form: Questionnaire, answers: Sequence[Answers], asked: Sequence[Instrument], levels: Mapping[str, str]
    ) -> pd.DataFrame:
        file = tmp_path / "plain.csv"
        rows = [dict(pair for q in form.questions for pair in _cells(q, each.get(q.name))) for each in answers]
        with file.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        return answers_only(responses.read(file, asked, platform="table", levels=levels).frame)

    return frame


def _cells(question: Question, answer: object) -> list[tuple[str, object]]:
    if question.kind != "multiple":
        return [(question.name, "" if answer is None else answer)]
    chosen = answer if isinstance(answer, list) else []
    return [(f"{question.name}_{a.code}", int(a.code in chosen) if chosen else "") for a in question.answers]


def answers_only(frame: pd.DataFrame) -> pd.DataFrame:
    """Without the names of rows, which say where they stand in the file."""
    return frame.drop(columns="respondent")
