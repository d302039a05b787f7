"""What do people say helps and hinders learning? Interviews coded by two, from transcripts to a table."""

# %% [markdown]
# Supplement to a paper, as a script: `python interview_coding.py` prints all numbers, ends with the sentences for the
# paper, and writes figures and files beside itself. What holds words or findings on few people goes to `private/`.
#
# **Question.** What do people in learning communities name as helping and as hindering their learning, does that
# differ between sectors, and would another researcher code the same?
#
# **Data.** Forty interviews with employees, managers, teachers and researchers of ten learning communities in three
# sectors. **Texts, people, firms and codings are invented**, written to practise with (CC BY 4.0); they come with
# this package, in Dutch. The codings are those of two invented coders, A and B, whose differences were put in by
# hand: no figure below says anything about the codebook.
#
# **Decisions fixed beforehand.**
#
# 1. Names are taken out before anybody codes, and a person reads the list of what was found.
# 2. The shared codebook `learning-communities` comes first; codes of our own extend it and never change it.
# 3. Texts are divided at random: 30% are coded by both coders, who do not talk until all of these are coded, and the
#    others by one (O'Connor & Joffe, 2020).
# 4. The unit is the turn; what the interviewer says does not count. Krippendorff's alpha decides, with its 95%
#    interval over interviews. A code is used for comparison where its alpha is .67 or more (Krippendorff, 2019), and
#    where fewer than ten turns had it the interval is reported and no judgement given.
# 5. Agreement is reported as it was before discussion. Each difference is settled; the analysis uses what was agreed,
#    and elsewhere the one coder's codings.
# 6. A code that changes its meaning gets a new name. New meanings ask for new texts coded apart, or their agreement
#    is unknown.
# 7. Saturation by the rule of Guest, Namey and Chen (2020): four interviews, then runs of two, 5% new.
# 8. Persons are counted, not passages. A count is shown when nobody or at least three persons are in it and at least
#    three are not; findings by community stay with the researcher, as four were interviewed in each.
# 9. Words leave with consent, under a description that fits at least five persons, after a person looked at them.

# %%
import textwrap
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from lcresearch import integration, interviews, reporting, shipped
from lcresearch.disclosure import Policy
from lcresearch.integration.checklists import InterviewFacts

SEED = 2026
ENOUGH = 0.67  # decision 4
FEW = 10  # decision 4
LANGUAGE = "en"
private = Path("private")
private.mkdir(exist_ok=True)


def show(title, table):
    """A titled table; counts that are not there are empty."""
    whole = {name: "Int64" for name in table if name.startswith(("n_", "sector "))}
    print(f"\n{title}\n{reporting.text_table(table.astype(whole))}", end="")


# %% [markdown]
# ## 1. Texts, without names
#
# The key and the list of what was replaced go to `private/`. **Read that list**: on pages that it had not seen the
# program missed 4 of 100 marks of persons. With a list of firms of the study (`names=`) it finds more.

# %%
print("1. TEXTS")
folder = shipped.folder("analyses") / "programme-demo" / "interviews"
corpus = interviews.read_transcripts(folder, attributes=folder / "kenmerken.csv")
codebook = interviews.read_codebook("learning-communities", language=LANGUAGE)
coded = interviews.read_codings(folder / "codings" / "codings.csv", corpus, codebook)
clean = interviews.deidentify(coded, layers=["pattern", "corpus", "speech"])
clean.save(".", force=True)
project = clean.project

texts = clean.corpus.attributes
print(f"{len(texts)} interviews, {texts['community'].nunique()} communities, {texts['sector'].nunique()} sectors")
show("Names and other marks, as found", clean.tidy()[["kind", "layer", "n", "replaced", "coarsened", "left"]])
print(f"\nTo be read by a person: {len(clean.to_review)} marks that are not sure or were left.")

# %% [markdown]
# ## 2. Codebook
#
# The shared one, with a code of our own that counts for a shared code where consortia are compared. (The invented
# coders never used it: it shows how one is added.)

# %%
print("\n2. CODEBOOK")
OWN = """\
id: our-codes
version: {version}
title: {{nl: Codes van dit onderzoek, en: Codes of this study}}
languages: [nl, en]
extends: learning-communities
history:
{history}
codes:
  - id: time_in_season
    parent: working_elements
    maps_to: time_to_learn
    name: {{nl: Tijd buiten het seizoen, en: Time outside the season}}
    definition:
      nl: Wanneer in het jaar er tijd is om te leren.
      en: When in the year there is time to learn.
    use_when:
      nl: {use_nl}
      en: {use_en}
"""
FIRST = '  - {version: 0.1.0, date: "2026-01-12", change: {nl: Voor de codering., en: Before the coding.}}'
Path("codebook-0.1.0.yaml").write_text(
    OWN.format(
        version="0.1.0",
        history=FIRST,
        use_nl="Iemand zegt in welke maanden leren kan.",
        use_en="Somebody says in which months learning is possible.",
    ),
    encoding="utf-8",
)
assert not interviews.check_codebook("codebook-0.1.0.yaml")
ours = interviews.read_codebook("codebook-0.1.0.yaml", language=LANGUAGE)
themes = [theme.name for theme in ours.children()]
print(f"{sum(code.codable for code in ours)} codes in {len(themes)} themes: {', '.join(themes)}")

