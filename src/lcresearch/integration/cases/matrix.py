"""The case matrix: a row a case, with where every cell comes from and why others are empty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

import pandas as pd

from lcresearch.errors import Problem
from lcresearch.results import Result

COLUMNS = ("column", "kind", "measure", "title", "source")
PROVENANCE = ("case", "column", "wave", "n_persons", "n_coders", "coders", "source", "pointers", "fingerprint")
GAPS = ("case", "column", "reason")
ESTIMATES = ("case", "column", "n", "mean", "sd", "conf_low", "conf_high", "marked")
UNMATCHED = ("name", "found_in", "missing_in", "nearest")
KINDS = ("scale", "element", "code", "characteristic")


def empty(names: tuple[str, ...]) -> pd.DataFrame:
    """A table without rows."""
    return pd.DataFrame({name: pd.Series(dtype=object) for name in names})


@dataclass(frozen=True, repr=False, eq=False)
class CaseMatrix(Result):
    """Cases by what is known of them; made by :func:`~lcresearch.integration.case_matrix`.

    Confidential: it holds what single communities answered and said. :meth:`released` gives what may leave.

    Attributes
    ----------
    case : str
        What a case is: ``community``, ``consortium`` or ``organisation``.
    frame : DataFrame
        A row a case, named by the index; a column each of :attr:`columns`; NaN (or None) where there is a gap.
    columns : DataFrame
        ``column, kind, measure, title, source``. ``kind`` is ``scale``, ``element``, ``code`` or ``characteristic``.
    provenance : DataFrame
        A row a filled cell: ``case, column, wave, n_persons, n_coders, coders, source, pointers, fingerprint``.
        ``source`` names instrument, version and hash, or the codebook, or the table; ``pointers`` is a tuple of
        ``document#start-end:hash``; ``fingerprint`` is a hash of what was computed with.
    gaps : DataFrame
        A row an empty cell: ``case, column, reason``.
    estimates : DataFrame
        A row a cell of a scale: ``case, column, n, mean, sd, conf_low, conf_high, marked``; ``marked`` says why the
        average is not warranted, or is empty.
    unmatched : DataFrame
        Cases that stand in one source and not in another: ``name, found_in, missing_in, nearest``.
    answers, informants : DataFrame
        Rows of persons behind the cells, which :meth:`released` counts: ``respondent, case`` and a column a scale, and
        ``respondent, case`` and a 0/1 column a code.
    waves : bool
        Whether a case is a case at one wave.
    problems : tuple of Problem
    """

    title: ClassVar[str] = "Case matrix"

    case: str
    frame: pd.DataFrame
    columns: pd.DataFrame
    provenance: pd.DataFrame = field(default_factory=lambda: empty(PROVENANCE))
    gaps: pd.DataFrame = field(default_factory=lambda: empty(GAPS))
    estimates: pd.DataFrame = field(default_factory=lambda: empty(ESTIMATES))
    unmatched: pd.DataFrame = field(default_factory=lambda: empty(UNMATCHED))
    answers: pd.DataFrame = field(default_factory=pd.DataFrame)
    informants: pd.DataFrame = field(default_factory=pd.DataFrame)
    settings: Mapping[str, Any] = field(default_factory=dict)
    waves: bool = False
    problems: tuple[Problem, ...] = ()

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """The matrix with the name of the case as its first column."""
        return self.frame.rename_axis(self.case).reset_index()

    def glance(self) -> pd.DataFrame:
        """One row: ``n_cases, n_columns, n_filled, n_gaps, n_unmatched``."""
        row = {"n_cases": len(self.frame), "n_columns": len(self.columns), "n_filled": len(self.provenance)}
        return pd.DataFrame([row | {"n_gaps": len(self.gaps), "n_unmatched": len(self.unmatched)}])

    def cautions(self) -> list[str]:
        """What the reader must know, in the language of the terminal."""
        return [problem.message() for problem in self.problems]

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """The matrix that :meth:`to_dict` wrote."""
        found = super().from_dict(values)
        pointers = [tuple(each) for each in found.provenance["pointers"]]
        places = pd.Series(pointers, index=found.provenance.index, dtype=object)
        provenance = found.provenance.assign(pointers=places)
        fields = {name: getattr(found, name) for name in cls.__dataclass_fields__}
        return cls(**fields | {"provenance": provenance, "problems": tuple(found.problems)})
