"""Numbers and interviews together: what works, why, and with what? A page for each working element."""

# %% [markdown]
# Supplement to a paper, as a script: `python mixed_methods_integration.py` prints all numbers, ends with the sentences
# for the paper, and writes figures and displays beside itself. `lcresearch integrate my-study` does these steps in one
# command and makes the pages; here each can be seen.
#
# **Question.** Which features of learning communities go with growth of collective learning capacity, do people who
# were interviewed say the same, and which features are needed together?
#
# **Data.** The study `programme-demo` that comes with this package: twelve consortia with 96 communities, some 2,400
# persons at two waves, and forty interviews in ten of the communities. **Everything in it is invented.** Of the
# numbers it is known what was put in: shared purpose works everywhere, time to learn in one sector, a virtual meeting
# place nowhere, facilitation and leadership only together. What people say was written to fit their communities.
#
# **Decisions fixed beforehand.** They stand in `programme.yaml` (numbers) and `integration.yaml` (the rest), written
# before numbers and interviews were laid side by side. Design: convergent, with equal weight (Creswell & Plano Clark).
#
# 1. Effects: as the synthesis of the programme gives them; worth the trouble from 0.10 standard deviations.
# 2. Which codes speak of an element, and on which side: that it helps, is missed, or is in the way.
# 3. Convergence: a proposal by rules that come with the package. A researcher who judges otherwise, or signs it, says
#    why; the proposal stays visible.
# 4. Combinations: comparison of all 96 communities (QCA), anchors of the sets with their reasons in the plan; rows
#    count from 2 communities, consistency .85 and PRI .60; conditions are expected to help. The intermediate solution
#    is reported, after a test by 999 random divisions of the outcome, and with other anchors and cuts.
# 5. Advice is never stronger than the certainty of the numbers allows.
# 6. Counts of persons keep to the rules of a report (nobody or at least three, and at least three not). Cases have no
#    names outside `private/`.

# %%
import datetime
import textwrap
from pathlib import Path

import numpy as np
import pandas as pd

from lcresearch import instruments, integration, interviews, reporting, studies, synthesis
from lcresearch.disclosure import Policy
from lcresearch.integration.checklists import InstrumentFacts, IntegrationFacts, InterviewFacts, WaveFacts
from lcresearch.integration.plan import read_plan

LANGUAGE = "en"
private = Path("private")
private.mkdir(exist_ok=True)
policy = Policy(minimum_cell=5)


def show(title, table):
    """A titled table; p values are never printed as zero."""
    whole = {name: "Int64" for name in table if name.startswith(("n_", "of_"))}
    print(f"\n{title}\n{reporting.text_table(table.astype(whole))}", end="")


# %% [markdown]
# ## 1. The plan

# %%
print("1. THE PLAN")
home = private / "study"
if not home.exists():
    studies.new("programme-demo", home)
plan = read_plan(home)
codes = [(name, ", ".join(one.helps), ", ".join(one.lacks), ", ".join(one.hinders), ", ".join(one.mentions))
         for name, one in plan.elements.items()]  # fmt: skip
show("Codes of each element", pd.DataFrame(codes, columns=["element", "helps", "missed", "in the way", "either way"]))
growth = plan.qca["growth"]
for name, part in {"growth": growth.outcome, **growth.conditions}.items():
    anchors = part.calibration
    print(f"\n{name}: out {anchors.exclusion}, in doubt {anchors.crossover}, in {anchors.inclusion}.")
    print(textwrap.fill(anchors.why[LANGUAGE], 110, initial_indent="  ", subsequent_indent="  "))

# %% [markdown]
# ## 2. Numbers: effects over consortia
#
# From evidence packages; how they come about is the recipe *cross_consortium_synthesis*.

# %%
print("\n2. NUMBERS")
study = studies.load(home)
study.pack(private / "arrived", force=True)
result = synthesis.synthesize(private / "arrived", home / "programme.yaml")
effects = result.elements
show("Effects", effects[["element", "n_communities", "estimate", "conf_low", "conf_high", "verdict", "certainty"]])

# %% [markdown]
# ## 3. Voices: what people say of each element
#
# Persons are counted, once each. Too little time is a barrier in the codebook; the plan says that who names it misses
# time to learn. All counts go to `private/`; what is printed is what a report may show.

