"""A study followed over waves: what the researcher sees, which stays in the house."""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import pandas as pd

from lcresearch.change.continuation import Continuation, continuation
from lcresearch.change.continuation.followed import told_by_others
from lcresearch.errors import LcresearchWarning, Place, Problem, StudyError, nearest
from lcresearch.messages import Messages
from lcresearch.responses.waves.response_rates import response_rates
from lcresearch.results import Result
from lcresearch.studies.analysis import group_names
from lcresearch.studies.monitoring.early_warnings import KINDS, early_warnings
from lcresearch.studies.monitoring.presence import ENDED, by_wave, followed, presence
from lcresearch.studies.monitoring.register import GROUP, STARTED, empty_register, read_register, unmatched
from lcresearch.studies.monitoring_settings import MonitoringUse

if TYPE_CHECKING:
    from lcresearch.studies.study import Study

FEWEST_GROUPS = 10
"""Fewest groups of which a report tells what goes together with stopping."""


@dataclass(frozen=True, repr=False, eq=False)
class Monitored(Result):
    """A study over its waves so far. Groups are named here, also small ones: it stays in the house.

    Attributes
    ----------
    level : str
    waves : tuple of str
        Waves with answers, in order.
    groups : DataFrame
        As :func:`lcresearch.studies.monitoring.presence.followed` gives it: a row a group, those that stopped included.
    counts : DataFrame
        Persons who answered: ``group``, and a column a wave.
    by_wave : DataFrame
        ``wave, n_followed, n_answering, n_missing, n_new, n_stopped``: numbers of groups.
    warnings : DataFrame
        ``group, warning, wave, scale, value, before``; see
        :func:`lcresearch.studies.monitoring.early_warnings.early_warnings`.
    continuation : Continuation or None
        Who goes on and who stops; None while no group stopped.
    problems : tuple of Problem
    """

    title: ClassVar[str] = "Monitoring"

    level: str
    waves: tuple[str, ...]
    groups: pd.DataFrame
    counts: pd.DataFrame
    by_wave: pd.DataFrame
    warnings: pd.DataFrame
    continuation: Continuation | None
    problems: tuple[Problem, ...] = ()

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """One row an early warning."""
        return self.warnings

    def glance(self) -> pd.DataFrame:
        """One row: groups, how many stopped, how many are named in a warning."""
        row = {
            "n_waves": len(self.waves),
            "n_groups": len(self.groups),
            "n_stopped": int((self.groups["status"] == ENDED).sum()),
            "n_warned": int(self.warnings[GROUP].nunique()),
        }
        return pd.DataFrame([row])

    def to_dict(self) -> dict[str, object]:
        """The tables as plain values."""
        bare = dataclasses.replace(self, continuation=None)
        return super(Monitored, bare).to_dict()

    def cautions(self) -> list[str]:
        """What the warnings are, and what is wrong with the register."""
        notes = [Messages()("monitoring.warnings.no_norms")] if len(self.warnings) else []
        return [*notes, *(f"[{problem.code}] {problem.message()}" for problem in self.problems)]

    def text(self, language: str | None = None) -> str:
        """Numbers of groups, then each early warning as a sentence, for a terminal."""
        say = Messages(language)
        glance = self.glance().iloc[0]
        lines = [
            say("monitoring.text.head", n=int(glance["n_groups"]), stopped=int(glance["n_stopped"])),
            say("monitoring.text.warned" if glance["n_warned"] else "monitoring.text.calm", n=int(glance["n_warned"])),
        ]
        for row in self.warnings.to_dict("records"):
            lines.append("  " + self.sentence({str(key): value for key, value in row.items()}, say))
        return "\n".join([*lines, *(f"  {line}" for line in self.cautions())])

    @staticmethod
    def sentence(row: dict[str, object], say: Messages) -> str:
        """One warning in words."""
        kind = str(row["warning"])
        digits = 0 if kind in KINDS[:2] or kind == "falling_response" else 2
        value, before = (say.number(_number(row[name]), digits=digits) for name in ("value", "before"))
        share = say.percent(_number(row["value"])) if kind == "low_response" else ""
        named = {"group": str(row[GROUP]), "wave": str(row["wave"]), "scale": str(row["scale"])}
        return say(f"monitoring.warnings.{kind}", value=value, before=before, share=share, **named)


def _number(value: object) -> float | None:
    return None if pd.isna(value) else float(value)  # type: ignore[call-overload, arg-type]


