"""What is known already? A literature synthesis from search files to a pooled effect, by PRISMA 2020."""

# %% [markdown]
# Supplement to a paper, as a script: `python prisma_synthesis.py` prints all numbers, ends with the sentences for the
# paper, and writes forms, figures and a report beside itself.
#
# **Question.** In small firms: do people learn more where time is set aside for learning, and where leaders support
# it?
#
# **Data.** The records, screeners and findings of sections 1 to 6 are **invented**: two exports of databases that the
# script writes itself, and forms that it fills in as two screeners would. Section 7 does the same meta-analysis on
# published data: 56 effects of modified school calendars on achievement, in 11 districts (Cooper, Valentine, Charlton
# & Melson, 2003, as printed by Konstantopoulos, 2011).
#
# **Decisions fixed beforehand.** (Of a real review these stand in a registered protocol.)
#
# 1. Records from two databases; merged when DOI, or title, first author and year are the same; a person decides on
#    the rest.
# 2. Two screen every record, apart, first by title and abstract, then by full text. What one of them wants to read
#    goes on. Agreement is that of before anything was settled; a third person settles conflicts.
# 3. Excluded at full text: another population than workers in firms, or no outcome of learning measured.
# 4. Effects are standardised mean differences (Hedges' g) from means, standard deviations and sizes as studies print
#    them. All outcomes of a study count.
# 5. One model: effects within studies (REML); sampling errors of one study are taken to correlate .60, and .30 and .90
#    are tried. Standard errors are CR2 with Satterthwaite's degrees of freedom, as that correlation is a guess.
# 6. The prediction interval is reported with the mean, and decides whether it may be expected elsewhere.
# 7. Small studies: the standard error as moderator in the same model, and a selection model on the first outcome of
#    each study. With fewer than ten studies neither is judged.
# 8. Certainty starts at high and goes down a step for each of five reasons (GRADE), by the rules in section 6.

# %%
import textwrap
from pathlib import Path

import numpy as np
import pandas as pd

from lcresearch import reporting, synthesis

SEED = 2020
CORRELATION = 0.6  # decision 5
WORTHWHILE = 0.10
LANGUAGE = "en"
rng = np.random.default_rng(SEED)
forms = Path("forms")
forms.mkdir(exist_ok=True)


def show(title, table):
    """A titled table; p values are never printed as zero."""
    print(f"\n{title}\n{reporting.text_table(table)}", end="")


# %% [markdown]
# ## 1. Records, and what stands there twice
#
# The second database has half of the records of the first as well: without DOI, with a full stop, or in capitals, and
# a preprint with a DOI of its own. What is less than certain is listed for a person.

# %%
print("1. RECORDS")
THEMES = {
    "time": {"en": "time to learn", "nl": "tijd om te leren"},
    "leadership": {"en": "leadership", "nl": "leiderschap"},
}
SECTORS = {
    "care": {"en": "care", "nl": "zorg"},
    "construction": {"en": "construction", "nl": "bouw"},
    "metal": {"en": "metal", "nl": "metaal"},
}
SUBJECTS = {
    "Time set aside for learning": "time",
    "Learning hours in the week": "time",
    "Supportive leadership and team learning": "leadership",
    "Owner-managers who ask questions": "leadership",
}
PLACES = {
    "small care homes": "care",
    "home care teams": "care",
    "building firms": "construction",
    "machine shops": "metal",
    "metal workshops": "metal",
    "vocational schools": "no firm",
    "three countries, in the opinion of experts": "no outcome",
    "a novel about work": "off topic",
}
AUTHORS = ["Verzonnen", "Bedacht", "Fictief", "Niemand", "Denkbeeld", "Gedacht", "Imago", "Spook"]


def ris(title, author, year, doi, database):
    """One record as databases export it."""
    lines = [
        "TY  - JOUR",
        f"AU  - {author}, A.",
        f"TI  - {title}",
        f"PY  - {year}",
        "T2  - Journal of Invented Learning",
    ]
    return "\n".join([*lines, *([f"DO  - {doi}"] if doi else []), f"DB  - {database}", "ER  - ", ""])


