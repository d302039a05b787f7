"""From goal, weeks, firms and people to a plan."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Sequence

import numpy as np

from lcresearch import instruments
from lcresearch.errors import StudyError, nearest
from lcresearch.instruments import Instrument
from lcresearch.messages import LANGUAGES, Messages
from lcresearch.studies.change_settings import DesignName
from lcresearch.studies.planning.choices import PULSE, checked_design, design_named, goal_named, proposed
from lcresearch.studies.planning.inputs import (
    check_numbers,
    check_shares,
    names_of_firms,
    people_by_firm,
    platform_name,
    said,
)
from lcresearch.studies.planning.moments import (
    LEAST_PULSES,
    is_series,
    moments,
    next_monday,
    starts_by_lot,
    weeks_of_waves,
)
from lcresearch.studies.planning.precision import expected_precision
from lcresearch.studies.planning.result import ShortCyclePlan

MINIMUM_CELL = 5


def plan_short_cycle(
    *,
    goal: str,
    weeks: int,
    firms: int | Sequence[str],
    people: int | Sequence[int],
    primary: str | None = None,
    start: datetime.date | None = None,
    comparison: int | Sequence[str] = 0,
    wave_every: int | None = None,
    design: str | None = None,
    worthwhile: float | None = None,
    name: str | None = None,
    platforms: Sequence[str] = ("print",),
    returning: float = 0.75,
    spread: float | None = None,
    stability: float | None = None,
    language: str = "nl",
    seed: int = 1,
    n_sims: int = 400,
    simulated: bool = False,
) -> ShortCyclePlan:
    """Plan a study of some weeks in some firms: a design, what it can show, how precise it will be, what it needs.

    Parameters
    ----------
    goal : str
        One of :func:`goals`.
    weeks : int
        Of the whole study, from the letter to the talk about the report: 5 to 52.
    firms : int or sequence of str
        How many take part, or their names.
    people : int or sequence of int
        How many people are expected to answer the first time: in each firm, or by firm (those of the comparison last).
    primary : str, optional
        The scale that the conclusion is about; that of the goal by default.
    start : date, optional
        Week 1 starts on this day, or on the first Monday after it; next week by default.
    comparison : int or sequence of str
        Firms in which nothing new happens.
    wave_every : int, optional
        Ask the same few questions every so many weeks.
    design : str, optional
        before_after, before_after_comparison, staggered_start, pulse or single_case; proposed by rules by default.
    worthwhile : float, optional
        Smallest worthwhile change in points; the suggestion of the goal by default. Talk it over with the firms.
    name : str, optional
        Title of the study.
    platforms : sequence of str
        For which forms are made: limesurvey, qualtrics, xlsform, surveyjs, redcap, word, print, codebook.
    returning : float
        Share of people who also answer the last time.
    spread, stability : float, optional
        Standard deviation of scores, and correlation of two scores of a person; those of the goal by default.
    language : {"nl", "en"}
        First language of the study; the other one comes second.
    seed : int
        Of the simulation and of all that is drawn by lot.
    n_sims : int
        Simulated studies behind the precision.
    simulated : bool
        Made-up answers will be put in, to practise or to teach: every page of the study then says so.

    Returns
    -------
    ShortCyclePlan

    Raises
    ------
    StudyError
        S135 unknown goal; S136 a number that cannot be; S137, S138 an unknown design, or one that does not fit; S139 a
        scale that the instrument does not have; S143 an unknown platform.

    Examples
    --------
    >>> plan = plan_short_cycle(goal="learning_culture", weeks=8, firms=3, people=8, start=datetime.date(2027, 1, 4))
    >>> plan.design, plan.moments["opens"].tolist(), plan.precision.loc[0, "size"]
    ('before_after', ['2027-01-11', '2027-02-15'], 'large')
    """
    say = Messages(language)
    key, chosen = goal_named(goal)
    taking_part, comparing = names_of_firms(firms, comparison, say)
    expected = people_by_firm(people, len(taking_part), len(comparing))
    every = wave_every or 1
    check_numbers({"weeks": weeks, "firms": len(taking_part), "comparison": len(comparing), "wave_every": every})
    check_shares({"returning": returning, "stability": stability, "spread": spread, "worthwhile": worthwhile})
    facts = {
        "weeks": weeks,
        "firms": len(taking_part),
        "comparison": len(comparing),
        "pulses": wave_every or 0,
        "total": sum(expected[: len(taking_part)]),
        "smallest": min(expected[: len(taking_part)]),
    }
    rule = proposed(facts, chosen)
    decided = rule.design if design is None else checked_design(design, facts)
    because = dict(rule.because) if decided == rule.design else said("short_cycle.because.chosen")
    instrument = instruments.load(chosen.instrument)
    scale = _primary(primary or chosen.primary, instrument)
    monday = next_monday(start or datetime.date.today() + datetime.timedelta(days=1))
    waves = moments(_waves(decided, weeks, every), monday, series=is_series(decided))
    rng = np.random.default_rng(seed)
    starts = starts_by_lot(decided, waves["wave"].tolist(), taking_part, rng)
    both = tuple(max(1, round(n * returning)) for n in expected)
    width = chosen.spread if spread is None else spread
    least = chosen.worthwhile if worthwhile is None else worthwhile
    precision = expected_precision(
        decided, expected[: len(taking_part)], comparison=expected[len(taking_part) :], returning=returning,
        n_waves=len(waves),
        starts=[waves["wave"].tolist().index(wave) for wave in starts.values()], spread=width,
        stability=stability or chosen.stability, worthwhile=least, n_sims=n_sims, seed=seed,
    )  # fmt: skip
    title = {one: name or _title(Messages(one), dict(chosen.name)[one], len(taking_part)) for one in LANGUAGES}
    return ShortCyclePlan(
        id=_id(title[say.language]),
        name=title,
        goal=key,
        question=dict(chosen.question),
        about=dict(chosen.about),
        design=decided,
        because=because,
        weeks=weeks,
        start=monday.isoformat(),
        firms=taking_part,
        comparison=comparing,
        people=expected,
        both=both,
        returning=returning,
        instrument=instrument.id,
        instrument_version=instrument.version,
        instrument_hash=instrument.hash,
        short_form=is_series(decided) and any(item.short_form for item in instrument.items),
        primary=scale,
        primary_title=dict(instrument.scales[scale].title),
        secondary=tuple(one for one in instrument.scales if one != scale),
        worthwhile=least,
        suggested=worthwhile is None,
        spread=width,
        stability=stability or chosen.stability,
        moments=waves,
        starts=starts,
        precision=precision,
        minimum_cell=MINIMUM_CELL,
        platforms=tuple(dict.fromkeys(platform_name(one) for one in platforms)),
        language=say.language,
        seed=seed,
        simulated=simulated,
    )


def _title(say: Messages, goal: str, firms: int) -> str:
    return say("short_cycle.title", n=firms, goal=goal[:1].upper() + goal[1:])


def _primary(name: str, instrument: Instrument) -> str:
    known = list(instrument.scales)
    if name not in known:
        raise StudyError("S139", name=name, instrument=instrument.id, known=known, nearest=nearest(name, known) or "–")
    return name


def _waves(design: DesignName, weeks: int, every: int) -> list[int]:
    """The weeks of the waves, when there are enough of them for the design."""
    found = weeks_of_waves(design, weeks, every)
    needed = design_named(design).needs.pulses
    if is_series(design) and len(found) < max(needed, 2 * LEAST_PULSES if design != PULSE else 0):
        words = [
            {language: Messages(language)("short_cycle.count.pulses", n=n) for language in LANGUAGES}
            for n in (needed, len(found))
        ]
        raise StudyError("S138", design=dict(design_named(design).name), needed=words[0], found=words[1])
    return found


def _id(title: str) -> str:
    """A short name of small letters, digits and hyphens.

    Examples
    --------
    >>> _id("Leercultuur in 3 bedrijven"), _id("¿?")
    ('leercultuur-in-3-bedrijven', 'short-cycle')
    """
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:50].strip("-")
    return words if words[:1].isalpha() else f"short-cycle-{words}".strip("-")
