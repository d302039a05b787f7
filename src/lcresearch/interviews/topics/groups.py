"""Who speaks of which topic: for the researcher, and for a report."""

from __future__ import annotations

import numpy as np
import pandas as pd

from lcresearch.disclosure import Policy, count_options
from lcresearch.errors import InterviewError, nearest

_ALL = ""


def by_group(segments: pd.DataFrame, topics: pd.DataFrame, attributes: pd.DataFrame, attribute: str) -> pd.DataFrame:
    """Counts of topics in groups of documents; see :meth:`Topics.by`."""
    said = _grouped(segments, attributes, attribute)
    said = said[said["kind"] != "short"]
    size = said.groupby("group")["person"].nunique()
    total = said.groupby("group").size()
    table = said.groupby(["group", "topic"]).agg(n_segments=("text", "size"), n_persons=("person", "nunique"))
    every = pd.MultiIndex.from_product([size.index, [*topics["topic"], -1]], names=["group", "topic"])
    table = table.reindex(every, fill_value=0).reset_index()
    names = dict(zip(topics["topic"], topics["name"], strict=True))
    table.insert(2, "name", table["topic"].map(names).fillna(""))
    table["n_group"] = table["group"].map(size)
    table["share"] = table["n_segments"] / table["group"].map(total)
    return table


def shares_by_group(
    segments: pd.DataFrame,
    words: pd.DataFrame,
    n_topics: int,
    attributes: pd.DataFrame,
    attribute: str | None,
    policy: Policy,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What of it may be shown; see :meth:`Topics.shareable`. A person counts in the first group that is theirs."""
    said = segments.assign(group=_ALL) if attribute is None else _grouped(segments, attributes, attribute)
    said = said[said["kind"] != "short"].drop_duplicates(["person", "topic"])
    columns = {topic: f"topic_{topic}" for topic in range(n_topics)}
    group = said.groupby("person", sort=False)["group"].first()
    spoken = pd.crosstab(said["person"], said["topic"]).reindex(index=group.index, columns=list(columns), fill_value=0)
    people = spoken.clip(upper=1).rename(columns=columns)
    people = people.assign(wave=group, respondent=people.index).reset_index(drop=True)
    found = count_options(people, {"topic": columns}, policy)
    enough = words[words["n_persons"] >= policy.minimum_category]
    told = enough.groupby("topic")["word"].agg(", ".join)
    shown = pd.DataFrame(
        {
            "group": found.shown["wave"].astype("str"),
            "topic": [int(codes[0]) for codes in found.shown["codes"]],
            "n_persons": found.shown["n"].astype("int64"),
            "n_group": found.shown["n_answered"].astype("int64"),
            "share": found.shown["share"].astype(float),
        }
    )
    shown.insert(2, "words", shown["topic"].map(told).fillna(""))
    withheld = pd.DataFrame(
        {
            "group": found.withheld["wave"].astype("str"),
            "topic": [codes[0] if codes else np.nan for codes in found.withheld["codes"]],
            "reason": found.withheld["reason"].astype("str"),
        }
    )
    return _not_by_subtraction(shown, withheld, group.nunique())


def _not_by_subtraction(
    shown: pd.DataFrame, withheld: pd.DataFrame, n_groups: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Where one group of a topic is hidden and the total may be known, the smallest of the others is hidden too."""
    if n_groups < 2 or shown.empty:
        return shown, withheld
    n_shown = shown.groupby("topic")["group"].transform("size")
    smallest = shown.groupby("topic")["n_persons"].rank(method="first") == 1
    hide = (n_shown == n_groups - 1) & smallest
    also = shown.loc[hide, ["group", "topic"]].assign(reason="others")
    return shown[~hide].reset_index(drop=True), pd.concat([withheld, also], ignore_index=True)


def _grouped(segments: pd.DataFrame, attributes: pd.DataFrame, attribute: str) -> pd.DataFrame:
    if attribute == "document":
        return segments.assign(group=segments["name"])
    if attribute not in attributes.columns:
        known = ["document", *map(str, attributes.columns)]
        raise InterviewError("V101", found=attribute, known=known, nearest=nearest(attribute, known) or "–")
    groups = attributes[attribute].dropna().astype(str)
    return segments.assign(group=segments["document"].map(groups)).dropna(subset="group")
