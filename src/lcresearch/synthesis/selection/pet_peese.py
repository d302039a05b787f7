"""The effect of a study without sampling error: PET, PEESE and the choice between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from lcresearch.errors import SynthesisError, nearest
from lcresearch.messages import Messages
from lcresearch.results import Result
from lcresearch.synthesis.effect_columns import Array, Column, effects
from lcresearch.synthesis.selection.enough import few, needs
from lcresearch.synthesis.selection.weighted_regression import below, line_table, weighted_line

_DIRECTIONS = ("greater", "less")


@dataclass(frozen=True, repr=False, eq=False)
class PetPeese(Result):
    """PET and PEESE by :func:`~lcresearch.synthesis.pet_peese`.

    Attributes
    ----------
    yi, vi : array, shape (k,)
    left_out : list of str
    alternative : str
    alpha : float
    """

    title: ClassVar[str] = "PET-PEESE"

    yi: Array
    vi: Array
    left_out: list[str]
    alternative: str
    alpha: float

    @property
    def p_pet(self) -> float:
        """One-sided p value of the effect by PET."""
        row = self._rows("pet", 0.95).iloc[0]
        sign = 1 if self.alternative == "less" else -1
        return float(below(sign * row["statistic"], row["df"]))

    @property
    def chosen(self) -> str:
        """``peese`` where PET finds an effect, else ``pet``."""
        return "peese" if self.p_pet < self.alpha else "pet"

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """Rows ``effect`` and ``slope`` of each model; ``chosen`` marks the model to go by."""
        table = pd.concat([self._rows(model, conf_level) for model in ("pet", "peese")], ignore_index=True)
        return table.assign(chosen=table["model"] == self.chosen)

    def _rows(self, model: str, conf_level: float) -> pd.DataFrame:
        x = np.sqrt(self.vi) if model == "pet" else self.vi
        table = line_table(weighted_line(self.yi, self.vi, x), ["effect", "slope"], conf_level)
        table.insert(0, "model", model)
        return table

    def glance(self) -> pd.DataFrame:
        """One row: ``n, chosen, p_pet`` (one-sided)``, alternative``."""
        row = {"n": len(self.yi), "chosen": self.chosen, "p_pet": self.p_pet, "alternative": self.alternative}
        return pd.DataFrame([row])

    def cautions(self) -> list[str]:
        """What it cannot tell."""
        return [*few(len(self.yi), self.left_out), Messages()("synthesis.selection.pet_peese")]


def pet_peese(
    yi: Column,
    vi: Column,
    *,
    alternative: str = "greater",
    alpha: float = 0.05,
    data: pd.DataFrame | None = None,
    labels: Column | None = None,
) -> PetPeese:
    """Effects regressed on their standard errors (PET) and on their variances (PEESE), with weights 1/vi.

    The intercept is the effect of a study without sampling error. PET says whether there is one; if so, PEESE estimates
    it with less bias, since selection bends the line near zero.

    Parameters
    ----------
    yi, vi : array of shape (k,), or name of a column of ``data``
    alternative : {"greater", "less"}
        In which direction an effect was expected.
    alpha : float
        PEESE is chosen if the one-sided p value of PET is smaller.
    data : DataFrame, optional
    labels : array or name of a column, optional

    Returns
    -------
    PetPeese

    Raises
    ------
    SynthesisError
        Y045, Y046: alpha or the direction cannot be; Y048: fewer than three effects; Y049: all have the same variance;
        Y060 to Y065.

    References
    ----------
    Stanley & Doucouliagos (2014), Research Synthesis Methods 5, 60-78.

    Examples
    --------
    >>> found = pet_peese([0.2, 0.3, 0.5, 0.9, 0.6], [0.01, 0.02, 0.06, 0.12, 0.08])
    >>> found.chosen
    'pet'
    """
    if alternative not in _DIRECTIONS:
        near = nearest(str(alternative), _DIRECTIONS) or "–"
        raise SynthesisError("Y046", what="alternative", found=str(alternative), known=list(_DIRECTIONS), nearest=near)
    if not 0 < alpha < 1:
        raise SynthesisError("Y045", found=str(alpha))
    given = effects(yi, vi, data, labels)
    needs(3, given.yi, given.vi)
    return PetPeese(given.yi, given.vi, given.left_out, alternative, alpha)
