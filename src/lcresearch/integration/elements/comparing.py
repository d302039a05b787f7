"""Comparisons of cases as integration.yaml plans them: sets, what is necessary, and which combinations are enough."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from lcresearch.errors import IntegrationError
from lcresearch.integration.configurations.analysis import qca
from lcresearch.integration.configurations.calibrated import Calibrated
from lcresearch.integration.configurations.calibration import calibrate
from lcresearch.integration.configurations.necessity import Necessity, necessity
from lcresearch.integration.configurations.result import QCA
from lcresearch.integration.plan.model import IntegrationFile, QcaPlan
from lcresearch.messages import LANGUAGES

_OUTCOME = "outcome"


@dataclass(frozen=True)
class CaseComparisons:
    """What came of the planned comparisons.

    Attributes
    ----------
    analyses : mapping of str to QCA
        Those that could be done.
    necessity : mapping of str to Necessity
    sets : mapping of str to mapping of str to Calibrated
        Analysis -> set: a condition, or the outcome, which is called by its column.
    failed : mapping of str to mapping of str to str
        Analysis -> why it could not be done, by language, without names of cases.
    """

    analyses: Mapping[str, QCA]
    necessity: Mapping[str, Necessity]
    sets: Mapping[str, Mapping[str, Calibrated]]
    failed: Mapping[str, Mapping[str, str]]

    def needed(self) -> dict[str, pd.DataFrame]:
        """Analysis -> single conditions as necessary ones for the outcome: ``condition, consistency, coverage``."""
        return {
            name: found.single[found.single[_OUTCOME] == found.outcome].reset_index(drop=True)
            for name, found in self.necessity.items()
        }


def compare_cases(frame: pd.DataFrame, plan: IntegrationFile) -> CaseComparisons:
    """Do every comparison of the plan; one that cannot be done says why, and the others go on.

    Cases with a gap in a set are left out of a comparison, and named in its cautions: nothing is filled in.

    Parameters
    ----------
    frame : DataFrame
        A row a case, as :attr:`CaseMatrix.frame`.
    plan : IntegrationFile

    Examples
    --------
    >>> from lcresearch.integration.plan import example_plan
    >>> names = ["learning_culture_change", "element_shared_purpose", "element_time_to_learn"]
    >>> same = pd.DataFrame([[0.0, 1, 5], [0.0, 5, 1], [0.0, 5, 5], [0.0, 1, 1]], columns=names, index=list("ABCD"))
    >>> list(compare_cases(same, example_plan()).failed)
    ['collective_capacity']
    """
    analyses: dict[str, QCA] = {}
    needed: dict[str, Necessity] = {}
    sets: dict[str, dict[str, Calibrated]] = {}
    failed: dict[str, dict[str, str]] = {}
    for name, one in plan.qca.items():
        try:
            sets[name] = _sets(frame, one)
            analyses[name], needed[name] = _compared(sets[name], one)
        except IntegrationError as error:
            analyses.pop(name, None)
            failed[name] = {language: _said(error, one, frame.index, language) for language in LANGUAGES}
    return CaseComparisons(analyses, needed, sets, failed)


def without_names(text: str, names: Iterable[object]) -> str:
    """A message without names of cases, which may not leave: dots stand in their place.

    Examples
    --------
    >>> without_names("no value for: Oost, Noord-Oost.", ["Oost", "Noord-Oost", "Zuid"])
    'no value for: ….'
    """
    for name in sorted(map(str, names), key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "…", text)
    return re.sub(r"…(, …)+", "…", text)


def _said(error: IntegrationError, one: QcaPlan, names: Iterable[object], language: str) -> str:
    """Why a comparison could not be done, with the outcome by its title."""
    text = without_names(" ".join(problem.message(language) for problem in error.problems), names)
    title = (one.outcome.title or one.title).get(language, "")
    return re.sub(rf"(?<!\w){re.escape(outcome_of(one))}(?!\w)", f"‘{title}’", text) if title else text


def outcome_of(one: QcaPlan) -> str:
    """What the outcome is called among the sets."""
    return one.outcome.column if one.outcome.column not in one.conditions else _OUTCOME


def _sets(frame: pd.DataFrame, one: QcaPlan) -> dict[str, Calibrated]:
    """Conditions and outcome as sets that cases belong to."""
    parts = {outcome_of(one): one.outcome} | dict(one.conditions)
    return {key: calibrate(frame[part.column], part.calibration, name=key) for key, part in parts.items()}


def _compared(sets: Mapping[str, Calibrated], one: QcaPlan) -> tuple[QCA, Necessity]:
    table = pd.DataFrame({name: found.memberships for name, found in sets.items()})
    outcome, names = outcome_of(one), list(one.conditions)
    needed = necessity(table, outcome, names, consistency=one.necessity, missing="leave_out")
    single = needed.single[needed.single[_OUTCOME] == needed.outcome]
    necessary = single.loc[single["consistency"] >= one.necessity, "condition"].tolist()
    found = qca(
        table,
        outcome,
        names,
        frequency=one.frequency,
        consistency=one.consistency,
        pri=one.pri,
        expectations={name: part.expect for name, part in one.conditions.items() if part.expect != "either"} or None,
        conjunctural=one.conjunctural,
        necessary=necessary,
        missing="leave_out",
    )
    return found, needed
