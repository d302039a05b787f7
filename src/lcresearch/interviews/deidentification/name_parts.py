"""The parts of names: given name, surname, and the words of organisations that tell them apart."""

from __future__ import annotations

from dataclasses import dataclass

from lcresearch.interviews.deidentification.lexicon import Lexicon

PARTICLES = frozenset(
    ("van", "der", "den", "de", "het", "'t", "ter", "ten", "te", "vd", "la", "le", "du", "des", "da", "dos", "di",
     "del", "von", "zu", "al", "el", "ben", "bin", "abu", "ait")
)  # fmt: skip
"""Small words inside surnames."""
BEFORE_PARTICLES = frozenset(("in", "op", "aan", "bij", "uit"))
"""Words that stand inside a surname before another small word: ``op den``, ``in 't``."""


@dataclass(frozen=True)
class PersonName:
    """A name of a person in small letters.

    Attributes
    ----------
    given, surname : str
        Either may be empty; the surname comes with its particles.
    initials : str
        Such as ``p.j.m.``, where there is no given name.
    """

    given: str
    surname: str
    initials: str = ""

    @property
    def last(self) -> str:
        """The surname without particles."""
        return self.surname.split()[-1] if self.surname else ""


def person_name(form: str, lexicon: Lexicon) -> PersonName:
    """The parts of a name in small letters.

    Examples
    --------
    >>> from lcresearch.interviews.deidentification.lexicon import lexicon
    >>> person_name("marleen van der velde", lexicon("nl"))
    PersonName(given='marleen', surname='van der velde', initials='')
    """
    words = form.split()
    if len(words) == 1:
        surname = words[0] in lexicon.surnames and not lexicon.is_given(words[0])
        return PersonName("", words[0]) if surname else PersonName(words[0], "")
    if words[0] in PARTICLES | BEFORE_PARTICLES:
        return PersonName("", form)
    if words[0].endswith("."):
        n = sum(word.endswith(".") for word in words)
        return PersonName("", " ".join(words[n:]), "".join(words[:n]))
    n = 1
    while (
        n < len(words) - 1
        and words[n] not in PARTICLES | BEFORE_PARTICLES
        and lexicon.is_given(words[n])
        and words[n] not in lexicon.surnames
    ):
        n += 1
    return PersonName(" ".join(words[:n]), " ".join(words[n:]))


def distinctive(form: str, lexicon: Lexicon) -> str:
    """The words of an organisation in small letters that tell it apart: without kind, legal form and small words.

    Examples
    --------
    >>> from lcresearch.interviews.deidentification.lexicon import lexicon
    >>> distinctive("installatiebedrijf van ekkelkamp techniek", lexicon("nl"))
    'ekkelkamp'
    """
    groups = lexicon.groups
    general = (
        groups["organisation_heads"]
        | groups["organisation_tails"]
        | groups["organisation_links"]
        | groups["legal_forms"]
    )
    kept = [word for word in form.split() if word.strip(".,&") and word.strip(",") not in general]
    return " ".join(kept)
