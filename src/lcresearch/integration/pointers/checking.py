"""Whether everything that a paper says still stands in the results and interviews of a study."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from lcresearch.errors import Place, Problem
from lcresearch.integration.pointers.cells import NotThereError, cell
from lcresearch.integration.pointers.documents import on_one_line, stands_in, words_of
from lcresearch.integration.pointers.model import ClaimEntry, NumberPointer, QuotePointer, Value
from lcresearch.integration.pointers.reading import read_claims
from lcresearch.integration.pointers.result import COLUMNS, RENEWED, SAME, ClaimsCheck
from lcresearch.interviews import Project, QuoteRelease, check_pointer, read_quote_releases
from lcresearch.interviews.document import text_hash
from lcresearch.interviews.quote_release.releasing import parts_of, released_quotes
from lcresearch.messages import LANGUAGES, Messages

_CLOSE = 1e-9


def check_claims(path: str | Path, study_folder: str | Path, *, interviews: Project | None = None) -> ClaimsCheck:
    """Compare a paper with the results, interviews and released quotes of its study.

    A number stands when it is the same in the decimals that the paper shows. A quote stands when the interview still
    says these words, and their release is in the record and holds. A text stands when the document has it.

    Parameters
    ----------
    path : str or Path
        ``claims.yaml`` (:class:`~lcresearch.integration.pointers.model.ClaimsFile`).
    study_folder : str or Path
        In which results and ``quote-releases.yaml`` stand. Nothing outside it is read, and nothing that is private.
    interviews : Project, optional
        The interviews of the study as they are now; without them no quote can be checked, and that is a problem too.

    Returns
    -------
    ClaimsCheck
        ``status`` is 1 when a claim does not stand; ``require()`` raises.

    Raises
    ------
    IntegrationError
        G001 to G047, Q139: the file of claims cannot be used.
    InterviewError
        V166: the record of releases is none.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import mkdtemp
    >>> from lcresearch.integration import check_claims, claim, write_claims
    >>> study = Path(mkdtemp())
    >>> (study / "results" / "tables").mkdir(parents=True)
    >>> table = study / "results" / "tables" / "elements.csv"
    >>> _ = table.write_text("element,estimate\\ncoaching,0.3149\\n")
    >>> one = claim(study / "results", "elements", {"element": "coaching"}, "estimate", study_folder=study)
    >>> file = write_claims([one], study / "claims.yaml")
    >>> check_claims(file, study).status
    0
    >>> _ = table.write_text("element,estimate\\ncoaching,0.2\\n")
    >>> check_claims(file, study).table[["was", "now", "state"]].values.tolist()
    [['0.31', '0.20', 'changed']]
    """
    read = read_claims(path)
    study = Path(study_folder)
    releases = read_quote_releases(study) if any(one.quote for one in read.file.claims) else ()
    source = _Source(study, interviews, {one.pointer: one for one in releases}, read.file.language)
    document = _document(read.file.document, read.folder) if read.file.document else None
    found = [_Found(one, place) for one, place in zip(read.file.claims, read.places, strict=True)]
    for one in found:
        _check(one, source)
        if isinstance(document, str):
            _look_in_text(one, document, read.file.language)
    problems = [problem for one in found for problem in one.problems]
    if isinstance(document, NotThereError):
        where = Place(file=Path(path).name)
        values = {"claim": "document", "what": _what(document), "source": str(read.file.document)}
        problems.insert(0, Problem("Q140", where, values))
    return ClaimsCheck(pd.DataFrame([one.row for one in found], columns=list(COLUMNS)), tuple(problems))


@dataclass(frozen=True)
class _Source:
    study: Path
    interviews: Project | None
    releases: Mapping[str, QuoteRelease]
    language: str


@dataclass
class _Found:
    """One claim while it is looked at."""

    entry: ClaimEntry
    place: Place
    source: str = ""
    was: str = ""
    now: str = ""
    state: str = SAME
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, code: str, state: str, **values: Any) -> None:
        """Note what is wrong; the first thing gives the state."""
        self.state = state if self.state in (SAME, RENEWED) else self.state
        self.problems.append(Problem(code, self.place, {"claim": self.entry.id, "source": self.source} | values))

    @property
    def row(self) -> dict[str, Any]:
        kind = "number" if self.entry.number is not None else "quote"
        values = {name: getattr(self, name) for name in ("source", "was", "now", "state")}
        return {"claim": self.entry.id, "kind": kind, "line": self.place.line} | values


def _check(one: _Found, source: _Source) -> None:
    if one.entry.number is not None:
        _check_number(one, one.entry.number, source)
    elif one.entry.quote is not None:
        _check_quote(one, one.entry.quote, source)


def _check_number(one: _Found, pointer: NumberPointer, source: _Source) -> None:
    one.source = pointer.file + (f" ({pointer.table})" if pointer.table else "") + f", {pointer.column}"
    one.was = shown(pointer.value, pointer.digits)
    try:
        now = cell(pointer, source.study)
    except NotThereError as error:
        if error.reason == "outside":
            one.wrong("Q145", "outside")
        else:
            one.wrong("Q141" if error.reason in ("table", "column", "row", "rows") else "Q140", "gone",
                      what=_what(error), known=error.known or "–")  # fmt: skip
        return
    one.now = shown(now.value, pointer.digits)
    if not same(pointer.value, now.value, pointer.digits):
        one.wrong("Q142", "changed", was=one.was, now=one.now)
    elif pointer.sha256 is not None and now.sha256 != pointer.sha256:
        one.state = RENEWED
        one.problems.append(Problem("Q148", one.place, {"claim": one.entry.id, "source": one.source}))


def same(was: Value, now: Value, digits: int) -> bool:
    """Whether two values are the same in these decimals.

    Examples
    --------
    >>> same(0.3149, 0.3051, 2), same(0.3149, 0.315, 2), same("generic", "conditional", 2), same(None, None, 2)
    (True, False, False, True)
    """
    if isinstance(was, bool) or isinstance(now, bool) or not (_is_number(was) and _is_number(now)):
        return was == now and type(was) is type(now)
    close = abs(float(was) - float(now)) <= _CLOSE * max(1.0, abs(float(was)))  # type: ignore[arg-type]
    return close or shown(was, digits) == shown(now, digits)


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def shown(value: Value, digits: int, language: str = "en") -> str:
    """A value as a text shows it."""
    if value is None:
        return "–"
    if isinstance(value, float):
        return Messages(language).number(value, digits=digits)
    whole = isinstance(value, int) and not isinstance(value, bool)
    return Messages(language).number(float(value), digits=0) if whole else str(value)


def _check_quote(one: _Found, quote: QuotePointer, source: _Source) -> None:
    one.source, one.was = quote.pointer, quote.words or ""
    release = source.releases.get(quote.pointer)
    if release is None or release.words_sha256 != quote.words_sha256:
        one.wrong("Q144", "withdrawn")
    if source.interviews is None:
        one.wrong("Q149", "unchecked")
        return
    words = _words_now(source.interviews, quote)
    if words is None:
        one.wrong("Q143", "words_changed")
    elif release is not None and not len(released_quotes(source.interviews, [release]).quotes):
        one.wrong("Q144", "withdrawn")
    elif quote.words is not None and not stands_in(quote.words, words):
        one.wrong("Q147", "words_differ")
    one.now = "" if one.problems or words is None else on_one_line(words)


def _words_now(interviews: Project, quote: QuotePointer) -> str | None:
    """The words that a pointer leads to; None when they are others or gone."""
    if not check_pointer(interviews, quote.pointer):
        return None
    document, start, end = parts_of(quote.pointer)
    words = interviews.corpus[document].quote(start, end)
    return words if text_hash(words) == quote.words_sha256 else None


def _look_in_text(one: _Found, document: str, language: str) -> None:
    for text in _texts(one.entry, language):
        if not stands_in(text, document):
            one.wrong("Q146", "not_in_text", text=on_one_line(text)[:120])


def _texts(entry: ClaimEntry, language: str) -> list[str]:
    """What the document must say: the text with the number filled in as it was written, and the words of a quote."""
    texts = [] if entry.text is None else [entry.text]
    if entry.number is not None:
        value = shown(entry.number.value, entry.number.digits, language)
        return [text.replace("{value}", value) for text in texts]
    return [*texts, entry.quote.words] if entry.quote is not None and entry.quote.words else texts


def _document(name: str, folder: Path) -> str | NotThereError:
    try:
        return words_of(folder / name)
    except NotThereError as error:
        return error


def _what(error: NotThereError) -> dict[str, str]:
    return {language: Messages(language)(f"integration.pointers.missing.{error.reason}") for language in LANGUAGES}
