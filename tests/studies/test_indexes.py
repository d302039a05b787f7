"""Instruments of another kind, from file to report: indexes, sums of numbers, several answers, and no scales at all."""

import datetime
import shutil

import lxml.html
import numpy as np
import pandas as pd
import pytest

from lcresearch import instruments, studies

DATE = datetime.date(2026, 3, 9)
STUDY = """\
schema: 1
id: kinds
title: {nl: Soorten, en: Kinds}
description: {nl: Verzonnen., en: Invented.}
languages: [nl, en]
levels: {organisation: firm}
respondent: person
instruments: [INSTRUMENTS]
responses: [answers.csv]
"""
FACTS = """\
id: facts
version: 1.0.0
languages: [nl, en]
title: {nl: Feiten, en: Facts}
text: {nl: Over feiten., en: On facts.}
construct: {nl: Feiten., en: Facts.}
level: organisation
composition: formative_index
source: {items: new, literature: [Invented for tests.], relation: {nl: Verzonnen., en: Invented.}}
licence: CC-BY-4.0
response_scales:
  means: {ordered: false, labels: {1: {nl: mail, en: mail}, 2: {nl: chat, en: chat}, 3: {nl: bord, en: board}}}
items:
  - {id: f1, type: number, minimum: 0, text: {nl: Hoeveel mensen?, en: How many people?}}
  - {id: f2, type: number, minimum: 0, text: {nl: Hoeveel machines?, en: How many machines?}}
  - {id: f3, type: multiple, response_scale: means, text: {nl: Wat gebruikt u?, en: What do you use?}}
  - {id: f4, type: number, minimum: 0, maximum: 4, text: {nl: Hoe vaak?, en: How often?}}
  - {id: f5, type: number, minimum: 0, maximum: 10, text: {nl: Hoe lang?, en: How long?}}
scales:
  size: {title: {nl: Grootte, en: Size}, items: [f1, f2], method: sum}
  pace:
    title: {nl: Tempo, en: Pace}
    items: [f4, f5]
    method: index
    low: {nl: Het gaat langzaam., en: It goes slowly.}
    high: {nl: Het gaat snel., en: It goes fast.}
examples:
  - {answers: {f1: 3, f2: 4, f4: 2, f5: 5}, scores: {size: 7, pace: 50}}
"""


@pytest.fixture
def run(tmp_path):
    def go(names, answers, facts=FACTS):
        folder = tmp_path / "kinds"
        folder.mkdir(exist_ok=True)
        (folder / "study.yaml").write_text(STUDY.replace("INSTRUMENTS", ", ".join(names)), encoding="utf-8")
        (folder / "facts.yaml").write_text(facts, encoding="utf-8")
        answers.to_csv(folder / "answers.csv", index=False)
        return studies.load(folder).run(tmp_path / "out", date=DATE, force=True)

    return go


def people(n=24, seed=3):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"person": [f"p{row:02}" for row in range(n)], "firm": ["A", "B", "C"] * (n // 3)})
    return frame, rng


def facts_of(n=24):
    frame, rng = people(n)
    frame["f1"], frame["f2"] = rng.integers(1, 90, n), rng.integers(0, 9, n)
    frame["f4"], frame["f5"] = rng.integers(0, 5, n), rng.integers(0, 11, n)
    for code, share in ((1, 0.5), (2, 0.4), (3, 0.05)):
        frame[f"f3_{code}"] = (rng.random(n) < share).astype(int)
    return frame


def text_of(results, language):
    page = results.reports[language].read_text(encoding="utf-8")
    return " ".join(lxml.html.fromstring(page).text_content().split())


def test_an_index_and_a_sum_of_numbers_from_file_to_report(run):
    results = run(["facts.yaml"], facts_of())
    size, pace = results.content.scales
    for scale in (size, pace):
        assert scale.reliability is None
        assert [problem.code for problem in scale.problems].count("S060") == 1
        assert scale.distribution.empty
        assert not {"M012", "M013"} & {problem.code for problem in scale.problems}
        assert scale.agreement_groups["ad_mean"].notna().all()
        assert "M114" in {reason.code for verdict in scale.verdicts.values() for reason in verdict.reasons}
        assert scale.agreement["r_wg_median"].isna().all()
        assert scale.agreement["icc_1"].notna().all()
    answers = facts_of()
    assert size.overall["mean"].iloc[0] == pytest.approx((answers["f1"] + answers["f2"]).mean())
    assert not size.bounded
    assert (pace.minimum, pace.maximum) == (0, 100)
    for language, words in (("nl", "Het gaat snel."), ("en", "It goes fast.")):
        text = text_of(results, language)
        assert words in text
        assert "inf" not in text.split()


def test_several_answers_in_no_scale_are_background(run):
    found = run(["facts.yaml"], facts_of()).content.participation.context
    assert [item.id for item in found.items] == ["f3"]
    n = {code: int(facts_of()[f"f3_{code}"].sum()) for code in (1, 2, 3)}
    assert n[3] < 3
    assert dict(zip(found.counts["codes"], found.counts["n"], strict=True)) == {(1,): n[1], (2,): n[2]}


def test_a_study_of_background_alone(run):
    frame, rng = people()
    background = instruments.load("background")
    frame["bg01"] = rng.choice([3, 5], len(frame))
    frame["bg02"] = rng.choice(background.response_scale_of("bg02").codes, len(frame))
    results = run(["background"], frame)
    assert results.content.scales == ()
    assert results.tidy().empty
    assert results.glance()["n_persons"].tolist() == [24]
    assert set(results.content.participation.context.counts["item"]) == {"bg01", "bg02"}
    text = text_of(results, "nl")
    assert "In welke sector werkt u?" in text
    assert "gemiddelde score" not in text


def test_a_small_study_shows_no_background(run):
    frame, _ = people(n=6)
    frame["bg01"] = [3, 5, 3, 5, 1, 2]
    results = run(["background"], frame)
    context = results.content.participation.context
    assert context.counts.empty
    assert "too small" in text_of(results, "en")


def test_a_second_run_shows_the_same_and_a_late_answer_hides_the_background(run):
    frame, _ = people()
    frame["bg01"] = [3, 5] * 12
    first = run(["background"], frame).content.participation.context.counts
    again = run(["background"], frame).content.participation.context.counts
    pd.testing.assert_frame_equal(first, again)
    late = pd.concat([frame, pd.DataFrame({"person": ["p99"], "firm": ["A"], "bg01": [5]})])
    assert run(["background"], late).content.participation.context.counts.empty


def test_a_study_without_ids_that_leaves_rows_out_runs_twice(study_texts, small_study, tmp_path):
    """Rows that were left out are no persons whom the next run has to find again."""
    study = study_texts.study.replace("respondent: person\n", "") + "screening: {exclude: [few_answers]}\n"
    answers = "\n".join(line.partition(",")[2] for line in study_texts.answers.splitlines())
    answers += "\n" + "Aa,4,,\nBb,,4,\nBb,4,,\n"
    folder = small_study(study=study, answers=answers)
    tables = [studies.load(folder).run(tmp_path / name, date=DATE).content.quality.rows for name in ("one", "two")]
    pd.testing.assert_frame_equal(*tables)
    shutil.rmtree(tmp_path / "two")
