"""Names by their capitals: in Dutch and English a capital inside a sentence is nearly always a name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lcresearch.interviews.deidentification.hits import Hit, Kind
from lcresearch.interviews.deidentification.lexicon import Lexicon, lower
from lcresearch.interviews.deidentification.name_parts import BEFORE_PARTICLES, PARTICLES
from lcresearch.interviews.deidentification.possessives import bare_forms
from lcresearch.interviews.deidentification.tokens import Token

LEGAL = re.compile(
    r"(?:,?\s(?:&|en|and)\s(?:Zn\.?|Zonen|Zoon|Dochters?|Co\.?|Partners|Sons))?"
    r"(?:,?\s(?:B\.?V\.?|N\.?V\.?|V\.?O\.?F\.?|C\.?V\.?|U\.?A\.?|GmbH|Ltd\.?|Inc\.?|LLC|plc)(?!\w))?",
    re.IGNORECASE,
)
_LOOSE_LINKS = frozenset(("in", "uit", "van", "bij", "te", "en", "and", "of"))
_AFTER_A_NAME = frozenset(("die", "mijn", "onze", "ons", "de", "jij", "kom", "who", "my", "our"))
_CALLED = frozenset(("firma", "onderneming", "stichting", "maatschap", "coöperatie"))
_POSTCODE = re.compile(r"(?<!\d)[1-9]\d{3} ?$")
_MOST_INNER = 3
_RARE = 2.5
_COMMON = 4.0
_LONGEST_UNKNOWN = 10
_LONGEST_ACRONYM = 5


@dataclass(frozen=True)
class Sentence:
    """The words of a text with what is known of words.

    Attributes
    ----------
    text : str
    words : sequence of Token
    lexicon : Lexicon
    """

    text: str
    words: Sequence[Token]
    lexicon: Lexicon

    def before(self, at: int) -> str:
        """The word in front, in small letters; empty at the start of a sentence."""
        return self.words[at - 1].small if at > 0 and not self.words[at].initial else ""

    def after(self, at: int) -> str:
        """The word behind in the same sentence, in small letters."""
        return self.words[at + 1].small if at + 1 < len(self.words) and not self.words[at + 1].initial else ""

    def has(self, group: str, word: str) -> bool:
        """Whether a list of words has a word."""
        return word in self.lexicon.groups[group]


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
        last = _run(sentence, at)
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


def _run(sentence: Sentence, at: int) -> int:
    """Last word of a row of capitals, with the small words inside names."""
    words = sentence.words
    last = at
    while last + 1 < len(words):
        follows = words[last + 1]
        if _joined(follows) and follows.capital:
            last += 1
            continue
        end = _over_inner(sentence, last)
        if end is None:
            break
        last = end
    return last


def _joined(token: Token) -> bool:
    return not token.initial and token.gap in (" ", "\u00a0", "", ". ")


def _over_inner(sentence: Sentence, last: int) -> int | None:
    """The capital behind ``van der`` and the like, when the name goes on there."""
    words, lexicon = sentence.words, sentence.lexicon
    at = last + 1
    inner: list[str] = []
    while at < len(words) and len(inner) < _MOST_INNER and _joined(words[at]) and not words[at].capital:
        if words[at].small not in PARTICLES and not (not inner and words[at].small in BEFORE_PARTICLES):
            return None
        inner.append(words[at].small)
        at += 1
    if not inner or at >= len(words) or not words[at].capital or not _joined(words[at]):
        return None
    small = words[at].small
    named = lexicon.is_given(words[last].small) or words[last].initials or lexicon.is_sure_name(words[last].small)
    surname = small in lexicon.surnames or (words[last].small == "van" and not words[last].initial)
    if inner[0] in BEFORE_PARTICLES:
        return at if len(inner) > 1 and named and surname else None
    if sentence.has("no_names", small) or _is_organisation_word(sentence, at) or is_namesake(sentence, at):
        return None
    if inner == ["van"] or inner[:2] in (["van", "de"], ["van", "het"]):
        return at if named and not _ends_organisation(sentence, at) else None
    return at if named or surname else None


def is_namesake(sentence: Sentence, at: int) -> bool:
    """Whether a firm with the surname of the one before it begins here: ``Jansen van Jansen Dakwerken``."""
    repeats = at > 1 and sentence.words[at - 2].small.split("-")[-1] == sentence.words[at].small.split("-")[0]
    return repeats and sentence.before(at) in ("van", "bij", "of", "from") and not sentence.words[at - 1].initial


def _ends_organisation(sentence: Sentence, at: int) -> bool:
    """Whether the row of capitals from a word on ends as the name of an organisation does."""
    words = sentence.words
    while at + 1 < len(words) and _joined(words[at + 1]) and words[at + 1].capital:
        at += 1
        if sentence.has("organisation_tails", words[at].small) or _is_organisation_word(sentence, at):
            return True
    return bool((legal := LEGAL.match(sentence.text, words[at].end)) and legal[0])


def _is_organisation_word(sentence: Sentence, at: int) -> bool:
    """Whether a word with a capital is a kind of organisation."""
    small = sentence.words[at].small
    endings = sentence.lexicon.groups["organisation_endings"]
    made = len(small) > 7 and any(small.endswith(each) and len(small) > len(each) + 2 for each in endings)
    return sentence.has("organisation_heads", small) or (made and not _is_compound_of_other(sentence, at))


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
    while last > first and len(words[last].text) == 1 and _is_legal(sentence, last):
        last -= 1
    if first > last:
        return
    head = _organisation(sentence, first, last)
    if head:
        start, end = head
        if start > first:
            yield from _segments(sentence, first, start - 1)
        yield Hit(words[start].start, end, "organisation", "speech", "organisation")
        return
    yield from _segments(sentence, first, last)


def _is_legal(sentence: Sentence, at: int) -> bool:
    """Whether a letter is the first of a legal form such as ``B.V.``"""
    legal = LEGAL.match(sentence.text, sentence.words[at - 1].end)
    return legal is not None and legal.end() >= sentence.words[at].end


def _organisation(sentence: Sentence, first: int, last: int) -> tuple[int, int] | None:
    """The first word of an organisation in a row, and where its text ends."""
    words = sentence.words
    lead = first
    common = sentence.lexicon.frequency(words[lead].small) >= _COMMON
    if lead < last and common and _only_word(sentence, lead) and not _is_organisation_word(sentence, lead):
        lead += 1
    while not words[lead].capital:
        lead += 1
    known = _known_organisation(sentence, lead, last)
    if known is not None:
        begin, end_of_known = known
        while begin > lead and sentence.has("schools", words[begin - 1].small):
            begin -= 1
        return begin, end_of_known
    start = next((at for at in range(lead, last + 1) if _is_organisation_word(sentence, at)), None)
    if start is not None:
        end = _over_links(sentence, last)
        legal = LEGAL.match(sentence.text, words[end].end)
        stop = legal.end() if legal else words[end].end
        if end > lead or stop > words[end].end:
            return lead, stop
        small = words[start].small
        unnamed = sentence.has("organisation_heads", small) or sentence.lexicon.is_word(small)
        return None if unnamed or words[start].initial else (start, stop)
    tail = any(sentence.has("organisation_tails", words[at].small) for at in range(lead + 1, last + 1))
    legal = LEGAL.match(sentence.text, words[last].end)
    if not tail and not (legal and legal[0]):
        return None
    return lead, legal.end() if legal else words[last].end


def _known_organisation(sentence: Sentence, first: int, last: int) -> tuple[int, int] | None:
    """A public institution that bears a name, such as a school for vocational education."""
    words, known = sentence.words, sentence.lexicon.known_organisations
    for start in range(first, last + 1):
        for end in range(min(start + 3, len(words) - 1), start - 1, -1):
            if sentence.text[words[start].start : words[end].end].lower() in known:
                return start, words[max(end, last)].end if end > start or last == end else words[end].end
    return None


def _over_links(sentence: Sentence, last: int) -> int:
    """The last word of an organisation whose name goes on after ``&``, ``en``, ``aan`` and the like."""
    words, lexicon = sentence.words, sentence.lexicon
    while last + 1 < len(words):
        if (legal := LEGAL.match(sentence.text, words[last].end)) and legal[0]:
            return last
        at = last + 1
        links: list[str] = []
        while at < len(words) and len(links) < _MOST_INNER and not words[at].capital and words[at].gap == " ":
            if not sentence.has("organisation_links", words[at].small):
                break
            links.append(words[at].small)
            at += 1
        if at >= len(words) or not words[at].capital or words[at].initial:
            return last
        direct = words[at].gap.strip() in ("&", "")
        complete = _is_organisation_word(sentence, last) or sentence.has("organisation_tails", words[last].small)
        complete = complete or _is_organisation_word(sentence, at)
        if complete and links[:1] in (["en"], ["and"], ["of"], ["van"], ["in"], ["uit"]):
            return last
        other = (
            lexicon.is_given(words[at].small)
            or lexicon.is_place(words[at].small)
            or sentence.has("titles", words[at].small)
        )
        if not direct or (links and links[0] in _LOOSE_LINKS and other):
            return last
        last = _run(sentence, at)
    return last


def _only_word(sentence: Sentence, at: int) -> bool:
    """Whether the first word of a sentence has its capital from there."""
    small = sentence.words[at].small
    lexicon = sentence.lexicon
    if not sentence.words[at].initial:
        return False
    return lexicon.is_word(small) or small in PARTICLES or not (lexicon.is_name(small) or lexicon.is_place(small))


def _segments(sentence: Sentence, first: int, last: int) -> Iterator[Hit]:
    """A row of capitals without organisations, cut at words that are no names."""
    words = sentence.words
    if words[first].initial and first < last and _only_word(sentence, first) and not _full_name(sentence, first, last):
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


def _is_compound_of_other(sentence: Sentence, at: int) -> bool:
    """Whether a word is made with a name that is none of ours: ``WhatsApp-groep``, ``F-gassen``, ``A4'tje``."""
    parts = re.split(r"[-'’]", sentence.words[at].text)
    other = len(parts[0]) == 1 or any(sign.isdigit() for sign in parts[0]) or sentence.has("no_names", parts[0].lower())
    return len(parts) > 1 and (other or parts[0].isupper()) and parts[-1].islower()


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
    if _is_compound_of_other(sentence, at):
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
