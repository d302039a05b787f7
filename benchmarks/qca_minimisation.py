"""Minimisation of truth tables of up to eight conditions against exhaustive search, and how long an analysis takes.

Run by hand: ``python benchmarks/qca_minimisation.py [--tables 200]``. For each random table, with and without
remainders that may be used:

- prime implicants are those found by looking at every term there is;
- the number of terms is that of an integer programme over the whole chart, or of all sets of terms where these are few;
- where the package setqca can be imported, prime implicants and models are compared with its own. Of the models with
  the fewest terms it keeps those with the fewest parts, so these must be those of ours that are shortest.

Goal: no difference. An analysis of 8 conditions takes well below a second, of 12 conditions seconds.
"""

from __future__ import annotations

import argparse
import importlib.util
import itertools
import time
from collections.abc import Iterator

import numpy as np
import pandas as pd
from comparison import Compared, installed, timed
from scipy import optimize

from lcresearch.integration import qca
from lcresearch.integration.configurations.covers import Covers, fewest_covers, irredundant_covers
from lcresearch.integration.configurations.minimisation import Chart, prime_implicants
from lcresearch.integration.configurations.terms import ANY, Bools, Term

KIND = "comparison"

SETQCA = importlib.util.find_spec("setqca") is not None
SEARCHED = 16
"""Charts with at most so many terms are solved by looking at every set of terms."""


def every_term(k: int) -> tuple[list[Term], Bools]:
    """All terms of k conditions, and which rows each holds."""
    terms = list(itertools.product((ANY, 0, 1), repeat=k))
    rows = np.array(list(itertools.product((0, 1), repeat=k)))
    wanted = np.array(terms)
    return terms, ((wanted[:, None, :] == ANY) | (wanted[:, None, :] == rows[None, :, :])).all(axis=2)


def primes_of_all(terms: list[Term], holds: Bools, explain: list[int], allowed: list[int]) -> set[Term]:
    """Terms that hold no forbidden row and lie in no other such term."""
    forbidden = np.ones(holds.shape[1], dtype=bool)
    forbidden[np.array([*explain, *allowed]) - 1] = False
    fine = {term for term, bad in zip(terms, holds[:, forbidden].any(axis=1), strict=True) if not bad}
    useful = {term for term, any_ in zip(terms, holds[:, np.array(explain) - 1].any(axis=1), strict=True) if any_}

    def shorter(term: Term) -> bool:
        return any((*term[:i], ANY, *term[i + 1 :]) in fine for i, value in enumerate(term) if value != ANY)

    return {term for term in fine & useful if not shorter(term)}


def covers_of_all(chart: Bools) -> set[tuple[int, ...]]:
    """All covers of which no term can be left out, by looking at every set of terms."""
    n = len(chart)
    sets = (np.arange(1 << n)[:, None] >> np.arange(n)) & 1
    full = ((sets @ chart.astype(np.int64)) > 0).all(axis=1)
    needed = np.ones(len(sets), dtype=bool)
    for term in range(n):
        inside = sets[:, term] == 1
        needed[inside] &= ~full[np.flatnonzero(inside) ^ (1 << term)]
    return {tuple(np.flatnonzero(one).tolist()) for one in sets[full & needed]}


def smallest(chart: Bools) -> int:
    """Terms needed, by an integer programme over all rows and terms."""
    n = len(chart)
    rows = optimize.LinearConstraint(chart.T.astype(float), lb=1)
    return round(optimize.milp(np.ones(n), constraints=rows, integrality=np.ones(n), bounds=optimize.Bounds(0, 1)).fun)


def differences(chart: Chart, found: Covers, explain: list[int], allowed: list[int], k: int) -> list[str]:
    """What is not as another search finds it."""
    wrong = []
    if {len(cover) for cover in found.covers} != {smallest(chart.holds)}:
        wrong.append("number of terms")
    if len(chart.terms) <= SEARCHED:
        every = covers_of_all(chart.holds)
        least = min(map(len, every))
        if found.complete and set(found.covers) != {cover for cover in every if len(cover) == least}:
            wrong.append("models")
        irredundant = irredundant_covers(chart.holds)
        if irredundant.complete and set(irredundant.covers) != every:
            wrong.append("irredundant models")
    if SETQCA and k <= 6:
        wrong += [f"setqca: {name}" for name in differs_from_setqca(chart, found, explain, allowed, k)]
    return wrong


