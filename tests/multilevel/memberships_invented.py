"""Invented rows that belong to several groups, and fits of them that several files of tests ask from."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lcresearch import multilevel
from lcresearch.errors import MultilevelError

REFERENCE = Path(__file__).parents[1] / "reference"
CONTENT = json.loads((REFERENCE / "multilevel" / "memberships.json").read_text(encoding="utf-8"))
FRAME = pd.read_csv(REFERENCE / "data" / "memberships_invented.csv")
COMMUNITIES = "mm(first_community, second_community)"
SHARES = "mm(first_community, second_community, weights=(share_first, share_second))"
LABELS = {"communities": COMMUNITIES, "sectors": "mm(home_sector, partner_sector)"}
FITS = {}


def fit_of(case):
    if case not in FITS:
        values = CONTENT["values"][case]
        FITS[case] = multilevel.fit_lmm(values["formula"], FRAME, method="REML" if values["REML"] else "ML")
    return FITS[case], CONTENT["values"][case]


def ours(values):
    return {name.replace("(Intercept)", "Intercept"): value for name, value in values.items()}


def code_of(call):
    with pytest.raises(MultilevelError) as refused:
        call()
    return refused.value.problems[0].code


def incidence(frame, labels, columns=("first_community", "second_community"), weights=None):
    """The weights of all groups, written out: rows x groups."""
    found = np.zeros((len(frame), len(labels)))
    for place, name in enumerate(columns):
        own = np.ones(len(frame)) if weights is None else frame[weights[place]].fillna(0).to_numpy()
        for row, label in enumerate(frame[name]):
            if label in labels:
                found[row, list(labels).index(label)] += own[row]
    return found / found.sum(axis=1, keepdims=True)
