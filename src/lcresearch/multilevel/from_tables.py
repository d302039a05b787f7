"""Sums of products from a DataFrame, or inside the database that holds an Ibis table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from lcresearch.errors import MultilevelError
from lcresearch.multilevel.crossproducts import Crossproducts, sums_of_rows
from lcresearch.multilevel.design import build
from lcresearch.multilevel.formula import parse
from lcresearch.multilevel.person_classes import factor_of_persons, sum_persons
from lcresearch.multilevel.shifts import check_levels, shift_of


def crossproducts(
    formula: str,
    table: Any,
    *,
    levels: Mapping[str, Sequence[Any]] | None = None,
    shift: Mapping[str, float] | None = None,
    weights: str | None = None,
    persons: str | None = None,
) -> Crossproducts:
    """All that a linear mixed model needs of its rows: sums of products for each cell of the grouping factors.

    They are small, add (``a + b``), save to one file, and give the fit of the rows: ``fit_lmm(formula, sums)``. Groups
    are known by their nested keys: the same key on both sides of a sum is one group whose rows are spread. Whether a
    model can be identified is judged when it is fitted, so a part may have one group or a constant column.

    Parameters
    ----------
    formula : str
        As for :func:`~lcresearch.multilevel.fit_lmm`.
    table : DataFrame or Ibis table
        Of an Ibis table nothing but sums leaves its database; rows larger than memory work. There a formula may have
        columns, products (``x:z``, ``x * z``), arithmetic in ``I()``, ``log``, ``exp``, ``sqrt``, ``abs``, and factors
        with declared levels; anything else is refused by name.
    levels : mapping, optional
        Column of a factor -> its levels, the reference first. Parts add only when these are equal.
    shift : mapping, optional
        Column of the model, as in the table of fixed effects, or outcome -> what is taken off before products are
        summed; columns that are not named get zero. Without it the means of the rows, found in a pass of their own.
        Parts may have different shifts; adding takes both to one.
    weights : str, optional
        Column of precision weights.
    persons : str, optional
        The column that names persons measured several times, the last name of the finest grouping factor. Then no sum
        a person is kept: persons of one group with equal products of the columns that vary over persons (a random
        intercept: as many rows) are summed. The fit is the same; only random effects of persons are not there. Slopes
        of persons on columns with many different values leave classes of one person: nothing is hidden then. A person
        must lie whole in one part.

    Returns
    -------
    Crossproducts

    Raises
    ------
    MultilevelError
        As fit_lmm for formula and rows; L040 to L042 for what the database cannot do and levels that are not declared
        or not known, L045 to L047, and L061 to L066.

    Notes
    -----
    Bates, Maechler, Bolker & Walker (2015), Journal of Statistical Software 67(1), section 3, needs of the rows only
    products of [Z X y].

    Examples
    --------
    >>> a = pd.DataFrame({"team": list("AABBCC"), "hours": [1, 2, 2, 4, 3, 5], "score": [3, 4, 4, 6, 4, 7]})
    >>> b = pd.DataFrame({"team": list("CCDDEE"), "hours": [1, 3, 2, 6, 2, 4], "score": [3, 4, 5, 9, 3, 5]})
    >>> both = crossproducts("score ~ hours + (1 | team)", a) + crossproducts("score ~ hours + (1 | team)", b)
    >>> both.n, both.sums.shape
    (12, (3, 3, 5))
    """
    parsed = parse(formula)
    check_levels(levels or {})
    if isinstance(table, pd.DataFrame):
        design = build(parsed, table, weights, levels)
        if persons is not None:
            factor_of_persons(design.columns, persons)
        cross = sums_of_rows(design, shift_of(design.columns, shift))
        return cross if persons is None else sum_persons(cross, persons)
    if not type(table).__module__.startswith("ibis."):
        raise MultilevelError("L045", found=type(table).__name__)
    from lcresearch.multilevel.in_database import sums_in_database

    return sums_in_database(parsed, table, levels or {}, shift, weights, persons)
