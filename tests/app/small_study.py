"""A small study with an export as LimeSurvey lays it out; all people and answers are invented."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path

STUDY = """\
# made for a test; all answers are invented
schema: 1
id: small
simulated: true   # take this line out for real answers
title: {nl: Klein onderzoek, en: Small study}
description: {nl: "Verzonnen, voor een proef.", en: "Invented, for a test."}
languages: [nl, en]
levels: {team: team}
waves:
  labels:
    t0: {nl: begin, en: start}
    t1: {nl: einde, en: end}
respondent: id
instruments:
  - {id: psychological-safety, group: team}
responses:
  - {file: answers-t0.csv, wave: t0}   # in spring
privacy: {minimum_cell: 5}
"""
ITEMS = [f"ps{n:02}" for n in range(1, 9)]


def export(
    names: Mapping[str, str] | None = None, *, seed: int = 1, n: int = 24, answers: Mapping[str, str] | None = None
) -> str:
    """An export with columns renamed by ``names``, and answers to some items replaced in each row by ``answers``."""
    drawn, renamed = random.Random(seed), dict(names or {})
    head = ["id", "submitdate", "lastpage", "startlanguage", "seed", "team", *(f"PS[{item}]" for item in ITEMS)]
    lines = [[renamed.get(name, name) for name in head]]
    for row in range(n):
        given = [(answers or {}).get(item, str(drawn.randint(1, 5))) for item in ITEMS]
        lines.append([str(101 + row), "2026-01-02 10:00:00", "3", "nl", "1", f"team {row // 12 + 1}", *given])
    return "".join(",".join('"' + cell.replace('"', '""') + '"' for cell in line) + "\n" for line in lines)


def write_study(folder: Path) -> Path:
    """The study with one export, in ``folder``/small."""
    study = folder / "small"
    study.mkdir(parents=True)
    (study / "study.yaml").write_text(STUDY, encoding="utf-8")
    (study / "answers-t0.csv").write_text(export(), encoding="utf-8")
    return study
