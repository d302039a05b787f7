"""Mutants of a file: small changes of its functions, each of which a test should notice.

The changes are those of mutmut (another operator, another number, another argument), but for texts, as what a user
reads has tests of its own, and for arguments that only say how numbers are stored. A mutant is put in place by giving
the function, wherever it was imported to, other code.
"""

from __future__ import annotations

import ast
import difflib
import importlib
import random
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation.file_mutation import Mutation, MutationVisitor, OuterFunctionProvider
from mutmut.mutation.mutators import mutation_operators, operator_string
from mutmut.mutation.pragma_handling import get_ignored_lines

KIND = "part"
STORAGE = ("dtype", "copy")
SOURCE = Path(__file__).parents[1] / "src"


@dataclass(frozen=True)
class Mutant:
    """One change: where, the lines before and after, and the whole file after it."""

    module: str
    function: str
    line: int
    before: str
    after: str
    source: str

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What names it as long as its lines stay as they are."""
        return self.module, self.function, self.before, self.after

    @property
    def path(self) -> Path:
        """The file."""
        return path_of(self.module)


def path_of(module: str) -> Path:
    """The file of a module, ``change.two_waves`` being ``src/lcresearch/change/two_waves.py``."""
    return SOURCE / "lcresearch" / Path(*module.split(".")).with_suffix(".py")


def modules_of(path: str) -> list[str]:
    """A module, or all those of a folder, which ends in a dot."""
    if not path.endswith("."):
        return [path]
    folder = SOURCE / "lcresearch" / Path(*path[:-1].split("."))
    return [f"{path}{file.stem}" for file in sorted(folder.glob("*.py")) if file.stem != "__init__"]


def mutants_of(module: str, sample: int, seed: int) -> tuple[int, list[Mutant]]:
    """How many there are, and a random sample of them; one of the same seed that is larger begins with the same."""
    path = path_of(module)
    code = path.read_text(encoding="utf-8")
    wrapper = MetadataWrapper(cst.parse_module(code))
    operators = [each for each in mutation_operators if each[1] is not operator_string]
    visitor = MutationVisitor(operators, get_ignored_lines(str(path), code, wrapper), None)
    tree = wrapper.visit(visitor)
    places = wrapper.resolve(PositionProvider)
    outer = wrapper.resolve(OuterFunctionProvider)
    found = [
        each
        for each in visitor.mutations
        if isinstance(outer.get(each.original_node), cst.FunctionDef) and not _of_storage(each)
    ]
    owners = _owners(tree)
    places_drawn = list(range(len(found)))
    random.Random(f"{seed} {module}").shuffle(places_drawn)
    mutants = []
    for place in places_drawn[:sample]:
        node = found[place].original_node
        after = tree.deep_replace(node, found[place].mutated_node).code  # type: ignore[arg-type]
        # a default is of the signature, which runs when the file is imported; whoever uses it runs the body
        start = max(places[each].start.line for each in (node, _first_statement(outer[node])) if each in places)
        before, changed = _changed_lines(code, after)
        mutants.append(Mutant(module, owners[outer[node]], start, before, changed, after))
    return len(found), mutants


def _of_storage(mutation: Mutation) -> bool:
    """Whether an argument was changed that only says how numbers are stored."""
    before, after = mutation.original_node, mutation.mutated_node
    if not (isinstance(before, cst.Call) and isinstance(after, cst.Call)):
        return False
    kept = {id(each) for each in after.args}
    changed = [each.keyword.value if each.keyword else "" for each in before.args if id(each) not in kept]
    return bool(changed) and set(changed) <= set(STORAGE)


def _first_statement(function: cst.FunctionDef) -> cst.CSTNode:
    body = list(function.body.body)
    return body[1] if function.get_docstring() is not None and len(body) > 1 else body[0]


def _owners(tree: cst.Module) -> dict[cst.CSTNode, str]:
    names: dict[cst.CSTNode, str] = {}
    for each in tree.body:
        if isinstance(each, cst.FunctionDef):
            names[each] = each.name.value
        elif isinstance(each, cst.ClassDef):
            methods = [method for method in each.body.body if isinstance(method, cst.FunctionDef)]
            names |= {method: f"{each.name.value}.{method.name.value}" for method in methods}
    return names


def _changed_lines(before: str, after: str) -> tuple[str, str]:
    lines = [line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line[:2] in ("- ", "+ ")]
    sides = [" ".join(line[2:].strip() for line in lines if line[0] == sign) for sign in "-+"]
    return sides[0], sides[1]


def put_in_place(mutant: Mutant) -> None:
    """Give the function of this process the code of the mutant; every name that it has elsewhere sees it too."""
    module = importlib.import_module(f"lcresearch.{mutant.module}")
    body = ast.parse(mutant.source).body
    holder: object = module
    *classes, name = mutant.function.split(".")
    for each in classes:
        holder = getattr(holder, each)
        body = next(node.body for node in body if isinstance(node, ast.ClassDef) and node.name == each)
    node = next(each for each in body if isinstance(each, ast.FunctionDef) and each.name == name)
    node.decorator_list = []
    compiled = compile(
        ast.Module([node], []), str(mutant.path), "exec", flags=annotations.compiler_flag, dont_inherit=True
    )
    made: dict[str, FunctionType] = {}
    exec(compiled, vars(module) | {"__name__": module.__name__}, made)
    now = vars(holder)[name]
    function = getattr(now, "__func__", now)
    function.__code__ = made[name].__code__
    function.__defaults__, function.__kwdefaults__ = made[name].__defaults__, made[name].__kwdefaults__
