"""A pair of elements that works only together: what regression, a model with their product, and recipes make of it.

Three programmes, each simulated many times. In all of them facilitation and leadership lead to learning where both are
there, and neither does so alone.

- as simulated: ``studies.simulate_programme``, whose pair adds the product of both degrees to the change of a
  community. Scores of persons are averaged to communities; degrees run from 1 to 5.
- nothing alone: 40 communities, each element there or not, 10 communities in each of the four combinations. One of the
  two alone does nothing.
- costs alone: 40 communities of which 3 have both, 12 facilitation only, 12 leadership only and 13 neither. One of the
  two alone costs 0.63 of what both give: hours of facilitation that no leader makes room for. The numbers are such that
  on average over communities neither element has an effect, though the pair has a large one.

Printed: the share of programmes in which the regression with main effects finds facilitation, leadership, and both at
5%; what it expects of facilitation alone (truth: 0, 0 and minus 0.35); the share in which the model with the product
finds the product; in which a recipe has the pair, in which a recipe has one of the two without the other, and in which
no recipe was found.

Run: python benchmarks/qca_pair.py [replications]
"""

import sys
import warnings

import numpy as np
import pandas as pd

from lcresearch import instruments, studies
from lcresearch.errors import IntegrationError
from lcresearch.integration import beside_regression, calibrate, qca
from lcresearch.integration.configurations.linear_model import linear_fit

KIND = "simulation"

TOGETHER, ALONE, NOISE, CONSORTIA = 0.55, 0.63 * 0.55, 0.165, 0.05
"""Of the change of a community on a scale of 1 to 5; noise as in simulate_programme with 25 persons a community."""
PAIR = ("facilitation", "leadership")


def as_simulated(seed):
    """Communities of a simulated programme: degrees of elements and change of learning culture."""
    made = studies.simulate_programme(12, 3, 8, 25, seed=seed, instruments=["learning-culture"])
    frame = made.frame.assign(score=instruments.load("learning-culture").score(made.frame)["learning_culture"])
    means = frame.pivot_table(index="community", columns="wave", values="score", aggfunc="mean")
    degrees = frame.drop_duplicates("community").set_index("community").filter(like="element_")
    degrees = degrees.rename(columns=lambda name: name.removeprefix("element_"))
    chosen = [*PAIR, "shared_purpose", "virtual_meeting_place"]
    return degrees[chosen].assign(change=means["t1"] - means["t0"])


def with_cells(seed, cells, alone):
    """Communities with both elements, facilitation only, leadership only and neither; five consortia."""
    rng = np.random.default_rng(seed)
    facilitation, leadership = np.repeat([1, 1, 0, 0], cells), np.repeat([1, 0, 1, 0], cells)
    n = len(facilitation)
    expected = TOGETHER * facilitation * leadership - alone * (facilitation != leadership)
    change = expected + rng.normal(0, CONSORTIA, 5)[np.arange(n) % 5] + rng.normal(0, NOISE, n)
    meeting_place = rng.permutation(np.arange(n) % 2)
    columns = {"facilitation": facilitation, "leadership": leadership, "meeting_place": meeting_place, "change": change}
    return pd.DataFrame(columns, index=[f"community {place:02d}" for place in range(1, n + 1)])


def calibrated(frame):
    """Sets: an element is there from degree 4 on (or as observed), learning is a change of half a point."""
    sets = {}
    for name in frame.columns[:-1]:
        degrees = frame[name].max() > 1
        found = calibrate(frame[name], exclusion=1, crossover=3.5, inclusion=5).memberships if degrees else frame[name]
        sets[name] = found
    learning = calibrate(frame["change"], exclusion=0, crossover=0.25, inclusion=0.5).memberships
    return pd.DataFrame(sets).assign(learning=learning)


def judged(frame):
    """What the three ways of looking make of one programme."""
    conditions = list(frame.columns[:-1])
    try:
        result = qca(calibrated(frame), "learning", conditions, negated=False, pri=0.5, few_cases="accept")
        terms = [set(term.split("*")) for m in result.solution("parsimonious").models for term in m.names]
    except IntegrationError:
        result, terms = None, []
    scaled = frame.assign(**{name: _to_one(frame[name]) for name in conditions})
    main, both = models(scaled, conditions) if result is None or not terms else _beside(result, scaled)
    row = {f"{name} found": main.loc[name, "p_value"] < 0.05 for name in PAIR}
    row["both found"] = all(row.values())
    row["expected of facilitation alone"] = main.loc["facilitation", "estimate"]
    row["product found"] = both.loc["facilitation:leadership", "p_value"] < 0.05
    row["pair in a recipe"] = any(set(PAIR) <= term for term in terms)
    row["one without the other"] = any(len(set(PAIR) & term) == 1 for term in terms)
    return row | {"no recipe": not terms}


def _to_one(degrees):
    return (degrees - 1) / 4 if degrees.max() > 1 else degrees


def _beside(result, scaled):
    frame = scaled.rename(columns={"change": "learning"})
    found = beside_regression(result, frame, products=[PAIR], crossover=0.25).models.set_index(["model", "term"])
    return found.loc["main"], found.loc["interaction"]


def models(scaled, conditions):
    """The same two models where there is no recipe to put beside them."""
    design = np.column_stack([np.ones(len(scaled)), scaled[conditions].to_numpy(dtype=float)])
    product = (scaled[PAIR[0]] * scaled[PAIR[1]]).to_numpy(dtype=float)
    outcome, names = scaled["change"].to_numpy(dtype=float), ["(Intercept)", *conditions]
    main = linear_fit(design, names, outcome)
    both = linear_fit(np.column_stack([design, product]), [*names, "facilitation:leadership"], outcome)
    return main.table.set_index("term"), both.table.set_index("term")


SETTINGS = {
    "as simulated": as_simulated,
    "nothing alone": lambda seed: with_cells(seed, [10, 10, 10, 10], 0.0),
    "costs alone": lambda seed: with_cells(seed, [3, 12, 12, 13], ALONE),
}


def rates(setting, replications):
    """The mean of every column over programmes with seeds 0, 1, 2, ..."""
    return pd.DataFrame([judged(SETTINGS[setting](seed)) for seed in range(replications)]).astype(float).mean()


def main(replications):
    warnings.simplefilter("ignore")
    for setting in SETTINGS:
        print(f"{setting}, {replications} programmes")
        print(rates(setting, replications).round(3).to_string(), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
