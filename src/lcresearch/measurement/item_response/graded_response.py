"""The graded response model of a scale: parameters, fit, information, scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Literal

import numpy as np
import pandas as pd
import scipy.stats

from lcresearch.errors import MeasurementError, Place, Problem, nearest
from lcresearch.measurement.columns import Array, Codes, category_labels, check_labels, item_names, matrix
from lcresearch.measurement.item_response import graded_model, marginal_likelihood, trait_scores
from lcresearch.measurement.item_response.categories import Categories, categorise
from lcresearch.measurement.item_response.estimation import FEWEST_NODES, Fit, fit
from lcresearch.measurement.item_response.graded_model import GradedItems
from lcresearch.measurement.item_response.item_checks import checks, doubts
from lcresearch.measurement.item_response.limited_information import c2
from lcresearch.measurement.item_response.parameters import layout
from lcresearch.results import Result

Discrimination = Literal["free", "equal"]
Method = Literal["eap", "map"]
DISCRIMINATIONS = ("free", "equal")
METHODS = ("eap", "map")


@dataclass(frozen=True, repr=False, eq=False)
class GradedResponse(Result):
    """A graded response model.

    Attributes
    ----------
    items : tuple of str
        Columns in the model.
    n, n_patterns : int
        Persons with at least one answer, and different patterns among them.
    discriminations : array, shape (p,)
        Slopes in the logistic metric.
    thresholds : array, shape (p, K - 1)
        c of P(answer <= k) = F(c_k - a theta); NaN beyond the categories of an item. Locations are b = c / a.
    covariance : array, shape (n_parameters, n_parameters)
        Of the estimates, item by item: discrimination, then thresholds; an equal discrimination stands first, once.
        From the exact observed information.
    discrimination : {"free", "equal"}
    categories : DataFrame
        ``item, category, code, n``: which answer codes make up each category, and how many persons chose them.
    item_fit : DataFrame
        ``item, s_x2, df, p_value, p_adjusted`` (Holm).
    local_dependence : DataFrame
        ``item_1, item_2, q3, excess``: Q3 of each pair and how far it is above the mean of all pairs.
    model_fit : dict
        ``c2, df, p_value, rmsea, rmsea_low, rmsea_high, srmsr, n``.
    log_likelihood : float
    n_nodes : int
    empirical_reliability : float
        Of the EAP scores of these persons.
    eigenvalue_ratio : float
        First to second eigenvalue of the correlations of the items.
    converged : bool
    problems : tuple of Problem
    labels : dict of str -> tuple of str
        The answers in their order, of items that came as ordered categoricals; their codes are 1, 2, ...
    """

    title: ClassVar[str] = "Graded response model"

    items: tuple[str, ...]
    n: int
    n_patterns: int
    discriminations: Array
    thresholds: Array
    covariance: Array
    discrimination: str
    categories: pd.DataFrame
    item_fit: pd.DataFrame
    local_dependence: pd.DataFrame
    model_fit: dict[str, Any]
    log_likelihood: float
    n_nodes: int
    empirical_reliability: float
    eigenvalue_ratio: float
    converged: bool
    problems: tuple[Problem, ...]
    labels: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def parameters(self) -> GradedItems:
        """The estimates in the form of the model's functions."""
        return GradedItems(self.discriminations, self.thresholds)

    @property
    def n_parameters(self) -> int:
        """Number of estimated parameters."""
        return len(self.covariance)

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """A row a parameter: ``item, term, estimate, std_error, conf_low, conf_high``.

        Terms are ``discrimination`` and ``location_k``: the point of the trait at which answers above category k become
        more likely than not. Standard errors of locations by the delta method.
        """
        places = layout(self.parameters.n_categories, equal=self.discrimination == "equal").positions
        rows = []
        for j, item in enumerate(self.items):
            a = float(self.discriminations[j])
            rows.append((item, "discrimination", a, float(self.covariance[places[j, 0], places[j, 0]])))
            for k, c in enumerate(self.thresholds[j][~np.isnan(self.thresholds[j])]):
                both = places[j, [0, k + 1]]
                slope = np.array([-c / a**2, 1 / a])
                rows.append(
                    (item, f"location_{k + 1}", c / a, float(slope @ self.covariance[np.ix_(both, both)] @ slope))
                )
        table = pd.DataFrame(rows, columns=["item", "term", "estimate", "variance"])
        error = np.sqrt(table.pop("variance"))
        half = scipy.stats.norm.ppf((1 + conf_level) / 2) * error
        return table.assign(std_error=error, conf_low=table["estimate"] - half, conf_high=table["estimate"] + half)

    def glance(self) -> pd.DataFrame:
        """One row: size, likelihood, fit of one trait (C2, RMSEA, SRMSR), and reliability."""
        k = self.n_parameters
        row = {
            "n": self.n,
            "n_items": len(self.items),
            "n_parameters": k,
            "log_likelihood": self.log_likelihood,
            "aic": 2 * k - 2 * self.log_likelihood,
            "bic": k * float(np.log(self.n)) - 2 * self.log_likelihood,
            "converged": self.converged,
        }
        row |= {name: self.model_fit[name] for name in ("c2", "df", "p_value", "rmsea", "srmsr")}
        excess = self.local_dependence["excess"]
        row |= {
            "marginal_reliability": self.reliability(),
            "empirical_reliability": self.empirical_reliability,
            "eigenvalue_ratio": self.eigenvalue_ratio,
            "largest_q3_excess": float(excess.max()) if excess.notna().any() else float("nan"),
        }
        return pd.DataFrame([row])

    def cautions(self) -> list[str]:
        """What the reader must know before using the numbers, in the language of the terminal."""
        return [said(problem) for problem in self.problems]

    def information(self, theta: Sequence[float] | Array | None = None) -> pd.DataFrame:
        """Information curves: ``theta``, a column an item, ``test`` (their sum) and ``std_error`` (1 / root of it).

        By default at 121 points from -3 to 3.
        """
        points = np.linspace(-3, 3, 121) if theta is None else np.asarray(theta, dtype=float)
        found = graded_model.information(self.parameters, points)
        table = pd.DataFrame(found.T, columns=list(self.items))
        with np.errstate(divide="ignore"):
            total = found.sum(axis=0)
            extra = pd.DataFrame({"test": total, "std_error": 1 / np.sqrt(total)})
        return pd.concat([pd.DataFrame({"theta": points}), table, extra], axis=1)

    def reliability(self, theta: tuple[float, float] | None = None) -> float:
        """Marginal reliability, the mean of I / (I + 1) under N(0, 1), or within a range of the trait."""
        grid = marginal_likelihood.nodes(241)
        inside = np.ones(241, dtype=bool) if theta is None else (grid.theta >= theta[0]) & (grid.theta <= theta[1])
        total = graded_model.information(self.parameters, grid.theta[inside]).sum(axis=0)
        return trait_scores.marginal_reliability(total, np.exp(grid.log_weights[inside]))

    def scores(self, frame: pd.DataFrame, *, method: Method = "eap") -> pd.DataFrame:
        """Trait scores of persons: ``theta, std_error, n_answered``, with the index of the frame.

        Persons without an answer get NaN. The trait has mean 0 and standard deviation 1 where the model was fitted.

        Parameters
        ----------
        frame : DataFrame
            Persons that answered these items, the ones of the fit or others.
        method : {"eap", "map"}
            Mean or mode of the posterior under N(0, 1).

        Raises
        ------
        MeasurementError
            M004 method, M001 to M003 columns, M333 an answer that the model does not know.
        """
        known_option("method", method, METHODS)
        codes = self.codes(frame)
        grid = marginal_likelihood.nodes(self.n_nodes)
        found = (
            trait_scores.expected_a_posteriori(self.parameters, codes, grid)
            if method == "eap"
            else trait_scores.maximum_a_posteriori(self.parameters, codes)
        )
        return pd.DataFrame(
            {"theta": found.estimate, "std_error": found.std_error, "n_answered": (codes >= 0).sum(axis=1)},
            index=frame.index,
        )

    def codes(self, frame: pd.DataFrame) -> Codes:
        """The categories of answers, shape (n, p), from 0; -1 is missing.

        Raises
        ------
        MeasurementError
            M333: unknown answers; M418: ordered categoricals with other categories than those of the model.
        """
        names = item_names(frame, list(self.items), ordered=True)
        check_labels(frame, names, self.labels)
        answers = matrix(frame, names)
        found = np.full(answers.shape, -1, dtype=np.int64)
        strange = []
        for j, item in enumerate(self.items):
            table = self.categories[self.categories["item"] == item].sort_values("code")
            known = table["code"].to_numpy(dtype=float)
            there = ~np.isnan(answers[:, j])
            place = np.minimum(np.searchsorted(known, answers[there, j]), len(known) - 1)
            wrong = known[place] != answers[there, j]
            if wrong.any():
                codes = sorted({float(value) for value in answers[there, j][wrong]})
                values = {"codes": ", ".join(f"{c:g}" for c in codes), "known": ", ".join(f"{c:g}" for c in known)}
                strange.append(Problem("M333", Place(item=item), values))
            found[there, j] = table["category"].to_numpy(dtype=np.int64)[place]
        if strange:
            raise MeasurementError(strange)
        return found


