"""Reading a table with a row a person, in which each question has a column for each wave."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pandas as pd

from lcresearch.errors import Place, Problem, ResponsesError
from lcresearch.responses.asked import Asked
from lcresearch.responses.log import Log, as_log
from lcresearch.responses.matching import Wanted
from lcresearch.responses.result import Responses
from lcresearch.responses.tables import OpenFile, shown
from lcresearch.responses.waves.wide import SEPARATORS, Wide, detect_wide
from lcresearch.responses.wording import name_key


def wide_layout(
    opened: OpenFile, items: Mapping[str, Asked], wanted: Wanted, waves: Sequence[str] | Mapping[str, str] | None
) -> Wide | None:
    """How the columns go over the waves; None for a table with a row a person and wave.

    Raises
    ------
    ResponsesError
        See :func:`~lcresearch.responses.waves.wide.detect_wide`. Where no waves are given, and half of the questions
        have a column as they are, what looks like a wave is something else. R201, when a level has a column in some
        waves and none in others.
    """
    headers = _headers(opened)
    try:
        layout = detect_wide(headers, items, waves, levels=wanted.levels.values())
    except ResponsesError as error:
        plain = {name_key(header) for header in headers}
        asked = [item for item in items.values() if item.part_of is None]
        few = 2 * sum(name_key(item.id) in plain for item in asked) < len(asked)
        both = any(2 * int(p.values.get("n", 0)) >= len(asked) for p in error.problems if p.code == "R154")
        if waves is not None or few or both:
            raise
        return None
    if layout is not None:
        _refuse_half_levels(layout, wanted, opened.file)
    return layout


def _headers(opened: OpenFile) -> list[str]:
    return [column.names[0] if column.names else column.header for column in opened.columns]


def _refuse_half_levels(layout: Wide, wanted: Wanted, file: str) -> None:
    problems = []
    for level, name in wanted.levels.items():
        lacking = [wave for wave, names in layout.absent.items() if name in names]
        if lacking:
            having = [wave for wave in layout.waves if wave not in lacking]
            values = {"level": level, "name": name, "lacking": lacking, "having": having}
            problems.append(Problem("R201", Place(file=file), values))
    if problems:
        raise ResponsesError(problems)


def log_levels_of_one_wave(opened: OpenFile, layout: Wide, wanted: Wanted, log: Log) -> None:
    """Warn of a level whose column is that of one wave, while other waves have a column of their own for it."""
    headers = _headers(opened)
    labels = {
        name_key(headers[place]).replace(name_key(name), "", 1).strip(SEPARATORS)
        for found in layout.columns.values()
        for place, name in found.items()
    }
    stems = [_stems(name_key(header), labels - {""}) for header in headers]
    for level, name in wanted.levels.items():
        mine = _stems(name_key(name), labels - {""}) if name in layout.once.values() else {}
        others = [
            column.name
            for column, theirs in zip(opened.columns, stems, strict=True)
            if any(stem in mine and label != mine[stem] for stem, label in theirs.items())
        ]
        if others:
            log.add("R202", "noted", column=shown(name), level=level, others=others)


def _stems(key: str, labels: Collection[str]) -> dict[str, str]:
    """What is left of a name without the label of a wave behind or before it -> that label."""
    behind = {key.removesuffix(label).rstrip(SEPARATORS): label for label in labels if key.endswith(label)}
    before = {key.removeprefix(label).lstrip(SEPARATORS): label for label in labels if key.startswith(label)}
    return {stem: label for stem, label in (before | behind).items() if stem}


def under_each_other(parts: Sequence[Responses], layout: Wide, log: Log) -> Responses:
    """The waves of one file as rows under each other, without the rows of persons who answered nothing in a wave.

    The lines about what is the same for the whole file stand in the log once; ``log`` may hold some already.
    """
    kept = [_answered(part, layout.items_of(wave), wave, log) for wave, part in zip(layout.waves, parts, strict=True)]
    for name in dict.fromkeys(layout.once.values()):
        if name in kept[0].items:
            log.add("R158", "noted", item=name)
    for wave, names in layout.absent.items():
        for name in names:
            log.add("R157", "not_found", item=name, wave=wave)
    lines = pd.concat([part.log.astype(object) for part in parts] + [log.frame().astype(object)], ignore_index=True)
    problems = [*{repr(p): p for part in parts for p in part.problems}.values(), *log.problems]
    columns = list(dict.fromkeys(name for part in kept for name in part.frame.columns))
    tables = {
        name: pd.concat([getattr(part, name) for part in kept], ignore_index=True)
        for name in ("frame", "paradata", "kept", "origin")
    }
    tables["frame"] = tables["frame"][columns]
    unique = as_log(lines.drop_duplicates(ignore_index=True))
    return dataclasses.replace(parts[0], **tables, log=unique, problems=tuple(problems))


def _answered(part: Responses, items: Sequence[str], wave: str, log: Log) -> Responses:
    """The rows with any answer to the questions of this wave."""
    asked = [name for name in part.items if name in items or name.rpartition("_")[0] in items]
    rows = part.frame[asked].notna().any(axis=1).to_numpy() if asked else np.ones(len(part.frame), dtype=bool)
    if not rows.all():
        log.add("R159", "dropped", wave=wave, n=int((~rows).sum()))
    return part.only(rows)
