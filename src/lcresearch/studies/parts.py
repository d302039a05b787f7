"""What all parts of study.yaml share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """A block of keys: no others may stand in it, and nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def lists_as_tuples(values: Any, names: tuple[str, ...], *, single: bool = False) -> Any:
    """YAML has lists only, frozen models hold tuples; with ``single`` one text may stand for a list of one."""
    if not isinstance(values, Mapping):
        return values
    found = {
        name: tuple(value) if name in names and isinstance(value, list) else value for name, value in values.items()
    }
    return {k: (v,) if single and k in names and isinstance(v, str) else v for k, v in found.items()}
