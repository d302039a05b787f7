"""What may be done with a scale on this evidence: a few uses, each with an answer and the reasons for it.

Limits of reliability and of norm groups are those of the Dutch committee on tests (COTAN; Evers, Lucassen, Meijer &
Sijtsma 2010): for research on groups .70 is good and .60 will do, for decisions on a person .90 and .80, in a norm
group of 400 and 300 persons. Other limits stand with the functions that compute the figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from lcresearch.measurement.aggregation_gate import ALPHA
from lcresearch.measurement.agreement import Agreement
from lcresearch.measurement.comparability import rules
from lcresearch.measurement.instrument_validation.comparisons import Comparison
from lcresearch.measurement.instrument_validation.item_disclosure import FEW_ITEMS
from lcresearch.measurement.instrument_validation.scale_parts import ScaleParts

Answer = Literal["yes", "care", "no", "unknown"]

FEW_PERSONS = 100
"""Fewest persons for statements on structure (Gorsuch 1983; MacCallum et al. 1999 for items of moderate loadings)."""
ITEM_REST = 0.30
"""Least item-rest correlation of an item that does its part (Nunnally & Bernstein 1994)."""
GROUPS_GOOD, GROUPS_ENOUGH = 0.70, 0.60
PERSON_GOOD, PERSON_ENOUGH = 0.90, 0.80
NORMS_GOOD, NORMS_ENOUGH = 400, 300


@dataclass(frozen=True)
class Reason:
    """One sentence: its key in the message catalogue under ``validate.reason``, and what fills it in."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Use:
    """A use of a scale, and whether the evidence supports it.

    Attributes
    ----------
    name : str
        ``score`` (one score of all items), ``groups`` (research on groups of persons), ``person`` (the score of one
        person), ``average`` (the mean of a group), ``compare`` (groups or languages), ``change`` (waves).
    answer : {"yes", "care", "no", "unknown"}
    reasons : tuple of Reason
    by : str or None
        What is compared or averaged.
    took_part : tuple of two ints or None
        Groups that were compared, and those that there are, where these differ.
    """

    name: str
    answer: Answer
    reasons: tuple[Reason, ...]
    by: str | None = None
    took_part: tuple[int, int] | None = None


def uses(parts: ScaleParts) -> tuple[Use, ...]:
    """The uses of one scale in the order in which they build on each other."""
    score = _index(parts) if parts.answers.formative else _score(parts)
    found = [score]
    if not parts.answers.formative:
        found += [_groups(parts, score), _person(parts, score)]
    if parts.by is not None:
        found.append(_average(parts, score))
    if not parts.answers.formative:
        found += [_compare(one, score) for one in parts.comparisons]
        if not any(one.kind == "group" for one in parts.comparisons):
            found.append(Use("compare", "unknown", (Reason("compare_not_asked"),)))
        if not any(one.kind == "wave" for one in parts.comparisons):
            found.append(Use("change", "unknown", (Reason("change_not_asked"),)))
    return tuple(found)


def reliable(parts: ScaleParts) -> tuple[str, float] | None:
    """Omega total, or alpha where there is no omega."""
    if parts.reliability is None:
        return None
    table = parts.reliability.estimates
    person = table[table["level"] == "individual"].set_index("term")["estimate"]
    for name in ("omega_total", "cronbach_alpha"):
        if person[name] == person[name]:
            return name, float(person[name])
    return None


def _index(parts: ScaleParts) -> Use:
    return Use("score", "care", (Reason("formative", {"n": len(parts.answers.items)}),))


def _score(parts: ScaleParts) -> Use:
    """Whether the items may be taken together."""
    n = parts.answers.n
    if n < FEW_PERSONS:
        return Use("score", "unknown", (Reason("few_persons", {"n": n, "limit": FEW_PERSONS}), *_items(parts)))
    checks: list[tuple[bool | None, Reason]] = [_dimension(parts), _fit(parts)]
    known = [good for good, _ in checks if good is not None]
    reasons = tuple(reason for _, reason in checks) + tuple(_items(parts))
    if not known:
        return Use("score", "unknown", reasons)
    backwards = any(reason.key == "items_backwards" for reason in reasons)
    weak = any(reason.key == "items_weak" for reason in reasons)
    if not any(known) or backwards:
        return Use("score", "no", reasons)
    return Use("score", "yes" if all(known) and len(known) == len(checks) and not weak else "care", reasons)


