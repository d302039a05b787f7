"""Pseudonyms for persons, organisations and places, and what stands in place of numbers and dates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import count

from lcresearch.interviews.deidentification.dates import coarser
from lcresearch.interviews.deidentification.hits import Hit
from lcresearch.interviews.deidentification.identities import Identity, Known
from lcresearch.interviews.deidentification.lexicon import Lexicon, plain
from lcresearch.interviews.deidentification.mentions import Mention
from lcresearch.messages import LANGUAGES, Messages

_LETTERED = ("company", "school", "organisation")
_LABELS = ("person", "respondent", "interviewer", *_LETTERED, "place", "name")
_KINDS_INSTEAD = ("email", "phone", "bsn", "iban", "date", "url", "plate", "postcode", "address")


def letters(n: int) -> str:
    """The n-th of A, B, ..., Z, AA, AB and so on.

    Examples
    --------
    >>> letters(1), letters(26), letters(27)
    ('A', 'Z', 'AA')
    """
    found = ""
    while n > 0:
        n, rest = divmod(n - 1, 26)
        found = chr(ord("A") + rest) + found
    return found


def in_place_already() -> re.Pattern[str]:
    """What an earlier run wrote, which is no name."""
    labels = {Messages(language)(f"deidentify.label.{label}") for language in LANGUAGES for label in _LABELS}
    instead = {Messages(language)(f"deidentify.instead.{kind}") for language in LANGUAGES for kind in _KINDS_INSTEAD}
    names = "|".join(map(re.escape, sorted(labels)))
    kinds = "|".join(map(re.escape, sorted(instead)))
    return re.compile(rf"(?<!\w)(?:(?:{names})[ _-](?:\d{{1,4}}|[A-Z]{{1,2}})(?:'s)?(?!\w)|{kinds})")


def give_pseudonyms(known: Sequence[Known], language: str, lexicon: Lexicon, texts: Sequence[str]) -> None:
    """Give each identity without one a pseudonym, in the order in which they are first seen.

    Parameters
    ----------
    known : sequence of Known
        In the order of the texts.
    language : {"nl", "en"}
    lexicon : Lexicon
    texts : sequence of str
        A pseudonym that stands in one of them already is not given again.
    """
    say = Messages(language)
    used = in_place_already()
    taken = {each.identity.pseudonym for each in known} | {found for text in texts for found in used.findall(text)}
    numbers = {label: count(1) for label in _LABELS}
    for each in known:
        identity = each.identity
        while not identity.pseudonym:
            label = label_of(identity, lexicon)
            n = next(numbers[label])
            pseudonym = f"{say(f'deidentify.label.{label}')} {letters(n) if label in _LETTERED else n}"
            if pseudonym not in taken:
                identity.pseudonym = pseudonym
                taken.add(pseudonym)


def label_of(identity: Identity, lexicon: Lexicon) -> str:
    """What kind of pseudonym an identity gets."""
    if identity.kind == "person":
        return identity.role or "person"
    if identity.kind != "organisation":
        return identity.kind
    words = {word for form in (*identity.forms, plain(identity.name)) for word in form.split()}
    schools = lexicon.groups["schools"]
    if not schools.isdisjoint(words) or any(word.endswith(("college", "school", "lyceum")) for word in words):
        return "school"
    public = {
        "stichting",
        "vereniging",
        "gemeente",
        "provincie",
        "waterschap",
        "ziekenhuis",
        "zorggroep",
        "thuiszorg",
        "foundation",
    }
    return "organisation" if not public.isdisjoint(words) else "company"


def written(known: Known) -> str:
    """The pseudonym as it stands in the text: with the s of possession where the name has it."""
    possessive = known.form and plain(known.mention.form) != known.form and known.mention.hit.kind != "organisation"
    own = known.mention.text.endswith(("'s", "’s", "s", "'", "’"))
    return f"{known.identity.pseudonym}'s" if possessive and own else known.identity.pseudonym


def instead_of(mention: Mention, dates: str, language: str) -> str | None:
    """What stands in place of a number, address or date; None when a date may stay as it is."""
    hit: Hit = mention.hit
    if hit.kind == "date":
        left = coarser(mention.text, mention.piece.text[: hit.start], dates, language)
        if left is None or left.lower() == mention.text.lower():
            return None
        if left:
            return left
    return Messages(language)(f"deidentify.instead.{hit.kind}")
