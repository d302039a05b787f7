"""Programmes of learning communities made by a computer, of which the truth is known.

Nothing here is about real people. A simulated programme serves to show what a report looks like, and to check whether
an analysis finds what was put in.

The model. Individual and collective learning capacity are two latent variables of each person at each wave, with
variance 1 at the first wave, made up of a part for the sector, the consortium, the community, the organisation, the
person and the moment (:data:`VARIANCES`). From the first wave to the last a community changes by a common trend, by the
effects of its working elements (:data:`ELEMENTS`) and by chance (:data:`CHANGE`). Each scale measures one of the two
capacities and something of its own, each item measures its scale with error, and answers come from thresholds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch import instruments as library
from lcresearch.errors import StudyError
from lcresearch.instruments import Instrument
from lcresearch.studies.simulated_answers import simulate_answers
from lcresearch.studies.simulated_truth import (
    CAPACITIES,
    CHANGE,
    ELEMENTS,
    HETEROGENEITY,
    IMPLEMENTATION_MEAN,
    IMPLEMENTATION_SD,
    IMPLEMENTATION_STEPS,
    VARIANCES,
    Element,
    Programme,
    truth_of,
)

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

INSTRUMENTS = (
    "learning-identity",
    "self-directed-learning",
    "learning-culture",
    "team-learning",
    "psychological-safety",
)
"""Instruments of the library that respondents fill in, if nothing else is asked."""

ROLES: Mapping[str, float] = {"employee": 0.68, "manager": 0.12, "teacher": 0.12, "researcher": 0.08}
FIRM_SIZES: Mapping[str, float] = {"2-9": 0.35, "10-49": 0.40, "50-249": 0.18, "250+": 0.07}


def simulate_programme(
    n_consortia: int = 12,
    n_sectors: int = 3,
    n_communities: int = 8,
    n_respondents: int = 25,
    n_waves: int = 2,
    *,
    seed: int | None = None,
    instruments: Sequence[str | Instrument] = INSTRUMENTS,
    elements: Sequence[Element] = ELEMENTS,
    missing: float = 0.02,
    dropout: float = 0.15,
    newcomers: float = 0.08,
) -> Programme:
    """Make up a programme whose truth is known.

    Parameters
    ----------
    n_consortia, n_sectors : int
        Consortia of the programme, divided evenly over sectors.
    n_communities : int
        Communities of each consortium.
    n_respondents : int
        Mean number of respondents of a community at the first wave. Sizes vary: from 4 to 60 if the mean is 25.
    n_waves : int
        Waves t0, t1, ...; change is linear from the first to the last.
    seed : int, optional
        The same seed gives the same programme.
    instruments : sequence of str or Instrument
        Ids of the library, or instruments. Items that are not a choice from ordered answers stay out.
    elements : sequence of Element
        Working elements and their effects.
    missing : float
        Share of answers that are missing, at random.
    dropout : float
        Share of respondents who leave between one wave and the next, at random.
    newcomers : float
        Respondents who join at each later wave, as a share of a community's size at the first.

    Returns
    -------
    Programme

    Raises
    ------
    StudyError
        S090 when a number or share cannot be.

    Examples
    --------
    >>> programme = simulate_programme(n_consortia=2, n_sectors=2, n_communities=3, n_respondents=10, seed=1)
    >>> programme.frame["wave"].unique().tolist()
    ['t0', 't1']
    >>> truth = programme.truth.effects
    >>> truth.loc[(truth["kind"] == "sector-specific") & (truth["capacity"] == "collective"), "effect"].tolist()
    [0.4, 0.0]
    """
    _check(n_consortia, n_sectors, n_communities, n_respondents, n_waves, missing, dropout, newcomers)
    rng = np.random.default_rng(seed)
    chosen = [library.load(one) if isinstance(one, str) else one for one in instruments]
    groups = _Groups(np.arange(n_consortia) * n_sectors // n_consortia, n_communities)
    people = _people(rng, groups, n_respondents, n_waves, dropout, newcomers)
    implementation = _implementation(rng, groups, elements)
    person, wave = _presence(people, n_waves)
    time = wave / max(n_waves - 1, 1)
    capacity = {
        name: _stable(rng, name, groups, people)[person]
        + time * _change(rng, name, groups, elements, implementation)[people.community[person]]
        + rng.normal(0, np.sqrt(VARIANCES[name]["residual"]), len(person))
        for name in CAPACITIES
    }
    answers = simulate_answers(rng, chosen, capacity, person, missing)
    frame = pd.concat([_background(rng, groups, people, person, wave, elements, implementation), answers.frame], axis=1)
    sectors = _names("sector ", n_sectors, 1).tolist()
    latent = pd.DataFrame({"respondent": frame["respondent"], "wave": frame["wave"], **capacity})
    return Programme(
        frame, truth_of(sectors, elements, answers.loadings), latent, tuple(one.id for one in chosen), seed
    )


def _check(
    n_consortia: int,
    n_sectors: int,
    n_communities: int,
    n_respondents: int,
    n_waves: int,
    missing: float,
    dropout: float,
    newcomers: float,
) -> None:
    counts = {"n_sectors": n_sectors, "n_consortia": n_consortia, "n_communities": n_communities}
    counts |= {"n_respondents": n_respondents, "n_waves": n_waves}
    lowest = {"n_consortia": n_sectors, "n_respondents": 4}
    for name, value in counts.items():
        if value < lowest.get(name, 1):
            raise StudyError("S090", name=name, value=str(value), limits=f">= {lowest.get(name, 1)}")
    for name, share in {"missing": missing, "dropout": dropout, "newcomers": newcomers}.items():
        if not 0 <= share < 1:
            raise StudyError("S090", name=name, value=str(share), limits="0 <= x < 1")


class _Groups:
    """Which consortium and sector each community is in, by number."""

    def __init__(self, sector_of_consortium: Ints, n_communities: int) -> None:
        self.sector_of_consortium = sector_of_consortium
        self.consortium = np.repeat(np.arange(len(sector_of_consortium)), n_communities)
        self.sector = sector_of_consortium[self.consortium]


@dataclass(frozen=True)
class _People:
    """Community, organisation, first wave and first wave after leaving of each person."""

    community: Ints
    organisation: Ints
    n_organisations: int
    enters: Ints
    leaves: Ints


def _people(
    rng: np.random.Generator, groups: _Groups, n_respondents: int, n_waves: int, dropout: float, newcomers: float
) -> _People:
    n_communities = len(groups.consortium)
    sizes = rng.gamma(2.5, n_respondents / 2.5, n_communities).round().astype(np.int64)
    sizes = np.clip(sizes, 4, max(4, round(2.4 * n_respondents)))
    joining = [rng.binomial(sizes, newcomers) for _ in range(n_waves - 1)]
    blocks = [np.repeat(np.arange(n_communities), size) for size in [sizes, *joining]]
    community = np.concatenate(blocks)
    enters = np.repeat(np.arange(n_waves), [len(block) for block in blocks])
    order = np.lexsort((enters, community))
    community, enters = community[order], enters[order]
    leaves = enters + (rng.geometric(dropout, len(enters)) if dropout else n_waves)
    organisation, n_organisations = _organisations(rng, sizes, community)
    return _People(community, organisation, n_organisations, enters, leaves)


def _organisations(rng: np.random.Generator, sizes: Ints, community: Ints) -> tuple[Ints, int]:
    """Organisations of some 3 to 12 persons in each community; persons are spread over them by random order."""
    n_here = np.maximum(1, (sizes / 6.5).round()).astype(np.int64)
    home = np.repeat(np.arange(len(sizes)), n_here)
    weight = rng.uniform(0.55, 1.55, len(home))
    total = np.bincount(home, weight)
    upto = np.cumsum(weight / total[home])  # each community covers one unit
    rank = np.empty(len(community))
    order = np.lexsort((rng.random(len(community)), community))
    first = np.searchsorted(community, np.arange(len(sizes)))
    n_persons = np.bincount(community, minlength=len(sizes))
    rank[order] = (np.arange(len(community)) - first[community[order]] + 0.5) / n_persons[community[order]]
    last = np.cumsum(n_here)[community] - 1
    return np.minimum(np.searchsorted(upto, community + rank), last), len(home)


def _implementation(rng: np.random.Generator, groups: _Groups, elements: Sequence[Element]) -> dict[str, Ints]:
    """Degree of implementation in each community, 1 to 5; a fifth of its latent variance lies between consortia."""
    n_consortia = len(groups.sector_of_consortium)
    found = {}
    for element in elements:
        shared = rng.normal(0, np.sqrt(0.2), n_consortia)[groups.consortium]
        latent = shared + rng.normal(0, np.sqrt(0.8), len(groups.consortium))
        found[element.name] = np.searchsorted(IMPLEMENTATION_STEPS, latent) + 1
    return found


def _presence(people: _People, n_waves: int) -> tuple[Ints, Ints]:
    """Person and wave of each row, ordered by wave."""
    there = [(people.enters <= wave) & (wave < people.leaves) for wave in range(n_waves)]
    person = np.concatenate([np.flatnonzero(present) for present in there])
    return person, np.repeat(np.arange(n_waves), [int(present.sum()) for present in there])


def _stable(rng: np.random.Generator, capacity: str, groups: _Groups, people: _People) -> Floats:
    """The part of a capacity that each person keeps over waves."""
    sd = {name: np.sqrt(variance) for name, variance in VARIANCES[capacity].items()}
    n_consortia = len(groups.sector_of_consortium)
    community = (
        rng.normal(0, sd["sector"], int(groups.sector_of_consortium.max()) + 1)[groups.sector]
        + rng.normal(0, sd["consortium"], n_consortia)[groups.consortium]
        + rng.normal(0, sd["community"], len(groups.consortium))
    )
    organisation = rng.normal(0, sd["organisation"], people.n_organisations)
    person = rng.normal(0, sd["person"], len(people.community))
    total: Floats = community[people.community] + organisation[people.organisation] + person
    return total


def _change(
    rng: np.random.Generator,
    capacity: str,
    groups: _Groups,
    elements: Sequence[Element],
    implementation: Mapping[str, Ints],
) -> Floats:
    """Change of each community from the first wave to the last."""
    n_consortia, n_communities = len(groups.sector_of_consortium), len(groups.consortium)
    change = CHANGE["trend"] + rng.normal(0, CHANGE["consortium"], n_consortia)[groups.consortium]
    change = change + rng.normal(0, CHANGE["community"], n_communities)
    for element in elements:
        effect = getattr(element, capacity)
        varies = rng.normal(0, HETEROGENEITY, n_consortia)[groups.consortium]
        if not effect:
            continue
        if element.partner is not None:
            change = change + (effect + varies) * _together(
                implementation[element.name], implementation[element.partner]
            )
        else:
            works = groups.sector == 0 if element.kind == "sector-specific" else np.ones(n_communities, dtype=bool)
            dose = (implementation[element.name] - IMPLEMENTATION_MEAN) / IMPLEMENTATION_SD
            change = change + np.where(works, effect + varies, 0.0) * dose
    return change


def _together(first: Ints, second: Ints) -> Floats:
    return (first - 1) / 4 * (second - 1) / 4


def _background(
    rng: np.random.Generator,
    groups: _Groups,
    people: _People,
    person: Ints,
    wave: Ints,
    elements: Sequence[Element],
    implementation: Mapping[str, Ints],
) -> pd.DataFrame:
    community = people.community[person]
    role = rng.choice(list(ROLES), p=list(ROLES.values()), size=len(people.community))
    size = rng.choice(list(FIRM_SIZES), p=list(FIRM_SIZES.values()), size=people.n_organisations)
    return pd.DataFrame(
        {
            "respondent": _names("R", len(people.community), 5)[person],
            "wave": _names("t", int(wave.max()) + 1, 1, first=0)[wave],
            "sector": _names("sector ", int(groups.sector.max()) + 1, 1)[groups.sector[community]],
            "consortium": _names("consortium ", len(groups.sector_of_consortium), 2)[groups.consortium[community]],
            "community": _names("community ", len(groups.consortium), 3)[community],
            "organisation": _names("organisation ", people.n_organisations, 4)[people.organisation[person]],
            "role": role[person],
            "firm_size": size[people.organisation[person]],
        }
        | {element.column: implementation[element.name][community] for element in elements}
    )


def _names(word: str, n: int, digits: int, *, first: int = 1) -> npt.NDArray[np.object_]:
    return np.array([f"{word}{number:0{digits}d}" for number in range(first, first + n)], dtype=object)