def _dimension(parts: ScaleParts) -> tuple[bool | None, Reason]:
    found = parts.dimensions
    if len(parts.answers.usable) < 3:
        return None, Reason("two_items")
    if found is None:
        return None, Reason("dimensions_failed")
    n = found.n_components
    return (True, Reason("one_dimension")) if n <= 1 else (False, Reason("several_dimensions", {"n": n}))


def _fit(parts: ScaleParts) -> tuple[bool | None, Reason]:
    model = parts.model
    if model is None:
        return None, Reason("model_few_items" if len(parts.answers.usable) < 3 else "model_failed")
    if not model.converged or model.inadmissible:
        return None, Reason("model_failed")
    if int(model.estimated.df) == 0:
        return None, Reason("model_saturated")
    fits = rules.fits(model.fit_measures, 1)
    values = {name: float(value) for name, (value, _, _) in fits.items()}
    enough = sum(met for _, _, met in fits.values()) >= 2
    return enough, Reason("model_fits" if enough else "model_does_not_fit", values)


def _items(parts: ScaleParts) -> Iterator[Reason]:
    if parts.items is None:
        return
    table = parts.items.items.dropna(subset="item_rest_correlation")
    backwards = table.loc[table["item_rest_correlation"] < 0, "item"].tolist()
    weak = table.loc[table["item_rest_correlation"].between(0, ITEM_REST, inclusive="left"), "item"].tolist()
    if backwards:
        yield Reason("items_backwards", {"items": backwards, "n": len(backwards)})
    if weak:
        yield Reason("items_weak", {"items": weak, "n": len(weak), "limit": ITEM_REST})
    empty = [problem.where.item for problem in parts.items.problems if problem.code == "M022"]
    if empty:
        yield Reason("items_unanswered", {"items": empty, "n": len(empty)})
    constant = [problem.where.item for problem in parts.items.problems if problem.code == "M023"]
    if constant:
        yield Reason("items_constant", {"items": constant, "n": len(constant)})


def _groups(parts: ScaleParts, score: Use) -> Use:
    """Whether scores are precise enough to study groups of persons."""
    found = reliable(parts)
    if found is None:
        return Use("groups", "unknown", (Reason("no_reliability"),))
    name, value = found
    shown = {"coefficient": "omega" if name == "omega_total" else "alpha", "value": value}
    reasons = [Reason(f"groups_{_grade(value, GROUPS_GOOD, GROUPS_ENOUGH)}", shown)]
    answer = _capped(_grade(value, GROUPS_GOOD, GROUPS_ENOUGH), score.answer)
    if score.answer != "yes":
        reasons.append(Reason(f"score_{score.answer}"))
    return Use("groups", answer, tuple(reasons))


def _person(parts: ScaleParts, score: Use) -> Use:
    """Whether the score of one person says enough."""
    found = reliable(parts)
    if found is None:
        return Use("person", "unknown", (Reason("no_reliability"),))
    name, value = found
    grade = _grade(value, PERSON_GOOD, PERSON_ENOUGH)
    shown = {"coefficient": "omega" if name == "omega_total" else "alpha", "value": value, "limit": PERSON_ENOUGH}
    reasons = [Reason(f"person_{grade}", shown)]
    n, error = parts.answers.n, _error(parts)
    if error is not None:
        reasons.append(Reason("person_error", {"value": error, "width": 1.96 * error}))
    if grade != "no":
        size = "yes" if n >= NORMS_GOOD else "care" if n >= NORMS_ENOUGH else "no"
        reasons.append(Reason(f"norms_{size}", {"n": n, "limit": NORMS_ENOUGH}))
        grade = "care" if size == "care" or (size == "no" and grade == "yes") else grade
        grade = _capped(grade, score.answer)
        reasons += [Reason(f"score_{score.answer}")] if score.answer != "yes" else []
    return Use("person", grade, tuple(reasons))


