"""What goes into a simulated programme: its elements, its variances, and how both are kept beside the data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal

import numpy as np
import pandas as pd

from lcresearch.results import Result

Kind = Literal["generic", "sector-specific", "void", "together"]

CAPACITIES = ("individual", "collective")

VARIANCES: Mapping[str, Mapping[str, float]] = {
    "individual": {
        "sector": 0.01,
        "consortium": 0.02,
        "community": 0.05,
        "organisation": 0.04,
        "person": 0.63,
        "residual": 0.25,
    },
    "collective": {
        "sector": 0.02,
        "consortium": 0.05,
        "community": 0.13,
        "organisation": 0.15,
        "person": 0.45,
        "residual": 0.20,
    },
}
"""Variance of each part of a capacity at a wave; they add up to 1."""

CHANGE: Mapping[str, float] = {"trend": 0.10, "consortium": 0.05, "community": 0.12}
"""Change from the first wave to the last: its mean, and the standard deviations over consortia and communities."""

HETEROGENEITY = 0.05
"""Standard deviation over consortia of the effect of each element that has one, on either capacity."""


@dataclass(frozen=True)
class Element:
    """A working element and what it does to the change from the first wave to the last.

    Parameters
    ----------
    name : str
        Its column is ``element_`` and this name.
    kind : {"generic", "sector-specific", "void", "together"}
        ``generic`` works in all sectors, ``sector-specific`` in the first sector only, ``void`` nowhere; ``together``
        works with its partner only.
    individual, collective : float
        Effect in latent standard deviations for one standard deviation of implementation; for ``together`` the effect
        of both in full beside either absent.
    partner : str, optional
        The other element of a pair; the effect stands with one of the two.
    """

    name: str
    kind: Kind
    individual: float = 0.0
    collective: float = 0.0
    partner: str | None = None

    @property
    def column(self) -> str:
        """Its column in the frame."""
        return f"element_{self.name}"


ELEMENTS = (
    Element("shared_purpose", "generic", individual=0.20, collective=0.30),
    Element("time_to_learn", "sector-specific", individual=0.25, collective=0.40),
    Element("virtual_meeting_place", "void"),
    Element("facilitation", "together", individual=0.80, collective=1.20, partner="leadership"),
    Element("leadership", "together"),
)
"""One generic element, one that works in the first sector only, one void, and a pair that works only together."""

IMPLEMENTATION_STEPS = np.array([-1.5, -0.5, 0.5, 1.5])
_SHARES = np.diff([0.0, 0.0668072, 0.3085375, 0.6914625, 0.9331928, 1.0])
IMPLEMENTATION_MEAN = 3.0
IMPLEMENTATION_SD = float(np.sqrt(_SHARES @ (np.arange(1, 6) - IMPLEMENTATION_MEAN) ** 2))
"""Mean and standard deviation of implementation (1 to 5): a standard normal cut at -1.5, -0.5, 0.5 and 1.5."""


@dataclass(frozen=True, repr=False, eq=False)
class Truth(Result):
    """What went into a simulated programme.

    Attributes
    ----------
    effects : DataFrame
        ``element, kind, sector, capacity, effect``: on the change from the first wave to the last, in latent standard
        deviations for one standard deviation of implementation (:data:`IMPLEMENTATION_SD`), the mean over consortia.
        In a pair each has no effect where the other is absent (1): the rest stands in ``interactions``.
    interactions : DataFrame
        ``element_1, element_2, capacity, effect``: of the product of the two, each rescaled from 1..5 to 0..1.
    variances : DataFrame
        ``capacity, component, variance`` at a wave.
    change : dict
        ``trend``, and the standard deviations ``consortium``, ``community`` (of the change) and ``heterogeneity`` (of
        each effect over consortia).
    loadings : DataFrame
        ``instrument, scale, item, capacity, scale_loading, item_loading, reversed``: correlation at the first wave of
        the scale with the capacity, and of the item's latent answer with the scale, in the direction of the scale.
    """

    title: ClassVar[str] = "What went into a simulated programme"

    effects: pd.DataFrame
    interactions: pd.DataFrame
    variances: pd.DataFrame
    change: dict[str, float]
    loadings: pd.DataFrame

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """An effect a row: ``term, sector, capacity, kind, estimate``; the truth has no interval."""
        single = self.effects.rename(columns={"element": "term", "effect": "estimate"})
        pairs = self.interactions.rename(columns={"effect": "estimate"})
        pairs = pairs.assign(term=pairs["element_1"] + ":" + pairs["element_2"], kind="together", sector="all")
        names = ["term", "sector", "capacity", "kind", "estimate"]
        return pd.concat([single[names], pairs[names]], ignore_index=True)

    def glance(self) -> pd.DataFrame:
        """The numbers that hold for the whole."""
        return pd.DataFrame([{"simulated": True, **self.change}])

    def cautions(self) -> list[str]:
        """That all of it is invented."""
        return ["simulated: no real persons, organisations or answers"]


@dataclass(frozen=True, repr=False, eq=False)
class Programme:
    """A simulated programme.

    Attributes
    ----------
    frame : DataFrame
        A row a respondent and wave: ``respondent, wave, sector, consortium, community, organisation, role, firm_size``,
        a column an element (implementation 1 to 5, the same for all in a community), then items as codes.
    truth : Truth
        What went in.
    latent : DataFrame
        ``respondent, wave, individual, collective``: the capacities behind the answers, rows as in ``frame``.
    instruments : tuple of str
        Ids of the instruments that were filled in.
    seed : int or None
        Seed it was made with.
    """

    frame: pd.DataFrame
    truth: Truth
    latent: pd.DataFrame
    instruments: tuple[str, ...]
    seed: int | None = None
    simulated: bool = field(default=True, init=False)

    def __repr__(self) -> str:
        names = ("sector", "consortium", "community", "respondent", "wave")
        counts = ", ".join(f"{name} {self.frame[name].nunique()}" for name in names)
        return f"<Programme, simulated: {counts}; {len(self.frame)} rows>"


def truth_of(sectors: Sequence[str], elements: Sequence[Element], loadings: pd.DataFrame) -> Truth:
    """The truth of a programme with these sectors, elements and loadings of items."""
    effects = [
        (element.name, element.kind, sector, capacity, _effect_in(element, capacity, first=sector == sectors[0]))
        for element in elements
        for capacity in CAPACITIES
        for sector in sectors
    ]
    pairs = [
        (element.name, element.partner, capacity, float(getattr(element, capacity)))
        for element in elements
        if element.partner is not None
        for capacity in CAPACITIES
    ]
    variances = [(name, part, value) for name, parts in VARIANCES.items() for part, value in parts.items()]
    return Truth(
        effects=pd.DataFrame(effects, columns=["element", "kind", "sector", "capacity", "effect"]),
        interactions=pd.DataFrame(pairs, columns=["element_1", "element_2", "capacity", "effect"]),
        variances=pd.DataFrame(variances, columns=["capacity", "component", "variance"]),
        change=dict(CHANGE) | {"heterogeneity": HETEROGENEITY},
        loadings=loadings,
    )


def _effect_in(element: Element, capacity: str, *, first: bool) -> float:
    if element.kind == "together" or (element.kind == "sector-specific" and not first):
        return 0.0
    return float(getattr(element, capacity))
