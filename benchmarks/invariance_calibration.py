"""How do rules for invariance behave? Run by hand; figures: docs/measurement-calibration.md.

    python benchmarks/invariance_calibration.py --replications 1000 --keep FOLDER [--only null shifted scaled]

Twelve items, three factors that correlate .4, groups of 50, 100 or 200 persons whose factor means differ by up to 0.3.
``null``: all loadings and intercepts are equal; counted are false alarms of the chi-square difference and of each rule
at the metric and the scalar step, rejections of the configural model, and intervals of factor means that hold the
truth. ``shifted``: in the second group one of twelve intercepts or loadings is off by a dMACS of .2 or .4; counted are
detections. ``scaled``: as ``null`` with MLR and MLM, answers normal or not.
"""

import re
from itertools import pairwise

import numpy as np
import pandas as pd
from replication import arguments, each, markdown, replicate, shares
from scipy import stats
from simulated_answers import FACTORS, answers, frame_of, loadings, syntax

from lcresearch.measurement.comparability import rules
from lcresearch.measurement.comparability.ladder import Ladder
from lcresearch.measurement.comparability.settings import across_groups
from lcresearch.measurement.factor_models import small_sample

KIND = "simulation"

STEPS = ("configural", "metric", "scalar")
SHIFTED_ITEM = 1
MEANS = {f"{factor}~1" for factor in FACTORS}
REPLICATIONS = {2: 1.0, 10: 0.5, 40: 0.3}
SIZES = (50, 100, 200)
SHIFTS = [(kind, d) for kind in ("intercept", "loading") for d in (0.2, 0.4)]


def conditions(study, n_groups):
    """Condition -> (groups, persons in each, kind of shift, dMACS, estimator, normal)."""
    if study == "null":
        return {f"{n_groups} groups of {n}": (n_groups, n, "", 0.0, "ML", True) for n in SIZES}
    if study == "scaled":
        return {
            f"{n_groups} groups of {n}, {'normal' if normal else 'not normal'}, {estimator}": (
                n_groups, n, "", 0.0, estimator, normal
            )
            for normal in (True, False)
            for estimator in ("MLR", "MLM")
            for n in SIZES[:2]
        }  # fmt: skip
    return {
        f"{n_groups} groups of {n}, {kind} {d}": (n_groups, n, kind, d, "ML", True) for kind, d in SHIFTS for n in SIZES
    }


def means_of(n_groups):
    """Factor means: 0 in the first two groups, then -.3, 0, .3, and again."""
    return np.r_[0.0, 0.0, np.resize([-0.3, 0.0, 0.3], n_groups - 2)]


def groups(condition, rng):
    """Answers in groups; factors have variance 1 in each."""
    n_groups, n, kind, shift, _, normal = condition
    parts = []
    for group, mean in enumerate(means_of(n_groups)):
        slopes, level = loadings(12), np.zeros(12)
        if kind and group == 1:
            slopes[SHIFTED_ITEM] -= shift * (kind == "loading")
            level[SHIFTED_ITEM] += shift * (kind == "intercept")
        parts.append(answers(n, 12, rng, normal=normal, slopes=slopes) + mean * slopes + level)
    return frame_of(np.concatenate(parts)).assign(group=np.repeat(np.arange(n_groups), n))


def one(condition, rng):
    """What the difference test and each rule say of a data set."""
    n_groups, estimator = condition[0], condition[4]
    setting = across_groups(syntax(12), groups(condition, rng), "group", estimator, "listwise")
    n_persons = setting.data.blocks.n_persons
    ladder = Ladder(setting, rules.chosen("auto", n_persons, n_groups), 0)
    ladder.climb(STEPS)
    found = {"configural rejects": ladder.steps[0].model.estimated.test.p_value < 0.05}
    for step in ladder.steps[1:]:
        found[f"{step.name} chi-square"] = step.test.p_value < 0.05
        found |= {
            f"{step.name} {r.name}": not r.holds(step.name, step.change, step.p_value)
            for r in rules.rules_for(n_persons)
        }
    for step in ladder.steps:
        test = step.model.estimated.test
        found |= {
            f"{step.name} value": test.scaled,
            f"{step.name} unscaled": test.statistic,
            f"{step.name} df": test.df,
        }
        found[f"{step.name} n_free"] = step.model.layout.n_free
    found["means held"] = means_held(ladder.steps[-1].model, n_groups)
    return found | {"converged": all(step.model.converged for step in ladder.steps)}


def means_held(fit, n_groups):
    """Share of the 95% intervals of factor means of all groups but the first that hold the truth."""
    at = [k for k, each in enumerate(fit.layout.table.parameters) if each.name in MEANS]
    errors = np.sqrt(np.diagonal(fit.estimated.local_covariance, axis1=1, axis2=2))[1:, at]
    away = fit.estimated.values[1:, at] - means_of(n_groups)[1:, None]
    return (np.abs(away) <= 1.959964 * errors).mean()


def with_corrections(label, table):
    """Rejections of the configural model with Swain's factor, and of differences with the mean that they have here.

    The latter is what ``compare(..., n_simulated=...)`` finds from one data set. 78 variances and covariances a group.
    """
    n_groups, n = (int(number) for number in re.findall(r"\d+", label)[:2])
    df = table["configural df"].iloc[0] / n_groups
    factor = small_sample.swain(small_sample.Size(n, 12, 90 - df, 78 - df, df))
    value = table["configural value"] * factor
    added = {"configural rejects, swain": stats.chi2.sf(value, table["configural df"]) < 0.05}
    for small, large in pairwise(STEPS):
        away = table[f"{large} value"] - table[f"{small} value"]
        df = table[f"{large} df"] - table[f"{small} df"]
        added[f"{large} chi-square over df"] = away / df
        added[f"{large} chi-square, mean corrected"] = stats.chi2.sf(away * df.mean() / away.mean(), df) < 0.05
    return pd.concat([table, pd.DataFrame(added)], axis=1)


def main():
    parser = arguments(__doc__, 1000)
    parser.add_argument(
        "--only", nargs="*", default=["null", "shifted", "scaled"], choices=["null", "shifted", "scaled"]
    )
    parser.add_argument("--groups", nargs="*", type=int, default=list(REPLICATIONS))
    given = parser.parse_args()
    for study in given.only:
        found = {}
        for n_groups in given.groups:
            n = int(REPLICATIONS[n_groups] * given.replications)
            name = f"{study}-{n_groups}-"
            found |= replicate(each(one), conditions(study, n_groups), given, replications=n, name=name, size=25)
        found = {label: with_corrections(label, table) for label, table in found.items()}
        table = shares(found, percent=False, errors=True)
        kept = [
            c for c in table if c.removesuffix(" (mc error)").split()[-1] not in ("value", "unscaled", "df", "n_free")
        ]
        print(markdown(table[kept].T), "\n", flush=True)


if __name__ == "__main__":
    main()