def _error(parts: ScaleParts) -> float | None:
    """Standard error of measurement; not of a score over one or two items, whose answers it would help to solve."""
    if parts.reliability is None or len(parts.answers.items) <= FEW_ITEMS:
        return None
    table = parts.reliability.estimates
    found = table[(table["level"] == "individual") & (table["term"] == "standard_error_of_measurement")]["estimate"]
    value = float(found.iloc[0])
    return value if value == value else None


def _average(parts: ScaleParts, score: Use) -> Use:
    """Whether answers may be averaged to a group."""
    if parts.agreement is None:
        return Use("average", "unknown", (Reason("no_groups", {"by": parts.by}),), parts.by)
    verdict = parts.agreement.verdict
    if verdict.warranted == "not_applicable":
        return Use("average", "unknown", (Reason("average_individual"),), parts.by)
    answers: dict[str, Answer] = {"yes": "yes", "mixed": "care", "no": "no", "unknown": "unknown"}
    reasons = [Reason(verdict.code), *map(_of_problem, verdict.reasons)]
    answer = answers[verdict.warranted]
    if answer == "care" and _groups_alike(parts.agreement):
        answer, reasons = "no", [Reason("groups_alike"), *reasons[1:]]
    if score.answer == "no":
        answer, reasons = "no", [Reason("average_no_score"), *reasons]
    return Use("average", answer, tuple(reasons), parts.by)


def _groups_alike(found: Agreement) -> bool:
    """Groups do not differ at all: no more than by chance, with an intraclass correlation of at most zero."""
    row = found.glance().iloc[0]
    return bool(row["icc_1"] <= 0 and not row["p_value"] < ALPHA)


def _of_problem(problem: Any) -> Reason:
    return Reason(problem.code, problem.values)


def _compare(found: Comparison, score: Use) -> Use:
    """Whether groups, languages or waves may be compared."""
    name = "change" if found.kind == "wave" else "compare"
    if found.invariance is None:
        why = tuple(map(_of_problem, found.problems[:1]))
        return Use(name, "unknown", why or (Reason("compare_failed"),), found.by)
    verdict = found.invariance.verdict
    partly = bool((found.invariance.steps["verdict"] == "holds_partially").any())
    answers: dict[str, Answer] = {"means": "care" if partly else "yes", "relations": "care", "none": "no"}
    codes = {problem.code: problem for problem in found.invariance.problems}
    careful = [_of_problem(codes[code]) for code in ("M279", "M282") if code in codes]
    careful += [Reason("compare_improper")] if "M280" in codes else []
    answer = answers[found.invariance.warranted]
    if careful and answer == "yes":
        answer = "care"
    reasons = [_of_problem(verdict), *careful]
    if score.answer == "no" and answer != "no":
        answer, reasons = "no", [Reason("average_no_score"), *reasons]
    if found.kind == "wave" or found.n_units == found.n_there:
        return Use(name, answer, tuple(reasons), found.by)
    took_part = (found.n_units, found.n_there)
    values = {"by": found.by, "n": found.n_units, "there": found.n_there}
    if not found.represents_all:
        return Use(name, "unknown", (Reason("M395", values), *reasons), found.by, took_part)
    return Use(name, answer, (*reasons, Reason("M396", values)), found.by, took_part)


def _grade(value: float, good: float, enough: float) -> Answer:
    return "yes" if value >= good else "care" if value >= enough else "no"


def _capped(answer: Answer, by: Answer) -> Answer:
    """Not better than the answer that it builds on."""
    order: tuple[Answer, ...] = ("no", "unknown", "care", "yes")
    return order[min(order.index(answer), order.index(by))]
