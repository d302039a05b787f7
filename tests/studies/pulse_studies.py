"""Folders of small studies that ask the same again and again, written out from invented answers."""

from __future__ import annotations

import datetime
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from lcresearch import studies
from lcresearch.studies import StudyResults

sys.path.insert(0, str(Path(__file__).parent))
from change_studies import INSTRUMENT

DATE = datetime.date(2026, 3, 9)
STUDY = """\
schema: 1
id: small-pulse
title: {{nl: Week na week, en: Week after week}}
description: {{nl: Verzonnen., en: Invented.}}
languages: [nl, en]
simulated: true
levels: {{organisation: firm}}
respondent: person
waves:
  column: wave
  labels: {{{labels}}}
instruments: [voice.yaml]
change:
  primary: voice
  worthwhile: 0.4
{more}
responses: [answers.csv]
analyses: [scores]
{monitoring}
"""


def pulse_answers(
    n_waves: int, sizes: dict[str, int], *, level: Callable[[str, int], float] = lambda firm, wave: 3.0, seed: int = 1
) -> pd.DataFrame:
    """A row a person and wave, with two items; ``level`` gives the mean of a firm at a wave, counted from 0."""
    rng, rows = np.random.default_rng(seed), []
    for firm, size in sizes.items():
        for person in range(size):
            own = rng.normal(0, 0.5)
            for wave in range(n_waves):
                true = level(firm, wave) + own
                items = np.clip(np.round(rng.normal(true, 0.6, 2)), 1, 5).astype(int)
                rows.append([f"{firm[:2]}{person:02d}", firm, f"w{wave + 1:02d}", *items])
    return pd.DataFrame(rows, columns=["person", "firm", "wave", "voice1", "voice2"])


def write_pulse_study(folder: Path, answers: pd.DataFrame, *, more: str, monitoring: str = "") -> Path:
    """The folder of the study."""
    folder.mkdir(parents=True, exist_ok=True)
    waves = sorted(set(answers["wave"]))
    labels = ", ".join(f"{wave}: {{nl: week {int(wave[1:])}, en: week {int(wave[1:])}}}" for wave in waves)
    lines = "\n".join(f"  {line}" for line in more.splitlines())
    text = STUDY.format(labels=labels, more=lines, monitoring=monitoring)
    (folder / "study.yaml").write_text(text, encoding="utf-8")
    (folder / "voice.yaml").write_text(INSTRUMENT.format(id="voice", nl="Inspraak", en="Voice"), encoding="utf-8")
    answers.to_csv(folder / "answers.csv", index=False)
    return folder


def run(folder: Path, out: str = "out") -> StudyResults:
    """Run it without warnings."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return studies.load(folder).run(folder / out, date=DATE)
