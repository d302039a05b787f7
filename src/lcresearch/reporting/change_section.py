"""The part of a report on what changed between two waves, in one language.

The primary scale comes first, with what was agreed beforehand; beside it stands what else may have made it look so.
Secondary scales come after, marked as exploratory but for those that the plan names. How sure a change is, is said in
the words of :mod:`lcresearch.change.sureness` alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from lcresearch.change.sureness import SURENESS
from lcresearch.reporting.change_content import ALL_ANSWERS, ChangeContent
from lcresearch.reporting.change_figure import change_figure
from lcresearch.reporting.change_tables import groups_table, others_table
from lcresearch.reporting.change_wording import agreed, beside, conclusion, kind_of, limits, result, word_of
from lcresearch.reporting.content import PlanFacts
from lcresearch.reporting.imputed_wording import imputed
from lcresearch.reporting.plan_words import kind_word
from lcresearch.reporting.sections import FigureView
from lcresearch.reporting.tables import Table
from lcresearch.reporting.wording import Wording


@dataclass(frozen=True)
class ChangeView:
    """Change on a page.

    ``judgement`` and its ``kind`` (gain, loss, none, unknown) are of the primary scale, empty where nothing is shown.
    """

    title: str
    kind_of_result: str
    agreed: tuple[str, ...]
    result: tuple[str, ...]
    judgement: str
    judgement_means: str
    kind: str
    limits: tuple[str, ...]
    beside: tuple[str, ...]
    groups_title: str
    groups_intro: str
    figure: FigureView | None
    groups: Table
    below_table: str
    others: Table | None
    others_title: str
    others_intro: str
    words: tuple[tuple[str, str], ...]


def change_view(content: ChangeContent, say: Wording, plan: PlanFacts | None = None) -> ChangeView:
    """All that the report says of change; by a plan with several scales some of the others are planned too."""
    some = "some_" * (plan is not None and any(plan.kind(one.name) == "planned" for one in content.secondary))
    primary, main = content.primary, conclusion(content.primary)
    drawing = change_figure(content, say)
    groups = groups_table(content, say)
    word = main.sureness if main is not None else None
    return ChangeView(
        title=say("change.title"),
        kind_of_result=kind_word(plan, primary.name, say),
        agreed=tuple(agreed(content, say, beforehand=plan is None or plan.kind(primary.name) == "planned")),
        result=tuple(result(content, say)),
        judgement=word_of(word, say) if word else "",
        judgement_means=say.messages(f"sureness.means.{word}") if word else "",
        kind=kind_of(word),
        limits=tuple(limits(content, say)),
        beside=(*beside(primary, say), *imputed(content, say)),
        groups_title=say("change.groups_title", level=say.level(content.level)),
        groups_intro=say("change.groups_intro"),
        figure=FigureView(drawing.title, (drawing,), groups) if drawing is not None else None,
        groups=groups,
        below_table=" ".join(say(f"change.{key}") for key in _below(content)),
        others=others_table(content, say, plan if some else None),
        others_title=say(f"change.{some}other_title"),
        others_intro=say(f"change.{some}other_intro"),
        words=tuple((word_of(key, say), say.messages(f"sureness.means.{key}")) for key in SURENESS),
    )


def _below(content: ChangeContent) -> list[str]:
    """What is said below the table of groups."""
    groups = content.primary.groups
    mixed = content.linked and any(one.basis == ALL_ANSWERS for one in groups)
    apart = any(one.judged_apart for scale in content.scales for one in (scale.overall, *scale.groups))
    return [*["some_all_answers"] * mixed, *["some_judged_apart"] * apart, "rounded"]
