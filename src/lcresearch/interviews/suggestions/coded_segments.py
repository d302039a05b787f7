"""Which segment carries which code by whom, and which segments somebody read without coding them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lcresearch.errors import InterviewError, nearest
from lcresearch.interviews.code_tables.passages import coder_ids
from lcresearch.interviews.project import WHOLE_DOCUMENT, Project
from lcresearch.interviews.suggestion_coder import suggestion_coders
from lcresearch.interviews.text.segments import Unit, segments


@dataclass(frozen=True)
class CodedSegments:
    """Segments of all texts with what people coded in them.

    Attributes
    ----------
    segments : DataFrame
        From :func:`~lcresearch.interviews.segments`, with rows 0 to n - 1.
    codes : tuple of str
        Ids of the codes, k of them.
    coders : tuple of str
        Ids of the coders whose codings count.
    labels : bool array, (n, k)
        Whether one of these coders gave the code to (half of) the segment.
    by_anyone : bool array, (n, k)
        Whether anyone did, one of these coders or not, for however small a part: nothing is suggested there.
    read : bool array, (n,)
        Whether one of these coders read the document of the segment. Only there does 'no code' say something.
    group : int array, (n,)
        Number of the respondent, or of the document where respondents are not known: kept together in validation.
    n_whole : int
        Codings of whole documents by these coders, which say nothing of a segment and do not count.
    """

    segments: pd.DataFrame
    codes: tuple[str, ...]
    coders: tuple[str, ...]
    labels: np.ndarray
    by_anyone: np.ndarray
    read: np.ndarray
    group: np.ndarray
    n_whole: int = 0


def coded_segments(
    project: Project,
    *,
    unit: Unit = "turn",
    coders: Collection[str] | None = None,
    codes: Collection[str] | None = None,
    read: Collection[str] = (),
    without_roles: Collection[str] = ("interviewer",),
    language: str = "nl",
) -> CodedSegments:
    """Segments with the codes that people gave them.

    Parameters
    ----------
    project : Project
    unit : {"turn", "paragraph", "sentence", "document"}
    coders : collection of str, optional
        Names or ids of those whose codings count; all people by default. A segment has a code when one of them gave it.
    codes : collection of str, optional
        Ids or short names; all that can be used for coding by default.
    read : collection of str
        Names or ids of documents that these coders read and gave no code at all. A document with a coding by one of
        them was read anyway.
    without_roles : collection of str
        Speakers whose words are left out.
    language : str
        Of sentences.

    Raises
    ------
    InterviewError
        V100: a coder who is not there; V107: a code that is not there; V172: a document that is not there.

    Notes
    -----
    A coding counts for a segment when they share at least half of the shorter one of the two.
    """
    parts = segments(project.corpus, unit, without_roles=without_roles, language=language)
    wanted = _code_ids(project, codes)
    by_people = project.codings[~project.codings["coder"].isin(suggestion_coders(project))]
    ids = tuple(dict.fromkeys(by_people["coder"])) if coders is None else tuple(coder_ids(project, coders))
    mine = by_people[by_people["coder"].isin(ids)]
    whole = mine["start"] == WHOLE_DOCUMENT
    read_ids = {*mine.loc[~whole, "document"], *(_document_id(project, name) for name in read)}
    return CodedSegments(
        segments=parts,
        codes=wanted,
        coders=ids,
        labels=marked(parts, mine[~whole], wanted, least=0.5),
        by_anyone=marked(parts, by_people[by_people["start"] != WHOLE_DOCUMENT], wanted, least=0.0),
        read=parts["document"].isin(read_ids).to_numpy(),
        group=_groups(project, parts),
        n_whole=int(whole.sum()),
    )


def marked(parts: pd.DataFrame, codings: pd.DataFrame, codes: Sequence[str], *, least: float) -> np.ndarray:
    """Whether a segment and a coding share enough: (n, k).

    Parameters
    ----------
    parts : DataFrame
        With ``document, start, end``.
    codings : DataFrame
        With ``document, start, end, code``.
    codes : sequence of str
        Ids, in the order of the columns.
    least : float
        Share of the shorter of the two that must be common; any overlap when 0.

    Examples
    --------
    >>> parts = pd.DataFrame({"document": ["d", "d"], "start": [0, 100], "end": [99, 150]})
    >>> codings = pd.DataFrame({"document": ["d"], "start": [90], "end": [150], "code": ["c"]})
    >>> marked(parts, codings, ["c"], least=0.5)[:, 0].tolist(), marked(parts, codings, ["c"], least=0)[:, 0].tolist()
    ([False, True], [True, True])
    """
    column = {code: number for number, code in enumerate(codes)}
    found = np.zeros((len(parts), len(codes)), dtype=bool)
    rows_of = parts.reset_index(drop=True).groupby("document", sort=False).indices
    starts, ends = parts["start"].to_numpy(), parts["end"].to_numpy()
    for document, group in codings[codings["code"].isin(column)].groupby("document", sort=False):
        rows = rows_of.get(document, np.empty(0, dtype=int))
        first, last = group["start"].to_numpy()[:, None], group["end"].to_numpy()[:, None]
        shared = np.minimum(last, ends[rows]) - np.maximum(first, starts[rows])
        shorter = np.minimum(last - first, ends[rows] - starts[rows])
        coding, segment = np.nonzero((shared > 0) & (shared >= least * shorter))
        found[rows[segment], group["code"].map(column).to_numpy()[coding]] = True
    return found


def _code_ids(project: Project, codes: Collection[str] | None) -> tuple[str, ...]:
    book = project.codebook
    usable = [code.id for code in book if code.codable]
    if codes is None:
        return tuple(usable)
    by_name = {key: each.id for each in book for key in (each.key, book.path(each.id)) if key}
    for code in codes:
        if code not in book.by_id and code not in by_name:
            raise InterviewError("V107", found=code, nearest=nearest(code, by_name) or "–")
    asked = {code if code in book.by_id else by_name[code] for code in codes}
    return tuple(code for code in usable if code in asked)


def _document_id(project: Project, name: str) -> str:
    corpus = project.corpus
    if name not in corpus.by_id and name not in corpus.by_name:
        raise InterviewError("V172", found=name, nearest=nearest(name, corpus.by_name) or "–")
    return corpus[name].id


def _groups(project: Project, parts: pd.DataFrame) -> np.ndarray:
    """Number of the respondent of each segment: whose words resemble each other must not be in two folds."""
    who = {each.id: str(each.attributes.get("respondent") or "") or each.id for each in project.corpus}
    return pd.factorize(parts["document"].map(who))[0].astype(np.int64)
