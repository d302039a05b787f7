"""The 'coming from' tables: each call in the column 'here' parses, and its names and arguments exist."""

import ast
import importlib
import inspect
import re
from pathlib import Path

import pytest

import lcresearch
from lcresearch import cli, instruments, integration, interviews, measurement, multilevel, responses, studies, synthesis

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs").glob("coming-from-*.md"))
# what the pages say that the names in their calls are
RESULTS = {
    "fit": multilevel.LinearMixedModel,
    "model": measurement.FactorModel,
    "factors": measurement.FactorAnalysis,
    "ma": synthesis.MetaAnalysis,
    "mm": synthesis.MultilevelMetaAnalysis,
    "result": integration.QCA,
    "inst": instruments.Instrument,
    "data": responses.Responses,
    "project": interviews.Project,
    "agreed": interviews.CoderAgreement,
    "study": studies.Study,
}
DATA = {"frame", "small", "large"}
COMMANDS = {re.sub("_", "-", found.name or found.callback.__name__) for found in cli.app.registered_commands}
COMMANDS |= {group.name or group.typer_instance.info.name for group in cli.app.registered_groups}


def rows(page):
    """Number of the line and cells of each row of a table."""
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith("| ") and not line.startswith("| ---"):
            yield number, [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def calls():
    for page in PAGES:
        for number, cells in rows(page):
            for code in re.findall(r"`([^`]+)`", cells[1]):
                yield pytest.param(code.replace("\\|", "|"), id=f"{page.stem}:{number}:{code[:30]}")


def resolve(node):
    """The object that a dotted name or call stands for; None where it cannot be told before it runs."""
    if isinstance(node, ast.Name):
        if node.id in lcresearch._SUBMODULES:
            return importlib.import_module(f"lcresearch.{node.id}")
        if node.id == "pingouin":
            return importlib.import_module("pingouin")
        return RESULTS[node.id] if node.id not in DATA else None
    if isinstance(node, ast.Attribute):
        owner = resolve(node.value)
        if owner is None or (not inspect.ismodule(owner) and node.attr in getattr(owner, "__annotations__", {})):
            return None
        if inspect.ismodule(owner) and owner.__name__ not in ("lcresearch.shipped", "pingouin"):
            assert node.attr in owner.__all__
        return getattr(owner, node.attr)
    if isinstance(node, ast.Call):
        returned = inspect.signature(resolve(node.func)).return_annotation
        named = {name: kind for module in MODULES for name, kind in vars(module).items() if inspect.isclass(kind)}
        return named.get(returned.split(".")[-1]) if isinstance(returned, str) else None
    return None


MODULES = [importlib.import_module(f"lcresearch.{name}") for name in lcresearch._SUBMODULES]


def check(node):
    """Each call has arguments that its function takes, and each name of ours exists."""
    for part in ast.walk(node):
        if isinstance(part, ast.Call):
            called = resolve(part.func)
            assert callable(called) or called is None
            if called is None:
                continue
            values = [None] * len(part.args)
            if inspect.isfunction(called) and "." in called.__qualname__:
                values.insert(0, None)  # a method: self
            inspect.signature(called).bind(*values, **{word.arg: None for word in part.keywords})
        elif isinstance(part, ast.Attribute | ast.Name):
            resolve(part)


@pytest.mark.parametrize("code", list(calls()))
def test_call_exists(code):
    if code.startswith("lcresearch "):
        assert code.split()[1] in COMMANDS
        return
    check(ast.parse(code, mode="eval"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_pages_have_calls_and_folders_that_exist(page):
    found = list(rows(page))
    assert len(found) >= 10
    for _, cells in found:
        for folder in re.findall(r"^`([a-z_]+)/`$", cells[-1]):
            assert (ROOT / "tests" / "reference" / folder).is_dir()
