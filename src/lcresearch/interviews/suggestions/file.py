"""Suggestions as a file beside a project."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from lcresearch.errors import InterviewError, Place
from lcresearch.files import reason_of, write_whole
from lcresearch.interviews.suggestions.result import COLUMNS, REJECTED, Suggestions

FORMAT = "lcresearch suggestions 1"


def write_suggestions(suggestions: Suggestions, path: str | Path, *, force: bool = False) -> Path:
    """Write suggestions beside a project, such as ``coded.suggestions.json``.

    The file holds what people said, word for word: it stays in the house like the interviews themselves.

    Parameters
    ----------
    suggestions : Suggestions
    path : str or Path
    force : bool
        Replace a file that is there.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    InterviewError
        G002, when the file exists; V035, when it does not end in ``.json``; G004, when the operating system refuses.

    See also
    --------
    read_suggestions : Reads them back.
    """
    path = Path(path)
    if path.suffix.lower() != ".json":
        raise InterviewError("V035", where=Place(file=path.name), known=[".json"])
    if path.exists() and not force:
        raise InterviewError("G002", path=path.as_posix())
    content = json.dumps({"format": FORMAT} | suggestions.to_dict(), ensure_ascii=False, indent=1)
    try:
        return write_whole(path, content)
    except OSError as error:
        raise InterviewError(
            "G004", where=Place(file=path.name), path=path.as_posix(), reason=reason_of(error)
        ) from None


def read_suggestions(path: str | Path) -> Suggestions:
    """Suggestions that :func:`write_suggestions` wrote, with what was rejected.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    Suggestions

    Raises
    ------
    InterviewError
        G001, G004, when it cannot be read; V180, when it is something else.

    See also
    --------
    suggest_codes : Makes suggestions.
    """
    path = Path(path)
    place = Place(file=path.name)
    try:
        content: object = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise InterviewError("G001", where=place, path=path.as_posix()) from None
    except OSError as error:
        raise InterviewError("G004", where=place, path=path.as_posix(), reason=reason_of(error)) from None
    except ValueError:  # neither UTF-8 nor JSON
        raise InterviewError("V180", where=place) from None
    found = suggestions_in(content) if isinstance(content, dict) and content.get("format") == FORMAT else None
    if found is None:
        raise InterviewError("V180", where=place)
    return found


def suggestions_in(content: object) -> Suggestions | None:
    """Suggestions as ``to_dict`` wrote them; None when it is something else."""
    if not isinstance(content, dict):
        return None
    try:
        found = Suggestions.from_dict(content)
        complete = set(COLUMNS) <= set(found.found) and set(REJECTED) <= set(found.rejected)
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    return replace(found, coders=tuple(found.coders), problems=tuple(found.problems)) if complete else None
