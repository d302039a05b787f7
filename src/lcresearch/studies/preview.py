"""What would leave the house, in plain words: for the person who is to say that it may."""

from __future__ import annotations

from collections.abc import Sequence

from lcresearch.errors import SynthesisError
from lcresearch.messages import Messages
from lcresearch.studies.packing import NOTHING_LEFT
from lcresearch.synthesis.packages import ConsortiumEvidence, prepare_packages
from lcresearch.synthesis.programme import ProgrammeFile


def preview(evidence: Sequence[ConsortiumEvidence], programme: ProgrammeFile, language: str | None = None) -> str:
    """What packing would write of each consortium; nothing is written or recorded.

    Parameters
    ----------
    evidence : sequence of ConsortiumEvidence
    programme : ProgrammeFile
    language : {"nl", "en"}, optional

    Raises
    ------
    SynthesisError
        As :func:`lcresearch.synthesis.pack`, save that a consortium of which nothing may leave is told of.

    Examples
    --------
    >>> from lcresearch.synthesis.packages.invented import invented_evidence
    >>> from lcresearch.synthesis.programme import example_programme
    >>> print(preview([invented_evidence()], example_programme(), "en").splitlines()[0])
    Evidence package of Invented (Energy): what leaves the house?
    """
    return "\n\n".join(_of(one, programme, Messages(language).language) for one in evidence)


def _of(evidence: ConsortiumEvidence, programme: ProgrammeFile, language: str) -> str:
    try:
        return prepare_packages(evidence, programme)[0].preview(language)
    except SynthesisError as error:
        if {problem.code for problem in error.problems} != {NOTHING_LEFT}:
            raise
        return error.problems[0].text(language)
