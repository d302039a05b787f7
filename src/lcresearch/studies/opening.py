"""Open a study: study.yaml, the instruments it names, and the programme it takes part in."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from lcresearch.studies.demonstration_keys import refuse_known_keys
from lcresearch.studies.loading import find_file, read_study
from lcresearch.studies.programme_of_study import read_study_programme
from lcresearch.studies.study import Study


def load(path: str | Path) -> Study:
    """Load a study from its study.yaml, or from the folder that holds it.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    Study

    Raises
    ------
    StudyError
        Everything that is wrong with study.yaml and the instruments it names, together; S129, when the keys beside
        it are those of the demonstration.

    Examples
    --------
    >>> from lcresearch import shipped
    >>> load(shipped.folder("analyses") / "unit-climate").file.id
    'unit-climate'
    """
    path = find_file(path)
    file, instruments = read_study(path)
    refuse_known_keys(path.parent, simulated=file.simulated)
    study = Study(path.parent, path.name, file, tuple(instruments))
    programme = read_study_programme(path, file, instruments, list(study.waves))
    return dataclasses.replace(study, programme=programme)
