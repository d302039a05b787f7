"""What an evidence package holds, and what a consortium has in the house to make one from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.disclosure import Ledger, Policy
from lcresearch.measurement.group_moments import Moments
from lcresearch.multilevel import Crossproducts
from lcresearch.synthesis.packages.manifest import InstrumentVersion, Manifest

Array = npt.NDArray[np.float64]
COLUMNS_OF_COMMUNITIES = ("community", "status", "n_persons")
"""First columns of the working-elements table; the others have names of the programme."""


@dataclass(frozen=True)
class ConsortiumEvidence:
    """What one consortium has in the house: rows of persons, which never leave it, and what was made of interviews.

    Attributes
    ----------
    study, consortium, sector : str
    frame : DataFrame
        A row a respondent and wave: ``respondent, wave, consortium``, columns of communities and other levels, item
        answers, scores of scales, and the columns of elements and covariates that the programme names.
    instruments : tuple of InstrumentVersion
    items : mapping of str to tuple of str
        Scale -> its items, as columns of ``frame``.
    agreement : DataFrame, callable or None
        ``scale, wave, icc_1, icc_2, r_wg_median, ...``: figures over groups, of groups that may be shown; or what
        computes them of the respondents who are in the package (an Index).
    codes : DataFrame or None
        A row a code: ``code, name, n_segments, n_interviews, n_informants``, of those that may be released.
    presence : DataFrame or None
        ``code, community, present``: released communities only.
    quotes : DataFrame or None
        ``code, text``, with recorded release by the informant only.
    stopped : DataFrame or None
        Communities that stopped: ``community, reason`` and their elements where known.
    ledger : Ledger or None
        What went out earlier from the study.
    known_as : mapping of str to str
        Respondent -> the id by which the ledger knows this person, where ids in ``frame`` are pseudonyms.
    policy : Policy or None
        Limits of this consortium, where it is stricter than the programme.
    simulated : bool
    """

    study: str
    consortium: str
    sector: str
    frame: pd.DataFrame
    instruments: tuple[InstrumentVersion, ...] = ()
    items: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    agreement: pd.DataFrame | Callable[[pd.Index], pd.DataFrame] | None = None
    codes: pd.DataFrame | None = None
    presence: pd.DataFrame | None = None
    quotes: pd.DataFrame | None = None
    stopped: pd.DataFrame | None = None
    ledger: Ledger | None = None
    known_as: Mapping[str, str] = field(default_factory=dict)
    policy: Policy | None = None
    simulated: bool = False


@dataclass(frozen=True)
class StageOne:
    """Effects within one consortium: estimates of the fixed part of a model, with their covariances.

    Attributes
    ----------
    terms : tuple of str, shape (p,)
    estimate : array, shape (p,)
    covariance : array, shape (p, p)
    df : array, shape (p,)
        Satterthwaite's.
    n_communities, n_persons : int
    """

    terms: tuple[str, ...]
    estimate: Array
    covariance: Array
    df: Array
    n_communities: int
    n_persons: int


@dataclass(frozen=True, repr=False, eq=False)
class EvidencePackage:
    """An evidence package that was opened and found whole.

    Attributes
    ----------
    manifest : Manifest
    crossproducts : mapping of str to Crossproducts
        Model of the programme -> its sums of products; a cell a community, or a community and number of waves.
    scores : mapping of str to Moments
        Model -> mean and variance of its outcome, a column a wave, over the persons of its sums: one group, the
        consortium.
    moments : mapping of str to Moments
        Scale -> means and covariances of its items: one group, the consortium.
    effects : mapping of str to StageOne
        Model -> effects within the consortium, where it has communities enough.
    communities : DataFrame
        The working-elements table: ``community`` (a code), ``status`` (``active`` or ``stopped``), ``n_persons``, then
        elements and covariates of communities by their names in the programme, as they were coded.
    agreement, codes, presence, quotes : DataFrame or None
    path : Path or None
    """

    manifest: Manifest
    crossproducts: Mapping[str, Crossproducts]
    scores: Mapping[str, Moments]
    moments: Mapping[str, Moments]
    effects: Mapping[str, StageOne]
    communities: pd.DataFrame
    agreement: pd.DataFrame | None = None
    codes: pd.DataFrame | None = None
    presence: pd.DataFrame | None = None
    quotes: pd.DataFrame | None = None
    path: Path | None = None

    @property
    def consortium(self) -> str:
        """Name of the consortium."""
        return self.manifest.consortium

    @property
    def sector(self) -> str:
        """Its sector."""
        return self.manifest.sector

    def __repr__(self) -> str:
        found = self.manifest
        return f"<EvidencePackage of {found.consortium} ({found.sector}), {len(self.crossproducts)} models>"
