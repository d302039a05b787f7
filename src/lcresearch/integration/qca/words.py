"""A qualitative comparative analysis in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lcresearch.messages import Messages

if TYPE_CHECKING:
    from lcresearch.integration.qca.result import QCA, Model, Solution


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
            sufficient=len(table.rows("1")),
            outcome=table.outcome,
        )
    )
    for solution in (*result.solutions, *result.negated_solutions):
        lines += ["", *_solution(solution, say)]
    lines.append("")
    lines += [say("integration.qca.words.note", text=caution) for caution in result.cautions()]
    return "\n".join(lines).rstrip() + "\n"


def _solution(solution: Solution, say: Messages) -> list[str]:
    kind = say(f"integration.qca.kind.{solution.kind}")
    head = say("integration.qca.words.solution", kind=kind, pair=f" {solution.pair}" if solution.pair else "")
    if not solution.models:
        return [head, "  " + say("integration.qca.words.none", outcome=solution.outcome)]
    lines = [head]
    for place, model in enumerate(solution.models, start=1):
        label = f"M{place}: " if len(solution.models) > 1 else ""
        lines.append(f"  {label}{model.name} -> {solution.outcome}")
        lines += [f"    {line}" for line in _fit(model, say)]
    return lines


def _fit(model: Model, say: Messages) -> list[str]:
    lines = []
    for row in model.fit.itertuples(index=False):
        values = {"consistency": row.consistency, "pri": row.pri, "coverage": row.coverage}
        cases = ", ".join(row.cases) or "–"
        lines.append(say("integration.qca.words.term", term=row.term, cases=cases, **_written(values, say)))
    if len(model.terms) > 1:
        values = {"consistency": model.consistency, "pri": model.pri, "coverage": model.coverage}
        lines.append(say("integration.qca.words.model", **_written(values, say)))
    if model.deviant_coverage:
        lines.append(say("integration.qca.words.unexplained", cases=list(model.deviant_coverage)))
    return lines


def _written(values: dict[str, float], say: Messages) -> dict[str, str]:
    return {name: say.number(value, digits=3) for name, value in values.items()}