# %%
print("\n3. VOICES")
project = studies.open_interviews(
    home / "interviews",
    attributes=home / "interviews" / "kenmerken.csv",
    codings=[home / "interviews" / "codings" / "codings.csv"],
    codebook="learning-communities",
)
releases = interviews.read_quote_releases(home)
everything = integration.voices(project, plan.elements, language=LANGUAGE)
everything.elements.to_csv(private / "voices.csv", index=False)
shown = integration.voices(project, plan.elements, policy=policy, releases=releases, language=LANGUAGE)
sides = ["n_persons", "n_persons_helping", "n_persons_lacking", "n_persons_hindering"]
show("Persons who speak of it, and how (empty: not shown)", shown.elements[["element", "of_persons", *sides]])
show("Named with it by three or more", shown.mechanisms[["element", "kind", "name", "n_persons"]])
print(f"\n{shown.n_hidden} counts are not shown.")

# %% [markdown]
# ## 4. Side by side: the joint display
#
# Written as a page and for Word, with where each number comes from. What is not there says why it is not.

# %%
print("\n4. JOINT DISPLAY")
titles = {name: one.title for name, one in result.programme.elements.items()}
display = integration.joint_display(
    effects,
    project,
    elements=plan.elements,
    voices=shown,
    titles=titles,
    policy=policy,
    releases=releases,
    source="synthesis",
    simulated=True,
)
words = display.in_words(LANGUAGE)
for row in words.itertuples(index=False):
    print(f"\n{row[0]}")
    for column, cell in zip(words.columns[1:], row[1:], strict=True):
        print(textwrap.fill(f"{column}: {cell}", 110, initial_indent="  ", subsequent_indent="    "))

# %% [markdown]
# ## 5. Do they say the same?

# %%
print("\n5. CONVERGENCE")
agree = integration.convergence(effects, shown)
table = agree.frame(LANGUAGE)
show("Proposal by the rules", table[["element", "numbers", "voices", "proposal"]])
for row in table.itertuples():
    print(textwrap.fill(f"{row.element}: {row.reason}", 110, subsequent_indent="  "))
day = datetime.date(2026, 4, 2)
judged = integration.judge(
    agree,
    "virtual_meeting_place",
    "complementary",
    by="B. Researcher",
    date=day,
    today=day,
    because="People praise the meeting place for whom they got to know, which the questionnaire did not ask.",
)
agree = integration.convergence(effects, shown, judgements=[judged], today=day)
signed_row = agree.rows.set_index("element").loc["virtual_meeting_place"]
print(f"\nJudged (invented): virtual_meeting_place, {signed_row['verdict']}, by {signed_row['judged_by']}.")
# Each element by what numbers say and what people say.
agree.plot(language=LANGUAGE).savefig("mixed_methods_integration-convergence.svg")

# %% [markdown]
# ## 6. Which are needed together?
#
# Communities by their degree of each element and their growth; growth of fewer than five persons is a gap. The case
# matrix names communities, so it is in `private/`.

# %%
print("\n6. COMBINATIONS")
answers = pd.read_csv(home / "data" / "responses.csv")
scale = instruments.load("team-learning")
answers["team_learning"] = scale.score(answers)["team_learning"]
columns = [part.column for part in growth.conditions.values()]
cases = integration.case_matrix(
    scores=answers,
    elements=columns,
    scales=["team_learning"],
    characteristics=["consortium"],
    change=("t0", "t1"),
    wave="t1",
    instruments=[scale],
    fewest=5,
)
(private / "cases.xlsx").unlink(missing_ok=True)  # of an earlier run
cases.save(private / "cases.xlsx")
sets = {"growth": integration.calibrate(cases.frame[growth.outcome.column], growth.outcome.calibration, name="growth")}
for name, part in growth.conditions.items():
    sets[name] = integration.calibrate(cases.frame[part.column], part.calibration, name=name)
