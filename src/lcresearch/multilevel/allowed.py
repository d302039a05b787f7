"""What may stand in a formula. Formulas come from study files of others and are evaluated: only known functions are."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import numpy as np

from lcresearch.errors import MultilevelError

FUNCTIONS = frozenset(
    {"I", "C", "log", "log2", "log10", "exp", "sqrt", "abs", "poly", "center", "scale", "bs", "cs", "cr", "cc", "contr"}
)
# what formulaic does not know by itself
GIVEN = {"sqrt": np.sqrt}
_NUMPY = frozenset({"log", "log1p", "log2", "log10", "exp", "expm1", "sqrt", "abs", "sin", "cos", "tan", "sign"})
_CONTRASTS = frozenset({"treatment", "sum", "helmert", "poly", "SAS", "diff", "simple", "custom"})
_QUOTED = re.compile(r"`[^`]*`")
_NODES = (
    ast.Expression, ast.BinOp, ast.UnaryOp, ast.Call, ast.Name, ast.Load, ast.Constant, ast.Attribute, ast.keyword,
    ast.operator, ast.unaryop, ast.List, ast.Tuple, ast.Compare, ast.cmpop, ast.Dict,
)  # fmt: skip


def check(factors: Iterable[str]) -> None:
    """Refuse factors of a formula that do more than arithmetic with columns.

    Raises
    ------
    MultilevelError
        L003, with the part that is not allowed.
    """
    for factor in factors:
        _check(factor)


@lru_cache(maxsize=1000)
def _check(factor: str) -> None:
    try:
        tree = ast.parse(_QUOTED.sub("column", factor), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise MultilevelError("L003", part=factor, known=sorted(FUNCTIONS), spot="", columns="") from error
    for node in ast.walk(tree):
        if not _is_allowed(node):
            raise MultilevelError("L003", part=factor, known=sorted(FUNCTIONS), spot="", columns="")


def columns_in(factor: str) -> list[str]:
    """Names of the columns that a factor of a formula uses.

    Examples
    --------
    >>> columns_in("poly(hours, 2)"), columns_in("np.log(`paid hours` + 1)")
    (['hours'], ['paid hours'])
    """
    return list(_columns_in(factor))


@lru_cache(maxsize=1000)
def _columns_in(factor: str) -> tuple[str, ...]:
    text, quoted = with_identifiers(factor)
    tree = ast.parse(text, mode="eval")
    functions = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    functions |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    found = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in functions]
    return tuple(quoted.get(name, name) for name in found)


def expression_of(factor: Any) -> str:
    """A factor as Python: a column whose name is no identifier between backticks."""
    name = str(factor.expr)
    return f"`{name}`" if str(factor.eval_method.value) == "lookup" else name


def with_identifiers(factor: str) -> tuple[str, dict[str, str]]:
    """A factor with an identifier for each name between backticks, and what these stand for."""
    quoted = {f"__quoted_{place}": name.strip("`") for place, name in enumerate(_QUOTED.findall(factor))}
    names = iter(quoted)
    return _QUOTED.sub(lambda _: next(names), factor), quoted


def _is_allowed(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        called = node.func
        return isinstance(called, ast.Attribute) or (isinstance(called, ast.Name) and called.id in FUNCTIONS)
    if isinstance(node, ast.Attribute):
        if not isinstance(node.value, ast.Name):
            return False
        return node.attr in {"np": _NUMPY, "contr": _CONTRASTS}.get(node.value.id, frozenset())
    if isinstance(node, ast.BitXor):
        return False
    if isinstance(node, ast.Name):
        return not node.id.startswith("__")
    return isinstance(node, _NODES)
