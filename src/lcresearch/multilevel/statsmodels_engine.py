"""The same formula through statsmodels' MixedLM, as an independent check.

statsmodels finds the variances; the fixed effects that belong to them follow as in the package itself. What it cannot
fit is refused: crossed factors, and correlated effects below the outermost factor.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
from scipy.linalg import block_diag

from lcresearch.errors import MultilevelError
from lcresearch.multilevel.design import Design
from lcresearch.multilevel.estimates import term_numbers
from lcresearch.multilevel.model import Model
from lcresearch.multilevel.optimise import Optimum
from lcresearch.multilevel.small_matrices import Array


def optimum_of_statsmodels(model: Model, design: Design) -> Optimum:
    """Where statsmodels' search ends, as theta of the model.

    Raises
    ------
    MultilevelError
        L037 for a model that statsmodels cannot fit.
    """
    from statsmodels.regression.mixed_linear_model import MixedLM, VCSpec

    if not model.nested or design.weights is not None:
        raise MultilevelError("L037", formula=design.formula.text)
    outer = model.groups[-1]
    inner = [term for term in design.columns.terms if term.term.group != outer]
    own = [term for term in design.columns.terms if term.term.group == outer]
    if len(own) != 1 or any(len(term.columns) != 1 for term in inner):
        raise MultilevelError("L037", formula=design.formula.text)
    groups = design.groupings[outer].codes
    components = [_component(design, term, groups) for term in inner]
    spec = VCSpec([f"vc{k}" for k in range(len(inner))], [c[0] for c in components], [c[1] for c in components])
    x = design.matrix[:, design.columns.fixed]
    z = design.matrix[:, own[0].columns]
    mixed = MixedLM(design.matrix[:, -1], x, groups, exog_re=z, exog_vc=spec if inner else None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = mixed.fit(reml=model.criterion.reml, method=["bfgs", "lbfgs"], gtol=1e-9)
    relative = [np.asarray(found.cov_re) / found.scale, *(np.array([[v / found.scale]]) for v in found.vcomp)]
    by_term = dict(zip([design.columns.terms.index(term) for term in [*own, *inner]], relative, strict=True))
    theta = _theta(model, by_term)
    value, gradient = model.criterion.at(theta)
    return Optimum(theta, value, float(np.abs(gradient).max()), np.nan, bool(found.converged), False, 0)


def _component(design: Design, term: Any, outer: Array) -> tuple[list[list[str]], list[Array]]:
    """Indicator columns of one variance component, for each outer group."""
    codes, column = design.groupings[term.term.group].codes, design.matrix[:, term.columns[0]]
    names, matrices = [], []
    for group in range(int(outer.max()) + 1):
        rows = outer == group
        indicators = pd.get_dummies(codes[rows]).to_numpy(dtype=float)
        names.append([str(k) for k in range(indicators.shape[1])])
        matrices.append(indicators * column[rows, None])
    return names, matrices


def _theta(model: Model, by_term: dict[int, Array]) -> Array:
    """Theta in working units, from relative covariance matrices in the units of the data."""
    found: dict[int, list[Array]] = {}
    for (place, _), number in zip(model.criterion.layout.blocks(), term_numbers(model), strict=True):
        back = np.linalg.inv(model.working.part(model.cross.columns.terms[number].columns))
        found.setdefault(place, []).append(back @ by_term[number] @ back.T)
    return model.criterion.layout.theta([block_diag(*found[place]) for place in range(len(model.groups))])
