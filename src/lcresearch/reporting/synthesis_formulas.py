"""Models of a programme as formulas, as the appendix shows them."""

from __future__ import annotations

from lcresearch.reporting.synthesis_content import SynthesisContent


def formula_of(content: SynthesisContent, name: str) -> str:
    """A model as a formula."""
    programme = content.programme
    model, elements = programme.models[name], programme.elements_of(name)
    score = programme.outcomes[model.outcome].score
    left = f"{score}[{model.waves[-1]}]"
    if model.rows == "change":
        left = f"{left} - {score}[{model.waves[0]}]"
    fixed = [*elements, *model.covariates] if model.rows != "waves" else [f"time * {part}" for part in elements]
    if model.rows == "waves":
        left, fixed = score, [*fixed, *(f"time * {part}" for part in model.covariates)]
    if model.first_wave:
        fixed.append(f"{score}[{model.waves[0]}]")
    groups = ["(1 | consortium)", f"(1 | consortium:{model.community})"]
    if model.rows == "waves":
        groups.append("(1 | respondent)")
    slopes = [f"(0 + {part} | consortium)" for part in elements]
    return f"{left} ~ sector + {' + '.join([*fixed, *groups, *slopes])}"
