"""Mean change of firms like these: mixed models, with degrees of freedom that keep to their level with few firms.

Degrees of freedom and errors are those of Kenward and Roger (1997). Where changes of firms differ no more than persons
within them do, the estimated variance of firms is zero and other methods would count persons; Kenward and Roger's stay
near the number of firms less one, so that 'clear' keeps its meaning (``docs/change.md`` has the figures).
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lcresearch.change.two_waves import TwoWaves
from lcresearch.errors import LcresearchWarning, MultilevelError
from lcresearch.multilevel import fit_lmm

DDF = "kenward-roger"
CHANGE = "change ~ 1 + (1 | firm)"
CHANGE_COMPARED = "change ~ takes_part + (1 | firm)"


@dataclass(frozen=True)
class ModelChange:
    """One estimate from a mixed model.

    Attributes
    ----------
    estimate, std_error, df : float
    variance : float
        Of persons' changes, or answers, firms and all.
    n_answers : int
    singular : bool
    """

    estimate: float
    std_error: float
    df: float
    variance: float
    n_answers: int
    singular: bool


def linked_change_of_firms(waves: TwoWaves) -> ModelChange | None:
    """Mean change of linked persons, firms random: ``change ~ 1 + (1 | firm)``, or ``change ~ takes_part``."""
    who = waves.linked
    change = (waves.after - waves.before)[who]
    firm, part = waves.group[who], waves.of_part[who].astype(np.float64)
    rows = pd.DataFrame({"change": change, "firm": firm.astype(str), "takes_part": part})
    compared = waves.compared
    return fitted(CHANGE_COMPARED if compared else CHANGE, rows, "takes_part" if compared else "Intercept")


def change_of_all_answers(waves: TwoWaves, *, fixed: bool, linked: bool) -> ModelChange | None:
    """Change from all answers, also of who answered once: likely right where who stayed away did so by known answers.

    Firms fixed: ``score ~ later + firm + (1 | person)``; random: ``score ~ later + (1 | firm) + (0 + later | firm) +
    (1 | person)``, with the waves at -1/2 and 1/2; with groups to compare ``later * takes_part``. Without links there
    is no person.
    """
    answered = ~np.isnan(np.stack([waves.before, waves.after]))
    wave, who = np.nonzero(answered)
    columns = {"score": np.stack([waves.before, waves.after])[wave, who], "later": wave - 0.5}
    columns |= {"part": waves.of_part[who].astype(np.float64)}
    texts = {"firm": waves.group[who].astype(str), "person": who.astype(str)}
    rows = pd.DataFrame(columns | texts).assign(gain=lambda rows: rows["later"] * rows["part"])
    several = len(waves.names) > 1
    terms = ["score ~ later"] + (["gain"] if waves.compared else [])
    if fixed:
        terms += ["C(firm)"] if several else []
    else:
        terms += ["part"] if waves.compared else []
        terms += ["(1 | firm)", "(0 + later | firm)"]
    terms += ["(1 | person)"] if linked else []
    return fitted(" + ".join(terms), rows, "gain" if waves.compared else "later")


def fitted(formula: str, rows: pd.DataFrame, term: str) -> ModelChange | None:
    """One term of a mixed model by REML, or None where these rows do not hold the model."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LcresearchWarning)
        try:
            fit = fit_lmm(formula, rows)
            row = fit.tidy(ddf=DDF).set_index("term").loc[term]
        except MultilevelError:
            return None
        components = fit.variance_components
        alone = components["term_1"] == components["term_2"]
        variance = float(components.loc[alone, "covariance"].sum())
        error = float(row["std_error"])
        known = error > 0 and np.isfinite(error)
        return ModelChange(
            float(row["estimate"]),
            error if known else np.nan,
            float(row["df"]),
            variance,
            len(rows),
            bool(fit.singular),
        )
