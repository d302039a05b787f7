"""Finding persons who withdrew by a code of their own: in whatever file or wave, and with one error in the code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lcresearch.responses.persons.withdrawn import CodePrints, Withdrawn
from lcresearch.responses.tables import Mask
from lcresearch.responses.waves.codes import edit_distance
from lcresearch.responses.waves.linked_tables import SHORTEST

_BETWEEN = "\x1f"


@dataclass(frozen=True)
class Found:
    """Which rows are of persons who withdrew, each of shape (n_rows,).

    Attributes
    ----------
    gone : array of bool
        The code is that of a person who withdrew, or the row is.
    near : array of bool
        The code differs from one by one error and is nobody else's as far as can be seen, or several rows of one wave
        have the code.
    doubtful : array of bool
        It may be a person who withdrew, or somebody else.
    """

    gone: Mask
    near: Mask
    doubtful: Mask


def remember_code(gone: Withdrawn, codes: pd.DataFrame, waves: Sequence[str]) -> None:
    """Remember a person by code.

    Parameters
    ----------
    gone : Withdrawn
    codes : DataFrame
        The person's ``group`` and ``code``, normalised.
    waves : list of str
        At which rows of the person are known.
    """
    entry = CodePrints(waves=sorted(set(waves)))
    for group, code in codes[["group", "code"]].drop_duplicates().itertuples(index=False):
        entry.same.append(gone.fingerprint(_whole(group, code)))
        if len(code) >= SHORTEST:
            shapes = [_whole(group, rest) for rest in _one_less(code)] + [group + shape for shape in _shapes(code)]
            entry.near += sorted(set(map(gone.fingerprint, shapes)) - set(entry.near))
    if not any(set(known.same) == set(entry.same) for known in gone.prints.codes):
        gone.prints.codes.append(entry)
        return
    for known in gone.prints.codes:
        if set(known.same) == set(entry.same):
            known.waves = sorted({*known.waves, *entry.waves})


def remember_rows(gone: Withdrawn, rows: pd.DataFrame, others: pd.DataFrame, names: Sequence[str]) -> None:
    """Remember a person by rows, where a code does not tell persons apart or there is none.

    Parameters
    ----------
    gone : Withdrawn
    rows, others : DataFrame
        Rows of the person and of everybody else: ``group, code, digest``.
    names : list of str
        Names that several persons have, as :func:`lcresearch.studies.lasting_ids.names` gives them.
    """
    for digest in rows["digest"].unique().tolist():
        gone.prints.rows[gone.fingerprint(digest)] = int((others["digest"] == digest).sum())
    shared = rows.dropna(subset="code")
    whole = whole_codes(shared)
    gone.keep("shared", whole.tolist())
    gone.keep("known", others.loc[whole_codes(others).isin(whole), "digest"].tolist())
    gone.keep("names", names)


def find_withdrawn(gone: Withdrawn, rows: pd.DataFrame, tolerance: int) -> Found:
    """Look for persons who withdrew among rows with codes.

    Parameters
    ----------
    gone : Withdrawn
    rows : DataFrame
        ``group`` (text), ``code`` (normalised, or missing), ``wave``, and ``digest`` of what is in the row.
    tolerance : int
        Errors with which a code still counts as the same; of more than one error nothing is kept.
    """
    whole = whole_codes(rows)
    gone_rows = _rows_that_left(gone, rows)
    same, near, doubtful = (pd.Series(False, index=rows.index) for _ in range(3))
    for entry in gone.prints.codes:
        equal = whole.isin(gone.those_in(whole, entry.same))
        same |= equal
        near |= equal & rows["wave"].where(equal).duplicated(keep=False)  # one of these is somebody else
    taken = same | gone_rows
    if tolerance:
        close, unclear = _near(gone, rows, taken, tolerance)
        near.loc[close] = True
        doubtful.loc[unclear] = True
    shared = whole.isin(gone.those_in(whole, gone.prints.shared)) & ~taken
    doubtful |= shared & ~rows["digest"].isin(gone.those_in(rows["digest"], gone.prints.known))
    return Found(*(mask.to_numpy(dtype=bool) for mask in (taken & ~near, near, doubtful)))


def whole_codes(rows: pd.DataFrame) -> pd.Series[str]:
    """Group and code as one text; missing where there is no code."""
    return (rows["group"] + _BETWEEN + rows["code"]).astype("str")


def _rows_that_left(gone: Withdrawn, rows: pd.DataFrame) -> pd.Series[bool]:
    """Rows that were remembered; of rows with the same content as many stay as stayed when one of them left."""
    if not gone.prints.rows:
        return pd.Series(False, index=rows.index)
    left = gone.those_in(rows["digest"], gone.prints.rows)
    stay = {digest: gone.prints.rows[gone.fingerprint(digest)] for digest in left.tolist()}
    place = rows.groupby("digest").cumcount()
    return rows["digest"].isin(left) & (place >= rows["digest"].map(stay).fillna(0))


def _near(gone: Withdrawn, rows: pd.DataFrame, taken: pd.Series[bool], tolerance: int) -> tuple[list[int], list[int]]:
    """Rows whose code is one error from that of a person who withdrew: who can only be that person, and the others."""
    found = _hits(gone, rows, taken)
    alone = ~found.duplicated("place", keep=False) & ~found.duplicated(["entry", "wave"], keep=False)
    others = rows[~taken & ~rows.index.isin(found["place"])]
    close, unclear = list[int](), list[int]()
    for place, single in zip(found["place"].tolist(), alone.tolist(), strict=True):
        least = _distance_to_others(rows.loc[place], others)
        if least > tolerance and single:
            close.append(place)
        elif least > 0:
            unclear.append(place)
    return close, unclear


def _hits(gone: Withdrawn, rows: pd.DataFrame, taken: pd.Series[bool]) -> pd.DataFrame:
    """Pairs ``place, entry, wave`` of a row and a person who withdrew, at a wave of which no row of theirs is known."""
    whole = whole_codes(rows)
    coded = rows[~taken & (rows["code"].str.len() >= SHORTEST)]
    keys = list(zip(coded["group"], coded["code"], strict=True)) if gone.prints.codes else []
    prints = {key: _prints_of(gone, *key) for key in dict.fromkeys(keys)}
    hits: list[tuple[int, int, str]] = []
    for number, entry in enumerate(gone.prints.codes):
        near, same = frozenset(entry.near), frozenset(entry.same)
        hit = [k for k, (shapes, less) in prints.items() if not (near.isdisjoint(shapes) and same.isdisjoint(less))]
        waves = {*entry.waves, *rows.loc[whole.isin(gone.those_in(whole, entry.same)), "wave"]}
        found = coded[whole.loc[coded.index].isin([_whole(*key) for key in hit]) & ~coded["wave"].isin(waves)]
        hits += [
            (place, number, wave) for place, wave in zip(found.index.tolist(), found["wave"].tolist(), strict=True)
        ]
    return pd.DataFrame(hits, columns=["place", "entry", "wave"])


def _distance_to_others(row: pd.Series[str], others: pd.DataFrame) -> int:
    """Errors between a code and the nearest one in the group at another wave."""
    codes = others.loc[(others["group"] == row["group"]) & (others["wave"] != row["wave"]), "code"].dropna().unique()
    if not len(codes):
        return len(row["code"])
    return int(edit_distance(np.array([row["code"]] * len(codes), dtype=object), codes.astype(object)).min())


def _prints_of(gone: Withdrawn, group: str, code: str) -> tuple[frozenset[str], frozenset[str]]:
    """Fingerprints of a code to be found among those that are near, and of it with a character less."""
    near = frozenset(gone.fingerprint(shape) for shape in (_whole(group, code), *(group + s for s in _shapes(code))))
    return near, frozenset(gone.fingerprint(_whole(group, rest)) for rest in _one_less(code))


def _whole(group: str, code: str) -> str:
    return f"{group}{_BETWEEN}{code}"


def _one_less(code: str) -> list[str]:
    return [code[:i] + code[i + 1 :] for i in range(len(code))]


def _shapes(code: str) -> list[str]:
    """What two codes have in common that differ in one character, or in two neighbours that changed places.

    Examples
    --------
    >>> set(_shapes("ma7")) & set(_shapes("mb7")), set(_shapes("ma7")) & set(_shapes("m7a"))
    ({'\\x1e1~m7'}, {'\\x1e1xm:7a'})
    """
    one = [f"\x1e{i}~{rest}" for i, rest in enumerate(_one_less(code))]
    return one + [f"\x1e{i}x{code[:i]}{code[i + 2 :]}:{''.join(sorted(code[i : i + 2]))}" for i in range(len(code) - 1)]
