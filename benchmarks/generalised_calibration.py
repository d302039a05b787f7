"""Are z and t intervals of generalised mixed models what they say? Run by hand; figures stand in docs/multilevel.md.

    python benchmarks/generalised_calibration.py --replications 1000

Outcomes are made from ``element + nothing + x + (1 | community)`` on the scale of a logit link, 15 persons a
community. ``element`` (0.5) and ``nothing`` (0) differ between communities and ``x`` (0.4) between persons;
communities differ with a variance of 0.37 (intraclass correlation .10) or 0.10 (.03). Counted are, with z tests and
with between-within degrees of freedom: how often 95% intervals of ``element`` hold 0.5, how often tests of ``nothing``
reject at 5%, and how often intervals of ``x`` hold 0.4; and how often a profile interval of ``element`` holds 0.5
(twice the log-likelihood with 0.5 held is less than 3.84 below its maximum). Last are the means of the estimate of
``element`` and of the standard deviation of communities.
"""

import numpy as np
import pandas as pd
import scipy.stats
from replication import arguments, each, replicate, shares

from lcresearch.multilevel import fit_glmm
from lcresearch.multilevel.generalised_profile import LowestWithCoefficient

KIND = "simulation"

TRUTH = {"element": 0.5, "nothing": 0.0, "x": 0.4}
THRESHOLDS = {"binomial": [0.4], "cumulative": [-2.0, -0.7, 0.5, 2.0]}
N_PERSONS = 15
SIZES = ((0.37, 40), (0.37, 12), (0.37, 20), (0.10, 12))
DESIGNS = {
    f"{family}, {n_communities} communities, variance {variance}": (family, n_communities, variance)
    for variance, n_communities in SIZES
    for family in THRESHOLDS
}
CRITICAL = scipy.stats.chi2.ppf(0.95, 1)
DDF = ("none", "between-within")


def outcomes(family, n_communities, variance, rng):
    community = np.repeat(np.arange(n_communities), N_PERSONS)
    element, nothing = rng.normal(size=(2, n_communities))
    x = rng.normal(size=len(community))
    eta = 0.5 * element[community] + 0.4 * x + rng.normal(0, np.sqrt(variance), n_communities)[community]
    answer = np.digitize(eta + rng.logistic(size=len(x)), THRESHOLDS[family])
    return pd.DataFrame(
        {"y": answer, "element": element[community], "nothing": nothing[community], "x": x, "community": community}
    )


def looked_at(condition, rng):
    family = condition[0]
    frame = outcomes(*condition, rng)
    fit = fit_glmm("y ~ element + nothing + x + (1 | community)", frame, family=family)
    found = {}
    for ddf in DDF:
        table = fit.tidy(ddf=ddf).set_index("term").loc[list(TRUTH)]
        held = (table["conf_low"] <= pd.Series(TRUTH)) & (pd.Series(TRUTH) <= table["conf_high"])
        found |= {f"element held, {ddf}": held["element"], f"x held, {ddf}": held["x"]}
        found |= {f"nothing rejected, {ddf}": table.loc["nothing", "p_value"] < 0.05}
    lowest = LowestWithCoefficient(fit.model, fit.optimum, fit.coefficients.names.index("element"))
    found["element held, profile"] = lowest(TRUTH["element"]) - fit.deviance <= CRITICAL
    deviation = fit.variance_components["std_dev"].iloc[0]
    found |= {"singular": fit.singular, "not converged": not fit.converged}
    return found | {"estimate of element": fit.fixed_effects["element"] / 100, "std_dev": deviation / 100}


def main():
    given = arguments(__doc__, 1000).parse_args()
    print(shares(replicate(each(looked_at), DESIGNS, given), errors=True).T.round(2).to_string())


if __name__ == "__main__":
    main()
