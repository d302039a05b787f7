"""Sentence embeddings that are remembered, for tests that embed the same interviews and look at something else."""

from dataclasses import replace
from functools import cache

import numpy as np

from lcresearch.interviews.text import encoders


@cache
def remembering(model: str) -> encoders.Encoder:
    """The encoder of a model that computes the vector of a text once in a run of the tests."""
    real = encoders.encoder(model)
    vector = cache(lambda text: real.encode([text])[0])
    return replace(real, encode=lambda texts: np.stack([vector(text) for text in texts]), batch=1)
