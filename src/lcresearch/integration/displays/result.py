"""A joint display as a result, with what it can be written to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

import pandas as pd

from lcresearch.errors import IntegrationError, Problem
from lcresearch.files import reason_of, write_whole
from lcresearch.integration.displays.cells import GAP, QUOTE, STATISTIC
from lcresearch.integration.displays.meta_inference import MetaInference, checked
from lcresearch.messages import Messages
from lcresearch.results import Result, latex_table

PRIVATE = "private"
"""Folder that confidential displays must stand in."""


@dataclass(frozen=True, repr=False, eq=False)
class JointDisplay(Result):
    """Statistics and what people said, side by side (:func:`lcresearch.integration.joint_display`).

    Attributes
    ----------
    kind : str
        ``statistics_by_themes``, ``cases_by_score``, ``effects_and_voices`` or ``convergence``.
    rows : DataFrame
        ``row, block, nl, en, block_nl, block_en``: name, title, and the heading that it stands below.
    columns : DataFrame
        ``column, side`` (``numbers``, ``voices`` or ``together``), ``nl, en``.
    cells : DataFrame
        What stands in a cell, a row each: ``row, column, place, kind, nl, en, value, conf_low, conf_high, n, of,
        n_cases, direction, described_nl, described_en, source, pointer, fingerprint, reason``. ``kind`` is
        ``statistic``, ``persons``, ``cases``, ``code``, ``quote``, ``words`` or ``gap`` (with its reason); no cell is
        blank. ``source`` names the result and term, ``pointer`` the place of a quote, and ``fingerprint`` is a hash of
        the numbers of a statistic: it changes when they do.
    by : str
        What a case or group is.
    confidential : bool
        Whether it is for the researcher only: it is written under a folder ``private`` alone.
    meta_inferences : tuple of MetaInference
        What researchers wrote; what is not written yet is shown as open.
    n_hidden : int
        Counts that are there and not shown.
    simulated : bool
        Whether the data are invented.
    problems : tuple of Problem
    """

    title: ClassVar[str] = "Joint display"

    kind: str
    rows: pd.DataFrame
    columns: pd.DataFrame
    cells: pd.DataFrame
    by: str = "community"
    confidential: bool = True
    meta_inferences: tuple[MetaInference, ...] = ()
    n_hidden: int = 0
    simulated: bool = False
    problems: tuple[Problem, ...] = ()

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """One row a thing in a cell, with its source."""
        return self.cells.copy()

    def glance(self) -> pd.DataFrame:
        """One row: ``kind, n_rows, n_columns, n_statistics, n_quotes, n_gaps, n_hidden, confidential, n_open``."""
        kinds = self.cells["kind"].value_counts()
        row: dict[str, object] = {"kind": self.kind, "n_rows": len(self.rows), "n_columns": len(self.columns)}
        row |= {f"n_{name}s": int(kinds.get(name, 0)) for name in (STATISTIC, QUOTE, GAP)}
        row |= {"n_hidden": self.n_hidden, "confidential": self.confidential, "n_open": len(self.open_rows)}
        return pd.DataFrame([row])

    def shown(self) -> pd.DataFrame:
        """The display in words, in the language of the terminal."""
        return self.in_words()

    def in_words(self, language: str | None = None) -> pd.DataFrame:
        """The display as a table of texts, a column each: what a spreadsheet or a paper shows.

        Parameters
        ----------
        language : {"nl", "en"}, optional
            By default that of the terminal.
        """
        from lcresearch.reporting.joint_display_words import table_in_words

        return table_in_words(self, Messages(language).language)

    @property
    def open_rows(self) -> list[str]:
        """Rows without a meta-inference; an empty name for the whole display."""
        written = {one.row for one in self.meta_inferences}
        return [name for name in ("", *map(str, self.rows["row"])) if name not in written]

    def with_meta_inferences(self, written: Iterable[MetaInference]) -> JointDisplay:
        """The display with what researchers concluded; earlier ones on the same row are replaced.

        Raises
        ------
        IntegrationError
            Q100, Q101: a meta-inference that lacks something, or is on a row that is not there.
        """
        new = checked(written, set(self.rows["row"]))
        kept = [one for one in self.meta_inferences if one.row not in {each.row for each in new}]
        return replace(self, meta_inferences=(*kept, *new))

    def to_latex(self) -> str:
        """The display in LaTeX (booktabs), in the language of the terminal."""
        return latex_table(self.in_words())

    def _repr_html_(self) -> str:
        return f"<h4>{self.title}</h4>{self.in_words().to_html(index=False, border=0)}"

    def cautions(self) -> list[str]:
        """What the reader must know, in the language of the terminal."""
        return [problem.message() for problem in self.problems]

    def to_html(self, path: str | Path, language: str | None = None, *, force: bool = False) -> Path:
        """Write the display as a page that needs nothing else; the same display gives the same bytes.

        Parameters
        ----------
        path : path
        language : {"nl", "en"}, optional
            By default that of the terminal.
        force : bool
            Replace a file.

        Raises
        ------
        IntegrationError
            Q102: it is confidential, and the path is not under a folder ``private``; G002: the file exists; G004: it
            cannot be written.
        """
        from lcresearch.reporting.joint_display_files import html_of

        return self._write(html_of, path, language, force=force)

    def to_xlsx(self, path: str | Path, language: str | None = None, *, force: bool = False) -> Path:
        """Write the display as a workbook: the display in words, every cell with its source, and what is concluded.

        Text that a spreadsheet could take for a formula is made harmless. Parameters and errors as :meth:`to_html`.
        """
        from lcresearch.reporting.joint_display_files import xlsx_of

        return self._write(xlsx_of, path, language, force=force)

    def to_docx(self, path: str | Path, language: str | None = None, *, force: bool = False) -> Path:
        """Write the display as a Word file. Parameters and errors as :meth:`to_html`."""
        from lcresearch.reporting.joint_display_files import docx_of

        return self._write(docx_of, path, language, force=force)

    def _write(
        self,
        made_by: Callable[[JointDisplay, str], str | bytes],
        path: str | Path,
        language: str | None,
        *,
        force: bool,
    ) -> Path:
        path = Path(path)
        folders = path.resolve().parent.parts
        if self.confidential and PRIVATE not in folders:
            raise IntegrationError("Q102", path=path.as_posix())
        if path.exists() and not force:
            raise IntegrationError("G002", path=path.as_posix())
        content = made_by(self, Messages(language).language)
        try:
            return write_whole(path, content)
        except OSError as error:
            raise IntegrationError("G004", path=path.as_posix(), reason=reason_of(error)) from None
