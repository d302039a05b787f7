"""Does a cause work through a mediator? Effects within and between groups, from rows or from waves."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
import pandas as pd

from lcresearch.errors import MultilevelError, warning
from lcresearch.multilevel.fitting import fit_lmm
from lcresearch.multilevel.fixed_effects import check_method
from lcresearch.multilevel.mediation_equations import apart, most_df
from lcresearch.multilevel.mediation_result import MediationResult
from lcresearch.multilevel.mediation_rows import MediationRows, Roles, mediation_rows
from lcresearch.multilevel.mediation_stacked import with_latent_means, with_slopes

SLOPES = ("a", "b", "direct")
GROUP_MEANS = ("observed", "latent")
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
    group_means: str = "observed",
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
    (Preacher, Zyphur & Zhang 2010, who take latent group means). Where a and b both differ between groups, both
    equations are one model with a residual variance each, and the average indirect effect is a times b plus the
    covariance of the two slopes (Bauer, Preacher & Gil 2006). Random slopes may go together, and are independent of
    random intercepts. Intervals are percentiles of Monte Carlo draws (MacKinnon, Lockwood & Williams 2004; Preacher &
    Selig 2012).

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
    group_means : "observed" or "latent"
        Means of few persons have sampling error, which pulls effects between groups towards those within (Luedtke et
        al. 2008). With ``"latent"`` the groups have true means instead: cause, mediator and outcome are the responses
        of one model by ML with intercepts that go together, the two-level path model of Preacher, Zyphur & Zhang
        (2010), with the answers of lavaan. For one grouping factor, and without random slopes. Variances of few groups
        are uncertain, and so is this correction; draws are normal.
    ddf : "satterthwaite", "kenward-roger", "residual" or "none"
        Degrees of freedom of the draws, a coefficient each, for effects between groups never more than groups can
        give; ``"none"`` draws from the normal distribution.
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
    if group_means not in GROUP_MEANS:
        raise MultilevelError("L089", name="group_means", found=str(group_means))
    groups = (group,) if isinstance(group, str) else tuple(group)
    roles = Roles(outcome, mediator, cause, groups, tuple(covariates), wave, person, (lag[0], lag[1]))
    rows = mediation_rows(frame, roles)
    for name in (mediator, outcome):
        if frame[name].nunique() == 2:
            warnings.warn(warning("L116", column=name), stacklevel=2)
    slopes = _slopes(random_slopes, rows.design)
    latent = group_means == "latent" and rows.design != "2-2-1"
    if latent:
        _check_latent(rows, slopes)
        both = with_latent_means(rows)
    else:
        both = with_slopes(rows, slopes, ddf) if {"a", "b"} <= set(slopes) else apart(rows, slopes, ddf)
    fits = list(both.fits.values())
    table = both.coefficients.sort_values("term", key=lambda term: term.map(_order), ignore_index=True)
    places = [list(both.coefficients["term"]).index(term) for term in table["term"]]
    if ddf in ("satterthwaite", "kenward-roger"):
        table = table.assign(df=np.minimum(table["df"], table["term"].map(most_df(rows)).fillna(np.inf)))
    return MediationResult(
        design=rows.design,
        cause=cause,
        mediator=mediator,
        outcome=outcome,
        coefficients=table,
        covariance=both.covariance[np.ix_(places, places)],
        counts=dict(rows.counts),
        n_dropped=dict(rows.n_dropped),
        n_groups=_n_groups(rows),
        reliability=_reliability(rows),
        lag=list(lag) if wave is not None else None,
        random_slopes=list(slopes),
        group_means="latent" if latent else "observed",
        repeated=rows.persons,
        singular=any(fit.singular for fit in fits),
        converged=all(fit.converged for fit in fits),
        n_draws=n_draws,
        seed=int(np.random.SeedSequence().generate_state(1)[0]) if seed is None else seed,
        conf_level=conf_level,
        fits=both.fits,
    )


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


def _check_latent(rows: MediationRows, slopes: Sequence[str]) -> None:
    if slopes or rows.persons or len(rows.roles.group) > 1:
        raise MultilevelError("L089", name="group_means", found="latent")


def _slopes(random_slopes: Sequence[str], design: str) -> tuple[str, ...]:
    asked = (random_slopes,) if isinstance(random_slopes, str) else tuple(random_slopes)
    possible = _SLOPES_OF[design]
    if not set(asked) <= set(possible):
        raise MultilevelError("L083", found=list(asked), design=design, known=list(possible))
    return tuple(slope for slope in SLOPES if slope in asked)


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
