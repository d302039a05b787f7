"""The content of ``implementation.yaml``: the parts of an element, and what each group did with them.

Parts are core or not, since an element can be fitted to a firm without losing what makes it work; what was changed is
written down by kind, reason, and whether it kept the core, after the reporting of adaptations by Wiltsey Stirman,
Baumann and Miller (2019, FRAME). Doing the parts, how much, and for whom are the aspects of fidelity in Carroll et al.
(2007).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from lcresearch.file_parts import Part, Text, lists_as_tuples
from lcresearch.validation import IDENTIFIER

Delivered = Literal["fully", "partly", "not"]
AdaptationKind = Literal["added", "left_out", "shortened", "lengthened", "other_order", "other_people", "other_form"]
KINDS: tuple[AdaptationKind, ...] = (
    "added", "left_out", "shortened", "lengthened", "other_order", "other_people", "other_form",
)  # fmt: skip
SHARE: dict[Delivered, float] = {"fully": 1.0, "partly": 0.5, "not": 0.0}
"""What a part counts in the score of fidelity."""
_Name = Annotated[str, Field(pattern=IDENTIFIER, max_length=64)]


class ElementPart(Part):
    """A part of the element."""

    title: Text
    core: bool = Field(default=True, description="Whether the element is thought not to work without it.")


class Adaptation(Part):
    """Something that a group changed."""

    part: _Name = Field(description="The part that was changed.")
    kind: AdaptationKind
    why: str = Field(min_length=3, max_length=500, description="Reason; stays in the house.")
    planned: bool = Field(default=False, description="Whether it was decided beforehand rather than on the spot.")
    keeps_core: bool | None = Field(
        default=None, description="Whether what makes the element work is still there; leave out when nobody knows."
    )


class Dose(Part):
    """How much of it: meetings, hours, weeks."""

    planned: float = Field(gt=0, allow_inf_nan=False, strict=False)
    delivered: float = Field(ge=0, allow_inf_nan=False, strict=False)


class GroupRecord(Part):
    """What one group did until one wave."""

    group: str = Field(min_length=1, description="As in the answers.")
    wave: str | None = Field(default=None, description="Wave of the study at which this was noted.")
    delivered: dict[_Name, Delivered] = Field(default_factory=dict, description="Part: fully, partly or not.")
    dose: Dose | None = None
    adaptations: tuple[Adaptation, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _list_as_tuple(cls, values: Any) -> Any:
        """YAML has lists only."""
        return lists_as_tuples(values, ("adaptations",))


class ImplementationFile(Part):
    """The content of implementation.yaml."""

    schema_version: Literal[1] = Field(default=1, alias="schema", description="Version of this file format.")
    element: _Name = Field(description="Id of the element, as in programme.yaml where there is one.")
    title: Text
    dose_unit: Text | None = Field(default=None, description="What dose counts, such as meetings.")
    parts: dict[_Name, ElementPart] = Field(min_length=1)
    records: tuple[GroupRecord, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _list_as_tuple(cls, values: Any) -> Any:
        """YAML has lists only."""
        return lists_as_tuples(values, ("records",))
