"""What a report says of change, in sentences: the result, what it rests on, its limits, and what to know beside it.

How sure a change is, is said in the words of :mod:`lcresearch.change.sureness` alone.
"""

from __future__ import annotations

from collections.abc import Iterable

from lcresearch.reporting.change_content import ALL_ANSWERS, LINKED, ChangeContent, ChangeNumbers, ScaleChange
from lcresearch.reporting.change_tables import interval_of, signed
from lcresearch.reporting.wording import Wording, lowered

_ALMOST_NOTHING = 0.15


def change_point(content: ChangeContent, say: Wording) -> str:
    """The main point on change: the primary scale, with the word of sureness."""
    primary, main = content.primary, conclusion(content.primary)
    scale = say.text(primary.title)
    if main is None or main.sureness is None:
        return say("change.point_not_shown", scale=lowered(scale))
    whom = say("change.point_these" if content.inference == "these_firms" else "change.point_like")
    if primary.dropout is not None and primary.dropout.few_stayed:
        whom = f"{whom} {say('change.point_few_twice')}"
    word = word_of(main.sureness, say)
    if main is primary.started:
        return say("change.point_started", scale=scale, word=word, change=signed(main.estimate, say), whom=whom)
    if main is primary.difference:
        change = signed(main.estimate, say)
        return say("change.point_difference", scale=scale, word=word, change=change, whom=whom)
    return say("change.point", scale=scale, word=word, whom=whom, **_means(main, content, say))


def conclusion(scale: ScaleChange) -> ChangeNumbers | None:
    """What the conclusion rests on: the effect of starting, the difference with those compared, or the change.

    None when that is not shown.
    """
    if scale.started is not None:
        return scale.started
    if scale.comparison is not None and scale.difference is not None:
        return scale.difference
    return scale.overall if scale.overall.shown else None


def word_of(key: str | None, say: Wording) -> str:
    """The word of sureness."""
    return say.messages(f"sureness.word.{key}") if key else ""


def kind_of(key: str | None) -> str:
    """How a page colours a word: gain, loss, none or unknown; clear ones apart."""
    kinds = {"no_worthwhile_change": "none", "cannot_tell": "unknown", None: ""}
    return kinds[key] if key in kinds else str(key).replace("_", " ")


def _means(one: ChangeNumbers, content: ChangeContent, say: Wording) -> dict[str, str]:
    return {
        "before": say.wave(content.before),
        "after": say.wave(content.after),
        "mean_before": say.number(one.mean_before),
        "mean_after": say.number(one.mean_after),
    }


def agreed(content: ChangeContent, say: Wording, *, beforehand: bool = True) -> Iterable[str]:
    """The question, and what was named: beforehand, unless nothing shows that it was."""
    primary = content.primary
    if content.goal:
        yield say("change.goal", goal=say.text(content.goal))
    yield say(
        "change.agreed" if beforehand else "change.named",
        scale=lowered(say.text(primary.title)),
        worthwhile=say.number(primary.worthwhile),
        low=say.number(primary.minimum, 0),
        high=say.number(primary.maximum, 0),
    )


def result(content: ChangeContent, say: Wording) -> Iterable[str]:
    """The change of the primary scale, and on whose answers it rests."""
    primary = content.primary
    part, scale = primary.overall, say.text(primary.title)
    if part.estimate is None:
        yield say("change.not_shown", scale=lowered(scale), reason=say.reason(part.reason) or say("not_released"))
        return
    compared = primary.comparison is not None
    key, name = ("change.went_compared", lowered(scale)) if compared else ("change.went", scale)
    yield say(key, scale=name, **_means(part, content, say))
    yield _by(part, say)
    if primary.comparison is not None:
        yield from _compared(primary.comparison, primary.difference, content, say)
    basis = basis_of(part, say)
    if basis:
        yield basis
    if content.design == "staggered_start" and not compared:
        yield from _started(primary.started, say)
    if primary.started is None:
        yield from _judged(content, say)
    if primary.equivalent and not compared and primary.started is None:
        yield say("change.equivalent", worthwhile=say.number(primary.worthwhile))


