"""Ids that may be one person although they are written otherwise, and ids that name a row and no person."""

from __future__ import annotations

import pandas as pd

from lcresearch.responses.tables import Mask

_OF_A_ROW = r"(?:\d+:)*row-\d+"
_NO_SIGNS = r"[\W_]+"
_ZEROS_IN_FRONT = r"(?<!\d)0+(?=\d)"


def plain_ids(ids: pd.Series[str]) -> pd.Series[str]:
    """Ids without what people write differently: case, blanks, signs, and zeros in front of a number.

    Examples
    --------
    >>> plain_ids(pd.Series(["P07", "p 7", "p-007", "0012", "12"])).tolist()
    ['p7', 'p7', 'p7', '12', '12']
    """
    plain = ids.str.casefold().str.replace(_NO_SIGNS, "", regex=True)
    return plain.str.replace(_ZEROS_IN_FRONT, "", regex=True)


def made_of_rows(ids: pd.Series[str]) -> Mask:
    """Which ids reading made up since the file had none: they name a row, not a person.

    Examples
    --------
    >>> made_of_rows(pd.Series(["row-12", "2:row-12", "an", None])).tolist()
    [True, True, False, False]
    """
    rows: Mask = ids.astype("str").str.fullmatch(_OF_A_ROW).fillna(False).to_numpy(dtype=bool)
    return rows
