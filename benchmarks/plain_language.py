"""The figures on syllables and on rare words that the docstrings of the instruments give, counted anew.

Run by hand, from the top of the repository: ``uv run --with pyphen python -m benchmarks.plain_language``.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyphen
from tests.instruments.test_readability import DIVIDED, DRAWN
from wordfreq import zipf_frequency

from lcresearch import instruments
from lcresearch.instruments import readability
from lcresearch.instruments.library import library_files
from lcresearch.instruments.plain_language import read_in_dutch
from lcresearch.instruments.word_frequency import zipf

KIND = "speed"

JARGON = """
absorptie adaptief adaptiviteit borging cocreatie competentie disseminatie expertise facilitator faciliteren hybride
implementatie innovatiekracht interventie intrinsiek kennisdeling optimaliseren paradigma participeren
procesoptimalisatie reflectie stakeholder transitie vakmanschap valorisatie zelfsturend
"""
PATTERNS = pyphen.Pyphen(lang="nl_NL", left=1, right=1)


def hyphenated(word: str) -> str:
    """A word with the hyphens that the patterns put in, one at a place."""
    return PATTERNS.inserted(word).replace("--", "-")


def distinct(texts: Iterable[str]) -> list[str]:
    """The words of texts, each once."""
    return sorted({word.casefold() for text in texts for word in readability.words(text)})


def main() -> None:
    """Print wrong counts of syllables, and words below several limits of frequency."""
    for name, divided in (("chosen", DIVIDED.split()), ("drawn", DRAWN.split())):
        right = {word.replace("-", ""): word.count("-") + 1 for word in divided}
        ours = [word for word, count in right.items() if readability.syllables(word) != count]
        theirs = [word for word, count in right.items() if hyphenated(word).count("-") + 1 != count]
        print(f"{name}: {len(right)} words; wrong here {ours}; wrong in pyphen {len(theirs)}: {theirs}")
    library = [instruments.load(name) for name in library_files()]
    questions = distinct(text for one in library for text in readability.dutch_questions(one).values())
    differ = [word for word in questions if hyphenated(word).count("-") + 1 != readability.syllables(word)]
    print(f"questions: {len(questions)} words; to judge by hand, {len(differ)}: {differ}")
    read = distinct(text for one in library for _, text, _ in read_in_dutch(one))
    for limit in (2.5, 3.0, 3.5):
        rare = [word for word in read if zipf(word) < limit]
        alone = sum(zipf_frequency(word, "nl") < limit for word in read)
        stopped = [word for word in JARGON.split() if zipf(word) < limit]
        print(f"Zipf {limit}: {len(rare)} of {len(read)} words {rare}; {alone} without parts; jargon {len(stopped)}")


if __name__ == "__main__":
    main()
