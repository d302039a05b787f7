"""Meta-analysis of several levels: the public function."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.errors import SynthesisError, nearest
from lcresearch.synthesis.effect_columns import effects
from lcresearch.synthesis.random_effects.reading import Input, read_studies
from lcresearch.synthesis.several_levels.blocks import Level, stacks
from lcresearch.synthesis.several_levels.fitting import RandomPart, most_likely
from lcresearch.synthesis.several_levels.groups import Codes, codes_of, nested_codes
from lcresearch.synthesis.several_levels.level_columns import level_column, levels_in_data
from lcresearch.synthesis.several_levels.likelihood import BlockLikelihood, Likelihood
from lcresearch.synthesis.several_levels.nested_likelihood import NestedLikelihood
from lcresearch.synthesis.several_levels.result import MultilevelMetaAnalysis
from lcresearch.synthesis.several_levels.sampling import AssumedSampling, Sampling, known_sampling
from lcresearch.synthesis.several_levels.structures import ONE, STRUCTURES, Structure


def multilevel_meta_analysis(
    yi: Any,
    vi: Any,
    levels: Any,
    *,
    data: pd.DataFrame | None = None,
    moderators: Any = None,
    labels: Any = None,
    method: str = "REML",
    test: str = "t",
    outcome: str | None = None,
    structure: str | Mapping[str, str] = "UN",
    sampling_correlation: float = 0.0,
    sampling_covariance: Any = None,
) -> MultilevelMetaAnalysis:
    """Pool effects within studies within consortia, of which several may come from the same persons.

    Parameters
    ----------
    yi, vi : array-like of shape (k,), or str
        Effects and sampling variances, or names of columns. Rows without an effect are left out and named.
    levels : str, list of str, DataFrame, dict, or list of arrays
        Columns of the levels, outermost first, for example ``["consortium", "study"]``; the last may number effects. Or
        the groups themselves, a level a column or array.
    data : DataFrame, optional
        An effect a row.
    moderators, labels
        As in :func:`meta_analysis`. With ``outcome`` and without moderators there is a mean for each outcome.
    method : {"REML", "ML"}
    test : {"t", "normal"}
        t with the number of groups in which a moderator does not vary, minus the number of coefficients.
    outcome : str, optional
        Column of the outcome of each effect: a multivariate meta-analysis, in which true effects of the outcomes have
        variances of their own and go together.
    structure : str or dict of a level to a str
        How they do: ``UN`` any covariance matrix; ``HCS`` a variance each and one correlation; ``CS`` one variance and
        one correlation; ``DIAG`` a variance each, without correlation. It is that of the innermost level that has
        several effects a group; other levels have one variance, unless a dict names more of them.
    sampling_correlation : float
        Correlation of sampling errors within groups of the innermost level that has several effects a group, 0 to below
        1; an assumption, so try several.
    sampling_covariance : array of shape (k, k), list of columns, or dict of a group to its matrix, optional
        Known covariances of sampling errors, for example of outcomes of the same persons, with ``vi`` on the diagonal.
        As columns: column j holds the covariance with effect j of the same group of the outermost level.

    Returns
    -------
    MultilevelMetaAnalysis
        ``tidy, variance_components, variance_intervals, correlations, random_effects, prediction_interval, omnibus,
        robust(kind="CR2")``.

    Raises
    ------
    SynthesisError
        Y007: another method, test or structure, a correlation outside of 0 to 1, no levels or one twice; Y060 and those
        of :func:`meta_analysis`; Y024: fewer than two groups at the outermost level, or than two outcomes; Y070 to
        Y072: sampling covariances that do not fit, are no covariances, or go over groups of the outermost level.

    References
    ----------
    Konstantopoulos (2011), Research Synthesis Methods 2, 61-76. Berkey et al. (1998), Statistics in Medicine 17,
    2537-2550, on outcomes. Pustejovsky & Tipton (2022), Prevention Science 23, 425-438.

    Examples
    --------
    >>> import pandas as pd
    >>> data = pd.DataFrame({"site": list("aabbccdd"), "effect": range(8), "vi": 0.02,
    ...                      "yi": [0.1, 0.3, 0.5, 0.6, 0.2, 0.2, 0.9, 0.7]})
    >>> fit = multilevel_meta_analysis("yi", "vi", ["site", "effect"], data=data)
    >>> fit.tidy()[["estimate", "std_error", "df"]].round(2)
       estimate  std_error   df
    0      0.44       0.15  3.0

    Two outcomes of the same persons, whose sampling errors are taken to correlate .5:

    >>> data["what"] = ["mood", "skill"] * 4
    >>> both = multilevel_meta_analysis("yi", "vi", "site", data=data, outcome="what", structure="CS",
    ...                                 sampling_correlation=0.5)
    >>> both.tidy()[["term", "estimate", "std_error"]].round(3)
              term  estimate  std_error
    0   what[mood]     0.425      0.152
    1  what[skill]     0.450      0.152
    """
    for name, value, known in (("method", method, ("REML", "ML")), ("test", test, ("t", "normal"))):
        if value not in known:
            raise SynthesisError("Y007", name=name, value=value, known=known)
    if not 0 <= sampling_correlation < 1:
        raise SynthesisError("Y007", name="sampling_correlation", value=str(sampling_correlation), known=["0 … 1"])
    if sampling_covariance is not None and sampling_correlation:
        raise SynthesisError("Y007", name="sampling_correlation", value=str(sampling_correlation), known=["0"])
    data, names = levels_in_data(levels, data)
    by_outcome = outcome is not None and moderators is None
    if outcome is not None:
        data = _with_outcomes(data, outcome, effects(yi, vi, data, labels, repeated_labels=True).kept)
        moderators = f"0 + `{outcome}`" if by_outcome else moderators
    given = read_studies(yi, vi, data, labels, moderators)
    codes = nested_codes([level_column(data, name, given) for name in names])
    if codes[0].max() < 1:
        raise SynthesisError("Y024", found=data[names[0]].unique().tolist())
    within = next((place for place in reversed(range(len(codes))) if np.bincount(codes[place]).max() > 1), 0)
    numbers, outcomes = _outcomes(data, outcome, given)
    structures = _structures(names, names[within], structure, len(outcomes))
    all_levels = _levels(data, names, codes, structures, given)
    sampling = _sampling(given, data, names[0], codes[within], sampling_correlation, sampling_covariance)
    s = given.studies
    restricted = method == "REML"
    likelihood: Likelihood
    if isinstance(sampling, AssumedSampling):
        likelihood = NestedLikelihood(s.y, s.x, sampling, all_levels, numbers, within, restricted)
    else:
        blocks = tuple(stacks(s.y, s.x, sampling, all_levels, numbers, codes[0]))
        likelihood = BlockLikelihood(blocks, all_levels, numbers, restricted)
    part = RandomPart(likelihood, tuple(structures))
    fit = most_likely(part).fit
    plain = likelihood.at(np.zeros(len(fit.parameters)))
    return MultilevelMetaAnalysis(
        given, data, all_levels, sampling, outcome, outcomes, numbers, by_outcome, part, fit, plain, method, test
    )


def _with_outcomes(data: pd.DataFrame, outcome: str, kept: npt.NDArray[np.bool_]) -> pd.DataFrame:
    """Data in which outcomes are categories, whatever they were written with."""
    if outcome not in data.columns:
        known = [str(name) for name in data.columns]
        raise SynthesisError("Y060", column=outcome, known=known, nearest=nearest(outcome, known) or "–")
    used = data[outcome][kept]
    names = codes_of(used[used.notna()].to_numpy(dtype=object))[1]
    if len(names) < 2:
        raise SynthesisError("Y074", column=outcome, found=names or ["–"])
    written = [None if pd.isna(value) else _written(value) for value in data[outcome]]
    return data.assign(**{outcome: pd.Categorical(written, names)})


def _written(value: Any) -> str:
    """As :func:`codes_of` writes it: whole numbers without a decimal point."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _outcomes(data: pd.DataFrame, outcome: str | None, given: Input) -> tuple[Codes, tuple[str, ...]]:
    """The outcome of each effect, and their names."""
    if outcome is None:
        return np.zeros(given.studies.k, dtype=np.intp), ()
    level_column(data, outcome, given)
    column = given.used(data[outcome].cat.codes)
    return np.asarray(column, dtype=np.intp), tuple(map(str, data[outcome].cat.categories))


