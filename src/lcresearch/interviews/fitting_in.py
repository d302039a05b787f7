"""What a project of a colleague would bring, told beforehand; and the project made to fit what was decided about it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from lcresearch.interviews.codebook.comparison import matched
from lcresearch.interviews.codebook.model import Code, Codebook
from lcresearch.interviews.corpus import Corpus
from lcresearch.interviews.merging import merge_projects
from lcresearch.interviews.project import Project


@dataclass(frozen=True)
class Brought:
    """What the second of two projects has beside the first.

    Attributes
    ----------
    same_texts : tuple of str
        Names of texts that both have.
    new_texts : tuple of str
        Names of texts that only the second has.
    different_texts : tuple of (str, str, str)
        Id, name and words: texts of one id whose words differ, with the first words that do in the second.
    new_codes : tuple of (str, str)
        Id and path of codes that only the second has.
    coders : DataFrame
        One row a coder of the second with codings: ``coder`` (id), ``name, n_codings, n_new`` (not in the first),
        ``same`` (id of a coder of the first with the same name and another id, or empty) and ``known`` (whether the
        first has this coder by id).
    n_memos : int
        Memos that are new.
    """

    same_texts: tuple[str, ...]
    new_texts: tuple[str, ...]
    different_texts: tuple[tuple[str, str, str], ...]
    new_codes: tuple[tuple[str, str], ...]
    coders: pd.DataFrame
    n_memos: int


def what_it_brings(mine: Project, theirs: Project) -> Brought:
    """What a project has beside another, with which it would be merged.

    Parameters
    ----------
    mine, theirs : Project
        As for :func:`~lcresearch.interviews.merge_projects`, with texts that differ kept apart.

    Examples
    --------
    >>> from lcresearch.interviews import Document
    >>> from lcresearch.interviews.project import no_codings
    >>> nobody = pd.DataFrame({"name": pd.Series(dtype="str")})
    >>> def of(*texts):
    ...     return Project("invented", Corpus(texts), Codebook(), no_codings(), nobody)
    >>> found = what_it_brings(of(Document("1", "R1", "Wij leren.")), of(Document("2", "R2", "Wij werken.")))
    >>> found.new_texts, found.same_texts
    (('R2',), ())
    """
    both = merge_projects([replace(mine, problems=()), replace(theirs, problems=())], different_texts="separate")
    known, hashes = mine.corpus.by_id, {each.sha256 for each in mine.corpus}
    different = [each for each in theirs.corpus if each.id in known and known[each.id].text != each.text]
    apart = {each.id for each in different}
    rest = [each for each in theirs.corpus if each.id not in apart]
    same = [each for each in rest if each.id in known or each.sha256 in hashes]
    codes = mine.codebook.by_id
    here = set(mine.codings["coding"])
    new = both.codings[~both.codings["coding"].isin(here)]
    return Brought(
        same_texts=tuple(each.name for each in same),
        new_texts=tuple(each.name for each in rest if each not in same),
        different_texts=tuple((each.id, each.name, _first_other(known[each.id].text, each.text)) for each in different),
        new_codes=tuple((each.id, both.codebook.path(each.id)) for each in both.codebook if each.id not in codes),
        coders=_coders(mine, theirs, new),
        n_memos=len(both.notes) - len(mine.notes),
    )


_AROUND = 40


def _first_other(first: str, second: str) -> str:
    """The second text from a little before the place at which it differs."""
    least = min(len(first), len(second))
    at = next((place for place in range(least) if first[place] != second[place]), least)
    return second[max(at - 10, 0) : at + _AROUND]


def _coders(mine: Project, theirs: Project, new: pd.DataFrame) -> pd.DataFrame:
    names = theirs.coders["name"].fillna("").astype(str).to_dict() if len(theirs.coders) else {}
    called: dict[str, list[str]] = {}
    for id, name in mine.coders["name"].items() if len(mine.coders) else ():
        called.setdefault(str(name).casefold(), []).append(str(id))
    rows = []
    for coder, codings in theirs.codings.groupby("coder", sort=False):
        name = names.get(coder, "")
        known = coder in mine.coders.index and str(mine.coders["name"][coder]) == name
        same = called.get(name.casefold(), []) if name and not known else []
        n_new = int(codings["coding"].isin(set(new["coding"])).sum())
        rows.append((str(coder), name, len(codings), n_new, same[0] if same else "", known))
    return pd.DataFrame(rows, columns=["coder", "name", "n_codings", "n_new", "same", "known"])


def fitted_in(
    theirs: Project,
    mine: Project,
    *,
    without_texts: Collection[str] = (),
    codes: Mapping[str, str] | None = None,
    coders: Mapping[str, str] | None = None,
) -> Project:
    """A project as it fits another: without some texts, with codes and coders that are those of the other, and without
    codings that the other has already: of the same coder, with the same code, at the same place.

    Parameters
    ----------
    theirs, mine : Project
    without_texts : collection of str
        Ids of texts that stay out, with their codings.
    codes : mapping of str to str
        Id of a code -> id of the code of the other project that it is.
    coders : mapping of str to str
        Id of a coder -> id of the same person in the other project.

    Returns
    -------
    Project
        Codes that are another lose their own place in the codebook; those below them go along.
    """
    same_code, same_coder = dict(codes or {}), dict(coders or {})
    out = set(without_texts)
    kept = theirs.codings[~theirs.codings["document"].isin(out)].reset_index(drop=True)
    kept = kept.assign(
        code=kept["code"].map(lambda id: same_code.get(id, id)),
        coder=kept["coder"].map(lambda id: same_coder.get(id, id)),
    )
    kept = kept[~_there(kept, theirs, mine, same_code)].reset_index(drop=True)
    gone = out | set(theirs.codings["coding"]) - set(kept["coding"])
    people = theirs.coders.rename(index=same_coder)
    for id in set(same_coder.values()) & set(people.index) & set(mine.coders.index):
        people.loc[id, "name"] = mine.coders["name"][id]
    return replace(
        theirs,
        corpus=Corpus(tuple(each for each in theirs.corpus if each.id not in out)),
        codebook=_with_codes(theirs.codebook, same_code),
        codings=kept,
        coders=people[~people.index.duplicated()],
        case_documents=_without(theirs.case_documents, out),
        case_selections=_without(theirs.case_selections, out),
        notes=tuple(
            replace(
                each,
                on=tuple((kind, same_code.get(id, id) if kind == "code" else id) for kind, id in each.on),
                author=same_coder.get(each.author, each.author),
            )
            for each in theirs.notes
            if not any(id in gone for _, id in each.on)
        ),
        sets=tuple(
            replace(
                each,
                codes=tuple(same_code.get(id, id) for id in each.codes),
                documents=tuple(id for id in each.documents if id not in out),
            )
            for each in theirs.sets
        ),
        problems=(),
    )


def _there(codings: pd.DataFrame, theirs: Project, mine: Project, same_code: Mapping[str, str]) -> pd.Series[bool]:
    """Which codings the other project has already."""
    by_hash = {each.sha256: each.id for each in mine.corpus}
    texts = {each.id: by_hash.get(each.sha256, each.id) for each in theirs.corpus}
    pairs = {**matched(mine.codebook, theirs.codebook), **same_code}
    known = set(mine.codings[_PLACE].itertuples(index=False, name=None))
    here = codings.assign(
        document=codings["document"].map(lambda id: texts.get(id, id)),
        code=codings["code"].map(lambda id: pairs.get(id, id)),
    )
    return pd.Series([row in known for row in here[_PLACE].itertuples(index=False, name=None)], dtype=bool)


_PLACE = ["document", "start", "end", "code", "coder"]


def _without(frame: pd.DataFrame, out: set[str]) -> pd.DataFrame:
    return frame[~frame["document"].isin(out)].reset_index(drop=True) if len(frame) else frame


def _with_codes(book: Codebook, same: Mapping[str, str]) -> Codebook:
    """The codebook in which some codes are those of another: they bear its ids."""
    codes: dict[str, Code] = {}
    for code in book:
        new = replace(code, id=same.get(code.id, code.id), parent=same.get(code.parent, code.parent))
        codes.setdefault(new.id, new)
    return replace(book, codes=tuple(codes.values()))
