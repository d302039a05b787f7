"""A qualitative comparative analysis in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lcresearch.messages import Messages

if TYPE_CHECKING:
    from lcresearch.integration.configurations.result import QCA, Model, Solution


MODELS, PAIRS = 10, 3
"""Models of a solution, and pairs of models, that are written out."""


def words_of(result: QCA) -> str:
    """The whole analysis: cases, what leads to the outcome and to its absence, and what to know."""
    say = Messages()
    table = result.truth_table
    lines = [result.title, ""]
    lines.append(
        say(
            "integration.qca.words.table",
            cases=len(table.frame),
            conditions=len(table.conditions),
            observed=len(table.table),
            rows=table.n_rows,
            n=len(table.rows("1")),
            outcome=table.outcome,
        )
    )
    for pairs, solution in _distinct((*result.solutions, *result.negated_solutions)):
        lines += ["", *_solution(solution, pairs, say)]
    lines.append("")
    lines += [say("integration.qca.words.note", text=caution) for caution in result.cautions()]
    lines.append(say("integration.qca.words.note", text=say("integration.qca.words.no_cause")))
    return "\n".join(lines).rstrip() + "\n"


def _distinct(solutions: tuple[Solution, ...]) -> list[tuple[list[str], Solution]]:
    """Solutions with other models, each with the pairs of models that it lies between."""
    found: dict[tuple[str, str, tuple[str, ...]], tuple[list[str], Solution]] = {}
    for solution in solutions:
        key = (solution.outcome, solution.kind, tuple(model.name for model in solution.models))
        found.setdefault(key, ([], solution))[0].append(solution.pair)
    return list(found.values())


def _solution(solution: Solution, pairs: list[str], say: Messages) -> list[str]:
    kind = say(f"integration.qca.kind.{solution.kind}")
    shown = [*pairs[:PAIRS], *(["…"] if len(pairs) > PAIRS else [])]
    between = f" {', '.join(shown)}" if solution.pair else ""
    head = say("integration.qca.words.solution", kind=kind, pair=between)
    if not solution.models:
        why = "everything" if solution.is_everything else "none"
        return [head, "  " + say(f"integration.qca.words.{why}", outcome=solution.outcome)]
    lines = [head]
    for place, model in enumerate(solution.models[:MODELS], start=1):
        label = f"M{place}: " if len(solution.models) > 1 else ""
        lines.append(f"  {label}{model.name} -> {solution.outcome}")
        lines += [f"    {line}" for line in _fit(model, say)]
    if len(solution.models) > MODELS:
        lines.append("  " + say("integration.qca.words.more", n=len(solution.models) - MODELS))
    return lines


def _fit(model: Model, say: Messages) -> list[str]:
    lines = []
    for row in model.fit.to_dict("records"):
        values = {name: row[name] for name in ("consistency", "pri", "coverage")}
        cases = ", ".join(row["cases"]) or "–"
        lines.append(say("integration.qca.words.term", term=row["term"], cases=cases, **_written(values, say)))
    if len(model.terms) > 1:
        values = {"consistency": model.consistency, "pri": model.pri, "coverage": model.coverage}
        lines.append(say("integration.qca.words.model", **_written(values, say)))
    if model.deviant_coverage:
        lines.append(say("integration.qca.words.unexplained", cases=list(model.deviant_coverage)))
    return lines


def _written(values: dict[str, float], say: Messages) -> dict[str, str]:
    return {name: say.number(value, digits=3) for name, value in values.items()}
