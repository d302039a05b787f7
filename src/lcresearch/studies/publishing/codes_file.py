"""``private/publication-codes.csv``: which group has which code in the bundles of a study."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from lcresearch.files import private_folder, write_whole
from lcresearch.studies.publishing.group_codes import LETTERS, GroupCodes

CODES_FILE = Path("private") / "publication-codes.csv"
_COLUMNS = ["level", "parent", "name", "code"]

Known = dict[tuple[str, str, str], str]


def known_codes(folder: Path) -> Known:
    """Codes of earlier bundles, by level, names of the groups around a group, and its name; none without a file."""
    path = folder / CODES_FILE
    if not path.is_file():
        return {}
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")[_COLUMNS]
    except (ValueError, KeyError):  # it was opened and saved by another program: codes are given anew
        return {}
    fits = [
        level in LETTERS and re.fullmatch(rf"{LETTERS[level]}-\d{{1,6}}", code) is not None
        for level, code in zip(table["level"], table["code"], strict=True)
    ]
    once = table[fits].drop_duplicates(["level", "code"])
    return {(level, parent, name): code for level, parent, name, code in once.itertuples(index=False)}


def write_codes(folder: Path, codes: GroupCodes) -> Path | None:
    """Write the codes down, those of groups that left included; None when no group has one."""
    rows = known_codes(folder)
    rows |= {
        (codes.levels[len(path) - 1], " / ".join(path[:-1]), path[-1]): code
        for path, code in codes.shown.items()
        if code != path[-1]
    }
    if not rows:
        return None
    table = pd.DataFrame([(*place, code) for place, code in rows.items()], columns=_COLUMNS)
    private_folder((folder / CODES_FILE).parent)
    return write_whole(folder / CODES_FILE, table.to_csv(index=False, lineterminator="\n"))
