"""Names in texts without capitals, as speech recognition gives them."""

from __future__ import annotations

from collections.abc import Iterator

from lcresearch.interviews.deidentification.hits import Hit, Kind
from lcresearch.interviews.deidentification.name_parts import PARTICLES
from lcresearch.interviews.deidentification.possessives import bare_forms
from lcresearch.interviews.deidentification.sentence import LEGAL, Sentence, is_namesake

_INNER = PARTICLES | {"in", "op", "uit"}
_FEWEST = 3
_NEARLY_ALL = 0.995
_RARE = 2.5
_DETERMINERS = frozenset(
    (
        "de",
        "het",
        "een",
        "'n",
        "'t",
        "mijn",
        "zijn",
        "haar",
        "ons",
        "onze",
        "die",
        "dat",
        "deze",
        "geen",
        "elke",
        "the",
        "a",
    )
)
_COMMON_IN_SPEECH = 4.8
_MOST_LEFT = 3


def without_capitals(sentence: Sentence) -> bool:
    """Whether names in a text have no capitals: sure names in small letters, more than with a capital.

    Examples
    --------
    >>> from lcresearch.interviews.deidentification.lexicon import lexicon
    >>> from lcresearch.interviews.deidentification.tokens import tokens
    >>> text = "ja en toen zei marleen tegen gerben dat het kon"
    >>> without_capitals(Sentence(text, tokens(text), lexicon("nl")))
    True
    """
    lexicon = sentence.lexicon
    small: set[str] = set()
    large: set[str] = set()
    for word in sentence.words:
        if not word.initial and lexicon.is_sure_name(word.small) and not lexicon.is_very_common(word.small):
            (large if word.capital else small).add(word.small)
    inside = [word.capital for word in sentence.words if not word.initial]
    no_capitals = sum(inside) <= (1 - _NEARLY_ALL) * len(inside)
    return len(small) >= (1 if no_capitals else _FEWEST) and len(small) > len(large)


def small_letter_hits(sentence: Sentence) -> Iterator[Hit]:
    """Names in small letters: replaced in a text whose names have no capitals, shown for review in others."""
    whole = without_capitals(sentence)
    at = 0
    while at < len(sentence.words):
        found = None if sentence.words[at].capital and not whole else _at(sentence, at, whole)
        if found is None:
            at += 1
            continue
        last, kind, reason, sure = found
        start, end = _bounds(sentence, at, last, kind)
        yield Hit(start, end, kind, "speech", reason, sure, replace=whole or reason == "title")
        at = last + 1


def _bounds(sentence: Sentence, first: int, last: int, kind: Kind) -> tuple[int, int]:
    """Where a name begins and ends in the text: with the legal form, with what it is called by."""
    words = sentence.words
    start, end = words[first].start, words[last].end
    if kind == "organisation" and (legal := LEGAL.match(sentence.text, end)):
        end = legal.end()
    return start, end


Found = tuple[int, Kind, str, bool]


def _at(sentence: Sentence, at: int, whole: bool) -> Found | None:
    """What begins at a word: last word, kind, reason, and whether it is sure."""
    if whole and (organisation := _organisation(sentence, at)) is not None:
        return organisation, "organisation", "small_organisation", False
    if whole and (place := _place(sentence, at)) is not None:
        return place, "place", "small_place", True
    return _person(sentence, at, whole)


def _person(sentence: Sentence, at: int, whole: bool) -> Found | None:
    words, lexicon = sentence.words, sentence.lexicon
    small = words[at].small
    if (
        sentence.has("nicknames", small)
        and at + 1 < len(words)
        and not words[at].capital
        and lexicon.is_name(words[at + 1].small)
    ):
        return _surname_after(sentence, at + 1), "person", "small_name", True
    if small in _INNER and at + 1 < len(words):
        return _surname_only(sentence, at)
    bare = next((each for each in bare_forms(small) if lexicon.is_name(each)), small)
    if sentence.has("titles", sentence.before(at)) and len(small) > 2 and not words[at].capital:
        named = lexicon.is_name(bare) or not lexicon.is_word(small)
        return (_surname_after(sentence, at), "person", "title", True) if named else None
    if lexicon.is_given(bare) and lexicon.is_sure_name(bare) and not (bare != small and lexicon.is_word(small)):
        return _surname_after(sentence, at), "person", "small_name", True
    if not whole:
        return None
    return _in_context(sentence, at, bare)


