"""Where a row of capitals ends, and which part of it is an organisation."""

from __future__ import annotations

import re

from lcresearch.interviews.deidentification.name_parts import BEFORE_PARTICLES, PARTICLES
from lcresearch.interviews.deidentification.sentence import LEGAL, Sentence, is_namesake
from lcresearch.interviews.deidentification.tokens import Token

_LOOSE_LINKS = frozenset(("in", "uit", "van", "bij", "te", "en", "and", "of"))
_MOST_INNER = 3
_COMMON = 4.0


def end_of_row(sentence: Sentence, at: int) -> int:
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
    return sentence.has("organisation_heads", small) or (made and not is_compound_of_other(sentence, at))


def is_compound_of_other(sentence: Sentence, at: int) -> bool:
    """Whether a word is made with a name that is none of ours: ``WhatsApp-groep``, ``F-gassen``, ``A4'tje``."""
    parts = re.split(r"[-'’]", sentence.words[at].text)
    other = len(parts[0]) == 1 or any(sign.isdigit() for sign in parts[0]) or sentence.has("no_names", parts[0].lower())
    return len(parts) > 1 and (other or parts[0].isupper()) and parts[-1].islower()


def is_legal(sentence: Sentence, at: int) -> bool:
    """Whether a letter is the first of a legal form such as ``B.V.``"""
    legal = LEGAL.match(sentence.text, sentence.words[at - 1].end)
    return legal is not None and legal.end() >= sentence.words[at].end


def organisation_in(sentence: Sentence, first: int, last: int) -> tuple[int, int] | None:
    """The first word of an organisation in a row, and where its text ends."""
    words = sentence.words
    lead = first
    common = sentence.lexicon.frequency(words[lead].small) >= _COMMON
    if lead < last and common and only_word(sentence, lead) and not _is_organisation_word(sentence, lead):
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
        last = end_of_row(sentence, at)
    return last


def only_word(sentence: Sentence, at: int) -> bool:
    """Whether the first word of a sentence has its capital from there."""
    small = sentence.words[at].small
    lexicon = sentence.lexicon
    if not sentence.words[at].initial:
        return False
    return lexicon.is_word(small) or small in PARTICLES or not (lexicon.is_name(small) or lexicon.is_place(small))
