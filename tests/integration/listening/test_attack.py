"""An attacker who has the report and the pages of elements: every table of persons and codes that fits what is shown.

Persons are told apart only by which codes of an element they have, so a table is eight counts: of persons with none of
three codes, with each one, each two, and all. A group of one or two persons that has the same size in every table that
fits was given away.
"""

import itertools

import numpy as np
import pandas as pd
import pytest

from lcresearch.disclosure import Policy
from lcresearch.integration.listening.counting import Interviewed, Question, count_to_show
from lcresearch.interviews.code_tables.counts_of_persons import count_shown

N = 14
POLICY = Policy(minimum_cell=5)
ATOMS = np.array(list(itertools.product([0, 1], repeat=3)), dtype=bool)
"""Which of the codes (helps, lacks, hinders) each kind of person has."""


def tables_of(n, k):
    """All ways to put n persons in k kinds."""
    bars = np.array(list(itertools.combinations(range(n + k - 1), k - 1)))
    ends = np.hstack([np.full((len(bars), 1), -1), bars, np.full((len(bars), 1), n + k - 1)])
    return np.diff(ends, axis=1) - 1


TABLES = tables_of(N, 8)
CODES = dict(zip("abc", ATOMS.T, strict=True))
SETS = {
    **CODES,
    "valuing": CODES["a"] | CODES["b"],
    "any": CODES["a"] | CODES["b"] | CODES["c"],
}


def groups():
    """Groups of persons that one would want to know of: both, one and not the other, neither."""
    for (one, first), (two, second) in itertools.combinations(SETS.items(), 2):
        yield f"{one} and {two}", first & second
        yield f"{one} not {two}", first & ~second
        yield f"{two} not {one}", second & ~first
        yield f"neither {one} nor {two}", ~first & ~second


def shown_of(kinds, roles):
    """What goes out: counts of single codes in the report, and of the element on its page."""
    has = ATOMS[kinds]
    persons = pd.Series({f"d{k}": f"p{k}" for k in range(N)})
    presence = pd.DataFrame(
        {"respondent": persons.to_numpy(), "group": None} | dict(zip("abc", has.T.astype(int), strict=True))
    )
    totals = count_shown(presence, "", POLICY, None).totals
    shown = [(CODES[code], int(n)) for code, n in zip(totals["code"], totals["n_with"], strict=True)]
    sides = {side: np.any([CODES[code] for code in codes], axis=0) if codes else np.zeros(8, dtype=bool)
             for side, codes in roles.items()}  # fmt: skip
    sides["_valuing"] = sides["_helping"] | sides["_lacking"]
    sides = {"": SETS["any"]} | sides
    said = {}
    for side, kind in sides.items():
        who = persons[kind[kinds]]
        said[Question("e", side)] = pd.DataFrame({"person": who, "case": "c"})
    singles = {"e": [frozenset(persons[column]) for column in has.T]}
    cases = pd.Series("c", index=persons.index)
    counts = count_to_show(said, Interviewed(persons, cases), singles, "community", POLICY, None)
    return shown + [(sides[one.side], n) for one, n in counts.persons.items()]


ROLES = (
    {"_helping": "a", "_lacking": "b", "_hindering": "c"},
    {"_helping": "ab", "_lacking": "", "_hindering": "c"},
    {"_helping": "a", "_lacking": "", "_hindering": "bc"},
    {"_helping": "abc", "_lacking": "", "_hindering": ""},
)


@pytest.mark.parametrize("roles", ROLES, ids=lambda roles: "|".join(roles.values()))
@pytest.mark.parametrize("seed", range(25))
def test_no_few_persons_follow_from_all_that_is_shown(seed, roles):
    rng = np.random.default_rng(seed)
    weights = rng.dirichlet(np.full(8, rng.choice([0.3, 1.0])))
    attack(rng.choice(8, size=N, p=weights), roles)


@pytest.mark.parametrize(
    ("sizes", "roles"),
    [
        ([5, 0, 3, 2, 2, 1, 1, 0], ROLES[1]),
        ([0, 3, 0, 0, 4, 1, 5, 1], ROLES[2]),
        ([3, 3, 5, 0, 1, 2, 0, 0], ROLES[1]),
        ([3, 0, 5, 0, 0, 4, 2, 0], ROLES[0]),
    ],
)
def test_who_are_in_two_groups_does_not_follow_from_these_and_all_together(sizes, roles):
    attack(np.repeat(np.arange(8), sizes), roles)


def attack(kinds, roles):
    """Assert that no table of persons and codes is needed by what is shown."""
    shown = shown_of(kinds, roles)
    fits = np.ones(len(TABLES), dtype=bool)
    for kind, n in shown:
        fits &= TABLES[:, kind].sum(axis=1) == n
    possible = TABLES[fits]
    assert len(possible)
    for name, kind in groups():
        sizes = possible[:, kind].sum(axis=1)
        assert not (sizes.min() == sizes.max() and sizes[0] in (1, 2)), name
