"""Which tasks there are, and the function that each is.

A task is a function ``task(arguments, progress) -> dict`` in which ``arguments`` and what it gives are plain JSON. It
runs in a process of its own, in the language of the user; it raises an error of the library when work cannot go on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from lcresearch.progress import Progress

Task = Callable[[Mapping[str, Any], Progress], dict[str, Any]]

TASKS: dict[str, str] = {
    "run": "lcresearch.app.results.tasks:run",
    "print_companies": "lcresearch.app.results.tasks:print_companies",
    "synthesize": "lcresearch.app.synthesis.tasks:synthesize",
    "look_at_evidence": "lcresearch.app.results.tasks:look",
    "pack": "lcresearch.app.results.tasks:pack",
    "read_interviews": "lcresearch.app.coding_material.tasks:read_interviews",
    "find_names": "lcresearch.app.coding_material.tasks:find_names",
    "take_names_out": "lcresearch.app.coding_material.tasks:take_names_out",
    "suggest_codes": "lcresearch.app.coding_material.tasks:suggest_codes",
    "read_colleague": "lcresearch.app.coding_material.tasks:read_colleague",
    "bring_in": "lcresearch.app.coding_material.tasks:bring_in",
    "check": "lcresearch.app.studies.tasks:check",
    "plan": "lcresearch.app.studies.tasks:plan",
    "make": "lcresearch.app.studies.tasks:make",
    "forms": "lcresearch.app.studies.tasks:forms",
}
"""Name -> ``module:function``."""


def task_named(name: str) -> Task:
    """The function of a task."""
    module, _, function = TASKS[name].partition(":")
    found: Task = getattr(import_module(module), function)
    return found
