"""The study's own list of persons, firms and places, and where they stand in a text in whatever spelling."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from lcresearch.errors import InterviewError, Place, nearest
from lcresearch.interviews.deidentification.hits import Hit, Kind
from lcresearch.interviews.deidentification.lexicon import Lexicon, folded, lower, plain
from lcresearch.interviews.deidentification.name_parts import person_name
from lcresearch.interviews.deidentification.sentence import LEGAL, Sentence
from lcresearch.interviews.transcripts.tables import read_table
from lcresearch.yaml_lines import read_yaml

_KINDS: dict[str, Kind] = {
    "person": "person", "persons": "person", "people": "person", "persoon": "person", "personen": "person",
    "mensen": "person",
    "organisation": "organisation", "organisations": "organisation", "organization": "organisation",
    "organisatie": "organisation",
    "organisaties": "organisation", "bedrijf": "organisation", "bedrijven": "organisation", "company": "organisation",
    "companies": "organisation", "firm": "organisation", "firms": "organisation", "school": "organisation",
    "schools": "organisation",
    "scholen": "organisation", "place": "place", "places": "place", "plaats": "place", "plaatsen": "place",
    "name": "name", "names": "name", "naam": "name", "namen": "name", "other": "name", "overig": "name",
}  # fmt: skip
_FIELDS = {
    "name": "name", "naam": "name", "also": "also", "ook": "also", "kind": "kind", "soort": "kind",
    "pseudonym": "pseudonym", "pseudoniem": "pseudonym",
}  # fmt: skip
_SHOWN = ["persons", "organisations", "places", "names"]
_LEAST_ALIKE = 86.0
_SHORTEST_ALIKE = 5
Names = str | Path | Mapping[str, Any] | Sequence[str]


@dataclass(frozen=True)
class Entry:
    """A person, organisation or place of the study.

    Attributes
    ----------
    name : str
    kind : str
    also : tuple of str
        Other names of the same.
    pseudonym : str
        What to write in its place; empty to have one made.
    """

    name: str
    kind: Kind
    also: tuple[str, ...] = ()
    pseudonym: str = ""

    @property
    def identity(self) -> str:
        """What tells it from others."""
        return f"{self.kind}:{plain(self.name)}"

    @cached_property
    def patterns(self) -> tuple[re.Pattern[str], ...]:
        """Expressions that find its names in a text without accents and in small letters."""
        return tuple(_pattern(name, self.kind) for name in (self.name, *self.also))


def read_names(names: Names | None, lexicon: Lexicon) -> tuple[Entry, ...]:
    """The study's own list.

    Parameters
    ----------
    names : str, Path, mapping, sequence or None
        A YAML or CSV file, lists of names by kind, or names whose kind is to be guessed.
    lexicon : Lexicon

    Raises
    ------
    InterviewError
        G001: no such file; V110: an unknown kind; V111: no list of names; V127: one pseudonym for two.
    """
    if names is None:
        return ()
    place = Place()
    if isinstance(names, str | Path):
        path = Path(names)
        place = Place(file=path.name)
        if not path.is_file():
            raise InterviewError("G001", where=place, path=path.as_posix())
        found = _of_yaml(path) if path.suffix.lower() in (".yaml", ".yml") else _of_table(path)
    elif isinstance(names, Mapping):
        found = _of_mapping(names, place)
    else:
        found = [Entry(str(name), _guess(str(name), lexicon)) for name in names]
    pseudonyms = [entry.pseudonym for entry in found if entry.pseudonym]
    twice = sorted({each for each in pseudonyms if pseudonyms.count(each) > 1})
    if twice:
        raise InterviewError("V127", where=place, pseudonyms=twice)
    return tuple(found)


def _of_yaml(path: Path) -> list[Entry]:
    parsed = read_yaml(path)
    if parsed.problems and parsed.content is None:
        raise InterviewError(parsed.problems)
    if not isinstance(parsed.content, Mapping):
        raise InterviewError("V111", where=Place(file=path.name), known=_SHOWN)
    return _of_mapping(parsed.content, Place(file=path.name))


def _of_table(path: Path) -> list[Entry]:
    frame = read_table(path)
    frame = frame.rename(columns={name: _FIELDS.get(str(name).strip().lower(), str(name)) for name in frame.columns})
    if not {"name", "kind"} <= set(frame.columns):
        raise InterviewError("V111", where=Place(file=path.name), known=["name", "kind", "also", "pseudonym"])
    found = []
    for row, record in zip(frame.index, frame.astype(object).where(frame.notna(), "").to_dict("records"), strict=True):
        place = Place(file=path.name, row=row)
        if str(record["name"]).strip():
            also = [each.strip() for each in str(record.get("also", "")).split(";") if each.strip()]
            kind = _kind(str(record["kind"]), place)
            found.append(
                Entry(str(record["name"]).strip(), kind, tuple(also), str(record.get("pseudonym", "")).strip())
            )
    return found


def _of_mapping(names: Mapping[str, Any], place: Place) -> list[Entry]:
    found = []
    for word, listed in names.items():
        kind = _kind(str(word), place)
        for each in [listed] if isinstance(listed, str) else listed or []:
            if isinstance(each, Mapping):
                fields = {_FIELDS.get(str(key).lower(), str(key)): value for key, value in each.items()}
                if not isinstance(fields.get("name"), str):
                    raise InterviewError("V111", where=place, known=_SHOWN)
                also = fields.get("also") or ()
                also = (also,) if isinstance(also, str) else tuple(map(str, also))
                found.append(Entry(fields["name"], kind, also, str(fields.get("pseudonym") or "")))
            else:
                found.append(Entry(str(each), kind))
    return found


def _kind(word: str, place: Place) -> Kind:
    kind = _KINDS.get(word.strip().lower())
    if kind is None:
        raise InterviewError(
            "V110", where=place, found=word, known=_SHOWN, nearest=nearest(word.lower(), _KINDS) or "–"
        )
    return kind


def _guess(name: str, lexicon: Lexicon) -> Kind:
    """The kind of a name of which only the words are known."""
    words = lower(name).split()
    groups = lexicon.groups
    if any(word in groups["organisation_heads"] | groups["organisation_tails"] for word in words):
        return "organisation"
    if lexicon.is_given(words[0]) or any(map(lexicon.is_sure_name, words)):
        return "person"
    return "place" if lexicon.is_place(" ".join(words)) else "name"


def _pattern(name: str, kind: Kind) -> re.Pattern[str]:
    """Any spelling of a name: with a hyphen, a blank or neither between words, possessive, with a legal form."""
    bare = name
    if kind == "organisation":
        cut = next(
            (n for n in range(1, len(name)) if (m := LEGAL.match(name, n)) and m[0] and m.end() == len(name)), len(name)
        )
        bare = name[:cut]
    words = [re.escape(word) for word in re.split(r"[\s\-‐–]+", folded(bare)) if word]
    body = r"[\s\-‐–]*".join(word.replace(r"\&", r"(?:\&|en|and)").replace("'", "['’]?") for word in words)
    tail = rf"(?:{LEGAL.pattern})" if kind == "organisation" else ""
    small = r"(?:e?tje|pje|je|ke)?" if kind == "person" and len(words) == 1 else ""
    return re.compile(rf"(?<!\w){body}{small}{tail}(?:['’]?s|['’](?=\s))?(?!\w)", re.IGNORECASE)


def list_hits(sentence: Sentence, entries: Sequence[Entry]) -> Iterator[Hit]:
    """Where the names of the list stand in a text, and words that resemble them.

    Parameters
    ----------
    sentence : Sentence
    entries : sequence of Entry
    """
    text = folded(sentence.text)
    for entry in entries:
        for pattern in entry.patterns:
            for found in pattern.finditer(text):
                yield Hit(found.start(), found.end(), entry.kind, "list", "list", identity=entry.identity)
    parts = _parts(entries, sentence.lexicon)
    for at, word in enumerate(sentence.words):
        small = plain(word.small)
        for part in (small, small.removesuffix("s").rstrip("'")):
            if part in parts:
                yield _part(sentence, at, parts[part])
                break


def _parts(entries: Sequence[Entry], lexicon: Lexicon) -> dict[str, list[Entry]]:
    """Given names and surnames of the persons of the list."""
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.kind != "person":
            continue
        for written in (entry.name, *entry.also):
            name = person_name(lower(written), lexicon)
            for part in {plain(name.given), plain(name.last)} if name.given and name.surname else ():
                if entry not in found.setdefault(part, []):
                    found[part].append(entry)
    return found


def _part(sentence: Sentence, at: int, entries: Sequence[Entry]) -> Hit:
    """A given name or surname of the list; of several persons it is nobody's for sure."""
    word, lexicon = sentence.words[at], sentence.lexicon
    used_as_word = lexicon.is_word(word.small) and (not word.capital or word.initial)
    one = len(entries) == 1
    identity = entries[0].identity if one else ""
    return Hit(
        word.start, word.end, "person", "list", "list_part", one and not used_as_word, not used_as_word, identity
    )


