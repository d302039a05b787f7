"""Who codes what: a random share of the texts by several coders, and the others by one."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from lcresearch.errors import InterviewError

USUAL_SHARE = (0.10, 0.25)
"""Share of the texts that is usually coded by several (O'Connor & Joffe, 2020)."""


def divide_texts(
    sizes: Mapping[str, int], coders: Sequence[str], *, share: float = 0.2, together: int = 2, seed: int = 0
) -> pd.DataFrame:
    """Divide texts over coders, some of them at random to several so that their agreement can be known.

    Texts for several coders are drawn at random: chosen by hand, they would be the easy ones or those that come first.
    Coders take turns in them, and the other texts are divided such that everybody has about as much to read.

    Parameters
    ----------
    sizes : mapping of str to int
        Text -> its length in characters, in the order of the study.
    coders : sequence of str
    share : float
        Part of the texts that several code, from 0 to 1; rounded up. Usual is a tenth to a quarter.
    together : int
        How many coders code each of these.
    seed : int
        The same seed gives the same division.

    Returns
    -------
    DataFrame
        A row a text and coder: ``document, coder, together`` (whether others code it too), in the order of the texts.

    Raises
    ------
    InterviewError
        V140: fewer coders than are to code together; V141: a share or number that cannot be.

    References
    ----------
    O'Connor & Joffe (2020), Intercoder reliability in qualitative research, International Journal of Qualitative
    Methods 19, 1-13.

    Examples
    --------
    >>> plan = divide_texts({"R1": 900, "R2": 700, "R3": 800, "R4": 600}, ["An", "Bo"], share=0.25, seed=1)
    >>> plan.groupby("document", sort=False)["coder"].agg(" + ".join).to_dict()
    {'R1': 'An + Bo', 'R2': 'Bo', 'R3': 'An', 'R4': 'Bo'}
    """
    if not 0 <= share <= 1:
        raise InterviewError("V141", name="share", found=str(share), known=["0 - 1"])
    if together < 2:
        raise InterviewError("V141", name="together", found=str(together), known=["2", "3", "…"])
    if len(coders) < (together if share else 1):
        raise InterviewError("V140", n=len(coders), found=list(coders) or ["–"])
    draw = np.random.default_rng(seed)
    names = list(sizes)
    order = [names[at] for at in draw.permutation(len(names))]
    n_shared = math.ceil(share * len(names) - 1e-9)
    load, shared = dict.fromkeys(coders, 0), dict.fromkeys(coders, 0)
    given: dict[str, list[str]] = {}
    for name in order[:n_shared]:
        rank = dict(zip(coders, draw.permutation(len(coders)), strict=True))
        given[name] = sorted(coders, key=lambda one: (shared[one], rank[one]))[:together]
        for one in given[name]:
            shared[one] += 1
            load[one] += sizes[name]
    for name in sorted(order[n_shared:], key=lambda one: -sizes[one]):
        given[name] = [min(coders, key=lambda one: load[one])]
        load[given[name][0]] += sizes[name]
    rows = [(name, one, len(given[name]) > 1) for name in names for one in coders if one in given[name]]
    return pd.DataFrame(rows, columns=["document", "coder", "together"])