def _in_context(sentence: Sentence, at: int, bare: str) -> Found | None:
    """A word that may be a name, where the words around it speak of a person."""
    words, lexicon = sentence.words, sentence.lexicon
    small = words[at].small
    last = _surname_after(sentence, at)
    if words[at].capital or len(small) < (2 if last > at and lexicon.is_given(small) else 3):
        return None
    full = lexicon.is_given(bare) and last > at and not words[last].capital and lexicon.is_name(words[last].small)
    said = sentence.before(at) in ("zei", "zegt", "met", "vroeg", "heet", "said")
    if full and (said or not lexicon.is_very_common(bare)):
        return last, "person", "small_name", False
    if lexicon.is_very_common(small) or sentence.has("no_names", small):
        return None
    used_as_word = sentence.has("not_after", sentence.after(at))
    rare = not lexicon.is_word(small) and lexicon.frequency(small) < _RARE and not _is_role(sentence, small)
    if sentence.has("naming", sentence.before(at)) and (lexicon.is_name(bare) or rare):
        return last, "person", "naming", False
    if lexicon.is_sure_name(bare) and lexicon.frequency(bare) < _COMMON_IN_SPEECH and bare not in lexicon.places:
        return last, "person", "small_name", False
    acts = sentence.has("verbs", sentence.after(at)) and sentence.before(at) not in _DETERMINERS
    if lexicon.is_given(bare) and bare == small and acts:
        return last, "person", "small_context", False
    if lexicon.is_name(bare) and _speaks_of_person(sentence, at) and not used_as_word:
        return last, "person", "small_context", False
    if rare and _speaks_of_person(sentence, at) and sentence.before(at) not in ("van", "bij", "in", "naar"):
        return last, "person", "small_context", False
    return None


def _is_role(sentence: Sentence, small: str) -> bool:
    """Whether a word is, or ends in, what somebody is: ``praktijkopleider``."""
    return sentence.lexicon.is_compound(small) or any(
        small.endswith(role) for role in sentence.lexicon.groups["relations"] if len(role) > 4
    )


def _speaks_of_person(sentence: Sentence, at: int) -> bool:
    """Whether a person is likely to be named here."""
    before = sentence.before(at)
    two = f"{sentence.before(at - 1)}_{before}" if before else ""
    relation = sentence.has("relations", before) or sentence.has("before_person", before)
    return relation or any(sentence.has(group, two) for group in ("before_person", "first_person"))


def _surname_after(sentence: Sentence, at: int) -> int:
    """The last word of a name that begins with a given name: ``jan``, ``jan willem te kiefte``."""
    words, lexicon = sentence.words, sentence.lexicon
    last = at
    while last + 1 < len(words) and last - at < 5:
        follows = words[last + 1]
        if follows.initial or follows.gap != " " or follows.capital:
            break
        if _continues(sentence, last + 1, direct=True):
            last += 1
            continue
        end = last + 1
        while end < len(words) and end < last + 4 and words[end].small in _INNER and words[end].gap == " ":
            end += 1
        if end == last + 1 or end >= len(words) or words[end].gap != " " or not _continues(sentence, end, direct=False):
            break
        inner = words[last + 1].small
        if is_namesake(sentence, end):
            break
        if inner in ("in", "uit", "op", "van") and end == last + 2 and not lexicon.is_name(words[end].small):
            break
        last = end
    return last


def _continues(sentence: Sentence, at: int, *, direct: bool) -> bool:
    """Whether a word can be the next part of a name in small letters."""
    lexicon, small = sentence.lexicon, sentence.words[at].small
    if (
        lexicon.is_very_common(small)
        or len(small) < 3
        or sentence.has("verbs", small)
        or sentence.has("organisation_tails", small)
    ):
        return False
    if lexicon.is_place(small) and small not in lexicon.surnames:
        return False
    bare = [each for each in bare_forms(small) if lexicon.is_name(each)]
    if bare:
        return lexicon.is_sure_name(bare[0]) or not direct or lexicon.frequency(small) < 4.5
    return not lexicon.is_word(small) and lexicon.frequency(small) < _RARE and not lexicon.is_compound(small)