# %% [markdown]
# ## 3. Who codes what
#
# Drawn beforehand. The invented coders had coded all texts; what the plan does not give them is left out here, so
# that what follows is what a study with this plan would see.

# %%
print("\n3. WHO CODES WHAT")
sizes = {document.name: len(document.text) for document in project.corpus}
plan = interviews.divide_texts(sizes, ["A", "B"], share=0.3, seed=SEED)
read = plan.groupby("document", sort=False)["coder"].agg(list).to_dict()
show(
    "Texts by coder", plan.groupby("coder", as_index=False).agg(texts=("document", "size"), by_both=("together", "sum"))
)

names = {document.id: document.name for document in project.corpus}
by_plan = [
    project.coders.loc[coder, "name"] in read[names[document]]
    for document, coder in zip(project.codings["document"], project.codings["coder"], strict=True)
]
project = replace(project, codings=project.codings[by_plan].reset_index(drop=True))
print(f"\nCodings: {len(project.codings)}")

# %% [markdown]
# ## 4. Would another coder see the same?
#
# `read=` says who read what: a coder who read a text and gave no code agrees that there is none. Text without codes
# counts as agreement that nothing is there; alpha takes that out as chance, and positive agreement does not see it.

# %%
print("\n4. AGREEMENT, BEFORE DISCUSSION")
before = interviews.coder_agreement(project, without_roles=["interviewer"], with_parents=True, read=read)
by_code = before.by_code()
columns = ["code", "n_given", "krippendorff_alpha", "alpha_low", "alpha_high", "positive_agreement"]
show("All codes together, and themes", by_code.loc[by_code["kind"] != "code", columns])
single = by_code[by_code["kind"] == "code"].sort_values(["n_given", "code"], ascending=[False, True])
often, seldom = single[single["n_given"] >= FEW], single[single["n_given"] < FEW]
show(f"Codes that {FEW} turns or more had", often[columns])
below = often.loc[often["krippendorff_alpha"] < ENOUGH, "code"].tolist()
print(f"\nOf these below {ENOUGH}: {', '.join(below) or 'none'}.")
print(f"{len(seldom)} codes were given to fewer than {FEW} turns: no judgement (decision 4).")
unclear = seldom[(seldom["n_given"] >= 5) & (seldom["krippendorff_alpha"] < ENOUGH)]
show("Among these, given five times or more and below it: discuss these first", unclear[columns])
# Krippendorff's alpha of each code before discussion, with its 95% interval over interviews; beside the names how
# many turns got the code.
before.plot(language=LANGUAGE).savefig("interview_coding-agreement.svg")

# %% [markdown]
# ## 5. Differences, settled
#
# The coders receive a list with every place where they differ, and fill in what they agree. It holds words of people,
# so it is in `private/`. **What is filled in here is invented**: of two codes at a place the first stands, what one
# coder did not see stands in three cases of four, and boundaries are the widest.

# %%
print("\n5. DIFFERENCES")
found = interviews.find_disagreements(project, read=read)
counts = found.glance().iloc[0]
talk = interviews.write_disagreements(found, private / "differences.csv", language=LANGUAGE, force=True)
filled = pd.read_csv(talk, dtype={"outcome": object})
first = ~filled.duplicated("item") | (filled["kind"] != "other code")
seen = (filled["kind"] != "not all") | (filled.index % 4 != 0)
filled["outcome"] = (first & seen).map({True: "yes", False: "no"})
filled.to_csv(talk, index=False)
settled = interviews.settle(project, found, talk, language=LANGUAGE, date="2026-02-20")
show("Places", settled.glance()[["n_places", "n_alike", "n_differed", "n_kept", "n_dropped", "n_open"]])
beside = settled.beside(before).sort_values(["n_differed", "code"], ascending=[False, True])
print("\nPlaces also differ where coders set other boundaries, or used two codes; turns do not see the first.")
show("Codes that differed most", beside.head(6)[["code", "alpha_before", "n_places", "n_alike", "n_kept", "n_dropped"]])
final = settled.for_analysis()
print(f"\nFor the analysis: {len(final.codings)} codings, of which {len(settled.agreed.codings)} agreed by both.")

# %% [markdown]
# ## 6. What changed in the codebook
#
# The discussion showed that one rule was too narrow. The file keeps its history, and the comparison says what changed.