members = pd.DataFrame({name: one.memberships for name, one in sets.items()})
conditions = list(growth.conditions)
needed = integration.necessity(members, "growth", conditions, missing="leave_out")
single = needed.single[needed.single["outcome"] == "growth"]
show("Needed for growth? (from .90 with relevance)", single[["condition", "consistency", "relevance", "coverage"]])
recipes = integration.qca(
    members,
    "growth",
    conditions,
    frequency=growth.frequency,
    consistency=growth.consistency,
    pri=growth.pri,
    expectations=conditions,
    conjunctural=growth.conjunctural,
    missing="leave_out",
)
rows = recipes.truth_table.tidy()
rows.to_csv(private / "truth-table.csv", index=False)  # it names communities
rows = rows[(rows["out"].astype(str) == "1") & (rows["n"] >= 3)].drop(columns=["row", "cases"])
show("Rows of three communities or more that go with growth", rows)
models = recipes.model_table().query("outcome == 'growth'")
show("Solutions", models[["solution", "expression", "consistency", "pri", "coverage"]])
chance = integration.qca_randomisation(recipes, n=999, seed=2026)
show("Could it be chance?", chance.tidy()[["term", "estimate", "p_value", "p_adjusted"]])
robust = integration.qca_robustness(recipes, calibrations=sets, groups=cases.frame["consortium"], leave_out=False)
print()
for said in robust.words(LANGUAGE):
    print(textwrap.fill(said, 110, subsequent_indent="  "))
values = members.assign(growth=cases.frame[growth.outcome.column])
beside = integration.beside_regression(recipes, values, crossover=growth.outcome.calibration.crossover)
main = beside.models.query("model == 'main'")
show("Beside it: regression of growth on memberships", main[["term", "estimate", "conf_low", "conf_high", "p_value"]])

# %% [markdown]
# ## 7. Where does each arrow of the thinking model stand?

# %%
print("\n7. LOGIC MODEL")
model = integration.logic_model(
    home / "logic_model.yaml", syntheses=result, projects=project, policy=policy, missing="note"
)
arrows = model.tidy()
show(
    "Arrows that were studied", arrows[arrows["n_studies"] > 0][["arrow", "n_studies", "strength", "certainty", "gap"]]
)
gaps = model.gaps()["gap"].value_counts().rename_axis("gap").reset_index(name="arrows")
show("Gaps", gaps)
# The thinking model: width is strength, colour and line are certainty, grey dashes with a question mark are gaps.
model.plot(language=LANGUAGE).savefig("mixed_methods_integration-logic_model.svg")

# %% [markdown]
# ## 8. What we conclude: advice by rules, and inferences of people
#
# **The names, judgements and inferences below are invented.** They show who says what, on which day, from which
# evidence.

# %%
print("\n8. META-INFERENCES")
both = integration.elements_of_both_kinds(
    effects, shown, agree, {"growth": recipes}, plan=plan, programme=result.programme
)
show("Elements", both.table[["element", "verdict", "certainty", "convergence"]])
for element, advice in zip(both.table["element"], both.advice_in(LANGUAGE), strict=True):
    print(textwrap.fill(f"{element}: {advice}", 110, subsequent_indent="  "))
inferences = [
    integration.MetaInference(
        "A purpose that people use in their choices goes with growth, and they say so.",
        "A. Researcher",
        "2026-04-02",
        "shared_purpose",
    ),
    integration.MetaInference(
        "People value the meeting place; it brings contact, and no growth that we could measure.",
        "B. Researcher",
        "2026-04-02",
        "virtual_meeting_place",
    ),
]
signed = display.with_meta_inferences(inferences)
for inference in inferences:
    print(textwrap.fill(f"{inference.row}: {inference.text} ({inference.by})", 110, subsequent_indent="  "))
print(f"Still open: {', '.join(one for one in signed.open_rows if one)}, and the whole.")
signed.to_html("joint-display.html", LANGUAGE, force=True)
signed.to_docx("joint-display.docx", LANGUAGE, force=True)

# %% [markdown]
# ## 9. Checklist, and one number checked against something else
#
# Consistency is the sum of min(x, y) over the sum of x, and coverage that over the sum of y, where x is the
# membership in the solution and y in growth (Ragin, 2008).

