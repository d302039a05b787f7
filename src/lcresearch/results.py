"""What every result can do: the same ways in, whatever was computed.

A result is a frozen dataclass that holds unrounded numbers. It derives from :class:`Result` and fills in
:meth:`Result.tidy` and :meth:`Result.glance`; text, LaTeX, Word and notebook views follow from those two.
"""

from __future__ import annotations

import dataclasses
import html
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

from lcresearch.errors import Place, Problem

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

__all__ = ["FittedModel", "Result"]


class Result:
    """Base of all results. Decorate subclasses with ``@dataclass(frozen=True, repr=False, eq=False)``.

    See also
    --------
    lcresearch.multilevel.LinearMixedModel, lcresearch.synthesis.MetaAnalysis : Two of them.
    """

    title: ClassVar[str] = "Result"

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """One row an estimate: ``term, estimate, std_error, statistic, df, p_value, conf_low, conf_high``."""
        raise NotImplementedError

    def glance(self) -> pd.DataFrame:
        """One row for the whole."""
        raise NotImplementedError

    def cautions(self) -> list[str]:
        """What the reader must know before using the numbers; shown under the table."""
        return []

    def summary(self) -> str:
        """The result as text for a terminal."""
        lines = [self.title, ""]
        glance = self.glance()
        if len(glance.columns):
            lines += [f"  {name}: {_cell(glance[name].iloc[0], name)}" for name in glance.columns] + [""]
        lines.append(text_table(self.shown()))
        lines += [f"Note: {caution}" for caution in self.cautions()]
        return "\n".join(lines).rstrip() + "\n"

    def shown(self) -> pd.DataFrame:
        """The part of :meth:`tidy` that :meth:`summary` prints; all of it, unless a result says otherwise."""
        return self.tidy()

    def plot(self, kind: str | None = None, *, language: str | None = None, **options: Any) -> Figure:
        """A figure of the result: which one, where there are several, and its options.

        ``language`` is ``"nl"`` or ``"en"``, by default that of the terminal; kinds and options of each result stand at
        :func:`lcresearch.reporting.plot`.
        """
        from lcresearch.reporting import figures

        return figures.plot(self, kind, language=language, **options)

    def to_dict(self) -> dict[str, Any]:
        """Plain values that JSON can hold; :meth:`from_dict` gives the result back."""
        fields = dataclasses.fields(self)  # type: ignore[arg-type]
        return {"result": type(self).__name__} | {f.name: plain(getattr(self, f.name)) for f in fields}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """The result that :meth:`to_dict` wrote."""
        fields = dataclasses.fields(cls)  # type: ignore[arg-type]
        found = {f.name: restored(values[f.name]) for f in fields}
        numbers = {f.name for f in fields if f.type in ("float", float)}
        return cls(**{n: math.nan if value is None and n in numbers else value for n, value in found.items()})

    def to_latex(self) -> str:
        """The tidy table in LaTeX (booktabs), for a paper."""
        return latex_table(self.tidy())

    def to_docx(self, path: str | Path) -> Path:
        """Write the tidy table to a Word file and return its path; raises if the file exists."""
        import docx

        from lcresearch.errors import LcresearchError

        path = Path(path)
        if path.exists():
            raise LcresearchError("G002", path=str(path))
        rows = _rows_of_text(self.tidy())
        document = docx.Document()
        document.add_heading(self.title, level=1)
        table = document.add_table(rows=len(rows), cols=len(rows[0]))
        table.style = "Table Grid"
        for cells, values in zip(table.rows, rows, strict=True):
            for cell, value in zip(cells.cells, values, strict=True):
                cell.text = value
        for caution in self.cautions():
            document.add_paragraph(caution)
        partial = path.with_name(path.name + ".partial")
        document.save(str(partial))
        partial.replace(path)
        return path

    def __str__(self) -> str:
        return self.summary()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: print() shows it, .tidy() gives its table>"

    def _repr_html_(self) -> str:
        notes = "".join(f"<p>{html.escape(caution)}</p>" for caution in self.cautions())
        return f"<h4>{html.escape(self.title)}</h4>{self.tidy().to_html(index=False, border=0)}{notes}"


