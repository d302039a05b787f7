"""How many communities does a new consortium need, and what can only the programme answer?"""

# %% [markdown]
# Supplement to a plan, as a script: `python power_for_a_new_consortium.py` prints all numbers, ends with the
# sentences for the proposal, and writes the figures beside itself.
#
# **Question.** Half of the communities of a consortium will work with an element, half without. Persons are measured
# before and after. How many communities and persons are needed to see a difference that is worth the trouble, how
# precisely will it be known, and what should wait for several consortia together?
#
# **Data.** None yet: outcomes are simulated. How much communities differ (the intraclass correlation) is taken from
# three scales of 2,042 soldiers in 49 companies (data set `lq2002` of the R package *multilevel*, GPL; Bliese &
# Halverson, 2002, *The Leadership Quarterly, 13*, 53-68), as none is known yet for the instruments of this package.
#
# **Decisions fixed beforehand.**
#
# 1. The smallest worthwhile difference is 0.30 standard deviations of persons at the second wave. It is chosen, not
#    estimated: estimates of small pilots are too large where they are significant (section 4).
# 2. The score before is a covariate and correlates .60 with the score after, within and between communities.
# 3. The intraclass correlation is not known. Its prior is a beta distribution with the mean of the published values
#    and a standard deviation of .05; designs are judged by power averaged over it (assurance; O'Hagan et al., 2005).
# 4. 30% of persons miss the second wave, and a quarter of the communities stops before it.
# 5. Test at alpha = .05, two-sided, with degrees of freedom for communities (Satterthwaite), power of .80.

# %%
import bisect
import textwrap

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from scipy import stats

from lcresearch import instruments, multilevel, reporting, responses, shipped

SEED, N_SIMS = 11, 400
WORTHWHILE, CORRELATION, ALPHA, ASKED = 0.30, 0.60, 0.05, 0.80
PERSONS_STAY, COMMUNITIES_STAY = 0.70, 0.75


def show(title, table, digits=2):
    """A titled table."""
    print(f"\n{title}\n{reporting.text_table(table, digits)}", end="")


# %% [markdown]
# ## 1. Planning values

# %%
print("1. PLANNING VALUES")
study = shipped.folder("analyses") / "unit-climate"
scales = instruments.load(study / "unit-climate.yaml")
answers = responses.read(
    study / "data" / "lq2002_items.csv", scales, levels={"company": "COMPID"}, respondent="SUB"
).frame
scores = scales.score(answers).assign(company=answers["company"])
published = pd.DataFrame(
    [
        {"scale": scale, "icc": multilevel.null_model(scale, ["company"], scores).icc()["icc"].iloc[0]}
        for scale in ("leadership_climate", "task_significance", "hostility")
    ]
)
show("Intraclass correlations of three published scales", published, 3)
mean, sd = published["icc"].mean(), 0.05
precision = mean * (1 - mean) / sd**2 - 1
prior = stats.beta(mean * precision, (1 - mean) * precision)
draws = prior.rvs(4000, random_state=np.random.default_rng(SEED))
low, high = prior.ppf([0.05, 0.95])
print(f"\nPrior: mean {mean:.3f}, 90% between {low:.3f} and {high:.3f}")

# %% [markdown]
# ## 2. Power by design, if the intraclass correlation is what it was elsewhere
#
# For person *i* in community *j*, with the score before (*pre*) standardised and *element* 0 or 1 by community:
#
#     post_ij = γ00 + γ10 pre_ij + γ01 element_j + u_j + e_ij
#     var(u) = icc (1 - .60²),  var(e) = (1 - icc) (1 - .60²)
#
# With J communities (half with the element) of m persons the difference has the variance 4 / J (var(u) + var(e) / m)
# and its test J - 2 degrees of freedom (Raudenbush, 1997). The table has this closed form beside simulations, in
# which the variances are estimated as in the study itself.


# %%
def variance(n_communities, n_persons, icc):
    """Of the estimated difference, by the closed form."""
    left = 1 - CORRELATION**2
    return 4 / n_communities * (icc * left + (1 - icc) * left / n_persons)


def power_of(error, df, effect=WORTHWHILE):
    """Power of a two-sided t test, from the noncentral t distribution."""
    critical = stats.t.ppf(1 - ALPHA / 2, df)
    return stats.nct.sf(critical, df, effect / error) + stats.nct.cdf(-critical, df, effect / error)


print("\n2. POWER BY DESIGN")
left = 1 - CORRELATION**2
simulated = multilevel.power(
    "post ~ pre + element + (1 | community)",
    {
        "groups": {"community": [8, 16, 32]},
        "n": [8, 20],
        "predictors": {"pre": "row", "element": {"level": "community", "values": [0, 1]}},
    },
    fixed_effects={"pre": CORRELATION, "element": WORTHWHILE},
    variance_components={"community": mean * left, "residual": (1 - mean) * left},
    term="element",
    n_sims=N_SIMS,
    seed=SEED,
).table
J, m = simulated["community"], simulated["n_per_group"]
simulated["closed_form"] = power_of(np.sqrt(variance(J, m, mean)), J - 2)
columns = ["community", "n_per_group", "n", "power", "conf_low", "conf_high", "closed_form", "singular"]
show("Power for the worthwhile difference (interval: Monte Carlo)", simulated[columns])

