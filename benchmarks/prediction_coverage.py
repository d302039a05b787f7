"""Do intervals of predictions hold what they say? Run by hand; figures stand in docs/multilevel.md.

    python benchmarks/prediction_coverage.py --replications 2000

Outcomes are simulated from y ~ x + (1 | consortium/community) with intraclass correlations .05 and .10. Counted in each
data set are 95% intervals of: the true value of a known community (``known``, confidence), an outcome in it
(``outcome``), the true value of a new community in a known consortium (``new_community``), that of a new consortium
(``new_consortium``), and an outcome there (``new_outcome``). All have Satterthwaite's degrees of freedom.
"""

import numpy as np
import pandas as pd
from replication import arguments, each, replicate, shares

from lcresearch.multilevel import fit_lmm

KIND = "simulation"

DESIGNS = {
    "12 consortia x 8 communities x 25": (12, 8, 25),
    "5 consortia x 8 communities x 25": (5, 8, 25),
    "12 consortia x 3 communities x 6": (12, 3, 6),
}
COLUMNS = ["known", "outcome", "new_community", "new_consortium", "new_outcome"]
UPPER, LOWER = 0.05, 0.10


def looked_at(design, rng):
    consortia, communities, size = design
    community = np.repeat(np.arange(consortia * communities), size)
    consortium = community // communities
    upper, lower = rng.normal(0, UPPER**0.5, consortia + 1), rng.normal(0, LOWER**0.5, consortia * communities + 2)
    frame = pd.DataFrame({"consortium": consortium, "community": community, "x": rng.normal(size=len(community))})
    noise = (1 - UPPER - LOWER) ** 0.5
    frame["y"] = 1 + 0.3 * frame["x"] + upper[consortium] + lower[community] + rng.normal(0, noise, len(community))
    fit = fit_lmm("y ~ x + (1 | consortium/community)", frame)
    new = pd.DataFrame({"consortium": [0, 0, consortia], "community": [0, -1, -2], "x": 1.0})
    truth = 1.3 + upper[[0, 0, -1]] + lower[[0, -2, -1]]
    outcome = truth + rng.normal(0, noise, 3)
    values, outcomes = (fit.predict(new, interval=kind) for kind in ("confidence", "prediction"))
    held = [between(values, truth)[0], between(outcomes, outcome)[0], *between(values, truth)[1:]]
    return dict(zip(COLUMNS, [*held, between(outcomes, outcome)[2]], strict=True))


def between(table, values):
    return ((table["conf_low"] <= values) & (values <= table["conf_high"])).to_numpy()


def main():
    given = arguments(__doc__, 2000).parse_args()
    print(shares(replicate(each(looked_at), DESIGNS, given), errors=True).T.round(2).to_string())


if __name__ == "__main__":
    main()
