"""Codes in place of the names of communities; the names stay in the house."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from lcresearch.synthesis.programme.plan import COMMUNITY


def opaque_codes(names: Mapping[str, Iterable[str]], salt: str) -> dict[str, dict[str, str]]:
    """A code for each group: ``C01, C02, ...`` for communities, ``G01, ...`` for coarser groups.

    Parameters
    ----------
    names : mapping of str to iterable of str
        Column of the groups -> their names.
    salt : str
        A secret of the house, or who knows the names makes the same codes; their order does not follow the names.

    Examples
    --------
    >>> opaque_codes({"community": ["Brook", "Acre"]}, "study")["community"]
    {'Brook': 'C01', 'Acre': 'C02'}
    """
    found = {}
    for column, labels in names.items():
        order = sorted(set(labels), key=lambda name: hashlib.sha256(f"{salt}\x1f{column}\x1f{name}".encode()).digest())
        letter, width = "C" if column == COMMUNITY else "G", max(2, len(str(len(order))))
        found[column] = {name: f"{letter}{place:0{width}d}" for place, name in enumerate(order, start=1)}
    return found


def secret_of(rows: pd.DataFrame) -> str:
    """A secret that only the house can make: a digest of the answers of its persons, in whatever order they come."""
    each = np.sort(pd.util.hash_pandas_object(rows.astype("str"), index=False).to_numpy())
    return hashlib.sha256(each.tobytes()).hexdigest()


def key_table(codes: Mapping[str, Mapping[str, str]]) -> pd.DataFrame:
    """Which group has which code: ``column, name, code``. It belongs under ``private/``."""
    rows = [(column, name, code) for column, own in codes.items() for name, code in own.items()]
    return pd.DataFrame(rows, columns=["column", "name", "code"]).sort_values("code", ignore_index=True)
