"""From the parameters of a measurement model to those of ordered items: thresholds, scalings, and what stands fixed.

The defaults are those of lavaan: intercepts of items are zero; where groups share thresholds, the means of factors and
the scalings (delta) or residual variances (theta) of items are free but in the first group.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from lcresearch.errors import MeasurementError
from lcresearch.measurement.factor_models.model_syntax import Syntax
from lcresearch.measurement.factor_models.parameter_table import Parameter, ParameterTable

FOLLOWS = 1.0
"""Stands where a value follows from others, until it is known."""


def with_thresholds(
    table: ParameterTable, syntax: Syntax, n_categories: Sequence[int], parameterization: str, equal: Collection[str]
) -> ParameterTable:
    """The table of a model with means, for ordered items.

    Parameters
    ----------
    table : ParameterTable
        With a mean structure; before parameters are made equal across groups.
    syntax : Syntax
    n_categories : sequence of int
        Of each observed variable.
    parameterization : str
    equal : collection of str
        What groups will share.

    Raises
    ------
    MeasurementError
        M244: a threshold beyond the last category; M245: a variance (delta) or scaling (theta) that follows.
    """
    stated = {(each.left, each.operator, each.right) for each in syntax.statements}
    _check_stated(table, stated, n_categories, parameterization)
    items = set(table.observed)
    shared = bool({"thresholds", "intercepts"} & set(equal))
    kept = []
    for each in table.parameters:
        is_stated = (each.left, each.operator, each.right) in stated
        if each.operator == "~" and each.right == "1" and each.left in items and not is_stated:
            kept.append(each.everywhere(fixed=0.0))
        elif each.operator == "~~" and each.left == each.right and each.left in items:
            kept.append(
                _variance(each, parameterization, free_later=shared and "residuals" not in equal, own=is_stated)
            )
        elif each.operator != "|":
            kept.append(each)
    given = {each.name: each for each in table.parameters if each.operator in ("|", "~*~")}
    blank = Parameter("", "", "", (None,) * table.n_groups, ("",) * table.n_groups, (None,) * table.n_groups)
    for item, count in zip(table.observed, n_categories, strict=True):
        names = [f"t{number}" for number in range(1, count)]
        kept += [given.get(f"{item}|{name}", replace(blank, left=item, operator="|", right=name)) for name in names]
    for item in table.observed:
        scaling = replace(blank, left=item, operator="~*~", right=item)
        free_later = shared and parameterization == "delta"
        if f"{item}~*~{item}" not in given:
            kept.append(_one_then_free(scaling) if free_later else scaling.everywhere(fixed=FOLLOWS))
    return replace(table, parameters=tuple(kept))


def _variance(parameter: Parameter, parameterization: str, *, free_later: bool, own: bool) -> Parameter:
    if parameterization == "delta":
        return parameter.everywhere(fixed=FOLLOWS)
    if own:
        return parameter
    return _one_then_free(parameter) if free_later else parameter.everywhere(fixed=1.0)


def _one_then_free(parameter: Parameter) -> Parameter:
    """One in the first group, free in the others."""
    return replace(parameter, fixed=(1.0, *(None,) * (len(parameter.fixed) - 1)))


def _check_stated(
    table: ParameterTable, stated: set[tuple[str, str, str]], n_categories: Sequence[int], parameterization: str
) -> None:
    for item, count in zip(table.observed, n_categories, strict=True):
        beyond = sorted(right for left, op, right in stated if left == item and op == "|" and int(right[1:]) >= count)
        if beyond:
            raise MeasurementError("M244", name=f"{item} | {beyond[0]}", n_thresholds=count - 1, n_categories=count)
        follows = "~~" if parameterization == "delta" else "~*~"
        if (item, follows, item) in stated:
            other = "theta" if parameterization == "delta" else "delta"
            raise MeasurementError("M245", name=f"{item} {follows} {item}", found=parameterization, other=other)