def graded_response(
    frame: pd.DataFrame,
    items: Sequence[str],
    *,
    discrimination: Discrimination = "free",
    min_category: int = 1,
    response_codes: Sequence[float] | None = None,
    n_nodes: int | None = None,
) -> GradedResponse:
    """Fit the graded response model (Samejima, 1969) to one scale by marginal maximum likelihood.

    For each item, P(answer <= k) = F(c_k - a theta) with F logistic and theta ~ N(0, 1) over persons. EM steps (Bock
    & Aitkin, 1981) and then Newton steps with the exact observed information (Louis, 1982) go on until the gradient is
    zero to the precision of the machine. With two categories it is the two-parameter logistic model. Missing answers
    are taken as missing at random: persons count with the answers that they gave.

    Parameters
    ----------
    frame : DataFrame
        A row a person.
    items : sequence of str
        Columns of one scale, all in the direction of the scale; at least two that vary.
    discrimination : {"free", "equal"}
        One slope for each item, or one for all; compare the two by their BIC or twice the difference in log-likelihood.
    min_category : int
        Categories with fewer answers than this are merged with a neighbour, which is said.
    response_codes : sequence of float, optional
        The codes that the form offers: those that nobody chose are said. They cannot be estimated.
    n_nodes : int, optional
        Nodes of the integral, from -6 to 6; by default 61, and more when the test is so precise that it needs them.

    Returns
    -------
    GradedResponse
        ``tidy()`` has the parameters, ``information()`` the curves, ``scores(frame)`` the persons; ``item_fit``,
        ``local_dependence`` and ``model_fit`` tell whether one trait will do.

    Raises
    ------
    MeasurementError
        M001 to M004, M008 input; M330 too many categories; M334 fewer than two items vary or too few persons.

    Examples
    --------
    >>> rng = np.random.default_rng(1)  # invented answers
    >>> theta = rng.normal(size=300)
    >>> frame = pd.DataFrame({f"i{j}": np.digitize(theta + rng.logistic(size=300), [-1, 0, 1]) for j in range(4)})
    >>> model = graded_response(frame, ["i0", "i1", "i2", "i3"])
    >>> model.converged, len(model.tidy())
    (True, 16)
    """
    known_option("discrimination", discrimination, DISCRIMINATIONS)
    names = item_names(frame, items, ordered=True)
    answers = matrix(frame, names)
    found, problems = categorise(answers, names, fewest=min_category, expected=response_codes)
    usable = found.counts > 1
    problems += [Problem("M335", Place(item=names[j])) for j in np.flatnonzero(~usable)]
    codes = found.codes[:, usable]
    kept = [name for name, use in zip(names, usable, strict=True) if use]
    there = (codes >= 0).any(axis=1)
    if len(kept) < 2 or there.sum() < 3:
        raise MeasurementError([Problem("M334", values={"n_items": len(kept), "n": int(there.sum())}), *problems])
    if n := int((~there).sum()):
        problems.append(Problem("M336", values={"n": n}))
    labels = Categories(codes, tuple(part for part, use in zip(found.labels, usable, strict=True) if use))
    data = marginal_likelihood.patterns(codes[there], int(labels.counts.max()))
    fitted = fit(data, labels.counts, equal=discrimination == "equal", n_nodes=n_nodes)
    result = _result(_upright(fitted), labels, kept, codes[there], data, discrimination, problems)
    return replace(result, labels=category_labels(frame, kept))


