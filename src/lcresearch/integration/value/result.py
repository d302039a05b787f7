"""Costs and benefits of a community: what can be asked of the simulation."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from lcresearch.errors import IntegrationError, nearest
from lcresearch.integration.value.cash_flows import TOTAL, CashFlows
from lcresearch.integration.value.cycles import chains, cycles_table
from lcresearch.integration.value.distributions import Array
from lcresearch.integration.value.inputs import PARTICIPANTS, Ledger
from lcresearch.integration.value.model import ValueFile
from lcresearch.integration.value.sensitivity import (
    MOST_INFLUENTIAL,
    attribution_table,
    break_even_table,
    importance_table,
    tornado_table,
)
from lcresearch.integration.value.simulation import (
    interval_row,
    outcomes_of,
    payback_years,
    results_table,
    row_of,
    share_with_error,
)
from lcresearch.integration.value.wording import ValueWords
from lcresearch.messages import LANGUAGES
from lcresearch.results import FittedModel


@dataclass(frozen=True, repr=False, eq=False)
class CommunityValue(FittedModel):
    """Costs and benefits by simulation (:func:`lcresearch.integration.community_value`).

    Attributes
    ----------
    content : ValueFile
        What value.yaml says.
    ledger : Ledger
        Lines, uncertain numbers and gaps.
    draws : mapping of str to array
        Draws of each input.
    flows : CashFlows
        Discounted costs and benefits a draw, party and year.
    seed : int
    """

    title: ClassVar[str] = "Costs and benefits"

    content: ValueFile
    ledger: Ledger
    draws: Mapping[str, Array]
    flows: CashFlows
    seed: int

    @property
    def n_draws(self) -> int:
        """How often all numbers were drawn."""
        return len(self.flows.net())

    @property
    def parties(self) -> tuple[str, ...]:
        """Parties in the order of the file, and ``total``."""
        return (*self.ledger.parties, TOTAL)

    @cached_property
    def results(self) -> pd.DataFrame:
        """A row a party and measure (cost, benefit, net, ratio): median, mean, both intervals, Monte-Carlo errors.

        ``without`` names lines with a gap: costs and benefits are then those of the other lines, and net results and
        ratios are refused.
        """
        return results_table(self.ledger, self.flows)

    @cached_property
    def break_even(self) -> pd.DataFrame:
        """A row a party: probability that benefits are at least costs, and the payback period.

        ``party, probability, probability_error, paid_back`` (share of draws in which the costs come back for good
        within the horizon), ``payback_low_80, payback_median, payback_high_80`` (years; infinite when not within the
        horizon), ``without``. A party without costs has no payback period.
        """
        return pd.DataFrame([self._break_even(party) for party in self.parties])

    def _break_even(self, party: str) -> dict[str, object]:
        gaps = self.ledger.lacks(None if party == TOTAL else party)
        names = ("probability", "probability_error", "paid_back", "payback_low_80", "payback_median", "payback_high_80")
        row: dict[str, object] = {"party": party, **dict.fromkeys(names, np.nan), "without": ", ".join(gaps)}
        if gaps:
            return row
        row["probability"], row["probability_error"] = share_with_error(self.flows.net(party) >= 0)
        if self.flows.cost[party].any():
            years = payback_years(self.flows.cumulative(party))
            low, middle, high = np.quantile(years, [0.1, 0.5, 0.9], method="inverted_cdf")
            row["paid_back"] = float(np.isfinite(years).mean())
            row |= {"payback_low_80": low, "payback_median": middle, "payback_high_80": high}
        return row

    @cached_property
    def cost_per_participant(self) -> dict[str, float]:
        """Total cost for each person who took part: median and intervals; NaN when their number is not known."""
        cost = self.flows.cost[TOTAL].sum(axis=1)
        if PARTICIPANTS not in self.draws:
            return interval_row(np.full_like(cost, np.nan))
        return interval_row(cost / self.draws[PARTICIPANTS])

    @cached_property
    def tornado(self) -> pd.DataFrame:
        """Total net result with one number at its 10th and 90th percentile, others at their median; widest first."""
        return self.tornado_of(TOTAL)

    def tornado_of(self, party: str) -> pd.DataFrame:
        """The same for one party: ``input, low, high, net_low, net_high, swing, net_middle``; empty with a gap.

        Raises
        ------
        IntegrationError
            Q188: no such party.
        """
        self._check_party(party)
        table = tornado_table(self.ledger, party)
        return table.iloc[:0] if self.ledger.lacks(None if party == TOTAL else party) else table

    @cached_property
    def importance(self) -> pd.DataFrame:
        """Share of the variance of the net result by number: squared rank correlations that sum to 1."""
        return self._whole(importance_table(self.ledger, self.draws, self.flows.net()))

    @cached_property
    def break_even_values(self) -> pd.DataFrame:
        """Of the numbers that matter most: at which value the net result is zero, the others at their median."""
        names = [str(name) for name in self.tornado["input"].head(MOST_INFLUENTIAL)]
        return break_even_table(self.ledger, self.draws, names)

    @cached_property
    def attribution(self) -> pd.DataFrame:
        """Net result when all shares due to the community are low (10th percentile), in the middle or high (90th)."""
        return self._whole(attribution_table(self.ledger, self.draws))

    def _whole(self, table: pd.DataFrame) -> pd.DataFrame:
        """A table on the total; empty when a gap refuses the total."""
        return table.iloc[:0] if self.ledger.lacks(None) else table

    def timeline(self, party: str = TOTAL) -> pd.DataFrame:
        """Net result up to and including each year: ``year, median, low_80, high_80, low_95, high_95``.

        Raises
        ------
        IntegrationError
            Q188: no such party.
        """
        self._check_party(party)
        if self.ledger.lacks(None if party == TOTAL else party):
            return pd.DataFrame(columns=["year", "median", "low_80", "high_80", "low_95", "high_95"])
        cumulative = self.flows.cumulative(party)
        rows = [{"year": year} | interval_row(cumulative[:, year]) for year in range(cumulative.shape[1])]
        return pd.DataFrame(rows)[["year", "median", "low_80", "high_80", "low_95", "high_95"]]

    def _check_party(self, party: str) -> None:
        if party not in self.parties:
            known = list(self.parties)
            raise IntegrationError("Q188", party=party, known=known, nearest=nearest(party, known) or "–")

    def inputs(self, language: str | None = None) -> pd.DataFrame:
        """All numbers: ``input, what, evidence, spread`` (in words), ``distribution, p10, median, p90, source``."""
        say = ValueWords(self.content, language)
        rows = []
        for name, one in self.ledger.inputs.items():
            made = one.distribution
            low, middle, high = (made.at(p) for p in (0.1, 0.5, 0.9))
            row = {"input": name, "what": say.part(one), "evidence": one.evidence, "spread": say.spread(one)}
            rows.append(row | {"distribution": made.kind, "p10": low, "median": middle, "p90": high,
                               "source": one.source})  # fmt: skip
        return pd.DataFrame(rows)

    def assumed(self, language: str | None = None) -> list[str]:
        """Every number that is assumed, with its range, in words."""
        say = ValueWords(self.content, language)
        return [say.assumption(one) for one in self.ledger.inputs.values() if one.evidence == "assumed"]

    def gaps(self, language: str | None = None) -> pd.DataFrame:
        """Numbers that are not known: ``line, part, party, payer, side, what, reason``."""
        say = ValueWords(self.content, language)
        rows = [
            (gap.line, gap.part, gap.party, gap.payer, gap.side, say.title(gap.line), gap.reason[say.language])
            for gap in self.ledger.gaps
        ]
        return pd.DataFrame(rows, columns=["line", "part", "party", "payer", "side", "what", "reason"])

    def cycles(self, language: str | None = None) -> pd.DataFrame:
        """Value that is not money, an indicator or story a row; for the researcher, see its column ``shown``."""
        say = ValueWords(self.content, language)
        return cycles_table(self.content, self.ledger.numbers, say.language)

    def chains(self) -> list[tuple[str, ...]]:
        """Chains of indicators and stories by name."""
        return chains(self.content)

    def line(self, language: str | None = None) -> str:
        """One sentence with ranges, for cards and pages of elements: cost for each participant, and what comes back."""
        from lcresearch.integration.value.sentences import one_sentence

        return one_sentence(self, language)

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """A row a party and measure: ``term, party, measure, estimate`` (median)``, std_error`` (Monte-Carlo)``,
        conf_low, conf_high, low_80, high_80, without``."""
        tails = [(1 - conf_level) / 2, (1 + conf_level) / 2]
        rows = []
        for row in self.results.to_dict("records"):
            draws = self._draws_of(str(row["party"]), str(row["measure"]))
            known = np.isfinite(row["median"])
            low, high = np.quantile(draws, tails) if known else (np.nan, np.nan)
            rows.append({
                "term": f"{row['party']}.{row['measure']}", "party": row["party"], "measure": row["measure"],
                "estimate": row["median"], "std_error": row["median_error"], "conf_low": low, "conf_high": high,
                "low_80": row["low_80"], "high_80": row["high_80"], "without": row["without"],
            })  # fmt: skip
        return pd.DataFrame(rows)

    def _draws_of(self, party: str, measure: str) -> Array:
        return outcomes_of(self.flows, party)[measure]

    def glance(self) -> pd.DataFrame:
        """One row: draws and seed, horizon, price level, numbers that vary and are assumed, gaps, and the total."""
        net = row_of(self.results, party=TOTAL, measure="net")
        covered = row_of(self.break_even, party=TOTAL)
        row: dict[str, Any] = {
            "n_draws": self.n_draws, "seed": self.seed, "horizon": self.content.horizon,
            "currency": self.content.currency, "base_year": self.content.base_year,
            "n_inputs": len(self.ledger.inputs), "n_varying": len(self.ledger.varying),
            "n_assumed": sum(one.evidence == "assumed" for one in self.ledger.inputs.values()),
            "n_gaps": len(self.ledger.gaps), "net_low_80": net["low_80"], "net_high_80": net["high_80"],
            "break_even": covered["probability"], "break_even_error": covered["probability_error"],
        }  # fmt: skip
        return pd.DataFrame([row])

    def shown(self) -> pd.DataFrame:
        """Ranges by party."""
        return self.results[["party", "measure", "low_80", "median", "high_80", "without"]]

    def tables(self) -> dict[str, pd.DataFrame]:
        """Also break-even, sensitivity, all numbers, gaps and value that is not money."""
        return super().tables() | {
            "results": self.results, "break_even": self.break_even, "break_even_values": self.break_even_values,
            "tornado": self.tornado, "importance": self.importance, "attribution": self.attribution,
            "timeline": self.timeline(), "inputs": self.inputs("en"), "gaps": self.gaps("en"),
            "value_cycles": self.cycles("en"),
        }  # fmt: skip

    def cautions(self) -> list[str]:
        """What is assumed, how the outcome hangs on attribution, gaps, transfers, and what is not counted."""
        from lcresearch.integration.value.sentences import cautions

        return cautions(self)

    def report(
        self,
        folder: str | Path,
        *,
        languages: Sequence[str] = LANGUAGES,
        date: datetime.date | None = None,
        force: bool = False,
    ) -> Path:
        """Write a page of one A4 in each language (HTML and Word), ``tables/`` (CSV, XLSX) and ``run.json``.

        Returns
        -------
        Path
            The page in the first language.
        """
        from lcresearch.reporting.value_files import save_value

        return save_value(self, Path(folder), languages=languages, date=date, force=force)
