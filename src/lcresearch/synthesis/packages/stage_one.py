"""Effects within one consortium: the first of the two stages of a meta-analysis, made of the sums in its package."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Annotated, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from lcresearch.errors import LcresearchWarning, MultilevelError
from lcresearch.multilevel import Crossproducts, derived_sums, fit_lmm
from lcresearch.synthesis.packages.contents import StageOne
from lcresearch.synthesis.packages.summed_rows import is_of_persons
from lcresearch.synthesis.programme import ModelPlan, ProgrammeFile
from lcresearch.synthesis.programme.plan import COMMUNITY, CONSORTIUM, RESPONDENT, TIME

FORMAT: Literal["lcresearch stage one"] = "lcresearch stage one"
VERSION: Literal[1] = 1
MORE_COMMUNITIES = 5
_INTERCEPT = "Intercept"

Number = Annotated[float, Field(allow_inf_nan=False)]


def stage_one(cross: Crossproducts, plan: ModelPlan, programme: ProgrammeFile) -> StageOne | None:
    """Effects of a model within a consortium; None where it has too few communities, or the model cannot be fitted.

    A consortium needs at least 5 more communities than columns that describe communities. Columns that are the same in
    the whole consortium, such as its sector, are left out.

    Parameters
    ----------
    cross : Crossproducts
        Of one consortium.
    plan : ModelPlan
    programme : ProgrammeFile
    """
    community, names = (CONSORTIUM, COMMUNITY), list(cross.columns.names)
    varying = {name for place, name in enumerate(names) if _varies(cross, place)}
    groups = {c for name, own in plan.terms.items() if not is_of_persons(name, programme) for c in own} & varying
    n_communities = len(cross.labels[community])
    if n_communities < len(groups) + MORE_COMMUNITIES:
        return None
    fixed = [cross.columns.names[place] for place in cross.columns.fixed]
    terms = {name: [name] for name in fixed if name == _INTERCEPT or name in varying}
    own = [_INTERCEPT, TIME] if plan.persons else [_INTERCEPT]
    random = [(":".join(community), own)]
    if plan.persons:
        random.append((":".join((*community, RESPONDENT)), [_INTERCEPT]))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", LcresearchWarning)
            sums = derived_sums(cross, terms, random)
            fit = fit_lmm(sums.formula, sums)
            table = fit.tidy(ddf="satterthwaite")
    except (MultilevelError, np.linalg.LinAlgError):
        return None
    found = StageOne(
        tuple(table["term"].astype("str")),
        table["estimate"].to_numpy(dtype=np.float64),
        np.asarray(fit.estimates.covariance, dtype=np.float64),
        table["df"].to_numpy(dtype=np.float64),
        n_communities,
        int(cross.n if cross.persons is None else cross.persons.counts.sum()),
    )
    finite = all(np.isfinite(part).all() for part in (found.estimate, found.covariance, found.df))
    return found if fit.converged and finite else None


def _varies(cross: Crossproducts, place: int) -> bool:
    total = cross.sums[:, :, :].sum(axis=2)
    spread = total[place, place] - total[0, place] ** 2 / total[0, 0]
    return bool(spread > 1e-10 * max(abs(total[place, place]), 1e-300)) and place > 0


class EffectsOfModel(BaseModel):
    """Effects of one model within the consortium."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    terms: tuple[str, ...] = Field(min_length=1, description="Columns of the fixed part, p of them.")
    estimate: tuple[Number, ...] = Field(description="Coefficients, p.")
    covariance: tuple[tuple[Number, ...], ...] = Field(description="Their covariances, p rows of p.")
    df: tuple[Annotated[float, Field(gt=0, allow_inf_nan=False)], ...] = Field(
        description="Satterthwaite's degrees of freedom, p."
    )
    n_communities: Annotated[int, Field(ge=1, strict=True)] = Field(description="Communities behind them.")
    n_persons: Annotated[int, Field(ge=1, strict=True)] = Field(description="Persons behind them.")


class EffectsFile(BaseModel):
    """The content of effects.json."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["lcresearch stage one"] = Field(default=FORMAT, description="What this file is.")
    version: Literal[1] = Field(default=VERSION, description="Version of this format.")
    models: dict[str, EffectsOfModel] = Field(description="Model of the programme -> its effects.")


def effects_to_json(effects: Mapping[str, StageOne]) -> str:
    """The content of effects.json."""
    models = {
        name: EffectsOfModel(
            terms=one.terms,
            estimate=one.estimate.tolist(),
            covariance=one.covariance.tolist(),
            df=one.df.tolist(),
            n_communities=one.n_communities,
            n_persons=one.n_persons,
        )
        for name, one in effects.items()
    }
    return EffectsFile(models=models).model_dump_json()


def effects_from_json(text: str) -> dict[str, StageOne]:
    """What :func:`effects_to_json` wrote; raises ValueError for anything else."""
    return {name: _stage_one(one) for name, one in EffectsFile.model_validate_json(text).models.items()}


def _stage_one(values: EffectsOfModel) -> StageOne:
    p = len(values.terms)
    estimate, df = np.array(values.estimate), np.array(values.df)
    if {len(row) for row in values.covariance} != {p} or len(set(values.terms)) < p:
        raise ValueError("shape")
    covariance = np.array(values.covariance)
    if [estimate.shape, covariance.shape, df.shape] != [(p,), (p, p), (p,)]:
        raise ValueError("shape")
    largest = float(np.abs(covariance).max())
    if (np.diag(covariance) < 0).any():
        raise ValueError("variance < 0")
    if not np.allclose(covariance, covariance.T, rtol=1e-9, atol=1e-14 * largest):
        raise ValueError("covariance")
    if np.linalg.eigvalsh(covariance)[0] < -1e-8 * largest:
        raise ValueError("covariance < 0")
    return StageOne(values.terms, estimate, covariance, df, values.n_communities, values.n_persons)
