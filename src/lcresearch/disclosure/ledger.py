"""What went out earlier: ``releases.json`` in the study folder.

The file names no person. It keeps, for each published group, keyed fingerprints of the persons whose answers are in it
but in no published group below it; the key stays under ``private/``. A fingerprint has 48 bits of HMAC-SHA256 of the
person, and 16 bits of SHA-256 of that (whole, so keyed) and the answer, so that a changed answer shows too.
"""

from __future__ import annotations

import base64
import copy
import datetime
import hashlib
import hmac
import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from lcresearch.disclosure.trees import Floats, Ints
from lcresearch.errors import DisclosureError, Place
from lcresearch.files import private_folder, write_whole

FILE_NAME = "releases.json"
KEY_FILE = Path("private") / "release-key"
FORMAT_VERSION = 1

Prints = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class SumsOf:
    """What the sums of a package are about.

    Attributes
    ----------
    score : str
    waves : tuple of str
    only_change : bool
        Whether they tell the change between the waves, and not the score at each.
    """

    score: str
    waves: tuple[str, ...]
    only_change: bool = False


@dataclass(frozen=True)
class Release:
    """One statistic of one wave as it was published over one tree of groups.

    Attributes
    ----------
    columns : tuple of str
        Level columns, outermost first.
    cells : tuple of tuple
        ``(key, n_persons, digest, residual)``: path of the group, persons in it, digest of the answers in it, and the
        fingerprints of those in no published group below it, packed in base64.
    sums_of : SumsOf or None
        What it is about, when it is of a package: reports of that score are compared with it.
    """

    statistic: str
    wave: str | None
    columns: tuple[str, ...]
    minimum_cell: int
    cells: tuple[tuple[tuple[str, ...], int, str, str], ...]
    report: str = ""
    date: str = ""
    sums_of: SumsOf | None = None

    @property
    def identity(self) -> tuple[object, ...]:
        """What is published, to the last answer; not in which report or when."""
        return (self.statistic, self.wave, self.columns, self.cells)

    def shows_as(self, other: Release) -> bool:
        """Whether the two publish exactly the same."""
        return self.identity == other.identity

    @cached_property
    def blocks(self) -> tuple[Prints, Ints]:
        """All fingerprints, and for each the position of the cell in whose residual it is."""
        parts = [unpack(residual) for _, _, _, residual in self.cells]
        block = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
        return np.concatenate([*parts, np.zeros(0, dtype=np.uint64)]), block

    def to_dict(self) -> dict[str, Any]:
        """Plain values for the file."""
        names = ("key", "n_persons", "digest", "residual")
        cells = [dict(zip(names, (list(cell[0]), *cell[1:]), strict=True)) for cell in self.cells]
        head = {"report": self.report, "date": self.date, "statistic": self.statistic, "wave": self.wave}
        about = {} if self.sums_of is None else {"sums_of": asdict(self.sums_of)}
        return head | {"columns": list(self.columns), "minimum_cell": self.minimum_cell} | about | {"cells": cells}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Release:
        """What :meth:`to_dict` wrote; raises KeyError, TypeError or ValueError when it is something else."""
        cells = tuple(
            (tuple(map(str, c["key"])), int(c["n_persons"]), str(c["digest"]), str(c["residual"]))
            for c in values["cells"]
        )
        for cell in cells:
            unpack(cell[3])
        wave = None if values["wave"] is None else str(values["wave"])
        head = (str(values["statistic"]), wave, tuple(map(str, values["columns"])), int(values["minimum_cell"]))
        about = values.get("sums_of")
        if about is not None:
            about = SumsOf(str(about["score"]), tuple(map(str, about["waves"])), bool(about["only_change"]))
        return cls(*head, cells, str(values["report"]), str(values["date"]), about)


