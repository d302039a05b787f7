"""A model with codes, fitted again with each code as it is expected to be without error."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from lcresearch.integration.cases.error_models import Evidence, Surrogate, calibrated
from lcresearch.integration.cases.quantitised import Quantitised
from lcresearch.multilevel import LinearMixedModel, fit_lmm
from lcresearch.multilevel.crossproducts import sums_of_rows
from lcresearch.multilevel.fitting import fitted
from lcresearch.multilevel.model import model_of

Array = npt.NDArray[np.float64]
RELIABILITIES = (0.9, 0.8, 0.7, 0.6, 0.5)
CHANCES = ((0.95, 0.95), (0.9, 0.9), (0.8, 0.8), (0.8, 0.95), (0.95, 0.8))
_POINTS = 400
_WORD = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True)
class Cases:
    """The cases of the naive model: codes, coders, and means of the other predictors."""

    names: list[str]
    codes: pd.DataFrame
    readers: Array
    others: Array
    of_row: npt.NDArray[np.intp]
    measure: str

    @classmethod
    def of(cls, fit: LinearMixedModel, rows: pd.DataFrame, quantitised: Quantitised, used: Sequence[str]) -> Cases:
        """The cases in the complete rows of a model."""
        design = fit.rows_needed("code_effects")
        fixed = design.columns.fixed
        names = design.columns.fixed_names
        kept = [
            place for place, name in zip(fixed, names, strict=True) if name != "Intercept" and not codes_in(name, used)
        ]
        place = rows[quantitised.by].loc[design.frame.index]
        means = pd.DataFrame(design.matrix[:, kept]).groupby(place.to_numpy()).mean()
        labels = [str(one) for one in means.index]
        readers = quantitised.readers["n_readers"].reindex(labels).fillna(1.0).to_numpy(dtype=float)
        others = means.to_numpy(dtype=float)
        others = others[:, np.ptp(others, axis=0) > 0] if others.size else np.empty((len(labels), 0))
        of_row = pd.Index(labels).get_indexer(pd.Index(rows[quantitised.by]))
        return cls(labels, quantitised.values.loc[labels, list(used)], readers, others, of_row, quantitised.measure)

    def of_code(self, code: str) -> tuple[Array, Array]:
        """Values of a code and the number of coders that its error depends on."""
        single = self.measure in ("respondents", "intensity")
        readers = np.ones_like(self.readers) if single else self.readers
        return self.codes[code].to_numpy(dtype=float), readers


def codes_in(term: str, used: Sequence[str]) -> list[str]:
    """The codes that a term or formula names.

    Examples
    --------
    >>> codes_in("code_time:hours", ["code_time", "code_tim"])
    ['code_time']
    """
    return [one for one in used if one in _WORD.findall(term)]


def code_in(term: str, used: Sequence[str]) -> str:
    """The code that a term is about; of an interaction of codes the first."""
    return (codes_in(term, used) or [""])[0]


def assumed(evidence: Evidence, reliability: float, values: Array, readers: Array) -> Evidence:
    """A degree whose values have this reliability."""
    variance = (1 - reliability) * float(np.var(values, ddof=1)) / float((1 / readers).mean())
    return replace(evidence, measure="share", basis="given", error_variance=variance)


@dataclass(frozen=True)
class CalibratedFits:
    """The model, fitted again with codes as they are expected to be without error."""

    naive: LinearMixedModel
    rows: pd.DataFrame
    cases: Cases
    terms: Mapping[str, str]

    def fitted(self, surrogates: Mapping[str, Surrogate]) -> pd.DataFrame:
        """Coefficients by term, with these codes calibrated."""
        expected = calibrated(list(surrogates.values()), self._others(surrogates))
        columns = {code: expected[self.cases.of_row, place] for place, code in enumerate(surrogates)}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of single draws; the naive model has told what is wrong with it
            fit = self._refitted(columns)
        return fit.tidy().set_index("term")

    def _refitted(self, columns: Mapping[str, Array]) -> LinearMixedModel:
        """The model with other values of codes, in the design of the naive one where codes stand there as they are."""
        design = self.naive.rows_needed("code_effects")
        names = design.columns.names
        if any(name not in columns and codes_in(name, list(columns)) for name in names):
            return fit_lmm(self.naive.formula, self.rows.assign(**columns), start=self.naive)
        matrix = design.matrix.copy()
        for place, name in enumerate(names):
            if name in columns:
                matrix[:, place] = columns[name][design.frame.index]
        other = replace(design, matrix=matrix)
        return fitted(model_of(sums_of_rows(other), reml=True), other, self.naive.optimum)

    def _others(self, surrogates: Mapping[str, Surrogate]) -> Array:
        """Means of the other predictors, and the codes that are not corrected."""
        rest = [one for one in self.cases.codes if one not in surrogates]
        values = self.cases.codes[rest].to_numpy(dtype=float)
        values = values[:, np.ptp(values, axis=0) > 0] if values.size else np.empty((len(self.cases.names), 0))
        return np.column_stack([self.cases.others, values])

    def corrected(
        self, evidence: Mapping[str, Evidence], n_draws: int, rng: np.random.Generator, conf_level: float
    ) -> tuple[pd.DataFrame, list[str]]:
        """Effects at the most likely errors, intervals over the errors that are allowed, and codes without a bound."""
        names = [term for term, code in self.terms.items() if code]
        columns = ["term", "code", "analysis", "estimate", "std_error", "conf_low", "conf_high"]
        nothing = {one: (one, self.terms[one], "corrected", *[float("nan")] * 4) for one in names}
        if not evidence:
            return pd.DataFrame(list(nothing.values()), columns=columns), []
        point = self.fitted({code: one.surrogate(*self.cases.of_code(code)) for code, one in evidence.items()})
        drawn = []
        for _ in range(n_draws):
            surrogates = {code: one.drawn(*self.cases.of_code(code), rng) for code, one in evidence.items()}
            if all(one.usable for one in surrogates.values()):
                drawn.append(self.fitted(surrogates))
        tables = drawn or [point]
        naive = self.naive.tidy().set_index("term")
        rows = [
            self._row(term, point, tables, _lost(naive[naive.index == term].iloc[0], n_draws - len(drawn)), conf_level)
            if self.terms[term] in evidence
            else nothing[term]
            for term in names
        ]
        found = pd.DataFrame(rows, columns=columns)
        endless = np.isinf(found[["conf_low", "conf_high"]].to_numpy(dtype=float)).any(axis=1)
        return found, list(dict.fromkeys(found.loc[endless, "code"]))

    def _row(
        self, term: str, point: pd.DataFrame, tables: Sequence[pd.DataFrame], lost: Array, conf_level: float
    ) -> tuple[object, ...]:
        """The most likely effect, and the interval of the mixture over the errors that were drawn."""
        estimate, error, df = (
            np.array([float(table[name].loc[term]) for table in tables]) for name in ("estimate", "std_error", "df")
        )  # fmt: skip
        chances = (np.arange(_POINTS) + 0.5) / _POINTS
        points = (estimate[:, None] + error[:, None] * stats.t.ppf(chances, np.maximum(df, 1.0)[:, None])).ravel()
        tail = (1 - conf_level) / 2
        low, high = np.quantile(np.concatenate([points, lost]), [tail, 1 - tail], method="nearest")
        spread = float(np.sqrt((error**2).mean() + estimate.var())) if np.isfinite([low, high]).all() else float("nan")
        return term, self.terms[term], "corrected", float(point["estimate"].loc[term]), spread, float(low), float(high)

    def sensitivity(self, used: Sequence[str], measure: str, conf_level: float) -> pd.DataFrame:
        """The effect of each code at several errors, known without uncertainty; the other codes as they are."""
        rows = []
        for code in used:
            values, readers = self.cases.of_code(code)
            blank = Evidence(
                code, measure, float("nan"), 0, np.zeros(6, dtype=np.int64), "given", (float("nan"), float("nan"))
            )
            if measure == "presence":
                choices = [replace(blank, chances=chances) for chances in CHANCES]
            else:
                choices = [assumed(blank, one, values, readers) for one in RELIABILITIES]
            for one in choices:
                surrogate = one.surrogate(values, readers)
                if not surrogate.usable:
                    continue
                table = self.fitted({code: surrogate})
                for term in [name for name, about in self.terms.items() if about == code]:
                    estimate, error, df = (float(table[name].loc[term]) for name in ("estimate", "std_error", "df"))
                    half = float(stats.t.ppf((1 + conf_level) / 2, max(df, 1.0))) * error
                    effect = (estimate, estimate - half, estimate + half)
                    rows.append((term, code, surrogate.reliability, *one.chances, *effect))
        names = ["term", "code", "reliability", "sensitivity", "specificity", "estimate", "conf_low", "conf_high"]
        return pd.DataFrame(rows, columns=names)


def _lost(naive: pd.Series[float], n: int) -> Array:
    """Draws in which no reliability is left: then the effect has no end, in a direction that the naive one may have."""
    chance = float(stats.t.cdf(naive["estimate"] / naive["std_error"], max(naive["df"], 1.0)))
    n_above = round(chance * n * _POINTS)
    return np.concatenate([np.full(n_above, np.inf), np.full(n * _POINTS - n_above, -np.inf)])
