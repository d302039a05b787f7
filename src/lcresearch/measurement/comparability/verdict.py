"""What the steps mean for a researcher: which comparison is warranted, why, and what to be careful with."""

from __future__ import annotations

from typing import Literal

import numpy as np

from lcresearch.errors import Problem
from lcresearch.measurement.comparability import rules
from lcresearch.measurement.comparability.ladder import Ladder, Step
from lcresearch.measurement.comparability.ordered_settings import OrderedSetting
from lcresearch.messages import LANGUAGES, Messages

_SMALL_GROUP = 100
_TINY_GROUP = 30
_UNEQUAL = 3

Warranted = Literal["none", "relations", "means"]


def verdict(ladder: Ladder) -> tuple[Warranted, Problem]:
    """``"none"``, ``"relations"`` or ``"means"``, and the sentence with its reason.

    What is warranted is said with reservation, in the same sentence, where it rests on a solution that cannot be right,
    on a search that did not end, or on a group of fewer than 30 persons.

    Parameters
    ----------
    ladder : Ladder
        With its steps.
    """
    warranted, sentence = _verdict(ladder)
    if warranted == "none":
        return warranted, sentence
    return warranted, Problem(sentence.code, values=dict(sentence.values) | {"reservation": _reservation(ladder)})


def _reservation(ladder: Ladder) -> dict[str, str]:
    """The part of a sentence that says why a verdict is doubtful, by language; empty where it is not."""
    used = [step.model for step in ladder.steps if step.verdict not in ("fails", "not_reached")]
    improper = list(dict.fromkeys(what for model in used for what in model.inadmissible))
    n, unit = int(ladder.setting.group_sizes.min()), _smallest(ladder)
    found = {}
    for language in LANGUAGES:
        say = Messages(language)
        why = [] if all(model.converged for model in used) else [say("invariance.reservation.unfinished")]
        why += [say("invariance.reservation.improper", what="; ".join(improper[:2]))] if improper else []
        if n < _TINY_GROUP:
            why.append(say(f"invariance.reservation.{'few' if unit == '–' else 'small'}", unit=unit, n=n))
        found[language] = (
            say("invariance.reservation.whole", why=say("invariance.reservation.and").join(why)) if why else ""
        )
    return found


def _verdict(ladder: Ladder) -> tuple[Warranted, Problem]:
    """The same without reservation."""
    final = {step.name: step for step in ladder.steps}
    first = ladder.steps[0]
    if first.name == "configural" and first.verdict == "fails":
        fit = first.model.fit_measures
        return "none", Problem("M270", values={name: float(fit[name]) for name in rules.MEASURES})
    scheme = ladder.setting.scheme
    metric, scalar, strict = (final.get(name) for name in (scheme.relations, scheme.means, "strict"))
    if isinstance(ladder.setting, OrderedSetting):
        return _of_ordered(ladder, ladder.setting, final)
    if _held(scalar):
        return "means", _means(ladder, scalar, strict)
    if _held(metric):
        return "relations", _relations(ladder, metric, scalar)
    if metric is None or metric.verdict != "fails":
        return "none", Problem("M269")
    return "none", Problem("M271", values=_changes(metric) | {"source": ladder.rule.source})


def _of_ordered(ladder: Ladder, setting: OrderedSetting, final: dict[str, Step]) -> tuple[Warranted, Problem]:
    """The same for ordered items, whose loadings can be compared only where thresholds are equal."""
    thresholds, loadings, intercepts = (final.get(name) for name in setting.scheme.names[1:4])
    source = {"source": ladder.rule.source}
    if _held(intercepts):
        if intercepts and intercepts.freed:
            return "means", _means(ladder, intercepts, None)
        return "means", Problem("M297" if _held(final.get("strict")) else "M296", values=source)
    failed = intercepts is not None and intercepts.verdict == "fails"
    if _held(loadings) and setting.loadings_tested():
        if intercepts is None:
            return "relations", Problem("M295", values=source)
        return "relations", _relations(ladder, loadings, intercepts)
    if thresholds is not None and thresholds.verdict == "fails":
        return "none", Problem("M293", values=_changes(thresholds) | source)
    if loadings is not None and loadings.verdict == "fails":
        return "none", Problem("M271", values=_changes(loadings) | source)
    if intercepts is not None and failed and not setting.loadings_tested():
        return "none", Problem("M298", values=_changes(intercepts) | source)
    return "none", Problem("M294")


