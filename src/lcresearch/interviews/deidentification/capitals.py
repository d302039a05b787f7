"""Names by their capitals: in Dutch and English a capital inside a sentence is nearly always a name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lcresearch.interviews.deidentification.hits import Hit, Kind
from lcresearch.interviews.deidentification.lexicon import lower
from lcresearch.interviews.deidentification.name_parts import PARTICLES
from lcresearch.interviews.deidentification.organisations import (
    end_of_row,
    is_compound_of_other,
    is_legal,
    only_word,
    organisation_in,
)
from lcresearch.interviews.deidentification.possessives import bare_forms
from lcresearch.interviews.deidentification.sentence import LEGAL, Sentence, is_namesake

_AFTER_A_NAME = frozenset(("die", "mijn", "onze", "ons", "de", "jij", "kom", "who", "my", "our"))
_CALLED = frozenset(("firma", "onderneming", "stichting", "maatschap", "coöperatie"))
_POSTCODE = re.compile(r"(?<!\d)[1-9]\d{3} ?$")
_RARE = 2.5
_LONGEST_UNKNOWN = 10
_LONGEST_ACRONYM = 5


def capital_hits(sentence: Sentence) -> Iterator[Hit]:
    """Names and other words with capitals; those that are left carry ``replace=False``."""
    words = sentence.words
    at = 0
    while at < len(words):
        place = _long_place(sentence, at) if words[at].capital or words[at].small in ("'t", "'s") else None
        if not words[at].capital and not (place and words[place].capital):
            at += 1
            continue
        if place:
            yield _hit(sentence, at, place, "place", "place")
            at = place + 1
            continue
        last = end_of_row(sentence, at)
        yield from _of_run(sentence, at, last)
        at = last + 1


def _hit(
    sentence: Sentence, first: int, last: int, kind: Kind, reason: str, *, sure: bool = True, replace: bool = True
) -> Hit:
    start, end = sentence.words[first].start, sentence.words[last].end
    if kind in ("person", "name") and sentence.text[end : end + 1] in ("'", "’") and _own_of_sibilant(sentence, last):
        end += 1
    return Hit(start, end, kind, "speech", reason, sure, replace)


def _own_of_sibilant(sentence: Sentence, last: int) -> bool:
    """Whether an apostrophe makes a possessive of a name on s, x or z, and ends no quote."""
    end = sentence.words[last].end
    quoted = sentence.text[: sentence.words[last].start].count("'") % 2 == 1 and sentence.text[end] == "'"
    return sentence.words[last].small[-1] in "sxz" and sentence.text[end + 1 : end + 2] == " " and not quoted


def _long_place(sentence: Sentence, at: int) -> int | None:
    """Last word of a place of several words that begins here."""
    words = sentence.words
    for last in range(min(at + 4, len(words) - 1), at, -1):
        if any(words[n].initial for n in range(at + 1, last + 1)):
            continue
        if lower(sentence.text[words[at].start : words[last].end]) in sentence.lexicon.long_places:
            return last
    return None


def _of_run(sentence: Sentence, first: int, last: int) -> Iterator[Hit]:
    """What a row of capitals is: titles in front go, organisations are looked for, the rest is cut at other words."""
    words = sentence.words
    if first < last and len(words[first].text) == 2 and words[first].shouted and _POSTCODE.search(words[first].gap):
        first += 1
    while first <= last and (
        sentence.has("titles", words[first].small)
        or (words[first].initial and sentence.has("relations", words[first].small))
    ):
        first += 1
    while last > first and len(words[last].text) == 1 and is_legal(sentence, last):
        last -= 1
    if first > last:
        return
    head = organisation_in(sentence, first, last)
    if head:
        start, end = head
        if start > first:
            yield from _segments(sentence, first, start - 1)
        yield Hit(words[start].start, end, "organisation", "speech", "organisation")
        return
    yield from _segments(sentence, first, last)


def _segments(sentence: Sentence, first: int, last: int) -> Iterator[Hit]:
    """A row of capitals without organisations, cut at words that are no names."""
    words = sentence.words
    if words[first].initial and first < last and only_word(sentence, first) and not _full_name(sentence, first, last):
        first += 1
        while first <= last and not words[first].capital:
            first += 1
    at = first
    while at <= last:
        if sentence.has("no_names", words[at].small) and not words[at].initials and not _after_title(sentence, at):
            at += 1
            continue
        end = at
        while end < last and not sentence.has("no_names", words[end + 1].small):
            end += 1
        while end > at and not words[end].capital:
            end -= 1
        if words[at].capital:
            yield from _segment(sentence, at, end)
        at = end + 1


def _full_name(sentence: Sentence, first: int, last: int) -> bool:
    """Whether a first word that may be a word as well is a given name with a surname behind it."""
    lexicon, words = sentence.lexicon, sentence.words
    small = words[first].small
    word = lexicon.given.get(small, True) and lexicon.is_very_common(small)
    word = word or sentence.has("no_names", small) or (not lexicon.is_name(small) and lexicon.is_word(small))
    return not word and lexicon.is_name(words[last].small)


def _after_title(sentence: Sentence, at: int) -> bool:
    """Whether a title, a relation or ``heet`` stands in front, also over ``van der``."""
    while at > 0 and not sentence.words[at].initial and sentence.words[at - 1].small in PARTICLES:
        at -= 1
    before = sentence.before(at)
    return any(sentence.has(group, before) for group in ("titles", "naming"))


def _segment(sentence: Sentence, first: int, last: int) -> Iterator[Hit]:
    """The kind of a row of capitals without ordinary words around it."""
    words = sentence.words
    called = sentence.before(first) in _CALLED
    if called or (is_namesake(sentence, first) and sentence.lexicon.is_name(words[first].small)):
        legal = LEGAL.match(sentence.text, words[last].end)
        end = legal.end() if legal else words[last].end
        yield Hit(words[first].start, end, "organisation", "speech", "organisation")
        return
    if _after_title(sentence, first):
        start = first
        while (
            start > 0
            and not words[start].initial
            and words[start - 1].small in PARTICLES
            and words[start - 1].small != "van"
        ):
            start -= 1
        if start > 0 and words[start - 1].small == "van" and sentence.has("titles", sentence.before(start - 1)):
            start -= 1
        yield _hit(sentence, start, last, "person", "title")
        return
    if first < last or words[first].initials:
        yield from _several(sentence, first, last)
        return
    yield from _single(sentence, first)


def _several(sentence: Sentence, first: int, last: int) -> Iterator[Hit]:
    """A row of more than one capital."""
    words, lexicon = sentence.words, sentence.lexicon
    ends = [words[at].small for at in range(first, last + 1) if words[at].capital]
    if lexicon.is_place(" ".join(ends)) or all(lexicon.is_place(each) and not lexicon.is_given(each) for each in ends):
        yield _hit(sentence, first, last, "place", "place")
    elif words[first].initials and len(ends) == 2 and _end_of_sentence(sentence, first, ends[1]):
        return
    elif words[first].initials or any(lexicon.is_given(each) for each in ends) or any(map(lexicon.is_name, ends)):
        sure = words[first].initials or any(map(lexicon.is_sure_name, ends))
        yield _hit(sentence, first, last, "person", "full_name", sure=sure)
    elif all(lexicon.is_word(each) for each in ends) or all(words[at].shouted for at in range(first, last + 1)):
        yield _hit(sentence, first, last, "name", "capital", sure=False, replace=False)
    else:
        kind = _by_context(sentence, first, last)
        yield _hit(sentence, first, last, "person" if kind == "name" else kind, "unknown_words", sure=False)


def _end_of_sentence(sentence: Sentence, first: int, follows: str) -> bool:
    """Whether a letter with a full stop ends a sentence (``plan B. Dat``) and is no initial."""
    lone = len(sentence.words[first].text) == 2 and bool(sentence.before(first))
    return lone and sentence.lexicon.is_word(follows) and not sentence.lexicon.is_name(follows)


def _single(sentence: Sentence, at: int) -> Iterator[Hit]:
    """One word with a capital."""
    word, lexicon = sentence.words[at], sentence.lexicon
    bare = next(
        (each for each in bare_forms(word.small) if lexicon.is_name(each) or lexicon.is_place(each)), word.small
    )
    sure, place = lexicon.is_sure_name(bare), lexicon.is_place(bare)
    relation = sentence.has("relations", sentence.before(at)) or sentence.has("nicknames", sentence.before(at))
    if is_compound_of_other(sentence, at):
        return
    given = sure and lexicon.is_given(bare)
    if word.shouted and len(word.text) <= _LONGEST_ACRONYM and not relation and not given:
        if not word.initial and not sentence.has("no_names", word.small):
            yield _hit(sentence, at, at, "name", "acronym", sure=False, replace=False)
    elif word.initial:
        yield from _at_start(sentence, at, bare)
    elif place and not lexicon.is_given(bare) and not relation:
        person = bare in lexicon.surnames and sentence.has("verbs", sentence.after(at))
        there = sentence.has("place_before", sentence.before(at))
        yield _hit(
            sentence,
            at,
            at,
            "person" if person and not there else "place",
            "place",
            sure=there or bare not in lexicon.surnames,
        )
    elif sure or lexicon.is_name(bare):
        there = (
            place and sentence.has("place_before", sentence.before(at)) and sentence.before(at) in ("in", "te", "uit")
        )
        yield _hit(sentence, at, at, "place" if there else "person", "name", sure=sure)
    elif relation and not lexicon.is_very_common(word.small):
        yield _hit(sentence, at, at, "person", "relation", sure=False)
    elif lexicon.is_word(word.small):
        yield _hit(sentence, at, at, "name", "capital", sure=False, replace=False)
    else:
        yield _hit(sentence, at, at, _by_context(sentence, at, at), "unknown_word", sure=False)


def _at_start(sentence: Sentence, at: int, bare: str) -> Iterator[Hit]:
    """A first word: a name when it can be nothing else; a word that no list has is shown."""
    word, lexicon = sentence.words[at], sentence.lexicon
    if lexicon.is_sure_name(bare):
        place = lexicon.is_place(bare) and not lexicon.is_given(bare)
        yield _hit(sentence, at, at, "place" if place else "person", "name")
    elif lexicon.is_place(bare) and not lexicon.places.get(bare, True):
        yield _hit(sentence, at, at, "place", "place")
    elif (
        lexicon.is_name(bare)
        and (_acts(sentence, at) or _addressed(sentence, at))
        and not lexicon.is_very_common(word.small)
    ):
        yield _hit(sentence, at, at, "person", "acts", sure=False)
    elif not lexicon.is_word(word.small) and len(word.text) > 2 and not lexicon.is_compound(word.small):
        acts = sentence.after(at) != "die" and _acts(sentence, at) and lexicon.frequency(word.small) < _RARE
        acts = acts or (lexicon.frequency(word.small) == 0 and 3 < len(word.text) <= _LONGEST_UNKNOWN)
        yield _hit(sentence, at, at, "person", "unknown_start", sure=False, replace=acts)
    elif lexicon.is_name(bare) and not lexicon.is_very_common(word.small):
        yield _hit(sentence, at, at, "person", "word_or_name", sure=False, replace=False)


def _acts(sentence: Sentence, at: int) -> bool:
    """Whether somebody does something here: a verb of the third person comes next."""
    return sentence.has("verbs", sentence.after(at))


def _addressed(sentence: Sentence, at: int) -> bool:
    """Whether a given name and a comma begin a sentence: ``Roos, die ...``, ``Bas, mijn baas``."""
    follows = sentence.words[at + 1] if at + 1 < len(sentence.words) else None
    given = sentence.lexicon.is_given(sentence.words[at].small)
    return given and follows is not None and follows.gap.startswith(",") and follows.small in _AFTER_A_NAME


def _by_context(sentence: Sentence, first: int, last: int) -> Kind:
    """What an unknown name is by the words around it."""
    before, after = sentence.before(first), sentence.after(last)
    if before in ("in", "te", "uit", "vanuit", "rond", "omgeving", "near", "from"):
        return "place"
    if before in ("bij", "at"):
        return "organisation"
    if sentence.has("verbs", after) or sentence.has("relations", before):
        return "person"
    return "name"
