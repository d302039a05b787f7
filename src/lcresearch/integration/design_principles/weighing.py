"""Which status a principle gets from its evidence, by the rules of a file."""

from __future__ import annotations

from typing import Any

import pandas as pd

from lcresearch.integration.design_principles.looking_up import NOT_LOOKED_UP
from lcresearch.integration.design_principles.rules import PrincipleRules, at_least


def weighed(evidence: pd.DataFrame, rules: PrincipleRules) -> dict[str, Any]:
    """Status, the reason for it and the numbers behind it.

    Parameters
    ----------
    evidence : DataFrame
        Of one principle, as :func:`~.looking_up.look_up` gives it.
    rules : PrincipleRules

    Returns
    -------
    dict
        ``status, reason`` (a code), ``because`` (pointers that decided), ``n_for, n_against, n_open, n_not_looked_up``;
        evidence that rests on the same numbers counts once.
    """
    counts = {
        f"n_{says.replace(' ', '_')}": int(evidence.loc[evidence["says"] == says, "key"].nunique())
        for says in ("for", "against", "open", NOT_LOOKED_UP)
    }
    for status, reason, rows in (*_contested(evidence, rules), *_supported(evidence, rules)):
        if len(rows):
            return {"status": status, "reason": reason, "because": list(dict.fromkeys(rows["pointer"]))} | counts
    known = int((evidence["says"] != NOT_LOOKED_UP).sum())
    reason = "uncertain" if (evidence["says"] == "for").any() else "open" if known else "nothing"
    return {"status": "proposed", "reason": f"proposed.{reason}", "because": []} | counts


def _contested(evidence: pd.DataFrame, rules: PrincipleRules) -> list[tuple[str, str, pd.DataFrame]]:
    against = evidence[evidence["says"] == "against"]
    numbers = against[against["family"] == "numbers"]
    counts = [not level or at_least(level, rules.contested.certainty) for level in numbers["certainty"]]
    quotes = against[against["family"] == "interviews"]
    enough = quotes if quotes["key"].nunique() >= rules.contested.quotes else quotes.iloc[:0]
    return [
        ("contested", "contested.numbers", numbers[counts]),
        ("contested", "contested.cases", against[against["family"] == "cases"]),
        ("contested", "contested.quotes", enough),
    ]


def _supported(evidence: pd.DataFrame, rules: PrincipleRules) -> list[tuple[str, str, pd.DataFrame]]:
    backing = evidence[evidence["says"] == "for"]
    numbers, others = backing[backing["family"] == "numbers"], backing[backing["family"] != "numbers"]
    alone = numbers[[at_least(level, rules.supported.certainty) for level in numbers["certainty"]]]
    less = numbers[[at_least(level, rules.supported.together) for level in numbers["certainty"]]]
    together = pd.concat([less, others]) if len(less) and len(others) else backing.iloc[:0]
    return [("supported", "supported.alone", alone), ("supported", "supported.together", together)]
