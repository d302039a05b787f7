"""Make claims: out of results for numbers, out of released quotes for words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from lcresearch.errors import IntegrationError, Place, Problem
from lcresearch.files import file_hash
from lcresearch.integration.pointers.cells import NotThereError, inside, table_of, value_of
from lcresearch.integration.pointers.model import ClaimEntry, NumberPointer, QuotePointer, Value
from lcresearch.interviews import read_quote_releases
from lcresearch.messages import LANGUAGES, Messages

_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9_]+")


def claim(
    result_folder: str | Path,
    table: str,
    keys: Mapping[str, Value],
    column: str,
    *,
    study_folder: str | Path | None = None,
    digits: int = 2,
    name: str | None = None,
    text: str | None = None,
) -> ClaimEntry:
    """A claim on one number of the results, with its value as it is now.

    Parameters
    ----------
    result_folder : str or Path
        Output of a study or synthesis: a folder with ``tables/TABLE.csv``, or with a JSON file that holds the table;
        or one such file.
    table : str
    keys : mapping of str to value
        Column -> value: which row; exactly one must fit.
    column : str
    study_folder : str or Path, optional
        By default the folder in which the results stand.
    digits : int
        Decimals in the text.
    name : str, optional
        Id of the claim; by default made of keys and column.
    text : str, optional
        As it stands in the paper, with ``{value}`` for the number.

    Returns
    -------
    ClaimEntry

    Raises
    ------
    IntegrationError
        Q140, Q141, Q145: there is no such file, table, row or column, or it may not be shared.
    """
    folder = Path(result_folder)
    study = Path(study_folder) if study_folder is not None else folder.resolve().parent
    identity = name or _NOT_IN_A_NAME.sub("_", "_".join([column, *map(str, keys.values())])).strip("_")
    identity = identity if identity[:1].isalpha() or identity[:1] == "_" else f"_{identity}"
    try:
        path, in_table = _file_of(folder, table)
        source = path.resolve().relative_to(study.resolve()).as_posix()
        value = value_of(table_of(inside(study, source), in_table), keys, column)
    except ValueError:
        raise _refused(NotThereError("outside"), identity, folder.name) from None
    except NotThereError as error:
        raise _refused(error, identity, f"{folder.name}, {table}") from None
    number = NumberPointer(
        file=source, table=in_table, row=dict(keys), column=column, value=value, digits=digits, sha256=file_hash(path)
    )
    return ClaimEntry(id=identity[:100], text=text, number=number)


def _file_of(folder: Path, table: str) -> tuple[Path, str | None]:
    """The file that holds a table, and the name of the table where the file holds several.

    Raises
    ------
    NotThereError
    """
    if folder.is_file():
        return folder, None if folder.suffix.lower() == ".csv" else table
    for path in (folder / "tables" / f"{table}.csv", folder / f"{table}.csv"):
        if path.is_file():
            return path, None
    known: list[str] = [path.stem for path in sorted(folder.glob("tables/*.csv"))]
    for path in sorted(folder.glob("*.json")):
        try:
            table_of(path, table)
        except NotThereError as error:
            known += error.known
        else:
            return path, table
    raise NotThereError("table" if folder.is_dir() else "file", known)


def _refused(error: NotThereError, name: str, source: str) -> IntegrationError:
    code = {"outside": "Q145", "file": "Q140", "unreadable": "Q140"}.get(error.reason, "Q141")
    what = {one: Messages(one)(f"integration.pointers.missing.{error.reason}") for one in LANGUAGES}
    values = {"claim": name, "source": source, "what": what, "known": error.known or "–"}
    return IntegrationError(Problem(code, Place(), values))


def quote_claim(
    study_folder: str | Path, pointer: str, *, name: str, words: str | None = None, text: str | None = None
) -> ClaimEntry:
    """A claim on a released quote.

    Parameters
    ----------
    study_folder : str or Path
        With the record of releases (``quote-releases.yaml``).
    pointer : str
        As the record has it.
    name : str
        Id of the claim.
    words : str, optional
        As printed; ``[...]`` where words are left out.
    text : str, optional
        The sentence around it, as it stands in the paper.

    Returns
    -------
    ClaimEntry

    Raises
    ------
    IntegrationError
        Q144: this quote is not released.
    InterviewError
        V166: the record is none.

    See also
    --------
    claim : A claim on a number.
    write_claims : Keeps claims.
    """
    release = next((one for one in read_quote_releases(study_folder) if one.pointer == pointer), None)
    if release is None:
        raise IntegrationError("Q144", claim=name, source=pointer)
    quote = QuotePointer(pointer=pointer, words_sha256=release.words_sha256, words=words)
    return ClaimEntry(id=name, text=text, quote=quote)