class FittedModel(Result):
    """Base of results that hold a model with its data: of these the tables travel, not the data.

    See also
    --------
    lcresearch.multilevel.LinearMixedModel : One of them.
    """

    def tables(self) -> dict[str, pd.DataFrame]:
        """Tables by name; a subclass adds its own to ``tidy`` and ``glance``."""
        return {"tidy": self.tidy(), "glance": self.glance()}

    def to_dict(self) -> dict[str, Any]:
        """The tables as plain values that JSON can hold, a list of rows each, with the cautions."""
        tables = {name: plain(table.to_dict("records")) for name, table in self.tables().items()}
        return {"result": type(self).__name__} | tables | {"cautions": self.cautions()}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Refused (G005): the tables do not hold the model."""
        from lcresearch.errors import LcresearchError

        raise LcresearchError("G005", kind=cls.__name__)


def latex_table(frame: pd.DataFrame) -> str:
    """A frame as a LaTeX table (booktabs): numbers to three decimals, p values never as zero."""
    head, *body = (" & ".join(map(_latex, row)) + r" \\" for row in _rows_of_text(frame))
    align = "l" + "r" * (len(frame.columns) - 1)
    rows = [rf"\begin{{tabular}}{{{align}}}", r"\toprule", head, r"\midrule", *body, r"\bottomrule"]
    return "\n".join([*rows, r"\end{tabular}"]) + "\n"


def text_table(frame: pd.DataFrame, digits: int = 3) -> str:
    """A frame as aligned text: numbers to three decimals unless given, p values to three and never as zero.

    Parameters
    ----------
    frame : DataFrame
    digits : int
        Decimals of numbers that are no p values.

    Returns
    -------
    str

    See also
    --------
    lcresearch.results.Result.summary : Shows a result with it.

    Examples
    --------
    >>> import pandas as pd
    >>> print(text_table(pd.DataFrame({"term": ["x"], "estimate": [0.2475], "p_value": [0.00002]}), 2), end="")
      term  estimate  p_value
      x         0.25    <.001
    """
    rows = _rows_of_text(frame, digits)
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    numeric = [frame[name].dtype.kind in "if" for name in frame.columns]
    lines = []
    for row in rows:
        cells = zip(row, widths, numeric, strict=True)
        lines.append("  " + "  ".join(c.rjust(w) if right else c.ljust(w) for c, w, right in cells).rstrip())
    return "\n".join(lines) + "\n"


def _rows_of_text(frame: pd.DataFrame, digits: int = 3) -> list[tuple[str, ...]]:
    """Header and rows as a reader sees them; what is missing is empty, of whatever kind of column."""
    columns = []
    for name in frame.columns:
        cells = zip(frame[name], frame[name].isna(), strict=True)
        columns.append([str(name), *("" if missing else _cell(value, str(name), digits) for value, missing in cells)])
    return list(zip(*columns, strict=True))


_P_VALUES = ("p_adjusted", "p_difference", "sector_p")
"""Columns of p values whose names do not end in ``p_value``."""


def _cell(value: Any, name: str = "", digits: int = 3) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float):
        if name.endswith("p_value") or name in _P_VALUES:
            return "<.001" if value < 0.001 else f"{value:.3f}".lstrip("0")
        return f"{value:.{digits}f}"
    return str(value)


def _latex(text: str) -> str:
    special = {"&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}"}
    special |= {"~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "\\": r"\textbackslash{}"}
    return "".join(special.get(character, character) for character in text)


def plain(value: Any) -> Any:
    """A value as lists, texts, numbers and mappings, which JSON can hold; :func:`restored` gives it back."""
    import numpy as np
    import pandas as pd

    if isinstance(value, pd.DataFrame):
        columns = {str(name): plain(value[name].tolist()) for name in value}
        return {"frame": columns, "index": plain(list(value.index))}
    if isinstance(value, np.ndarray):
        return {"array": plain(value.tolist())}
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, dict):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, Problem):
        place = {name: part for name, part in dataclasses.asdict(value.where).items() if part is not None}
        return {"problem": value.code, "where": plain(place), "values": plain(dict(value.values))}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else {"infinite": "+" if value > 0 else "-"}
    if value is pd.NA or value is pd.NaT:
        return None
    return value


def restored(value: Any) -> Any:
    """The value of which :func:`plain` made this."""
    import numpy as np
    import pandas as pd

    if isinstance(value, dict) and set(value) == {"frame", "index"}:
        columns = {name: _column(restored(part)) for name, part in value["frame"].items()}
        return pd.DataFrame(columns, index=restored(value["index"]))
    if isinstance(value, dict) and set(value) == {"array"}:
        return np.asarray(restored(value["array"]), dtype=float)
    if isinstance(value, dict) and set(value) == {"infinite"}:
        return math.inf if value["infinite"] == "+" else -math.inf
    if isinstance(value, dict) and set(value) == {"problem", "where", "values"}:
        return Problem(value["problem"], Place(**value["where"]), restored(value["values"]))
    if isinstance(value, dict):
        return {key: restored(part) for key, part in value.items()}
    if isinstance(value, list):
        return [restored(part) for part in value]
    return value


def _column(values: list[Any]) -> list[Any]:
    """A column of which nothing is known holds numbers: JSON cannot tell a missing number from a missing text."""
    return values if any(value is not None for value in values) else [math.nan] * len(values)
