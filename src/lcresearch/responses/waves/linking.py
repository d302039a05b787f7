"""Which rows of different waves are one person, by a code that persons made up themselves."""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd

from lcresearch.errors import Problem, ResponsesError, warning
from lcresearch.responses.log import Log, as_log, logs_together
from lcresearch.responses.result import Responses
from lcresearch.responses.tables import shown
from lcresearch.responses.waves.chance_links import Coincidence, coincidence, doubtful_kinds
from lcresearch.responses.waves.code_graph import CodeGraph, link_codes
from lcresearch.responses.waves.codes import LARGEST_TOLERANCE, difference_kinds, normal_codes
from lcresearch.responses.waves.columns import as_text, missing_columns
from lcresearch.responses.waves.linked_tables import (
    SHORTEST,
    TEXT_COLUMNS,
    ambiguous_rows,
    links_table,
    unlinked_rows,
    wave_pairs,
)
from lcresearch.responses.waves.order import wave_codes, wave_order
from lcresearch.results import Result

MOST_FALSE = 0.005


@dataclass(frozen=True, repr=False, eq=False)
class Linked(Result):
    """Rows of different waves linked to persons.

    Attributes
    ----------
    frame : DataFrame
        The rows as they were, with a new ``respondent``: one id for all rows of a person. A row that is not linked is a
        person of its own.
    links : DataFrame
        A row a link between a person's row and the next one in time: ``person, group, wave_1, code_1, wave_2, code_2,
        distance, kind, row_1, row_2``. ``kind`` is ``exact`` (after normalising) or ``approximate``; ``row`` counts the
        rows of ``frame`` from 0.
    ambiguous : DataFrame
        A row a candidate of a row that was not linked to it, since there is more than one possibility: ``row,
        respondent, wave, group, code, reason, candidate_row, candidate, candidate_wave, candidate_code, distance``.
        ``reason``: ``shared_code`` (two persons of one wave have it), ``several_candidates``, or
        ``conflict`` (links that contradict each other over three or more waves). A row with more than 20 candidates
        lists the first 20.
    unlinked : DataFrame
        Rows of persons who are in one wave only, without candidates: ``row, respondent, wave, group, code, reason``;
        ``reason``: ``no_candidate``, ``short_code``, ``no_code``, ``no_group`` or ``no_wave``.
    pairs : DataFrame
        What :meth:`tidy` gives.
    log : DataFrame
        What was done to the codes; the columns are those of ``Responses.log``.
    problems : tuple of Problem
    coincidence_same, coincidence_near : float
        Share of pairs of different persons whose codes are equal, or near each other.
    tolerance : int
    """

    title: ClassVar[str] = "Linked waves"

    frame: pd.DataFrame
    links: pd.DataFrame
    ambiguous: pd.DataFrame
    unlinked: pd.DataFrame
    pairs: pd.DataFrame
    log: pd.DataFrame
    problems: tuple[Problem, ...]
    coincidence_same: float
    coincidence_near: float
    tolerance: int

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """One row a pair of waves (``conf_level`` plays no part).

        Columns: ``wave_1, wave_2, n_1, n_2`` (rows with a code), ``n_exact, n_approximate`` (persons linked between
        these waves), ``share`` of the smaller wave that is linked, and ``expected_false``: how many of these links are
        to be expected by chance (see :func:`link_waves`).
        """
        return self.pairs

    def glance(self) -> pd.DataFrame:
        """One row: rows, persons, links by kind, rows that are ambiguous or alone, and links expected by chance."""
        kinds = self.links["kind"]
        row: dict[str, float] = {
            "n_rows": len(self.frame),
            "n_persons": self.frame["respondent"].nunique(),
            "n_links": len(self.links),
            "n_exact": int((kinds == "exact").sum()),
            "n_approximate": int((kinds == "approximate").sum()),
            "n_ambiguous": self.ambiguous["row"].nunique(),
            "n_unlinked": len(self.unlinked),
            "expected_false": float(self.pairs["expected_false"].sum()),
        }
        return pd.DataFrame([row])

    def cautions(self) -> list[str]:
        """The warnings, a line each."""
        return [f"[{problem.code}] {problem.message()}" for problem in self.problems]

    def apply_to(self, data: Responses) -> Responses:
        """The responses that were linked, with the new ids; what was done to the codes is added to their log.

        Parameters
        ----------
        data : Responses
            The rows that were linked, in the same order; the frame that was linked may have had the code as one more
            column, which is not taken over.
        """
        log = logs_together([data.log, self.log])
        problems = (*data.problems, *self.problems)
        frame = data.frame.assign(respondent=self.frame["respondent"].to_numpy())
        return dataclasses.replace(data, frame=frame, log=log, problems=problems)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """The result that :meth:`to_dict` wrote."""
        bare = super().from_dict(values)
        tables = {
            name: (table := getattr(bare, name)).astype({c: "str" for c in table.columns if c in TEXT_COLUMNS})
            for name in ("frame", "links", "ambiguous", "unlinked", "pairs")
        }
        return dataclasses.replace(bare, **tables, log=as_log(bare.log), problems=tuple(bare.problems))