def alike_hits(sentence: Sentence, entries: Sequence[Entry], taken: Sequence[Hit]) -> Iterator[Hit]:
    """Words that resemble a name of the list, such as a name that was typed wrongly: for review.

    Alike is a similarity of at least 86 (normalised indel distance of rapidfuzz) between words of five letters or more.
    """
    from rapidfuzz import fuzz, process

    wanted = {
        plain(part): entry
        for entry in entries
        for written in (entry.name, *entry.also)
        for part in lower(written).split()
        if len(part) >= _SHORTEST_ALIKE and part not in sentence.lexicon.groups["organisation_heads"]
    }
    if not wanted:
        return
    replaced = [hit for hit in taken if hit.replace]
    seen: dict[str, str | None] = {}
    for word in sentence.words:
        small = plain(word.small)
        if len(small) < _SHORTEST_ALIKE or any(hit.start <= word.start < hit.end for hit in replaced):
            continue
        if small not in seen:
            dull = small in wanted or sentence.lexicon.is_word(word.small)
            best = (
                None if dull else process.extractOne(small, list(wanted), scorer=fuzz.ratio, score_cutoff=_LEAST_ALIKE)
            )
            seen[small] = best[0] if best else None
        match = seen[small]
        if match is not None:
            entry = wanted[match]
            yield Hit(word.start, word.end, entry.kind, "list", "alike", False, False, entry.identity)
