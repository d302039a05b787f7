"""Records of literature: a row a reference, with what was done while reading."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd

from lcresearch.errors import Problem, SynthesisError
from lcresearch.files import reason_of, write_whole
from lcresearch.results import Result
from lcresearch.synthesis.literature.tables import write_table
from lcresearch.synthesis.literature.tags import TEXT_FIELDS

COLUMNS = (
    "record", "type", "title", "authors", "year", "source", "volume", "issue", "pages", "doi", "abstract", "keywords",
    "url", "language", "database", "accession", "found_by", "file", "line", "other",
)  # fmt: skip
FOUND_BY = ("database", "register", "website", "organisation", "citation", "other")
"""How a record was found, in the words of PRISMA 2020: the first two fill its left column."""
_SHOWN = ("record", "authors", "year", "title", "source", "doi")
_MOST_SHOWN = 20
_WIDTH = 48
_WRITTEN = {
    "title": "TI",
    "source": "T2",
    "year": "PY",
    "volume": "VL",
    "issue": "IS",
    "pages": "SP",
    "doi": "DO",
    "abstract": "AB",
    "url": "UR",
    "language": "LA",
    "database": "DB",
    "accession": "AN",
}
_TAKEN = {"TY", "ER", "ID", "AU", "A1", "KW"} | set(_WRITTEN.values()) - {"UR"}


@dataclass(frozen=True, repr=False, eq=False)
class Records(Result):
    """Records as :func:`lcresearch.synthesis.read_records` reads them.

    Attributes
    ----------
    frame : DataFrame
        A row a record: ``record`` (its id here), ``type, title, authors`` (with ``;`` between them), ``year``,
        ``source`` (journal or book) ``, volume, issue, pages, doi, abstract, keywords, url, language, database,
        accession, found_by, file, line`` (where it begins) and ``other`` (JSON of what has no column). Texts are
        empty, never missing.
    log : DataFrame
        What was done to which record: ``code, level, status, row, n, text, file``.
    problems : tuple of Problem
        The warnings among these.
    """

    title: ClassVar[str] = "Records of literature"

    frame: pd.DataFrame
    log: pd.DataFrame
    problems: tuple[Problem, ...] = ()

    def __len__(self) -> int:
        return len(self.frame)

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """A record a row."""
        return self.frame.copy()

    def glance(self) -> pd.DataFrame:
        """Numbers of records and files, and of records with a DOI, an abstract and a year."""
        frame = self.frame
        row: dict[str, Any] = {"n": len(frame), "n_files": frame["file"].nunique()}
        row |= {f"n_with_{name}": int((frame[name] != "").sum()) for name in ("doi", "abstract")}
        return pd.DataFrame([row | {"n_with_year": int(frame["year"].notna().sum())}])

    def by_database(self) -> pd.DataFrame:
        """Numbers of records by how they were found and in which database, in the order of the files."""
        counted = self.frame.groupby(["found_by", "database"], sort=False).size()
        return counted.rename("n").reset_index()

    def shown(self) -> pd.DataFrame:
        """The first records, their texts cut to fit."""
        return shown_texts(self.frame.loc[:, list(_SHOWN)].head(_MOST_SHOWN))

    def cautions(self) -> list[str]:
        """Warnings of the reader."""
        return [problem.message() for problem in self.problems]

    def write(self, path: str | Path, *, force: bool = False) -> Path:
        """Write all records, to read them back or to take them to a reference manager.

        Parameters
        ----------
        path : str or Path
            ``.ris``; or ``.csv`` and ``.xlsx``, in which no text runs as a formula.
        force : bool
            Replace a file that exists.

        Raises
        ------
        SynthesisError
            G002: the file exists; G004: it cannot be written; V035: another ending.
        """
        path = Path(path)
        if path.suffix.lower() != ".ris":
            return write_table(self.frame, path, sheet="records", force=force)
        if path.exists() and not force:
            raise SynthesisError("G002", path=path.as_posix())
        try:
            return write_whole(path, as_ris(self.frame))
        except OSError as error:
            raise SynthesisError("G004", path=path.as_posix(), reason=reason_of(error)) from None


def as_ris(frame: pd.DataFrame) -> str:
    """Records as RIS; what has no tag of its own there stands in notes (``N1``)."""
    return "".join(_ris_record(row) for row in frame.to_dict("records"))


def _ris_record(row: dict[Any, Any]) -> str:
    kind = row["type"] if str(row["type"]).isupper() and str(row["type"]).isalpha() else "GEN"
    lines = [("TY", kind), ("ID", row["record"])]
    lines += [("AU", author) for author in str(row["authors"]).split("; ") if author]
    lines += [(tag, row[field]) for field, tag in _WRITTEN.items() if not pd.isna(row[field]) and row[field] != ""]
    lines += [("KW", word) for word in str(row["keywords"]).split("; ") if word]
    for tag, value in json.loads(row["other"]) if row["other"] else []:
        free = len(tag) == 2 and tag.isupper() and tag not in _TAKEN
        lines.append((tag, value) if free else ("N1", f"{tag}: {value}"))
    return "".join(f"{tag}  - {' '.join(str(value).split())}\r\n" for tag, value in lines) + "ER  - \r\n\r\n"


def shown_texts(frame: pd.DataFrame) -> pd.DataFrame:
    """A table of which long texts are cut, for a terminal."""
    return frame.map(
        lambda value: value[: _WIDTH - 1] + "…" if isinstance(value, str) and len(value) > _WIDTH else value
    )


def as_records(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Rows as a frame with all columns; records without an id get one, and no two are the same."""
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    for name in (*TEXT_FIELDS, "other", "found_by", "file"):
        frame[name] = frame[name].astype(object).where(frame[name].notna(), "").astype(object)
    frame["year"] = pd.to_numeric(frame["year"]).astype("Int64")
    frame["line"] = pd.to_numeric(frame["line"]).astype("Int64")
    given = frame["record"].astype(object).where(frame["record"].notna(), "")
    taken = set(given)
    fresh = (f"r{number:04d}" for number in range(1, 10**7))
    own, seen = [], set()
    for name in given:
        if not name or name in seen:
            name = next(new for new in fresh if new not in taken)
        own.append(name)
        seen.add(name)
    frame["record"] = own
    return frame