def monitor_study(study: Study, scores: pd.DataFrame, invited: pd.DataFrame | None = None) -> Monitored:
    """Follow the groups of a study over its waves.

    Parameters
    ----------
    study : Study
        With ``monitoring:`` in its file. Waves without any answers yet are left out.
    scores : DataFrame
        ``respondent, wave``, levels and a column a scale.
    invited : DataFrame, optional
        As :func:`lcresearch.responses.response_rates` takes it.

    Raises
    ------
    StudyError
        S197 a scale that the study does not have; everything that is wrong with the register.
    """
    file, folder, waves = study.file, study.folder, list(study.waves)
    use = _with_scales(file.monitoring or MonitoringUse(), [one.name for one in study.scales], study.file_name)
    there = [wave for wave in waves if (scores["wave"] == wave).any()]
    frame = scores[scores["wave"].isin(there)]
    names = group_names(frame, use.level, file.ordered_levels)
    counts = presence(names, frame, there)
    register, problems = empty_register(), list[Problem]()
    if use.register_file is not None:
        column = file.levels[use.level].column
        register = read_register(folder / use.register_file, list(waves), column=column)
        register = register.assign(stopped=register["stopped"].where(register["stopped"].isin(there)))
        register = _begun(register, counts.index.astype("str").tolist(), there)
        problems = unmatched(register, counts.index.astype("str").tolist(), use.register_file)
    groups = followed(counts, register)
    means = _means(frame, names, dict.fromkeys([*use.scales, *use.predictors]))
    asked, watched = _invited(frame, use.level, invited, there), means[means["scale"].isin(use.scales)]
    warned = early_warnings(groups, counts, use.warn, invited=asked, scores=watched)
    return Monitored(
        level=use.level,
        waves=tuple(there),
        groups=groups,
        counts=counts.reset_index(),
        by_wave=by_wave(counts, groups),
        warnings=warned,
        continuation=_continuation(groups, means, use.predictors),
        problems=tuple(problems),
    )


def _with_scales(use: MonitoringUse, known: list[str], file: str) -> MonitoringUse:
    """The first scale where none is named."""
    unknown = [name for name in (*use.scales, *use.predictors) if name not in known]
    if unknown:
        values = [{"scale": name, "known": known, "nearest": nearest(name, known) or "–"} for name in unknown]
        raise StudyError([Problem("S197", Place(file=file), one) for one in values])
    return use if use.scales else use.model_copy(update={"scales": tuple(known[:1])})


def _means(frame: pd.DataFrame, names: pd.Series[str], scales: Collection[str]) -> pd.DataFrame:
    """``scale, group, wave, mean``."""
    if not scales:
        return pd.DataFrame(columns=["scale", GROUP, "wave", "mean"])
    long = frame.assign(**{GROUP: names.to_numpy()}).melt([GROUP, "wave"], list(scales), "scale", "mean")
    return long.dropna().groupby(["scale", GROUP, "wave"], sort=False)["mean"].mean().reset_index()


def _invited(
    frame: pd.DataFrame, level: str, invited: pd.DataFrame | None, waves: Sequence[str]
) -> pd.DataFrame | None:
    if invited is None or level not in invited.columns:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LcresearchWarning)
        found = response_rates(frame, [level], invited=invited, items=[], waves=list(waves)).counts
    return found[found["variable"] == level][[GROUP, "wave", "n_invited"]]


def _begun(register: pd.DataFrame, answering: Sequence[str], waves: Sequence[str]) -> pd.DataFrame:
    """Without groups that begin in a wave that is yet to come; one that answered before that has begun."""
    later = register[STARTED].notna() & ~register[STARTED].isin(waves)
    kept = register.assign(**{STARTED: register[STARTED].mask(later)})
    return kept[~later | register[GROUP].astype("str").isin(answering)]


def _continuation(groups: pd.DataFrame, means: pd.DataFrame, predictors: Sequence[str]) -> Continuation | None:
    """Who goes on, with the scores of each group in its first wave."""
    table = groups.assign(stopped=groups["status"] == ENDED)
    if not table["stopped"].any():
        return None
    for name in predictors:
        own = means[means["scale"] == name].merge(groups[[GROUP, "started"]], on=GROUP)
        own = own[own["wave"] == own["started"]]
        table[name] = table[GROUP].map(dict(zip(own[GROUP], own["mean"], strict=True)))
    known = table[list(predictors)].notna().all(axis=1)
    told = told_by_others(table.loc[known, list(predictors)])
    varying = [name for name in predictors if name not in told]
    varying = varying if int(known.sum()) >= FEWEST_GROUPS else []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LcresearchWarning)  # groups without a first score: cautions tell
        return continuation(table, predictors=varying)
