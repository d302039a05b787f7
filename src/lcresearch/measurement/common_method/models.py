"""Models of the CFA marker technique (Williams, Hartman & Cavazotte 2010), written in the syntax of lavaan.

All factors have variance 1 (``std.lv = TRUE`` in lavaan).

cfa          the factors of the model and the marker, all correlated
baseline     the marker does not go with the factors; its loadings and residual variances are those of cfa
method_c     besides, the marker loads equally on all items of the model
method_u     besides, the marker loads on each item of the model as it will
method_r     the one of these that is kept, with the correlations of the factors fixed to those of baseline
sensitive_05, sensitive_01   the one that is kept, with loadings of the method fixed to the end of their 95% and 99%
             interval that lies farthest from zero
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from scipy import stats

from lcresearch.errors import MeasurementError
from lcresearch.measurement.factor_models import model_syntax
from lcresearch.measurement.factor_models.model_syntax import Statement

SENSITIVITY = {"sensitive_05": 0.05, "sensitive_01": 0.01}


@dataclass(frozen=True)
class Substance:
    """The user's model: factors with their items.

    Attributes
    ----------
    indicators : dict
        Factor -> items.
    lines : tuple of str
        Its statements as lavaan writes them, without covariances of factors.
    """

    indicators: dict[str, tuple[str, ...]]
    lines: tuple[str, ...]

    @property
    def factors(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(self.indicators)

    @property
    def items(self) -> tuple[str, ...]:
        """Each item once."""
        return tuple(dict.fromkeys(item for items in self.indicators.values() for item in items))

    @property
    def text(self) -> str:
        """The model."""
        return "\n".join(self.lines)


def substance(model: str) -> Substance:
    """The factors and items of a model.

    Raises
    ------
    MeasurementError
        M201 and others: the model cannot be read; M403: it holds more than factors, items and residual covariances.
    """
    syntax = model_syntax.parse(model)
    factors = tuple(dict.fromkeys(each.left for each in syntax.statements if each.operator == "=~"))
    other = [
        f"{each.left} {each.operator} {each.right}"
        for each in syntax.statements
        if each.operator not in ("=~", "~~") or each.level or (each.operator == "=~" and each.right in factors)
    ]
    other += [each.name for each in syntax.definitions]
    if other or not factors:
        raise MeasurementError("M403", found=other[:6] or [model])
    found: dict[str, tuple[str, ...]] = dict.fromkeys(factors, ())
    for each in syntax.statements:
        if each.operator == "=~":
            found[each.left] = (*found[each.left], each.right)
    lines = [f"{factor} =~ " + " + ".join(_of_factor(syntax.statements, factor)) for factor in factors]
    for each in syntax.statements:
        if each.operator == "~~" and not {each.left, each.right} & set(factors):
            lines.append(f"{each.left} ~~ {_modified(each)}")
    return Substance(found, tuple(lines))


def _of_factor(statements: Sequence[Statement], factor: str) -> list[str]:
    return [_modified(each) for each in statements if each.operator == "=~" and each.left == factor]


def _modified(each: Statement) -> str:
    fixed, label, _ = each.modifier.of_group(0)
    before = f"{fixed!r}*" if fixed is not None else f"{label}*" if label else ""
    return f"{before}{each.right}"


def one_factor(items: Sequence[str], name: str = "one") -> str:
    """All items of one factor."""
    return f"{name} =~ " + " + ".join(items)


def correlated(found: Substance, marker: Sequence[str], name: str) -> str:
    """The model and the marker, all correlated."""
    return "\n".join([*found.lines, f"{name} =~ " + " + ".join(marker)])


def baseline(found: Substance, marker: Sequence[str], name: str, estimates: Mapping[str, float]) -> str:
    """The marker apart, with the loadings and residual variances of :func:`correlated`."""
    loadings = " + ".join(f"{estimates[f'{name}=~{item}']!r}*{item}" for item in marker)
    residuals = [f"{item} ~~ {estimates[f'{item}~~{item}']!r}*{item}" for item in marker]
    apart = [f"{name} ~~ 0*{factor}" for factor in found.factors]
    return "\n".join([*found.lines, f"{name} =~ {loadings}", *residuals, *apart])


def with_method(text: str, found: Substance, name: str, *, equal: bool) -> str:
    """Baseline with the marker on all items of the model."""
    label = "method*" if equal else ""
    return f"{text}\n{name} =~ " + " + ".join(f"{label}{item}" for item in found.items)


def with_fixed_correlations(text: str, found: Substance, estimates: Mapping[str, float]) -> str:
    """A model in which the factors go together as given."""
    lines = []
    for one, other in combinations(found.factors, 2):
        value = estimates.get(f"{one}~~{other}", estimates.get(f"{other}~~{one}", 0.0))
        lines.append(f"{one} ~~ {value!r}*{other}")
    return "\n".join([text, *lines])


def with_extreme_method(text: str, found: Substance, name: str, kept: pd.DataFrame, alpha: float) -> str:
    """Baseline with the method's loadings at the far end of their intervals.

    ``kept`` has the rows of ``tidy()`` of the model with the method, indexed by term.
    """
    z = float(stats.norm.ppf(1 - alpha / 2))
    rows = kept.loc[[f"{name}=~{item}" for item in found.items]]
    estimate = rows["estimate"].to_numpy(dtype=float)
    far = estimate + np.where(estimate >= 0, z, -z) * rows["std_error"].to_numpy(dtype=float)
    terms = [f"{value!r}*{item}" for value, item in zip(far.tolist(), found.items, strict=True)]
    return f"{text}\n{name} =~ " + " + ".join(terms)
