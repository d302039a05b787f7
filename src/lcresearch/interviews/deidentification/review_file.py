"""The review table on disk, as a page works on it: what was decided, one decision more, a name that was missed."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import Literal

import pandas as pd

from lcresearch.disclosure import neutralise_frame
from lcresearch.errors import InterviewError, Place, nearest
from lcresearch.files import private_folder, reason_of
from lcresearch.interviews.corpus import Corpus
from lcresearch.interviews.deidentification.hits import KINDS, Hit
from lcresearch.interviews.deidentification.key import write_private
from lcresearch.interviews.deidentification.lexicon import plain
from lcresearch.interviews.deidentification.mentions import Mention
from lcresearch.interviews.deidentification.pieces import pieces_of
from lcresearch.interviews.deidentification.review import COLUMNS, hit_id, read_decisions
from lcresearch.interviews.document import Document
from lcresearch.interviews.transcripts.tables import read_table
from lcresearch.messages import LANGUAGES, Messages, text_keys

REVIEW_FILE = Path("private") / "interview-review.csv"
Choice = Literal["keep", "replace", ""]
_MARKS = "=+-@"
_LONGEST = 120


def read_review(folder: str | Path) -> pd.DataFrame:
    """The review table of a study, as :meth:`~lcresearch.interviews.Deidentified.save` wrote it.

    Parameters
    ----------
    folder : str or Path
        Of the study.

    Returns
    -------
    DataFrame
        Its columns as text, ``start`` and ``end`` as numbers (-1 where none stands), ``sure`` as truth.

    Raises
    ------
    InterviewError
        G001: there is none yet; V115: it is no review table.
    """
    path = Path(folder) / REVIEW_FILE
    place = Place(file=path.name)
    if not path.is_file():
        raise InterviewError("G001", where=place, path=path.as_posix())
    table = read_table(path)
    missing = set(COLUMNS) - set(table.columns)
    if missing:
        raise InterviewError("V115", where=place, missing=sorted(missing))
    if "proposed" not in table.columns:
        table = table.assign(proposed=table["replacement"])
    text = table.astype(object).where(table.notna(), "").astype(str)
    text = pd.DataFrame({name: text[name].map(_as_written) for name in text.columns}, index=text.index)
    places = {name: pd.to_numeric(text[name], errors="coerce").fillna(-1).astype("int64") for name in ("start", "end")}
    return text.assign(**places, sure=text["sure"].str.casefold().eq("true"))


def in_language(words: str, language: str | None = None) -> str:
    """A reason or doubt of a review table, which stand in it in the language of the talks, in another language.

    Examples
    --------
    >>> in_language("voornaam met achternaam", "en"), in_language("my own words", "nl")
    ('given name with surname', 'my own words')
    """
    key = _keys_of_words().get(words)
    return words if key is None else Messages(language)(key)


@cache
def _keys_of_words() -> dict[str, str]:
    keys = [key for key in text_keys() if key.startswith(("deidentify.reason.", "deidentify.doubt."))]
    return {Messages(language)(key): key for language in LANGUAGES for key in keys}


def write_review(log: pd.DataFrame, folder: str | Path) -> Path:
    """Write a review table whole, for the owner's eyes only where the system can do that.

    Raises
    ------
    InterviewError
        G004: nothing can be written.
    """
    path = Path(folder) / REVIEW_FILE
    content = neutralise_frame(log).to_csv(index=False, lineterminator="\r\n")
    try:
        private_folder(path.parent)
        return write_private(path, b"\xef\xbb\xbf" + content.encode("utf-8", "replace"))
    except OSError as error:
        raise InterviewError("G004", path=path.as_posix(), reason=reason_of(error)) from None


def settled(log: pd.DataFrame) -> pd.DataFrame:
    """What holds for each row: its own decision, or one that was made for its words everywhere.

    Returns
    -------
    DataFrame
        As ``log``: ``choice`` (``keep``, ``replace`` or empty), ``everywhere`` (whether it was made for all places
        with these words) and ``shown`` (what will stand there: the pseudonym that was chosen, or the proposed one).

    Raises
    ------
    InterviewError
        V123: a decision or kind that is none.
    """
    made = read_decisions(log)
    rows = []
    for hit, found, replacement in zip(log["hit"], log["found"], log["replacement"], strict=True):
        own, all_over = made.by_hit.get(str(hit)), made.by_words.get(plain(str(found)))
        one = own or all_over
        choice = "" if one is None else "replace" if one.replace else "keep"
        shown = one.pseudonym if one is not None and one.pseudonym else replacement
        rows.append((choice, own is None and all_over is not None, shown))
    return pd.DataFrame(rows, columns=["choice", "everywhere", "shown"], index=log.index)


def decide(
    log: pd.DataFrame,
    hits: Collection[str],
    choice: Choice,
    *,
    everywhere: bool = False,
    replacement: str | None = None,
    kind: str | None = None,
) -> pd.DataFrame:
    """A review table with a decision about some of its rows; an empty choice takes a decision back.

    Parameters
    ----------
    log : DataFrame
    hits : collection of str
        From the column ``hit``.
    choice : {"keep", "replace", ""}
    everywhere : bool
        For all places with the same words.
    replacement : str, optional
        What stands there instead; empty for what was proposed.
    kind : str, optional
        What it is after all.

    Raises
    ------
    InterviewError
        V130: no such row; V123: no such kind.
    """
    unknown = set(hits) - set(log["hit"])
    if unknown:
        raise InterviewError("V130", found=min(unknown))
    if kind is not None and kind not in KINDS:
        raise InterviewError("V123", found=kind, known=list(KINDS), nearest=nearest(kind, KINDS) or "–")
    new = log.copy()
    here = new["hit"].isin(hits)
    alike = new["found"].map(plain).isin(set(new.loc[here, "found"].map(plain)))
    if everywhere or not choice:  # what was said before of these words holds no longer
        others = alike & new["decision"].astype(str).str.contains("everywhere|overal|all$", case=False)
        new.loc[others, "decision"] = ""
    new.loc[here, "decision"] = f"{choice} everywhere" if choice and everywhere else choice
    if kind is not None:
        new.loc[here, "kind"] = kind
    if replacement is not None:
        chosen = " ".join(replacement.split())
        new.loc[here, "replacement"] = chosen if chosen else new.loc[here, "proposed"]
    elif not choice:
        new.loc[here, "replacement"] = new.loc[here, "proposed"]
    gone = here & new["proposed"].eq("") if not choice else here & False  # was marked, and no run gave it a pseudonym
    return new[~gone].reset_index(drop=True)


def mark(
    log: pd.DataFrame,
    document: Document,
    start: int,
    end: int,
    kind: str,
    *,
    replacement: str = "",
    everywhere: bool = True,
    language: str | None = None,
) -> pd.DataFrame:
    """A review table with a name that no program found; the next run of ``deidentify`` replaces it.

    Parameters
    ----------
    log : DataFrame
    document : Document
    start, end : int
        Code points of its text, end exclusive; blanks at both ends do not count.
    kind : str
    replacement : str
        A pseudonym, when it is somebody who has one; else a new one is given.
    everywhere : bool
        Whether the same words are replaced wherever they stand.
    language : {"nl", "en"}, optional
        Of the words that say why.

    Raises
    ------
    InterviewError
        V131: nothing stands there, or more than a name can be; V123: no such kind.

    Examples
    --------
    >>> from lcresearch.interviews import Corpus, deidentify
    >>> talk = Document("d1", "talk", "R: Bij de Zwaluw leren we. De Zwaluw is klein.")
    >>> log = deidentify(Corpus((talk,))).log
    >>> log = mark(log, talk, 10, 16, "organisation", language="en")
    >>> from lcresearch.interviews.deidentification.key import Key
    >>> deidentify(Corpus((talk,)), decisions=log, key=Key()).corpus["talk"].text
    'R: Bij de Bedrijf A leren we. De Bedrijf A is klein.'
    """
    if kind not in KINDS:
        raise InterviewError("V123", found=kind, known=list(KINDS), nearest=nearest(kind, KINDS) or "–")
    text = document.text
    start, end = max(start, 0), min(end, len(text))
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    if start >= end or end - start > _LONGEST or "\n" in text[start:end]:
        raise InterviewError("V131", longest=_LONGEST)
    piece = next(each for each in pieces_of(Corpus((document,))) if each.where == "text")
    mention = Mention(piece, Hit(start, end, kind, "decision", "decided"))
    before, after = mention.context
    row = {
        "hit": hit_id(piece, mention.hit), "document": document.name, "where": "text", "start": start, "end": end,
        "before": before, "found": mention.text, "after": after, "kind": kind, "action": "replaced",
        "replacement": " ".join(replacement.split()), "sure": True, "doubt": "", "layer": "decision",
        "reason": Messages(language)("deidentify.reason.decided"),
        "decision": "replace everywhere" if everywhere else "replace", "proposed": "",
    }  # fmt: skip
    rest = log[log["hit"] != row["hit"]]
    return pd.concat([rest, pd.DataFrame([row])], ignore_index=True)[list(log.columns)]


def _as_written(cell: str) -> str:
    """A cell without the apostrophe that keeps a spreadsheet from running it."""
    return cell[1:] if len(cell) > 1 and cell[0] == "'" and cell[1] in _MARKS else cell
