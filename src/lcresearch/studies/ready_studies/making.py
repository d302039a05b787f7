"""What happens in each ready study, and the exports that follow from it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping

import pandas as pd

from lcresearch import instruments, shipped
from lcresearch.studies.forms import form_of_study
from lcresearch.studies.opening import load
from lcresearch.studies.ready_studies.exports import (
    kobo_xlsx,
    limesurvey_csv,
    microsoft_forms_xlsx,
    qualtrics_csv,
    redcap_csv,
    rows_of,
)
from lcresearch.studies.ready_studies.people import Firm, answers_of
from lcresearch.studies.simulation import simulate_programme

CODE_NL = {"code_1": "code_moeder", "code_2": "code_dag", "code_3": "code_plaats"}
_CONSENT: Mapping[str, object] = {"toestemming": 1}
_OPENED = datetime.datetime(2026, 9, 14, 9, 0)
_WEEK = datetime.timedelta(days=7)
_CONTEXT = ("wave", "sector", "consortium", "community", "organisation")


def short_cycle() -> dict[str, bytes]:
    """Before and after in three firms: one gains, one gains less, in one nothing changes and five people leave."""
    firms = [Firm("Bakker bv", 9, 1.3), Firm("De Vries", 8, 0.7), Firm("Smit", 12, 0.0, stay=7)]
    frame = answers_of(firms, ["learning-culture"], ["t0", "t1"], 20261, group="bedrijf", missing=0.0)
    return _by_wave("short-cycle-example", frame, limesurvey_csv, "csv", {"t0": 0, "t1": 5})


def pulse() -> dict[str, bytes]:
    """Eight weeks of a short pulse in two firms: one gains after week 4, one stays as it was."""
    weeks = [f"week {week}" for week in range(1, 9)]
    firms = [Firm("Kwekerij Vonk", 14, 1.2), Firm("Jansen Techniek", 11, 0.0)]
    frame = answers_of(firms, ["team-learning"], weeks, 20262, group="Bij welk bedrijf werkt u?", missing=0.0)
    team = instruments.load("team-learning")
    items = [item.id for item in team.items if item.short_form]
    code = frame["code_1"].str.upper() + frame["code_2"] + frame["code_3"].str.upper()
    asked = frame.assign(**{"Welke week is het?": frame["wave"], "Wat is uw code?": code}).assign(
        **{"Doet u mee?": "Ja"}
    )
    shown = asked[["Doet u mee?", "Bij welk bedrijf werkt u?", "Welke week is het?", "Wat is uw code?", *items]]
    rows = list(rows_of(shown, {}, {}))
    return {"antwoorden.xlsx": microsoft_forms_xlsx(team, items, rows, _OPENED, "nl")}


def formation() -> dict[str, bytes]:
    """Four groups in their first months: two find a goal, one stays, one of which people leave."""
    groups = [
        Firm("Warmte in de wijk", 14, 1.0),
        Firm("Slim onderhoud", 12, 0.6),
        Firm("Kringloop West", 13, 0.0),
        Firm("Zorg op afstand", 15, -0.8, stay=8),
    ]
    frame = answers_of(groups, ["formation"], ["t0", "t1", "t2"], 20263, group="groep", missing=0.0)
    return _by_wave("formation", frame, qualtrics_csv, "csv", {"t0": 0, "t1": 6, "t2": 12})


def implementation() -> dict[str, bytes]:
    """Learning during working hours in four firms: it fits better after some weeks, in one it does not."""
    firms = [Firm("Bakker bv", 10, 1.0), Firm("De Vries", 8, 0.6), Firm("Smit", 9, -0.4), Firm("Van Dam", 11, 0.8)]
    frame = answers_of(firms, ["implementation"], ["t0", "t1"], 20264, group="bedrijf")
    return _by_wave("implementation", frame, kobo_xlsx, "xlsx", {"t0": 0, "t1": 7})


def cross_consortium() -> dict[str, bytes]:
    """Six consortia in two sectors, with a truth that is known: see :func:`lcresearch.studies.simulate_programme`."""
    programme = simulate_programme(
        n_consortia=6, n_sectors=2, n_communities=5, n_respondents=22, seed=2026,
        instruments=["team-learning"], dropout=0.1, newcomers=0.0,
    )  # fmt: skip
    frame = programme.frame.rename(columns={"respondent": "participant"})
    elements = [str(name) for name in frame if str(name).startswith("element_")]
    items = [item.id for item in instruments.load("team-learning").items]
    return {"antwoorden.csv": redcap_csv("team_learning", frame[["participant", *_CONTEXT, *elements, *items]])}


READY: Mapping[str, Callable[[], dict[str, bytes]]] = {
    "short-cycle-example": short_cycle,
    "pulse": pulse,
    "formation": formation,
    "implementation": implementation,
    "cross-consortium": cross_consortium,
}
"""Ready studies, and what makes the exports of each."""


def exports_of(study: str) -> dict[str, bytes]:
    """The exports of a ready study, by the name of the file in its folder.

    Parameters
    ----------
    study : str
        One of :data:`READY`.

    Examples
    --------
    >>> list(exports_of("pulse"))
    ['antwoorden.xlsx']
    """
    return READY[study]()


def _by_wave(
    study: str,
    frame: pd.DataFrame,
    export: Callable[..., bytes],
    ending: str,
    weeks: Mapping[str, int],
) -> dict[str, bytes]:
    """A file a wave, from the form of the study."""
    form = form_of_study(load(shipped.folder("analyses") / study))
    found = {}
    for wave, week in weeks.items():
        rows = list(rows_of(frame[frame["wave"] == wave], CODE_NL, _CONSENT))
        found[f"antwoorden-{wave}.{ending}"] = export(form, rows, _OPENED + week * _WEEK)
    return found
