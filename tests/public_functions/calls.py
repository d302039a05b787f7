"""Which functions of the package a test uses, read from the source of the tests.

A test uses what its own body names, what the helpers, constants and fixtures that it names use, and so on; helpers may
stand in another file of the tests. What it reaches only through other functions of the package does not count: a test
of the report is no test of the model that was fitted for it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

TESTS = Path(__file__).parents[1]
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(frozen=True)
class TestFile:
    """One file of the tests: what its names stand for and what each of them uses."""

    __test__ = False

    path: Path
    imported: dict[str, str] = field(default_factory=dict)
    defined: dict[str, tuple[ast.AST, ...]] = field(default_factory=dict)

    def tests(self) -> list[str]:
        """Names of the tests, with their class where they have one."""
        return [name for name in self.defined if name.rsplit("::", 1)[-1].startswith("test")]


@cache
def read(path: Path) -> TestFile:
    """Read a file of the tests."""
    found = TestFile(path)
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for one in node.names:
                found.imported[one.asname or one.name.split(".")[0]] = (
                    one.name if one.asname else one.name.split(".")[0]
                )
        elif isinstance(node, ast.ImportFrom) and node.module:
            for one in node.names:
                found.imported[one.asname or one.name] = f"{node.module}.{one.name}"
    for node in tree.body:
        for name, parts in _definitions(node):
            found.defined[name] = found.defined.get(name, ()) + parts
    return found


def used_by(path: Path, name: str) -> frozenset[str]:
    """Dotted names in the package that a test uses, as the tests import them: ``lcresearch.multilevel.fit_lmm``."""
    seen: set[tuple[Path, str]] = set()
    found: set[str] = set()
    asked: set[str] = set()
    words: set[str] = set()
    waiting = [(path, name)]
    while waiting:
        place = waiting.pop()
        if place in seen:
            continue
        seen.add(place)
        directly = _used_directly(*place)
        found |= directly.names
        asked |= directly.asked_by_name
        words |= directly.words
        waiting += directly.further
    return frozenset(found | {f"{module}.{word}" for module in asked for word in words})


@dataclass(frozen=True)
class _Directly:
    """What one definition uses itself, and where to look further.

    ``asked_by_name`` are modules of which something is asked by ``getattr`` with a name that is not written there;
    ``words`` are the texts that may be that name.
    """

    names: frozenset[str]
    asked_by_name: frozenset[str]
    words: frozenset[str]
    further: tuple[tuple[Path, str], ...]


@cache
def _used_directly(path: Path, name: str) -> _Directly:
    file = read(path)
    names: set[str] = set()
    asked: set[str] = set()
    words: set[str] = set()
    further: set[tuple[Path, str]] = set()
    for part in file.defined.get(name, ()):
        for dotted in _dotted_names(part):
            first, _, rest = dotted.partition(".")
            if first in file.imported:
                whole = ".".join(filter(None, (file.imported[first], rest)))
                if whole.startswith("lcresearch."):
                    names.add(whole)
                elif whole.startswith("tests."):
                    further |= set(_in_other_file(whole))
            elif first in file.defined and first != name:
                further.add((path, first))
        for fixture in _fixtures(part):
            further |= set(_fixture(path, fixture, beside=name))
        asked |= {file.imported[module] for module in _asked_by_name(part) if module in file.imported}
        words |= {node.value for node in ast.walk(part) if isinstance(node, ast.Constant) and _is_name(node.value)}
    return _Directly(frozenset(names), frozenset(asked), frozenset(words), tuple(sorted(further)))


def _is_name(value: object) -> bool:
    return isinstance(value, str) and value.isidentifier()


def _asked_by_name(part: ast.AST) -> Iterator[str]:
    for node in ast.walk(part):
        match node:
            case ast.Call(func=ast.Name(id="getattr"), args=[ast.Name(id=module), *_]):
                yield module


def _definitions(node: ast.AST) -> Iterator[tuple[str, tuple[ast.AST, ...]]]:
    if isinstance(node, _DEFINITIONS):
        yield node.name, (node,)
        if isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, _DEFINITIONS):
                    yield f"{node.name}::{inner.name}", (inner, *node.decorator_list)
    elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for target in targets:
            for named in ast.walk(target):
                if isinstance(named, ast.Name):
                    yield named.id, (node.value,)
    elif isinstance(node, ast.If | ast.With | ast.Try | ast.For):
        for inner in node.body:
            yield from _definitions(inner)


def _dotted_names(part: ast.AST) -> Iterator[str]:
    """Names and chains of attributes; of ``a.b.c`` also ``a.b`` and ``a``."""
    for node in ast.walk(part):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            attributes, value = [], node
            while isinstance(value, ast.Attribute):
                attributes.append(value.attr)
                value = value.value
            if isinstance(value, ast.Name):
                yield ".".join([value.id, *reversed(attributes)])


def _fixtures(part: ast.AST) -> Iterator[str]:
    if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef):
        yield from (one.arg for one in (*part.args.args, *part.args.kwonlyargs))
    for node in ast.walk(part):
        match node:
            case ast.Call(func=ast.Attribute(attr="getfixturevalue" | "usefixtures"), args=asked):
                yield from (one.value for one in asked if isinstance(one, ast.Constant))


def _fixture(path: Path, name: str, *, beside: str) -> Iterator[tuple[Path, str]]:
    """Where a fixture is defined: in the file, or in the nearest conftest above it."""
    if name in read(path).defined and name != beside:
        yield path, name
        return
    folder = path.parent
    while folder != TESTS.parent:
        nearest = folder / "conftest.py"
        if nearest.exists() and nearest != path and name in read(nearest).defined:
            yield nearest, name
            return
        folder = folder.parent


def _in_other_file(dotted: str) -> Iterator[tuple[Path, str]]:
    module, _, name = dotted.rpartition(".")
    while module:
        path = TESTS.parent.joinpath(*module.split(".")).with_suffix(".py")
        if path.exists():
            yield path, name
            return
        module, _, name = module.rpartition(".")
