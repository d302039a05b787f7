"""The codings that are compared: of these coders, in text that counts, with names in place of ids."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from lcresearch.errors import InterviewError, Problem
from lcresearch.interviews.code_tables.quotes import code_of
from lcresearch.interviews.codebook.model import Codebook
from lcresearch.interviews.coding_agreement.who_read import Read, compared_coders, who_read
from lcresearch.interviews.corpus import Corpus
from lcresearch.interviews.project import WHOLE_DOCUMENT, Project

WHOLE = ("left_out", "everywhere")


@dataclass(frozen=True)
class Compared:
    """What coders gave in the documents that at least two of them read.

    Attributes
    ----------
    codings : DataFrame
        ``document, start, end, code, coder``; code and coder are ids, whole documents have their first and last place.
    corpus : Corpus
        The documents that are compared.
    reading : DataFrame
        Those documents (ids) by coders (ids): who read what.
    documents : DataFrame
        One row a document of the project: ``document, name, read_by, n_coders, compared``.
    coders, codes : mapping of str to str
        Id -> name, each name once.
    problems : tuple of Problem
    """

    codings: pd.DataFrame
    corpus: Corpus
    reading: pd.DataFrame
    documents: pd.DataFrame
    coders: Mapping[str, str]
    codes: Mapping[str, str]
    problems: tuple[Problem, ...] = field(default=())


def compared(
    project: Project,
    coders: Collection[str] | None = None,
    *,
    codes: Collection[str] | None = None,
    read: Read = "coded",
    whole_documents: str = "left_out",
) -> Compared:
    """Choose coders, codes and documents, and say what stays out.

    Raises
    ------
    InterviewError
        V100, V107: a coder or code that is not there; V140: fewer than two coders; V141: an unknown option; V142: no
        document that two coders read; V150, V161: what ``read`` says does not fit the project.
    """
    if whole_documents not in WHOLE:
        raise InterviewError("V141", name="whole_documents", found=str(whole_documents), known=list(WHOLE))
    ids, problems = compared_coders(project, coders)
    reading, assumed = who_read(project, ids, read)
    names = unique_names({coder: str(project.coders["name"][coder]) for coder in ids})
    documents = _documents(project.corpus, reading, names)
    kept = documents.loc[documents["compared"], "document"].tolist()
    if not kept:
        raise InterviewError("V142", n=len(ids), coders=list(names.values()))
    left_out = int((documents["n_coders"] == 1).sum())
    if left_out:
        problems.append(Problem("V144", values={"n": left_out}))
    if unread := int((documents["n_coders"] == 0).sum()):
        problems.append(Problem("V162", values={"n": unread}))
    found = project.codings
    found = found[found["coder"].isin(ids) & found["document"].isin(kept)]
    wanted = None if codes is None else [code_of(project, code) for code in codes]
    if wanted is not None:
        found = found[found["code"].isin(wanted)]
    corpus = Corpus(tuple(document for document in project.corpus if document.id in set(kept)))
    found, spread = _whole(found, corpus, whole_documents)
    given = set(found["code"])
    used = [code.id for code in project.codebook if code.id in given]
    used += sorted(given - set(project.codebook.by_id))  # codes that the codebook lacks keep their ids for names
    shown = used if wanted is None else list(dict.fromkeys(wanted))
    if wanted is None and (unused := sum(code.codable and code.id not in given for code in project.codebook)) > 0:
        problems.append(Problem("V151", values={"n": unused}))
    nobody = ~project.codings["coder"].isin(project.coders.index) if coders is None else pd.Series(dtype=bool)
    if others := int(project.other_codings["coder"].isin(ids).sum() + nobody.sum()):
        problems.append(Problem("V159", values={"n": others}))
    columns = ["document", "start", "end", "code", "coder"]
    return Compared(
        codings=found[columns].reset_index(drop=True),
        corpus=corpus,
        reading=reading.loc[kept],
        documents=documents,
        coders=names,
        codes=unique_names({code: _path(project.codebook, code) for code in shown}),
        problems=(*problems, *assumed, *spread),
    )


def _path(book: Codebook, code: str) -> str:
    return book.path(code) if code in book.by_id else code


def unique_names(names: Mapping[str, str]) -> dict[str, str]:
    """Id -> name, with part of the id behind names that several have.

    Examples
    --------
    >>> unique_names({"8b1f": "An", "77c0": "An", "9d2e": "Bo"})
    {'8b1f': 'An (8b1f)', '77c0': 'An (77c0)', '9d2e': 'Bo'}
    """
    counts = pd.Series(list(names.values()), dtype="str").value_counts()
    return {id: name if counts[name] == 1 else f"{name} ({id[:8]})" for id, name in names.items()}


def lifted(codings: pd.DataFrame, book: Codebook, *, top: bool = False) -> pd.DataFrame:
    """The codings as codings of the codes above them: of each code that has codes below it, or of the top only."""
    pairs = []
    for code in book:
        line = [*book.ancestors(code.id), code]
        above = [line[0].id] if top else [each.id for each in line if book.children(each.id)]
        pairs += [(code.id, each) for each in above]
    table = pd.DataFrame(pairs, columns=["code", "above"], dtype="str")
    return codings.merge(table, on="code").drop(columns="code").rename(columns={"above": "code"})


def _documents(corpus: Corpus, reading: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    who = [[names[str(coder)] for coder in reading.columns[row]] for row in reading.to_numpy(dtype=bool)]
    return pd.DataFrame(
        {
            "document": list(reading.index),
            "name": [document.name for document in corpus],
            "read_by": [", ".join(each) for each in who],
            "n_coders": [len(each) for each in who],
            "compared": [len(each) >= 2 for each in who],
        }
    )


def _whole(found: pd.DataFrame, corpus: Corpus, how: str) -> tuple[pd.DataFrame, list[Problem]]:
    """Codings of whole documents: left out, or of all text in the document."""
    whole = found["start"].to_numpy() == WHOLE_DOCUMENT
    if not whole.any():
        return found, []
    if how == "left_out":
        return found[~whole], [Problem("V145", values={"n": int(whole.sum())})]
    length = found["document"].map({document.id: len(document.text) for document in corpus})
    start = np.where(whole, 0, found["start"]).astype(np.int64)
    return found.assign(start=start, end=np.where(whole, length, found["end"]).astype(np.int64)), []
