"""What of the interviews of a consortium may leave it: counts of codes, presence by community, released quotes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from lcresearch import interviews
from lcresearch.disclosure import Ledger, Policy
from lcresearch.interviews.code_tables.counts_of_persons import count_shown, presence_of
from lcresearch.interviews.project import Project
from lcresearch.interviews.quote_release.record import FILE_NAME, QuoteRelease
from lcresearch.interviews.quote_release.releasing import parts_of
from lcresearch.studies.communities import COMMUNITY, CONSORTIUM
from lcresearch.studies.interview_reading import ReadInterviews, of_coders

_KNOWN_BY_NAME = "recognisable"


@dataclass(frozen=True)
class InterviewEvidence:
    """Of one consortium.

    Attributes
    ----------
    codes : DataFrame or None
        ``code, name, n_segments, n_interviews, n_informants``: codes from enough informants.
    presence : DataFrame or None
        ``code, community, present``: of communities with enough informants.
    quotes : DataFrame or None
        ``code, text``: released one by one; a row a code that the quote has, an empty code when it has none.
    """

    codes: pd.DataFrame | None = None
    presence: pd.DataFrame | None = None
    quotes: pd.DataFrame | None = None


def interview_evidence(
    read: ReadInterviews | None, folder: Path, frame: pd.DataFrame, policy: Policy, ledger: Ledger | None
) -> dict[str, InterviewEvidence]:
    """Consortium -> what may leave of its interviews.

    Parameters
    ----------
    read : ReadInterviews or None
    folder : Path
        Of the study, with the record of released quotes.
    frame : DataFrame
        Answers, with ``consortium`` and ``community``: they tell in which consortium a community is.
    policy : Policy
        Fewest informants behind a count.
    ledger : Ledger or None
        What went out earlier; counts that go out now are staged in it.
    """
    if read is None:
        return {}
    project = of_coders(read.counted, read.use.coders) if read.use.coders else read.counted
    consortium, community = _groups(project, frame)
    codes = _codes(project, read.persons, consortium, policy, ledger)
    presence = _presence(project, read.persons, community, policy, ledger)
    quotes = _quotes(read, folder, policy)
    found = {}
    for name in consortium.dropna().unique().tolist():
        mine = community[consortium == name].dropna().unique().tolist()
        here = consortium.index[consortium == name].tolist()
        found[str(name)] = InterviewEvidence(
            _rows(codes[codes[CONSORTIUM] == name], CONSORTIUM),
            _rows(presence[presence[COMMUNITY].isin(mine)]),
            _rows(quotes[quotes["document"].isin(here)], "document"),
        )
    return found


def _rows(table: pd.DataFrame, *without: str) -> pd.DataFrame | None:
    """A table without some columns; None when nothing is in it."""
    return table.drop(columns=list(without)).reset_index(drop=True) if len(table) else None


def _groups(project: Project, frame: pd.DataFrame) -> tuple[pd.Series[str], pd.Series[str]]:
    """Consortium and community of each document: as its attributes say; the consortium else by the community."""
    ids = [each.id for each in project.corpus]
    told = {name: [each.attributes.get(name) for each in project.corpus] for name in (CONSORTIUM, COMMUNITY)}
    community = pd.Series(told[COMMUNITY], index=ids, dtype="str")
    consortium = pd.Series(told[CONSORTIUM], index=ids, dtype="str")
    around = frame[[CONSORTIUM, COMMUNITY]].dropna().drop_duplicates()
    one = around[~around[COMMUNITY].duplicated(keep=False)].set_index(COMMUNITY)[CONSORTIUM]
    consortium = consortium.where(consortium.notna(), community.map(one).astype("str"))
    only = frame[CONSORTIUM].unique().tolist()
    if len(only) == 1:
        consortium = consortium.where(consortium.notna(), only[0])
    return consortium.astype("str"), community


def _codes(
    project: Project, persons: pd.Series[str], consortium: pd.Series[str], policy: Policy, ledger: Ledger | None
) -> pd.DataFrame:
    """Counts of codes a consortium; what is hidden of one does not follow from the others and all together."""
    counts = count_shown(presence_of(project, persons, consortium), CONSORTIUM, policy, ledger)
    shown = counts.shares.loc[counts.shares["n_with"] >= policy.minimum_cell, ["code", "group", "n_with"]]
    found = interviews.passages(project)[["document", "code"]]
    found = found.assign(group=found["document"].map(consortium))
    sizes = found.groupby(["code", "group"]).agg(n_segments=("document", "size"), n_interviews=("document", "nunique"))
    table = shown.merge(sizes.reset_index(), on=["code", "group"], how="left")
    table = table.assign(name=[project.codebook[str(code)].name for code in table["code"]])
    table = table.rename(columns={"group": CONSORTIUM, "n_with": "n_informants"})
    return table[[CONSORTIUM, "code", "name", "n_segments", "n_interviews", "n_informants"]]


def _presence(
    project: Project, persons: pd.Series[str], community: pd.Series[str], policy: Policy, ledger: Ledger | None
) -> pd.DataFrame:
    """Whether a code stands in interviews of a community, of communities with enough informants."""
    counts = count_shown(presence_of(project, persons, community), COMMUNITY, policy, ledger)
    shares = counts.shares
    enough = shares[(shares["n_with"] == 0) | (shares["n_with"] >= policy.minimum_cell)]
    table = pd.DataFrame({"code": enough["code"], COMMUNITY: enough["group"], "present": enough["n_with"] > 0})
    return table.reset_index(drop=True)


def _quotes(read: ReadInterviews, folder: Path, policy: Policy) -> pd.DataFrame:
    """Released quotes whose description fits enough persons for what leaves the consortium, with their codes."""
    releases = interviews.read_quote_releases(folder / (read.use.releases or FILE_NAME))
    rows = []
    for release in releases:
        enough = release.consent_to == _KNOWN_BY_NAME or release.persons_alike >= policy.minimum_cell
        quotes = interviews.released_quotes(read.project, [release]).quotes if enough else pd.DataFrame()
        for text in quotes["quote"].tolist() if len(quotes) else []:
            rows += [(release.document, code, text) for code in _codes_of(read.project, release) or [""]]
    return pd.DataFrame(rows, columns=["document", "code", "text"]).drop_duplicates(ignore_index=True)


def _codes_of(project: Project, release: QuoteRelease) -> list[str]:
    """Codes of which a passage meets the words of a quote."""
    document, start, end = parts_of(release.pointer)
    mine = project.codings[project.codings["document"] == document]
    return sorted(mine.loc[(mine["start"] < end) & (mine["end"] > start), "code"].astype("str").unique().tolist())
