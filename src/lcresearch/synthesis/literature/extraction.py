"""What included studies did and found: the table of included studies, and the effects that can be pooled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import pandas as pd

from lcresearch.errors import Problem
from lcresearch.messages import Messages
from lcresearch.results import Result
from lcresearch.synthesis.literature.extraction_form import ABOUT, RISKS, parts_of
from lcresearch.synthesis.literature.records import shown_texts

STUDY_COLUMNS = [
    "study", "n_records", "theme", "sector", "design", "persons", "direction", "risk_of_bias", "stopped", "n_outcomes",
    "n_effects",
]  # fmt: skip
"""Of the table of included studies."""


@dataclass(frozen=True, repr=False, eq=False)
class Extraction(Result):
    """What included studies did and found (:func:`lcresearch.synthesis.read_extraction`).

    Attributes
    ----------
    frame : DataFrame
        An outcome of a study a row, with the columns of the form; ``theme`` and ``sector`` are lists of ids in a text,
        with ``;`` between them. Figures are numbers; ``effect`` and ``variance`` are those given, or else computed.
    themes, sectors : mapping of str to mapping
        Id -> what it is called, by language.
    problems : tuple of Problem
        Warnings: included records without a row.
    """

    title: ClassVar[str] = "Extraction of included studies"

    frame: pd.DataFrame
    themes: Mapping[str, Mapping[str, str]]
    sectors: Mapping[str, Mapping[str, str]]
    problems: tuple[Problem, ...] = ()

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """A study a row: the table of included studies."""
        return self.studies()

    def studies(self) -> pd.DataFrame:
        """The table of included studies, null and stopped ones among them.

        Returns
        -------
        DataFrame
            ``study, n_records, theme, sector, design, persons, direction, risk_of_bias, stopped, n_outcomes,
            n_effects``. A study whose outcomes point different ways is ``mixed``.
        """
        rows = []
        for study, part in self.frame.groupby("study", sort=False):
            row: dict[str, Any] = {"study": study, "n_records": part["record"].nunique()}
            row |= {name: _joined(part[name]) for name in ("theme", "sector", "design")}
            row["persons"] = part["persons"].max()
            row |= {"direction": direction_of(part["direction"]), "risk_of_bias": worst_risk(part["risk_of_bias"])}
            row |= {"stopped": bool(part["stopped"].any()), "n_outcomes": len(part)}
            rows.append(row | {"n_effects": int(part["effect"].notna().sum())})
        return pd.DataFrame(rows, columns=STUDY_COLUMNS)

    def effects(self, measure: str | None = None) -> pd.DataFrame:
        """Effects and variances for :func:`lcresearch.synthesis.meta_analysis`, a row an outcome that has them.

        Effects that are given as ``yi`` and ``vi`` are taken as they are; others are computed from the figures, by the
        measure in the row. Outcomes without either are not here: :meth:`without_effect` lists them.

        Parameters
        ----------
        measure : str, optional
            Only this one (``SMD``, ``ZCOR`` ...): effects of different measures cannot be pooled.

        Returns
        -------
        DataFrame
            ``study, record, outcome, theme, sector, design, direction, risk_of_bias, stopped, measure, yi, vi``.

        Examples
        --------
        >>> from lcresearch.synthesis import extraction_of, meta_analysis
        >>> found = extraction_of(pd.DataFrame({
        ...     "record": ["r1", "r2", "r3"], "study": ["A", "B", "C"], "theme": "trust", "sector": "care",
        ...     "direction": ["positive", "null", "unclear"], "measure": "SMD", "m1": [3.9, 3.5, None],
        ...     "sd1": [0.7, 0.7, None], "n1": [40, 30, None], "m2": [3.5, 3.5, None], "sd2": [0.8, 0.7, None],
        ...     "n2": [40, 30, None]}))
        >>> meta_analysis("yi", "vi", data=found.effects("SMD"), labels="study").glance()["n"].item()
        2
        """
        keep = ["study", "record", "outcome", *ABOUT[3:6], *ABOUT[7:], "measure"]
        table = self.frame[keep].assign(yi=self.frame["effect"], vi=self.frame["variance"])
        table = table[table["yi"].notna()]
        return (table if measure is None else table[table["measure"] == measure]).reset_index(drop=True)

    def without_effect(self) -> pd.DataFrame:
        """Outcomes that enter the map, but no meta-analysis: no figures from which an effect follows."""
        missing = self.frame["effect"].isna()
        return self.frame.loc[missing, ["study", "outcome", "theme", "sector", "direction", "stopped"]].reset_index(
            drop=True
        )

    def glance(self) -> pd.DataFrame:
        """Numbers of studies, outcomes, effects, and of null and stopped studies."""
        studies = self.studies()
        row = {"n": len(studies), "n_outcomes": len(self.frame), "n_effects": int(studies["n_effects"].sum())}
        row |= {"n_null": int((studies["direction"] == "null").sum()), "n_stopped": int(studies["stopped"].sum())}
        return pd.DataFrame([row])

    def shown(self) -> pd.DataFrame:
        """The studies, their texts cut to fit."""
        return shown_texts(self.studies().drop(columns=["n_records", "n_outcomes"]))

    def cautions(self) -> list[str]:
        """Outcomes without an effect, and warnings of the reader."""
        n = len(self.without_effect())
        more = [Messages()("synthesis.literature.without_effect", n=n)] if n else []
        return [*more, *(problem.message() for problem in self.problems)]


def _joined(values: pd.Series) -> str:
    return "; ".join(dict.fromkeys(part for value in values for part in parts_of(value)))


def direction_of(directions: pd.Series) -> str:
    """The direction of several outcomes together: ``mixed`` when they differ, those that are unclear left aside."""
    known = set(directions) - {"unclear"}
    return str(known.pop()) if len(known) == 1 else "mixed" if known else "unclear"


def worst_risk(risks: pd.Series) -> str:
    """The highest risk of bias among several outcomes; empty when none was judged."""
    return next((risk for risk in reversed(RISKS) if (risks == risk).any()), "")
