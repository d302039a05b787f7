"""From effects and voices to a proposal for each element, with the judgements of researchers."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from lcresearch.integration.converging.evidence import side_by_side
from lcresearch.integration.converging.judgements import Judgement, read_judgements
from lcresearch.integration.converging.proposing import propose
from lcresearch.integration.converging.result import COLUMNS, Convergence, contradictions_first
from lcresearch.integration.converging.rules import ConvergenceRules, convergence_rules
from lcresearch.integration.converging.weighing import weigh
from lcresearch.integration.listening.result import Voices


def convergence(
    evidence: pd.DataFrame,
    voices: Voices | pd.DataFrame,
    *,
    rules: ConvergenceRules | str | Path | None = None,
    judgements: Sequence[Judgement] | str | Path | None = None,
    today: datetime.date | None = None,
) -> Convergence:
    """Whether numbers and interviews agree, add to each other, contradict each other, or stay silent.

    Parameters
    ----------
    evidence : DataFrame
        Effects, an element and outcome a row: ``element, estimate, conf_low, conf_high, smallest_worthwhile`` in one
        unit; where there, ``outcome, model, adjustment, pred_low, pred_high, verdict, certainty``. The table
        ``elements`` of a synthesis.
    voices : Voices or DataFrame
        What people said of each element, or its table ``elements``: counts of persons and cases; missing where rules on
        disclosure hide them.
    rules : ConvergenceRules, str or Path, optional
        Rules of the proposals, or the YAML file that holds them; by default those of :func:`convergence_rules`.
    judgements : sequence of Judgement, str or Path, optional
        Of researchers, or the file that holds them. They override proposals.
    today : date, optional
        Judgements cannot be later; today by default.

    Returns
    -------
    Convergence

    Raises
    ------
    IntegrationError
        Q120, Q129, Q132: tables that cannot be; Q121 to Q123, Q134: rules; Q124 to Q128: judgements.

    References
    ----------
    Farmer, T., Robinson, K., Elliott, S. J. & Eyles, J. (2006). Developing and implementing a triangulation protocol
    for qualitative health research.

    Examples
    --------
    >>> import pandas as pd
    >>> effects = pd.DataFrame({"element": ["coaching"], "estimate": [0.3], "conf_low": [0.2], "conf_high": [0.4],
    ...                         "smallest_worthwhile": [0.1]})
    >>> said = pd.DataFrame({"element": ["coaching"], "n_persons": [12], "of_persons": [30], "n_cases": [4],
    ...                      "of_cases": [6], "n_persons_helping": [10], "n_persons_lacking": [4],
    ...                      "n_persons_valuing": [10], "n_persons_hindering": [0]})
    >>> found = convergence(effects, said).frame("en")
    >>> found["proposal"][0], found["reason"][0].split(". ")[-1]
    ('convergent', '10 persons say that it helps, 4 miss it.')
    """
    by = rules if isinstance(rules, ConvergenceRules) else convergence_rules(rules)
    proposed, reasons = propose(side_by_side(evidence, voices), by)
    case, confidential = ("community", True) if isinstance(voices, pd.DataFrame) else (voices.by, voices.confidential)
    weighed, kept = weigh(_judgements(judgements, today), proposed, confidential=confidential)
    rows = pd.concat([proposed, weighed], axis=1)
    rows = rows.assign(verdict=rows["judgement"].where(rows["judgement"] != "", rows["proposal"]))
    order = contradictions_first(rows)
    thresholds = {name: float(getattr(by.voices, name)) for name in ("persons", "cases", "share")}
    shown = rows[list(COLUMNS)].iloc[order].reset_index(drop=True)
    return Convergence(shown, [reasons[place] for place in order], kept, thresholds, case, confidential)


def _judgements(
    judgements: Sequence[Judgement] | str | Path | None, today: datetime.date | None
) -> tuple[Judgement, ...]:
    if judgements is None:
        return ()
    if isinstance(judgements, str | Path):
        return read_judgements(judgements, today=today)
    return tuple(judgements)
