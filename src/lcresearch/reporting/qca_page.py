"""The page of a comparative analysis: from sets to recipes, with all that is uncertain about them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from markupsafe import Markup
from matplotlib.figure import Figure

from lcresearch.integration import (
    QCA,
    BesideRegression,
    Calibrated,
    Model,
    Necessity,
    QcaClusters,
    QcaRandomisation,
    QcaRobustness,
    Solution,
    TruthTable,
)
from lcresearch.integration.configurations.necessity import TRIVIAL
from lcresearch.integration.configurations.result import Kind
from lcresearch.messages import spoken
from lcresearch.reporting import qca_tables
from lcresearch.reporting.content import Text
from lcresearch.reporting.figure_svg import figure_svg
from lcresearch.reporting.html import render_page
from lcresearch.reporting.qca_calibration_figure import calibration_figure
from lcresearch.reporting.qca_figures import robustness_figure
from lcresearch.reporting.qca_names import shown_names, with_names, with_shown_cases
from lcresearch.reporting.qca_xy_figure import fit_words, xy_figure
from lcresearch.reporting.report_languages import check_languages
from lcresearch.reporting.tables import Table
from lcresearch.reporting.tables import table as table_of
from lcresearch.reporting.wording import Wording, clean, in_language, page_wording, provenance_rows

_FOLDER = "integration.qca.page"
MOST_MODELS, MOST_PAIRS, MOST_IN_SHORT = 12, 3, 4
_SHOWN_FIRST: tuple[Kind, ...] = ("intermediate", "parsimonious", "conservative")
_ABOUT_NAMES = {"confidential": "confidential", "opaque": "opaque", "none": "nameless"}


def qca_page(
    result: QCA,
    language: str,
    *,
    necessity: Necessity | None = None,
    robustness: QcaRobustness | None = None,
    randomisation: QcaRandomisation | None = None,
    groups: QcaClusters | None = None,
    beside: BesideRegression | None = None,
    calibrations: Mapping[str, Calibrated] | None = None,
    names: str = "opaque",
    fewest: int = 0,
    fit: Collection[Kind] | None = None,
    title: Text | None = None,
    titles: Mapping[str, Text] | None = None,
    simulated: bool = False,
    provenance: Mapping[str, str] | None = None,
    other_reports: Mapping[str, str] | None = None,
) -> str:
    """The analysis in one language as a whole HTML page; the same results give the same bytes.

    Parameters
    ----------
    result : QCA
    language : {"nl", "en"}
    necessity, robustness, randomisation, groups, beside : optional
        What was found beside it.
    calibrations : mapping of str to Calibrated, optional
        By set: anchors and reasons; in the confidential version with their plots.
    names : {"opaque", "confidential", "none"}
        Codes for cases (unless asked otherwise), their names (for the researcher only), or neither.
    fewest : int
        Where single cases may not be told of: no points, and no rows and counts of fewer cases than this. 0 when each
        case may be told of.
    fit : collection of str, optional
        Kinds of solutions of the outcome that are shown with their fit, where not all measures of fit may be: who knows
        the conditions of each case might solve them for the outcome of one.
    title : mapping of str to str, optional
        By language.
    titles : mapping of str to mapping, optional
        What the outcome and the conditions are called, by language.
    simulated : bool
        Whether the cases were made up: the page is marked then.
    provenance : mapping, optional
        What the foot of the page prints.
    other_reports : mapping of str to str, optional
        File name of the same page by other language.

    Returns
    -------
    str
        Everything from people or files is escaped.

    Raises
    ------
    ReportingError
        P002: there are no texts in this language; L092: no such way to name cases.

    Examples
    --------
    >>> import pandas as pd
    >>> from lcresearch import integration
    >>> cases = pd.DataFrame(
    ...     {"trust": [1, 1, 0, 0, 1, 0, 1, 0], "time": [1, 0, 1, 0, 1, 1, 0, 0], "y": [1, 0, 0, 0, 1, 0, 0, 0]},
    ...     index=["Noord", "Oost", "Zuid", "West", "Veer", "Dijk", "Brug", "Sluis"],
    ... )
    >>> page = qca_page(integration.qca(cases, "y", ["trust", "time"]), "en")
    >>> "One recipe goes with y: trust*time." in page, "Noord" in page
    (True, False)
    """
    check_languages([language])
    with spoken(language):
        say = page_wording(title or {language: ""}, language, simulated=simulated, provenance=provenance)
        return _Page(result, say, names, titles or {}, fewest, fit).render(
            necessity, robustness, randomisation, groups, beside, calibrations or {}, other_reports
        )


class _Page:
    """One page while it is made."""

    def __init__(
        self,
        result: QCA,
        say: Wording,
        names: str,
        titles: Mapping[str, Text],
        fewest: int,
        fit: Collection[Kind] | None,
    ) -> None:
        table, language = result.truth_table, say.language
        self.result, self.names, self.say = result, names, say
        self.fewest, self.fit = fewest, fit
        self.titles = {name: clean(in_language(text, language)) for name, text in titles.items()}
        self.shown = shown_names(table.frame.assign(**{"": table.membership}), names)
        title = in_language(say.head.title, language)
        self.title = title or self.words("title", outcome=self.called(table.outcome))

    def called(self, name: str) -> str:
        """What a set is called, its absence too."""
        plain = name.removeprefix("~")
        title = self.titles.get(plain)
        if title is None:
            return clean(name)
        return title if plain == name else self.words("absent", name=title)

    def told(self, expression: str) -> str:
        """A recipe in words, where all its parts have a title; else as it is written."""
        parts = expression.split("*")
        if not all(part.removeprefix("~") in self.titles for part in parts):
            return clean(expression)
        return self.words("and").join(self.called(part) for part in parts)

    def words(self, key: str, **values: Any) -> str:
        return self.say.messages(f"{_FOLDER}.{key}", **values)

    def _about_names(self) -> str:
        texts = [self.words(_ABOUT_NAMES[self.names])]
        texts += [self.words("few_hidden", least=self.fewest)] if self.fewest else []
        texts += [] if self.fit is None else [self.words("fit_hidden")]
        return " ".join(texts)

    def render(
        self,
        necessity: Necessity | None,
        robustness: QcaRobustness | None,
        randomisation: QcaRandomisation | None,
        groups: QcaClusters | None,
        beside: BesideRegression | None,
        calibrations: Mapping[str, Calibrated],
        other_reports: Mapping[str, str] | None,
    ) -> str:
        result, say = self.result, self.say
        table = result.truth_table
        conditions = say.enumeration([self.called(condition.name) for condition in table.conditions])
        sides = [self._side(table, result.solutions, necessity, "outcome", negated=False)]
        if result.negated_truth_table is not None:
            sides.append(
                self._side(result.negated_truth_table, result.negated_solutions, necessity, "absence", negated=True)
            )
        return render_page(
            "qca.html.j2",
            say,
            other_reports,
            words=self.words,
            title=self.title,
            lead=self.words("lead", n=len(table.frame), conditions=conditions, outcome=self.called(table.outcome)),
            about_names=self._about_names(),
            named=self._named(),
            points=self._points(necessity, robustness),
            valued=next((clean(one.name) for one in table.conditions if one.levels > 2), ""),
            calibration=self._calibration(calibrations) if calibrations else None,
            sides=sides,
            robustness=self._robustness(robustness) if robustness is not None and self.fit is None else None,
            randomisation=randomisation.words(say.language) if randomisation is not None else None,
            groups=qca_tables.groups_in_words(groups, say, self.words)
            if groups is not None and self.fit is None
            else None,
            beside=self._beside(beside) if beside is not None and self.fit is None else None,
            cautions=self._cautions(necessity, randomisation, beside),
            provenance=provenance_rows(say),
        )

    def _named(self) -> Table | None:
        """What the names in tables and figures stand for."""
        table = self.result.truth_table
        names = [table.outcome.removeprefix("~"), *(condition.name for condition in table.conditions)]
        rows = [[name, self.titles[name]] for name in names if self.titles.get(name, name) != name]
        labels = {"name": self.words("name"), "stands_for": self.words("stands_for")}
        return table_of(self.words("names"), rows, labels) if rows else None

    def _points(self, necessity: Necessity | None, robustness: QcaRobustness | None) -> list[str]:
        outcome = self.called(self.result.truth_table.outcome)
        solutions = self.result.found(self.result.main_kind)
        models = list({one.name: one for solution in solutions for one in solution.models}.values())
        if not models:
            key = "everything" if any(solution.is_everything for solution in solutions) else "no_recipe"
            return [self.words(key, outcome=outcome)]
        found = self._recipes(models, outcome)
        if necessity is not None:
            table, _ = qca_tables.necessity_in_words(necessity, necessity.outcome, self.say, self.words)
            needed = [
                self.words("or").join(self.told(part) for part in str(one).split(" + "))
                for one in table.frame["expression"]
            ]
            key = "necessary_point" if needed else "no_necessary"
            found.append(self.words(key, outcome=outcome, **({"found": "; ".join(needed)} if needed else {})))
        return found + (robustness.words(self.say.language)[:1] if robustness is not None else [])

    def _recipes(self, models: Sequence[Model], outcome: str) -> list[str]:
        """The recipes with their fit; of several models all of them, and none before the others."""
        if len(models) > 1:
            told = [self.words("or").join(self.told(name) for name in model.names) for model in models[:MOST_IN_SHORT]]
            shown = [f"({place}) {text}" for place, text in enumerate(told, start=1)]
            shown += ["…"] if len(models) > MOST_IN_SHORT else []
            return [self.words("several_point", n=len(models), outcome=outcome, models="; ".join(shown))]
        model, percent = models[0], self.say.messages.percent
        recipes = "; ".join(self.told(name) for name in model.names)
        fit = {"consistency": percent(model.consistency), "coverage": percent(model.coverage)}
        with_fit = self.fit is None or self.result.main_kind in self.fit
        sentence = self.words("recipes", n=len(model.terms), outcome=outcome, recipes=recipes)
        return [sentence, *([self.words("fit_point", **fit)] if with_fit else [])]

    def _calibration(self, calibrations: Mapping[str, Calibrated]) -> dict[str, Any]:
        table = qca_tables.calibrations_in_words(calibrations, self.say, self.words)
        figures = []
        if self.names == "confidential":
            for place, (name, one) in enumerate(calibrations.items(), start=1):
                heading = self.say.messages("integration.qca.figure.membership_of", name=clean(name))
                figures.append(
                    self._svg(
                        calibration_figure(one), f"calibration-{place}", heading, clean(one.why_in(self.say.language))
                    )
                )
        return {"table": table, "figures": figures}

    def _side(
        self,
        table: TruthTable,
        solutions: tuple[Solution, ...],
        necessity: Necessity | None,
        key: str,
        *,
        negated: bool,
    ) -> dict[str, Any]:
        outcome = clean(table.outcome)
        missing = table.n_rows - len(table.table)
        side: dict[str, Any] = {
            "outcome": outcome,
            "truth_text": self.words("truth_table_text", outcome=outcome, missing=missing, rows=table.n_rows),
            "truth_table": qca_tables.truth_table_in_words(table, self.shown, self.say, self.words, self.fewest),
            "necessity": None,
            "solutions": [self._solution(solution, negated) for solution in _different(solutions)],
            "figure": None if self.fewest else self._xy(table, solutions, key, negated=negated),
        }
        if necessity is not None and table.outcome in set(necessity.single["outcome"]):
            found, little = qca_tables.necessity_in_words(
                necessity, table.outcome, self.say, self.words, fit=self.fit is None
            )
            side["necessity"] = found
            cut = self.say.number(necessity.cut)
            none = "" if len(found.frame) else " " + self.words("no_necessary", outcome=outcome)
            side["necessity_text"] = self.words("necessity_text", cut=cut) + none
            least = self.say.number(TRIVIAL, 1)
            side["little"] = self.words("little", least=least, n=little) if little else ""
        return side

    def _solution(self, solution: Solution, negated: bool) -> dict[str, Any]:
        kind = self.say.messages(f"integration.qca.kind.{solution.kind}")
        heading = kind[:1].upper() + kind[1:]
        pairs = solution.pair.split(", ") if solution.pair else []
        if len(pairs) > 1 or any(pair != "C1P1" for pair in pairs):
            heading += f" ({self._pairs(pairs)})"
        n = len(solution.models)
        none = (
            self.words("everything", outcome=clean(solution.outcome)) if solution.is_everything else self.words("none")
        )
        ambiguity = none if not n else self.words("single") if n == 1 else self.words("several", n=n)
        fit = self.fit is None or (not negated and solution.kind in self.fit)
        models = [self._model(model, place, fit) for place, model in enumerate(solution.models[:MOST_MODELS], start=1)]
        more = self.words("more_models", n=n) if n > MOST_MODELS else ""
        return {"title": heading, "ambiguity": ambiguity, "models": models, "more": more}

    def _pairs(self, pairs: list[str]) -> str:
        """Between which models a solution lies: C1P2 is conservative model 1 and parsimonious model 2."""
        numbers = [pair[1:].split("P") for pair in pairs[:MOST_PAIRS]]
        told = [self.words("pair", conservative=one, parsimonious=other) for one, other in numbers]
        return "; ".join([*told, *(["…"] if len(pairs) > MOST_PAIRS else [])])

    def _model(self, model: Model, place: int, with_fit: bool) -> dict[str, Any]:
        heading = self.words("model", number=str(place), model=clean(model.name))
        terms = self.words("model_terms", number=str(place))
        fit = {name: self.say.number(getattr(model, name)) for name in ("consistency", "pri", "coverage")}
        unexplained = with_names(model.deviant_coverage, self.shown)
        n = len(model.deviant_coverage)
        n = 0 if n < self.fewest else n
        left = self.words("unexplained", cases=", ".join(unexplained)) if unexplained else ""
        return {
            "title": heading,
            "fit": self.words("model_fit", **fit) if with_fit else "",
            "assumptions": self.words("assumptions", n=len(model.assumptions)) if model.assumptions else "",
            "unexplained": left or (self.words("unexplained_n", n=n) if n else ""),
            "table": qca_tables.model_in_words(
                model, self.shown, terms, self.say, self.words, self.fewest, fit=with_fit
            ),
        }

    def _xy(self, table: TruthTable, solutions: tuple[Solution, ...], key: str, *, negated: bool) -> Markup | None:
        kinds = [solution.kind for solution in solutions if solution.models]
        kind = next((one for one in _SHOWN_FIRST if one in kinds), None)
        if kind is None:
            return None
        drawn = xy_figure(self.result, solution=kind, negated=negated, names=self.names)
        model = next(solution.models[0] for solution in solutions if solution.kind == kind and solution.models)
        x = model.membership(table.frame).to_numpy(dtype=np.float64)
        y = table.membership.to_numpy(dtype=np.float64)
        quadrant = "integration.qca.xy.quadrant.sufficiency"
        names = {"good_name": self.say.messages(f"{quadrant}_high_high")}
        names |= {"against_name": self.say.messages(f"{quadrant}_high_low")}
        counts = {"good": int(((x > 0.5) & (y > 0.5)).sum()), "against": int(((x > 0.5) & (y < 0.5)).sum())}
        told = self.say.messages("integration.qca.xy.description", n=len(x), **counts, **names)
        description = f"{fit_words('sufficiency', x, y, self.say.messages)}. {told}"
        return self._svg(drawn, f"xy-{key}", f"{self.words('xy')}: {clean(model.name)}", description)

    def _robustness(self, found: QcaRobustness) -> dict[str, Any]:
        words = found.words(self.say.language)
        figure = self._svg(robustness_figure(found), "robustness-figure", self.words("robustness"), " ".join(words))
        return {"words": words, "figure": figure, "table": qca_tables.robustness_in_words(found, self.say, self.words)}

    def _beside(self, found: BesideRegression) -> dict[str, Any]:
        tables = [qca_tables.coefficients_in_words(found, self.say, self.words)]
        if len(found.disagreements()) and any(self.shown.values()):
            tables.append(qca_tables.disagreements_in_words(found, self.shown, self.say, self.words))
        return {"words": found.words(self.say.language), "tables": tables}

    def _cautions(
        self, necessity: Necessity | None, randomisation: QcaRandomisation | None, beside: BesideRegression | None
    ) -> list[str]:
        result = self.result
        tables = [one for one in (result.truth_table, result.negated_truth_table) if one is not None]
        solutions = (*result.solutions, *result.negated_solutions)
        problems = [*result.problems, *(problem for table in tables for problem in table.problems)]
        problems += [problem for solution in solutions for problem in solution.problems]
        problems += [*(necessity.problems if necessity else ()), *(randomisation.problems if randomisation else ())]
        problems += beside.problems if beside else ()
        told = [
            problem for problem in problems if problem.code != "Q057"
        ]  # trivial necessity is counted in its section
        texts = [with_shown_cases(problem, self.shown, self.names).message(self.say.language) for problem in told]
        return list(dict.fromkeys(text[:1].upper() + text[1:] for text in texts))

    def _svg(self, figure: Figure, name: str, heading: str, description: str) -> Markup:
        return Markup(figure_svg(figure, name=name, title=heading, description=description))


def _different(solutions: tuple[Solution, ...]) -> list[Solution]:
    """Solutions with other models; intermediate ones of several pairs often agree."""
    found: dict[tuple[str, tuple[str, ...]], Solution] = {}
    for solution in solutions:
        key = (solution.kind, tuple(model.name for model in solution.models))
        known = found.get(key)
        pair = ", ".join(filter(None, [known.pair, solution.pair])) if known else solution.pair
        found[key] = replace(known or solution, pair=pair)
    return list(found.values())
