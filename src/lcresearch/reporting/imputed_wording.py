"""What a report says of those who answered once: whether the word would be the same had they answered twice."""

from __future__ import annotations

from collections.abc import Iterable

from lcresearch.reporting.change_content import ChangeContent
from lcresearch.reporting.change_wording import word_of
from lcresearch.reporting.wording import Wording


def imputed(content: ChangeContent, say: Wording) -> Iterable[str]:
    """One note: that scores were estimated and of how many, the word with them, and when it would be another."""
    found = content.imputed
    if found is None:
        return
    scale, word = say.text(content.primary.title), word_of(found.sureness, say)
    texts = [say("imputed.what", n=found.n, times=found.n_imputations, scale=scale)]
    texts.append(say("imputed.same" if found.same else "imputed.other", word=word))
    whom = say(f"imputed.whom.{found.moved}")
    if not found.same:
        yield " ".join(texts)
        return
    if found.tipping_point is None:
        texts.append(say("imputed.whatever", furthest=say.number(found.furthest, 1), whom=whom))
    else:
        direction = "higher" if found.tipping_point > 0 else "lower"
        points = say.number(abs(found.tipping_point))
        texts.append(say(f"imputed.tips_{direction}", points=points, whom=whom))
    yield " ".join(texts)
