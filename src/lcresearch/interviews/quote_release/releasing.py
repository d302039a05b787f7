"""Release a quote, take it back, and hand out what may leave."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pandas as pd

from lcresearch.disclosure.policy import LOWEST, Policy
from lcresearch.errors import InterviewError, Problem
from lcresearch.interviews.code_tables.quotes import check_pointer
from lcresearch.interviews.project import Project
from lcresearch.interviews.quote_release.describing import clean, describe
from lcresearch.interviews.quote_release.pointing_words import pointing_words
from lcresearch.interviews.quote_release.recognisability import Recognisability, respondent_of
from lcresearch.interviews.quote_release.record import (
    CONSENTS,
    ROLES,
    QuoteRelease,
    iso_date,
    read_quote_releases,
    record_path,
    role_of,
    write_quote_releases,
)
from lcresearch.interviews.table_files import write_table
from lcresearch.messages import LANGUAGES, Messages
from lcresearch.results import Result

_SHOWN = 12


def release_quote(
    project: Project,
    pointer: str,
    path: str | Path,
    recognised: Recognisability,
    *,
    released_by: str,
    consent_on: str,
    consent_to: str = "words",
    description: Mapping[str, str] | None = None,
    words_checked: bool = False,
    names: Collection[str] = (),
    language: str | None = None,
    date: str | None = None,
) -> QuoteRelease:
    """Record that a quote may leave, when everything that protects the informant holds.

    Parameters
    ----------
    project : Project
    pointer : str
        From :func:`~lcresearch.interviews.quotes`.
    path : str or Path
        The study folder, or ``quote-releases.yaml`` in it.
    recognised : Recognisability
        Of this project, from :func:`~lcresearch.interviews.recognisability`.
    released_by : str
        A role, such as ``researcher`` or ``onderzoeker``; never a name.
    consent_on : str
        Date (ISO) on which the informant agreed to these words leaving.
    consent_to : {"words", "recognisable"}
        What the informant agreed to. Only with ``recognisable`` may a description fit fewer persons than
        ``minimum_cell``.
    description : mapping, optional
        Attribute -> value to describe the speaker by, less than or other than ``recognised`` proposes.
    words_checked : bool
        That a person read the words that may point to somebody, and found that they do not. Without it a quote with
        such words is refused, and they are named.
    names : collection of str
        Names of the study, see :func:`~lcresearch.interviews.pointing_words`.
    language : {"nl", "en"}, optional
        Of ``described_as``.
    date : str, optional
        Of the release (ISO); today by default.

    Returns
    -------
    QuoteRelease
        As it now stands in the file. A quote that was released before is replaced.

    Raises
    ------
    InterviewError
        V165: all reasons for which it is not released; V108: it is no pointer; V101: an attribute that was not counted.
    """
    path = record_path(path)
    earlier = [release for release in read_quote_releases(path) if release.pointer != pointer]
    if not check_pointer(project, pointer):
        raise InterviewError(_reasons(pointer, [("changed", {})]))
    document, start, end = parts_of(pointer)
    person = respondent_of(project, document, recognised.respondent)
    chosen = recognised.descriptions.get(person) if description is None else dict(description)
    role, consented, today = role_of(released_by), iso_date(consent_on), iso_date(date or datetime.date.today())
    reasons: list[tuple[str, dict[str, object]]] = []
    if role is None:
        reasons.append(("role", {"known": ", ".join([*ROLES, *ROLES.values()])}))
    if consented is None or today is None or consented > today or consent_to not in CONSENTS:
        reasons.append(("consent", {}))
    others = [each for each in earlier if respondent_of_release(project, each, recognised.respondent) == person]
    n_alike, too_few = _fits(recognised, chosen, others)
    if too_few is not None and consent_to != "recognisable":
        reasons.append((too_few, {"n": n_alike, "least": recognised.minimum_cell}))
    words = project.corpus[document].quote(start, end)
    if not words_checked:
        found = pointing_words(words, names=names, corpus=project.corpus, document=document)
        if len(found):
            reasons.append(("words", {"words": ", ".join(dict.fromkeys(found["word"].head(_SHOWN)))}))
    if chosen is not None and not recognised.is_true_of(person, chosen):
        reasons.append(("not_so", {}))
    if reasons:
        raise InterviewError(_reasons(pointer, reasons))
    release = QuoteRelease(
        pointer=pointer,
        words_sha256=_hash(words),
        described_as=describe(chosen or {}, language),
        description=dict(chosen or {}),
        persons_alike=n_alike,
        minimum_cell=recognised.minimum_cell,
        released_by=str(role),
        released_on=str(today),
        consent_to=consent_to,
        consent_on=str(consented),
    )
    write_quote_releases([*earlier, release], path)
    return release


def withdraw_quotes(
    path: str | Path,
    *,
    pointer: str | None = None,
    project: Project | None = None,
    respondent: str | None = None,
    attribute: str = "respondent",
) -> int:
    """Take releases back: of one quote, or all of a respondent. They leave the record; the number is returned.

    What went out already is out: tell those who have it.

    Parameters
    ----------
    path : str or Path
        The study folder, or ``quote-releases.yaml`` in it.
    pointer : str, optional
    project, respondent : Project and str, optional
        Whose quotes, by the attribute that tells persons apart. Do this before the interview leaves the project.
    attribute : str

    Returns
    -------
    int
        How many releases were taken back.

    Raises
    ------
    ValueError
        Neither a pointer, nor a project with a respondent.

    See also
    --------
    release_quote, released_quotes : Release, and what may leave.
    """
    if pointer is None and (project is None or respondent is None):
        raise ValueError("give a pointer, or a project and a respondent")
    path = record_path(path)
    releases = read_quote_releases(path)
    if pointer is not None:
        kept = [each for each in releases if each.pointer != pointer]
    else:
        assert project is not None
        kept = [each for each in releases if respondent_of_release(project, each, attribute) != respondent]
    if len(kept) < len(releases):
        write_quote_releases(kept, path)
    return len(releases) - len(kept)


@dataclass(frozen=True, repr=False, eq=False)
class ReleasedQuotes(Result):
    """Quotes that may leave; made by :func:`~lcresearch.interviews.released_quotes`.

    Attributes
    ----------
    quotes : DataFrame
        ``quote, described_as``: nothing else leaves. In the order of the alphabet, so that the order tells nothing.
    held_back : DataFrame
        For the researcher: ``pointer, reason`` of releases that do not hold any more.
    problems : tuple of Problem
    """

    title: ClassVar[str] = "Released quotes"
    quotes: pd.DataFrame
    held_back: pd.DataFrame
    problems: tuple[Problem, ...] = ()

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """One row a quote: the words, and how the speaker is described."""
        return self.quotes.copy()

    def glance(self) -> pd.DataFrame:
        """One row: ``n_released, n_held_back``."""
        return pd.DataFrame([{"n_released": len(self.quotes), "n_held_back": len(self.held_back)}])

    def cautions(self) -> list[str]:
        """How many quotes stay inside."""
        return [problem.message() for problem in self.problems]

    def to_file(self, path: str | Path, *, force: bool = False) -> Path:
        """Write the quotes as ``.csv`` or ``.xlsx``; raises what ``write_codings`` raises."""
        return write_table(self.quotes, path, sheet="quotes", force=force)


def released_quotes(
    project: Project,
    releases: str | Path | Sequence[QuoteRelease],
    recognised: Recognisability | None = None,
    *,
    language: str | None = None,
) -> ReleasedQuotes:
    """The quotes that may leave, with the words as they stand in the project now. All else stays inside.

    A release holds for the words that it was given for: when they were edited, or the interview is gone, it does not.

    Parameters
    ----------
    project : Project
    releases : str, Path or sequence of QuoteRelease
        The study folder, the file, or its content.
    recognised : Recognisability, optional
        To look again whether each description still fits enough persons, for instance with ``minimum_cell=10`` for what
        leaves the consortium.
    language : {"nl", "en"}, optional
        Of the descriptions.

    Returns
    -------
    ReleasedQuotes

    Raises
    ------
    InterviewError
        V166: the record is none.
    """
    found = read_quote_releases(releases) if isinstance(releases, str | Path) else tuple(releases)
    rows, held, seen = [], [], set()
    for release in found:
        reason = "twice" if release.pointer in seen else _why_not(project, release, recognised)
        seen.add(release.pointer)
        if reason:
            held.append((release.pointer, reason))
            continue
        document, start, end = parts_of(release.pointer)
        quote = clean(project.corpus[document].quote(start, end))
        rows.append((quote, describe(release.description, language)))
    quotes = pd.DataFrame(sorted(rows), columns=["quote", "described_as"])
    inside = pd.DataFrame(held, columns=["pointer", "reason"])
    problems = (Problem("V167", values={"n": len(held)}),) if held else ()
    return ReleasedQuotes(quotes, inside, problems)


def fits_enough(releases: Sequence[QuoteRelease], policy: Policy) -> list[QuoteRelease]:
    """Releases of which the description fitted ``minimum_cell`` persons, or the informant may be recognised."""
    return [one for one in releases if one.consent_to == CONSENTS[1] or one.persons_alike >= policy.minimum_cell]


def parts_of(pointer: str) -> tuple[str, int, int]:
    """Document, first character and the one after the last, of a pointer that was checked."""
    document, _, rest = pointer.partition("#")
    start, _, end = rest.partition(":")[0].partition("-")
    return document, int(start), int(end)


def respondent_of_release(project: Project, release: QuoteRelease, attribute: str = "respondent") -> str | None:
    """The person behind a release; None when the interview is not in the project."""
    if release.document not in project.corpus.by_id:
        return None
    return respondent_of(project, release.document, attribute)


def _why_not(project: Project, release: QuoteRelease, recognised: Recognisability | None) -> str | None:
    """Why a release does not hold now."""
    if release.document not in project.corpus.by_id:
        return "gone"
    document, start, end = parts_of(release.pointer)
    if not check_pointer(project, release.pointer):
        return "changed"
    if _hash(project.corpus[document].quote(start, end)) != release.words_sha256:
        return "changed"
    if release.consent_to == "recognisable":
        return None
    if min(release.persons_alike, release.minimum_cell) < LOWEST or release.persons_alike < release.minimum_cell:
        return "too_few"
    if recognised is not None and recognised.n_with(release.description) < recognised.minimum_cell:
        return "too_few"
    return None


def _fits(
    recognised: Recognisability, chosen: Mapping[str, str] | None, others: Sequence[QuoteRelease]
) -> tuple[int, str | None]:
    """How many persons a description fits; and what is wrong when these are too few, alone or with earlier ones."""
    n = recognised.n_with(chosen or {})
    if chosen is None or n < recognised.minimum_cell:
        return n, "too_few"
    together = recognised.n_with(chosen, *(other.description for other in others))
    return (n, None) if together >= recognised.minimum_cell else (together, "together")


def _reasons(pointer: str, reasons: Sequence[tuple[str, Mapping[str, object]]]) -> list[Problem]:
    return [
        Problem(
            "V165",
            values={
                "pointer": pointer,
                "what": {each: Messages(each)(f"quote_release.refused.{name}", **values) for each in LANGUAGES},
            },
        )
        for name, values in reasons
    ]


def _hash(words: str) -> str:
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()
