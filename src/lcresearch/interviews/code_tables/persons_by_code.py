"""How many persons speak of each code, as a script may show it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import ClassVar

import pandas as pd

from lcresearch.disclosure import Ledger, Policy
from lcresearch.errors import Problem
from lcresearch.interviews.code_tables.counts_of_persons import CodeCounts, count_all, count_shown, presence_of
from lcresearch.interviews.code_tables.passages import cases_of, coder_ids, grouped, names_of_columns
from lcresearch.interviews.project import Project
from lcresearch.interviews.suggestion_coder import without_suggestions
from lcresearch.messages import Messages
from lcresearch.results import Result


@dataclass(frozen=True, repr=False, eq=False)
class PersonsByCode(Result):
    """Persons who speak of each code; made by :func:`~lcresearch.interviews.persons_by_code`.

    Attributes
    ----------
    by : str
        Attribute of the groups; empty when there are none.
    minimum_cell : int
        Of the policy; 0 when everything is counted.
    totals : DataFrame
        ``code, n_with, n_persons, share, conf_low, conf_high`` (Wilson, 95%), most persons first.
    shares : DataFrame
        ``code, group`` and the same.
    groups : DataFrame
        ``group, n_persons``.
    n_hidden_groups, n_hidden_codes, n_hidden_cells : int
    reason : str
        Why nothing is shown (``few, alike, complement, earlier``), or empty.
    problems : tuple of Problem
    """

    title: ClassVar[str] = "Persons by code"
    by: str
    minimum_cell: int
    totals: pd.DataFrame
    shares: pd.DataFrame
    groups: pd.DataFrame
    n_hidden_groups: int = 0
    n_hidden_codes: int = 0
    n_hidden_cells: int = 0
    reason: str = ""
    problems: tuple[Problem, ...] = ()

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """One row a code for everybody (``group`` is empty) and one a code and group, at 95%."""
        del conf_level
        everybody = self.totals.copy()
        everybody.insert(1, "group", "")
        return pd.concat([everybody, self.shares], ignore_index=True) if len(self.shares) else everybody

    def glance(self) -> pd.DataFrame:
        """One row: what is shown, and how much is not."""
        n = {"n_codes": len(self.totals), "n_groups": len(self.groups)}
        hidden = {f"n_hidden_{part}": getattr(self, f"n_hidden_{part}") for part in ("groups", "codes", "cells")}
        return pd.DataFrame([n | hidden])

    def cautions(self) -> list[str]:
        """What is not shown, and why."""
        say = Messages()
        found = [problem.message() for problem in self.problems]
        if self.reason:
            return [*found, say(f"report.interviews.nothing_{self.reason}", minimum_cell=self.minimum_cell)]
        if self.n_hidden_groups:
            found.append(say("report.interviews.hidden_groups", n=self.n_hidden_groups, minimum_cell=self.minimum_cell))
        if self.n_hidden_codes or self.n_hidden_cells:
            found.append(say("report.interviews.hidden_codes"))
        return found


def persons_by_code(
    project: Project,
    by: str = "",
    *,
    policy: Policy | None = None,
    per: str = "respondent",
    coders: Collection[str] | None = None,
    ledger: Ledger | None = None,
) -> PersonsByCode:
    """In how many persons' interviews each code stands; with a policy, only counts that single nobody out.

    A count of persons is shown when nobody or at least three have the code and at least three have not, in a group of
    at least ``minimum_cell``; where some code is hidden since few have it, those that nobody has are hidden too. What
    is hidden of some groups does not follow from the count of everybody. These are the rules of the report of a study.

    Parameters
    ----------
    project : Project
    by : str
        Attribute of documents or cases, such as ``sector``; without it everybody is counted together.
    policy : Policy, optional
        Without it every count is given, for the researcher alone.
    per : str
        Attribute that tells persons apart; a document without it counts as a person, and so does each document where
        no document has it.
    coders : collection of str, optional
        Whose codings count.
    ledger : Ledger, optional
        What went out of this study earlier.

    Returns
    -------
    PersonsByCode

    Raises
    ------
    InterviewError
        V100: a coder who is not there; V101: ``by`` is an attribute that nobody has.

    See also
    --------
    compare_codes : tests whether groups differ.
    code_matrix : every count, by document, case or attribute.

    Examples
    --------
    >>> from lcresearch.interviews import Code, Codebook, Corpus, Document
    >>> texts = tuple(Document(f"d{n}", f"R{n}", "We learn. It rains.") for n in range(8))
    >>> rows = [(f"c{n}", f"d{n}", 0, 9, "learning", "An") for n in range(4)] + [("c9", "d0", 10, 19, "rain", "An")]
    >>> codings = pd.DataFrame(rows, columns=["coding", "document", "start", "end", "code", "coder"])
    >>> book = Codebook((Code("learning", "learning"), Code("rain", "rain")))
    >>> invented = Project("invented", Corpus(texts), book, codings, pd.DataFrame({"name": ["An"]}, index=["An"]))
    >>> found = persons_by_code(invented, policy=Policy(minimum_cell=5))
    >>> found.totals[["code", "n_with", "n_persons"]].values.tolist(), found.n_hidden_codes
    ([['learning', 4, 8]], 1)
    """
    project, left_out = without_suggestions(project, coders)
    if coders is not None:
        kept = project.codings["coder"].isin(coder_ids(project, coders))
        project = replace(project, codings=project.codings[kept].reset_index(drop=True))
    groups, problems = grouped(project, by) if by else (None, [])
    known = per in project.corpus.attributes.columns
    persons = pd.Series(cases_of(project, per if known else "document"), dtype="str")
    presence = presence_of(project, persons, groups)
    counts = count_all(presence) if policy is None else count_shown(presence, by, policy, ledger)
    return _named(project, by, 0 if policy is None else policy.minimum_cell, counts, (*left_out, *problems))


def _named(
    project: Project, by: str, minimum_cell: int, counts: CodeCounts, problems: tuple[Problem, ...]
) -> PersonsByCode:
    """The counts with paths of codes, the most frequent first."""
    names = names_of_columns(project)
    totals = counts.totals.assign(code=counts.totals["code"].map(names))
    totals = totals.sort_values("n_with", ascending=False, kind="stable", ignore_index=True)
    shares = counts.shares.assign(code=counts.shares["code"].map(names))
    hidden = {f"n_hidden_{part}": getattr(counts, f"n_hidden_{part}") for part in ("groups", "codes", "cells")}
    return PersonsByCode(
        by, minimum_cell, totals, shares, counts.groups, **hidden, reason=counts.reason, problems=problems
    )
