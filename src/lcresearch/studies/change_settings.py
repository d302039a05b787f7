"""The part ``change:`` of study.yaml: what a study wants to see change, named before there are answers."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from lcresearch.file_parts import Part, Text, lists_as_tuples

DesignName = Literal["before_after", "before_after_comparison", "staggered_start", "pulse", "single_case"]
GroupName = Literal["consortium", "community", "organisation", "team"]


class ChangeUse(Part):
    """The design, the one outcome that the conclusion is about, and the smallest change that is worth the trouble."""

    design: DesignName = Field(default="before_after", description="How change is looked at.")
    goal: Text | None = Field(default=None, description="What the study is to find out, in one sentence.")
    primary: str = Field(min_length=1, description="Scale that the conclusion is about; all others are secondary.")
    worthwhile: float = Field(
        gt=0, allow_inf_nan=False, strict=False, description="Smallest worthwhile change, in points of the scale."
    )
    improvement: Literal["higher", "lower"] = Field(default="higher", description="Which direction is better.")
    before: str | None = Field(default=None, description="Wave before; the first by default.")
    after: str | None = Field(default=None, description="Wave after; the last by default.")
    group: GroupName = Field(default="organisation", description="Level whose groups are followed, such as firms.")
    comparison: tuple[str, ...] = Field(default=(), description="Groups that do not take part, to compare with.")
    starts: dict[str, str] = Field(default_factory=dict, description="Staggered start: group and the wave it started.")
    starts_drawn: bool | tuple[str, ...] = Field(
        default=False,
        description="Whether the starts were drawn by lot: true, or the waves from which they were drawn.",
    )
    company_reports: bool = Field(default=True, description="Whether each group gets a report of its own.")

    @model_validator(mode="before")
    @classmethod
    def _list_as_tuple(cls, values: Any) -> Any:
        """YAML has lists only."""
        return lists_as_tuples(values, ("comparison", "starts_drawn"))
