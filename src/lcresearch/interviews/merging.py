"""Projects of several coders on the same texts, made one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

import pandas as pd

from lcresearch.errors import InterviewError, Problem
from lcresearch.interviews.codebook.comparison import matched, merge_codebooks
from lcresearch.interviews.corpus import Corpus
from lcresearch.interviews.document import Document
from lcresearch.interviews.guids import guid_of
from lcresearch.interviews.project import CodeSet, Note, Project

_AROUND = 30
_Different = Literal["refuse", "separate"]


def merge_projects(projects: Sequence[Project], *, different_texts: _Different = "refuse") -> Project:
    """One project of those of several coders who coded the same texts.

    Texts are the same when their ids are, or else when every character is; codes when their ids are, or else when
    their paths of names are (ATLAS.ti gives new ids at each export). Coders stay apart by id: two coders of one name
    are two coders, and one coder in two projects is one. An id with two names, as in a copied project, is two coders,
    and so are the nameless coders of two projects. Codings, notes, cases and attributes come together; a coding that
    is in several projects with the same id is there once, and where values differ those of the first hold.
    The first project is the one into whose file the result is written; sources that are no texts, links and network
    views of the others are not taken over.

    Parameters
    ----------
    projects : sequence of Project
        At least one.
    different_texts : {"refuse", "separate"}, default "refuse"
        What to do with texts of one id that differ: refuse, with the first difference, or keep both as documents.

    Returns
    -------
    Project
        ``problems`` says what was matched and what clashed.

    Raises
    ------
    InterviewError
        V050, when a text differs between projects.
    ValueError
        No projects, or an unknown value of ``different_texts``.

    Examples
    --------
    >>> from lcresearch.interviews import Codebook, Corpus, Document
    >>> from lcresearch.interviews.project import no_codings
    >>> from lcresearch.interviews.refi_qda.notes import coder_frame
    >>> def coded_by(name):
    ...     texts = Corpus((Document(name, "R1", "Wij leren."),))
    ...     return Project("invented", texts, Codebook(), no_codings(), coder_frame({name: name}))
    >>> merged = merge_projects([coded_by("A"), coded_by("B")])
    >>> len(merged.corpus), merged.coders["name"].tolist()
    (1, ['A', 'B'])
    """
    if not projects:
        raise ValueError("there must be at least one project")
    if different_texts not in get_args(_Different):
        raise ValueError(f"different_texts is one of {', '.join(get_args(_Different))}, not {different_texts!r}")
    merged = projects[0]
    for other in projects[1:]:
        merged = _Merger(merged, other, separate=different_texts == "separate").merge()
    return merged


@dataclass
class _Merger:
    """Two projects on their way to become one."""

    first: Project
    second: Project
    separate: bool
    problems: list[Problem] = field(default_factory=list)
    refused: list[Problem] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)

    def merge(self) -> Project:
        self.second = self._with_coders_apart()
        corpus = self._corpus()
        if self.refused:
            raise InterviewError(self.refused)
        book = merge_codebooks(self.first.codebook, self.second.codebook)
        self.codes = book.same
        self._note_codes()
        coders = pd.concat([self.first.coders, self.second.coders])
        coders = coders[~coders.index.duplicated()]
        self._note_coders()
        known = {note.id for note in self.first.notes}
        sets = {each.id for each in self.first.sets}
        return replace(
            self.first,
            corpus=corpus,
            codebook=book.codebook,
            codings=self._codings(),
            coders=coders,
            cases=self._cases(),
            case_documents=self._together("case_documents"),
            case_selections=self._together("case_selections"),
            notes=(*self.first.notes, *(self._note(note) for note in self.second.notes if note.id not in known)),
            sets=(*self.first.sets, *(self._set(each) for each in self.second.sets if each.id not in sets)),
            problems=(*self.first.problems, *self.second.problems, *self.problems, *book.problems),
        )

    def _corpus(self) -> Corpus:
        """Texts of the first, and those that only the second has."""
        by_hash = {document.sha256: document.id for document in self.first.corpus}
        names = set(self.first.corpus.by_name)
        mine_now = dict(self.first.corpus.by_id)
        added: list[Document] = []
        for document in self.second.corpus:
            mine = self.first.corpus.by_id.get(document.id)
            if mine is not None and mine.text != document.text:
                if self._differ(mine, document):
                    new = guid_of("text", document.id, document.sha256)
                    added.append(replace(document, id=new, name=_free(document.name, names)))
                    self.texts[document.id] = new
                continue
            same = document.id if mine is not None else by_hash.get(document.sha256)
            if same is None:
                added.append(replace(document, name=_free(document.name, names)))
            else:
                mine_now[same] = self._known_of(mine_now[same], document)
            self.texts[document.id] = same or document.id
        return Corpus((*mine_now.values(), *added), (*self.first.corpus.problems, *self.second.corpus.problems))

    def _known_of(self, first: Document, second: Document) -> Document:
        """A text with what both projects know of it."""
        clash = [name for name, value in second.attributes.items() if first.attributes.get(name, value) != value]
        if clash:
            self.problems.append(Problem("V262", values={"name": first.name, "what": clash}))
        return replace(
            first,
            attributes={**second.attributes, **first.attributes},
            roles={**second.roles, **first.roles},
            turns=first.turns or second.turns,
        )

    def _cases(self) -> pd.DataFrame:
        """Cases of both; a variable that one leaves empty is taken from the other."""
        mine, theirs = self.first.cases, self.second.cases
        if not len(mine) or not len(theirs):
            return mine if len(mine) else theirs
        both = mine.index.intersection(theirs.index)
        for name in mine.columns.intersection(theirs.columns):
            one, other = mine.loc[both, name], theirs.loc[both, name]
            clash = both[(one.notna() & other.notna() & (one.astype(str) != other.astype(str))).to_numpy()]
            for case in clash:
                label = str(mine["name"].get(case, case)) if "name" in mine else str(case)
                self.problems.append(Problem("V262", values={"name": label, "what": [str(name)]}))
        order = [*mine.columns, *(name for name in theirs.columns if name not in mine.columns)]
        found = mine.astype(object).combine_first(theirs.astype(object))
        return found.loc[[*mine.index, *theirs.index.difference(mine.index, sort=False)], order]

    def _with_coders_apart(self) -> Project:
        """The second project with an id of its own for each coder whose id means somebody else in the first."""
        mine = {str(coder): str(name) for coder, name in self.first.coders["name"].items()}
        theirs = {str(coder): str(name) for coder, name in self.second.coders["name"].items()}
        new: dict[str, str] = {}
        for coder, name in theirs.items():
            if name and mine.get(coder) and name != mine[coder]:
                new[coder] = guid_of("coder", coder, name)
                self.problems.append(Problem("V260", values={"first": mine[coder], "second": name}))
        codings, known = self.second.codings, set(self.first.codings["coding"])
        nobody = codings["coder"].isna() | (codings["coder"] == "")
        own = nobody & ~codings["coding"].isin(known)
        coders = self.second.coders.rename(index=new)
        codings = codings.assign(coder=codings["coder"].map(lambda id: new.get(id, id)))
        first_nobody = self.first.codings["coder"].isna() | (self.first.codings["coder"] == "")
        if own.any() and first_nobody.any():
            id = guid_of("nameless coder", *sorted(codings.loc[own, "coding"]))
            number = 2 + sum(name.startswith("?") for name in mine.values())
            coders = pd.concat([coders, pd.DataFrame({"name": [f"? ({number})"]}, index=[id])])
            codings.loc[own, "coder"] = id
            self.problems.append(Problem("V261", values={"n": int(own.sum()), "name": f"? ({number})"}))
        return replace(self.second, coders=coders, codings=codings)

    def _differ(self, first: Document, second: Document) -> bool:
        """Note that two texts differ; whether the second is kept as another document."""
        at = next(
            (place for place, (a, b) in enumerate(zip(first.text, second.text, strict=False)) if a != b),
            min(len(first.text), len(second.text)),
        )
        around = slice(max(at - 5, 0), at + _AROUND)
        values = {"name": first.name, "place": at, "first": first.text[around], "second": second.text[around]}
        if self.separate:
            self.problems.append(Problem("V051", values=values))
        else:
            self.refused.append(Problem("V050", values=values))
        return self.separate

    def _codings(self) -> pd.DataFrame:
        theirs = self.second.codings
        theirs = theirs.assign(
            document=theirs["document"].map(lambda id: self.texts.get(id, id)),
            code=theirs["code"].map(lambda id: self.codes.get(id, id)),
        )
        both = pd.concat([self.first.codings, theirs], ignore_index=True)
        columns = ["coding", "document", "start", "end", "code", "coder"]
        both = both[~both.duplicated(columns)].reset_index(drop=True)
        again = both["coding"].duplicated()
        if again.any():  # one id that means something else in the other project
            ids = [guid_of("coding", *row) for row in both.loc[again, columns].itertuples(index=False)]
            both.loc[again, "coding"] = ids
        return both

    def _together(self, name: str) -> pd.DataFrame:
        mine: pd.DataFrame = getattr(self.first, name)
        theirs: pd.DataFrame = getattr(self.second, name)
        theirs = theirs.assign(document=theirs["document"].map(lambda id: self.texts.get(id, id)))
        both = pd.concat([mine, theirs], ignore_index=True) if len(theirs) else mine
        return both.drop_duplicates().reset_index(drop=True)

    def _note(self, note: Note) -> Note:
        ids: dict[str, dict[str, str]] = {"code": self.codes, "document": self.texts}
        return replace(note, on=tuple((kind, ids.get(kind, {}).get(id, id)) for kind, id in note.on))

    def _set(self, group: CodeSet) -> CodeSet:
        return replace(
            group,
            codes=tuple(self.codes.get(id, id) for id in group.codes),
            documents=tuple(self.texts.get(id, id) for id in group.documents),
        )

    def _note_codes(self) -> None:
        """Codes that were matched by name, and those that only one has."""
        pairs = matched(self.first.codebook, self.second.codebook)
        by_name = [self.second.codebook.path(new) for new, old in pairs.items() if new != old]
        if by_name:
            self.problems.append(Problem("V052", values={"n": len(by_name), "examples": by_name[:3]}))

    def _note_coders(self) -> None:
        mine, theirs = self.first.coders["name"], self.second.coders["name"]
        others = theirs[~theirs.index.isin(mine.index)]
        twice = sorted(set(others[others != ""]) & set(mine))
        if twice:
            self.problems.append(Problem("V053", values={"n": len(twice), "examples": twice[:3]}))


def _free(name: str, taken: set[str]) -> str:
    new, number = name, 1
    while new in taken:
        number += 1
        new = f"{name} ({number})"
    taken.add(new)
    return new
