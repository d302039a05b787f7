"""Texts that come into a file and go out of it."""

from __future__ import annotations

from pathlib import Path

from lcresearch.interviews.coding_file import values
from lcresearch.interviews.coding_file.changing import Change
from lcresearch.interviews.coding_file.coding import drop_coding
from lcresearch.interviews.coding_file.known import known
from lcresearch.interviews.coding_file.memos import without_thing
from lcresearch.interviews.coding_file.rows import document_row, put_texts
from lcresearch.interviews.document import Document


def add_documents(change: Change, documents: list[Document], path: Path) -> list[str]:
    """Add texts; ids of those that are new."""
    put_texts(change.connection, documents, path)
    new = [each for each in documents if change.get("documents", each.id) is None]
    for each in new:
        change.put("documents", document_row(each))
    return [each.id for each in new]


def remove_document(change: Change, id: str) -> None:
    """A text out of what is coded; its words stay beside, so that this can be undone."""
    known(change, "documents", id)
    for row in list(change.where("codings", "document = ?", (id,))):
        drop_coding(change, row)
    for table in ("assignments", "decisions"):
        for row in list(change.where(table, "document = ?", (id,))):
            change.drop(table, row["id"])
    for name in ("case_documents", "case_selections"):
        frame_row = change.get("frames", name)
        frame = None if frame_row is None else values.frame_read(frame_row["content"])
        if frame_row is not None and frame is not None and len(frame) and (frame["document"] == id).any():
            kept = frame[frame["document"] != id].reset_index(drop=True)
            change.put("frames", frame_row | {"content": values.frame_written(kept)})
    for row in list(change.where("sets", "instr(content, ?) > 0", (values.written(id),))):
        content = values.read(row["content"])
        content["documents"] = tuple(each for each in content["documents"] if each != id)
        change.put("sets", row | {"content": values.written(content)})
    without_thing(change, id)
    change.drop("documents", id)