class Ledger:
    """The record of what went out from one study.

    :func:`lcresearch.disclosure.protect` consults it and stages what it lets through; :meth:`commit` writes that down,
    to be called once the report stands. Nothing is recorded, and nothing is written, before.

    Parameters
    ----------
    folder : path
        Study folder; holds ``releases.json`` and ``private/release-key``, both made at the first commit.
    file : path
        Where the record is in that folder, when it is of another public than reports.

    Raises
    ------
    DisclosureError
        D003 when ``releases.json`` cannot be read as one; D004 when it exists but its key is gone; D005 when the key is
        another one; D006 when a newer version of this package wrote it.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     ledger = Ledger(folder)
    ...     ledger.commit("report", date="2026-03-09")
    ...     len(ledger.releases)
    0
    """

    def __init__(self, folder: str | Path, file: str | Path = FILE_NAME) -> None:
        self.path, self._key_path = Path(folder) / file, Path(folder) / KEY_FILE
        self.releases: list[Release] = []
        self._staged: list[Release] = []
        self._tokens: dict[str, bytes] = {}
        content = _read(self.path) if self.path.exists() else None
        if self._key_path.exists():
            self._key = _read_key(self._key_path)
        elif content is None:
            self._key = secrets.token_bytes(32)
        else:
            raise DisclosureError("D004", where=Place(file=self.path.name), key=KEY_FILE.as_posix())
        if content is not None:
            if content["key_id"] != self._key_id:
                raise DisclosureError("D005", where=Place(file=self.path.name), key=KEY_FILE.as_posix())
            self.releases = content["releases"]

    @property
    def _key_id(self) -> str:
        return hashlib.sha256(b"key id" + self._key).hexdigest()[:16]

    def earlier(self, statistic: str) -> list[Release]:
        """What went out of a statistic, oldest first."""
        return [release for release in self.releases if release.statistic == statistic]

    def packages(self, score: str) -> list[Release]:
        """Members of packages that hold sums of a score, oldest first."""
        return [one for one in self.releases if one.sums_of is not None and one.sums_of.score == score]

    def check_recognisable(self, persons: Sequence[str], waves: Sequence[str]) -> None:
        """Refuse a study whose persons or waves go by other names than in an earlier report.

        What went out without a wave is about others than those who answered, such as people who were interviewed.

        Raises
        ------
        DisclosureError
            D009 when fewer than half of the persons of the latest report are among ``persons``; D010 when one of its
            waves is not among ``waves``.
        """
        answered = [release for release in self.releases if release.wave is not None]
        if not answered:
            return
        latest = [release for release in answered if release.date == answered[-1].date]
        gone = sorted({str(release.wave) for release in latest} - set(waves))
        if gone:
            raise DisclosureError("D010", where=Place(file=self.path.name), wave=gone[0], known=list(waves))
        then = np.unique(np.concatenate([persons_of(release.blocks[0]) for release in latest]))
        now = self.fingerprints("", list(persons), [""] * len(persons), np.zeros(len(persons), dtype=np.int64), None)
        found = int(np.isin(then, persons_of(now)).sum())
        if 2 * found < len(then):
            values = {"earlier": latest[-1].date, "found": found, "n": len(then)}
            raise DisclosureError("D009", where=Place(file=self.path.name), **values)

    def came_and_went(self, statistic: str, wave: str, persons: Sequence[str]) -> list[tuple[int, int]]:
        """How many of these persons are new since each earlier release for everybody, and how many are gone.

        Whether means may go out again is asked of both together; a distribution gives more away. When one person left
        and four came, a category that lost somebody is what the one answered.

        Parameters
        ----------
        persons : sequence of str
            Whose answers would go out now.
        """
        tags = self.fingerprints("", list(persons), [""] * len(persons), np.zeros(len(persons), dtype=np.int64), None)
        now, found = persons_of(tags), []
        for release in self.earlier(statistic):
            if release.wave == wave and any(not key for key, *_ in release.cells):
                then = persons_of(release.blocks[0])
                found.append((len(np.setdiff1d(now, then)), len(np.setdiff1d(then, now))))
        return found

    def aside(self) -> Ledger:
        """The same record with nothing staged: to ask what may go out before it is decided that it does."""
        found = copy.copy(self)
        found._staged = []
        return found

    def stage(self, release: Release) -> None:
        """Keep what is about to go out until :meth:`commit`."""
        self._staged.append(release)

    def commit(self, report: str, *, date: str | None = None) -> None:
        """Write down that everything staged went out in ``report``; what went out before unchanged adds nothing.

        Parameters
        ----------
        report : str
            Name of the report or package.
        date : str, optional
            ISO date; today by default.
        """
        date = date or datetime.date.today().isoformat()
        known = {release.identity for release in self.releases}
        for staged in self._staged:
            if staged.cells and staged.identity not in known:
                known.add(staged.identity)
                self.releases.append(replace(staged, report=report, date=date))
        self._staged.clear()
        private_folder(self._key_path.parent)
        if not self._key_path.exists():
            write_whole(self._key_path, self._key.hex() + "\n")
        elif _read_key(self._key_path) != self._key:
            raise DisclosureError("D005", where=Place(file=self.path.name), key=KEY_FILE.as_posix())
        start = {"format": "lcresearch releases", "version": FORMAT_VERSION, "key_id": self._key_id}
        lines = ",\n".join(json.dumps(release.to_dict(), ensure_ascii=False) for release in self.releases)
        write_whole(self.path, json.dumps(start)[:-1] + ', "releases": [\n' + lines + "\n]}\n")

    def fingerprints(
        self, statistic: str, person: list[str], wave: list[str], occurrence: Ints, value: Floats | None
    ) -> Prints:
        """A keyed number for each person and answer, shape (n_rows,); see the module's first lines."""
        for name in set(person).difference(self._tokens):
            self._tokens[name] = hmac.digest(self._key, name.encode("utf-8"), "sha256")
        answers = np.zeros(len(person)) if value is None else np.round(value, 9) + 0.0
        cases = list(zip(wave, occurrence.tolist(), answers.tolist(), strict=True))
        what = {case: f"{statistic}\x1f{case[0]}\x1f{case[1]}\x1f{case[2]!r}".encode() for case in set(cases)}
        tokens, sha256 = self._tokens, hashlib.sha256
        tags = [
            tokens[who][:6] + sha256(tokens[who] + what[case]).digest()[:2]
            for who, case in zip(person, cases, strict=True)
        ]
        return np.frombuffer(b"".join(tags), dtype=">u8").astype(np.uint64)


