"""Where tests write: in memory where the system has room for that, since a file that tests read once needs no disk.

Every folder of a test (``tmp_path``), file of a database, and profile of the browser stands below the folder for
temporary files. Coding waits for the disk after each step, as it must, and thousands of files are made and thrown away.
``TMPDIR`` says where tests write instead.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import MutableMapping
from pathlib import Path

IN_MEMORY = Path("/dev/shm")
ROOM = 4 * 2**30
"""Bytes that must be free: ten times what a whole run keeps until its end."""


def place(memory: Path = IN_MEMORY, room: int = ROOM) -> Path | None:
    """The folder in memory, where there is one in which this user may write and with room enough."""
    usable = memory.is_dir() and os.access(memory, os.W_OK | os.X_OK) and shutil.disk_usage(memory).free >= room
    return memory if usable else None


def write_there(surroundings: MutableMapping[str, str], memory: Path = IN_MEMORY, room: int = ROOM) -> None:
    """Let this process and those it starts write in memory, unless the user chose a folder."""
    found = None if "TMPDIR" in surroundings else place(memory, room)
    if found is not None:
        surroundings["TMPDIR"] = str(found)
        tempfile.tempdir = str(found)
