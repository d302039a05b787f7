"""How much, and how sure: a number, a range, a column of the study's tables, or a gap with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from lcresearch.file_parts import Part

Number = Annotated[float, Field(strict=False, allow_inf_nan=False, ge=-1e12, le=1e12)]
ShortText = Annotated[str, Field(min_length=1, max_length=500)]
Evidence = Literal["measured", "reported", "assumed"]
Kind = Literal["uniform", "triangular", "pert", "normal", "lognormal"]
Take = Literal["only", "sum", "mean"]

NEEDED: Mapping[Kind, tuple[str, ...]] = {
    "uniform": ("min", "max"),
    "triangular": ("min", "mode", "max"),
    "pert": ("min", "mode", "max"),
    "normal": ("mean", "sd"),
    "lognormal": ("mean", "sd"),
}
"""The numbers that each distribution is made of."""
SHAPE = ("min", "mode", "max", "mean", "sd")


class Quantity(Part):
    """One uncertain number: ``value``, a distribution, ``table`` with ``column``, or ``gap``."""

    value: Number | None = Field(default=None, description="A fixed number.")
    distribution: Kind | None = Field(
        default=None,
        description="By default pert for min, mode, max; uniform for min, max; normal for mean, sd.",
    )
    min: Number | None = None
    mode: Number | None = Field(default=None, description="The most likely value.")
    max: Number | None = None
    mean: Number | None = None
    sd: Number | None = Field(default=None, description="Standard deviation: how unsure the mean is.")
    table: ShortText | None = Field(default=None, description="A CSV beside this file, or a table that is passed in.")
    column: ShortText | None = Field(default=None, description="Its column; table#column says both.")
    where: dict[ShortText, str | int | float | bool] = Field(
        default_factory=dict, description="Which rows: column -> value."
    )
    take: Take = Field(default="only", description="only: the one row that is left; sum or mean: of all rows left.")
    std_error: ShortText | None = Field(default=None, description="only: the column with its standard error.")
    times: Number = Field(default=1.0, description="What the number of the table is multiplied by, such as 12 months.")
    gap: ShortText | None = Field(default=None, description="Why this is not known; nothing is filled in.")
    evidence: Evidence | None = Field(default=None, description="How this number is known; that of the line if absent.")
    source: ShortText | None = Field(default=None, description="Where it comes from.")

    @property
    def shape(self) -> dict[str, float]:
        """The numbers of a distribution that are given."""
        return {name: number for name in SHAPE if (number := getattr(self, name)) is not None}

    @property
    def kind(self) -> Kind | None:
        """The distribution that is named, or that the given numbers make; None when they make none."""
        given = set(self.shape)
        fitting: tuple[Kind, ...] = ("pert", "uniform", "normal")
        if self.distribution is not None:
            fitting = (self.distribution,)
        return next((kind for kind in fitting if set(NEEDED[kind]) == given), None)


def _shorthand(value: Any) -> Any:
    """A number stands for a fixed value, ``table.csv#column`` for a column of a table."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return {"value": value}
    if isinstance(value, str):
        table, _, column = value.rpartition("#")
        return {"table": table, "column": column} if table and column else {"table": value}
    return value


Amount = Annotated[Quantity, BeforeValidator(_shorthand)]
