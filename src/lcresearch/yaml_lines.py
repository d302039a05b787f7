"""YAML that a stranger wrote: read safely, with the line of every key and value.

Only plain data come out: text, whole numbers, decimal numbers, true, false, null, lists and mappings. Tags, anchors
and aliases are refused, so a file can neither run code nor unfold into gigabytes. ``yes``, ``no``, ``on`` and dates
stay text: in a list of answers ``no`` is a word.
"""

from __future__ import annotations

import errno
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from lcresearch.errors import Place, Problem

MAX_BYTES = 1024 * 1024
"""Largest file that is read."""
MAX_DEPTH = 20
"""Deepest nesting of lists and mappings."""

YamlPath = tuple[str | int, ...]
"""Keys and list positions from the top of the file: ``("items", 3, "text")``."""

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"[-+]?([0-9]{1,300}\.[0-9]{0,300}|\.[0-9]{1,300})([eE][-+]?[0-9]{1,2})?")
_NULL = ("", "~", "null", "Null", "NULL")
_BOOLEAN = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_TEXT_WITH_COLON = re.compile(
    r"""(?:^\s*(?:-\s+)*|[{,]\s*)([\w-]+):[ ]+      # a key
    ([^\s'"\[{|>&*!%@`\#][^,{}'"]*?:)(?:\s|$)     # a text without quotation marks, as far as its colon""",
    re.VERBOSE,
)
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass
class LinedYaml:
    """What a file holds, the line of each part, and what was wrong with the file as YAML.

    ``content`` is None when the file could not be read at all; ``problems`` then says why.
    """

    content: Any = None
    lines: dict[YamlPath, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line(self, path: YamlPath) -> int | None:
        """Line of a part, or of the nearest part around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)


def read_yaml(path: str | Path) -> LinedYaml:
    """Read a YAML file. Never raises on what a file holds: see ``problems`` of the result."""
    path = Path(path)
    place = Place(file=path.name)
    if path.exists() and not (path.is_file() or path.is_dir()):  # a pipe: who opens it waits for ever
        return LinedYaml(problems=[Problem("G020", place, {"reason": os.strerror(errno.ENXIO)})])
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return LinedYaml(problems=[Problem("G001", place, {"path": path.as_posix()})])
    except OSError as error:
        return LinedYaml(problems=[Problem("G020", place, {"reason": error.strerror or type(error).__name__})])
    if len(content) > MAX_BYTES:
        return LinedYaml(problems=[Problem("G021", place, {"limit": MAX_BYTES // 1024})])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return LinedYaml(problems=[Problem("G022", Place(file=path.name, line=line))])
    return parse_yaml(text, file=path.name)


def parse_yaml(text: str, *, file: str | None = None) -> LinedYaml:
    """Parse YAML text.

    Examples
    --------
    >>> parsed = parse_yaml("id: voice\\nitems: [a, no]")
    >>> parsed.content, parsed.line(("items", 1))
    ({'id': 'voice', 'items': ['a', 'no']}, 2)
    """
    builder = _Builder(file, text)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        builder.not_yaml(error)
        builder.result.content = None
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1
        builder.problem("G022", line)
        builder.result.content = None
    except _RefusedError:
        builder.result.content = None
    else:
        if builder.result.content is None and not builder.result.problems:
            builder.problem("G024", None)
    return builder.result


class _RefusedError(Exception):
    """Reading on would be unsafe or useless; the problem is noted."""


class _Open:
    """A list or mapping whose end has not come yet."""

    def __init__(self, value: dict[Any, Any] | list[Any], path: YamlPath, *, in_braces: bool) -> None:
        self.value, self.path, self.in_braces = value, path, in_braces
        self.key: str | int | None = None
        self.skip = False


class _Builder:
    """Builds values out of parser events with a stack of its own, so that no nesting can exhaust Python's."""

    def __init__(self, file: str | None, text: str) -> None:
        self.file, self.text = file, text
        self.result = LinedYaml()
        self.open: list[_Open] = []
        self.documents = 0
        self.scalar_end = 0

    def problem(self, code: str, line: int | None, **values: Any) -> None:
        self.result.problems.append(Problem(code, Place(file=self.file, line=line), values))

    def not_yaml(self, error: yaml.MarkedYAMLError) -> None:
        """Note why the parser stopped: a colon in a text without quotation marks, or in its own words."""
        mark = error.problem_mark or error.context_mark
        line = (mark.line + 1) if mark else None
        cut = _TEXT_WITH_COLON.search("".join(self.text.split("\n")[line - 1 : line])) if line else None
        if cut:
            self.problem("G032", line, text=cut[2])
        else:
            self.problem("G023", line, reason=error.problem or error.context or "")

    def take(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self.problem("G028", line)
                raise _RefusedError
        elif isinstance(event, yaml.AliasEvent):
            self.problem("G026", line)
            self.add(None, line)
        elif isinstance(event, yaml.NodeEvent):
            self.refuse_extras(event, line)
            self.take_node(event, line)
        elif isinstance(event, yaml.CollectionEndEvent):
            self.open.pop()

    def refuse_extras(self, event: yaml.NodeEvent, line: int) -> None:
        if event.anchor is not None:
            self.problem("G026", line)
        tag = getattr(event, "tag", None)
        if tag is not None:
            self.problem("G025", line, tag=str(tag).replace("tag:yaml.org,2002:", "!!"))

    def take_node(self, event: yaml.NodeEvent, line: int) -> None:
        if isinstance(event, yaml.ScalarEvent):
            plain = bool(event.implicit[0])
            if plain and event.value == "":
                self.refuse_text_after_comma(event)
            self.scalar_end = event.end_mark.index if event.end_mark else 0
            self.add(plain_value(event.value) if plain else event.value, line)
            return
        if len(self.open) >= MAX_DEPTH:
            self.problem("G027", line, limit=MAX_DEPTH)
            raise _RefusedError
        value: dict[Any, Any] | list[Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
        self.open.append(_Open(value, self.add(value, line), in_braces=bool(getattr(event, "flow_style", False))))

    def refuse_text_after_comma(self, nothing: yaml.ScalarEvent) -> None:
        """Note a key in braces that has no colon: the rest of a text that a comma cut in two. It is passed over."""
        parent = self.open[-1] if self.open else None
        if parent is None or not parent.in_braces or parent.key is None or parent.skip or not nothing.start_mark:
            return
        if ":" not in self.text[self.scalar_end : nothing.start_mark.index]:
            self.problem("G031", self.result.lines[(*parent.path, parent.key)], text=str(parent.key))
            parent.skip = True

    def add(self, value: Any, line: int) -> YamlPath:
        """Put a value where it belongs and return its path."""
        if not self.open:
            self.result.content = value
            self.result.lines[()] = line
            return ()
        parent = self.open[-1]
        if isinstance(parent.value, list):
            path = (*parent.path, len(parent.value))
            parent.value.append(value)
        elif parent.key is None:
            self.take_key(parent, value, line)
            return parent.path
        else:
            path = (*parent.path, parent.key)
            if not parent.skip:
                parent.value[parent.key] = value
            parent.key = None
        self.result.lines.setdefault(path, line)
        return path

    def take_key(self, parent: _Open, key: Any, line: int) -> None:
        if isinstance(key, bool) or not isinstance(key, str | int | float) or key == "":
            self.problem("G029", line)
            raise _RefusedError
        key = str(key) if isinstance(key, float) else key
        parent.key, parent.skip = key, key in parent.value
        path = (*parent.path, key)
        if parent.skip:
            self.problem("G030", line, key=key, first=self.result.lines[path])
        self.result.lines.setdefault(path, line)


def plain_value(text: str) -> Any:
    """The value of a scalar without quotation marks: numbers, true, false and null as in YAML 1.2, all else text."""
    if text in _NULL:
        return None
    if text in _BOOLEAN:
        return _BOOLEAN[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return float(text)
    return text