# %%
print("\n6. CODEBOOK, AFTER DISCUSSION")
LATER = '  - {version: 0.2.0, date: "2026-02-20", change: {nl: Regel verruimd., en: A rule was made wider.}}'
Path("codebook-0.2.0.yaml").write_text(
    OWN.format(
        version="0.2.0",
        history=f"{LATER}\n{FIRST}",
        use_nl="Iemand zegt in welke maanden leren wel of juist niet kan.",
        use_en="Somebody says in which months learning is possible, or is not.",
    ),
    encoding="utf-8",
)
newer = interviews.read_codebook("codebook-0.2.0.yaml", language=LANGUAGE)
changes = interviews.compare_codebooks(ours, newer)
show("Changes", changes[["path", "change", "part", "old", "new"]])
print("\nTexts coded before 2026-02-20 follow 0.1.0. Agreement on the wider rule is not known: it asks for new texts.")

# %% [markdown]
# ## 7. Is there more to hear?

# %%
print("\n7. SATURATION")
curve = interviews.saturation(final)
show("Codes found", curve.glance()[["n_documents", "n_codes", "estimated_codes", "estimated_low", "estimated_high"]])
print(f"\nChance that a code of the next interview is known already: {curve.coverage:.0%}")
print(f"By the rule of decision 7 new information ended after interview {curve.stopping_point}.")
# Codes found after so many interviews, in any order, with a band of 95% of orders.
curve.plot(language=LANGUAGE).savefig("interview_coding-saturation.svg")

# %% [markdown]
# ## 8. Who speaks of what
#
# By community for the researcher alone. For readers: counts of persons by sector that single nobody out (decision 8),
# with intervals of Wilson; what is hidden is counted.

# %%
print("\n8. WHO SPEAKS OF WHAT")
by_community = interviews.code_matrix(final, by="community", measure="documents")
by_community.to_csv(private / "codes-by-community.csv")
print(f"private/codes-by-community.csv: {by_community.shape[0]} communities, for the researcher alone.")
shown = interviews.persons_by_code(final, by="sector", policy=Policy(minimum_cell=5))
show("Named by most", shown.totals.head(8)[["code", "n_with", "n_persons", "share", "conf_low", "conf_high"]])
least = shown.shares.pivot(index="code", columns="group", values="n_with")
show("By sector: persons who name it", least.reindex(shown.totals["code"]).dropna(how="all").head(8).reset_index())
print(f"\nHidden: {shown.n_hidden_codes} codes altogether, and {shown.n_hidden_cells} counts of sectors.")
compared = interviews.compare_codes(final, "sector", per="respondent")
tests = compared.tests.sort_values(["p_value", "code"])
show(
    "Differences between sectors, smallest p first (adjusted for the number of codes)",
    tests.head(3)[["code", "p_value", "p_adjusted"]],
)

# %% [markdown]
# ## 9. Words that may leave
#
# **The consent below is invented.** The record keeps a pointer and a hash of the words, never a name.

# %%
print("\n9. QUOTES")
who = interviews.recognisability(final, ["role", "sector", "community"], language=LANGUAGE)
passages = interviews.quotes(final, "time_to_learn")
chosen = passages[passages["quote"].str.len().between(60, 130)].iloc[0]
release = interviews.release_quote(
    final,
    chosen["pointer"],
    private,
    who,
    released_by="researcher",
    consent_on="2026-03-02",
    date="2026-03-03",
    words_checked=True,
    language=LANGUAGE,
)
out = interviews.released_quotes(final, private, language=LANGUAGE)
for quote in out.tidy().itertuples():
    print(f'"{quote.quote}" ({quote.described_as})')
print(f"The description fits {release.persons_alike} of the persons interviewed.")

# %% [markdown]
# ## 10. Into other programs, and the checklist
#
# The project holds words, so it stays in `private/`; the codebook may go anywhere. It is read back, and must be the
# same.

# %%
print("\n10. EXPORT AND CHECKLIST")
written = interviews.write_project(settled.project, private / "coded.qdpx", force=True)
back = interviews.read_project(written.path)
interviews.write_codebook(newer, "codebook-0.2.0.qdc", force=True)
assert len(back.codings) == len(settled.project.codings)
print(f"REFI-QDA: {len(back.codings)} codings of {len(back.coders)} coders, read back the same.")

