"""An invented programme for the report on it, whose elements get all verdicts. Nobody in it is real."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pandas as pd
import pytest
from tests.conftest import DOT

from lcresearch import reporting, synthesis
from lcresearch.reporting.synthesis_forest import Forest
from lcresearch.synthesis.programme import ProgrammeFile

HARMFUL = '<script>alert("x")</script> & Zn.'
FORMULA = '=HYPERLINK("x")'
SECTORS = {"energy": ("Energie", "Energy"), "logistics": ("Logistiek", "Logistics"), "care": ("Zorg", "Care")}
TITLES = {
    "shared_purpose": ("Gedeeld doel", "Shared purpose"),
    "time_to_learn": ("Tijd om te leren", "Time to learn"),
    "facilitation": ("Een begeleider", "A facilitator"),
    "mixed_groups": (f"Gemengde groepen {HARMFUL}", f"Mixed groups {HARMFUL}"),
    "no_budget": ("Geen budget", "No budget"),
    "certificate": ("Een certificaat", "A certificate"),
}
EFFECTS = {"shared_purpose": 0.3, "no_budget": -0.25}


def title(nl: str, en: str | None = None) -> dict[str, str]:
    return {"nl": nl, "en": en or nl}


def a_programme(**changes: Any) -> ProgrammeFile:
    elements: dict[str, Any] = {
        name: {
            "title": title(*titles),
            "column": f"element_{name}",
            "minimum": 1,
            "maximum": 5,
            "confounders": ["size"],
        }
        for name, titles in TITLES.items()
    }
    elements["no_budget"]["barrier"] = True
    elements["certificate"] |= {"minimum": 0, "maximum": 1}
    levels = {"network": title("netwerk", "network"), "school": title("bij een school", "at a school")}
    content: dict[str, Any] = {
        "schema": 1,
        "id": "invented",
        "title": title("Samen leren", "Learning together"),
        "description": title("Een verzonnen programma.", "An invented programme."),
        "declared": "2026-03-01",
        "sectors": {name: title(*titles) for name, titles in SECTORS.items()},
        "instruments": [{"id": "learning-culture", "versions": ["0.1.0"]}],
        "outcomes": {
            "culture": {
                "title": title("leercultuur", "learning culture"), "score": "culture", "instrument": "learning-culture",
            }
        },
        "elements": elements,
        "covariates": {
            "size": {"title": title("Grootte", "Size"), "column": "size", "level": "community", "centre": 2},
            "kind": {"title": title("Soort", "Kind"), "column": "kind", "level": "community", "levels": levels},
        },
        "moderators": ["kind"],
        "models": {"growth": {"outcome": "culture", "covariates": ["size"]}},
        "estimands": [{"model": "growth", "smallest_worthwhile": 0.08}],
    }  # fmt: skip
    return ProgrammeFile.model_validate(content | changes)


def evidence_of(place: int, *, n_communities: int = 14, n_persons: int = 24) -> synthesis.ConsortiumEvidence:
    """One consortium; its name says which one, so that a page without names is known."""
    rng = np.random.default_rng(place)
    sector = list(SECTORS)[place % 3]
    name = FORMULA if place == 0 else f"Consortium Ooievaar {place}"
    elements = {element: rng.integers(1, 6, n_communities).astype(float) for element in TITLES}
    elements["certificate"] = rng.integers(0, 2, n_communities).astype(float)
    school = np.arange(n_communities) % 2 == 0
    size = rng.integers(1, 5, n_communities).astype(float)
    shift = sum(effect * (elements[element] - 3) for element, effect in EFFECTS.items())
    shift = shift + 0.4 * (sector == "energy") * (elements["time_to_learn"] - 3)
    shift = shift + 0.35 * school * (elements["facilitation"] - 3)
    shift = shift + rng.normal(0, 0.9) * (elements["certificate"] - 0.5) + rng.normal(0, 0.1, n_communities)
    community = np.repeat(np.arange(n_communities), n_persons)
    before = rng.normal(0, 1, len(community))
    after = 0.7 * before + rng.normal(0, 0.6, len(community)) + shift[community]
    person = {
        "respondent": [f"{place}-{number}" for number in range(len(community))],
        "consortium": name,
        "community": [f"{place}-{number}" for number in community],
        "size": size[community],
        "kind": np.where(school, "school", "network")[community],
        **{f"element_{element}": values[community] for element, values in elements.items()},
    }
    waves = [pd.DataFrame(person | {"wave": wave, "culture": score}) for wave, score in (("t0", before), ("t1", after))]
    stopped = pd.DataFrame({"community": [f"{place}-stopped"], "reason": ["no time"]}) if place == 4 else None
    used = synthesis.InstrumentVersion(id="learning-culture", version="0.1.0", hash="0" * 64)
    return synthesis.ConsortiumEvidence(
        study=f"study-{place}", consortium=name, sector=sector, frame=pd.concat(waves, ignore_index=True),
        instruments=(used,), stopped=stopped, simulated=True,
    )  # fmt: skip


def packages_in(folder: Path, programme: ProgrammeFile, n_consortia: int = 12) -> Path:
    for place in range(n_consortia):
        synthesis.pack(evidence_of(place), folder, programme)
    return folder


@pytest.fixture(scope="session")
def titles() -> dict[str, tuple[str, str]]:
    return TITLES


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Packages of twelve invented consortia."""
    return sorted(packages_in(tmp_path_factory.mktemp("packages"), a_programme()).glob("*.zip"))


@pytest.fixture(scope="session")
def found(packages: list[Path]) -> synthesis.Synthesis:
    """All consortia together; three of them came after an earlier synthesis."""
    programme = a_programme()
    return synthesis.synthesize(packages, programme, earlier=synthesis.synthesize(packages[:9], programme))


PAGES = {"nl": "report.html", "en": "report.en.html"}
DATE = datetime.date(2026, 11, 26)


@pytest.fixture(scope="session")
def left_out(found):
    return found.leave_one_out(list(found.packages["consortium"][:2]))


@pytest.fixture(scope="session")
def folder(found, left_out, tmp_path_factory):
    """The report and what stands beside it; figures are dots as PNG."""
    folder = tmp_path_factory.mktemp("synthesis") / "results"
    with patch.object(Forest, "png", lambda forest: DOT):
        first = reporting.save_synthesis(
            found, folder, leave_one_out=left_out, date=DATE, inputs={"programme.yaml": "ab" * 32}
        )
    assert first == folder / "report.html"
    return folder


@pytest.fixture(params=["nl", "en"])
def language(request):
    return request.param


def section(text, anchor):
    """The section with this heading."""
    start = text.index(f'aria-labelledby="{anchor}"')
    return text[start : text.index("</section>", start)]
