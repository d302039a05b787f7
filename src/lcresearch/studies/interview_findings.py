"""What the interviews of a study tell: for the report what may be shown, for the researcher's own folder all of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from lcresearch import interviews
from lcresearch.disclosure import Ledger, Policy
from lcresearch.errors import InterviewError, Place, Problem
from lcresearch.interviews import Codebook, Project
from lcresearch.interviews.code_tables.counts_of_persons import (
    CodeCounts,
    count_all,
    count_shown,
    pairs_shown,
    presence_of,
)
from lcresearch.interviews.code_tables.coverage import ANY_CODE
from lcresearch.interviews.code_tables.passages import coder_ids, grouped, names_of_columns
from lcresearch.interviews.coding_agreement.agreed_coder import people_among
from lcresearch.interviews.quote_release.record import FILE_NAME
from lcresearch.interviews.quote_release.releasing import fits_enough
from lcresearch.interviews.suggestion_coder import suggestion_coders
from lcresearch.messages import LANGUAGES
from lcresearch.reporting.interview_content import CodeName, InterviewContent, ReleasedQuote
from lcresearch.studies.finished_coding import to_compare
from lcresearch.studies.interview_reading import PERSON, ReadInterviews, of_coders
from lcresearch.studies.interview_saturation import saturation_of, shown_curve, whole_curve

_ONE_CODER, _NOTHING_IN_COMMON = "V140", "V142"
_FOR_REPORTS = ("S075", "S076", "S077", "V266")
"""Others name files of single interviews: they stand in the log that is written to the folder private."""
TOPICS_SEED = 0
_TOGETHER = ["code_1", "code_2", "n_both", "n_cases", "jaccard", "lift"]
_AGREEMENT = ["code", "n_given", "percent_agreement", "krippendorff_alpha", "alpha_low", "alpha_high", "gwet_ac1"]


@dataclass(frozen=True)
class InterviewFindings:
    """Findings of a study.

    Attributes
    ----------
    shown : InterviewContent
        What the report shows.
    confidential : mapping of str to InterviewContent
        By attribute, all findings: for the researcher's own folder.
    documents : DataFrame
        A row an interview: ``respondent, document``, what is known of the case, and passages a code (by its path).
    log : DataFrame
        What was found while reading: ``code, level, place, message``.
    topics : DataFrame or None
        All topics, when the study asks for them.
    saturation : DataFrame or None
        New codes interview by interview: what single persons brought.
    """

    shown: InterviewContent
    confidential: Mapping[str, InterviewContent]
    documents: pd.DataFrame
    log: pd.DataFrame
    topics: pd.DataFrame | None = None
    saturation: pd.DataFrame | None = None


def interview_findings(
    read: ReadInterviews,
    policy: Policy,
    ledger: Ledger | None,
    *,
    pseudonyms: Callable[[pd.Series[str]], pd.Series[str]] | None = None,
    folder: Path | None = None,
) -> InterviewFindings:
    """All that is computed of the interviews of a study.

    Parameters
    ----------
    read : ReadInterviews
    policy : Policy
    ledger : Ledger, optional
        What went out earlier; what goes out now is staged in it.
    pseudonyms : callable, optional
        What persons are called in tables of persons.
    folder : Path, optional
        Of the study, with its record of released quotes.

    Raises
    ------
    InterviewError
        V101: an attribute that no interview has.
    """
    use, project = read.use, read.counted
    if use.coders:
        project = of_coders(project, use.coders)
    by = use.compare or ""
    groups, problems = grouped(project, by) if by else (None, [])
    presence = presence_of(project, read.persons, groups)
    counts = count_shown(presence, by, policy, ledger)
    found = _Found(read, project)
    content = _content(found, counts, by, policy)
    topics, told = _topics(read, policy, folder) if use.topics and not counts.reason else (None, ())
    quotes, held = _quotes(read, policy, folder) if folder is not None and not counts.reason else ((), ())
    shown = replace(content, quotes=quotes, problems=(*content.problems, *problems, *held, *told))
    if topics is not None:
        shown = replace(shown, topics=topics_shown(topics, policy))
    confidential = {
        name: _confidential(found, name)
        for name in dict.fromkeys([*([use.compare] if use.compare else []), *use.confidential])
    }
    documents = _documents(read, project, pseudonyms)
    tidy = topics.tidy() if topics is not None else None
    curve = found.saturation.curve if found.saturation is not None else None
    return InterviewFindings(shown, confidential, documents, read.project.log, tidy, curve)


def counts_shown(read: ReadInterviews, policy: Policy, ledger: Ledger) -> CodeCounts:
    """In how many persons' interviews each code stands, as far as that may be shown to the public of a ledger."""
    by, coders = read.use.compare or "", read.use.coders
    project = of_coders(read.counted, coders) if coders else read.counted
    groups = grouped(project, by)[0] if by else None
    return count_shown(presence_of(project, read.persons, groups), by, policy, ledger)


