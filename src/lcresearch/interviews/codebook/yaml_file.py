"""Codebooks in YAML: a file that people read, review and keep under version control."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

from lcresearch.errors import InterviewError, Place, Problem, nearest
from lcresearch.interviews.codebook.model import TEXTS, Code, Codebook
from lcresearch.interviews.codebook.phrases import phrase_problems
from lcresearch.interviews.codebook.schema import LINKS, CodebookFile, CodeEntry
from lcresearch.interviews.guids import guid_of, plain_guid
from lcresearch.validation import Finding, validated
from lcresearch.yaml_lines import LinedYaml, YamlPath, read_yaml

_DEEPEST = 8
_NO_COLOR = "#000000"


def shipped_codebooks() -> dict[str, Path]:
    """Id -> file of the codebooks that come with the package.

    Returns
    -------
    dict

    See also
    --------
    read_codebook : Reads one by its id.
    """
    folder = Path(str(resources.files("lcresearch.interviews.codebook"))) / "shipped"
    return {path.stem: path for path in sorted(folder.glob("*.yaml"))}


def read_yaml_codebook(path: str | Path, *, language: str | None = None) -> Codebook:
    """A codebook from YAML: an id of one that comes with the package, or a file.

    A local codebook names the shared one that it ``extends``: the result has the codes of both. A local code stands
    under a shared one (``parent``), or counts for one as well (``maps_to``).

    Raises
    ------
    InterviewError
        With every problem of the file and its line: V083 to V090, and those of YAML files in general.
    """
    file = shipped_codebooks().get(str(path), Path(path))
    found, problems = _read(file, ())
    if found is None:
        raise InterviewError(problems)
    return found.in_language(language) if language else found


def check_codebook(path: str | Path) -> list[Problem]:
    """Everything that is wrong with a codebook file, with the line of each problem; empty when all is well.

    Parameters
    ----------
    path : str or Path
        A codebook in YAML.

    Returns
    -------
    list of Problem

    See also
    --------
    read_codebook : Reads one that has no errors.
    """
    return _read(shipped_codebooks().get(str(path), Path(path)), ())[1]


def _read(path: Path, above: tuple[Path, ...]) -> tuple[Codebook | None, list[Problem]]:
    parsed = read_yaml(path)
    if not isinstance(parsed.content, dict):
        return None, parsed.problems or [Problem("G045", Place(file=path.name, line=1))]
    file, found = validated(CodebookFile, parsed.content)
    problems = parsed.problems + _located(found, parsed, path.name)
    shared: Codebook | None = None
    if file is not None and file.extends:
        shared, more = _extended(file.extends, path, parsed, above)
        problems += more
    if file is not None and (shared is not None or not file.extends):
        problems += _located(list(_findings(file, shared)), parsed, path.name)
    if file is None or any(problem.level == "error" for problem in problems):
        return None, sorted(problems, key=lambda problem: problem.where.line or 0)
    return replace(_codebook(file, shared), problems=tuple(problems)), problems


def _extended(
    name: str, path: Path, parsed: LinedYaml, above: tuple[Path, ...]
) -> tuple[Codebook | None, list[Problem]]:
    """The codebook that a local one builds on, beside it or shipped."""
    place = Place(file=path.name, line=parsed.line(("extends",)))
    known = shipped_codebooks()
    beside = path.parent / Path(name).name
    target = known.get(name) or (beside if name.endswith(".yaml") else None)
    if target is None or not target.is_file():
        return None, [Problem("V083", place, {"name": name, "known": list(known)})]
    if target.resolve() in (*above, path.resolve()):
        return None, [Problem("V084", place, {"name": name})]
    return _read(target, (*above, path.resolve()))


def _located(found: list[Finding], parsed: LinedYaml, file: str) -> list[Problem]:
    return [Problem(each.code, Place(file=file, line=parsed.line(each.path)), each.values) for each in found]


def _walk(
    entries: tuple[CodeEntry, ...], parent: str | None = None, path: YamlPath = ("codes",)
) -> Iterator[tuple[CodeEntry, str | None, YamlPath]]:
    """Codes in their order, with the id of the one above and the place in the file."""
    for place, entry in enumerate(entries):
        here = (*path, place)
        yield entry, parent, here
        yield from _walk(entry.codes, entry.id, (*here, "codes"))


def _findings(file: CodebookFile, shared: Codebook | None) -> Iterator[Finding]:
    """What the shape of the file cannot tell: ids twice, codes that are not there, languages that lack."""
    known = {} if shared is None else _ids(shared)
    own: dict[str, YamlPath] = {}
    names: dict[tuple[str | None, str], str] = {}
    guids = set() if shared is None else set(shared.by_id)
    for entry, parent, path in _walk(file.codes):
        if entry.id in own or entry.id in known:
            yield Finding("V085", (*path, "id"), {"id": entry.id})
        own[entry.id] = path
        guid = plain_guid(entry.guid) if entry.guid else guid_of("code", file.id, entry.id)
        if guid in guids:
            yield Finding("V085", (*path, "guid" if entry.guid else "id"), {"id": entry.guid or entry.id})
        guids.add(guid)
        lacking = [language for language in file.languages if language not in entry.name]
        if lacking:
            yield Finding("V086", path, {"id": entry.id, "languages": lacking})
        name = entry.name.get(file.languages[0], "").casefold()
        if name and (parent or entry.parent, name) in names:
            yield Finding("V087", path, {"name": name, "other": names[parent or entry.parent, name]})
        names[parent or entry.parent, name] = entry.id
        if entry.codable and not entry.definition:
            yield Finding("V088", path, {"id": entry.id})
        if entry.parent and parent:
            yield Finding("V089", (*path, "parent"), {"id": entry.id})
        for key in ("parent", "maps_to"):
            target = getattr(entry, key)
            there = known if key == "parent" or shared else {each.id for each, _, _ in _walk(file.codes)}
            if target and target not in there:
                values = {"key": key, "target": target, "nearest": nearest(target, there) or "–"}
                yield Finding("V090", (*path, key), values)
        for spoken, place, values in phrase_problems(entry.patterns):
            yield Finding("V170", (*path, "patterns", spoken, place), {"path": entry.id} | values)
        if len(path) > 2 * _DEEPEST:
            yield Finding("V091", path, {"id": entry.id, "limit": _DEEPEST})


def _ids(book: Codebook) -> dict[str, str]:
    """Id as written in the file -> GUID, of a codebook that was read from YAML."""
    return {code.key: code.id for code in book if code.key}


def _codebook(file: CodebookFile, shared: Codebook | None) -> Codebook:
    language = file.languages[0]
    base = shared.in_language(language) if shared is not None else Codebook(language=language)
    guids = _ids(base)
    for entry, _, _ in _walk(file.codes):
        guids[entry.id] = plain_guid(entry.guid) if entry.guid else guid_of("code", file.id, entry.id)
    codes = [
        _code(entry, guids, parent or entry.parent, language) for entry, parent, _ in _walk(file.codes)
    ]  # fmt: skip
    return Codebook(
        codes=(*base.codes, *codes),
        name=file.title.get(language) or next(iter(file.title.values())),
        version=file.version,
        language=language,
        changes=tuple((each.version, each.change.get(language) or "") for each in file.history),
    )


def _code(entry: CodeEntry, guids: Mapping[str, str], parent: str | None, language: str) -> Code:
    texts: dict[str, dict[str, str]] = {}
    for part in TEXTS:
        for spoken, words in getattr(entry, part).items():
            texts.setdefault(spoken, {})[part] = words
    own: dict[str, Any] = texts.pop(language, {})
    return Code(
        id=guids[entry.id],
        key=entry.id,
        parent=guids[parent] if parent else "",
        color="" if entry.color == _NO_COLOR else entry.color,
        codable=entry.codable,
        translations=texts,
        links={link: getattr(entry, link) for link in LINKS if getattr(entry, link)},
        maps_to=guids[entry.maps_to] if entry.maps_to else "",
        patterns=dict(entry.patterns),
        **own,
    )
