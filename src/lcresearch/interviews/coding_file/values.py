"""Values of a project as text for a column, and back with the types that they had."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd

from lcresearch.errors import Place, Problem
from lcresearch.interviews.text.position_rules import RuleEvidence
from lcresearch.interviews.text.positions import PositionRule

_KIND = "$kind"
_INDEX = "index"


def written(value: object) -> str:
    """A value as one line of JSON; dates, missing values and tuples are known again by :func:`read`.

    Examples
    --------
    >>> from datetime import date
    >>> read(written({"wave": 2, "date": date(2026, 3, 1), "members": ("An", "Bo")}))
    {'wave': 2, 'date': datetime.date(2026, 3, 1), 'members': ('An', 'Bo')}
    """
    return json.dumps(_plain(value), ensure_ascii=True, separators=(",", ":"))


def read(text: str) -> Any:
    """What :func:`written` wrote.

    Raises
    ------
    ValueError, RecursionError
        Text that is something else.
    """
    return json.loads(text, object_hook=_typed)


def _plain(value: object) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else {_KIND: "float", "value": repr(value)}
    if isinstance(value, np.generic):
        return _plain(value.item())
    if value is pd.NaT or value is pd.NA:
        return {_KIND: "NaT" if value is pd.NaT else "NA"}
    if isinstance(value, datetime):  # also a Timestamp
        return {_KIND: "moment", "value": value.isoformat()}
    if isinstance(value, date):
        return {_KIND: "date", "value": value.isoformat()}
    if isinstance(value, Mapping):
        if all(isinstance(key, str) for key in value) and _KIND not in value:
            return {key: _plain(each) for key, each in value.items()}
        return {_KIND: "mapping", "value": [[_plain(key), _plain(each)] for key, each in value.items()]}
    if isinstance(value, tuple):
        return {_KIND: "tuple", "value": [_plain(each) for each in value]}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, set | frozenset):
        return {_KIND: "set", "value": sorted(map(_plain, value), key=str)}
    return str(value)


def _typed(found: dict[str, Any]) -> Any:
    kind = found.get(_KIND)
    if kind is None:
        return found
    value = found.get("value")
    match kind:
        case "float":
            return float(str(value))
        case "NaT":
            return pd.NaT
        case "NA":
            return pd.NA
        case "moment":
            return pd.Timestamp(str(value))
        case "date":
            return date.fromisoformat(str(value))
        case "mapping" if isinstance(value, list):
            return dict(value)
        case "tuple" if isinstance(value, list):
            return tuple(value)
        case "set" if isinstance(value, list):
            return set(value)
    raise ValueError(f"a value of no kind that is known: {kind!r}")


def frame_written(frame: pd.DataFrame) -> str:
    """A table with the types of its columns and its index."""
    return written(
        {
            "columns": [[name, str(frame[name].dtype), frame[name].tolist()] for name in frame.columns],
            _INDEX: [frame.index.name, str(frame.index.dtype), frame.index.tolist()],
        }
    )


def frame_read(text: str) -> pd.DataFrame:
    """The table that :func:`frame_written` wrote.

    Raises
    ------
    ValueError, TypeError, KeyError, RecursionError
        Text that is something else.
    """
    content = read(text)
    name, kind, labels = content[_INDEX]
    index = _index(labels, kind, name)
    columns = {each: _column(values, dtype, index) for each, dtype, values in content["columns"]}
    return pd.DataFrame(columns, index=index, columns=list(columns) if columns else None)


def _index(labels: Sequence[object], kind: str, name: str | None) -> pd.Index:
    if kind == "int64" and list(labels) == list(range(len(labels))):
        return pd.RangeIndex(len(labels), name=name)
    made: Any = pd.api.types.pandas_dtype(kind)
    held: Any = labels
    index: pd.Index = pd.Index(held, dtype=made, name=name)
    return index


def _column(values: Sequence[object], kind: str, index: pd.Index) -> pd.Series:
    held: list[Any] = list(values)
    if kind.startswith("datetime64"):
        moments = pd.Series(pd.to_datetime(pd.Series(held, dtype=object), utc="UTC" in kind, format="ISO8601"))
        return moments.astype(pd.api.types.pandas_dtype(kind)).set_axis(index)
    return pd.Series(held, index=index, dtype=pd.api.types.pandas_dtype(kind))


def evidence_written(evidence: RuleEvidence | None) -> str:
    """How positions were counted, as text."""
    return written(None if evidence is None else asdict(evidence))


def evidence_read(text: str) -> RuleEvidence | None:
    """What :func:`evidence_written` wrote."""
    content = read(text)
    return None if content is None else RuleEvidence(**(content | {"rule": PositionRule(**content["rule"])}))


def problems_written(problems: Sequence[Problem]) -> str:
    """Problems with their place and values."""
    return written([[each.code, asdict(each.where), dict(each.values)] for each in problems])


def problems_read(text: str) -> tuple[Problem, ...]:
    """What :func:`problems_written` wrote."""
    return tuple(Problem(str(code), Place(**where), dict(values)) for code, where, values in read(text))
