"""Reading a table with a row a person, in which each question has a column for each wave."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from lcresearch.errors import ResponsesError
from lcresearch.responses.asked import Asked
from lcresearch.responses.log import Log, as_log
from lcresearch.responses.matching import Wanted
from lcresearch.responses.result import Responses
from lcresearch.responses.tables import OpenFile
from lcresearch.responses.waves.wide import Wide, detect_wide
from lcresearch.responses.wording import name_key


def wide_layout(
    opened: OpenFile, items: Mapping[str, Asked], wanted: Wanted, waves: Sequence[str] | Mapping[str, str] | None
) -> Wide | None:
    """How the columns go over the waves; None for a table with a row a person and wave.

    Raises
    ------
    ResponsesError
        See :func:`~lcresearch.responses.waves.wide.detect_wide`. Where no waves are given, and half of the questions
        have a column as they are, what looks like a wave is something else.
    """
    headers = [column.names[0] if column.names else column.header for column in opened.columns]
    levels = [level for level, name in wanted.levels.items() if level == name]
    try:
        return detect_wide(headers, items, waves, levels=levels)
    except ResponsesError as error:
        plain = {name_key(header) for header in headers}
        asked = [item for item in items.values() if item.part_of is None]
        few = 2 * sum(name_key(item.id) in plain for item in asked) < len(asked)
        both = any(2 * int(p.values.get("n", 0)) >= len(asked) for p in error.problems if p.code == "R154")
        if waves is not None or few or both:
            raise
        return None


def under_each_other(parts: Sequence[Responses], layout: Wide) -> Responses:
    """The waves of one file as rows under each other, without the rows of persons who answered nothing in a wave.

    The lines about what is the same for the whole file stand in the log once.
    """
    log = Log(parts[0].source.file)
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
