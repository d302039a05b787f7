"""Do people grow faster where a working element is present? Three waves in communities with firms."""

# %% [markdown]
# Supplement to a paper, as a script: `python three_wave_growth.py` prints all numbers, ends with the sentences for
# the paper, and writes the figures beside itself. **All people here are invented**: the first cell makes them, so
# that each answer below can be held against what is true.
#
# **Question.** Psychological safety was measured in 16 learning communities at the start, after six and after twelve
# months. Eight communities worked with a learning coach. Does safety grow faster there, per half year?
#
# **Data.** 384 persons in 48 firms in 16 communities, three waves, six items (1 to 5). Persons are recognised by a
# code that they make up themselves, and one code in twenty is written with an error. Persons with low scores stay
# away more often, and the sixth item is read otherwise after a year (it then gets 0.4 more, whatever the safety).
#
# **Decisions fixed beforehand.**
#
# 1. Waves are linked by code within the community; what is ambiguous stays unlinked, and counts as another person.
# 2. Means over time are compared only with equal loadings and intercepts over waves (Chen, 2007: CFI falls by at most
#    .010). Items for which these are not equal leave the score; the score of all items stands beside it.
# 3. One test decides: coach x time in a linear growth model with random intercepts and slopes of communities, firms
#    and persons, whatever their tests say (Barr et al., 2013), REML, degrees of freedom of Kenward and Roger, alpha =
#    .05. A worthwhile difference is 0.10 points per half year.
# 4. All persons with at least one wave count: valid if who is missing depends on known scores only (missing at
#    random). Complete cases, and imputed scores that are moved away, show how much leans on that.
# 5. Reliable change of single persons by Jacobson and Truax (1991), for description. No analysis of "who started
#    low".

# %%
import textwrap

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from scipy import stats

from lcresearch import change, measurement, multilevel, reporting, responses

SEED = 2026
rng = np.random.default_rng(SEED)
WAVES = ["t0", "t1", "t2"]
ITEMS = [f"s{k}" for k in range(1, 7)]


def show(title, table, digits=3):
    """A titled table; p values are never printed as zero."""
    print(f"\n{title}\n{reporting.text_table(table, digits)}", end="")


# %% [markdown]
# ## 1. The invented people
#
#     safety_pt = community + firm + person + (0.05 + 0.20 coach + slopes of community, firm, person) t + occasion
#     item_k    = 3.2 + loading_k safety_pt + residual, rounded to 1 ... 5
#
# Loadings are .75 on average, so in points of the score growth is 0.0375 per half year without and 0.1875 with a
# coach: the true difference is 0.15.

# %%
print("1. INVENTED PEOPLE")
N_COMMUNITIES, N_FIRMS, N_PERSONS = 16, 3, 8
TRUE_DIFFERENCE = 0.75 * 0.20
community = np.repeat(np.arange(N_COMMUNITIES), N_FIRMS * N_PERSONS)
firm = np.repeat(np.arange(N_COMMUNITIES * N_FIRMS), N_PERSONS)
n = len(firm)
coach = np.arange(N_COMMUNITIES) % 2
level = rng.normal(0, 0.25, N_COMMUNITIES)[community] + rng.normal(0, 0.25, 48)[firm] + rng.normal(0, 0.6, n)
slope = 0.05 + 0.20 * coach[community] + rng.normal(0, 0.06, N_COMMUNITIES)[community]
slope += rng.normal(0, 0.04, 48)[firm] + rng.normal(0, 0.10, n)
mothers = np.array(
    [
        "ma",
        "an",
        "jo",
        "el",
        "he",
        "ca",
        "wi",
        "co",
        "li",
        "sa",
        "fa",
        "in",
        "mo",
        "ge",
        "ti",
        "mi",
        "be",
        "do",
        "ri",
        "th",
    ]
)
places = np.array(["am", "ut", "ro", "de", "zw", "ar", "ei", "ti", "gr", "le", "ha", "al", "br", "hi", "ap"])
common = 1 / np.arange(1, 21)
codes = [
    f"{mother}{place}{day:02d}"
    for mother, place, day in zip(
        rng.choice(mothers, n, p=common / common.sum()), rng.choice(places, n), rng.integers(1, 32, n), strict=True
    )
]


def misspelt(code):
    """The code with one wrong letter or digit."""
    place = rng.integers(6)
    return code[:place] + rng.choice(list("abcdefghij" if place < 4 else "0123456789")) + code[place + 1 :]


