"""A small study, written out: one instrument of three items, two firms of eight, one wave."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from lcresearch.errors import LcresearchError

INSTRUMENT = """\
id: voice
version: 1.0.0
languages: [nl, en]
title: {nl: Inspraak, en: Voice}
text: {nl: Over zeggen wat u denkt., en: On saying what you think.}
construct: {nl: Zeggen wat je denkt., en: Saying what you think.}
level: organisation
composition: referent_shift
source: {items: new, literature: [Invented for tests.], relation: {nl: Verzonnen., en: Invented.}}
licence: CC-BY-4.0
response_scales:
  agree5:
    labels:
      1: {nl: helemaal oneens, en: strongly disagree}
      2: {nl: oneens, en: disagree}
      3: {nl: geen van beide, en: neither}
      4: {nl: eens, en: agree}
      5: {nl: helemaal eens, en: strongly agree}
items:
  - {id: v1, response_scale: agree5, text: {nl: Wij zeggen wat we denken., en: We say what we think.}}
  - {id: v2, response_scale: agree5, reversed: true, text: {nl: Wij houden onze mond., en: We keep silent.}}
  - {id: v3, response_scale: agree5, text: {nl: Er wordt naar ons geluisterd., en: We are listened to.}}
scales:
  voice: {title: {nl: Inspraak, en: Voice}, items: [v1, v2, v3], minimum_answered: 2}
examples:
  - {answers: {v1: 5, v2: 1, v3: 5}, scores: {voice: 5.0}}
"""

STUDY = """\
schema: 1
id: small
title: {nl: Klein onderzoek, en: Small study}
description: {nl: Verzonnen., en: Invented.}
languages: [nl, en]
levels: {organisation: firm}
respondent: person
instruments: [voice.yaml]
responses: [answers.csv]
"""

ANSWERS = """\
person,firm,v1,v2,v3
p01,Aa,4,2,4
p02,Aa,5,1,4
p03,Aa,4,2,3
p04,Aa,3,2,4
p05,Aa,4,3,4
p06,Aa,5,2,5
p07,Aa,4,2,4
p08,Aa,2,3,3
p09,Bb,2,4,2
p10,Bb,1,4,2
p11,Bb,2,5,1
p12,Bb,3,4,2
p13,Bb,2,3,3
p14,Bb,2,4,2
p15,Bb,4,2,3
p16,Bb,1,5,2
"""


@pytest.fixture
def study_texts():
    """The files of the small study as text, to change a word in."""
    return SimpleNamespace(study=STUDY, instrument=INSTRUMENT, answers=ANSWERS)


@pytest.fixture
def small_study(tmp_path: Path):
    """The folder of the small study; a text given by name replaces one of its files."""

    def write(*, study: str = STUDY, instrument: str = INSTRUMENT, answers: str | bytes | None = ANSWERS) -> Path:
        folder = tmp_path / "small"
        folder.mkdir(exist_ok=True)
        (folder / "study.yaml").write_text(study, encoding="utf-8")
        (folder / "voice.yaml").write_text(instrument, encoding="utf-8")
        if answers is not None:
            (folder / "answers.csv").write_bytes(answers if isinstance(answers, bytes) else answers.encode("utf-8"))
        return folder

    return write


@pytest.fixture
def refused():
    """Codes of the problems with which a call is refused."""

    def _refused(call, *args, **kwargs):
        with pytest.raises(LcresearchError) as caught:
            call(*args, **kwargs)
        assert str(caught.value)
        return [problem.code for problem in caught.value.problems]

    return _refused
