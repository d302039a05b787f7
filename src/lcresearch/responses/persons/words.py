"""The word lists by which personal data are recognised: ``words.yaml`` and ``given_names.txt``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import yaml


@cache
def words(name: str) -> frozenset[str]:
    """A list of single words: those of a kind of personal data, or one of the other lists.

    Examples
    --------
    >>> "voornaam" in words("name")
    True
    """
    lists = _lists()
    return frozenset(str(lists["kinds"].get(name) or lists[name]).split())


@cache
def phrases(name: str) -> tuple[str, ...]:
    """A list whose members are several words."""
    return tuple(map(str, _lists()[name]))


@cache
def given_names() -> frozenset[str]:
    """Common given names, in small letters and without accents."""
    lines = _text("given_names.txt").splitlines()
    return frozenset(name for line in lines if not line.startswith("#") for name in line.split())


@cache
def _lists() -> Mapping[str, Any]:
    lists: Mapping[str, Any] = yaml.safe_load(_text("words.yaml"))
    return lists


def _text(name: str) -> str:
    return resources.files("lcresearch.responses.persons").joinpath(name).read_text(encoding="utf-8")
