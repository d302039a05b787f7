"""Conservative, parsimonious and intermediate solutions of a truth table."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from lcresearch.errors import Problem
from lcresearch.integration.configurations.covers import MOST_MODELS, Covers, fewest_covers, irredundant_covers
from lcresearch.integration.configurations.expectations import Expectations, easy_counterfactuals
from lcresearch.integration.configurations.fit import TermFits
from lcresearch.integration.configurations.minimisation import Chart, prime_implicants
from lcresearch.integration.configurations.observed_rows import TruthTable
from lcresearch.integration.configurations.result import Kind, Model, Solution
from lcresearch.integration.configurations.terms import Ints, configurations_of, covers, term_name
from lcresearch.messages import LANGUAGES, Messages

MOST_PAIRS = 400
"""Pairs of a conservative and a parsimonious model of which an intermediate solution is made."""


@dataclass
class Solver:
    """Solutions of one truth table.

    Attributes
    ----------
    table : TruthTable
    every : bool
        Whether models are all of which no term can be left out, or only those with the fewest terms.
    most : int
        Models after which the search stops.
    """

    table: TruthTable
    every: bool = False
    most: int = MOST_MODELS

    def __post_init__(self) -> None:
        self.explain = self.table.rows("1")
        self.remainders = self.table.rows("?")
        self.configurations: Ints = configurations_of(np.array(self.remainders, dtype=np.int64), self.table.levels)
        self._known: dict[tuple[int, ...], Solution] = {}

    def conservative(self) -> Solution:
        """Without assumptions on remainders; also called complex (Ragin, 1987)."""
        return self._labelled(self._solved(()), "conservative")

    def parsimonious(self, barred: Collection[int] = (), kind: Kind = "parsimonious") -> Solution:
        """With any assumption that makes it shorter, except on the rows that are barred."""
        allowed = tuple(row for row in self.remainders if row not in set(barred))
        return self._labelled(self._solved(allowed), kind)

    def intermediate(
        self,
        conservative: Solution,
        parsimonious: Solution,
        expectations: Expectations,
        kind: Kind = "intermediate",
    ) -> tuple[Solution, ...]:
        """With assumptions that agree with the expectations, for each pair of models (Ragin & Sonnett, 2005)."""
        pairs = [(c, p) for c in range(len(conservative.models)) for p in range(len(parsimonious.models))]
        found = []
        for c, p in pairs[:MOST_PAIRS]:
            long, short = conservative.models[c], parsimonious.models[p]
            levels = self.table.levels
            easy = easy_counterfactuals(long.terms, short.terms, short.assumptions, expectations, levels)
            difficult = tuple(row for row in short.assumptions if row not in set(easy))
            solved = replace(self._solved(easy), pair=f"C{c + 1}P{p + 1}", easy=easy, difficult=difficult)
            found.append(self._labelled(solved, kind))
        if len(pairs) > MOST_PAIRS:
            limit = Problem("Q029", values={"n": len(pairs), "shown": MOST_PAIRS, "outcome": self.table.outcome})
            found[0] = replace(found[0], problems=(*found[0].problems, limit))
        return tuple(found)

    def _solved(self, allowed: tuple[int, ...]) -> Solution:
        """All models when the allowed rows may be used."""
        if allowed not in self._known:
            self._known[allowed] = self._solve(allowed)
        return self._known[allowed]

    def _solve(self, allowed: tuple[int, ...]) -> Solution:
        conditions = self.table.conditions
        if not self.explain:
            return Solution(self.table.outcome, "conservative")
        if len(self.explain) + len(allowed) == self.table.n_rows:
            problem = Problem("Q019", values={"outcome": self.table.outcome})
            return Solution(self.table.outcome, "conservative", problems=(problem,))
        chart = prime_implicants(self.table.levels, self.explain, allowed)
        every = irredundant_covers(chart.holds, self.most)
        found = every if self.every else fewest_covers(chart.holds, self.most)
        models = self._models(chart, found)
        names = tuple(term_name(term, conditions) for term in chart.terms)
        shared = set.intersection(*(set(cover) for cover in found.covers))
        essential = [chart.terms[place] for place in sorted(shared)] if found.complete else chart.essential
        return Solution(
            self.table.outcome,
            "conservative",
            models=tuple(models),
            prime_implicants=names,
            chart=pd.DataFrame(chart.holds, index=pd.Index(names, dtype=object), columns=list(chart.rows)),
            essential=tuple(term_name(term, conditions) for term in essential),
            n_irredundant=max(len(every), len(models)),
            complete=found.complete,
            problems=tuple(_ambiguity(self.table.outcome, len(models), found.complete, len(every), every.complete)),
        )

    def _models(self, chart: Chart, found: Covers) -> list[Model]:
        """Covers of the chart as models with their fit."""
        table = self.table
        used = sorted({place for cover in found.covers for place in cover})
        terms, place_of = [chart.terms[place] for place in used], {place: at for at, place in enumerate(used)}
        fits = TermFits(terms, table.frame, table.membership.to_numpy(dtype=np.float64), table.conditions)
        assumed = covers(terms, self.configurations)
        models = []
        for cover in ([place_of[place] for place in cover] for cover in found.covers):
            fit, unexplained = fits.whole(cover)
            measures = {name: float(value[0]) for name, value in fit._asdict().items()}
            marks = np.flatnonzero(assumed[cover].any(axis=0))
            model = Model(
                table.conditions,
                tuple(terms[at] for at in cover),
                fits.of_model(cover),
                **measures,
                deviant_coverage=unexplained,
                assumptions=tuple(self.remainders[place] for place in marks),
            )
            models.append(model)
        return models

    def _labelled(self, solved: Solution, kind: Kind) -> Solution:
        name = _name_of(kind, solved.pair)
        problems = [replace(problem, values={**problem.values, "solution": name}) for problem in solved.problems]
        used = sorted({row for model in solved.models for row in model.assumptions})
        if used:
            values = {
                "outcome": solved.outcome,
                "solution": name,
                "n": len(used),
                "of": len(self.remainders),
            }
            problems.append(Problem("Q023", values=values))
        return replace(solved, kind=kind, problems=tuple(problems))


def _ambiguity(outcome: str, n: int, all_fewest: bool, every: int, all_every: bool) -> list[Problem]:
    """More than one model, longer models, a search that stopped."""
    found = []
    if n > 1:
        found.append(Problem("Q020", values={"outcome": outcome, "n": n}))
    if not all_fewest:
        found.append(Problem("Q021", values={"outcome": outcome, "n": n}))
    if all_fewest and every > n:
        at_least = {"nl": "" if all_every else "minstens ", "en": "" if all_every else "at least "}
        found.append(Problem("Q027", values={"outcome": outcome, "every": every, "at_least": at_least, "fewest": n}))
    return found


def _name_of(kind: str, pair: str) -> dict[str, str]:
    """What a solution is called in messages, in each language."""
    names = {language: Messages(language)(f"integration.qca.kind.{kind}") for language in LANGUAGES}
    return {language: f"{name} {pair}".strip() for language, name in names.items()}