def _topics(
    read: ReadInterviews, policy: Policy, folder: Path | None
) -> tuple[interviews.Topics | None, tuple[Problem, ...]]:
    """Topics of what people say; without them, why there are none. What else is wrong with them is a warning."""
    try:
        found = interviews.find_topics(
            read.project.corpus,
            unit=read.use.unit,
            without_roles=read.use.without_roles,
            cache=folder,
            seed=TOPICS_SEED,
        )
    except InterviewError as error:
        return None, tuple(replace(one, where=Place()) for one in error.problems)
    return found, ()


def topics_shown(topics: interviews.Topics, policy: Policy) -> pd.DataFrame:
    """Topics that came back when the search was repeated, as far as enough persons speak of them."""
    table = topics.by_topic
    firm = table.loc[table["verdict"] != "unstable", "topic"]
    shown = topics.shareable(policy=policy)[0]
    return shown.loc[shown["topic"].isin(firm), ["words", "n_persons", "n_group", "share"]].reset_index(drop=True)


def _quotes(
    read: ReadInterviews, policy: Policy, folder: Path
) -> tuple[tuple[ReleasedQuote, ...], tuple[Problem, ...]]:
    """Quotes that may leave now, with what may be said of who spoke; and how many releases do not hold any more."""
    releases = interviews.read_quote_releases(folder / (read.use.releases or FILE_NAME))
    enough = fits_enough(releases, policy)
    held = len(releases) - len(enough)
    few = (Problem("S080", values={"n": held, "minimum_cell": policy.minimum_cell}),) if held else ()
    if not enough:
        return (), few
    found = {one: interviews.released_quotes(read.project, enough, language=one) for one in LANGUAGES}
    texts = {language: dict(one.quotes.itertuples(index=False, name=None)) for language, one in found.items()}
    first = next(iter(found.values()))
    quotes = tuple(
        ReleasedQuote(str(quote), {language: texts[language].get(quote, "") for language in LANGUAGES})
        for quote in first.quotes["quote"]
    )
    return quotes, (*few, *first.problems)


@dataclass(frozen=True)
class _Found:
    """What does not hang on the groups that are compared: worked out once, for the report and for each attribute."""

    read: ReadInterviews
    project: Project

    @cached_property
    def saturation(self) -> interviews.Saturation | None:
        return saturation_of(self.project)

    @cached_property
    def n_passages(self) -> int:
        return len(interviews.passages(self.project))

    @cached_property
    def together(self) -> pd.DataFrame:
        """Pairs of codes, by their ids."""
        found = interviews.co_occurrence(self.project, self.read.use.unit, by=_person(self.project))
        ids = _ids(self.project)
        return found.assign(code_1=found["code_1"].map(ids), code_2=found["code_2"].map(ids))

    @cached_property
    def coverage(self) -> pd.DataFrame:
        """How much of each role's words is coded; questions of interviewers too."""
        table = interviews.coverage(self.read.project, by=_person(self.read.project))
        return table[table["code"] == ANY_CODE].rename(columns={"n_documents": "n_persons"})

    @cached_property
    def agreement(self) -> pd.DataFrame:
        return _agreement(self.read)


def _content(found: _Found, counts: CodeCounts, by: str, policy: Policy | None) -> InterviewContent:
    """Everything about these codes; with a policy only what may be shown."""
    read, project = found.read, found.project
    book = project.codebook
    nothing = bool(counts.reason)
    steps = None if nothing else found.saturation
    curve, saturation = whole_curve(steps) if policy is None else shown_curve(steps, read.persons, counts, policy)
    return InterviewContent(
        n_interviews=len(project.corpus),
        n_persons=int(read.persons.nunique()),
        n_coders=int(project.codings["coder"].nunique()),
        n_passages=found.n_passages,
        by=by,
        codes={code.id: CodeName(_names(book, code.id), _themes(book, code.id)) for code in book if code.codable},
        groups=counts.groups,
        totals=counts.totals,
        shares=counts.shares,
        tests=_tests(project, by, counts),
        together=_together(found, counts, policy),
        curve=curve,
        saturation=saturation,
        coverage=pd.DataFrame(columns=["role", "n_persons", "share"]) if nothing else _coverage(found, policy),
        agreement=pd.DataFrame(columns=_AGREEMENT)
        if nothing or not read.use.agreement
        else _agreement_shown(found, set(counts.totals["code"])),
        n_hidden_groups=counts.n_hidden_groups,
        n_hidden_codes=counts.n_hidden_codes,
        n_hidden_cells=counts.n_hidden_cells,
        reason=counts.reason,
        confidential=policy is None,
        problems=tuple(replace(one, where=Place()) for one in read.problems if one.code in _FOR_REPORTS),
    )


