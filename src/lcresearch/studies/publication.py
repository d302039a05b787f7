"""Whose answers stand behind what a study shows.

A score and its items, or a scale and its parts, tell on a person who is in one of them only: the sums of the items less
the sum of the scores is then the answer of that person. So everything that is shown of scales that share items is about
the same persons: those with a score on all of them. If fewer than the minimum cell of those left a question open, they
are left out too, since the items and the scores together would give their answers away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from lcresearch.errors import Problem
from lcresearch.studies.analysis import ScaleUse, Waves, at_wave


@dataclass(frozen=True)
class Publication:
    """The answers and scores that results are made of.

    Attributes
    ----------
    answers : DataFrame
        As ``Responses.frame``, the answers of those left out missing.
    scores : DataFrame
        Respondent, wave, levels and a column a scale; the scores of those left out missing.
    families : tuple of tuple of ScaleUse
        Scales that share items, together.
    problems : mapping
        By scale, how many persons were left out and why.
    """

    answers: pd.DataFrame
    scores: pd.DataFrame
    families: tuple[tuple[ScaleUse, ...], ...]
    problems: dict[str, list[Problem]]

    def family_of(self, scale: str) -> tuple[ScaleUse, ...]:
        """The scales that share items with this one, itself included."""
        return next(family for family in self.families if any(use.name == scale for use in family))

    def items_of(self, family: Iterable[ScaleUse]) -> list[str]:
        """Columns of all items of these scales, each once."""
        return list(dict.fromkeys(item for use in family for item in use.items))


def publication(
    answers: pd.DataFrame, scores: pd.DataFrame, uses: list[ScaleUse], waves: Waves, minimum_cell: int
) -> Publication:
    """Leave out the persons of whom published sums would tell.

    Parameters
    ----------
    answers, scores : DataFrame
        The same rows; answers have a column for each item.
    waves : mapping
        Waves in order, with their labels by language.
    minimum_cell : int
        Fewest persons with open questions that may stay in.
    """
    shown = Publication(answers.copy(), scores.copy(), families(uses), {use.name: [] for use in uses})
    for family in shown.families:
        names, items = [use.name for use in family], shown.items_of(family)
        answered = answers[items].notna()
        scored = scores[names].notna().all(axis=1)
        for wave in waves:
            at = at_wave(waves, wave)
            here = answers["wave"] == wave
            few = scored & ~answered.all(axis=1) & here
            kept = scored & ~few if 0 < int(few.sum()) < minimum_cell else scored
            out = here & ~kept
            shown.answers.loc[out, items] = float("nan")
            shown.scores.loc[out, names] = float("nan")
            _note(shown.problems, names, at, int((here & ~scored & answered.any(axis=1)).sum()), "S021")
            _note(shown.problems, names, at, int((here & scored & ~kept).sum()), "S022")
    return shown


def _note(problems: dict[str, list[Problem]], scales: list[str], at: Mapping[str, str], n: int, code: str) -> None:
    if n:
        problems[scales[0]].append(Problem(code, values={"n": n, "at": at}))


def families(uses: list[ScaleUse]) -> tuple[tuple[ScaleUse, ...], ...]:
    """Scales in groups that share items, directly or through another scale."""
    found: list[tuple[list[ScaleUse], set[str]]] = []
    for use in uses:
        members, items, apart = [use], set(use.items), []
        for others, other_items in found:
            if items & other_items:
                members, items = [*others, *members], items | other_items
            else:
                apart.append((others, other_items))
        found = [*apart, (members, items)]
    return tuple(tuple(members) for members, _ in found)
