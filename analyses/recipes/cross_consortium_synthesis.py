"""Which working elements hold in all consortia? A synthesis of evidence packages."""

# %% [markdown]
# Supplement to a paper, as a script: `python cross_consortium_synthesis.py` prints all numbers, ends with the
# sentences for the paper, and writes the figures beside itself. Each consortium has a folder of its own under
# `private/`; only its package leaves it.
#
# **Question.** Of three features of learning communities (a shared purpose, time to learn, a virtual meeting place):
# does a community in which there is more of it gain more collective learning capacity in a year, and does that hold
# in every sector and in a consortium that was not studied?
#
# **Data.** Everything is **invented by a computer** (`studies.simulate_programme`): twelve consortia in three
# sectors, with some twelve communities each, whose members answered the questionnaire `team-learning` (provisional;
# Dutch and English) at two waves. What was put in is known: shared purpose works everywhere (0.30 standard deviations
# of the true score for one standard deviation of purpose), time to learn in the first sector only (0.40), the meeting
# place nowhere.
#
# **Decisions fixed beforehand.** They stand in `programme.yaml`, which all consortia receive before there are data.
# Its fingerprint is in every package, and packages of two plans are not put together.
#
# 1. Outcome: change of `team_learning` of persons who answered twice. Effects are those of one point of an element
#    (from 1 to 5), in standard deviations of the outcome at the first wave, adjusted for the other elements.
# 2. Worth the trouble is 0.10.
# 3. One stage decides: sums of all consortia, one mixed model (REML, degrees of freedom of Satterthwaite; sectors
#    fixed, effects random over consortia). Two stages stand beside it: effects within consortia, and a meta-analysis
#    of them (REML, Knapp and Hartung). They should not differ by more than 0.10.
# 4. Verdicts by the rules of the package as they are: a test between sectors with Holm's correction, a prediction for
#    a new consortium, at least three consortia in each sector. "Not enough evidence" is a verdict.
# 5. Each consortium is left out in turn. What turns on one of them is said to do so.
# 6. Nobody sees rows of others. At least 10 persons stand behind any sum.

# %%
import textwrap
from pathlib import Path

import pandas as pd

from lcresearch import instruments, multilevel, reporting, studies, synthesis

SEED = 2026
WORTHWHILE = 0.10  # decision 2
LANGUAGE = "en"


def show(title, table):
    """A titled table; p values are never printed as zero."""
    print(f"\n{title}\n{reporting.text_table(table)}", end="")


# %% [markdown]
# ## 1. The plan

# %%
print("1. THE PLAN")
PLAN = """\
schema: 1
id: three-elements
title: {nl: Drie elementen, en: Three elements}
description: {nl: Een verzonnen programma., en: An invented programme.}
languages: [nl, en]
declared: 2026-01-12
simulated: true
sectors:
  sector 1: {nl: Sector 1, en: Sector 1}
  sector 2: {nl: Sector 2, en: Sector 2}
  sector 3: {nl: Sector 3, en: Sector 3}
instruments:
  - {id: team-learning, versions: 0.1.0}
outcomes:
  collective_capacity:
    title: {nl: Collectief leervermogen, en: Collective learning capacity}
    score: team_learning
    instrument: team-learning
elements:
  shared_purpose:
    title: {nl: Gedeeld doel, en: Shared purpose}
    column: element_shared_purpose
    minimum: 1
    maximum: 5
    measured: observation
  time_to_learn:
    title: {nl: Tijd om te leren, en: Time to learn}
    column: element_time_to_learn
    minimum: 1
    maximum: 5
    measured: observation
  virtual_meeting_place:
    title: {nl: Online ontmoetingsplek, en: Virtual meeting place}
    column: element_virtual_meeting_place
    minimum: 1
    maximum: 5
    measured: document
models:
  growth: {outcome: collective_capacity, rows: change, waves: [t0, t1]}
estimands:
  - {model: growth, adjustment: all_elements, smallest_worthwhile: 0.10}
comparability:
  - {scale: team_learning, instrument: team-learning, wave: t0, by: sector}
"""
Path("programme.yaml").write_text(PLAN, encoding="utf-8")

# %% [markdown]
# ## 2. Each consortium packs in its own house
#
# Here a loop over folders; in a programme twelve people type `lcresearch pack my-study`. `--preview` tells
# beforehand, in plain words, what would leave the house.

