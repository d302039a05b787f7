"""The released numbers of a report as tidy tables: unrounded, all scales together, English column names."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd

from lcresearch.errors import Problem
from lcresearch.reporting import change_tables, interview_tables, pulse_section
from lcresearch.reporting.content import (
    Participation,
    PlanFacts,
    Quality,
    ReportContent,
    ResponseByContent,
    ScaleContent,
)
from lcresearch.reporting.wording import in_language

_NO_RESULTS = ("items", "problems")


def export_tables(content: ReportContent) -> dict[str, pd.DataFrame]:
    """Every table of the report by name; those without rows are left out.

    Simulated data carry a last column ``simulated``, so that no table can lose that mark. Where it is known what was
    planned, results on scales and of interviews say in a column ``kind`` whether they are planned or exploratory.

    Parameters
    ----------
    content : ReportContent

    Returns
    -------
    dict
        Name: DataFrame.

    See also
    --------
    save_tables : Writes them.
    """
    scales = content.scales
    tables = {
        "response_by_wave": content.response.by_wave,
        "response_by_group": content.response.by_group,
        "missing": content.response.missing,
        "items": _of_scales(scales, _items),
        "answers": _of_scales(scales, lambda scale: scale.distribution),
        "scores_overall": _of_scales(scales, lambda scale: scale.overall),
        "scores_by_group": _of_scales(scales, lambda scale: scale.scores),
        "reliability": _of_scales(scales, lambda scale: scale.reliability),
        "item_analysis": _of_scales(scales, lambda scale: scale.items_analysed),
        "agreement": _of_scales(scales, lambda scale: scale.agreement),
        "agreement_by_group": _of_scales(scales, lambda scale: scale.agreement_groups),
        "averaging": _of_scales(scales, _verdicts),
        "averaging_thresholds": _of_scales(scales, _thresholds),
        "withheld": content.withheld,
        **_participation(content.participation),
        **_quality(content.quality),
        **(change_tables.export_tables(content.change) if content.change is not None else {}),
        **(pulse_section.export_tables(content.pulses) if content.pulses is not None else {}),
        **(interview_tables.export_tables(content.interviews) if content.interviews is not None else {}),
        "problems": _problems(content),
    }
    filled = {name: frame.reset_index(drop=True) for name, frame in tables.items() if len(frame)}
    if content.plan is not None:
        filled = {name: _with_kind(name, frame, content.plan) for name, frame in filled.items()}
    return {name: frame.assign(simulated=True) for name, frame in filled.items()} if content.head.simulated else filled


def _with_kind(name: str, frame: pd.DataFrame, plan: PlanFacts) -> pd.DataFrame:
    """Results with a column that says which of them were planned; texts of questions and problems are no results."""
    if name in _NO_RESULTS:
        return frame
    if "scale" in frame:
        frame.insert(1, "kind", frame["scale"].map(plan.kind))
        return frame
    return frame.assign(kind=plan.kind("")) if name.startswith("interview_") else frame


def about(content: ReportContent) -> dict[str, str]:
    """What the tables are about: title, languages, whether the data are simulated, and provenance."""
    head = content.head
    lines = {"title": in_language(head.title, head.languages[0])}
    lines |= {"simulated": "yes: a computer made up all answers"} if head.simulated else {}
    lines |= {name: value for name in ("consortium", "sector") if (value := getattr(head, name))}
    return lines | {"minimum cell": str(head.minimum_cell)} | dict(head.provenance) | _licences(content)


def _licences(content: ReportContent) -> dict[str, str]:
    """Of the texts of the report, and of the wording of each instrument."""
    found = {"licence of the texts of this report": "CC BY 4.0"}
    return found | {f"licence of {scale.instrument_id}": scale.origin.licence for scale in content.scales}


def _participation(content: Participation | None) -> dict[str, pd.DataFrame]:
    """Who took part; an answer that stands for several names all their codes."""
    if content is None:
        return {}
    context = content.context
    options = {item.id: item.options for item in context.items}
    answers = context.counts.assign(codes=context.counts["codes"].map(_joined_codes))
    for language in dict.fromkeys(language for item in context.items for language in item.text):
        rows = zip(context.counts["item"], context.counts["codes"], strict=True)
        answers[f"answer_{language}"] = [
            "; ".join(in_language(options[item].get(code, {}), language) or str(code) for code in codes)
            for item, codes in rows
        ]
    return {
        "persons_over_waves": content.turnover,
        "changes_of_group": content.moves,
        "response_of_invited": content.invited,
        "response_by_characteristic": _response_by(content.response_by),
        "context_answers": answers,
        "context_numbers": context.numbers,
        "context_withheld": context.withheld.assign(codes=context.withheld["codes"].map(_joined_codes)),
    }


def _response_by(content: ResponseByContent | None) -> pd.DataFrame:
    """Response by characteristics, with what each value is called."""
    if content is None:
        return pd.DataFrame()
    labels = {one.name: one.labels for one in content.characteristics}
    table = content.counts.copy()
    texts = [text for of_one in labels.values() for text in of_one.values()]
    for place, language in enumerate(dict.fromkeys(language for text in texts for language in text), start=2):
        pairs = zip(table["characteristic"], table["value"], strict=True)
        table.insert(place, f"label_{language}", [in_language(labels[a].get(b, {}), language) or b for a, b in pairs])
    return table


def _joined_codes(codes: Iterable[int]) -> str:
    return " + ".join(map(str, codes))


def _quality(content: Quality | None) -> dict[str, pd.DataFrame]:
    if content is None:
        return {}
    return {"rows": content.rows, "screening": content.rules, "linking": content.linking}


def _of_scales(scales: Iterable[ScaleContent], frame_of: Callable[[ScaleContent], pd.DataFrame | None]) -> pd.DataFrame:
    frames = []
    for scale in scales:
        frame = frame_of(scale)
        if frame is not None and len(frame):
            frame = frame.copy()
            frame.insert(0, "scale", scale.name)
            frames.append(frame)
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def _items(scale: ScaleContent) -> pd.DataFrame:
    rows = [
        {"item": item.id, "reversed": item.reversed}
        | {f"text_{language}": text for language, text in item.text.items()}
        for item in scale.items
    ]
    return pd.DataFrame(rows)


def _verdicts(scale: ScaleContent) -> pd.DataFrame:
    rows = [
        {"wave": wave, "warranted": verdict.warranted, "reasons": " ".join(reason.code for reason in verdict.reasons)}
        for wave, verdict in scale.verdicts.items()
    ]
    return pd.DataFrame(rows)


def _thresholds(scale: ScaleContent) -> pd.DataFrame:
    frames = [
        verdict.thresholds.assign(wave=wave) for wave, verdict in scale.verdicts.items() if len(verdict.thresholds)
    ]
    if not frames:
        return pd.DataFrame()
    frame = pd.concat(frames, ignore_index=True)
    return frame[["wave", *(name for name in frame if name != "wave")]]


def _problems(content: ReportContent) -> pd.DataFrame:
    sources: list[tuple[str, Iterable[Problem]]] = [("", content.response.problems)]
    sources += [(scale.name, scale.problems) for scale in content.scales]
    rows = [{"scale": name, **_problem(problem)} for name, problems in sources for problem in problems]
    return pd.DataFrame(rows).astype({"row": "Int64"}) if rows else pd.DataFrame()


def _problem(problem: Problem) -> dict[str, Any]:
    """A problem as a row: where it was found, and what it says."""
    where = problem.where
    place = {"file": where.file, "row": where.row, "column": where.column, "item": where.item}
    return {"code": problem.code, "level": problem.level, **place, "text": problem.message("en")}
