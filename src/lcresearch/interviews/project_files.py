"""Read coded projects of other programs; the ending of the file says which."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lcresearch.interviews.file_endings import by_ending
from lcresearch.interviews.project import Project
from lcresearch.interviews.refi_qda.log import Log
from lcresearch.interviews.refi_qda.package import open_package
from lcresearch.interviews.refi_qda.reading import read_package, with_kept


def read_project(path: str | Path) -> Project:
    """Read a coded project.

    Nothing in the file is followed outside it: no entry of a package is unpacked to disk, paths to files elsewhere are
    not opened, and document types and entities in the XML are refused. What is wrong but does not stop the work is in
    ``project.problems`` (and in ``project.log``, in words).

    Parameters
    ----------
    path : str or Path
        ``.qdpx`` or ``.qde`` (REFI-QDA: ATLAS.ti, NVivo, MAXQDA, QualCoder, Quirkos and others).

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
    return by_ending(path, _READERS)(path)


def _read_refi(path: Path) -> Project:
    log = Log(path.name)
    package = open_package(path, log.take)
    return with_kept(read_package(package, log), package, log)


_READERS: dict[str, Callable[[Path], Project]] = {".qdpx": _read_refi, ".qde": _read_refi}
