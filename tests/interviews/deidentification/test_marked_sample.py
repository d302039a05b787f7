"""What is found in thirty pages of invented interviews in which every name was marked by hand.

Part A was there while the rules were written. Parts B and C were written by others, who had not seen the code, and
were first measured as they came (``docs/interviews-deidentification.md`` has those figures); what they showed was
mended afterwards, so the figures here are a floor against going back, and no promise for other interviews.
"""

import json
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from lcresearch import interviews
from lcresearch.interviews import Corpus, Document
from lcresearch.interviews.deidentification.corpus_names import is_code
from lcresearch.interviews.deidentification.lexicon import lexicon
from lcresearch.interviews.transcripts.speakers import find_turns, is_asking

FOLDER = Path(__file__).parents[2] / "reference" / "deidentification"
FIGURES = json.loads((FOLDER / "figures.json").read_text(encoding="utf-8"))
MARK = re.compile(r"\[\[(\w+):([^\]\n]*)\]\]")
LAYERS = {
    "patterns": ["pattern"],
    "default": ["pattern", "corpus", "speech"],
    "own list": ["pattern", "list", "corpus", "speech"],
}


def unmarked(raw):
    """A page without its marks, and the marks as (start, end, kind)."""
    text, marks, last = "", [], 0
    for found in MARK.finditer(raw):
        text += raw[last : found.start()]
        marks.append((len(text), len(text) + len(found[2]), found[1]))
        text += found[2]
        last = found.end()
    return text + raw[last:], marks


@cache
def pages(part):
    return {path.stem: unmarked(path.read_text(encoding="utf-8")) for path in sorted((FOLDER / part).glob("*.txt"))}


def corpus_of(part):
    documents = []
    for name, (text, _) in pages(part).items():
        turns = find_turns(text)
        roles = {turn.speaker: "interviewer" for turn in turns if is_asking(turn.speaker)}
        documents.append(Document(name, name, text, turns, roles=roles))
    return Corpus(tuple(documents))


def own_list(part):
    """What a study knows of its people: names in full, and firms."""
    said = [(kind, text[a:b]) for text, marks in pages(part).values() for a, b, kind in marks]
    persons = sorted({name for kind, name in said if kind == "person" and " " in name})
    return {"persons": persons, "organisations": sorted({name for kind, name in said if kind == "organisation"})}


def measured(part, layers):
    """By kind: marks, marks of which every letter was taken out, those taken out as that kind, hits, hits in a mark."""
    names = own_list(part) if "list" in LAYERS[layers] else None
    log = interviews.deidentify(corpus_of(part), layers=LAYERS[layers], names=names, dates="replace").log
    counts = Counter()
    for name, (text, marks) in pages(part).items():
        rows = log[(log["document"] == name) & (log["where"] == "text") & (log["action"] != "left")]
        kinds = {}
        for start, end, kind in rows[["start", "end", "kind"]].itertuples(index=False):
            kinds |= dict.fromkeys(range(start, end), kind)
            counts[kind, "hits"] += 1
            counts[kind, "right"] += any(start < b and a < end for a, b, _ in marks)
        for start, end, kind in marks:
            letters = [kinds.get(n) for n in range(start, end) if text[n].isalnum()]
            counts[kind, "marks"] += 1
            counts[kind, "found"] += all(letters)
            counts[kind, "as_kind"] += all(each == kind for each in letters)
    found = {}
    for (kind, what), n in sorted(counts.items()):
        found.setdefault(kind, dict.fromkeys(("marks", "found", "as_kind", "hits", "right"), 0))[what] = n
    return found


@pytest.mark.parametrize("part", ["a", "b", "c"])
@pytest.mark.parametrize("layers", list(LAYERS))
def test_figures_of_the_marked_pages(part, layers):
    assert measured(part, layers) == FIGURES[part][layers]


def test_recall_of_persons_in_the_held_out_halves():
    persons = [FIGURES[part]["default"]["person"] for part in ("b", "c")]
    assert sum(each["found"] for each in persons) / sum(each["marks"] for each in persons) >= 0.95


def test_speakers_of_the_pages_are_no_codes():
    words = lexicon("nl")
    assert not is_code("Fatima", words)
    assert is_code("R", words)


def test_the_page_tells_these_figures():
    page = (Path(__file__).parents[3] / "docs" / "interviews-deidentification.md").read_text(encoding="utf-8")
    for kind in FIGURES["b"]["default"]:
        cells = []
        for part in ("a", "b", "c"):
            figures = FIGURES[part]["default"].get(kind)
            recall = f"{figures['found'] / figures['marks']:.3f}" if figures and figures["marks"] else "–"
            precision = f"{figures['right'] / figures['hits']:.3f}" if figures and figures["hits"] else "–"
            cells += [recall, precision]
        assert f"| {kind} | {' | '.join(cells)} |" in page


if __name__ == "__main__":
    found = {part: {layers: measured(part, layers) for layers in LAYERS} for part in ("a", "b", "c")}
    (FOLDER / "figures.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
