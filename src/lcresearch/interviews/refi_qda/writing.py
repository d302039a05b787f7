"""Write a project: into the tree that it came from, fitted to the program that will open it, valid by the schema."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from lxml import etree

from lcresearch.errors import InterviewError, Place
from lcresearch.files import reason_of
from lcresearch.interviews.guids import guid_of
from lcresearch.interviews.part_names import lost_in_words, repairs_in_words
from lcresearch.interviews.project import Project
from lcresearch.interviews.refi_qda.checks import project_problems
from lcresearch.interviews.refi_qda.deviations import in_words
from lcresearch.interviews.refi_qda.fitting import flatten_codes, shorten_variable_names
from lcresearch.interviews.refi_qda.log import Log
from lcresearch.interviews.refi_qda.origin import with_rule
from lcresearch.interviews.refi_qda.package import Package
from lcresearch.interviews.refi_qda.placing import Placer
from lcresearch.interviews.refi_qda.reading import Read, read_package
from lcresearch.interviews.refi_qda.repairs import Repairs
from lcresearch.interviews.refi_qda.standard import Format, schema, to_bytes
from lcresearch.interviews.refi_qda.targets import STANDARD, TARGETS, Target, without_astral
from lcresearch.interviews.refi_qda.texts import PATHS, Files
from lcresearch.interviews.refi_qda.updating import Updater

_EMPTY = b'<Project xmlns="urn:QDA-XML:project:1.0" name=""/>'
_DAY = (1980, 1, 1, 0, 0, 0)


def project_package(project: Project, target: str | None, origin: str, log: Log) -> tuple[bytes, dict[str, bytes]]:
    """The project file, and the files that go with it by the names of their entries.

    Parameters
    ----------
    project : Project
    target : str or None
        The program that will open it; None to keep texts and positions as they came.
    origin : str
        Name of this program.
    log : Log
        Takes what was changed on the way out.

    Raises
    ------
    InterviewError
        V036 to V039, when the project does not hold together.
    """
    problems = project_problems(project)
    if problems:
        raise InterviewError(problems)
    base = _base(project, log)
    wanted = TARGETS[target] if target else STANDARD
    rule = wanted.rule if target or not project.kept else base.rule
    updater = Updater(project, base)
    placer = Placer(updater, rule, wanted, anew=target is not None)
    _named_before(base)
    updater.update_head()
    updater.update_codes()
    placer.place()
    updater.update_variables_and_cases()
    updater.update_notes(_elements(updater, placer))
    updater.update_sets()
    updater.drop_dangling()
    updater.note_speakers()
    _fit(base.root, wanted, placer, updater, log)
    keeps_origin = bool(project.kept) and target is None
    base.root.set("origin", with_rule(base.project.origin if keeps_origin else origin, rule))
    files = _settle_files(base, placer.files, project.kept_files, changed=bool(placer.changed))
    return valid_bytes(base.root, "Project", log), files


def _base(project: Project, log: Log) -> Read:
    """The tree that the project came from, read again without its problems, which were told at reading."""
    package = Package(project.kept or _EMPTY, log.file, dict(project.kept_files))
    return read_package(package, Log(log.file), before=_one_code_a_coding)


def _one_code_a_coding(root: etree._Element) -> None:
    """Codings with several codes, which the standard does not have, become one a code."""
    for coding in list(root.iter("Coding")):
        references = coding.findall("CodeRef")
        for extra in references[1:]:
            written = coding.get("guid", "").strip("{} ").lower()
            code = extra.get("targetGUID", "").strip("{} ").lower()
            single = etree.Element("Coding", dict(coding.attrib) | {"guid": guid_of("coding", written, code)})
            single.append(extra)
            coding.addnext(single)


def _named_before(base: Read) -> None:
    """Ids that were changed at reading, since they were there twice, go into the tree."""
    for elements in (
        base.codes.elements,
        base.codings.elements,
        base.codings.selections,
        base.cases.elements,
        base.sources,
        base.users,
        base.notes,
        base.sets,
    ):
        for id, element in elements.items():
            if element.get("guid", "").strip("{} ").lower() != id:
                element.set("guid", id)


def _elements(updater: Updater, placer: Placer) -> dict[tuple[str, str], etree._Element]:
    """What notes can be about -> its element in the tree as it is now."""
    codes = {code.get("guid", "").strip("{} ").lower(): code for code in updater.root.iter("Code")}
    kinds: dict[str, Mapping[str, etree._Element]] = {
        "code": codes,
        "coding": placer.codings,
        "selection": placer.selections,
        "case": updater.cases,
        "document": updater.base.sources | {id: part.element for id, part in updater.base.parts.items()},
    }
    return {(kind, id): element for kind, found in kinds.items() for id, element in found.items()}


def _fit(root: etree._Element, target: Target, placer: Placer, updater: Updater, log: Log) -> None:
    """What the program cannot take, and what the standard has no place for."""
    if placer.astral:
        log.add("V042", n=placer.astral)
    if placer.changed:
        log.add("V043", n=len(placer.changed), examples=", ".join(f"'{name}'" for name in placer.changed[:3]))
        root.attrib.pop("basePath", None)
    if placer.dropped_comments:
        log.add("V044", n=placer.dropped_comments)
    if updater.orphans:
        log.add("V265", n=updater.orphans)
    if updater.lost:
        log.add("V045", what=lost_in_words(updater.lost))
    if target.flat and (moved := flatten_codes(root)):
        log.add("V046", n=moved)
    if target.longest_name and (short := shorten_variable_names(root, target.longest_name)):
        log.add(
            "V047", n=len(short), examples=", ".join(f"'{name}'" for name in short[:3]), longest=target.longest_name
        )
    if not target.astral:
        for element in root.iter("Code", "Variable", "Case", "Set", "Note", "Project"):
            if "name" in element.attrib:
                element.set("name", without_astral(element.get("name")))


def _settle_files(
    base: Read, written: dict[str, bytes], kept: Mapping[str, bytes], *, changed: bool
) -> dict[str, bytes]:
    """Files under the names that the standard wants, and paths in the tree that name them.

    A file that nothing names any more (of a removed or changed text) stays behind.
    """
    package = Package(b"", "", dict(kept) | written)
    files = Files(package, Log(""))
    found: dict[str, bytes] = {}
    used: set[str] = set()
    for element in base.root.iter():
        if not isinstance(element.tag, str):
            continue
        for attribute in PATHS:
            key = files.find(element.get(attribute, "")) if element.get(attribute) else None
            if key is None:
                continue
            used.add(key)
            name = _entry_name(key, element)
            found[name] = package.files[key]
            element.set(attribute, f"internal://{name.removeprefix('sources/')}")
    named_before = base.named_files
    for key, content in kept.items():
        if key not in used and key not in named_before and not changed and "://" not in key:
            found[_entry_name(key, None)] = content
    return found


def _entry_name(key: str, element: etree._Element | None) -> str:
    """Name of the entry for a file: flat, under ``sources/`` in lower case."""
    plain = key.split("://")[-1].lstrip("/")
    name = PurePosixPath(plain).name
    if plain.lower() == f"sources/{name}".lower() or element is None:
        return f"sources/{name}" if plain.lower().startswith("sources/") else plain
    guid = element.get("guid", "").strip("{} ").lower() or guid_of("file", key)
    return f"sources/{guid}{PurePosixPath(plain).suffix}"


def valid_bytes(root: etree._Element, form: Format, log: Log) -> bytes:
    """The file, repaired where it does not fit the standard; each kind of repair is told.

    Raises
    ------
    InterviewError
        V041, when it does not validate even so.
    """
    content = to_bytes(root)
    parser = etree.XMLParser(huge_tree=True)
    official = schema(form)
    if official.validate(etree.fromstring(content, parser)):
        return content
    repairs = Repairs(form)
    repairs.repair(root)
    content = to_bytes(root)
    if not official.validate(etree.fromstring(content, parser)):
        english, dutch = in_words(official.error_log[0])
        raise InterviewError("V041", where=Place(file=log.file), what={"en": english, "nl": dutch})
    _note_repairs(repairs.made, log)
    return content


def _note_repairs(made: Counter[str], log: Log) -> None:
    if made:
        log.add("V040", n=sum(made.values()), what=repairs_in_words(dict(made.most_common(8))))


def write_zip(path: Path, xml: bytes, files: Mapping[str, bytes]) -> None:
    """A package, whole or not at all; the same content gives the same bytes.

    Raises
    ------
    InterviewError
        G004, when the operating system refuses.
    """
    partial = path.with_name(path.name + ".partial")
    try:
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            archive.writestr(_entry("project.qde"), xml)
            for name in sorted(files):
                archive.writestr(_entry(name), files[name])
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        where = Place(file=path.name)
        raise InterviewError("G004", where=where, path=path.as_posix(), reason=reason_of(error)) from None


def _entry(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _DAY)
    info.compress_type = zipfile.ZIP_DEFLATED
    return info