def _surname_only(sentence: Sentence, at: int) -> Found | None:
    """``de boer`` or ``ter horst`` behind a title, or where a person is likely to be named."""
    words, lexicon = sentence.words, sentence.lexicon
    end = at
    while end < len(words) and end < at + 3 and words[end].small in _INNER:
        end += 1
    if end >= len(words) or words[end].gap != " " or words[end].capital or len(words[end].small) < 3:
        return None
    titled = sentence.has("titles", sentence.before(at))
    named = lexicon.is_name(words[end].small) and not lexicon.is_very_common(words[end].small)
    if titled and (named or not lexicon.is_word(words[end].small)):
        return end, "person", "title", True
    return None


def _place(sentence: Sentence, at: int) -> int | None:
    """Last word of a place in small letters."""
    words, lexicon = sentence.words, sentence.lexicon
    for last in range(min(at + 4, len(words) - 1), at, -1):
        if sentence.text[words[at].start : words[last].end].lower() in lexicon.long_places:
            return last
    small = words[at].small
    if small not in lexicon.places or words[at].capital or lexicon.is_given(small) or len(small) < 3:
        return None
    before = sentence.before(at)
    located = sentence.has("place_before", before) and before not in ("door", "via", "tussen")
    if lexicon.places[small]:
        return at if located and before in ("te", "omgeving", "gemeente", "regio") else None
    return at if located or (small not in lexicon.surnames and lexicon.frequency(small) < _COMMON_IN_SPEECH) else None


def _organisation(sentence: Sentence, at: int) -> int | None:
    """Last word of an organisation in small letters that begins here."""
    words, lexicon = sentence.words, sentence.lexicon
    if words[at].capital or sentence.has("no_names", words[at].small):
        return None
    for last in range(min(at + 3, len(words) - 1), at - 1, -1):
        said = sentence.text[words[at].start : words[last].end].lower()
        if said in lexicon.known_organisations and (last > at or not lexicon.is_word(said)):
            return last
    for last in range(min(at + _MOST_LEFT, len(words) - 1), at, -1):
        between = [words[n] for n in range(at, last)]
        if any(each.gap != " " for each in words[at + 1 : last + 1]):
            continue
        tail = words[last].small
        if not sentence.has("organisation_tails", tail):
            continue
        inner = all(each.small in _INNER or _is_rare(sentence, each.small) for each in between)
        if inner and _is_rare(sentence, between[-1].small) and sentence.before(at) not in _INNER - {"van", "de", "het"}:
            if between[0].small in _INNER and sentence.before(at) not in ("bij", "voor", "met", "naar"):
                return None
            return last
    small = words[at].small
    if is_namesake(sentence, at) and lexicon.is_name(small):
        goes_on = at + 1 < len(words) and words[at + 1].gap == " " and _is_rare(sentence, words[at + 1].small)
        return at + 1 if goes_on else at
    endings = lexicon.groups["organisation_endings"] | {"coöperatie"}
    head = sentence.has("organisation_heads", small) or (len(small) > 8 and small.endswith(tuple(endings)))
    person = at + 1 < len(words) and lexicon.is_given(words[at + 1].small)
    if (
        head
        and not person
        and at + 1 < len(words)
        and words[at + 1].gap == " "
        and _is_rare(sentence, words[at + 1].small)
    ):
        return at + 1
    return None


def _is_rare(sentence: Sentence, small: str) -> bool:
    """Whether a word is a name or no word at all."""
    lexicon = sentence.lexicon
    if sentence.has("no_names", small) or len(small) < 3:
        return False
    known = lexicon.is_name(small) or lexicon.is_place(small)
    return (known and not lexicon.is_very_common(small)) or (
        not lexicon.is_word(small) and lexicon.frequency(small) < 3.0
    )
