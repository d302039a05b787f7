"""How often a short-cycle study says 'clear' when nothing changed, and whether plans keep their promise.

Studies of few firms are made up: scores are means of five items with answers 1 to 5, skewed and with a ceiling; people
differ, firms differ a little, one in five does not answer after (more often those who scored low), and nothing changes,
or as much as is said. Each study is analysed as ``change.before_after`` does. The figures stand in ``docs/change.md``.

Run: python benchmarks/short_cycle_honesty.py [--sims 10000] [--models 2000]
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from lcresearch.change.expected_precision import expected_precision
from lcresearch.change.firms_fixed import MeanChange, linked_change, unlinked_change
from lcresearch.change.mixed_models import DDF, fitted
from lcresearch.change.staggered import RANDOM, starts_in_turn, within_persons
from lcresearch.change.sureness import surenesses
from lcresearch.change.two_wave_model import firms_fixed, firms_random, two_wave_fit
from lcresearch.multilevel import power

KIND = "simulation"

THRESHOLDS = np.array([-2.6, -1.9, -1.0, 0.3])
N_ITEMS = 5
PERSON, OCCASION, ITEM = 0.75, 0.45, 0.8


@dataclass(frozen=True)
class World:
    """How answers come about; standard deviations on the scale behind the items."""

    firms: int
    people: int
    waves: int = 2
    firm: float = 0.2
    firm_moment: float = 0.0
    answering: float = 0.8
    effect: float = 0.0
    same_people: bool = True


def scores(world: World, sims: int, rng: np.random.Generator, started: np.ndarray) -> np.ndarray:
    """Scores, shape (sims, persons, waves), NaN of who does not answer; ``started`` has shape (firms, waves)."""
    k, n, t = world.firms, world.people, world.waves
    shape = (sims, k, n, t)
    latent = world.firm * rng.normal(size=(sims, k, 1, 1)) + world.firm_moment * rng.normal(size=(sims, k, 1, t))
    latent = latent + PERSON * rng.normal(size=(sims, k, n, 1 if world.same_people else t))
    latent = latent + OCCASION * rng.normal(size=shape) + world.effect * started[None, :, None, :]
    found = np.zeros(shape)
    for _ in range(N_ITEMS):
        found += 1 + np.searchsorted(THRESHOLDS, latent + ITEM * rng.normal(size=shape))
    found = (found / N_ITEMS).reshape(sims, k * n, t)
    lower = (found[..., :1] < np.median(found[..., 0])).astype(float)
    stays = world.answering + 0.1 - 0.2 * lower if world.answering < 1 else 1.0
    found[..., 1:] = np.where(rng.random((sims, k * n, t - 1)) < stays, found[..., 1:], np.nan)
    return found


def said_clear(found: MeanChange) -> tuple[float, float]:
    """Share of studies that say clear gain and clear loss."""
    words = np.array(surenesses(found.estimate, found.std_error, found.df))
    return float((words == "clear_gain").mean()), float((words == "clear_loss").mean())


def in_batches(world: World, sims: int, seed: int, started: np.ndarray, analyse) -> MeanChange:
    parts = []
    for child in np.random.SeedSequence(seed).spawn(-(-sims // 1000)):
        parts.append(analyse(scores(world, min(1000, sims), np.random.default_rng(child), started)))
    return MeanChange(*(np.concatenate([getattr(p, n) for p in parts]) for n in MeanChange.__dataclass_fields__))


def one_by_one(formula: str, term: str, rows_of) -> object:
    def analyse(made: np.ndarray) -> MeanChange:
        numbers = np.full((4, len(made)), np.nan)
        for place, study in enumerate(made):
            found = fitted(formula, rows_of(study), term)
            if found is not None:
                numbers[:, place] = found.estimate, found.std_error, found.df, found.variance
        return MeanChange(*numbers)

    return analyse


def report(name: str, world: World, found: MeanChange, began: float) -> None:
    gain, loss = said_clear(found)
    told = f"{name:58s} {len(found.estimate):6d} studies: clear {100 * (gain + loss):5.2f}%"
    print(f"{told} (gain {100 * gain:.2f}, loss {100 * loss:.2f}); {time.time() - began:.0f} s", flush=True)


def designs(world: World) -> dict[str, tuple[World, np.ndarray, object, bool]]:
    """Name -> world, which firm has started when, the analysis, and whether it needs a mixed model a study."""
    k, n = world.firms, world.people
    firm = np.repeat(np.arange(k), n)
    part = np.arange(k) >= k // 2
    everyone = np.ones(k, dtype=bool)
    after = np.array([[0, 1]] * k)
    waves4 = replace(world, waves=4)
    begun = (starts_in_turn(k, 4)[:, None] <= np.arange(4)).astype(float)
    of_firms = firms_fixed if k < 6 else firms_random

    def all_answers(side: np.ndarray, linked: bool = True):
        return lambda s: of_firms(two_wave_fit(s[..., 0], s[..., 1], firm, k, linked=linked), side)

    def apart(s: np.ndarray) -> MeanChange:
        return unlinked_change(s[..., 0], s[..., 1], firm, everyone) if k < 6 else all_answers(everyone, False)(s)

    def staggered(study: np.ndarray) -> pd.DataFrame:
        person, wave = (each.ravel() for each in np.indices(study.shape))
        rows = pd.DataFrame({"score": study.ravel(), "person": person.astype(str), "wave": wave.astype(str)})
        rows = rows.assign(firm=firm[person].astype(str), started=begun[firm[person], wave])
        return rows.assign(firm_wave=rows["firm"] + ":" + rows["wave"]).dropna()

    models = one_by_one(f"{RANDOM} + (1 | person)", "started", staggered)
    return {
        "linked": (world, after, all_answers(everyone), False),
        "linked persons only": (world, after, lambda s: linked_change(s[..., 1] - s[..., 0], firm, everyone), False),
        "comparison": (world, after * part[:, None], all_answers(part), False),
        "unlinked, other people": (replace(world, same_people=False), after, apart, False),
        "unlinked, same people": (world, after, apart, False),
        "staggered": (waves4, begun, models, True)
        if k >= 6
        else (waves4, begun, lambda s: within_persons(s, begun[firm].astype(bool)), False),
    }


def nothing_changed(sims: int, models: int) -> None:
    print("Nothing changed: how often 'clear' is said")
    for k, n in ((3, 8), (3, 4), (4, 8), (6, 8), (12, 8)):
        for moment in (0.0, 0.15):
            world = World(k, n, firm_moment=moment)
            for name, (own, started, analyse, slow) in designs(world).items():
                began = time.time()
                many = models if slow else sims
                found = in_batches(own, many, 100 * k + len(name), started, analyse)
                label = f"{k} firms of {n}, {name}" + (", firms have good and bad months" if moment else "")
                report(label, own, found, began)


def effect_of(share: float, world: World) -> float:
    """The shift behind the items that moves the mean by a share of the standard deviation before."""
    low, high = 0.0, 3.0
    many = replace(world, firms=400, people=20, answering=1.0)
    after = np.array([[0, 1]] * many.firms)
    for _ in range(20):
        middle = (low + high) / 2
        made = scores(replace(many, effect=middle), 1, np.random.default_rng(1), after)[0]
        moved = (made[:, 1] - made[:, 0]).mean() / made[:, 0].std()
        low, high = (middle, high) if moved < share else (low, middle)
    return low


def promise(sims: int) -> None:
    """Power of 12 firms as planned, and as it is."""
    print("A true change of 0.5 sd, 12 firms: power promised and found")
    for n in (3, 4, 5, 6, 8):
        world = World(12, n)
        world = replace(world, effect=effect_of(0.5, world))
        known = scores(replace(world, firms=2000, people=20, answering=1.0), 1, np.random.default_rng(2),
                       np.array([[0, 1]] * 2000))[0].reshape(2000, 20, 2)  # fmt: skip
        apart = known - known.mean(axis=1, keepdims=True)
        sd = float(np.sqrt((apart[..., 0] ** 2).sum() / (2000 * 19)))
        spread = float(np.sqrt(((apart[..., 1] - apart[..., 0]) ** 2).sum() / (2000 * 19)))
        change = float((known[..., 1] - known[..., 0]).mean())
        correlation = 1 - (spread / sd) ** 2 / 2
        given = {"true_change": change, "sd": sd, "correlation": correlation, "answering": 0.8}
        planned = expected_precision(n_firms=12, n_people=n, n_sims=10_000, seed=3, **given).table.iloc[0]
        twice = round(0.8 * n)
        modelled = power("change ~ 1 + (1 | firm)", {"groups": {"firm": 12}, "n": twice}, term="Intercept", ddf=DDF,
                         fixed_effects={"Intercept": change}, variance_components={"firm": 0.0, "residual": spread**2},
                         n_sims=2000, seed=4).table.iloc[0]  # fmt: skip
        began = time.time()
        own, started, analyse, _ = designs(world)["linked"]
        found = in_batches(own, sims, 5, started, analyse)
        gain, _ = said_clear(found)
        promised = f"promised {planned['power']:.3f} (a mixed model of {twice} linked persons: {modelled['power']:.3f})"
        print(f"  12 firms of {n}: {promised}, found {gain:.3f}; {time.time() - began:.0f} s", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--sims", type=int, default=10_000)
    parser.add_argument("--models", type=int, default=500)
    asked = parser.parse_args()
    nothing_changed(asked.sims, asked.models)
    promise(asked.sims)
