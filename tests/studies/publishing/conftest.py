"""An invented study of four firms, one of them small, that was run and published once for all tests."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.conftest import DOT
from tests.studies.conftest import INSTRUMENT

from lcresearch import studies
from lcresearch.reporting import save
from lcresearch.studies.publishing import bundle as bundle_module

CLOSED = (
    INSTRUMENT.replace("id: voice", "id: owned")
    .replace("CC-BY-4.0", "Eigendom van een uitgever")
    .replace("v1", "o1")
    .replace("v2", "o2")
    .replace("v3", "o3")
    .replace("  voice: {title", "  owned: {title")
    .replace("{voice: 5.0}", "{owned: 5.0}")
    .replace("Wij zeggen wat we denken.", "Beschermde vraag.")
)
"""An instrument whose wording may not be passed on."""

FIRMS = {"Zonnebloem Bakkerij": 14, "Kraanvogel Metaal": 12, "Nachtegaal Studio": 11, "Waterlelie Bouw": 6}
"""Names and numbers of persons; all invented."""

STUDY = """\
schema: 1
id: small
title: {nl: Klein onderzoek, en: Small study}
description: {nl: Verzonnen., en: Invented.}
languages: [nl, en]
simulated: true
consortium: Consortium Heidebloem
levels: {organisation: firm}
respondent: person
instruments: [voice.yaml, owned.yaml]
responses: [answers.csv]
analyses: [distributions, scores, reliability, agreement]
"""

PUBLICATION = """\
publication:
  creators:
    - {given_name: Anna, family_name: Voorbeeld, orcid: 0000-0002-1825-0097,
       affiliation: {name: VU, ror: 008xxew50}}
    - {given_name: Bram, family_name: Verzonnen}
  contact: {name: Anna Voorbeeld, email: Anna@example.org}
  publisher: Zenodo
  keywords: [leercultuur]
  funders: [NWO]
  licence: CC-BY-4.0
  related: [10.5281/zenodo.1]
  purpose: practice_oriented
  evidence: exploratory
"""


def answers() -> str:
    """Rows of persons, with a remark that holds a name and an address."""
    items = ["v1", "v2", "v3", "o1", "o2", "o3"]
    lines = [",".join(["person", "firm", "remark", *items])]
    for n, firm in enumerate(itertools.chain.from_iterable([name] * size for name, size in FIRMS.items()), start=1):
        given = [str(1 + (n * (3 + k) + k * k + n // 4) % 5) for k in range(len(items))]
        lines.append(",".join([f"pers{n:03d}", firm, f"Vraag Piet Kruidnagel piet{n}@firma.example", *given]))
    return "\n".join(lines) + "\n"


def write_study(folder: Path, study: str = STUDY + PUBLICATION, instrument: str = INSTRUMENT) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "study.yaml").write_text(study, encoding="utf-8")
    (folder / "voice.yaml").write_text(f"# Vraag aan Piet Kruidnagel\n{instrument}", encoding="utf-8")
    (folder / "owned.yaml").write_text(CLOSED, encoding="utf-8")
    (folder / "answers.csv").write_text(answers(), encoding="utf-8")
    return folder


@contextmanager
def dots() -> Iterator[None]:
    """A picture of one dot for each figure of a report and of a bundle."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (save, bundle_module):
            patch.setattr(module, "png_file", lambda drawing: DOT)
        yield


@pytest.fixture(autouse=True, scope="module")
def dots_in_bundles():
    """As in reports of all tests of studies."""
    with dots():
        yield


@pytest.fixture(scope="session")
def _ran(tmp_path_factory) -> Path:
    folder = write_study(tmp_path_factory.mktemp("publishing") / "study")
    with dots():
        studies.load(folder).run()
    return folder


@pytest.fixture(scope="session")
def bundle(_ran) -> studies.Publication:
    """A bundle, with its folder and ZIP."""
    with dots():
        return studies.publish(_ran, zip_too=True)


@pytest.fixture
def study(_ran, tmp_path) -> Path:
    """A copy of the study that was run, to change something in."""
    return Path(shutil.copytree(_ran, tmp_path / "study", ignore=shutil.ignore_patterns("publication*")))
