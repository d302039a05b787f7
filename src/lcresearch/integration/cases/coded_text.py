"""The interviews of cases as tables: who was interviewed, who read what, which passages and segments have a code."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from lcresearch.errors import IntegrationError, Problem
from lcresearch.integration.cases.names import labels, written
from lcresearch.integration.cases.scale_cells import WAVE
from lcresearch.interviews.code_tables.answers_only import answers_only
from lcresearch.interviews.code_tables.passages import coder_ids, grouped, passages
from lcresearch.interviews.code_tables.quotes import code_of, names_of_codes
from lcresearch.interviews.coding_agreement.agreed_coder import agreed_ids
from lcresearch.interviews.coding_agreement.who_read import Read, who_read
from lcresearch.interviews.project import WHOLE_DOCUMENT, Project
from lcresearch.interviews.suggestion_coder import without_suggestions
from lcresearch.interviews.text.segments import Unit, segments
from lcresearch.interviews.text.touching import touching

PERSON = "respondent"
PREFIX = "code_"
Codes = Sequence[str] | Mapping[str, str | Sequence[str]]


@dataclass(frozen=True)
class CodeSettings:
    """How codes become columns.

    Attributes
    ----------
    by : str
        Attribute of documents or cases that names the case.
    codes : mapping of str to tuple of str
        Column -> ids of the codes that count for it.
    coders : tuple of str
        Ids or names; empty: all people.
    without_roles : tuple of str
    segment : str
    read : "coded", "all" or mapping
    persons : str or mapping
        Attribute that names who is interviewed, or document -> person.
    by_wave : bool
    """

    by: str
    codes: Mapping[str, tuple[str, ...]]
    coders: tuple[str, ...] = ()
    without_roles: tuple[str, ...] = ()
    segment: Unit = "turn"
    read: Read = "coded"
    persons: str | Mapping[str, str] = PERSON
    by_wave: bool = False


@dataclass(frozen=True)
class CodedText:
    """Tables of the interviews that belong to a case and that somebody read.

    Attributes
    ----------
    documents : DataFrame
        Indexed by id: ``case, person, n_words, n_segments, n_readers`` (people who read it; what was agreed in
        discussion is nobody's reading).
    codings : DataFrame
        ``coding, document, start, end, code, coder``: ``code`` is a column of the matrix, ``coder`` an id.
    passages : DataFrame
        ``document, code, start, end, n_codings, n_coders``: what several coders marked counts once.
    touched : DataFrame
        ``document, code, coder, part``: segments that each coder gave a code, each once.
    reading : DataFrame
        Documents by people: who read what.
    coders : dict of str to str
        Id -> name of everybody whose codings count.
    unread : int
        Interviews of cases that nobody read.
    cases : dict of str to int
        Case -> interviews, read or not.
    """

    documents: pd.DataFrame
    codings: pd.DataFrame
    passages: pd.DataFrame
    touched: pd.DataFrame
    reading: pd.DataFrame
    coders: dict[str, str]
    unread: int
    cases: dict[str, int]
    problems: tuple[Problem, ...] = ()


def columns_of_codes(project: Project, codes: Codes | None, *, below: bool = True) -> dict[str, tuple[str, ...]]:
    """Column -> ids of the codes that count for it.

    Parameters
    ----------
    project : Project
    codes : sequence or mapping, optional
        Codes (id, short name, path), or the name of a column -> a code or several, of which any counts. By default
        every code that text may be coded with. A column is called ``code_`` with the short name of the code (or its
        own name), unless a mapping says otherwise.
    below : bool
        Whether codes below a code count for it.

    Raises
    ------
    InterviewError
        V107: a code that is not there.

    Examples
    --------
    >>> from lcresearch.interviews import Code, Codebook, Corpus
    >>> from lcresearch.interviews.project import no_codings
    >>> book = Codebook((Code("1", "Samen leren"), Code("2", "tijd", parent="1", key="time")))
    >>> invented = Project("invented", Corpus(), book, no_codings(), pd.DataFrame({"name": []}))
    >>> columns_of_codes(invented, None)
    {'code_samen_leren': ('1', '2'), 'code_time': ('2',)}
    """
    book = project.codebook
    if codes is None:
        codes = [code.id for code in book if code.codable]
    known = names_of_codes(book)
    if not isinstance(codes, Mapping):
        ids = list(dict.fromkeys(known[one] if one in known else code_of(project, one) for one in codes))
        codes = dict(zip(_names(project, ids), ids, strict=True))
    found = {}
    for column, wanted in codes.items():
        each_wanted = [wanted] if isinstance(wanted, str) else wanted
        ids = [known[one] if one in known else code_of(project, one) for one in each_wanted]
        every = [each for one in ids for each in (book.below(one) if below else [one])]
        found[str(column)] = tuple(dict.fromkeys(every))
    return found


def _names(project: Project, ids: Sequence[str]) -> list[str]:
    """A name for a column of each code, that a formula can use; with a number where several have the same."""
    names: list[str] = []
    for one in ids:
        code = project.codebook[one]
        name = PREFIX + (re.sub(r"\W+", "_", (code.key or code.name).lower()).strip("_") or "code")
        n = sum(each == name or re.fullmatch(re.escape(name) + r"_\d+", each) is not None for each in names)
        names.append(f"{name}_{n + 1}" if n else name)
    return names


def coded_text(project: Project, settings: CodeSettings, *, same_as: Mapping[str, str] | None = None) -> CodedText:
    """Interviews, codings and who read what, as tables.

    Raises
    ------
    InterviewError
        V100: a coder who is not there; V101: nobody has the attribute that names the case; V141, V150, V161: ``read``.
    """
    chosen = settings.coders or None
    project, problems = without_suggestions(project, chosen)
    project, _ = answers_only(project, settings.without_roles)
    ids = coder_ids(project, settings.coders) if chosen else list(dict.fromkeys(map(str, project.codings["coder"])))
    agreed = set(agreed_ids(project))
    people = [one for one in ids if one not in agreed] or ids
    reading, _ = who_read(project, ids, settings.read)
    where, told = _cases(project, settings, same_as or {})
    read = reading.any(axis=1) & reading.index.isin(where.index)
    kept = reading.index[read]
    text = _documents(project, settings, where).loc[kept]
    text = text.assign(n_readers=reading.loc[kept, people].sum(axis=1))
    codings = _codings(project, settings.codes, ids, kept)
    found = passages(replace(project, codings=codings), coders=ids) if len(codings) else _no_passages()
    return CodedText(
        documents=text,
        codings=codings,
        passages=found,
        touched=_touched(project, settings, codings[codings["coder"].isin(people)]),
        reading=reading.loc[kept, people],
        coders={one: str(project.coders["name"].get(one, one)) for one in ids},
        unread=len(where) - len(kept),
        cases={str(case): int(n) for case, n in where.value_counts(sort=False).items()},
        problems=(*problems, *told),
    )


def _cases(
    project: Project, settings: CodeSettings, same_as: Mapping[str, str]
) -> tuple[pd.Series[str], list[Problem]]:
    """Document -> case."""
    groups, problems = grouped(project, settings.by)
    groups = written(groups, same_as)
    if not settings.by_wave or WAVE not in project.corpus.attributes.columns:
        return groups, problems
    waves = project.corpus.attributes[WAVE].dropna().astype("str")
    groups = groups[groups.index.isin(waves.index)]
    return labels(groups, waves.reindex(groups.index)), problems


def persons_of(project: Project, persons: str | Mapping[str, str]) -> dict[str, str]:
    """Document -> who is interviewed; a document that does not say so stands for a person of its own.

    Raises
    ------
    IntegrationError
        Q073: an attribute that no document has.
    """
    known = [str(one) for one in project.corpus.attributes.columns]
    if isinstance(persons, str):
        if persons not in (PERSON, "document", *known):
            raise IntegrationError("Q073", name="persons", found=persons, known=known, nearest="–")
        return {each.id: str(each.attributes.get(persons) or each.id) for each in project.corpus}
    return {each.id: str(persons.get(each.id, persons.get(each.name, each.id))) for each in project.corpus}


def _documents(project: Project, settings: CodeSettings, where: pd.Series[str]) -> pd.DataFrame:
    parts = segments(project.corpus, settings.segment, without_roles=settings.without_roles)
    words = parts["text"].map(lambda text: len(text.split())).groupby(parts["document"]).sum()
    who = pd.Series(persons_of(project, settings.persons), dtype="str")
    ids = list(where.index)
    return pd.DataFrame(
        {
            "case": where,
            "person": who.reindex(ids),
            "n_words": words.reindex(ids, fill_value=0).astype(int),
            "n_segments": parts["document"].value_counts().reindex(ids, fill_value=0).astype(int),
        },
        index=pd.Index(ids, name="document"),
    )


def _codings(
    project: Project, codes: Mapping[str, tuple[str, ...]], coders: Collection[str], documents: pd.Index
) -> pd.DataFrame:
    """Each coding once for every column that it counts for; whole documents with their first and last place."""
    pairs = pd.DataFrame(
        [(code, column) for column, ids in codes.items() for code in ids], columns=["code", "column"], dtype="str"
    )
    found = project.codings
    found = found[found["coder"].isin(list(coders)) & found["document"].isin(documents)]
    found = found.merge(pairs, on="code").drop(columns="code").rename(columns={"column": "code"})
    length = found["document"].map({document.id: len(document.text) for document in project.corpus})
    whole = found["start"].to_numpy() == WHOLE_DOCUMENT
    start = np.where(whole, 0, found["start"]).astype(np.int64)
    return found.assign(start=start, end=np.where(whole, length, found["end"]).astype(np.int64))


def _no_passages() -> pd.DataFrame:
    columns = ["document", "code", "start", "end", "n_codings", "n_coders"]
    return pd.DataFrame({name: pd.Series(dtype="str" if name in columns[:2] else "int64") for name in columns})


def _touched(project: Project, settings: CodeSettings, codings: pd.DataFrame) -> pd.DataFrame:
    parts = segments(project.corpus, settings.segment, without_roles=settings.without_roles)
    coding, part = touching(parts, codings)
    return codings[["document", "code", "coder"]].iloc[coding].assign(part=part).drop_duplicates(ignore_index=True)
