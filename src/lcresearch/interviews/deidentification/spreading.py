"""A name that was found once is found everywhere: at the start of sentences, in small letters, as possessive."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from lcresearch.interviews.deidentification.hits import NAMED, Hit, Kind, without_overlap
from lcresearch.interviews.deidentification.lexicon import Lexicon
from lcresearch.interviews.deidentification.mentions import Mention, Piece
from lcresearch.interviews.deidentification.name_parts import distinctive, person_name
from lcresearch.interviews.deidentification.possessives import bare_forms
from lcresearch.interviews.deidentification.sentence import Sentence
from lcresearch.interviews.deidentification.small_letters import without_capitals

_SHORTEST = 3
_AT_ORGANISATIONS = frozenset(("bij", "van", "naar", "voor", "at", "from"))


@dataclass(frozen=True)
class _Form:
    """A form of a name that is looked for.

    Attributes
    ----------
    words : tuple of str
        In small letters.
    kind : str
    sure : bool
    is_word : bool
        Whether it is an ordinary word as well: then it is looked for only in the texts of its community.
    pieces : frozenset of str
        Ids of the texts that it was found in.
    scopes : frozenset of str
        Communities of these texts.
    """

    words: tuple[str, ...]
    kind: Kind
    sure: bool
    is_word: bool
    pieces: frozenset[str]
    scopes: frozenset[str]


def spread(
    found: dict[str, list[Hit]], pieces: Sequence[Piece], sentences: dict[str, Sentence], lexicon: Lexicon
) -> None:
    """Look for the names of all texts in all texts; what is found comes to the hits.

    Parameters
    ----------
    found : dict of str to list of Hit
        By id of the piece; changed in place.
    pieces : sequence of Piece
    sentences : dict of str to Sentence
    lexicon : Lexicon
    """
    mentions = [Mention(piece, hit) for piece in pieces for hit in found[piece.id] if hit.replace and hit.kind in NAMED]
    forms = _forms(mentions, lexicon)
    for piece in pieces:
        sentence = sentences[piece.id]
        hits = [_settled(hit, piece, sentence, forms) for hit in found[piece.id]]
        more = list(_in_piece(piece, sentence, forms, without_capitals(sentence)))
        found[piece.id] = without_overlap([*hits, *more])


def _forms(mentions: Sequence[Mention], lexicon: Lexicon) -> dict[str, list[_Form]]:
    """What is looked for, by its first word."""
    kinds: dict[tuple[str, Kind], list[Mention]] = defaultdict(list)
    for mention in mentions:
        for form in _parts(mention, lexicon):
            kinds[form, mention.hit.kind].append(mention)
    found: dict[str, list[_Form]] = defaultdict(list)
    for (form, kind), where in kinds.items():
        words = tuple(form.split())
        if not words or len(words[-1]) < _SHORTEST:
            continue
        is_word = (len(words) == 1 and lexicon.is_word(form)) or all(lexicon.is_very_common(word) for word in words)
        sure = any(mention.hit.sure for mention in where)
        places = frozenset(each.piece.id for each in where), frozenset(each.piece.scope for each in where)
        found[words[0]].append(_Form(words, kind, sure, is_word, *places))
    for options in found.values():
        options.sort(key=lambda form: (-len(form.words), form.kind == "name", -len(form.pieces)))
    return found


def _parts(mention: Mention, lexicon: Lexicon) -> Iterator[str]:
    """A name, and the parts of it that stand for the whole."""
    form = mention.form
    if mention.hit.kind == "person":
        name = person_name(form, lexicon)
        bare = [each for each in bare_forms(form) if lexicon.is_name(each)]
        yield bare[0] if bare else form
        if name.given and name.surname:
            yield name.given
        if name.surname and (name.given or name.initials):
            yield name.surname
            yield name.last
        return
    yield form
    if mention.hit.kind == "organisation":
        short = distinctive(form, lexicon)
        if short and short != form and not lexicon.is_word(short) and not lexicon.is_given(short.split()[0]):
            yield short
            if " " in short and not lexicon.is_name(short.split()[0]) and not lexicon.is_word(short.split()[0]):
                yield short.split()[0]


def _settled(hit: Hit, piece: Piece, sentence: Sentence, forms: dict[str, list[_Form]]) -> Hit:
    """A hit of an unclear kind takes the kind that the same words have elsewhere."""
    if not hit.replace or hit.kind not in ("name", "person") or hit.layer != "speech":
        return hit
    form = Mention(piece, hit).form
    options = [
        each for bare in bare_forms(form) for each in forms.get(bare.split()[0], []) if " ".join(each.words) == bare
    ]
    kinds = {each.kind for each in options}
    if hit.kind == "name" and kinds - {"name"}:
        return replace(hit, kind=next(each.kind for each in options if each.kind != "name"))
    if (
        hit.kind == "person"
        and "organisation" in kinds
        and " " not in form
        and hit.reason not in ("title", "relation", "naming")
    ):
        before = piece.text[: hit.start].rsplit(None, 1)
        if before and before[-1].lower() in _AT_ORGANISATIONS:
            return replace(hit, kind="organisation")
    return hit


def _in_piece(piece: Piece, sentence: Sentence, forms: dict[str, list[_Form]], small: bool) -> Iterator[Hit]:
    words = sentence.words
    for at, word in enumerate(words):
        for bare in bare_forms(word.small):
            options = [each for each in forms.get(bare, []) if len(each.words) == 1 or bare == word.small]
            hit = next((hit for each in options if (hit := _match(piece, sentence, at, each, small)) is not None), None)
            if hit is not None:
                yield hit
                break


def _match(piece: Piece, sentence: Sentence, at: int, form: _Form, small: bool) -> Hit | None:
    """A hit when the form stands at a word and may be the name here."""
    words, lexicon = sentence.words, sentence.lexicon
    last = at + len(form.words) - 1
    if last >= len(words) or any(words[n].initial for n in range(at + 1, last + 1)):
        return None
    if any(
        words[n].small not in (w, w + "s", w + "'s")
        for n, w in zip(range(at + 1, last + 1), form.words[1:], strict=True)
    ):
        return None
    if form.is_word and piece.id not in form.pieces and not (piece.scope and piece.scope in form.scopes):
        return None
    capital = words[last].capital
    if not capital and not small and (form.is_word or form.kind == "name"):
        return None
    if len(form.words) == 1 and form.is_word:
        common = lexicon.is_very_common(form.words[0])
        if (common and (not capital or words[at].initial)) or (
            words[at].initial and sentence.has("not_after", sentence.after(at))
        ):
            return None
    start, end = words[at].start, words[last].end
    if words[last].small[-1] in "sxz" and sentence.text[end : end + 2] in ("' ", "’ ") and form.kind == "person":
        end += 1
    sure = form.sure and capital and not form.is_word
    return Hit(start, end, form.kind, "speech", "elsewhere", sure)
