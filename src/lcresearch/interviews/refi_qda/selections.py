"""Codings of texts: positions as the program counted them, brought to code points."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from lxml import etree

from lcresearch.interviews.guids import guid_of, plain_guid
from lcresearch.interviews.project import CODING_COLUMNS, WHOLE_DOCUMENT, no_codings
from lcresearch.interviews.refi_qda.log import Log
from lcresearch.interviews.refi_qda.texts import TextPart
from lcresearch.interviews.text.position_rules import RuleEvidence, find_rule
from lcresearch.interviews.text.positions import Integers, PositionRule, boundaries, to_code_points

OTHER_COLUMNS = ("coding", "source", "code", "coder", "created")
_FARTHEST = 2**53


@dataclass
class Selections:
    """Selections of one text, as written.

    Attributes
    ----------
    document : str
        Id of the text.
    part : TextPart
    ids : list of str
    elements : list of elements
    start, end : list of int
    names : list of str
        The quote, if the program wrote it.
    """

    document: str
    part: TextPart
    ids: list[str] = field(default_factory=list)
    elements: list[etree._Element] = field(default_factory=list)
    start: list[int] = field(default_factory=list)
    end: list[int] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    def spans(self, rule: PositionRule) -> tuple[Integers, Integers, np.ndarray]:
        """Code points of start and end, and whether they were exact, under a rule of counting."""
        found = to_code_points(boundaries(self.part.raw or "", rule), self.start, self.end)
        return found.start, found.end, found.exact


@dataclass
class ReadCodings:
    """All codings of a project.

    Attributes
    ----------
    frame : DataFrame
        Of texts: the columns of a project's codings.
    others : DataFrame
        Of pictures, recordings, PDFs and texts that are not there: ``coding, source, code, coder, created``.
    case_selections : DataFrame
        Parts of texts that belong to a case: ``case, document, start, end``.
    elements : dict of str to element
        Id of a coding of a text -> its element.
    selections : dict of str to element
        Id of a selection -> its element.
    texts : list of Selections
        Selections of each text, coded or not, as written.
    evidence : RuleEvidence
    """

    frame: pd.DataFrame
    others: pd.DataFrame
    case_selections: pd.DataFrame
    elements: dict[str, etree._Element]
    selections: dict[str, etree._Element]
    texts: list[Selections]
    evidence: RuleEvidence


class CodingReader:
    """Reads selections and codings of a tree; codes and cases are known already.

    Parameters
    ----------
    codes, cases : mapping of str to str
        GUID as written -> id.
    log : Log
    """

    def __init__(self, codes: Mapping[str, str], cases: Mapping[str, str], log: Log) -> None:
        self.codes, self.cases, self.log = codes, cases, log
        self.elements: dict[str, etree._Element] = {}
        self.selections: dict[str, etree._Element] = {}
        self.texts: list[Selections] = []
        self._rows: list[tuple[str, str, int, int, str, str, str]] = []
        self._others: list[tuple[str, str, str, str, str]] = []
        self._other_ids: set[str] = set()
        self._of_cases: list[tuple[str, int, int]] = []
        self._place_of: dict[str, tuple[int, int]] = {}

    def read_text(self, document: str, part: TextPart) -> None:
        """Take in the selections and codings of a text that is there."""
        text = Selections(document, part)
        number = len(self.texts)
        self.texts.append(text)
        transcript = part.element.tag == "Transcript"
        times = _sync_positions(part.element) if transcript else {}
        for element in part.element.iterchildren("TranscriptSelection" if transcript else "PlainTextSelection"):
            span = _synced(element, times) if transcript else _written(element)
            if span is None:
                self.log.count("V031", element.get("name", ""), element)
                continue
            selection = self._add_selection(text, element, (_bounded(span[0]), _bounded(span[1])))
            self._codings(element, selection, number, len(text.ids) - 1)
        self._codings(part.element, "", number, WHOLE_DOCUMENT)

    def read_other(self, source: str, elements: Iterable[etree._Element]) -> None:
        """Take in the codings of a source that is no text here."""
        for element in elements:
            for coding in element.iter("Coding"):
                for code, _ in self._targets(coding):
                    id = self._free(_guid(coding.get("guid")), self._other_ids, source, len(self._others))
                    self._other_ids.add(id)
                    self._others.append((id, source, code, *_by(coding, coding.getparent())))

    def belongs_to_case(self, case: str, selection: str) -> None:
        """Take in that a case names a selection."""
        if selection in self._place_of:
            self._of_cases.append((case, *self._place_of[selection]))

    def result(self, origin: str, said: PositionRule | None = None) -> ReadCodings:
        """Everything in code points, under the way of counting that the file says, or that fits best."""
        texts = [each for each in self.texts if each.part.element.tag != "Transcript"]
        evidence = find_rule(
            [each.part.raw or "" for each in texts],
            [np.array(each.start, np.int64) for each in texts],
            [np.array(each.end, np.int64) for each in texts],
            [each.names for each in texts],
            origin,
            said,
        )
        spans = [self._spans(each, evidence.rule) for each in self.texts]
        return ReadCodings(
            frame=self._frame(spans),
            others=_with_times(pd.DataFrame(self._others, columns=list(OTHER_COLUMNS), dtype="str")),
            case_selections=self._case_frame(spans),
            elements=self.elements,
            selections=self.selections,
            texts=self.texts,
            evidence=evidence,
        )

    def _add_selection(self, text: Selections, element: etree._Element, span: tuple[int, int]) -> str:
        id = self._free(_guid(element.get("guid")), self.selections, text.document, len(text.ids))
        self.selections[id] = element
        self._place_of[id] = (len(self.texts) - 1, len(text.ids))
        text.ids.append(id)
        text.elements.append(element)
        text.start.append(span[0])
        text.end.append(span[1])
        text.names.append(element.get("name", ""))
        return id

    def _codings(self, parent: etree._Element, selection: str, text: int, place: int) -> None:
        for coding in parent.iterchildren("Coding"):
            written = _guid(coding.get("guid"))
            for code, extra in self._targets(coding):
                id = guid_of("coding", written, code) if extra else written
                id = self._free(id, self.elements, self.texts[text].document, len(self._rows))
                self.elements[id] = coding
                self._rows.append((id, selection, text, place, code, *_by(coding, parent)))
            for case in self._cases_of(coding):
                self._of_cases.append((case, text, place))

    def _targets(self, coding: etree._Element) -> list[tuple[str, bool]]:
        """Codes that a coding names, and whether it names more than the one that the standard allows."""
        found: list[tuple[str, bool]] = []
        references = [_guid(each.get("targetGUID")) for each in coding.iterchildren("CodeRef")]
        for reference in references:
            if reference in self.codes:
                found.append((self.codes[reference], bool(found)))
            elif reference in self.cases:
                self.log.count("V027", "", coding)
            else:
                self.log.count("V025", reference, coding)
        if not references:
            self.log.count("V025", "", coding)
        return found

    def _cases_of(self, coding: etree._Element) -> list[str]:
        references = [_guid(each.get("targetGUID")) for each in coding.iterchildren("CodeRef")]
        return [self.cases[each] for each in references if each not in self.codes and each in self.cases]

    def _free(self, id: str, taken: Mapping[str, object] | set[str], *parts: object) -> str:
        """The id itself, or a new one when another has it (or there is none)."""
        if id and id not in taken:
            return id
        if id:
            self.log.count("V026", id)
        return guid_of(id, *parts)

    def _spans(self, text: Selections, rule: PositionRule) -> tuple[Integers, Integers]:
        if text.part.element.tag == "Transcript":
            rule = PositionRule(rule.unit, rule.line_end, rule.mark_counts)  # points of time have no last character
        start, end, exact = text.spans(rule)
        for place in np.flatnonzero(~exact):
            self.log.count("V022", text.names[place] or text.document, text.elements[place])
        for place in np.flatnonzero(exact & (start == end)):
            self.log.count("V023", text.names[place], text.elements[place])
        return np.append(start, WHOLE_DOCUMENT), np.append(end, WHOLE_DOCUMENT)  # -1 finds the last

    def _frame(self, spans: list[tuple[Integers, Integers]]) -> pd.DataFrame:
        if not self._rows:
            return no_codings()
        id, selection, text, place, code, coder, created = zip(*self._rows, strict=True)
        numbers, places = np.array(text), np.array(place)
        start, end = _gather(spans, numbers, places)
        documents = np.array([each.document for each in self.texts], dtype=object)
        columns = [id, selection, documents[numbers], start, end, code, coder, created]
        frame = pd.DataFrame(dict(zip(CODING_COLUMNS, columns, strict=True)))
        return _with_times(frame.astype({name: "str" for name in CODING_COLUMNS if name not in ("start", "end")}))

    def _case_frame(self, spans: list[tuple[Integers, Integers]]) -> pd.DataFrame:
        rows = [
            (case, self.texts[text].document, int(spans[text][0][place]), int(spans[text][1][place]))
            for case, text, place in self._of_cases
        ]
        return pd.DataFrame(rows, columns=["case", "document", "start", "end"])


def _gather(
    spans: list[tuple[Integers, Integers]], numbers: np.ndarray, places: np.ndarray
) -> tuple[Integers, Integers]:
    """Start and end of each row out of the spans of its text; place -1 is the whole text."""
    first = np.cumsum([0, *(len(start) for start, _ in spans)])
    lengths = np.diff(first)
    at = first[numbers] + np.where(places < 0, lengths[numbers] - 1, places)
    return np.concatenate([start for start, _ in spans])[at], np.concatenate([end for _, end in spans])[at]


def _with_times(frame: pd.DataFrame) -> pd.DataFrame:
    written = frame["created"].where(frame["created"] != "")
    times = pd.to_datetime(written, utc=True, format="ISO8601", errors="coerce")
    return frame.assign(created=times.astype("datetime64[us, UTC]"))


def _guid(written: str | None) -> str:
    if written is None:
        return ""
    return written.lower() if len(written) == 36 else plain_guid(written)


def _by(coding: etree._Element, parent: etree._Element | None) -> tuple[str, str]:
    """Coder and time: of the coding, else of the selection that it stands in."""
    coder, created = coding.get("creatingUser"), coding.get("creationDateTime")
    if parent is not None:
        coder = coder or parent.get("creatingUser")
        created = created or parent.get("creationDateTime")
    return _guid(coder), created or ""


def _bounded(position: int) -> int:
    """A position that fits a whole number of the machine and stays wrong when it is wrong."""
    return min(max(position, -1), _FARTHEST)


def _written(element: etree._Element) -> tuple[int, int] | None:
    try:
        return int(element.get("startPosition", "")), int(element.get("endPosition", ""))
    except ValueError:
        return None


def _sync_positions(transcript: etree._Element) -> dict[str, int]:
    found = {}
    for point in transcript.iterchildren("SyncPoint"):
        try:
            found[_guid(point.get("guid"))] = int(point.get("position", ""))
        except ValueError:
            continue
    return found


def _synced(element: etree._Element, positions: Mapping[str, int]) -> tuple[int, int] | None:
    first, last = (positions.get(_guid(element.get(name))) for name in ("fromSyncPoint", "toSyncPoint"))
    return None if first is None or last is None else (first, last)
