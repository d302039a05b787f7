"""What is public: the names in ``__all__`` of each module that a reader imports from."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, get_type_hints

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
        """Name of its page: some file systems do not tell ``qca`` from ``QCA``, so those say what they are."""
        alike = [
            name for name in import_module(f"lcresearch.{self.module}").__all__ if name.lower() == self.name.lower()
        ]
        return self.short if len(alike) == 1 else f"{self.short}-{self.kind}"

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
        return path.relative_to(ROOT).as_posix(), inspect.getsourcelines(value)[1]

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
    """Texts below constants, as Sphinx reads them, by name, of a module and the files that it takes them from."""
    from sphinx.pycode import ModuleAnalyzer

    found: dict[str, str] = {}
    package = import_module(f"lcresearch.{module}")
    files = {package.__name__}
    tree = ModuleAnalyzer.for_module(package.__name__)
    tree.analyze()
    for line in tree.code.splitlines():
        if line.startswith("from lcresearch."):
            files.add(line.split()[1])
    for each in files:
        analyzer = ModuleAnalyzer.for_module(each)
        analyzer.analyze()
        for (scope, name), lines in analyzer.attr_docs.items():
            if not scope:
                found[name] = "\n".join(lines).strip()
    return found


def returned(value: Any) -> set[type]:
    """Classes that a function says it returns."""
    try:
        hint = get_type_hints(value).get("return")
    except (NameError, TypeError):
        return set()
    parts, found = [hint], set()
    while parts:
        part = parts.pop()
        if inspect.isclass(part) and part.__module__.startswith("lcresearch"):
            found.add(part)
        parts += list(getattr(part, "__args__", ()))
    return found


@cache
def makers() -> dict[type, tuple[Name, ...]]:
    """Class: the public functions that return it."""
    found: dict[type, list[Name]] = {}
    for name in all_names():
        if name.kind == "function":
            for each in returned(name.value):
                found.setdefault(each, []).append(name)
    return {each: tuple(names) for each, names in found.items()}
