"""One model for all consortia: the pooled effect of each element, and how much it differs over consortia."""

from __future__ import annotations

from dataclasses import dataclass

from lcresearch.synthesis.pooled.fitting import FixedPart, PooledFit, base_part, fit_pooled
from lcresearch.synthesis.pooled.pooled_model import PooledModel
from lcresearch.synthesis.programme.model import Estimand


@dataclass(frozen=True)
class Adjusted:
    """Which elements are in one model, and of which of them the effect is asked.

    Attributes
    ----------
    asked : tuple of str
        Elements whose effects are read from the model.
    elements, covariates : tuple of str
        All that stands in it, in the order of the plan.
    slopes : tuple of str
        Elements whose effects may vary over consortia.
    """

    asked: tuple[str, ...]
    elements: tuple[str, ...]
    covariates: tuple[str, ...]
    slopes: tuple[str, ...]

    def adjusted_for(self, element: str) -> tuple[str, ...]:
        """What the effect of an element was adjusted for, beside sectors."""
        return tuple(name for name in (*self.elements, *self.covariates) if name != element)


def models_of(pooled: PooledModel, estimand: Estimand) -> list[Adjusted]:
    """The models of an estimand: one with everything, or one for each element with its confounders."""
    plan, programme = pooled.plan, pooled.programme
    every = tuple(plan.effects)
    asked = estimand.elements or every
    rest = tuple(name for name in plan.terms if name not in plan.effects)
    if estimand.adjustment == "all_elements":
        return [Adjusted(tuple(name for name in every if name in asked), every, rest, every)]
    found = []
    for element in asked:
        own = programme.elements[element].confounders
        also = tuple(name for name in every if name == element or name in own)
        covariates = tuple(name for name in rest if name in own or name not in programme.covariates)
        found.append(Adjusted((element,), also, covariates, (element,)))
    return found


def fit_one_stage(pooled: PooledModel, model: Adjusted, near: PooledFit | None = None) -> PooledFit:
    """Sectors as a fixed factor, consortia and communities as random ones, and a slope over consortia an element.

    With all elements in one model each has its random slope; with one at a time only the element that is asked.
    """
    return fit_pooled(pooled, one_stage_part(pooled, model), dict.fromkeys(model.slopes, 1), near)


def one_stage_part(pooled: PooledModel, model: Adjusted) -> FixedPart:
    """The fixed part of a model."""
    return base_part(pooled, model.elements, model.covariates)
