"""The effect of a column in each group: its fixed effect and what the group has of its own, with the error of both."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from lcresearch.errors import MultilevelError
from lcresearch.multilevel.estimates import term_numbers
from lcresearch.multilevel.linear_mixed_model import LinearMixedModel
from lcresearch.multilevel.small_matrices import Array


def group_effects(fit: LinearMixedModel, group: str, random: str, fixed: Mapping[str, float]) -> pd.DataFrame:
    """Best linear unbiased prediction of x'beta + u for each group, u one random effect of it.

    Parameters
    ----------
    fit : LinearMixedModel
        Of rows or of sums.
    group : str
        Label of a grouping factor.
    random : str
        Name of the effect that varies over its groups.
    fixed : mapping of str to float
        Fixed effect -> weight, for all groups the same.

    Returns
    -------
    DataFrame
        Indexed by the groups: ``estimate, std_error``. The error is that of the prediction, with that of the fixed
        effects in it (Henderson 1975): sigma2 (h'U h + z'M z) with h = x - X'WZ M z, M = (S^-1 + Z'WZ)^-1, and
        U = (X'V^-1 X)^-1.

    Raises
    ------
    MultilevelError
        L025 for fixed effects, and L091 for a factor or effect, that the model does not have.

    Examples
    --------
    Invented answers of six firms, in which hours matter more or less:

    >>> from lcresearch.multilevel import fit_lmm
    >>> rng = np.random.default_rng(5)
    >>> rows = pd.DataFrame({"firm": np.repeat(list("ABCDEF"), 30), "hours": rng.normal(0, 1, 180)})
    >>> slope = np.repeat([0.1, 0.3, 0.5, 0.2, 0.4, 0.6], 30)
    >>> rows["score"] = 3 + slope * rows["hours"] + rng.normal(0, 0.5, 180)
    >>> fit = fit_lmm("score ~ hours + (1 | firm) + (0 + hours | firm)", rows)
    >>> group_effects(fit, "firm", "hours", {"hours": 1})["estimate"].round(1).tolist()
    [0.1, 0.3, 0.4, 0.2, 0.2, 0.6]
    """
    model, solution = fit.model, fit.solution
    names = list(model.cross.columns.fixed_names)
    unknown = [name for name in fixed if name not in names]
    if unknown:
        raise MultilevelError("L025", found=unknown, n=len(names), known=names)
    terms = model.cross.columns.terms
    numbers = zip(model.criterion.layout.blocks(), term_numbers(model), strict=True)
    found = [
        (place, block, terms[number])
        for (place, block), number in numbers
        if terms[number].term.label == group and random in terms[number].names
    ]
    if not found:
        known = [f"{name} | {term.term.label}" for term in terms for name in term.names]
        raise MultilevelError("L091", found=f"{random} | {group}", known=known)
    place, block, term = found[0]
    own = model.working.part(term.columns)[list(term.names).index(random)]
    elimination, steps = model.criterion.elimination, solution.steps
    modes, spread = elimination.effects(steps, model.criterion.combination(solution))[place]
    beta = np.array([fixed.get(name, 0.0) for name in names])
    x = beta @ model.working.fixed_map
    h = np.empty((len(modes), len(names)))
    for j, column in enumerate(model.criterion.fixed):
        alone = np.zeros(len(model.criterion.response))
        alone[column] = 1.0
        h[:, j] = x[j] - elimination.effects(steps, alone)[place][0][:, block] @ own
    unit = float(model.working.scale[model.cross.columns.response])
    given = np.einsum("a,gab,b->g", own, spread[:, block, block], own)
    variance = solution.sigma2 * (np.einsum("gj,jk,gk->g", h, solution.unscaled, h) + given)
    estimate = float(beta @ fit.estimates.beta) + unit * modes[:, block] @ own
    order = model.order[place]
    back: Array = np.empty((2, len(order)))
    back[:, order] = estimate, unit * np.sqrt(variance)
    table = {"estimate": back[0], "std_error": back[1]}
    return pd.DataFrame(table, index=model.cross.labels[term.term.group])
