"""The columns of a formula as expressions that a database can compute."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from lcresearch.errors import MultilevelError, Place
from lcresearch.multilevel.allowed import GIVEN, columns_in, expression_of, with_identifiers
from lcresearch.multilevel.design import INTERCEPT, Columns, TermColumns, levels_of, named, placed
from lcresearch.multilevel.formula import Formula
from lcresearch.multilevel.formula_marks import in_words
from lcresearch.multilevel.formula_parts import columns_of, read_parts
from lcresearch.multilevel.small_matrices import Array
from lcresearch.multilevel.type_three import column_of, hypotheses

KNOWN = ("columns", "x:z", "x * z", "I() with + - * / **", "log", "log2", "log10", "exp", "sqrt", "abs", "factors")
_OPERATORS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.Pow: lambda a, b: a**b,
}
_FUNCTIONS = ("log", "log2", "log10", "exp", "sqrt", "abs")
_GRID = 400


@dataclass(frozen=True)
class Number:
    """Arithmetic with columns, as it stands in the formula."""

    text: str


@dataclass(frozen=True)
class Coding:
    """A number for each level of a factor."""

    column: str
    values: tuple[tuple[Any, float], ...]


@dataclass(frozen=True)
class Product:
    """A column of A: a constant times pieces."""

    scale: float
    pieces: tuple[Number | Coding, ...]


@dataclass(frozen=True)
class Plan:
    """What a query must compute.

    Attributes
    ----------
    columns : Columns
    products : tuple of tuple of Product, shape (m,)
        For each column of A the products of which it is the first minus the others (offsets of the outcome).
    used : tuple of str
        Columns of the table that must not be missing.
    levels : mapping of str to tuple
        Column of a factor -> its levels.
    hypotheses : mapping of str to array
    """

    columns: Columns
    products: tuple[tuple[Product, ...], ...]
    used: tuple[str, ...]
    levels: Mapping[str, tuple[Any, ...]]
    hypotheses: Mapping[str, Array]


def plan_of(
    formula: Formula, used: Sequence[str], numeric: Mapping[str, bool], levels: Mapping[str, Sequence[Any]]
) -> Plan:
    """The columns of a formula over a table of which only the types are known.

    formulaic makes the columns of a few invented rows; what it did is written down and carried out on the same rows,
    so that the query computes what a DataFrame would get.

    Parameters
    ----------
    formula : Formula
    used : sequence of str
        Columns of the table that the model needs.
    numeric : mapping of str to bool
        Column -> whether it holds numbers or truth values.
    levels : mapping of str to sequence
        Column of a factor -> its levels, the reference first.

    Raises
    ------
    MultilevelError
        L040 for what a database cannot compute, L041 for a factor without levels.
    """
    parts = read_parts(formula)
    for name in {name for part in parts.values() for name in columns_of(part)}:
        if name not in levels and not numeric[name]:
            raise MultilevelError("L041", where=Place(column=name), column=name)
    grid = _grid(sorted({name for part in parts.values() for name in columns_of(part)}), levels)
    specs, found = {}, {}
    for name, part in parts.items():
        specs[name], found[name] = _part(part, name, grid, levels)
    names = [INTERCEPT]
    products: list[tuple[Product, ...]] = [(Product(1.0, ()),)]
    fixed = placed(specs["fixed"].column_names, _each(found["fixed"]), names, products)
    terms = []
    for term in formula.random:
        places = placed(specs[term.left].column_names, _each(found[term.left]), names, products)
        terms.append(TermColumns(term, places, named(names, places)))
    names.append(formula.response)
    outcome = [found["response"], *(found[name] for name in found if name.startswith("offset:"))]
    for name, each in zip([formula.response, *formula.offsets], outcome, strict=True):
        if len(each) != 1:
            raise MultilevelError("L007", where=Place(column=name), n=len(each))
    products.append(tuple(each[0] for each in outcome))
    columns = Columns(tuple(names), fixed, tuple(terms))
    return Plan(columns, tuple(products), tuple(used), levels_of(specs), hypotheses(specs["fixed"]))


def evaluated(found: Product, columns: Mapping[str, Any], functions: Mapping[str, Callable[..., Any]]) -> Any:
    """A product over numpy arrays or over expressions of a database.

    Parameters
    ----------
    found : Product
    columns : mapping
        Name -> numbers of a column, or its values for a factor.
    functions : mapping
        ``log`` and others by name, and ``coding``: a column and its pairs of level and number -> numbers.
    """
    value: Any = None
    for piece in found.pieces:
        if isinstance(piece, Coding):
            own = functions["coding"](columns[piece.column], piece.values)
        else:
            own = arithmetic(piece.text, columns, functions)
        value = own if value is None else value * own
    if value is None:
        return found.scale
    return value if found.scale == 1 else value * found.scale


def arithmetic(text: str, columns: Mapping[str, Any], functions: Mapping[str, Callable[..., Any]]) -> Any:
    """What an expression of a formula gives.

    Raises
    ------
    MultilevelError
        L040 for anything but arithmetic and the functions that are known.

    Examples
    --------
    >>> arithmetic("I((x - 1) ** 2)", {"x": 4.0}, {})
    9.0
    """
    changed, quoted = with_identifiers(text)

    def value(node: ast.AST) -> Any:
        match node:
            case ast.Expression(body=inner):
                return value(inner)
            case ast.BinOp(left=left, op=ast.Pow(), right=ast.Constant(value=2)):
                return (base := value(left)) * base
            case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _OPERATORS:
                return _OPERATORS[type(operator)](value(left), value(right))
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                return -value(inner)
            case ast.UnaryOp(op=ast.UAdd(), operand=inner):
                return value(inner)
            case ast.Constant(value=number) if isinstance(number, int | float) and not isinstance(number, bool):
                return float(number)
            case ast.Name(id=name):
                return columns[quoted.get(name, name)]
            case ast.Call(func=ast.Name(id="I"), args=[inner], keywords=[]):
                return value(inner)
            case ast.Call(func=called, args=[inner], keywords=[]) if _function(called) in _FUNCTIONS:
                return functions[_function(called)](value(inner))
        raise MultilevelError("L040", part=text, known=list(KNOWN))

    return value(ast.parse(changed, mode="eval"))


def _function(called: ast.AST) -> str:
    match called:
        case ast.Name(id=name) | ast.Attribute(value=ast.Name(id="np"), attr=name):
            return name
    return ""


def _part(part: Any, name: str, grid: pd.DataFrame, levels: Mapping[str, Sequence[Any]]) -> tuple[Any, list[Product]]:
    """What formulaic made of a part, and its columns as products that give the same numbers."""
    text = name.removeprefix("offset:")
    for term in part:
        for factor in term.factors:
            _check(expression_of(factor), levels)
    try:
        with np.errstate(all="ignore"):
            matrix = part.get_model_matrix(grid, output="numpy", na_action="ignore", context=GIVEN)
    except Exception as error:
        reason = in_words("formula_part.values")
        raise MultilevelError("L004", part=text, reason=reason, spot="", columns="") from error
    spec = matrix.model_spec
    found = {column: each for term in spec.structure for column, each in _columns(term, spec).items()}
    products = [found[column] for column in spec.column_names]
    values = {str(column): grid[column].to_numpy() for column in grid}
    with np.errstate(all="ignore"):
        computed = [np.broadcast_to(evaluated(each, values, _NUMPY), len(grid)) for each in products]
    if not np.allclose(np.reshape(computed, (len(products), -1)), np.asarray(matrix).T, rtol=1e-10, equal_nan=True):
        raise MultilevelError("L040", part=text, known=list(KNOWN))
    return spec, products


def _check(expression: str, levels: Mapping[str, Sequence[Any]]) -> None:
    """Refuse a factor that a database cannot compute, and one whose levels are not given."""
    if expression.startswith("C("):
        if column_of(expression) not in levels:
            raise MultilevelError("L041", where=Place(column=column_of(expression)), column=column_of(expression))
    elif not all(name in levels for name in columns_in(expression)) or expression.strip("`") not in levels:
        values = dict.fromkeys(columns_in(expression), np.float64(0.7310585))
        try:
            with np.errstate(all="ignore"):
                arithmetic(expression, values, _NUMPY)
        except ArithmeticError as error:
            raise MultilevelError("L040", part=expression, known=list(KNOWN)) from error


def _columns(term: Any, spec: Any) -> dict[str, Product]:
    """Name -> product of each column of a term, as formulaic combines factors: the first changes fastest."""
    found = {}
    for scoped in term.scoped_terms:
        factors = [_pieces(factor, spec) for factor in scoped.factors]
        for reverse in product(*(each.items() for each in reversed(factors))):
            pieces = reverse[::-1]
            name = ":".join(label for label, _ in pieces) or "Intercept"
            found[name] = Product(float(scoped.scale), tuple(piece for _, piece in pieces))
    return found


def _pieces(scoped: Any, spec: Any) -> dict[str, Number | Coding]:
    """Name -> piece of each column of one factor."""
    expression = scoped.factor.expr
    kind, state = spec.encoder_state[expression]
    if str(kind.value) != "categorical":
        return {expression: Number(expression_of(scoped.factor.factor))}
    contrasts, levels = state["contrasts"].contrasts, list(state["categories"])
    if len(levels) == 1 and scoped.reduced:
        return {}
    matrix = contrasts.get_coding_matrix(levels, reduced_rank=scoped.reduced)
    style = contrasts.get_factor_format(levels, reduced_rank=scoped.reduced)
    return {
        style.format(name=expression, field=field): Coding(
            column_of(expression), tuple(zip(levels, (float(v) for v in matrix[field]), strict=True))
        )
        for field in matrix.columns
    }


def _each(products: Iterable[Product]) -> list[tuple[Product, ...]]:
    return [(each,) for each in products]


def _grid(names: Sequence[str], levels: Mapping[str, Sequence[Any]]) -> pd.DataFrame:
    """Invented rows with all levels of all factors, and numbers between a half and one and a half."""
    rng = np.random.default_rng(1)
    n = max([_GRID, *(4 * len(each) for each in levels.values())])
    columns: dict[str, Any] = {}
    for name in names:
        if name in levels:
            codes = np.r_[np.arange(len(levels[name])), rng.integers(0, len(levels[name]), n)][:n]
            categories = pd.Index(list(levels[name]), dtype=object)
            columns[name] = pd.Categorical.from_codes(codes.tolist(), categories=categories)
        else:
            columns[name] = rng.uniform(0.5, 1.5, n)
    return pd.DataFrame(columns, index=pd.RangeIndex(n))


def _coded(column: Any, values: Sequence[tuple[Any, float]]) -> Array:
    return np.sum([number * (np.asarray(column, dtype=object) == level) for level, number in values], axis=0)


_NUMPY: dict[str, Callable[..., Any]] = {name: getattr(np, name) for name in _FUNCTIONS} | {"coding": _coded}
