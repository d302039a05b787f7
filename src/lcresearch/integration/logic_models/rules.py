"""By which rules an arrow is called small or large: read from YAML."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pydantic import Field, Strict

from lcresearch.errors import IntegrationError
from lcresearch.synthesis.elements.rule_files import CheckedFile, read_rules
from lcresearch.validation import Finding

STRENGTHS = ("negligible", "small", "medium", "large")
_Size = Annotated[float, Field(strict=False, gt=0, allow_inf_nan=False)]
_Sizes = Annotated[tuple[_Size, _Size, _Size], Strict(False)]


class ArrowRules(CheckedFile):
    """From which size on an effect is small, medium and large, by measure."""

    strength: dict[Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{1,9}$")], _Sizes]

    def findings(self) -> Iterator[Finding]:
        """Sizes that do not go up."""
        for measure, sizes in self.strength.items():
            if not sizes[0] < sizes[1] < sizes[2]:
                yield Finding("Q225", ("strength", measure), {"measure": measure, "found": list(sizes)})

    def bounds(self, measure: str, smallest_worthwhile: float = math.nan) -> tuple[float, float, float] | None:
        """From which size on an effect is small, medium and large; None for a measure without rules."""
        sizes = self.strength.get(measure)
        if sizes is None or math.isnan(smallest_worthwhile) or measure != "SD":
            return sizes
        first, second, third = (size * smallest_worthwhile / sizes[0] for size in sizes)
        return first, second, third

    def strength_of(self, estimate: float, measure: str, smallest_worthwhile: float = math.nan) -> str:
        """How strong an effect is called; empty when that cannot be told.

        Examples
        --------
        >>> arrow_rules().strength_of(-0.6, "SMD"), arrow_rules().strength_of(0.15, "SD", 0.15)
        ('medium', 'small')
        """
        bounds = self.bounds(measure, smallest_worthwhile)
        if bounds is None or math.isnan(estimate):
            return ""
        return STRENGTHS[sum(abs(estimate) >= bound for bound in bounds)]


def arrow_rules(path: str | Path | None = None) -> ArrowRules:
    """The rules by which arrows are called small or large.

    Parameters
    ----------
    path : str or Path, optional
        A YAML file; by default the rules that come with the package.

    Returns
    -------
    ArrowRules

    Raises
    ------
    IntegrationError
        Every problem of the file together: G codes, Q225: sizes that do not go up.

    See also
    --------
    logic_model : Applies them.
    """
    return read_rules(ArrowRules, path, "arrow_rules.yaml", package=__package__ or "", error=IntegrationError)
