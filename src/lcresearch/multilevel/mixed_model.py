"""What fitted mixed models have in common, linear and generalised: sizes, criteria, shares of variance, cautions."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import pandas as pd

from lcresearch.messages import Messages
from lcresearch.multilevel.crossproducts import Crossproducts
from lcresearch.multilevel.estimates import Estimates
from lcresearch.multilevel.variance_shares import VarianceShares, mean_sizes
from lcresearch.results import FittedModel, latex_table, text_table

FEW_GROUPS = 10
_HARDLY = 0.02
_ALIKE = 1e-5
"""Share of rows below which they differ by rounding and the end of a search alone."""
_NOTHING, _EDGE = 1e-4, 1e-6


class MixedModel(FittedModel):
    """Base of fitted mixed models; subclasses are frozen dataclasses with a ``model`` that has ``cross``."""

    model: Any

    @property
    def _cross(self) -> Crossproducts:
        found: Crossproducts = self.model.cross
        return found

    @property
    def estimates(self) -> Estimates:
        """Fixed effects, covariance matrices and residual variance in the units of the data, as arrays."""
        raise NotImplementedError

    @property
    def variance_components(self) -> pd.DataFrame:
        """A row a variance or covariance: ``group, term_1, term_2, covariance, std_dev, correlation``."""
        raise NotImplementedError

    @property
    def variance_shares(self) -> VarianceShares:
        """Variances of the fixed part, of each grouping factor and of the residual, averaged over the rows."""
        raise NotImplementedError

    @property
    def deviance(self) -> float:
        """Minus twice the log-likelihood."""
        raise NotImplementedError

    @property
    def n_parameters(self) -> int:
        """Number of parameters that were estimated."""
        raise NotImplementedError

    @property
    def converged(self) -> bool:
        """Whether the search ended where the criterion has its minimum."""
        raise NotImplementedError

    @property
    def singular(self) -> bool:
        """Whether a variance is zero or a correlation one."""
        raise NotImplementedError

    @property
    def method(self) -> str:
        """``REML`` or ``ML``."""
        return "ML"

    @property
    def kind(self) -> str:
        """What models must have in common to be compared."""
        return "linear"

    def refit(self, method: str) -> Self:
        """The same model by the other method, ``REML`` or ``ML``; what has only one stays as it is."""
        return self

    @property
    def unit(self) -> float:
        """The standard deviation of what random effects are held against, to say whether one is zero."""
        raise NotImplementedError

    @property
    def formula(self) -> str:
        """As it was given."""
        return self._cross.formula

    @property
    def n(self) -> int:
        """Rows that were used."""
        return self._cross.n

    @property
    def n_groups(self) -> dict[str, int]:
        """Number of groups of each grouping factor, in the order of the formula."""
        n_groups = self._cross.n_groups
        return {":".join(group): n_groups[group] for group in self._cross.columns.groups}

    @property
    def n_dropped(self) -> pd.Series[int]:
        """Rows with a missing value, by column; ``any`` counts each row once."""
        return self._cross.n_dropped

    @property
    def fixed_effects(self) -> pd.Series[float]:
        """Estimates by term."""
        return pd.Series(self.estimates.beta, index=list(self._names), name="estimate")

    @property
    def _names(self) -> tuple[str, ...]:
        return self._cross.columns.fixed_names

    @property
    def log_likelihood(self) -> float:
        """The (restricted) log-likelihood."""
        return -self.deviance / 2

    @property
    def aic(self) -> float:
        """Akaike's criterion, of the restricted likelihood for a REML fit."""
        return self.deviance + 2 * self.n_parameters

    @property
    def bic(self) -> float:
        """Schwarz's criterion with the number of rows."""
        return self.deviance + float(np.log(self.n)) * self.n_parameters

    def icc(self) -> pd.DataFrame:
        """Intraclass correlations, a row a grouping factor: ``group, icc, icc_unadjusted, design_effect``.

        ``icc`` is the share of the variance that the fixed part leaves; ``icc_unadjusted`` that of all variance. With
        random slopes both are averages over the rows. The design effect is 1 + (mean size - 1) * icc.
        """
        shares = self.variance_shares
        left = shares.total - shares.fixed
        sizes = mean_sizes(self._cross)
        rows = [(g, v / left, v / shares.total, 1 + (sizes[g] - 1) * v / left) for g, v in shares.random.items()]
        return pd.DataFrame(rows, columns=["group", "icc", "icc_unadjusted", "design_effect"])

    def r_squared(self) -> pd.Series[float]:
        """``marginal`` (fixed part) and ``conditional`` (with the groups) R squared."""
        shares = self.variance_shares
        conditional = (shares.total - shares.residual) / shares.total
        return pd.Series({"marginal": shares.fixed / shares.total, "conditional": conditional}, name="r_squared")

    def cautions(self) -> list[str]:
        """What the reader must know: rows left out, a search that did not end, a variance of zero, few groups."""
        say, found = Messages(), []
        if self.n_dropped["any"]:
            found.append(say("multilevel.dropped", n=int(self.n_dropped["any"])))
        if not self.converged:
            found.append(say("multilevel.not_converged"))
        if self.singular:
            found.append(say("multilevel.singular", components="; ".join(self._zeros())))
        shares = self.variance_shares
        if self.kind == "linear" and shares.residual < _ALIKE * (shares.total - shares.fixed):
            found.append(say("multilevel.nothing_within", group=list(self.n_groups)[-1]))
        small = [group for group, value in shares.random.items() if value < _HARDLY * (shares.total - shares.fixed)]
        if small:
            found.append(say("multilevel.near_zero", groups=", ".join(small)))
        few = [f"{label} ({n})" for label, n in self.n_groups.items() if n < FEW_GROUPS]
        if few:
            key = "few_groups" if self.kind == "linear" else "few_groups_z"
            found.append(say(f"multilevel.{key}", groups=", ".join(few)))
        return found

    def _zeros(self) -> list[str]:
        """The components at the edge: variances of zero and correlations of one."""
        found = []
        for term, covariance in zip(self._cross.columns.terms, self.estimates.covariances, strict=True):
            label, deviations = term.term.label, np.sqrt(np.maximum(np.diagonal(covariance), 0))
            none = deviations < _NOTHING * self.unit
            found += [f"var({term.names[k]} | {label}) = 0" for k in np.flatnonzero(none)]
            for a, b in zip(*np.triu_indices(len(none), 1), strict=True):
                if not none[[a, b]].any() and abs(covariance[a, b]) > (1 - _EDGE) * deviations[a] * deviations[b]:
                    sign = "+" if covariance[a, b] > 0 else "-"
                    found.append(f"cor({term.names[a]}, {term.names[b]} | {label}) = {sign}1")
        return found or ["?"]

    def to_latex(self, ddf: str | None = None) -> str:
        """Two tables in LaTeX (booktabs), for a paper: fixed effects, and variance components with sizes.

        Parameters
        ----------
        ddf : str, optional
            Degrees of freedom of the tests, as in ``tidy``.
        """
        fixed = self.tidy() if ddf is None else self.tidy(ddf=ddf)  # type: ignore[call-arg]
        components = self.variance_components.fillna({"term_2": ""})
        sizes = ", ".join([f"{self.n} rows", *(f"{n} {label}" for label, n in self.n_groups.items())])
        return f"{latex_table(fixed)}\n% {sizes}\n{latex_table(components)}"

    def tables(self) -> dict[str, pd.DataFrame]:
        """Fixed effects, sizes and criteria, variance components and intraclass correlations."""
        return super().tables() | {"variance_components": self.variance_components, "icc": self.icc()}

    def summary(self) -> str:
        """Fixed effects and variance components as text."""
        text = FittedModel.summary(self).rstrip("\n")
        head, *notes = text.split("\nNote: ")
        table = text_table(self.variance_components.drop(columns="covariance"))
        parts = [self.formula, "", head.rstrip(), "", "  Variance components", table.rstrip()]
        return "\n".join([*parts, *(f"Note: {note}" for note in notes)]) + "\n"
