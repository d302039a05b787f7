"""Invented evidence on elements: a table, comparisons of cases, and a plan."""

import pandas as pd
import pytest

from lcresearch.integration.configurations.observed_rows import TruthTable
from lcresearch.integration.configurations.result import QCA, Model, Solution
from lcresearch.integration.configurations.terms import ANY, Condition, term_name
from lcresearch.integration.plan import IntegrationFile

CONDITIONS = tuple(Condition(name, fuzzy=True) for name in ("coaching", "leading", "meeting"))


@pytest.fixture
def table():
    """Three elements: one works everywhere, two are conditional or undecided."""
    rows = [
        ("meeting", 0.30, "generic", "positive", "moderate"),
        ("coaching", 0.10, "conditional", "positive", "low"),
        ("leading", 0.05, "not enough evidence", "positive", "very low"),
    ]
    names = ["element", "estimate", "verdict", "direction", "certainty"]
    frame = pd.DataFrame(rows, columns=names)
    return frame.assign(
        outcome="growth", model="change", adjustment="all elements", std_error=0.05, df=9.0, conf_low=0.0,
        conf_high=0.4, smallest_worthwhile=0.1,
    )  # fmt: skip


def model(*terms: tuple[int, ...], n_cases: int = 4) -> Model:
    """A model of these terms, with a fit that falls from term to term."""
    names = [term_name(term, CONDITIONS) for term in terms]
    cases = tuple(f"case {n}" for n in range(n_cases))
    rows = [(name, 0.9, 0.8, 0.5 - 0.1 * n, 0.2, cases) for n, name in enumerate(names)]
    fit = pd.DataFrame(rows, columns=["term", "consistency", "pri", "coverage", "unique_coverage", "cases"])
    return Model(CONDITIONS, terms, fit, 0.9, 0.8, 0.6)


def comparison(*models: Model, kind: str = "intermediate") -> QCA:
    """A comparison with one solution."""
    nothing = pd.DataFrame()
    truth = TruthTable("grew", CONDITIONS, nothing, pd.Series(dtype=float), nothing)
    return QCA(truth, (Solution("grew", kind, models=models),))


@pytest.fixture
def together():
    """coaching*leading, or meeting with leading absent; a second model without the latter."""
    both, other = (1, 1, ANY), (ANY, 0, 1)
    return comparison(model(both, other), model(both))


@pytest.fixture
def plan():
    """A comparison whose conditions carry other names than the elements, but their columns."""
    sets = {
        "coaching": {"column": "element_coaching"},
        "leading": {"column": "element_leading", "title": {"nl": "Leiding", "en": "Lead"}},
        "meeting": {"column": "element_meeting"},
    }
    qca = {"grew": {"title": {"nl": "Groei", "en": "Growth"}, "outcome": {"column": "growth"}, "conditions": sets}}
    elements = {name: {"helps": (name,)} for name in sets}
    return IntegrationFile.model_validate({"elements": elements, "qca": qca})
