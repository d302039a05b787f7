"""Names out of the texts of a coding file: by the same key and review table as ``lcresearch interviews deidentify``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from lcresearch import interviews
from lcresearch.app.workspace import version_of
from lcresearch.errors import AppError
from lcresearch.interviews import Corpus, Deidentified, Project, coding_file
from lcresearch.interviews.deidentification.key import KEY_FILE
from lcresearch.interviews.deidentification.review_file import REVIEW_FILE, read_review, settled
from lcresearch.studies.interview_settings import DeidentificationUse

ELSEWHERE = "-"
"""Stands in addresses for names in notes, codes and cases, which belong to no text."""
_OF_A_TEXT = ("text", "name", "file", "speaker", "attribute")
_EVERYWHERE = "everywhere|overal|all$"


@dataclass(frozen=True)
class Found:
    """What a search for names came to.

    Attributes
    ----------
    n_found : int
        Places.
    missing : mapping of str to str
        Program that could have found more -> the command that installs it.
    """

    n_found: int
    missing: Mapping[str, str]


@dataclass(frozen=True)
class Review:
    """The review table beside the texts that it is about.

    Attributes
    ----------
    log : DataFrame
        As :func:`~lcresearch.interviews.deidentification.review_file.read_review` gives it, with the columns of
        :func:`~lcresearch.interviews.deidentification.review_file.settled`.
    corpus : Corpus
    version : str
        Of the file.
    """

    log: pd.DataFrame
    corpus: Corpus
    version: str

    @property
    def fits(self) -> bool:
        """Whether it is about these texts as they are now."""
        texts = {each.name: each.text for each in self.corpus}
        rows = self.log[self.log["where"].eq("text")]
        places = zip(rows["document"], rows["start"], rows["end"], rows["found"], strict=True)
        return all(texts.get(name, "")[start:end] == words for name, start, end, words in places)

    def of_text(self, name: str) -> pd.DataFrame:
        """Rows of one text: of its words, its name and file, its speakers and attributes."""
        return self.log[self.log["document"].eq(name) & self.log["where"].isin(_OF_A_TEXT)]

    @property
    def elsewhere(self) -> pd.DataFrame:
        """Rows that belong to no text."""
        return self.log[~self.log["where"].isin(_OF_A_TEXT)]


def open_review(folder: Path, corpus: Corpus) -> Review | None:
    """The review table of a study, None when there is none yet."""
    version = version_of(folder / REVIEW_FILE)
    if not version:
        return None
    log = read_review(folder)
    return Review(log.join(settled(log)), corpus, version)


def use_of(folder: Path) -> DeidentificationUse:
    """What study.yaml says of taking names out."""
    from lcresearch import studies

    use = studies.load(folder).file.interviews
    return use.deidentify if use is not None and use.deidentify is not None else DeidentificationUse()


def look_for_names(folder: Path, file: Path, language: str, dates: Any) -> Found:
    """Find names, and write key and review table; what was decided before stays where it still fits."""
    project = coding_file.open_file(file).project()
    review = open_review(folder, project.corpus)
    found = _deidentified(folder, project, review, language, dates)
    found.save(folder, force=True)
    layers = found.layers[~found.layers["ran"] & found.layers["install"].ne("")]
    missing = {str(name): str(how) for name, how in zip(layers["layer"], layers["install"], strict=True)}
    return Found(len(found.log), {name: how for name, how in missing.items() if " " in how})


def clean_texts(folder: Path, file: Path, language: str, dates: Any) -> dict[str, Any]:
    """Write the texts without names in the place of those with names; the key and the table first.

    Raises
    ------
    AppError
        W144: the texts changed since the names were looked for.
    """
    opened = coding_file.open_file(file)
    revision, project = opened.revision, opened.project()
    review = open_review(folder, project.corpus)
    if review is None or not review.fits:
        raise AppError("W144")
    found = _deidentified(folder, project, review, language, dates)
    assert found.project is not None
    found.save(folder, force=True)
    opened.renew_texts(found.project, revision=revision)
    return {"n": int(found.log["action"].ne("left").sum())}


def _deidentified(folder: Path, project: Project, review: Review | None, language: str, dates: Any) -> Deidentified:
    use = use_of(folder)
    key = folder if (folder / KEY_FILE).is_file() else None
    decisions = None
    if review is not None and key is not None:
        log = review.log.drop(columns=["choice", "everywhere", "shown"])
        decisions = log if review.fits else log[log["decision"].str.contains(_EVERYWHERE, case=False)]
    return interviews.deidentify(
        project,
        language=language,
        dates=dates,
        names=folder / use.names if use.names is not None else None,
        key=key,
        decisions=decisions,
    )
