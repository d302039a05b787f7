"""Time of suggestions for 10,000 segments, apart from sentence embeddings, which are made up here: run by hand."""

import time

import numpy as np
import pandas as pd

from lcresearch.interviews import read_codebook, read_transcripts, segments
from lcresearch.interviews.suggestions.classifier import make_classifier
from lcresearch.interviews.suggestions.coded_segments import CodedSegments
from lcresearch.interviews.suggestions.method import folds_of
from lcresearch.interviews.suggestions.quality import out_of_fold
from lcresearch.interviews.suggestions.rules import find_rules
from lcresearch.interviews.suggestions.similarity import Examples, Similarity

KIND = "speed"

N, DIMENSIONS, SHARE = 10_000, 512, 0.03


def main() -> None:
    rng = np.random.default_rng(0)
    book = read_codebook("learning-communities")
    codes = tuple(code.id for code in book if code.codable)
    corpus = read_transcripts("analyses/programme-demo/interviews")
    said = segments(corpus, without_roles=("interviewer",))
    parts = pd.concat([said] * (N // len(said) + 1), ignore_index=True).head(N)
    labels = rng.random((N, len(codes))) < SHARE
    coded = CodedSegments(parts, codes, ("A",), labels, labels, np.ones(N, dtype=bool), np.arange(N) // 25)
    vectors = rng.normal(size=(N, DIMENSIONS))
    row, code = np.nonzero(labels)
    examples = Examples([""] * len(row), [""] * len(row), vectors[row], code, coded.group[row])
    ways = {
        "rules": lambda: find_rules(coded, book, "nl"),
        "embedding": lambda: Similarity("", coded, vectors, rng.normal(size=labels.shape), [""] * len(codes), examples),
        "classifier": lambda: make_classifier(coded, vectors, "", [""] * len(codes), "nl"),
    }
    for name, make in ways.items():
        start = time.perf_counter()
        way = make()
        ready = time.perf_counter() - start
        out_of_fold(way, coded, np.arange(N), folds_of(coded.group, 10, 0))
        print(f"{name}: prepared in {ready:.1f} s, ten folds in {time.perf_counter() - start - ready:.1f} s")


if __name__ == "__main__":
    main()
