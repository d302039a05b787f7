"""One card: everything that stands on it, in numbers and in texts by language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Text = Mapping[str, str]
Together = tuple[tuple[Text, ...], tuple[Text, ...], Text]
"""What is present and what is absent beside an element in a combination, and the outcome."""


@dataclass(frozen=True)
class Expected:
    """What to expect of one element in a new setting.

    Attributes
    ----------
    element : str
    title : Text
    state : str
        ``range``, ``provisional`` (there is no verdict yet) or ``unknown`` (too few consortia).
    numbers : mapping of str to float
        Those of :data:`lcresearch.integration.practice_cards.evidence.NUMBERS`; effects in standard deviations of the
        outcome.
    words : mapping of str to str
        ``outcome, verdict, direction, certainty, convergence``.
    """

    element: str
    title: Text
    state: str
    numbers: Mapping[str, float]
    words: Mapping[str, str]


@dataclass(frozen=True)
class Card:
    """One practice and transfer card.

    Attributes
    ----------
    name : str
    kind : str
        ``element`` or ``community``.
    about : str
        Which.
    title : Text
    stopped : bool
        Whether the community stopped.
    context, done, failed, looked : Text
        As written; ``failed`` is empty when nothing was found, and ``looked`` then says where was looked.
    conditions : tuple of Text
        As written.
    evidence, certainty, source : Text, str, Text
        As written; empty where numbers alone speak.
    expected : tuple of Expected
        Of the element, or of the elements that the community put to work.
    advice : Text
        One sentence; empty for communities.
    together : tuple of Together
        Of each combination that the element is part of: what is present, what is absent, and the outcome.
    necessary : tuple of Text
        Outcomes that hardly occur without the element.
    moderators : tuple of Text
        What the effect hangs on.
    cost : Text
        From costs and benefits where there are any, else as written; empty when not known.
    by, date : str
    released_by, released_on : str
    """

    name: str
    kind: str
    about: str
    title: Text
    context: Text
    done: Text
    failed: Text
    looked: Text
    conditions: tuple[Text, ...]
    evidence: Text
    certainty: str
    source: Text
    expected: tuple[Expected, ...]
    by: str
    date: str
    stopped: bool = False
    advice: Text = field(default_factory=dict)
    together: tuple[Together, ...] = ()
    necessary: tuple[Text, ...] = ()
    moderators: tuple[Text, ...] = ()
    cost: Text = field(default_factory=dict)
    released_by: str = ""
    released_on: str = ""
