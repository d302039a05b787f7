"""What came of a discussion: agreed codings with their own record, beside the codings that were made before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.errors import InterviewError, Problem
from lcresearch.interviews.codebook.comparison import matched
from lcresearch.interviews.coding_agreement.agreed_coder import AGREED, agreed_ids
from lcresearch.interviews.coding_agreement.disagreements import Disagreements, find_disagreements
from lcresearch.interviews.coding_agreement.discussion_list import (
    ANSWERS,
    DROPPED,
    KEPT,
    OPEN,
    OUTCOMES,
    REPLACED,
    own_boundaries,
    read_outcomes,
)
from lcresearch.interviews.coding_agreement.result import CoderAgreement
from lcresearch.interviews.guids import guid_of
from lcresearch.interviews.project import CODING_COLUMNS, Project, no_codings
from lcresearch.interviews.suggestion_coder import suggestion_coders
from lcresearch.messages import Messages
from lcresearch.results import FittedModel

_PLACE = ["document_id", "code_id", "start", "end"]


@dataclass(frozen=True, repr=False, eq=False)
class Settlement(FittedModel):
    """What a discussion settled; made by :func:`~lcresearch.interviews.settle`.

    Attributes
    ----------
    project : Project
        The project with, beside the codings of the coders, those that were agreed, by a coder of their own.
    agreed : Project
        The same with the agreed codings only.
    record : DataFrame
        One row a place that was discussed: ``id, item, document, start, end, code, kind, given_by, not_given_by,
        outcome`` (``kept, dropped, replaced, open``), ``agreed_code, remark``. No words of people.
    by_code : DataFrame
        ``code, n_places, n_alike, n_differed, n_kept, n_dropped, n_replaced, n_open, share_alike`` (of places, before
        discussion) and ``share_settled`` (of those that differed).
    problems : tuple of Problem
    documents : tuple of str
        Ids of the documents that several coders read.
    """

    title: ClassVar[str] = "What discussion settled"
    project: Project
    agreed: Project
    record: pd.DataFrame
    by_code: pd.DataFrame
    problems: tuple[Problem, ...] = ()
    documents: tuple[str, ...] = ()

    def for_analysis(self) -> Project:
        """The project to count in: what was agreed where several coders read, and the one coder's codings elsewhere.

        Places that are still open have no coding in it.

        Examples
        --------
        >>> from lcresearch.interviews import Code, Codebook, Corpus, Document
        >>> texts = (Document("d", "R1", "We help each other."), Document("e", "R2", "No time."))
        >>> rows = [("1", "d", 0, 18, "help", "An"), ("2", "d", 0, 18, "time", "Bo"), ("3", "e", 0, 7, "time", "Bo")]
        >>> codings = pd.DataFrame(rows, columns=["coding", "document", "start", "end", "code", "coder"])
        >>> book = Codebook((Code("help", "help"), Code("time", "time")))
        >>> coders = pd.DataFrame({"name": ["An", "Bo"]}, index=["An", "Bo"])
        >>> invented = Project("invented", Corpus(texts), book, codings.assign(selection="", created=pd.NaT), coders)
        >>> found = find_disagreements(invented)
        >>> outcomes = pd.DataFrame({"outcome": [KEPT, DROPPED]}, index=found.table["id"])
        >>> outcomes = outcomes.assign(agreed_code="", agreed_boundaries="", remark="")
        >>> final = settle(invented, found, outcomes, language="en").for_analysis()
        >>> final.quotes[["document", "path", "coder"]].values.tolist()
        [['R2', 'time', 'Bo'], ['R1', 'help', 'agreed']]
        """
        together = self.project
        several = together.codings["document"].isin(self.documents)
        agreed = together.codings["coder"].isin(agreed_ids(together))
        machine = together.codings["coder"].isin(suggestion_coders(together))
        kept = together.codings[(agreed | ~several) & ~machine].reset_index(drop=True)
        return replace(together, codings=kept)

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """One row a code: how many places were alike before, and what became of the others."""
        return self.by_code.copy()

    def glance(self) -> pd.DataFrame:
        """One row for all codes, with ``n_agreed_codings``."""
        numbers = self.by_code.filter(like="n_").sum()
        frame = numbers.astype(int).to_frame().T.assign(n_agreed_codings=len(self.agreed.codings))
        differed = frame["n_differed"].astype(float).replace(0.0, np.nan)
        return frame.assign(share_settled=1 - frame["n_open"] / differed).reset_index(drop=True)

    def cautions(self) -> list[str]:
        """What the reader must know."""
        return [problem.message() for problem in self.problems]

    def tables(self) -> dict[str, pd.DataFrame]:
        """Tables by name: ``tidy, glance, record``."""
        return super().tables() | {"record": self.record}

    def beside(self, before: CoderAgreement, conf_level: float = 0.95) -> pd.DataFrame:
        """Agreement before discussion beside what discussion settled, a row a code.

        Only the figures from before say whether another coder would give the same codes. There is no alpha after
        discussion: people who talked are not independent.

        Parameters
        ----------
        before : CoderAgreement
            Of the same project, from :func:`~lcresearch.interviews.coder_agreement`.
        conf_level : float

        Returns
        -------
        DataFrame
            ``code, alpha_before, low_before, high_before`` and the columns of :attr:`by_code` after ``code``.
        """
        wide = before.by_code(conf_level).set_index("code")
        term = "krippendorff_alpha" if "krippendorff_alpha" in wide else "u_alpha"
        mine = wide[[term, "alpha_low", "alpha_high"]].set_axis(["alpha_before", "low_before", "high_before"], axis=1)
        return self.by_code.merge(mine.reset_index(), on="code", how="left")[
            ["code", *mine.columns, *self.by_code.columns[1:]]
        ]


def settle(
    project: Project,
    found: Disagreements,
    outcomes: str | Path | Project | pd.DataFrame,
    *,
    language: str | None = None,
    date: str | None = None,
) -> Settlement:
    """Take the outcome of a discussion over, apart from what coders did before.

    Where all coders gave the code it stands. Where they differed the outcome decides; what is still open has no agreed
    coding. Documents that one coder read stay as that coder coded them, outside the agreed codings.

    Parameters
    ----------
    project : Project
        As it was before the discussion.
    found : Disagreements
        Of this project, from :func:`~lcresearch.interviews.find_disagreements`.
    outcomes : str, Path, Project or DataFrame
        The list that was written, filled in; a second project of the same texts, in which coders changed their
        codings or somebody coded what was agreed (a coder called ``agreed`` or ``na overleg``); or a table as
        :func:`~lcresearch.interviews.coding_agreement.discussion_list.read_outcomes` gives, of which rows of other
        places are left out and places without a row are open.
    language : {"nl", "en"}, optional
        Of the name of the coder that holds what was agreed.
    date : str, optional
        Of the discussion (ISO), for the agreed codings.

    Returns
    -------
    Settlement

    Raises
    ------
    InterviewError
        V153 to V155: the file, see :func:`~lcresearch.interviews.coding_agreement.discussion_list.read_outcomes`; V158:
        the second project lacks a text of the first, or has other words in it.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> from lcresearch.interviews import Code, Codebook, Corpus, Document, write_disagreements
    >>> rows = [("1", 0, 18, "help", "An"), ("2", 0, 18, "time", "Bo")]
    >>> codings = pd.DataFrame(rows, columns=["coding", "start", "end", "code", "coder"])
    >>> invented = Project(
    ...     "invented",
    ...     Corpus((Document("d", "R1", "We help each other. There is no time."),)),
    ...     Codebook((Code("help", "help"), Code("time", "time"))),
    ...     codings.assign(document="d", selection="", created=pd.NaT),
    ...     pd.DataFrame({"name": ["An", "Bo"]}, index=["An", "Bo"]),
    ... )
    >>> found = find_disagreements(invented)
    >>> path = write_disagreements(found, Path(mkdtemp()) / "talk.csv", language="en")
    >>> filled = pd.read_csv(path).assign(outcome=["yes", "no"])
    >>> filled.to_csv(path, index=False)
    >>> result = settle(invented, found, path, language="en")
    >>> result.agreed.quotes[["path", "coder", "quote"]].values.tolist()
    [['help', 'agreed', 'We help each other']]
    """
    if isinstance(outcomes, Project):
        answers, agreed = _from_project(found, project, outcomes)
    else:
        given = outcomes if isinstance(outcomes, pd.DataFrame) else read_outcomes(outcomes, found, project.codebook)
        answers = _of_each_place(found, given)
        agreed = _from_answers(found, answers, project)
    record = _record(project, found, answers)
    by_code = _by_code(found, record)
    problems = [Problem("V156")]
    if n_open := int(by_code["n_open"].sum()):
        problems.append(Problem("V163", values={"n": n_open}))
    with_agreed, only = _projects(project, found, agreed, language, date)
    kept = [problem for problem in found.problems if problem.code in ("V144", "V159", "V162")]
    return Settlement(with_agreed, only, record, by_code, (*problems, *kept), found.documents)


def _of_each_place(found: Disagreements, given: pd.DataFrame) -> pd.DataFrame:
    """Answers in the order of the list; open where there is none."""
    answers = given[list(ANSWERS)].reindex(found.table["id"])
    return answers.assign(outcome=answers["outcome"].fillna(OPEN)).fillna("")


def _from_answers(found: Disagreements, answers: pd.DataFrame, project: Project) -> pd.DataFrame:
    """Places with an agreed code: those that were alike, and those whose outcome gives one."""
    table = pd.concat([found.table, answers.reset_index(drop=True)], axis=1)
    chosen = table[table["outcome"].isin([KEPT, REPLACED])]
    instead = chosen["outcome"] == REPLACED
    chosen = chosen.assign(code_id=chosen["agreed_code"].where(instead, chosen["code_id"]))
    own = [_own(row) for row in chosen[["start", "end", "boundaries_of", "agreed_boundaries"]].itertuples(index=False)]
    length = chosen["document_id"].map({document.id: len(document.text) for document in project.corpus})
    ends = np.minimum(np.array([end for _, end in own], dtype=np.int64), length.to_numpy(dtype=np.int64))
    chosen = chosen.assign(start=np.array([start for start, _ in own], dtype=np.int64), end=ends)
    return pd.concat([found.alike[_PLACE], chosen[_PLACE]]).drop_duplicates(ignore_index=True)


def _own(row: object) -> tuple[int, int]:
    """From where to where: as was written, as the coder that was chosen has it, or else as wide as anybody had it."""
    boundaries: Mapping[str, tuple[int, int]] = row.boundaries_of  # type: ignore[attr-defined]
    widest = (row.start, row.end)  # type: ignore[attr-defined]
    written = str(row.agreed_boundaries)  # type: ignore[attr-defined]
    return own_boundaries(written) or boundaries.get(written, widest)


def _from_project(found: Disagreements, project: Project, after: Project) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Outcomes and agreed places as a second project has them."""
    texts = _same_texts(project, found, after)
    codes = matched(project.codebook, after.codebook)
    rows = after.codings[after.codings["document"].isin(texts)]
    rows = rows.assign(document=rows["document"].map(texts), code=[codes.get(code, code) for code in rows["code"]])
    verdict = agreed_ids(after)
    if set(verdict) & set(rows["coder"]):
        alike = _whole(rows[rows["coder"].isin(verdict)], project)
        silent = alike.iloc[:0]
    else:
        changed = replace(project, codings=_named_alike(rows, after, project))
        second = find_disagreements(changed, list(found.coders), read=_readers(found, project, changed))
        alike, silent = second.alike, second.table[_PLACE]
    kept, differ = (_overlaps(found.table, table) for table in (alike, silent))
    outcomes = np.where(kept, KEPT, np.where(differ, OPEN, DROPPED))
    answers = pd.DataFrame({"outcome": outcomes, "agreed_code": "", "agreed_boundaries": "", "remark": ""})
    return answers.set_index(pd.Index(found.table["id"], name="id")), alike[_PLACE].drop_duplicates(ignore_index=True)


