"""Where an instrument comes from, what is known of how well it measures, and what became of older versions."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, Strict

from lcresearch.instruments.parts import Averaging, Comparable, Identifier, Number, Part, Text, Texts
from lcresearch.validation import HASH, VERSION


class Source(Part):
    """Where the instrument comes from, and how it relates to the literature."""

    items: Literal["new", "adapted", "reused"]
    """Whether the wording is new, adapted from, or taken over from someone else's items."""
    literature: Annotated[tuple[Text, ...], Strict(False), Field(min_length=1)]
    """Citations that the construct, or the wording, comes from."""
    relation: Texts
    """What was taken from them and what was not."""


class ScaleEvidence(Part):
    """What one study found for one scale. Figures are those that ``lcresearch instruments validate`` writes."""

    n: Annotated[int, Field(ge=1)]
    """Persons with a score on the scale."""
    alpha: Number | None = None
    """Cronbach's alpha, over persons."""
    omega: Number | None = None
    """Omega total, over persons."""
    n_factors: Annotated[int, Field(ge=0)] | None = None
    """Components that parallel analysis advises; one is what a single score asks for."""
    cfi: Number | None = None
    """Comparative fit index of a model with one factor."""
    rmsea: Number | None = None
    """Root mean square error of approximation of that model."""
    srmr: Number | None = None
    """Standardised root mean square residual of that model."""
    groups: Annotated[int, Field(ge=1)] | None = None
    """Groups behind the figures that follow."""
    icc_1: Number | None = None
    """Share of the variance of scores that lies between groups."""
    icc_2: Number | None = None
    """Reliability of the mean of a group."""
    group_alpha: Number | None = None
    """Cronbach's alpha of the item means of groups."""
    r_wg: Number | None = None
    """Median of r_wg(j) over groups, with the uniform null distribution."""
    averaging: Averaging | None = None
    """Whether answers may be averaged to the group."""
    comparable: dict[Text, Comparable] = {}
    """What was compared (a column, ``language`` or ``wave``): none, relations or means may be compared."""


class Evidence(Part):
    """One study that says how well the instrument measures."""

    reference: Text
    """Citation, or where the study can be found."""
    n: Annotated[int, Field(ge=1)]
    """Number of respondents."""
    groups: Annotated[int, Field(ge=1)] | None = None
    """Number of groups, for an instrument about a team, organisation or community."""
    finding: Texts
    """What was found: reliability, structure, agreement within groups, relations with other measures."""
    version: Annotated[str, Field(pattern=VERSION)] | None = None
    """Version of the instrument that was studied."""
    hash: Annotated[str, Field(pattern=HASH)] | None = None
    """Hash of what was asked and scored then; it tells whether the evidence is about these very questions."""
    scales: dict[Identifier, ScaleEvidence] = {}
    """Figures by scale."""


class Bridge(Part):
    """What became of an older version, so that its results can be compared with those of this one."""

    version: str
    """The older version."""
    hash: Annotated[str, Field(pattern=HASH)] | None = None
    """Hash of the older version, as results name it."""
    comparable: Literal["full", "partial", "none"]
    """Whether scores of both versions may stand in one series."""
    items: dict[Identifier, str | None] = {}
    """Item of this version: the item it was before, where the id differs; null for a new item."""
    note: Texts
    """What changed, and why scores can or cannot be compared."""
