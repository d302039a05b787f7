"""Small packages of the example programme: four invented consortia in two sectors."""

from __future__ import annotations

import datetime
import shutil
from pathlib import Path

import pytest

from lcresearch.synthesis import Synthesis, pack, synthesize
from lcresearch.synthesis.packages.invented import invented_evidence
from lcresearch.synthesis.programme import example_programme, new_programme

SECTORS = {"Aa": "energy", "Bb": "energy", "Cc": "water", "Dé <b>&": "water"}
DATE = datetime.date(2026, 4, 1)


@pytest.fixture(scope="session")
def sent_once(tmp_path_factory) -> Path:
    folder, plan = tmp_path_factory.mktemp("sent"), example_programme()
    for place, (name, sector) in enumerate(SECTORS.items()):
        evidence = invented_evidence(name, sector, n_communities=4, n_persons=14, seed=place + 1)
        pack(evidence, folder / f"{place}.zip", plan, date=DATE)
    foreign = invented_evidence("Elsewhere", "water", n_communities=3, n_persons=14, seed=7)
    pack(foreign, folder / "foreign.zip", plan.model_copy(update={"id": "elsewhere"}), date=DATE)
    again = invented_evidence("Aa", "energy", n_communities=3, n_persons=15, seed=8)
    pack(again, folder / "again.zip", plan, date=DATE)
    return folder


@pytest.fixture(scope="session")
def expected(sent_once: Path) -> Synthesis:
    """What the library finds in the packages that fit."""
    return synthesize([sent_once / f"{place}.zip" for place in range(len(SECTORS))], example_programme())


@pytest.fixture
def sent(sent_once: Path, tmp_path: Path) -> Path:
    """As they arrive: 0.zip to 3.zip fit, again.zip is a second one of Aa, foreign.zip of another programme."""
    return Path(shutil.copytree(sent_once, tmp_path / "sent"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one programme, and nothing else."""
    made = tmp_path / "work"
    new_programme(made / "programme")
    return made
