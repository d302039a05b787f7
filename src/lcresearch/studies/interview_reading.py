"""From the part ``interviews:`` of study.yaml to one coded project, without those who withdrew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from lcresearch import interviews
from lcresearch.errors import Place, Problem
from lcresearch.files import file_hash
from lcresearch.interviews import Codebook, Corpus, Project, coding_file
from lcresearch.interviews.code_tables.answers_only import answers_only
from lcresearch.interviews.code_tables.passages import coder_ids
from lcresearch.interviews.coding_file.schema import ENDING
from lcresearch.interviews.project import no_codings
from lcresearch.interviews.suggestion_coder import without_suggestions
from lcresearch.interviews.transcripts.sidecar import attributes_of
from lcresearch.responses.persons.withdrawn import Withdrawn
from lcresearch.studies.file_names import shown_name
from lcresearch.studies.finished_coding import plan_of
from lcresearch.studies.interview_settings import InterviewsUse

PERSON = "respondent"
"""Attribute of a document that names who is interviewed."""
_SPEAKERS = ("V076", "V077")
_UNPLACED = ("V211", "V212", "V213", "V214", "V217")


@dataclass(frozen=True)
class ReadInterviews:
    """The interviews of a study.

    Attributes
    ----------
    use : InterviewsUse
    project : Project
        Codings of roles that are left out included; see :attr:`counted`.
    counted : Project
        With the codings that count.
    problems : tuple of Problem
    hashes : mapping of str to str
        SHA-256 of each file that was read, by its name from the folder of the study.
    plan : DataFrame or None
        Who codes what and how far, of a coding file.
    """

    use: InterviewsUse
    project: Project
    counted: Project
    problems: tuple[Problem, ...]
    hashes: Mapping[str, str]
    plan: pd.DataFrame | None = None

    @property
    def persons(self) -> pd.Series[str]:
        """Document -> who is interviewed; a document that does not say so stands for a person of its own."""
        named = {each.id: str(each.attributes.get(PERSON) or each.id) for each in self.project.corpus}
        return pd.Series(named, dtype="str")


def of_coders(project: Project, coders: tuple[str, ...]) -> Project:
    """The project with the codings of these coders only."""
    kept = project.codings["coder"].isin(coder_ids(project, coders))
    return replace(project, codings=project.codings[kept].reset_index(drop=True))


def read_interviews(use: InterviewsUse, folder: Path) -> ReadInterviews:
    """Read texts, codebook and codings.

    Raises
    ------
    InterviewError
        A file cannot be used.
    """
    project, n_gone = without_withdrawn(read_project_of(use, folder), folder)
    project, suggested = without_suggestions(project)
    counted, n_asked = answers_only(project, use.without_roles)
    found = [*_told(project), *([Problem("S075", values={"n": n_asked})] if n_asked else [])]
    found += suggested
    found += [Problem("S076", values={"n": n_gone})] if n_gone else []
    return ReadInterviews(
        use,
        project,
        counted,
        tuple(found),
        _hashes(use, folder),
        plan_of(folder / use.project if use.project is not None else None),
    )


def read_project_of(use: InterviewsUse, folder: Path) -> Project:
    """The project that this part of study.yaml names, everybody in it."""
    table = folder / use.attributes if use.attributes else None
    if use.project is not None:
        project = interviews.read_project(folder / use.project)
        return _with_roles(project, use.roles) if table is None else _with_attributes(project, table, use.roles)
    paths = [folder / name for name in use.transcripts]
    corpus = interviews.read_transcripts(
        paths[0] if len(paths) == 1 else paths, attributes=table, roles=use.roles or None
    )
    book = _codebook(use.codebook, folder) if use.codebook else Codebook()
    if use.codings:
        project = interviews.read_codings([folder / name for name in use.codings], corpus, book)
        return replace(project, problems=(*corpus.problems, *project.problems))
    coders = pd.DataFrame({"name": pd.Series(dtype="str")})
    return Project("interviews", corpus, book, no_codings(), coders, problems=corpus.problems)


def _codebook(name: str, folder: Path) -> Codebook:
    return interviews.read_codebook(folder / name if (folder / name).exists() else name)


def _with_attributes(project: Project, table: Path, roles: Mapping[str, str]) -> Project:
    """A project of another program with what a table says of its texts."""
    known, problems = attributes_of(table, project.corpus.documents)
    texts = [replace(each, attributes={**each.attributes, **known.get(each.id, {})}) for each in project.corpus]
    whole = replace(project, corpus=Corpus(tuple(texts)), problems=(*project.problems, *problems))
    return _with_roles(whole, roles)


def _with_roles(project: Project, roles: Mapping[str, str]) -> Project:
    texts = [replace(each, roles={**each.roles, **roles}) for each in project.corpus]
    return replace(project, corpus=Corpus(tuple(texts), project.corpus.problems))


def without_withdrawn(project: Project, folder: Path) -> tuple[Project, int]:
    """The project without texts of persons who withdrew from the study in this folder, and how many texts that were."""
    gone = Withdrawn(folder)
    if not len(gone):
        return project, 0
    persons = pd.Series([str(each.attributes.get(PERSON) or "") for each in project.corpus], dtype="str")
    out = gone.among(persons)
    kept = tuple(each for each, left in zip(project.corpus, out, strict=True) if not left)
    ids = {each.id for each in kept}
    codings = project.codings[project.codings["document"].isin(ids)].reset_index(drop=True)
    return replace(project, corpus=Corpus(kept, project.corpus.problems), codings=codings), int(out.sum())


def _told(project: Project) -> list[Problem]:
    """Problems for a report: rows that could not be placed are counted, since their quotes are words of persons."""
    found = [each for each in project.problems if each.code not in (*_SPEAKERS, *_UNPLACED)]
    unplaced = [each for each in project.problems if each.code in _UNPLACED]
    for file in dict.fromkeys(each.where.file for each in unplaced):
        rows = [str(each.where.row) for each in unplaced if each.where.file == file]
        found.append(Problem("S077", Place(file=file), {"n": len(rows), "rows": rows[:10]}))
    return found


def _hashes(use: InterviewsUse, folder: Path) -> dict[str, str]:
    """A hash of each file; of a folder one of all texts in it, since names of files may name persons."""
    names = [*use.files, *([use.codebook] if use.codebook and (folder / use.codebook).is_file() else [])]
    found: dict[str, str] = {}
    for n, name in enumerate(names, start=1):
        path = folder / name
        if path.suffix.lower() == ENDING and path.is_file():  # its bytes follow how it is kept, not what is in it
            found[shown_name(name, n)] = coding_file.open_file(path).content_hash()
        elif path.is_file():
            found[shown_name(name, n)] = file_hash(path)
        elif path.is_dir():
            found[f"{shown_name(name, n)}/"] = _folder_hash(path)
    return found


def _folder_hash(folder: Path) -> str:
    """SHA-256 of the hashes of the files in a folder, in order of their content."""
    import hashlib

    hashes = sorted(file_hash(path) for path in folder.iterdir() if path.is_file())
    return hashlib.sha256("\n".join(hashes).encode()).hexdigest()
