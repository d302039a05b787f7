"""How cases are named: by name in the researcher's own version, by a code or not at all in one that is released."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from lcresearch.errors import Problem, ReportingError
from lcresearch.messages import Messages

NAMES = ("confidential", "opaque", "none")
_UNKNOWN = "…"


def shown_names(frame: pd.DataFrame, names: str) -> Mapping[str, str]:
    """What stands for each case.

    Parameters
    ----------
    frame : DataFrame
        A row a case, named by the index, with the numbers that are shown anyway. Codes follow their order, so that
        neither the name nor the place of a case in a file can be read from its code.
    names : {"confidential", "opaque", "none"}

    Raises
    ------
    ReportingError
        L092: no such choice.

    Examples
    --------
    >>> shown_names(pd.DataFrame({"x": [0.9, 0.1]}, index=["Aa", "Bb"]), "opaque")
    {'Bb': 'C1', 'Aa': 'C2'}
    """
    if names not in NAMES:
        raise ReportingError("L092", what="names", found=str(names), known=list(NAMES))
    cases = [str(case) for case in frame.index]
    if names == "confidential":
        return {case: case for case in cases}
    if names == "none":
        return dict.fromkeys(cases, "")
    say = Messages()
    numbers = frame.select_dtypes("number")
    order = numbers.sort_values(list(numbers.columns), kind="stable").index if len(numbers.columns) else frame.index
    return {str(case): say("integration.qca.code", number=str(place)) for place, case in enumerate(order, start=1)}


def with_names(cases: Sequence[str], shown: Mapping[str, str]) -> list[str]:
    """The cases as they are shown, in order; empty when names are left out."""
    return sorted((name for case in cases if (name := shown[str(case)])), key=natural_order)


def natural_order(name: str) -> tuple[str, int]:
    """Order in which C2 comes before C10.

    Examples
    --------
    >>> sorted(["C10", "C2"], key=natural_order)
    ['C2', 'C10']
    """
    head = name.rstrip("0123456789")
    number = name[len(head) :]
    return head, int(number) if number and len(number) < 10 else 0


def with_shown_cases(problem: Problem, shown: Mapping[str, str], names: str) -> Problem:
    """A caution with cases as they are shown."""
    if names == "confidential":
        return problem
    values = dict(problem.values)
    if "case" in values:
        values["case"] = shown.get(str(values["case"])) or _UNKNOWN
    if isinstance(values.get("cases"), list | tuple):
        coded = dict.fromkeys(shown.get(str(case)) or _UNKNOWN for case in values["cases"])
        values["cases"] = list(coded)
    return Problem(problem.code, problem.where, values)
