"""An invented report: two waves, three levels, two scales, groups that are withheld, and names that try to do harm."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.reporting.in_a_browser import as_at_first, open_report

from lcresearch.errors import Place, Problem
from lcresearch.measurement import Verdict
from lcresearch.reporting.content import (
    ContextContent,
    ContextItem,
    Head,
    ItemContent,
    Origin,
    Participation,
    Quality,
    ReportContent,
    ResponseOverview,
    ScaleContent,
)

WAVES = ("t0", "t1")
SECTORS = ("energie", "logistiek")
CONSORTIA = {"consortium A": "energie", "consortium B": "energie", "consortium C": "logistiek"}
HARMFUL = '<script>alert("x")</script> & Zn. $x$'
COMMUNITIES = [f"community {number:02d}" for number in range(1, 12)] + [HARMFUL]
AGREE = {
    1: {"nl": "helemaal oneens", "en": "strongly disagree"},
    2: {"nl": "oneens", "en": "disagree"},
    3: {"nl": "niet oneens, niet eens", "en": "neither agree nor disagree"},
    4: {"nl": "eens", "en": "agree"},
    5: {"nl": "helemaal eens", "en": "strongly agree"},
}
ITEMS = {
    "lc_01": (
        "In ons bedrijf is het gewoon om van fouten te leren.",
        "In our company it is normal to learn from mistakes.",
        False,
    ),
    "lc_02": (
        "In ons bedrijf nemen we de tijd om samen te bespreken wat goed ging en wat beter kan, ook bij drukte.",
        "In our company we take the time to discuss together what went well and what could be better, even when busy.",
        False,
    ),
    "lc_03": (
        "In ons bedrijf houden mensen wat zij weten liever voor zichzelf.",
        "In our company people prefer to keep what they know to themselves.",
        True,
    ),
    "lc_04": (
        "In ons bedrijf krijgt iedereen de kans om iets nieuws te leren.",
        "In our company everyone gets the chance to learn something new.",
        False,
    ),
}
SHARES = {
    "lc_01": ([0.04, 0.12, 0.24, 0.45, 0.15], [0.03, 0.08, 0.20, 0.48, 0.21]),
    "lc_02": ([0.10, 0.25, 0.30, 0.27, 0.08], [0.06, 0.18, 0.29, 0.35, 0.12]),
    "lc_03": ([0.18, 0.36, 0.26, 0.16, 0.04], [0.22, 0.38, 0.24, 0.13, 0.03]),
    "lc_04": ([0.03, 0.10, 0.25, 0.42, 0.20], [0.02, 0.07, 0.22, 0.45, 0.24]),
}


def _distribution(item: str, wave: str, n: int) -> list[tuple]:
    shares = SHARES[item][WAVES.index(wave)]
    return [(item, wave, code, code, round(share * n), share) for code, share in enumerate(shares, start=1)]


def _merged(rows: list[tuple]) -> list[tuple]:
    """Codes 1 and 2 as one category."""
    first, second, *rest = rows
    return [(first[0], first[1], 1, 2, first[4] + second[4], first[5] + second[5]), *rest]


def _learning_distribution() -> pd.DataFrame:
    rows = []
    for item in ITEMS:
        for wave, n in zip(WAVES, (158, 149), strict=True):
            one = _distribution(item, wave, n)
            rows += _merged(one) if (item, wave) == ("lc_04", "t1") else one
    return pd.DataFrame(rows, columns=["item", "wave", "low", "high", "n", "share"])


def _scores(centre: float, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    rows = []
    groups = [("sector", name, None) for name in SECTORS]
    groups += [("consortium", name, parent) for name, parent in CONSORTIA.items()]
    groups += [("community", name, list(CONSORTIA)[index // 4]) for index, name in enumerate(COMMUNITIES)]
    for wave, shift in zip(WAVES, (0.0, 0.25), strict=True):
        for level, group, parent in groups:
            n = {"sector": 75, "consortium": 50, "community": 13}[level]
            mean, half = centre + shift + rng.normal(0, 0.25), 2.1 * 0.7 / n**0.5
            reason = {("community 03", "t0"): "few", ("community 07", "t0"): "complement"}.get((group, wave))
            reason = "few" if (group, wave) in {("community 03", "t1"), ("community 09", "t1")} else reason
            if reason:
                rows.append((level, group, parent, wave, None, None, None, None, None, False, reason))
            else:
                rows.append((level, group, parent, wave, n, mean, 0.7, mean - half, mean + half, True, None))
    columns = ["level", "group", "parent", "wave", "n", "mean", "sd", "conf_low", "conf_high", "released", "reason"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.astype(dict.fromkeys(["n", "mean", "sd", "conf_low", "conf_high"], float))


def _overall(first: float, second: float) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "wave": WAVES,
            "n": [158, 149],
            "mean": [first, second],
            "sd": [0.71, 0.69],
            "conf_low": [first - 0.11, second - 0.11],
            "conf_high": [first + 0.11, second + 0.11],
        }
    )


def _reliability() -> pd.DataFrame:
    rows = []
    for wave in WAVES:
        for level in ("individual", "group"):
            rows += [
                (wave, level, "cronbach_alpha", 0.812, 0.021, 0.768, 0.849),
                (wave, level, "omega_total", 0.824, 0.019, 0.781, 0.86),
                (wave, level, "standard_error_of_measurement", 0.31, np.nan, np.nan, np.nan),
            ]
    return pd.DataFrame(rows, columns=["wave", "level", "term", "estimate", "std_error", "conf_low", "conf_high"])


def _items_analysed() -> pd.DataFrame:
    rows = [
        (wave, item, 150, mean, 0.98, corrected, dropped)
        for wave in WAVES
        for item, mean, corrected, dropped in zip(
            ITEMS, (3.6, 3.0, 3.5, 3.7), (0.61, 0.55, 0.48, 0.66), (0.76, 0.78, 0.81, 0.74), strict=True
        )
    ]
    columns = ["wave", "item", "n", "mean", "sd", "item_rest_correlation", "alpha_if_dropped"]
    return pd.DataFrame(rows, columns=columns)


def _agreement() -> pd.DataFrame:
    row = {"n": 150, "n_groups": 12, "mean_group_size": 12.5, "icc_1": 0.14, "icc_1_low": 0.04, "icc_1_high": 0.38}
    row |= {"icc_2": 0.67, "icc_2_low": 0.33, "icc_2_high": 0.88, "f": 3.02, "df_between": 11, "df_within": 138}
    row |= {"p_value": 0.0002, "r_wg": 0.79, "r_wg_median": 0.81, "ad": 0.58}
    return pd.DataFrame([{"wave": wave} | row for wave in WAVES])


def _agreement_groups() -> pd.DataFrame:
    names = [name for name in COMMUNITIES if name not in ("community 03", "community 07", "community 09")]
    columns = {"group": names, "n": 13, "mean": 3.4, "r_wg_uniform": 0.8, "r_wg_slight_skew": 0.72, "ad_mean": 0.6}
    return pd.concat([pd.DataFrame({"wave": wave} | columns) for wave in WAVES], ignore_index=True)


def _thresholds() -> pd.DataFrame:
    rows = [
        ("r_wg_median", 0.81, 0.7, "LeBreton & Senter (2008)", True),
        ("icc_2", 0.67, 0.7, "Bliese (2000)", False),
    ]
    return pd.DataFrame(rows, columns=["statistic", "value", "threshold", "source", "met"])


def _learning_culture() -> ScaleContent:
    return ScaleContent(
        name="learning_culture",
        title={"nl": "Leercultuur", "en": "Learning culture"},
        description={"nl": "Hoe gewoon leren is in het bedrijf.", "en": "How normal learning is in the company."},
        instrument_id="learning-culture",
        instrument_title={"nl": "Leercultuur", "en": "Learning culture"},
        instrument_version="0.1.0",
        instrument_hash="9f2c" * 16,
        provisional=True,
        origin=Origin("CC-BY-4.0"),
        level="organisation",
        composition="referent_shift",
        minimum=1,
        maximum=5,
        items=tuple(ItemContent(name, {"nl": nl, "en": en}, rev, AGREE) for name, (nl, en, rev) in ITEMS.items()),
        distribution=_learning_distribution(),
        overall=_overall(3.31, 3.62),
        scores=_scores(3.3, seed=1),
        reliability=_reliability(),
        items_analysed=_items_analysed(),
        agreement=_agreement(),
        agreement_groups=_agreement_groups(),
        agreement_level="community",
        verdicts={
            "t0": Verdict("aggregation.doubtful", "mixed", thresholds=_thresholds()),
            "t1": Verdict("aggregation.warranted", "yes", thresholds=_thresholds()),
        },
    )


def _one_item() -> ScaleContent:
    """A scale of one item: no reliability, nothing to say on agreement."""
    rows = [("trust_01", "t1", 1, 2, 12, 0.1), ("trust_01", "t1", 3, 3, 60, 0.4), ("trust_01", "t1", 4, 5, 75, 0.5)]
    return ScaleContent(
        name="trust",
        title={"nl": "Vertrouwen", "en": "Trust"},
        description={"nl": "", "en": ""},
        instrument_id="trust",
        instrument_title={"nl": "Vertrouwen", "en": "Trust"},
        instrument_version="1.0.0",
        instrument_hash="ab12" * 16,
        provisional=False,
        origin=Origin("CC-BY-4.0"),
        level="individual",
        composition="individual",
        minimum=1,
        maximum=5,
        items=(
            ItemContent(
                "trust_01", {"nl": "Ik vertrouw mijn collega's.", "en": "I trust my colleagues."}, False, AGREE
            ),
        ),
        distribution=pd.DataFrame(rows, columns=["item", "wave", "low", "high", "n", "share"]),
        overall=_overall(3.52, 3.55),
        scores=_scores(3.5, seed=2),
        verdicts={wave: Verdict("aggregation.not_applicable", "not_applicable") for wave in WAVES},
    )


def _response(scores: pd.DataFrame) -> ResponseOverview:
    by_group = scores[["level", "group", "parent", "wave", "released"]].assign(n_persons=scores["n"])
    missing = [(item, wave, 150, 3 + number) for number, item in enumerate([*ITEMS, "trust_01"]) for wave in WAVES]
    return ResponseOverview(
        n_rows_read=312,
        n_rows_used=307,
        n_persons=189,
        n_answered=189,
        by_wave=pd.DataFrame({"wave": WAVES, "n_persons": [158, 149], "n_complete": [151, 140]}),
        by_group=by_group,
        missing=pd.DataFrame(missing, columns=["item", "wave", "n", "n_missing"]),
        problems=(Problem("G001", Place(file="answers.csv"), {"path": "answers.csv"}),),
    )


def _context() -> ContextContent:
    """A question with one answer, one with several, one that asks for a number, and one that is withheld."""
    roles = {1: {"nl": "monteur", "en": "mechanic"}, 2: {"nl": "docent", "en": "teacher"}}
    roles |= {3: {"nl": "onderzoeker", "en": "researcher"}, 4: {"nl": HARMFUL, "en": HARMFUL}}
    title = {"nl": "Achtergrond", "en": "Background"}
    items = (
        ContextItem("role", {"nl": "Wat doet u?", "en": "What do you do?"}, title, "choice", roles, ordered=False),
        ContextItem("part", {"nl": "Wat doet u nog meer?", "en": "What else do you do?"}, title, "multiple", roles),
        ContextItem("hours", {"nl": "Hoeveel uur?", "en": "How many hours?"}, title, "number", {}),
        ContextItem("age", {"nl": "Hoe oud bent u?", "en": "How old are you?"}, title, "choice", roles),
    )
    rows = [("role", wave, codes, n, 140, n / 140) for wave in WAVES for codes, n in (((1, 3), 60), ((2,), 80))]
    rows += [("role", wave, (4,), 0, 140, 0.0) for wave in WAVES]
    rows += [("part", "t0", (code,), n, 120, n / 120) for code, n in ((1, 90), (2, 40))]
    numbers = pd.DataFrame(
        [("hours", "t0", 140, 3.2, 3.0), ("hours", "t1", 8, 3.4, np.nan)],
        columns=["item", "wave", "n", "mean", "median"],
    )
    withheld = [("part", "t0", (3,), "few"), ("part", "t1", (), "similar"), ("age", "t0", (), "few")]
    return ContextContent(
        items,
        pd.DataFrame(rows, columns=["item", "wave", "codes", "n", "n_answered", "share"]),
        numbers,
        pd.DataFrame(withheld, columns=["item", "wave", "codes", "reason"]),
    )


def _participation() -> Participation:
    turnover = {"wave_1": "t0", "wave_2": "t1", "n_1": 158, "n_2": 149, "n_stayed": 118, "n_joined": 31}
    turnover |= {"n_returned": 0, "n_left": 40, "n_away": 0}
    moves = [("community", "t0", "t1", 118, 0.0), ("organisation", "t0", "t1", 118, np.nan)]
    invited = [("all", "", "", "t0", 200.0, 158, 0.79, 0.73, 0.84)]
    invited += [("sector", "", name, "t0", 100.0, 75, 0.75, 0.66, 0.82) for name in SECTORS]
    columns = ["level", "parent", "group", "wave", "n_invited", "n_persons", "share", "conf_low", "conf_high"]
    return Participation(
        turnover=pd.DataFrame([turnover]),
        moves=pd.DataFrame(moves, columns=["level", "wave_1", "wave_2", "n_known", "n_changed"]),
        invited=pd.DataFrame(invited, columns=columns),
        context=_context(),
    )


def _quality() -> Quality:
    rows = [("read", 312), ("test", 2), ("no_consent", 3), ("used", 307)]
    rules = [("too_fast", 307, 9.0, 9 / 307, None), ("few_answers", 307, np.nan, np.nan, "few")]
    linking = [("t0", "t1", 158, 149, 110, 8, 0.79, 0.2)]
    names = ["wave_1", "wave_2", "n_1", "n_2", "n_exact", "n_approximate", "share", "expected_false"]
    return Quality(
        rows=pd.DataFrame(rows, columns=["reason", "n"]),
        n_unfinished=2,
        n_screened=307,
        n_flagged=10,
        few_flagged=False,
        excluded=False,
        rules=pd.DataFrame(rules, columns=["rule", "n_judged", "n_flagged", "share", "reason"]),
        linking=pd.DataFrame(linking, columns=names),
        n_ambiguous=4,
    )


def invented_report(*, simulated: bool = True) -> ReportContent:
    """The whole invented report."""
    learning = _learning_culture()
    return ReportContent(
        head=Head(
            title={"nl": "Leren in de keten", "en": "Learning in the chain"},
            description={
                "nl": "Drie consortia vroegen hun mensen twee keer hoe zij samen leren, werken en vernieuwen.",
                "en": "Three consortia asked their people twice how they learn, work and innovate together.",
            },
            languages=("nl", "en"),
            levels={
                "sector": {"nl": "sector", "en": "sector"},
                "consortium": {"nl": "consortium", "en": "consortium"},
                "community": {"nl": "learning community", "en": "learning community"},
            },
            waves={
                "t0": {"nl": "voorjaar 2026", "en": "spring 2026"},
                "t1": {"nl": "najaar 2026", "en": "autumn 2026"},
            },
            minimum_cell=5,
            simulated=simulated,
            provenance={"version": "0.1.0", "date": "2026-11-02", "input": "c0ffee" * 8, "seed": "20261102"},
        ),
        response=_response(learning.scores),
        scales=(learning, _one_item()),
        withheld=pd.DataFrame(
            [("community", "t0", "few", 1), ("community", "t0", "complement", 1), ("community", "t1", "few", 2)],
            columns=["level", "wave", "reason", "n_groups"],
        ),
        participation=_participation(),
        quality=_quality(),
    )


@pytest.fixture(scope="session")
def content() -> ReportContent:
    return invented_report()


@pytest.fixture(scope="session")
def report_folder(content: ReportContent, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The invented report on disk, in both languages."""
    from lcresearch.reporting import save_report

    folder = tmp_path_factory.mktemp("report")
    save_report(content, folder)
    return folder


@pytest.fixture(scope="module")
def looked_at(browser: Any) -> Iterator[Callable[[Path, str], Any]]:
    """Reports that tests only look at, opened once: each test gets them as they opened. Who clicks opens his own."""
    opened: dict[Path, Any] = {}

    def look(path: Path, language: str) -> Any:
        if path not in opened:
            opened[path] = open_report(browser, path, language)
        return as_at_first(opened[path])

    yield look
    for page in opened.values():
        page.close()
