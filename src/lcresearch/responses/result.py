"""What reading gives: the answers in one shape, and the log of how they came to be."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.errors import Problem
from lcresearch.responses.log import as_log
from lcresearch.results import Result

if TYPE_CHECKING:
    from lcresearch.instruments import Instrument

IDENTITY = ("respondent", "wave")
_BY_ROW = ("frame", "paradata", "kept", "origin")
_MOMENTS = ("started", "finished")


@dataclass(frozen=True)
class Source:
    """A file that was read.

    Attributes
    ----------
    file : str
        Its name, without the folder.
    format : str
        csv, excel, spss, stata, parquet or json.
    sha256 : str
        Digest of its bytes.
    n_rows : int
        Rows with any content below the header.
    facts : mapping
        What was found out: encoding, delimiter, sheet.
    """

    file: str
    format: str
    sha256: str
    n_rows: int
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, repr=False, eq=False)
class Responses(Result):
    """Answers of respondents, and what was done to get them.

    Attributes
    ----------
    frame : DataFrame
        A row a respondent x wave. Columns ``respondent`` and ``wave`` (text), one a level (text), one an item (codes as
        float, NaN where an answer is missing).
    log : DataFrame
        What was done to which column, row or cell: ``code, level, status, column, item, row, value, n, text, file``.
        Rows count as in a spreadsheet. ``value`` repeats what stood in a cell and can name a person: keep the log with
        the answers, not in a report.
    problems : tuple of Problem
        The warnings, without what respondents wrote.
    levels : tuple of str
        The level columns of the frame.
    instruments : tuple of Instrument
    sources : tuple of Source
        The files that were read.
    paradata : DataFrame
        What the platform recorded about the answering, in the rows of ``frame``: ``started, finished`` (datetime),
        ``seconds`` (float), ``completed`` (boolean), ``language`` (text); missing where it recorded nothing.
    kept : DataFrame
        Further columns as text, in the rows of ``frame``, that ``keep=`` gave a reason for. They may name persons.
    origin : DataFrame
        Where each row of ``frame`` stood: ``file, row``, counted as a spreadsheet does; and ``fingerprint``, which two
        rows share when they are the same response with the same answers (missing where the platform has no numbers).
    """

    title: ClassVar[str] = "Responses"

    frame: pd.DataFrame
    log: pd.DataFrame
    problems: tuple[Problem, ...]
    levels: tuple[str, ...]
    instruments: tuple[Instrument, ...]
    sources: tuple[Source, ...]
    paradata: pd.DataFrame
    kept: pd.DataFrame
    origin: pd.DataFrame

    @property
    def source(self) -> Source:
        """The file; of combined responses the first one."""
        return self.sources[0]

    @property
    def items(self) -> tuple[str, ...]:
        """The item columns of the frame."""
        return tuple(str(name) for name in self.frame.columns[len(IDENTITY) + len(self.levels) :])

    def replaced(self, **changes: Any) -> Self:
        """The same responses with some fields changed."""
        return dataclasses.replace(self, **changes)

    def only(self, rows: npt.NDArray[np.bool_]) -> Self:
        """The same responses with these rows only, shape (n_rows,)."""
        tables = {name: getattr(self, name)[rows].reset_index(drop=True) for name in _BY_ROW}
        return dataclasses.replace(self, **tables)

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """One row an item: ``item, column, n, n_missing, n_set_missing`` (``conf_level`` plays no part)."""
        matched = self.log[self.log["status"] == "matched"].dropna(subset="item").drop_duplicates("item")
        lost = self.log[self.log["status"] == "set_missing"].groupby("item")["n"].sum()
        items = pd.Index(self.items, name="item")
        answered = self.frame[list(self.items)].notna().sum()
        table = pd.DataFrame({"item": items.to_numpy(), "column": matched.set_index("item")["column"].reindex(items)})
        table["n"] = answered.to_numpy()
        table["n_missing"] = len(self.frame) - table["n"]
        table["n_set_missing"] = lost.reindex(items).fillna(0).astype("int64").to_numpy()
        return table.reset_index(drop=True)

    def glance(self) -> pd.DataFrame:
        """One row: numbers of rows, respondents, waves, groups a level, items, and what was left out."""
        status, n = self.log["status"], self.log["n"]
        answered = self.frame[list(self.items)].notna().any(axis=1)
        row: dict[str, int] = {
            "n": len(self.frame),
            "n_respondents": self.frame["respondent"].nunique(),
            "n_waves": self.frame["wave"].nunique(),
        }
        row |= {f"n_{level}": self.frame[level].nunique() for level in self.levels}
        row |= {
            "n_items": len(self.items),
            "n_without_answers": int((~answered).sum()),
            "n_rows_dropped": int(n[status == "dropped"].sum()),
            "n_set_missing": int(n[status == "set_missing"].sum()),
            "n_columns_ignored": int((status == "ignored").sum()),
        }
        return pd.DataFrame([row])

    def cautions(self) -> list[str]:
        """The warnings, a line each."""
        return [f"[{problem.code}] {problem.where.text()}: {problem.message()}" for problem in self.problems]

    def to_dict(self) -> dict[str, Any]:
        """Plain values that JSON can hold. These are answers of persons: keep them where the answers are kept."""
        written = self.paradata.assign(**{name: self.paradata[name].astype("str") for name in _MOMENTS})
        plain = dataclasses.replace(self, instruments=(), sources=(), paradata=written)
        instruments = [instrument.model_dump(mode="json", by_alias=True) for instrument in self.instruments]
        sources = [dataclasses.asdict(source) | {"facts": dict(source.facts)} for source in self.sources]
        return Result.to_dict(plain) | {"instruments": instruments, "sources": sources}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """The result that :meth:`to_dict` wrote."""
        from lcresearch.instruments import Instrument

        bare = super().from_dict(values | {"instruments": [], "sources": []})
        levels = tuple(bare.levels)
        kinds = {name: "str" if name in (*IDENTITY, *levels) else "float64" for name in bare.frame.columns}
        return cls(
            frame=bare.frame.astype(kinds),
            log=as_log(bare.log),
            problems=tuple(bare.problems),
            levels=levels,
            instruments=tuple(Instrument.model_validate_json(json.dumps(part)) for part in values["instruments"]),
            sources=tuple(Source(**part) for part in values["sources"]),
            paradata=_as_paradata(bare.paradata),
            kept=bare.kept.astype("str"),
            origin=bare.origin.astype({"file": "str", "row": "int64", "fingerprint": "str"}),
        )


def _as_paradata(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame with the types of paradata."""
    moments = {name: pd.to_datetime(frame[name], errors="coerce").astype("datetime64[ns]") for name in _MOMENTS}
    return frame.assign(**moments).astype({"seconds": "float64", "completed": "boolean", "language": "str"})
