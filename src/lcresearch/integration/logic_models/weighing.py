"""What the findings on an arrow say together."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from lcresearch.integration.logic_models.findings import NUMBERS, direction_of_interval
from lcresearch.integration.logic_models.model import LEVELS, Arrow, LogicModelFile
from lcresearch.integration.logic_models.rules import ArrowRules
from lcresearch.synthesis import meta_analysis

_AGREES = {("positive", "positive"), ("negative", "negative")}
_SAME_STUDY = "same consortia"
_ENDS = ("estimate", "std_error", "conf_low", "conf_high")
_DIRECTIONS_FROM, _SHARE = 3, 2 / 3
"""Studies without an effect size are a clear answer from three on, of which two thirds point one way."""


@dataclass(frozen=True)
class Effect:
    """The effect of an arrow: pooled, or the only one; with why there is no pooled one."""

    estimate: float = math.nan
    std_error: float = math.nan
    conf_low: float = math.nan
    conf_high: float = math.nan
    measure: str = ""
    pooled: bool = False
    why_not: str = "no numbers"
    smallest: float = math.nan


def arrow_rows(
    model: LogicModelFile,
    evidence: pd.DataFrame,
    studies: Mapping[int, Sequence[str]],
    rules: ArrowRules,
    convergence: Mapping[str, str],
) -> pd.DataFrame:
    """An arrow a row, in the order of the file."""
    by_arrow = dict(list(evidence.groupby("arrow", sort=False)))
    rows = [
        _row(number, arrow, by_arrow.get(arrow.name, evidence.iloc[:0]), studies, rules)
        | {"convergence": convergence.get(arrow.name, "")}
        for number, arrow in enumerate(model.arrows, start=1)
    ]
    order = [*list(rows[0])[:-2], "convergence", "gap"]
    return pd.DataFrame(rows)[order]


def _row(
    number: int, arrow: Arrow, part: pd.DataFrame, studies: Mapping[int, Sequence[str]], rules: ArrowRules
) -> dict[str, Any]:
    tested = part[part["kind"].isin(NUMBERS) & (part["detail"] != _SAME_STUDY)]
    names = {place: studies[int(place)] for place in tested.index}
    counted = {study for one in names.values() for study in one}
    effect = effect_of(tested, names)
    direction, clear = _direction(tested, effect, rules) if len(tested) else ("", False)
    told = part[part["kind"] == "interviews"]
    most = (
        told.sort_values("n_persons", ascending=False, kind="stable").iloc[0]
        if told["n_persons"].notna().any()
        else None
    )
    cases = part[part["kind"] == "cases"]
    row: dict[str, Any] = {"number": number, "arrow": arrow.name, "source": arrow.source, "target": arrow.target}
    row |= {"expect": arrow.expect, "feedback": arrow.feedback, "n_findings": len(part), "n_studies": len(counted)}
    row |= {name: getattr(effect, name) for name in (*_ENDS, "measure")}
    row |= {"pooled": effect.pooled, "why_not_pooled": effect.why_not}
    row |= {"strength": rules.strength_of(effect.estimate, effect.measure, effect.smallest), "direction": direction}
    row |= {"agreement": _agreement(arrow, direction, clear)} | _certainty(tested)
    row |= {"n_told": math.nan if most is None else most["n_persons"]}
    row |= {"of_told": math.nan if most is None else most["of_persons"]}
    row |= {"terms": "; ".join(dict.fromkeys(cases["term"].astype(str)))}
    return row | {"gap": _gap(len(tested), clear, len(told) + len(cases))}


def effect_of(tested: pd.DataFrame, studies: Mapping[Any, Sequence[str]]) -> Effect:
    """The pooled effect where findings of several studies share a standardised measure; else the only one, or none.

    Several effects of one study become their mean, with a standard error as if they were perfectly correlated, which is
    rather too large than too small. Findings whose studies stand in another finding already do not count twice.
    Studies are pooled by random effects with the interval of Knapp and Hartung (2003).
    """
    known = tested[tested["estimate"].notna() & (tested["std_error"] > 0)]
    known = known.loc[[place for place in known.index if not _inside_another(place, known.index, studies)]]
    if known.empty:
        return Effect(why_not="no numbers")
    smallest = float(known["smallest_worthwhile"].max())
    if len(known) == 1:
        only = known.iloc[0]
        estimate, error, low, high = (float(only[name]) for name in _ENDS)
        return Effect(estimate, error, low, high, str(only["measure"]), False, "one estimate", smallest)
    measures = set(known["measure"])
    if "" in measures:
        return Effect(why_not="raw units")
    if len(measures) > 1:
        return Effect(why_not="several measures")
    key = pd.Series([tuple(sorted(studies[place])) for place in known.index], index=known.index, dtype=object)
    by_study = known.assign(study_key=key).groupby("study_key", sort=False)[["estimate", "std_error"]].mean()
    return _pooled(by_study, measures.pop(), smallest)


def _pooled(by_study: pd.DataFrame, measure: str, smallest: float) -> Effect:
    estimate, error = by_study["estimate"].to_numpy(), by_study["std_error"].to_numpy()
    if len(by_study) == 1:
        only, own_error = float(estimate[0]), float(error[0])
        half = 1.959963984540054 * own_error
        return Effect(only, own_error, only - half, only + half, measure, False, "one estimate", smallest)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        row = meta_analysis(estimate, error**2).tidy().iloc[0]
    mean, error_of_mean, low, high = (float(row[name]) for name in _ENDS)
    return Effect(mean, error_of_mean, low, high, measure, True, "", smallest)


def _inside_another(place: Any, places: Any, studies: Mapping[Any, Sequence[str]]) -> bool:
    """Whether the studies of a finding are some of those of another one, such as a meta-analysis of them."""
    own = set(studies[place])
    return any(own < set(studies[other]) for other in places if other != place)


def _direction(tested: pd.DataFrame, effect: Effect, rules: ArrowRules) -> tuple[str, bool]:
    """Direction of what was found, and whether that is a clear answer.

    That of the pooled effect where its interval tells; else that of the findings which are clear, when these agree.
    """
    bounds = rules.bounds(effect.measure, effect.smallest)
    if effect.pooled:
        direction, clear = direction_of_interval(effect.conf_low, effect.conf_high, bounds[0] if bounds else math.nan)
        if clear:
            return direction, True
    sized = tested["estimate"].notna()
    found = set(tested.loc[sized & tested["clear"], "direction"])
    if len(found) > 1:
        return "mixed", False
    if len(found) == 1:
        return str(found.pop()), True
    return _by_directions(tested[~sized & tested["direction"].isin(["positive", "negative", "null", "mixed"])])


def _by_directions(counted: pd.DataFrame) -> tuple[str, bool]:
    """Of studies that give no effect size: the direction of most of them."""
    each = counted.drop_duplicates(["study", "direction"])["direction"].value_counts()
    if not len(each):
        return "unclear", False
    most, n, total = str(each.index[0]), int(each.iloc[0]), int(each.sum())
    if n < _SHARE * total or most == "mixed":
        return "mixed", False
    return most, total >= _DIRECTIONS_FROM


def _agreement(arrow: Arrow, direction: str, clear: bool) -> str:
    if not clear:
        return "mixed" if direction == "mixed" else ""
    if direction in ("null", "depends"):
        return "no effect" if direction == "null" else "depends"
    if arrow.expect == "either" or (arrow.expect, direction) in _AGREES:
        return "as expected"
    return "against"


def _certainty(tested: pd.DataFrame) -> dict[str, str]:
    levels = [level for level in LEVELS if (tested["certainty"] == level).any()]
    return {"certainty": levels[-1] if levels else "", "certainty_best": levels[0] if levels else ""}


def _gap(n_tested: int, clear: bool, n_told: int) -> str:
    if n_tested == 0:
        return "only told" if n_told else "not studied"
    return "" if clear else "no clear answer"
