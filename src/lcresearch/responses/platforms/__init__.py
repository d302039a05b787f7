"""The room for readers of survey platforms.

A platform's export is a file of one of the ``formats`` with habits of its own: three header rows, group names before
the question, question texts for names. Its reader opens the file as the format does and gives back a
:class:`~lcresearch.responses.tables.OpenFile` in which each column has the header and the question that it stands
for, and rows that are no answers are gone. Matching, answers and the log are the same for all.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lcresearch.errors import ResponsesError
from lcresearch.responses.formats import open_file
from lcresearch.responses.tables import OpenFile
from lcresearch.validation import did_you_mean

PlatformReader = Callable[[str | Path], OpenFile]

READERS: dict[str, PlatformReader] = {"table": open_file}


def reader_of(platform: str) -> PlatformReader:
    """The reader of a platform by its name; ``table`` is a plain table with one header row.

    Raises
    ------
    ResponsesError
        R012 if there is none of this name.
    """
    if platform not in READERS:
        meant = did_you_mean(platform, READERS)
        raise ResponsesError("R012", platform=platform, known=sorted(READERS), did_you_mean=meant)
    return READERS[platform]
