"""A form that every writer can be tried on, invented answers to it, and what must come out when they are read."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lcresearch import instruments, responses, studies
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
        _plain_table(form, answers, file)
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


STUDY = """\
schema: 1
id: leren-in-bedrijven
title: {nl: Leren in drie bedrijven, en: Learning in three firms}
description: {nl: Verzonnen onderzoek., en: Invented study.}
languages: [nl, en]
simulated: true
levels: {organisation: bedrijf}
waves:
  labels: {t0: {nl: voor, en: before}, t1: {nl: na, en: after}}
linking: {code: [code_moeder, code_dag, code_plaats], within: organisation}
consent: {column: toestemming}
instruments: [psychological-safety, working-elements]
responses:
  - {file: t0.csv, wave: t0}
  - {file: t1.csv, wave: t1}
form:
  consent: {}
  groups: {organisation: [Bakker bv, De Vries & zn]}
  linking_code: [mother_first_letters, birth_day, birthplace_first_letters]
  context: [{instrument: background, items: [bg01, bg10]}]
  planned_missing: [working-elements]
"""
_PERSONS = 8


@pytest.fixture
def read_by_study(tmp_path, answered) -> Callable[[Callable[..., object]], tuple[pd.DataFrame, pd.DataFrame]]:
    """What a study reads of the exports of its own form, and what it reads of plain tables with the same answers.

    Somebody refuses at the second wave. The function that is given writes a file of answers to a form.
    """

    def both(write: Callable[[Questionnaire, Sequence[Answers], Path], object]) -> tuple[pd.DataFrame, pd.DataFrame]:
        frames = []
        for name, writer in (("exports", write), ("plain", _plain_table)):
            folder = tmp_path / name
            folder.mkdir()
            (folder / "study.yaml").write_text(STUDY, encoding="utf-8")
            form = studies.form_of_study(studies.load(folder))
            for wave, rows in enumerate(_two_waves(answered, form)):
                writer(form, rows, folder / f"t{wave}.csv")
            frame = studies.load(folder).read().frame.reset_index(drop=True)
            frames.append(frame.assign(respondent=pd.factorize(frame["respondent"])[0]))
        return frames[0], frames[1]

    return both


def _two_waves(answered: Callable[[Questionnaire, int], list[Answers]], form: Questionnaire) -> Sequence[list[Answers]]:
    drawn = answered(form, 2 * _PERSONS)
    codes = [
        {
            "code_moeder": "An",
            "code_dag": f"{n + 1:02}",
            "code_plaats": "Zw",
            "bedrijf": ("Bakker bv", "De Vries & zn")[n % 2],
        }
        for n in range(_PERSONS)
    ]
    waves = [
        [given | code for given, code in zip(part, codes, strict=True)] for part in (drawn[:_PERSONS], drawn[_PERSONS:])
    ]
    return waves[0], [*waves[1][:-1], {"toestemming": 0}]


def _plain_table(form: Questionnaire, answers: Sequence[Answers], file: Path) -> None:
    rows = [dict(pair for q in form.questions for pair in _cells(q, each.get(q.name))) for each in answers]
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
