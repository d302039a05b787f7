"""Codebooks beside each other: what differs, one made of two, and local codes counted for shared ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from lcresearch.errors import Problem
from lcresearch.interviews.codebook.model import TEXTS, Code, Codebook
from lcresearch.interviews.part_names import part_names

Patterns = Mapping[str, tuple[str, ...]]
_FILLED = (*TEXTS, "color", "key", "maps_to")
_COMPARED = (*TEXTS, "parent", "codable", "color", "maps_to", "patterns")


def compare_codebooks(old: Codebook, new: Codebook) -> pd.DataFrame:
    """What changed from one codebook to another: one row a change.

    Codes are the same when their ids are, and else when their paths of names are. A code that was renamed or moved
    keeps its id, so that codings stay. Texts are compared in the language of the old one where the new one has it.

    Parameters
    ----------
    old, new : Codebook

    Returns
    -------
    DataFrame
        ``code, path, change, part, old, new``; ``change`` is ``added, removed, renamed, moved`` or ``changed``.

    Examples
    --------
    >>> old = Codebook((Code("1", "leren"), Code("2", "tijd")))
    >>> new = Codebook((Code("1", "samen leren"), Code("3", "geld")))
    >>> compare_codebooks(old, new)[["path", "change"]].values.tolist()
    [['samen leren', 'renamed'], ['geld', 'added'], ['tijd', 'removed']]
    """
    new = _in_language_of(old, new)
    pairs = matched(old, new)
    rows: list[tuple[str, str, str, str, object, object]] = []
    for code in new:
        other = pairs.get(code.id)
        if other is None:
            rows.append((code.id, new.path(code.id), "added", "", "", code.name))
            continue
        before = old[other]
        for part in _COMPARED:
            was, now = getattr(before, part), getattr(code, part)
            if part == "parent":
                was, now = (pair_of(pairs, was), now)
            if was != now:
                change = {"name": "renamed", "parent": "moved"}.get(part, "changed")
                rows.append((code.id, new.path(code.id), change, part, getattr(before, part), now))
    gone = set(old.by_id) - set(pairs.values())
    rows += [(code.id, old.path(code.id), "removed", "", code.name, "") for code in old if code.id in gone]
    return pd.DataFrame(rows, columns=["code", "path", "change", "part", "old", "new"])


def matched(old: Codebook, new: Codebook) -> dict[str, str]:
    """Id in the new codebook -> id in the old one, of codes that are the same: by id, then by path of names."""
    pairs = {code.id: code.id for code in new if code.id in old.by_id}
    left = {_plain(old.path(code.id)): code.id for code in old if code.id not in pairs}
    for code in new:
        path = _plain(new.path(code.id))
        if code.id not in pairs and path in left:
            pairs[code.id] = left.pop(path)
    return pairs


def pair_of(pairs: dict[str, str], old: str) -> str:
    """The id in the new codebook of a code of the old one; itself when it is not there."""
    return next((new for new, other in pairs.items() if other == old), old)


def _plain(path: str) -> str:
    return " ".join(path.casefold().split())


@dataclass(frozen=True)
class MergedCodebook:
    """Two codebooks made one.

    Attributes
    ----------
    codebook : Codebook
        The first, with what only the second has after it.
    same : dict of str to str
        Id in the second -> id in the result: codings of the second go there.
    problems : tuple of Problem
        V092 where the two say different things of one code; the first holds.
    """

    codebook: Codebook
    same: dict[str, str]
    problems: tuple[Problem, ...] = ()


def merge_codebooks(first: Codebook, second: Codebook) -> MergedCodebook:
    """One codebook of two, as when two coders each added codes to what they shared.

    Codes are the same as in :func:`compare_codebooks`. Where both say something and it differs the first holds; what
    it leaves empty is taken from the second: texts, translations, links, colour and short name. Search phrases of both
    are kept.

    Parameters
    ----------
    first, second : Codebook

    Returns
    -------
    MergedCodebook
        The codebook, and what did not go together.

    See also
    --------
    compare_codebooks : What differs between two codebooks.
    """
    second = _in_language_of(first, second)
    pairs = matched(first, second)
    found: dict[str, Code] = dict(first.by_id)
    same: dict[str, str] = {}
    problems: list[Problem] = []
    for code in second:
        target = pairs.get(code.id)
        parent = same.get(code.parent, code.parent)
        if target is None:
            same[code.id] = code.id
            found[code.id] = replace(code, parent=parent)
            continue
        same[code.id] = target
        mine = found[target]
        differ = [
            part
            for part in (*TEXTS, "maps_to")
            if getattr(mine, part) and getattr(code, part) not in ("", getattr(mine, part))
        ]
        differ += ["parent"] if code.parent in second.by_id and parent != mine.parent else []
        differ += ["codable"] if code.codable != mine.codable else []
        if differ:
            problems.append(Problem("V092", values={"path": first.path(target), "parts": part_names(differ)}))
        found[target] = _filled(mine, code, same)
    return MergedCodebook(replace(first, codes=_in_tree_order(list(found.values()))), same, tuple(problems))


def _filled(mine: Code, other: Code, same: Mapping[str, str]) -> Code:
    """A code with what it leaves empty taken from another."""
    parts = {part: getattr(other, part) for part in _FILLED if not getattr(mine, part) and getattr(other, part)}
    if parts.get("maps_to"):
        parts["maps_to"] = same.get(parts["maps_to"], parts["maps_to"])
    spoken = dict.fromkeys([*mine.translations, *other.translations])
    words = {each: {**other.translations.get(each, {}), **mine.translations.get(each, {})} for each in spoken}
    return replace(
        mine,
        **parts,
        translations=words,
        links={**other.links, **mine.links},
        patterns=_both(mine.patterns, other.patterns),
    )


def _in_language_of(one: Codebook, other: Codebook) -> Codebook:
    """The other codebook in the language of one, where it has texts in it."""
    has = any(one.language in code.translations for code in other)
    return other.in_language(one.language) if has else other


def _both(first: Patterns, second: Patterns) -> Patterns:
    """Phrases of the first, with those after them that only the second has."""
    languages = dict.fromkeys([*first, *second])
    return {each: tuple(dict.fromkeys([*first.get(each, ()), *second.get(each, ())])) for each in languages}


def _in_tree_order(codes: list[Code]) -> tuple[Code, ...]:
    """Parents before children, children of one parent in the order in which they came."""
    below: dict[str, list[Code]] = {}
    known = {code.id for code in codes}
    for code in codes:
        below.setdefault(code.parent if code.parent in known else "", []).append(code)
    found: list[Code] = []
    waiting = list(reversed(below.get("", [])))
    while waiting:
        code = waiting.pop()
        found.append(code)
        waiting += reversed(below.get(code.id, []))
    return tuple(found)


def shared_codes(codebook: Codebook, shared: Codebook) -> pd.Series[str]:
    """For each code the one of a shared codebook that it counts for, so that consortia can be put together.

    A local code counts for the code that it ``maps_to``, else for the nearest code above it that is shared or maps to
    one; a code without any counts for itself.

    Parameters
    ----------
    codebook : Codebook
        With local codes.
    shared : Codebook
        The one that it extends.

    Returns
    -------
    Series
        Id of a code -> id of the code that counts.
    """
    target: dict[str, str] = {}
    for code in codebook:
        local = code.id not in shared.by_id
        above = target.get(code.parent, "") if local else ""
        found_above = above if above in shared.by_id else ""
        target[code.id] = code.maps_to or found_above or code.id
    return pd.Series(target, dtype="str")
