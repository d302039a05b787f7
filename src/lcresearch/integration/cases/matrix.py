"""The case matrix: a row a case, with where every cell comes from and why others are empty."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

import pandas as pd

from lcresearch.disclosure import REPORT, Ledger, Policy
from lcresearch.errors import IntegrationError, Problem, nearest
from lcresearch.messages import Messages
from lcresearch.results import Result

if TYPE_CHECKING:
    from lcresearch.instruments import Instrument
    from lcresearch.integration.cases.releasing import ReleasedCases
    from lcresearch.interviews.project import Project

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
    answers : DataFrame
        Answers of persons behind the cells, which :meth:`released` counts: ``respondent, case, place, wave, within,
        column, value``; ``place`` is the case without its wave.
    informants : DataFrame
        Persons who were interviewed, which :meth:`released` counts: ``respondent, case`` and a 0/1 column a code.
    settings : mapping
        What was asked of the sources, so that :meth:`check` can ask it again.
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

    def shown(self) -> pd.DataFrame:
        """The matrix with the reason in the place of each gap."""
        return self.with_reasons().rename_axis(self.case).reset_index()

    def with_reasons(self, language: str | None = None) -> pd.DataFrame:
        """The matrix as a reader sees it: numbers to two decimals, and at each gap why it is one."""
        say = Messages(language)
        table = self.frame.astype(object)
        for column in table:
            table[column] = [f"{one:.4g}" if isinstance(one, float) else one for one in table[column]]
        reasons = {reason: f"({say(f'case_matrix.gap.{reason}')})" for reason in self.gaps["reason"].unique()}
        for case, column, reason in self.gaps[list(GAPS)].itertuples(index=False):
            table.loc[case, column] = reasons[reason]
        return table

    def with_intervals(self) -> pd.DataFrame:
        """The matrix with, behind each column of a scale, ``COLUMN_n, COLUMN_sd, COLUMN_low`` and ``COLUMN_high``."""
        parts: list[pd.DataFrame | pd.Series[float]] = []
        names = {"n": "n", "sd": "sd", "conf_low": "low", "conf_high": "high"}
        for column in self.frame:
            parts.append(self.frame[column])
            mine = self.estimates[self.estimates["column"] == column].set_index("case")
            if len(mine):
                behind = mine[list(names)].rename(columns={old: f"{column}_{new}" for old, new in names.items()})
                parts.append(behind.reindex(self.frame.index).astype(float))
        return pd.concat(parts, axis=1)

    def cell(self, case: str, column: str) -> dict[str, Any]:
        """All that is known of one cell.

        Returns
        -------
        dict
            ``case, column, value``; of a gap ``reason``, else ``source, wave, n_persons, coders, pointers`` and of a
            scale ``n, mean, sd, conf_low, conf_high, marked``.

        Raises
        ------
        IntegrationError
            Q075: no such case or column.
        """
        for name, found, known in (("case", case, self.frame.index), ("column", column, self.frame.columns)):
            if found not in known:
                names = [str(one) for one in known]
                raise IntegrationError("Q075", name=name, found=str(found), nearest=nearest(str(found), names) or "–")
        found_cell: dict[str, Any] = {"case": case, "column": column, "value": self.frame.loc[case, column]}
        for table in (self.gaps, self.provenance, self.estimates):
            rows = table[(table["case"] == case) & (table["column"] == column)]
            if len(rows):
                found_cell |= {str(name): value for name, value in rows.iloc[0].items()}
        counts = ("n", "n_persons", "n_coders")
        return {name: int(v) if name in counts and pd.notna(v) else v for name, v in found_cell.items()}

    def check(
        self,
        project: Project | None = None,
        scores: pd.DataFrame | None = None,
        *,
        instruments: Iterable[Instrument] = (),
    ) -> pd.DataFrame:
        """Which cells do not hold any more: ``case, column, reason``; empty when all still hold.

        Cells are computed again from what is given, and hashes are compared: of the answers, of the passages with who
        marked them, and of the words of each passage. Sources that are not given are not checked.

        Returns
        -------
        DataFrame
            ``reason`` is ``answers_changed``, ``words_changed`` (the words of a passage are not there any more),
            ``coding_changed``, ``instrument_changed``, ``gone`` (the cell would be empty now), or ``filled`` (it was a
            gap, and would not be one now).
        """
        from lcresearch.integration.cases.checking import changed_cells

        return changed_cells(self, project, scores, instruments)

    def released(self, policy: Policy = REPORT, ledger: Ledger | None = None, *, names: bool = True) -> ReleasedCases:
        """What may leave the house: cells of enough persons, of which nothing hidden follows.

        Parameters
        ----------
        policy : Policy
        ledger : Ledger, optional
            What went out earlier; what goes out now is staged in it.
        names : bool
            Whether cases keep their names. Without, they are numbered in the order of what is shown of them, and values
            of characteristics that fewer than ``policy.minimum_category`` cases share are hidden.

        Returns
        -------
        ReleasedCases
        """
        from lcresearch.integration.cases.releasing import released_cases

        return released_cases(self, policy, ledger, names=names)

    def save(self, path: str | Path, *, force: bool = False) -> Path:
        """Write matrix, columns, provenance, passages and gaps to one XLSX in a folder named ``private``.

        Parameters
        ----------
        path : str or Path
            Folders that are not there are made.
        force : bool
            Replace a file that is there.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        IntegrationError
            Q074: another folder: the matrix holds what single communities answered and said.
        LcresearchError
            G002: the file exists.
        """
        from lcresearch.integration.cases.saving import save

        return save(self, Path(path), force=force)

    def to_docx(self, path: str | Path) -> Path:
        """Write the matrix to a Word file in a folder named ``private`` (Q074); raises if the file exists."""
        from lcresearch.integration.cases.saving import check_private

        check_private(Path(path))
        return super().to_docx(path)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """The matrix that :meth:`to_dict` wrote."""
        found = super().from_dict(values)
        pointers = [tuple(each) for each in found.provenance["pointers"]]
        places = pd.Series(pointers, index=found.provenance.index, dtype=object)
        numeric = found.columns.loc[found.columns["kind"] != "characteristic", "column"]
        frame = found.frame.astype(dict.fromkeys(numeric, float)).rename_axis(index=found.case)
        parts = {each.name: getattr(found, each.name) for each in fields(cls)}
        parts |= {"provenance": found.provenance.assign(pointers=places), "problems": tuple(found.problems)}
        return cls(**parts | {"frame": frame})
