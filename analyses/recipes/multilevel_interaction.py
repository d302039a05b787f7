"""Does the climate of a group change what work does to a person? A cross-level interaction."""

# %% [markdown]
# Supplement to a paper, as a script: `python multilevel_interaction.py` prints all numbers, ends with the sentences
# for the paper, and writes the figure beside itself. For learning communities read "community" for company, "learning
# culture" for leadership climate, and any element that works better in some communities than in others for the slope.
#
# **Question.** Soldiers who find their task significant are less hostile. Does this association depend on the
# leadership climate of their company? Gavin and Hofmann (2002) asked it of these data.
#
# **Data.** 2,042 soldiers in 49 companies of the United States Army: data set `lq2002` of the R package *multilevel*
# (Bliese, GPL), cited by Bliese and Halverson (2002) and Bliese, Halverson and Schriesheim (2002), all in *The
# Leadership Quarterly, 13*. One wave; all scales from the same questionnaire. They come with this package.
#
# **Decisions fixed beforehand.** (Of a real study these stand in a registered plan. These data were published long
# ago, so nothing below is confirmatory.)
#
# 1. The outcome is hostility, the mean of five items (0 to 4); it is not transformed in the main model.
# 2. Task significance enters about the mean of the company, with that mean beside it (Enders & Tofighi, 2007), as an
#    uncentred predictor would mix the cross-level interaction with one between companies (Hofmann & Gavin, 1998).
# 3. Leadership climate is the company mean, used only if agreement warrants it: median r_wg(j) of .70 or more, and
#    ICC(2) of .70 or more.
# 4. The slope of task significance varies over companies whatever its test says: without that a cross-level
#    interaction is found too often (Heisig & Schaeffer, 2019).
# 5. One test decides: the interaction in model 4, REML, degrees of freedom of Kenward and Roger (1997), alpha = .05
#    two-sided. All else describes or challenges it.
# 6. Challenges, named now: (a) CR2 errors, (b) no correlation of random effects, (c) each company left out, (d) a
#    person's own view of leadership held constant, with its own interaction, (e) climate rated by other persons than
#    those whose hostility is explained, (f) hostility as log(1 + x), since many have none.

# %%
import textwrap

import numpy as np
import pandas as pd

from lcresearch import instruments, measurement, multilevel, reporting, responses, shipped

SEED = 2002
ALPHA = 0.05

study = shipped.folder("analyses") / "unit-climate"
scales = instruments.load(study / "unit-climate.yaml")
answers = responses.read(
    study / "data" / "lq2002_items.csv", scales, levels={"company": "COMPID"}, respondent="SUB"
).frame
scores = scales.score(answers).assign(company=answers["company"])


def show(title, table, digits=3):
    """A titled table; p values are never printed as zero."""
    print(f"\n{title}\n{reporting.text_table(table, digits)}", end="")


# %% [markdown]
# ## 1. May leadership be averaged to the company?

# %%
print("1. AGGREGATION")
lead = [item.id for item in scales.items_of("leadership_climate")]
agreed = measurement.agreement(answers, lead, "company", response_range=(1, 5)).glance()
show("Leadership climate", agreed[["n", "n_groups", "icc_1", "icc_2", "r_wg_median"]])
agreement = agreed.iloc[0]
assert min(agreement["r_wg_median"], agreement["icc_2"]) >= 0.70, "decision 3: no company means"

icc = multilevel.null_model("hostility", ["company"], scores).icc()["icc"].iloc[0]
print(f"\nIntraclass correlation of hostility: {icc:.3f}")

# %% [markdown]
# ## 2. The models
#
# For soldier *i* in company *j*, with *task* about the mean of the company, *taskmean* that mean and *climate* the
# company's leadership climate, both about the mean of all soldiers:
#
#     hostility_ij = γ00 + γ10 task_ij + γ01 climate_j + γ02 taskmean_j + γ11 task_ij climate_j
#                    + u0_j + u1_j task_ij + e_ij
#
# with (u0_j, u1_j) bivariate normal over companies and e_ij normal. The interaction is γ11.