def link_waves(
    data: Responses | pd.DataFrame,
    code: str = "respondent",
    *,
    within: str | Sequence[str] | None = None,
    tolerance: int = 1,
    normalise: bool = True,
    waves: Sequence[str] | None = None,
) -> Linked:
    """Link rows of two or more waves by a self-made code, without guessing.

    Equal codes are linked first. What is left is linked where two codes are at most ``tolerance`` errors apart and each
    is the only candidate of the other in that wave. An error is a wrong, missing or extra character, or two neighbours
    that changed places. A code that two rows of one wave share, a row with two candidates, and links that contradict
    each other over three or more waves are not linked but listed in ``.ambiguous``. Codes of fewer than four characters
    are linked only when they are equal.

    Codes that say little link strangers. Two rows of one wave are two persons, so they show how often codes of
    different persons coincide. That share, taken within groups or across them (the higher one), times the pairs of
    persons who are in one wave only is the number of links to expect by chance, ``expected_false``. Where that is more
    than one in 200 links, no link goes over the kinds of difference that are common among strangers, such as another
    last digit of a day; such pairs are listed as ambiguous. If that does not help there is a warning (R150).

    Parameters
    ----------
    data : Responses or DataFrame
        A row a respondent x wave, with a column ``wave``.
    code : str
        Column with the code; text, or whole numbers.
    within : str or list of str, optional
        Columns, such as the community, that together name the group inside which persons are sought. Without it the
        whole file is one group, and far more codes coincide by chance.
    tolerance : {1, 0, 2}
        Errors allowed. 0 for ids that a system gave: they differ by one digit and are no errors of each other.
    normalise : bool
        Take out case, accents, blanks and punctuation first.
    waves : list of str, optional
        The order of the waves; see :func:`lcresearch.responses.waves.order.wave_order`.

    Returns
    -------
    Linked
        ``links``, ``ambiguous`` and ``unlinked``; ``apply_to`` gives answers the ids that were found.

    Raises
    ------
    ResponsesError
        R140 a column that does not exist, R141 a tolerance that is not 0, 1 or 2, R142 fewer than two waves, R143 codes
        so much alike that comparing them is of no use, R144 a wave that is not among ``waves``.

    References
    ----------
    Self-generated codes and what goes wrong in them: Schnell, Bachteler & Reiher (2010), Evaluation Review 34, 391-418.

    Examples
    --------
    >>> frame = pd.DataFrame({
    ...     "wave": ["t0", "t0", "t0", "t1", "t1", "t1"],
    ...     "community": ["north"] * 6,
    ...     "code": ["mael07", "joap31", "piut12", "Ma-EL-07", "joap3", "saro24"],
    ... })
    >>> linked = link_waves(frame, "code", within="community")
    >>> linked.links[["person", "code_1", "code_2", "kind"]]
      person  code_1    code_2         kind
    0     p1  mael07  Ma-EL-07        exact
    1     p2  joap31     joap3  approximate
    >>> linked.unlinked["code"].tolist()
    ['piut12', 'saro24']
    >>> linked.frame["respondent"].tolist()
    ['p1', 'p2', 'p3', 'p1', 'p2', 'p4']
    """
    frame = data.frame if isinstance(data, Responses) else data
    groups = [within] if isinstance(within, str) else list(within or ())
    _check(frame, code, groups, tolerance)
    order = wave_order(as_text(frame["wave"]), waves)
    rows = _rows(frame, code, groups, order, normalise)
    usable = rows[rows["reason"] == ""]
    if usable["wave"].nunique() < 2:
        raise ResponsesError("R142", column=shown(code), n=len(usable), waves=list(order) or ["–"])
    chance = coincidence(*_arrays(usable), tolerance, SHORTEST)
    doubted: list[int] = []
    while True:
        graph = link_codes(usable, tolerance, SHORTEST, doubted)
        rows["person"] = _numbers(rows, graph)
        ids = _ids(rows["person"])
        links = links_table(rows, ids, order)
        pairs = wave_pairs(rows.loc[usable.index], order, chance.without(doubted))
        more = _doubtful(links, rows["key"], pairs, chance.without(doubted))
        if not more:
            break
        doubted += more
    ambiguous = ambiguous_rows(rows, graph, order)
    log = _log(data, rows, ambiguous, code)
    false, n_linked = _totals(pairs)
    if false > MOST_FALSE * n_linked and n_linked:
        share = false / n_linked
        log.add("R150", "noted", column=shown(code), n=n_linked, expected=false, share=share)
        warnings.warn(warning("R150", n=n_linked, expected=false, share=share), stacklevel=2)
    renamed = frame.assign(respondent=ids.to_numpy())
    renamed = renamed[["respondent", *(name for name in frame.columns if name != "respondent")]]
    unlinked = unlinked_rows(rows, ambiguous, order)
    return Linked(
        frame=renamed,
        links=links,
        ambiguous=ambiguous,
        unlinked=unlinked,
        pairs=pairs,
        log=log.frame(),
        problems=tuple(log.problems),
        coincidence_same=chance.same,
        coincidence_near=chance.near,
        tolerance=tolerance,
    )