def _structures(names: list[str], within: str, structure: str | Mapping[str, str], q: int) -> list[Structure]:
    """A structure for each level."""
    if not q:
        return [Structure(ONE)] * len(names)
    chosen = {within: structure} if isinstance(structure, str) else dict(structure)
    for level, kind in chosen.items():
        if level not in names:
            raise SynthesisError("Y007", name="structure", value=level, known=names)
        if kind not in (*STRUCTURES, ONE):
            raise SynthesisError("Y007", name="structure", value=kind, known=(*STRUCTURES, ONE))
    kinds = [chosen.get(name, ONE) for name in names]
    return [Structure(kind, 1 if kind == ONE else q) for kind in kinds]


def _levels(
    data: pd.DataFrame, names: list[str], codes: list[Codes], structures: list[Structure], given: Input
) -> tuple[Level, ...]:
    """Levels with the names of their groups: those of the levels above come first."""
    found: list[Level] = []
    above = np.array([""] * given.studies.k, dtype=object)
    for name, own, structure in zip(names, codes, structures, strict=True):
        text = np.array([_written(value) for value in level_column(data, name, given)], dtype=object)
        above = above + " / " + text if found else text
        first = np.unique(own, return_index=True)[1]
        found.append(Level(name, own, tuple(above[first]), structure))
    return tuple(found)


def _sampling(
    given: Input, data: pd.DataFrame, outermost: str, within: Codes, correlation: float, covariance: Any
) -> Sampling:
    if covariance is None:
        return AssumedSampling(given.studies.v, correlation, within)
    groups, names = codes_of(level_column(data, outermost, given, all_given=True))
    return known_sampling(given, covariance, groups, names)
