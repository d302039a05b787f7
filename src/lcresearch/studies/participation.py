"""Who took part: who stayed and left between waves, who changed groups, and how many of those invited answered."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Mapping, Sequence

import pandas as pd

from lcresearch.disclosure import EVERYBODY, Policy
from lcresearch.errors import LcresearchWarning
from lcresearch.responses.waves.membership import Membership, membership
from lcresearch.responses.waves.response_rates import TOTAL, response_rates, wilson
from lcresearch.studies.analysis import group_names
from lcresearch.studies.model import LevelName

_TURNOVER = ["wave_1", "wave_2", "n_1", "n_2", "n_stayed", "n_joined", "n_returned", "n_left", "n_away"]
_MOVES = ["level", "wave_1", "wave_2", "n_known", "n_changed"]
_INVITED = ["level", "parent", "group", "wave", "n_invited", "n_persons", "share", "conf_low", "conf_high"]
_MOVED_BETWEEN: tuple[LevelName, ...] = ("community", "organisation", "team")
_ANYWHERE = "anywhere"


def memberships(
    frame: pd.DataFrame, levels: tuple[LevelName, ...], waves: Sequence[str]
) -> dict[LevelName, Membership]:
    """Who was in which community, organisation or team at each wave, where there are waves to go between.

    Parameters
    ----------
    frame : DataFrame
        ``respondent, wave`` and the level columns.
    """
    once, found = _once(frame, waves), dict[LevelName, Membership]()
    for level in (level for level in _MOVED_BETWEEN if level in levels and len(waves) > 1):
        named = once[["respondent", "wave"]].assign(**{level: _own_names(once, level, levels)})
        found[level] = membership(named, level, waves=list(waves))
    return found


def turnover(
    frame: pd.DataFrame, waves: Sequence[str], policy: Policy, known: Mapping[LevelName, Membership] | None = None
) -> pd.DataFrame:
    """Who stayed, joined, came back and left between waves that follow each other, over the whole study.

    Only of pairs of waves in which at least the minimum cell took part each. These are numbers of persons, which follow
    from the numbers a wave and in all that the report shows anyway; no answers stand behind them. By group they are not
    shown.

    Parameters
    ----------
    frame : DataFrame
        ``respondent, wave``: a row a respondent and wave.
    waves : sequence of str
        In order.
    known : mapping, optional
        The :func:`memberships` of the same frame: those of any level hold who was there.

    Examples
    --------
    >>> frame = pd.DataFrame({"respondent": [*range(6), *range(1, 8)], "wave": ["t0"] * 6 + ["t1"] * 7})
    >>> turnover(frame, ["t0", "t1"], Policy())[["n_stayed", "n_joined", "n_left"]].to_numpy().tolist()
    [[5, 2, 1]]
    """
    if len(waves) < 2:
        return pd.DataFrame(columns=_TURNOVER)
    if known:
        found = next(iter(known.values())).turnover
    else:
        once = _once(frame, waves).assign(**{_ANYWHERE: "study"})
        found = membership(once, _ANYWHERE, waves=list(waves)).turnover
    enough = (found["n_1"] >= policy.minimum_cell) & (found["n_2"] >= policy.minimum_cell)
    return found.loc[enough, _TURNOVER].reset_index(drop=True)


def moves(known: Mapping[LevelName, Membership], waves: Sequence[str], policy: Policy) -> pd.DataFrame:
    """How many persons changed community, organisation or team between waves, over the whole study.

    The number is missing where one or two did, and where fewer than the minimum cell are known in both waves.

    Parameters
    ----------
    known : mapping
        The :func:`memberships`.

    Examples
    --------
    >>> frame = pd.DataFrame({"respondent": [*range(6)] * 2, "wave": ["t0"] * 6 + ["t1"] * 6})
    >>> frame["organisation"] = ["A", "A", "A", "B", "B", "B", "B", "B", "B", "B", "B", "B"]
    >>> known = memberships(frame, ("organisation",), ["t0", "t1"])
    >>> moves(known, ["t0", "t1"], Policy())[["n_known", "n_changed"]].to_numpy().tolist()
    [[6.0, 3.0]]
    """
    tables = []
    for level, one in known.items():
        changes = one.changes
        changes = changes.assign(changed=changes["n"].where(changes["from_group"] != changes["to_group"], 0))
        between = changes.groupby(["wave_1", "wave_2"], sort=False)[["n", "changed"]].sum().reset_index()
        between = between.rename(columns={"n": "n_known", "changed": "n_changed"}).assign(level=level)
        pairs = pd.MultiIndex.from_frame(between[["wave_1", "wave_2"]])
        following = pairs.isin(list(itertools.pairwise(waves)))
        tables.append(between[following & (between["n_known"] >= policy.minimum_cell)])
    table = pd.concat(tables, ignore_index=True)[_MOVES] if tables else pd.DataFrame(columns=_MOVES)
    few = table["n_changed"].between(1, policy.minimum_category - 1)
    return table.assign(n_changed=table["n_changed"].astype("float64").where(~few))


def _own_names(frame: pd.DataFrame, level: LevelName, levels: tuple[LevelName, ...]) -> pd.Series[str]:
    """What a group is known by: its own name, whatever stands around it; of a team also that of the organisation.

    Whoever goes to another community with the same firm has not changed firm. Names of teams hold inside a firm only.
    """
    if level == "team" and "organisation" in levels:
        return group_names(frame, level, ("organisation", "team"))
    return frame[level]


def _once(frame: pd.DataFrame, waves: Sequence[str]) -> pd.DataFrame:
    """A row a respondent and wave of the study."""
    return frame[frame["wave"].isin(waves)].drop_duplicates(["respondent", "wave"])


def invited_persons(
    frame: pd.DataFrame,
    invited: pd.DataFrame | None,
    levels: Sequence[str],
    waves: Sequence[str],
    counts: pd.DataFrame,
    policy: Policy,
) -> pd.DataFrame:
    """Response among those invited, of everybody and of the groups whose number of persons may be shown.

    Parameters
    ----------
    frame : DataFrame
        ``respondent, wave`` and the level columns.
    levels : sequence of str
        And other columns by which persons are counted.
    invited : DataFrame or None
        As :func:`lcresearch.responses.waves.response_rates` takes it.
    counts : DataFrame
        ``level, parent, group, wave, n_persons, released``, as the report shows persons by group.

    Notes
    -----
    A level in which two groups have the same name is left out: a list of who was invited does not tell them apart. The
    interval is that of Wilson (1927); it takes those who answered as a sample of all who might have been invited.
    """
    if invited is None:
        return pd.DataFrame(columns=_INVITED)
    once = _once(frame, waves)
    named = [level for level in levels if not _shared_names(counts[counts["level"] == level])]
    with warnings.catch_warnings():
        # more persons than were invited, or a group that was not: the share is then missing
        warnings.simplefilter("ignore", LcresearchWarning)
        rates = response_rates(once, named, invited=invited, items=[], waves=list(waves)).counts
    known = rates[["variable", "group", "wave", "n_invited"]].rename(columns={"variable": "level"})
    known["level"] = known["level"].replace(TOTAL, EVERYBODY)
    persons = once.groupby("wave").size().reindex(list(waves), fill_value=0)
    everybody = pd.DataFrame({"level": EVERYBODY, "parent": "", "group": "", "wave": list(waves), "n_persons": persons})
    everybody = everybody[everybody["n_persons"] >= policy.minimum_cell]
    shown = pd.concat([everybody, counts[counts["released"]]], ignore_index=True).astype({"group": "str"})
    table = shown.merge(known.astype({"group": "str"}), on=["level", "group", "wave"], how="left")
    return _with_shares(table.dropna(subset="n_invited"))


def _shared_names(groups: pd.DataFrame) -> bool:
    distinct = groups[["parent", "group"]].drop_duplicates()
    return not distinct["group"].is_unique


def _with_shares(table: pd.DataFrame) -> pd.DataFrame:
    fitting = table["n_persons"] <= table["n_invited"]
    low, high = wilson(table["n_persons"].where(fitting), table["n_invited"])
    share = (table["n_persons"] / table["n_invited"]).where(fitting)
    return table.assign(share=share, conf_low=low, conf_high=high)[_INVITED].reset_index(drop=True)
