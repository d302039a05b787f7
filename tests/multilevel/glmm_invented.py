"""Invented answers of persons in teams, and generalised models of them."""

import numpy as np
import pandas as pd

from lcresearch import multilevel

FAMILIES = {"binomial": "yes", "poisson": "count", "cumulative": "answer"}


def invented(seed=0, n_teams=24, size=8):
    """Invented answers of persons in teams in firms, with helpers across teams."""
    rng = np.random.default_rng(seed)
    team = np.repeat(np.arange(n_teams), rng.integers(2, 2 * size, n_teams))
    n = len(team)
    x, firm = rng.normal(size=n), team // 4
    eta = 0.2 + 0.7 * x + rng.normal(0, 0.7, n_teams)[team] + rng.normal(0, 0.4, n_teams)[firm]
    frame = pd.DataFrame({"x": x, "team": team, "firm": firm, "helper": rng.integers(0, 12, n)})
    return frame.assign(
        yes=(rng.random(n) < 1 / (1 + np.exp(-eta))).astype(int),
        count=rng.poisson(np.exp(eta)),
        answer=np.digitize(eta + rng.logistic(size=n), [-1, 0, 1.5]) + 1,
        hours=rng.uniform(1, 3, n),
    )


def numbers(fit):
    return np.concatenate([fit.tidy()["estimate"], fit.variance_components["covariance"], [fit.deviance]])


def fit_of(frame, family="binomial", random="(1 | firm/team)", **options):
    return multilevel.fit_glmm(f"{FAMILIES[family]} ~ x + {random}", frame, family=family, **options)
