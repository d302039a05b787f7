"""What the parts of files that people write, such as study.yaml, have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from lcresearch.validation import REPORT_LANGUAGE

Language = Literal["nl", "en"]

Text = Annotated[
    dict[Annotated[str, Field(pattern=REPORT_LANGUAGE)], Annotated[str, Field(min_length=1, max_length=5000)]],
    Field(min_length=1, description="The same text by language: nl, en."),
]


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


def shorthand(name: str) -> Any:
    """One text may stand for a block of keys: it is then the value of the key of this name."""
    return BeforeValidator(lambda value: {name: value} if isinstance(value, str) else value)
