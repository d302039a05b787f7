"""Are intervals and tests of multilevel models what they say? Run by hand; figures stand in docs/multilevel.md.

    python benchmarks/calibration.py --replications 10000

Outcomes are simulated from y ~ element + nothing + (1 | consortium/community), where ``element`` (0.3) and ``nothing``
(0) differ between communities. Counted are: how often 95% intervals of ``element`` hold 0.3, how often tests of
``nothing`` reject at 5%, and how often the REML profile intervals of both standard deviations and sigma hold the truth
(the criterion with the parameter held at its true value is less than 3.84 above its minimum).
"""

import numpy as np
import scipy.stats
from replication import arguments, replicate, shares

from lcresearch.multilevel.crossproducts import sums_of_rows
from lcresearch.multilevel.design import build
from lcresearch.multilevel.estimates import Estimates
from lcresearch.multilevel.formula import parse
from lcresearch.multilevel.planned_design import rows_of
from lcresearch.multilevel.profile import LowestWithVariance
from lcresearch.multilevel.simulation import OtherOutcomes, simulated

KIND = "simulation"

FORMULA = "y ~ element + nothing + (1 | consortium/community)"
DESIGNS = {
    "12 consortia x 8 communities x 25": (12, 0.05, 0.10),
    "5 consortia x 8 communities x 25": (5, 0.05, 0.10),
    "12 x 8 x 25, intraclass correlation .01": (12, 0.005, 0.005),
}
COLUMNS = ["satterthwaite", "kenward-roger", "reject_satterthwaite", "reject_kenward-roger", "consortium", "community"]
COLUMNS += ["residual", "singular"]
CRITICAL = scipy.stats.chi2.ppf(0.95, 1)


def one_chunk(condition, n, rng):
    n_consortia, upper, lower = condition
    plan = {"groups": {"consortium": n_consortia, "community": 8}, "n": 25}
    frame = rows_of(plan | {"predictors": {"element": "community", "nothing": "community"}}, rng)
    design = build(parse(FORMULA), frame.assign(y=rng.normal(size=len(frame))))
    covariances = (np.array([[upper]]), np.array([[lower]]))
    truth = Estimates(np.array([1.0, 0.3, 0.0]), np.zeros((3, 3)), 1 - upper - lower, covariances, np.nan)
    others = OtherOutcomes(design, sums_of_rows(design), reml=True)
    outcomes = simulated(design, truth, n, rng)
    found = [looked_at(others.fit(outcomes[:, k]), truth) for k in range(n)]
    return [dict(zip(COLUMNS, row, strict=True)) for row in found]


def looked_at(fit, truth):
    found = []
    tables = [fit.tidy(ddf=ddf).set_index("term") for ddf in ("satterthwaite", "kenward-roger")]
    found += [table.loc["element", "conf_low"] <= 0.3 <= table.loc["element", "conf_high"] for table in tables]
    found += [table.loc["nothing", "p_value"] < 0.05 for table in tables]
    values = [np.sqrt(each[0, 0]) for each in truth.covariances] + [np.sqrt(truth.sigma2)]
    for held, value in zip([("std_dev", 0, 0), ("std_dev", 1, 0), ("sigma",)], values, strict=True):
        lowest = LowestWithVariance(fit.model, held, fit.estimates)
        found.append(lowest(value) - lowest.minimum <= CRITICAL)
    return [*found, fit.singular]


def main():
    given = arguments(__doc__, 1000).parse_args()
    print(shares(replicate(one_chunk, DESIGNS, given, size=100), errors=True).T.round(2).to_string())


if __name__ == "__main__":
    main()
