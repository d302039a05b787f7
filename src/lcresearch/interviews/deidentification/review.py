"""The review table: every hit with what stands around it, and the decisions that a person wrote in it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
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
    """

    replace: bool
    kind: Kind
    pseudonym: str = ""
    said: str = ""
    hit: str = ""
    proposed: str = ""


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
        decision = Decision(what == "replace", kind, chosen, str(record["decision"]).strip(), hit, proposed)
        if everywhere:
            by_words[plain(_undone(str(record["found"])))] = decision
        else:
            by_hit[hit] = decision
    if problems:
        raise InterviewError(problems)
    return Decisions(by_hit, by_words)


def _undone(cell: str) -> str:
    """A cell without the apostrophe that keeps a spreadsheet from running it."""
    return cell[1:] if cell[:2] in ("'=", "'+", "'-", "'@") else cell


def decided(
    found: Mapping[str, Sequence[Hit]], pieces: Sequence[Piece], decisions: Decisions
) -> tuple[dict[str, list[Hit]], int]:
    """Hits after the decisions, and how many decisions had no place in these texts."""
    used: set[str] = set()
    new: dict[str, list[Hit]] = {}
    for piece in pieces:
        hits = []
        for hit in found[piece.id]:
            id, words = hit_id(piece, hit), plain(piece.text[hit.start : hit.end])
            decision = decisions.by_hit.get(id) or decisions.by_words.get(words)
            used |= {id, words}
            hits.append(hit if decision is None else _changed(hit, decision))
        new[piece.id] = without_overlap(hits)
    return new, len((set(decisions.by_hit) | set(decisions.by_words)) - used)


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
