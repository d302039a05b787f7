"""What of a case matrix may leave: cells of enough persons, and a count of what stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from lcresearch.disclosure import Ledger, Policy, protect
from lcresearch.errors import Problem
from lcresearch.integration.cases.matrix import CaseMatrix
from lcresearch.integration.cases.scale_cells import CHANGE
from lcresearch.interviews.code_tables.counts_of_persons import CodeCounts, count_shown
from lcresearch.messages import Messages
from lcresearch.results import Result

HIDDEN = ("case", "column", "reason")


@dataclass(frozen=True, repr=False, eq=False)
class ReleasedCases(Result):
    """What may leave of a case matrix; made by :meth:`CaseMatrix.released`.

    Attributes
    ----------
    case : str
    frame : DataFrame
        A row a case that may be shown, NaN where a cell is a gap or hidden.
    columns : DataFrame
        As in the matrix, with ``n_shown, n_hidden`` and ``n_gaps``.
    estimates : DataFrame
        Of the means that are shown: ``case, column, n, mean, sd, conf_low, conf_high, marked``.
    hidden : DataFrame
        ``case, column, reason`` of the cells of shown cases: ``hidden``, or the reason of a gap. That a cell is hidden
        does not say why.
    n_cases, n_withheld : int
        Cases of the matrix, and those of which nothing is shown since few persons stand behind them.
    policy : dict
        ``minimum_cell, minimum_category``.
    problems : tuple of Problem
    """

    title: ClassVar[str] = "Case matrix, released"

    case: str
    frame: pd.DataFrame
    columns: pd.DataFrame
    estimates: pd.DataFrame
    hidden: pd.DataFrame
    n_cases: int
    n_withheld: int
    policy: dict[str, int]
    problems: tuple[Problem, ...] = ()

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """The matrix with the name of the case as its first column."""
        return self.frame.rename_axis(self.case).reset_index()

    def shown(self) -> pd.DataFrame:
        """The matrix with the reason in the place of each empty cell."""
        say = Messages()
        table = self.frame.astype(object)
        for column in table:
            table[column] = [f"{one:.4g}" if isinstance(one, float) else one for one in table[column]]
        for case, column, reason in self.hidden[list(HIDDEN)].itertuples(index=False):
            table.loc[case, column] = f"({say(f'case_matrix.gap.{reason}')})"
        return table.rename_axis(self.case).reset_index()

    def glance(self) -> pd.DataFrame:
        """One row: ``n_cases, n_withheld, n_shown, n_hidden, n_gaps``: cases, and cells of the cases shown."""
        row = {"n_cases": self.n_cases, "n_withheld": self.n_withheld}
        return pd.DataFrame([row | {name: int(self.columns[name].sum()) for name in ("n_shown", "n_hidden", "n_gaps")}])

    def cautions(self) -> list[str]:
        """What was hidden, in the language of the terminal."""
        return [problem.message() for problem in self.problems]


def released_cases(matrix: CaseMatrix, policy: Policy, ledger: Ledger | None, *, names: bool) -> ReleasedCases:
    """Hide what few persons stand behind, and what would give that away.

    Means follow :func:`lcresearch.disclosure.protect`, the mean of everybody (and of each group that cases are part of)
    being known. Codes follow the counts of persons of
    :func:`lcresearch.interviews.code_tables.counts_of_persons.count_shown`, whatever their measure: a share or an
    intensity tells that somebody spoke of it too. Elements and characteristics are facts of a case; they are shown with
    cases behind which enough persons stand, answers or interviews.
    """
    seen = _open_means(matrix, policy, ledger) | _open_codes(matrix, policy, ledger)
    kinds = matrix.columns.set_index("column")["kind"]
    enough = _enough(matrix, policy)
    shown = [case for case in matrix.frame.index if case in enough]
    filled = matrix.frame.loc[shown].notna()
    hide = pd.DataFrame(False, index=shown, columns=matrix.frame.columns)
    for column in matrix.frame.columns:
        if kinds[column] in ("scale", "code"):
            hide[column] = [(case, column) not in seen for case in shown]
        elif kinds[column] == "characteristic" and not names:
            hide[column] = _rare(matrix.frame.loc[shown, column], policy.minimum_category)
    hide &= filled
    frame = matrix.frame.loc[shown].mask(hide)
    table = _hidden(matrix, hide, shown)
    estimates = matrix.estimates[
        [(c, k) in seen and c in enough for c, k in matrix.estimates[["case", "column"]].to_numpy()]
    ]
    if not names:
        order = _order(frame)
        frame, table, estimates = _numbered(order, frame, table, estimates)
    counts = {"n_shown": (filled & ~hide).sum(), "n_hidden": hide.sum(), "n_gaps": (~filled).sum()}
    columns = matrix.columns.assign(
        **{name: n.reindex(matrix.columns["column"]).to_numpy() for name, n in counts.items()}
    )
    n_hidden, n_withheld = int(hide.to_numpy().sum()), len(matrix.frame) - len(shown)
    problems = [Problem("Q078", values={"n": n_hidden, "minimum_cell": policy.minimum_cell})] if n_hidden else []
    problems += [Problem("Q079", values={"n": n_withheld, "minimum_cell": policy.minimum_cell})] if n_withheld else []
    return ReleasedCases(
        case=matrix.case,
        frame=frame,
        columns=columns,
        estimates=estimates.reset_index(drop=True),
        hidden=table,
        n_cases=len(matrix.frame),
        n_withheld=n_withheld,
        policy={"minimum_cell": policy.minimum_cell, "minimum_category": policy.minimum_category},
        problems=tuple(problems),
    )


def _open_means(matrix: CaseMatrix, policy: Policy, ledger: Ledger | None) -> set[tuple[str, str]]:
    """Cells of scales that may be shown."""
    found: set[tuple[str, str]] = set()
    if not len(matrix.answers):
        return found
    around = matrix.settings["scales"]["within"]
    levels = [*([around] if around else []), matrix.case]
    for column, rows in matrix.answers.groupby("column", sort=False):
        people = rows.drop(columns="case").rename(
            columns={"place": matrix.case, "within": around, "value": str(column)}
        )
        dated = (people["wave"] != "").all() and not str(column).endswith(CHANGE)
        cells = protect(people, str(column), levels, policy, wave="wave" if dated else None, ledger=ledger)
        cells = cells[cells["released"] & (cells["level"] == matrix.case)]
        cells = cells[~cells["group"].isin(_told_apart(cells, rows, policy.minimum_cell))]
        waves: list[Any] = cells["wave"].tolist() if matrix.waves else [None] * len(cells)
        names = [
            group if wave is None else f"{group}, {wave}" for group, wave in zip(cells["group"], waves, strict=True)
        ]
        found |= {(str(name), str(column)) for name in names}
    return found


def _told_apart(cells: pd.DataFrame, rows: pd.DataFrame, minimum: int) -> list[str]:
    """Cases of which a change is not shown, since too few persons answered at one of its waves only.

    From the mean at the first wave of those who answered twice, and the mean change, their mean at the second follows;
    the mean of everybody at that wave then gives away those who came in between. One case alone would follow from the
    change of everybody, so the smallest other one goes with it.
    """
    once = rows[rows["value"].isna()]
    n = once.groupby(["place", "wave"])["respondent"].nunique()
    hidden = sorted(set(n.index.get_level_values("place")[n < minimum]) & set(cells["group"]))
    others = cells[~cells["group"].isin(hidden)].sort_values(["n_persons", "group"])
    return [*hidden, *others["group"].head(1)] if len(hidden) == 1 else hidden


def _open_codes(matrix: CaseMatrix, policy: Policy, ledger: Ledger | None) -> set[tuple[str, str]]:
    """Cells of codes that may be shown: those whose count of persons may be."""
    if not len(matrix.informants):
        return set()
    presence = matrix.informants.rename(columns={"case": "group"})
    presence = presence[["respondent", "group", *[one for one in presence if one not in ("respondent", "group")]]]
    once = presence.drop_duplicates("respondent")
    counts: CodeCounts = count_shown(once, matrix.case, policy, ledger)
    several = set(presence.loc[presence["respondent"].duplicated(keep=False), "group"])
    places = zip(counts.shares["group"], counts.shares["code"], strict=True)
    open_cells = {(str(case), str(code)) for case, code in places if case not in several}
    labels = {str(case): _places(matrix, str(case)) for case, _ in open_cells}
    columns = matrix.settings["code_columns"]
    return {
        (label, column)
        for column, (code, _) in columns.items()
        for case, shown in open_cells
        if shown == code
        for label in labels[case]
    }


def _places(matrix: CaseMatrix, case: str) -> list[str]:
    """The rows of a case: one, or one a wave."""
    if case in matrix.frame.index:
        return [case]
    return [str(one) for one in matrix.frame.index if str(one).rpartition(", ")[0] == case]


def _enough(matrix: CaseMatrix, policy: Policy) -> set[str]:
    """Cases behind which enough persons stand: those who answered, or those who were interviewed."""
    found: set[str] = set()
    for table in (matrix.answers, matrix.informants):
        if len(table):
            n = table.groupby("case")["respondent"].nunique()
            found |= {place for case in n.index[n >= policy.minimum_cell] for place in _places(matrix, str(case))}
    return found


def _rare(values: pd.Series[float], minimum: int) -> list[bool]:
    n = values.map(values.value_counts())
    return (n < minimum).tolist()


def _hidden(matrix: CaseMatrix, hide: pd.DataFrame, shown: list[str]) -> pd.DataFrame:
    row, column = np.nonzero(hide.to_numpy())
    cells = pd.DataFrame({"case": hide.index.to_numpy()[row], "column": hide.columns.to_numpy()[column]})
    gaps = matrix.gaps[matrix.gaps["case"].isin(shown)]
    return pd.concat([cells.assign(reason="hidden"), gaps], ignore_index=True)[list(HIDDEN)]


def _order(frame: pd.DataFrame) -> dict[str, str]:
    """Numbers for names, in the order of what is shown of each case, so that they tell nothing else.

    An order by name, or by a hash of it, could be made again by who knows the names.
    """
    shown = {str(name): tuple(map(str, row)) for name, row in zip(frame.index, frame.to_numpy(), strict=True)}
    return {name: str(number) for number, name in enumerate(sorted(shown, key=lambda one: shown[one]), start=1)}


def _numbered(order: dict[str, str], *tables: pd.DataFrame) -> list[pd.DataFrame]:
    frame, *others = tables
    frame = frame.rename(index=order).loc[list(order.values())]
    numbered = [table.assign(case=table["case"].map(order)) for table in others]
    ranks = {number: place for place, number in enumerate(order.values())}
    return [frame, *(one.sort_values(["case", "column"], key=_ranked(ranks), ignore_index=True) for one in numbered)]


def _ranked(ranks: dict[str, int]) -> Callable[[pd.Series[Any]], pd.Series[Any]]:
    """Cases by their number, columns by name."""
    return lambda values: values.map(ranks) if values.name == "case" else values
