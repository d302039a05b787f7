"""Which passages touch which parts of texts."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

Places = npt.NDArray[np.int64]


def touching(parts: pd.DataFrame, passages: pd.DataFrame, *, least: int = 1) -> tuple[Places, Places]:
    """Pairs of a passage and a part of the same document that share characters.

    Parameters
    ----------
    parts : DataFrame
        ``document, start, end``; those of a document stand in order and do not overlap, as of :func:`segments`.
    passages : DataFrame
        ``document, start, end``, in any order.
    least : int
        Characters that they must share, or all of a part that is shorter.

    Returns
    -------
    tuple of arrays of int, shape (n_pairs,)
        Row numbers of the passages, and of the parts that they touch.

    Examples
    --------
    >>> parts = pd.DataFrame({"document": ["d", "d"], "start": [0, 10], "end": [9, 20]})
    >>> passages = pd.DataFrame({"document": ["d", "d", "e"], "start": [3, 12, 0], "end": [12, 15, 5]})
    >>> [found.tolist() for found in touching(parts, passages)]
    [[0, 0, 1], [0, 1, 1]]
    >>> [found.tolist() for found in touching(parts, passages, least=3)]
    [[0, 1], [0, 1]]
    """
    number, names = pd.factorize(parts["document"])
    of_passage = names.get_indexer(pd.Index(passages["document"])) if len(names) else np.full(len(passages), -1)
    first, last = (parts[name].to_numpy(dtype=np.int64) for name in ("start", "end"))
    begin, end = (passages[name].to_numpy(dtype=np.int64) for name in ("start", "end"))
    width = max(int(last.max(initial=0)), int(end.max(initial=0))) + 1
    order = np.lexsort((first, number))
    line, shift = number[order] * width, of_passage * width
    here = np.searchsorted(line + last[order], shift + begin, side="right")
    beyond = np.searchsorted(line + first[order], shift + end, side="left")
    n = np.where(of_passage >= 0, np.maximum(beyond - here, 0), 0)
    passage = np.repeat(np.arange(len(passages)), n)
    steps = np.arange(n.sum()) - np.repeat(np.cumsum(n) - n, n)
    part = order[np.repeat(here, n) + steps] if len(passage) else np.empty(0, dtype=np.int64)
    shared = np.minimum(end[passage], last[part]) - np.maximum(begin[passage], first[part])
    kept = shared >= np.minimum(least, last[part] - first[part])
    return passage[kept].astype(np.int64), part[kept].astype(np.int64)
