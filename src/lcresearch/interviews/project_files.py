"""Read and write coded projects of other programs; the ending of the file says which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from lcresearch.errors import InterviewError, Place
from lcresearch.interviews.coding_file import create, open_file
from lcresearch.interviews.coding_file.schema import ENDING
from lcresearch.interviews.file_endings import by_ending
from lcresearch.interviews.program_name import program_name
from lcresearch.interviews.programs.qualcoder import read_qualcoder
from lcresearch.interviews.programs.taguette import read_taguette
from lcresearch.interviews.project import Project
from lcresearch.interviews.refi_qda.log import Log
from lcresearch.interviews.refi_qda.package import Package, open_package
from lcresearch.interviews.refi_qda.reading import read_package, with_kept
from lcresearch.interviews.refi_qda.targets import TARGETS, without_astral
from lcresearch.interviews.refi_qda.writing import project_package, write_zip
from lcresearch.interviews.transcripts.roles import with_speakers
from lcresearch.interviews.written import Written


def read_project(path: str | Path, *, roles: Mapping[str, str] | None = None) -> Project:
    """Read a coded project.

    Nothing in the file is followed outside it: no entry of a package is unpacked to disk, paths to files elsewhere are
    not opened, and document types and entities in the XML are refused. What is wrong but does not stop the work is in
    ``project.problems`` (and in ``project.log``, in words).

    Parameters
    ----------
    path : str or Path
        ``.qdpx`` or ``.qde`` (REFI-QDA: ATLAS.ti, NVivo, MAXQDA, QualCoder, Quirkos and others), the folder ``.qda``
        of QualCoder, ``.sqlite3`` that Taguette exported, or ``.lccoding`` in which people code here (see
        :mod:`~lcresearch.interviews.coding_file`).
    roles : mapping of str to str, optional
        Speaker -> role, as for :func:`~lcresearch.interviews.read_transcripts`. The standard has no speakers; they are
        found in the texts again (``I:``, names at the beginning of lines).

    Returns
    -------
    Project
        ``project.evidence`` says how positions were counted and how sure that is.

    Raises
    ------
    InterviewError
        When there is no such file, or it is no project.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import mkdtemp
    >>> file = Path(mkdtemp()) / "invented.qde"
    >>> _ = file.write_text('''<Project xmlns="urn:QDA-XML:project:1.0" name="invented">
    ... <CodeBook><Codes><Code guid="11111111-1111-4111-8111-111111111111" name="learning" isCodable="true"/></Codes>
    ... </CodeBook><Sources><TextSource guid="22222222-2222-4222-8222-222222222222" name="R1">
    ... <PlainTextContent>We learn here.</PlainTextContent>
    ... <PlainTextSelection guid="33333333-3333-4333-8333-333333333333" startPosition="0" endPosition="8">
    ... <Coding guid="44444444-4444-4444-8444-444444444444"><CodeRef
    ... targetGUID="11111111-1111-4111-8111-111111111111"/></Coding></PlainTextSelection></TextSource></Sources>
    ... </Project>''', encoding="utf-8")
    >>> read_project(file).quotes[["document", "path", "quote"]].values.tolist()
    [['R1', 'learning', 'We learn']]
    """
    path = Path(path)
    project = by_ending(path, _READERS)(path)
    documents = tuple(with_speakers(document, roles or {}) for document in project.corpus)
    return replace(project, corpus=replace(project.corpus, documents=documents))


def _read_refi(path: Path) -> Project:
    log = Log(path.name)
    package = open_package(path, log.take)
    return with_kept(read_package(package, log), package, log)


def _read_coding_file(path: Path) -> Project:
    return open_file(path).project()


_READERS: dict[str, Callable[[Path], Project]] = {
    ".qdpx": _read_refi,
    ".qde": _read_refi,
    ".qda": read_qualcoder,
    ".sqlite3": read_taguette,
    ENDING: _read_coding_file,
}


def write_project(project: Project, path: str | Path, *, target: str | None = None, force: bool = False) -> Written:
    """Write a coded project as REFI-QDA (``.qdpx``), which validates against the official schema, or as a coding file.

    A project that was read from a file is written into the tree of that file: what did not change, and what is not
    modelled here (links, network views, pictures, recordings), goes back as it came. What was written is read again,
    and every quote is compared. Where a text was changed, as by de-identification, other forms of it (Word document,
    PDF, recording) stay behind; memos, descriptions and names are not looked at.

    The file holds whole interviews: it is for coding, under the rules of the study, not for sharing.

    Parameters
    ----------
    project : Project
    path : str or Path
        Ends in ``.qdpx``, or in ``.lccoding`` for a file in which people code here.
    target : {"atlas.ti", "nvivo", "maxqda", "qualcoder"}, optional
        The program that will open it: texts are written, and positions counted, as that program does; for ATLAS.ti
        codes stand in one list (``Parent: Child``), for MAXQDA names of variables differ in 30 characters, and a
        stand-in takes the place of each emoji (not for QualCoder). By default texts and positions stay as they came,
        or follow the standard when the project was made here.
    force : bool, default False
        Whether a file that exists is replaced.

    Returns
    -------
    Written
        With what was changed on the way out (``written.log``).

    Raises
    ------
    InterviewError
        G002, when the file exists; V035, when the ending is another; V036 to V039, when the project does not hold
        together; V041, V048, when what was written is not valid or does not read back as it was.
    ValueError
        An unknown target.
    """
    path = Path(path)
    if target is not None and target not in TARGETS:
        raise ValueError(f"target is one of {', '.join(TARGETS)}, or None, not {target!r}")
    if path.suffix.lower() == ENDING:
        return Written(create(path, project, force=force).path, ())
    if path.suffix.lower() != ".qdpx":
        raise InterviewError("V035", where=Place(file=path.name), known=[".qdpx", ENDING])
    if path.exists() and not force:
        raise InterviewError("G002", path=path.as_posix())
    log = Log(path.name)
    xml, files = project_package(project, target, program_name(), log)
    again = read_package(Package(xml, path.name, dict(files)), Log(path.name)).project
    _compare(project, again, path, astral=target is None or TARGETS[target].astral)
    write_zip(path, xml, files)
    return Written(path, log.close())


def _compare(project: Project, again: Project, path: Path, *, astral: bool) -> None:
    """Refuse to hand out a file whose quotes are not those of the project."""
    keep = (lambda text: text) if astral else without_astral
    before = Counter(_quotes(project, keep))
    after = Counter(_quotes(again, lambda text: text))
    if before != after:
        missing = list((before - after).elements())
        raise InterviewError(
            "V048", where=Place(file=path.name), n=len(missing), quote=missing[0][0] if missing else ""
        )


def _quotes(project: Project, keep: Callable[[str], str]) -> list[tuple[str, str]]:
    """Quote and coder of each coding."""
    texts = {document.id: keep(document.text) for document in project.corpus}
    rows = project.codings[["document", "start", "end"]].itertuples(index=False, name=None)
    names = project.coders["name"].to_dict()
    coders = [names.get(coder, "") for coder in project.codings["coder"]]
    quotes = [texts[document] if start < 0 else texts[document][start:end] for document, start, end in rows]
    return list(zip(quotes, coders, strict=True))
