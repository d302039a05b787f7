"""The part ``monitoring:`` of study.yaml."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from lcresearch.file_parts import Part, lists_as_tuples


class WarningRules(Part):
    """From when a community is named in the early warnings. These are starting points, and no norms."""

    response_below: float | None = Field(
        default=0.5, gt=0, le=1, strict=False, description="Share of those invited who answered; null looks at none."
    )
    response_fall: float | None = Field(
        default=0.4, gt=0, le=1, strict=False, description="Share of persons lost since the wave before."
    )
    score_below: float | None = Field(
        default=None, allow_inf_nan=False, strict=False, description="Mean of a scale of monitoring, in its points."
    )
    score_fall: float | None = Field(
        default=0.5, gt=0, allow_inf_nan=False, strict=False, description="Points that such a mean fell since before."
    )


class MonitoringUse(Part):
    """What is followed over waves, and where it is written down which communities began and stopped."""

    level: Literal["consortium", "community", "organisation", "team"] = Field(
        default="community", description="Level whose groups are followed."
    )
    register_file: str | None = Field(
        default=None,
        alias="register",
        min_length=1,
        description="Table with a row a group, those that stopped included: name, started, stopped, reason.",
    )
    scales: tuple[str, ...] = Field(default=(), description="Scales in run charts and warnings; by default the first.")
    predictors: tuple[str, ...] = Field(
        default=(), description="Scales at the start that may go together with stopping, such as those of formation."
    )
    warn: WarningRules = Field(default_factory=WarningRules, description="When a group is named in early warnings.")

    @model_validator(mode="before")
    @classmethod
    def _lists_as_tuples(cls, values: Any) -> Any:
        """YAML has lists only; one scale may stand alone."""
        return lists_as_tuples(values, ("scales", "predictors"), single=True)