everything = by_code[by_code["code"] == "(all)"].iloc[0]
facts = integration.StudyFacts(
    "interview-coding",
    {"en": "Learning in ten communities", "nl": "Leren in tien communities"},
    date="2026-03-10",
    simulated=True,
    consent=True,
    pseudonyms=True,
    interviews=InterviewFacts(
        n_interviews=len(texts),
        n_persons=texts["respondent"].nunique(),
        n_coders=2,
        n_passages=len(final.codings),
        codebook="our-codes",
        codebook_version=ours.version,
        n_codes=curve.n_codes,
        themes=tuple({"en": theme, "nl": theme} for theme in themes),
        alpha=everything["krippendorff_alpha"],
        alpha_low=everything["alpha_low"],
        alpha_high=everything["alpha_high"],
        compared_by="sector",
        n_groups=texts["sector"].nunique(),
        n_codes_found=curve.n_codes,
        estimated_codes=curve.estimated_codes,
        n_quotes=len(out.tidy()),
        deidentified=True,
    ),
)
coreq = integration.reporting_checklist("coreq", facts)
print(f"\nCOREQ: {coreq.counts(LANGUAGE)}")
lines = coreq.frame(LANGUAGE).query("status != 'needs author'")
for line in lines.itertuples():
    print(f"{line.number:>2} ({line.status}) {line.text}")

# %% [markdown]
# ## 11. Checked against something else
#
# Alpha of one code, from the texts themselves: whether each coder marked anything in each turn of an informant. With
# two coders and two values it is 1 - (n - 1) D / (n0 n1), with n the values of both together, n0 and n1 how many are 0
# and 1, and D the turns on which they differ (Krippendorff, 2019, chapter 12).

# %%
print("\n11. CHECKS")
code = next(code.id for code in codebook if code.key == "trust")
both = [document for document in project.corpus if len(read[document.name]) == 2]
turns = [(one.id, turn) for one in both for turn in one.turns if one.roles.get(turn.speaker) != "interviewer"]
given = project.codings[project.codings["code"] == code]


def marked(coder, document, turn):
    """Whether a coder gave the code to any of these words."""
    own = given[(given["coder"] == coder) & (given["document"] == document)]
    return int(((own["start"] < turn.end) & (own["end"] > turn.start)).any())


values = np.array([[marked(coder, document, turn) for document, turn in turns] for coder in project.coders.index])
n, n_marked, n_differ = values.size, values.sum(), (values[0] != values[1]).sum()
by_hand = 1 - (n - 1) * n_differ / ((n - n_marked) * n_marked)
of_package = by_code.loc[by_code["code"] == project.codebook.path(code), "krippendorff_alpha"].item()
print(f"Alpha of trust over {len(turns)} turns: {of_package:.4f}, by the formula {by_hand:.4f}")
assert abs(of_package - by_hand) < 1e-10

# %% [markdown]
# ## 12. Sentences for the paper

# %%
print("\n12. FOR THE PAPER")
smallest, top = tests.iloc[0], shown.totals.iloc[0]
adjusted = reporting.apa_p_value(smallest["p_adjusted"])
by_both = plan.loc[plan["together"], "document"].nunique()
alpha, low, high = everything[["krippendorff_alpha", "alpha_low", "alpha_high"]]
sentences = [
    f"Of {len(texts)} interviews {by_both} were drawn at random and coded independently by two coders, the others by",
    "one.",
    f"Krippendorff's alpha over turns of informants was {alpha:.2f} before discussion (95% CI {low:.2f} to {high:.2f};",
    f"median over codes {single['krippendorff_alpha'].median():.2f}). The coders differed in",
    f"{counts['n_places'] - counts['n_alike']} of {counts['n_places']} places, all of which were discussed;",
    "the analysis uses what was agreed.",
    f"{curve.n_codes} codes were used, of {curve.estimated_codes:.0f} that such interviews would bring by Chao's",
    f"estimate (95% CI {curve.estimated_low:.0f} to {curve.estimated_high:.0f}).",
    f"Most persons spoke of {top['code'].split(' > ')[-1].lower()} ({top['n_with']} of {top['n_persons']}).",
    f"{smallest['code'].split(' > ')[-1]} differed most between sectors, adjusted for the number of codes: {adjusted}.",
]
print(textwrap.fill(" ".join(sentences), 115))

# %% [markdown]
# **What this does not say.** Counts tell how many speak of something, not how strongly, nor why: read the passages.
# That a code is not named does not mean that it is not there; the interviewer may not have asked. Alpha tells whether
# two people read the texts alike, not whether they read them well. Discussion makes coders agree, so there is no
# alpha after it. Saturation is that of these questions, these people and this codebook.
#
# **How to cite.** Guest, Namey & Chen (2020), *PLoS ONE, 15*; Krippendorff (2019), *Content Analysis*; O'Connor &
# Joffe (2020), *International Journal of Qualitative Methods, 19*; Tong, Sainsbury & Craig (2007), *International
# Journal for Quality in Health Care, 19*. The software by the line below.

# %%
print(f"\nSoftware: {reporting.software_citation('numpy', 'scipy', 'pandas', 'krippendorff')}")
