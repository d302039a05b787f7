"""Which platform made a file: asked of each in turn, or said by the user."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from lcresearch.errors import ResponsesError
from lcresearch.responses.formats import open_file
from lcresearch.responses.platforms.kobo import KOBO
from lcresearch.responses.platforms.limesurvey import LIMESURVEY
from lcresearch.responses.platforms.microsoft_forms import GOOGLE_FORMS, MICROSOFT_FORMS
from lcresearch.responses.platforms.platform import Platform
from lcresearch.responses.platforms.qualtrics import QUALTRICS
from lcresearch.responses.platforms.redcap import REDCAP
from lcresearch.responses.platforms.surveyjs import SURVEYJS
from lcresearch.responses.platforms.surveymonkey import SURVEYMONKEY
from lcresearch.responses.tables import OpenFile
from lcresearch.validation import did_you_mean

TABLE = "table"

PLATFORMS: dict[str, Platform] = {
    platform.name: platform
    for platform in (QUALTRICS, LIMESURVEY, REDCAP, KOBO, MICROSOFT_FORMS, SURVEYMONKEY, GOOGLE_FORMS, SURVEYJS)
}
"""By name, in the order in which they are asked: the most certain signs first."""


def open_export(path: str | Path, platform: str | None = None) -> OpenFile:
    """Open a file with answers as the platform that made it lays it out.

    Parameters
    ----------
    path : str or Path
    platform : str, optional
        A name of :data:`PLATFORMS`, or ``table`` for a plain table with one header row. Without it the platform is
        recognised from the first rows; a file of no known platform is a plain table.

    Raises
    ------
    ResponsesError
        R012 if there is no platform of this name; see :func:`~lcresearch.responses.formats.open_file` for the rest.
    """
    if platform is not None and platform not in (TABLE, *PLATFORMS):
        known = [TABLE, *PLATFORMS]
        raise ResponsesError("R012", platform=platform, known=sorted(known), did_you_mean=did_you_mean(platform, known))
    opened = open_file(path)
    found = PLATFORMS.get(platform) if platform else next((p for p in PLATFORMS.values() if p.recognises(opened)), None)
    if found is None:
        return opened
    rows = found.header_rows(opened)
    if rows != opened.header_rows and opened.header_rows:
        opened = open_file(path, rows)
    return dataclasses.replace(found.describe(opened), platform=found.name)
