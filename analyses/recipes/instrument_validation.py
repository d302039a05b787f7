"""May we use this scale? Validation of an instrument, with one half to explore and the other to confirm."""

# %% [markdown]
# Supplement to a paper, as a script: `python instrument_validation.py` prints all numbers, ends with the sentences
# for the paper, and writes the figure beside itself. With your own instrument and answers, `lcresearch instruments
# validate my-scale.yaml answers.xlsx` gives a report of the same kind in one command.
#
# **Question.** Three scales ask soldiers about the leadership of their company (11 items), the significance of their
# task (3) and their own hostility (5). Do they measure three things, reliably enough to study groups of people; may
# leadership be averaged to the company; and may companies be compared on it?
#
# **Data.** 2,042 soldiers in 49 companies of the United States Army: data set `lq2002` of the R package *multilevel*
# (Bliese, GPL; Bliese & Halverson, 2002; Bliese, Halverson & Schriesheim, 2002). They come with this package, with
# our own descriptions of the items, as their wording is not documented.
#
# **Decisions fixed beforehand.** (As a plan would have them; the data are old, and nothing here is confirmatory.)
#
# 1. Companies are split at random: persons of each company by lot to half A (explore) or half B (confirm). The model
#    that is reported is fitted to half B only, once.
# 2. Candidates: one factor; three factors; three factors where items of leadership with the same subject (officers
#    05, 07, 09; sergeants 06, 08, 10; cooperation 01, 02) may go together beyond the factor. No other changes,
#    whatever the modification indices of half A say.
# 3. Maximum likelihood with robust tests (MLR), as items have five answers; WLSMV for ordered answers beside it. A
#    model fits well with CFI .95, RMSEA .06 and SRMR .08 (Hu & Bentler, 1999), and acceptably with CFI .90, RMSEA
#    .08, SRMR .08.
# 4. Scores serve the study of groups with omega .70 or more, and single persons with .90 or more. Omega is that of
#    the model that is kept: what items share beyond the factor counts as error.
# 5. Scales are distinct if HTMT is below .85 (Henseler et al., 2015). Expected: leadership goes with significance
#    (+), and both with hostility (-), each between .20 and .70 in size.
# 6. Leadership, asked about the company, may be averaged with median r_wg(j) and ICC(2) of .70 or more; companies may
#    be compared if at most 25% of the parameters differ in an alignment (Muthén & Asparouhov, 2014) of companies with
#    50 or more answers.

# %%
import textwrap

import numpy as np
import pandas as pd

from lcresearch import instruments, measurement, reporting, responses, shipped

SEED = 1939

study = shipped.folder("analyses") / "unit-climate"
scales = instruments.load(study / "unit-climate.yaml")
answers = responses.read(
    study / "data" / "lq2002_items.csv", scales, levels={"company": "COMPID"}, respondent="SUB"
).frame
ITEMS = {name: [item.id for item in scales.items_of(name)] for name in scales.scales}
everything = [item for items in ITEMS.values() for item in items]


def show(title, table, digits=2):
    """A titled table; p values are never printed as zero."""
    print(f"\n{title}\n{reporting.text_table(table, digits)}", end="")


# %% [markdown]
# ## 1. Items

# %%
print("1. ITEMS")
columns = ["item", "n", "mean", "sd", "floor", "ceiling", "item_rest_correlation", "alpha_if_dropped"]
for name, items in ITEMS.items():
    limits = (0, 4) if name == "hostility" else (1, 5)
    show(name, measurement.item_analysis(answers, items, response_range=limits).tidy()[columns])

# %% [markdown]
# ## 2. How many things? Half A

# %%
print("\n2. DIMENSIONS, HALF A")
draw = pd.Series(np.random.default_rng(SEED).random(len(answers)), index=answers.index)
in_a = draw.groupby(answers["company"]).rank(pct=True) <= 0.5
half_a, half_b = answers[in_a], answers[~in_a]
number = measurement.parallel_analysis(half_a, everything, seed=SEED).glance()
rules = ["n_components", "n_factors", "n_minimum_average_partial", "n_minimum_average_partial_4"]
show("Number of factors by four rules", number[rules])
loadings = measurement.factor_analysis(half_a, everything, 3, rotation="oblimin").tidy()
pattern = (
    loadings[loadings["item"].isin(everything)].pivot(index="item", columns="factor", values="estimate").loc[everything]
)
strongest = pattern.abs().idxmax(axis=1)
own = pattern.abs().max(axis=1)
others = pattern.abs().where(lambda table: table.ne(own, axis=0)).max(axis=1)
told = pd.DataFrame({"scale": [name for name, items in ITEMS.items() for _ in items], "factor": strongest.to_numpy()})
told = told.assign(own=own.to_numpy(), other=others.to_numpy())
told = told.groupby("scale", sort=False).agg(
    factors=("factor", "nunique"), weakest_loading=("own", "min"), largest_cross_loading=("other", "max")
)
show("Three factors, minimum residuals, oblimin: by scale", told.reset_index())

