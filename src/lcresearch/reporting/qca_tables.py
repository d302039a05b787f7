"""Tables of a comparative analysis in words: truth table, necessity, models, robustness, groups."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from lcresearch.integration import (
    BesideRegression,
    Calibrated,
    Model,
    Necessity,
    QcaClusters,
    QcaRobustness,
    TruthTable,
)
from lcresearch.integration.configurations.beside_regression import CONSTANT
from lcresearch.integration.configurations.necessity import TRIVIAL
from lcresearch.reporting.qca_names import with_names
from lcresearch.reporting.tables import Table, table
from lcresearch.reporting.wording import Wording, clean, records

Words = Callable[..., str]
Names = Mapping[str, str]
_BESIDE = "integration.qca.beside"
_FIT = ("consistency", "pri", "coverage")


def truth_table_in_words(found: TruthTable, shown: Names, say: Wording, words: Words, fewest: int = 0) -> Table:
    """Every observed combination with its outcome, cases and fit.

    With ``fewest``: without rows of fewer cases, and without fit.
    """
    names = [condition.name for condition in found.conditions]
    named = any(shown.values())
    labels = {"row": words("row")} | {f"c{place}": clean(name) for place, name in enumerate(names)}
    measures = () if fewest else ("consistency", "pri")
    labels |= {name: words(name) for name in ("outcome", "n", *measures)}
    labels |= {"cases": words("which")} if named else {}
    rows = []
    for row in (
        found.table[found.table["n"] >= fewest]
        .sort_values(["out", "n"], ascending=False, kind="stable")
        .to_dict("records")
    ):
        values = [str(int(row[name])) for name in names]
        fit = [say.number(row[name]) for name in measures]
        cells = [str(row["row"]), *values, str(row["out"]), say.count(row["n"]), *fit]
        rows.append([*cells, _listed(row["cases"], shown)] if named else cells)
    numeric = ["n", *measures, *(f"c{place}" for place in range(len(names)))]
    return table(f"{words('truth_table')}: {clean(found.outcome)}", rows, labels, numeric=numeric)


def necessity_in_words(
    found: Necessity, outcome: str, say: Wording, words: Words, *, fit: bool = True
) -> tuple[Table, int]:
    """What is necessary for an outcome and not trivial, and how many expressions are left out as trivial."""
    chosen = found.combined[found.combined["outcome"] == outcome]
    telling = chosen[chosen["relevance"] >= TRIVIAL]
    measures = ("consistency", "relevance", "coverage") if fit else ()
    labels = {name: words(name) for name in ("expression", "kind", *measures)}
    rows = [
        [row.expression, words(f"kinds.{row.kind}"), *(say.number(getattr(row, name)) for name in measures)]
        for row in records(telling)
    ]
    caption = words("necessity_of", outcome=clean(outcome))
    made = table(caption, rows, labels, numeric=list(measures))
    return made, len(chosen) - len(telling)


def model_in_words(
    model: Model, shown: Names, caption: str, say: Wording, words: Words, fewest: int = 0, *, fit: bool = True
) -> Table:
    """The terms of a model with their fit and cases; without fit, and without counts of so few cases, if asked."""
    named = any(shown.values())
    measures = (*_FIT, "unique_coverage") if fit else ()
    labels = {"term": words("term")} | {
        name.removesuffix("_coverage"): words(name.removesuffix("_coverage")) for name in measures
    }
    labels |= {"n": words("n")}
    labels |= {"cases": words("which"), "deviant": words("deviant")} if named else {}
    rows = []
    for row in model.fit.to_dict("records"):
        n = len(row["cases"])
        count = words("fewer", least=fewest) if n < fewest else say.count(n)
        cells = [row["term"], *(say.number(row[name]) for name in measures), count]
        lists = [_listed(row["cases"], shown), _listed(row["deviant_consistency"], shown)] if named else []
        rows.append([*cells, *lists])
    return table(caption, rows, labels, numeric=[name for name in labels if name not in ("term", "cases", "deviant")])


def calibrations_in_words(found: Mapping[str, Calibrated], say: Wording, words: Words) -> Table:
    """Sets with their method, anchors and reason."""
    labels = {name: words(name) for name in ("set", "method", "anchors", "why")}
    rows = [
        [name, words(f"methods.{one.method}"), _anchors(one, say), clean(one.why_in(say.language)) or "–"]
        for name, one in found.items()
    ]
    return table(words("calibrations"), rows, labels)


def robustness_in_words(found: QcaRobustness, say: Wording, words: Words) -> Table:
    """How many other analyses gave the same recipes, by what was different."""
    labels = {name: words(name) for name in ("check", "n_runs", "n_same", "lowest", "impossible")}
    rows = []
    for row in records(found.by_check()):
        check = say.messages(f"integration.qca.robustness.check.{row.check}")
        counts = [say.count(row.n_runs), say.count(row.n_same), say.number(row.consistency)]
        rows.append([check, *counts, say.count(row.n_runs - row.n_possible)])
    return table(words("checks"), rows, labels, numeric=["n_runs", "n_same", "lowest", "impossible"])


def groups_in_words(found: QcaClusters, say: Wording, words: Words) -> Table:
    """Consistency pooled, within and between groups; groups are not named."""
    labels = {"term": words("term")} | {
        name: words(name) for name in ("pooled", "between", "lowest_within", "distance")
    }
    rows = [
        [row.term, *map(say.number, (row.pooled, row.between, row.lowest_within, row.distance))]
        for row in records(found.glance())
    ]
    return table(words("groups_table"), rows, labels, numeric=list(labels)[1:])


def coefficients_in_words(found: BesideRegression, say: Wording, words: Words) -> Table:
    """Coefficients of the models without and with products."""
    labels = {"model": "", "term": words("coefficient"), "estimate": words("estimate"), "interval": words("interval")}
    labels |= {"p": "p"}
    rows = []
    for row in records(found.models):
        term = words("constant") if row.term == CONSTANT else row.term.replace(":", " × ")
        interval = say.interval(row.conf_low, row.conf_high)
        p_value = say.messages.p_value(row.p_value) if row.p_value == row.p_value else "–"
        rows.append([words(f"model_{row.model}"), term, say.number(row.estimate), interval, p_value])
    return table(words("coefficients"), rows, labels, numeric=["estimate", "interval", "p"], blocks="model")


def disagreements_in_words(found: BesideRegression, shown: Names, say: Wording, words: Words) -> Table:
    """Cases on which recipes and regression differ, those that differ most first."""
    labels = {"case": words("case"), "recipe": words("recipe_says"), "main": words("regression_says")}
    labels |= {"story": words("right")}
    rows = [
        [shown[row.case], say.number(row.recipe), say.number(row.main), say.messages(f"{_BESIDE}.story.{row.story}")]
        for row in records(found.disagreements())
    ]
    return table(words("disagreements"), rows, labels, numeric=["recipe", "main"])


def _listed(cases: Sequence[str], shown: Names) -> str:
    return ", ".join(with_names(cases, shown)) or "–"


def _anchors(found: Calibrated, say: Wording) -> str:
    def text(name: str, value: Any) -> str:
        word, _, number = name.partition("_")
        known = found.method != "qualitative"
        label = say.messages(f"integration.qca.anchor.{word}", number=number) if known else name
        digits = 0 if float(value).is_integer() else 2
        return f"{label}: {say.number(value, digits)}"

    return "; ".join(text(name, value) for name, value in found.anchors.items()) or "–"
