"""Fitting a generalised linear mixed model: six steps, one a file."""

from __future__ import annotations

import warnings

import pandas as pd

from lcresearch.errors import MultilevelError, warning
from lcresearch.multilevel.design import build
from lcresearch.multilevel.families import LINKS
from lcresearch.multilevel.formula import Formula, parse
from lcresearch.multilevel.formula_parts import check_weights_name
from lcresearch.multilevel.generalised_mixed_model import GeneralisedLinearMixedModel
from lcresearch.multilevel.generalised_model import GeneralisedModel, generalised_model
from lcresearch.multilevel.joint_optimum import fit_jointly
from lcresearch.multilevel.outcomes import coded, outcome_of

_MOST_NODES = 100


def fit_glmm(
    formula: str,
    frame: pd.DataFrame,
    *,
    family: str = "binomial",
    link: str | None = None,
    n_quadrature: int = 1,
    weights: str | None = None,
) -> GeneralisedLinearMixedModel:
    """Fit a generalised linear mixed model by maximum likelihood.

    The steps: take the formula apart (``formula.py``), code the outcome (``outcomes.py``), make numbers of the complete
    rows (``design.py``), sort them by group (``generalised_model.py``), approximate the deviance at each vector of
    parameters (``conditional_modes.py``, ``laplace.py``, ``quadrature.py``), and minimise it over variances and fixed
    effects together (``joint_optimum.py``). The likelihood is that of Bates, Maechler, Bolker & Walker (2015), Journal
    of Statistical Software 67(1), and Christensen (2022), ordinal; standard errors come from the second derivatives to
    all parameters.

    Parameters
    ----------
    formula : str
        In the notation of lme4, as for :func:`~lcresearch.multilevel.fit_lmm`; also without random terms. An offset is
        on the scale of the link: ``offset(log(hours))``.
    frame : DataFrame
        Rows, of which those without missing values are used (the others are counted in ``n_dropped``).
    family : "binomial", "poisson" or "cumulative"
        Binomial: 0 and 1, truth values, two categories (the second, or the later in the alphabet, is the success),
        ``successes / trials``, or a share with its number of trials in ``weights``. Poisson: counts. Cumulative:
        ordered categories or numbers, by P(Y <= k) = F(threshold_k - eta), so that a positive effect makes higher
        answers more likely.
    link : str, optional
        ``logit`` (default) or ``probit``; ``log`` for counts.
    n_quadrature : int
        Nodes of adaptive Gauss-Hermite quadrature, for a model with one random effect a group; one is the Laplace
        approximation, and all that other models have.
    weights : str, optional
        Column with the number of trials of each row (binomial), or of how often a row counts (otherwise).

    Returns
    -------
    GeneralisedLinearMixedModel

    Raises
    ------
    MultilevelError
        The formula cannot be read (L001 to L005), the rows cannot be used (L006 to L010, L052 to L055, L060), the model
        cannot be identified from them (L011 to L015), or an option does not exist or fit (L050, L051, L057,
        L058, L077). L127 for rows that are no DataFrame.

    Examples
    --------
    Invented answers of 60 persons in 12 communities:

    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> frame = pd.DataFrame({"community": np.repeat(list("ABCDEFGHIJKL"), 5), "hours": rng.integers(1, 9, 60)})
    >>> chance = 1 / (1 + np.exp(2 - 0.5 * frame["hours"] - np.repeat(rng.normal(0, 0.8, 12), 5)))
    >>> frame["shared"] = rng.random(60) < chance
    >>> fit = fit_glmm("shared ~ hours + (1 | community)", frame)
    >>> fit.tidy()[["term", "estimate", "std_error"]].round(2)
            term  estimate  std_error
    0  Intercept     -2.19       0.70
    1      hours      0.56       0.15
    """
    if family not in LINKS:
        raise MultilevelError("L050", found=str(family), known=list(LINKS))
    if link is not None and link not in LINKS[family]:
        raise MultilevelError("L051", found=str(link), family=family, known=list(LINKS[family]))
    if not isinstance(frame, pd.DataFrame):
        raise MultilevelError("L127", found=type(frame).__name__)
    check_weights_name(weights)
    parsed = parse(formula)
    _check_nodes(n_quadrature)
    found = coded(parsed, frame, family, weights)
    design = build(found.formula, found.frame, found.weights)
    outcome = outcome_of(design, found, family, link or LINKS[family][0])
    model = generalised_model(design, outcome, n_quadrature)
    if n_quadrature > 1:
        _check_one_effect(model, parsed)
    fit = GeneralisedLinearMixedModel(*fit_jointly(model), design, formula)
    _warn(fit)
    return fit


def _check_nodes(n_quadrature: int) -> None:
    whole = isinstance(n_quadrature, int) and not isinstance(n_quadrature, bool)
    if not whole or not 1 <= n_quadrature <= _MOST_NODES:
        raise MultilevelError("L057", found=str(n_quadrature), most=_MOST_NODES)


def _check_one_effect(model: GeneralisedModel, formula: Formula) -> None:
    n_effects = sum(len(factor.columns) for factor in model.rows.factors)
    if n_effects != 1:
        raise MultilevelError("L058", n=n_effects, formula=formula.text)
    for term in formula.random:
        if term.membership is not None:
            raise MultilevelError("L077", term=term.label)


def _warn(fit: GeneralisedLinearMixedModel) -> None:
    apart = fit.separated()
    if apart:
        warnings.warn(warning("L059", terms=apart), stacklevel=3)
    elif not fit.converged:
        gradient = abs(fit.optimum.evaluation.gradient).max()
        warnings.warn(warning("L030", gradient=f"{gradient:.2g}"), stacklevel=3)
