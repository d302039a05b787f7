"""Consent that people gave once, for all waves."""

from __future__ import annotations

from collections.abc import Sequence

from lcresearch.messages import LANGUAGES, Messages
from lcresearch.responses import Responses
from lcresearch.responses.log import Log, logs_together


def only_consenting(parts: Sequence[Responses], asked: Sequence[bool]) -> list[Responses]:
    """Leave out the rows of persons who gave consent in no file.

    Parameters
    ----------
    parts : list of Responses
        The files of a study, with ids as they stand in them. Those in which consent was asked hold only rows with it.
    asked : list of bool
        In which of them it was asked.

    Returns
    -------
    list of Responses
        In the other files only persons who consented in one of these; what was left out is in their log.
    """
    given = [part.frame["respondent"] for part, has in zip(parts, asked, strict=True) if has]
    persons = frozenset[str]().union(*(ids.dropna().unique().tolist() for ids in given))
    return [part if has else _only(part, persons) for part, has in zip(parts, asked, strict=True)]


def _only(part: Responses, persons: frozenset[str]) -> Responses:
    kept = part.frame["respondent"].isin(list(persons)).to_numpy(dtype=bool)
    if kept.all():
        return part
    log = Log(part.source.file)
    answer = {language: Messages(language)("privacy.empty_answer") for language in LANGUAGES}
    log.cells("R127", "dropped", rows=part.origin["row"].to_numpy()[~kept], answer=answer)
    lines = logs_together([part.log, log.frame()])
    return part.only(kept).replaced(log=lines)
