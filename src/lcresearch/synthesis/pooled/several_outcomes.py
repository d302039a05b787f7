"""Effects of an element on several outcomes, each with its own in every consortium: put together over both."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from lcresearch.errors import SynthesisError
from lcresearch.synthesis.pooled.estimating import ElementEvidence
from lcresearch.synthesis.several_levels.multilevel_meta_analysis import multilevel_meta_analysis

COLUMNS = (
    "element", "adjustment", "outcomes", "n_outcomes", "n_consortia", "n_effects", "estimate", "std_error", "df",
    "p_value", "conf_low", "conf_high", "tau_consortia", "tau_outcomes", "sampling_correlation", "planned",
)  # fmt: skip
ASSUMED_CORRELATION = 0.6
"""Correlation of sampling errors of outcomes of the same persons, which packages do not tell; robust errors allow for
another one."""


def across_outcomes(
    evidence: Sequence[ElementEvidence], sampling_correlation: float = ASSUMED_CORRELATION
) -> pd.DataFrame:
    """Mean effect of each element over outcomes, by a meta-analysis of outcomes within consortia.

    Effects are those within consortia. True effects vary over consortia and, within these, over outcomes; errors are
    cluster-robust over consortia (CR2, Satterthwaite), since the correlation of sampling errors is an assumption. Only
    outcomes of one way of adjusting go together; several models of one outcome would count it twice, so that the first
    one stands.

    Parameters
    ----------
    evidence : sequence of ElementEvidence
    sampling_correlation : float
        Of effects on different outcomes in one consortium.
    """
    rows = []
    groups: dict[tuple[str, str], dict[str, ElementEvidence]] = {}
    for one in evidence:
        by_outcome = groups.setdefault((one.estimate.element, one.estimate.adjustment), {})
        by_outcome.setdefault(one.estimate.outcome, one)
    for (element, adjustment), by_outcome in groups.items():
        if len(by_outcome) > 1:
            row = _together(list(by_outcome.values()), sampling_correlation)
            if row is not None:
                rows.append({"element": element, "adjustment": adjustment, **row})
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _together(evidence: Sequence[ElementEvidence], sampling_correlation: float) -> dict[str, object] | None:
    """One element; None where effects are too few for a variance over consortia."""
    parts = [
        one.two_stage.effects.assign(outcome=one.estimate.outcome) for one in evidence if one.two_stage is not None
    ]
    if not parts:
        return None
    table = pd.concat(parts, ignore_index=True)
    table = table[table["estimate"].notna()].reset_index(drop=True)
    table = table.assign(vi=table["std_error"].astype("float64") ** 2, yi=table["estimate"].astype("float64"))
    if table["outcome"].nunique() < 2 or table["consortium"].nunique() < 3:
        return None
    try:
        fit = multilevel_meta_analysis(
            "yi", "vi", ["consortium", "outcome"], data=table, sampling_correlation=sampling_correlation
        )
        found = fit.robust("CR2").tidy().iloc[0]
    except SynthesisError:
        return None
    spread = fit.variance_components["std_dev"].to_numpy(dtype=np.float64)
    names = ("estimate", "std_error", "df", "p_value", "conf_low", "conf_high")
    outcomes = list(dict.fromkeys(table["outcome"]))
    row: dict[str, object] = {"outcomes": ", ".join(outcomes), "n_outcomes": len(outcomes)}
    row |= {"n_consortia": table["consortium"].nunique(), "n_effects": len(table)}
    row |= {name: float(found[name]) for name in names}
    row |= {"tau_consortia": float(spread[0]), "tau_outcomes": float(spread[1])}
    return row | {
        "sampling_correlation": sampling_correlation,
        "planned": all(one.estimate.planned for one in evidence),
    }