# %%
print("\n9. CHECKS")
proposals = agree.rows["proposal"].value_counts()
answered = answers.groupby("wave")["respondent"].nunique().to_dict()
facts = integration.StudyFacts(
    "mixed-methods",
    {"en": "Numbers and interviews", "nl": "Cijfers en interviews"},
    simulated=True,
    waves=tuple(WaveFacts({"en": wave, "nl": wave}, n_answered=n) for wave, n in answered.items()),
    instruments=(InstrumentFacts(scale.id, dict(scale.title), scale.version, scale.hash, len(scale.items)),),
    interviews=InterviewFacts(
        n_interviews=len(project.corpus), n_persons=40, n_coders=2, n_passages=len(project.codings)
    ),
    integration=IntegrationFacts(
        verdicts=proposals.drop("not shown", errors="ignore").to_dict(), displays=("effects_and_voices", "convergence")
    ),
)
gramms = integration.reporting_checklist("gramms", facts)
print(f"GRAMMS: {gramms.counts(LANGUAGE)}")
for line in gramms.frame(LANGUAGE).query("status in ['filled', 'partly']").itertuples():
    print(textwrap.fill(f"{line.number} ({line.status}) {line.text}", 110, subsequent_indent="  "))
known = members[[*conditions, "growth"]].dropna()
x = np.maximum(
    known[["shared_purpose", "time_to_learn"]].min(axis=1),
    known[["shared_purpose", "facilitation", "leadership"]].min(axis=1),
)
overlap = np.minimum(x, known["growth"]).sum()
by_hand = (overlap / x.sum(), overlap / known["growth"].sum())
of_package = models.set_index("solution").loc["intermediate", ["consistency", "coverage"]].tolist()
print(
    f"Intermediate solution: {of_package[0]:.4f} and {of_package[1]:.4f}; by hand {by_hand[0]:.4f} and {by_hand[1]:.4f}"
)
assert np.allclose(of_package, by_hand, atol=1e-10)

# %% [markdown]
# ## 10. Sentences for the paper

# %%
print("\n10. FOR THE PAPER")
solution = models.set_index("solution").loc["intermediate"]
p_value = chance.tidy().iloc[0]["p_value"]
purpose = effects.set_index("element").loc["shared_purpose"]
spoke = shown.elements.set_index("element").loc["shared_purpose"]
stayed = robust.words(LANGUAGE)[0]
in_words = solution["expression"].replace("*", " and ").replace(" + ", ", or ")
sentences = [
    f"Numbers of {int(purpose['n_communities'])} communities in {purpose['n_consortia']} consortia and",
    f"{len(project.corpus)} interviews were brought together by a plan written beforehand.",
    f"Shared purpose went with growth ({reporting.apa_estimate(purpose, 'd')}; {purpose['verdict']}), and",
    f"{int(spoke['n_persons_helping'])} of {int(spoke['of_persons'])} persons said that it helps.",
    f"Of {len(agree.rows)} elements numbers and interviews were convergent for {proposals.get('convergent', 0)},",
    f"complementary for {proposals.get('complementary', 0)} and divergent for {proposals.get('divergent', 0)};",
    f"for {proposals.get('not shown', 0)} it may not be shown how many people spoke of them.",
    f"In {len(known)} communities growth went with {in_words}",
    f"(consistency {solution['consistency']:.2f}, coverage {solution['coverage']:.2f};",
    f"test by random divisions {reporting.apa_p_value(p_value)}).",
    stayed,
]
print(textwrap.fill(" ".join(sentences).replace("_", " "), 115))

# %% [markdown]
# **What this does not say.** Elements were not assigned by lot: three ways of looking show what goes together, and
# none proves a cause. Numbers, interviews and combinations come from the same programme, so that they agree is less
# than a replication. Who was interviewed decides whom we hear: forty persons in ten of 96 communities. A count that
# is hidden is not small by itself. Combinations hang on anchors, which is why their reasons are printed.
#
# **How to cite.** Creswell & Plano Clark (2018), *Designing and Conducting Mixed Methods Research*; Farmer, Robinson,
# Elliott & Eyles (2006), *Qualitative Health Research, 16*; Oana & Schneider (2024), *Sociological Methods &
# Research, 53*; O'Cathain, Murphy & Nicholl (2008), *Journal of Health Services Research & Policy, 13*; Ragin (2008),
# *Redesigning Social Inquiry*. The software by the line below.

# %%
print(f"\nSoftware: {reporting.software_citation('numpy', 'scipy', 'pandas')}")