def _readers(found: Disagreements, project: Project, changed: Project) -> dict[str, list[str]]:
    """Who read each document: who gave a code there, before or after; all where that tells of fewer than two."""
    given = pd.concat([project.codings, changed.codings])
    given = given[given["coder"].isin(list(found.coders))]
    who = given.groupby("document")["coder"].agg(lambda column: list(dict.fromkeys(column))).to_dict()
    return {name: who[name] if len(who.get(name, [])) > 1 else list(found.coders) for name in found.documents}


def _same_texts(project: Project, found: Disagreements, after: Project) -> dict[str, str]:
    """Id in the second project -> id in the first, of documents with the same words."""
    by_hash = {document.sha256: document.id for document in after.corpus}
    texts, missing = {}, []
    for id in found.documents:
        mine = project.corpus.by_id[id]
        other = after.corpus.by_id.get(id)
        same = id if other is not None and other.text == mine.text else by_hash.get(mine.sha256)
        if same is None:
            missing.append(mine.name)
        else:
            texts[same] = id
    if missing:
        raise InterviewError("V158", n=len(missing), documents=missing[:5])
    return texts


def _named_alike(rows: pd.DataFrame, after: Project, project: Project) -> pd.DataFrame:
    """Codings by the ids that coders have in the first project, matched by id or else by name."""
    by_name = {str(name): str(coder) for coder, name in project.coders["name"].items()}
    ids = {
        str(coder): str(coder) if coder in project.coders.index else by_name.get(str(name), str(coder))
        for coder, name in after.coders["name"].items()
    }
    return rows.assign(coder=[ids.get(coder, coder) for coder in rows["coder"]])


