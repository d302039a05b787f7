"""The coder that holds what was agreed in discussion: it is nobody, and must never count as a coder."""

from __future__ import annotations

from collections.abc import Collection

from lcresearch.interviews.code_tables.passages import coder_ids
from lcresearch.interviews.guids import guid_of
from lcresearch.interviews.project import Project
from lcresearch.messages import LANGUAGES, Messages

AGREED = guid_of("coder", "agreed after discussion")
"""Id of this coder, the same in every project."""


def agreed_names() -> list[str]:
    """What this coder is called in each language."""
    return [Messages(language)("coder_agreement.agreed") for language in LANGUAGES]


def agreed_ids(project: Project) -> list[str]:
    """Ids of agreed codings in a project: by id, or by name where a program gave new ids."""
    names = set(agreed_names())
    return [str(coder) for coder, name in project.coders["name"].items() if coder == AGREED or str(name) in names]


def people_among(project: Project, coders: Collection[str]) -> list[str] | None:
    """The coders to compare when these (names or ids) count: without what was agreed, which is nobody's coding.

    None, which stands for all people, when nobody is named or only what was agreed.

    Raises
    ------
    InterviewError
        V100: a coder who is not there.

    Examples
    --------
    >>> from lcresearch.interviews import Codebook, Corpus
    >>> from lcresearch.interviews.project import no_codings
    >>> import pandas as pd
    >>> names = pd.DataFrame({"name": ["An", "agreed"]}, index=["a", AGREED])
    >>> invented = Project("invented", Corpus(), Codebook(), no_codings(), names)
    >>> people_among(invented, ["An", "agreed"]), people_among(invented, ["agreed"])
    (['An'], None)
    """
    agreed = set(agreed_ids(project))
    return [one for one in coders if not set(coder_ids(project, [one])) <= agreed] or None
