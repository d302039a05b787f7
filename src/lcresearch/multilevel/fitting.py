"""Fitting a linear mixed model: five steps, one a file."""

from __future__ import annotations

import warnings
from typing import Any

import pandas as pd

from lcresearch.errors import MultilevelError, warning
from lcresearch.multilevel.crossproducts import Crossproducts, check_same_model, sums_of_rows
from lcresearch.multilevel.design import Design, build
from lcresearch.multilevel.formula import parse
from lcresearch.multilevel.formula_parts import check_weights_name
from lcresearch.multilevel.from_tables import crossproducts
from lcresearch.multilevel.linear_mixed_model import LinearMixedModel
from lcresearch.multilevel.model import Model, model_of
from lcresearch.multilevel.optimise import Optimum, minimise

METHODS = ("REML", "ML")
ENGINES = ("blocks", "statsmodels")


def fit_lmm(
    formula: str,
    data: pd.DataFrame | Crossproducts | Any,
    *,
    method: str = "REML",
    weights: str | None = None,
    engine: str = "blocks",
    start: LinearMixedModel | None = None,
) -> LinearMixedModel:
    """Fit a linear mixed model by (restricted) maximum likelihood.

    The steps: take the formula apart (``formula.py``), make numbers of the complete rows (``design.py``), sum their
    products a cell of the grouping factors (``crossproducts.py``), choose the order of elimination (``model.py``), and
    minimise the profiled criterion (``criterion.py``, ``optimise.py``). The method is that of Bates, Maechler, Bolker &
    Walker (2015), Journal of Statistical Software 67(1); estimates equal those of lme4.

    Parameters
    ----------
    formula : str
        In the notation of lme4: ``y ~ x * z + (1 + x | consortium/community)``, ``(x || g)``, ``(1 | g1:g2)``,
        ``offset(column)``; ``(1 | mm(first_community, second_community))`` where a row can belong to several groups.
    data : DataFrame, Crossproducts or Ibis table
        Rows, of which those without missing values are used (the others are counted in ``n_dropped``); or their sums of
        products, which give the same fit. Those of an Ibis table are made first; see
        :func:`~lcresearch.multilevel.crossproducts`, which also takes levels of factors.
    method : "REML" or "ML"
    weights : str, optional
        Column of precision weights: the residual variance of a row is sigma squared divided by its weight. These are no
        frequencies and no sampling weights.
    engine : "blocks" or "statsmodels"
        ``"statsmodels"`` lets MixedLM of statsmodels find the variances, as an independent check; it is slow, and
        refuses crossed factors and correlated effects below the outermost factor (L037).
    start : LinearMixedModel, optional
        A fit with the same random terms to nearly the same rows, such as that before a consortium was left out or
        added: the search begins where that ended. The estimates are the same, sooner.

    Returns
    -------
    LinearMixedModel
        ``tidy()`` has the fixed effects, ``variance_components`` the rest; ``icc``, ``r_squared``, ``means`` and
        ``contrasts``.

    Raises
    ------
    MultilevelError
        The formula cannot be read (L001 to L005), the rows cannot be used (L006 to L009), or the model cannot be
        identified from them (L010 to L016); sums that were made for another model (L049); a start with
        other random terms (L144).

    Examples
    --------
    Invented answers of 40 persons in 8 communities:

    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> frame = pd.DataFrame({"community": np.repeat(list("ABCDEFGH"), 5), "hours": rng.integers(1, 9, 40)})
    >>> frame["learning"] = 2 + 0.1 * frame["hours"] + np.repeat(rng.normal(0, 0.5, 8), 5) + rng.normal(0, 0.4, 40)
    >>> fit = fit_lmm("learning ~ hours + (1 | community)", frame)
    >>> fit.tidy()[["term", "estimate", "df"]].round(2)
            term  estimate     df
    0  Intercept      1.72  11.58
    1      hours      0.11  31.84
    """
    if method not in METHODS:
        raise MultilevelError("L017", found=str(method), known=list(METHODS))
    if engine not in ENGINES:
        raise MultilevelError("L018", found=str(engine), known=list(ENGINES))
    check_weights_name(weights)
    design = None
    if isinstance(data, Crossproducts):
        cross = data
        check_same_model(cross, formula, weights)
    elif not isinstance(data, pd.DataFrame):
        cross = crossproducts(formula, data, weights=weights)
    else:
        design = build(parse(formula), data, weights)
        cross = sums_of_rows(design)
    model = model_of(cross, reml=method == "REML")
    if engine == "statsmodels":
        if design is None:
            raise MultilevelError("L026", what=engine)
        from lcresearch.multilevel.statsmodels_engine import optimum_of_statsmodels

        return LinearMixedModel(model, optimum_of_statsmodels(model, design), design)
    if start is None:
        return fitted(model, design)
    layouts = [(each.groups, each.criterion.layout) for each in (start.model, model)]
    if layouts[0] != layouts[1]:
        raise MultilevelError("L144", formula=start.formula)
    return fitted(model, design, start.optimum)


def fitted(model: Model, design: Design | None, near: Optimum | None = None) -> LinearMixedModel:
    """The fit of a model, from starting values of its own unless the end of the search for a similar one is given."""
    start, inverse = (model.start, None) if near is None else (near.theta, near.inverse)
    optimum = minimise(model.criterion, start, inverse)
    fit = LinearMixedModel(model, optimum, design)
    if not optimum.converged:
        warnings.warn(warning("L030", gradient=f"{optimum.gradient:.2g}"), stacklevel=3)
    return fit
