"""A lecturer's short-cycle study: three firms, eight weeks, and what may be said afterwards."""

# %% [markdown]
# Supplement to a short report, as a script: `python short_cycle.py` makes the plan with its papers in `my-study/`,
# runs the study with answers that come with the package, and ends with the sentences for the report. The same steps
# without Python: `lcresearch new short-cycle`, `lcresearch form`, `lcresearch check`, `lcresearch run`; or the page,
# `lcresearch app`.
#
# **Question.** Three installation firms set apart an hour a week to learn from each other's jobs. Does the learning
# culture, as the people of these firms see it, change in eight weeks?
#
# **Data.** `short-cycle-example` of this package: 29 people in three firms. **All firms, people and answers are
# invented**, by a script that let Bakker bv gain much, De Vries gain less, and Smit stay as it was while five of its
# people left. So it is known what a right analysis finds.
#
# **Decisions fixed beforehand.** The planner writes them into the analysis plan, with a fingerprint.
#
# 1. Outcome: the scale learning culture, before and after, the same people by a code that they make up themselves.
# 2. Smallest worthwhile change: 0.5 points on a scale from 1 to 5, to be agreed with the firms.
# 3. The conclusion is about the people of these three firms. Firms are fixed: with three nobody can tell how firms
#    differ.
# 4. One scale of words says how sure a change is; the other scales give a first impression only.
# 5. Five people at least stand behind each number of a firm. What may not be shown is counted, not guessed.

# %%
import datetime
import json
import shutil
import textwrap
from pathlib import Path

import lxml.html
import numpy as np
import pandas as pd
from scipy import stats

from lcresearch import change, reporting, shipped, studies
from lcresearch.messages import Messages

say = Messages("en")


def show(title, table, digits=2):
    """A titled table."""
    print(f"\n{title}\n{reporting.text_table(table, digits)}", end="")


def told(lines):
    """Lines of text, wrapped."""
    for line in lines:
        print(textwrap.fill(f"- {line}", 112, subsequent_indent="  "))


# %% [markdown]
# ## 1. The plan

# %%
print("1. THE PLAN")
plan = studies.plan_short_cycle(
    goal="learning_culture",
    weeks=8,
    firms=["Bakker bv", "De Vries", "Smit"],
    people=[9, 8, 12],
    start=datetime.date(2026, 9, 7),
    language="nl",
)
print(textwrap.fill(f"Design: {plan.design}. {plan.because['en']}", 112))
show("When", plan.moments[["wave", "opens", "closes"]])

folder = Path("my-study")
plan.write(folder)
fixed = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
paper = (folder / "documents" / "analysis-plan.md").read_text(encoding="utf-8")
assert fixed["fingerprint"][:16] in paper
print(
    "\nWritten, in Dutch and English: " + ", ".join(sorted(path.stem for path in (folder / "documents").glob("*.md")))
)
print("The analysis plan carries the fingerprint of all that was decided.")

# %% [markdown]
# ## 2. How precise will it be?
#
# By simulating studies like this one, each analysed as the real one will be. Beside it the closed form for the mean
# change of n linked people, SD √(2 (1 - r) / n), and what more firms or more people would give.

# %%
print("\n2. PRECISION")
expected = plan.tidy().set_index("term")
n_linked = sum(plan.both)
closed = plan.spread * np.sqrt(2 * (1 - plan.stability) / n_linked)
print(f"Standard error of the mean change: simulated {expected.loc['worthwhile', 'std_error']:.3f},")
print(f"closed form {closed:.3f}")
print(f"Found in 80 of 100 such studies: a change of {expected.loc['detectable', 'estimate']:.2f} points or more")
print(f"A change of {plan.worthwhile} points is found in {100 * expected.loc['worthwhile', 'power']:.0f} of 100.")
other = change.expected_precision(
    n_firms=[3, 6, 12],
    n_people=[6, 10],
    true_change=plan.worthwhile,
    sd=plan.spread,
    correlation=plan.stability,
    answering=plan.returning,
    worthwhile=plan.worthwhile,
    n_sims=200,
    seed=1,
).tidy()
shown = ["n_firms", "n_people", "inference", "clear_gain", "cannot_tell", "half_width"]
show(f"Other sizes, if {plan.worthwhile} points is true (half-width of the 95% interval)", other[shown])

# %% [markdown]
# ## 3. Answers, and a look before anything is computed

# %%
print("\n3. ANSWERS")
example = shipped.folder("analyses") / "short-cycle-example"
for wave in ("t0", "t1"):
    shutil.copy(example / f"antwoorden-{wave}.csv", folder)
declared = (folder / "study.yaml").read_text(encoding="utf-8")
(folder / "study.yaml").write_text(declared.replace("schema: 1\n", "schema: 1\nsimulated: true\n"), encoding="utf-8")
study = studies.load(folder)
problems = study.check()
print(f"The check finds {len(problems)} thing(s) to look at:")
told(problem.message("en") for problem in problems)

# %% [markdown]
# ## 4. What changed
#
# `tables/change.csv` holds the numbers that may be shown, already rounded for that.

# %%
print("\n4. WHAT CHANGED")
results = study.run(date=datetime.date(2026, 11, 2))
table = pd.read_csv(results.folder / "tables" / "change.csv")
main = table[table["primary"]].assign(group=lambda rows: rows["group"].fillna("all three"))
columns = ["group", "n_before", "n_linked", "mean_before", "estimate", "conf_low", "conf_high", "sureness"]
show("Learning culture", main[columns])
words = main.set_index("group")["sureness"]
told(f"{word.replace('_', ' ')}: {say(f'sureness.means.{word}')}" for word in dict.fromkeys(words))
others = table[~table["primary"] & (table["of"] == "all")]
show("The other scales: a first impression", others[["scale", "estimate", "conf_low", "conf_high", "sureness"]])

