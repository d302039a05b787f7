"""What is public: the names in ``__all__`` of each module that a reader imports from."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any

from lcresearch.results import Result

ROOT = Path(__file__).parents[3]
MODULES = (
    "instruments",
    "responses",
    "measurement",
    "multilevel",
    "change",
    "agreement",
    "synthesis",
    "interviews",
    "integration",
    "studies",
    "reporting",
    "disclosure",
    "messages",
    "errors",
    "results",
    "shipped",
    "app",
)
"""In the order of a study: from a question to a statement over consortia, then what all of them use."""
KINDS = ("function", "result", "class", "error", "constant")


@dataclass(frozen=True)
class Name:
    """One public name: where it is imported from, and what it is."""

    module: str
    name: str
    value: Any

    @property
    def short(self) -> str:
        """As it stands in prose: ``multilevel.fit_lmm``."""
        return f"{self.module}.{self.name}"

    @property
    def page(self) -> str:
        """Name of its page: some file systems do not tell ``qca`` from ``QCA``, so those get a number."""
        alike = [
            name for name in import_module(f"lcresearch.{self.module}").__all__ if name.lower() == self.name.lower()
        ]
        return self.short if len(alike) == 1 else f"{self.short}-{sorted(alike).index(self.name) + 1}"

    @property
    def kind(self) -> str:
        """One of KINDS."""
        if not inspect.isclass(self.value):
            return "function" if inspect.isroutine(self.value) else "constant"
        if issubclass(self.value, Exception):
            return "error"
        return "result" if issubclass(self.value, Result) else "class"

    @property
    def summary(self) -> str:
        """The first sentence of the docstring."""
        text = inspect.getdoc(self.value) if self.kind != "constant" else constant_docs(self.module).get(self.name)
        return " ".join((text or "").partition("\n\n")[0].split())

    @property
    def source(self) -> tuple[str, int] | None:
        """File within the repository and first line; None for a constant."""
        if self.kind == "constant":
            return None
        value = inspect.unwrap(self.value)
        path = Path(inspect.getsourcefile(value) or "")
        if inspect.isclass(value):
            lines = path.read_text(encoding="utf-8").splitlines()
            line = next(n for n, text in enumerate(lines, 1) if re.match(rf"class {value.__name__}\b", text))
        else:
            line = value.__code__.co_firstlineno
        return path.relative_to(ROOT).as_posix(), line

    @property
    def part(self) -> str:
        """The folder within the module in which it stands, if any: ``qca`` of ``integration``."""
        where = str(getattr(self.value, "__module__", "")).split(".")
        return where[2] if len(where) > 3 else ""


@cache
def names_of(module: str) -> tuple[Name, ...]:
    """The public names of one module, in alphabetical order."""
    found = import_module(f"lcresearch.{module}")
    return tuple(Name(module, name, getattr(found, name)) for name in sorted(found.__all__, key=str.lower))


def all_names() -> Iterator[Name]:
    """Every public name."""
    for module in MODULES:
        yield from names_of(module)


@cache
def constant_docs(module: str) -> dict[str, str]:
    """Texts below constants, by name, of a module and the files that it takes them from."""
    package = import_module(f"lcresearch.{module}")
    trees = [ast.parse(inspect.getsource(package))]
    for node in trees[0].body:
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("lcresearch"):
            trees.append(ast.parse(inspect.getsource(import_module(str(node.module)))))
    found: dict[str, str] = {}
    for tree in trees:
        for node, below in pairwise(tree.body):
            target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
            text = below.value.value if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant) else None
            if isinstance(target, ast.Name) and isinstance(text, str):
                found[target.id] = inspect.cleandoc(text)
    return found


@cache
def public_classes() -> dict[str, tuple[type, ...]]:
    """Name: the public classes that are called so."""
    found: dict[str, tuple[type, ...]] = {}
    for name in all_names():
        if inspect.isclass(name.value):
            found[name.name] = (*found.get(name.name, ()), name.value)
    return found


def named_in(annotation: str, module: str) -> set[type]:
    """Public classes that an annotation names; of those that are called alike, the one of the same package."""
    words = re.findall(r"\w+", annotation)
    classes = {each for word in words for each in public_classes().get(word, ())}
    near = {each for each in classes if each.__module__.split(".")[:2] == module.split(".")[:2]}
    return near or classes


def returned(value: Any) -> set[type]:
    """Public classes that a function or method says it returns; annotations are texts, as imports are lazy."""
    return named_in(str(getattr(value, "__annotations__", {}).get("return", "")), value.__module__)


@cache
def makers() -> dict[type, tuple[Name, ...]]:
    """Class: the public functions that return it."""
    found: dict[type, list[Name]] = {}
    for name in all_names():
        if name.kind == "function":
            for each in returned(name.value):
                found.setdefault(each, []).append(name)
    return {each: tuple(names) for each, names in found.items()}


@cache
def holders() -> dict[type, tuple[Name, ...]]:
    """Class: the public classes that hold it in an attribute, or give it from a method."""
    found: dict[type, dict[str, Name]] = {}
    for name in all_names():
        if not inspect.isclass(name.value):
            continue
        for member in vars(name.value).values():
            getter = member.fget if isinstance(member, property) else getattr(member, "func", member)
            if inspect.isfunction(getter):
                for each in returned(getter) - {name.value}:
                    found.setdefault(each, {})[name.short] = name
        for words in inspect.get_annotations(name.value).values():
            for each in named_in(str(words), name.value.__module__) - {name.value}:
                found.setdefault(each, {})[name.short] = name
    return {each: tuple(names.values()) for each, names in found.items()}
