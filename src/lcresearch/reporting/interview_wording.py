"""Sentences on interviews in one language."""

from __future__ import annotations

from lcresearch.reporting.interview_content import InterviewContent
from lcresearch.reporting.interview_figures import by_label, code_label, compared_codes, ordered_codes
from lcresearch.reporting.wording import Wording

_NAMED = 3
_SIGNIFICANT = 0.05


def interview_point(content: InterviewContent, say: Wording) -> str:
    """The main point of the interviews in one sentence."""
    said = most_said_text(content, say)
    return f"{say('interviews.point', n=content.n_interviews)} {said}" if said else ""


def intro_texts(content: InterviewContent, say: Wording) -> tuple[str, ...]:
    """How many people were interviewed, and by how many the texts were coded."""
    found = [say("interviews.held", n=content.n_interviews, persons=content.n_persons)]
    if content.n_persons == content.n_interviews:
        found = [say("interviews.held_once", n=content.n_interviews)]
    if content.n_coders:
        found.append(say("interviews.coded", n=content.n_coders, passages=content.n_passages))
    if say.head.simulated:
        found.insert(0, say("interviews.invented"))
    return tuple(found)


def withheld_text(content: InterviewContent, say: Wording) -> str:
    """What is not shown, and why."""
    if content.confidential:
        return ""
    if content.reason:
        return say(f"interviews.nothing_{content.reason}", minimum_cell=say.head.minimum_cell)
    parts = []
    if content.n_hidden_groups:
        parts.append(say("interviews.hidden_groups", n=content.n_hidden_groups, minimum_cell=say.head.minimum_cell))
    if content.n_hidden_codes or content.n_hidden_cells:
        parts.append(say("interviews.hidden_codes"))
    return " ".join(parts)


def most_said_text(content: InterviewContent, say: Wording) -> str:
    """What most people talk about."""
    codes = ordered_codes(content)[:_NAMED]
    if not codes:
        return ""
    share = {
        str(code): float(value) for code, value in zip(content.totals["code"], content.totals["share"], strict=True)
    }
    named = [f"{code_label(content, code, say)} ({say.messages.percent(share[code])})" for code in codes]
    return say("interviews.most_said", codes=say.enumeration(named))


def differences_text(content: InterviewContent, say: Wording) -> str:
    """Whether groups differ."""
    codes = compared_codes(content)
    if not codes:
        return ""
    tests = content.tests.set_index("code")["p_adjusted"]
    different = [code_label(content, code, say) for code in codes if tests[code] < _SIGNIFICANT]
    by = by_label(content, say)
    if not different:
        return say("interviews.no_difference", by=by, n=len(codes))
    return say("interviews.difference", by=by, codes=say.enumeration(different))


def saturation_text(content: InterviewContent, say: Wording) -> str:
    """How many subjects were found, and whether more are to be expected."""
    found = content.saturation
    if not found:
        return ""
    parts = [say("interviews.saturation", n_codes=say.count(found["n_codes"]), n=content.n_interviews)]
    stop, after = found.get("stopping_point"), found.get("n_after")
    if content.confidential:
        names = ("estimated_codes", "estimated_low", "estimated_high")
        parts.append(say("interviews.saturation_estimate", **{name: say.count(found[name]) for name in names}))
        parts.append(say("interviews.saturation_rule"))
        parts.append(say("interviews.saturation_place", n=int(stop)) if stop else say("interviews.saturation_no_stop"))
    else:
        estimate = found.get("estimated_codes")
        if estimate is not None and estimate > (found["n_codes"] or 0):
            parts.append(say("interviews.saturation_least", estimated_codes=say.count(estimate)))
        parts += [] if after is None else [say("interviews.saturation_rule"), say("interviews.saturation_stop")]
    if after is not None:
        parts.append(say("interviews.saturation_after", n=int(after)) if after else say("interviews.saturation_none"))
    return " ".join([*parts, say("interviews.saturation_caution")])


def methods_texts(content: InterviewContent, say: Wording) -> tuple[str, ...]:
    """How the numbers came about, with sources."""
    names = ["counted"] if len(content.totals) else []
    names += ["compared"] if len(content.tests) else []
    if len(content.curve):
        names.append("saturated_all" if content.confidential else "saturated")
    names += [] if content.confidential else ["protected"]
    return tuple(say(f"interviews.method.{name}", minimum_cell=say.head.minimum_cell) for name in names)
