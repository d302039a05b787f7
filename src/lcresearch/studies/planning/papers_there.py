"""The papers of a plan that lie in the folder of a study."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lcresearch.messages import LANGUAGES, Messages
from lcresearch.studies.planning.papers import PAPERS, paper_name
from lcresearch.studies.planning.writing import PLAN

READ_ME = "read_me"
_ENDINGS = ("docx", "md", "ics")


@dataclass(frozen=True)
class Paper:
    """A paper in one language.

    Attributes
    ----------
    name : str
        One of the papers of a plan, or ``read_me``.
    language : str
    files : mapping of str to str
        Ending (``docx``, ``md``, ``ics``) -> the file, from the folder of the study.
    """

    name: str
    language: str
    files: Mapping[str, str]


def papers_in(folder: Path) -> list[Paper]:
    """The papers of a plan that are in a folder, as they are needed; that on terminals comes last.

    Parameters
    ----------
    folder : Path
        Of a study; one that was not planned has none.

    Examples
    --------
    >>> papers_in(Path("there-is-no-such-folder"))
    []
    """
    found = []
    for language in LANGUAGES:
        say = Messages(language)
        stems = {name: f"{say('short_cycle.file.documents')}/{paper_name(name, language)}" for name in PAPERS}
        stems[READ_ME] = say("short_cycle.file.read_me")
        for name, stem in stems.items():
            files = {end: f"{stem}.{end}" for end in _ENDINGS if (folder / f"{stem}.{end}").is_file()}
            if files and (name != READ_ME or (folder / PLAN).is_file()):
                found.append(Paper(name, language, files))
    return found
