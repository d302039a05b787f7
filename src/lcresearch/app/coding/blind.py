"""Who sees what of others: where people code one text apart, nothing of each other until all of them have finished."""

from __future__ import annotations

import pandas as pd

FINISHED = "finished"


def sees_others(assignments: pd.DataFrame, document: str, me: str) -> bool:
    """Whether all who code a text have finished it, this coder among them."""
    of_text = assignments[assignments["document"] == document]
    done = of_text["state"] == FINISHED
    return bool(done.all()) and me in set(of_text.loc[done, "coder"])


def has_finished(assignments: pd.DataFrame, document: str, me: str) -> bool:
    """Whether a coder has finished a text, and changes nothing in it any more."""
    own = (assignments["document"] == document) & (assignments["coder"] == me)
    return bool((assignments.loc[own, "state"] == FINISHED).any())


def hidden_texts(assignments: pd.DataFrame, me: str) -> set[str]:
    """Texts in which the work of others stays hidden: several code them, and not all of them have finished.

    Parameters
    ----------
    assignments : DataFrame
        ``document, coder, state``.
    me : str
        Id of who looks; empty as long as that was not said, as it may be any of them.

    Examples
    --------
    >>> rows = [("1", "a", "finished"), ("1", "b", "started"), ("2", "a", "assigned"), ("3", "b", "assigned"),
    ...         ("3", "c", "assigned")]
    >>> plan = pd.DataFrame(rows, columns=["document", "coder", "state"])
    >>> sorted(hidden_texts(plan, "a")), sorted(hidden_texts(plan, "")), sorted(hidden_texts(plan, "d"))
    (['1'], ['1', '3'], [])
    """
    of_text = assignments.groupby("document")
    shared = of_text["coder"].transform("nunique") > 1
    busy = assignments["state"].ne(FINISHED).groupby(assignments["document"]).transform("any")
    found = set(map(str, assignments.loc[shared & busy, "document"]))
    return found & set(map(str, assignments.loc[assignments["coder"] == me, "document"])) if me else found


def seen_codings(codings: pd.DataFrame, assignments: pd.DataFrame, me: str) -> pd.DataFrame:
    """The codings without those that stay hidden from a coder."""
    hidden = codings["document"].isin(hidden_texts(assignments, me)) & (codings["coder"] != me)
    return codings[~hidden].reset_index(drop=True)
