"""The simulated programme from answers to pages of elements: everything that a programme does, in one folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from lcresearch.errors import Problem
from lcresearch.extras import missing_extras_note
from lcresearch.progress import Progress, part_of
from lcresearch.studies.demonstration_keys import write_known_keys
from lcresearch.studies.integration import IntegrationOutput, integrate_study
from lcresearch.studies.opening import load
from lcresearch.studies.packing import EVIDENCE
from lcresearch.studies.progress_output import ProgressOutput, progress_to
from lcresearch.studies.results import StudyResults
from lcresearch.studies.synthesis_output import SynthesisOutput, synthesize_to
from lcresearch.studies.templates import free_folder, new

TEMPLATE = "programme-demo"
SYNTHESIS, PROGRESS_TABLE = "synthesis", "progress"


@dataclass(frozen=True)
class Demonstration:
    """What the demonstration made.

    Attributes
    ----------
    results : StudyResults
        The report of the study, and an evidence package of each consortium.
    synthesis : SynthesisOutput
        All packages together.
    integration : IntegrationOutput
        A page for each element, from numbers and interviews.
    progress : ProgressOutput
        How far the programme is, for its steering group.
    not_installed : Problem or None
        Extras that would do more, with the command that installs them.
    """

    results: StudyResults
    synthesis: SynthesisOutput
    integration: IntegrationOutput
    progress: ProgressOutput
    not_installed: Problem | None = None


def demo(folder: str | Path | None = None, *, progress: Progress | None = None) -> Demonstration:
    """Run the simulated programme in a folder of its own: study, packages, synthesis, pages of elements, and progress.

    Its people are made up, so its keys are the same for everybody: each run shows the same.

    Parameters
    ----------
    folder : path, optional
        New folder; by default ``lcresearch-demo`` in the working folder, with a number behind it if that exists.
    progress : callable, optional
        See :meth:`Study.run`.

    Returns
    -------
    Demonstration
        Where everything is.

    See also
    --------
    simulate_programme : The simulated answers alone.
    """
    study = load(new(TEMPLATE, folder or free_folder("lcresearch-demo")))
    answers = pd.read_csv(study.folder / study.file.responses[0].file, usecols=["respondent"], dtype="str")
    write_known_keys(study.folder, answers["respondent"].drop_duplicates())
    results = study.run(progress=part_of(progress, 0.0, 0.6))
    packages = results.folder / EVIDENCE
    synthesis = synthesize_to([packages], study.folder, study.folder / SYNTHESIS, progress=part_of(progress, 0.6, 0.8))
    integration = integrate_study(study, synthesis.result, progress=part_of(progress, 0.8, 1.0))
    table = progress_to([study.folder, synthesis.folder], study.folder, study.folder / PROGRESS_TABLE)
    return Demonstration(results, synthesis, integration, table, missing_extras_note())
