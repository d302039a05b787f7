"""The analyses of a study: scores of persons, and for each scale and wave what measurement says of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from lcresearch import measurement
from lcresearch.disclosure import EVERYBODY, groups_for_statistics
from lcresearch.errors import Problem, StudyError
from lcresearch.instruments import Instrument
from lcresearch.measurement import Agreement, ItemAnalysis, Reliability
from lcresearch.messages import LANGUAGES, Messages
from lcresearch.responses import Responses
from lcresearch.studies.model import LEVELS, AnalysisName, LevelName

Waves = Mapping[str, Mapping[str, str]]
"""Waves in order, with their labels by language."""

GROUP = "group"
"""Column that names the group of a person, unique over the whole study."""


_CONSISTENCY = ("item_rest_correlation", "item_total_correlation_corrected", "alpha_if_dropped")
_AGAINST_THE_OTHERS = "M030"


def at_wave(waves: Waves, wave: str) -> dict[str, str]:
    """`` at the wave ‘after a year’`` by language, to stand in a message; nothing in a study with one wave.

    Examples
    --------
    >>> at_wave({"t0": {"en": "before"}, "t1": {"en": "after"}}, "t1")["en"]
    ' at the wave ‘after’'
    >>> at_wave({"t0": {"en": "this occasion"}}, "t0")["en"]
    ''
    """
    if len(waves) == 1:
        return dict.fromkeys(LANGUAGES, "")
    label = waves[wave]
    spoken = {language: label.get(language) or next(iter(label.values())) for language in LANGUAGES}
    return {language: Messages(language)("study.at_wave", wave=spoken[language]) for language in LANGUAGES}


@dataclass(frozen=True)
class ScaleUse:
    """A scale of an instrument in this study, and the level to which its scores may be averaged."""

    name: str
    instrument: Instrument
    group: LevelName | None
    short_form: bool = False

    @property
    def items(self) -> list[str]:
        """Columns of its items, in the order of the instrument."""
        return [
            column
            for item in self.instrument.items_of(self.name, short_form=self.short_form)
            for column in self.instrument.columns_of(item.id)
        ]

    @property
    def formative(self) -> bool:
        """Whether its items make up the score without being signs of one thing, so that they need not go together."""
        scale = self.instrument.scales[self.name]
        return scale.method == "index" or self.instrument.composition_of(self.name) == "formative_index"

    @property
    def agreement_counts(self) -> bool:
        """Whether it says something that members of a group agree: not where each answers for oneself alone."""
        return self.instrument.composition_of(self.name) not in ("additive", "process")

    @property
    def answer_range(self) -> tuple[int, int] | None:
        """Lowest and highest code, when all items share them."""
        scales = [self.instrument.response_scale_of(item.id) for item in self.instrument.items_of(self.name)]
        ranges = {(scale.minimum, scale.maximum) if scale else None for scale in scales}
        return ranges.pop() if len(ranges) == 1 else None


@dataclass
class ScaleResults:
    """What was computed of one scale, by wave; a statistic that the study did not ask for is absent.

    ``cells`` says which groups may be shown, as :func:`lcresearch.disclosure.protect` gave it.
    """

    use: ScaleUse
    cells: pd.DataFrame
    items: dict[str, ItemAnalysis] = field(default_factory=dict)
    reliability: dict[str, Reliability] = field(default_factory=dict)
    agreement: dict[str, Agreement] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def shown(self, wave: str) -> bool:
        """Whether anything of this scale may be shown at this wave."""
        everybody = self.cells[(self.cells["level"] == EVERYBODY) & (self.cells["wave"] == wave)]
        return bool(everybody["released"].any())


def scales_in(
    instruments: Iterable[Instrument],
    groups: Mapping[str, LevelName | None],
    levels: tuple[LevelName, ...],
    short_forms: frozenset[str] = frozenset(),
) -> list[ScaleUse]:
    """All scales of a study.

    Parameters
    ----------
    groups : mapping
        Id of an instrument: the level that the study wants its scores averaged to, or None.
    levels : tuple of str
        Levels of the study, outermost first.

    Raises
    ------
    StudyError
        S006, when two instruments give a score the same name.
    """
    uses: dict[str, ScaleUse] = {}
    for instrument in instruments:
        for name in instrument.scales:
            if name in uses:
                raise StudyError("S006", scale=name, first=uses[name].instrument.id, second=instrument.id)
            wanted = groups.get(instrument.id) or instrument.level_of(name)
            uses[name] = ScaleUse(name, instrument, group_level(wanted, levels), instrument.id in short_forms)
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


def score(responses: Responses, uses: Iterable[ScaleUse]) -> pd.DataFrame:
    """Respondent, wave, levels and a column a scale, for the rows of ``responses.frame``."""
    short_form = {use.instrument.id: use.short_form for use in uses}
    instruments = {use.instrument.id: use.instrument for use in uses}
    columns = [c for one in instruments.values() for item in one.items for c in one.columns_of(item.id)]
    answers = responses.frame.reindex(columns=columns)
    who = responses.frame[["respondent", "wave", *responses.levels]]
    scores = (one.score(answers, short_form=short_form[name]) for name, one in instruments.items())
    return pd.concat([who, *scores], axis=1)


def path_columns(level: LevelName, levels: tuple[LevelName, ...]) -> list[str]:
    """Columns that together name a group of this level: all levels around it and its own."""
    return list(levels[: levels.index(level) + 1])


def group_names(frame: pd.DataFrame, level: LevelName, levels: tuple[LevelName, ...]) -> pd.Series[str]:
    """The name of each row's group: as it stands where names are unique, else with the groups around it.

    Missing where any part of the path is.
    """
    path = frame[path_columns(level, levels)]
    names = path[level].where(path.notna().all(axis=1))
    distinct = path.dropna().drop_duplicates()
    if distinct[level].is_unique:
        return names
    joined = path[path.columns[0]].astype("str")
    for column in path.columns[1:]:
        joined = joined + " / " + path[column].astype("str")
    return joined.where(names.notna())


@dataclass(frozen=True)
class Asked:
    """What a study wants to know of each scale."""

    waves: Waves
    analyses: tuple[AnalysisName, ...]
    levels: tuple[LevelName, ...]
    minimum_cell: int


def analyse(
    use: ScaleUse, answers: pd.DataFrame, scores: pd.DataFrame, cells: pd.DataFrame, asked: Asked
) -> ScaleResults:
    """Item analysis, reliability and agreement of a scale, each wave apart.

    Statistics over groups leave out groups that are not shown themselves (see
    :func:`lcresearch.disclosure.groups_for_statistics`); a wave of which nothing may be shown is passed over.
    """
    results = ScaleResults(use, cells)
    title = use.instrument.scales[use.name].title
    keyed = use.instrument.reversed(answers.reindex(columns=use.items), use.name, short_form=use.short_form)
    frame = keyed.assign(**{use.name: scores[use.name]})
    if use.group:
        frame[GROUP] = group_names(answers, use.group, asked.levels)
    if use.formative and {"items", "reliability"} & set(asked.analyses):
        results.problems.append(Problem("S060"))
    for wave in asked.waves:
        rows = (answers["wave"] == wave).to_numpy()
        if not frame.loc[rows, use.items].notna().to_numpy().any():
            results.problems.append(Problem("S020", values={"scale": dict(title), "at": at_wave(asked.waves, wave)}))
        elif results.shown(wave):
            _analyse_wave(results, wave, frame[rows], scores[rows], asked)
    return results


def _without_consistency(items: ItemAnalysis) -> ItemAnalysis:
    """The description of each item, without what asks whether items go together."""
    hidden = {name: float("nan") for name in _CONSISTENCY if name in items.items}
    problems = tuple(problem for problem in items.problems if problem.code != _AGAINST_THE_OTHERS)
    nothing = float("nan")
    return dataclasses.replace(
        items, items=items.items.assign(**hidden), cronbach_alpha=nothing, mean_correlation=nothing, problems=problems
    )


def _analyse_wave(results: ScaleResults, wave: str, frame: pd.DataFrame, scores: pd.DataFrame, asked: Asked) -> None:
    use, limits = results.use, results.use.answer_range
    frame = frame[frame[use.name].notna()]
    if "items" in asked.analyses:
        items = measurement.item_analysis(frame, use.items, response_range=limits)
        results.items[wave] = _without_consistency(items) if use.formative else items
    grouped, has_groups = frame, False
    if use.group:
        choice = groups_for_statistics(results.cells, path_columns(use.group, asked.levels), wave=wave)
        used = choice.rows(scores).reindex(frame.index)
        grouped = frame.assign(**{GROUP: frame[GROUP].where(used)})
        has_groups = bool(grouped[GROUP].notna().any())
        if choice.problem is not None:
            results.problems.append(choice.problem)
    if "reliability" in asked.analyses and not use.formative:
        results.reliability[wave] = measurement.reliability(
            grouped, use.items, group=GROUP if has_groups else None, score=use.name
        )
    if "agreement" in asked.analyses and has_groups:
        results.agreement[wave] = measurement.agreement(
            grouped[grouped[GROUP].notna()],
            use.items,
            GROUP,
            response_range=limits,
            composition=use.instrument.composition_of(use.name),
            score=use.name,
            minimum_complete=asked.minimum_cell,
        )