titles = [f"{subject} in {place}" for subject in SUBJECTS for place in PLACES]
first, second = [], []
for number, title in enumerate(titles):
    author, year, doi = AUTHORS[number % len(AUTHORS)], 2004 + number % 19, f"10.5555/invented.{number}"
    first.append(ris(title, author, year, doi, "Scopus"))
    if number % 2:
        other = [title, f"{title}.", title.upper()][number % 3]
        second.append(ris(other, author, year + (number % 5 == 0), "" if number % 4 == 1 else doi, "ERIC"))
second.append(ris(titles[2], AUTHORS[2], 2006, "10.5555/preprint.1", "ERIC"))  # a preprint of the third
Path("scopus.ris").write_text("\n".join(first), encoding="utf-8")
Path("eric.ris").write_text("\n".join(second), encoding="utf-8")

records = synthesis.read_records(["scopus.ris", "eric.ris"])
show("By database", records.by_database())
found = synthesis.deduplicate(records)
show("Duplicates", found.glance())
judged = found.doubtful.assign(verdict="same")  # the person who looked found that these are the same (invented)
found = synthesis.deduplicate(records, verdicts=judged)
print(f"\nTo screen: {len(found.records)}")

# %% [markdown]
# ## 2. Screening by two
#
# Each gets the records in another order. **Their decisions are invented**: mostly right, now and then unsure or wrong.

# %%
print("\n2. SCREENING")
REASONS = {
    "population": {"en": "other population", "nl": "andere doelgroep"},
    "outcome": {"en": "no outcome measured", "nl": "geen uitkomst gemeten"},
}
WHY = {"no firm": "other population", "no outcome": "no outcome measured"}


def place_of(title):
    """Where the study was done, by its title."""
    return next(kind for place, kind in PLACES.items() if place in title.lower())


def fill(path, screener, decide):
    """What a screener types in the form."""
    form = pd.read_csv(path, encoding="utf-8-sig", dtype=str)
    filled = [decide(screener, title) for title in form["title"]]
    form["decision"] = [one[0] for one in filled]
    if "reason" in form:
        form["reason"] = [one[1] for one in filled]
    form.to_csv(path, index=False)
    return path


def by_abstract(screener, title):
    """Include what may fit; each screener errs in one of eight."""
    fits = place_of(title) != "off topic"
    errs = rng.random() < 1 / 8
    return ("unsure" if errs and fits else "include" if fits or errs else "exclude"), ""


def by_full_text(screener, title):
    """Include workers in firms with an outcome; one screener now and then gives the other reason."""
    why = WHY.get(place_of(title), "")
    if place_of(title) == "off topic":
        why = "other population"
    if why and screener == "Sam" and rng.random() < 1 / 4:
        why = "no outcome measured"
    return ("exclude", why) if why else ("include", "")


def screen(stage, screened, decide):
    """Forms of both, filled in."""
    paths = []
    for place, name in enumerate(("Noor", "Sam")):
        path = forms / f"{stage}-{name}.csv"
        synthesis.screening_form(
            screened, path, screener=name, stage=stage, reasons=REASONS, seed=place, language=LANGUAGE, force=True
        )
        paths.append(fill(path, name, decide))
    return paths


def settle(log, stage):
    """What the third person decides on conflicts: what fits, and the first reason (invented)."""
    path = synthesis.write_conflicts(log.conflicts(), forms / f"conflicts-{stage}.csv", language=LANGUAGE, force=True)
    form = pd.read_csv(path, encoding="utf-8-sig", dtype=str)
    right = [
        by_full_text("Kim", title) if stage == "full_text" else by_abstract_rightly(title) for title in form["title"]
    ]
    form["decision"], form["reason"] = [one[0] for one in right], [one[1] for one in right]
    form["settled by"] = "Kim"
    form.to_csv(path, index=False)
    return synthesis.read_resolutions(path)


def by_abstract_rightly(title):
    """Without errors."""
    return ("exclude" if place_of(title) == "off topic" else "include"), ""


