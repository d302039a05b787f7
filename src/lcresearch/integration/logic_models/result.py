"""A logic model with what tested its arrows: what can be asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pandas as pd

from lcresearch.errors import IntegrationError, Problem, nearest
from lcresearch.integration.logic_models.model import LogicModelFile
from lcresearch.messages import Messages
from lcresearch.results import FittedModel

GAPS = ("not studied", "only told", "no clear answer")
"""Kinds of gaps: nobody has studied it; only interviews or cases speak of it; it was tested, without a clear answer."""
_SHOWN = ("arrow", "n_studies", "estimate", "measure", "strength", "direction", "agreement", "certainty", "gap")


@dataclass(frozen=True, repr=False, eq=False)
class LogicModel(FittedModel):
    """Constructs, arrows, and the evidence on each arrow (:func:`logic_model`).

    Attributes
    ----------
    model : LogicModelFile
        What ``logic_model.yaml`` says.
    table : DataFrame
        An arrow a row: see :meth:`tidy`.
    evidence : DataFrame
        A finding a row, with the ``arrow`` that it speaks of: ``arrow, kind, result, term, study, outcome, n_studies,
        estimate, std_error, conf_low, conf_high, measure, direction, clear, certainty, n_persons, of_persons, detail``.
    left_over : DataFrame
        Findings that fit no arrow: the same columns, with ``nearest``.
    problems : tuple of Problem
        What the reader must know.
    code_titles : mapping
        Name of a code as it stands in findings -> its name by language.
    """

    title: ClassVar[str] = "Logic model"

    model: LogicModelFile
    table: pd.DataFrame
    evidence: pd.DataFrame
    left_over: pd.DataFrame
    problems: tuple[Problem, ...] = ()
    code_titles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """An arrow a row.

        Returns
        -------
        DataFrame
            ``number`` (in the figure), ``arrow, source, target, expect, feedback``; ``n_findings, n_studies`` (counted
            once each); ``estimate, std_error, conf_low, conf_high, measure`` of the pooled effect, or of the only one;
            ``pooled`` and ``why_not_pooled`` (``no numbers, one estimate, raw units, several measures``); ``strength``
            (``negligible, small, medium, large``, empty if unknown); ``direction`` (``depends``: on the sector
            or a moderator) and ``agreement`` with the
            expectation; ``certainty`` (that of the least certain finding) and ``certainty_best``; ``n_told`` of
            ``of_told`` persons; ``terms`` of combinations; ``convergence``; ``gap`` (empty, or one of
            ``not studied, only told, no clear answer``). Intervals are of 95%, as those of their sources.
        """
        return self.table.copy()

    def glance(self) -> pd.DataFrame:
        """Numbers of constructs and arrows, of arrows with each kind of gap, and of findings that fit no arrow."""
        row: dict[str, Any] = {"n_constructs": len(self.model.constructs), "n_arrows": len(self.table)}
        row["n_studied"] = int((~self.table["gap"].isin(GAPS[:2])).sum())
        row |= {"n_" + gap.replace(" ", "_"): int((self.table["gap"] == gap).sum()) for gap in GAPS}
        row |= {"n_as_expected": int((self.table["agreement"] == "as expected").sum())}
        row |= {"n_depends": int((self.table["agreement"] == "depends").sum())}
        row |= {"n_no_effect": int((self.table["agreement"] == "no effect").sum())}
        row |= {"n_against": int((self.table["agreement"] == "against").sum())}
        return pd.DataFrame([row | {"n_findings": len(self.evidence), "n_unmatched": len(self.left_over)}])

    def gaps(self, kind: str | None = None) -> pd.DataFrame:
        """Arrows without a clear answer, those that nobody has studied first.

        Parameters
        ----------
        kind : {"not studied", "only told", "no clear answer"}, optional
            Only these.

        Returns
        -------
        DataFrame
            ``number, arrow, gap, n_studies, n_told``.

        Raises
        ------
        IntegrationError
            Q221: no such kind.
        """
        if kind is not None and kind not in GAPS:
            raise IntegrationError("Q221", found=str(kind), known=list(GAPS), nearest=nearest(str(kind), GAPS) or "–")
        wanted = GAPS if kind is None else (kind,)
        found = self.table[self.table["gap"].isin(wanted)]
        order = found["gap"].map({gap: place for place, gap in enumerate(GAPS)})
        columns = ["number", "arrow", "gap", "n_studies", "n_told"]
        return found.loc[order.sort_values(kind="stable").index, columns].reset_index(drop=True)

    def unmatched(self) -> pd.DataFrame:
        """Findings that fit no arrow, with the arrow that comes nearest; empty where none does."""
        columns = ["kind", "result", "term", "study", "outcome", "estimate", "direction", "nearest"]
        return self.left_over[columns].reset_index(drop=True)

    def findings(self, arrow: str) -> pd.DataFrame:
        """Everything on one arrow, a finding a row.

        Parameters
        ----------
        arrow : str
            Its id, or its constructs: ``"a -> b"``.

        Raises
        ------
        IntegrationError
            Q222: no such arrow.
        """
        one = self.model.arrow(arrow)
        if one is None:
            known = [each.name for each in self.model.arrows]
            pairs = [each.pair for each in self.model.arrows]
            raise IntegrationError("Q222", name=arrow, known=known, nearest=nearest(arrow, [*known, *pairs]) or "–")
        return self.evidence[self.evidence["arrow"] == one.name].reset_index(drop=True)

    def title_of(self, construct: str, language: str | None = None) -> str:
        """What a construct is called."""
        titles = self.model.constructs[construct].title
        return titles.get(Messages(language).language) or next(iter(titles.values()))

    def tables(self) -> dict[str, pd.DataFrame]:
        """Arrows, evidence, gaps, what fits no arrow, and the constructs."""
        rows = [
            {"construct": name, "kind": one.kind, "element": one.element or "", "outcomes": "; ".join(one.outcomes)}
            | {"scales": "; ".join(one.scales), "instrument": one.instrument or "", "codes": "; ".join(one.codes)}
            | {f"title_{language}": text for language, text in one.title.items()}
            for name, one in self.model.constructs.items()
        ]
        found = {"evidence": self.evidence, "gaps": self.gaps(), "unmatched": self.unmatched()}
        return super().tables() | found | {"constructs": pd.DataFrame(rows)}

    def shown(self) -> pd.DataFrame:
        """The columns that decide."""
        return self.table[list(_SHOWN)]

    def cautions(self) -> list[str]:
        """What an arrow does not say, findings that fit none, and what was wrong with the input."""
        say = Messages()
        found = [say("integration.logic_model.caution")]
        if len(self.left_over):
            found.append(say("integration.logic_model.unmatched", n=len(self.left_over)))
        if self.model.simulated:
            found.append(say("integration.logic_model.simulated"))
        return [*found, *dict.fromkeys(problem.message() for problem in self.problems)]
