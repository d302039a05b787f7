"""Write what changed in a project into the tree that it came from; what is not modelled stays as it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
from lxml import etree

from lcresearch.interviews.codebook.model import Code
from lcresearch.interviews.guids import guid_of, is_guid
from lcresearch.interviews.project import CodeSet, Note, Project
from lcresearch.interviews.refi_qda.attribute_values import is_nothing, kind_and_text, same_value
from lcresearch.interviews.refi_qda.cases import NAME, VALUE_OF
from lcresearch.interviews.refi_qda.codes import description_of
from lcresearch.interviews.refi_qda.reading import Read
from lcresearch.interviews.refi_qda.standard import insert
from lcresearch.interviews.refi_qda.targets import xml_text

NO_PLACE = ("translations", "links", "maps_to", "key", "patterns")
"""Parts of a code for which the standard has no place."""
_REFERENCES = ("MemberCode", "MemberSource", "MemberNote", "SourceRef", "SelectionRef", "NoteRef")


def as_guid(id: str) -> str:
    """The id, or the GUID that stands for it when it is none."""
    return id if is_guid(id) else guid_of("guid", id)


def set_attribute(element: etree._Element, name: str, value: str) -> None:
    """Set an attribute, or take it away when there is nothing to say."""
    if value:
        element.set(name, xml_text(value))
    elif name in element.attrib:
        del element.attrib[name]


def set_text(element: etree._Element, child: str, text: str) -> None:
    """Set the text of a child that is there at most once, make it, or take it away."""
    found = element.find(child)
    if found is None and text:
        found = etree.Element(child)
        insert(element, found)
    if found is not None:
        if text:
            found.text = xml_text(text)
        else:
            element.remove(found)


def refer(element: etree._Element, reference: str, id: str) -> None:
    """Add a reference to something by its id."""
    insert(element, etree.Element(reference, targetGUID=as_guid(id)))


def unrefer(element: etree._Element, reference: str, ids: Iterable[str]) -> None:
    """Take references away."""
    gone = set(ids)
    for each in element.findall(reference):
        if (each.get("targetGUID") or each.get("guid") or "").strip("{} ").lower() in gone:
            element.remove(each)


class Updater:
    """Brings a tree in line with a project, part by part.

    Parameters
    ----------
    project : Project
        As it is now.
    base : Read
        As the tree has it.

    Attributes
    ----------
    removed : set of str
        Ids of what was taken out, of which no reference may stay.
    orphans : int
        Codings of pictures and recordings that went with a code that was removed.
    lost : dict of str to int
        What the standard has no place for -> how often.
    """

    def __init__(self, project: Project, base: Read) -> None:
        self.project, self.base, self.root = project, base, base.root
        self.removed: set[str] = set()
        self.orphans = 0
        self.lost: dict[str, int] = {}
        self.cases: dict[str, etree._Element] = dict(base.cases.elements)

    def top(self, *names: str) -> etree._Element:
        """A container below the root, made when it is not there."""
        element = self.root
        for name in names:
            found = element.find(name)
            if found is None:
                found = etree.Element(name)
                insert(element, found)
            element = found
        return element

    def update_head(self) -> None:
        """Name of the project, and its coders."""
        if self.project.name != self.base.project.name or "name" not in self.root.attrib:
            self.root.set("name", xml_text(self.project.name))
        old = {str(id): name for id, name in self.base.project.coders["name"].items()}
        new = {str(id): name for id, name in self.project.coders["name"].items()}
        for id, name in new.items():
            if id in self.base.users:
                if name != old[id]:
                    set_attribute(self.base.users[id], "name", name)
            elif id and (id not in old or name):
                user = etree.Element("User", guid=as_guid(id))
                set_attribute(user, "name", name)
                self.top("Users").append(user)
        for id in self.base.users.keys() - new.keys():
            self._remove(self.base.users[id], id)

    def update_codes(self) -> None:
        """The tree of codes; untouched when nothing changed in it."""
        old = {code.id: code for code in self.base.codes.codes}
        new = self.project.codebook
        if tuple(old.values()) == new.codes:
            return
        elements = {code.id: self.base.codes.elements.get(code.id) for code in new}
        for element in self.base.codes.elements.values():
            element.getparent().remove(element)
        self.removed |= old.keys() - new.by_id.keys()
        made = {id: etree.Element("Code") if element is None else element for id, element in elements.items()}
        for code in new:
            self._write_code(made[code.id], code, old.get(code.id), new.language)
            insert(made[code.parent] if code.parent else self.top("CodeBook", "Codes"), made[code.id])
        if not len(new) and (book := self.root.find("CodeBook")) is not None:
            self.root.remove(book)

    def _write_code(self, element: etree._Element, code: Code, old: Code | None, language: str) -> None:
        if old is None or element.get("guid", "").strip("{} ").lower() != code.id:
            element.set("guid", as_guid(code.id))
        if old is None or old.name != code.name:
            element.set("name", xml_text(code.name))
        if old is None or old.codable != code.codable:
            element.set("isCodable", "true" if code.codable else "false")
        if old is None or old.color != code.color:
            set_attribute(element, "color", code.color)
        description = description_of(code, language)
        if old is None or description_of(old, language) != description:
            set_text(element, "Description", description)
        for what in NO_PLACE:
            if getattr(code, what) and (old is None or getattr(old, what) != getattr(code, what)):
                self.lost[what] = self.lost.get(what, 0) + 1

    def note_speakers(self) -> None:
        """Count texts whose times or roles of speakers have no place in a text source."""
        for document in self.project.corpus:
            before = self.base.project.corpus.by_id.get(document.id)
            timed = any(turn.begins is not None for turn in document.turns)
            if timed and not (before and any(turn.begins is not None for turn in before.turns)):
                self.lost["times"] = self.lost.get("times", 0) + 1
            if document.roles:
                self.lost["roles"] = self.lost.get("roles", 0) + 1

    def update_variables_and_cases(self) -> None:
        """Variables, cases with their values, and which texts belong to which."""
        old, new = self.base.project.cases, self.project.cases
        names = new[NAME] if NAME in new else pd.Series("", index=new.index)
        for id in new.index:
            if id not in self.cases:
                self.cases[id] = etree.Element("Case", guid=as_guid(id))
                self.top("Cases").append(self.cases[id])
            name = "" if pd.isna(names[id]) else str(names[id])
            if name != self.cases[id].get("name", ""):
                set_attribute(self.cases[id], "name", name)
        for id in [id for id in self.base.cases.elements if id not in new.index]:
            self._remove(self.cases.pop(id), id)
        for column in [column for column in new.columns if column != NAME]:
            self._write_column(new[column], old.get(column))
        for column in [column for column in old.columns if column != NAME and column not in new]:
            for id in self.cases.keys() & old.index:
                self._write_value(self.cases[id], str(column), None)
        self._link_cases()
        self._write_attributes()

    def _write_column(self, column: pd.Series, old: pd.Series | None) -> None:
        name = str(column.name)
        before = {} if old is None else old.to_dict()
        for id, value in column.items():
            if not same_value(value, before.get(id)):
                self._write_value(self.cases[str(id)], name, value)

    def _write_value(self, element: etree._Element, column: str, value: Any) -> None:
        """Set, or take away, the value of a variable."""
        variable = self._variable(column, value)
        for each in element.findall("VariableValue"):
            reference = each.find("VariableRef")
            if reference is not None and reference.get("targetGUID", "").strip("{} ").lower() == variable[0]:
                element.remove(each)
        if is_nothing(value):
            return
        kind, text = kind_and_text(value, variable[1])
        holder = etree.Element("VariableValue")
        etree.SubElement(holder, "VariableRef", targetGUID=as_guid(variable[0]))
        etree.SubElement(holder, VALUE_OF[kind]).text = xml_text(text)
        insert(element, holder)

    def _variable(self, column: str, value: Any) -> tuple[str, str]:
        """Id and type of the variable of a column; a new one is declared."""
        for each in self.base.cases.variables.values():
            if each.column == column:
                return each.id, each.kind
        id = guid_of("variable", column)
        found = next((each for each in self.top("Variables") if each.get("guid") == id), None)
        if found is None:
            kind = kind_and_text(value, "")[0]
            found = etree.Element("Variable", guid=id, name=xml_text(column), typeOfVariable=kind)
            self.top("Variables").append(found)
        return id, found.get("typeOfVariable")

    def _link_cases(self) -> None:
        old, new = _pairs(self.base.project.case_documents), _pairs(self.project.case_documents)
        for case, document in sorted(old - new):
            if case in self.cases:
                unrefer(self.cases[case], "SourceRef", {document, self._source_of(document)})
        for case, document in [pair for pair in _ordered(self.project.case_documents) if pair not in old]:
            if case in self.cases:
                refer(self.cases[case], "SourceRef", self._source_of(document))

    def _source_of(self, document: str) -> str:
        part = self.base.parts.get(document)
        return part.source.get("guid", document).strip("{} ").lower() if part is not None else document

    def _write_attributes(self) -> None:
        """What is known of a text itself; what its case says already stands with the case."""
        old = self.base.project.corpus.by_id
        of_cases = self._values_by_document()
        for document in self.project.corpus:
            before = old[document.id].attributes if document.id in old else of_cases.get(document.id, {})
            element = self.base.parts[document.id].source
            for name in dict.fromkeys([*document.attributes, *before]):
                value = document.attributes.get(name)
                if not same_value(value, before.get(name)):
                    self._write_value(element, str(name), value)

    def _values_by_document(self) -> dict[str, dict[str, Any]]:
        """Of texts that are new: the values of their cases."""
        records: Mapping[Any, Mapping[Any, Any]] = self.project.cases.to_dict("index")
        found: dict[str, dict[str, Any]] = {}
        for case, document in _ordered(self.project.case_documents):
            values = {str(name): value for name, value in records.get(case, {}).items() if name != NAME}
            found[document] = values | found.get(document, {})
        return found

    def update_notes(self, elements: Mapping[tuple[str, str], etree._Element]) -> None:
        """Notes, and references to them.

        Parameters
        ----------
        elements : mapping of (str, str) to element
            Kind and id of what a note can be about -> its element.
        """
        old = {note.id: note for note in self.base.project.notes}
        for note in self.project.notes:
            if note == old.get(note.id):
                continue
            before = old.get(note.id, Note(note.id))
            element = self.base.notes.get(note.id)
            if element is None:
                element = etree.Element("Note", guid=as_guid(note.id))
                self.top("Notes").append(element)
            self._write_note(element, note, before)
            self._write_about(note, before, elements)
        for id in old.keys() - {note.id for note in self.project.notes}:
            self._remove(self.base.notes[id], id)

    def _write_note(self, element: etree._Element, note: Note, before: Note) -> None:
        if note.name != before.name:
            set_attribute(element, "name", note.name)
        if note.author != before.author:
            set_attribute(element, "creatingUser", as_guid(note.author) if note.author else "")
        if note.text != before.text:
            for name in ("plainTextPath", "richTextPath"):
                set_attribute(element, name, "")
            if element.find("PlainTextContent") is None and element.findtext("Description") == before.text:
                set_text(element, "Description", "")
            set_text(element, "PlainTextContent", note.text)

    def _write_about(self, note: Note, before: Note, elements: Mapping[tuple[str, str], etree._Element]) -> None:
        links = self.root.find("Links")
        for kind, id in set(before.on) - set(note.on):
            element = self.root if kind == "project" else elements.get((kind, id))
            if element is not None:
                unrefer(element, "NoteRef", {note.id})
            for link in links.findall("Link") if links is not None else ():
                ends = {link.get(name, "").strip("{} ").lower() for name in ("originGUID", "targetGUID")}
                if ends == {note.id, id}:
                    links.remove(link)
        for kind, id in [about for about in note.on if about not in before.on]:
            element = self.root if kind == "project" else elements.get((kind, id))
            if element is None:
                self.lost["notes"] = self.lost.get("notes", 0) + 1
            elif kind == "case":  # a case cannot refer to notes, so a link does
                guid = guid_of("link", note.id, id)
                link = etree.Element("Link", guid=guid, originGUID=as_guid(note.id), targetGUID=as_guid(id))
                self.top("Links").append(link)
            else:
                refer(element, "NoteRef", note.id)

    def update_sets(self) -> None:
        """Sets and their members."""
        old = {each.id: each for each in self.base.project.sets}
        for each in self.project.sets:
            before = old.get(each.id)
            if each == before:
                continue
            element = self.base.sets.get(each.id)
            if element is None:
                element = etree.Element("Set", guid=as_guid(each.id))
                self.top("Sets").append(element)
            self._write_set(element, each, before or CodeSet(each.id, ""))
        for id in old.keys() - {each.id for each in self.project.sets}:
            self._remove(self.base.sets[id], id)

    def _write_set(self, element: etree._Element, new: CodeSet, old: CodeSet) -> None:
        element.set("name", xml_text(new.name))
        if new.description != old.description:
            set_text(element, "Description", new.description)
        for reference, was, now in (
            ("MemberCode", old.codes, new.codes),
            ("MemberSource", old.documents, new.documents),
            ("MemberNote", old.notes, new.notes),
        ):
            unrefer(element, reference, set(was) - set(now))
            for id in now:
                if id not in was:
                    refer(element, reference, self._source_of(id) if reference == "MemberSource" else id)

    def _remove(self, element: etree._Element, id: str) -> None:
        element.getparent().remove(element)
        self.removed.add(id)

    def drop_dangling(self) -> None:
        """Take away references to what was removed, and lists that nothing is left in."""
        if self.removed:
            for reference in list(self.root.iter("CodeRef")):
                if (reference.get("targetGUID") or "").strip("{} ").lower() in self.removed:
                    coding = reference.getparent()
                    coding.getparent().remove(coding)
                    self.orphans += 1
            for element in list(self.root.iter(*_REFERENCES)):
                if (element.get("targetGUID") or "").strip("{} ").lower() in self.removed:
                    element.getparent().remove(element)
            for link in list(self.root.iter("Link")):
                ends = {link.get(name, "").strip("{} ").lower() for name in ("originGUID", "targetGUID")}
                if ends & self.removed:
                    link.getparent().remove(link)
        for name in ("Users", "Variables", "Cases", "Sources", "Notes", "Links", "Sets"):
            top = self.root.find(name)
            if top is not None and not len(top):
                self.root.remove(top)


def _pairs(frame: pd.DataFrame) -> set[tuple[str, str]]:
    return set(_ordered(frame))


def _ordered(frame: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(frame["case"].astype(str), frame["document"].astype(str), strict=True))
