"""``README.md`` and ``LICENSE.txt`` of an open bundle: for who opens the folder without a browser."""

from __future__ import annotations

from collections.abc import Sequence

from lcresearch.messages import LANGUAGES
from lcresearch.reporting.publication_words import PublicationFacts, PublicationWords
from lcresearch.reporting.wording import clean, in_language

_FILES = (
    "index.html", "summary.nl.html, summary.en.html", "report.html", "tables/", "figures/", "instruments/", "codebook/",
    "metadata/", "logs/", "replay/", "CITATION.cff", "manifest-sha256.txt",
)  # fmt: skip
_MARKS = str.maketrans({character: f"\\{character}" for character in "\\`*_[]<>#|!"})


def plain_markdown(text: str) -> str:
    """A text in which nothing is taken for markup.

    Examples
    --------
    >>> plain_markdown("A *new* <b>start</b>")
    'A \\\\*new\\\\* \\\\<b\\\\>start\\\\</b\\\\>'
    """
    return clean(text).translate(_MARKS)


def readme(facts: PublicationFacts, languages: Sequence[str]) -> str:
    """The file, first in the language of the study and then in the other one."""
    order = [*languages, *(language for language in LANGUAGES if language not in languages)]
    return "\n---\n\n".join(_part(facts, language) for language in order)


def _part(facts: PublicationFacts, language: str) -> str:
    words = PublicationWords(language)
    lines = [f"# {plain_markdown(in_language(facts.title, language))}", ""]
    lines += [f"**{words('simulated')}**", ""] if facts.simulated else []
    lines += [plain_markdown(in_language(facts.description, language)), "", f"## {words('page.cite')}", "",
              plain_markdown(facts.citation), "", f"## {words('page.files')}", ""]  # fmt: skip
    for name in _FILES:
        if name == "codebook/" and not facts.has_codebook:
            continue
        lines.append(f"- `{name}`: {words('file.' + name.split('.')[0].split('/')[0].split('-')[0].lower())}")
    lines += ["", f"## {words('page.replay')}", "", words("replay.intro"), ""]
    lines += [f"{n}. {step}" for n, step in enumerate(replay_steps(facts, words), start=1)]
    lines += ["", f"## {words('page.licence')}", "", words("licence.text", name=facts.licence[1], uri=facts.licence[2]),
              "", words("licence.instruments"), "", words("readme.check"), "",
              "    sha256sum --check manifest-sha256.txt", ""]  # fmt: skip
    return "\n".join(lines)


def replay_steps(facts: PublicationFacts, words: PublicationWords) -> list[str]:
    """What another consortium does to have the same study on its own answers."""
    steps = [words("replay.install", version=facts.software["lcresearch"]), words("replay.copy")]
    named = [name for name, _, _, _, here, library in facts.instruments if not (here or library)]
    steps += [words("replay.ask", instruments=", ".join(named))] if named else []
    columns = ", ".join(f"`{name}`" for name in facts.columns)
    return [*steps, words("replay.answers", columns=columns or "–"), words("replay.name"), words("replay.run")]


def licence_text(facts: PublicationFacts) -> str:
    """Under which licence the bundle may be used, in both languages."""
    identifier, name, address = facts.licence
    parts = [f"{name}\nSPDX-License-Identifier: {identifier}\n{address}legalcode"]
    for language in LANGUAGES:
        words = PublicationWords(language)
        parts.append(words("licence.text", name=name, uri=address) + "\n" + words("licence.instruments"))
    return "\n\n".join(parts) + "\n"
