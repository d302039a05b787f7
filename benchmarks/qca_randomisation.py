"""Does the randomisation test of recipes hold its level? Outcomes that have nothing to do with the conditions.

For numbers of cases and conditions: the share of simulated programmes without any effect in which the p value of the
solution as a whole is at most 5 and 10 per cent, and in which some term has an uncorrected, and a corrected, p value of
at most 5 per cent. Programmes without a solution count as not significant.

Run: python benchmarks/qca_randomisation.py [replications]
"""

import sys

import numpy as np
import pandas as pd

from lcresearch.integration import qca, qca_randomisation

KIND = "simulation"

DESIGNS = ((12, 3), (20, 3), (20, 4), (40, 4), (40, 5))


def one(seed, n_cases, n_conditions, crisp):
    rng = np.random.default_rng([seed, n_cases, n_conditions, crisp])
    values = rng.uniform(size=(n_cases, n_conditions + 1))
    values = (values > 0.5).astype(float) if crisp else values.round(3)
    names = [f"c{place}" for place in range(n_conditions)]
    frame = pd.DataFrame(values, columns=[*names, "y"])
    if ((frame > 0.5).nunique() < 2).any():
        return None
    result = qca(frame, "y", names, negated=False, few_cases="accept", consistency=0.8)
    if not result.solution("parsimonious").models:
        return 1.0, 1.0, 1.0
    found = qca_randomisation(result, n=199, seed=seed)
    return found.p_value, found.terms["p_value"].min(), found.terms["p_adjusted"].min()


def main(replications):
    print("cases  conditions  sets   p<=.05  p<=.10  a term p<=.05  a term p<=.05, corrected")
    for n_cases, n_conditions in DESIGNS:
        for crisp in (True, False):
            made = [one(seed, n_cases, n_conditions, crisp) for seed in range(replications)]
            p = np.array([values for values in made if values is not None])
            shares = [
                (p[:, 0] <= 0.05).mean(),
                (p[:, 0] <= 0.1).mean(),
                (p[:, 1] <= 0.05).mean(),
                (p[:, 2] <= 0.05).mean(),
            ]
            kind = "crisp" if crisp else "fuzzy"
            print(
                f"{n_cases:5d}  {n_conditions:10d}  {kind}  " + "  ".join(f"{share:7.3f}" for share in shares),
                flush=True,
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
