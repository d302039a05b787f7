"""The working-elements table: an element a row, with its verdict, why, and how sure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from scipy import stats

from lcresearch.errors import SynthesisError, nearest
from lcresearch.messages import Messages
from lcresearch.results import Result
from lcresearch.synthesis.elements.wording import Reason, word

_TESTED = ("estimate", "std_error", "df")
_SHOWN = (
    "element",
    "outcome",
    "n_consortia",
    "estimate",
    "conf_low",
    "conf_high",
    "p_worthwhile_new",
    "verdict",
    "certainty",
)


@dataclass(frozen=True, repr=False, eq=False)
class WorkingElements(Result):
    """Verdicts on working elements (:func:`judge_elements`).

    Attributes
    ----------
    table : DataFrame
        An element a row, without the sentences: see :meth:`frame`.
    reasons : list of dict
        ``code`` and ``values`` of the reason of each verdict.
    doubts : list of list of dict
        The same for what brought each certainty down.
    interval_level : float
        Level of the intervals in ``table``.
    """

    title: ClassVar[str] = "Working elements"

    table: pd.DataFrame
    reasons: list[dict[str, Any]]
    doubts: list[list[dict[str, Any]]]
    interval_level: float

    def reason_in(self, language: str | None = None) -> pd.Series[str]:
        """Why each element got its verdict, a sentence each, in ``"nl"`` or ``"en"``."""
        return self._texts("reason", [_reason(one).text(language) for one in self.reasons])

    def doubts_in(self, language: str | None = None) -> pd.Series[Any]:
        """What brought each certainty down: a list of sentences each."""
        return self._texts("certainty_reasons", [[_reason(one).text(language) for one in row] for row in self.doubts])

    def unmeasured_in(self, language: str | None = None) -> pd.Series[str]:
        """How strong a cause that was not measured would have to be, in plain words."""
        texts = [" ".join(one.text(language) for one in _unmeasured(row)) for row in self.table.to_dict("records")]
        return self._texts("unmeasured", texts)

    def frame(self, language: str | None = None) -> pd.DataFrame:
        """The table with its sentences, in columns ``reason`` and ``certainty_reasons``."""
        whole = self.table.assign(reason=self.reason_in(language), certainty_reasons=self.doubts_in(language))
        columns = list(whole.columns)
        first = [*columns[: columns.index("certainty") + 1], "reason", "certainty_reasons"]
        return whole[[*first, *(name for name in whole.columns if name not in first)]]

    def explain(self, element: str, language: str | None = None) -> str:
        """Everything on one element in plain words: verdict, reason, certainty and what brought it down.

        Raises
        ------
        SynthesisError
            Y114: there is no such element.
        """
        known = [str(name) for name in dict.fromkeys(self.table["element"])]
        if element not in known:
            raise SynthesisError("Y114", element=element, known=known, nearest=nearest(element, known) or "–")
        places = np.flatnonzero(self.table["element"] == element)
        return "\n\n".join(self._explained(int(place), language) for place in places)

    def _explained(self, place: int, language: str | None) -> str:
        say, row = Messages(language), self.table.iloc[place]
        names = {"element": str(row["element"]), "outcome": str(row["outcome"])}
        head = say("synthesis.elements.explained.head", verdict=word("verdict_name", row["verdict"], language), **names)
        level = word("level_name", str(row["certainty"]), language)
        lines = [head, self.reason_in(language).iloc[place]]
        lines.append(say("synthesis.elements.explained.certainty", level=level))
        lines += [f"- {text}" for text in self.doubts_in(language).iloc[place]]
        return "\n".join([*lines, self.unmeasured_in(language).iloc[place]])

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """An element a row: ``term, outcome``, the pooled effect with its test, verdict and certainty."""
        estimate, error, df = (self.table[name].to_numpy(dtype=np.float64) for name in _TESTED)
        normal, known = np.isinf(df), np.where(df > 0, df, np.nan)
        tail = (1 - conf_level) / 2
        half = np.where(normal, stats.norm.isf(tail), stats.t.isf(tail, known)) * error
        statistic = estimate / error
        p = 2 * np.where(normal, stats.norm.sf(np.abs(statistic)), stats.t.sf(np.abs(statistic), known))
        columns = {"term": self.table["element"], "outcome": self.table["outcome"], "estimate": estimate}
        columns |= {"std_error": error, "statistic": statistic, "df": df, "p_value": p}
        columns |= {"conf_low": estimate - half, "conf_high": estimate + half}
        rest = ("sector_p", "verdict", "direction", "certainty", "planned")
        return pd.DataFrame(columns | {name: self.table[name] for name in rest})

    def glance(self) -> pd.DataFrame:
        """One row: numbers of elements and outcomes, and of each verdict."""
        counts = self.table["verdict"].value_counts()
        row = {"n_elements": self.table["element"].nunique(), "n_outcomes": self.table["outcome"].nunique()}
        named = {"n_" + str(name).replace(" ", "_").replace("-", "_"): n for name, n in counts.items()}
        return pd.DataFrame([row | named])

    def shown(self) -> pd.DataFrame:
        """The columns that decide."""
        return self.table[list(_SHOWN)]

    def cautions(self) -> list[str]:
        """That elements are not assigned by lot, and how many are exploratory."""
        say = Messages()
        found = [say("synthesis.elements.table.estimates_only")]
        exploratory = int((~self.table["planned"].astype(bool)).sum())
        if exploratory:
            found.append(say("synthesis.elements.table.exploratory", n=exploratory))
        return found

    def _texts(self, name: str, texts: Sequence[Any]) -> pd.Series[Any]:
        return pd.Series(list(texts), index=self.table.index, name=name, dtype=object)


def _reason(stored: Mapping[str, Any]) -> Reason:
    return Reason(stored["code"], stored["values"])


def _unmeasured(row: Mapping[Any, Any]) -> list[Reason]:
    """The sentences on sensitivity to causes that were not measured."""
    if math.isnan(row["e_value"]):
        return [Reason("unmeasured.not_known")]
    turned = "_negative" if row["estimate"] < 0 else ""
    values = {"e_value": float(row["e_value"])}
    certain = row["e_value_limit"] > 1
    if certain:
        values["e_value_limit"] = float(row["e_value_limit"])
    found = [Reason(f"unmeasured.{'both' if certain else 'estimate_only'}{turned}", values)]
    if not math.isnan(row["robustness_value"]):
        found.append(Reason("unmeasured.share", {"share": float(row["robustness_value"])}))
    return found
