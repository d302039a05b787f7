"""Folders of small studies of change, written out from invented answers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

INSTRUMENT = """\
id: {id}
version: 1.0.0
languages: [nl, en]
title: {{nl: {nl}, en: {en}}}
text: {{nl: Over {nl}., en: On {en}.}}
construct: {{nl: {nl}., en: {en}.}}
level: organisation
composition: referent_shift
source: {{items: new, literature: [Invented for tests.], relation: {{nl: Verzonnen., en: Invented.}}}}
licence: CC-BY-4.0
response_scales:
  agree5:
    labels:
      1: {{nl: helemaal oneens, en: strongly disagree}}
      2: {{nl: oneens, en: disagree}}
      3: {{nl: geen van beide, en: neither}}
      4: {{nl: eens, en: agree}}
      5: {{nl: helemaal eens, en: strongly agree}}
items:
  - {{id: {id}1, response_scale: agree5, text: {{nl: Eerste zin., en: First sentence.}}}}
  - {{id: {id}2, response_scale: agree5, text: {{nl: Tweede zin., en: Second sentence.}}}}
scales:
  {id}: {{title: {{nl: {nl}, en: {en}}}, items: [{id}1, {id}2], minimum_answered: 2}}
examples:
  - {{answers: {{{id}1: 5, {id}2: 3}}, scores: {{{id}: 4.0}}}}
"""

STUDY = """\
schema: 1
id: small-change
title: {{nl: Acht weken samen leren, en: Eight weeks of learning together}}
description: {{nl: Verzonnen., en: Invented.}}
languages: [nl, en]
simulated: true
levels: {{organisation: firm}}
{respondent}
waves:
  column: wave
  labels:
    t0: {{nl: vooraf, en: before}}
    t1: {{nl: na acht weken, en: after eight weeks}}
    t2: {{nl: na een jaar, en: after a year}}
instruments: [voice.yaml, trust.yaml]
change:
  goal: {{nl: Zeggen mensen meer wat zij denken?, en: Do people say more of what they think?}}
  primary: voice
  worthwhile: 0.4
{more}
responses: [answers.csv]
"""


def write_study(folder: Path, answers: pd.DataFrame, *, more: str = "", respondent: str = "respondent: person") -> Path:
    """The folder of a study of two scales of two items; ``answers`` has ``person, firm, wave`` and the items."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = "\n".join(f"  {line}" for line in more.splitlines())
    (folder / "study.yaml").write_text(STUDY.format(more=lines, respondent=respondent), encoding="utf-8")
    for id, nl, en in (("voice", "Inspraak", "Voice"), ("trust", "Vertrouwen", "Trust")):
        (folder / f"{id}.yaml").write_text(INSTRUMENT.format(id=id, nl=nl, en=en), encoding="utf-8")
    answers.to_csv(folder / "answers.csv", index=False)
    return folder


def invented_answers(
    seed: int = 1,
    sizes: tuple[int, ...] = (9, 8, 12),
    waves: tuple[str, ...] = ("t0", "t1"),
    *,
    gain: float = 0.6,
    leave: float = 0.0,
    join: int = 0,
) -> pd.DataFrame:
    """Answers of invented people in firms Aa, Bb, ..."""
    rng, rows = np.random.default_rng(seed), []
    for place, size in enumerate(sizes):
        firm = chr(65 + place) + chr(97 + place)
        for person in range(size + join):
            level = rng.normal(3, 0.7)
            for at, wave in enumerate(waves):
                if (person >= size and not at) or (person < size and at and rng.random() < leave):
                    continue
                row = {"person": f"{firm}{person:02d}", "firm": firm, "wave": wave}
                for scale, more in (("voice", gain), ("trust", 0.1)):
                    for item in (1, 2):
                        score = level + more * at + rng.normal(0, 0.5)
                        row[f"{scale}{item}"] = int(np.clip(np.round(score), 1, 5))
                rows.append(row)
    return pd.DataFrame(rows)