# %%
print("\n2. MODELS")
NAMES = {
    "task_significance_within": "task",
    "task_significance_between": "task_mean",
    "leadership_climate_within": "own_view",
    "leadership_climate_between": "climate",
}
people = multilevel.center(scores, ["task_significance", "leadership_climate"], by="company").rename(columns=NAMES)
steps = {
    "1 task": "hostility ~ task + task_mean + (1 | company)",
    "2 slopes differ": "hostility ~ task + task_mean + (1 + task | company)",
    "3 climate": "hostility ~ task + climate + task_mean + (1 + task | company)",
    "4 interaction": "hostility ~ task * climate + task_mean + (1 + task | company)",
}
fits = [multilevel.fit_lmm(formula, people) for formula in steps.values()]
compared = multilevel.compare(*fits).tidy().assign(model=list(steps))
show("Compared by maximum likelihood", compared[["model", "n_parameters", "aic", "bic", "statistic", "df", "p_value"]])

without, fit = fits[2], fits[3]
fixed = fit.tidy(ddf="kenward-roger")
show("Table 1. Model 4, REML, Kenward-Roger", fixed)
show("Random effects of model 4", fit.variance_components.drop(columns="covariance"))
for caution in fit.cautions():
    print(textwrap.fill(f"Note: {caution}", 112))

# %% [markdown]
# ## 3. What the interaction means: simple slopes and region of significance

# %%
print("\n3. THE INTERACTION")
climates = people.groupby("company")["climate"].first()
sd_climate = climates.std()
slopes = multilevel.simple_slopes(fit, "task", "climate", [-sd_climate, 0, sd_climate], ddf="kenward-roger")
show("Slope of task significance at the mean climate, and one SD of companies below and above it", slopes)
region = multilevel.region_of_significance(fit, "task", "climate", ddf="kenward-roger", alpha=ALPHA)
show("Region of significance over the climates that were seen (Johnson & Neyman, 1936)", region)
in_region = sum(climates.between(row.low, row.high).sum() for row in region.itertuples() if row.significant)
print(f"\nCompanies whose climate lies in the region: {in_region} of {len(climates)}")

figure = reporting.slopes_figure(fit, "task", "climate", ddf="kenward-roger")
axes = figure.axes[0]
axes.plot(climates, np.full(len(climates), axes.get_ylim()[0]), "|", color="black", markersize=9, clip_on=False)
axes.set_xlabel("Leadership climate of the company, about the mean of all (each tick a company)")
axes.set_ylabel("Slope of hostility on task significance")
# Figure 1. Slope of hostility on task significance by the leadership climate of the company, with its 95% band; green
# where it differs from zero.
figure.savefig("multilevel_interaction-slopes.svg")

# %% [markdown]
# ## 4. Effect sizes
#
# In standard deviations within companies, as the slope is one within companies; climate in standard deviations over
# companies. The share of slope variance that climate accounts for compares models 3 and 4 (Aguinis et al., 2013); it
# is imprecise with 49 companies. R squared is that of Nakagawa, Johnson and Schielzeth (2017).

# %%
print("\n4. EFFECT SIZES")
term = fixed.set_index("term").loc["task:climate"]
sd_task = people["task"].std()
sd_hostility = multilevel.center(scores, "hostility", by="company")["hostility_within"].std()
unit = sd_task / sd_hostility
standard = slopes[["climate", "estimate", "conf_low", "conf_high"]].assign(
    **{name: slopes[name] * unit for name in ("estimate", "conf_low", "conf_high")}
)
show("Simple slopes, standardised within companies", standard)
per_sd = term["estimate"] * sd_climate * unit


def slope_variance(model):
    """Of the random slope of task significance."""
    table = model.variance_components.query("term_1 == 'task' and term_2 == 'task'")
    return float(table["covariance"].iloc[0])


explained = 1 - slope_variance(fit) / slope_variance(without)
print(f"\nChange of the standardised slope by one SD of climate: {per_sd:.3f}")
print(f"Slope variance accounted for by climate: {explained:.1%}")
print(f"R squared: marginal {fit.r_squared()['marginal']:.3f}, conditional {fit.r_squared()['conditional']:.3f}")

