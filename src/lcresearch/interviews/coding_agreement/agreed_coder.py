"""The coder that holds what was agreed in discussion: it is nobody, and must never count as a coder."""

from __future__ import annotations

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