# %% [markdown]
# ## 3. Which model? Half A to choose, half B to report

# %%
print("\n3. MODELS")
three = "\n".join(f"{name} =~ {' + '.join(items)}" for name, items in ITEMS.items())
SUBJECTS = """
LEAD05 ~~ LEAD07 + LEAD09
LEAD07 ~~ LEAD09
LEAD06 ~~ LEAD08 + LEAD10
LEAD08 ~~ LEAD10
LEAD01 ~~ LEAD02
"""
candidates = {
    "one factor": f"all =~ {' + '.join(everything)}",
    "three factors": three,
    "three, same subject": three + SUBJECTS,
}
measures = ["chi_square", "df", "cfi", "tli", "rmsea", "rmsea_low", "rmsea_high", "srmr", "bic"]


def fitted(data, half, **options):
    """Fit measures of all candidates."""
    fits = {name: measurement.cfa(model, data, **options) for name, model in candidates.items()}
    table = pd.concat([fit.glance().reindex(columns=measures) for fit in fits.values()], ignore_index=True)
    table.insert(0, "model", list(fits))
    show(half, table.dropna(axis=1, how="all"), 3)
    return fits


fitted(half_a, "Half A (MLR)", estimator="MLR")
fits = fitted(half_b, "Half B (MLR)", estimator="MLR")
kept = fits["three, same subject"]
ordered = measurement.cfa(candidates["three, same subject"], half_b, ordered=everything).glance().iloc[0]
print(f"\nThe last one, with ordered answers (WLSMV): CFI {ordered['cfi']:.3f}, RMSEA {ordered['rmsea']:.3f}")
fit = kept.glance().iloc[0]
good = fit["cfi"] >= 0.95 and fit["rmsea"] <= 0.06 and fit["srmr"] <= 0.08
acceptable = fit["cfi"] >= 0.90 and fit["rmsea"] <= 0.08 and fit["srmr"] <= 0.08
fits_word = "fitted well" if good else "fitted acceptably" if acceptable else "did not fit"
table = kept.tidy()
loadings = table[table["term"].str.contains("=~", regex=False)]
show("Standardised loadings in half B", loadings[["term", "std_all"]])

# Figure 1. Loadings of the model in half B with their 95% intervals; that of the first item of each scale is fixed at
# 1 and not shown.
kept.plot(language="en").savefig("instrument_validation-loadings.svg")

# %% [markdown]
# ## 4. Reliability

# %%
print("\n4. RELIABILITY")
simple = {
    name: measurement.reliability(half_b, items).tidy().set_index("term").loc[["cronbach_alpha", "omega_total"]]
    for name, items in ITEMS.items()
}
model_omega = kept.reliability().set_index("factor")
reliable = pd.DataFrame(
    {
        "scale": list(ITEMS),
        "alpha": [table.loc["cronbach_alpha", "estimate"] for table in simple.values()],
        "low": [table.loc["cronbach_alpha", "conf_low"] for table in simple.values()],
        "high": [table.loc["cronbach_alpha", "conf_high"] for table in simple.values()],
        "omega_one_factor": [table.loc["omega_total", "estimate"] for table in simple.values()],
        "omega_of_the_model": [model_omega.loc[name, "omega"] for name in ITEMS],
        "ave": [model_omega.loc[name, "ave"] for name in ITEMS],
    }
)
show("In half B", reliable)

# %% [markdown]
# Where items of the same subject go together, alpha and the omega of one factor count that as true score.
#
# ## 5. Three things, and as expected?

# %%
print("\n5. VALIDITY")
distinct = kept.htmt()
show("Heterotrait-monotrait ratios", distinct[["factor_1", "factor_2", "htmt"]])
between = table[table["term"].str.contains("~~") & (table["kind"] == "lv_covariances")].copy()
expected = {
    "leadership_climate~~task_significance": 1,
    "leadership_climate~~hostility": -1,
    "task_significance~~hostility": -1,
}
between["expected"] = between["term"].map(expected)
between["as_expected"] = (between["std_all"] * between["expected"]).between(0.20, 0.70)
show("Correlations of the factors", between[["term", "std_all", "expected", "as_expected"]])

# %% [markdown]
# ## 6. One value for a company, and a fair comparison?

# %%
print("\n6. COMPANIES")
agreed = pd.concat(
    [
        measurement.agreement(answers, items, "company", response_range=(0, 4) if name == "hostility" else (1, 5))
        .glance()[["icc_1", "icc_2", "r_wg_median"]]
        .assign(scale=name)
        for name, items in ITEMS.items()
    ]
)
show("Agreement within companies, all soldiers", agreed[["scale", "icc_1", "icc_2", "r_wg_median"]], 3)
large = answers[answers.groupby("company")["company"].transform("size") >= 50]
leadership = f"leadership =~ {' + '.join(ITEMS['leadership_climate'])}\n{SUBJECTS}"
aligned = measurement.alignment(leadership, large, "company", n_starts=5)
n_large = large["company"].nunique()
print(f"\nAlignment of {n_large} companies: {aligned.share_non_invariant:.1%} of loadings and intercepts deviate")
show("Which", aligned.deviating[["item", "kind", "group", "deviation"]])