def _held(step: Step | None) -> bool:
    return step is not None and step.verdict in ("holds", "holds_partially", "equivalent")


def _changes(step: Step) -> dict[str, float]:
    return {name: step.change[name] for name in rules.MEASURES} if step.change else {}


def _relations(ladder: Ladder, metric: Step | None, scalar: Step | None) -> Problem:
    """Loadings are equal, intercepts are not or were not looked at."""
    if scalar is None:
        return Problem("M272", values={"source": ladder.rule.source})
    code = "M274" if metric is not None and metric.freed else "M273"
    values = _changes(scalar) | {"source": ladder.rule.source, "n": len(metric.freed) if metric else 0}
    return Problem(code, values=values)


def _means(ladder: Ladder, scalar: Step | None, strict: Step | None) -> Problem:
    """Intercepts are equal, wholly or for most items."""
    freed = scalar.freed if scalar else frozenset()
    if freed:
        items = list(dict.fromkeys(item for item, _ in sorted(ladder.touched(freed))))
        return Problem("M276", values={"items": items, "source": ladder.rule.source})
    code = "M277" if _held(strict) else "M275"
    return Problem(code, values={"source": ladder.rule.source})


def cautions(ladder: Ladder) -> tuple[Problem, ...]:
    """What to be careful with."""
    setting, first = ladder.setting, ladder.steps[0]
    found = []
    dropped = sum(setting.n_dropped.values())
    if dropped:
        found.append(Problem("M278", values={"n": dropped}))
    bad = [step.name for step in ladder.steps if not step.model.converged]
    if bad:
        found.append(Problem("M279", values={"steps": bad}))
    improper = list(dict.fromkeys(what for step in ladder.steps for what in step.model.inadmissible))
    if improper:
        found.append(Problem("M280", values={"what": "; ".join(improper[:4])}))
    fits = rules.fits(first.model.fit_measures, len(setting.units))
    short = [(name.upper(), value, limit) for name, (value, limit, met) in fits.items() if not met]
    if first.name == "configural" and len(short) == 1:
        name, value, limit = short[0]
        found.append(Problem("M281", values={"measure": name, "value": value, "limit": limit}))
    sizes = setting.group_sizes
    if sizes.min() < _SMALL_GROUP:
        found.append(Problem("M282", values={"n": int(sizes.min()), "unit": _smallest(ladder)}))
    if sizes.max() > _UNEQUAL * sizes.min():
        found.append(Problem("M283", values={"small": int(sizes.min()), "large": int(sizes.max())}))
    if any(step.test is not None and np.isnan(step.test.scaled) for step in ladder.steps):
        found.append(Problem("M284"))
    for step in ladder.steps:
        if step.spared:
            found.append(Problem("M427", values={"step": step.name, "rmsea": step.change["rmsea"], "p": step.p_value}))
    if setting.has_marker:
        found.append(Problem("M285"))
    if ladder.searched:
        found.append(Problem("M286", values={"n": len(ladder.searched)}))
    if isinstance(setting, OrderedSetting):
        found += _of_ordered_items(ladder, setting)
    return tuple(found)


def _of_ordered_items(ladder: Ladder, setting: OrderedSetting) -> list[Problem]:
    """Where the limits come from, and what cannot be tested with few answers."""
    found, source = [], ladder.rule.source
    if ladder.rule.name != rules.RUTKOWSKI_SVETINA_ORDERED.name:
        found.append(Problem("M290", values={"source": source}))
    elif len(setting.units) < rules.MANY_GROUPS:
        found.append(Problem("M289", values={"source": source}))
    names = {step.name for step in ladder.steps}
    for code, step in (("M291", "thresholds"), ("M292", "loadings")):
        items = setting.untestable()[step]
        if items and step in names:
            found.append(Problem(code, values={"items": items}))
    return found


def _smallest(ladder: Ladder) -> str:
    setting = ladder.setting
    return setting.groups[int(setting.group_sizes.argmin())] or "–"
