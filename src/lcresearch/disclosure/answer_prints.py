"""Fingerprints of the answers behind a statistic, the same whatever asks for them: means by wave, or a change."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.disclosure.ledger import Ledger, Prints
from lcresearch.disclosure.trees import Floats, Ints


def answer_prints(
    ledger: Ledger,
    statistic: str,
    frame: pd.DataFrame,
    leaf: Ints,
    value: Floats | None,
    *,
    wave: str | None,
    person: str,
    answers: Sequence[str] = (),
) -> tuple[Prints, npt.NDArray[np.object_]]:
    """The fingerprint of each row, and its wave as text; shapes (n_rows,).

    Parameters
    ----------
    ledger : Ledger
        Has the key.
    statistic : str
    frame : DataFrame
        Rows that hold an answer.
    leaf : array of int, shape (n_rows,)
        Group of each row; a person with several rows in a wave is told apart by it.
    value : array, shape (n_rows,), or None
        The answer, unless ``answers`` are.
    wave, person : str
        Columns.
    answers : sequence of str
        Columns that together are the answer.
    """
    waves = frame[wave].astype(str).to_numpy(dtype=object) if wave else np.full(len(frame), "", dtype=object)
    who = frame[person].astype(str).to_numpy(dtype=object)
    order = np.argsort(leaf, kind="stable")
    occurrence = np.empty(len(frame), dtype=np.int64)
    occurrence[order] = pd.DataFrame({"p": who[order], "w": waves[order]}).groupby(["p", "w"]).cumcount()
    if answers:
        value = pd.util.hash_pandas_object(frame[list(answers)], index=False).to_numpy().astype(float)
    return ledger.fingerprints(statistic, who.tolist(), waves.tolist(), occurrence, value), waves
