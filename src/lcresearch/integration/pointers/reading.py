"""Read ``claims.yaml``, and write it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from lcresearch.declared_files import Finding, checked
from lcresearch.errors import IntegrationError, Place
from lcresearch.files import reason_of, write_whole
from lcresearch.integration.pointers.model import ClaimEntry, ClaimsFile
from lcresearch.messages import LANGUAGES, Messages
from lcresearch.yaml_lines import read_yaml


@dataclass(frozen=True)
class ReadClaims:
    """Claims with the place of each.

    Attributes
    ----------
    file : ClaimsFile
    places : tuple of Place
        A claim each.
    folder : Path
        In which the file stands.
    """

    file: ClaimsFile
    places: tuple[Place, ...]
    folder: Path


def read_claims(path: str | Path) -> ReadClaims:
    """Claims of a file.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    ReadClaims

    Raises
    ------
    IntegrationError
        Every problem of the file together: G001 to G047; Q139: an id twice, a claim that is not exactly one of number
        and quote, or a text with other blanks than {value}.

    See also
    --------
    write_claims : Writes such a file.
    """
    path = Path(path)
    parsed = read_yaml(path)
    file = checked(parsed, path.name, ClaimsFile, _wrong, error=IntegrationError)
    lines = (parsed.line(("claims", number)) for number in range(len(file.claims)))
    places = tuple(Place(file=path.name, line=line, item=one.id) for line, one in zip(lines, file.claims, strict=True))
    return ReadClaims(file, places, path.resolve().parent)


def _wrong(file: ClaimsFile) -> Iterator[Finding]:
    seen: set[str] = set()
    for place, one in enumerate(file.claims):
        reasons = ["twice"] if one.id in seen else []
        seen.add(one.id)
        reasons += ["one_of"] if (one.number is None) == (one.quote is None) else []
        text = (one.text or "").replace("{value}", "") if one.number is not None else one.text or ""
        reasons += ["blanks"] if set("{}") & set(text) else []
        for reason in reasons:
            yield "Q139", ("claims", place), {"claim": one.id, "reason": _words(reason)}


def _words(reason: str) -> dict[str, str]:
    return {language: Messages(language)(f"integration.pointers.wrong.{reason}") for language in LANGUAGES}


def write_claims(
    claims: Sequence[ClaimEntry], path: str | Path, *, document: str | None = None, language: str = "en"
) -> Path:
    """Write a file of claims, whole or not at all; what stands there is replaced.

    Parameters
    ----------
    claims : sequence of ClaimEntry
        Of :func:`claim` and :func:`quote_claim`.
    path : str or Path
    document : str, optional
        The paper, from the folder of the file: the texts of claims are looked for in it.
    language : {"nl", "en"}
        In which numbers are written in the paper.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    IntegrationError
        G004: the file cannot be written.
    """
    path = Path(path)
    content: dict[str, Any] = {"schema": 1}
    content |= {} if document is None else {"document": document}
    content |= {"language": language, "claims": [one.model_dump(exclude_none=True) for one in claims]}
    for entry, one in zip(content["claims"], claims, strict=True):
        if one.number is not None:
            entry["number"] |= {"value": one.number.value, "row": dict(one.number.row)}
    head = "".join(f"# {Messages(one)('integration.pointers.file_head')}\n" for one in LANGUAGES)
    try:
        return write_whole(path, head + yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=100))
    except OSError as error:
        raise IntegrationError("G004", where=Place(file=path.name), path=path.name, reason=reason_of(error)) from None
