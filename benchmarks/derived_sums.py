"""Models of a whole programme from added sums of products: ``python benchmarks/derived_sums.py [--persons 50]``.

400 consortia in ten sectors, 40 communities in each, five elements of communities and two covariates. The sums of the
consortia are made one by one and added; then the seconds and the peak memory of adding, of the main model with five
independent effects of elements over consortia, and of the model with 9 dummies and 45 products of sector and element
are taken, each with its tests, random effects and cautions. With ``--twice`` persons answer at one or two waves and
their sums are taken together (32,000 cells). Everything is invented; sizes of sums do not depend on the persons.

Measured on two cores with other work for five to seven (Python 3.11): adding 0.3 to 0.5 s; main model 1.1 s with its
tests (58 evaluations); sector model of 62 fixed effects 5 to 7 s with its tests; without one consortium, from where
that ended, 0.5 and 1.1 s; peak 380 MiB. With two waves: adding 0.8 to 2 s, main model 5 to 11 s, sector model 3.5 to
11 s, peak 700 MiB. A matrix of all columns for each cell, without elimination in the columns from which others were
derived, took 47 s for the sector model, 16 s for its tests, and 2.2 GiB.
"""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from collections.abc import Callable
from typing import TypeVar

import numpy as np
import pandas as pd
from peak_memory import peak_mebibytes

from lcresearch.multilevel import Crossproducts, DerivedColumn, added_together, crossproducts, derived_sums, fit_lmm

KIND = "speed"

N_CONSORTIA, N_COMMUNITIES, N_SECTORS = 400, 40, 10
ELEMENTS = [f"element_{k}" for k in range(1, 6)]
COVARIATES = ["age", "size"]
FORMULA = f"y ~ {' + '.join([*ELEMENTS, *COVARIATES])} + (1 | consortium) + (1 | community)"
PERSONS = f"{FORMULA} + (1 | community:person)"
RANDOM = [("consortium", ["Intercept"]), *(("consortium", [name]) for name in ELEMENTS), ("community", ["Intercept"])]
Random = list[tuple[str, list[str]]]
T = TypeVar("T")


def timed(what: str, make: Callable[[], T]) -> T:
    """The result, after a line with seconds and memory."""
    start = time.perf_counter()
    found = make()
    print(f"{what:32} {time.perf_counter() - start:6.2f} s   peak {peak_mebibytes():5.0f} MiB", flush=True)
    return found


def parts(n_persons: int, spread: float, *, twice: bool = False) -> list[Crossproducts]:
    """The sums of each consortium; ``spread`` of the effects of elements over consortia, of which two have none.

    With ``twice`` persons answered at one or two waves, and their sums are taken together.
    """
    rng = np.random.default_rng(7)
    found = []
    for consortium in range(N_CONSORTIA):
        elements = rng.integers(0, 2, (N_COMMUNITIES, 5)).astype(float)
        size = rng.normal(3, 1, N_COMMUNITIES)
        effects = np.array([0.3, 0.2, 0.1, 0.0, 0.0]) + spread * np.array([1, 1, 1, 0, 0]) * rng.normal(size=5)
        level = elements @ effects + rng.normal(0, 0.3) + rng.normal(0, 0.3, N_COMMUNITIES)
        at = np.repeat(np.arange(N_COMMUNITIES), rng.integers(n_persons // 2, 3 * n_persons // 2, N_COMMUNITIES))
        rows = pd.DataFrame(elements[at], columns=ELEMENTS)
        rows["size"], rows["age"] = size[at], rng.integers(18, 67, len(at))
        rows["y"] = level[at] + 0.01 * rows["age"] + 0.05 * rows["size"] + rng.normal(size=len(at))
        rows["consortium"], rows["community"] = f"c{consortium:03d}", consortium * N_COMMUNITIES + at
        if not twice:
            found.append(crossproducts(FORMULA, rows))
            continue
        rows["person"], again = np.arange(len(rows)), rows["y"] + rng.normal(size=len(rows))
        rows = pd.concat([rows, rows.assign(y=again)[rng.random(len(rows)) < 0.7]], ignore_index=True)
        found.append(crossproducts(PERSONS, rows, persons="person"))
    return found


def random_terms(cross: Crossproducts) -> Random:
    """Levels and effects of elements over consortia, and persons where these were summed."""
    return RANDOM if cross.persons is None else [*RANDOM, ("community:person", ["Intercept"])]


def main_model(cross: Crossproducts) -> Crossproducts:
    """All elements at once, each with an effect that differs between consortia."""
    names = ["Intercept", *ELEMENTS, *COVARIATES]
    return derived_sums(cross, {name: [name] for name in names}, random_terms(cross))


def sector_model(cross: Crossproducts) -> Crossproducts:
    """The same with sectors and their products with the elements."""
    sector = (cross.cells["consortium"].str[1:].astype(int) % N_SECTORS).to_numpy()
    made, terms = [], {name: [name] for name in ["Intercept", *ELEMENTS, *COVARIATES]}
    for source, term in [("Intercept", "sector"), *((name, f"{name}:sector") for name in ELEMENTS)]:
        terms[term] = [f"{term}_{k}" for k in range(1, N_SECTORS)]
        made += [DerivedColumn(f"{term}_{k}", source, sector == k) for k in range(1, N_SECTORS)]
    return derived_sums(cross, terms, random_terms(cross), made)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--persons", type=int, default=50)
    parser.add_argument("--spread", type=float, default=0.15)
    parser.add_argument("--twice", action="store_true")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    start = time.perf_counter()
    found = timed("sums of 400 consortia", lambda: parts(arguments.persons, arguments.spread, twice=arguments.twice))
    start = time.perf_counter()
    cross = timed("adding", lambda: added_together(found))
    for name, make in (("main", main_model), ("sector", sector_model)):
        derived = timed(f"{name}: deriving", lambda make=make: make(cross))
        fit = timed(f"{name}: fit", lambda derived=derived: fit_lmm(derived.formula, derived))
        print(f"  {fit.optimum.n_evaluations} evaluations, converged {fit.converged}, singular {fit.singular}")
        timed(f"{name}: tests", lambda fit=fit: (fit.tidy(), fit.terms()))
        timed(f"{name}: random effects", lambda fit=fit: fit.random_effects)
        timed(f"{name}: cautions", lambda fit=fit: fit.cautions())
        less = derived.without("consortium", ["c007"])
        timed(f"{name}: without one consortium", lambda less=less, fit=fit: fit_lmm(less.formula, less, start=fit))
        del derived, fit, less
    print(f"{'adding and both models':32} {time.perf_counter() - start:6.2f} s")


if __name__ == "__main__":
    sys.exit(main())
