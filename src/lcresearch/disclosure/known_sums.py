"""The sums that go out anyway about a score: means by wave of now, and all that earlier reports and packages told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from lcresearch.disclosure.answer_prints import answer_prints
from lcresearch.disclosure.change_rows import ChangeRows
from lcresearch.disclosure.joint_sums import JointSums
from lcresearch.disclosure.ledger import Ledger, Prints, Release, persons_of
from lcresearch.disclosure.trees import Ints, build_tree

_ANSWER = ["person", "wave", "print"]


@dataclass(frozen=True)
class KnownSums:
    """Sums that are known, and what names each answer of now in them.

    Attributes
    ----------
    sums : JointSums
        Rows from 0 to n_rows - 1.
    n_rows : int
    person, answer : array of int, shape (n,)
        Of the answers of now, in the order of ``ChangeRows.answered``.
    prints : array (n,)
        Their fingerprints; their positions without a ledger.
    """

    sums: JointSums
    n_rows: int
    person: Ints
    answer: Ints
    prints: Prints


def known_sums(
    frame: pd.DataFrame,
    name: str,
    levels: Sequence[str],
    cells: pd.DataFrame,
    rows: ChangeRows,
    ledger: Ledger | None,
    *,
    wave: str,
    person: str,
    known_as: str | None = None,
    answers: Sequence[str] = (),
) -> KnownSums:
    """What is known of a score.

    Parameters
    ----------
    frame, levels, wave, person, known_as, answers
        As given to :func:`lcresearch.disclosure.changes.protect_change`.
    name : str
        Column of the score.
    cells : DataFrame
        What ``protect`` decided.
    rows : ChangeRows
    ledger : Ledger or None

    Notes
    -----
    An answer that changed since an earlier report is another unknown of the same person. Of packages it is not known
    which answers they hold; they are taken to be those of now.
    """
    used = frame.iloc[rows.answered]
    tree = build_tree(used, tuple(levels), wave)
    released = cells[cells["released"]]
    known = set(zip(released["wave"].astype(str), released["key"], strict=True))
    shown = np.array([(str(w), key) in known for w, key in zip(tree.waves, tree.keys, strict=True)], dtype=bool)
    waves = used[wave].astype(str).to_numpy(dtype=object)
    owner = pd.factorize(used[person], use_na_sentinel=False)[0]
    if ledger is None:
        prints = np.arange(len(used)).astype(np.uint64)
        tags = owner.astype(np.uint64)
    else:
        value = pd.to_numeric(used[name]).to_numpy(dtype=float)
        name_column = known_as or person
        prints, waves = answer_prints(
            ledger, name, used, tree.leaf, value, wave=wave, person=name_column, answers=answers
        )
        tags = persons_of(prints)
    now = pd.DataFrame({"person": tags, "wave": waves, "print": prints})
    parts = [now.assign(row=tree.blocks(shown)[tree.leaf], sign=1.0)]
    if ledger is not None:
        parts += earlier_tables(ledger, name, now)
    return together(now, parts, prints, pd.Series(owner, index=tags))


def together(now: pd.DataFrame, parts: list[pd.DataFrame], prints: Prints, owner: pd.Series[Any]) -> KnownSums:
    """Number persons, answers and rows; ``owner`` says whose each name in the ledger is, where that is known."""
    offset, tables = 0, []
    for part in parts:
        inside = part[part["row"] >= 0]
        tables.append(inside.assign(row=inside["row"] + offset))
        offset += int(inside["row"].max()) + 1 if len(inside) else 0
    table, now = (_owned(one, owner) for one in (pd.concat(tables, ignore_index=True), now))
    answers = pd.concat([now[_ANSWER], table[_ANSWER]]).drop_duplicates()
    version = answers.groupby(["person", "wave"]).cumcount()
    answers["answer"] = pd.factorize(answers["wave"])[0] * (int(version.max()) + 1 if len(version) else 1) + version
    answers["who"] = pd.factorize(answers["person"])[0]
    table = table.merge(answers, on=_ANSWER, how="left")
    own = now[_ANSWER].merge(answers, on=_ANSWER, how="left")
    sums = JointSums(
        table["who"].to_numpy(dtype=np.int64),
        table["answer"].to_numpy(dtype=np.int64),
        table["row"].to_numpy(dtype=np.int64),
        table["sign"].to_numpy(dtype=np.float64),
    )
    return KnownSums(sums, offset, own["who"].to_numpy(dtype=np.int64), own["answer"].to_numpy(dtype=np.int64), prints)


def _owned(table: pd.DataFrame, owner: pd.Series[Any]) -> pd.DataFrame:
    """With persons in place of their names in the ledger; a name of nobody of now is somebody else."""
    found = table["person"].map(owner[~owner.index.duplicated()])
    names = "name " + table["person"].astype(str)
    return table.assign(person=names.where(found.isna(), found.map("person {:.0f}".format)))


def earlier_tables(ledger: Ledger, name: str, now: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Tables of what went out earlier: ``person, wave, print, row, sign``."""
    reports = [one for one in ledger.earlier(name) if one.wave is not None]
    tables = []
    for release in reports:
        prints, block = release.blocks
        tables.append(_table(persons_of(prints), str(release.wave), prints, block))
    yield from tables
    answers = pd.concat([now[_ANSWER], *(one[_ANSWER] for one in tables)]).drop_duplicates("print")
    for release in ledger.packages(name):
        prints, block = release.blocks
        if release.statistic.startswith("change:"):
            yield _change(release, prints, block, answers)
        else:
            yield _package(release, persons_of(prints), block, now)


def _table(person: Prints, wave: str, prints: Prints, row: Ints) -> pd.DataFrame:
    return pd.DataFrame({"person": person, "wave": wave, "print": prints, "row": row, "sign": 1.0})


def _change(release: Release, prints: Prints, block: Ints, answers: pd.DataFrame) -> pd.DataFrame:
    """An earlier change: its fingerprints tell which of two answers is which."""
    about = release.sums_of
    assert about is not None
    found = pd.DataFrame({"person": persons_of(prints), "print": prints, "row": block})
    found = found.merge(answers[["print", "wave"]], on="print", how="left")
    found["wave"] = found["wave"].fillna(about.waves[-1])
    found["sign"] = np.where(found["wave"] == about.waves[0], -1.0, 1.0)
    return found


def _package(release: Release, person: Prints, block: Ints, now: pd.DataFrame) -> pd.DataFrame:
    """Sums in a package: of each wave, or of the change between the first and the last."""
    about = release.sums_of
    assert about is not None
    current = now.drop_duplicates(["person", "wave"]).astype({"print": "UInt64"})
    found = []
    for place, wave in enumerate(about.waves):
        sign = -1.0 if about.only_change and place == 0 else 1.0
        row = block if about.only_change else block * len(about.waves) + place
        found.append(pd.DataFrame({"person": person, "wave": wave, "row": row, "sign": sign}))
    table = pd.concat(found, ignore_index=True).merge(current, on=["person", "wave"], how="left")
    table["print"] = table["print"].fillna(0).astype("uint64")
    return table
