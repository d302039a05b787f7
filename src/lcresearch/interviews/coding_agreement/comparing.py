"""Agreement of the coders of a project, by segment, by character, or with their own boundaries."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from lcresearch.agreement import (
    RaterAgreement,
    Spans,
    character_agreement,
    code_agreement,
    unitised_agreement,
)
from lcresearch.errors import InterviewError, Problem
from lcresearch.interviews.coding_agreement.compared_codings import Compared, compared, lifted, unique_names
from lcresearch.interviews.coding_agreement.result import CoderAgreement, joined
from lcresearch.interviews.coding_agreement.units import SegmentCodes, segment_codes, spans_that_count
from lcresearch.interviews.coding_agreement.who_read import Read
from lcresearch.interviews.project import Project
from lcresearch.interviews.text.segments import Unit

UNITS = ("segment", "character", "span")
_UNCODED = {"segment": {"nl": "fragmenten", "en": "segments"}, "character": {"nl": "tekens", "en": "characters"}}


def coder_agreement(
    project: Project,
    coders: Collection[str] | None = None,
    *,
    unit: Literal["segment", "character", "span"] = "segment",
    segment: Unit = "turn",
    without_roles: Collection[str] = (),
    codes: Collection[str] | None = None,
    with_parents: bool = False,
    read: Read = "coded",
    among: Literal["all", "coded"] = "all",
    whole_documents: Literal["left_out", "everywhere"] = "left_out",
    least: int = 1,
    overlap: Literal["separate", "combinations", "refuse"] = "separate",
    interval: str | None = None,
    n_draws: int = 2000,
    seed: int | None = 0,
) -> CoderAgreement:
    """How far coders gave the same codes to the same text, as they coded it: before they discussed it.

    Parameters
    ----------
    project : Project
        Texts with the codings of at least two coders; see :func:`~lcresearch.interviews.merge_projects`.
    coders : collection of str, optional
        Names or ids; by default all who coded. What was agreed in discussion, and what a machine suggested,
        is nobody's coding and never counts.
    unit : {"segment", "character", "span"}
        What is compared: segments that did or did not get a code; each character; or passages with the boundaries that
        coders chose (Krippendorff's u-alpha). For the coefficients see
        :func:`~lcresearch.agreement.code_agreement`, :func:`~lcresearch.agreement.character_agreement` and
        :func:`~lcresearch.agreement.unitised_agreement`.
    segment : {"turn", "paragraph", "sentence", "document"}
        With ``unit="segment"``. With ``document`` a code counts for a document that has it anywhere.
    without_roles : collection of str
        Roles whose words do not count, such as ``interviewer``. With ``unit="character"`` and ``"span"`` only text
        within turns of others is then left; otherwise all text counts, names of speakers and blank lines too.
    codes : collection of str, optional
        Paths, short names or ids; by default all codes that one of the coders used.
    with_parents : bool
        Whether to compare on codes above too: text counts for a code when it has that code or one below it.
    read : {"coded", "all"} or mapping
        Who read what. ``coded``: a coder read the documents in which this coder gave any code; ``all``: everybody read
        everything; or document -> coders. A coder who read a document and gave no code agrees that it has none.
    among : {"all", "coded"}
        All text, or only text to which at least one coder gave at least one code. Not for spans.
    whole_documents : {"left_out", "everywhere"}
        Codings of whole documents: left out and counted, or taken as codings of all text in them.
    least : int
        Characters of a segment that a coding must cover to count for it (or all of a shorter one).
    overlap : {"separate", "combinations", "refuse"}
        With ``unit="span"``: what to do where a coder gives several codes to the same text.
    interval : str, optional
        ``fisher`` (unless given), ``linearised`` or ``bootstrap``; with ``unit="span"`` ``jackknife`` or
        ``bootstrap``. Errors are over documents, since text of one person is alike; with a single document they are
        over segments.
    n_draws, seed : int
        For the bootstrap.

    Returns
    -------
    CoderAgreement
        ``tidy()`` a row a code and coefficient, ``by_code()`` a row a code, ``plot()`` alpha by code, ``documents`` who
        read what, ``summary()`` with what was left out.

    Raises
    ------
    InterviewError
        V100, V107: a coder or code that is not there; V140: fewer than two coders; V141: an unknown option; V142: no
        document that two of them read; V150, V161: ``read`` does not fit the project; V157, V267: agreed codings, or
        suggestions of a machine, as a coder.
    AgreementError
        A007, A013: an unknown way of the interval; A015: two codes at one place, with ``overlap="refuse"``; A019: no
        codes.

    Examples
    --------
    >>> from lcresearch.interviews import Code, Codebook, Corpus, Document, Turn, coder_agreement
    >>> text = "We help each other. There is no time. I learn. It rains."
    >>> turns = (Turn(0, 19), Turn(20, 37), Turn(38, 46), Turn(47, 56))
    >>> rows = [(0, 19, "help", "An"), (0, 10, "help", "Bo"), (20, 37, "time", "An"), (38, 46, "help", "Bo")]
    >>> codings = pd.DataFrame(rows, columns=["start", "end", "code", "coder"]).assign(document="d")
    >>> invented = Project(
    ...     "invented",
    ...     Corpus((Document("d", "R1", text, turns),)),
    ...     Codebook((Code("help", "help"), Code("time", "time"))),
    ...     codings,
    ...     pd.DataFrame({"name": ["An", "Bo"]}, index=["An", "Bo"]),
    ... )
    >>> found = coder_agreement(invented).by_code().round(2)
    >>> found[["code", "percent_agreement", "cohen_kappa", "positive_agreement"]].to_dict("list")
    {'code': ['(all)', 'help', 'time'], 'percent_agreement': [0.75, 0.75, 0.75], 'cohen_kappa': [0.33, 0.5, 0.0],
     'positive_agreement': [0.5, 0.67, 0.0]}
    """
    if unit not in UNITS:
        raise InterviewError("V141", name="unit", found=str(unit), known=list(UNITS))
    if unit == "span" and among != "all":
        raise InterviewError("V141", name="among", found=str(among), known=["all"])
    if unit == "segment" and segment == "document":
        whole_documents = "everywhere"
    found = compared(project, coders, codes=codes, read=read, whole_documents=whole_documents)
    statistics = _Statistics(
        found, unit, segment, tuple(without_roles), among, least, overlap,
        {"n_draws": n_draws, "seed": seed} | ({} if interval is None else {"interval": interval}),
    )  # fmt: skip
    own, problems = statistics.on(found.codings, found.codes)
    above, top = statistics.above(project) if with_parents else (None, None)
    settings: dict[str, Any] = {"segment": segment if unit == "segment" else None, "without_roles": list(without_roles)}
    settings |= {"read": read if isinstance(read, str) else "given", "whole_documents": whole_documents, "least": least}
    n_read = found.documents["n_coders"]
    size = {"n_documents": len(found.corpus), "n_documents_left_out": int((n_read < 2).sum())}
    size |= {"n_codings": len(found.codings)}
    return joined(
        own,
        above,
        top,
        documents=found.documents,
        settings=settings,
        size=size,
        problems=(*found.problems, *_roles_nobody_has(project, without_roles), *problems),
    )


@dataclass(frozen=True)
class _Statistics:
    """One kind of comparison, for codes and for the codes above them."""

    found: Compared
    unit: str
    segment: Unit
    without_roles: tuple[str, ...]
    among: str
    least: int
    overlap: str
    interval: Mapping[str, Any]

    def on(self, codings: pd.DataFrame, codes: Mapping[str, str]) -> tuple[RaterAgreement, list[Problem]]:
        """Agreement on these codes, and what there is to say of it."""
        if self.unit == "segment":
            given = segment_codes(self.found, codings, self.segment, self.without_roles, self.least)
            result = _by_segment(self.found, given, codes, self.among, self.interval)
            coded, n = given.given["unit"].nunique(), len(given.parts)
            return result, [*given.problems, _uncoded(self.among, coded, n, self.unit)]
        spans, problems = spans_that_count(self.found, codings, codes, self.without_roles)
        if self.unit == "span":
            return unitised_agreement(spans, overlap=self.overlap, **self.interval), problems
        result = character_agreement(spans, among=self.among, **self.interval)
        return result, [*problems, _uncoded(self.among, _coded_characters(spans), int(spans.lengths.sum()), self.unit)]

    def above(self, project: Project) -> tuple[RaterAgreement | None, RaterAgreement | None]:
        """Agreement on each code that has codes below it, and on the top codes together."""
        book, chosen = project.codebook, self.found.codings
        parents, tops = lifted(chosen, book), lifted(chosen, book, top=True)
        if parents.empty:
            return None, None
        names = {code.id: f"{book.path(code.id)} > *" for code in book if code.id in set(parents["code"])}
        top_names = {code.id: book.path(code.id) for code in book if code.id in set(tops["code"])}
        return self.on(parents, unique_names(names))[0], self.on(tops, unique_names(top_names))[0]


def _roles_nobody_has(project: Project, without_roles: Collection[str]) -> list[Problem]:
    """A role that no speaker has leaves nobody's words out: a typing error, or texts without roles."""
    roles = {role for document in project.corpus for role in document.roles.values()}
    wrong = [role for role in without_roles if role not in roles]
    return [Problem("V160", values={"roles": wrong, "known": sorted(roles) or ["–"]})] if wrong else []


def _by_segment(
    found: Compared, given: SegmentCodes, codes: Mapping[str, str], among: str, interval: Mapping[str, Any]
) -> RaterAgreement:
    documents = given.parts["document"].to_numpy(dtype=object)
    return code_agreement(
        given.given["code"].map(codes).to_numpy(dtype=object),
        given.given["unit"].to_numpy(dtype=np.int64),
        given.given["coder"].map(found.coders).to_numpy(dtype=object),
        units=len(given.parts),
        codes=list(codes.values()),
        raters=list(found.coders.values()),
        rated=found.reading.loc[documents].to_numpy(dtype=bool),
        documents=documents if len(found.corpus) > 1 else None,
        among=among,
        **interval,
    )


def _uncoded(among: str, coded: int, n: int, unit: str) -> Problem:
    """How text without codes counts."""
    share = round(100 * (1 - coded / n)) if n else 0
    values = {"n": n - coded, "total": n, "percent": share, "units": _UNCODED[unit]}
    return Problem("V147" if among == "all" else "V148", values=values)


def _coded_characters(spans: Spans) -> int:
    """Characters to which anybody gave any code."""
    at = spans.offsets[spans.document]
    start, end = at + spans.start, at + spans.end
    order = np.argsort(start, kind="stable")
    reached = np.maximum.accumulate(end[order]) if len(order) else end
    before = np.concatenate([[0], reached[:-1]]) if len(order) else reached
    return int(np.maximum(reached - np.maximum(start[order], before), 0).sum())