files = screen("title_abstract", found.records, by_abstract)
log = synthesis.screening_log(found.records, synthesis.read_decisions(files))
agreement = log.agreement_table()
show(
    "Agreement on titles and abstracts, before settling",
    agreement[["about", "term", "estimate", "conf_low", "conf_high"]],
)
settled = [settle(log, "title_abstract")]
log = synthesis.screening_log(found.records, synthesis.read_decisions(files), resolutions=pd.concat(settled))
files += screen("full_text", log.for_full_text(), by_full_text)
decisions = synthesis.read_decisions(files)
log = synthesis.screening_log(found.records, decisions, resolutions=pd.concat(settled), reasons=REASONS)
settled.append(settle(log, "full_text"))
log = synthesis.screening_log(found.records, decisions, resolutions=pd.concat(settled), reasons=REASONS)
show(
    "Conflicts settled by a third person",
    pd.DataFrame({"stage": ["title_abstract", "full_text"], "n": [*map(len, settled)]}),
)
show("What became of the records", log.outcome["status"].value_counts().reset_index())
show("Reasons at full text", log.outcome["reason"].value_counts().drop("").reset_index())

# %% [markdown]
# ## 3. What each study did and found
#
# A row an outcome, as printed in the study. **The findings are invented**: time to learn has an effect of 0.35 in the
# mean of studies, leadership one of 0.15; studies differ by 0.20 and outcomes of one study by 0.10.

# %%
print("\n3. EXTRACTION")
synthesis.extraction_form(
    log.included(), forms / "extraction.csv", themes=THEMES, sectors=SECTORS, language=LANGUAGE, force=True
)
empty = pd.read_csv(forms / "extraction.csv", encoding="utf-8-sig", dtype=str)


def outcomes(row):
    """One to three outcomes of a study, as its table prints them."""
    theme = next(theme for subject, theme in SUBJECTS.items() if row["title"].lower().startswith(subject.lower()))
    n, true = int(rng.integers(12, 70)), rng.normal({"time": 0.35, "leadership": 0.15}[theme], 0.20)
    for outcome in ("individual capacity", "collective capacity", "innovation")[: rng.integers(1, 4)]:
        effect = true + rng.normal(0, 0.10) + rng.normal(0, np.sqrt(2 / n))
        given = {
            "m1": 3.3 + 0.8 * effect,
            "sd1": 0.8,
            "n1": n,
            "m2": 3.3,
            "sd2": 0.8,
            "n2": n + int(rng.integers(-3, 4)),
        }
        yield (
            row.to_dict()
            | {name: f"{value:.2f}" if name[0] != "n" else value for name, value in given.items()}
            | {
                "theme": THEMES[theme]["en"],
                "sector": SECTORS[place_of(row["title"])]["en"],
                "design": "controlled before-after",
                "persons": given["n1"] + given["n2"],
                "direction": "positive" if effect > 0.3 else "no effect",
                "risk of bias": ("low", "some", "high")[int(rng.integers(0, 3))],
                "outcome": outcome,
                "measure": "SMD",
            }
        )


filled = pd.DataFrame([one for _, row in empty.iterrows() for one in outcomes(row)])
filled.to_csv(forms / "extraction.csv", index=False)
extraction = synthesis.read_extraction(forms / "extraction.csv", records=log.included(), themes=THEMES, sectors=SECTORS)
show("Extracted", extraction.glance())
review = synthesis.literature_synthesis(found, log, extraction)
show("Studies by theme and sector", review.map.grid().reset_index())

# %% [markdown]
# ## 4. The flow

# %%
print("\n4. FLOW")
show("PRISMA 2020", review.flow.tidy())
# Flow of records by PRISMA 2020: invented records of two databases.
review.plot("prisma", language=LANGUAGE).savefig("prisma_synthesis-flow.svg")

# %% [markdown]
# ## 5. One mean, and where a new study lies
#
# For effect *j* of study *i*:
#
#     y_ij = μ + u_i + w_ij + e_ij
#
# u_i differs between studies, w_ij between effects within them, and the sampling errors e_ij of one study correlate.

# %%
print("\n5. META-ANALYSIS")


def pool(correlation, data, moderators=None):
    """The model of decision 5."""
    return synthesis.multilevel_meta_analysis(
        "yi", "vi", ["study", "effect"], data=data, moderators=moderators, sampling_correlation=correlation
    )


