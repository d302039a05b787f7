"""Recipes beside regression: the same cases told twice, and the cases on which the two stories differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, ClassVar, Literal

import numpy as np
import pandas as pd

from lcresearch.errors import IntegrationError, Problem
from lcresearch.integration.configurations.clusters import model_of
from lcresearch.integration.configurations.linear_model import LinearFit, added_by, linear_fit
from lcresearch.integration.configurations.result import QCA, Kind, Model
from lcresearch.integration.configurations.terms import ANY, Array, Condition
from lcresearch.messages import Messages
from lcresearch.results import Result

CONSTANT = "(Intercept)"
CASES_A_COEFFICIENT = 10
STORIES = ("both_right", "recipe_right", "regression_right", "both_wrong")


@dataclass(frozen=True, repr=False, eq=False)
class BesideRegression(Result):
    """Recipes and linear models of the same cases (:func:`lcresearch.integration.beside_regression`).

    Attributes
    ----------
    outcome : str
    recipes : DataFrame
        ``term, consistency, pri, coverage, cases``: the model of the comparative analysis.
    models : DataFrame
        ``model, term, estimate, std_error, statistic, df, p_value, conf_low, conf_high``; ``model`` is ``main`` (every
        condition on its own) or ``interaction`` (also products of conditions). NaN where a coefficient cannot be told
        apart from others.
    fits : DataFrame
        ``model, n, n_terms, r_squared, statistic, df_1, df_2, p_value``: of the interaction model the F test of what
        its products add.
    cases : DataFrame
        ``case, outcome, recipe, main, interaction, story``: membership in the outcome (or its value), in the recipes,
        and what the models expect. ``story`` says who puts the case on the side where it is: ``both_right``,
        ``recipe_right``, ``regression_right`` (the model with main effects) or ``both_wrong``.
    chosen : {"recipes", "all", "given"}
        Where the products come from.
    problems : tuple of Problem
    """

    title: ClassVar[str] = "Recipes beside regression"

    outcome: str
    recipes: pd.DataFrame
    models: pd.DataFrame
    fits: pd.DataFrame
    cases: pd.DataFrame
    chosen: str
    problems: tuple[Problem, ...] = ()

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """Coefficients of both models with intervals of 95%: as :attr:`models`; ``conf_level`` plays no part."""
        return self.models.copy()

    def glance(self) -> pd.DataFrame:
        """One row: fit of both stories, and on how many cases they differ."""
        r_squared = self.fits.set_index("model")["r_squared"]
        row: dict[str, Any] = {"outcome": self.outcome, "n": len(self.cases), "n_recipes": len(self.recipes)}
        row |= {"r_squared_main": r_squared["main"], "r_squared_interaction": r_squared["interaction"]}
        counts = self.cases["story"].value_counts()
        row |= {f"n_{story}": int(counts.get(story, 0)) for story in STORIES}
        return pd.DataFrame([row])

    def disagreements(self) -> pd.DataFrame:
        """Cases on which the stories differ, those that differ most first: where interviewers may find out why."""
        found = self.cases[self.cases["story"].isin(["recipe_right", "regression_right"])]
        apart = (found["recipe"] - found["main"]).abs()
        return found.loc[apart.sort_values(ascending=False, kind="stable").index].reset_index(drop=True)

    def words(self, language: str | None = None) -> list[str]:
        """The comparison in plain sentences; neither story is called a cause."""
        say = Messages(language)
        folder = "integration.qca.beside"
        found = [say(f"{folder}.recipes", recipes=" + ".join(self.recipes["term"]))]
        main = self.models[self.models["model"] == "main"]
        found.append(say(f"{folder}.main", terms=_told_apart(main, say)))
        added = self.fits[self.fits["model"] == "interaction"].iloc[0]
        if np.isnan(added["p_value"]):
            found.append(say(f"{folder}.no_products"))
        else:
            found.append(say(f"{folder}.interaction", p=say.p_value(float(added["p_value"]))))
            if self.chosen == "recipes":
                found.append(say(f"{folder}.chosen"))
        found.append(say(f"{folder}.differ", n=len(self.disagreements()), of=len(self.cases)))
        return [*found, say(f"{folder}.no_cause")]

    def cautions(self) -> list[str]:
        """Few cases for these coefficients."""
        return [problem.message() for problem in self.problems]

    def summary(self) -> str:
        """Plain sentences, then the tables."""
        return "\n".join([self.title, "", *(f"- {line}" for line in self.words()), "", super().summary()])


def beside_regression(
    result: QCA,
    frame: pd.DataFrame | None = None,
    *,
    kind: Kind | None = None,
    model: int = 1,
    products: Literal["recipes", "all"] | Sequence[tuple[str, str]] = "recipes",
    crossover: float = 0.5,
) -> BesideRegression:
    """Put recipes beside a linear model with main effects, and one with products, of the same cases.

    Parameters
    ----------
    result : QCA
    frame : DataFrame, optional
        A row a case with uncalibrated values, in columns named as conditions and outcome; the memberships if absent.
    kind : str, optional
        Which solution; the intermediate one if there is one, else the parsimonious, else the conservative.
    model : int
        Which of its models, from 1.
    products : {"recipes", "all"} or sequence of pairs
        Products of conditions in the second model: of those that stand together in a recipe, of all pairs, or these.
    crossover : float
        Of the outcome in ``frame``: from which value on a case shows it.

    Returns
    -------
    BesideRegression

    Raises
    ------
    IntegrationError
        Q053: there are no recipes; Q056: more coefficients than cases; Q058: no such solution,
        model or condition.

    Notes
    -----
    Regression asks what a condition adds on average over the others, a recipe in which company a condition goes with
    the outcome. They answer different questions; where they differ is worth an interview, and neither shows a cause.
    Products that were taken from the recipes have p values that are too small, since the same cases chose them.

    Examples
    --------
    >>> from lcresearch import integration
    >>> cases = pd.DataFrame(
    ...     {"trust": [1, 1, 0, 0, 1, 0, 1, 0], "time": [1, 0, 1, 0, 1, 1, 0, 0], "y": [1, 0, 0, 0, 1, 0, 0, 0]},
    ...     index=list("ABCDEFGH"),
    ... )
    >>> found = beside_regression(integration.qca(cases, "y", ["trust", "time"]))
    >>> found.recipes["term"].tolist()
    ['trust*time']
    >>> found.models.loc[found.models["model"] == "main", ["term", "estimate", "conf_low", "conf_high"]].round(2)
              term  estimate  conf_low  conf_high
    0  (Intercept)     -0.25     -0.75       0.25
    1        trust      0.50     -0.07       1.07
    2         time      0.50     -0.07       1.07
    """
    kind = kind or result.main_kind
    chosen = model_of(result, kind, model)
    known = list(dict.fromkeys(solution.kind for solution in result.solutions if solution.models))
    if not known:
        raise IntegrationError("Q053")
    if chosen is None:
        what = {"en": "solution", "nl": "oplossing"}
        raise IntegrationError("Q058", what=what, found=f"{kind} M{model}", known=known, nearest="–")
    table = result.truth_table
    pairs = _pairs(products, chosen, table.conditions)
    values, outcome = _values(result, frame)
    main, names = _main(values, table.conditions, calibrated=frame is None)
    both, both_names = _with_products(main, names, pairs)
    if len(outcome) <= main.shape[1]:
        raise IntegrationError("Q056", n_terms=main.shape[1], n=len(outcome))
    fits = {"main": linear_fit(main, names, outcome), "interaction": linear_fit(both, both_names, outcome)}
    if fits["interaction"].df <= 0:
        raise IntegrationError("Q056", n_terms=both.shape[1], n=len(outcome))
    n_terms = len(outcome) - fits["interaction"].df
    few = [Problem("Q059", values={"n": len(outcome), "n_terms": n_terms})] * (
        len(outcome) < CASES_A_COEFFICIENT * n_terms
    )
    models = pd.concat([fit.table.assign(model=name) for name, fit in fits.items()], ignore_index=True)
    models = models[["model", *[column for column in models if column != "model"]]]
    cut = 0.5 if frame is None else crossover
    told = _cases(result, chosen, outcome, fits, cut)
    recipes = chosen.fit[["term", "consistency", "pri", "coverage"]].assign(cases=chosen.fit["cases"].map(", ".join))
    source = products if isinstance(products, str) else "given"
    return BesideRegression(table.outcome, recipes, models, _fits(fits), told, source, tuple(few))


def _pairs(products: Any, model: Model, conditions: Sequence[Condition]) -> list[tuple[int, int]]:
    names = [condition.name for condition in conditions]
    if products == "all":
        return list(combinations(range(len(names)), 2))
    if products == "recipes":
        held = [[place for place, value in enumerate(term) if value != ANY] for term in model.terms]
        return sorted({pair for places in held for pair in combinations(places, 2)})
    found = []
    for pair in products if not isinstance(products, str) else [(products,)]:
        unknown = [name for name in pair if name not in names]
        if unknown or len(set(pair)) != 2:
            what = {"en": "pair of conditions", "nl": "tweetal voorwaarden"}
            raise IntegrationError("Q058", what=what, found="*".join(map(str, pair)), known=names, nearest="–")
        first, second = sorted(names.index(name) for name in pair)
        found.append((first, second))
    return sorted(set(found))


def _values(result: QCA, frame: pd.DataFrame | None) -> tuple[pd.DataFrame, Array]:
    table = result.truth_table
    if frame is None:
        return table.frame, table.membership.to_numpy(dtype=np.float64)
    outcome = table.outcome.strip().lstrip("~∼").partition("[")[0].strip()
    columns = [*(condition.name for condition in table.conditions), outcome]
    missing = [name for name in columns if name not in frame.columns]
    named = frame.rename(index=str)
    if missing or not table.frame.index.isin(named.index).all():
        what = {"en": "column or case", "nl": "kolom of case"}
        lacking = missing or [str(case) for case in table.frame.index if case not in named.index]
        raise IntegrationError("Q058", what=what, found=lacking[0], known=list(map(str, frame.columns)), nearest="–")
    used = named.loc[table.frame.index, columns].astype(np.float64)
    return used, used[outcome].to_numpy(dtype=np.float64)


def _main(values: pd.DataFrame, conditions: Sequence[Condition], *, calibrated: bool) -> tuple[Array, list[str]]:
    """The constant and every condition; of a condition with several values a column for each but 0."""
    columns, names = [np.ones(len(values))], [CONSTANT]
    for condition in conditions:
        found = values[condition.name].to_numpy(dtype=np.float64)
        if condition.levels > 2 and calibrated:
            columns += [(found == value).astype(np.float64) for value in range(1, condition.levels)]
            names += [f"{condition.name}[{value}]" for value in range(1, condition.levels)]
        else:
            columns.append(found)
            names.append(condition.name)
    return np.column_stack(columns), names


def _with_products(main: Array, names: list[str], pairs: Sequence[tuple[int, int]]) -> tuple[Array, list[str]]:
    """Also products of each pair of conditions (of each of their values)."""
    conditions = list(dict.fromkeys(name.partition("[")[0] for name in names[1:]))
    places = [
        [place for place, name in enumerate(names) if place and name.partition("[")[0] == one] for one in conditions
    ]
    columns, labels = [main], list(names)
    for first, second in pairs:
        for a in places[first]:
            for b in places[second]:
                columns.append((main[:, a] * main[:, b])[:, None])
                labels.append(f"{names[a]}:{names[b]}")
    return np.column_stack(columns), labels


def _fits(fits: dict[str, LinearFit]) -> pd.DataFrame:
    rows = []
    for name, fit in fits.items():
        tested = (
            added_by(fits["main"], fit)
            if name == "interaction"
            else dict.fromkeys(("statistic", "df_1", "df_2", "p_value"), np.nan)
        )
        n = len(fit.fitted)
        rows.append({"model": name, "n": n, "n_terms": n - fit.df, "r_squared": fit.r_squared} | tested)
    return pd.DataFrame(rows)


def _cases(result: QCA, model: Model, outcome: Array, fits: dict[str, LinearFit], cut: float) -> pd.DataFrame:
    table = result.truth_table
    recipe = model.membership(table.frame).to_numpy(dtype=np.float64)
    shows = table.membership.to_numpy(dtype=np.float64) > 0.5
    by_recipe = (recipe > 0.5) == shows
    absent = table.outcome.strip().startswith(("~", "∼")) and cut != 0.5
    expected = fits["main"].fitted <= cut if absent else fits["main"].fitted > cut
    by_main = expected == shows
    names = np.array(STORIES, dtype=object)
    story = names[(~by_recipe).astype(int) * 2 + (~by_main).astype(int)]
    story = np.where(by_recipe & ~by_main, "recipe_right", np.where(~by_recipe & by_main, "regression_right", story))
    frame = pd.DataFrame({"case": [str(case) for case in table.frame.index], "outcome": outcome, "recipe": recipe})
    return frame.assign(main=fits["main"].fitted, interaction=fits["interaction"].fitted, story=list(story))


def _told_apart(main: pd.DataFrame, say: Messages) -> str:
    """Conditions whose interval does not hold 0, with their coefficients."""
    clear = main[(main["term"] != CONSTANT) & ((main["conf_low"] > 0) | (main["conf_high"] < 0))]
    texts = [f"{row['term']} ({say.number(float(row['estimate']))})" for row in clear.to_dict("records")]
    return ", ".join(texts) or say("integration.qca.beside.none")