def _upright(fitted: Fit) -> Fit:
    """The same model with a trait that most items measure upwards."""
    items = fitted.items
    if items.discriminations.sum() >= 0:
        return fitted
    places = fitted.places.positions
    sign = np.ones(fitted.places.size)
    sign[np.unique(places[:, 0])] = -1
    return Fit(
        GradedItems(-items.discriminations, items.thresholds),
        fitted.places,
        fitted.log_likelihood,
        fitted.covariance * np.outer(sign, sign),
        fitted.known,
        fitted.grid,
        fitted.n_steps,
        fitted.gradient,
        fitted.converged,
    )


def _result(
    fitted: Fit,
    labels: Categories,
    names: list[str],
    codes: Codes,
    data: marginal_likelihood.Patterns,
    discrimination: str,
    problems: list[Problem],
) -> GradedResponse:
    of_persons = trait_scores.expected_a_posteriori(fitted.items, codes, fitted.grid)
    found = checks(fitted, codes, names, of_persons.estimate, own_slope=discrimination == "free")
    table = category_table(labels, names)
    overall = c2(fitted, codes)
    problems = [*problems, *doubts(fitted, found, overall, table, names, len(codes))]
    return GradedResponse(
        tuple(names),
        len(codes),
        len(data.counts),
        fitted.items.discriminations,
        fitted.items.thresholds,
        fitted.covariance,
        discrimination,
        table,
        found.item_fit,
        found.local_dependence,
        overall._asdict(),
        fitted.log_likelihood,
        max(len(fitted.grid.theta), FEWEST_NODES),
        trait_scores.empirical_reliability(of_persons),
        found.eigenvalue_ratio,
        fitted.converged,
        tuple(problems),
    )


def category_table(labels: Categories, names: Sequence[str]) -> pd.DataFrame:
    """Which codes make up each category: ``item, category, code, n``; ``n`` is that of the category."""
    rows = [
        (name, category, code, int((labels.codes[:, j] == category).sum()))
        for j, name in enumerate(names)
        for category, merged in enumerate(labels.labels[j])
        for code in merged
    ]
    return pd.DataFrame(rows, columns=["item", "category", "code", "n"])


def known_option(option: str, value: str, known: tuple[str, ...]) -> None:
    """Raise M004 unless the value of an option is one of those known."""
    if value not in known:
        raise MeasurementError(
            "M004", option=option, value=value, known=known, nearest=nearest(str(value), known) or "–"
        )


def said(problem: Problem) -> str:
    """A caution with its place in front."""
    place = problem.where.text()
    return f"{place}: {problem.message()}" if place else problem.message()
