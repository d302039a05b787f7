"""Invented people of a few firms, and what they answer at each wave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch import instruments
from lcresearch.studies.simulated_answers import simulate_answers

_MOTHERS = ("an", "jo", "el", "ma", "fa", "ri", "co", "wi", "sa", "to", "he", "ga")
_PLACES = ("ut", "zw", "ro", "as", "le", "bo", "en", "ti", "ha", "ve")
_PERSON, _FIRM, _MOMENT = 0.75, 0.25, 0.45
"""Standard deviations of what stays with a person, with a firm, and of the moment."""


@dataclass(frozen=True)
class Firm:
    """People of one firm or group, and how they change.

    Attributes
    ----------
    name : str
    people : int
    gain : float
        Change from the first wave to the last, in standard deviations of the capacity that is measured.
    stay : int or None
        How many answer at every wave; the others answer at the first only. All of them by default.
    late : bool
        Whether the change comes at the last wave only, and not little by little.
    """

    name: str
    people: int
    gain: float = 0.0
    stay: int | None = None
    late: bool = False


def answers_of(
    firms: Sequence[Firm],
    ids: Sequence[str],
    waves: Sequence[str],
    seed: int,
    *,
    group: str,
    away: float = 0.0,
    missing: float = 0.02,
) -> pd.DataFrame:
    """Answers to all choice questions of instruments: a row a person and wave.

    Parameters
    ----------
    firms : sequence of Firm
    ids : sequence of str
        Instruments of the library.
    waves : sequence of str
    seed : int
    group : str
        Name of the column with the firm.
    away : float
        Share of later waves that a person misses, at random.
    missing : float
        Share of answers that are missing.

    Returns
    -------
    DataFrame
        ``wave``, the group, ``code_1, code_2, code_3`` (parts of a self-made code) and a column an item.

    Examples
    --------
    >>> frame = answers_of([Firm("Smit", 6)], ["team-learning"], ["t0", "t1"], 1, group="bedrijf")
    >>> len(frame), frame.columns[:2].tolist()
    (12, ['wave', 'bedrijf'])
    """
    rng = np.random.default_rng(seed)
    sizes = [firm.people for firm in firms]
    firm_of = np.repeat(np.arange(len(firms)), sizes)
    place = np.concatenate([np.arange(size) for size in sizes])
    stays = np.array(
        [
            firms[f].stay is None or n < (firms[f].stay or 0)
            for f, n in zip(firm_of.tolist(), place.tolist(), strict=True)
        ]
    )
    time = np.linspace(0, 1, len(waves))
    stable = rng.normal(0, _PERSON, len(firm_of)) + rng.normal(0, _FIRM, len(firms))[firm_of]
    rows = []
    for n, moment in enumerate(time):
        there = np.flatnonzero((stays & (rng.random(len(firm_of)) >= away)) if n else np.ones(len(firm_of), dtype=bool))
        grown = [
            firms[f].gain * (float(n == len(time) - 1) if firms[f].late else moment) for f in firm_of[there].tolist()
        ]
        latent = stable[there] + np.asarray(grown) + rng.normal(0, _MOMENT, len(there))
        rows.append(pd.DataFrame({"person": there, "wave": waves[n], "latent": latent}))
    frame = pd.concat(rows, ignore_index=True)
    person = frame["person"].to_numpy()
    latent = frame["latent"].to_numpy()
    capacity: Mapping[str, npt.NDArray[np.float64]] = {"individual": latent, "collective": latent}
    loaded = [instruments.load(one) for one in ids]
    made = simulate_answers(rng, loaded, capacity, person, missing)
    known = pd.DataFrame({"wave": frame["wave"], group: [firms[f].name for f in firm_of[person].tolist()]})
    return pd.concat([known, _codes(rng, len(firm_of)).iloc[person].reset_index(drop=True), made.frame], axis=1)


def _codes(rng: np.random.Generator, n: int) -> pd.DataFrame:
    """Parts of a code of each person, no two of them the same or nearly so."""
    days = rng.permutation(28)[np.arange(n) % 28] + 1
    return pd.DataFrame(
        {
            "code_1": [_MOTHERS[place] for place in rng.integers(len(_MOTHERS), size=n)],
            "code_2": [f"{day:02d}" for day in days],
            "code_3": [_PLACES[place] for place in rng.integers(len(_PLACES), size=n)],
        }
    )
