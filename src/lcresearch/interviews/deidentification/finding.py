"""Looking through all texts, layer by layer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from lcresearch.errors import Place, Problem
from lcresearch.interviews.deidentification.capitals import capital_hits
from lcresearch.interviews.deidentification.corpus_names import Role, known_hits
from lcresearch.interviews.deidentification.hits import NAMED, Hit, Kind, without_overlap
from lcresearch.interviews.deidentification.lexicon import Lexicon
from lcresearch.interviews.deidentification.mentions import Piece
from lcresearch.interviews.deidentification.own_list import Entry, alike_hits, list_hits
from lcresearch.interviews.deidentification.patterns import pattern_hits
from lcresearch.interviews.deidentification.pieces import READ_WHOLE
from lcresearch.interviews.deidentification.pseudonyms import in_place_already
from lcresearch.interviews.deidentification.sentence import Sentence
from lcresearch.interviews.deidentification.small_letters import small_letter_hits, without_capitals
from lcresearch.interviews.deidentification.spreading import spread

_SENTENCE_END = re.compile(r"(?<=\w\w)[.!?…]\s|\n")
Finder = Callable[[str], Iterator[Hit]]


@dataclass
class Search:
    """What is looked for.

    Attributes
    ----------
    lexicon : Lexicon
    layers : sequence of str
    entries : sequence of Entry
        The study's own list.
    names : mapping of str to mapping
        Id of a document -> names that it brings.
    finders : mapping of str to callable
        Layer of another program -> what finds its hits.
    dates : bool
        Whether dates are looked for.
    problems : list of Problem
    """

    lexicon: Lexicon
    layers: Sequence[str]
    entries: Sequence[Entry]
    names: Mapping[str, Mapping[str, tuple[Kind, Role]]]
    finders: Mapping[str, Finder] = field(default_factory=dict)
    dates: bool = True
    problems: list[Problem] = field(default_factory=list)

    def find(self, pieces: Sequence[Piece]) -> dict[str, list[Hit]]:
        """Hits by id of the piece, in order, without overlap."""
        used = in_place_already()
        sentences = {piece.id: piece.sentence(self.lexicon) for piece in pieces}
        found: dict[str, list[Hit]] = {}
        for piece in pieces:
            hits = list(self._in_piece(piece, sentences[piece.id]))
            for find in self.finders.values() if piece.where in READ_WHOLE else ():
                hits += list(self._of_others(piece, find(piece.text), hits))
            found[piece.id] = without_overlap(hits)
        if "speech" in self.layers:
            spread(found, pieces, sentences, self.lexicon)
        for piece in pieces:
            there = [(each.start(), each.end()) for each in used.finditer(piece.text)]
            hits = found[piece.id]
            if self.entries:
                hits = without_overlap([*hits, *alike_hits(sentences[piece.id], self.entries, hits)])
            found[piece.id] = [
                hit for hit in hits if not any(hit.start < end and start < hit.end for start, end in there)
            ]
        return found

    def _in_piece(self, piece: Piece, sentence: Sentence) -> Iterator[Hit]:
        whole = piece.where in READ_WHOLE
        if "pattern" in self.layers:
            yield from pattern_hits(piece.text, self.dates)
        if "list" in self.layers:
            yield from list_hits(sentence, self.entries)
        if "corpus" in self.layers and piece.document in self.names:
            yield from known_hits(piece.text, self.names[piece.document])
        if "speech" in self.layers:
            for hit in self._by_rules(piece, sentence):
                if whole or (hit.sure and hit.replace):
                    yield hit

    def _by_rules(self, piece: Piece, sentence: Sentence) -> Iterator[Hit]:
        yield from capital_hits(sentence)
        if piece.where not in READ_WHOLE:
            return
        if piece.where == "text" and without_capitals(sentence):
            self.problems.append(Problem("V125", Place(file=piece.label)))
        yield from small_letter_hits(sentence)

    def _of_others(self, piece: Piece, hits: Iterator[Hit], taken: Sequence[Hit]) -> Iterator[Hit]:
        """Hits of other programs where nothing was found: without titles, ending at the end of a sentence."""
        there = [hit for hit in taken if hit.replace]
        for hit in hits:
            if hit.kind not in NAMED or any(hit.start < each.end and each.start < hit.end for each in there):
                continue
            said = _SENTENCE_END.split(piece.text[hit.start : hit.end])[0]
            start, words = hit.start, said.split()
            while words and words[0].lower() in self.lexicon.groups["titles"]:
                start = piece.text.index(words[0], start) + len(words.pop(0)) + 1
            end = hit.start + len(said.rstrip())
            if start < end and piece.text[start:end].lower() not in self.lexicon.groups["no_names"]:
                yield replace(hit, start=start, end=end)
