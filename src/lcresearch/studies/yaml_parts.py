"""Change one part of a YAML text by its position, so that comments, order and quotation marks of the rest stay."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from lcresearch.errors import Place, StudyError
from lcresearch.studies import yaml_text
from lcresearch.yaml_lines import MAX_BYTES, YamlPath, parse_yaml, plain_value

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BLANK = " \t\r\n"
_MARK = "\ufeff"
_GONE = object()


class _OtherwiseError(Exception):
    """This part cannot be changed on its own; the part around it is written anew."""


def set_part(text: str, path: Sequence[str | int], value: Any, *, file: str = "study.yaml") -> str:
    """A YAML text with one part replaced, added, or taken out.

    Only lines of that part change. Of a list or mapping that is replaced, the parts that stay equal stay as they are.

    Parameters
    ----------
    text : str
    path : sequence of str or int
        Keys and list positions from the top. What is missing on the way is made; the position after the last of a
        list adds to it.
    value : dict, list, str, int, float, bool or None
        None takes the part out; inside a dict or list it stands as ``null``.
    file : str
        Name of the file, for messages.

    Returns
    -------
    str
        Reading it gives what the text held, with that part replaced: this is checked.

    Raises
    ------
    StudyError
        What is wrong with the text as YAML (G021 to G032; anchors and aliases are refused); W040, when the path goes
        through a text or past the end of a list; W041, when the value cannot be written there.

    Examples
    --------
    >>> text = "id: a   # short\\nresponses:\\n  - {file: one.csv, wave: t0}   # spring\\n"
    >>> print(set_part(text, ("responses", 1), {"file": "two.csv", "wave": "t1"}))
    id: a   # short
    responses:
      - {file: one.csv, wave: t0}   # spring
      - {file: two.csv, wave: t1}
    <BLANKLINE>
    """
    mark, body = (_MARK, text[1:]) if text.startswith(_MARK) else ("", text)
    where = Place(file=file)
    parsed = parse_yaml(body, file=file)
    if parsed.problems:
        raise StudyError(parsed.problems)
    if not isinstance(parsed.content, dict) or not path:
        raise StudyError("W040", where=where, part=_named(path))
    target: Any = _GONE if value is None else _plain(value)
    path, target = _reachable(parsed.content, tuple(path), target, where)
    wanted = _replaced(parsed.content, path, target)
    ways = [(depth, short) for short in (True, False) for depth in range(len(path), 0, -1)]
    for depth, short in ways:
        part = target if depth == len(path) else _at(wanted, path[:depth])
        try:
            changed = _Text(body, short=short).changed(path[:depth], part)
        except (_OtherwiseError, ValueError):
            continue
        if len(changed) <= MAX_BYTES and _reads_as(changed, wanted):
            return mark + changed
    raise StudyError("W041", where=where, part=_named(path))


def _named(path: Sequence[str | int]) -> str:
    return ".".join(map(str, path))


def _plain(value: Any) -> Any:
    """The value in lists and dicts of our own."""
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(one) for one in value]
    return value


def _at(content: Any, path: YamlPath) -> Any:
    for key in path:
        content = content[key]
    return content


def _reachable(content: Any, path: YamlPath, target: Any, where: Place) -> tuple[YamlPath, Any]:
    """The path as far as it exists and one step on, with a target that holds what is missing behind that."""
    inside = content
    for n, key in enumerate(path):
        fits = isinstance(inside, dict) if isinstance(key, str) else isinstance(inside, list)
        past = fits and isinstance(inside, list) and not 0 <= int(key) <= len(inside)
        if not fits or past:
            raise StudyError("W040", where=where, part=_named(path[: n + 1]))
        there = key in inside if isinstance(inside, dict) else int(key) < len(inside)
        rest = path[n + 1 :]
        if not there or (rest and inside[key] is None):
            if target is not _GONE:
                return path[: n + 1], _around(rest, target, where)
            return path[: n + 1], (_GONE if not there else None)
        inside = inside[key]
    return path, target


def _around(path: YamlPath, value: Any, where: Place) -> Any:
    for key in reversed(path):
        if isinstance(key, int) and key != 0:
            raise StudyError("W040", where=where, part=_named(path))
        value = {key: value} if isinstance(key, str) else [value]
    return value


def _replaced(content: Any, path: YamlPath, target: Any) -> Any:
    """A copy of the content with the part replaced."""
    if not path:
        return target
    key, rest = path[0], path[1:]
    if isinstance(content, dict):
        if key not in content and target is _GONE:
            return content
        made = {name: _replaced(one, rest, target) if name == key else one for name, one in content.items()}
        if key not in content:
            made[key] = target
        elif not rest and target is _GONE:
            del made[key]
        return made
    several = list(content)
    if key == len(several):
        return several if target is _GONE else [*several, target]
    several[int(key)] = _replaced(several[int(key)], rest, target)
    if not rest and target is _GONE:
        del several[int(key)]
    return several


def _reads_as(text: str, wanted: Any) -> bool:
    """Whether a text reads as this, types and order included."""
    parsed = parse_yaml(text)
    return not parsed.problems and repr(parsed.content) == repr(wanted)


@dataclass(frozen=True)
class _Entry:
    """One entry of a list or mapping: where it starts, where its value may stand, and where it ends."""

    key: str | int
    start: int
    slot: int
    """Behind the colon or hyphen; in a list between brackets the start of the entry."""
    node: yaml.Node
    end: int


class _Text:
    """A YAML text in which one part is changed; ``short`` refuses what would make a line in brackets too long."""

    def __init__(self, text: str, *, short: bool = False) -> None:
        self.text, self.short = text, short
        self.newline = "\r\n" if "\r\n" in text else "\n"
        self.top: Any = yaml.compose(text, Loader=_LOADER)

    def changed(self, path: YamlPath, target: Any) -> str:
        """The text with the part replaced, taken out or added."""
        holder = self.top
        for key in path[:-1]:
            holder = self._entry(holder, key).node
        entry = next((one for one in self._entries(holder) if one.key == path[-1]), None)
        if entry is None:
            return self.text if target is _GONE else self._added(holder, path[-1], target)
        if target is _GONE:
            return self._removed(holder, entry)
        return self._set(entry, target, path, in_braces=bool(holder.flow_style), column=holder.start_mark.column)

    def _set(self, entry: _Entry, target: Any, path: YamlPath, *, in_braces: bool, column: int) -> str:
        by_parts = self._by_parts(entry, target, path)
        if by_parts is not None:
            return by_parts
        if in_braces:
            space = "" if self.text[entry.slot - 1] in " [" or entry.slot == entry.start else " "
            written = self._like(entry.node, target)
            self._refuse_long(entry.node, written, target)
            return self.text[: entry.slot] + space + written + self.text[max(entry.end, entry.slot) :]
        first, *below = self._lines(entry, target, column)
        line_end = self._line_end(entry.slot)
        head_end = min(entry.node.start_mark.index, line_end) if self._is_there(entry) else entry.slot
        if head_end < line_end and self._is_there(entry):  # the value starts on the line of its key
            comment = self._comment(entry.end)
            rest = self.text[self._line_end(entry.end) :]
            return self.text[: entry.slot] + first + comment + self._joined(below) + rest
        comment = self._comment(entry.slot)
        between = ""
        if self._is_there(entry):
            start = self._line_start(entry.node.start_mark.index)
            between = self.text[line_end:start].rstrip(_BLANK)
            rest = self.text[self._line_end(entry.end) :]
        else:
            rest = self.text[line_end:]
        return self.text[: entry.slot] + first + comment + between + self._joined(below) + rest

    def _by_parts(self, entry: _Entry, target: Any, path: YamlPath) -> str | None:
        """The text with only those parts changed that differ; None where order or kind differ as well."""
        node = entry.node
        if isinstance(node, yaml.MappingNode) and isinstance(target, dict):
            old: list[str | int] = [one.key for one in self._entries(node)]
            kept = [key for key in old if key in target]
            if not kept or list(target)[: len(kept)] != kept:
                return None
            steps = [(key, _GONE) for key in old if key not in target] + list(target.items())
        elif isinstance(node, yaml.SequenceNode) and isinstance(target, list) and node.value and target:
            gone = [(n, _GONE) for n in reversed(range(len(target), len(node.value)))]
            steps = [*gone, *enumerate(target)]
        else:
            return None
        text = self.text
        for key, value in steps:
            inside = parse_yaml(text).content
            there = _at(inside, path)
            missing = key not in there if isinstance(there, dict) else int(key) >= len(there)
            if value is _GONE or missing or repr(there[key]) != repr(value):
                try:
                    text = _Text(text, short=self.short).changed((*path, key), value)
                except _OtherwiseError:
                    return None
        length = entry.slot - self._line_start(entry.slot) + len(yaml_text.on_one_line(target))
        return text if not node.flow_style or yaml_text.stands_on_one_line(target, length) else None

    def _lines(self, entry: _Entry, target: Any, column: int) -> list[str]:
        """What comes behind the colon or hyphen, and the lines below that."""
        node = entry.node
        indent = column + 2
        if isinstance(target, str) and isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
            below = yaml_text.folded(target, indent)
            if below is not None:
                return [" >-", *below]
        one_line = self._like(node, target)
        if yaml_text.stands_on_one_line(target, entry.slot - self._line_start(entry.slot) + 1 + len(one_line)):
            return [f" {one_line}"]
        below = yaml_text.lines_below(target, indent)
        return [f" {below[0].lstrip()}", *below[1:]] if isinstance(entry.key, int) else ["", *below]

    def _like(self, node: yaml.Node | None, target: Any) -> str:
        """The value on one line, with the quotation marks of what stood there."""
        if isinstance(target, str) and isinstance(node, yaml.ScalarNode) and node.style in ("'", '"'):
            return yaml_text.scalar(target, node.style)
        return yaml_text.on_one_line(target)

    def _added(self, holder: Any, key: str | int, target: Any) -> str:
        entries = self._entries(holder)
        start = f"{yaml_text.scalar(key)}:" if isinstance(key, str) else ""
        if holder.flow_style:
            written = f"{start} {yaml_text.on_one_line(target)}".strip()
            self._refuse_long(holder, written, target)
            at, comma = (entries[-1].end, ", ") if entries else (holder.start_mark.index + 1, "")
            return self.text[:at] + comma + written + self.text[at:]
        column = holder.start_mark.column
        lines = yaml_text.after_start(" " * column + (start or "-"), target, column + 2)
        at = self._line_end(entries[-1].end)
        return self.text[:at] + self._joined(lines) + self.text[at:]

    def _refuse_long(self, node: Any, written: str, target: Any) -> None:
        """The part around it is then written below each other, unless comments between brackets would go with that."""
        line = self.text[self._line_start(node.start_mark.index) : node.end_mark.index]
        longer = len(line) + len(written) > yaml_text.WIDTH
        if self.short and longer and isinstance(target, dict | list) and "\n" not in line:
            raise _OtherwiseError

    def _removed(self, holder: Any, entry: _Entry) -> str:
        entries = self._entries(holder)
        n = next(n for n, one in enumerate(entries) if one.start == entry.start)
        if len(entries) == 1:
            if holder is self.top:
                raise _OtherwiseError
            empty = "{}" if isinstance(holder, yaml.MappingNode) else "[]"
            if holder.flow_style:
                return self.text[: holder.start_mark.index] + empty + self.text[holder.end_mark.index :]
            raise _OtherwiseError
        if not holder.flow_style:
            line_start = self._line_start(entry.start)
            alone = not self.text[line_start : entry.start].strip()
            if not alone:  # behind a hyphen
                return self.text[: entry.start] + self.text[entries[n + 1].start :]
            end = self._line_end(entry.end)
            if end == len(self.text):
                return self.text[:line_start].removesuffix("\n").removesuffix("\r")
            return self.text[:line_start] + self.text[end:].removeprefix("\r").removeprefix("\n")
        if n + 1 < len(entries):
            return self.text[: entry.start] + self.text[entries[n + 1].start :]
        return self.text[: entries[n - 1].end] + self.text[entry.end :]

    def _entry(self, holder: Any, key: str | int) -> _Entry:
        found = next((one for one in self._entries(holder) if one.key == key), None)
        if found is None:
            raise _OtherwiseError
        return found

    def _entries(self, node: Any) -> list[_Entry]:
        if isinstance(node, yaml.MappingNode):
            return [self._keyed(key, value) for key, value in node.value]
        if isinstance(node, yaml.SequenceNode):
            entries: list[_Entry] = []
            before = node.start_mark.index
            for n, one in enumerate(node.value):
                entries.append(self._listed(node, n, one, before))
                before = entries[-1].end
            return entries
        raise _OtherwiseError

    def _keyed(self, key: Any, value: Any) -> _Entry:
        colon = re.compile(r"[ \t]*(?:\r?\n[ \t]*)?:").match(self.text, key.end_mark.index)
        if not isinstance(key, yaml.ScalarNode) or colon is None:
            raise _OtherwiseError
        name: Any = plain_value(key.value) if not key.style else key.value
        end = max(self._end(value), colon.end())
        start: int = key.start_mark.index
        asked = re.search(r"\?[ \t]+$", self.text[self._line_start(start) : start])  # the rare layout "? key"
        start -= len(asked[0]) if asked else 0
        return _Entry(str(name) if isinstance(name, float) else name, start, colon.end(), value, end)

    def _listed(self, holder: Any, n: int, one: Any, before: int) -> _Entry:
        if holder.flow_style:
            return _Entry(n, one.start_mark.index, one.start_mark.index, one, self._end(one))
        hyphen = holder.start_mark.index
        if n:
            column = holder.start_mark.column
            at = self._line_end(before)
            while at < len(self.text):
                at += len(self.newline) if self.text.startswith(self.newline, at) else 1
                line = self.text[at : self._line_end(at)]
                if line.startswith(" " * column + "-"):
                    break
                at = self._line_end(at)
            hyphen = at + column
        if self.text[hyphen : hyphen + 1] != "-":
            raise _OtherwiseError
        return _Entry(n, hyphen, hyphen + 1, one, max(self._end(one), hyphen + 1))

    def _end(self, node: Any) -> int:
        """Where a node really ends: the parser puts the end of a block behind the comments after it."""
        end: int = node.end_mark.index
        if isinstance(node, yaml.ScalarNode):
            block = node.style in ("|", ">")
            header = self.text[node.start_mark.index : self._line_end(node.start_mark.index)]
            keeps = block and "+" in header.partition("#")[0]
            at_least: int = node.start_mark.index
            return max(len(self.text[:end].rstrip(_BLANK)), at_least) if block and not keeps else end
        if node.flow_style:
            return end
        entries: list[_Entry] = self._entries(node)
        return entries[-1].end if entries else end

    def _is_there(self, entry: _Entry) -> bool:
        """Whether the value has signs of its own, and is not an empty place that reads as null."""
        node = entry.node
        return not (isinstance(node, yaml.ScalarNode) and not node.style and node.value == "")

    def _line_start(self, at: int) -> int:
        return self.text.rfind("\n", 0, at) + 1

    def _line_end(self, at: int) -> int:
        """Where the line ends, before what breaks it."""
        end = self.text.find("\n", at)
        if end < 0:
            return len(self.text)
        return end - 1 if end > at and self.text[end - 1] == "\r" else end

    def _comment(self, at: int) -> str:
        """The comment on the rest of a line, with the space before it."""
        rest = self.text[at : self._line_end(at)]
        return rest.rstrip() if rest.strip().startswith("#") else ""

    def _joined(self, lines: Sequence[str]) -> str:
        return "".join(self.newline + line for line in lines)
