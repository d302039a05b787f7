"""The result of a synthesis: what can be asked of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.errors import Problem, SynthesisError
from lcresearch.results import FittedModel
from lcresearch.synthesis.elements import WorkingElements, judge_elements
from lcresearch.synthesis.elements.certainty_rules import CertaintyRules
from lcresearch.synthesis.elements.verdict_rules import VerdictRules, verdict_rules
from lcresearch.synthesis.pooled.comparability import Compared, table_of
from lcresearch.synthesis.pooled.estimating import ADJUSTMENTS, ElementEvidence, estimate_elements
from lcresearch.synthesis.pooled.gathering import Gathered, Packages
from lcresearch.synthesis.pooled.pooled_model import PooledModel
from lcresearch.synthesis.pooled.records import presence_table
from lcresearch.synthesis.pooled.saved import SavedSynthesis, changes, kept_of, read_synthesis, save
from lcresearch.synthesis.pooled.several_outcomes import across_outcomes
from lcresearch.synthesis.pooled.tables import (
    consortia_table,
    estimates_table,
    keys_of,
    moderators_table,
    sectors_table,
    two_stage_table,
)
from lcresearch.synthesis.programme import ProgrammeFile, digest_of

LEAVE_OUT_MOST = 60
"""With more consortia, leaving each out in turn is done for those that are named."""


@dataclass(frozen=True, repr=False, eq=False)
class Synthesis(FittedModel):
    """One result over many consortia (:func:`lcresearch.synthesis.synthesize`).

    Attributes
    ----------
    gathered : Gathered
        Programme and packages.
    evidence : tuple of ElementEvidence
        What was found of each element for each estimand.
    working_elements : WorkingElements
        Verdicts: an element a row, with reasons in either language.
    pooled : dict of str to PooledModel
        Model -> sums over all consortia.
    interactions : DataFrame
        ``model, element, covariate, column, estimate, std_error, statistic, df, p_value, planned``: whether an element
        works differently for some persons.
    compared : tuple of Compared
        Invariance and alignment of each scale.
    codes, agreement, stopped, left_out, packages : DataFrame
        Codes by sector; agreement within groups; communities that stopped; what packages held back, models that are not
        there, and consortia without effects of their own; the packages.
    explored : tuple of str
        Moderators that were asked for without being declared.
    rules, certainty : rules of verdicts and of certainty
    problems : tuple of Problem
        What the reader must know.
    earlier : SavedSynthesis, optional
        The synthesis before this one.
    """

    title: ClassVar[str] = "Synthesis"

    gathered: Gathered
    evidence: tuple[ElementEvidence, ...]
    working_elements: WorkingElements
    pooled: dict[str, PooledModel]
    interactions: pd.DataFrame
    compared: tuple[Compared, ...]
    codes: pd.DataFrame
    agreement: pd.DataFrame
    stopped: pd.DataFrame
    left_out: pd.DataFrame
    packages: pd.DataFrame
    explored: tuple[str, ...] = ()
    rules: VerdictRules | str | Path | None = None
    certainty: CertaintyRules | str | Path | None = None
    problems: tuple[Problem, ...] = ()
    earlier: SavedSynthesis | None = field(default=None)

    @property
    def programme(self) -> ProgrammeFile:
        """The plan that the packages were made by."""
        return self.gathered.programme

    @property
    def programme_digest(self) -> str:
        """SHA-256 of what the programme declares."""
        return digest_of(self.programme)

    @property
    def elements(self) -> pd.DataFrame:
        """The working-elements table, in the language of the terminal; see :meth:`WorkingElements.frame`."""
        return self.working_elements.frame()

    @property
    def estimates(self) -> pd.DataFrame:
        """Pooled effects in standard deviations of the outcome at the first wave, a row each."""
        return estimates_table(self.evidence)

    @property
    def sectors(self) -> pd.DataFrame:
        """Effects by sector, with the joint test in each row of an element."""
        return sectors_table(self.evidence)

    @property
    def moderators(self) -> pd.DataFrame:
        """Effects at levels of moderators; ``planned`` tells the declared ones from those that were explored."""
        return moderators_table(self.evidence)

    @property
    def consortia(self) -> pd.DataFrame:
        """Effects by consortium: best linear unbiased predictions, and ``own_``, from its own sums alone."""
        return consortia_table(self.evidence)

    @property
    def two_stage(self) -> pd.DataFrame:
        """Meta-analyses of effects within consortia; ``difference`` is that with the one-stage effect.

        Numbers are missing where fewer than two consortia have communities enough (``n_estimable``).
        """
        return two_stage_table(self.evidence)

    @property
    def across_outcomes(self) -> pd.DataFrame:
        """Mean effects over outcomes of elements that have several, by a meta-analysis of outcomes within consortia."""
        return across_outcomes(self.evidence)

    @property
    def presence(self) -> pd.DataFrame:
        """How many consortia and communities of each sector have an element at all."""
        return presence_table(self.gathered.packages, self.programme)

    @property
    def comparability(self) -> pd.DataFrame:
        """Whether scales measure the same in all groups, a comparison a row."""
        return table_of(self.compared)

    def heterogeneity(self) -> pd.DataFrame:
        """How much effects differ over consortia, in both analyses, and between sectors.

        ``tau`` is that of one model, ``tau_two_stage, i2, q_p_value`` those of two stages, ``tau_within_sectors`` that
        of the model with effects by sector.
        """
        two = self.two_stage
        table = self.estimates[
            ["element", "outcome", "model", "adjustment", "n_consortia", "estimate", "tau", "planned"]
        ]
        names = {"tau": "tau_two_stage", "i2": "i2", "q_p_value": "q_p_value"}
        found = {new: two[old].to_numpy() if len(two) == len(table) else np.nan for old, new in names.items()}
        p = [
            np.nan if one.sectors is None or one.sectors.test is None else one.sectors.test["p_value"]
            for one in self.evidence
        ]
        within = [np.nan if one.sectors is None else one.sectors.tau for one in self.evidence]
        return table.assign(**found, sector_p_value=p, tau_within_sectors=within)

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """A pooled effect a row: ``term, outcome, model, adjustment, estimate, ...``, with its verdict."""
        table = estimates_table(self.evidence, conf_level).rename(columns={"element": "term"})
        return table.assign(verdict=self.working_elements.table["verdict"].to_numpy())

    def shown(self) -> pd.DataFrame:
        """The columns of the working-elements table that decide."""
        return self.working_elements.shown()

    def glance(self) -> pd.DataFrame:
        """One row: programme, numbers of consortia, sectors, communities and persons, and of each verdict."""
        n = {"n_consortia": len(self.packages), "n_sectors": self.packages["sector"].nunique()}
        row: dict[str, object] = {"programme": self.programme.id, "simulated": self.simulated, **n}
        row |= {"n_communities": max((one.n_communities for one in self.pooled.values()), default=0)}
        row |= {"n_persons": max((one.n_persons for one in self.pooled.values()), default=0)}
        return pd.concat([pd.DataFrame([row]), self.working_elements.glance()], axis=1)

    @property
    def simulated(self) -> bool:
        """Whether the packages hold simulated data."""
        return bool(self.packages["simulated"].any()) or self.programme.simulated

    def report(self, folder: str | Path, *, languages: Sequence[str] | None = None, force: bool = False) -> Path:
        """Write the report for a steering group with its tables and figures; more choices in ``save_synthesis``.

        Parameters
        ----------
        folder : path
            It appears whole or not at all.
        languages : sequence of "nl" and "en", optional
            By default those of the programme; the first is ``report.html``.
        force : bool
            Replace an earlier synthesis in this folder.

        Returns
        -------
        Path
            The report in the first language.

        Raises
        ------
        StudyError
            G002, S010, S013, S014: the folder cannot take the output; nothing is written then.
        ReportingError
            P002: there are no texts in a language.
        """
        from lcresearch.reporting.synthesis_files import save_synthesis

        return save_synthesis(self, folder, languages=languages, force=force)

    def tables(self) -> dict[str, pd.DataFrame]:
        """All tables by name."""
        names = (
            "elements",
            "estimates",
            "sectors",
            "moderators",
            "interactions",
            "consortia",
            "two_stage",
            "across_outcomes",
            "presence",
            "comparability",
            "codes",
            "agreement",
            "stopped",
            "left_out",
            "packages",
        )
        found = {name: getattr(self, name) for name in names}
        programme = pd.DataFrame([{"id": self.programme.id, "declared": self.programme.declared}])
        return super().tables() | found | {"heterogeneity": self.heterogeneity(), "programme": programme}

    def cautions(self) -> list[str]:
        """What was not estimable and why, releases that were replaced, and what the elements table warns of."""
        own = [problem.message() for problem in self.problems]
        return list(dict.fromkeys([*own, *self.working_elements.cautions()]))

    def leave_one_out(self, consortia: Sequence[str] | None = None, *, verdicts: bool = True) -> pd.DataFrame:
        """Estimate and verdict of each element without each consortium in turn, from the sums.

        Effects stay in standard deviations over all persons, so that they can be compared.

        Parameters
        ----------
        consortia : sequence of str, optional
            Which are left out, one at a time; all unless given, or with more than 60 consortia none.
        verdicts : bool
            False leaves out moderators and verdicts, which take most of the time.

        Returns
        -------
        DataFrame
            ``without, sector, element, outcome, model, adjustment, estimate, std_error, tau, difference, verdict,
            verdict_changed``: whether the estimates lead to another one, apart from that a sector with one consortium
            less may have too few for any.

        Raises
        ------
        SynthesisError
            Y190: a consortium that is not there, or none named where there are more than 60.
        """
        known = self.packages["consortium"].tolist()
        chosen = known if consortia is None else list(consortia)
        if (consortia is None and len(known) > LEAVE_OUT_MOST) or set(chosen) - set(known):
            wrong = [name for name in chosen if name not in known]
            raise SynthesisError("Y190", found=wrong or len(known), known=known[:20], most=LEAVE_OUT_MOST)
        sector_of = dict(zip(known, self.packages["sector"], strict=True))
        with_all = self._by_estimates(self.evidence) if verdicts else None
        parts = [self._without(name, with_all).assign(without=name, sector=sector_of[name]) for name in chosen]
        table = pd.concat(parts, ignore_index=True)
        return table[["without", "sector", *(name for name in table if name not in ("without", "sector"))]]

    def _without(self, consortium: str, with_all: npt.NDArray[np.object_] | None) -> pd.DataFrame:
        """All elements without one consortium; with their verdicts where those with all of them are given."""
        found = []
        for estimand in self.programme.estimands:
            pooled = self.pooled[estimand.model]
            left = [name for name in pooled.consortia if name != consortium]
            own = [one for one in self.evidence if one.estimate.model == estimand.model]
            own = [one for one in own if one.estimate.adjustment == ADJUSTMENTS[estimand.adjustment]]
            found += estimate_elements(
                pooled.only(left) if len(left) < len(pooled.consortia) else pooled,
                estimand,
                comparability=own[0].estimate.comparability,
                stopped=own[0].estimate.stopped_included,
                two_stages=False,
                near={one.estimate.element: one.fit for one in own if one.fit is not None},
                moderated=with_all is not None,
            )
        rows = [
            {**keys_of(one), **{name: getattr(one.estimate, name) for name in ("estimate", "std_error", "tau")}}
            for one in found
        ]
        table = pd.DataFrame(rows)
        table["difference"] = table["estimate"] - self.estimates["estimate"].to_numpy()
        if with_all is None:
            return table
        judged = judge_elements([one.estimate for one in found], self.rules, self.certainty).table["verdict"]
        changed = self._by_estimates(found) != with_all
        return table.assign(verdict=judged, verdict_changed=changed)

    def _by_estimates(self, found: Sequence[ElementEvidence]) -> npt.NDArray[np.object_]:
        """Verdicts by what was estimated, however few the consortia."""
        rules = self.rules if isinstance(self.rules, VerdictRules) else verdict_rules(self.rules)
        order = tuple(name for name in rules.order if name != "few_consortia")
        by = rules.model_copy(update={"order": order})
        table = judge_elements([one.estimate for one in found], by, self.certainty).table
        return table["verdict"].to_numpy(dtype=object)

    def update(self, packages: Packages) -> Synthesis:
        """The synthesis with more packages; a later release of a consortium takes the place of the earlier one.

        The result knows this one as its earlier synthesis: ``changes_since()`` tells what changed.
        """
        from lcresearch.synthesis.pooled.gathering import opened
        from lcresearch.synthesis.pooled.synthesize import synthesize

        together = [*self.gathered.packages, *opened(packages)]
        return synthesize(
            together,
            self.programme,
            earlier=kept_of(self),
            explore=self.explored,
            rules=self.rules,
            certainty_rules=self.certainty,
            ddf=next(iter(self.pooled.values())).ddf,
        )

    def changes_since(self, earlier: Synthesis | SavedSynthesis | str | Path | None = None) -> pd.DataFrame:
        """What changed since an earlier synthesis, an element a row; see :func:`~saved.changes`.

        Parameters
        ----------
        earlier : Synthesis, SavedSynthesis, str or Path, optional
            Also the file, or folder with ``synthesis.json``, that :meth:`save` wrote; by default the one that this
            result was updated from.

        Raises
        ------
        SynthesisError
            Y191: no earlier synthesis is known, or no such file; Y192: that was of another programme.
        """
        before = self.earlier if earlier is None else earlier
        if before is None:
            raise SynthesisError("Y191")
        if isinstance(before, Synthesis):
            before = kept_of(before)
        if isinstance(before, str | Path):
            before = read_synthesis(before)
        return changes(kept_of(self), before)

    def save(self, path: str | Path) -> Path:
        """Write ``synthesis.json``, whole or not at all: all tables, to read and to compare with later."""
        return save(self, Path(path))
