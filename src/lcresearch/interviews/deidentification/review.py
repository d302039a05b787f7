"""The review table: every hit with what stands around it, and the decisions that a person wrote in it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from lcresearch.errors import InterviewError, Place, Problem, nearest
from lcresearch.interviews.deidentification.hits import KINDS, Hit, Kind, without_overlap
from lcresearch.interviews.deidentification.lexicon import plain
from lcresearch.interviews.deidentification.mentions import Mention, Piece
from lcresearch.interviews.transcripts.tables import read_table
from lcresearch.messages import Messages

COLUMNS = (
    "hit", "document", "where", "start", "end", "before", "found", "after", "kind", "action", "replacement", "sure",
    "doubt",
    "layer", "reason", "decision",
)  # fmt: skip
"""Columns of the log. ``decision`` is for the researcher: ``keep`` or ``replace``, with ``everywhere`` behind it for
all places with the same words; ``kind`` and ``replacement`` may be changed too."""
_DECISIONS = {
    "keep": ("keep", False), "behouden": ("keep", False), "houden": ("keep", False), "laten staan": ("keep", False),
    "replace": ("replace", False), "vervangen": ("replace", False), "vervang": ("replace", False),
    "keep everywhere": ("keep", True), "overal behouden": ("keep", True), "keep all": ("keep", True),
    "replace everywhere": ("replace", True), "overal vervangen": ("replace", True), "replace all": ("replace", True),
}  # fmt: skip
_PSEUDONYM = "pseudonym:"
_LONGEST_NUMBER = 12


@dataclass(frozen=True)
class Decision:
    """What a researcher decided.

    Attributes
    ----------
    replace : bool
        Whether the words are replaced; else they stay.
    kind : str
    pseudonym : str
        The one that they wrote in place of the proposed one; empty when they left it.
    said : str
        As they wrote it.
    hit : str
        The row that they wrote it in.
    proposed : str
        The replacement that was proposed there.
    start, end : int
        The place in its text, of a name that a researcher marked.
    """

    replace: bool
    kind: Kind
    pseudonym: str = ""
    said: str = ""
    hit: str = ""
    proposed: str = ""
    start: int = -1
    end: int = -1


@dataclass(frozen=True)
class Decisions:
    """Decisions by hit, and by words for those that hold everywhere.

    Attributes
    ----------
    by_hit : mapping of str to Decision
    by_words : mapping of str to Decision
        Words in small letters without accents.
    """

    by_hit: Mapping[str, Decision] = field(default_factory=dict)
    by_words: Mapping[str, Decision] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.by_hit) + len(self.by_words)


def hit_id(piece: Piece, hit: Hit) -> str:
    """The same in every run on the same text: of the text, the place and the words."""
    said = f"{piece.id}|{hit.start}|{hit.end}|{piece.text[hit.start : hit.end]}"
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def read_decisions(table: str | Path | pd.DataFrame | None) -> Decisions:
    """The decisions in a review table.

    Parameters
    ----------
    table : str, Path, DataFrame or None
        A CSV or workbook that :meth:`Deidentified.save` wrote, or its ``log``.

    Raises
    ------
    InterviewError
        G001: no such file; V115: it is no review table; V123: a decision or kind that is none, with its row.
    """
    if table is None:
        return Decisions()
    place = Place()
    if not isinstance(table, pd.DataFrame):
        path = Path(table)
        place = Place(file=path.name)
        if not path.is_file():
            raise InterviewError("G001", where=place, path=path.as_posix())
        table = read_table(path)
    missing = {"hit", "found", "kind", "decision"} - set(table.columns)
    if missing:
        raise InterviewError("V115", where=place, missing=sorted(missing))
    frame = table.astype(object).where(table.notna(), "")
    by_hit: dict[str, Decision] = {}
    by_words: dict[str, Decision] = {}
    problems = []
    for row, record in enumerate(frame.to_dict("records"), start=2):
        said = " ".join(str(record["decision"]).lower().split())
        if not said:
            continue
        kind = str(record["kind"]).strip()
        if said not in _DECISIONS or kind not in KINDS:
            found, known = (kind, KINDS) if said in _DECISIONS else (said, tuple(_DECISIONS))
            values = {"found": found, "known": list(known[:13]), "nearest": nearest(found, known) or "–"}
            problems.append(Problem("V123", Place(file=place.file, row=row), values))
            continue
        what, everywhere = _DECISIONS[said]
        written = str(record.get("replacement", "")).strip().removesuffix("'s")
        proposed = str(record.get("proposed", written)).strip().removesuffix("'s")
        hit = str(record["hit"]).strip()
        chosen = written if written != proposed else ""
        start, end = (_place(record.get(part, "")) for part in ("start", "end"))
        decision = Decision(what == "replace", kind, chosen, str(record["decision"]).strip(), hit, proposed, start, end)
        if everywhere:
            by_words[plain(_undone(str(record["found"])))] = decision
        else:
            by_hit[hit] = decision
    if problems:
        raise InterviewError(problems)
    return Decisions(by_hit, by_words)


def _place(cell: object) -> int:
    """A place in a text as a table holds it; -1 when it is none."""
    text = str(cell).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < _LONGEST_NUMBER else -1


def _undone(cell: str) -> str:
    """A cell without the apostrophe that keeps a spreadsheet from running it."""
    return cell[1:] if cell[:2] in ("'=", "'+", "'-", "'@") else cell


def decided(
    found: Mapping[str, Sequence[Hit]], pieces: Sequence[Piece], decisions: Decisions
) -> tuple[dict[str, list[Hit]], int]:
    """Hits after the decisions, with those that a researcher marked, and how many decisions had no place here."""
    used: set[str] = set()
    new: dict[str, list[Hit]] = {}
    marks = _marks(found, pieces, decisions)
    for piece in pieces:
        hits = []
        for hit in [*found[piece.id], *_marked(piece, marks)]:
            id, words = hit_id(piece, hit), plain(piece.text[hit.start : hit.end])
            decision = decisions.by_hit.get(id) or decisions.by_words.get(words)
            used |= {id, words}
            hits.append(hit if decision is None else _changed(hit, decision))
        new[piece.id] = without_overlap(hits)
    return new, len((set(decisions.by_hit) | set(decisions.by_words)) - used)


def _marks(
    found: Mapping[str, Sequence[Hit]], pieces: Sequence[Piece], decisions: Decisions
) -> list[tuple[str, Decision]]:
    """Decisions to replace words that no layer found, with these words when they hold everywhere."""
    places = [("", each) for each in decisions.by_hit.values()] + list(decisions.by_words.items())
    wanted = [(words, each) for words, each in places if each.replace and 0 <= each.start < each.end]
    if not wanted:
        return []
    known = {hit_id(piece, hit) for piece in pieces for hit in found[piece.id]}
    return [(words, each) for words, each in wanted if each.hit not in known]


def _marked(piece: Piece, marks: Sequence[tuple[str, Decision]]) -> Iterator[Hit]:
    """Places in a text that a researcher marked."""
    for words, each in marks:
        for start, end in _word_places(piece.text, words) if words else [(each.start, each.end)]:
            hit = Hit(start, end, each.kind, "decision", "decided")
            if words or (end <= len(piece.text) and hit_id(piece, hit) == each.hit):
                yield hit


def _word_places(text: str, words: str) -> Iterator[tuple[int, int]]:
    """Where words stand in a text as whole words, whatever their capitals and accents."""
    shape = r"\s+".join(re.escape(word) for word in words.split())
    small = plain(text)
    if len(small) != len(text):  # a sign that falls apart, or goes, keeps its place as itself
        small = "".join(one if len(one := plain(sign)) == 1 else sign for sign in text)
    for match in re.finditer(rf"(?<!\w){shape}(?!\w)", small):
        yield match.start(), match.end()


def with_decisions(log: pd.DataFrame, decisions: Decisions) -> pd.DataFrame:
    """A review table with the decisions in the rows that they were written in, so that a next run finds them again.

    One that holds everywhere comes in the first row with its words when its own row is there no more.
    """
    rows = {str(hit): n for n, hit in reversed(list(enumerate(log["hit"])))}
    words = {plain(str(found)): n for n, found in reversed(list(enumerate(log["found"])))}
    said, proposed = log["decision"].astype(object).tolist(), log["proposed"].astype(object).tolist()
    everywhere = [(rows.get(each.hit, words.get(found)), each) for found, each in decisions.by_words.items()]
    for row, each in [*everywhere, *((rows.get(hit), each) for hit, each in decisions.by_hit.items())]:
        if row is not None:
            said[row] = each.said
            proposed[row] = each.proposed if each.pseudonym else proposed[row]
    return log.assign(decision=said, proposed=proposed)


def rows_decided(table: Path) -> set[str]:
    """The rows of a review table on disk in which something was decided."""
    frame = read_table(table)
    if not {"hit", "decision"} <= set(frame.columns):
        return set()
    return {str(hit).strip() for hit in frame.loc[frame["decision"].fillna("").str.strip().ne(""), "hit"]}


def _changed(hit: Hit, decision: Decision) -> Hit:
    identity = f"{_PSEUDONYM}{decision.pseudonym}" if decision.pseudonym else hit.identity
    return replace(
        hit,
        kind=decision.kind,
        layer="decision",
        reason="decided",
        sure=True,
        replace=decision.replace,
        identity=identity,
    )


def chosen_pseudonym(hit: Hit) -> str:
    """The pseudonym that a researcher wrote for a hit; empty when none."""
    return hit.identity.removeprefix(_PSEUDONYM) if hit.identity.startswith(_PSEUDONYM) else ""


@dataclass(frozen=True)
class Line:
    """A row of the log on its way.

    Attributes
    ----------
    mention : Mention
    action : {"replaced", "coarsened", "left"}
    replacement : str
    doubt : str
    """

    mention: Mention
    action: str
    replacement: str = ""
    doubt: str = ""


def log_of(lines: Sequence[Line], language: str) -> pd.DataFrame:
    """The review table, in the order of the texts."""
    say = Messages(language)
    rows = []
    for line in lines:
        hit, piece = line.mention.hit, line.mention.piece
        before, after = line.mention.context
        doubt = say(f"deidentify.doubt.{line.doubt}") if line.doubt else ""
        rows.append(
            (hit_id(piece, hit), piece.label, piece.where, hit.start, hit.end, before, line.mention.text, after,
             hit.kind, line.action, line.replacement, hit.sure and not line.doubt, doubt, hit.layer,
             say(f"deidentify.reason.{hit.reason}"), "")
        )  # fmt: skip
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame.assign(proposed=frame["replacement"])
