"""Taguette: a project as SQLite (``.sqlite3``), in which highlights count bytes of the text without tags."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path

import numpy as np

from lcresearch.errors import InterviewError, Place
from lcresearch.interviews.codebook.model import Code, Codebook
from lcresearch.interviews.corpus import Corpus
from lcresearch.interviews.document import Document
from lcresearch.interviews.guids import guid_of
from lcresearch.interviews.programs.database import Database, Row, coding_frame, in_tree_order, opened
from lcresearch.interviews.project import Project
from lcresearch.interviews.refi_qda.log import Log
from lcresearch.interviews.refi_qda.notes import coder_frame
from lcresearch.interviews.text.positions import Integers, PositionRule, boundaries, to_code_points

BYTES = PositionRule("byte", "as_written")
_NEEDED = ("projects", "documents", "highlights", "tags", "highlight_tags")
_BLOCKS = {"p", "div", "li", "tr", "br", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "table", "ul", "ol", "pre"}


def read_taguette(path: Path) -> Project:
    """Texts, tags and highlights of a Taguette project.

    Ids follow from names, which are unique in a project. Who highlighted what comes from the log of commands.
    A tag ``a.b`` belongs to a tag ``a`` when there is one.

    Raises
    ------
    InterviewError
        G001; V054, when it is no database of Taguette; V055, when it holds several projects.
    """
    with opened(path, _NEEDED, "Taguette") as database:
        projects = database.rows("projects")
        if len(projects) != 1:
            names = [str(row["name"]) for row in projects]
            raise InterviewError("V055", where=Place(file=path.name), n=len(projects), names=names)
        return _project(database, str(projects[0]["name"]), Log(path.name))


def _project(database: Database, name: str, log: Log) -> Project:
    by, tags = _authors(database), _tags(database)
    documents, rows = [], []
    names: dict[str, int] = {}
    highlights: dict[int, list[Row]] = {}
    for row in database.rows("highlights"):
        highlights.setdefault(row["document_id"], []).append(row)
    tags_of: dict[int, list[str]] = {}
    for row in database.rows("highlight_tags"):
        if row["tag_id"] in tags:
            tags_of.setdefault(row["highlight_id"], []).append(tags[row["tag_id"]].id)
    for row in database.rows("documents"):
        names[row["name"]] = names.get(row["name"], 0) + 1
        title = row["name"] if names[row["name"]] == 1 else f"{row['name']} ({names[row['name']]})"
        text = HtmlText(row["contents"] or "")
        document = Document(guid_of("taguette", "document", title), title, text.text, file=row.get("filename") or "")
        documents.append(document)
        found = highlights.get(row["id"], [])
        start, end = text.spans([each["start_offset"] for each in found], [each["end_offset"] for each in found])
        for place, each in enumerate(found):
            selection = guid_of("taguette", "highlight", title, each["id"])
            login, date = by.get(each["id"], ("", ""))
            coder = guid_of("taguette", "user", login) if login else ""
            words = " ".join(text.text[int(start[place]) : int(end[place])].split())[:40]
            if each["id"] not in tags_of:
                log.count("V264", words or str(each["id"]))
            elif not login:
                log.count("V032", words)
            if start[place] >= end[place] or not text.holds(each["end_offset"]):
                log.count("V022" if words else "V023", words or str(each["id"]))
            for code in tags_of.get(each["id"], []):
                id = guid_of("coding", selection, code)
                rows.append((id, selection, document.id, int(start[place]), int(end[place]), code, coder, date))
    logins = sorted({login for login, _ in by.values() if login})
    return Project(
        name=name,
        corpus=Corpus(tuple(documents)),
        codebook=Codebook(in_tree_order(list(tags.values())), name=name),
        codings=coding_frame(rows),
        coders=coder_frame({guid_of("taguette", "user", login): login for login in logins}),
        origin="Taguette",
        problems=log.close(),
    )


def _tags(database: Database) -> dict[int, Code]:
    rows = database.rows("tags")
    ids = {row["id"]: guid_of("taguette", "tag", row["path"]) for row in rows}
    by_path = {row["path"]: row["id"] for row in rows}
    found = {}
    for row in rows:
        above = row.get("parent_id")
        name = row["path"]
        if above is None and "." in name:
            stem = next((path for path in _stems(name) if path in by_path), None)
            above = by_path.get(stem) if stem else None
            name = name[len(stem) + 1 :] if stem else name
        found[row["id"]] = Code(ids[row["id"]], name, ids.get(above, ""), definition=row.get("description") or "")
    return found


def _stems(path: str) -> list[str]:
    """What stands before each full stop, the longest first."""
    parts = path.split(".")
    return [".".join(parts[:n]) for n in range(len(parts) - 1, 0, -1)]


def _authors(database: Database) -> dict[int, tuple[str, str]]:
    """Highlight -> who made it and when, from the log of commands."""
    found: dict[int, tuple[str, str]] = {}
    for row in database.rows("commands"):
        try:
            payload = json.loads(row["payload"])
        except (TypeError, ValueError):
            continue
        number = payload.get("highlight_id") if isinstance(payload, dict) else None
        if isinstance(number, int) and payload.get("type") == "highlight_add":
            found[number] = (str(row.get("user_login") or ""), str(row.get("date") or ""))
    return found


class HtmlText(HTMLParser):
    """A text out of HTML: lines where blocks end, and where each byte of the text without tags went.

    Attributes
    ----------
    text : str
        Lines end in a line feed.

    Examples
    --------
    >>> found = HtmlText("<p>Één</p><p>twee</p>")
    >>> found.text
    'Één\\ntwee'
    >>> start, end = found.spans([0, 5], [5, 9])
    >>> [found.text[a:b] for a, b in zip(start, end)]
    ['Één', 'twee']
    """

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self._plain: list[str] = []
        self._pieces: list[str] = []
        self._lengths: list[tuple[int, int]] = []  # of what was said, and of the line end behind it
        self.feed(html.lstrip())
        self.close()
        text = "".join(self._pieces)
        self.text = text.rstrip("\n") if text.strip() else ""

    def handle_data(self, data: str) -> None:
        """Take in words."""
        words = data.replace("\r\n", "\n").replace("\r", "\n")
        if words.startswith("\n") and self._lengths and self._lengths[-1][1]:  # the file ends the line itself
            self._pieces.pop()
            self._lengths[-1] = (self._lengths[-1][0], 0)
        self._plain.append(words)
        self._pieces.append(words)
        self._lengths.append((len(words), 0))

    def handle_endtag(self, tag: str) -> None:
        """End a line with a block."""
        if tag in _BLOCKS:
            self._end_line()

    def handle_starttag(self, tag: str, attrs: Sequence[object]) -> None:
        """End a line where one is broken, or where a block begins."""
        if tag in _BLOCKS:
            self._end_line()

    def _end_line(self) -> None:
        if self._pieces and not self._pieces[-1].endswith("\n"):
            self._pieces.append("\n")
            said, _ = self._lengths[-1]
            self._lengths[-1] = (said, 1)

    def holds(self, place: int) -> bool:
        """Whether a place in bytes lies within the text."""
        return 0 <= place <= len("".join(self._plain).encode("utf-8"))

    def spans(self, start: Sequence[int], end: Sequence[int]) -> tuple[Integers, Integers]:
        """Places in the text of highlights in bytes."""
        plain = "".join(self._plain)
        said = np.array([n for n, _ in self._lengths], dtype=np.int64)
        ends = np.array([n for _, n in self._lengths], dtype=np.int64)
        before = np.concatenate([[0], np.cumsum(ends)])[:-1] if len(ends) else np.zeros(0, dtype=np.int64)
        place = np.arange(len(plain)) + np.repeat(before, said)  # of each character
        found = to_code_points(boundaries(plain, BYTES), start, end)
        limit = len(self.text)
        first = np.append(place, limit)[found.start]
        last = np.where(found.end > 0, np.append(place, limit)[np.maximum(found.end - 1, 0)] + 1, 0)
        first = np.minimum(first, limit)
        return first, np.clip(last, first, limit)
