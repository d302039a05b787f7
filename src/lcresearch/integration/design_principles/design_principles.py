"""Design principles tied to occasion and goal, with a status that follows from their evidence."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lcresearch.errors import IntegrationError, Problem
from lcresearch.integration.design_principles.looking_up import Sources, look_up
from lcresearch.integration.design_principles.model import Principle, PrinciplesFile
from lcresearch.integration.design_principles.reading import read_principles
from lcresearch.integration.design_principles.result import DesignPrinciples
from lcresearch.integration.design_principles.rules import PrincipleRules, principle_rules
from lcresearch.integration.design_principles.vocabulary import known_names
from lcresearch.integration.design_principles.weighing import weighed
from lcresearch.integration.elements import ElementsOfBothKinds
from lcresearch.integration.logic_models import LogicModel
from lcresearch.messages import LANGUAGES, Messages
from lcresearch.synthesis import Synthesis


def design_principles(
    path: str | Path | PrinciplesFile,
    *,
    logic_model: LogicModel | None = None,
    elements: ElementsOfBothKinds | Synthesis | pd.DataFrame | None = None,
    quotes: pd.DataFrame | None = None,
    terms: pd.DataFrame | None = None,
    rules: PrincipleRules | str | Path | None = None,
) -> DesignPrinciples:
    """Look up the evidence of design principles, and give each its status.

    A principle says in which context to do what, by which mechanism, to which outcome (Denyer, Tranfield & Van Aken,
    2008), for which occasion and goal of a community, and what speaks against it.

    Parameters
    ----------
    path : str, Path or PrinciplesFile
        ``design_principles.yaml``, or its folder.
    logic_model : LogicModel, optional
        Where arrows are looked up.
    elements : ElementsOfBothKinds, Synthesis or its elements table, optional
        Where verdicts on elements are looked up; the first also holds released quotes and terms.
    quotes : DataFrame, optional
        Released quotes: ``pointer, quote, described``.
    terms : DataFrame, optional
        Terms of comparisons of cases: ``term`` and, if known, ``analysis, consistency``.
    rules : PrincipleRules, str or Path, optional
        From which evidence on a principle is supported or contested.

    Returns
    -------
    DesignPrinciples

    Raises
    ------
    IntegrationError
        Those of :func:`read_principles`; Q228: evidence that is not in the results.

    References
    ----------
    Denyer, D., Tranfield, D. & Van Aken, J. E. (2008). Developing design propositions through research synthesis.
    Organization Studies 29.

    Examples
    --------
    >>> import tempfile
    >>> from lcresearch.integration import new_principles
    >>> found = design_principles(new_principles(tempfile.mkdtemp()))
    >>> found.tidy()[["principle", "status", "n_for"]].values.tolist()
    [['time_in_the_roster', 'proposed', 1]]
    >>> found.principles_for(occasion="shortage", goal="embedding").gaps()["state"].tolist()
    ['no principle']
    """
    content = read_principles(path)
    by = rules if isinstance(rules, PrincipleRules) else principle_rules(rules)
    both = elements if isinstance(elements, ElementsOfBothKinds) else None
    sources = Sources(
        arrows=logic_model,
        elements=_table_of(elements),
        quotes=both.quotes if quotes is None and both is not None else quotes,
        terms=both.terms if terms is None and both is not None else terms,
    )
    evidence = look_up(content, sources)
    if sources.problems:
        raise IntegrationError(sources.problems)
    rows = [
        _row(name, one, evidence[evidence["principle"] == name], by, sources)
        for name, one in content.principles.items()
    ]
    names = known_names(content)
    asked = {key: tuple(titles) for key, titles in names.items()}
    return DesignPrinciples(content, pd.DataFrame(rows), evidence, names, by, asked, tuple(sources.notes))


def _table_of(elements: ElementsOfBothKinds | Synthesis | pd.DataFrame | None) -> pd.DataFrame | None:
    if isinstance(elements, Synthesis):
        return elements.working_elements.table
    return elements.table if isinstance(elements, ElementsOfBothKinds) else elements


def _row(
    name: str, one: Principle, evidence: pd.DataFrame, rules: PrincipleRules, sources: Sources
) -> dict[str, object]:
    lists = {key: "; ".join(getattr(one, key)) for key in ("occasions", "goals", "elements")}
    found = weighed(evidence, rules)
    judged = one.judgement
    told = {"judgement": "", "judged_by": "", "judged_on": ""}
    if judged is not None:
        told = {"judgement": judged.status, "judged_by": judged.by, "judged_on": judged.date}
        if judged.status != found["status"]:
            values = {"principle": dict(one.title), "by": judged.by}
            values |= {"judgement": _status(judged.status), "status": _status(str(found["status"]))}
            sources.notes.append(Problem("Q233", values=values))
    return {"principle": name} | lists | found | told | {"verdict": told["judgement"] or found["status"]}


def _status(name: str) -> dict[str, str]:
    return {language: Messages(language)(f"integration.principles.status.{name}") for language in LANGUAGES}
