"""By which rules an arrow is called small or large: read from YAML."""

from __future__ import annotations

import math
from importlib import resources
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, model_validator

from lcresearch.errors import IntegrationError, Place, Problem
from lcresearch.file_parts import Part
from lcresearch.validation import VERSION, validated
from lcresearch.yaml_lines import parse_yaml, read_yaml

STRENGTHS = ("negligible", "small", "medium", "large")
_Size = Annotated[float, Field(strict=False, gt=0, allow_inf_nan=False)]


class ArrowRules(Part):
    """From which size on an effect is small, medium and large, by measure."""

    version: Annotated[str, Field(pattern=VERSION)]
    strength: dict[Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{1,9}$")], tuple[_Size, _Size, _Size]]

    @model_validator(mode="before")
    @classmethod
    def _sizes(cls, values: Any) -> Any:
        if not isinstance(values, dict) or not isinstance(values.get("strength"), dict):
            return values
        sizes = {key: tuple(one) if isinstance(one, list) else one for key, one in values["strength"].items()}
        return values | {"strength": sizes}

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

    Raises
    ------
    IntegrationError
        Every problem of the file together: G codes, Q225: sizes that do not go up.
    """
    name = "arrow_rules.yaml" if path is None else Path(path).name
    if path is None:
        text = (resources.files(__package__) / "shipped" / name).read_text(encoding="utf-8")
        parsed = parse_yaml(text, file=name)
    else:
        parsed = read_yaml(path)
    problems = list(parsed.problems)
    if not isinstance(parsed.content, dict):
        raise IntegrationError(problems or [Problem("G045", Place(file=name, line=1))])
    rules, found = validated(ArrowRules, parsed.content)
    problems += [Problem(one.code, Place(file=name, line=parsed.line(one.path)), one.values) for one in found]
    for measure, sizes in rules.strength.items() if rules else ():
        if not sizes[0] < sizes[1] < sizes[2]:
            where = Place(file=name, line=parsed.line(("strength", measure)))
            problems.append(Problem("Q225", where, {"measure": measure, "found": list(sizes)}))
    if rules is None or problems:
        raise IntegrationError(problems)
    return rules
