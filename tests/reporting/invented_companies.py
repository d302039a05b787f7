"""Invented reports to companies: a usual one, one with as much text as fits anywhere, and one with little to say."""

from dataclasses import replace

from lcresearch import instruments
from lcresearch.reporting.change_content import ChangeNumbers
from lcresearch.reporting.company_content import (
    Answered,
    CompanyChange,
    CompanyDesign,
    CompanyQuestion,
    CompanyReport,
    CompanyScale,
    CompanyScore,
    Peers,
    PeerScore,
)
from lcresearch.reporting.content import Head
from lcresearch.studies.company_reports import with_findings
from lcresearch.studies.next_steps import shipped_next_steps

HARMFUL = '<script>alert("x")</script> & Zn. $x$'
WAVES = {"t0": {"nl": "bij de start", "en": "at the start"}, "t1": {"nl": "na acht weken", "en": "after eight weeks"}}
OUTCOMES = (
    ("learning-culture", "learning_from_errors", 2.9, 3.5),
    ("psychological-safety", "psychological_safety", 3.6, 3.7),
    ("team-learning", "team_learning", 3.1, 3.2),
    ("learning-culture", "learning_facilitation", 2.2, 2.3),
    ("learning-culture", "learning_appreciation", 3.3, 3.4),
    ("innovative-behaviour", "innovative_behaviour", 3.9, 4.1),
)


def head(*, simulated=True, languages=("nl", "en"), title=None) -> Head:
    return Head(
        title=title or {"nl": "Leren van fouten in drie bedrijven", "en": "Learning from mistakes in three companies"},
        description={"nl": "Verzonnen.", "en": "Invented."},
        languages=languages,
        levels={"organisation": {"nl": "organisatie", "en": "organisation"}},
        waves=WAVES,
        minimum_cell=5,
        simulated=simulated,
        sector="techniek",
        provenance={"version": "0.1.0", "date": "2026-11-26", "input": "answers.csv (c0ffee)"},
    )


def scale(instrument: str, name: str, before: float, after: float, n: int = 9) -> CompanyScale:
    loaded = instruments.load(instrument)
    one = loaded.scales[name]
    low, high = loaded.range_of(name)
    half = 0.5
    scores = tuple(
        CompanyScore(wave, n, mean, 0.7, mean - half, mean + half)
        for wave, mean in zip(WAVES, (before, after), strict=True)
    )
    return CompanyScale(
        name, one.title, one.low or {}, one.high or {}, float(low), float(high), scores,
        is_primary=name == OUTCOMES[0][1], provisional=True,
    )  # fmt: skip


def change(name: str, title, before: float, after: float, sureness: str, *, primary: bool) -> CompanyChange:
    own = ChangeNumbers(
        "organisation", "", "Bakker Techniek", n_before=9, n_after=8, mean_before=before, mean_after=after,
        n_linked=8, n_only_before=0, n_only_after=0, basis="linked", estimate=after - before,
        conf_low=after - before - 0.52, conf_high=after - before + 0.52, sureness=sureness,
    )  # fmt: skip
    together = replace(own, level="all", group="", sureness="likely_gain") if primary else None
    return CompanyChange(name, title, primary, 0.3 if primary else None, "higher", own, together)


def told(report: CompanyReport) -> CompanyReport:
    """With the findings and talking points that its numbers give."""
    return with_findings(report, shipped_next_steps())


def usual(**changes) -> CompanyReport:
    """Six outcomes at two waves, a change that is clear, others of packages."""
    scales = tuple(scale(*one) for one in OUTCOMES)
    sure = ("clear_gain", "cannot_tell", "cannot_tell", "no_worthwhile_change", "cannot_tell", "likely_gain")
    moved = tuple(
        change(one.name, one.title, *(score.mean for score in one.scores), word, primary=one.is_primary)
        for one, word in zip(scales, sure, strict=True)
    )
    peers = Peers(
        "packages", tuple(PeerScore(one.name, 3.3, one.scores[-1].mean, "t1") for one in scales[:4]), "techniek", 4, 23
    )
    report = CompanyReport(
        head=head(), name="Bakker Techniek", parent="", level="organisation", folder="bakker-techniek",
        answered=(Answered("t0", 9, 12), Answered("t1", 8, 12)), scales=scales, n_more=2, n_items=38, n_hidden=2,
        design=CompanyDesign("t0", "t1", True, "these_firms"), changes=moved, peers=peers,
        questions=(CompanyQuestion("Durven onze mensen te zeggen dat er iets fout ging?", (OUTCOMES[0][1],), "change",
                                   {"nl": "In de gesprekken noemden drie mensen het overleg op vrijdag.",
                                    "en": "In the talks three people mentioned the meeting on Friday."}),),
        contact={"nl": "Anna de Wit van de hogeschool (anna@hogeschool.example)",
                 "en": "Anna de Wit of the university (anna@hogeschool.example)"},
    )  # fmt: skip
    return told(replace(report, **changes))


def longest() -> CompanyReport:
    """As much text of others as may stand anywhere."""
    long = {
        "nl": "Samenwerkingsverband voor duurzame installatietechniek " * 40,
        "en": "Sustainable installation " * 90,
    }
    report = usual()
    pooled = {"pooled": 3.4, "pooled_low": 3.1, "pooled_high": 3.8}
    scales = tuple(
        replace(
            one, title=long, low=long, high=long,
            scores=tuple(replace(score, sd=1.4, **(pooled if one.is_primary else {})) for score in one.scores),
        )
        for one in report.scales
    )  # fmt: skip
    changes = tuple(replace(one, title=long, difference=one.own if one.primary else None) for one in report.changes)
    peers = Peers("packages", tuple(PeerScore(one.name, 3.3, 3.1, "t1") for one in scales), long["nl"], 4, 23)
    question = CompanyQuestion(long["nl"], tuple(one.name for one in scales[:2]), "level", long)
    return told(
        replace(
            report, name=long["nl"][:400], parent=HARMFUL, head=head(title=long), scales=scales, changes=changes,
            peers=peers, questions=(question, question), contact=long,
        )
    )  # fmt: skip


def least() -> CompanyReport:
    """One wave, one outcome, nobody beside it."""
    one = scale(*OUTCOMES[0])
    return usual(
        head=head(simulated=False), name="Q", scales=(replace(one, scores=one.scores[:1]),), n_more=0, n_items=4,
        n_hidden=0, answered=(Answered("t0", 7, None), Answered("t1", None, None)), design=None, changes=(),
        peers=None, questions=(), contact={},
    )  # fmt: skip
