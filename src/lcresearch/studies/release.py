"""From what was computed to what may be shown: the content of the report.

Everything passes through ``disclosure`` here. Nothing about fewer persons than the study's minimum leaves this module.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from lcresearch.change.analyses import FEWEST_FIRMS
from lcresearch.disclosure import EVERYBODY, Distributions, Ledger, Policy, merge_categories, protect
from lcresearch.errors import Problem
from lcresearch.messages import LANGUAGES, Messages
from lcresearch.reporting.change_content import ChangeContent
from lcresearch.reporting.content import (
    ContextContent,
    Head,
    Participation,
    Quality,
    ReportContent,
    ResponseOverview,
    ScaleContent,
    Text,
)
from lcresearch.responses import Responses, Screening
from lcresearch.responses.persons.pseudonyms import KeyFile
from lcresearch.responses.waves.linking import Linked
from lcresearch.studies.analysis import ScaleResults, ScaleUse, at_wave
from lcresearch.studies.change import StudyChange
from lcresearch.studies.change_imputed import imputed_shown
from lcresearch.studies.change_release import change_shown
from lcresearch.studies.characteristics import Counted, count_cells, response_by, with_names
from lcresearch.studies.coarsening import coarse
from lcresearch.studies.context import context, context_questions
from lcresearch.studies.file_names import under_shown_names
from lcresearch.studies.gathering import WITHDRAWING
from lcresearch.studies.ledger_names import ledger_names
from lcresearch.studies.model import LevelName, StudyFile
from lcresearch.studies.participation import invited_persons, memberships, moves, turnover
from lcresearch.studies.publication import Publication
from lcresearch.studies.quality import quality
from lcresearch.studies.shown_groups import NEUTRAL, NUMBERS, no_scores, withheld_groups
from lcresearch.studies.shown_means import agreement_of_groups, means_with_intervals
from lcresearch.studies.shown_questions import items_of, origin_of
from lcresearch.studies.shown_statistics import (
    agreement_shown,
    coarse_by_wave,
    distribution_shown,
    items_shown,
    problems_of,
    verdict_shown,
)

_COUNTED = ("S048", "S050", *WITHDRAWING)
"""Rows that were left out stand in the account of rows, where a number of one or two stays unnamed."""
_NO_LISTS = ("header", "test")
"""Rows of a file that no respondent filled in."""


@dataclass(frozen=True)
class Release:
    """Decides and gathers what a study shows.

    Attributes
    ----------
    file : StudyFile
    responses : Responses
    published : Publication
        The answers and scores that may stand behind results.
    waves : mapping of str to text
        Waves in order, with their labels.
    ledger : Ledger
        What went out earlier. It knows persons by their own ids, so that it still does when the key to pseudonyms was
        lost and made anew.
    key : KeyFile or None
        The key to pseudonyms, when ids were replaced.
    screening : Screening or None
        What the answers look like, rows that the study leaves out included.
    linked : Linked or None
        How persons were recognised over waves, when by a self-made code.
    invited : DataFrame or None
        Who was invited, as :func:`lcresearch.responses.waves.response_rates` takes it.
    counted : Counted
        By what the response is counted beside the levels.
    """

    file: StudyFile
    responses: Responses
    published: Publication
    waves: Mapping[str, Text]
    ledger: Ledger
    key: KeyFile | None = None
    screening: Screening | None = None
    linked: Linked | None = None
    invited: pd.DataFrame | None = None
    counted: Counted = field(default_factory=Counted)

    @property
    def policy(self) -> Policy:
        """The minimum cell of this study."""
        return Policy(minimum_cell=self.file.privacy.minimum_cell)

    @property
    def levels(self) -> tuple[LevelName, ...]:
        """Levels, outermost first."""
        return self.file.ordered_levels

    @property
    def scores(self) -> pd.DataFrame:
        """Respondent, wave, levels and a column a scale."""
        return self.published.scores

    @cached_property
    def persons(self) -> pd.Series[str]:
        """What a person is known by in the ledger: the id, or the answers themselves where the file has no ids."""
        return ledger_names(self.responses, self.key)

    def _own_ids(self, ids: pd.Series[str]) -> pd.Series[str]:
        return ids if self.key is None else self.key.originals(ids)

    def cells(self) -> dict[str, pd.DataFrame]:
        """By scale, which groups may be shown with its score.

        Scales that share items, such as a scale and its parts, are shown for the same groups: else one that is hidden
        could be computed from the others. For the ledger an answer is that to all these items: they are shown too.
        """
        self.ledger.check_recognisable(self.persons.tolist(), list(self.waves))
        found: dict[str, pd.DataFrame] = {}
        for family in self.published.families:
            names, items = [use.name for use in family], self.published.items_of(family)
            frame = self.scores.assign(respondent=self.persons).join(self.published.answers[items])
            cells = protect(frame, names, self.levels, self.policy, ledger=self.ledger, answers=items)
            found |= {name: cells[cells["statistic"] == name].reset_index(drop=True) for name in names}
        return found

    @cached_property
    def counts(self) -> pd.DataFrame:
        """Groups, and values of what is counted beside the levels, with their number of persons where it is shown."""
        people, by = self.counted.beside(self.scores.assign(respondent=self.persons)), self.counted.columns
        return with_names(count_cells(people, by, self.levels, list(self.waves), self.policy, self.ledger))

    def content(
        self, results: Iterable[ScaleResults], provenance: Mapping[str, str], changed: StudyChange | None = None
    ) -> ReportContent:
        """All that the report shows; ``changed`` is what there is of change between waves."""
        results = list(results)
        distributions = self._distributions(results)
        scales = tuple(self._scale(one, distributions) for one in results)
        overview, quality_shown = self._overview(results), self._quality()
        rows = quality_shown.rows.set_index("reason")["n"]
        n_lists = int(rows["read"] - rows.reindex(list(_NO_LISTS)).sum())
        return ReportContent(
            head=self._head(provenance),
            response=dataclasses.replace(overview, n_rows_read=n_lists),
            scales=scales,
            withheld=withheld_groups([one.cells for one in results]),
            participation=self._participation(overview),
            quality=quality_shown,
            change=None if changed is None else self._change(changed, results, distributions),
        )

    def _change(self, changed: StudyChange, results: list[ScaleResults], distributions: Distributions) -> ChangeContent:
        cells = {one.use.name: one.cells for one in results}
        exact = {one.use.name: self._exact(one.use, distributions) for one in results}
        shown = change_shown(changed, self, cells, exact)
        if changed.imputed is None:
            return shown
        return dataclasses.replace(shown, imputed=imputed_shown(changed.imputed, shown, self.policy.minimum_cell))

    def _participation(self, overview: ResponseOverview) -> Participation:
        """Who took part. Persons who have no id are in one wave each, so that waves say nothing of them."""
        frame, waves = self.responses.frame, list(self.waves)
        people = self.counted.beside(frame)
        by = [*self.levels, *self.counted.columns]
        invited = invited_persons(people, self.invited, by, waves, self.counts, self.policy)
        followed = waves if self.file.respondent is not None or self.file.linking is not None else waves[:1]
        known = memberships(frame, self.levels, followed)
        return Participation(
            turnover=turnover(frame, followed, self.policy, known),
            moves=moves(known, followed, self.policy),
            invited=invited[invited["level"].isin([EVERYBODY, *self.levels])].reset_index(drop=True),
            context=self.context_shown(self.policy, self.ledger),
            response_by=response_by(self.counted, people[people["wave"].isin(waves)], self.counts, invited),
        )

    def context_shown(self, policy: Policy, ledger: Ledger) -> ContextContent:
        """Answers on who took part, as far as these may be shown to the public of a ledger."""
        frame = self.responses.frame
        # what is counted by value is not counted by answer as well: that would tell more
        columns = set(frame.columns) - {one.name for one in self.counted.found}
        questions = context_questions(self.responses.instruments, columns)
        return context(questions, frame.assign(respondent=self.persons), list(self.waves), policy, ledger)

    def _quality(self) -> Quality:
        return quality(
            self.responses,
            list(self.waves),
            self.screening,
            self.linked,
            self._persons_screened(),
            excluded=self.file.screening.exclude,
            policy=self.policy,
            ledger=self.ledger,
        )

    def _persons_screened(self) -> list[str]:
        """As ``persons``, for all rows that were screened; those left out go by their own names."""
        excluded = self.file.screening.exclude
        if self.screening is None or not excluded:
            return self.persons.tolist()
        out = self.screening.flagged(excluded).to_numpy()
        names = self._own_ids(self.screening.rows["respondent"]).to_numpy(dtype=object)
        names[~out] = self.persons.to_numpy(dtype=object)
        return [str(name) for name in names]

    def _head(self, provenance: Mapping[str, str]) -> Head:
        return Head(
            title=self.file.title,
            description=self.file.description,
            languages=self.file.languages,
            levels={level: self.file.levels[level].title or _level_name(level) for level in self.levels},
            level_plurals={level: plural for level in self.levels if (plural := self.file.levels[level].title_plural)},
            waves=self.waves,
            minimum_cell=self.file.privacy.minimum_cell,
            simulated=self.file.simulated,
            consortium=self.file.consortium,
            sector=self.file.sector,
            provenance=provenance,
        )

    def _overview(self, results: list[ScaleResults]) -> ResponseOverview:
        scored = dict.fromkeys(item for one in results for item in one.use.items)
        items = list(scored or self.responses.items)
        answers = self.responses.frame.reindex(columns=items)
        waves = self.responses.frame["wave"]
        complete = answers.notna().all(axis=1)
        by_wave = pd.DataFrame(
            {
                "wave": list(self.waves),
                "n_persons": [int((waves == wave).sum()) for wave in self.waves],
                "n_complete": [int(complete[waves == wave].sum()) for wave in self.waves],
            }
        )
        small = by_wave["n_persons"] < self.policy.minimum_cell
        by_wave["n_complete"] = by_wave["n_complete"].where(~small)
        answered = answers[list(scored)].notna().groupby(waves.to_numpy()).sum().rename_axis("wave").reset_index()
        missing = answered.melt(id_vars="wave", var_name="item", value_name="answered").astype({"answered": "int64"})
        missing["n"] = missing["wave"].map(by_wave.set_index("wave")["n_persons"]).astype("int64")
        missing["n_missing"] = (missing["n"] - missing["answered"]).where(missing["n"] >= self.policy.minimum_cell)
        respondents = self.responses.frame["respondent"]
        n_persons, n_answered = respondents.nunique(), respondents[answers.notna().any(axis=1)].nunique()
        few = range(1, self.policy.minimum_category)
        counts = self.counts[self.counts["level"].isin(self.levels)].reset_index(drop=True)
        return ResponseOverview(
            n_rows_read=len(self.responses.frame),
            n_rows_used=int(waves.isin(list(self.waves)).sum()),
            n_persons=n_persons,
            n_answered=None if n_answered in few or n_persons - n_answered in few else n_answered,
            by_wave=by_wave,
            by_group=counts[["level", "parent", "group", "wave", "n_persons", "released"]],
            missing=missing[["item", "wave", "n", "n_missing"]],
            problems=under_shown_names(self.responses.problems, self.file.responses, without=_COUNTED),
        )

    def _distributions(self, results: list[ScaleResults]) -> Distributions:
        codes = {
            item.id: scale.codes
            for one in results
            for item in one.use.instrument.items_of(one.use.name, short_form=one.use.short_form)
            if (scale := one.use.instrument.response_scale_of(item.id)) is not None and item.type == "choice"
        }
        answers = self.published.answers
        frame = answers[["respondent", "wave"]].join(answers[list(codes)])
        of_scales = [[item for item in one.use.items if item in codes] for one in results]
        scales = [items for items in of_scales if items]
        return merge_categories(frame, codes, self.policy, scales=scales, held_back=self._given_away(results))

    def _given_away(self, results: list[ScaleResults]) -> set[tuple[str, object]]:
        """Items and waves whose distribution, beside that of an earlier report, says what a few persons answered."""
        found: set[tuple[str, object]] = set()
        for one in results:
            for wave in self.waves:
                rows = (self.scores["wave"] == wave) & self.scores[one.use.name].notna()
                differ = self.ledger.came_and_went(one.use.name, wave, self.persons[rows].tolist())
                if any(0 < n < self.policy.minimum_cell for pair in differ for n in pair):
                    found.update((item, wave) for item in one.use.items)
        return found

    def _scale(self, results: ScaleResults, distributions: Distributions) -> ScaleContent:
        use, instrument = results.use, results.use.instrument
        scale = instrument.scales[use.name]
        minimum, maximum = instrument.range_of(use.name)
        held = distributions.withheld[distributions.withheld["reason"] == "earlier"]
        waves = held.loc[held["item"].isin(use.items), "wave"].unique()
        earlier = [Problem("D011", values={"at": at_wave(self.waves, wave)}) for wave in waves]
        problems = [*earlier, *self.published.problems[use.name], *results.problems, *problems_of(results)]
        exact = self._exact(use, distributions)
        shown = [wave for wave in self.waves if results.shown(wave)]
        asked = self.file.analyses
        return ScaleContent(
            name=use.name,
            title=scale.title,
            description=instrument.text,
            instrument_id=instrument.id,
            instrument_title=instrument.title,
            instrument_version=instrument.version,
            instrument_hash=instrument.hash,
            provisional=instrument.status == "provisional",
            origin=origin_of(instrument),
            level=instrument.level_of(use.name),
            composition=instrument.composition_of(use.name),
            minimum=minimum,
            maximum=maximum,
            items=items_of(use),
            distribution=distribution_shown(distributions.shown, use, shown, asked),
            overall=coarse(self._overall(results), unless=exact),
            scores=coarse(self._scores(results) if "scores" in asked else no_scores(), unless=exact),
            low=scale.low,
            high=scale.high,
            reliability=coarse_by_wave({wave: one.tidy() for wave, one in results.reliability.items()}, exact),
            items_analysed=items_shown(results, distributions.mean_allowed, exact),
            agreement=coarse_by_wave(agreement_shown(results), exact),
            agreement_groups=self._agreement_groups(results, exact),
            agreement_level=use.group,
            verdicts={wave: verdict_shown(one.verdict, use) for wave, one in results.agreement.items()},
            problems=tuple({repr(problem): problem for problem in problems}.values()),
        )

    def _exact(self, use: ScaleUse, distributions: Distributions) -> bool:
        """Whether no answers of this scale, or of one that shares items with it, were merged or withheld."""
        items = self.published.items_of(self.published.family_of(use.name))
        allowed = distributions.mean_allowed
        return bool(allowed.loc[allowed["item"].isin(items), "mean_allowed"].all())

    @property
    def depth_of_intervals(self) -> int | None:
        """The level over whose groups intervals of everybody are: consortia, or the outermost there are below sectors.

        In a study of change with fewer of these than tell of others like them, the intervals are about the persons who
        are in them, as the change is: None.
        """
        depth = next((n for n, level in enumerate(self.levels) if level != "sector"), None)
        few = depth is not None and len(self.scores[list(self.levels[: depth + 1])].drop_duplicates()) < FEWEST_FIRMS
        if few and self.file.change is not None:
            return None
        return depth

    def _overall(self, results: ScaleResults) -> pd.DataFrame:
        """Means of everybody."""
        table = means_with_intervals(self.scores, self.levels, results, [], self.depth_of_intervals)
        table = table.set_index("wave").reindex(list(self.waves)).reset_index()
        shown = table["wave"].map(results.shown)
        return table[["wave", *NUMBERS]].assign(**{name: table[name].where(shown) for name in NUMBERS})

    def _scores(self, results: ScaleResults) -> pd.DataFrame:
        """Means of all groups at all levels; missing where they may not be shown."""
        cells = with_names(results.cells)
        if cells.empty:
            return no_scores()
        parts = [self._means(results, depth) for depth in range(1, len(self.levels) + 1)]
        table = cells.merge(pd.concat(parts), on=["level", "wave", "key"], how="left")
        for name in NUMBERS:
            table[name] = table[name].where(table["released"])
        table["reason"] = table["reason"].replace(NEUTRAL)
        return table[["level", "parent", "group", "wave", *NUMBERS, "released", "reason"]]

    def _means(self, results: ScaleResults, depth: int) -> pd.DataFrame:
        path = list(self.levels[:depth])
        table = means_with_intervals(
            self.scores, self.levels, results, path, depth if depth < len(self.levels) else None
        )
        table["key"] = list(table[path].itertuples(index=False, name=None))
        return table.assign(level=self.levels[depth - 1])[["level", "wave", "key", *NUMBERS]]

    def _agreement_groups(self, results: ScaleResults, exact: bool) -> pd.DataFrame | None:
        """Agreement within each group that may be shown, where enough persons answered all items."""
        level = results.use.group
        if level is None or not results.agreement or not results.use.agreement_counts:
            return None
        return coarse_by_wave(agreement_of_groups(self.scores, self.levels, results, level), exact)


def _level_name(level: LevelName) -> Text:
    return {language: Messages(language)(f"study.level.{level}") for language in LANGUAGES}
