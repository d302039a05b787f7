"""The file that tells who is who: pseudonyms and the names behind them."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from lcresearch.disclosure import neutralise
from lcresearch.errors import InterviewError, Place
from lcresearch.files import private_folder, reason_of, write_whole
from lcresearch.interviews.deidentification.hits import NAMED, Kind
from lcresearch.interviews.deidentification.identities import Identity

KEY_FILE = Path("private") / "interview-key.csv"
COLUMNS = ("pseudonym", "kind", "name", "also", "scope", "role", "listed", "doubt")
_BETWEEN = " | "


@dataclass(frozen=True, repr=False)
class Key:
    """Who is behind each pseudonym. Keep it apart from the texts: with it they are not de-identified.

    Attributes
    ----------
    frame : DataFrame
        One row a pseudonym: ``pseudonym, kind, name, also`` (other forms), ``scope`` (the community within which a
        first name is this person), ``role``, ``listed`` (id in the study's own list) and ``doubt``.
    """

    frame: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(COLUMNS), dtype="str"))

    def __len__(self) -> int:
        return len(self.frame)

    def __repr__(self) -> str:
        return f"<Key: {len(self)} pseudonyms; .frame tells who is who, write() keeps it apart>"

    def identities(self) -> Iterator[Identity]:
        """What is known of each, to go on with."""
        for row in self.frame.to_dict("records"):
            kind: Kind = row["kind"]
            yield Identity(
                kind, row["name"], {each for each in row["also"].split(_BETWEEN) if each}, row["scope"], row["role"],
                row["listed"], row["pseudonym"], doubt=row["doubt"],
            )  # fmt: skip

    def write(self, folder: str | Path, *, force: bool = False) -> Path:
        """Write the key under ``private/`` in a folder, whole, readable by its owner only where the system can do that.

        Parameters
        ----------
        folder : str or Path
            Of the study; ``private/interview-key.csv`` comes in it.
        force : bool, default False
            Whether a key that is there and does not hold the same pseudonyms is replaced.

        Returns
        -------
        Path

        Raises
        ------
        InterviewError
            V114: another key is there whose pseudonyms this one would change; G004: nothing can be written.
        """
        path = Path(folder) / KEY_FILE
        try:
            if path.is_file() and not force and not self._continues(read_key(path)):
                raise InterviewError("V114", where=Place(file=path.name))
            path.parent.parent.mkdir(parents=True, exist_ok=True)
            private_folder(path.parent)
            write_private(path, self._content())
        except OSError as error:
            raise InterviewError(
                "G004", where=Place(file=path.name), path=path.as_posix(), reason=reason_of(error)
            ) from None
        return path

    def _continues(self, other: Key) -> bool:
        """Whether all pseudonyms of another key are here for the same names."""
        mine = {
            (row["pseudonym"], row["kind"]): set(row["also"].split(_BETWEEN)) for row in self.frame.to_dict("records")
        }
        return all(
            set(row["also"].split(_BETWEEN)) <= mine.get((row["pseudonym"], row["kind"]), set())
            for row in other.frame.to_dict("records")
        )

    def _content(self) -> str:
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(COLUMNS)
        writer.writerows(tuple(_harmless(str(row[name])) for name in COLUMNS) for row in self.frame.to_dict("records"))
        return text.getvalue()


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet runs; an apostrophe at its start is doubled, and reading takes one off."""
    return f"'{cell}" if cell.startswith("'") else neutralise(cell)


def write_private(path: Path, content: str | bytes) -> Path:
    """Write a file that, on systems with POSIX modes, only its owner can read, from its first byte on."""
    partial = path.with_name(path.name + ".partial")
    if os.name == "posix":
        partial.unlink(missing_ok=True)
        os.close(os.open(partial, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600))
    return write_whole(path, content)


def key_of(identities: Sequence[Identity]) -> Key:
    """The key of identities that have a pseudonym."""
    rows = [
        (
            each.pseudonym,
            each.kind,
            each.name,
            _BETWEEN.join(sorted(each.forms)),
            each.scope,
            each.role,
            each.listed,
            each.doubt,
        )
        for each in sorted(identities, key=lambda each: (NAMED.index(each.kind), _natural(each.pseudonym)))
        if each.pseudonym
    ]
    return Key(pd.DataFrame(rows, columns=list(COLUMNS), dtype="str"))


def _natural(pseudonym: str) -> tuple[str, int, str]:
    """A pseudonym as it is sorted: 2 before 10, Z before AA."""
    label, _, number = pseudonym.rpartition(" ")
    return label, int(number) if number.isdigit() else len(number), number


def read_key(path: str | Path) -> Key:
    """Read a key that :meth:`Key.write` wrote.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    Key

    Raises
    ------
    InterviewError
        G001: no such file; V113: it is no key, or a pseudonym stands in it twice.

    See also
    --------
    deidentify : Makes the key.
    """
    path = Path(path)
    path = path / KEY_FILE if path.is_dir() else path
    place = Place(file=path.name)
    if not path.is_file():
        raise InterviewError("G001", where=place, path=path.as_posix())
    try:
        rows = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error):
        raise InterviewError("V113", where=place) from None
    if (
        not rows
        or tuple(rows[0]) != COLUMNS
        or any(len(row) != len(COLUMNS) or row[1] not in NAMED for row in rows[1:])
    ):
        raise InterviewError("V113", where=place)
    cells = [[cell.removeprefix("'") for cell in row] for row in rows[1:]]
    frame = pd.DataFrame(cells, columns=list(COLUMNS), dtype="str")
    if frame["pseudonym"].duplicated().any():
        raise InterviewError("V113", where=place)
    return Key(frame)
