"""Numbers that follow from labelled parameters: ``indirect := a * b``, with a standard error by the delta method.

Only arithmetic, numbers, labels and a few functions are carried out: a model may come from another person's file.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from lcresearch.errors import MeasurementError
from lcresearch.measurement.factor_models.model_syntax import Definition

_BINARY: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}  # fmt: skip
_FUNCTIONS: dict[str, Callable[[Any], Any]] = {"sqrt": np.sqrt, "exp": np.exp, "log": np.log}


def evaluate(definition: Definition, values: Mapping[str, Any]) -> Any:
    """The value of a definition.

    Parameters
    ----------
    definition : Definition
    values : mapping
        Label -> value.

    Raises
    ------
    MeasurementError
        M210: a label that does not exist; M211: something that is not arithmetic.
    """
    try:
        tree = ast.parse(definition.expression.replace("^", "**"), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise MeasurementError("M211", name=definition.name, line=definition.line) from error
    return _value(tree, definition, values)


def _value(node: ast.expr, definition: Definition, values: Mapping[str, Any]) -> Any:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return float(node.value)
    if isinstance(node, ast.Name):
        if node.id not in values:
            raise MeasurementError("M210", name=definition.name, label=node.id, known=sorted(values))
        return values[node.id]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        inner = _value(node.operand, definition, values)
        return -inner if isinstance(node.op, ast.USub) else inner
    if isinstance(node, ast.BinOp) and type(node.op) in _BINARY:
        left, right = (_value(each, definition, values) for each in (node.left, node.right))
        return _BINARY[type(node.op)](left, right)
    if _is_known_call(node):
        return _FUNCTIONS[node.func.id](_value(node.args[0], definition, values))  # type: ignore[attr-defined]
    raise MeasurementError("M211", name=definition.name, line=definition.line)


def _is_known_call(node: ast.expr) -> bool:
    """Whether this is one of the functions, with one argument."""
    named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _FUNCTIONS
    return named and len(node.args) == 1 and not node.keywords  # type: ignore[attr-defined]
