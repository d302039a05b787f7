"""The rows of a study that is still to be done: groups within groups, and predictors that vary at a level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from lcresearch.errors import MultilevelError
from lcresearch.multilevel.small_matrices import Array

ROW = "row"
_KEYS = frozenset({"groups", "n", "predictors"})


def variants(design: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each combination of the numbers that are lists, as a design with single numbers.

    Raises
    ------
    MultilevelError
        L032 when the design does not say what it must.
    """
    _check(design)
    numbers = {str(name): _several(n) for name, n in design["groups"].items()} | {ROW: _several(design["n"])}
    found = []
    for chosen in product(*numbers.values()):
        sizes = dict(zip(numbers, chosen, strict=True))
        n = sizes.pop(ROW)
        found.append({"groups": sizes, "n": n, "predictors": dict(design.get("predictors", {}))})
    return found


def rows_of(design: Mapping[str, Any], rng: np.random.Generator) -> pd.DataFrame:
    """The rows of a design: a column a grouping factor (nested, numbered through) and a column a predictor.

    Parameters
    ----------
    design : mapping
        ``groups``: name -> how many in each group of the level above, outermost first. ``n``: rows in each of the
        finest groups. ``predictors``: name -> the level at which it varies (a group, or ``"row"``): normal, with mean 0
        and standard deviation 1 over its groups; or ``{"level": ..., "values": [0, 1]}``, dealt out in turn.
    rng : Generator
    """
    sizes = [*design["groups"].values(), design["n"]]
    total = int(np.prod(sizes))
    frame, below = {}, total
    for name, size in design["groups"].items():
        below //= size
        frame[str(name)] = np.arange(total) // below
    at = {ROW: np.arange(total)} | frame
    columns = dict(frame)
    for name, given in design["predictors"].items():
        level = given["level"] if isinstance(given, Mapping) else given
        codes = at[str(level)]
        n_groups = int(codes.max()) + 1
        if isinstance(given, Mapping) and "values" in given:
            values = np.resize(np.asarray(given["values"], dtype=object), n_groups)
            columns[str(name)] = pd.Series(values).infer_objects().to_numpy()[codes]
        else:
            columns[str(name)] = _standard(rng.normal(size=n_groups))[codes]
    return pd.DataFrame(columns)


def _standard(values: Array) -> Array:
    """With mean 0 and standard deviation 1, so that designs of other sizes can be compared."""
    deviation = values.std()
    return (values - values.mean()) / deviation if deviation > 0 else values


def _several(n: int | Sequence[int]) -> list[int]:
    numbers = [n] if isinstance(n, int | np.integer) else list(n)
    if not numbers or any(not isinstance(each, int | np.integer) or each < 1 for each in numbers):
        raise MultilevelError("L032", found=str(n))
    return [int(each) for each in numbers]


def _check(design: Mapping[str, Any]) -> None:
    """Refuse what is missing, unknown, or varies at a level that is not there."""
    if not {"groups", "n"} <= set(design) <= _KEYS or not design["groups"]:
        raise MultilevelError("L032", found=str(sorted(design)))
    levels = [ROW, *map(str, design["groups"])]
    for given in design.get("predictors", {}).values():
        level = given.get("level") if isinstance(given, Mapping) else given
        if level not in levels:
            raise MultilevelError("L033", found=str(level), known=levels)
