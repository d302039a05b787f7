"""How often verdicts on working elements are right. Run: python benchmarks/working_elements.py [PROGRAMMES].

Simulated programmes of three sectors, each consortium with one normal estimate of known variance: that of a difference
between four and four communities of 25 persons. Per programme there are a generic element (0.3 sd everywhere), a
sector-specific one (0.4 sd in one sector, else 0) and a void one; true effects of consortia differ by 0.05 sd. Two
analysts judge: one estimates tau (REML with Knapp-Hartung), the other, an oracle, knows all variances.
"""

import sys

import numpy as np
import pandas as pd
from scipy import stats

from lcresearch import synthesis
from lcresearch.synthesis.elements import ElementEstimate, SectorTest, judge_elements

KIND = "simulation"

TRUTH = {
    "generic": (0.3, 0.3, 0.3),
    "sector-specific": (0.4, 0.0, 0.0),
    "no worthwhile effect": (0.0, 0.0, 0.0),
}
TAU, WORTHWHILE, SECTORS = 0.05, 0.1, ("a", "b", "c")
SAMPLING = (0.3**2 + 1 / 25) * (1 / 4 + 1 / 4)


def simulated(means, k, rng):
    """One estimate a consortium with its variance (which differs by a factor 2 either way) and its sector."""
    sector = np.resize(np.arange(3), k)
    variance = SAMPLING * np.exp2(rng.uniform(-1, 1, k))
    effect = np.asarray(means)[sector] + rng.normal(0, TAU, k)
    return pd.DataFrame(
        {"yi": rng.normal(effect, np.sqrt(variance)), "vi": variance, "sector": np.asarray(SECTORS)[sector]}
    )


def by_meta_analysis(data):
    """Pooled effect, effects of sectors and their test by two random-effects models."""
    pooled = synthesis.meta_analysis("yi", "vi", data=data)
    split = synthesis.meta_analysis("yi", "vi", data=data, moderators="sector")
    row, test = pooled.tidy().iloc[0], split.omnibus().iloc[0]
    sectors = split.prediction_interval(new=pd.DataFrame({"sector": SECTORS}))
    sectors = sectors[["estimate", "std_error"]].assign(df=float(test["df_residual"]))
    test = SectorTest(test["statistic"], test["df"], test["df_residual"], test["p_value"])
    return (row["estimate"], row["std_error"], row["df"], np.sqrt(pooled.tau2)), sectors, test


def by_oracle(data):
    """The same for one who knows every variance, also that between sectors: normal throughout."""
    effects = data.assign(w=1 / (data["vi"] + TAU**2))
    sums = effects.assign(wy=effects["w"] * effects["yi"]).groupby("sector")[["w", "wy"]].sum()
    sectors = pd.DataFrame({"estimate": sums["wy"] / sums["w"], "std_error": 1 / np.sqrt(sums["w"]), "df": np.inf})
    mean = sums["wy"].sum() / sums["w"].sum()
    q = float((sums["w"] * (sectors["estimate"] - mean) ** 2).sum())
    test = SectorTest(q / 2, 2, np.inf, float(stats.chi2.sf(q, 2)))
    return (mean, 1 / np.sqrt(sums["w"].sum()), np.inf), sectors, test


def evidence(name, data, analyst):
    if analyst == "oracle":
        (estimate, error, df), sectors, test = by_oracle(data)
        tau = np.hypot(TAU, np.std(TRUTH[name]))
    else:
        (estimate, error, df, tau), sectors, test = by_meta_analysis(data)
    n = data.groupby("sector").size().to_numpy()
    sectors = sectors.reset_index(drop=True).assign(sector=SECTORS, n_consortia=n, n_communities=8 * n)
    return ElementEstimate(
        element=name,
        outcome="learning",
        model="simulated",
        estimate=float(estimate),
        std_error=float(error),
        df=float(df),
        tau=float(tau),
        tau_df=np.inf if analyst == "oracle" else None,
        n_consortia=len(data),
        n_communities=8 * len(data),
        sectors=sectors,
        sector_test=test,
        smallest_worthwhile=WORTHWHILE,
        planned=True,
    )


def shares(k, programmes, analyst, seed):
    """Share of programmes in which each true kind of element (rows) gets each verdict (columns)."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(programmes):
        estimates = [evidence(name, simulated(means, k, rng), analyst) for name, means in TRUTH.items()]
        found.append(judge_elements(estimates).table.set_index("element")["verdict"])
    table = pd.concat(found).reset_index()
    return pd.crosstab(table["element"], table["verdict"], normalize="index")


def wrong(table):
    """Share with a verdict that is not the true one; 'not enough evidence' is not a wrong one."""
    decided = table.drop(columns="not enough evidence", errors="ignore")
    right = pd.Series({name: decided.loc[name].get(name, 0.0) for name in table.index})
    return decided.sum(axis=1) - right


def main(programmes):
    print(f"{programmes} programmes; standard error of a share at most {0.5 / np.sqrt(programmes):.3f}")
    for k in (12, 40):
        for analyst in ("estimated", "oracle"):
            table = shares(k, programmes, analyst, seed=7)
            print(f"\n{k} consortia, {analyst}")
            print(table.assign(wrong=wrong(table)).round(3).to_string())


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
