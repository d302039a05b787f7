"""From estimates to the working-elements table."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from lcresearch.errors import Problem, SynthesisError
from lcresearch.synthesis.elements.certainty import Certainty, certainty
from lcresearch.synthesis.elements.certainty_rules import CertaintyRules, certainty_rules
from lcresearch.synthesis.elements.corrected_tests import moderator_p_values, sector_p_values
from lcresearch.synthesis.elements.estimate import ElementEstimate
from lcresearch.synthesis.elements.unmeasured_confounding import e_value, e_value_of_interval, robustness_value
from lcresearch.synthesis.elements.verdict_rules import VerdictRules, verdict_rules
from lcresearch.synthesis.elements.verdicts import Case, Verdict, decide, prepare
from lcresearch.synthesis.elements.wording import Reason
from lcresearch.synthesis.elements.working_elements import WorkingElements

COLUMNS = (
    "element",
    "outcome",
    "n_consortia",
    "n_communities",
    "estimate",
    "std_error",
    "conf_low",
    "conf_high",
    "pred_low",
    "pred_high",
    "tau",
    "p_positive_new",
    "p_worthwhile_new",
    "smallest_worthwhile",
    "sector_p",
    "moderators",
    "verdict",
    "direction",
    "certainty",
    "planned",
    "model",
    "adjustment",
    "adjusted_for",
    "df",
    "how_measured",
    "comparability",
    "stopped_included",
    "e_value",
    "e_value_limit",
    "robustness_value",
    "robustness_value_limit",
    "notes",
)


def judge_elements(
    estimates: Sequence[ElementEstimate],
    rules: VerdictRules | str | Path | None = None,
    certainty_by: CertaintyRules | str | Path | None = None,
) -> WorkingElements:
    """Verdict, reason and certainty of each element.

    Parameters
    ----------
    estimates : sequence of ElementEstimate
        All elements that were looked at, also those without an effect: the correction for the number of tests counts
        them.
    rules : VerdictRules, str or Path, optional
        Rules of the verdicts, or the YAML file that holds them; by default those of :func:`verdict_rules`.
    certainty_by : CertaintyRules, str or Path, optional
        The same for the certainty; by default those of :func:`certainty_rules`.

    Returns
    -------
    WorkingElements

    Raises
    ------
    SynthesisError
        Y113: an element twice for one outcome, model and adjustment; problems of a file of rules.

    Examples
    --------
    >>> coaching = ElementEstimate(
    ...     element="coaching", outcome="learning", model="one stage", estimate=0.3, std_error=0.03, df=11, tau=0.04,
    ...     n_consortia=12, n_communities=96, smallest_worthwhile=0.1, planned=True,
    ... )
    >>> found = judge_elements([coaching])
    >>> found.table["verdict"].tolist(), found.reason_in("en").tolist()
    (['generic'], ['The chance is more than 99% that the effect is above 0.10 sd in a new consortium.'])
    """
    by = rules if isinstance(rules, VerdictRules) else verdict_rules(rules)
    sure_by = certainty_by if isinstance(certainty_by, CertaintyRules) else certainty_rules(certainty_by)
    _refuse_twice(estimates)
    corrected = zip(estimates, sector_p_values(estimates), moderator_p_values(estimates), strict=True)
    rows, reasons, doubts = [], [], []
    for evidence, sector_p, moderator_p in corrected:
        case = prepare(evidence, sector_p, moderator_p, by)
        verdict = decide(case, by)
        sure = certainty(case, verdict, sure_by)
        rows.append(_row(case, verdict, sure, by.interval_level))
        reasons.append(_stored(verdict.reason))
        doubts.append([_stored(reason) for reason in sure.reasons])
    return WorkingElements(pd.DataFrame(rows, columns=list(COLUMNS)), reasons, doubts, by.interval_level)


def elements_table(
    estimates: Sequence[ElementEstimate],
    rules: VerdictRules | str | Path | None = None,
    certainty_rules: CertaintyRules | str | Path | None = None,
    *,
    language: str | None = None,
) -> pd.DataFrame:
    """The working-elements table as a data frame: :func:`judge_elements` with its sentences in one language.

    Parameters
    ----------
    estimates, rules, certainty_rules
        As for :func:`judge_elements`.
    language : {"nl", "en"}, optional
        Of ``reason`` and ``certainty_reasons``; by default that of the terminal.

    Returns
    -------
    DataFrame
        An element a row: ``element, outcome, n_consortia, n_communities``; the pooled effect with its interval
        (``estimate, std_error, df, conf_low, conf_high``); what to expect in a new consortium (``pred_low, pred_high,
        p_positive_new``, and ``p_worthwhile_new``: beyond the smallest worthwhile effect in the ``direction``, with
        differences between sectors counted in full, as the rules have it);
        ``tau, smallest_worthwhile``; ``sector_p`` and ``moderators`` (name to p), corrected by Holm; ``verdict,
        direction, certainty, reason, certainty_reasons, planned``; ``model, adjustment, adjusted_for, how_measured,
        comparability, stopped_included, notes``; ``e_value, robustness_value`` of the effect and, with ``_limit``, of
        the interval.

    Raises
    ------
    SynthesisError
        As :func:`judge_elements`.
    """
    return judge_elements(estimates, rules, certainty_rules).frame(language)


def _refuse_twice(estimates: Sequence[ElementEstimate]) -> None:
    names = ("element", "outcome", "model", "adjustment")
    counts = Counter(tuple(getattr(one, name) for name in names) for one in estimates)
    twice = [dict(zip(names, key, strict=True)) for key, n in counts.items() if n > 1]
    if twice:
        raise SynthesisError([Problem("Y113", values=values) for values in twice])


def _row(case: Case, verdict: Verdict, sure: Certainty, level: float) -> dict[str, Any]:
    evidence = case.evidence
    row: dict[str, Any] = {name: getattr(evidence, name) for name in COLUMNS if hasattr(evidence, name)}
    row |= {"conf_low": case.conf_low, "conf_high": case.conf_high}
    row |= dict(zip(("pred_low", "pred_high"), case.new.interval(level), strict=True))
    sign = -1 if verdict.direction == "negative" else 1
    row |= {"p_positive_new": case.new.probability_above(0.0)}
    row |= {"p_worthwhile_new": case.deciding.probability_beyond(case.bound, sign)}
    row |= {"sector_p": case.sector_p, "moderators": dict(case.moderator_p)}
    row |= {"verdict": verdict.name, "direction": verdict.direction, "certainty": sure.level}
    return row | _sensitivity(case, level)


def _sensitivity(case: Case, level: float) -> dict[str, float]:
    evidence = case.evidence
    if not evidence.estimable:
        return dict.fromkeys(("e_value", "e_value_limit", "robustness_value", "robustness_value_limit"), math.nan)
    statistic = evidence.estimate / evidence.std_error
    return {
        "e_value": e_value(evidence.estimate),
        "e_value_limit": e_value_of_interval(case.conf_low, case.conf_high),
        "robustness_value": robustness_value(statistic, evidence.df),
        "robustness_value_limit": robustness_value(statistic, evidence.df, 1 - level),
    }


def _stored(reason: Reason) -> dict[str, Any]:
    return {"code": reason.code, "values": dict(reason.values)}