rows, stays, last = [], np.full(n, True), np.zeros(n)
for t, wave in enumerate(WAVES):
    if t:
        stays = rng.random(n) < 1 / (1 + np.exp(-1.4 - 1.3 * (last - 3.2)))
    safety = level + slope * t + rng.normal(0, 0.25, n)
    answers = 3.2 + np.outer(safety, [0.85, 0.8, 0.75, 0.7, 0.7, 0.7]) + rng.normal(0, 0.65, (n, 6))
    answers[:, 5] += 0.4 * (wave == "t2")
    answers = np.clip(np.round(answers), 1, 5)
    last = np.where(stays, answers.mean(axis=1), last)
    written = [misspelt(code) if rng.random() < 0.05 else code for code in codes]
    rows.append(
        pd.DataFrame(answers, columns=ITEMS).assign(
            code=written, truth=np.arange(n), wave=wave, time=t, community=community, firm=firm
        )[stays]
    )
answers = pd.concat(rows, ignore_index=True)
answers["community"] = "C" + (answers["community"] + 1).astype(str).str.zfill(2)
answers["firm"] = "F" + (answers["firm"] + 1).astype(str).str.zfill(2)
answers["coach"] = answers["community"].str[1:].astype(int).sub(1) % 2
show("Answers by wave", answers.groupby("wave").agg(n=("time", "size"), mean=("s1", "mean")).reset_index())

# %% [markdown]
# ## 2. Who is who

# %%
print("\n2. LINKING")
linked = responses.link_waves(answers, "code", within="community")
answers["person"] = linked.frame["respondent"].to_numpy()
print(linked)


def pairs(column):
    """Pairs of rows of different waves that are taken for one person."""
    rows = answers.reset_index()[["index", "wave", column]].dropna()
    both = rows.merge(rows, on=column)
    both = both[both["wave_x"] < both["wave_y"]]
    return set(zip(both["index_x"], both["index_y"], strict=True))


found, true = pairs("person"), pairs("truth")
print(
    f"Of {len(true)} true pairs of waves {len(found & true) / len(true):.1%} are linked; {len(found - true)} are wrong."
)

# %% [markdown]
# ## 3. Is it the same scale at each wave?

# %%
print("\n3. THE SAME SCALE")
wide = answers.pivot(index="person", columns="wave", values=ITEMS)
wide.columns = [f"{item}_{wave}" for item, wave in wide.columns]
model = "safety =~ " + " + ".join(ITEMS)
ladder = measurement.invariance(
    model, wide, waves={wave: f"_{wave}" for wave in WAVES}, estimator="MLR", missing="fiml"
)
columns = ["step", "n_freed", "chi_square", "df", "cfi", "rmsea", "cfi_difference", "verdict"]
show("Steps of invariance over waves (MLR, FIML)", ladder.tidy()[columns])
print(textwrap.fill(ladder.verdict.message("en"), 112))
differs = sorted({term.split("~")[0].split("=")[-1].strip(" ~") for term in ladder.freed["term"]})
show("Parameters that differ", ladder.freed[["step", "term", "unit", "mi", "p_value", "change"]])
kept = [item for item in ITEMS if item not in differs]
assert ladder.warranted == "means", "decision 2: means over time are not compared"
answers["safety"] = answers[kept].mean(axis=1)
answers["all_items"] = answers[ITEMS].mean(axis=1)
omega = measurement.reliability(answers[answers["wave"] == "t0"], kept).tidy().set_index("term").loc["omega_total"]
print(f"\nThe score is the mean of {', '.join(kept)}; omega at the start {omega['estimate']:.2f}.")

# %% [markdown]
# ## 4. Growth
#
# For person *p* of firm *f* in community *c* at time *t* (half years since the start):
#
#     safety = γ00 + γ01 coach_c + γ10 t + γ11 coach_c t
#              + (u0_c + u1_c t) + (v0_f + v1_f t) + (w0_p + w1_p t) + e
#
# with each pair of intercept and slope bivariate normal. γ11 is the difference in growth.

# %%
print("\n4. GROWTH")
grown = multilevel.growth(
    answers, "safety", "time", "person", ["community", "firm"], predictors="coach", unit="half year"
)
columns = ["model", "n_parameters", "aic", "statistic", "df", "p_value"]
show("The sequence of models (maximum likelihood)", grown.comparisons[columns])
fit = grown.fit
fixed = fit.tidy(ddf="kenward-roger")
show("Table 1. The kept model, REML, Kenward-Roger", fixed)
show("Its variance components", fit.variance_components.drop(columns="covariance"))
print(textwrap.fill(" ".join(grown.cautions()), 112))
show("Growth per half year", multilevel.simple_slopes(fit, "time", "coach", ddf="kenward-roger"))
show("In standard deviations at the start", grown.effect_sizes[["growth", "estimate", "conf_low", "conf_high"]])
term = fixed.set_index("term").filter(like=":", axis=0).iloc[0]
sd_start = answers.loc[answers["wave"] == "t0", "safety"].std()

