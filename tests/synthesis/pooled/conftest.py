"""An invented programme and its evidence packages, made of simulated rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from lcresearch.measurement import moments
from lcresearch.multilevel import crossproducts
from lcresearch.studies.simulation import simulate_programme
from lcresearch.synthesis import Synthesis, synthesize
from lcresearch.synthesis.packages.contents import EvidencePackage
from lcresearch.synthesis.packages.manifest import InstrumentVersion, Manifest, Sizes
from lcresearch.synthesis.programme import ProgrammeFile, digest_of, plan_of, rows_of

ELEMENTS = ("shared_purpose", "time_to_learn", "virtual_meeting_place", "facilitation", "leadership")


def title(text: str) -> dict[str, str]:
    return {"nl": text, "en": text}


def a_programme(**changes: Any) -> ProgrammeFile:
    """An invented plan: five elements, a covariate of communities, one outcome."""
    elements: dict[str, Any] = {
        name: {"title": title(name), "column": f"element_{name}", "minimum": 1, "maximum": 5, "confounders": ["size"]}
        for name in ELEMENTS
    }
    elements["facilitation"]["moderators"] = ["leadership"]
    content: dict[str, Any] = {
        "schema": 1,
        "id": "invented",
        "title": title("Invented"),
        "description": title("Invented."),
        "declared": "2026-03-01",
        "sectors": {f"sector {k}": title(f"Sector {k}") for k in (1, 2, 3)},
        "instruments": ["learning-culture"],
        "outcomes": {"culture": {"title": title("Culture"), "score": "culture", "instrument": "learning-culture"}},
        "elements": elements,
        "covariates": {
            "size": {"title": title("Size"), "column": "size", "level": "community", "centre": 2},
            "kind": {
                "title": title("Kind"), "column": "kind", "level": "community",
                "levels": {"network": title("Network"), "school": title("School")},
            },
            "age": {"title": title("Age"), "column": "age", "level": "respondent", "centre": 40},
        },
        "moderators": ["kind"],
        "models": {"growth": {"outcome": "culture", "covariates": ["size", "age"], "shift": {"age": 0.0}}},
        "estimands": [{"model": "growth", "smallest_worthwhile": 0.08}],
        "interactions": [{"model": "growth", "element": "shared_purpose", "covariate": "age"}],
    }  # fmt: skip
    content["instruments"] = [{"id": "learning-culture", "versions": ["0.1.0"]}]
    return ProgrammeFile.model_validate(content | changes)


def a_frame(n_consortia: int = 12, n_communities: int = 8, n_respondents: int = 25, seed: int = 4) -> pd.DataFrame:
    """Answers that a computer made up."""
    made = simulate_programme(
        n_consortia, 3, n_communities, n_respondents, seed=seed, instruments=["learning-culture"], missing=0.0
    )
    frame = made.frame.assign(culture=made.latent["collective"])
    rng = np.random.default_rng(seed)
    names = frame["community"].unique()
    size = pd.Series(rng.integers(1, 5, len(names)).astype(float), names)
    kind = pd.Series(rng.choice(["network", "school"], len(names)), names)
    age = pd.Series(rng.integers(18, 65, frame["respondent"].nunique()).astype(float), frame["respondent"].unique())
    return frame.assign(
        size=frame["community"].map(size), kind=frame["community"].map(kind), age=frame["respondent"].map(age)
    )


def packages_of(programme: ProgrammeFile, frame: pd.DataFrame, **manifest: Any) -> list[EvidencePackage]:
    """A package a consortium, with everything in it: nothing is held back."""
    return [package_of(programme, rows, **manifest) for _, rows in frame.groupby("consortium", sort=True)]


def package_of(programme: ProgrammeFile, frame: pd.DataFrame, **changes: Any) -> EvidencePackage:
    consortium, sector = str(frame["consortium"].iloc[0]), str(frame["sector"].iloc[0])
    sums, scores = {}, {}
    for name in programme.models:
        plan = plan_of(programme, name)
        rows = rows_of(plan, programme, frame)
        sums[name] = crossproducts(plan.formula, rows, shift=plan.shift, persons=plan.persons)
        wide = frame.pivot(index="respondent", columns="wave", values=plan.score)
        present = rows.dropna()["respondent"].unique()
        scores[name] = moments(wide.loc[present].dropna(), list(plan.waves))
    coded = {name: one.column for name, one in programme.elements.items()}
    coded |= {name: one.column for name, one in programme.covariates.items() if one.level != "respondent"}
    first = frame.drop_duplicates("community")
    communities = pd.DataFrame(
        {"community": first["community"], "status": "active", "n_persons": frame.groupby("community").size().to_numpy()}
        | {name: first[column] for name, column in coded.items()}
    ).reset_index(drop=True)
    items = [column for column in frame if str(column).startswith("lc0")]
    at_first = frame[frame["wave"] == "t0"].dropna(subset=items)
    values: dict[str, Any] = {
        "study": "invented", "programme": programme.id, "programme_digest": digest_of(programme),
        "consortium": consortium, "sector": sector, "created": "2026-06-01", "simulated": True,
        "waves": ("t0", "t1"), "n": Sizes(respondents=frame["respondent"].nunique(), communities=len(first)),
        "instruments": (InstrumentVersion(id="learning-culture", version="0.1.0", hash="a" * 64),),
        "software": {"lcresearch": "0"}, "minimum_cell": 10, "minimum_category": 3, "members": {},
    }  # fmt: skip
    return EvidencePackage(
        manifest=Manifest(**(values | changes)),
        crossproducts=sums,
        scores=scores,
        moments={"learning_culture": moments(at_first.astype(dict.fromkeys(items, float)), items)} if items else {},
        effects={},
        communities=communities,
    )


@pytest.fixture(scope="session")
def programme() -> ProgrammeFile:
    return a_programme()


@pytest.fixture(scope="session")
def frame() -> pd.DataFrame:
    return a_frame()


@pytest.fixture(scope="session")
def packages(programme: ProgrammeFile, frame: pd.DataFrame) -> list[EvidencePackage]:
    return packages_of(programme, frame)


@pytest.fixture(scope="session")
def found(packages: list[EvidencePackage], programme: ProgrammeFile) -> Synthesis:
    """The synthesis of these packages."""
    return synthesize(packages, programme, explore=["size"])


@pytest.fixture(scope="session")
def make_programme() -> Callable[..., ProgrammeFile]:
    return a_programme


@pytest.fixture(scope="session")
def make_packages() -> Callable[..., list[EvidencePackage]]:
    return packages_of


@pytest.fixture(scope="session")
def make_frame() -> Callable[..., pd.DataFrame]:
    return a_frame