# %%
print("2. PACKING")
STUDY = """\
schema: 1
id: {id}
title: {{nl: Verzonnen consortium, en: Invented consortium}}
description: {{nl: Door een computer bedacht., en: Made up by a computer.}}
languages: [nl, en]
simulated: true
levels: {{sector: sector, consortium: consortium, community: community}}
respondent: respondent
waves:
  column: wave
  labels:
    t0: {{nl: bij de start, en: at the start}}
    t1: {{nl: na een jaar, en: after a year}}
instruments:
  - {{id: team-learning, group: community}}
responses: [answers.csv]
programme: programme.yaml
"""
programme = studies.simulate_programme(
    n_consortia=12, n_communities=12, n_respondents=24, seed=SEED, instruments=["team-learning"]
)
houses = {}
for name, rows in programme.frame.groupby("consortium"):
    house = Path("private") / name.replace(" ", "-")
    house.mkdir(parents=True, exist_ok=True)
    rows.to_csv(house / "answers.csv", index=False)
    (house / "programme.yaml").write_text(PLAN, encoding="utf-8")
    (house / "study.yaml").write_text(STUDY.format(id=house.name), encoding="utf-8")
    houses[name] = studies.load(house)

first = next(iter(houses.values()))
print("\nWhat the first consortium reads before it packs:\n")
print(first.preview(LANGUAGE))
for study in houses.values():
    study.pack("arrived", force=True)

# %% [markdown]
# ## 3. What one consortium may see of another
#
# The package, and nothing else: members, numbers of persons, sums by community under a code. Which code is which
# community stays in `private/` of its house. `open_package` asks all rules again of what arrived.

# %%
print("\n3. WHAT ARRIVED")
package = synthesis.open_package("arrived/evidence-consortium-01.zip")
print(package)
show(
    "Members of the package",
    pd.DataFrame([(n, m.kind) for n, m in package.manifest.members.items()], columns=["member", "kind"]),
)
print(f"\nOf each community: {', '.join(package.communities.columns)}")
result = synthesis.synthesize("arrived", "programme.yaml")
seen = (
    result.left_out.query("about == 'models/growth'").groupby("reason")["n_groups"].agg(["size", "sum"]).reset_index()
)
seen.columns = ["reason", "consortia", "communities"]
show("Held back from the model, by reason", seen.astype({"communities": int}))

# %% [markdown]
# ## 4. Does the questionnaire measure the same in all sectors?

# %%
print("\n4. COMPARABILITY")
show("By sector", result.comparability[["scale", "n_groups", "n_persons", "status", "warranted"]])

# %% [markdown]
# ## 5. Effects: one stage, two stages, and how much consortia differ
#
# For person *i* of community *j* in consortium *k*, with *z* the change in standard deviations at the first wave:
#
#     z_ijk = α_sector(k) + Σ_e (β_e + b_ek) x_ejk + u_k + v_jk + e_ijk
#
# β_e is the effect of element *e*; b_ek, normal with variance τ_e², is what consortium *k* differs from it; u and v
# are what consortia and communities differ otherwise. The prediction interval is that of β_e + b_ek in a new
# consortium.

# %%
print("\n5. EFFECTS")
elements = result.elements
show(
    "Table 1. One stage",
    elements[["element", "n_consortia", "n_communities", "estimate", "std_error", "conf_low", "conf_high", "tau"]],
)
show("In a new consortium", elements[["element", "pred_low", "pred_high", "p_positive_new", "p_worthwhile_new"]])
two = result.two_stage
show(
    "Two stages, and their difference",
    two[["element", "n_estimable", "estimate", "conf_low", "conf_high", "tau", "i2", "difference"]],
)
assert two["difference"].abs().max() < WORTHWHILE, "decision 3: say so, and find out why"
spread = result.heterogeneity()
show(
    "Heterogeneity",
    spread[["element", "tau", "tau_two_stage", "i2", "q_p_value", "sector_p_value", "tau_within_sectors"]],
)
show("By sector", result.sectors[["element", "sector", "n_consortia", "estimate", "conf_low", "conf_high"]])

# %% [markdown]
# ## 6. Verdicts, how sure they are, and whether one consortium decides

# %%
print("\n6. VERDICTS")
show("Verdicts", elements[["element", "verdict", "certainty", "sector_p", "e_value", "e_value_limit"]])
for element, reason in zip(elements["element"], result.working_elements.reason_in(LANGUAGE), strict=True):
    print(f"\n{element}: {reason}")
    for doubt in result.working_elements.doubts_in(LANGUAGE)[elements["element"].eq(element).idxmax()]:
        print(f"  - {doubt}")
without = result.leave_one_out(verdicts=False)
most = without.groupby("element", sort=False)["estimate"].agg(["min", "max"]).reset_index()
show("Without any one consortium the effect lies between", most)
# Effect of each element with its 95% interval, and where it is expected to lie in a new consortium.
figure = result.plot("elements", language=LANGUAGE)
figure.savefig("cross_consortium_synthesis-elements.svg")
# Time to learn in each consortium, by sector: it works in the first.
figure = result.plot("consortia", element="time_to_learn", language=LANGUAGE)
figure.savefig("cross_consortium_synthesis-time_to_learn.svg")

# %% [markdown]
# ## 7. Checked against something else
#
# Nobody in a programme can do this check; here all rows are known. (a) One mixed model on the rows of all persons who
# answered twice, without packages and without rules of disclosure. (b) The meta-analysis by its formula, with the
# error of Knapp and Hartung: the root of Σ w (y - mean)² / ((K - 1) Σ w), where w = 1 / (s² + τ²). (c) What was put
# in: the effect on the true score of one standard deviation of the element (1.4 points where all degrees from 1 to 5
# are as frequent), of which the questionnaire sees some four fifths.