figure = Figure(figsize=(6.4, 3.8), layout="constrained")
axes = figure.add_subplot()
for arm, colour, words in ((0, "#b3541e", "without a coach"), (1, "#1f6f6b", "with a coach")):
    points = pd.DataFrame({"time": [0, 1, 2], "coach": arm})
    line = fit.predict(points, random=False, interval="confidence", ddf="kenward-roger")
    axes.fill_between(points["time"], line["conf_low"], line["conf_high"], color=colour, alpha=0.2, linewidth=0)
    axes.plot(points["time"], line["estimate"], color=colour, label=words)
    means = answers[answers["coach"] == arm].groupby("time")["safety"].mean()
    axes.plot(means.index, means, "o", color=colour, markeredgecolor="white")
axes.set(xlabel="Half years since the start", ylabel="Psychological safety (1 to 5)", xticks=[0, 1, 2])
axes.legend(frameon=False, loc="upper left")
# Figure 1. Growth of the average community with and without a coach, with 95% intervals; dots are the means of those
# who answered, which are too high where low scorers stayed away.
figure.savefig("three_wave_growth-lines.svg")

# %% [markdown]
# ## 5. Answers that are missing
#
# The growth model holds if, given the scores that are known, who is missing does not depend on the score itself.
# Nobody can test that. What can be shown: who stays away, what complete cases would have said, and how much lower
# than expected those who left *the communities with a coach* must have scored at the last wave for the difference to
# go.

# %%
print("\n5. MISSING ANSWERS")
scores = answers.pivot(index="person", columns="wave", values="safety")
facts = answers.drop_duplicates("person").set_index("person")[["community", "firm", "coach"]]
people = scores.join(facts).reset_index()
people["left"] = people["t2"].isna().astype(int)
starts = people.groupby(["coach", "left"]).agg(n=("t0", "size"), mean_t0=("t0", "mean")).reset_index()
show("Start of who answered the last wave (left = 0) and who did not", starts)


def difference(frame):
    """Coach against none: growth per half year of persons with first and last wave."""
    gains = frame.assign(gain=(frame["t2"] - frame["t0"]) / 2)
    table = multilevel.fit_lmm("gain ~ coach + (1 | community / firm)", gains).tidy()
    return table[table["term"] == "coach"]


imputed = change.impute(people, ["t0", "t1", "t2"], group="firm", auxiliary=["coach"], n_imputations=25, seed=SEED)
away = people["t2"].isna() & (people["coach"] == 1)
deltas = [0.0, -0.25, -0.5, -0.75, -1.0]
moved = [
    imputed.analyse(difference, [copy.assign(t2=copy["t2"] + delta * away) for copy in imputed.frames()]).tidy()
    for delta in deltas
]
complete = difference(people.dropna(subset=["t0", "t1", "t2"]))
table = pd.concat([complete, *moved])[["estimate", "std_error", "p_value", "conf_low", "conf_high"]]
table.insert(0, "analysis", ["complete cases", *(f"imputed, left with coach {delta:+.2f}" for delta in deltas)])
show("Difference in growth under other assumptions", table)
turns = next((delta for delta, each in zip(deltas, moved, strict=True) if each["conf_low"].iloc[0] <= 0), None)

# %% [markdown]
# ## 6. Single persons: reliable change
#
# A change that error of measurement explains in one of twenty persons says nothing about that person. These counts
# are for description; they are no test of the coach.

# %%
print("\n6. RELIABLE CHANGE")
single = change.reliable_change(
    answers, "safety", before="t0", after="t2", person="person", items=kept, reliability="omega_total"
)
least = single.smallest_reliable
print(
    f"The smallest reliable change is {least:.2f} points of the scale, with a reliability of {single.reliability:.2f}."
)
classes = single.persons.merge(people[["person", "coach"]], on="person")
shares = classes.groupby("coach")["change_class"].value_counts(normalize=True).unstack(fill_value=0).reset_index()
show("Shares by coach", shares)

# %% [markdown]
# ## 7. What regression to the mean does
#
# Who started low by chance scores higher next time, coach or no coach. The growth model has no share in this: its
# intercepts and slopes are of true scores. Growth of groups that were made by their own first score has.