def _whole(rows: pd.DataFrame, project: Project) -> pd.DataFrame:
    lengths = rows["document"].map({document.id: len(document.text) for document in project.corpus})
    whole = rows["start"] < 0
    start, end = rows["start"].where(~whole, 0), rows["end"].where(~whole, lengths)
    named = rows.assign(start=start.astype("int64"), end=end.astype("int64"))
    return named.rename(columns={"document": "document_id", "code": "code_id"})[_PLACE]


def _overlaps(places: pd.DataFrame, others: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Which places share characters with another of the same document and code."""
    both = pd.concat([places[_PLACE], others[_PLACE]])
    key = both.groupby(["document_id", "code_id"], sort=False).ngroup().to_numpy() * (
        int(both["end"].to_numpy(dtype=np.int64).max(initial=0)) + 1
    )
    start, end = key + both["start"].to_numpy(dtype=np.int64), key + both["end"].to_numpy(dtype=np.int64)
    n = len(places)
    order = np.argsort(start[n:], kind="stable")
    furthest = np.concatenate([[-1], np.maximum.accumulate(end[n:][order])])
    begun = np.searchsorted(start[n:][order], end[:n], side="left")
    return np.asarray(furthest[begun] > start[:n], dtype=bool)


def _record(project: Project, found: Disagreements, answers: pd.DataFrame) -> pd.DataFrame:
    columns = ["id", "item", "document", "start", "end", "code", "kind", "given_by", "not_given_by"]
    paths = {code.id: project.codebook.path(code.id) for code in project.codebook}
    given = answers.reset_index(drop=True)
    agreed = [paths.get(code, "") for code in given["agreed_code"]]
    return found.table[columns].assign(outcome=given["outcome"], agreed_code=agreed, remark=given["remark"])


def _by_code(found: Disagreements, record: pd.DataFrame) -> pd.DataFrame:
    counts = pd.crosstab(record["code"], record["outcome"])
    counts = counts.reindex(index=found.by_code["code"], columns=list(OUTCOMES), fill_value=0).astype(int)
    frame = found.by_code[["code", "n_places", "n_alike"]].copy()
    frame["n_differed"] = frame["n_places"] - frame["n_alike"]
    for outcome in OUTCOMES:
        frame[f"n_{outcome}"] = counts[outcome].to_numpy()
    frame["share_alike"] = frame["n_alike"] / frame["n_places"].where(frame["n_places"] > 0)
    frame["share_settled"] = 1 - frame["n_open"] / frame["n_differed"].where(frame["n_differed"] > 0)
    return frame


def _projects(
    project: Project, found: Disagreements, agreed: pd.DataFrame, language: str | None, date: str | None
) -> tuple[Project, Project]:
    """The project with the agreed codings beside the others, and with these alone."""
    name = Messages(language)("coder_agreement.agreed")
    moment = pd.NaT if date is None else pd.Timestamp(date)
    rows = [
        (guid_of(AGREED, *place), guid_of(AGREED, "selection", *place), document, start, end, code, AGREED, moment)
        for place in agreed.sort_values(_PLACE).itertuples(index=False, name=None)
        for document, code, start, end in [place]
    ]
    new = pd.DataFrame(rows, columns=list(CODING_COLUMNS))
    new["created"] = pd.to_datetime(new["created"], utc=True)
    new = new.astype(no_codings().dtypes.to_dict())
    before = project.codings
    again = before["coder"].isin(agreed_ids(project)) & before["document"].isin(found.documents)
    together = pd.concat([before[~again], new], ignore_index=True) if len(before) else new
    coders = project.coders.drop(index=AGREED, errors="ignore")
    added = pd.DataFrame({"name": [name]}, index=pd.Index([AGREED], name=coders.index.name))
    with_agreed = replace(project, codings=together, coders=pd.concat([coders, added]))
    return with_agreed, replace(with_agreed, codings=new, coders=added)