def persons_of(prints: Prints) -> Prints:
    """The part of a fingerprint that stands for the person."""
    persons: Prints = prints >> np.uint64(16)
    return persons


def pack(prints: Prints) -> str:
    """Sorted fingerprints as base64 text."""
    return base64.b64encode(np.sort(prints).astype(">u8").tobytes()).decode("ascii")


def unpack(text: str) -> Prints:
    """The fingerprints that :func:`pack` wrote."""
    return np.frombuffer(base64.b64decode(text, validate=True), dtype=">u8").astype(np.uint64)


def digest(prints: Prints) -> str:
    """A short digest of a set of fingerprints."""
    return hashlib.sha256(np.sort(prints).astype(">u8").tobytes()).hexdigest()[:32]


def _read(path: Path) -> dict[str, Any]:
    place = Place(file=path.name)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["version"] > FORMAT_VERSION:
            raise DisclosureError("D006", where=place, version=str(content["version"]))
        releases = [Release.from_dict(values) for values in content["releases"]]
        return {"key_id": content["key_id"], "releases": releases}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DisclosureError("D003", where=place, found=f"{type(error).__name__}: {error}") from error


def _read_key(path: Path) -> bytes:
    try:
        key = bytes.fromhex(path.read_text(encoding="utf-8"))
    except ValueError:
        key = b""
    if len(key) != 32:
        raise DisclosureError("D005", where=Place(file=FILE_NAME), key=KEY_FILE.as_posix())
    return key
