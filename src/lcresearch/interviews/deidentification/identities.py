"""Who is who: the mentions of one person, firm or place put together, and where that is not sure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from lcresearch.interviews.deidentification.hits import Kind
from lcresearch.interviews.deidentification.lexicon import Lexicon, plain
from lcresearch.interviews.deidentification.mentions import Mention
from lcresearch.interviews.deidentification.name_parts import PersonName, distinctive, person_name
from lcresearch.interviews.deidentification.possessives import bare_forms

_RARE = 3.0


@dataclass(eq=False)
class Identity:
    """A person, organisation or place.

    Attributes
    ----------
    kind : str
    name : str
        The fullest form that was seen, as written.
    forms : set of str
        All forms, in small letters and without accents.
    scope : str
        Within which it holds, for a person of whom only a first name is known; else empty.
    role : {"respondent", "interviewer", ""}
    listed : str
        Id in the study's own list; empty when it is not there.
    pseudonym : str
        Empty until one is given.
    documents : set of str
        Ids of the documents that it was seen in.
    doubt : str
        Why it is not sure that all mentions are the same; empty when it is.
    """

    kind: Kind
    name: str
    forms: set[str] = field(default_factory=set)
    scope: str = ""
    role: str = ""
    listed: str = ""
    pseudonym: str = ""
    documents: set[str] = field(default_factory=set)
    doubt: str = ""


@dataclass(frozen=True)
class Known:
    """Which identity a mention is of, and how sure that is.

    Attributes
    ----------
    mention : Mention
    identity : Identity
    form : str
        The mention in small letters, without accents and without the s of possession.
    doubt : str
        Why the identity of this mention is not sure: ``several`` of that name, or a ``first_name`` in several documents
        without a known community; empty when it is sure.
    """

    mention: Mention
    identity: Identity
    form: str
    doubt: str = ""


class Identities:
    """All identities of a study.

    Parameters
    ----------
    lexicon : Lexicon
    known : iterable of Identity
        Those of earlier runs.
    """

    def __init__(self, lexicon: Lexicon, known: Iterable[Identity] = ()) -> None:
        self.lexicon = lexicon
        self.all: list[Identity] = list(known)
        self._full: dict[str, list[Identity]] = defaultdict(list)
        self._names: dict[Identity, PersonName] = {}
        self._respondents: dict[str, list[Identity]] = defaultdict(list)
        for identity in self.all:
            self._enter(identity)

    def assign(self, mentions: Sequence[Mention]) -> list[Known]:
        """The identity of each mention: full names first, then parts of names, in the order of the texts."""
        last_words: dict[str, set[str]] = defaultdict(set)
        for mention in mentions:
            last_words[mention.piece.document] |= set(mention.form.split()[:1] + mention.form.split()[-1:])
        named = [(mention, self._form(mention, last_words)) for mention in mentions]
        found: dict[int, Known] = {}
        ordered = sorted(range(len(named)), key=lambda n: (self._rank(*named[n]), n))
        for n in ordered:
            mention, form = named[n]
            identity, doubt = self._identity(mention, form)
            identity.forms.add(form)
            identity.documents.add(mention.piece.document)
            if mention.hit.reason in ("respondent", "interviewer"):
                identity.role = identity.role or mention.hit.reason
            if mention.hit.reason == "respondent" and identity not in self._respondents[mention.piece.document]:
                self._respondents[mention.piece.document].append(identity)
            found[n] = Known(mention, identity, form, doubt)
        return [self._with_doubt(found[n]) for n in range(len(named))]

    def chosen(self, mention: Mention, pseudonym: str) -> Known:
        """A mention whose pseudonym a researcher wrote: the identity that has it, or a new one."""
        identity = next((each for each in self.all if each.pseudonym == pseudonym), None)
        if identity is None:
            identity = self._add(Identity(mention.hit.kind, mention.text, pseudonym=pseudonym))
        form = self._form(mention, {})
        identity.forms.add(form)
        return Known(mention, identity, form)

    def _with_doubt(self, known: Known) -> Known:
        """A first name alone, in several documents of which no community is known, may be of several persons."""
        identity = known.identity
        name = self._names.get(identity)
        lone = (
            identity.kind == "person" and name is not None and not (name.given and name.surname) and not identity.listed
        )
        if known.doubt or not lone or identity.scope or len(identity.documents) < 2:
            return known
        identity.doubt = "first_name"
        return Known(known.mention, identity, known.form, "first_name")

    def _enter(self, identity: Identity) -> None:
        """Make an identity findable."""
        if identity.kind == "person":
            name = self._names[identity] = person_name(plain(identity.name), self.lexicon)
            self._full[name.given].append(identity)
            if name.last and name.last != name.given:
                self._full[name.last].append(identity)

    def _add(self, identity: Identity) -> Identity:
        self.all.append(identity)
        self._enter(identity)
        return identity

    def _rank(self, mention: Mention, form: str) -> float:
        """Mentions of the list first, then names in full, then with initials, then parts."""
        if mention.hit.identity:
            return 0
        if mention.hit.kind != "person":
            return 1 - min(len(form), 99) / 100
        name = person_name(form, self.lexicon)
        return 1 if name.given and name.surname else 2 if name.initials else 3

    def _identity(self, mention: Mention, form: str) -> tuple[Identity, str]:
        """The identity of a mention, and why it is in doubt."""
        hit = mention.hit
        if hit.identity:
            listed = next((each for each in self.all if each.listed == hit.identity), None)
            return listed or self._add(Identity(hit.kind, mention.text, listed=hit.identity)), ""
        if hit.kind == "person":
            return self._person(mention, form)
        if hit.kind == "organisation":
            return self._organisation(mention, form)
        same = next((each for each in self.all if each.kind == hit.kind and form in each.forms), None)
        return same or self._add(Identity(hit.kind, _shown(mention, form), {form})), ""

    def _organisation(self, mention: Mention, form: str) -> tuple[Identity, str]:
        """The organisation with these words, or the only one whose words begin so."""
        mine = distinctive(form, self.lexicon) or form
        firms = [each for each in self.all if each.kind == "organisation"]
        exact = [
            each
            for each in firms
            if form in each.forms or any((distinctive(f, self.lexicon) or f) == mine for f in each.forms)
        ]
        if exact:
            return exact[0], ""
        longer = [
            each
            for each in firms
            if any((distinctive(f, self.lexicon) or f).startswith(f"{mine} ") for f in each.forms)
        ]
        if len(longer) == 1:
            return longer[0], ""
        new = self._add(Identity("organisation", _shown(mention, form), {form}))
        return new, "several" if longer else ""

    def _person(self, mention: Mention, form: str) -> tuple[Identity, str]:
        name = person_name(form, self.lexicon)
        piece = mention.piece
        if mention.hit.reason == "respondent" and (speaks := self._respondent(piece.document, form, name)) is not None:
            namesakes = any(
                each is not speaks and piece.document in each.documents for each in self._full[name.given or name.last]
            )
            label = piece.where != "text" or piece.text[mention.hit.end :].lstrip().startswith(":")
            return speaks, "several" if namesakes and not label else ""
        if name.given and name.surname:
            return self._full_name(mention, form, name)
        part = name.last or name.given
        options = [each for each in self._full[part] if self._fits(self._names[each], name)]
        full = [each for each in options if self._names[each].given and self._names[each].surname]
        lone = [each for each in options if each not in full and each.scope == piece.scope]
        near = [each for each in full if piece.document in each.documents]
        here = near or [each for each in full if piece.scope and each.scope == piece.scope]
        if len(here) == 1:
            return here[0], ""
        known = next((each for each in options if each.listed), None)
        if known is not None and len(options) == 1:
            return known, ""
        if len(here) > 1:
            return self._lone(mention, form, lone), "several"
        rare = bool(name.surname) and self.lexicon.frequency(name.last) < _RARE
        if not lone and len(full) == 1 and (rare or not (piece.scope and full[0].scope)):
            return full[0], "first_name" if name.given else "surname"
        return self._lone(mention, form, lone), "several" if full and not piece.scope else ""

    def _respondent(self, document: str, form: str, name: PersonName) -> Identity | None:
        """The only respondent of a document of whom this can be a part of the full name."""
        fitting = [
            each
            for each in self._respondents[document]
            if (full := self._names.get(each)) is not None
            and full.given
            and full.surname
            and (f"{plain(each.name)} ".startswith(f"{form} ") or (not name.surname and self._fits(full, name)))
        ]
        return fitting[0] if len(fitting) == 1 else None

    def _lone(self, mention: Mention, form: str, lone: list[Identity]) -> Identity:
        """Somebody of whom only a part of the name is known, within a community."""
        if lone:
            return lone[0]
        return self._add(Identity("person", _shown(mention, form), {form}, scope=mention.piece.scope))

    def _full_name(self, mention: Mention, form: str, name: PersonName) -> tuple[Identity, str]:
        same = [each for each in self._full[name.given] if self._same(self._names[each], name)]
        if same:
            return same[0], ""
        scope = mention.piece.scope
        earlier = [
            each for each in self._full[name.given]
            if not self._names[each].surname and each.pseudonym and each.scope == scope
        ]  # fmt: skip
        others = [each for each in self._full[name.given] if self._names[each].surname and each.scope == scope]
        if len(earlier) == 1 and not others:
            earlier[0].name = _shown(mention, form)
            self._enter(earlier[0])
            return earlier[0], "first_name"
        return self._add(Identity("person", _shown(mention, form), {form}, scope=scope)), ""

    @staticmethod
    def _same(one: PersonName, other: PersonName) -> bool:
        return one.given == other.given and one.surname == other.surname

    @staticmethod
    def _fits(one: PersonName, part: PersonName) -> bool:
        """Whether a part of a name, or initials with a surname, can be of a person."""
        if part.initials:
            begins = not one.given or one.given[0] == part.initials[0]
            return bool(one.last == part.last and begins and (not one.initials or one.initials[0] == part.initials[0]))
        if part.surname:
            # the given name of one may be the surname of another, and a surname may be called without particles
            particles = " " in part.surname and " " in one.surname
            return (
                one.last == part.last and (not particles or one.surname == part.surname)
            ) or one.given == part.surname
        return part.given in (one.given, one.last)

    def _form(self, mention: Mention, last_words: dict[str, set[str]]) -> str:
        """A mention without the s of possession, in small letters and without accents."""
        words = mention.form.split()
        if not words or mention.hit.kind == "organisation":
            return plain(mention.form)
        options = list(bare_forms(words[-1]))
        here = last_words.get(mention.piece.document, set())
        chosen = next((each for each in options[1:] if each in here and mention.hit.reason != "title"), None)
        if chosen is None:
            chosen = next((each for each in options if self._is_known(each, mention.hit.kind)), None)
        if chosen is None:
            chosen = options[-1] if words[-1].endswith(("'s", "'", "’")) else words[-1]
        return plain(" ".join([*words[:-1], chosen]))

    def _is_known(self, word: str, kind: Kind) -> bool:
        return self.lexicon.is_place(word) if kind == "place" else self.lexicon.is_name(word)


def _shown(mention: Mention, form: str) -> str:
    """A name for the key: as written, without the s of possession."""
    words = mention.text.split()
    last = form.split()[-1] if form else ""
    if words and plain(words[-1]) != last and plain(words[-1]).startswith(last):
        words[-1] = words[-1][: len(last)]
    return " ".join(words)
