"""Users, notes and sets, and what notes are about."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from lxml import etree

from lcresearch.interviews.guids import plain_guid
from lcresearch.interviews.project import CodeSet, Note
from lcresearch.interviews.refi_qda.log import Log, own_id
from lcresearch.interviews.refi_qda.texts import Files, decoded
from lcresearch.interviews.text.positions import inner_text

Elements = dict[str, etree._Element]


def read_users(top: etree._Element | None, log: Log) -> tuple[pd.DataFrame, Elements]:
    """Coders, indexed by id, with ``name``; and their elements."""
    elements: Elements = {}
    names: dict[str, str] = {}
    for number, element in enumerate(top.iterchildren("User") if top is not None else ()):
        id = own_id(element, elements, "user", number, log)
        elements[id] = element
        names[id] = element.get("name") or element.get("id") or ""
    return coder_frame(names), elements


def coder_frame(names: Mapping[str, str]) -> pd.DataFrame:
    """The coders of a project, by id."""
    return pd.DataFrame({"name": pd.Series(dict(names), dtype="str")}).rename_axis("coder")


def read_notes(
    root: etree._Element,
    ids: Mapping[str, str],
    elements: Mapping[etree._Element, tuple[str, str]],
    files: Files,
    log: Log,
) -> tuple[tuple[Note, ...], Elements]:
    """Notes with what they are about, from references and from links.

    Parameters
    ----------
    root : element
    ids : mapping of str to str
        Id of a thing that a note can be about -> its kind.
    elements : mapping of element to (str, str)
        Element -> kind and id.
    files : Files
    log : Log
    """
    about = _about(root, ids, elements)
    found: list[Note] = []
    where: Elements = {}
    top = root.find("Notes")
    for number, element in enumerate(top.iterchildren("Note") if top is not None else ()):
        id = own_id(element, where, "note", number, log)
        where[id] = element
        found.append(
            Note(
                id=id,
                name=element.get("name", ""),
                text=note_text(element, files, log),
                on=tuple(dict.fromkeys(about.get(id, []))),
                author=plain_guid(element.get("creatingUser", "")),
            )
        )
    return tuple(found), where


def note_text(element: etree._Element, files: Files, log: Log) -> str:
    """Text of a note: its content, else its file, else its description (as ATLAS.ti 26 writes memos)."""
    content = element.findtext("PlainTextContent")
    if content is None and element.get("plainTextPath"):
        name = files.find(element.get("plainTextPath", ""))
        content = None if name is None else decoded(files.package.files[name], name, log)
    return inner_text(content if content is not None else element.findtext("Description") or "")


def _about(
    root: etree._Element, ids: Mapping[str, str], elements: Mapping[etree._Element, tuple[str, str]]
) -> dict[str, list[tuple[str, str]]]:
    """GUID of a note -> what refers to it."""
    found: dict[str, list[tuple[str, str]]] = {}
    for reference in root.iter("NoteRef"):
        parent = reference.getparent()
        kind = ("project", "") if parent.tag == "Project" else elements.get(parent)
        if kind is not None:
            found.setdefault(plain_guid(reference.get("targetGUID", "")), []).append(kind)
    links = root.find("Links")
    for link in links.iterchildren("Link") if links is not None else ():
        first, last = plain_guid(link.get("originGUID", "")), plain_guid(link.get("targetGUID", ""))
        for note, other in ((first, last), (last, first)):
            if other in ids and ids[other] != "note":
                found.setdefault(note, []).append((ids[other], other))
    return found


def read_sets(top: etree._Element | None, log: Log) -> tuple[tuple[CodeSet, ...], Elements]:
    """Sets with their members, in either spelling of the attribute."""
    found: list[CodeSet] = []
    elements: Elements = {}
    for number, element in enumerate(top.iterchildren("Set") if top is not None else ()):
        id = own_id(element, elements, "set", number, log)
        elements[id] = element
        found.append(
            CodeSet(
                id,
                element.get("name", ""),
                element.findtext("Description") or "",
                codes=_members(element, "MemberCode"),
                documents=_members(element, "MemberSource"),
                notes=_members(element, "MemberNote"),
            )
        )
    return tuple(found), elements


def _members(element: etree._Element, name: str) -> tuple[str, ...]:
    written = [each.get("targetGUID") or each.get("guid") or "" for each in element.iterchildren(name)]
    return tuple(plain_guid(each) for each in written if each)