# %% [markdown]
# ## 5. Challenges
#
# (e) splits each company at random in two halves: the first half rates the climate, the slopes are those of the
# second. Mood that colours all answers of a person can then not make the interaction. It is done 50 times and the
# median is given; halves are less reliable than wholes, so a smaller estimate is expected.

# %%
print("\n5. CHALLENGES")


def interaction(challenge, model, table=None):
    """A row of the challenges: the interaction in another model, or by other errors."""
    table = model.tidy(ddf="kenward-roger") if table is None else table
    row = table.set_index("term").loc["task:climate"]
    return {"challenge": challenge, "n": model.n, **row[["estimate", "std_error", "df", "p_value"]]}


def other_half(rng):
    """Model 4 on a random half of each company, with the climate as the other half rates it."""
    order = people.assign(draw=rng.random(len(people)))
    rater = (
        order.groupby("company")["draw"].rank(method="first") <= order.groupby("company")["draw"].transform("size") / 2
    )
    rated = people[rater].groupby("company")["leadership_climate"].mean()
    rest = scores[~rater].assign(climate=scores["company"].map(rated))
    rest["climate"] -= rest["climate"].mean()
    return multilevel.fit_lmm(
        steps["4 interaction"], multilevel.center(rest, "task_significance", by="company").rename(columns=NAMES)
    )


uncorrelated = multilevel.fit_lmm("hostility ~ task * climate + task_mean + (1 + task || company)", people)
own_view = multilevel.fit_lmm(
    "hostility ~ task * climate + task * own_view + task_mean + task_mean:climate + (1 + task | company)", people
)
logged = multilevel.fit_lmm(
    "logged ~ task * climate + task_mean + (1 + task | company)", people.assign(logged=np.log1p(people["hostility"]))
)
left_out = fit.influence("company")
rng = np.random.default_rng(SEED)
halves = pd.DataFrame(interaction("(e) climate of others, median of 50", other_half(rng)) for _ in range(50))
middle = halves.iloc[[(halves["estimate"] - halves["estimate"].median()).abs().argmin()]]
challenges = pd.DataFrame(
    [
        interaction("main model", fit),
        interaction("(a) CR2 errors", fit, fit.robust("CR2")),
        interaction("(b) no correlation of random effects", uncorrelated),
        interaction("(d) own view, and company means interact", own_view),
        *middle.to_dict("records"),
        interaction("(f) log(1 + hostility); other unit", logged),
    ]
)
show("The interaction under other choices", challenges)
lowest, highest = left_out["task:climate"].agg(["min", "max"])
print(f"\n(c) Without any one company the interaction lies between {lowest:.3f} and {highest:.3f}.")
print(
    f"Largest Cook's distance: {left_out['cooks_distance'].max():.2f} (company {left_out['cooks_distance'].idxmax()})"
)
positive, found = (halves["estimate"] > 0).mean(), (halves["p_value"] < ALPHA).mean()
print(f"(e) Of the 50 splits {positive:.0%} are positive, {found:.0%} with p < .05, on half of the soldiers.")

# %% [markdown]
# ## 6. Checked against something else
#
# The intraclass correlation is that of `multilevel::mult.icc` in R. The estimates are found once more by statsmodels.
# The edges of the region have a closed form when the critical value z is fixed (Bauer & Curran, 2005): the roots w of
#
#     (b1 + b3 w)² = z² (v11 + 2 w v13 + w² v33)

# %%
print("\n6. CHECKS")
R_MULT_ICC = 0.0552839947726819  # multilevel 2.7 on R 4.5.0: mult.icc(lq2002[, "HOSTILE", drop = FALSE], lq2002$COMPID)
print(f"Intraclass correlation of hostility: {icc:.6f}, in R {R_MULT_ICC:.6f}")
assert abs(icc - R_MULT_ICC) < 1e-6

