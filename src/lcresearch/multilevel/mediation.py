"""Does a cause work through a mediator? Effects within and between groups, from rows or from waves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lcresearch.errors import MultilevelError
from lcresearch.multilevel.design import build
from lcresearch.multilevel.fitting import fit_lmm
from lcresearch.multilevel.fixed_effects import check_method
from lcresearch.multilevel.formula import parse
from lcresearch.multilevel.linear_mixed_model import LinearMixedModel
from lcresearch.multilevel.mediation_result import COVARIANCE, MediationResult
from lcresearch.multilevel.mediation_rows import MediationRows, Roles, mediation_rows, varies_within
from lcresearch.multilevel.small_matrices import Array
from lcresearch.multilevel.two_outcomes import FIRST, RESPONSE, SECOND, TwoOutcomes, fit_two_outcomes

SLOPES = ("a", "b", "direct")
_SLOPES_OF = {"1-1-1": SLOPES, "2-1-1": ("b",), "2-2-1": ()}
_FEWEST_DRAWS = 1000


def mediation(
    frame: pd.DataFrame,
    *,
    outcome: str,
    mediator: str,
    cause: str,
    group: str | Sequence[str],
    covariates: Sequence[str] = (),
    wave: str | None = None,
    person: str | None = None,
    lag: tuple[int, int] = (1, 1),
    random_slopes: Sequence[str] = (),
    ddf: str = "satterthwaite",
    n_draws: int = 20_000,
    conf_level: float = 0.95,
    seed: int | None = None,
) -> MediationResult:
    """Indirect effects of a cause on an outcome through a mediator, for persons in groups.

    The data tell the design. A cause that is the same for all in a group is of level 2: design 2-1-1, or 2-2-1 when the
    mediator is too; otherwise 1-1-1. What varies within groups enters in two parts, about the group mean and as the
    group mean, since effects within and between groups differ and mixing them confounds both (Zhang, Zyphur & Preacher
    2009). A cause of level 2 can only work between groups.

    Two equations are fitted by REML to the same rows: the mediator on the cause (path a), and the outcome on mediator
    (path b) and cause (direct), with random intercepts of all groups. The indirect effect is a times b, at each level
    (Preacher, Zyphur & Zhang 2010, with observed group means). Where a and b both differ between groups, both equations
    are one model with a residual variance each, and the average indirect effect is a times b plus the covariance of the
    two slopes (Bauer, Preacher & Gil 2006). Random slopes may go together, and are independent of random intercepts.
    Intervals are percentiles of Monte Carlo draws (MacKinnon, Lockwood & Williams 2004; Preacher & Selig 2012).

    Parameters
    ----------
    frame : DataFrame
        A row a person, or a person and wave.
    outcome, mediator, cause : str
        Columns of numbers.
    group : str or sequence of str
        Nested columns, outermost first: ``["consortium", "community"]``. Within and between are about the last.
    covariates : sequence of str
        Columns for both equations. Numbers that vary within groups enter in two parts.
    wave, person : str, optional
        With these the rows are chains: cause (with group and covariates), mediator and outcome at different waves, and
        the value of mediator and outcome before as covariates (Cole & Maxwell 2003). Waves are taken in their order. A
        person with several chains gets a random intercept, and waves a mean each.
    lag : tuple of int
        Waves from cause to mediator and from mediator to outcome: ``(1, 1)`` takes three waves, ``(1, 0)`` and
        ``(0, 1)`` two.
    random_slopes : sequence of "a", "b", "direct"
        Effects within groups that differ between the innermost groups.
    ddf : "satterthwaite", "kenward-roger", "residual" or "none"
        Degrees of freedom of the draws, a coefficient each; ``"none"`` draws from the normal distribution.
    n_draws : int
        At least 1,000.
    conf_level : float
    seed : int, optional

    Returns
    -------
    MediationResult

    Raises
    ------
    MultilevelError
        L005: no such column; L080: a design that is none of the three; L081: a column named twice; L082: no numbers;
        L083: slopes that cannot be asked for; L084: one of wave and person alone; L085: two rows of a person at one
        wave; L086: no rows left; L087: a cause of groups that differs over waves; L088: a covariate of a mediator of
        level 2; L089: a lag, number of draws or confidence level that cannot be.

    Examples
    --------
    Invented answers of 240 persons in 30 communities:

    >>> rng = np.random.default_rng(1)
    >>> community = np.repeat(np.arange(30), 8)
    >>> hours = rng.normal(size=240) + rng.normal(size=30)[community]
    >>> capacity = 0.5 * hours + rng.normal(size=240) + 0.5 * rng.normal(size=30)[community]
    >>> ideas = 0.4 * capacity + 0.1 * hours + rng.normal(size=240)
    >>> frame = pd.DataFrame({"community": community, "hours": hours, "capacity": capacity, "ideas": ideas})
    >>> found = mediation(frame, outcome="ideas", mediator="capacity", cause="hours", group="community", seed=1)
    >>> found.design
    '1-1-1'
    >>> found.tidy()[["term", "estimate", "conf_low", "conf_high"]].round(2).head(2)
                  term  estimate  conf_low  conf_high
    0  indirect_within      0.19      0.11       0.28
    1    direct_within      0.21      0.04       0.37
    """
    _check(lag, n_draws, conf_level, ddf)
    groups = (group,) if isinstance(group, str) else tuple(group)
    roles = Roles(outcome, mediator, cause, groups, tuple(covariates), wave, person, (lag[0], lag[1]))
    rows = mediation_rows(frame, roles)
    slopes = _slopes(random_slopes, rows.design)
    both = _both(rows, slopes, ddf) if {"a", "b"} <= set(slopes) else _apart(rows, slopes, ddf)
    fits = list(both.fits.values())
    table = both.coefficients.sort_values("term", key=lambda term: term.map(_order), ignore_index=True)
    places = [list(both.coefficients["term"]).index(term) for term in table["term"]]
    return MediationResult(
        design=rows.design, cause=cause, mediator=mediator, outcome=outcome, coefficients=table,
        covariance=both.covariance[np.ix_(places, places)], counts=dict(rows.counts), n_dropped=dict(rows.n_dropped),
        n_groups=_n_groups(rows), reliability=_reliability(rows), lag=list(lag) if wave is not None else None,
        random_slopes=list(slopes), repeated=rows.persons, singular=any(fit.singular for fit in fits),
        converged=all(fit.converged for fit in fits), n_draws=n_draws, conf_level=conf_level, fits=both.fits,
        seed=int(np.random.SeedSequence().generate_state(1)[0]) if seed is None else seed,
    )  # fmt: skip


@dataclass(frozen=True)
class _Equations:
    """Paths of both equations with their covariance matrix, and the fits."""

    coefficients: pd.DataFrame
    covariance: Array
    fits: Mapping[str, LinearMixedModel]


def _order(term: str) -> int:
    levels, paths = ("within", "between"), ("a", "b", "direct")
    path, _, level = term.rpartition("_")
    return levels.index(level) * 3 + paths.index(path) if level in levels else 6


def _check(lag: Sequence[int], n_draws: int, conf_level: float, ddf: str) -> None:
    check_method(ddf)
    whole = [isinstance(part, int | np.integer) and part >= 0 for part in lag]
    if len(whole) != 2 or not all(whole) or not any(lag):
        raise MultilevelError("L089", name="lag", found=str(tuple(lag)))
    if n_draws < _FEWEST_DRAWS:
        raise MultilevelError("L089", name="n_draws", found=str(n_draws))
    if not 0 < conf_level < 1:
        raise MultilevelError("L089", name="conf_level", found=str(conf_level))


def _slopes(random_slopes: Sequence[str], design: str) -> tuple[str, ...]:
    asked = (random_slopes,) if isinstance(random_slopes, str) else tuple(random_slopes)
    possible = _SLOPES_OF[design]
    if not set(asked) <= set(possible):
        raise MultilevelError("L083", found=list(asked), design=design, known=list(possible))
    return tuple(slope for slope in SLOPES if slope in asked)


def _terms(rows: MediationRows) -> tuple[dict[str, str], dict[str, str]]:
    """Path -> column, for the equation of the mediator and that of the outcome."""
    first, second, _ = rows.design.split("-")
    cause, mediator = rows.roles.cause, rows.roles.mediator
    parts = [("within", f"{cause}_within"), ("between", f"{cause}_between")] if first == "1" else [("between", cause)]
    middle = [("within", f"{mediator}_within"), ("between", f"{mediator}_between")]
    to_mediator = {f"a_{level}": column for level, column in parts}
    to_outcome = {f"b_{level}": column for level, column in (middle if second == "1" else [("between", mediator)])}
    return to_mediator, to_outcome | {f"direct_{level}": column for level, column in parts}


def _apart(rows: MediationRows, slopes: Sequence[str], ddf: str) -> _Equations:
    """Each equation on its own: their estimates are independent."""
    to_mediator, to_outcome = _terms(rows)
    roles = rows.roles
    first = _of_mediator(rows, to_mediator, slopes, ddf)
    formula = _formula(rows, roles.outcome, to_outcome, rows.outcome_covariates, slopes)
    second = _of_fit(fit_lmm(formula, rows.frame), to_outcome, ddf, "outcome")
    zero = np.zeros((len(first.covariance), len(second.covariance)))
    covariance = np.block([[first.covariance, zero], [zero.T, second.covariance]])
    coefficients = pd.concat([first.coefficients, second.coefficients], ignore_index=True)
    return _Equations(coefficients, covariance, {**first.fits, **second.fits})


def _of_mediator(rows: MediationRows, paths: Mapping[str, str], slopes: Sequence[str], ddf: str) -> _Equations:
    mediator, group = rows.roles.mediator, rows.roles.group
    if rows.design != "2-2-1":
        formula = _formula(rows, mediator, paths, rows.mediator_covariates, slopes)
        return _of_fit(fit_lmm(formula, rows.frame), paths, ddf, "mediator")
    one = rows.frame.drop_duplicates(list(group))
    used = [name for name in rows.mediator_covariates if not varies_within(rows.frame, name, group)]
    fixed = f"`{mediator}` ~ " + " + ".join(f"`{name}`" for name in [*paths.values(), *used])
    if len(group) == 1:
        return _least_squares(fixed, one, paths)
    upper = "/".join(f"`{name}`" for name in group[:-1])
    return _of_fit(fit_lmm(f"{fixed} + (1 | {upper})", one), paths, ddf, "mediator")


def _formula(
    rows: MediationRows, response: str, paths: Mapping[str, str], covariates: Sequence[str], slopes: Sequence[str]
) -> str:
    """One equation: random intercepts of all groups, and slopes of the innermost that are independent of these."""
    fixed = " + ".join(f"`{name}`" for name in [*paths.values(), *covariates])
    nesting = "/".join(f"`{name}`" for name in rows.nesting)
    varying = [f"`{paths[f'{slope}_within']}`" for slope in slopes if f"{slope}_within" in paths]
    formula = f"`{response}` ~ {fixed} + (1 | {nesting})"
    inner = ":".join(f"`{name}`" for name in rows.roles.group)
    return f"{formula} + (0 + {' + '.join(varying)} | {inner})" if varying else formula


def _of_fit(fit: LinearMixedModel, paths: Mapping[str, str], ddf: str, name: str) -> _Equations:
    terms = [term.strip("`") for term in fit.fixed_effects.index]
    places = [terms.index(column) for column in paths.values()]
    table = fit.contrasts(np.eye(len(terms))[places], ddf=ddf)
    covariance = fit.covariance(ddf).to_numpy()[np.ix_(places, places)]
    coefficients = table[["estimate", "std_error", "df"]].assign(term=list(paths))
    return _Equations(coefficients[["term", "estimate", "std_error", "df"]], covariance, {name: fit})


def _least_squares(formula: str, frame: pd.DataFrame, paths: Mapping[str, str]) -> _Equations:
    """An equation of groups that are in no others."""
    design = build(parse(formula), frame)
    x, y = design.matrix[:, design.columns.fixed], design.matrix[:, design.columns.response]
    beta, _, rank, _ = np.linalg.lstsq(x, y, rcond=None)
    df = len(y) - x.shape[1]
    if rank < x.shape[1] or df < 1:
        raise MultilevelError("L086", counts=f"groups {len(y)}, coefficients {x.shape[1]}")
    covariance = np.linalg.inv(x.T @ x) * ((y - x @ beta) ** 2).sum() / df
    terms = [term.strip("`") for term in design.columns.fixed_names]
    places = [terms.index(column) for column in paths.values()]
    errors = np.sqrt(np.diagonal(covariance))[places]
    table = pd.DataFrame({"term": list(paths), "estimate": beta[places], "std_error": errors, "df": float(df)})
    return _Equations(table, covariance[np.ix_(places, places)], {})


def _both(rows: MediationRows, slopes: Sequence[str], ddf: str) -> _Equations:
    """Both equations as one model, with the covariance of the slopes of a and b."""
    to_mediator, to_outcome = _terms(rows)
    ratio = _first_ratio(rows, slopes)
    found = fit_two_outcomes(_stacked_formula(rows, [*to_mediator, *to_outcome], slopes), _stacked(rows), ratio)
    paths = {path: path for path in (*to_mediator, *to_outcome)}
    own = _of_fit(found.fit, paths, ddf, "both")
    return _with_covariance(own, found)


def _with_covariance(own: _Equations, found: TwoOutcomes) -> _Equations:
    estimate, error = found.slopes_covariance()
    row = pd.DataFrame({"term": [COVARIANCE], "estimate": [estimate], "std_error": [error], "df": [np.inf]})
    k = len(own.covariance)
    covariance = np.zeros((k + 1, k + 1))
    covariance[:k, :k], covariance[k, k] = own.covariance, error**2
    return _Equations(pd.concat([own.coefficients, row], ignore_index=True), covariance, own.fits)


def _first_ratio(rows: MediationRows, slopes: Sequence[str]) -> float:
    """The ratio of residual variances of the two equations on their own."""
    to_mediator, to_outcome = _terms(rows)
    first = fit_lmm(_formula(rows, rows.roles.mediator, to_mediator, rows.mediator_covariates, slopes), rows.frame)
    second = fit_lmm(_formula(rows, rows.roles.outcome, to_outcome, rows.outcome_covariates, slopes), rows.frame)
    return first.estimates.sigma2 / second.estimates.sigma2


def _stacked(rows: MediationRows) -> pd.DataFrame:
    """Each row twice: with the mediator, then with the outcome as response, about their means."""
    frame, roles = rows.frame, rows.roles
    halves = []
    for place, (response, paths) in enumerate(zip((roles.mediator, roles.outcome), _terms(rows), strict=True)):
        own = {path: frame[column] for path, column in paths.items()}
        own[RESPONSE] = frame[response] - frame[response].mean()
        halves.append(frame.assign(**own).assign(**{FIRST: 1.0 - place, SECOND: float(place)}))
    stacked = pd.concat(halves, ignore_index=True)
    return stacked.fillna({path: 0.0 for each in _terms(rows) for path in each})


def _stacked_formula(rows: MediationRows, paths: Sequence[str], slopes: Sequence[str]) -> str:
    fixed = [f"0 + {FIRST} + {SECOND}", *paths]
    for part, covariates in ((FIRST, rows.mediator_covariates), (SECOND, rows.outcome_covariates)):
        fixed += [f"{part}:`{name}`" for name in covariates]
    nesting = "/".join(f"`{name}`" for name in rows.nesting)
    inner = ":".join(f"`{name}`" for name in rows.roles.group)
    varying = " + ".join(f"{slope}_within" for slope in slopes)
    random = f"(0 + {FIRST} | {nesting}) + (0 + {SECOND} | {nesting}) + (0 + {varying} | {inner})"
    return f"{RESPONSE} ~ {' + '.join(fixed)} + {random}"


def _n_groups(rows: MediationRows) -> dict[str, int]:
    group = rows.roles.group
    return {
        ":".join(group[: place + 1]): int((~rows.frame.duplicated(list(group[: place + 1]))).sum())
        for place in range(len(group))
    }


def _reliability(rows: MediationRows) -> dict[str, float]:
    """Reliability of the mean of a group, averaged over groups, of each variable that varies within groups.

    The variance between groups by that plus the error variance of a mean (Luedtke et al. 2008, equation 4).
    """
    levels = dict(zip((rows.roles.cause, rows.roles.mediator), rows.design.split("-"), strict=False))
    found = {}
    group = list(rows.roles.group)
    by_group = rows.frame.groupby(group, observed=True)
    sizes = by_group.size().to_numpy(dtype=float)
    for name in [name for name, level in levels.items() if level == "1"]:
        nesting = "/".join(f"`{part}`" for part in rows.nesting)
        components = fit_lmm(f"`{name}` ~ 1 + (1 | {nesting})", rows.frame).estimates
        variances = [float(covariance[0, 0]) for covariance in components.covariances]
        error = components.sigma2 / sizes
        if rows.persons:
            error = error + variances.pop() / by_group[str(rows.roles.person)].nunique().to_numpy()
        found[name] = float((sum(variances) / (sum(variances) + error)).mean())
    return found
