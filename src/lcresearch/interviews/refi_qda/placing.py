"""Texts, selections and codings into the tree: positions as the reader of the file will count them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from lxml import etree

from lcresearch.interviews.document import Document
from lcresearch.interviews.guids import guid_of
from lcresearch.interviews.project import WHOLE_DOCUMENT
from lcresearch.interviews.refi_qda.coding_rows import CodingRow, by_id, coding_rows, differs
from lcresearch.interviews.refi_qda.selections import Selections
from lcresearch.interviews.refi_qda.standard import insert
from lcresearch.interviews.refi_qda.targets import Target, as_file, astral_characters, without_astral, xml_text
from lcresearch.interviews.refi_qda.texts import TextPart
from lcresearch.interviews.refi_qda.updating import Updater, as_guid, set_attribute
from lcresearch.interviews.text.positions import Boundaries, PositionRule, boundaries, from_code_points, to_code_points

_LONGEST_NAME = 120
Span = tuple[str, int, int]


@dataclass
class _Text:
    """A text on its way out.

    Attributes
    ----------
    document : Document
    part : TextPart
    selections : Selections or None
        As the tree had them.
    raw : str
        As it will stand in the file.
    changed : bool
        Whether the text is another than the one in the tree.
    again : bool
        Whether positions must be counted again.
    """

    document: Document
    part: TextPart
    selections: Selections | None
    raw: str
    changed: bool
    again: bool


class Placer:
    """Brings sources, selections and codings in line with the project.

    Parameters
    ----------
    updater : Updater
    rule : PositionRule
        How positions are counted in what is written.
    target : Target
        How texts that are written anew look.
    anew : bool
        Whether all texts are written anew, also those that did not change.

    Attributes
    ----------
    files : dict of str to bytes
        Texts to be written, by the name of their file.
    changed : list of str
        Names of texts that are others than those in the tree.
    dropped_comments, astral : int
        Selections without a code that have no place in a changed text; characters that a stand-in was written for.
    """

    def __init__(self, updater: Updater, rule: PositionRule, target: Target, *, anew: bool) -> None:
        self.updater, self.rule, self.target, self.anew = updater, rule, target, anew
        self.project, self.base = updater.project, updater.base
        self.files: dict[str, bytes] = {}
        self.changed: list[str] = []
        self.dropped_comments = 0
        self.astral = 0
        self.texts: dict[str, _Text] = {}
        self.selections: dict[str, etree._Element] = dict(self.base.codings.selections)
        self.codings: dict[str, etree._Element] = dict(self.base.codings.elements)
        self.moved: dict[str, Span] = {}
        self._home: dict[str, str] = {}

    def place(self) -> None:
        """Everything, in the order in which it must happen."""
        self._sources()
        self._codings()
        self._case_selections()
        for text in self.texts.values():
            self._positions(text)
            if text.changed:
                self._leave_out_other_forms(text)

    # sources ------------------------------------------------------------------------------------------------

    def _sources(self) -> None:
        old = self.base.project.corpus.by_id
        read = {each.document: each for each in self.base.codings.texts}
        self._home = {id: each.document for each in self.base.codings.texts for id in each.ids}
        for id in old.keys() - self.project.corpus.by_id.keys():
            self._remove_source(id)
        for document in self.project.corpus:
            part = self.base.parts.get(document.id)
            if part is None:
                part = self._new_source(document)
            elif document.name != old[document.id].name:
                part.source.set("name", xml_text(document.name))
            if not part.source.get("name") and not part.element.get("name"):
                part.source.set("name", xml_text(document.name))  # it was that of a file, which gets another
            changed = document.id in old and old[document.id].text != document.text
            rewrite = self.anew or changed or part.raw is None
            if rewrite:
                self._write_text(document, part)
            raw = as_file(document.text, self.target) if rewrite else part.raw or ""
            again = rewrite or self.rule != self.base.rule
            self.texts[document.id] = _Text(document, part, read.get(document.id), raw, changed, again)
            if changed:
                self.changed.append(document.name)

    def _remove_source(self, id: str) -> None:
        part = self.base.parts[id]
        element = part.source if part.source.tag == "TextSource" else part.element
        element.getparent().remove(element)
        self.updater.removed |= {id, *(s for s, home in self._home.items() if home == id)}

    def _new_source(self, document: Document) -> TextPart:
        element = etree.Element("TextSource", guid=as_guid(document.id))
        set_attribute(element, "name", document.name)
        self.updater.top("Sources").append(element)
        part = TextPart(element, element)
        self.base.parts[document.id] = part
        return part

    def _write_text(self, document: Document, part: TextPart) -> None:
        name = f"{as_guid(document.id).strip('{}').lower()}.txt"
        if not self.target.astral:
            self.astral += astral_characters(document.text)
        self.files[f"sources/{name}"] = as_file(document.text, self.target).encode("utf-8", "replace")
        for element in {part.element, *([part.times] if part.times is not None else [])}:
            element.set("plainTextPath", f"internal://{name}")
            content = element.find("PlainTextContent")
            if content is not None:
                element.remove(content)

    def _leave_out_other_forms(self, text: _Text) -> None:
        """Forms of a changed text that still say what was changed: Word document, PDF, recording."""
        for element in (text.part.element, text.part.source, text.part.times):
            if element is not None:
                for name in ("richTextPath", "path", "currentPath"):
                    set_attribute(element, name, "")
        if text.part.times is not None:
            for name in ("path", "currentPath"):
                set_attribute(text.part.times.getparent(), name, "")
        if text.part.source.tag == "PDFSource":
            self._as_text_source(text.part)

    def _as_text_source(self, part: TextPart) -> None:
        """A PDF whose text changed becomes that text: pages and places on them showed the old one."""
        source, element = part.source, part.element
        source.tag = "TextSource"
        for child in list(source):
            if child.tag in ("PDFSelection", "Representation"):
                source.remove(child)
        set_attribute(source, "plainTextPath", element.get("plainTextPath", ""))
        for child in list(element):
            if child.tag in ("PlainTextSelection", "Coding", "NoteRef"):
                insert(source, child)

    # codings ------------------------------------------------------------------------------------------------

    def _codings(self) -> None:
        old = self.base.codings.frame.set_index("coding")
        new = by_id(self.project.codings)
        common = new.index.intersection(old.index)
        before, now = old.loc[common], new.loc[common]
        moved = differs(before, now, ["selection", "document", "start", "end"])
        recoded = differs(before, now, ["code", "coder", "created"])
        touched = self._take_out(old.index.difference(new.index))
        added = new.index.difference(old.index, sort=False)
        for row in coding_rows(new.loc[common[recoded]]):
            self._write_coding(self.codings[row.id], row)
        self._attach(new, pd.Index([*common[moved], *added]), touched)
        self._drop_empty(touched)

    def _take_out(self, codings: Iterable[str]) -> set[str]:
        """Remove codings; ids of the selections that they stood in."""
        touched: set[str] = set()
        by_element = {element: id for id, element in self.selections.items()} if len(list(codings)) else {}
        for id in codings:
            element = self.codings.pop(id)
            parent = element.getparent()
            if parent is not None:
                touched.add(by_element.get(parent, ""))
                parent.remove(element)
            self.updater.removed.add(id)
        return touched

    def _attach(self, frame: pd.DataFrame, codings: pd.Index, touched: set[str]) -> None:
        """Put new and moved codings into selections of their span."""
        if not len(codings):
            return
        chosen = set(frame.loc[codings, "selection"])
        rows = frame[frame["selection"].isin(chosen) | frame.index.isin(codings)]
        fresh = set(codings)
        kept: dict[str, Span] = {}
        owners: dict[tuple[str, Span], str] = {}
        for row in coding_rows(rows):
            id, span = row.id, (row.document, row.start, row.end)
            holder = self._holder(row.selection, span, kept, owners)
            element = self.codings.get(id)
            if element is None:
                element = self.codings[id] = etree.Element("Coding", guid=as_guid(id))
                self._write_coding(element, row)
            elif element.getparent() is holder:
                continue
            elif id in fresh or element.getparent() is not holder:
                touched |= self._selection_ids(element.getparent())
            insert(holder, element)

    def _selection_ids(self, element: etree._Element | None) -> set[str]:
        guid = (element.get("guid", "") if element is not None else "").strip("{} ").lower()
        return {guid} if guid in self.selections else set()

    def _holder(
        self, selection: str, span: Span, kept: dict[str, Span], owners: dict[tuple[str, Span], str]
    ) -> etree._Element:
        """The element that a coding stands in: its selection, a new one when the span differs, or the text."""
        text = self.texts[span[0]]
        if span[1] == WHOLE_DOCUMENT:
            if text.part.element.tag != "Transcript":
                return text.part.element
            span = (span[0], 0, len(text.document.text))
        selection = selection or guid_of("selection", *span)
        id = owners.get((selection, span))
        if id is None:
            first = selection not in kept and self._home.get(selection, span[0]) == span[0]
            kept.setdefault(selection, span)
            id = selection if first else guid_of(selection, *span)
            owners[selection, span] = id
            self.moved[id] = span
            if id not in self.selections:
                self.selections[id] = self._new_selection(id, text)
                self._home[id] = span[0]
        return self.selections[id]

    def _new_selection(self, id: str, text: _Text) -> etree._Element:
        transcript = text.part.element.tag == "Transcript"
        element = etree.Element("TranscriptSelection" if transcript else "PlainTextSelection", guid=as_guid(id))
        insert(text.part.element, element)
        return element

    def _write_coding(self, element: etree._Element, row: CodingRow) -> None:
        reference = element.find("CodeRef")
        if reference is None:
            reference = etree.Element("CodeRef")
            insert(element, reference)
        if reference.get("targetGUID", "").strip("{} ").lower() != row.code:
            reference.set("targetGUID", as_guid(row.code))
        set_attribute(element, "creatingUser", as_guid(row.coder) if row.coder else "")
        set_attribute(element, "creationDateTime", row.created)

    def _drop_empty(self, touched: set[str]) -> None:
        """Remove selections that lost their last coding and say nothing else."""
        named = {
            (each.get(name) or "").strip("{} ").lower()
            for each in self.base.root.iter("SelectionRef", "Link", "Vertex")
            for name in ("targetGUID", "originGUID", "representedGUID")
        } if touched else set()  # fmt: skip
        for id in touched & self.selections.keys():
            element = self.selections[id]
            empty = element.find("Coding") is None and element.find("NoteRef") is None
            if empty and not (element.findtext("Description") or "").strip() and id not in named:
                element.getparent().remove(element)
                del self.selections[id]
                self.moved.pop(id, None)

    def _case_selections(self) -> None:
        """Parts of texts that belong to cases: new ones get a selection that the case names."""
        old, new = self.base.project.case_selections, self.project.case_selections
        before = set(old.itertuples(index=False, name=None))
        for case, document, start, end in new.itertuples(index=False, name=None):
            if (case, document, start, end) in before or case not in self.updater.cases:
                continue
            id = guid_of("selection", document, int(start), int(end))
            if id not in self.selections:
                self.selections[id] = self._new_selection(id, self.texts[document])
                self._home[id] = document
            self.moved[id] = (document, int(start), int(end))
            insert(self.updater.cases[case], etree.Element("SelectionRef", targetGUID=as_guid(id)))

    # positions ----------------------------------------------------------------------------------------------

    def _positions(self, text: _Text) -> None:
        ids, elements, start, end = self._spans_of(text)
        if not ids and not text.again:
            return
        places = boundaries(text.raw, self.rule)
        first, last = from_code_points(places, start, end)
        for place, element in enumerate(elements):
            self._set_position(element, text, int(first[place]), int(last[place]))
            self._set_name(element, text, int(start[place]), int(end[place]), moved=ids[place] in self.moved)
        if text.again and text.part.raw is not None:
            self._set_times(text, places)

    def _spans_of(self, text: _Text) -> tuple[list[str], list[etree._Element], np.ndarray, np.ndarray]:
        """Selections whose positions must be written, in code points of the text as it is now."""
        found: dict[str, tuple[int, int]] = {}
        if text.again and text.selections is not None:
            start, end, _ = text.selections.spans(self.base.rule)
            for place, id in enumerate(text.selections.ids):
                if id not in self.selections:
                    continue
                if text.changed and id not in self.moved and not self._is_coded(id):
                    self._drop_comment(id)
                    continue
                found[id] = (int(start[place]), int(end[place]))
        found |= {id: span[1:] for id, span in self._moved_by_text().get(text.document.id, {}).items()}
        elements = [self.selections[id] for id in found]
        spans = np.array(list(found.values()), dtype=np.int64).reshape(-1, 2)
        return list(found), elements, spans[:, 0], spans[:, 1]

    def _moved_by_text(self) -> dict[str, dict[str, Span]]:
        if not hasattr(self, "_grouped"):
            self._grouped: dict[str, dict[str, Span]] = {}
            for id, span in self.moved.items():
                self._grouped.setdefault(span[0], {})[id] = span
        return self._grouped

    def _is_coded(self, id: str) -> bool:
        return self.selections[id].find("Coding") is not None

    def _drop_comment(self, id: str) -> None:
        element = self.selections.pop(id)
        element.getparent().remove(element)
        self.updater.removed.add(id)
        self.dropped_comments += 1

    def _set_position(self, element: etree._Element, text: _Text, start: int, end: int) -> None:
        if element.tag == "PlainTextSelection":
            element.set("startPosition", str(start))
            element.set("endPosition", str(end))
            return
        for name, position in (("fromSyncPoint", start), ("toSyncPoint", end + int(self.rule.end_inclusive))):
            guid = guid_of("sync", element.get("guid"), name)
            point = next((each for each in text.part.element.findall("SyncPoint") if each.get("guid") == guid), None)
            if point is None:
                point = etree.Element("SyncPoint", guid=guid)
                insert(text.part.element, point)
            point.set("position", str(position))
            element.set(name, guid)

    def _set_name(self, element: etree._Element, text: _Text, start: int, end: int, *, moved: bool) -> None:
        """The quote beside a selection: for new ones, and where it would say what the text says no more."""
        if "name" in element.attrib and not ((text.changed or moved) and element.get("name")):
            return
        if not moved and not text.changed:
            return
        quote = " ".join(text.document.text[start:end][: 2 * _LONGEST_NAME].split())
        words = quote if len(quote) <= _LONGEST_NAME else f"{quote[: _LONGEST_NAME - 20]}…"
        set_attribute(element, "name", words if self.target.astral else without_astral(words))

    def _set_times(self, text: _Text, places: Boundaries) -> None:
        """Points of time of a transcript, at the same words."""
        transcript = text.part.times if text.part.times is not None else text.part.element
        old = boundaries(text.part.raw or "", replace(self.base.rule, end_inclusive=False))
        before = self.base.project.corpus.by_id[text.document.id].turns
        starts = {turn.start: turn.start for turn in before}
        if text.changed:
            now = text.document.turns
            same = [turn.begins for turn in before] == [turn.begins for turn in now]
            pairs = zip(before, now, strict=True) if same else ()
            starts = {was.start: moved.start for was, moved in pairs}
        for point in transcript.findall("SyncPoint"):
            if not (point.get("position") or "").strip().lstrip("-").isdigit() or "timeStamp" not in point.attrib:
                continue
            position = min(max(int(point.get("position")), 0), 2**53)
            place = int(to_code_points(old, [position], [position]).start[0])
            if text.changed and place not in starts:
                transcript.remove(point)
                continue
            point.set("position", str(int(places.counted[starts.get(place, place) if text.changed else place])))
