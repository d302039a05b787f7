"""Codes of several waves as a graph: which are one person's, and which could be but are not certain."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse import csgraph

from lcresearch.responses.tables import Mask
from lcresearch.responses.waves.codes import Integers, close_pairs, difference_kinds

MOST_CANDIDATES = 20


@dataclass(frozen=True)
class CodeGraph:
    """What linking found.

    Attributes
    ----------
    rows : DataFrame
        Indexed as the rows that were given: ``person``, a number from 0; rows of one person have the same.
    candidates : DataFrame
        ``row, candidate_row, reason``: index labels of rows that could be one person but were not linked.
    """

    rows: pd.DataFrame
    candidates: pd.DataFrame


def link_codes(rows: pd.DataFrame, tolerance: int, shortest: int, doubted: Collection[int] = ()) -> CodeGraph:
    """Link rows of different waves by code.

    The nodes of the graph are the different codes of a group. A code that stands at most once in every wave is one
    person in those waves. Two such nodes become one person if their codes are near, they have no wave in common, and
    neither has another candidate in a wave of the other. A node with two rows in one wave is never linked, but counts
    as a candidate, so that what is near it is not linked either.

    Parameters
    ----------
    rows : DataFrame
        ``wave`` and ``group`` (numbers from 0) and ``key`` (the code).
    tolerance : int
    shortest : int
        Codes with fewer characters are near nothing.
    doubted : collection of int
        Kinds of difference (:func:`difference_kinds`) that do not tell an error from another person: nothing is linked
        over them, and what would have been is a candidate.
    """
    at = rows.assign(node=rows.groupby(["group", "key"], sort=False).ngroup())
    of_wave = at.groupby(["node", "wave"], sort=True).size().rename("n").reset_index()
    nodes = at.drop_duplicates("node").set_index("node")[["group", "key"]].sort_index()
    nodes["shared"] = of_wave.groupby("node")["n"].max() > 1
    nodes["n_waves"] = of_wave.groupby("node").size()
    edges = _possible(_edges(nodes, int(rows["wave"].nunique()), tolerance, shortest), nodes, of_wave)
    alone = _only_candidates(edges, of_wave)
    edges["doubtful"] = alone & edges["kind"].isin(list(doubted))
    edges["certain"] = alone & ~edges["doubtful"]
    person = _components(edges[edges["certain"]], len(nodes))
    disputed = _disputed(edges, person, of_wave)
    edges["conflict"] = edges["certain"] & (disputed[person[edges["left"]]] | disputed[person[edges["right"]]])
    person = _components(edges[edges["certain"] & ~edges["conflict"]], len(nodes))
    at["person"] = person[at["node"]]
    shared = nodes["shared"].to_numpy()[at["node"]]
    at.loc[shared, "person"] = len(nodes) + np.arange(int(shared.sum()))
    open_edges = edges[~edges["certain"] | edges["conflict"]]
    reasons = [open_edges["conflict"], open_edges["doubtful"]]
    open_edges = open_edges.assign(reason=np.select(reasons, ["conflict", "common_difference"], "several_candidates"))
    return CodeGraph(at[["person"]], _candidates(at, shared, open_edges, nodes))


def _edges(nodes: pd.DataFrame, n_waves: int, tolerance: int, shortest: int) -> pd.DataFrame:
    """Near codes of one group, of nodes that could still have a row in another wave."""
    still_open = nodes["shared"] | (nodes["n_waves"] < n_waves)
    some = nodes[still_open & (nodes["key"].str.len() >= shortest)]
    keys, names = some["key"].to_numpy(dtype=object), some.index.to_numpy()
    left, right, distance = close_pairs(keys, some["group"].to_numpy(), tolerance)
    kinds = difference_kinds(keys[left], keys[right], distance)
    return pd.DataFrame({"left": names[left], "right": names[right], "kind": kinds}, dtype="int64")


def _possible(edges: pd.DataFrame, nodes: pd.DataFrame, of_wave: pd.DataFrame) -> pd.DataFrame:
    """Edges between nodes of which a row each could be one person: rows of different waves."""
    edges = edges.reset_index(drop=True)
    if not len(edges):
        return edges.assign(shared=np.zeros(0, dtype=bool))
    there = np.zeros((len(nodes), int(of_wave["wave"].max()) + 1), dtype=bool)
    there[of_wave["node"], of_wave["wave"]] = True
    n_common = (there[edges["left"]] & there[edges["right"]]).sum(axis=1)
    shared = {name: nodes["shared"].to_numpy()[edges[name]] for name in ("left", "right")}
    alone = {name: nodes["n_waves"].to_numpy()[edges[name]] - n_common > 0 for name in ("left", "right")}
    possible = np.select(
        [
            shared["left"] & shared["right"],
            shared["left"],
            shared["right"],
        ],
        [alone["left"] | alone["right"] | (n_common > 1), alone["left"], alone["right"]],
        n_common == 0,
    )
    kept: pd.DataFrame = edges[possible.astype(bool)].copy()
    kept["shared"] = (shared["left"] | shared["right"])[possible.astype(bool)]
    return kept.reset_index(drop=True)


def _both_ways(edges: pd.DataFrame, of_wave: pd.DataFrame) -> pd.DataFrame:
    """For each edge and direction the waves that only the other node has: ``edge, node, other, wave, n``."""
    ends = edges[["left", "right"]].reset_index(names="edge")
    there = ends.rename(columns={"left": "node", "right": "other"})
    back = ends.rename(columns={"right": "node", "left": "other"})
    table = pd.concat([there, back], ignore_index=True)
    table = table.merge(of_wave.rename(columns={"node": "other"}), on="other")
    return table[~_among(table, of_wave, "node")]


def _among(table: pd.DataFrame, known: pd.DataFrame, name: str) -> Mask:
    """Which rows of a table have a number and a wave that a row of another table has together."""
    n_waves = int(known["wave"].max()) + 1
    ours, theirs = (each[name].to_numpy() * n_waves + each["wave"].to_numpy() for each in (table, known))
    return np.isin(ours, theirs)


def _only_candidates(edges: pd.DataFrame, of_wave: pd.DataFrame) -> pd.Series[bool]:
    """Whether, seen from both ends, no other row of the same wave is a candidate."""
    if not len(edges):
        return pd.Series(index=edges.index, dtype=bool)
    table = _both_ways(edges, of_wave)
    table["n"] = table.groupby(["node", "wave"])["n"].transform("sum")
    most = table.groupby("edge")["n"].max().reindex(edges.index, fill_value=1)
    return (most == 1) & ~edges["shared"].astype(bool)


def _components(edges: pd.DataFrame, n: int) -> Integers:
    ends = (edges["left"].to_numpy(), edges["right"].to_numpy())
    graph = sparse.coo_array((np.ones(len(edges)), ends), shape=(n, n))
    return np.asarray(csgraph.connected_components(graph, directed=False)[1], dtype=np.int64)


def _disputed(edges: pd.DataFrame, person: Integers, of_wave: pd.DataFrame) -> Mask:
    """Which persons would have two rows in a wave, or have a candidate for a wave in which they already have a row."""
    held = of_wave.assign(person=person[of_wave["node"]])
    disputed = np.zeros(int(person.max(initial=-1)) + 1, dtype=bool)
    twice = held[held.duplicated(["person", "wave"], keep=False)]
    disputed[twice["person"]] = True
    uncertain = edges[~edges["certain"]]
    if not len(uncertain):
        return disputed
    table = _both_ways(uncertain, of_wave)
    table["person"] = person[table["node"]]
    table = table[table["person"] != person[table["other"]]]
    disputed[table["person"][_among(table, held, "person")]] = True
    return disputed


def _candidates(at: pd.DataFrame, shared: Mask, edges: pd.DataFrame, nodes: pd.DataFrame) -> pd.DataFrame:
    """Rows with what they could be linked to; of a long list the first 20, with the whole number."""
    own = np.flatnonzero(nodes["shared"].to_numpy())
    ends = [edges[["left", "right", "reason"]], edges[["right", "left", "reason"]]]
    table = pd.concat([part.set_axis(["node", "other", "reason"], axis=1) for part in ends], ignore_index=True)
    same = pd.DataFrame({"node": own, "other": own, "reason": "shared_code"})
    table = pd.concat([same, table], ignore_index=True)
    rows = pd.DataFrame({"row": at.index, "node": at["node"], "wave": at["wave"], "shared": shared})
    sizes = rows.groupby("node").size()
    table["before"] = table["other"].map(sizes).groupby(table["node"]).cumsum() - table["other"].map(sizes)
    table = table[table["before"] <= MOST_CANDIDATES]
    few = rows[rows.groupby("node").cumcount() <= MOST_CANDIDATES]
    other = few.rename(columns={"row": "candidate_row", "node": "other", "wave": "candidate_wave"})
    by_node = table.merge(other[["candidate_row", "other", "candidate_wave"]], on="other")
    found = rows.merge(by_node, on="node")
    found = found[(found["row"] != found["candidate_row"])]
    found = found[(found["wave"] != found["candidate_wave"]) | (found["node"] == found["other"])]
    found["reason"] = found["reason"].mask(found["shared"], "shared_code")
    place = found.groupby("row").cumcount()
    return found[place < MOST_CANDIDATES][["row", "candidate_row", "reason"]]