# %% [markdown]
# Where many fits are singular (no variance between communities is found) the estimated test is on the safe side of
# the closed form.
#
# ## 3. What is not known: the intraclass correlation, and who stays

# %%
print("\n3. WHAT IS NOT KNOWN")


def assurance(n_communities, n_persons):
    """Power averaged over the prior of the intraclass correlation, and the half-width of the 95% interval."""
    errors = np.sqrt(variance(n_communities, n_persons, draws))
    df = n_communities - 2
    return power_of(errors, df).mean(), (stats.t.ppf(0.975, df) * errors).mean()


rows = []
for started in (8, 12, 16, 24, 32, 48):
    for asked in (8, 15, 25):
        staying, answering = COMMUNITIES_STAY * started, PERSONS_STAY * asked
        power, half = assurance(started, asked)
        after, half_after = assurance(staying, answering)
        rows.append((started, asked, power, half, staying, answering, after, half_after))
names = ["started", "asked", "assurance", "half_width", "staying", "answering", "after_loss", "half_width_after"]
designs = pd.DataFrame(rows, columns=names)
show("Assurance and expected half-width of the 95% interval, without and with loss", designs)


def least(n_persons):
    """The fewest communities to start with (an even number) for the assurance that is asked, after loss."""
    sizes = range(8, 402, 2)  # of which the assurance rises, so halving finds where it is enough
    place = bisect.bisect_left(
        sizes, ASKED, key=lambda started: assurance(COMMUNITIES_STAY * started, PERSONS_STAY * n_persons)[0]
    )
    return sizes[place] if place < len(sizes) else None


needed = pd.DataFrame({"asked": [8, 15, 25, 100]})
needed["communities_to_start"] = [least(each) for each in needed["asked"]]
show("Communities to start with, by persons asked in each", needed)

figure = Figure(figsize=(6.4, 3.8), layout="constrained")
axes = figure.add_subplot()
communities = np.arange(6, 61)
for asked, colour in ((8, "#b3541e"), (25, "#1f6f6b")):
    curves = [power_of(np.sqrt(variance(communities, asked, icc)), communities - 2) for icc in (low, mean, high)]
    axes.fill_between(communities, curves[0], curves[2], color=colour, alpha=0.2, linewidth=0)
    axes.plot(communities, curves[1], color=colour, label=f"{asked} persons in each")
shown = simulated[simulated["n_per_group"] == 8]
errors = [shown["power"] - shown["conf_low"], shown["conf_high"] - shown["power"]]
axes.errorbar(shown["community"], shown["power"], errors, fmt="o", color="#b3541e", markersize=4, label="simulated")
axes.axhline(ASKED, color="grey", linestyle="--", linewidth=1)
axes.set(xlabel="Communities at the second wave", ylabel="Power", ylim=(0, 1))
axes.legend(frameon=False, loc="lower right")
# Figure 1. Power for 0.30 standard deviations by number of communities; the bands are for intraclass correlations from
# the 5th to the 95th percentile of the prior.
figure.savefig("power_for_a_new_consortium-curves.svg")

# %% [markdown]
# ## 4. What a small consortium may not claim
#
# A design with little power that does find a significant difference has overestimated it (type M error; Gelman &
# Carlin, 2014).

# %%
print("\n4. SIGNIFICANT BY LUCK")
rng = np.random.default_rng(SEED)
lucky = []
for started in (8, 16, 32):
    error, df = np.sqrt(variance(started, 15, mean)), started - 2
    estimates = WORTHWHILE + error * rng.normal(size=100_000)
    errors = error * np.sqrt(rng.chisquare(df, size=100_000) / df)
    found = np.abs(estimates / errors) > stats.t.ppf(0.975, df)
    lucky.append((started, found.mean(), np.abs(estimates[found]).mean() / WORTHWHILE, (estimates[found] < 0).mean()))
exaggeration = pd.DataFrame(lucky, columns=["community", "power", "times_too_large", "wrong_sign"])
show("Significant differences, if 0.30 is true (15 persons in each community)", exaggeration, 3)

# %% [markdown]
# ## 5. What the programme can answer
#
# Each consortium studies the element in 8 communities of 15 persons, after loss 6 of about 10. The effect differs
# between consortia with standard deviation τ. Of K consortia the mean has the variance (τ² + v) / K with v that of
# one consortium, and K - 1 degrees of freedom (Knapp & Hartung, 2003).

# %%
print("\n5. THE PROGRAMME")
ONE = 6, 10.5
rows = []
for tau in (0.0, 0.10, 0.20):
    for consortia in (1, 4, 8, 12, 20):
        own = variance(*ONE, mean)
        if consortia == 1:
            rows.append((tau, 1, power_of(np.sqrt(own), ONE[0] - 2), stats.t.ppf(0.975, ONE[0] - 2) * own**0.5, np.nan))
            continue
        error, t = np.sqrt((tau**2 + own) / consortia), stats.t.ppf(0.975, consortia - 1)
        rows.append((tau, consortia, power_of(error, consortia - 1), t * error, t * np.sqrt(tau**2 + error**2)))