def sturdy(fit):
    """The row of the mean, or of the first moderator, with CR2 errors."""
    return fit.robust(kind="CR2").tidy().iloc[-1]


effects = extraction.effects("SMD").reset_index(drop=True)
effects["effect"] = np.arange(len(effects))
effects["se"] = np.sqrt(effects["vi"])
fit = pool(CORRELATION, effects)
mean = sturdy(fit)
show("Table 1. Mean effect with CR2 errors", mean.to_frame().T.infer_objects())
show(
    "Variance between studies, and between effects within them",
    fit.variance_components[["level", "variance", "std_dev", "i2", "n_groups"]],
)
show("In a new study", fit.prediction_interval()[["estimate", "pred_low", "pred_high"]])
tried = pd.DataFrame([{"correlation": r, **sturdy(pool(r, effects))} for r in (0.3, CORRELATION, 0.9)])
show(
    "Other correlations of sampling errors",
    tried[["correlation", "estimate", "std_error", "df", "conf_low", "conf_high"]],
)
by_theme = pool(CORRELATION, effects, "theme")
show(
    "Themes differ by",
    sturdy(by_theme).to_frame().T.infer_objects()[["term", "estimate", "conf_low", "conf_high", "p_value"]],
)
one = effects.drop_duplicates("study")
forest = synthesis.meta_analysis("yi", "vi", data=one, labels="study")
# First outcome of each study with its 95% interval and weight, the mean, and where a new study lies.
forest.plot(language=LANGUAGE, smallest_worthwhile=WORTHWHILE).savefig("prisma_synthesis-forest.svg")

# %% [markdown]
# ## 6. Studies that were not seen, and how sure this is
#
# Certainty by rules that were fixed beforehand (decision 8), each one step down: risk of bias (a third of studies or
# more at high risk), inconsistency (the prediction interval has zero in it), imprecision (interval wider than 0.40),
# small studies (p below .10 for the standard error, or less than half as often seen without significance),
# indirectness (by judgement).

# %%
print("\n6. BIAS AND CERTAINTY")
small = sturdy(pool(CORRELATION, effects, "se"))
show(
    "Effects by their standard errors",
    small.to_frame().T.infer_objects()[["term", "estimate", "std_error", "df", "p_value"]],
)
seen = synthesis.selection_model("yi", "vi", data=one, labels="study")
show("Selection model on first outcomes", seen.tidy()[["term", "estimate", "conf_low", "conf_high"]])
show("Chance to be seen, by p value", seen.ranges)
test = seen.selection_test().iloc[0]
print(f"\nSelection: {reporting.apa_p_value(test['p_value'])}")
new = fit.prediction_interval().iloc[0]
high_risk = (one["risk_of_bias"] == "high").mean()
reasons = {
    f"risk of bias: {high_risk:.0%} of studies at high risk": high_risk >= 1 / 3,
    f"inconsistency: a new study between {new['pred_low']:.2f} and {new['pred_high']:.2f}": new["pred_low"] <= 0,
    f"imprecision: interval of {mean['conf_high'] - mean['conf_low']:.2f}": mean["conf_high"] - mean["conf_low"] > 0.4,
    f"small studies: {reporting.apa_p_value(small['p_value'])}": small["p_value"] < 0.10
    or seen.ranges["weight"].min() < 0.5,
    "indirectness: workers in small firms, as asked": False,
}
steps = ("high", "moderate", "low", "very low")
certainty = steps[min(sum(reasons.values()), 3)]
for reason, down in reasons.items():
    print(f"{'down' if down else '  no'}  {reason}")
print(f"Certainty: {certainty}")

# %% [markdown]
# ## 7. The same model on published data
#
# 56 effects in 11 districts as Konstantopoulos (2011) prints them. He reports a mean of 0.185, with variances of 0.065
# between districts and 0.033 within them.