# %% [markdown]
# ## 5. The report of one firm
#
# Two pages in Dutch and English for the firm itself: `companies/bakker-bv/`. Give a firm its own folder only. What it
# says on change, to talk about, and cannot say:

# %%
print("\n5. A REPORT TO A FIRM")
page = lxml.html.parse(results.folder / "companies" / "bakker-bv" / "report.en.html").getroot()


def said_under(heading):
    """Texts of a part of the report."""
    part = next(each for each in page.iter("h2") if each.text_content().strip() == heading).getparent()
    texts = [" ".join(each.text_content().split()) for each in part.iter("p", "li") if each.getparent().tag != "li"]
    return [text for text in texts if text]


for heading in ("What changed, and how sure that is", "What we cannot say"):
    print(f"\n{heading}")
    told(said_under(heading))
print("\nTo talk about")
told(point.split("A possible step")[0] for point in said_under("To talk about")[1:])

# Figure 1. Learning culture of three firms before and after, with 95% intervals (invented people).
found = results.change.scales["learning_culture"].part
found.plot(language="en").savefig("short_cycle-change.svg")

# %% [markdown]
# ## 6. Checked against something else
#
# The truth, since the answers are invented. The mean change by hand: differences of the linked people, with their
# spread within firms, which is the F test of a fixed factor in any textbook.

# %%
print("\n6. CHECKS")
gains = results.change.persons().query("scale == 'learning_culture'").dropna(subset=["change"])
within = gains["change"] - gains.groupby("group")["change"].transform("mean")
df = len(gains) - gains["group"].nunique()
error = np.sqrt((within**2).sum() / df / len(gains))
half = stats.t.ppf(0.975, df) * error
by_hand = [gains["change"].mean(), gains["change"].mean() - half, gains["change"].mean() + half]
row = found.beside.set_index("analysis").loc["linked_only", ["estimate", "conf_low", "conf_high"]].astype(float)
print(f"By hand {by_hand[0]:.4f} [{by_hand[1]:.4f}, {by_hand[2]:.4f}],")
print(f"linked people in the analysis {row['estimate']:.4f} [{row['conf_low']:.4f}, {row['conf_high']:.4f}]")
np.testing.assert_allclose(row.to_numpy(), by_hand, rtol=1e-9)
order = main.set_index("group")["estimate"]
assert order["Bakker bv"] > order["De Vries"] > order["Smit"]
print("The firms come in the order that was put in: Bakker bv gained most, De Vries less, Smit nothing.")
everybody = found.overall
print("With the five who answered once, as far as they tell something (for the researcher, not for the report):")
print(reporting.apa_estimate(everybody, "change"))

# %% [markdown]
# ## 7. Sentences for the report
#
# Only numbers from `tables/`, which may be shown.

# %%
print("\n7. FOR THE REPORT")
whole, firms = main.iloc[0], main.iloc[1:].set_index("group")
word_of_all = say("sureness.word." + whole["sureness"])


def firm_words(name):
    """A firm with its word, and its interval where that may be shown."""
    one = firms.loc[name]
    limits = "" if np.isnan(one["conf_low"]) else f", 95% CI [{one['conf_low']:.1f}, {one['conf_high']:.1f}]"
    return f"{name} {one['estimate']:.1f}{limits} ({say('sureness.word.' + one['sureness'])})"


by_firm = "; ".join(firm_words(name) for name in firms.index)
report = f"""
Learning culture was measured before and after in three firms ({whole["n_before"]} people, of whom {whole["n_linked"]}
answered twice; an invented example). The mean went up by {whole["estimate"]:.2f} points on a scale from 1 to 5, 95%
CI [{whole["conf_low"]:.2f}, {whole["conf_high"]:.2f}] ({word_of_all}); before the study {plan.worthwhile} points had
been named as worthwhile, and a change of {expected.loc["detectable", "estimate"]:.1f} points was expected to be found
in 80 of 100 such studies. By firm: {by_firm}. The result is about the people of these firms. There was no comparison:
other events may have made the change. Those who left Smit answered the first time only.
"""
print(textwrap.fill(" ".join(report.split()), 112))
may = {
    "may": [
        "These people score higher on learning culture than eight weeks ago, and chance is not a good explanation.",
        "In Smit the change was less than what had been named as worthwhile, among those who stayed.",
    ],
    "may not": [
        "The weekly hour raised the learning culture: there was no firm without it.",
        "Bakker bv did better than De Vries: firms are not compared, and their intervals overlap.",
        "Small firms gain from a weekly hour: three firms were not drawn from any.",
        "Learning from mistakes changed most: scales were not compared, and all but the first were exploratory.",
    ],
}
for verb, sentences in may.items():
    print(f"\nThis {verb} be said:")
    told(sentences)

# %% [markdown]
# **What this does not say.** See the last list. Five people of Smit left; if they left because nothing changed, the
# mean of the others is too high. The questions are new and have no norms. A study this small can miss a change that
# matters: what is not clear is not absent.
#
# **How to cite.** No data to cite: all are invented. Scale: learning culture, instrument `learning-culture` of this
# package (CC BY 4.0; provisional). The software by the last line.

# %%
print(f"\nSoftware: {reporting.software_citation()}")
