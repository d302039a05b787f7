"""Seconds for topics of 1,000 and 10,000 segments, the first time and with kept vectors.

Run by hand, with nothing else running: ``python benchmarks/topics.py [n ...]``. Goal, on two cores: 1,000 segments
embedded and clustered in under a minute, 10,000 in under eight; a second run without embedding.

Segments are invented: sentences of eight themes put together at random, some 45 words each, so that no two are equal.
"""

from __future__ import annotations

import argparse
import itertools
import os
import tempfile
import time
import warnings

import numpy as np

from lcresearch.interviews import Corpus, Document, find_topics
from lcresearch.interviews.topics.stability import adjusted_rand

KIND = "speed"

WHO = ["Mijn collega", "De begeleider", "Een jonge medewerker", "Iemand van buiten", "De teamleider", "Onze buurman"]
WHEN = ["in het begin", "na een half jaar", "op een gewone dinsdag", "toen het misging", "zonder dat ik het vroeg"]
THEMES = {
    "money": ["vroeg subsidie aan", "rekende de begroting door", "betaalde de rekening", "schreef de kosten op"],
    "machine": ["repareerde de motor", "stelde de sensor af", "haalde de pomp uit elkaar", "smeerde de lagers"],
    "care": ["waste een patiënt", "deelde medicijnen uit", "verbond de wond", "luisterde naar de bewoner"],
    "school": ["gaf les aan de klas", "keek het examen na", "besprak de stage", "hielp een leerling met wiskunde"],
    "farm": ["melkte de koeien", "ploegde de akker", "oogstte de aardappelen", "voerde de varkens in de stal"],
    "transport": ["reed de vrachtwagen", "laadde het schip", "miste de trein", "plande de route van de chauffeurs"],
    "software": ["programmeerde de website", "installeerde een update", "zocht de fout in de code", "maakte een app"],
    "meeting": ["zat de vergadering voor", "schreef de notulen", "maakte een agenda", "nodigde het bestuur uit"],
}


def invented(n: int, seed: int = 1) -> tuple[list[str], np.ndarray]:
    """Texts and their themes."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, len(THEMES), n)
    sentences = [
        [
            f"{who} {did.split(' ', 1)[0]} {when} {did.split(' ', 1)[1]}."
            for who, did, when in itertools.product(WHO, dids, WHEN)
        ]
        for dids in THEMES.values()
    ]
    return [" ".join(rng.choice(sentences[theme], 5)) for theme in truth], truth


def run(corpus: Corpus, themes: dict[str, int], cache: str) -> str:
    """One search, in a line."""
    steps: dict[str, float] = {}
    start, processor = time.perf_counter(), time.process_time()

    def tell(step: str, share: float) -> None:
        steps[step] = time.perf_counter() - start

    found = find_topics(corpus, unit="paragraph", seed=1, cache=cache, progress=tell)
    done, used = time.perf_counter() - start, time.process_time() - processor
    said = found.segments[found.segments["kind"] == "topic"]
    truth = np.array([themes[text] for text in said["text"]])
    rand = adjusted_rand(truth, said["topic"].to_numpy())
    parts = ", ".join(f"{step} {at:.0f} s" for step, at in steps.items())
    return (
        f"{done:.1f} s (processor {used:.1f} s); {found.n_topics} topics, adjusted Rand {rand:.2f}, agreement "
        f"{found.agreement:.2f}; done at: {parts}; load {os.getloadavg()[0]:.1f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("sizes", type=int, nargs="*", default=[1000, 10_000])
    for n in parser.parse_args().sizes:
        texts, truth = invented(n)
        documents = tuple(Document(f"d{number}", f"d{number}", "\n".join(texts[number::40])) for number in range(40))
        with tempfile.TemporaryDirectory() as cache, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for label in ("first run", "second run, vectors kept"):
                done = run(Corpus(documents), dict(zip(texts, truth.tolist(), strict=True)), cache)
                print(f"{n} segments, {label}: {done}", flush=True)


if __name__ == "__main__":
    main()
