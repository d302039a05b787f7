"""Who has withdrawn, without their names: so that a fresh export that still holds them is read without them.

``private/withdrawn.json`` keeps a fingerprint of each id, HMAC-SHA256 with a key of its own in ``private``. Whoever has
only one of the two files learns nothing from it.
"""

from __future__ import annotations

import hmac
import json
import secrets
from pathlib import Path

import pandas as pd

from lcresearch.errors import Place, ResponsesError
from lcresearch.responses.log import Log, as_log
from lcresearch.responses.result import Responses
from lcresearch.responses.tables import Mask

FILE = Path("private") / "withdrawn.json"
KEY = Path("private") / "withdrawal-key"
_FORMAT = "lcresearch withdrawn"
_VERSION = 1
_KEY_BYTES = 32


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
    ...     gone.among(pd.Series(["an", "bo"])).tolist()
    [True, False]
    """

    def __init__(self, folder: str | Path) -> None:
        self.file, self.key_file = Path(folder) / FILE, Path(folder) / KEY
        self._key, self._prints = secrets.token_bytes(_KEY_BYTES), list[str]()
        if self.file.exists() or self.key_file.exists():
            self._key, self._prints = self._read()

    def __len__(self) -> int:
        return len(self._prints)

    def among(self, ids: pd.Series[str]) -> Mask:
        """Which of the ids are of a person who withdrew, shape (n_rows,)."""
        known = frozenset(self._prints)
        names = ids.dropna().unique().tolist() if known else []
        return ids.isin([name for name in names if self._print(name) in known]).to_numpy(dtype=bool)

    def add(self, original: str) -> None:
        """Remember a person."""
        if self._print(original) not in self._prints:
            self._prints.append(self._print(original))

    def contents(self) -> dict[Path, bytes]:
        """The two files as they must be written, together or not at all."""
        content = {"format": _FORMAT, "version": _VERSION, "persons": sorted(self._prints)}
        text = json.dumps(content, indent=1) + "\n"
        return {self.key_file: (self._key.hex() + "\n").encode("ascii"), self.file: text.encode("ascii")}

    def _print(self, original: str) -> str:
        return hmac.digest(self._key, original.encode("utf-8", "surrogatepass"), "sha256").hex()

    def _read(self) -> tuple[bytes, list[str]]:
        try:
            key = bytes.fromhex(self.key_file.read_text(encoding="ascii"))
            content = json.loads(self.file.read_text(encoding="utf-8"))
            persons = [str(one) for one in content["persons"]]
            if len(key) != _KEY_BYTES or content["version"] > _VERSION or any(len(one) != 64 for one in persons):
                raise ValueError
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            name = FILE if self.key_file.exists() else KEY
            raise ResponsesError("R124", where=Place(file=name.name)) from error
        return key, persons


def without_withdrawn(data: Responses, withdrawn: Withdrawn) -> Responses:
    """The responses, with ids as they stand in the files, without the rows of persons who withdrew."""
    gone = withdrawn.among(data.frame["respondent"])
    if not gone.any():
        return data
    logs = [data.log.astype(object)]
    for file, rows in data.origin[gone].groupby("file", sort=False)["row"]:
        log = Log(str(file))
        log.cells("R128", "dropped", rows=rows.to_numpy())
        logs.append(log.frame().astype(object))
    lines = as_log(pd.concat(logs, ignore_index=True))
    return data.only(~gone).replaced(log=lines)
