"""A small study, written out: one instrument of three items, two firms of eight, one wave."""

from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest
from tests.conftest import DOT

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


@pytest.fixture(autouse=True, scope="module")
def pictures_of_a_dot():
    """A picture of one dot for each figure of a report: tests/reporting looks at real ones."""
    import lcresearch.reporting.save

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lcresearch.reporting.save, "png_file", lambda drawing: DOT)
        yield


@contextmanager
def left_out(*names):
    """Runs compute, release and keep all that they do, but leave out what these functions write of the report."""
    from lcresearch import reporting

    with pytest.MonkeyPatch.context() as patch:
        for name in names:
            patch.setattr(reporting, name, lambda *args, **options: [])
        yield


def no_pages():
    """Runs write no pages, tables and figures of the report."""
    return left_out("save_report", "save_tables", "save_figures")


@pytest.fixture
def without_pages():
    """For a test that looks at what a run shows and keeps, and not at the files of the report."""
    with no_pages():
        yield


@pytest.fixture
def without_tables():
    """For a test that looks at the pages of a report, and not at its tables and figures."""
    with left_out("save_tables", "save_figures"):
        yield


@pytest.fixture
def without_figures():
    """For a test that looks at the pages and tables of a report."""
    with left_out("save_figures"):
        yield


@pytest.fixture
def only_tables():
    """For a test that looks at the tables of a report."""
    with left_out("save_report", "save_figures"):
        yield


@pytest.fixture
def study_texts():
    """The files of the small study as text, to change a word in."""
    return SimpleNamespace(study=STUDY, instrument=INSTRUMENT, answers=ANSWERS)


def write_small_study(
    folder: Path, *, study: str = STUDY, instrument: str = INSTRUMENT, answers: str | bytes | None = ANSWERS
) -> Path:
    """The folder of the small study; a text given by name replaces one of its files."""
    folder.mkdir(exist_ok=True)
    (folder / "study.yaml").write_text(study, encoding="utf-8")
    (folder / "voice.yaml").write_text(instrument, encoding="utf-8")
    if answers is not None:
        (folder / "answers.csv").write_bytes(answers if isinstance(answers, bytes) else answers.encode("utf-8"))
    return folder


@pytest.fixture
def small_study(tmp_path: Path):
    """Writes the small study in a folder for this test."""
    return partial(write_small_study, tmp_path / "small")


@pytest.fixture
def refused():
    """Codes of the problems with which a call is refused."""

    def _refused(call, *args, **kwargs):
        with pytest.raises(LcresearchError) as caught:
            call(*args, **kwargs)
        assert str(caught.value)
        return [problem.code for problem in caught.value.problems]

    return _refused


def everything(folder):
    """The content of each file below a folder."""
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


PART = """\
interviews:
  transcripts: interviews
  attributes: interviews/people.csv
  codings: interviews/codings/codings.csv
  codebook: interviews/book/book.yaml
  compare: sector
  confidential: [community]
"""
BOOK = """\
id: small-book
version: 1.0.0
title: {nl: Klein codeboek, en: Small codebook}
languages: [nl, en]
licence: CC-BY-4.0
text: {nl: Verzonnen., en: Invented.}
codes:
  - id: time
    name: {nl: Tijd, en: Time}
    definition: {nl: Over tijd., en: About time.}
    use_when: {nl: Iemand noemt tijd., en: Somebody names time.}
  - id: money
    name: {nl: Geld, en: Money}
    definition: {nl: Over geld., en: About money.}
    use_when: {nl: Iemand noemt geld., en: Somebody names money.}
  - id: secret
    name: {nl: Geheim, en: Secret}
    definition: {nl: Over iets geheims., en: About something secret.}
    use_when: {nl: Iemand noemt een geheim., en: Somebody names a secret.}
"""
SAID = {"time": "Er is te weinig tijd.", "money": "Het kost veel geld.", "secret": "Dat mag niemand weten."}


def codes_said(number):
    """Half speak of time, a third of money, one of a secret."""
    return [code for code, says in (("time", number % 2), ("money", number % 3 == 0), ("secret", number == 5)) if says]


def write_talks(folder, part=PART, **changes):
    """The small study with 16 invented interviews, eight a sector and four a community."""
    write_small_study(folder, study=STUDY + part)
    for name in ("codings", "book"):
        (folder / "interviews" / name).mkdir(parents=True, exist_ok=True)
    people, codings = ["bestand,respondent,rol,community,sector"], ["document,coder,quote,code"]
    for number in range(1, 17):
        name = f"talk-{number:02}.txt"
        codes = codes_said(number)
        said = "\n".join(f"R: {SAID[code]}" for code in codes) or "R: Het gaat wel."
        (folder / "interviews" / name).write_text(f"I: Hoe gaat het, tijd?\n{said}\n", encoding="utf-8")
        people.append(f"{name},p{number:02},manager,c{(number - 1) // 4},s{(number - 1) // 8}")
        codings += [f"{name},{coder},{SAID[code]},{code}" for code in codes for coder in "AB"]
    files = {"people.csv": people, "codings/codings.csv": codings}
    for name, lines in files.items():
        (folder / "interviews" / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "interviews" / "book" / "book.yaml").write_text(BOOK, encoding="utf-8")
    for name, text in changes.items():
        (folder / "interviews" / name.replace("__", "/")).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def talks(tmp_path):
    """Writes the small study with interviews in a folder for this test."""
    return partial(write_talks, tmp_path / "small")
