"""Every public function has a test from outside, an identity and an edge case: ``kinds.csv`` names them.

*From outside*: a number, file or judgement that this package did not make: another program or library, a published
table, a closed form, a real export, another program's reader. *Identity*: what must hold for any input: sums,
symmetry, orders that do not matter, round trips, the same by another way. *Edge*: nothing, one, all alike, missing,
hostile, refused. Where nothing outside exists, ``why_not`` says so. ``through`` names what the test asks in place of
the function itself, where the number from outside is one of its parts.
"""

from __future__ import annotations

import csv
import importlib
import inspect
from functools import cache
from pathlib import Path

import pytest
from tests.public_functions.calls import TESTS, read, used_by

import lcresearch

KINDS = ("outside", "identity", "edge")
FILE = Path(__file__).with_name("kinds.csv")
ROWS = list(csv.DictReader(FILE.read_text(encoding="utf-8").splitlines()))
BESIDE = ("errors", "messages", "results", "shipped")


@cache
def public_functions() -> dict[str, object]:
    """Name as users import it -> function, of every module that users import from."""
    found: dict[object, str] = {}
    folders = [name for name in lcresearch.__all__ if inspect.ismodule(getattr(lcresearch, name))]
    for folder in (*folders, *BESIDE):
        module = importlib.import_module(f"lcresearch.{folder}")
        for name in getattr(module, "__all__", ()):
            one = getattr(module, name)
            if inspect.isfunction(one):
                found.setdefault(one, f"{folder}.{name}")
    return {name: one for one, name in found.items()}


@cache
def behind(dotted: str) -> object:
    """What a dotted name of the package stands for, or None."""
    parts = dotted.split(".")
    for n in range(len(parts) - 1, 0, -1):
        try:
            module = importlib.import_module(".".join(parts[:n]))
        except ImportError:
            continue
        return getattr(module, parts[n], None)
    return None


def test_each_has_each_kind_once_and_the_table_names_no_other():
    expected = [(name, kind) for name in sorted(public_functions()) for kind in KINDS]
    assert [(row["function"], row["kind"]) for row in ROWS] == expected


def test_only_what_is_outside_may_not_exist_and_then_it_is_said_why():
    for row in ROWS:
        assert bool(row["test"]) != bool(row["why_not"]), row
        assert row["test"] or row["kind"] == "outside", row


@pytest.mark.parametrize("kind", KINDS)
def test_named_tests_exist_and_use_the_function(kind):
    wrong = []
    for row in ROWS:
        if row["kind"] != kind or not row["test"]:
            continue
        file, _, name = row["test"].partition("::")
        path = TESTS / file
        if not path.is_file() or name not in read(path).tests():
            wrong.append(f"{row['function']}: there is no {row['test']}")
            continue
        asked = row["through"] or f"lcresearch.{row['function']}"
        if all(behind(dotted) is not behind(asked) for dotted in used_by(path, name)):
            wrong.append(f"{row['test']} does not use {asked}")
    assert wrong == []
