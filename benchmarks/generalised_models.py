"""Generalised linear mixed models beside lme4, glmmTMB and ordinal, on the same invented data in one go.

    python benchmarks/generalised_models.py

Yes or no by the Laplace approximation, 20,000 persons in 400 communities; five ordered answers, 4,000 in 200.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from comparison import Compared, beside_r, installed, timed

from lcresearch import multilevel

KIND = "comparison"
FORMULA = "y ~ x + (1 | community)"


def invented(n: int = 20_000, n_groups: int = 400, seed: int = 1) -> pd.DataFrame:
    """Answers that follow ``x`` and the community: yes or no, and one of five."""
    rng = np.random.default_rng(seed)
    community, x = np.arange(n) % n_groups, rng.normal(size=n)
    eta = 0.5 * x + rng.normal(0, 0.7, n_groups)[community] + rng.logistic(size=n)
    five = 1 + np.digitize(eta, [-2.0, -0.5, 0.8, 2.0])
    return pd.DataFrame({"yes": (eta > 0).astype(int), "five": five, "x": x, "community": community})


def comparisons(long: bool = False) -> Iterator[Compared]:
    """Rows for ``run.py``."""
    frame = invented()
    yes = frame[["x", "community"]].assign(y=frame["yes"])
    fewer = invented(4_000, 200)  # clmm takes minutes for more
    five = fewer[["x", "community"]].assign(y=fewer["five"])
    case = "Logistic mixed model, 20,000 persons in 400 communities"
    ours = timed(lambda: numbers(yes, "binomial"))
    made = "d$community <- factor(d$community)"
    calls = {"lme4": f"m <- glmer({FORMULA}, d, family = binomial)", "glmmTMB": f"m <- glmmTMB({FORMULA}, d, binomial)"}
    for package, call in calls.items():
        if installed(package):
            of = "log-likelihood"
            yield beside_r(case, package, yes, ours, call, "logLik(m)", of, prepare=made)
    if installed("ordinal"):
        case = "Cumulative mixed model of five answers, 4,000 persons in 200 communities"
        ours = timed(lambda: numbers(five, "cumulative"))
        call, made = f"m <- clmm({FORMULA}, d)", made + "; d$y <- factor(d$y)"
        yield beside_r(case, "ordinal", five, ours, call, "logLik(m)", "log-likelihood", prepare=made)


def numbers(frame: pd.DataFrame, family: str) -> float:
    """The log-likelihood of a fit with its standard errors."""
    fit = multilevel.fit_glmm(FORMULA, frame, family=family)  # type: ignore[arg-type]
    fit.tidy()
    return float(fit.log_likelihood)


if __name__ == "__main__":
    for row in comparisons():
        print(row)
