"""Change by a mixed model of all answers, with the errors and degrees of freedom of Kenward and Roger (1997)."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lcresearch.change.two_waves import TwoWaves
from lcresearch.errors import LcresearchWarning, MultilevelError
from lcresearch.multilevel import fit_lmm

DDF = "kenward-roger"


@dataclass(frozen=True)
class ModelChange:
    """One estimate from a mixed model.

    Attributes
    ----------
    estimate, std_error, df : float
    variance : float
        The sum of all variance components.
    n_answers : int
    singular : bool
        Whether the variance of firms, or of persons, is zero.
    """

    estimate: float
    std_error: float
    df: float
    variance: float
    n_answers: int
    singular: bool


def change_of_all_answers(waves: TwoWaves, *, linked: bool) -> ModelChange | None:
    """Change of firms like these: ``score ~ later + (1 | firm) + (0 + later | firm) + (1 | person)``.

    The waves stand at -1/2 and 1/2; with groups to compare ``later * takes_part``. Without links there is no person.
    """
    scores = np.stack([waves.before, waves.after])
    wave, who = np.nonzero(~np.isnan(scores))
    part = waves.of_part[who].astype(np.float64)
    columns = {"score": scores[wave, who], "later": wave - 0.5, "part": part, "gain": (wave - 0.5) * part}
    rows = pd.DataFrame(columns | {"firm": waves.group[who].astype(str), "person": who.astype(str)})
    fixed = "score ~ later + part + gain" if waves.compared else "score ~ later"
    random = "(1 | firm) + (0 + later | firm)" + (" + (1 | person)" if linked else "")
    return fitted(f"{fixed} + {random}", rows, "gain" if waves.compared else "later")


def fitted(formula: str, rows: pd.DataFrame, term: str) -> ModelChange | None:
    """One term of a mixed model by REML, or None where these rows do not hold the model."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LcresearchWarning)
        try:
            fit = fit_lmm(formula, rows)
            table = fit.tidy(ddf=DDF)
            row = table[table["term"] == term].iloc[0]
        except MultilevelError:
            return None
        components = fit.variance_components
        alone = components["term_1"] == components["term_2"]
        variance = float(components.loc[alone, "covariance"].sum())
        error = float(row["std_error"])
        error = error if error > 0 and np.isfinite(error) else np.nan
        return ModelChange(float(row["estimate"]), error, float(row["df"]), variance, len(rows), bool(fit.singular))