# %%
print("\n7. CHECKS")
scale = instruments.load("team-learning")
rows = programme.frame.assign(score=scale.score(programme.frame)["team_learning"])
wide = rows.pivot(index="respondent", columns="wave", values="score").dropna()
keys = ["respondent", "sector", "consortium", "community", *[c for c in rows if c.startswith("element_")]]
persons = rows[keys].drop_duplicates("respondent").set_index("respondent").loc[wide.index]
persons["change"] = (wide["t1"] - wide["t0"]) / wide["t0"].std()
columns = ["element_shared_purpose", "element_time_to_learn", "element_virtual_meeting_place"]
formula = f"change ~ {' + '.join(columns)} + sector + (1 | consortium/community)"
for column in columns:
    formula += f" + (0 + {column} | consortium)"
whole = multilevel.fit_lmm(formula, persons).tidy(ddf="satterthwaite").set_index("term").loc[columns]
beside = elements[["element", "estimate", "std_error"]].assign(
    all_rows=whole["estimate"].to_numpy(),
    apart=lambda t: (t["estimate"] - t["all_rows"]) / whole["std_error"].to_numpy(),
)
print(
    f"(a) {len(persons)} persons answered twice; {int(result.glance()['n_persons'].iloc[0])} are behind the packages."
)
show("    The same model on all rows, and the difference in its standard errors", beside)

own = result.consortia.query("element == 'shared_purpose'").dropna(subset=["own_estimate"])
pooled = two.set_index("element").loc["shared_purpose"]
weights = 1 / (own["own_std_error"] ** 2 + pooled["tau"] ** 2)
mean = (weights * own["own_estimate"]).sum() / weights.sum()
error = ((weights * (own["own_estimate"] - mean) ** 2).sum() / ((len(own) - 1) * weights.sum())) ** 0.5
print(f"\n(b) Two stages for shared purpose by the formula: {mean:.4f} ({error:.4f}), {len(own)} consortia")
assert max(abs(mean - pooled["estimate"]), abs(error - pooled["std_error"])) < 1e-9
truth = programme.truth.effects.query("capacity == 'collective'").pivot(
    index="element", columns="sector", values="effect"
)
show("(c) What was put in", truth.loc[elements["element"]].reset_index())

# %% [markdown]
# ## 8. Sentences for the paper

# %%
print("\n8. FOR THE PAPER")
by, glance = elements.set_index("element"), result.glance().iloc[0]
sector = result.sectors.query("element == 'time_to_learn' and sector == 'sector 1'").iloc[0]
low, high = most.set_index("element").loc["shared_purpose", ["min", "max"]]


def sentence(element, words):
    """One element: the effect, a new consortium, the verdict."""
    one = by.loc[element]
    new = f"in a new consortium between {one['pred_low']:.2f} and {one['pred_high']:.2f}"
    return f"{words}: {reporting.apa_estimate(one, 'd')}; {new}; {one['verdict']} (certainty {one['certainty']})."


sentences = [
    f"Evidence packages of {len(houses)} consortia ({glance['n_communities']} communities, {glance['n_persons']}",
    f"persons) were put together by a plan that was fixed on {result.programme.declared}; no rows of persons were",
    "shared.",
    "Effects are those of one point of an element on the change in collective learning capacity, in standard",
    "deviations.",
    sentence("shared_purpose", "Shared purpose"),
    sentence("time_to_learn", "Time to learn"),
    f"In sector 1 its effect was {reporting.apa_estimate(sector[['estimate', 'conf_low', 'conf_high']], 'd')}.",
    sentence("virtual_meeting_place", "A virtual meeting place"),
    f"Analyses in one and in two stages differed by at most {two['difference'].abs().max():.2f}.",
    f"Without any one consortium the effect of shared purpose lay between {low:.2f} and {high:.2f}.",
]
print(textwrap.fill(" ".join(sentences), 115))

# %% [markdown]
# **What this does not say.** Elements were not assigned by lot: communities with a shared purpose may differ in other
# ways, and the E-value only says how strongly. Persons in communities that were too small are not in the packages,
# and these communities are not a random lot. A prediction for a new consortium holds for consortia like these. No
# worthwhile effect on learning capacity does not mean no effect on anything. Change is of persons who answered twice.
#
# **How to cite.** Burke, Ensor & Riley (2017), *Statistics in Medicine, 36*; Higgins, Thompson & Spiegelhalter (2009),
# *JRSS A, 172*; Knapp & Hartung (2003), *Statistics in Medicine, 22*; VanderWeele & Ding (2017), *Annals of Internal
# Medicine, 167*. The software by the line below.

# %%
print(f"\nSoftware: {reporting.software_citation('numpy', 'scipy', 'pandas')}")