again = multilevel.fit_lmm(steps["4 interaction"], people, engine="statsmodels")
apart = (again.fixed_effects - fit.fixed_effects).abs().div(fixed.set_index("term")["std_error"]).max()
print(f"Largest difference from statsmodels, in standard errors: {apart:.4f}")
assert apart < 0.01

b, v = fit.fixed_effects, fit.covariance(ddf="none")
z2 = 1.959963984540054**2
roots = np.roots(
    [
        b["task:climate"] ** 2 - z2 * v.loc["task:climate", "task:climate"],
        2 * (b["task"] * b["task:climate"] - z2 * v.loc["task", "task:climate"]),
        b["task"] ** 2 - z2 * v.loc["task", "task"],
    ]
)
edges = multilevel.region_of_significance(fit, "task", "climate", -10, 10, ddf="none")["low"].iloc[1:]
print(f"Edges of the region with z: {edges.round(4).tolist()}, in closed form {np.sort(roots).round(4).tolist()}")
np.testing.assert_allclose(edges, np.sort(roots), rtol=1e-6)

# %% [markdown]
# ## 7. Sentences for the paper

# %%
print("\n7. FOR THE PAPER")
low, mid, high = (reporting.apa_estimate(slopes.iloc[[k]]) for k in range(3))
split, log_p = middle.iloc[0], challenges["p_value"].iloc[-1]
edge = region.loc[region["significant"], "high"].iloc[0]
verdict = "depended" if term["p_value"] < ALPHA else "was not shown to depend"
direction = "weaker" if term["estimate"] * fixed.set_index("term").loc["task", "estimate"] < 0 else "stronger"
paper = f"""
The association of task significance with hostility {verdict} on the leadership climate of the company
({reporting.apa_estimate(term)}; {fit.n:,} soldiers in {fit.n_groups["company"]} companies; linear mixed model,
REML, degrees of freedom of Kenward and Roger). It was {direction} where the climate was better: one standard
deviation below the mean {low}; at the mean {mid}; one standard deviation above it {high}. The association differed
from zero up to a climate of {edge:.2f} above the mean, which holds for {in_region} of the {len(climates)}
companies. One standard deviation of climate changed the standardised slope by {per_sd:.2f}, and climate accounted
for {explained:.0%} of the variance of the slopes. With the climate as half of the soldiers rated it and the
hostility of the other half, the interaction was {split["estimate"]:.2f} ({reporting.apa_p_value(split["p_value"])};
median of 50 splits); with the logarithm of hostility its test gave {reporting.apa_p_value(log_p)}.
"""
print(textwrap.fill(" ".join(paper.split()), 112))

# %% [markdown]
# **What this does not say.** The data are of one moment: that a better climate *protects* is a reading, not a
# finding, and hostile soldiers may rate their leaders lower. Outside the climates that were seen the line says
# nothing. A slope that no longer differs from zero in the best climates is no slope of zero: there are few such
# companies. Hostility has a floor at zero, and a weaker association where there is less hostility can come from that
# floor: compare (f).
#
# **How to cite.** The data as above; the software by the last line.
#
# **References.** Aguinis, Gottfredson & Culpepper (2013), *Journal of Management, 39*, 1490-1528. Bauer & Curran
# (2005), *Multivariate Behavioral Research, 40*, 373-400. Bliese & Halverson (2002), *The Leadership Quarterly, 13*,
# 53-68. Bliese, Halverson & Schriesheim (2002), *The Leadership Quarterly, 13*, 3-14. Enders & Tofighi (2007),
# *Psychological Methods, 12*, 121-138. Gavin & Hofmann (2002), *The Leadership Quarterly, 13*, 15-33. Heisig &
# Schaeffer (2019), *European Sociological Review, 35*, 258-279. Hofmann & Gavin (1998), *Journal of Management, 24*,
# 623-641. Kenward & Roger (1997), *Biometrics, 53*, 983-997. Nakagawa, Johnson & Schielzeth (2017), *Journal of the
# Royal Society Interface, 14*, 20170213.

# %%
print(f"\nSoftware: {reporting.software_citation('numpy', 'scipy', 'pandas', 'statsmodels')}")
