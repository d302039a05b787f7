"""How the answers came in: from the rows of the files to those of the report, how careful they look, how waves link."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from lcresearch.disclosure import REPORT, Ledger, Policy, protect
from lcresearch.reporting.content import Quality
from lcresearch.responses import Responses, Screening
from lcresearch.responses.screening.rules import RULES
from lcresearch.responses.waves.linking import Linked

_REASONS = {
    "R193": "header",
    "R192": "test",
    "R048": "too_long",
    "R127": "no_consent",
    "R128": "withdrew",
    "S040": "withdrew",
}
_EMPTY, _REST = "R062", "R070"
_OF_PERSONS = ("no_consent", "withdrew", "careless")
"""Reasons that say something of a person: a number of one or two of any of them stays unnamed."""
_STATISTIC = "screening"
_LINKS = ["wave_1", "wave_2", "n_1", "n_2", "n_exact", "n_approximate", "share", "expected_false"]


def rows_account(log: pd.DataFrame, n_rows: int, n_used: int, n_careless: int, policy: Policy = REPORT) -> pd.DataFrame:
    """From the rows in the files to those behind the report, with a reason for every row in between.

    Parameters
    ----------
    log : DataFrame
        As ``Responses.log``.
    n_rows : int
        Rows that were read and not left out by screening.
    n_used : int
        Those of them in a wave of the study.
    n_careless : int
        Rows that the study leaves out since they look careless.

    Returns
    -------
    DataFrame
        ``reason, n``: ``read``, the reasons that occur, ``used``; the reasons and ``used`` add up to ``read``. When one
        or two rows were left out without consent, after withdrawing or as careless, these reasons are counted together
        (``persons``), so that it stays open which of them it was. If that makes one or two, the number is missing, and
        ``read`` is without these rows: else subtraction would give it.

    Examples
    --------
    >>> log = pd.DataFrame({"code": ["R192", "R127", "R128"], "status": "dropped", "n": [1, 2, 4]})
    >>> rows_account(log, 40, 40, 0).to_numpy().tolist()
    [['read', 47], ['test', 1], ['persons', 6], ['used', 40]]
    >>> rows_account(log[:2], 40, 40, 0).to_numpy().tolist()
    [['read', 41], ['test', 1], ['persons', <NA>], ['used', 40]]
    """
    numbers = _rows_by_code(log)
    left_out = dict.fromkeys((*_REASONS.values(), "other"), 0)
    for code, n in numbers.items():
        left_out[_REASONS.get(str(code), "other")] += int(n)
    left_out |= {"careless": n_careless, "no_wave": n_rows - n_used}
    of_persons = {reason: left_out[reason] for reason in _OF_PERSONS}
    if any(0 < n < policy.minimum_category for n in of_persons.values()):
        left_out = {reason: n for reason, n in left_out.items() if reason not in _OF_PERSONS}
        left_out["persons"] = sum(of_persons.values())
    hidden = 0 < left_out.get("persons", 0) < policy.minimum_category
    n_read = n_used + sum(left_out.values()) - (left_out["persons"] if hidden else 0)
    lines = [("read", n_read), *((reason, n) for reason, n in left_out.items() if n), ("used", n_used)]
    account = pd.DataFrame(lines, columns=["reason", "n"]).astype({"n": "Int64"})
    return account.assign(n=account["n"].mask((account["reason"] == "persons") & hidden))


def rows_without_consent(log: pd.DataFrame) -> int:
    """Rows of the files that were left out for lack of consent; for the house, as it may be one.

    Examples
    --------
    >>> log = pd.DataFrame({"code": ["R192", "R127", "R127"], "status": "dropped", "n": [1, 2, 4]})
    >>> rows_without_consent(log)
    6
    """
    numbers = _rows_by_code(log)
    return sum(int(numbers.get(code, 0)) for code, reason in _REASONS.items() if reason == "no_consent")


def _rows_by_code(log: pd.DataFrame) -> pd.Series[int]:
    """Rows that were left out, by code of the log."""
    dropped = log[log["status"] == "dropped"]
    # a line that counts the rest of a long list follows that list
    codes = dropped["code"].where(dropped["code"] != _REST).ffill()
    return dropped["n"].astype("int64").groupby(codes).sum().drop(_EMPTY, errors="ignore")


def flagged_by_rule(screening: Screening, policy: Policy) -> pd.DataFrame:
    """Rows that each rule flags: ``rule, n_judged, n_flagged, share, reason``; rules that judged no row are left out.

    The number is missing where one or two rows stand out (``few``) or all but one or two at most do (``protected``).
    """
    table = screening.tidy()[["rule", "n_judged", "n_flagged"]].astype({"n_flagged": "float64"})
    notes = [rule.name for rule in RULES if rule.note]
    table = table[(table["n_judged"] >= policy.minimum_cell) & ~table["rule"].isin(notes)].reset_index(drop=True)
    few = table["n_flagged"].between(1, policy.minimum_category - 1)
    most = table["n_judged"] - table["n_flagged"] < policy.minimum_category
    reasons = np.select([few, most], ["few", "protected"], default="")
    table["reason"] = pd.Series(reasons, dtype=object).where(reasons != "")
    table["n_flagged"] = table["n_flagged"].where(table["reason"].isna())
    return table.assign(share=table["n_flagged"] / table["n_judged"])[
        ["rule", "n_judged", "n_flagged", "share", "reason"]
    ]


def may_be_shown(screening: Screening, persons: Sequence[str], policy: Policy, ledger: Ledger | None) -> bool:
    """Whether numbers on screening may go out: enough persons, and not about nearly the same ones as earlier.

    Parameters
    ----------
    persons : sequence of str
        For each row what its person is known by in the ledger.
    """
    rules = [rule.name for rule in RULES]
    flags = screening.rows[rules].astype("float64").fillna(-1)
    # what stands for the value differs in every row: the answer that the ledger compares is that of all rules
    frame = flags.assign(respondent=list(persons), **{_STATISTIC: np.arange(len(flags), dtype=float)})
    cells = protect(frame, _STATISTIC, (), policy, wave=None, ledger=ledger, answers=rules)
    return bool(cells["released"].any())


def quality(
    data: Responses,
    waves: Sequence[str],
    screening: Screening | None,
    linked: Linked | None,
    persons: Sequence[str],
    *,
    excluded: Sequence[str],
    policy: Policy,
    ledger: Ledger | None = None,
) -> Quality:
    """All of this for a report.

    Parameters
    ----------
    data : Responses
        Without the rows that the study leaves out.
    waves : sequence of str
        Waves of the study.
    screening : Screening or None
        Of all rows, those left out included.
    persons : sequence of str
        What the person of each row of ``screening`` is known by in the ledger.
    excluded : sequence of str
        Rules whose rows the study leaves out.
    """
    n_rows, n_used = len(data.frame), int(data.frame["wave"].isin(list(waves)).sum())
    n_careless = len(screening.rows) - n_rows if screening is not None else 0
    # the number of rows looked at less that of the report is the number left out as careless
    tells = 0 < n_careless < policy.minimum_category
    shown = screening is not None and not tells and may_be_shown(screening, persons, policy, ledger)
    flagged = int(screening.flagged().sum()) if screening is not None and shown else 0
    n_screened = len(screening.rows) if screening is not None and shown else 0
    few = 0 < flagged < policy.minimum_category
    most = shown and n_screened - flagged < policy.minimum_category
    unfinished = data.log.loc[data.log["code"] == "R195", "n"].sum()
    return Quality(
        rows=rows_account(data.log, n_rows, n_used, n_careless, policy),
        n_unfinished=int(unfinished),
        n_screened=n_screened,
        n_flagged=None if few or most else flagged,
        few_flagged=few,
        excluded=bool(excluded),
        rules=flagged_by_rule(screening, policy) if screening is not None and shown else _no_rules(),
        linking=linked.pairs[_LINKS] if linked is not None else pd.DataFrame(columns=_LINKS),
        n_ambiguous=int(linked.ambiguous["row"].nunique()) if linked is not None else 0,
    )


def _no_rules() -> pd.DataFrame:
    return pd.DataFrame(columns=["rule", "n_judged", "n_flagged", "share", "reason"])
