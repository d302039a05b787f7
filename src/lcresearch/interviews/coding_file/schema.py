"""What a coding file is made of: its tables, and the marks by which it is known."""

from __future__ import annotations

from dataclasses import dataclass

APPLICATION = 0x4C434344
"""``LCCD``: written in the head of each file, so that it is known without its name."""
VERSION = 1
ENDING = ".lccoding"
LONGEST = 128 * 1024**2
"""Bytes of the longest text or cell that is read."""

TABLES = (
    "CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
    "CREATE TABLE files (name TEXT NOT NULL, part INTEGER NOT NULL, content BLOB NOT NULL, "
    "PRIMARY KEY (name, part)) STRICT",
    "CREATE TABLE texts (id TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT",
    "CREATE TABLE documents (n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, "
    "file TEXT NOT NULL, n_characters INTEGER NOT NULL, turns TEXT NOT NULL, attributes TEXT NOT NULL, "
    "roles TEXT NOT NULL, FOREIGN KEY (id) REFERENCES texts (id) DEFERRABLE INITIALLY DEFERRED) STRICT",
    "CREATE TABLE coders (n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL) STRICT",
    "CREATE TABLE codes (n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, position REAL NOT NULL, "
    "parent TEXT REFERENCES codes (id) DEFERRABLE INITIALLY DEFERRED, name TEXT NOT NULL, content TEXT NOT NULL, "
    "version INTEGER NOT NULL) STRICT",
    "CREATE TABLE codings (n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, selection TEXT NOT NULL, "
    'document TEXT NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL, code TEXT NOT NULL, coder TEXT, '
    "created INTEGER, FOREIGN KEY (document) REFERENCES documents (id) DEFERRABLE INITIALLY DEFERRED, "
    "FOREIGN KEY (code) REFERENCES codes (id) DEFERRABLE INITIALLY DEFERRED, "
    "FOREIGN KEY (coder) REFERENCES coders (id) DEFERRABLE INITIALLY DEFERRED) STRICT",
    "CREATE TABLE notes (n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, "
    "text TEXT NOT NULL, about TEXT NOT NULL, author TEXT NOT NULL, version INTEGER NOT NULL) STRICT",
    "CREATE TABLE sets (n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, content TEXT NOT NULL) STRICT",
    "CREATE TABLE frames (n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, content TEXT NOT NULL) STRICT",
    "CREATE TABLE assignments (n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, document TEXT NOT NULL, "
    "coder TEXT NOT NULL, finished TEXT NOT NULL, "
    "FOREIGN KEY (document) REFERENCES documents (id) DEFERRABLE INITIALLY DEFERRED, "
    "FOREIGN KEY (coder) REFERENCES coders (id) DEFERRABLE INITIALLY DEFERRED) STRICT",
    "CREATE TABLE decisions (n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, document TEXT NOT NULL, "
    'start INTEGER NOT NULL, "end" INTEGER NOT NULL, code TEXT NOT NULL, outcome TEXT NOT NULL, '
    "agreed_code TEXT NOT NULL, agreed_boundaries TEXT NOT NULL, remark TEXT NOT NULL, who TEXT NOT NULL, "
    '"when" TEXT NOT NULL, version INTEGER NOT NULL) STRICT',
    "CREATE TABLE suggestions (n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, "
    "content TEXT NOT NULL) STRICT",
    "CREATE TABLE rejections (n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, coder TEXT NOT NULL, "
    "rejected TEXT NOT NULL, why TEXT NOT NULL) STRICT",
    'CREATE TABLE journal (n INTEGER PRIMARY KEY AUTOINCREMENT, "when" TEXT NOT NULL, coder TEXT NOT NULL, '
    "what TEXT NOT NULL, state TEXT NOT NULL, of INTEGER, changes TEXT NOT NULL) STRICT",
    "CREATE INDEX codings_document ON codings (document)",
    "CREATE INDEX codings_code ON codings (code)",
    "CREATE INDEX codings_selection ON codings (selection)",
    "CREATE INDEX journal_coder ON journal (coder, state, n)",
)

COLUMNS: dict[str, tuple[str, ...]] = {
    "documents": ("n", "id", "name", "file", "n_characters", "turns", "attributes", "roles"),
    "coders": ("n", "id", "name"),
    "codes": ("n", "id", "position", "parent", "name", "content", "version"),
    "codings": ("n", "id", "selection", "document", "start", "end", "code", "coder", "created"),
    "notes": ("n", "id", "name", "text", "about", "author", "version"),
    "sets": ("n", "id", "content"),
    "frames": ("n", "id", "content"),
    "assignments": ("n", "id", "document", "coder", "finished"),
    "decisions": ("n", "id", "document", "start", "end", "code", "outcome", "agreed_code", "agreed_boundaries",
                  "remark", "who", "when", "version"),
    "rejections": ("n", "id", "coder", "rejected", "why"),
}  # fmt: skip
"""Tables whose every change goes through the journal -> their columns; ``id`` tells rows apart, ``n`` orders them."""


@dataclass(frozen=True)
class Part:
    """One thing in a database: a table, an index, a view or a trigger."""

    kind: str
    name: str
    made_by: str


def expected() -> set[Part]:
    """What is in a coding file and nothing else."""
    found = set()
    for made_by in TABLES:
        words = made_by.split()
        found.add(Part(words[1].lower(), words[2], made_by))
    return found