# %%
print("\n7. CHECKS")
DISTRICTS = {
    11: ([-0.18, -0.22, 0.23, -0.3], [0.118, 0.118, 0.144, 0.144]),
    12: ([0.13, -0.26, 0.19, 0.32], [0.014, 0.014, 0.015, 0.024]),
    18: ([0.45, 0.38, 0.29], [0.023, 0.043, 0.012]),
    27: ([0.16, 0.65, 0.36, 0.6], [0.02, 0.004, 0.004, 0.007]),
    56: ([0.08, 0.04, 0.19, -0.06], [0.019, 0.007, 0.005, 0.004]),
    58: (
        [-0.18, 0, 0, -0.28, -0.04, -0.3, 0.07, 0, 0.05, -0.08, -0.09],
        [0.02, 0.018, 0.019, 0.022, 0.02, 0.021, 0.006, 0.007, 0.007, 0.007, 0.007],
    ),
    71: ([0.3, 0.98, 1.19], [0.015, 0.011, 0.01]),
    86: ([-0.07, -0.05, -0.01, 0.02, -0.03, 0, 0.01, -0.1], [0.001] * 8),
    91: ([0.5, 0.66, 0.2, 0, 0.05, 0.07], [0.01, 0.011, 0.01, 0.009, 0.013, 0.013]),
    108: ([-0.52, 0.7, -0.03, 0.27, -0.34], [0.031, 0.031, 0.03, 0.03, 0.03]),
    644: ([0.12, 0.61, 0.04, -0.05], [0.087, 0.082, 0.067, 0.067]),
}
published = pd.DataFrame(
    [(district, y, v) for district, (ys, vs) in DISTRICTS.items() for y, v in zip(ys, vs, strict=True)],
    columns=["study", "yi", "vi"],
).reset_index(names="effect")
again = pool(0.0, published)
variances = again.variance_components["variance"].tolist()
mean_again, cr2 = again.tidy().iloc[0], sturdy(again)
print(f"{len(published)} effects: {reporting.apa_estimate(cr2, 'g', digits=3)} (CR2)")
print(f"Variances: {variances[0]:.3f} between districts, {variances[1]:.3f} within them")
assert [round(mean_again["estimate"], 3), *(round(v, 3) for v in variances)] == [0.185, 0.065, 0.033]

# %% [markdown]
# ## 8. Sentences for the paper

# %%
print("\n8. FOR THE PAPER")
kappa = agreement.query("about == 'go_on' and term == 'cohen_kappa'").iloc[0]
ac1 = agreement.query("about == 'go_on' and term == 'gwet_ac1'").iloc[0]
counts = log.outcome["status"].value_counts()
sentences = [
    f"Of {len(records.frame)} records {len(records.frame) - len(found.records)} were duplicates. Two screeners",
    f"judged {len(found.records)} records independently (kappa {kappa['estimate']:.2f}, AC1 {ac1['estimate']:.2f},",
    f"before discussion); {counts['excluded_title_abstract']} were excluded by title and abstract and",
    f"{counts['excluded_full_text']} by full text.",
    f"{counts['included']} studies gave {len(effects)} effects. The mean effect was",
    f"{reporting.apa_estimate(mean, 'g')} (CR2 errors);",
    f"in a new study it is expected between {new['pred_low']:.2f} and {new['pred_high']:.2f}.",
    f"Effects {'went' if small['p_value'] < 0.10 else 'did not clearly go'} with their standard errors",
    f"({reporting.apa_p_value(small['p_value'])}). Certainty is {certainty}.",
]
print(textwrap.fill(" ".join(sentences), 115))
reporting.save_literature(
    review, "report", languages=["en"], title={"en": "Invented review", "nl": "Verzonnen review"}, force=True
)

# %% [markdown]
# **What this does not say.** It does not search: what databases do not hold is not here. The map counts studies and
# does not weigh them. A test for small studies cannot tell selection from other reasons why small studies differ, and
# a mean after selection rests on its model. The correlation of sampling errors is a guess, which CR2 errors allow for
# and weights do not.
#
# **How to cite.** Konstantopoulos (2011), *Research Synthesis Methods, 2*; Page and others (2021), *BMJ, 372*:n71;
# Pustejovsky & Tipton (2022), *Prevention Science, 23*; Guyatt and others (2008), *BMJ, 336*. The software by the
# line below.

# %%
print(f"\nSoftware: {reporting.software_citation('numpy', 'scipy', 'pandas')}")
