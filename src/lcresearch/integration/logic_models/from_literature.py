"""Findings of included studies of a literature synthesis, and of studies that somebody read elsewhere."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pandas as pd

from lcresearch.errors import IntegrationError, Problem, nearest
from lcresearch.integration.logic_models.findings import (
    Declared,
    Finding,
    Names,
    Values,
    called,
    direction_of_interval,
    turned,
)
from lcresearch.integration.logic_models.model import LogicModelFile, TestedBy
from lcresearch.synthesis import Extraction, LiteratureSynthesis
from lcresearch.synthesis.literature.extraction_form import parts_of
from lcresearch.synthesis.literature.tables import plain_name
from lcresearch.validation import validated

_Z = 1.959963984540054


def of_literature(
    name: str, found: Extraction | LiteratureSynthesis, names: Names, declared: Declared
) -> Iterator[Finding]:
    """Outcomes of included studies, a row of the extraction form each.

    A row speaks of the constructs of its themes as causes, and of the construct that its outcome names as the effect;
    where the outcome names none, two themes may be the two ends.
    """
    frame = found.extraction.frame if isinstance(found, LiteratureSynthesis) else found.frame
    themes = (found.extraction if isinstance(found, LiteratureSynthesis) else found).themes
    for row in frame.to_dict("records"):
        study, outcome = str(row["study"]), str(row["outcome"] or "")
        values = _values(name, row)
        uses = [(arrow, one) for arrow, one in declared.studies.get(plain_name(study), [])
                if one.term is None or plain_name(one.term) == plain_name(outcome)]  # fmt: skip
        if uses:
            for arrow, one in uses:
                declared.take(one)
                told = values | ({"certainty": one.certainty} if one.certainty else {})
                yield Finding(turned(told) if one.reverse else told, arrows=(arrow,), studies=(study,))
            continue
        titles = [title for part in parts_of(row["theme"]) for title in themes.get(part, {}).values()]
        about = called(names.themes, *parts_of(row["theme"]), *titles)
        effects = called(names.outcomes, outcome) if outcome else frozenset()
        yield Finding(
            values, about - effects, effects or about, studies=(study,), cause=str(row["theme"]), effect=outcome,
            either_way=not effects,
        )  # fmt: skip


def _values(name: str, row: Mapping[Any, Any]) -> Values:
    estimate, variance = float(row["effect"]), float(row["variance"])
    error = math.sqrt(variance) if variance > 0 else math.nan
    values: Values = {"kind": "literature", "result": name, "study": str(row["study"]), "term": str(row["theme"])}
    values |= {"outcome": str(row["outcome"] or ""), "n_studies": 1, "estimate": estimate, "std_error": error}
    values |= {"conf_low": estimate - _Z * error, "conf_high": estimate + _Z * error}
    values |= {"measure": str(row["measure"] or "") if not math.isnan(estimate) else ""}
    return values | {
        "direction": str(row["direction"]),
        "clear": str(row["direction"]) in ("positive", "negative", "null"),
    }


def read_elsewhere(model: LogicModelFile, declared: Declared) -> Iterator[Finding]:
    """Studies that the file itself tells of; call this when the literature has taken what it knows.

    Raises
    ------
    IntegrationError
        Q223: a study that no extraction form has, without a direction or estimate.
    """
    problems: list[Problem] = []
    for arrow in model.arrows:
        for one in arrow.tested_by:
            if one.study is None or id(one) in declared.used:
                continue
            if one.direction is None and one.estimate is None:
                problems.append(Problem("Q223", values={"study": one.study, "arrow": arrow.name}))
            else:
                yield _told(arrow.name, one)
    if problems:
        raise IntegrationError(problems)


def by_hand(given: pd.DataFrame | Iterable[Mapping[str, Any]], model: LogicModelFile) -> Iterator[Finding]:
    """Studies that are handed over: ``arrow, study`` and the other keys of ``tested_by``.

    Raises
    ------
    IntegrationError
        Q224: an arrow that is not there, or keys that do not fit; all problems together.
    """
    rows: list[dict[Any, Any]] = (
        given.to_dict("records") if isinstance(given, pd.DataFrame) else [dict(row) for row in given]
    )
    problems: list[Problem] = []
    for number, row in enumerate(rows, start=1):
        keys = {str(key): value for key, value in row.items() if not _missing(value)}
        name = str(keys.pop("arrow", ""))
        arrow = model.arrow(name)
        one, wrong = validated(TestedBy, keys)
        if arrow is None:
            pairs = [each.pair for each in model.arrows]
            values = {"row": number, "name": name, "nearest": nearest(name, pairs) or "–"}
            problems.append(Problem("Q224", values=values))
        elif one is None or wrong or one.study is None or (one.direction is None and one.estimate is None):
            problems += [Problem(each.code, values=each.values) for each in wrong]
            problems.append(Problem("Q223", values={"study": str(keys.get("study", "–")), "arrow": name}))
        else:
            yield _told(arrow.name, one)
    if problems:
        raise IntegrationError(problems)


def _told(arrow: str, one: TestedBy) -> Finding:
    estimate = math.nan if one.estimate is None else one.estimate
    error = math.nan if one.std_error is None else one.std_error
    low, high = estimate - _Z * error, estimate + _Z * error
    direction, clear = direction_of_interval(low, high)
    if one.direction is not None:
        direction, clear = one.direction, one.direction in ("positive", "negative", "null")
    values: Values = {"kind": "manual", "result": "", "study": one.study, "term": one.term or "", "n_studies": 1}
    values |= {"estimate": estimate, "std_error": error, "conf_low": low, "conf_high": high}
    values |= {"measure": one.measure or "", "direction": direction, "clear": clear, "certainty": one.certainty or ""}
    values |= {"detail": dict(one.note) if one.note else ""}
    return Finding(turned(values) if one.reverse else values, arrows=(arrow,), studies=(str(one.study),))


def _missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value)) or value == ""