def _confidential(found: _Found, by: str) -> InterviewContent:
    presence = presence_of(found.project, found.read.persons, grouped(found.project, by)[0])
    return _content(found, count_all(presence), by, None)


def _names(book: Codebook, code: str) -> dict[str, str]:
    one = book[code]
    others = {language: texts["name"] for language, texts in one.translations.items() if texts.get("name")}
    return {book.language: one.name} | others


def _themes(book: Codebook, code: str) -> dict[str, str]:
    above = book.ancestors(code)
    return _names(book, above[0].id if above else code)


def _tests(project: Project, by: str, counts: CodeCounts) -> pd.DataFrame:
    """Tests of the codes that are shown for every group: with the others a p value would tell on what is hidden."""
    nothing = pd.DataFrame(columns=["code", "p_value", "p_adjusted"])
    if not by or not counts.whole or len(counts.groups) < 2:
        return nothing
    tests = interviews.compare_codes(project, by, per=_person(project)).tests
    tests = tests.assign(code=tests["code"].map(_ids(project)))
    return tests.loc[tests["code"].isin(counts.whole), ["code", "p_value", "p_adjusted"]].reset_index(drop=True)


def _together(found: _Found, counts: CodeCounts, policy: Policy | None) -> pd.DataFrame:
    pairs = found.together
    if policy is None:
        shown = set(counts.totals["code"])
        pairs = pairs[pairs["code_1"].isin(shown) & pairs["code_2"].isin(shown)]
    else:
        pairs = pairs_shown(pairs, counts, found.read.persons.nunique(), policy)
    return pairs[_TOGETHER].astype({"n_both": "int64"}).reset_index(drop=True)


def _person(project: Project) -> str:
    """By what persons are counted: each document stands for one where no table says who is interviewed."""
    return PERSON if PERSON in project.corpus.attributes.columns else "document"


def _ids(project: Project) -> dict[str, str]:
    return {name: code for code, name in names_of_columns(project).items()}


def _coverage(found: _Found, policy: Policy | None) -> pd.DataFrame:
    """Of roles of enough persons."""
    table, least = found.coverage, 0 if policy is None else policy.minimum_cell
    return table.loc[table["n_persons"] >= least, ["role", "n_persons", "share"]].reset_index(drop=True)


def _agreement_shown(found: _Found, shown: set[Any]) -> pd.DataFrame:
    """Agreement on the codes that are shown, and on all codes together (an empty code); empty with one coder."""
    table = found.agreement
    if table.empty:
        return table
    return table.loc[(table["kind"] == "all") | table["code"].isin(shown), _AGREEMENT].reset_index(drop=True)


def _agreement(read: ReadInterviews) -> pd.DataFrame:
    """Agreement on each code, by its id, and on all codes together; empty with one coder."""
    use = read.use
    project, who_read = to_compare(read.project, read.plan)
    try:
        found = interviews.coder_agreement(
            project,
            people_among(read.project, use.coders),
            segment=use.unit,
            without_roles=use.without_roles,
            read=who_read,
        )
    except InterviewError as error:
        if {problem.code for problem in error.problems} <= {_ONE_CODER, _NOTHING_IN_COMMON}:
            return pd.DataFrame(columns=_AGREEMENT)
        raise
    table = found.by_code()
    ids = _ids(read.project)
    return table.assign(code=[ids.get(str(name), "") for name in table["code"]])


def _documents(
    read: ReadInterviews, project: Project, pseudonyms: Callable[[pd.Series[str]], pd.Series[str]] | None
) -> pd.DataFrame:
    """Rows of persons: for the folder private alone."""
    matrix = interviews.code_matrix(project, "document").drop(columns="n_documents")
    persons = read.persons.astype("str")
    named = pseudonyms(persons) if pseudonyms is not None else persons
    attributes = project.corpus.attributes.drop(columns=[PERSON, "document"], errors="ignore")
    attributes = attributes.reset_index(drop=True).astype("str")
    head = pd.DataFrame({"respondent": named.to_numpy(), "document": [each.name for each in project.corpus]})
    return pd.concat([head, attributes, matrix.reset_index(drop=True)], axis=1)


def check_names(read: ReadInterviews) -> None:
    """Refuse attributes and coders that nobody has.

    Raises
    ------
    InterviewError
        V101, V100: all of them together; V267: suggestions of a machine as a coder.
    """
    problems: list[Problem] = []
    for name in [*([read.use.compare] if read.use.compare else []), *read.use.confidential]:
        try:
            grouped(read.project, name)
        except InterviewError as error:
            problems += error.problems
    try:
        machine = suggestion_coders(read.project) & set(coder_ids(read.project, read.use.coders))
        if machine:
            problems.append(Problem("V267", values={"coder": ", ".join(read.project.coders["name"][sorted(machine)])}))
    except InterviewError as error:
        problems += error.problems
    if problems:
        raise InterviewError(problems)
