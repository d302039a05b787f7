"""How often the report of a short-cycle study says 'clear' when nothing changed, and whether plans keep their promise.

The word of a report hangs on more than the analysis: where the change of those who answered twice would tell of a few
others it is not shown. So made-up answers go the whole way here, from items to what the report may say: scores, which
means may go out, the analysis, what of the change may go out, the word. Answers are on five-point items, skewed, with a
ceiling; people differ, firms differ a little, one in five does not answer after (more often those who scored low), and
here and there somebody comes who was not there before. The minimum cell is 5. The figures stand in ``docs/change.md``.

Run: python benchmarks/short_cycle_report.py [--sims 10000] [--firms 3 --people 8 --effect 0.5] [--whole 20]
"""

from __future__ import annotations

import argparse
import tempfile
import warnings
from dataclasses import dataclass, replace
from html import unescape
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
from short_cycle_honesty import ITEM, N_ITEMS, OCCASION, PERSON, THRESHOLDS, World, effect_of

from lcresearch import studies
from lcresearch.change.firms_fixed import MeanChange
from lcresearch.change.sureness import SURENESS, surenesses
from lcresearch.change.two_wave_model import firms_fixed, firms_random, two_wave_fit
from lcresearch.disclosure.ledger import Ledger
from lcresearch.messages import Messages
from lcresearch.reporting.change_content import ChangeContent
from lcresearch.studies.change import study_change
from lcresearch.studies.change_release import change_shown
from lcresearch.studies.planning.precision import CHANGE_SHARE, FIRM_SHARE, expected_precision
from lcresearch.studies.publication import publication
from lcresearch.studies.release import Release

KIND = "simulation"

INSTRUMENT = """\
id: voice
version: 1.0.0
languages: [en, nl]
title: {nl: Inspraak, en: Voice}
text: {nl: Verzonnen., en: Invented.}
construct: {nl: Verzonnen., en: Invented.}
level: organisation
composition: referent_shift
source: {items: new, literature: [Invented.], relation: {nl: Verzonnen., en: Invented.}}
licence: CC-BY-4.0
response_scales:
  agree5: {labels: {1: {nl: a, en: a}, 2: {nl: b, en: b}, 3: {nl: c, en: c}, 4: {nl: d, en: d}, 5: {nl: e, en: e}}}
items:
"""
STUDY = """\
schema: 1
id: small-change
title: {nl: Acht weken, en: Eight weeks}
description: {nl: Verzonnen., en: Invented.}
languages: [nl, en]
simulated: true
levels: {organisation: firm}
respondent: person
waves: {column: wave, labels: {t0: {nl: vooraf, en: before}, t1: {nl: achteraf, en: after}}}
instruments: [voice.yaml]
change: {primary: voice, worthwhile: 0.4}
responses: [answers.csv]
"""
WORTHWHILE = 0.4
ITEMS = [f"voice{number + 1}" for number in range(N_ITEMS)]


def write_study(folder: Path) -> Path:
    items = "".join(f"  - {{id: {one}, response_scale: agree5, text: {{nl: {one}, en: {one}}}}}\n" for one in ITEMS)
    names = ", ".join(ITEMS)
    scales = f"scales:\n  voice: {{title: {{nl: Inspraak, en: Voice}}, items: [{names}], minimum_answered: 3}}\n"
    examples = f"examples:\n  - {{answers: {{{', '.join(f'{one}: 4' for one in ITEMS)}}}, scores: {{voice: 4.0}}}}\n"
    (folder / "voice.yaml").write_text(INSTRUMENT + items + scales + examples, encoding="utf-8")
    (folder / "study.yaml").write_text(STUDY, encoding="utf-8")
    (folder / "answers.csv").write_text("person,firm,wave," + ",".join(ITEMS) + "\n", encoding="utf-8")
    return folder


def made(world: World, joining: float, sims: int, rng: np.random.Generator, *, selective: bool = True) -> np.ndarray:
    """Answers to items, shape (sims, persons, 2, items), NaN of who does not answer.

    ``joining`` is the share of people who were not there before; ``selective``: low scores stay away more often.
    """
    k, n = world.firms, world.people
    latent = world.firm * rng.normal(size=(sims, k, 1, 1)) + world.firm_moment * rng.normal(size=(sims, k, 1, 2))
    latent = latent + PERSON * rng.normal(size=(sims, k, n, 1)) + OCCASION * rng.normal(size=(sims, k, n, 2))
    latent[..., 1] += world.effect
    latent = latent.reshape(sims, k * n, 2, 1)
    given = 1.0 + np.searchsorted(THRESHOLDS, latent + ITEM * rng.normal(size=(sims, k * n, 2, N_ITEMS)))
    before = given[:, :, 0].mean(axis=2)
    stays = np.full(before.shape, world.answering)
    if selective and world.answering < 1:
        stays = world.answering + 0.1 - 0.2 * (before < np.median(before))
    new = rng.random((sims, k * n)) < joining
    given[:, :, 1][(rng.random((sims, k * n)) >= stays) & ~new] = np.nan
    given[:, :, 0][new] = np.nan
    return given