def _totals(pairs: pd.DataFrame) -> tuple[float, int]:
    """Links expected between different persons, and links found."""
    return float(pairs["expected_false"].sum()), int((pairs["n_exact"] + pairs["n_approximate"]).sum())


def _doubtful(links: pd.DataFrame, keys: pd.Series[str], pairs: pd.DataFrame, chance: Coincidence) -> list[int]:
    """Kinds of difference to link no more over, so that chance gives at most one link in 200."""
    near = links[links["kind"] == "approximate"]
    left, right = (keys.to_numpy(dtype=object)[near[row]] for row in ("row_1", "row_2"))
    kinds = difference_kinds(left, right, near["distance"].to_numpy())
    false, n_linked = _totals(pairs)
    return doubtful_kinds(kinds, n_linked, false, chance, MOST_FALSE)


def _check(frame: pd.DataFrame, code: str, groups: list[str], tolerance: int) -> None:
    problems = missing_columns(frame, ["wave", code, *groups])
    if tolerance not in range(LARGEST_TOLERANCE + 1):
        problems.append(Problem("R141", values={"tolerance": str(tolerance)}))
    if problems:
        raise ResponsesError(problems)


def _rows(frame: pd.DataFrame, code: str, groups: list[str], order: tuple[str, ...], normalise: bool) -> pd.DataFrame:
    """A line a row of the frame: ``row, wave, group, code, key, respondent``, and ``reason``, why not to link it."""
    given = as_text(frame[code])
    group: pd.Series[Any] = pd.Series(np.zeros(len(frame), dtype=np.int64))
    names = pd.Series([""] * len(frame), dtype="str")
    if groups:
        texts = frame[groups].reset_index(drop=True).apply(as_text)
        group = texts.groupby(groups, sort=False).ngroup().fillna(-1).astype("int64")
        names = texts[groups[0]]
        for name in groups[1:]:
            names = names + " / " + texts[name]
    normal = normal_codes(given)
    key = normal if normalise else given.where(normal.notna())
    ids = as_text(frame["respondent"]) if "respondent" in frame.columns else pd.Series([None] * len(frame), dtype="str")
    rows = pd.DataFrame(
        {
            "row": np.arange(len(frame)),
            "wave": wave_codes(as_text(frame["wave"]), order).to_numpy(),
            "group": group,
            "group_name": names,
            "code": given,
            "key": key,
            "respondent": ids,
        }
    )
    missing = [rows["wave"] < 0, rows["key"].isna(), rows["group"] < 0]
    rows["reason"] = np.select(missing, ["no_wave", "no_code", "no_group"], "").astype(object)
    return rows


def _arrays(usable: pd.DataFrame) -> tuple[Any, Any, Any]:
    return usable["key"].to_numpy(dtype=object), usable["group"].to_numpy(), usable["wave"].to_numpy()


def _numbers(rows: pd.DataFrame, graph: CodeGraph) -> pd.Series[int]:
    """A number for each row, from 1, the same for all rows of a person, in the order in which persons appear."""
    person = pd.Series(-1 - rows["row"], index=rows.index)
    person.loc[graph.rows.index] = graph.rows["person"]
    by_time = rows["wave"].mask(rows["wave"] < 0, rows["wave"].max() + 1).sort_values(kind="stable").index
    numbers, _ = pd.factorize(person.loc[by_time].to_numpy())
    return pd.Series(numbers + 1, index=by_time).reindex(rows.index)


def _ids(persons: pd.Series[int]) -> pd.Series[str]:
    """``p01``, ``p02`` and so on."""
    width = len(str(int(persons.max())))
    return ("p" + persons.astype("str").str.zfill(width)).astype("str")


def _log(data: Responses | pd.DataFrame, rows: pd.DataFrame, ambiguous: pd.DataFrame, code: str) -> Log:
    """What was done to the codes, in counts."""
    log = Log(", ".join(source.file for source in data.sources) if isinstance(data, Responses) else "–")
    changed = int((rows["key"].notna() & (rows["key"] != rows["code"])).sum())
    counts = {
        "R146": changed,
        "R147": int((rows["reason"] == "no_code").sum()),
        "R148": int((rows["reason"] == "no_group").sum()),
        "R149": int((rows["key"].str.len() < SHORTEST).sum()),
        "R151": ambiguous.loc[ambiguous["reason"] == "shared_code", "row"].nunique(),
        "R152": ambiguous.loc[ambiguous["reason"].isin(["several_candidates", "conflict"]), "row"].nunique(),
        "R187": ambiguous.loc[ambiguous["reason"] == "common_difference", "row"].nunique(),
    }
    for name, n in counts.items():
        if n:
            log.add(name, "noted", column=shown(code), n=n)
    return log
