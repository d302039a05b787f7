"""Validating an instrument: the public side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from lcresearch.disclosure import Policy
from lcresearch.errors import MeasurementError, Problem
from lcresearch.measurement.factor_models.factor_model import FactorModel
from lcresearch.measurement.instrument_validation.attempts import attempt
from lcresearch.measurement.instrument_validation.comparisons import (
    Comparison,
    compare_groups,
    compare_waves,
    one_factor_model,
)
from lcresearch.measurement.instrument_validation.norms import norm_table, norms
from lcresearch.measurement.instrument_validation.people import LANGUAGE, PERSON, People, gather
from lcresearch.measurement.instrument_validation.result import ScaleValidation, Validation
from lcresearch.measurement.instrument_validation.scale_answers import ScaleAnswers, scale_answers
from lcresearch.measurement.instrument_validation.scale_parts import ScaleParts, fitted, scale_parts
from lcresearch.measurement.instrument_validation.uses import uses
from lcresearch.progress import Progress

if TYPE_CHECKING:
    from lcresearch.instruments import Instrument
    from lcresearch.responses import Responses


def validation(
    instrument: Instrument | str | Path,
    data: pd.DataFrame | Responses | str | Path,
    *,
    groups: str | Sequence[str] | None = None,
    wave: str | None = None,
    minimum_cell: int = 5,
    ordered: bool | None = None,
    dif: bool = False,
    short_form: int | None = None,
    seed: int = 0,
    simulated: bool = False,
    platform: str | None = None,
    progress: Progress | None = None,
) -> Validation:
    """Look at everything that tells how well an instrument measures in one set of answers.

    For each scale: items, dimensions (parallel analysis, minimum average partial; factors where there are more), a
    model of one factor, reliability of persons and of group means, agreement within groups, invariance over groups,
    languages and waves (alignment from five groups), norms; and what may be done with the scale on this evidence.
    A part that cannot be computed says why, and the others go on. Of each person one row counts: that of ``wave``;
    other waves serve to compare waves.

    Parameters
    ----------
    instrument : Instrument, str or Path
        An instrument, an id of the library, or a file that ends in ``.yaml``.
    data : DataFrame, Responses or path
        A row a person and wave, with a column an item as it was answered; or what :func:`lcresearch.responses.read`
        gave, or a file that it can read. Columns ``respondent``, ``wave`` and ``language`` are used if they are there.
    groups : str or sequence of str, optional
        Columns of groups. The first whose name is the level of a scale is that in which persons should agree, else the
        first. Each is compared on its own.
    wave : str, optional
        The wave to look at; by default the first in order.
    minimum_cell : int
        Fewest persons behind anything that is shown of a group; at least 3.
    ordered : bool, optional
        Whether answers are taken as ordered categories (polychoric correlations, WLSMV); by default with four answers
        or fewer.
    dif : bool
        Add differential item functioning by ordinal logistic regression.
    short_form : int, optional
        Add the graded response model, and a short form of so many items.
    seed : int
        Of random data in parallel analysis and of starts.
    simulated : bool
        The answers were made up by a computer: the report then says so on every page.
    platform : str, optional
        As for :func:`lcresearch.responses.read`.
    progress : callable, optional
        Called with each step in words and the share that is done.

    Returns
    -------
    Validation

    Raises
    ------
    MeasurementError
        M001: no such column of groups; M380: fewer persons than the minimum cell on every scale; M381 to M383: the
        answers cannot be used; M389: nothing to validate, since the instrument has no scales.
    DisclosureError
        D001: the minimum cell is below 3.

    Examples
    --------
    Invented answers of 150 persons to an instrument of the library:

    >>> import numpy as np
    >>> from lcresearch import instruments
    >>> voice = instruments.load("psychological-safety")
    >>> rng = np.random.default_rng(1)
    >>> safety = rng.normal(size=150)
    >>> asked = [item.id for item in voice.items]
    >>> answers = {name: np.clip(np.round(3 + safety + rng.normal(size=150)), 1, 5) for name in asked}
    >>> team = np.repeat([f"team {number}" for number in range(10)], 15)
    >>> frame = pd.DataFrame(answers).assign(team=team)
    >>> found = validation(voice, frame, groups="team", simulated=True)
    >>> found.glance()[["instrument", "n", "n_team"]].to_dict("records")
    [{'instrument': 'psychological-safety', 'n': 150, 'n_team': 10}]
    """
    from lcresearch.instruments import Instrument, load

    chosen = instrument if isinstance(instrument, Instrument) else load(instrument)
    if not chosen.scales:
        raise MeasurementError("M389", instrument=chosen.id)
    names = [groups] if isinstance(groups, str) else list(groups or ())
    policy = Policy(minimum_cell=minimum_cell)
    people = gather(chosen, data, names, wave, platform)
    all_answers = scale_answers(chosen, people, policy, ordered=ordered)
    if not any(one.shown for one in all_answers):
        n = max((one.n for one in all_answers), default=0)
        raise MeasurementError("M380", n=n, minimum=minimum_cell)
    hidden = tuple(Problem("M390", values={"scale": one.name}) for one in all_answers if not one.shown)
    found: dict[str, ScaleValidation] = {}
    usable = [one for one in all_answers if one.shown]
    for at, answers in enumerate(usable):
        if progress is not None:
            progress(answers.name, at / (len(usable) + 1))
        by = _level(answers, names)
        parts = scale_parts(answers, by, policy, seed=seed, short_form_items=short_form)
        compared = _compared(chosen, people, answers, policy, dif, seed)
        shown = norms(answers, people.groups, policy)
        parts = replace(parts, comparisons=compared, norms=shown, norm_table=norm_table(answers, policy))
        found[answers.name] = ScaleValidation(parts, uses(parts))
    together, problems = _all_scales({name: one.parts for name, one in found.items()})
    return Validation(
        instrument=chosen,
        scales=found,
        all_scales=together,
        n=people.now[PERSON].nunique(),
        groups=people.groups,
        wave=people.wave,
        waves=people.waves,
        languages=people.languages,
        minimum_cell=minimum_cell,
        account=people.account,
        sources=people.sources,
        seed=seed,
        simulated=simulated,
        problems=(*hidden, *problems),
    )


def _level(scale: ScaleAnswers, groups: Sequence[str]) -> str | None:
    """The column in whose groups persons should agree."""
    if scale.level in groups:
        return scale.level
    return next((name for name in groups if name != LANGUAGE), None)


def _compared(
    instrument: Instrument, people: People, scale: ScaleAnswers, policy: Policy, dif: bool, seed: int
) -> tuple[Comparison, ...]:
    """All comparisons of one scale."""
    if scale.formative:
        return ()
    found = [compare_groups(scale, name, "group", policy, dif=dif, seed=seed) for name in people.groups]
    if len(people.languages) > 1 and LANGUAGE not in people.groups:
        found.append(compare_groups(scale, LANGUAGE, "language", policy, dif=dif, seed=seed))
    over_time = compare_waves(instrument, people, scale, policy)
    return tuple(found) if over_time is None else (*found, over_time)


def _all_scales(scales: dict[str, ScaleParts]) -> tuple[FactorModel | None, tuple[Problem, ...]]:
    """The model of all scales together: one factor a scale; a scale that holds another one is left out."""
    usable = [one.answers for one in scales.values() if not one.answers.formative and len(one.answers.usable) > 1]
    usable = [one for one in usable if not any(set(other.items) < set(one.items) for other in usable)]
    counted = pd.Series([item for one in usable for item in one.usable]).value_counts()
    if len(usable) < 2 or (counted > 1).any():
        return None, ()
    tables = [one.frame.set_index(PERSON)[list(one.usable)] for one in usable]
    frame = pd.concat(tables, axis=1).reset_index(drop=True)
    items = [item for one in usable for item in one.usable]
    ordered = all(one.ordered for one in usable)
    return attempt(lambda: fitted("\n".join(map(one_factor_model, usable)), frame, items, ordered))
