"""The progress table of last time, as a file: what a new one is compared with."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lcresearch.errors import Place, SynthesisError
from lcresearch.files import write_whole
from lcresearch.synthesis.progress_table.shared_files import read_json

if TYPE_CHECKING:
    from lcresearch.synthesis.progress_table.result import ProgressTable

FORMAT, VERSION, FILE_NAME = "lcresearch progress", 1, "progress.json"


@dataclass(frozen=True)
class SavedProgress:
    """What an earlier progress table showed.

    Attributes
    ----------
    programme : str
    date : date
    everybody : int or None
    persons, response : mapping of (division, group) to number or None
    criteria : mapping of str to float or None
    """

    programme: str
    date: datetime.date
    everybody: int | None
    persons: Mapping[tuple[str, str], int | None] = field(default_factory=dict)
    response: Mapping[tuple[str, str], float | None] = field(default_factory=dict)
    criteria: Mapping[str, float | None] = field(default_factory=dict)
    response_of_everybody: float | None = None

    def of(self, division: str) -> dict[str, int | None]:
        """Persons by group of a division."""
        return {group: n for (name, group), n in self.persons.items() if name == division}


def save_progress(table: ProgressTable, folder: Path) -> Path:
    """Write ``progress.json``, whole or not at all."""
    values = {"format": FORMAT, "version": VERSION} | table.to_dict()
    return write_whole(folder / FILE_NAME, json.dumps(values, ensure_ascii=False, allow_nan=False, indent=1) + "\n")


def read_progress(path: str | Path) -> SavedProgress:
    """Read ``progress.json``, or the one in a folder.

    Parameters
    ----------
    path : str or Path
        The file, or its folder.

    Returns
    -------
    SavedProgress

    Raises
    ------
    SynthesisError
        G001: it is not there; Y228: no file of a progress table, or of another version.

    See also
    --------
    progress : Counts how far a programme is.
    """
    path = Path(path)
    path = path / FILE_NAME if path.is_dir() else path
    if not path.is_file():
        raise SynthesisError("G001", path=str(path))
    try:
        values = read_json(path)
        if values["format"] != FORMAT or values["version"] != VERSION:
            raise ValueError(path.name)
        rows = list(values["participation"])
        whole = values["everybody"]
        return SavedProgress(
            programme=str(values["programme"]),
            date=datetime.date.fromisoformat(str(values["date"])),
            everybody=_count(whole["participants"]),
            persons={(str(row["division"]), str(row["group"])): _count(row["participants"]) for row in rows},
            response={(str(row["division"]), str(row["group"])): _share(row["response"]) for row in rows},
            criteria={str(row["criterion"]): _value(row["reached"]) for row in values["criteria"]},
            response_of_everybody=_share(whole["response"]),
        )
    except (ValueError, KeyError, TypeError, SynthesisError) as error:
        raise SynthesisError("Y228", where=Place(file=path.name)) from error


def _value(value: Any) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise ValueError("no number")
    return float(value)


def _count(value: Any) -> int | None:
    found = _value(value)
    if found is not None and found != int(found):
        raise ValueError("no whole number")
    return None if found is None else int(found)


def _share(value: Any) -> float | None:
    found = _value(value)
    if found is not None and found > 1:
        raise ValueError("no share")
    return found