def _by(one: ChangeNumbers, say: Wording) -> str:
    interval = interval_of(one, say)
    key = "change.by" if interval else "change.by_without"
    return say(key, change=signed(one.estimate, say), **({"interval": interval} if interval else {}))


def _compared(
    other: ChangeNumbers, difference: ChangeNumbers | None, content: ChangeContent, say: Wording
) -> Iterable[str]:
    if not other.shown:
        yield say("change.comparison_not_shown")
        return
    means = _means(other, content, say)
    yield say(
        "change.comparison",
        mean_before=means["mean_before"],
        mean_after=means["mean_after"],
        change=signed(other.estimate, say),
    )
    if difference is not None:
        yield say(
            "change.difference",
            change=signed(difference.estimate, say),
            interval=interval_of(difference, say),
        )


def basis_of(one: ChangeNumbers, say: Wording) -> str:
    """On whose answers a change rests."""
    if one.basis == LINKED:
        return say("change.basis.linked", n=one.n_linked) if one.n_linked is not None else ""
    if one.basis == ALL_ANSWERS:
        kinds = {"unlinked": "unlinked", "few": "few_linked"}
        return say(f"change.basis.{kinds.get(str(one.reason), 'all_answers')}")
    return ""


def _started(one: ChangeNumbers | None, say: Wording) -> Iterable[str]:
    """The effect of having started, or that it is not shown."""
    if one is None:
        yield say("change.started_not_shown")
        return
    interval = interval_of(one, say) if one.conf_low is not None else ""
    yield say("change.started", change=signed(one.estimate, say), interval=interval, n=one.n_linked)


def _judged(content: ChangeContent, say: Wording) -> Iterable[str]:
    """That the judgement also rests on who answered once, and why an interval is missing then."""
    part, main = content.primary.overall, conclusion(content.primary)
    apart = main is not None and main.judged_apart
    if content.linked and (part.basis != LINKED or part.n_only_before or part.n_only_after):
        yield say("change.judged")
    if apart:
        yield say("change.judged_apart" if content.linked else "change.judged_within")


def limits(content: ChangeContent, say: Wording) -> Iterable[str]:
    """Whom the result is about, and that it does not tell the cause."""
    groups = say.groups(content.level, content.n_groups)
    yield say(f"change.inference.{content.inference}", groups=groups)
    cause = "compared" if content.primary.comparison is not None else "alone"
    yield say(f"change.cause.{cause if content.primary.started is None else 'started'}")


def beside(scale: ScaleChange, say: Wording) -> Iterable[str]:
    """Who answered twice, regression to the mean and reliable change, as far as they are shown."""
    dropout = scale.dropout
    if dropout is not None:
        if dropout.n_left == 0 and dropout.n_joined == 0:
            yield say("change.all_twice", n=dropout.n_stayed)
        else:
            parts = [say("change.twice", n=dropout.n_stayed)]
            parts += [say("change.left", n=dropout.n_left)] if dropout.n_left else []
            parts += [say("change.joined", n=dropout.n_joined)] if dropout.n_joined else []
            yield f"{say.enumeration(parts)}."
        if dropout.mean_stayed is not None and dropout.mean_left is not None:
            left, stayed = say.number(dropout.mean_left), say.number(dropout.mean_stayed)
            yield say("change.stood_elsewhere", left=left, stayed=stayed)
        elif dropout.n_left or dropout.n_joined:
            yield say("change.missing_persons")
    if scale.correlation is not None:
        little = scale.correlation < _ALMOST_NOTHING
        r = say.number(scale.correlation)
        share = (
            say("change.regression_nothing")
            if little
            else say("change.regression_part", r=say.number(scale.correlation, 1))
        )
        yield say("change.regression", share=share, r=r)
    yield from _reliable(scale, say)


def _reliable(scale: ScaleChange, say: Wording) -> Iterable[str]:
    found = scale.reliable
    if found is None:
        return
    names = ("improved", "not_improved", "unchanged", "not_worse", "worse")
    numbers = {name: getattr(found, f"n_{name}") for name in names}
    parts = [
        say(f"change.{name}", n=n) if n else say(f"change.{name}_none") for name, n in numbers.items() if n is not None
    ]
    if parts:
        yield say("change.reliable", n=found.n, parts=say.enumeration(parts), smallest=say.number(found.smallest))