programme = pd.DataFrame(rows, columns=["tau", "consortia", "power", "half_width", "half_width_new_consortium"])
show("Mean effect over consortia, and the interval for a new one", programme)
between = np.sqrt(2 * (0.10**2 + variance(*ONE, mean)) / 4)
detectable = between * (stats.t.ppf(0.975, 6) + stats.t.ppf(0.80, 6))
print(f"\nSmallest difference between two sectors of 4 consortia each that is found with power .80: {detectable:.2f}")

together = multilevel.power(
    "post ~ pre + element + (0 + element | consortium) + (1 | consortium:community)",
    {
        "groups": {"consortium": 8, "community": 6},
        "n": 10,
        "predictors": {"pre": "row", "element": {"level": "community", "values": [0, 1]}},
    },
    fixed_effects={"pre": CORRELATION, "element": WORTHWHILE},
    variance_components={
        "consortium": 0.10**2,
        "consortium:community": mean * left,
        "residual": (1 - mean) * left,
    },
    term="element",
    n_sims=150,
    seed=SEED,
).table
formula = power_of(np.sqrt((0.10**2 + variance(6, 10, mean)) / 8), 7)
row = together.iloc[0]
print(f"8 consortia in one model, simulated: {row['power']:.2f} [{row['conf_low']:.2f}, {row['conf_high']:.2f}],")
print(f"by the closed form for two stages {formula:.2f}")

# %% [markdown]
# ## 6. Checked against something else
#
# The closed form is not of this package: simulated powers must lie about it. Optimal Design and PowerUp! use the same
# formula.

# %%
print("\n6. CHECKS")
steady = simulated[simulated["singular"] < 0.10]
apart = (steady["power"] - steady["closed_form"]).abs()
wide = 2.58 * np.sqrt(steady["closed_form"] * (1 - steady["closed_form"]) / N_SIMS)
print(f"Simulated and closed form, where under 10% of fits are singular: at most {apart.max():.3f} apart,")
print(f"Monte Carlo error (99%) up to {wide.max():.3f}; {(apart < wide).sum()} of {len(steady)} designs within it.")
assert (apart < wide).all()

# %% [markdown]
# ## 7. Sentences for the proposal

# %%
print("\n7. FOR THE PROPOSAL")
eight = designs.query("started == 8 and asked == 15").iloc[0]
wanted = needed.set_index("asked")["communities_to_start"]
luck = exaggeration.set_index("community").loc[8]
tenth = programme[programme["tau"] == 0.10].set_index("consortia")
enough = tenth.index[tenth["power"] >= ASKED].min()
proposal = f"""
With 15 persons asked in each community, of whom {PERSONS_STAY:.0%} answer twice, and {1 - COMMUNITIES_STAY:.0%} of
the communities stopping, {wanted[15]:.0f} communities must start for an assurance of {ASKED:.2f} to find a difference
of {WORTHWHILE:.2f} standard deviations (two-sided test, alpha = {ALPHA}; score before as covariate, r =
{CORRELATION:.2f}; intraclass correlation {mean:.2f}, 90% between {low:.2f} and {high:.2f}). With 8 communities the
assurance is {eight["after_loss"]:.2f} and the 95% interval is expected to be {2 * eight["half_width_after"]:.1f}
standard deviations wide; a significant result would overestimate the difference {luck["times_too_large"]:.1f} times
on average, even without loss. A consortium of 8 communities therefore reports its estimate with its interval and
leaves the test to the programme: with {enough} consortia, and effects that differ between them by a standard
deviation of 0.10, the mean is known to plus or minus {tenth.loc[enough, "half_width"]:.2f} (power
{tenth.loc[enough, "power"]:.2f}), and what a new consortium may expect to plus or minus
{tenth.loc[enough, "half_width_new_consortium"]:.2f}. Whether the element works otherwise in one sector than in
another can be seen with 4 consortia a sector only if the difference is {detectable:.2f} or more.
"""
print(textwrap.fill(" ".join(proposal.split()), 112))

# %% [markdown]
# **What this does not say.** Soldiers in companies are no persons in learning communities: the first two consortia
# should give intraclass correlations of the own instruments, and the numbers above be made again with these. Loss is
# taken to be by chance; who leaves because nothing changes makes the difference look otherwise, whatever the numbers.
# Persons in firms in communities are one level here: with few firms in each that makes the need larger. More persons
# in each community do not replace communities: with 100 persons the number falls no further than the table says. A
# difference of 0.30 is a choice of the people who must do something with it.
#
# **How to cite.** The data as above; the software by the last line.
#
# **References.** Gelman & Carlin (2014), *Perspectives on Psychological Science, 9*, 641-651. Knapp & Hartung (2003),
# *Statistics in Medicine, 22*, 2693-2710. O'Hagan, Stevens & Campbell (2005), *Pharmaceutical Statistics, 4*,
# 187-201. Raudenbush (1997), *Psychological Methods, 2*, 173-185.

# %%
print(f"\nSoftware: {reporting.software_citation()}")
