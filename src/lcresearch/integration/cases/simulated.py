"""Invented communities whose codes are read with a known error: for examples, tests and the benchmark."""

from __future__ import annotations

import numpy as np
import pandas as pd

from lcresearch.integration.cases.code_reliability import reliability_table
from lcresearch.integration.cases.quantitised import Quantitised


def invented_codes(
    *,
    n_cases: int,
    n_persons: int,
    effect: float,
    reliability: float = 1.0,
    chances: tuple[float, float] | None = None,
    n_double: int | None = None,
    seed: int = 0,
) -> tuple[pd.DataFrame, Quantitised]:
    """Invented answers ``learning`` of persons, and one code of their communities that coders read with error.

    Parameters
    ----------
    n_cases, n_persons : int
        Communities, and persons in each.
    effect : float
        Of the code without error, which is standard normal (or present in half of the communities), on learning.
    reliability : float
        Of one coder, of a degree.
    chances : tuple of two floats, optional
        Sensitivity and specificity of one coder; the code is then presence.
    n_double : int, optional
        Cases that two coders read, by default all. Values of a degree are means over coders; presence is given by any.
    seed : int

    Returns
    -------
    tuple of DataFrame and Quantitised
        ``community, learning``, and the code ``code_help``.
    """
    rng = np.random.default_rng(seed)
    double = np.arange(n_cases) < (n_cases if n_double is None else n_double)
    measure = "share" if chances is None else "presence"
    if chances is None:
        real = rng.normal(size=n_cases)
        coders = real[:, None] + rng.normal(0, np.sqrt((1 - reliability) / reliability), (n_cases, 2))
    else:
        real = (rng.random(n_cases) < 0.5).astype(float)
        given = np.where(real == 1, chances[0], 1 - chances[1])
        coders = (rng.random((n_cases, 2)) < given[:, None]).astype(float)
    seen = np.where(double[:, None], coders, np.stack([coders[:, 0], np.full(n_cases, np.nan)], axis=1))
    values = np.nanmax(seen, axis=1) if measure == "presence" else np.nanmean(seen, axis=1)
    names = [f"community {number}" for number in range(1, n_cases + 1)]
    level = 3 + effect * real + rng.normal(0, 0.5, n_cases)
    frame = pd.DataFrame({"community": np.repeat(names, n_persons)})
    frame["learning"] = np.repeat(level, n_persons) + rng.normal(0, 1, n_cases * n_persons)
    alone = pd.DataFrame(
        {
            "case": np.repeat(np.array(names)[double], 2),
            "code": "code_help",
            "coder": np.tile(["An", "Bo"], int(double.sum())),
            "value": coders[double].ravel(),
        }
    )
    table = reliability_table(alone, measure, ["code_help"], 0.95)
    table.insert(1, "known", table["n_double"] > 1)
    index = pd.Index(names, name="community")
    return frame, Quantitised(
        by="community",
        measure=measure,
        values=pd.DataFrame({"code_help": values}, index=index),
        readers=pd.DataFrame({"n_readers": np.where(double, 2.0, 1.0)}, index=index),
        reliability=table,
        by_coder=alone,
    )