def differs_from_setqca(chart: Chart, found: Covers, explain: list[int], allowed: list[int], k: int) -> list[str]:
    from setqca.minimize import exact_minimum_covers
    from setqca.minimize import prime_implicants as their_primes

    on = {row - 1 for row in explain}
    primes = their_primes(on, {row - 1 for row in allowed}, k)

    def ours(pattern: tuple[int | None, ...]) -> Term:
        return tuple(ANY if value is None else value for value in pattern)

    wrong = [] if {ours(one.pattern) for one in primes} == set(chart.terms) else ["prime implicants"]
    theirs = {frozenset(ours(i.pattern) for i in s.implicants) for s in exact_minimum_covers(primes, on)}
    mine = {frozenset(chart.terms[place] for place in cover) for cover in found.covers}

    def parts(model: frozenset[Term]) -> int:
        return sum(value != ANY for term in model for value in term)

    fewest = {model for model in mine if parts(model) == min(map(parts, mine))}
    if found.complete and (theirs != fewest if len(theirs) < 256 else not theirs <= fewest):
        wrong.append("models")
    return wrong


def compare(n_tables: int) -> None:
    rng = np.random.default_rng(1)
    for k in range(2, 9):
        terms, holds = every_term(k)
        wrong: list[str] = []
        stopped = n = 0
        start = time.perf_counter()
        spent = 0.0
        for _ in range(n_tables):
            seen = np.unique(rng.integers(1, 2**k + 1, size=rng.integers(4, 60)))
            out = rng.random(len(seen)) < rng.uniform(0.2, 0.8)
            out[0] = True
            explain = seen[out].tolist()
            rest = sorted(set(range(1, 2**k + 1)) - set(seen.tolist()))
            for allowed in ([], rest):
                before = time.perf_counter()
                chart = prime_implicants((2,) * k, explain, allowed)
                found = fewest_covers(chart.holds)
                spent += time.perf_counter() - before
                n += 1
                stopped += not found.complete
                if set(chart.terms) != primes_of_all(terms, holds, explain, allowed):
                    wrong.append("prime implicants")
                wrong += differences(chart, found, explain, allowed, k)
        print(
            f"{k} conditions: {n} minimisations, {1000 * spent / n:.1f} ms each, {stopped} stopped at a limit, "
            f"differences: {', '.join(wrong) or 'none'} ({time.perf_counter() - start:.0f} s with the checks)"
        )


def comparisons(long: bool = False) -> Iterator[Compared]:
    """Rows for ``run.py``: prime implicants and the shortest models of one table, beside setqca."""
    if not installed("setqca"):
        return
    from setqca.minimize import exact_minimum_covers
    from setqca.minimize import prime_implicants as their_primes

    for k in (5, 6):
        rng = np.random.default_rng(k)
        seen = np.unique(rng.integers(1, 2**k + 1, size=50))
        explain = seen[rng.random(len(seen)) < 0.5].tolist()
        rest = sorted(set(range(1, 2**k + 1)) - set(seen.tolist()))
        on, allowed = {row - 1 for row in explain}, {row - 1 for row in rest}

        def ours(k: int = k, explain: list[int] = explain, rest: list[int] = rest) -> tuple[Chart, Covers]:
            chart = prime_implicants((2,) * k, explain, rest)
            return chart, fewest_covers(chart.holds)

        def theirs(k: int = k, on: set[int] = on, allowed: set[int] = allowed) -> int:
            primes = their_primes(on, allowed, k)
            exact_minimum_covers(primes, on)
            return len(primes)

        clock, (chart, found) = timed(ours, 5)
        other, n_primes = timed(theirs, 1)
        apart = float(abs(n_primes - len(chart.terms))) + len(differs_from_setqca(chart, found, explain, rest, k))
        yield Compared(f"QCA, minimisation with {k} conditions", "setqca", clock, other, apart, "terms and models")


def invented(k: int, n: int) -> pd.DataFrame:
    """Crisp cases whose outcome follows c0*c1 + c2*~c3."""
    rng = np.random.default_rng(k)
    x = rng.integers(2, size=(n, k))
    y = (x[:, 0] & x[:, 1]) | (x[:, 2] & (1 - x[:, 3]))
    return pd.DataFrame(x, columns=[f"c{i}" for i in range(k)]).assign(y=y)


def measure() -> None:
    for k, n in ((5, 20), (6, 40), (8, 40), (8, 80), (10, 80), (12, 120)):
        cases = invented(k, n)
        names = [f"c{i}" for i in range(k)]
        start = time.perf_counter()
        result = qca(cases, "y", names, few_cases="accept")
        spent = time.perf_counter() - start
        models = [len(solution.models) for solution in (*result.solutions, *result.negated_solutions)]
        print(f"{k} conditions, {n} cases, outcome and its absence: {spent:.2f} s; models: {models}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=int, default=50, help="random tables of each number of conditions")
    tables = parser.parse_args().tables
    print(f"setqca: {'compared' if SETQCA else 'not installed'}")
    measure()
    compare(tables)
