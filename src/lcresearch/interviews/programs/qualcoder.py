"""QualCoder: a folder ``name.qda`` with ``data.qda``, a SQLite database (versions 1 to 4)."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lcresearch.interviews.codebook.model import Code, Codebook
from lcresearch.interviews.corpus import Corpus
from lcresearch.interviews.document import Document
from lcresearch.interviews.guids import guid_of
from lcresearch.interviews.programs.database import Database, Row, coding_frame, in_tree_order, opened
from lcresearch.interviews.project import Note, Project
from lcresearch.interviews.refi_qda.log import Log
from lcresearch.interviews.refi_qda.notes import coder_frame
from lcresearch.interviews.text.position_rules import CHARACTERS
from lcresearch.interviews.text.positions import boundaries, inner_text, to_code_points

_NEEDED = ("source", "code_name", "code_text", "code_cat")


def read_qualcoder(path: Path) -> Project:
    """Texts, codes, codings, cases, attributes and journals of a QualCoder project.

    Ids follow from names, which are unique in QualCoder, so that copies of one project merge. Categories become codes
    that text is not coded with. Codings of pictures and recordings are counted in ``other_codings``.

    Raises
    ------
    InterviewError
        G001, when ``data.qda`` is not there; V054, when it is no database of QualCoder.
    """
    file = path / "data.qda" if path.is_dir() else path
    with opened(file, _NEEDED, "QualCoder") as database:
        return _Reader(database, path.stem if path.name != "data.qda" else path.parent.stem, Log(path.name)).read()


class _Reader:
    """Reads one database; ids of its rows become GUIDs."""

    def __init__(self, database: Database, name: str, log: Log) -> None:
        self.database, self.name, self.log = database, name, log
        self.sources = {row["id"]: row for row in database.rows("source")}
        self.raw = {id: row["fulltext"] for id, row in self.sources.items() if row.get("fulltext")}
        for id, row in self.sources.items():
            if id not in self.raw:
                self.log.count("V028" if _is_medium(row) else "V263", str(row["name"]))
        self.codes = {row["cid"]: _id("code", row["name"]) for row in database.rows("code_name")}
        self.cases = {row["caseid"]: row for row in database.rows("cases")}
        self.memos: list[Note] = []

    def read(self) -> Project:
        codings = self._codings()
        cases, links, parts = self._cases()
        others = self._other_codings()
        coders = dict.fromkeys([*codings["coder"], *others["coder"]])
        names = {_id("coder", row["owner"]): row["owner"] for row in self._owned() if row.get("owner")}
        return Project(
            name=self.name,
            corpus=Corpus(self._documents()),
            codebook=Codebook(self._tree(), name=self.name),
            codings=codings,
            coders=coder_frame({id: names.get(id, "") for id in coders if id}),
            cases=cases,
            case_documents=links,
            case_selections=parts,
            notes=tuple(self._notes()),
            sources=self._source_frame(),
            other_codings=others,
            origin="QualCoder",
            problems=self.log.close(),
        )

    def _owned(self) -> list[Row]:
        return [row for table in ("code_text", "code_image", "code_av") for row in self.database.rows(table)]

    def _documents(self) -> tuple[Document, ...]:
        values: dict[int, dict[str, object]] = {}
        for row in self.database.rows("attribute"):
            if row["attr_type"] == "file" and row["value"] not in (None, ""):
                values.setdefault(row["id"], {})[row["name"]] = self._value(row)
        return tuple(
            Document(
                _id("source", self.sources[id]["name"]),
                self.sources[id]["name"],
                inner_text(raw),
                attributes=values.get(id, {}),
            )
            for id, raw in self.raw.items()
        )

    def _value(self, row: Row) -> object:
        if not hasattr(self, "_numeric"):
            types = self.database.rows("attribute_type")
            self._numeric = {each["name"] for each in types if each.get("valuetype") == "numeric"}
        text = str(row["value"])
        if row["name"] in self._numeric:
            try:
                return int(text) if text.lstrip("-").isdigit() else float(text)
            except ValueError:
                self.log.count("V034", text)
        return text

    def _tree(self) -> tuple[Code, ...]:
        categories = {row["catid"]: _id("category", row["name"]) for row in self.database.rows("code_cat")}
        found = [
            Code(
                categories[row["catid"]],
                row["name"],
                categories.get(row["supercatid"], ""),
                definition=row.get("memo") or "",
                codable=False,
            )
            for row in self.database.rows("code_cat")
        ]
        for row in self.database.rows("code_name"):
            above = self.codes.get(row.get("supercid")) or categories.get(row["catid"], "")
            color, memo = row.get("color") or "", row.get("memo") or ""
            found.append(Code(self.codes[row["cid"]], row["name"], above, definition=memo, color=color))
        return in_tree_order(found)

    def _codings(self) -> pd.DataFrame:
        """Positions are those of a slice of the text as the database has it."""
        rows = []
        by_text: dict[int, list[Row]] = {}
        for row in self.database.rows("code_text"):
            if row["cid"] not in self.codes or row["fid"] not in self.raw:
                self.log.count("V025", str(row.get("seltext") or "")[:40])
                continue
            by_text.setdefault(row["fid"], []).append(row)
        for fid, found in by_text.items():
            spans = self._spans(fid, found)
            document = _id("source", self.sources[fid]["name"])
            for row, (start, end) in zip(found, spans, strict=True):
                owner, date = row.get("owner") or "", row.get("date") or ""
                id = guid_of("qualcoder", "coding", document, self.codes[row["cid"]], start, end, owner)
                selection = guid_of("selection", document, start, end)
                coder = _id("coder", owner) if owner else ""
                rows.append((id, selection, document, start, end, self.codes[row["cid"]], coder, date))
                self._note_on("coding", id, row)
        return coding_frame(rows).drop_duplicates("coding", ignore_index=True)

    def _spans(self, fid: int, rows: list[Row]) -> list[tuple[int, int]]:
        found = to_code_points(
            boundaries(self.raw[fid], CHARACTERS),
            [row["pos0"] or 0 for row in rows],
            [row["pos1"] or 0 for row in rows],
        )
        for place, exact in enumerate(found.exact):
            if not exact:
                self.log.count("V022", str(rows[place].get("seltext") or "")[:40])
        return list(zip(found.start.tolist(), found.end.tolist(), strict=True))

    def _other_codings(self) -> pd.DataFrame:
        rows = [
            (
                guid_of("qualcoder", table, number),
                _id("source", self.sources[row["id"]]["name"]),
                self.codes[row["cid"]],
                _id("coder", row["owner"]) if row.get("owner") else "",
                row.get("date") or "",
            )
            for table in ("code_image", "code_av")
            for number, row in enumerate(self.database.rows(table))
            if self._known(row)
        ]
        return pd.DataFrame(rows, columns=["coding", "source", "code", "coder", "created"], dtype="str")

    def _known(self, row: Row) -> bool:
        """Whether what a coding of a picture or recording names is there; else it is told."""
        there = row["id"] in self.sources and row["cid"] in self.codes
        if not there:
            self.log.count("V025", str(self.sources.get(row["id"], {}).get("name", "")))
        return there

    def _note_on(self, kind: str, id: str, row: Row) -> None:
        """Keep the memo of a row as a note on what the row is about."""
        if row.get("memo"):
            author = _id("coder", row["owner"]) if row.get("owner") else ""
            self.memos.append(Note(guid_of("qualcoder", "memo", kind, id), "", row["memo"], ((kind, id),), author))

    def _cases(self) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
        ids = {caseid: _id("case", row["name"]) for caseid, row in self.cases.items()}
        for caseid, row in self.cases.items():
            self._note_on("case", ids[caseid], row)
        values: dict[str, dict[str, object]] = {
            ids[caseid]: {"name": row["name"]} for caseid, row in self.cases.items()
        }
        for row in self.database.rows("attribute"):
            if row["attr_type"] == "case" and row["id"] in ids and row["value"] not in (None, ""):
                values[ids[row["id"]]][row["name"]] = self._value(row)
        links, parts = [], []
        for row in self.database.rows("case_text"):
            if row["caseid"] not in ids or row["fid"] not in self.sources:
                continue
            document = _id("source", self.sources[row["fid"]]["name"])
            length = len(self.raw.get(row["fid"], ""))
            if (row["pos0"] or 0) <= 0 and (row["pos1"] or 0) >= length - 1:
                links.append((ids[row["caseid"]], document))
            elif row["fid"] in self.raw:
                parts.append((ids[row["caseid"]], document, *self._spans(row["fid"], [row])[0]))
        frame = pd.DataFrame.from_dict(values, orient="index").rename_axis("case")
        return (
            frame,
            pd.DataFrame(links, columns=["case", "document"], dtype="str"),
            pd.DataFrame(parts, columns=["case", "document", "start", "end"]),
        )

    def _notes(self) -> list[Note]:
        found = [
            Note(_id("journal", row["name"]), row["name"], row.get("jentry") or "", (("project", ""),))
            for row in self.database.rows("journal")
        ]
        for row in self.sources.values():
            if row.get("memo"):
                about = (("document", _id("source", row["name"])) if row["id"] in self.raw else ("project", ""),)
                found.append(Note(_id("memo", row["name"]), row["name"], row["memo"], about))
        return [*found, *self._annotations(), *self.memos]

    def _annotations(self) -> list[Note]:
        """Remarks at a place of a text, with the words there as their name."""
        found = []
        for row in self.database.rows("annotation"):
            if row["fid"] not in self.raw:
                self.log.count("V263", str(row.get("memo") or "")[:40])
                continue
            start, end = self._spans(row["fid"], [row])[0]
            document = _id("source", self.sources[row["fid"]]["name"])
            words = " ".join(inner_text(self.raw[row["fid"]])[start:end].split())[:60]
            id = guid_of("qualcoder", "annotation", document, start, end, row.get("owner"), row.get("memo"))
            author = _id("coder", row["owner"]) if row.get("owner") else ""
            found.append(Note(id, words, row.get("memo") or "", (("document", document),), author))
        return found

    def _source_frame(self) -> pd.DataFrame:
        rows = {
            _id("source", row["name"]): {
                "kind": "text" if id in self.raw else "other",
                "name": row["name"],
                "path": row.get("mediapath") or "",
                "read": id in self.raw,
            }
            for id, row in self.sources.items()
        }
        columns = ["kind", "name", "path", "read"]
        return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("source")


def _is_medium(row: Row) -> bool:
    """Whether a source is a picture, a recording or a PDF, rather than a text that holds nothing."""
    path = str(row.get("mediapath") or "").lstrip("/").lower()
    return path.startswith(("images", "image:", "audio", "video")) or path.endswith(".pdf")


def _id(kind: str, name: str) -> str:
    return guid_of("qualcoder", kind, name)