def judged(world: World, scores: np.ndarray, worthwhile: float | None = WORTHWHILE) -> tuple[list[str], list[str]]:
    """The words that reports have for studies, and for their firms, from scores of shape (sims, persons, 2)."""
    k = world.firms
    fit = two_wave_fit(scores[..., 0], scores[..., 1], np.repeat(np.arange(k), world.people), k)
    whole: MeanChange = (firms_fixed if k < 6 else firms_random)(fit, np.ones(k, dtype=bool))
    error = np.sqrt(fit.variance[:, None] * fit.factor)
    df = np.broadcast_to(fit.most_df[:, None], error.shape)
    firms = surenesses(fit.change.ravel(), error.ravel(), df.ravel(), worthwhile)
    return surenesses(whole.estimate, whole.std_error, whole.df, worthwhile), firms


def as_rows(world: World, items: np.ndarray) -> pd.DataFrame:
    """The answers of one study, a row an answer list."""
    person, wave = np.nonzero(~np.isnan(items[..., 0]))
    heads = {
        "respondent": [f"p{one:03d}" for one in person],
        "wave": np.array(["t0", "t1"])[wave],
        "organisation": np.array([f"F{one:02d}" for one in range(world.firms)])[person // world.people],
    }
    return pd.DataFrame(heads).join(pd.DataFrame(items[person, wave], columns=ITEMS))


@dataclass(frozen=True)
class Way:
    """The way from answers to what the report may say, without the pages."""

    study: studies.Study
    folder: Path

    def go(self, answers: pd.DataFrame) -> ChangeContent:
        file, scales = self.study.file, self.study.scales
        levels, waves = file.ordered_levels, self.study.waves
        scores = answers[["respondent", "wave", *levels]].assign(voice=answers[ITEMS].mean(axis=1))
        published = publication(answers, scores, scales, waves, file.privacy.minimum_cell)
        known = published.scores, published.answers
        changed = study_change(file.change, scales, *known, levels, list(waves), linked=True)
        given = SimpleNamespace(frame=published.answers, log=pd.DataFrame({"code": []}))
        release = Release(file, given, published, waves, Ledger(self.folder))
        return change_shown(changed, release, release.cells(), {"voice": True})

    def run(self, answers: pd.DataFrame) -> tuple[ChangeContent, str, list[str]]:
        """The whole study, with the texts of its report and of its company reports."""
        names = {"respondent": "person", "organisation": "firm"}
        answers.rename(columns=names).to_csv(self.folder / "answers.csv", index=False)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = studies.load(self.folder).run(self.folder / "results", force=True)
        (self.folder / "releases.json").unlink(missing_ok=True)
        pages = sorted((found.folder / "companies").rglob("*.en.html"))
        texts = [path.read_text(encoding="utf-8") for path in (found.reports["en"], *pages)]
        return found.content.change, texts[0], texts[1:]


def shares(words: list[str]) -> str:
    count = {name: 100 * np.mean([word == name for word in words]) for name in SURENESS}
    clear, likely = (count[f"{how}_gain"] + count[f"{how}_loss"] for how in ("clear", "likely"))
    gain = count["clear_gain"]
    return f"clear {clear:5.2f}% (gain {gain:.2f}), clear or likely {clear + likely:5.2f}%"


def nothing_changed(sims: int) -> None:
    print("Nothing changed")
    for answering, joining in ((0.8, 0.05), (1.0, 0.0), (0.6, 0.1)):
        for k, n in ((3, 8), (3, 4), (3, 12), (4, 8), (6, 8), (12, 8)):
            world, rng = World(k, n, answering=answering), np.random.default_rng(100 * k + n)
            words: list[list[str]] = [[], [], [], []]
            for _ in range(sims // 500):
                scores = made(world, joining, 500, rng).mean(axis=3)
                for place, found in enumerate([*judged(world, scores), *judged(world, scores, None)]):
                    words[place] += found
            told = f"{k:2d} firms of {n:2d}, {answering:.0%} after, {joining:.0%} new: {shares(words[0])}"
            print(f"{told}; firms: {shares(words[1])}", flush=True)
            print(f"   no worthwhile change named: {shares(words[2])}; firms: {shares(words[3])}", flush=True)


def the_same(way: Way, sims: int, whole: int) -> None:
    """Whether reports say the words that were counted above."""
    for k, n, effect in ((3, 8, 0.0), (3, 8, 0.4), (3, 4, 0.3), (6, 8, 0.2), (12, 4, 0.3)):
        world, rng = World(k, n, effect=effect), np.random.default_rng(k + n)
        many = max(sims * 6 // (k * k), 10)
        items = made(world, 0.05, many, rng)
        words, firms = judged(world, items.mean(axis=3))
        count = dict.fromkeys(("same", "firm same", "firms shown", "linked", "apart"), 0)
        for place, one in enumerate(items):
            primary = way.go(as_rows(world, one)).primary
            count["same"] += primary.overall.sureness == words[place]
            shown = [(a.sureness, b) for a, b in zip(primary.groups, firms[place * k :][:k], strict=True) if a.shown]
            count["firm same"] += sum(a == b for a, b in shown)
            count["firms shown"] += len(shown)
            count["linked"] += primary.overall.basis == "linked"
            count["apart"] += primary.overall.judged_apart
        print(f"{k} firms of {n}, effect {effect}: {many} studies; {count}", flush=True)
    world, right = World(3, 8, effect=0.3), 0
    for one in made(world, 0.05, whole, np.random.default_rng(8)):
        content, report, pages = way.run(as_rows(world, one))
        say = Messages("en")
        word = say(f"sureness.word.{content.primary.overall.sureness}")
        means = [say(f"sureness.means.{each.sureness}") for each in content.primary.groups if each.sureness]
        fine = (
            word.lower() in report.lower()
            and judged(world, one.mean(axis=2)[None])[0][0] == content.primary.overall.sureness
        )
        fine = fine and all(any(text in unescape(page) for page in pages) for text in means)
        right += fine
    print(f"whole studies whose report and company pages say these words: {right} of {whole}", flush=True)


def promise(sims: int) -> None:
    """Power of 12 firms and of 3 as `lcresearch new short-cycle` promises it, in a world as it takes it to be."""
    print("A true change of 0.5 sd: promised by the planner, and found in reports")
    effect = effect_of(0.5, World(12, 8))
    share = effect / 0.5
    moved = np.sqrt(CHANGE_SHARE / 2) * share
    for k, n in ((12, 3), (12, 4), (12, 6), (12, 8), (3, 8), (6, 8)):
        like_these = k >= 6
        world = World(k, n, firm=np.sqrt(FIRM_SHARE) * share * like_these, firm_moment=moved * like_these,
                      answering=0.75)  # fmt: skip
        world = replace(world, effect=effect_of(0.5, world))
        known = made(replace(world, firms=3000, people=20, answering=1.0), 0.0, 1, np.random.default_rng(2))
        known = known.mean(axis=3).reshape(3000, 20, 2)
        true, spread = float(known[..., 1].mean() - known[..., 0].mean()), float(known[..., 0].std())
        within = float((known[..., 1] - known[..., 0]).var(axis=1, ddof=1).mean()) / spread**2
        planned = expected_precision("before_after", [n] * k, returning=0.75, spread=spread, stability=1 - within / 2,
                                     worthwhile=true, seed=1).iloc[0]  # fmt: skip
        found = []
        for selective in (False, True):
            rng = np.random.default_rng(7)
            scores = made(world, 0.0, sims, rng, selective=selective).mean(axis=3)
            found.append(np.mean([word == "clear_gain" for word in judged(world, scores, true)[0]]))
        told = f"{k} firms of {n}: change {true / spread:.3f} sd, promised {planned['chance']:.3f}"
        print(f"{told}, found {found[0]:.3f}; low scores away more often {found[1]:.3f}", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--sims", type=int, default=10_000)
    parser.add_argument("--checked", type=int, default=200)
    parser.add_argument("--whole", type=int, default=20)
    asked = parser.parse_args()
    nothing_changed(asked.sims)
    promise(asked.sims)
    with tempfile.TemporaryDirectory() as name:
        folder = write_study(Path(name))
        the_same(Way(studies.load(folder), folder), asked.checked, asked.whole)