# %% [markdown]
# ## 7. Checked against something else
#
# ICC(1) and ICC(2) of leadership are those of R (package *multilevel*), and alpha is written out by hand.

# %%
print("\n7. CHECKS")
# multilevel 2.7, R 4.5.0: ICC1 and ICC2 of aov(LEAD ~ factor(COMPID))
R_ICC_1, R_ICC_2 = 0.0879562185219268, 0.800754373013908
lead = agreed.set_index("scale").loc["leadership_climate"]
print(f"ICC(1) {lead['icc_1']:.6f}, in R {R_ICC_1:.6f}; ICC(2) {lead['icc_2']:.6f}, in R {R_ICC_2:.6f}")
np.testing.assert_allclose([lead["icc_1"], lead["icc_2"]], [R_ICC_1, R_ICC_2], rtol=1e-6)
items = half_b[ITEMS["hostility"]]
k = items.shape[1]
by_hand = k / (k - 1) * (1 - items.var().sum() / items.sum(axis=1).var())
print(f"Alpha of hostility by hand {by_hand:.6f}, here {reliable.set_index('scale').loc['hostility', 'alpha']:.6f}")
np.testing.assert_allclose(by_hand, reliable.set_index("scale").loc["hostility", "alpha"], rtol=1e-9)

# %% [markdown]
# ## 8. Sentences for the paper

# %%
print("\n8. FOR THE PAPER")
omegas = reliable.set_index("scale")["omega_of_the_model"]
plain = fits["three factors"].glance().iloc[0]
names = {name: name.replace("_", " ") for name in ITEMS}
group_use = [names[name] for name in ITEMS if omegas[name] >= 0.70]
person_use = [names[name] for name in ITEMS if omegas[name] >= 0.90]
as_expected, n_expected = int(between["as_expected"].sum()), len(between)
averaged = "may" if min(lead["icc_2"], lead["r_wg_median"]) >= 0.70 else "may not"
list_of_omegas = ", ".join(f"{names[name]} {omegas[name]:.2f}" for name in ITEMS)
persons = ", ".join(person_use) if person_use else "none"
paper = f"""
In a half of {len(half_b):,} soldiers that had not been used to choose it, the model of three factors in which items
of leadership with the same subject go together {fits_word}, χ²({fit["df"]:.0f}) = {fit["chi_square"]:.1f}, CFI =
{fit["cfi"]:.3f}, RMSEA = {fit["rmsea"]:.3f} [{fit["rmsea_low"]:.3f}, {fit["rmsea_high"]:.3f}], SRMR =
{fit["srmr"]:.3f} (MLR); without these it did not (CFI = {plain["cfi"]:.3f}, RMSEA = {plain["rmsea"]:.3f}). Omega was
{list_of_omegas}. Scores that serve the study of groups: {", ".join(group_use)}; single persons: {persons}. The
largest heterotrait-monotrait ratio was {distinct["htmt"].max():.2f}, and {as_expected} of {n_expected} correlations
were as expected. Leadership {averaged} be averaged to the company (ICC(1) = {lead["icc_1"]:.2f}, ICC(2) =
{lead["icc_2"]:.2f}, median r_wg(j) = {lead["r_wg_median"]:.2f}), and {aligned.share_non_invariant:.1%} of its
loadings and intercepts differed between {n_large} companies.
"""
print(textwrap.fill(" ".join(paper.split()), 112))

# %% [markdown]
# **What this does not say.** That items fit together does not say that they measure what they are named after: there
# is no measure of another kind here, no second time, and no other sample. Half B are soldiers of the same companies,
# so it shows that the model was not fitted to chance, and not that it holds elsewhere. Tests take persons as
# independent; with intraclass correlations of .05 to .11 standard errors are somewhat too small. Limits for fit are
# habits: a model that is acceptable by them leaves things unexplained, here most of all between single items of
# hostility. There are no norms.
#
# **How to cite.** The data as above; the software by the last line.
#
# **References.** Bliese & Halverson (2002), *The Leadership Quarterly, 13*, 53-68. Bliese, Halverson & Schriesheim
# (2002), *The Leadership Quarterly, 13*, 3-14. Henseler, Ringle & Sarstedt (2015), *Journal of the Academy of
# Marketing Science, 43*, 115-135. Hu & Bentler (1999), *Structural Equation Modeling, 6*, 1-55. Muthén & Asparouhov
# (2014), *Frontiers in Psychology, 5*, 978.

# %%
print(f"\nSoftware: {reporting.software_citation()}")
