"""The analyses of a study: scores of persons, and for each scale and wave what measurement says of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import pandas as pd

from lcresearch import measurement
from lcresearch.errors import Place, Problem, StudyError
from lcresearch.instruments import Instrument
from lcresearch.measurement import Agreement, ItemAnalysis, Reliability
from lcresearch.responses import Responses
from lcresearch.studies.model import LEVELS, AnalysisName, LevelName

Progress = Callable[[str, float], None]
"""Called with what is being done, in words, and the share of all work that is finished."""

ONE_WAVE = "t0"
"""Name of the only wave of a study that has one."""


@dataclass(frozen=True)
class ScaleUse:
    """A scale of an instrument in this study, and the level to which its scores may be averaged."""

    name: str
    instrument: Instrument
    group: LevelName | None

    @property
    def items(self) -> list[str]:
        """Ids of its items, in the order of the instrument."""
        return [item.id for item in self.instrument.items_of(self.name)]

    @property
    def level(self) -> str:
        """Level that the scale is about."""
        return self.instrument.scales[self.name].level or self.instrument.level

    @property
    def composition(self) -> str:
        """How persons' answers make up the score of a group."""
        return self.instrument.scales[self.name].composition or self.instrument.composition


@dataclass
class ScaleResults:
    """What was computed of one scale, by wave; a statistic that the study did not ask for is absent."""

    use: ScaleUse
    items: dict[str, ItemAnalysis] = field(default_factory=dict)
    reliability: dict[str, Reliability] = field(default_factory=dict)
    agreement: dict[str, Agreement] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def scales_in(
    instruments: Iterable[Instrument], groups: dict[str, LevelName | None], levels: tuple[LevelName, ...]
) -> list[ScaleUse]:
    """All scales of a study.

    Raises
    ------
    StudyError
        S006, when two instruments give a score the same name.
    """
    uses: dict[str, ScaleUse] = {}
    for instrument in instruments:
        for name, scale in instrument.scales.items():
            if name in uses:
                raise StudyError("S006", scale=name, first=uses[name].instrument.id, second=instrument.id)
            wanted = groups.get(instrument.id) or scale.level or instrument.level
            uses[name] = ScaleUse(name, instrument, group_level(wanted, levels))
    return list(uses.values())


def group_level(wanted: str, levels: tuple[LevelName, ...]) -> LevelName | None:
    """The level of this study at which a scale about ``wanted`` is averaged.

    The level itself when the study has it; else the nearest one that holds it; for scales about persons the innermost.

    Examples
    --------
    >>> group_level("team", ("consortium", "community", "organisation"))
    'organisation'
    """
    if not levels:
        return None
    if wanted not in LEVELS:
        return levels[-1]
    around = [level for level in levels if LEVELS.index(level) <= LEVELS.index(wanted)]
    return around[-1] if around else levels[0]


def score(responses: Responses, instruments: Iterable[Instrument]) -> pd.DataFrame:
    """Respondent, wave, levels and a column a scale, for the rows of ``responses.frame``."""
    who = responses.frame[["respondent", "wave", *responses.levels]]
    return pd.concat([who, *(instrument.score(responses.frame) for instrument in instruments)], axis=1)


def analyse(
    use: ScaleUse, responses: Responses, scores: pd.DataFrame, waves: list[str], analyses: tuple[AnalysisName, ...]
) -> ScaleResults:
    """Item analysis, reliability and agreement of a scale, each wave apart."""
    results = ScaleResults(use)
    scale = use.instrument.response_scale_of(use.items[0])
    answer_range = (scale.minimum, scale.maximum)
    keyed = use.instrument.reversed(responses.frame, use.name)[use.items]
    for wave, rows in _by_wave(responses.frame, waves):
        answers = keyed.loc[rows]
        if answers.notna().to_numpy().sum() == 0:
            results.problems.append(Problem("S020", Place(), {"scale": use.name, "wave": wave}))
            continue
        grouping = responses.frame.loc[rows, use.group] if use.group else None
        frame = answers if grouping is None else answers.assign(**{use.group: grouping})
        frame = frame.assign(**{use.name: scores.loc[rows, use.name]})
        if "items" in analyses:
            results.items[wave] = measurement.item_analysis(frame, use.items, response_range=answer_range)
        if "reliability" in analyses:
            results.reliability[wave] = measurement.reliability(frame, use.items, group=use.group)
        if "agreement" in analyses and use.group:
            results.agreement[wave] = measurement.agreement(
                frame,
                use.items,
                use.group,
                response_range=answer_range,
                composition=use.composition,
                score=use.name,
            )
    return results


def _by_wave(frame: pd.DataFrame, waves: list[str]) -> Iterator[tuple[str, pd.Index]]:
    for wave in waves:
        yield wave, frame.index[frame["wave"] == wave]
