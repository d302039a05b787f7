"""A project file, read: texts, codes, codings, coders, cases, notes and sets, with what deviates from the standard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

import numpy as np
import pandas as pd
from lxml import etree

from lcresearch.errors import InterviewError, Place
from lcresearch.interviews.codebook.model import Codebook
from lcresearch.interviews.corpus import Corpus
from lcresearch.interviews.document import Document, Turn
from lcresearch.interviews.guids import plain_guid
from lcresearch.interviews.project import Project
from lcresearch.interviews.refi_qda.cases import ReadCases, read_cases, read_values, read_variables
from lcresearch.interviews.refi_qda.codes import ReadCodes, read_codes
from lcresearch.interviews.refi_qda.deviations import note_deviations
from lcresearch.interviews.refi_qda.log import Log, own_id
from lcresearch.interviews.refi_qda.notes import coder_frame, read_notes, read_sets, read_users
from lcresearch.interviews.refi_qda.origin import split_rule
from lcresearch.interviews.refi_qda.package import Package
from lcresearch.interviews.refi_qda.safe_xml import parse_xml
from lcresearch.interviews.refi_qda.selections import CodingReader, ReadCodings
from lcresearch.interviews.refi_qda.standard import strip_namespaces
from lcresearch.interviews.refi_qda.texts import Files, TextPart, read_text, text_parts
from lcresearch.interviews.text.position_rules import RuleEvidence
from lcresearch.interviews.text.positions import PositionRule, boundaries, inner_text, to_code_points

SOURCE_KINDS = {
    "TextSource": "text",
    "PictureSource": "picture",
    "PDFSource": "pdf",
    "AudioSource": "audio",
    "VideoSource": "video",
}
_UNUSED = ("Links", "Graphs")
_DOUBTFUL = 0.05
_FEW = 10


@dataclass
class Read:
    """A project with the tree that it came from, so that changes can be written into that tree.

    Attributes
    ----------
    root : element
        With local names as tags.
    project : Project
        Without what is kept.
    parts : dict of str to TextPart
        Id of a text -> where it stands.
    sources : dict of str to element
        Id of a source -> its element.
    codes, cases, codings : what was read, with elements
    users, notes, sets : dict of str to element
    named_files : set of str
        Files of the package that the tree names.
    """

    root: etree._Element
    project: Project
    parts: dict[str, TextPart]
    sources: dict[str, etree._Element]
    codes: ReadCodes
    cases: ReadCases
    codings: ReadCodings
    users: dict[str, etree._Element] = field(default_factory=dict)
    notes: dict[str, etree._Element] = field(default_factory=dict)
    sets: dict[str, etree._Element] = field(default_factory=dict)
    named_files: set[str] = field(default_factory=set)

    @property
    def rule(self) -> PositionRule:
        """How the program counted."""
        return self.codings.evidence.rule


def read_package(package: Package, log: Log, *, before: Callable[[etree._Element], None] | None = None) -> Read:
    """Read a project and what it says of its sources.

    Parameters
    ----------
    package : Package
    log : Log
    before : callable, optional
        Changes the tree before it is read, in place of telling where it deviates from the standard.

    Raises
    ------
    InterviewError
        V006 to V009, when it is no project that can be read.
    """
    root = parse_xml(package.xml, Place(file=log.file))
    if etree.QName(root).localname != "Project":
        raise InterviewError("V009", where=Place(file=log.file), found=etree.QName(root).localname, expected="Project")
    if before is None:
        note_deviations(root, "Project", log)
    strip_namespaces(root)
    if before is not None:
        before(root)
    return _Reader(root, package, log).read()


class _Reader:
    """Reads the parts of one tree, each of which needs ids of earlier ones."""

    def __init__(self, root: etree._Element, package: Package, log: Log) -> None:
        self.root, self.package, self.log = root, package, log
        self.files = Files(package, log)
        self.parts: dict[str, TextPart] = {}
        self.sources: dict[str, etree._Element] = {}
        self.texts_of: dict[str, list[str]] = {}

    def read(self) -> Read:
        root, log = self.root, self.log
        codes = read_codes(root.find("CodeBook/Codes"), log)
        coders, users = read_users(root.find("Users"), log)
        variables = read_variables(root.find("Variables"), log)
        self._read_texts()
        cases = read_cases(root.find("Cases"), variables, lambda source: self.texts_of.get(source, ()), log)
        codings = self._read_codings(codes, cases)
        documents = self._documents(codings.evidence.rule, cases)
        known = self._known(codes, cases, codings)
        notes, note_elements = read_notes(root, known, self._elements(codes, cases, codings), self.files, log)
        sets, set_elements = read_sets(root.find("Sets"), log)
        coders = self._all_coders(coders, codings)
        self._note_rest()
        self._note_rule(codings.evidence, documents)
        project = Project(
            name=root.get("name", ""),
            corpus=Corpus(documents),
            codebook=Codebook(tuple(codes.codes), name=root.get("name", ""), language=codes.language),
            codings=codings.frame,
            coders=coders,
            cases=cases.frame,
            case_documents=cases.documents,
            case_selections=codings.case_selections,
            notes=notes,
            sets=sets,
            sources=self._source_frame(),
            other_codings=codings.others,
            origin=split_rule(root.get("origin", ""))[0],
            evidence=codings.evidence,
        )
        return Read(
            root=root,
            project=project,
            parts=self.parts,
            sources=self.sources,
            codes=codes,
            cases=cases,
            codings=codings,
            users=users,
            notes=note_elements,
            sets=set_elements,
            named_files=self.files.named(root),
        )

    def _read_texts(self) -> None:
        """Sources by id, and the texts among them that are there."""
        top = self.root.find("Sources")
        for number, source in enumerate(top.iterchildren(*SOURCE_KINDS) if top is not None else ()):
            self.sources[own_id(source, self.sources, "source", number, self.log)] = source
        by_element = {element: id for id, element in self.sources.items()}
        taken: dict[str, str] = {}
        for number, part in enumerate(text_parts(top)):
            read_text(part, self.files, self.log)
            source = by_element[part.source]
            written = plain_guid(part.source.get("guid", ""))
            if part.raw is None:
                if part.source.tag == "TextSource":
                    self.log.count("V010", part.element.get("name") or source, part.element)
                continue
            same = taken.get(part.file) if part.element.tag == "Transcript" and not _has_codings(part.element) else None
            id = same or (
                source if part.element is part.source else own_id(part.element, self.parts, "text", number, self.log)
            )
            if same:  # a transcript whose text is a source of its own: that text has the times
                self.parts[id].times = part.element
            else:
                self.parts[id] = part
                taken[part.file] = id
            self.texts_of.setdefault(written, []).append(id)

    def _read_codings(self, codes: ReadCodes, cases: ReadCases) -> ReadCodings:
        reader = CodingReader(codes.id_of, cases.id_of, self.log)
        read = {part.element for part in self.parts.values()}
        for id, part in self.parts.items():
            reader.read_text(id, part)
        for id, source in self.sources.items():
            if source not in read:
                reader.read_other(id, [child for child in source if child not in read])
        notes = self.root.find("Notes")
        for note in notes.iterchildren("Note") if notes is not None else ():
            reader.read_other(plain_guid(note.get("guid", "")), note)
        for case, selection in cases.selections:
            reader.belongs_to_case(case, selection)
        return reader.result(*split_rule(self.root.get("origin", "")))

    def _documents(self, rule: PositionRule, cases: ReadCases) -> tuple[Document, ...]:
        of_cases = self._values_of_cases(cases)
        names: dict[str, int] = {}
        found = []
        for id, part in self.parts.items():
            name = _name_of(part, id)
            names[name] = names.get(name, 0) + 1
            own = read_values(part.source, cases.variables, self.log)
            found.append(
                Document(
                    id=id,
                    name=name if names[name] == 1 else f"{name} ({names[name]})",
                    text=inner_text(part.raw or ""),
                    turns=_turns(part, rule),
                    attributes=of_cases.get(id, {}) | own,
                    file=PurePosixPath(part.file).name,
                )
            )
        return tuple(found)

    def _values_of_cases(self, cases: ReadCases) -> dict[str, dict[str, object]]:
        """What is known of the case of each text; of several cases, the first that knows it."""
        columns = [column for column in cases.frame.columns if column != "name"]
        records = cases.frame[columns].to_dict("index") if columns else {}
        found: dict[str, dict[str, object]] = {}
        for case, document in zip(cases.documents["case"], cases.documents["document"], strict=True):
            values = {str(column): value for column, value in records.get(case, {}).items() if not _missing(value)}
            found[document] = values | found.get(document, {})
        return found

    def _known(self, codes: ReadCodes, cases: ReadCases, codings: ReadCodings) -> dict[str, str]:
        return (
            dict.fromkeys(codings.elements, "coding")
            | dict.fromkeys(codings.selections, "selection")
            | dict.fromkeys(cases.elements, "case")
            | dict.fromkeys(self.sources, "document")
            | dict.fromkeys(self.parts, "document")
            | dict.fromkeys(codes.elements, "code")
        )

    def _elements(
        self, codes: ReadCodes, cases: ReadCases, codings: ReadCodings
    ) -> dict[etree._Element, tuple[str, str]]:
        kinds = {"coding": codings.elements, "selection": codings.selections, "case": cases.elements}
        kinds |= {"code": codes.elements, "document": self.sources}
        found = {element: (kind, id) for kind, ids in kinds.items() for id, element in ids.items()}
        return found | {part.element: ("document", id) for id, part in self.parts.items()}

    def _all_coders(self, coders: pd.DataFrame, codings: ReadCodings) -> pd.DataFrame:
        """Coders of the list, and those whom only codings name."""
        used = pd.unique(pd.concat([codings.frame["coder"], codings.others["coder"]], ignore_index=True))
        unknown = [coder for coder in used if coder and coder not in coders.index]
        for coder in unknown:
            self.log.count("V032", coder)
        return coder_frame(coders["name"].to_dict() | dict.fromkeys(unknown, "")) if unknown else coders

    def _source_frame(self) -> pd.DataFrame:
        texts = {id for ids in self.texts_of.values() for id in ids}
        rows = {
            id: {
                "kind": SOURCE_KINDS[source.tag],
                "name": source.get("name", ""),
                "path": source.get("path") or source.get("plainTextPath") or source.get("richTextPath") or "",
                "read": bool(texts.intersection(self.texts_of.get(plain_guid(source.get("guid", "")), []))),
            }
            for id, source in self.sources.items()
        }
        columns = ["kind", "name", "path", "read"]
        return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("source")

    def _note_rest(self) -> None:
        """Tell what is kept as it is, but not used."""
        kinds = pd.Series([SOURCE_KINDS[source.tag] for source in self.sources.values()], dtype="str")
        others = int((kinds != "text").sum())
        if others:
            self.log.add("V028", n=others)
        kept = {name: len(top) for name in _UNUSED if (top := self.root.find(name)) is not None and len(top)}
        if kept:
            self.log.add("V029", n=sum(kept.values()), what=", ".join(f"{name} ({n})" for name, n in kept.items()))

    def _note_rule(self, evidence: RuleEvidence, documents: tuple[Document, ...]) -> None:
        if not evidence.n:
            return
        self.log.add(
            "V020",
            n=evidence.n,
            rule=rule_in_words(evidence.rule),
            within=round(100 * evidence.within, 1),
            at_words=round(100 * evidence.at_words, 1),
        )
        guessed = split_rule(self.root.get("origin", ""))[1] is None
        halves = evidence.at_words < 0.5 and evidence.n >= _FEW
        if evidence.within < 1 or (guessed and (0 < evidence.margin < _DOUBTFUL or halves)):
            self.log.add("V021", at_words=round(100 * evidence.at_words, 1), within=round(100 * evidence.within, 1))


def rule_in_words(rule: PositionRule) -> dict[str, str]:
    """A way of counting in English and Dutch."""
    unit = {
        "code_point": ("characters", "tekens"),
        "utf16": ("units of UTF-16 (an emoji is two)", "eenheden van UTF-16 (een emoji telt als twee)"),
        "byte": ("bytes", "bytes"),
    }[rule.unit]
    line = (
        ("a line end is one", "een regeleinde telt als één")
        if rule.line_end == "one"
        else ("line ends as the file has them", "regeleinden zoals ze in het bestand staan")
    )
    mark = ("the byte order mark counts", "het bytevolgordeteken telt mee")
    last = ("the end is the last character", "het eind is het laatste teken")
    chosen = [unit, line, *([mark] if rule.mark_counts else []), *([last] if rule.end_inclusive else [])]
    return {"en": "; ".join(each[0] for each in chosen), "nl": "; ".join(each[1] for each in chosen)}


def _has_codings(transcript: etree._Element) -> bool:
    return transcript.find("TranscriptSelection") is not None


def _name_of(part: TextPart, id: str) -> str:
    file = PurePosixPath((part.file or part.element.get("plainTextPath") or "").split("//")[-1]).stem
    return part.source.get("name") or part.element.get("name") or file or id


def _turns(part: TextPart, rule: PositionRule) -> tuple[Turn, ...]:
    """Stretches between the points of time of a transcript."""
    transcript = part.times if part.times is not None else part.element
    points = []
    for point in transcript.iterchildren("SyncPoint"):
        try:
            points.append((int(point.get("position", "")), int(point.get("timeStamp", ""))))
        except ValueError:
            continue
    if not points:
        return ()
    points.sort()
    positions, times = np.clip(np.transpose(points), 0, 2**53)
    found = boundaries(part.raw or "", PositionRule(rule.unit, rule.line_end, rule.mark_counts))
    places = to_code_points(found, positions, positions).start.tolist()
    ends, last = [*places[1:], len(found.counted) - 1], [*(times[1:] / 1000).tolist(), None]
    rows = zip(places, ends, (times / 1000).tolist(), last, strict=True)
    return tuple(Turn(start, end, "", begins, until) for start, end, begins, until in rows if start < end)


def _missing(value: object) -> bool:
    return value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and np.isnan(value))


def with_kept(read: Read, package: Package, log: Log) -> Project:
    """The project with its problems and with the file that it came from."""
    return replace(read.project, kept=package.xml, kept_files=package.files, problems=log.close())
