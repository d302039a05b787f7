"""A researcher judges: one judgement from a script, or a form to fill in."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from lcresearch.errors import IntegrationError, Place, Problem
from lcresearch.integration.converging.evidence import KEYS
from lcresearch.integration.converging.fingerprints import fingerprint
from lcresearch.integration.converging.judgements import Judgement, choices, impossible, outcome_of, write_entries
from lcresearch.integration.converging.result import Convergence, word
from lcresearch.integration.converging.rules import HIDDEN, OUTCOMES
from lcresearch.integration.converging.weighing import rows_of
from lcresearch.messages import LANGUAGES, Messages


def judge(
    convergence: Convergence,
    element: str,
    judgement: str,
    *,
    by: str,
    because: str,
    date: datetime.date | str | None = None,
    outcome: str = "",
    model: str = "",
    adjustment: str = "",
    settles: bool = False,
    today: datetime.date | None = None,
) -> Judgement:
    """A judgement on one row, with the evidence as it is now; keep it with :func:`write_judgements`.

    Parameters
    ----------
    convergence : Convergence
        Of the researcher's confidential version: of what may not be shown nothing can be judged.
    element : str
    judgement : {"convergent", "complementary", "divergent", "silent"}
    by : str
        Name of the researcher.
    because : str
        Why; it is printed beside the judgement, so name nobody in it.
    date : date or str, optional
        The day; today by default.
    outcome, model, adjustment : str
        Needed where an element has several rows.
    settles : bool
        Whether it settles a difference between researchers: earlier judgements then no longer count.
    today : date, optional
        ``date`` cannot be later.

    Returns
    -------
    Judgement

    Raises
    ------
    IntegrationError
        Q124, Q125: no such row, or several; Q126, Q127: no name or reason, a date that cannot be; Q128: no such
        judgement; Q133: what people said may not be shown. All problems together.
    """
    day = today or datetime.date.today()
    written = day.isoformat() if date is None else date if isinstance(date, str) else date.isoformat()
    given = Judgement(
        element=element,
        judgement=outcome_of(judgement) or judgement,
        by=by.strip(),
        date=written,
        because=because.strip(),
        evidence={},
        outcome=outcome,
        model=model,
        adjustment=adjustment,
        settles=settles,
    )
    problems = list(_problems(given, day))
    try:
        place = rows_of([given], convergence.rows)[0]
    except IntegrationError as error:
        raise IntegrationError([*problems, *error.problems]) from None
    row = convergence.rows.iloc[place].to_dict()
    if row["voices"] in HIDDEN:
        problems.append(Problem("Q133", values={"element": element}))
    if problems:
        raise IntegrationError(problems)
    return _judged(given, row)


def _problems(given: Judgement, day: datetime.date) -> list[Problem]:
    found = []
    if given.judgement not in OUTCOMES:
        known = {one: ", ".join(choices(one)) for one in LANGUAGES}
        found.append(Problem("Q128", values={"judgement": given.judgement, "known": known}))
    for name in ("by", "because"):
        if not getattr(given, name):
            part = {one: Messages(one)(f"integration.convergence.part.{name}") for one in LANGUAGES}
            found.append(Problem("Q126", values={"element": given.element, "part": part, "key": name}))
    if why := impossible(given.date, day):
        reason = {one: Messages(one)(f"integration.convergence.impossible.{why}") for one in LANGUAGES}
        found.append(Problem("Q127", values={"element": given.element, "date": given.date, "reason": reason}))
    return found


def _judged(given: Judgement, row: Mapping[Any, Any]) -> Judgement:
    """The judgement with all keys of its row and the evidence as it is."""
    outcome, model, adjustment = (str(row[name]) for name in KEYS[1:])
    return replace(given, outcome=outcome, model=model, adjustment=adjustment, evidence=fingerprint(row))


def judgement_form(
    convergence: Convergence, path: str | Path, *, language: str | None = None, force: bool = False
) -> Path:
    """Write a form in which a researcher judges each row; :func:`read_judgements` reads it back.

    Contradictions come first. Rows of what may not be shown are left out; rows that stay empty are no judgements.

    Parameters
    ----------
    convergence : Convergence
    path : str or Path
        ``.yaml`` or ``.xlsx``.
    language : {"nl", "en"}, optional
        Of the explanations; by default that of the terminal.
    force : bool
        Replace a file that is there.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    IntegrationError
        G002: the file is there; G004: it cannot be written; Q137: it is neither YAML nor a workbook.

    See also
    --------
    judge : A judgement from Python.
    """
    path = Path(path)
    if path.suffix.lower() not in (".yaml", ".yml", ".xlsx"):
        raise IntegrationError("Q137", where=Place(file=path.name), ending=path.suffix or path.name)
    if path.exists() and not force:
        raise IntegrationError("G002", where=Place(file=path.name), path=path.name)
    table = convergence.frame(language)
    rows = table[~table["voices"].isin(HIDDEN)].to_dict("records")
    if path.suffix.lower() == ".xlsx":
        from lcresearch.integration.converging.form_workbook import write_workbook

        return write_workbook(rows, path, language)
    entries = [_entry(row) for row in rows]
    return write_entries(entries, path, [_comments(row, language) for row in rows])


def _entry(row: Mapping[Any, Any]) -> dict[str, Any]:
    keys = {name: str(row[name]) for name in KEYS if row[name]}
    return keys | {"judgement": "", "by": "", "date": "", "because": "", "evidence": fingerprint(row)}


def _comments(row: Mapping[Any, Any], language: str | None) -> list[str]:
    say = Messages(language)
    values = {"numbers": word("numbers", row["numbers"], language), "voices": word("voices", row["voices"], language)}
    lines = [say("integration.convergence.form.states", **values)]
    proposal = word("outcome", row["proposal"], language)
    lines.append(say("integration.convergence.form.proposal", proposal=proposal, reason=str(row["reason"])))
    if row["judgement_state"]:
        lines.append(say("integration.convergence.form.judged", by=row["judged_by"], because=row["judged_because"]))
    return [*lines, say("integration.convergence.form.choose", outcomes=choices(language))]
