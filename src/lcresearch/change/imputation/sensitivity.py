"""How far missing values must lie from the imputed ones for the conclusion to change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from lcresearch.errors import ChangeError
from lcresearch.messages import Messages
from lcresearch.results import Result


@dataclass(frozen=True, repr=False, eq=False)
class SensitivityLine(Result):
    """One estimate over deltas.

    Attributes
    ----------
    table : DataFrame
        ``delta, estimate, std_error, p_value, conf_low, conf_high``.
    column, term : str
    tipping_point : float
        The delta nearest to 0 at which zero comes into the interval, or leaves it; NaN where none does.
    """

    title: ClassVar[str] = "Sensitivity to what is missing"

    table: pd.DataFrame
    column: str
    term: str
    tipping_point: float

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """One row a delta, with intervals at the level of the call."""
        return self.table.copy()

    def glance(self) -> pd.DataFrame:
        """One row: the column that was moved, the term, and the tipping point."""
        return pd.DataFrame([{"column": self.column, "term": self.term, "tipping_point": self.tipping_point}])

    def cautions(self) -> list[str]:
        """The line in words."""
        say = Messages()
        if np.isnan(self.tipping_point):
            low, high = float(self.table["delta"].min()), float(self.table["delta"].max())
            return [say("imputation.no_tipping", column=self.column, low=say.number(low), high=say.number(high))]
        return [say("imputation.tipping", column=self.column, delta=say.number(self.tipping_point))]


def sensitivity_line(
    analysed: Callable[[float], pd.DataFrame], column: str, deltas: Any, term: str | None
) -> SensitivityLine:
    """Analyse at each delta, and look where zero comes into the interval or leaves it."""
    places = np.unique(np.append(np.asarray(deltas, dtype=np.float64), 0.0))
    rows = []
    for delta in places:
        table = analysed(float(delta))
        chosen = table["term"].iloc[0] if term is None else term
        if chosen not in set(table["term"]):
            raise ChangeError("C052", option="term", found=str(chosen), known=table["term"].tolist(), nearest="–")
        row = table[table["term"] == chosen].iloc[0]
        names = ("estimate", "std_error", "p_value", "conf_low", "conf_high")
        rows.append({"delta": float(delta), "term": chosen} | {name: float(row[name]) for name in names})
    found = pd.DataFrame(rows)
    return SensitivityLine(found.drop(columns="term"), column, str(found["term"].iloc[0]), _tipping_point(found))


def _tipping_point(table: pd.DataFrame) -> float:
    """Linear between deltas: where the nearer end of the interval passes zero."""
    delta = table["delta"].to_numpy(dtype=float)
    ends = table[["conf_low", "conf_high"]].to_numpy(dtype=float)
    crossings = [
        delta[at] + (delta[at + 1] - delta[at]) * end[at] / (end[at] - end[at + 1])
        for end in ends.T
        for at in range(len(delta) - 1)
        if end[at] * end[at + 1] < 0
    ]
    return float(min(crossings, key=abs)) if crossings else float("nan")
