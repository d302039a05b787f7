"""Codes of communities as predictors of what persons answer, with the errors of coding taken into account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from numbers import Real
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.errors import IntegrationError, Problem, nearest
from lcresearch.integration.cases.calibrated_fits import CalibratedFits, Cases, assumed, code_in, codes_in
from lcresearch.integration.cases.code_effects_result import CodeEffects
from lcresearch.integration.cases.code_measures import OF_ANY_CODER
from lcresearch.integration.cases.columns import check_columns
from lcresearch.integration.cases.error_models import Evidence, calibrated
from lcresearch.integration.cases.names import in_order, written
from lcresearch.integration.cases.quantitised import Quantitised
from lcresearch.multilevel import LinearMixedModel, fit_lmm

Array = npt.NDArray[np.float64]
FEW_CASES = 10
_SHOWN = 8
_TERMS = {
    "reliability": {"en": "the reliability", "nl": "de betrouwbaarheid"},
    "sensitivity": {"en": "the sensitivity", "nl": "de sensitiviteit"},
    "specificity": {"en": "the specificity", "nl": "de specificiteit"},
}


def code_effects(
    formula: str,
    frame: pd.DataFrame,
    quantitised: Quantitised,
    groups: str | Sequence[str] | None = None,
    *,
    codes: Sequence[str] | None = None,
    covariates: Sequence[str] = (),
    reliability: Mapping[str, float] | None = None,
    misclassification: Mapping[str, tuple[float, float]] | None = None,
    n_draws: int = 200,
    seed: int = 0,
    conf_level: float = 0.95,
) -> CodeEffects:
    """Effects of codes on what persons answer: as they are (naive), and corrected for errors of coding.

    A code that is measured with error seems to have a smaller effect than it has. The correction is regression
    calibration at the level of cases: each code is replaced by what it is expected to be without error, given its value
    and the other predictors, and the model is fitted again. How large the error is follows from the cases that several
    coders read. The interval carries how uncertain that is: the model is fitted at ``n_draws`` errors that these cases
    allow, and the interval is that of the mixture of their t distributions. Of a code that one coder gave nothing is
    known; then there is no correction, and ``sensitivity`` tells what the effect would be at several errors.

    Parameters
    ----------
    formula : str
        As in :func:`lcresearch.multilevel.fit_lmm`, with columns of ``quantitised.values`` among the predictors; or the
        name of the outcome, with ``groups`` and ``codes``.
    frame : DataFrame
        A row a person, with the column ``quantitised.by`` and what the formula names. Persons in cases of which a code
        is not known are left out and counted (Q084).
    quantitised : Quantitised
    groups : str or sequence of str, optional
        Without a formula: the grouping factors, outermost first; by default ``quantitised.by``.
    codes, covariates : sequence of str
        Without a formula: columns; by default all codes.
    reliability : mapping of str to float, optional
        Code -> reliability of its values, when it is known from elsewhere.
    misclassification : mapping of str to tuple of two floats, optional
        Code -> sensitivity and specificity of one coder, for presence, when they are known from elsewhere.
    n_draws, seed : int
    conf_level : float

    Returns
    -------
    CodeEffects

    Raises
    ------
    IntegrationError
        Q061: a column that is not there; Q077, Q082: codes that were not quantitised, or no code in the formula; Q088:
        chances that tell nothing; Q286: a reliability or chance outside 0 to 1.
    MultilevelError
        As :func:`lcresearch.multilevel.fit_lmm`.

    References
    ----------
    Carroll, Ruppert, Stefanski & Crainiceanu (2006), Measurement Error in Nonlinear Models, 2nd edition (regression
    calibration); Kuechenhoff, Mwalili & Lesaffre (2006), A general method for dealing with misclassification in
    regression: the misclassification SIMEX, Biometrics 62 (for the matrix of chances); Buonaccorsi (2010), Measurement
    Error: Models, Methods, and Applications.

    Examples
    --------
    Two coders read what was said in twenty invented communities:

    >>> from lcresearch.integration.cases.simulated import invented_codes
    >>> people, codes = invented_codes(n_cases=20, n_persons=10, effect=0.5, reliability=0.5, seed=1)
    >>> found = code_effects("learning ~ code_help + (1 | community)", people, codes, n_draws=20)
    >>> found.effects.set_index("analysis")["estimate"].round(2).to_dict()
    {'naive': 0.26, 'corrected': 0.41}
    """
    by = quantitised.by
    written = _formula(formula, quantitised, groups, codes, covariates)
    used = codes_in(written.partition("~")[2], [str(one) for one in quantitised.values.columns])
    _check_given(quantitised, reliability or {}, misclassification or {})
    if not used:
        raise IntegrationError("Q082", formula=written, known=[str(one) for one in quantitised.values.columns])
    check_columns(frame, [by], "frame")
    rows, problems = _joined(frame, quantitised, used)
    naive = fit_lmm(written, rows)
    cases = Cases.of(naive, rows, quantitised, used)
    evidence = {one: _evidence(one, quantitised, cases, reliability or {}, misclassification or {}) for one in used}
    problems += _told(evidence, cases, quantitised)
    correctable = [one for one in used if evidence[one].known and evidence[one].surrogate(*cases.of_code(one)).usable]
    terms = {str(term): code_in(str(term), used) for term in naive.tidy()["term"]}
    effects = [_naive(naive, terms, conf_level)]
    fits = CalibratedFits(naive, rows, cases, terms)
    corrected, open_codes = fits.corrected(
        {one: evidence[one] for one in correctable}, n_draws, np.random.default_rng(seed), conf_level
    )  # fmt: skip
    problems += [Problem("Q086", values={"code": one}) for one in open_codes]
    effects.append(corrected)
    table = pd.concat(effects, ignore_index=True)
    order = {term: place for place, term in enumerate(terms)}
    table = table.sort_values("term", key=lambda names: names.map(order), kind="stable", ignore_index=True)
    return CodeEffects(
        formula=written,
        measure=quantitised.measure,
        effects=table,
        reliability=_reliability(evidence, cases, quantitised, n_draws, seed, conf_level),
        sensitivity=fits.sensitivity(used, quantitised.measure, conf_level),
        model=naive.tidy(),
        n_persons=naive.n,
        n_cases=len(cases.names),
        conf_level=conf_level,
        problems=tuple(problems),
    )


def _formula(
    formula: str,
    quantitised: Quantitised,
    groups: str | Sequence[str] | None,
    codes: Sequence[str] | None,
    covariates: Sequence[str],
) -> str:
    known = [str(one) for one in quantitised.values.columns]
    for one in codes or ():
        if one not in known:
            raise IntegrationError("Q077", column=one, known=known, nearest=nearest(one, known) or "–")
    if "~" in formula:
        return formula
    levels = [groups] if isinstance(groups, str) else list(groups or [quantitised.by])
    return f"{formula} ~ {' + '.join([*(codes or known), *covariates])} + (1 | {'/'.join(levels)})"


def _check_given(
    quantitised: Quantitised, reliability: Mapping[str, float], misclassification: Mapping[str, tuple[float, float]]
) -> None:
    """What is known from elsewhere is about codes that there are, and lies between 0 and 1."""
    known = [str(one) for one in quantitised.values.columns]
    problems = [
        Problem("Q077", values={"column": one, "known": known, "nearest": nearest(one, known) or "–"})
        for one in dict.fromkeys([*reliability, *misclassification])
        if one not in known
    ]
    given: list[tuple[str, str, Any]] = [("reliability", code, value) for code, value in reliability.items()]
    for code, chances in misclassification.items():
        given += [(name, code, value) for name, value in zip(("sensitivity", "specificity"), chances, strict=True)]
    problems += [
        Problem("Q286", values={"what": dict(_TERMS[name]), "code": code, "found": str(value)})
        for name, code, value in given
        if not (isinstance(value, Real) and 0 <= float(value) <= 1)
    ]
    if problems:
        raise IntegrationError(problems)


def _joined(frame: pd.DataFrame, quantitised: Quantitised, used: Sequence[str]) -> tuple[pd.DataFrame, list[Problem]]:
    """Persons with the codes of their case; those in cases of which nothing is known are counted."""
    by = quantitised.by
    frame = frame.reset_index(drop=True)
    place = written(frame[by])
    values = quantitised.values[list(used)].reindex(place).set_axis(frame.index)
    rows = frame.drop(columns=list(used), errors="ignore").join(values).assign(**{by: place})
    unknown = values.isna().any(axis=1) & place.notna()
    problems = []
    if unknown.any():
        cases = in_order(place[unknown])
        shown = {"n": len(cases), "persons": int(unknown.sum()), "cases": cases[:_SHOWN]}
        problems.append(Problem("Q084", values=shown))
    return rows[~unknown & place.notna()].reset_index(drop=True), problems


def _evidence(
    code: str,
    quantitised: Quantitised,
    cases: Cases,
    reliability: Mapping[str, float],
    misclassification: Mapping[str, tuple[float, float]],
) -> Evidence:
    row = quantitised.reliability.loc[quantitised.reliability["code"] == code].iloc[0]
    found = Evidence.of(row, quantitised.measure)
    if code in misclassification:
        chances = misclassification[code]
        if sum(chances) <= 1:
            raise IntegrationError("Q088", code=code, total=round(sum(chances), 3))
        return replace(found, measure="presence", basis="given", chances=chances)
    if code in reliability:
        return assumed(found, reliability[code], *cases.of_code(code))
    return found


def _told(evidence: Mapping[str, Evidence], cases: Cases, quantitised: Quantitised) -> list[Problem]:
    problems = list(quantitised.problems)
    problems = [one for one in problems if one.code not in ("Q080", "Q076")]
    unknown = [code for code, one in evidence.items() if not one.known]
    if unknown:
        problems.append(Problem("Q080", values={"codes": unknown[:_SHOWN]}))
    for code, one in evidence.items():
        if one.known and not one.surrogate(*cases.of_code(code)).usable:
            problems.append(Problem("Q085", values={"code": code}))
        elif one.known and one.basis != "given" and quantitised.measure in OF_ANY_CODER[1:]:
            problems.append(Problem("Q087", values={"code": code}))
    if len(cases.names) < FEW_CASES:
        problems.append(Problem("Q083", values={"n": len(cases.names)}))
    return problems


def _naive(fit: LinearMixedModel, terms: Mapping[str, str], conf_level: float) -> pd.DataFrame:
    table = fit.tidy(conf_level)
    table = table[table["term"].map(terms) != ""]
    found = table[["term", "estimate", "std_error", "conf_low", "conf_high"]].reset_index(drop=True)
    found.insert(1, "code", found["term"].map(terms))
    found.insert(2, "analysis", "naive")
    return found


def _reliability(
    evidence: Mapping[str, Evidence],
    cases: Cases,
    quantitised: Quantitised,
    n_draws: int,
    seed: int,
    conf_level: float,
) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    tail = (1 - conf_level) / 2
    n_double = quantitised.reliability.set_index("code")["n_double"]
    rows = []
    for code, one in evidence.items():
        values, readers = cases.of_code(code)
        point = low = high = float("nan")
        if one.known:
            point = one.surrogate(values, readers).reliability
            drawn = [one.drawn(values, readers, rng).reliability for _ in range(max(n_draws, 1))]
            known = np.clip(np.nan_to_num(np.array(drawn), nan=0.0), 0.0, 1.0)
            low, high = np.quantile(known, [tail, 1 - tail])
        weaker = _attenuation(one, values, readers)
        rows.append((code, point, float(low), float(high), weaker, *one.chances, one.basis, int(n_double[code])))
    names = ["code", "reliability", "reliability_low", "reliability_high", "attenuation", "sensitivity", "specificity"]
    return pd.DataFrame(rows, columns=[*names, "basis", "n_double"])


def _attenuation(evidence: Evidence, values: Array, readers: Array) -> float:
    """By what the naive effect of this code alone is multiplied."""
    if not evidence.known or not evidence.surrogate(values, readers).usable:
        return float("nan")
    expected = calibrated([evidence.surrogate(values, readers)], np.empty((len(values), 0)))[:, 0]
    return float(np.cov(expected, values)[0, 1] / np.var(values, ddof=1))