# %%
print("\n7. REGRESSION TO THE MEAN")
both = change.before_after(
    answers, "safety", before="t0", after="t2", group="community", person="person", scale_range=(1, 5)
)
told = both.regression_to_the_mean[["correlation", "lowest_n", "lowest_change", "lowest_expected", "slope", "oldham"]]
show("The third that started lowest: their change, and what their low start alone would bring", told)
observed = people[["t0", "t2"]].dropna()
print(f"\nMean change of all: {(observed['t2'] - observed['t0']).mean():.3f}")
naive = np.corrcoef(observed["t0"], observed["t2"] - observed["t0"])[0, 1]
person = fit.variance_components.query("group == 'person' and term_1 == 'Intercept' and term_2 == 'time'")
print(f"Correlation of first score and change: {naive:.2f} as observed,")
print(f"{person['correlation'].iloc[0]:.2f} between start and growth of persons in the model; 0 is true here.")

# %% [markdown]
# ## 8. Checked against something else
#
# The truth, since people are invented. A t test of the slopes of the 16 communities (least squares of each
# community's rows) by SciPy, which is the textbook analysis when communities are the unit. The smallest reliable
# change by hand: 1.96 √2 SD √(1 - reliability).

# %%
print("\n8. CHECKS")
own = answers.groupby("community")[["time", "safety"]].apply(
    lambda rows: np.polyfit(rows["time"], rows["safety"], 1)[0]
)
with_coach = own.index.str[1:].astype(int) % 2 == 0
test = stats.ttest_ind(own[with_coach], own[~with_coach])
raw = own[with_coach].mean() - own[~with_coach].mean()
print(f"True difference {TRUE_DIFFERENCE:.3f}")
print(f"model {reporting.apa_estimate(term, digits=3)}")
said = reporting.apa_p_value(test.pvalue)
print(f"t test of community slopes {raw:.3f}, t({test.df:.0f}) = {test.statistic:.2f}, {said}")
assert term["conf_low"] < TRUE_DIFFERENCE < term["conf_high"]
by_hand = stats.norm.ppf(0.975) * np.sqrt(2) * sd_start * np.sqrt(1 - single.reliability)
print(f"Smallest reliable change by hand: {by_hand:.4f}, here {least:.4f}")
np.testing.assert_allclose(least, by_hand, rtol=1e-9)

# %% [markdown]
# ## 9. Sentences for the paper

# %%
print("\n9. FOR THE PAPER")
slopes = multilevel.simple_slopes(fit, "time", "coach", ddf="kenward-roger")
faster = "faster" if term["estimate"] > 0 else "more slowly"
verdict = f"grew {faster}" if term["p_value"] < 0.05 else "did not grow reliably faster"
turn = f"{abs(turns):.2f} points lower" if turns is not None else "more than one point lower"
paper = f"""
Persons at three waves were linked by self-made codes ({len(answers)} answers of {answers["person"].nunique()} persons).
Loadings were equal over waves; the intercept of {", ".join(differs)} was not, and the score is the mean of the other
{len(kept)} items (omega = {omega["estimate"]:.2f}). Psychological safety {verdict} in communities with a coach: the
difference per half year was {reporting.apa_estimate(term)} (linear growth model, REML, degrees of freedom of Kenward
and Roger; {fit.n_groups["community"]} communities, {fit.n_groups["community:firm"]} firms), or
{term["estimate"] / sd_start:.2f} standard deviations of the first score. Growth per half year was
{reporting.apa_estimate(slopes.iloc[[1]][["estimate", "conf_low", "conf_high"]])} with and
{reporting.apa_estimate(slopes.iloc[[0]][["estimate", "conf_low", "conf_high"]])} without a coach. Who missed the last
wave had scored lower at the start. With missing answers imputed the difference was
{reporting.apa_estimate(moved[0], digits=2)}; it would no longer differ from zero if those who left communities with a
coach had scored {turn} than expected. For one person a change below {least:.2f} points cannot be told from error of
measurement.
"""
print(textwrap.fill(" ".join(paper.split()), 112))

# %% [markdown]
# **What this does not say.** Communities chose a coach or not: the difference in growth is no effect of the coach
# unless they were assigned by lot, or were alike in what else makes safety grow. A straight line through three points
# says nothing about where it ends. A singular fit (a variance or correlation at its limit) says that the data do not
# tell how communities differ in growth, not that they do not differ. The share that changed reliably depends on the
# reliability of the score, and may not be compared between scales. The truth that is printed above is never known in
# a real study.
#
# **How to cite.** No data to cite: all are invented here. The software by the last line.
#
# **References.** Barr, Levy, Scheepers & Tily (2013), *Journal of Memory and Language, 68*, 255-278. Chen (2007),
# *Structural Equation Modeling, 14*, 464-504. Jacobson & Truax (1991), *Journal of Consulting and Clinical
# Psychology, 59*, 12-19. Kenward & Roger (1997), *Biometrics, 53*, 983-997. Van Buuren (2018), *Flexible imputation
# of missing data* (2nd ed.).

# %%
print(f"\nSoftware: {reporting.software_citation()}")
