"""Who has withdrawn, without their names: so that a fresh export that still holds them is read without them.

``private/withdrawn.json`` keeps fingerprints, HMAC-SHA256 with a key of its own in ``private``. Whoever has only one of
the two files learns nothing from it. A fingerprint is taken of the id of a person; where persons are known by a code of
their own, of group and code and of what one error makes of it; where a code does not tell persons apart, of a row.
"""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from lcresearch.errors import Place, ResponsesError
from lcresearch.responses.log import Log, logs_together
from lcresearch.responses.persons.spellings import plain_ids
from lcresearch.responses.result import Responses
from lcresearch.responses.tables import Mask

FILE = Path("private") / "withdrawn.json"
KEY = Path("private") / "withdrawal-key"
_FORMAT = "lcresearch withdrawn"
_VERSION = 2
_KEY_BYTES = 32
_PRINT = 64


@dataclass
class CodePrints:
    """Fingerprints of the codes of one person who withdrew.

    Attributes
    ----------
    same, near : list of str
        Of group and code; of group and what is left of a code after one error.
    waves : list of str
        At which the person's rows were known: there a code that is near is somebody else's.
    """

    same: list[str] = field(default_factory=list)
    near: list[str] = field(default_factory=list)
    waves: list[str] = field(default_factory=list)


@dataclass
class Prints:
    """All fingerprints of a study.

    Attributes
    ----------
    persons, spellings : list of str
        Of ids, and of ids without case, signs and zeros in front.
    codes : list of CodePrints
    rows : dict of str to int
        Of rows of which no code tells whose they are: how many other rows with the same content stay.
    shared, known : list of str
        Of group and code that a person who withdrew shared with others, and of the rows of these others.
    names : list of str
        Of group, code and wave that several persons had.
    """

    persons: list[str] = field(default_factory=list)
    spellings: list[str] = field(default_factory=list)
    codes: list[CodePrints] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    shared: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)


class Withdrawn:
    """The persons who withdrew from a study.

    Parameters
    ----------
    folder : path
        Folder of the study. Its files need not exist: then nobody withdrew.

    Raises
    ------
    ResponsesError
        R124, when one of the two files is damaged or gone.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     gone = Withdrawn(folder)
    ...     gone.add("an")
    ...     gone.among(pd.Series(["an", "bo"])).tolist(), gone.spelt_otherwise(pd.Series(["An", "bo"]))
    ([True, False], 1)
    """

    def __init__(self, folder: str | Path) -> None:
        self.file, self.key_file = Path(folder) / FILE, Path(folder) / KEY
        self._key, self.prints = secrets.token_bytes(_KEY_BYTES), Prints()
        if self.file.exists() or self.key_file.exists():
            self._key, self.prints = self._read()

    def __len__(self) -> int:
        return len(self.prints.persons)

    def among(self, ids: pd.Series[str]) -> Mask:
        """Which of the ids are of a person who withdrew, shape (n_rows,)."""
        return ids.isin(self.those_in(ids, self.prints.persons)).to_numpy(dtype=bool)

    def spelt_otherwise(self, ids: pd.Series[str]) -> int:
        """How many ids differ from the id of a person who withdrew by case, signs or zeros in front only."""
        if not self.prints.spellings:
            return 0
        others = ids[~self.among(ids)].dropna().drop_duplicates()
        plain = plain_ids(others)
        return int(plain.isin(self.those_in("plain:" + plain, self.prints.spellings).str.removeprefix("plain:")).sum())

    def those_in(self, texts: pd.Series[str], prints: Iterable[str]) -> pd.Series[str]:
        """The distinct texts whose fingerprint is among these."""
        known = frozenset(prints)
        distinct = texts.dropna().drop_duplicates() if known else texts.iloc[:0]
        return distinct[[self.fingerprint(text) in known for text in distinct.tolist()]]

    def add(self, original: str) -> None:
        """Remember a person by id."""
        plain = "plain:" + plain_ids(pd.Series([original], dtype="str"))[0]
        self.keep("persons", [original])
        self.keep("spellings", [plain])

    def keep(self, name: str, texts: Sequence[str]) -> None:
        """Remember fingerprints of texts in one of the lists of :class:`Prints`."""
        kept: list[str] = getattr(self.prints, name)
        kept += [found for found in dict.fromkeys(map(self.fingerprint, texts)) if found not in kept]

    def contents(self) -> dict[Path, bytes]:
        """The two files as they must be written, together or not at all."""
        lists = {name: sorted(kept) if name != "codes" else kept for name, kept in asdict(self.prints).items()}
        lists["rows"] = dict(sorted(self.prints.rows.items()))
        text = json.dumps({"format": _FORMAT, "version": _VERSION} | lists, indent=1) + "\n"
        return {self.key_file: (self._key.hex() + "\n").encode("ascii"), self.file: text.encode("ascii")}

    def fingerprint(self, text: str) -> str:
        """HMAC-SHA256 of a text."""
        return hmac.digest(self._key, text.encode("utf-8", "surrogatepass"), "sha256").hex()

    def _read(self) -> tuple[bytes, Prints]:
        try:
            key = bytes.fromhex(self.key_file.read_text(encoding="ascii"))
            prints = _prints(json.loads(self.file.read_text(encoding="utf-8")))
            if len(key) != _KEY_BYTES:
                raise ValueError
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            name = FILE if self.key_file.exists() else KEY
            raise ResponsesError("R124", where=Place(file=name.name)) from error
        return key, prints


def _prints(content: dict[str, Any]) -> Prints:
    """The fingerprints in a file of this version or an earlier one.

    Raises
    ------
    ValueError, KeyError, TypeError, AttributeError
        It is no such file.
    """
    if content["version"] > _VERSION:
        raise ValueError
    lists = {name: list(content.get(name, [])) for name in ("spellings", "shared", "known", "names")}
    codes = [
        CodePrints(**{name: list(one[name]) for name in ("same", "near", "waves")}) for one in content.get("codes", [])
    ]
    rows = {str(name): int(n) for name, n in content.get("rows", {}).items()}
    found = Prints(persons=list(content["persons"]), codes=codes, rows=rows, **lists)
    every = [found.persons, *lists.values(), list(rows), *(one.same + one.near for one in codes)]
    if any(not isinstance(one, str) or len(one) != _PRINT for kept in every for one in kept):
        raise ValueError
    return found


def without_withdrawn(data: Responses, withdrawn: Withdrawn) -> Responses:
    """The responses, with ids as they stand in the files, without the rows of persons who withdrew."""
    return without_rows(data, withdrawn.among(data.frame["respondent"]))


def without_rows(data: Responses, gone: Mask, code: str = "R128") -> Responses:
    """The responses without some rows, each of which the log names; a code that is a warning becomes a problem."""
    if not gone.any():
        return data
    logs, problems = [data.log], list(data.problems)
    for file, rows in data.origin[gone].groupby("file", sort=False)["row"]:
        log = Log(str(file))
        log.cells(code, "dropped", rows=rows.to_numpy())
        logs.append(log.frame())
        problems += log.problems
    lines = logs_together(logs)
    return data.only(~gone).replaced(log=lines, problems=tuple(problems))
