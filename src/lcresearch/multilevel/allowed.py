"""What may stand in a formula. Formulas come from study files of others and are evaluated: only known functions are."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from lcresearch.errors import MultilevelError

FUNCTIONS = frozenset(
    {"I", "C", "log", "log2", "log10", "exp", "sqrt", "abs", "poly", "center", "scale", "bs", "cs", "cr", "cc", "contr"}
)
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
        try:
            tree = ast.parse(_QUOTED.sub("column", factor), mode="eval")
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise MultilevelError("L003", part=factor, known=sorted(FUNCTIONS)) from error
        for node in ast.walk(tree):
            if not _is_allowed(node):
                raise MultilevelError("L003", part=factor, known=sorted(FUNCTIONS))


def columns_in(factor: str) -> list[str]:
    """Names of the columns that a factor of a formula uses.

    Examples
    --------
    >>> columns_in("poly(hours, 2)"), columns_in("np.log(`paid hours` + 1)")
    (['hours'], ['paid hours'])
    """
    quoted = [name.strip("`") for name in _QUOTED.findall(factor)]
    names = iter(range(len(quoted)))
    tree = ast.parse(_QUOTED.sub(lambda _: f"__quoted_{next(names)}", factor), mode="eval")
    functions = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    functions |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    found = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in functions]
    return [quoted[int(name.removeprefix("__quoted_"))] if name.startswith("__quoted_") else name for name in found]


def _is_allowed(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        called = node.func
        return isinstance(called, ast.Attribute) or (isinstance(called, ast.Name) and called.id in FUNCTIONS)
    if isinstance(node, ast.Attribute):
        if not isinstance(node.value, ast.Name):
            return False
        return node.attr in {"np": _NUMPY, "contr": _CONTRASTS}.get(node.value.id, frozenset())
    if isinstance(node, ast.Name):
        return not node.id.startswith("__")
    return isinstance(node, _NODES)
