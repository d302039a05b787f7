"""Answers to items from latent capacities, through thresholds, for whatever items an instrument has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.instruments import Instrument

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

OWN_SHARE = 0.30
"""Share of a scale's variance that is its own; half of that stays with the person, half is of the moment."""

ITEM_LOADINGS = (0.60, 0.85)
"""Loadings of items on their scale are drawn evenly between these."""

_FIRST_STEP, _LAST_STEP = -1.8, 1.2
_SHIFT_SD = 0.25


@dataclass(frozen=True)
class Answers:
    """Answers and the loadings behind them.

    Attributes
    ----------
    frame : DataFrame
        A column an item, codes as Int64, missing where not answered.
    loadings : DataFrame
        ``instrument, scale, item, capacity, scale_loading, item_loading, reversed``.
    """

    frame: pd.DataFrame
    loadings: pd.DataFrame


def simulate_answers(
    rng: np.random.Generator,
    instruments: Sequence[Instrument],
    capacity: Mapping[str, Floats],
    person: Ints,
    missing: float,
) -> Answers:
    """Let persons answer all ordered choice items of these instruments.

    Parameters
    ----------
    capacity : mapping of array (n_rows,)
        ``individual`` and ``collective`` capacity, variance 1 at the first wave. Scales of level individual measure the
        first, all others the second.
    person : array (n_rows,)
        Number of the person of each row.
    missing : float
        Share of answers left out at random.

    Notes
    -----
    An item in several scales measures the narrowest, that with the fewest items. Thresholds are evenly spaced and
    shifted for each item, so that answers lie somewhat above the middle, as they do in practice.
    """
    columns: dict[str, pd.Series[int]] = {}
    rows: list[tuple[str, str, str, str, float, float, bool]] = []
    scale_loading = float(np.sqrt(1 - OWN_SHARE))
    for instrument in instruments:
        for scale, members in _narrowest_scales(instrument).items():
            kind = "individual" if instrument.level_of(scale) == "individual" else "collective"
            own = rng.normal(0, np.sqrt(0.5), int(person.max()) + 1)[person]
            own = own + rng.normal(0, np.sqrt(0.5), len(person))
            factor = scale_loading * capacity[kind] + np.sqrt(OWN_SHARE) * own
            for item in members:
                loading = float(rng.uniform(*ITEM_LOADINGS))
                latent = loading * factor + np.sqrt(1 - loading**2) * rng.standard_normal(len(person))
                columns[item] = _answer(rng, instrument, item, latent, missing)
                flipped = instrument.item(item).reversed
                rows.append((instrument.id, scale, item, kind, scale_loading, loading, flipped))
    names = ["instrument", "scale", "item", "capacity", "scale_loading", "item_loading", "reversed"]
    order = [item.id for instrument in instruments for item in instrument.items if item.id in columns]
    return Answers(pd.DataFrame(columns)[order], pd.DataFrame(rows, columns=names))


def _narrowest_scales(instrument: Instrument) -> dict[str, list[str]]:
    """Each scale with the ordered choice items for which it is the narrowest."""
    found: dict[str, list[str]] = {}
    for item in instrument.items:
        answers = instrument.response_scale_of(item.id)
        around = [name for name, scale in instrument.scales.items() if item.id in scale.items]
        if item.type == "choice" and answers is not None and answers.ordered and around:
            narrowest = min(around, key=lambda name: len(instrument.scales[name].items))
            found.setdefault(narrowest, []).append(item.id)
    return found


def _answer(
    rng: np.random.Generator, instrument: Instrument, item: str, latent: Floats, missing: float
) -> pd.Series[int]:
    """Codes of one item: the latent answer cut at thresholds, turned round for a reversed item."""
    response_scale = instrument.response_scale_of(item)
    codes = np.asarray(response_scale.codes if response_scale else (), dtype=np.int64)
    steps = np.linspace(_FIRST_STEP, _LAST_STEP, len(codes) - 1) + rng.normal(0, _SHIFT_SD)
    place = np.searchsorted(steps, latent)
    if instrument.item(item).reversed:
        place = len(codes) - 1 - place
    answers = pd.Series(codes[place], dtype="Int64")
    return answers.mask(rng.random(len(latent)) < missing)
