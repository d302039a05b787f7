"""Names for persons that say nothing about them, and the one file that tells who is who.

A pseudonym is drawn at random, so nothing can be learned from it without the key file. The key file stays in the
``private`` folder of the study; a person keeps the pseudonym in later waves and runs as long as it is there.
"""

from __future__ import annotations

import csv
import dataclasses
import io
import re
import secrets
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from lcresearch.disclosure import neutralise
from lcresearch.errors import Place, Problem, ResponsesError
from lcresearch.files import private_folder, write_whole
from lcresearch.messages import LANGUAGES, Messages
from lcresearch.responses.log import Log, logs_together
from lcresearch.responses.persons.spellings import made_of_rows
from lcresearch.responses.result import Responses

KEY_FILE = Path("private") / "respondent-key.csv"

_HEADER = ["respondent", "pseudonym"]
# no vowels, so that no words come out, and none of the signs that are taken for another: 0 O, 1 I L, 2 Z, 5 S, 8 B
_SIGNS = "34679CDFHJKMNPQRTVWXY"
_LENGTH = 6
_FORM = re.compile(rf"P-[{_SIGNS}]{{{_LENGTH}}}")
_NAMED = 10
_LONGEST_ID = 1_000


class KeyFile:
    """The key from ids of respondents to pseudonyms.

    New ids get a pseudonym when they are first asked for; nothing is written before :meth:`commit`.

    Parameters
    ----------
    path : path
        The file: a CSV with the columns ``respondent`` and ``pseudonym``. It need not exist yet.
    source : callable
        Gives so many random bytes. Any but the default can be foreseen: for people who were made up only.

    Raises
    ------
    ResponsesError
        R120, when the file is no key file; R121, when an id or a pseudonym stands in it twice.

    Examples
    --------
    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> key = KeyFile(Path(folder.name) / "private" / "respondent-key.csv")
    >>> first, second, again = key.pseudonyms(pd.Series(["an", "bo", "an"]))
    >>> first == again != second, key.original(first)
    (True, 'an')
    >>> key.commit().name
    'respondent-key.csv'
    >>> KeyFile(key.path).pseudonym("an") == first
    True
    >>> folder.cleanup()
    """

    def __init__(self, path: str | Path, *, source: Callable[[int], bytes] = secrets.token_bytes) -> None:
        self.path, self._source = Path(path), source
        self._read_from = self.path.read_bytes() if self.path.is_file() else None
        self._pseudonyms = _read(self.path, self._read_from) if self._read_from is not None else {}
        self._originals = {pseudonym: original for original, pseudonym in self._pseudonyms.items()}
        self._changed = False

    def __len__(self) -> int:
        return len(self._pseudonyms)

    @property
    def exists(self) -> bool:
        """Whether the file was there when it was opened."""
        return self._read_from is not None

    @property
    def ids(self) -> list[str]:
        """All ids that have a pseudonym."""
        return list(self._pseudonyms)

    def pseudonyms(self, ids: pd.Series[str]) -> pd.Series[str]:
        """The pseudonym of each id; missing ids stay missing. New ids get one.

        Parameters
        ----------
        ids : Series of str, shape (n_rows,)

        Returns
        -------
        Series of str
            With the same index.

        Raises
        ------
        ResponsesError
            R123, when an id is longer than 1,000 characters: that is no id.
        """
        if (ids.str.len() > _LONGEST_ID).any():
            raise ResponsesError("R123", where=Place(file=self.path.name), limit=_LONGEST_ID)
        codes, names = pd.factorize(ids)
        self._add([name for name in names.tolist() if name not in self._pseudonyms])
        found = [*(self._pseudonyms[name] for name in names.tolist()), None]
        return pd.Series(np.array(found, dtype=object)[codes], index=ids.index, dtype="str")

    def originals(self, pseudonyms: pd.Series[str]) -> pd.Series[str]:
        """The ids behind pseudonyms; what is no pseudonym of this key stays as it is."""
        return pseudonyms.map(self._originals).fillna(pseudonyms).astype("str")

    def pseudonym(self, original: str) -> str | None:
        """The pseudonym of an id, or None if the key does not know it."""
        return self._pseudonyms.get(original)

    def original(self, pseudonym: str) -> str | None:
        """The id behind a pseudonym, however it is typed, or None if the key does not know it."""
        return self._originals.get(pseudonym.strip().upper())

    def remove(self, original: str) -> bool:
        """Take a person out; nobody else's pseudonym changes. False when the key does not know the id."""
        pseudonym = self._pseudonyms.pop(original, None)
        self._originals.pop(pseudonym or "", None)
        self._changed = self._changed or pseudonym is not None
        return pseudonym is not None

    def content(self) -> str:
        """The file as text. Ids that a spreadsheet would run as a formula are made harmless; reading undoes that."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(_HEADER)
        writer.writerows((_harmless(original), pseudonym) for original, pseudonym in self._pseudonyms.items())
        return text.getvalue()

    def commit(self) -> Path:
        """Write the file, whole, if anything is new.

        Raises
        ------
        ResponsesError
            R122, when another program changed the file since it was read.
        """
        if self._changed:
            if (self.path.read_bytes() if self.path.is_file() else None) != self._read_from:
                raise ResponsesError("R122", where=Place(file=self.path.name))
            self.path.parent.parent.mkdir(parents=True, exist_ok=True)
            private_folder(self.path.parent)
            self._read_from = self.content().encode("utf-8")
            write_whole(self.path, self._read_from)
            self._changed = False
        return self.path

    def _add(self, names: list[str]) -> None:
        while names:
            drawn = dict.fromkeys(p for p in _draw(len(names), self._source) if p not in self._originals)
            self._originals.update(zip(drawn, names, strict=False))
            self._pseudonyms.update(zip(names, drawn, strict=False))
            self._changed = True
            names = names[len(drawn) :]


def with_pseudonyms(data: Responses, key: KeyFile, kind: str | None = None) -> Responses:
    """The responses with pseudonyms for ids; nothing is written. Ids that were made from row numbers stay.

    Parameters
    ----------
    data : Responses
    key : KeyFile
    kind : str, optional
        Kind of personal data that the ids are, when the key is not kept: a warning then says so.
    """
    log = Log(data.source.file)
    ids = data.frame["respondent"]
    real = ~made_of_rows(data.frame["respondent"])
    n, words = ids[real].nunique(), {}
    if kind is not None:
        words = {language: Messages(language)(f"privacy.kind.{kind}") for language in LANGUAGES}
        log.add("R198", "noted", kind=words)
    else:
        log.add("R131", "noted", n=n)
    frame = data.frame.assign(respondent=key.pseudonyms(ids.where(real)).where(real, ids).astype("str"))
    lines = logs_together([data.log, log.frame()])
    return dataclasses.replace(data, frame=frame, log=lines, problems=(*data.problems, *log.problems))


def is_pseudonym(text: str) -> bool:
    """Whether a text has the form of a pseudonym.

    Examples
    --------
    >>> is_pseudonym("P-7K3QX9"), is_pseudonym("P-O0I1LB")
    (True, False)
    """
    return bool(_FORM.fullmatch(text.strip().upper()))


def _draw(n: int, source: Callable[[int], bytes]) -> list[str]:
    """Random pseudonyms, each sign equally likely: bytes that would favour the first signs are left out."""
    wanted, limit = n * _LENGTH, 256 - 256 % len(_SIGNS)
    drawn = np.zeros(0, dtype=np.uint8)
    while len(drawn) < wanted:
        fresh = np.frombuffer(source(wanted + 64), dtype=np.uint8)
        drawn = np.concatenate([drawn, fresh[fresh < limit]])
    signs = np.frombuffer(_SIGNS.encode("ascii"), dtype=np.uint8)[drawn[:wanted] % len(_SIGNS)]
    text = signs.tobytes().decode("ascii")
    return [f"P-{text[start : start + _LENGTH]}" for start in range(0, wanted, _LENGTH)]


def _harmless(original: str) -> str:
    """An id for a spreadsheet; one that starts with an apostrophe gets a second one, so that reading takes off one."""
    return f"'{original}" if original.startswith("'") else neutralise(original)


def _read(path: Path, content: bytes) -> dict[str, str]:
    place = Place(file=path.name)
    try:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise ResponsesError("R120", where=place, found=type(error).__name__) from error
    if not rows or rows[0] != _HEADER:
        raise ResponsesError("R120", where=Place(file=path.name, row=1), found=", ".join(rows[0])[:80] if rows else "–")
    wrong = [n for n, row in enumerate(rows[1:], start=2) if len(row) != 2 or not row[0] or not _FORM.fullmatch(row[1])]
    if wrong:
        raise ResponsesError("R120", where=Place(file=path.name, row=wrong[0]), found=str(len(wrong)))
    known = {original.removeprefix("'"): pseudonym for original, pseudonym in rows[1:]}
    if len(known) < len(rows) - 1 or len(set(known.values())) < len(known):
        raise ResponsesError(Problem("R121", place, {"rows": _repeated(rows[1:])}))
    return known


def _repeated(rows: list[list[str]]) -> str:
    """Rows whose id or pseudonym stands in an earlier row too."""
    frame = pd.DataFrame(rows)
    twice = np.flatnonzero((frame[0].duplicated() | frame[1].duplicated()).to_numpy()) + 2
    return ", ".join(map(str, twice[:_NAMED].tolist())) + (" …" if len(twice) > _NAMED else "")
