"""What a page shows of texts, and what a form says of them: who speaks in which role, and who was interviewed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from lcresearch.app.forms import Form
from lcresearch.errors import AppError
from lcresearch.interviews import Corpus, Document
from lcresearch.reporting.wording import records

ATTRIBUTES = ("respondent", "role", "organisation", "community", "wave")
"""Asked of each text; others that a table said are asked as well."""
ROLES = ("", "interviewer", "observer")
"""Offered for each speaker; empty is somebody who is interviewed."""
MOST_CELLS = 1500
"""Fields that one form can send; above it a table beside the texts is the way."""
_LONGEST = 200


@dataclass(frozen=True)
class Said:
    """What a form said.

    Attributes
    ----------
    roles : mapping of str to str
        Speaker -> role; empty for those who are interviewed.
    attributes : mapping of str to mapping
        Id of a text -> attribute -> value; an empty value takes it away.
    """

    roles: Mapping[str, str]
    attributes: Mapping[str, Mapping[str, str]]

    def of(self, document: Document) -> Document:
        """A text with what was said of it."""
        roles = dict(document.roles) | {name: self.roles[name] for name in document.speakers if name in self.roles}
        given = self.attributes.get(document.id, {})
        known = {**document.attributes, **given}
        changed = {
            name: document.attributes[name] if str(document.attributes.get(name, "")) == given.get(name) else value
            for name, value in known.items()
            if value != ""
        }
        return replace(document, roles={name: role for name, role in roles.items() if role}, attributes=changed)


def speaker_rows(corpus: Corpus) -> list[dict[str, Any]]:
    """Speakers as the form asks of them."""
    return [
        {
            "speaker": str(row.speaker),
            "role": str(row.role),
            "roles": list(dict.fromkeys([*ROLES, str(row.role)])),
            "n_texts": int(row.n_documents),
            "n_turns": int(row.n_turns),
            "words": _first_words(corpus, str(row.speaker)),
        }
        for row in records(corpus.speakers)
    ]


def _first_words(corpus: Corpus, speaker: str) -> str:
    """What somebody says first, to know who it is."""
    for document in corpus:
        for turn in document.turns:
            words = " ".join(document.quote(turn.start, turn.end).split())
            if turn.speaker == speaker and words:
                return words if len(words) <= _SHOWN else words[:_SHOWN].rsplit(" ", 1)[0] + " …"
    return ""


_SHOWN = 90


def attribute_names(corpus: Corpus) -> list[str]:
    """Attributes that the form asks of each text; none when there are too many texts for one form."""
    more = {str(name): None for each in corpus for name in each.attributes if str(name) not in ATTRIBUTES}
    names = [*ATTRIBUTES, *more]
    return names if len(names) * len(corpus) <= MOST_CELLS else []


def text_rows(corpus: Corpus, names: list[str]) -> list[dict[str, Any]]:
    """Texts as the form asks of them."""
    return [
        {
            "id": each.id,
            "name": each.name,
            "file": each.file,
            "n_words": len(each.text.split()),
            "speakers": each.speakers,
            "n_turns": len(each.turns),
            "values": [(name, _as_text(each.attributes.get(name))) for name in names],
        }
        for each in corpus
    ]


def _as_text(value: object) -> str:
    return "" if value is None else str(value)


def said_in(form: Form, corpus: Corpus) -> Said:
    """What a form says of these texts: fields ``speaker.<n>``, ``role.<n>`` and ``about.<n>.<attribute>``.

    Raises
    ------
    AppError
        W148: a value that is too long.
    """
    speakers = corpus.speakers["speaker"].tolist()
    roles = {}
    for number, speaker in enumerate(speakers):
        if form.text(f"speaker.{number}") == speaker.strip():
            roles[speaker] = _short(form.text(f"role.{number}"))
    names = attribute_names(corpus)
    attributes: dict[str, dict[str, str]] = {}
    fields = form.fields()
    for number, document in enumerate(corpus):
        given = {name: fields.get(f"about.{number}.{place}") for place, name in enumerate(names)}
        attributes[document.id] = {name: _short(value) for name, value in given.items() if value is not None}
    return Said(roles, attributes)


def _short(value: str) -> str:
    clean = " ".join(value.split())
    if len(clean) > _LONGEST:
        raise AppError("W148", longest=_LONGEST)
    return clean
