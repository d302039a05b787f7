"""Costs and benefits of a community: the one function that reads, draws and sums up."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from lcresearch.errors import IntegrationError
from lcresearch.integration.value.cash_flows import cash_flows
from lcresearch.integration.value.inputs import ledger_of
from lcresearch.integration.value.model import CycleItem, ValueFile
from lcresearch.integration.value.reading import Source, source_of
from lcresearch.integration.value.result import CommunityValue
from lcresearch.integration.value.simulation import draw

FEWEST, MOST = 100, 100_000


def community_value(
    path_or_model: str | Path | ValueFile,
    *,
    tables: Mapping[str, pd.DataFrame] | None = None,
    stories: Mapping[str, CycleItem] | None = None,
    n_draws: int = 10_000,
    seed: int | None = None,
) -> CommunityValue:
    r"""Costs and benefits of a community for each party, with ranges, by Monte-Carlo simulation.

    A line is quantity x price x the share due to the community x (1 - what would have come anyway), less its drop-off
    a year, discounted to year 0 with flows at the end of each year (Boardman, Greenberg, Vining and Weimer,
    Cost-Benefit Analysis: Concepts and Practice).

    Parameters
    ----------
    path_or_model : path or ValueFile
        value.yaml, the folder that holds it, or a model made in Python.
    tables : mapping of str to DataFrame, optional
        Tables of the study by the name that value.yaml gives them; other names are CSV files in the folder of
        value.yaml.
    stories : mapping of str to CycleItem, optional
        Value that is told of in interviews (:func:`~lcresearch.integration.value.stories_of`), beside what value.yaml
        has.
    n_draws : int
        From 100 to 100,000.
    seed : int, optional
        The same seed gives the same numbers; one is drawn, and kept in the result, unless given.

    Returns
    -------
    CommunityValue

    Raises
    ------
    IntegrationError
        G codes for the file; Q180 to Q199 for what its parts say about each other; Q200 to Q206 for tables that do not
        give a number; Q207, Q209 for correlations; Q208 for n_draws. All problems together.

    Examples
    --------
    >>> from lcresearch.integration.value import example_value
    >>> value = community_value(example_value(), seed=1)
    >>> value.line("en").replace("\xa0", " ").partition(". ")[0]
    'It costs € 4,460 to € 5,360 for each participant over 4 years (prices of 2025, in 80 of 100 computations)'
    """
    if not (isinstance(n_draws, int | np.integer) and FEWEST <= n_draws <= MOST):
        raise IntegrationError("Q208", found=n_draws, fewest=FEWEST, most=MOST)
    source = source_of(path_or_model)
    if stories:
        content = source.content.model_copy(update={"value_cycles": {**stories, **source.content.value_cycles}})
        source = Source(content, source.parsed, source.path)
    ledger = ledger_of(source, tables)
    seed = int(np.random.default_rng().integers(2**32)) if seed is None else seed
    draws = draw(ledger, source.content.correlations, n_draws, seed)
    return CommunityValue(source.content, ledger, draws, cash_flows(ledger, draws), seed)
